package decode

// respond is a Type 3 with these responses and nothing that would be remarked
// on beside them.
func respond(lm, nt any) []byte {
	return authenticateHeader(64, 0, func(m *AuthenticateMessage) {
		m.Flags = flagsPlain
		m.EncryptedRandomSessionKey = Payload{}
		m.LMResponse.Bytes, m.NTResponse.Bytes = lay(lm), lay(nt)
	})
}

// answered is an NTLMv2 response without a timestamp among its pairs.
func answered(pairs ...AVPair) []byte {
	return ntlmv2(append(pairs, av(MsvAvChannelBindings, "BBBBBBBBBBBBBBBB"), av(MsvAvEOL)), [4]byte{})
}

const (
	lm24 = "LMLMLMLMLMLMLMLMLMLMLMLM"
	nt24 = "NTNTNTNTNTNTNTNTNTNTNTNT"
	ess  = "NNNNNNNN\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
)

var empty24 [24]byte

// responseCases are point 7: every kind of LM and NT response.
var responseCases = []messageCase{
	{
		name:  "NTLMv2 and LM zeros",
		raw:   respond(empty24, answered(serverPairs()[0])),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 mic absent`,
		codes: "",
	},
	{
		name:  "NTLMv2 and LMv2",
		raw:   respond(lm24, answered(serverPairs()[0])),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm lmv2 nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 mic absent`,
		codes: "",
	},
	{
		name:  "NTLMv2 and no LM",
		raw:   respond("", answered(serverPairs()[0])),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm none nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 mic absent`,
		codes: "",
	},
	{
		name:  "NTLMv2 and LM of 8",
		raw:   respond("LMLMLMLM", answered(serverPairs()[0])),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm ? nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 mic absent`,
		codes: "response-length",
	},
	{
		name:  "NTLMv1 and LM",
		raw:   respond(lm24, nt24),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm lmv1 nt ntlmv1 mic absent`,
		codes: "ntlmv1-response lmv1-response",
	},
	{
		name: "NTLMv1 and LM, no session security",
		raw: authenticateHeader(64, 0, func(m *AuthenticateMessage) {
			m.Flags = flagsPlain &^ NegotiateExtendedSessionSecurity
			m.EncryptedRandomSessionKey = Payload{}
			m.LMResponse.Bytes, m.NTResponse.Bytes = []byte(lm24), []byte(nt24)
		}),
		want:  `type 3 header 64 flags 00000211 domain "LAB" user "alice" workstation "PC" lm lmv1 nt ntlmv1 mic absent`,
		codes: "ntlmv1-response lmv1-response ess-missing",
	},
	{
		name:  "NTLMv1 and its copy",
		raw:   respond(nt24, nt24),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm copy-of-nt nt ntlmv1 mic absent`,
		codes: "ntlmv1-response",
	},
	{
		name:  "NTLMv1 and LM zeros",
		raw:   respond(empty24, nt24),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv1 mic absent`,
		codes: "ntlmv1-response",
	},
	{
		name:  "NTLMv1 and no LM",
		raw:   respond("", nt24),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm none nt ntlmv1 mic absent`,
		codes: "ntlmv1-response",
	},
	{
		name:  "NTLMv1 with session security",
		raw:   respond(ess, nt24),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm ess nt ntlmv1-ess mic absent`,
		codes: "ntlmv1-ess-response",
	},
	{
		name:  "LM alone",
		raw:   respond(lm24, ""),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm lmv1 nt lmv1 mic absent`,
		codes: "lmv1-response",
	},
	{
		name:  "LM alone that ends in zeros",
		raw:   respond(ess, ""),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm lmv1 nt lmv1 mic absent`,
		codes: "lmv1-response",
	},
	{
		name:  "no response",
		raw:   respond("", ""),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm none nt none mic absent`,
		codes: "no-response",
	},
	{
		name:  "zeros alone",
		raw:   respond(empty24, ""),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm empty nt none mic absent`,
		codes: "no-response",
	},
	{
		name:  "one zero and a user",
		raw:   respond([1]byte{}, ""),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm anonymous nt none mic absent`,
		codes: "no-response",
	},
	{
		name:  "anonymous",
		raw:   lay(begin(3), at(1, 64), at(0, 65), at(0, 64), at(0, 64), at(0, 64), at(0, 65), uint32(flagsPlain|NegotiateAnonymous|NegotiateKeyExch), byte(0)),
		want:  "type 3 header 64 flags 40080a11 lm anonymous nt anonymous mic absent",
		codes: "anonymous",
	},
	{
		name:  "anonymous, LM empty",
		raw:   lay(begin(3), at(0, 64), at(0, 64), at(0, 64), at(0, 64), at(4, 64), at(0, 68), uint32(flagsPlain|NegotiateAnonymous), utf16le("PC")),
		want:  `type 3 header 64 flags 00080a11 workstation "PC" lm none nt anonymous mic absent`,
		codes: "anonymous",
	},
	{
		name:  "LM of one byte that is not zero",
		raw:   respond([1]byte{1}, nt24),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm ? nt ntlmv1 mic absent`,
		codes: "response-length ntlmv1-response",
	},
	{
		name:  "LM of 25",
		raw:   respond(lm24+"x", nt24),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm ? nt ntlmv1 mic absent`,
		codes: "response-length ntlmv1-response",
	},
	{
		name:  "NT of 23",
		raw:   respond(lm24, nt24[1:]),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm lmv1 nt ? mic absent`,
		codes: "response-length lmv1-response",
	},
	{
		name:  "NT of 25, RespType 1",
		raw:   respond(empty24, "PPPPPPPPPPPPPPPP\x01\x01\x00\x00\x00\x00\x00\x00\x00"),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 mic absent`,
		codes: "truncated",
	},
	{
		name:  "NT of 25, RespType 2",
		raw:   respond(empty24, "PPPPPPPPPPPPPPPP\x02\x01\x00\x00\x00\x00\x00\x00\x00"),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm empty nt ? mic absent`,
		codes: "unknown-response-type",
	},
	{
		name:  "NT longer, RespType 5, LM full",
		raw:   respond(lm24, edited(answered(serverPairs()[0]), 16, byte(5))),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm lmv2 nt ? mic absent`,
		codes: "unknown-response-type",
	},
	{
		name:  "NTLMv2 of 44, no pairs at all",
		raw:   respond(empty24, ntlmv2(nil)),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [] mic absent`,
		codes: "av-missing-eol no-target-info channel-binding-absent",
	},
	{
		name:  "NTLMv2 with EOL alone",
		raw:   respond(empty24, ntlmv2(AVPairs{av(MsvAvEOL)}, [4]byte{})),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [EOL] trailer 00000000 mic absent`,
		codes: "no-target-info channel-binding-absent",
	},
	{
		name:  "NTLMv2 without EOL",
		raw:   respond(empty24, ntlmv2(AVPairs{av(MsvAvNbDomainName, utf16le("LAB")), av(MsvAvChannelBindings, "BBBBBBBBBBBBBBBB")})),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" ChannelBindings=42424242424242424242424242424242] mic absent`,
		codes: "av-missing-eol",
	},
	{
		name:  "NTLMv2, no zeros behind EOL",
		raw:   respond(empty24, ntlmv2(AVPairs{av(MsvAvNbDomainName, utf16le("LAB")), av(MsvAvChannelBindings, "BBBBBBBBBBBBBBBB"), av(MsvAvEOL)})),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" ChannelBindings=42424242424242424242424242424242 EOL] mic absent`,
		codes: "",
	},
	{
		name:  "NTLMv2, 8 zeros behind EOL",
		raw:   respond(empty24, ntlmv2(AVPairs{av(MsvAvNbDomainName, utf16le("LAB")), av(MsvAvChannelBindings, "BBBBBBBBBBBBBBBB"), av(MsvAvEOL)}, [8]byte{})),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" ChannelBindings=42424242424242424242424242424242 EOL] trailer 0000000000000000 mic absent`,
		codes: "",
	},
	{
		name:  "NTLMv2, more than zeros behind EOL",
		raw:   respond(empty24, ntlmv2(AVPairs{av(MsvAvNbDomainName, utf16le("LAB")), av(MsvAvChannelBindings, "BBBBBBBBBBBBBBBB"), av(MsvAvEOL)}, "\x00\x00\x00x")),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000078 mic absent`,
		codes: "av-after-eol",
	},
	{
		name:  "NTLMv2, channel binding absent",
		raw:   respond(empty24, ntlmv2(AVPairs{av(MsvAvNbDomainName, utf16le("LAB")), av(MsvAvEOL)}, [4]byte{})),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" EOL] trailer 00000000 mic absent`,
		codes: "channel-binding-absent",
	},
	{
		name:  "NTLMv2, channel binding zero",
		raw:   respond(empty24, ntlmv2(AVPairs{av(MsvAvNbDomainName, utf16le("LAB")), av(MsvAvChannelBindings, [16]byte{}), av(MsvAvEOL)}, [4]byte{})),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" ChannelBindings=00000000000000000000000000000000 EOL] trailer 00000000 mic absent`,
		codes: "channel-binding-zero",
	},
	{
		name:  "NTLMv2, reserved bytes used",
		raw:   respond(empty24, edited(answered(serverPairs()[0]), 40, uint32(1))),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 mic absent`,
		codes: "reserved-bytes",
	},
	{
		name:  "NTLMv2, time of zero",
		raw:   respond(empty24, edited(answered(serverPairs()[0]), 24, uint64(0))),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 1601-01-01T00:00:00.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 mic absent`,
		codes: "filetime-zero",
	},
	{
		name:  "NTLMv2, time past 9999",
		raw:   respond(empty24, edited(answered(serverPairs()[0]), 24, uint64(1<<63))),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 0x8000000000000000 nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 mic absent`,
		codes: "filetime-overflow",
	},
	{
		name:  "NTLMv2, pair cut",
		raw:   respond(empty24, ntlmv2(nil, uint16(MsvAvNbDomainName), uint16(6), utf16le("LA"))),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LA"] mic absent`,
		codes: "av-truncated channel-binding-absent",
	},
	{
		name:  "user@realm and a domain",
		raw:   userIn("LAB", "alice@lab.test"),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "alice@lab.test" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 mic absent`,
		codes: "upn-with-domain",
	},
	{
		name:  "user@realm alone",
		raw:   userIn("", "alice@lab.test"),
		want:  `type 3 header 64 flags 00080211 user "alice@lab.test" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 mic absent`,
		codes: "",
	},
	{
		name:  "user of characters that only hold the byte of an @",
		raw:   userIn("LAB", "\u0140\u4040\u2140"),
		want:  `type 3 header 64 flags 00080211 domain "LAB" user "ŀ䁀⅀" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 mic absent`,
		codes: "",
	},
}

// userIn is a Type 3 of this account.
func userIn(domain, user string) []byte {
	return authenticateHeader(64, 0, func(m *AuthenticateMessage) {
		m.Flags = flagsPlain
		m.EncryptedRandomSessionKey = Payload{}
		m.Domain.Bytes, m.UserName.Bytes = utf16le(domain), utf16le(user)
		m.NTResponse.Bytes = answered(serverPairs()[0])
	})
}

// sessionKeyCases are what of point 8 can be seen without a password.
var sessionKeyCases = []messageCase{
	{
		name:  "key and flag",
		raw:   authenticate(func(*AuthenticateMessage) {}),
		want:  `type 3 header 88 flags 42080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z Flags=0x00000002 TargetName="HTTP/a" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b version 10.0.19041 rev 15 mic claimed at 72`,
		codes: "",
	},
	{
		name:  "key without flag",
		raw:   authenticate(func(m *AuthenticateMessage) { m.Flags &^= NegotiateKeyExch }),
		want:  `type 3 header 88 flags 02080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z Flags=0x00000002 TargetName="HTTP/a" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b version 10.0.19041 rev 15 mic claimed at 72`,
		codes: "session-key-without-flag",
	},
	{
		name:  "flag without key",
		raw:   authenticate(func(m *AuthenticateMessage) { m.EncryptedRandomSessionKey = Payload{} }),
		want:  `type 3 header 88 flags 42080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z Flags=0x00000002 TargetName="HTTP/a" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 version 10.0.19041 rev 15 mic claimed at 72`,
		codes: "flag-without-session-key",
	},
	{
		name: "neither",
		raw: authenticate(func(m *AuthenticateMessage) {
			m.Flags &^= NegotiateKeyExch
			m.EncryptedRandomSessionKey = Payload{}
		}),
		want:  `type 3 header 88 flags 02080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z Flags=0x00000002 TargetName="HTTP/a" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 version 10.0.19041 rev 15 mic claimed at 72`,
		codes: "",
	},
	{
		name:  "no SIGN",
		raw:   authenticate(func(m *AuthenticateMessage) { m.Flags &^= NegotiateSign }),
		want:  `type 3 header 88 flags 42080201 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z Flags=0x00000002 TargetName="HTTP/a" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b version 10.0.19041 rev 15 mic claimed at 72`,
		codes: "no-sign",
	},
}
