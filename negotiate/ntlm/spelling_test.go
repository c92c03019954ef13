package ntlm

import (
	"testing"

	"github.com/ntlmctl/ntlmctl/decode"
)

var labPairs = decode.AVPairs{
	textPair(decode.MsvAvNbDomainName, "ADLAB"), textPair(decode.MsvAvNbComputerName, "WEB1"),
	textPair(decode.MsvAvDNSDomainName, "ad.lab.test"), textPair(decode.MsvAvDNSComputerName, "web1.ad.lab.test"),
	{ID: decode.MsvAvEOL},
}

// ntlmv2As is a handshake of alice in ADLAB whose client computed with another key.
func ntlmv2As(t testing.TB, user, domain string, key Key) Input {
	t.Helper()
	nt := NTLMv2Response(key, exServer, blob(exClient, labPairs))
	lm := LMv2Response(key, exServer, exClient)
	return Input{
		Challenge:    challengeToken(exServer, exV2Flags, labPairs),
		Authenticate: message{exV2Flags &^ decode.NegotiateKeyExch, user, domain, "PC7", lm[:], nt, nil}.token(),
		Secret:       Password(exPassword),
	}
}

func TestSpellings(t *testing.T) {
	ntowf := NTOWFv1(exPassword)
	utf16 := func(s string) []byte { return decode.EncodeText(s, nil) }
	for _, c := range []struct {
		user, domain string // as sent
		key          Key    // as computed
		spelling     string // that matches; empty: the message's own
		note         string
	}{
		{"alice", "ADLAB", NTOWFv2(ntowf, "alice", "ADLAB"), "", ""},
		{"ALICE", "ADLAB", NTOWFv2(ntowf, "alice", "ADLAB"), "", ""},
		{"alice@ad.lab.test", "", NTOWFv2(ntowf, "alice@ad.lab.test", ""), "", ""},
		{"alice", "ADLAB", NTOWFv2(ntowf, "alice", ""), "domain empty", "the client computed the response with an empty domain"},
		{"alice", "Adlab", NTOWFv2(ntowf, "alice", "ADLAB"), "domain in upper case", "the domain in upper case"},
		{"alice", "ADLAB", NTOWFv2(ntowf, "alice", "adlab"), "domain in lower case", "the domain in lower case"},
		{"alice", "", NTOWFv2(ntowf, "alice", "ADLAB"), "the challenge's NetBIOS domain name as domain", "NetBIOS domain name"},
		{"alice", "ADLAB", NTOWFv2(ntowf, "alice", "ad.lab.test"), "the challenge's DNS domain name as domain", "DNS domain name"},
		{"alice", "ADLAB", NTOWFv2(ntowf, "alice", "AD.LAB.TEST"), "the challenge's DNS domain name in upper case as domain", "in upper case"},
		{"alice", "", NTOWFv2(ntowf, "alice", "WEB1"), "the server's NetBIOS name as domain", "server's NetBIOS name"},
		{"alice", "", NTOWFv2(ntowf, "alice", "web1.ad.lab.test"), "the server's DNS name as domain", "server's DNS name"},
		{"alice", "", NTOWFv2(ntowf, "alice", "PC7"), "the client's workstation name as domain", "workstation"},
		{"alice@other.test", "", NTOWFv2(ntowf, "alice", "other.test"), "UPN split, realm as domain", "UPN split"},
		{"alice@other.test", "", NTOWFv2(ntowf, "alice", "OTHER.TEST"), "UPN split, realm as domain in upper case", "upper case"},
		{"alice@other.test", "", NTOWFv2(ntowf, "alice", ""), "UPN split, domain empty", "domain empty"},
		{"alice@other.test", "X", NTOWFv2(ntowf, "alice", "X"), "UPN split, domain as sent", "as sent"},
		{"alice@other.test", "", NTOWFv2(ntowf, "alice", "ADLAB"), "UPN split, the challenge's NetBIOS domain name as domain", "NetBIOS"},
		{`ADLAB\alice`, "", NTOWFv2(ntowf, "alice", "ADLAB"), `DOMAIN\user split, realm as domain`, `DOMAIN\user split`},
		{"LAB/alice", "", NTOWFv2(ntowf, "alice", "LAB"), `DOMAIN\user split, realm as domain`, `DOMAIN\user split`},
		{"alice", "lab.test", NTOWFv2(ntowf, "alice@lab.test", ""), "user and domain as UPN", "user@domain"},
		{"alice", "ADLAB", NTOWFv2(ntowf, "alice@ad.lab.test", ""), "UPN in the challenge's DNS domain", "DNS domain"},
		{"alice", "LAB", NTOWFv2(ntowf, `LAB\alice`, ""), `DOMAIN\user as user`, `DOMAIN\user`},
		{"alice", "ADLAB", ntowfv2(ntowf, utf16("alice"), utf16("ADLAB")), "user not in upper case", "not put in upper case"},
		{"alice", "ADLAB", ntowfv2(ntowf, utf16("alice"), nil), "user not in upper case, domain empty", "empty domain"},
		{"weiß", "ADLAB", ntowfv2(ntowf, utf16("WEISS"), utf16("ADLAB")), "user in Unicode's upper case", "Unicode's upper case"},
		{"jürgen", "ADLAB", NTOWFv2(ntowf, "JÜRGEN", "ADLAB"), "", ""},
	} {
		t.Run(c.user+" "+c.domain+" "+c.spelling, func(t *testing.T) {
			v := Verify(ntlmv2As(t, c.user, c.domain, c.key))
			wantCheck(t, "NT response", v.NTResponse, checkOf(c.spelling == ""))
			wantCheck(t, "LM response", v.LMResponse, decode.Match)
			if len(v.SessionKey) != KeySize {
				t.Error("there is no session key")
			}
			if c.spelling == "" {
				if len(v.Tried) != 0 {
					t.Errorf("tried %+v", v.Tried)
				}
				return
			}
			for i, a := range v.Tried {
				wantCheck(t, a.Spelling, a.Result, checkOf(i == len(v.Tried)-1))
			}
			if last := v.Tried[len(v.Tried)-1]; last.Spelling != c.spelling {
				t.Errorf("%q matches, want %q", last.Spelling, c.spelling)
			}
			wantNote(t, v, c.note)
		})
	}
}

// TestSpellingsOnce wants no account to be tried twice.
func TestSpellingsOnce(t *testing.T) {
	for _, user := range []string{"alice", "ALICE", "alice@adlab", `adlab\alice`, "", "@", `\`} {
		for _, domain := range []string{"", "ADLAB", "adlab", "ad.lab.test"} {
			in := ntlmv2As(t, user, domain, Key{})
			seen := map[[2]string]bool{}
			m := in.Authenticate.Message.(*decode.AuthenticateMessage)
			seen[ownSpelling(m).hashed] = true
			for _, s := range spellings(m, in.Challenge.Message.(*decode.ChallengeMessage)) {
				if seen[s.hashed] {
					t.Errorf("%q %q: %s is a repetition", user, domain, s.name)
				}
				seen[s.hashed] = true
			}
		}
	}
}
