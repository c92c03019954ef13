package decode

// nlmpCases are the worked examples of MS-NLMP 4.2.
var nlmpCases = []messageCase{
	{
		name:  "4.2.2 NTLMv1 challenge",
		raw:   sample("nlmp-4.2.2-challenge.hex"),
		want:  `type 2 header 56 flags e2028233 target "Server" challenge 0123456789abcdef version 6.0.6000 rev 15`,
		codes: "no-target-info ess-missing known-challenge build-not-patch-level",
	},
	{
		name:  "4.2.2 NTLMv1 authenticate",
		raw:   sample("nlmp-4.2.2-authenticate.hex"),
		want:  `type 3 header 72 flags e2808235 domain "Domain" user "User" workstation "COMPUTER" lm lmv1 nt ntlmv1 key 518822b1b3f350c8958682ecbb3e3cb7 version 5.1.2600 rev 15 mic absent`,
		codes: "ntlmv1-response lmv1-response ess-missing",
	},
	{
		name:  "4.2.3 ESS challenge",
		raw:   sample("nlmp-4.2.3-challenge.hex"),
		want:  `type 2 header 56 flags 820a8233 target "Server" challenge 0123456789abcdef version 6.0.6000 rev 15`,
		codes: "no-target-info 56-bit-only known-challenge build-not-patch-level",
	},
	{
		name:  "4.2.3 ESS authenticate",
		raw:   sample("nlmp-4.2.3-authenticate.hex"),
		want:  `type 3 header 72 flags 82088235 domain "Domain" user "User" workstation "COMPUTER" lm ess nt ntlmv1-ess version 5.1.2600 rev 15 mic absent`,
		codes: "ntlmv1-ess-response 56-bit-only",
	},
	{
		name:  "4.2.4 NTLMv2 challenge",
		raw:   sample("nlmp-4.2.4-challenge.hex"),
		want:  `type 2 header 56 flags e28a8233 target "Server" challenge 0123456789abcdef info [NbDomainName="Domain" NbComputerName="Server" EOL] version 6.0.6000 rev 15`,
		codes: "known-challenge names-disclosed build-not-patch-level",
	},
	{
		name:  "4.2.4 NTLMv2 authenticate",
		raw:   sample("nlmp-4.2.4-authenticate.hex"),
		want:  `type 3 header 72 flags e2888235 domain "Domain" user "User" workstation "COMPUTER" lm lmv2 nt ntlmv2 time 1601-01-01T00:00:00.0000000Z nonce aaaaaaaaaaaaaaaa info [NbDomainName="Domain" NbComputerName="Server" EOL] trailer 00000000 key c5dad2544fc9799094ce1ce90bc9d03e version 5.1.2600 rev 15 mic absent`,
		codes: "filetime-zero channel-binding-absent",
	},
}
