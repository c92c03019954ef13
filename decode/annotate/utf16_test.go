package annotate

import (
	"bytes"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

func TestUTF16(t *testing.T) {
	for _, test := range []struct {
		name, bytes, text string
		at                int
		ok                bool
	}{
		{"empty", "", "", 0, true},
		{"ASCII", "L\x00A\x00", "LA", 0, true},
		{"Latin", "\xdc\x00", "Ü", 0, true},
		{"Kanji", "\xc9\x30", "ド", 0, true},
		{"a pair", "\x3d\xd8\x00\xde", "😀", 0, true},
		{"the last code point", "\xff\xdb\xff\xdf", "\U0010ffff", 0, true},
		{"zero", "\x00\x00", "\x00", 0, true},
		{"odd", "L\x00A", "L\ufffd", 2, false},
		{"one byte", "L", "\ufffd", 0, false},
		{"first half alone", "\x3d\xd8A\x00", "\ufffdA", 0, false},
		{"first half at the end", "A\x00\x3d\xd8", "A\ufffd", 2, false},
		{"first half and one byte", "\x3d\xd8\x00", "\ufffd\ufffd", 0, false},
		{"second half alone", "A\x00\x00\xde", "A\ufffd", 2, false},
		{"halves the wrong way round", "\x00\xde\x3d\xd8", "\ufffd\ufffd", 0, false},
		{"two first halves and a second", "\x3d\xd8\x3d\xd8\x00\xde", "\ufffd😀", 0, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := []byte(test.bytes)
			if got := string(AppendUTF16([]byte("<"), b)); got != "<"+test.text {
				t.Errorf("text %q, want %q", got, "<"+test.text)
			}
			if at, ok := ValidUTF16(b); ok != test.ok || at != test.at {
				t.Errorf("valid %v at %d, want %v at %d", ok, at, test.ok, test.at)
			}
			if got := EncodeUTF16(test.text); test.ok && !bytes.Equal(got, b) {
				t.Errorf("encoded %x, want %x", got, b)
			}
		})
	}
	if got := EncodeUTF16("a\xffb"); string(got) != "a\x00\xfd\xffb\x00" {
		t.Errorf("text that is no UTF-8 becomes %x", got)
	}
}

// FuzzUTF16 compares with the standard library, and wants what is valid back.
func FuzzUTF16(f *testing.F) {
	for _, s := range []string{"", "L\x00A\x00", "\x3d\xd8\x00\xde", "\x3d\xd8A\x00", "\x00\xde", "abc", "\x3d\xd8\x3d\xd8\x00\xde"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var units []uint16
		for i := 0; i+1 < len(b); i += 2 {
			units = append(units, uint16(b[i])|uint16(b[i+1])<<8)
		}
		want := string(utf16.Decode(units))
		if len(b)%2 != 0 {
			want += "\ufffd"
		}
		got := string(AppendUTF16(nil, b))
		if got != want {
			t.Fatalf("%x is %q, want %q", b, got, want)
		}
		if !utf8.ValidString(got) {
			t.Fatalf("%x gives invalid UTF-8 %q", b, got)
		}
		at, ok := ValidUTF16(b)
		if ok != bytes.Equal(EncodeUTF16(got), b) {
			t.Fatalf("%x: valid is %v, and comes back as %x", b, ok, EncodeUTF16(got))
		}
		if at < 0 || at > len(b) || ok && at != 0 {
			t.Fatalf("%x: valid %v at %d", b, ok, at)
		}
		if _, before := ValidUTF16(b[:at]); !ok && (at >= len(b) || !before) {
			t.Fatalf("%x: %d is not where it first goes wrong", b, at)
		}
	})
}
