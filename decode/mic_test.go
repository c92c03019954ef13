package decode

// micCases are point 6: only MsvAvFlags claims a MIC.
var micCases = []messageCase{
	{
		name:  "claimed",
		raw:   authenticate(func(*AuthenticateMessage) {}),
		want:  `type 3 header 88 flags 42080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z Flags=0x00000002 TargetName="HTTP/a" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b version 10.0.19041 rev 15 mic claimed at 72`,
		codes: "",
	},
	{
		name:  "claimed, zeros",
		raw:   authenticate(func(m *AuthenticateMessage) { m.MIC = [16]byte{} }),
		want:  `type 3 header 88 flags 42080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z Flags=0x00000002 TargetName="HTTP/a" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b version 10.0.19041 rev 15 mic claimed at 72`,
		codes: "",
	},
	{
		name:  "claimed, no room",
		raw:   authenticateHeader(72, 0, func(*AuthenticateMessage) {}),
		want:  `type 3 header 72 flags 42080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z Flags=0x00000002 TargetName="HTTP/a" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b version 10.0.19041 rev 15 mic absent`,
		codes: "mic-missing",
	},
	{
		name:  "claimed, no room in 52 bytes",
		raw:   authenticateHeader(52, 0, func(m *AuthenticateMessage) { m.EncryptedRandomSessionKey = Payload{} }),
		want:  `type 3 header 52 flags 00000000 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z Flags=0x00000002 TargetName="HTTP/a" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 mic absent`,
		codes: "mic-missing",
	},
	{
		name:  "claimed, without version, as Chromium",
		raw:   authenticateHeader(80, 64, func(m *AuthenticateMessage) { m.Flags &^= NegotiateVersion }),
		want:  `type 3 header 80 flags 40080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z Flags=0x00000002 TargetName="HTTP/a" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b mic claimed at 64`,
		codes: "",
	},
	{
		name: "unclaimed, other bits of MsvAvFlags",
		raw: authenticate(func(m *AuthenticateMessage) {
			m.NTResponse.Bytes = ntlmv2(bound(AVFlagConstrained|AVFlagUntrustedSPN), [4]byte{})
		}),
		want:  `type 3 header 88 flags 42080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z Flags=0x00000005 TargetName="HTTP/a" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b version 10.0.19041 rev 15 mic unclaimed at 72`,
		codes: "mic-unclaimed mic-absent",
	},
	{
		name:  "unclaimed, no MsvAvFlags",
		raw:   authenticate(unclaimed),
		want:  `type 3 header 88 flags 42080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b version 10.0.19041 rev 15 mic unclaimed at 72`,
		codes: "mic-unclaimed",
	},
	{
		name:  "unclaimed, without version",
		raw:   authenticateHeader(80, 64, noVersion),
		want:  `type 3 header 80 flags 40080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b mic unclaimed at 64`,
		codes: "mic-unclaimed",
	},
	{
		name:  "unclaimed beside NTLMv1",
		raw:   authenticate(func(m *AuthenticateMessage) { m.NTResponse.Bytes = []byte("NTNTNTNTNTNTNTNTNTNTNTNT") }),
		want:  `type 3 header 88 flags 42080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv1 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b version 10.0.19041 rev 15 mic unclaimed at 72`,
		codes: "mic-unclaimed ntlmv1-response",
	},
	{
		name:  "absent, room of zeros",
		raw:   authenticate(func(m *AuthenticateMessage) { m.MIC = [16]byte{}; unclaimed(m) }),
		want:  `type 3 header 88 flags 42080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b version 10.0.19041 rev 15 mic absent at 72`,
		codes: "",
	},
	{
		name: "absent although there is a timestamp",
		raw: authenticateHeader(72, 0, func(m *AuthenticateMessage) {
			m.NTResponse.Bytes = ntlmv2(bound(0), [4]byte{})
		}),
		want:  `type 3 header 72 flags 42080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z Flags=0x00000000 TargetName="HTTP/a" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b version 10.0.19041 rev 15 mic absent`,
		codes: "mic-absent",
	},
	{
		name: "MsvAvFlags of 3 bytes claims nothing",
		raw: authenticateHeader(72, 0, func(m *AuthenticateMessage) {
			m.NTResponse.Bytes = ntlmv2(AVPairs{av(MsvAvNbDomainName, utf16le("LAB")), av(MsvAvFlags, "\x02\x00\x00"), av(MsvAvChannelBindings, "BBBBBBBBBBBBBBBB"), av(MsvAvEOL)}, [4]byte{})
		}),
		want:  `type 3 header 72 flags 42080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" Flags=020000 ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b version 10.0.19041 rev 15 mic absent`,
		codes: "av-length",
	},
}
