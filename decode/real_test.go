package decode

// realCases are tokens of real programs, captured; see testdata/messages.
var realCases = []messageCase{
	{
		name:  "chromium-type1",
		raw:   sample("chromium-type1.b64"),
		want:  "type 1 header 32 flags 00088207",
		codes: "",
	},
	{
		name:  "chromium-type2",
		raw:   sample("chromium-type2.b64"),
		want:  `type 2 header 56 flags 02898205 target "ADLAB" challenge a2184067ab58d35a info [NbDomainName="ADLAB" NbComputerName="DC1" DnsDomainName DnsComputerName="vm" Timestamp=2026-11-22T00:46:07.0690100Z EOL] version 6.1.0 rev 15`,
		codes: "no-sign names-disclosed",
	},
	{
		name:  "chromium-type3",
		raw:   sample("chromium-type3.b64"),
		want:  `type 3 header 88 flags 00088205 domain "ADLAB" user "alice" workstation "vm" lm empty nt ntlmv2 time 2026-11-22T00:46:07.0690100Z nonce fb1c0439d7352e8f info [NbDomainName="ADLAB" NbComputerName="DC1" DnsDomainName DnsComputerName="vm" Timestamp=2026-11-22T00:46:07.0690100Z Flags=0x00000002 ChannelBindings=00000000000000000000000000000000 TargetName="HTTP/127.0.0.1:8082" EOL] trailer 00000000 version 0.0.0 rev 0 mic claimed at 72`,
		codes: "channel-binding-zero no-sign",
	},
	{
		name:  "curl-type1",
		raw:   sample("curl-type1.b64"),
		want:  "type 1 header 32 flags 00088206",
		codes: "",
	},
	{
		name:  "curl-type2",
		raw:   sample("curl-type2.b64"),
		want:  `type 2 header 56 flags 02898206 target "ADLAB" challenge e349b90c0ecf0d35 info [NbDomainName="ADLAB" NbComputerName="DC1" DnsDomainName DnsComputerName="vm" Timestamp=2026-11-22T00:42:32.0971790Z EOL] version 6.1.0 rev 15`,
		codes: "oem-only no-sign names-disclosed",
	},
	{
		name:  "curl-type3",
		raw:   sample("curl-type3.b64"),
		want:  `type 3 header 64 flags 02898206 domain "ADLAB" user "alice" workstation "WORKSTATION" lm lmv2 nt ntlmv2 time 2026-11-22T00:42:32.0000000Z nonce adb10201e95143dd info [NbDomainName="ADLAB" NbComputerName="DC1" DnsDomainName DnsComputerName="vm" Timestamp=2026-11-22T00:42:32.0971790Z EOL] trailer 00000000 mic absent`,
		codes: "version-missing mic-absent channel-binding-absent no-sign",
	},
	{
		name:  "express-ntlm-type2",
		raw:   sample("express-ntlm-type2.b64"),
		want:  `type 2 header 48 flags 00890006 target "ALPHA" challenge efcdab8967452301 info [NbDomainName="ALPHA" EOL]`,
		codes: "oem-only no-sign known-challenge names-disclosed",
	},
	{
		name:  "go-ntlmssp-type1",
		raw:   sample("go-ntlmssp-type1.b64"),
		want:  "type 1 header 40 flags a0888201 version 6.1.7601 rev 15",
		codes: "version-without-flag",
	},
	{
		name:  "go-ntlmssp-type2",
		raw:   sample("go-ntlmssp-type2.b64"),
		want:  "type 2 header 56 flags a2088201 challenge d96a01c8e51ba423 version 6.1.0 rev 15",
		codes: "no-target-info no-sign",
	},
	{
		name:  "go-ntlmssp-type3",
		raw:   sample("go-ntlmssp-type3.b64"),
		want:  `type 3 header 64 flags a0088201 domain "ADLAB" user "alice" lm lmv2 nt ntlmv2 time 2026-11-22T00:42:50.5673057Z nonce 720b431e4328f7ab info [EOL] mic absent`,
		codes: "no-target-info channel-binding-absent no-sign",
	},
	{
		name:  "gss-ntlmssp-type2",
		raw:   sample("gss-ntlmssp-type2.b64"),
		want:  `type 2 header 56 flags a289b205 target "LAB" challenge 528305c4db1e9aa9 info [NbComputerName="ORIGIN" NbDomainName="LAB" DnsComputerName="vm" Flags=0x00000000 Timestamp=2026-11-22T00:43:31.3294980Z EOL] version 6.2.0 rev 15`,
		codes: "no-sign names-disclosed",
	},
	{
		name:  "httpntlm-type1",
		raw:   sample("httpntlm-type1.b64"),
		want:  `type 1 header 40 flags a208b207 domain "ADLAB" workstation "NODEWS" version 5.1.2600 rev 15`,
		codes: "workstation-discloses",
	},
	{
		name:  "httpntlm-type2",
		raw:   sample("httpntlm-type2.b64"),
		want:  `type 2 header 56 flags a2898205 target "ADLAB" challenge 3e0bf11dfdda9da9 info [NbDomainName="ADLAB" NbComputerName="DC1" DnsDomainName DnsComputerName="vm" Timestamp=2026-11-22T00:42:42.5519840Z EOL] version 6.1.0 rev 15`,
		codes: "no-sign names-disclosed",
	},
	{
		name:  "httpntlm-type3",
		raw:   sample("httpntlm-type3.b64"),
		want:  `type 3 header 72 flags a2888205 domain "ADLAB" user "alice" workstation "NODEWS" lm lmv2 nt ntlmv2 time 2026-11-22T00:42:42.5590000Z nonce 8c6c150b8d17c7aa info [NbDomainName="ADLAB" NbComputerName="DC1" DnsDomainName DnsComputerName="vm" Timestamp=2026-11-22T00:42:42.5519840Z EOL] trailer 00000000 version 5.1.2600 rev 15 mic absent`,
		codes: "mic-absent channel-binding-absent no-sign",
	},
	{
		name:  "ntlm-fake-auth-type2",
		raw:   sample("ntlm-fake-auth-type2.b64"),
		want:  `type 2 header 40 flags 00088206 target "" (0 of 9 bytes) challenge 03465ba8d4ab0411 reserved 0000000000003a00`,
		codes: "payload-out-of-bounds reserved-bytes gap no-target-info oem-only no-sign",
	},
	{
		name:  "ntlm-fake-auth-type3",
		raw:   sample("ntlm-fake-auth-type3.b64"),
		want:  `type 3 header 64 flags 00088206 domain "X" user "alice" workstation "WORKSTATION" lm lmv2 nt ntlmv2 time 2026-11-22T00:45:46.0000000Z nonce 07b24fbb2a7c9112 info [EOL] mic absent`,
		codes: "no-target-info channel-binding-absent no-sign",
	},
	{
		name:  "samba-ldap-type2",
		raw:   sample("samba-ldap-type2.b64"),
		want:  `type 2 header 56 flags 02898206 target "ADLAB" challenge 9f4828da35f44f47 info [NbDomainName="ADLAB" NbComputerName="DC1" DnsDomainName="ad.lab.test" DnsComputerName="dc1.ad.lab.test" Timestamp=2026-11-22T00:42:55.9012440Z EOL] version 6.1.0 rev 15`,
		codes: "oem-only no-sign names-disclosed",
	},
	{
		name:  "samba-ntlmv1-ess-type3",
		raw:   sample("samba-ntlmv1-ess-type3.b64"),
		want:  `type 3 header 88 flags 62088205 domain "SASRV" user "labalice" lm ess nt ntlmv1-ess key e138bbe50b7445880408e96c4c3710eb version 6.1.0 rev 15 mic unclaimed at 72`,
		codes: "mic-unclaimed ntlmv1-ess-response no-sign",
	},
	{
		name:  "samba-type1",
		raw:   sample("samba-type1.b64"),
		want:  "type 1 header 40 flags 62088205 version 6.1.0 rev 15",
		codes: "",
	},
	{
		name:  "samba-type2",
		raw:   sample("samba-type2.b64"),
		want:  `type 2 header 56 flags 62898205 target "ADLAB" challenge 38e9a566465bdd13 info [NbDomainName="ADLAB" NbComputerName="DC1" DnsDomainName DnsComputerName="vm" Timestamp=2026-11-22T00:48:56.3260790Z EOL] version 6.1.0 rev 15`,
		codes: "no-sign names-disclosed",
	},
	{
		name:  "samba-type3",
		raw:   sample("samba-type3.b64"),
		want:  `type 3 header 88 flags 62088205 domain "ADLAB" user "alice" lm empty nt ntlmv2 time 2026-11-22T00:48:56.3260790Z nonce ce6d46fee46962d9 info [NbDomainName="ADLAB" NbComputerName="DC1" DnsDomainName DnsComputerName="vm" Timestamp=2026-11-22T00:48:56.3260790Z SingleHost=30000000000000000000000000000000661115ae537b8051a5b32b694576f57a2beb8064d77a74ec6dd6323f1a42a807 ChannelBindings=00000000000000000000000000000000 EOL] key d7a0d8bc90954dac324ce6ef79b13c1a version 6.1.0 rev 15 mic unclaimed at 72`,
		codes: "mic-unclaimed mic-absent channel-binding-zero no-sign",
	},
}
