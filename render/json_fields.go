package render

import (
	"encoding/hex"
	"strconv"

	"github.com/ntlmctl/ntlmctl/decode"
)

// appendFields appends the annotated tree of a token as nested objects.
func appendFields(dst []byte, fields []decode.Field, raw []byte) []byte {
	dst = append(appendKey(dst, "fields"), '[')
	path := make([]byte, 0, 128)
	var ends [16]int // where the path of each open depth ends
	for i := range fields {
		f := &fields[i]
		depth := min(f.Depth, len(ends)-1)
		path = path[:0]
		if depth > 0 {
			path = append(path[:ends[depth-1]], '.')
		}
		path = append(path, f.Name...)
		ends[depth] = len(path)

		dst = comma(dst)
		dst = append(dst, `{"name":"`...)
		dst = append(dst, f.Name...)
		dst = append(dst, `","path":"`...)
		dst = append(dst, path...)
		dst = append(dst, `","offset":`...)
		dst = strconv.AppendInt(dst, int64(f.Offset), 10)
		dst = append(dst, `,"length":`...)
		dst = strconv.AppendInt(dst, int64(f.Length), 10)
		span := f.Span(raw)
		if len(span) > 0 {
			dst = append(dst, `,"raw":"`...)
			dst = hex.AppendEncode(dst, span)
			dst = append(dst, '"')
		}
		dst = appendValue(dst, f, span)
		if f.Meaning != "" {
			dst = appendText(dst, "meaning", f.Meaning)
		}
		next := -1
		if i+1 < len(fields) {
			next = fields[i+1].Depth
		}
		switch {
		case next > f.Depth:
			dst = append(dst, `,"children":[`...)
			continue
		case next < 0:
			next = 0
		}
		dst = append(dst, '}')
		for d := f.Depth; d > next; d-- {
			dst = append(dst, ']', '}')
		}
	}
	return append(dst, ']')
}

func appendValue(dst []byte, f *decode.Field, span []byte) []byte {
	if f.Value.IsZero() {
		return dst
	}
	dst = append(dst, `,"value":"`...)
	from := len(dst)
	dst = f.Value.Append(dst, span)
	if f.Value.Safe() {
		return append(dst, '"')
	}
	return escapeTail(dst, from)
}
