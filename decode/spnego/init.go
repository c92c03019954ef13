package spnego

import "github.com/ntlmctl/ntlmctl/decode/der"

// Init is a NegTokenInit (RFC 4178 4.2.1) or NegTokenInit2 (MS-SPNG 2.2.1).
// Its slices alias the input of Parse.
type Init struct {
	// Framed says that the GSS-API's InitialContextToken (0x60) is around it.
	Framed bool
	// Init2 says that it is a NegTokenInit2: negHints are there, or a MIC at
	// the place behind them.
	Init2 bool
	// MechTypes is nil where the field is absent.
	MechTypes []OID
	// MechTypeList is the DER of the list, tag and length included: what
	// mechListMIC covers (RFC 4178 5). Append does not look at it.
	MechTypeList []byte
	// ReqFlags is the content of the BIT STRING: the number of unused bits, then
	// the bits. Nil where absent.
	ReqFlags []byte
	// MechToken is nil where absent. MechTokenOffset is where it begins in the
	// input, -1 where it is absent or not there in one piece.
	MechToken       []byte
	MechTokenOffset int
	// Hints is nil where absent.
	Hints *Hints
	// MechListMIC is nil where absent.
	MechListMIC []byte
}

// Hints is NegHints (MS-SPNG 2.2.1): what a server that speaks first tells.
type Hints struct {
	// Name is hintName, "not_defined_in_RFC4178@please_ignore" as a rule; Named
	// says that the field is there.
	Name  string
	Named bool
	// Address is hintAddress, nil where absent.
	Address []byte
}

// PleaseIgnore is the hintName that Windows and Samba send.
const PleaseIgnore = "not_defined_in_RFC4178@please_ignore"

var flagNames = [...]string{"delegFlag", "mutualFlag", "replayFlag", "sequenceFlag", "anonFlag", "confFlag", "integFlag"}

// FlagNames are the ContextFlags (RFC 4178 4.2.1) that ReqFlags sets.
func (t *Init) FlagNames() []string {
	var names []string
	if len(t.ReqFlags) < 2 {
		return nil
	}
	for i, name := range flagNames {
		if t.ReqFlags[1]&(0x80>>i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// AppendMechTypeList appends the DER of a MechTypeList, over which the
// mechListMIC is made (RFC 4178 5).
func AppendMechTypeList(dst []byte, mechs []OID) []byte {
	dst = der.AppendHeader(dst, der.Sequence, mechListSize(mechs))
	for _, m := range mechs {
		dst = appendOID(dst, m)
	}
	return dst
}

func mechListSize(mechs []OID) int {
	n := 0
	for _, m := range mechs {
		n += der.Size(m.contentSize())
	}
	return n
}

// Append appends t in DER, in its frame if Framed says so. A token with Hints
// or Init2 has its mechListMIC where NegTokenInit2 has it, at [4].
func (t *Init) Append(dst []byte) []byte {
	var size int // of the SEQUENCE's content
	if t.MechTypes != nil {
		size += der.Size(der.Size(mechListSize(t.MechTypes)))
	}
	if t.ReqFlags != nil {
		size += der.Size(der.Size(len(t.ReqFlags)))
	}
	size += octetsSize(t.MechToken) + octetsSize(t.MechListMIC)
	hints := 0
	if t.Hints != nil {
		hints = t.Hints.size()
		size += der.Size(der.Size(hints))
	}

	if t.Framed {
		dst = der.AppendHeader(dst, der.Application(0), der.Size(OIDSPNEGO.contentSize())+der.Size(der.Size(size)))
		dst = appendOID(dst, OIDSPNEGO)
	}
	dst = der.AppendHeader(dst, der.Context(0), der.Size(size))
	dst = der.AppendHeader(dst, der.Sequence, size)
	if t.MechTypes != nil {
		dst = der.AppendHeader(dst, der.Context(0), der.Size(mechListSize(t.MechTypes)))
		dst = AppendMechTypeList(dst, t.MechTypes)
	}
	if t.ReqFlags != nil {
		dst = der.AppendHeader(dst, der.Context(1), der.Size(len(t.ReqFlags)))
		dst = der.Append(dst, der.BitString, t.ReqFlags)
	}
	dst = appendOctets(dst, 2, t.MechToken)
	micTag := 3
	if t.Hints != nil {
		dst = der.AppendHeader(dst, der.Context(3), der.Size(hints))
		dst = der.AppendHeader(dst, der.Sequence, hints)
		dst = t.Hints.append(dst)
	}
	if t.Hints != nil || t.Init2 {
		micTag = 4
	}
	return appendOctets(dst, micTag, t.MechListMIC)
}

func (h *Hints) size() int {
	n := octetsSize(h.Address)
	if h.Named {
		n += der.Size(der.Size(len(h.Name)))
	}
	return n
}

func (h *Hints) append(dst []byte) []byte {
	if h.Named {
		dst = der.AppendHeader(dst, der.Context(0), der.Size(len(h.Name)))
		dst = append(der.AppendHeader(dst, der.GeneralString, len(h.Name)), h.Name...)
	}
	return appendOctets(dst, 1, h.Address)
}

// octetsSize is the size of what appendOctets appends.
func octetsSize(b []byte) int {
	if b == nil {
		return 0
	}
	return der.Size(der.Size(len(b)))
}

// appendOctets appends an OCTET STRING inside [n], or nothing where b is nil.
func appendOctets(dst []byte, n int, b []byte) []byte {
	if b == nil {
		return dst
	}
	dst = der.AppendHeader(dst, der.Context(n), der.Size(len(b)))
	return der.Append(dst, der.OctetString, b)
}
