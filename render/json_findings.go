package render

import (
	"sync"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/annotate"
)

// findingJSON is what is the same in every finding of a code, ready to be
// written: what stands before its place, its sentence, and its reference.
type findingJSON struct{ code, text, reference []byte }

// findingsJSON is by code. A token has a handful of findings; to escape their
// sentences each time takes a seventh of the whole way to a --brief line.
var findingsJSON = sync.OnceValue(func() []findingJSON {
	all := make([]findingJSON, 1+len(annotate.Catalogue()))
	for code := range all {
		f := decode.Finding{Code: annotate.Code(code)}
		text := appendQuoted(nil, f.Text())
		all[code] = findingJSON{
			code:      appendWord(appendWord([]byte{'{'}, "code", f.Code.String()), "severity", f.Severity().String()),
			text:      append([]byte(`,"text":`), text[:len(text)-1]...), // the detail may follow
			reference: []byte(`,"reference":"` + f.Reference() + `"}`),
		}
	}
	return all
})

// appendFindings writes the place of each only where findings have one.
func appendFindings(dst []byte, findings []decode.Finding, placed bool) []byte {
	if len(findings) == 0 {
		return dst
	}
	all := findingsJSON()
	dst = append(appendKey(dst, "findings"), '[')
	for i := range findings {
		f := &findings[i]
		is := &all[f.Code]
		dst = append(comma(dst), is.code...)
		if placed {
			dst = appendInt(dst, "offset", int64(f.Offset))
			dst = appendInt(dst, "length", int64(f.Length))
		}
		dst = append(dst, is.text...)
		if f.Detail != "" {
			dst = append(dst, ": "...)
			dst = append(dst, f.Detail...)
			dst = escapeTail(dst, len(dst)-len(f.Detail))
		} else {
			dst = append(dst, '"')
		}
		dst = append(dst, is.reference...)
	}
	return append(dst, ']')
}
