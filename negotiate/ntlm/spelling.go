package ntlm

import (
	"strings"

	"github.com/ntlmctl/ntlmctl/decode"
)

// spelling is one way to write the account that takes part in NTLMv2.
type spelling struct {
	name string // as in decode.Attempt
	with string // completes "the client computed the response ..."
	// user and domain are for people; hashed are the bytes that are hashed, user
	// and domain in UTF-16LE.
	user, domain string
	hashed       [2]string
}

func (s spelling) key(ntowfv1 Key) Key {
	return ntowfv2(ntowfv1, []byte(s.hashed[0]), []byte(s.hashed[1]))
}

// ownSpelling is the account as the message has it, lone surrogates and all.
func ownSpelling(m *decode.AuthenticateMessage) spelling {
	user, domain := m.User(), m.DomainName()
	return spelling{user: user.String(), domain: domain.String(),
		hashed: [2]string{string(upcaseUTF16(utf16Bytes(user))), string(utf16Bytes(domain))}}
}

func utf16Bytes(t decode.Text) []byte {
	if t.CodePage == nil {
		return t.Bytes
	}
	return decode.EncodeText(t.String(), nil)
}

// speller collects spellings, each account once.
type speller struct {
	list []spelling
	seen map[[2]string]bool
}

func (l *speller) add(name, with, user, domain string) {
	l.addHashed(name, with, user, domain, string(upcaseUTF16(decode.EncodeText(user, nil))))
}

func (l *speller) addHashed(name, with, user, domain, hashedUser string) {
	s := spelling{name, with, user, domain, [2]string{hashedUser, string(decode.EncodeText(domain, nil))}}
	if !l.seen[s.hashed] {
		l.seen[s.hashed] = true
		l.list = append(l.list, s)
	}
}

// addDomain adds a domain that another field names, unless that is empty.
func (l *speller) addDomain(what, user, domain string) {
	if domain != "" {
		l.add(what+" as domain", "with "+what+" as domain", user, domain)
	}
}

// spellings lists other ways to write the account of m than its own, the likely
// ones first.
func spellings(m *decode.AuthenticateMessage, challenge *decode.ChallengeMessage) []spelling {
	own := ownSpelling(m)
	user, domain := own.user, own.domain
	l := speller{seen: map[[2]string]bool{own.hashed: true}}
	l.add("domain empty", "with an empty domain", user, "")
	l.add("domain in upper case", "with the domain in upper case", user, upcaseString(domain))
	l.add("domain in lower case", "with the domain in lower case", user, strings.ToLower(domain))
	l.addNamesOf(user, challenge)
	l.addDomain("the client's workstation name", user, m.WorkstationName().String())
	l.splitUser(user, domain, challenge)
	if domain != "" {
		l.add("user and domain as UPN", "with user@domain as user and an empty domain", user+"@"+domain, "")
		l.add(`DOMAIN\user as user`, `with DOMAIN\user as user and an empty domain`, domain+`\`+user, "")
	}
	if dns := challenge.AVPairs.Text(decode.MsvAvDNSDomainName); dns != "" {
		l.add("UPN in the challenge's DNS domain", "with the UPN in the challenge's DNS domain as user and an empty domain", user+"@"+dns, "")
	}
	given := string(utf16Bytes(m.User()))
	l.addHashed("user not in upper case", "with the user not put in upper case", user, domain, given)
	l.addHashed("user not in upper case, domain empty", "with the user not put in upper case and an empty domain", user, "", given)
	full := string(decode.EncodeText(strings.ReplaceAll(strings.ToUpper(user), "ß", "SS"), nil))
	l.addHashed("user in Unicode's upper case", "with the user in Unicode's upper case, which differs from Windows' own", user, domain, full)
	return l.list
}

// addNamesOf adds the names that the challenge gives.
func (l *speller) addNamesOf(user string, challenge *decode.ChallengeMessage) {
	dns := challenge.AVPairs.Text(decode.MsvAvDNSDomainName)
	l.addDomain("the challenge's NetBIOS domain name", user, challenge.AVPairs.Text(decode.MsvAvNbDomainName))
	l.addDomain("the challenge's DNS domain name", user, dns)
	l.addDomain("the challenge's DNS domain name in upper case", user, upcaseString(dns))
	l.addDomain("the server's NetBIOS name", user, challenge.AVPairs.Text(decode.MsvAvNbComputerName))
	l.addDomain("the server's DNS name", user, challenge.AVPairs.Text(decode.MsvAvDNSComputerName))
	l.addDomain("the challenge's target name", user, challenge.Target().String())
}

// splitUser takes a user name apart that has a domain in it.
func (l *speller) splitUser(user, domain string, challenge *decode.ChallengeMessage) {
	var name, realm, what string
	if i := strings.LastIndexByte(user, '@'); i > 0 {
		name, realm, what = user[:i], user[i+1:], "UPN"
	} else if i := strings.IndexAny(user, `\/`); i > 0 {
		name, realm, what = user[i+1:], user[:i], `DOMAIN\user`
	} else {
		return
	}
	add := func(how, domain string) {
		l.add(what+" split, "+how, "with "+what+" split: the name alone as user, "+how, name, domain)
	}
	add("realm as domain", realm)
	add("realm as domain in upper case", upcaseString(realm))
	add("domain empty", "")
	add("domain as sent", domain)
	if nb := challenge.AVPairs.Text(decode.MsvAvNbDomainName); nb != "" {
		add("the challenge's NetBIOS domain name as domain", nb)
	}
	if dns := challenge.AVPairs.Text(decode.MsvAvDNSDomainName); dns != "" {
		add("the challenge's DNS domain name as domain", dns)
	}
}

// upcaseString is s in upper case as Windows makes it.
func upcaseString(s string) string { return strings.Map(upcase, s) }
