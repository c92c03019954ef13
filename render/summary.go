package render

import (
	"strconv"
	"strings"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/krb5"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
)

// summary says in a sentence what a token does, for whoever reads only that.
// It is escaped; empty where there is nothing to say.
func summary(t *decode.Token) string {
	switch m := t.Message.(type) {
	case *decode.NegotiateMessage:
		return summarizeNegotiate(m)
	case *decode.ChallengeMessage:
		return summarizeChallenge(m)
	case *decode.AuthenticateMessage:
		return summarizeAuthenticate(m)
	case *spnego.Init:
		return summarizeInit(t, m)
	case *spnego.Resp:
		return summarizeResp(m)
	case *krb5.Message:
		return summarizeKerberos(m)
	case *decode.NEGOEX:
		return Plural(len(m.Messages), "message")
	case *decode.CredSSP:
		return "version " + strconv.Itoa(m.Version) + statusText(m.HasErrorCode, m.ErrorCode)
	}
	return ""
}

func summarizeNegotiate(m *decode.NegotiateMessage) string {
	parts := []string{"a client asks for a challenge"}
	if name := m.WorkstationName().String(); name != "" {
		parts[0] = Escape(name) + " asks for a challenge"
	}
	if name := m.DomainName().String(); name != "" {
		parts = append(parts, "domain "+Escape(name))
	}
	if product := m.Version.Product(); m.HasVersion() && product != "" {
		parts = append(parts, product)
	}
	return strings.Join(parts, ", ")
}

func summarizeChallenge(m *decode.ChallengeMessage) string {
	who := m.AVPairs.Text(decode.MsvAvDNSComputerName)
	if who == "" {
		who = m.AVPairs.Text(decode.MsvAvNbComputerName)
	}
	if who == "" {
		who = "a server"
	}
	text := Escape(who) + " challenges"
	if target := m.Target().String(); target != "" {
		text += " for " + Escape(target)
	}
	if product := m.Version.Product(); m.HasVersion() && product != "" {
		text += ", " + product
	}
	if p, ok := m.AVPairs.Get(decode.MsvAvTimestamp); ok {
		if t, ok := p.FileTime(); ok {
			text += ", at " + string(annotate.AppendFileTime(nil, t))
		}
	}
	return text
}

func summarizeAuthenticate(m *decode.AuthenticateMessage) string {
	who := account(m)
	if m.ResponseVersion == decode.ResponseAnonymous {
		return "an anonymous logon"
	}
	if name := m.WorkstationName().String(); name != "" {
		who += " on " + Escape(name)
	}
	if m.UserName.Len == 0 {
		who = "somebody without a name"
	}
	response := responseNames[m.ResponseVersion]
	return who + " answers with " + response + ", " + micNames[m.MICState]
}

// account is DOMAIN\user, escaped.
func account(m *decode.AuthenticateMessage) string {
	user := Escape(m.User().String())
	if domain := m.DomainName().String(); domain != "" {
		return Escape(domain) + `\` + user
	}
	return user
}

var responseNames = map[decode.ResponseVersion]string{
	decode.ResponseNone:      "no response",
	decode.ResponseLMv1:      "LM only",
	decode.ResponseNTLMv1:    "NTLMv1",
	decode.ResponseNTLMv1ESS: "NTLMv1 with extended session security",
	decode.ResponseNTLMv2:    "NTLMv2",
	"":                       "a response of no known kind",
}

var micNames = map[decode.MICState]string{
	decode.MICClaimed:   "with a MIC",
	decode.MICUnclaimed: "no MIC claimed",
	decode.MICAbsent:    "no MIC",
}

func summarizeInit(t *decode.Token, m *spnego.Init) string {
	var names []string
	for _, oid := range m.MechTypes {
		name := oid.Name()
		if name == "" {
			name = string(oid)
		}
		names = append(names, name)
	}
	text := "offers " + strings.Join(names, ", ")
	if len(names) == 0 {
		text = "offers nothing"
	}
	if t.Inner != nil {
		return text + "; carries " + titles[t.Inner.Kind]
	}
	return text + "; carries no token"
}

func summarizeResp(m *spnego.Resp) string {
	var parts []string
	if m.State != spnego.StateAbsent {
		parts = append(parts, m.State.String())
	}
	if m.SupportedMech != "" {
		name := m.SupportedMech.Name()
		if name == "" {
			name = string(m.SupportedMech)
		}
		parts = append(parts, "chose "+name)
	}
	return strings.Join(parts, ", ")
}

func summarizeKerberos(m *krb5.Message) string {
	if m.HasErrorCode {
		text := "error " + strconv.Itoa(int(m.ErrorCode))
		if name := m.ErrorCode.String(); name != "" {
			text = name + " (" + strconv.Itoa(int(m.ErrorCode)) + ")"
		}
		if spn := m.SPN(); spn != "" {
			text += " for " + Escape(spn+"@"+m.Realm)
		}
		return text + statusText(m.NTStatus != 0, m.NTStatus)
	}
	if m.SPN() == "" {
		return ""
	}
	text := "a ticket for " + Escape(m.SPN()+"@"+m.Realm)
	if m.HasEType {
		text += ", " + etypeName(m.EType)
	}
	if m.HasKVNO {
		text += ", key version " + strconv.FormatUint(uint64(m.KVNO), 10)
	}
	return text
}

func statusText(has bool, s krb5.NTStatus) string {
	switch {
	case !has:
		return ""
	case s.String() != "":
		return ", " + s.String()
	}
	return ", status " + string(annotate.AppendHex32(nil, uint32(s)))
}
