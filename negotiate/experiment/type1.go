package experiment

import (
	"encoding/base64"
	"sync"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
)

// type1 is the NEGOTIATE_MESSAGE that fetch sends: no name and no secret enters it.
var type1 = sync.OnceValue(func() []byte {
	client, err := ntlm.NewClient(ntlm.ClientOptions{Account: ntlm.Account{User: "nobody"}, Secret: ntlm.Password("none")})
	if err == nil {
		var raw []byte
		if raw, _, err = client.Step(nil); err == nil {
			return raw
		}
	}
	panic(err) // it takes no input that could be wrong
})

// text is a token as it goes into a header.
func text(raw []byte) string { return base64.StdEncoding.EncodeToString(raw) }

// wrapped is a message in a NegTokenInit that offers NTLM alone.
func wrapped(message []byte) []byte {
	init := spnego.Init{Framed: true, MechTypes: []spnego.OID{spnego.OIDNTLM}, MechToken: message}
	return init.Append(nil)
}

// firstMessage asks with a NEGOTIATE_MESSAGE under the scheme that is on offer.
func firstMessage(seen *Seen, experiment string, message []byte) question {
	if seen.Find(NameOffer).Offered("NTLM") == nil {
		return question{experiment: experiment, scheme: "Negotiate", token: text(wrapped(message))}
	}
	return question{experiment: experiment, scheme: "NTLM", token: text(message)}
}

// choices is a NegTokenInit without a token, with the mechanisms that Windows
// offers, in its order.
func choices() []byte {
	init := spnego.Init{Framed: true, MechTypes: []spnego.OID{
		spnego.OIDMSKerberos, spnego.OIDKerberos, spnego.OIDNEGOEX, spnego.OIDNTLM,
	}}
	return init.Append(nil)
}

// ntlmFirst is a NegTokenInit with NTLM and its first message before Kerberos. The
// names of Kerberos stand the other way round than among choices.
func ntlmFirst() []byte {
	init := spnego.Init{
		Framed: true, MechTypes: []spnego.OID{spnego.OIDNTLM, spnego.OIDKerberos, spnego.OIDMSKerberos}, MechToken: type1(),
	}
	return init.Append(nil)
}

// Shape is the first message in the form in which some client sends it.
type Shape struct {
	// Name is the client's.
	Name string
	// Text says whose it is, in a phrase.
	Text    string
	message decode.NegotiateMessage
}

// Bytes are the message's.
func (s *Shape) Bytes() []byte { return s.message.Append(nil) }

// ShapeGoNTLMSSP is the name of the shape of Azure/go-ntlmssp.
const ShapeGoNTLMSSP = "go-ntlmssp"

// Shapes are the first messages of clients, as they were captured from them. The
// short ones come last: see Seen.Sharing.
func Shapes() []Shape {
	const common = decode.RequestTarget | decode.NegotiateNTLM | decode.NegotiateAlwaysSign | decode.NegotiateExtendedSessionSecurity
	const strong = decode.Negotiate128 | decode.Negotiate56
	// at is an empty name that points to the end of the fixed part.
	at := func(offset uint32) decode.Payload { return decode.Payload{Offset: offset} }
	return []Shape{
		{"windows", "Windows: Edge, WinHTTP, .NET, PowerShell", decode.NegotiateMessage{
			Flags:     common | strong | decode.NegotiateOEM | decode.NegotiateUnicode | decode.NegotiateVersion,
			HeaderLen: 40, Version: decode.Version{Major: 10, Build: 19041, Revision: 15},
		}},
		{ShapeGoNTLMSSP, "Azure/go-ntlmssp: KrakenD and other programs in Go", decode.NegotiateMessage{
			Flags: common&^decode.RequestTarget | strong | decode.NegotiateUnicode | decode.NegotiateTargetInfo, HeaderLen: 40,
			Domain: at(40), Workstation: at(40), Version: decode.Version{Major: 6, Minor: 1, Build: 7601, Revision: 15},
		}},
		{"gss-ntlmssp", "gss-ntlmssp: curl --negotiate and others on Linux", decode.NegotiateMessage{
			Flags:     common | decode.Negotiate128 | decode.NegotiateKeyExch | decode.NegotiateUnicode | decode.NegotiateVersion,
			HeaderLen: 40, Domain: at(40), Workstation: at(40),
			Version: decode.Version{Major: 6, Minor: 1, Revision: 15},
		}},
		{"curl", "curl and libcurl without SSPI", decode.NegotiateMessage{
			Flags: common | decode.NegotiateOEM, HeaderLen: 32,
		}},
		{"browsers", "Chromium and Firefox where the system does not log on for them", decode.NegotiateMessage{
			Flags: common | decode.NegotiateOEM | decode.NegotiateUnicode, HeaderLen: 32,
			Domain: at(32), Workstation: at(32),
		}},
	}
}
