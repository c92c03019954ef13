package spnego

import (
	"bytes"

	"github.com/ntlmctl/ntlmctl/decode/der"
	"github.com/ntlmctl/ntlmctl/decode/krb5"
)

// OID is an object identifier in dotted decimals. One that is malformed is 0x
// and its octets in hexadecimal.
type OID string

// The mechanisms that are found in tokens.
const (
	OIDSPNEGO     OID = "1.3.6.1.5.5.2"
	OIDNTLM       OID = "1.3.6.1.4.1.311.2.2.10"
	OIDKerberos   OID = krb5.OIDKerberos
	OIDMSKerberos OID = krb5.OIDMSKerberos
	OIDUserToUser OID = krb5.OIDUserToUser
	OIDIAKERB     OID = krb5.OIDIAKERB
	OIDNEGOEX     OID = "1.3.6.1.4.1.311.2.2.30"
	OIDPKU2U      OID = "1.3.6.1.5.2.7"
)

// mechanism is a known OID with the octets of its content. The name of one of
// Kerberos' is krb5's.
type mechanism struct {
	oid     OID
	name    string
	meaning string
	octets  []byte
}

var mechanisms = withOctets([]mechanism{
	{oid: OIDNTLM, name: "NTLM", meaning: "NTLMSSP (MS-NLMP)"},
	{oid: OIDKerberos, meaning: "Kerberos V5 (RFC 4121)"},
	{oid: OIDMSKerberos, meaning: "Kerberos V5 under the OID that Windows 2000 cut to 16 bits (MS-SPNG 2.2)"},
	{oid: OIDNEGOEX, name: "NEGOEX", meaning: "SPNEGO Extended Negotiation (MS-NEGOEX)"},
	{oid: OIDSPNEGO, name: "SPNEGO", meaning: "the negotiation itself (RFC 4178)"},
	{oid: OIDUserToUser, meaning: "Kerberos V5 with a ticket encrypted in a session key"},
	{oid: OIDIAKERB, meaning: "Kerberos V5 through the acceptor, for clients that cannot reach a KDC"},
	{oid: OIDPKU2U, name: "PKU2U", meaning: "Kerberos V5 between peers with certificates"},
	{oid: krb5.OIDDraft, meaning: "Kerberos V5 as drafts of RFC 1964 had it"},
	{oid: krb5.OIDWrong, meaning: "Kerberos V5 under an OID that MIT's library once sent by mistake"},
	{oid: "1.2.840.113554.1.2.2.5", name: "IAKERB (old)", meaning: "IAKERB under MIT's arc"},
	{oid: "1.3.6.1.5.5.14", name: "SCRAM-SHA-1", meaning: "SCRAM as a GSS-API mechanism (RFC 5802)"},
	{oid: "1.3.6.1.5.5.18", name: "SCRAM-SHA-256", meaning: "SCRAM as a GSS-API mechanism (RFC 7677)"},
	{oid: "1.3.6.1.5.5.17", name: "SAML20EC", meaning: "SAML enhanced client"},
	{oid: "1.3.6.1.5.5.16", name: "BrowserID", meaning: "BrowserID"},
	{oid: "1.3.6.1.5.5.15.1.1.17", name: "EAP-AES128", meaning: "EAP with AES-128 (RFC 7055)"},
	{oid: "1.3.6.1.5.5.15.1.1.18", name: "EAP-AES256", meaning: "EAP with AES-256 (RFC 7055)"},
	{oid: "1.3.6.1.5.5.1.1", name: "SPKM-1", meaning: "simple public-key mechanism (RFC 2025)"},
	{oid: "1.3.6.1.4.1.311.2.2.9", name: "DPA", meaning: "Distributed Password Authentication, of the 1990s"},
	{oid: "1.3.6.1.4.1.311.2.2.12", name: "Negotiate", meaning: "Windows' Negotiate under Microsoft's own arc"},
	{oid: "1.3.6.1.4.1.311.2.2.27", name: "LiveSSP", meaning: "Microsoft account"},
	{oid: "1.3.6.1.4.1.5322.22.1.18", name: "GSS-EAP (old)", meaning: "EAP under PADL's arc"},
	{oid: "1.2.752.43.14.3", name: "NTLM (Heimdal)", meaning: "NTLM under Heimdal's arc"},
	{oid: "1.3.6.1.4.1.5923.1.1.1.1", name: "GSI", meaning: "Grid Security Infrastructure"},
})

func withOctets(list []mechanism) []mechanism {
	for i := range list {
		if list[i].name == "" {
			list[i].name = krb5.MechanismName(string(list[i].oid))
		}
		list[i].octets, _ = der.AppendOID(nil, string(list[i].oid))
	}
	return list
}

// oidOf reads the content of an OBJECT IDENTIFIER; known ones cost no
// allocation. ok is false where it is malformed.
func oidOf(content []byte) (oid OID, ok bool) {
	for i := range mechanisms {
		if bytes.Equal(mechanisms[i].octets, content) {
			return mechanisms[i].oid, true
		}
	}
	text, ok := der.OIDText(content)
	return OID(text), ok
}

// Name is the mechanism's usual name, empty where it is not known.
func (o OID) Name() string { return o.mechanism().name }

// Meaning is a phrase for a person, empty where the OID is not known.
func (o OID) Meaning() string { return o.mechanism().meaning }

// Kerberos reports whether the mechanism's tokens are Kerberos messages.
func (o OID) Kerberos() bool { return krb5.MechanismName(string(o)) != "" }

func (o OID) mechanism() mechanism {
	for i := range mechanisms {
		if mechanisms[i].oid == o {
			return mechanisms[i]
		}
	}
	return mechanism{}
}

// contentSize is the number of octets of the OID's content.
func (o OID) contentSize() int {
	if m := o.mechanism(); m.octets != nil {
		return len(m.octets)
	}
	var buf [64]byte
	content, _ := der.AppendOID(buf[:0], string(o))
	return len(content)
}

// appendOID appends the OID as an element. One that cannot be read becomes
// an element without content.
func appendOID(dst []byte, o OID) []byte {
	if m := o.mechanism(); m.octets != nil {
		return der.Append(dst, der.OID, m.octets)
	}
	dst = der.AppendHeader(dst, der.OID, o.contentSize())
	dst, _ = der.AppendOID(dst, string(o))
	return dst
}
