package decode

import (
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

// FuzzDecode wants of any bytes what checkToken and checkFixpoint want.
func FuzzDecode(f *testing.F) {
	pages := []encoding.Encoding{nil, charmap.CodePage437, japanese.ShiftJIS, unicode.UTF8}
	for _, cases := range messageCases {
		for _, c := range cases {
			if len(c.raw) < 1024 {
				f.Add(c.raw, byte(0))
			}
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte, page byte) {
		if len(raw) > 1<<17 {
			t.Skip()
		}
		p := pages[int(page)%len(pages)]
		checkFixpoint(t, checkToken(t, raw, p), p)
	})
}
