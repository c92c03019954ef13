package decode

import (
	"bytes"
	"strconv"

	"golang.org/x/text/encoding/charmap"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/krb5"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
)

// maxDepth is how many tokens may be nested: SPNEGO, in it NTLM or Kerberos,
// and around them CredSSP make three.
const maxDepth = 8

// Decode reads one token and the tokens inside it. It always returns a token:
// one that cannot be read is of KindUnknown, or of its kind with what was
// there, and has findings.
func Decode(raw []byte, o Options) *Token {
	if o.CodePage == nil {
		o.CodePage = charmap.Windows1252
	}
	return decodeAt(raw, o, 0)
}

func decodeAt(raw []byte, o Options, depth int) *Token {
	if isNTLM(raw) {
		return decodeNTLM(raw, o)
	}
	r := annotate.Recorder{Annotate: o.Annotate, Fields: o.Fields[:0]}
	t := &Token{Kind: KindUnknown, Raw: raw, InnerOffset: -1}
	var inner []byte
	switch {
	case sniffNEGOEX(raw):
		t.Kind, t.Message = KindNEGOEX, parseNEGOEX(raw, &r)
	case krb5.Sniff(raw):
		m := krb5.Parse(raw, &r)
		t.Kind, t.Message = kerberosKind(m.Type), m
	case sniffCredSSP(raw):
		m := parseCredSSP(raw, &r)
		t.Kind, t.Message = KindCredSSP, m
		if len(m.NegoTokens) > 0 {
			inner, t.InnerOffset = m.NegoTokens[0].Bytes, m.NegoTokens[0].Offset
		}
	case spnego.Sniff(raw):
		inner = t.readSPNEGO(raw, &r)
	default:
		r.Find(annotate.Unrecognised, 0, len(raw), unrecognised(raw))
	}
	if len(inner) == 0 {
		if at := bytes.Index(raw, []byte(signature)); at >= 0 && t.Kind != KindNEGOEX {
			r.Find(annotate.EmbeddedNTLM, at, len(raw)-at, "at offset "+strconv.Itoa(at))
			inner, t.InnerOffset = raw[at:], at
		}
	}
	if len(inner) > 0 && depth < maxDepth {
		o.Fields = nil
		t.Inner = decodeAt(inner, o, depth+1)
	}
	t.Fields, t.Findings = r.Fields, r.Findings
	if t.Kind == KindUnknown && o.Annotate && len(t.Fields) == 0 && len(raw) > 0 {
		r.Field("(unclaimed)", 0, len(raw), annotate.Bytes(), "of no token that is known")
		t.Fields = r.Fields
	}
	return t
}

// readSPNEGO sets kind and message and returns the token inside.
func (t *Token) readSPNEGO(raw []byte, r *annotate.Recorder) (inner []byte) {
	switch init, resp := spnego.Parse(raw, r); {
	case init != nil:
		t.Kind, t.Message = KindSPNEGOInit, init
		if init.Init2 {
			t.Kind = KindSPNEGOInit2
		}
		t.InnerOffset = init.MechTokenOffset
		return init.MechToken
	case resp != nil:
		t.Kind, t.Message = KindSPNEGOResp, resp
		t.InnerOffset = resp.ResponseTokenOffset
		return resp.ResponseToken
	}
	return nil
}

func kerberosKind(m krb5.MsgType) Kind {
	switch m {
	case krb5.MsgAPReq:
		return KindKRB5APReq
	case krb5.MsgAPRep:
		return KindKRB5APRep
	case krb5.MsgError:
		return KindKRB5Error
	case krb5.MsgTGTReq:
		return KindKRB5TGTReq
	case krb5.MsgTGTRep:
		return KindKRB5TGTRep
	}
	return KindKRB5Other
}

// unrecognised says what the bytes are, where that can be told.
func unrecognised(raw []byte) string {
	if len(raw) == 0 {
		return "there are no bytes"
	}
	for _, known := range [...]struct{ prefix, name string }{
		{"\x89PNG", "a PNG image"}, {"\x7fELF", "an ELF binary"}, {"MZ", "a Windows binary"}, {"PK\x03\x04", "a zip archive"},
		{"\x1f\x8b", "gzip"}, {"%PDF", "a PDF"}, {"{", "JSON (a JSON Web Token?)"}, {"\x16\x03", "TLS"},
	} {
		if bytes.HasPrefix(raw, []byte(known.prefix)) {
			return "it looks like " + known.name
		}
	}
	return ""
}
