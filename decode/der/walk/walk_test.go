package walk

import (
	"encoding/hex"
	"reflect"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/der"
)

func walker(t *testing.T, s string) (*Walker, *Scope) {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	w := &Walker{B: b, R: &annotate.Recorder{Annotate: true}}
	s0 := w.All(0, "token")
	return w, &s0
}

func details(w *Walker) []string {
	list := []string{}
	for _, f := range w.R.Findings {
		list = append(list, f.Code.String()+": "+f.Detail)
	}
	return list
}

// TestCut: of a chain of elements that are cut at the same place, the
// innermost is reported; one that overruns its parent is reported at once.
func TestCut(t *testing.T) {
	for input, want := range map[string][]string{
		"30 09 a0 07 04 05 6162": {"der-truncated: inner wants 5 bytes, 2 are there"},
		"30 09 a0 07 04":         {"der-truncated: inner ends inside its tag or length"},
		"30 09 a0":               {"der-truncated: inner ends inside its tag or length"},
		"30 09":                  {"der-truncated: outer wants 9 bytes, 0 are there"},
		"30 80 a0 80 04 01 61":   {"der-indefinite: outer", "der-indefinite: inner", "der-truncated: inner has no end-of-contents octets"},
		"30 06 a0 04 04 05 6162": {"der-truncated: inner wants 5 bytes, 2 are there"},
		"30 05 a0 03 04 05 61 05 00": {"der-truncated: inner wants 5 bytes, 1 are there",
			"trailing-data: after token"},
	} {
		w, s := walker(t, input)
		outer, _ := w.Next(s)
		inside := w.Open(outer, "outer", "")
		if e, ok := w.Next(&inside); ok {
			w.Octets(e, "inner", "")
		}
		w.Close(&inside)
		w.Rest(s)
		w.Done()
		if got := details(w); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %q, want %q", input, got, want)
		}
	}
}

func TestOctets(t *testing.T) {
	for _, test := range []struct {
		input, content string
		offset         int
		findings       []string
	}{
		{"a0 04 04 02 6162", "6162", 4, []string{}},
		{"a0 02 04 00", "", 4, []string{}},
		{"a0 08 24 06 04 01 61 04 01 62", "6162", -1, []string{}},
		{"a0 04 30 02 05 00", "30020500", 2, []string{"der-unexpected: x: SEQUENCE where OCTET STRING is due"}},
		{"a0 06 04 02 6162 05 00", "6162", 4, []string{"trailing-data: after x"}},
		{"a0 05 24 03 02 01 61", "", -1, []string{"der-unexpected: x: INTEGER where a segment of OCTET STRING is due"}},
	} {
		w, s := walker(t, test.input)
		e, _ := w.Next(s)
		content, offset := w.Octets(e, "x", "")
		if content == nil || hex.EncodeToString(content) != test.content || offset != test.offset {
			t.Errorf("%s: %x at %d", test.input, content, offset)
		}
		if got := details(w); !reflect.DeepEqual(got, test.findings) {
			t.Errorf("%s: %q", test.input, got)
		}
	}
	w, s := walker(t, "a0 00")
	e, _ := w.Next(s)
	if content, offset := w.Octets(e, "x", ""); content != nil || offset != -1 {
		t.Errorf("empty tag: %x at %d", content, offset)
	}
}

func TestInt32(t *testing.T) {
	for input, want := range map[string]int64{"a0 03 02 01 7f": 127, "a0 03 02 01 ff": -1, "a0 07 02 05 00 ff ff ff ff": 1<<32 - 1} {
		w, s := walker(t, input)
		e, _ := w.Next(s)
		if n, _, ok := w.Int32(e, "x"); !ok || n != want {
			t.Errorf("%s: %d %v", input, n, ok)
		}
	}
	for _, input := range []string{"a0 02 02 00", "a0 07 02 05 01 00 00 00 00", "a0 03 04 01 61"} {
		w, s := walker(t, input)
		e, _ := w.Next(s)
		if _, _, ok := w.Int32(e, "x"); ok || len(w.R.Findings) != 1 {
			t.Errorf("%s: %v %q", input, ok, details(w))
		}
	}
}

func TestDescribe(t *testing.T) {
	for want, e := range map[string]der.Element{
		"SEQUENCE":         {Tag: 16},
		"[2]":              {Class: der.ClassContext, Tag: 2},
		"[APPLICATION 14]": {Class: der.ClassApplication, Tag: 14},
		"[PRIVATE 1]":      {Class: der.ClassPrivate, Tag: 1},
		"[UNIVERSAL 99]":   {Tag: 99},
	} {
		if got := Describe(e); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
