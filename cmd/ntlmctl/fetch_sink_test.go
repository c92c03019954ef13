package main

import (
	"errors"
	"strings"
	"testing"
)

func TestScreen(t *testing.T) {
	for _, c := range []struct{ name, pieces, want string }{
		{"text", "a\tb\r\n", "a\tb\r\n"},
		{"escape", "a\x1b[31mb\x7f", `a\x1b[31mb\x7f`},
		{"utf-8", "grün €", "grün €"},
		{"C1", "a\u009bb", `a\x9bb`},
		{"C1 in two pieces", "a\xc2|\x9bb", `a\x9bb`},
		{"C1 of Latin-1", "a\x9b31m", `a\x9b31m`},
		{"continuation in two pieces", "\xe2|\x80|\x9c", "“"},
		{"C1 after a whole character", "“\x9b", `“\x9b`},
		{"other after C2", "\xc2|\xa9", "©"},
	} {
		var out strings.Builder
		s := &screen{w: &out}
		for piece := range strings.SplitSeq(c.pieces, "|") {
			if n, err := s.Write([]byte(piece)); err != nil || n != len(piece) {
				t.Errorf("%s: %d, %v", c.name, n, err)
			}
		}
		if out.String() != c.want {
			t.Errorf("%s: %q, want %q", c.name, out.String(), c.want)
		}
	}
	var out strings.Builder
	if _, err := (&screen{w: &out}).Write([]byte("a\x00b")); !errors.Is(err, errBinary) || out.Len() > 0 {
		t.Errorf("binary: %v, %q", err, out.String())
	}
}
