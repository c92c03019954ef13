package walk

import (
	"strconv"

	"github.com/ntlmctl/ntlmctl/decode/der"
)

var universal = [...]string{
	der.Integer: "INTEGER", der.BitString: "BIT STRING", der.OctetString: "OCTET STRING",
	der.OID: "OBJECT IDENTIFIER", der.Enumerated: "ENUMERATED", der.UTF8String: "UTF8String",
	0x10: "SEQUENCE", 0x11: "SET", 0x17: "UTCTime", der.GeneralizedTime: "GeneralizedTime",
	der.GeneralString: "GeneralString",
}

// Describe names an element by its tag: "SEQUENCE", "[2]", "[APPLICATION 14]".
func Describe(e der.Element) string {
	n := strconv.Itoa(e.Tag)
	switch e.Class {
	case der.ClassContext:
		return "[" + n + "]"
	case der.ClassApplication:
		return "[APPLICATION " + n + "]"
	case der.ClassPrivate:
		return "[PRIVATE " + n + "]"
	}
	if e.Tag < len(universal) && universal[e.Tag] != "" {
		return universal[e.Tag]
	}
	return "[UNIVERSAL " + n + "]"
}

func describeIdent(ident byte) string {
	return Describe(der.Element{Class: ident >> 6, Tag: int(ident & 0x1f)})
}
