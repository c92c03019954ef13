package der

import (
	"bytes"
	"encoding/hex"
	"math"
	"testing"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRead(t *testing.T) {
	for _, test := range []struct {
		name, input string
		want        Element
		end         int
	}{
		{"short", "0403616263ff", Element{Tag: 4, HeaderLen: 2, Length: 3, Declared: 3}, 5},
		{"empty", "0400", Element{Tag: 4, HeaderLen: 2}, 2},
		{"context", "a0020500", Element{Class: ClassContext, Constructed: true, HeaderLen: 2, Length: 2, Declared: 2}, 4},
		{"non-minimal", "04820003616263", Element{Tag: 4, HeaderLen: 4, Length: 3, Declared: 3, NonMinimal: true}, 7},
		{"non-minimal short", "04810161", Element{Tag: 4, HeaderLen: 3, Length: 1, Declared: 1, NonMinimal: true}, 4},
		{"high tag", "9f818001020000", Element{Class: ClassContext, Tag: 1<<14 | 1, HeaderLen: 5, Length: 2, Declared: 2}, 7},
		{"high tag, low number", "9f0100", Element{Class: ClassContext, Tag: 1, HeaderLen: 3, NonMinimal: true}, 3},
		{"tag too large", "9fffffffffffff7f00", Element{Class: ClassContext, Tag: tooLarge, HeaderLen: 9}, 9},
		{"cut content", "040561", Element{Tag: 4, HeaderLen: 2, Length: 1, Declared: 5, Truncated: true}, 3},
		{"cut length", "048201", Element{Tag: 4, HeaderLen: 3, Declared: -1, Truncated: true}, 3},
		{"cut tag", "1f81", Element{Tag: 1, HeaderLen: 2, Declared: -1, Truncated: true}, 2},
		{"no length", "30", Element{Constructed: true, Tag: 16, HeaderLen: 1, Declared: -1, Truncated: true}, 1},
		{"length of nine octets", "04890000000000000000016100", Element{Tag: 4, HeaderLen: 11, Length: 1, Declared: 1, NonMinimal: true}, 12},
		{"huge length", "0488ffffffffffffffff61", Element{Tag: 4, HeaderLen: 10, Length: 1, Declared: tooLarge, Truncated: true}, 11},
		{"indefinite", "308004016100000500", Element{Constructed: true, Tag: 16, HeaderLen: 2, Length: 3, Declared: -1, Indefinite: true}, 7},
		{"indefinite, nested", "3080308004010000000000", Element{Constructed: true, Tag: 16, HeaderLen: 2, Length: 7, Declared: -1, Indefinite: true}, 11},
		{"indefinite, open", "30800401", Element{Constructed: true, Tag: 16, HeaderLen: 2, Length: 2, Declared: -1, Indefinite: true, Truncated: true}, 4},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := unhex(t, test.input)
			e, ok := Read(b, 0, len(b))
			if !ok || e != test.want {
				t.Errorf("got %+v %v\nwant %+v", e, ok, test.want)
			}
			if e.End() != test.end {
				t.Errorf("ends at %d, want %d", e.End(), test.end)
			}
		})
	}
	if _, ok := Read([]byte{4, 0}, 2, 2); ok {
		t.Error("read past the end")
	}
	if _, ok := Read([]byte{4, 0}, -1, 2); ok {
		t.Error("read before the start")
	}
}

func TestReadStaysInsideItsParent(t *testing.T) {
	b := unhex(t, "040561626364650400")
	e, _ := Read(b, 0, 4)
	if !e.Truncated || e.Length != 2 || string(e.Bytes(b)) != "ab" || cap(e.Bytes(b)) != 2 {
		t.Errorf("%+v %q", e, e.Bytes(b))
	}
}

func TestAppendHeader(t *testing.T) {
	for length, want := range map[int]string{0: "3000", 127: "307f", 128: "308180", 255: "3081ff", 256: "30820100", 65536: "3083010000"} {
		if got := hex.EncodeToString(AppendHeader(nil, Sequence, length)); got != want {
			t.Errorf("length %d: %s, want %s", length, got, want)
		}
		if Size(length) != len(want)/2+length {
			t.Errorf("Size(%d) = %d", length, Size(length))
		}
	}
}

func TestInt(t *testing.T) {
	for n, want := range map[int64]string{0: "00", 1: "01", 127: "7f", 128: "0080", 255: "00ff", -1: "ff", -128: "80", -129: "ff7f", math.MaxInt64: "7fffffffffffffff", math.MinInt64: "8000000000000000"} {
		content := AppendInt(nil, n)
		if hex.EncodeToString(content) != want || IntSize(n) != len(content) {
			t.Errorf("%d: %x of %d, want %s", n, content, IntSize(n), want)
		}
		if back, ok := ParseInt(content); !ok || back != n {
			t.Errorf("%s: %d %v", want, back, ok)
		}
	}
	for _, content := range [][]byte{nil, make([]byte, 9)} {
		if _, ok := ParseInt(content); ok {
			t.Errorf("%x is taken", content)
		}
	}
}

func TestOID(t *testing.T) {
	for _, test := range []struct {
		content, text string
		dotted        bool
	}{
		{"2b0601040182370202" + "0a", "1.3.6.1.4.1.311.2.2.10", true},
		{"2a864886f712010202", "1.2.840.113554.1.2.2", true},
		{"883703", "2.999.3", true},
		{"00", "0.0", true},
		{"4f", "1.39", true},
		{"50", "2.0", true},
		{"", "0x", false},
		{"2b86", "0x2b86", false},                                     // cut
		{"2b8006", "0x2b8006", false},                                 // padded
		{"802b", "0x802b", false},                                     // padded
		{"2bffffffffffffffffff7f", "0x2bffffffffffffffffff7f", false}, // over 63 bits
		{"2bffffffffffffffff7f", "1.3.9223372036854775807", true},     // 63 bits
		{"ffffffffffffffff7f", "2.9223372036854775727", true},         // 63 bits with the root
	} {
		content := unhex(t, test.content)
		text, dotted := OIDText(content)
		if text != test.text || dotted != test.dotted {
			t.Errorf("%s: %q %v, want %q %v", test.content, text, dotted, test.text, test.dotted)
		}
		if back, ok := AppendOID(nil, text); !ok || !bytes.Equal(back, content) {
			t.Errorf("%q: %x %v, want %s", text, back, ok, test.content)
		}
	}
	for _, text := range []string{"", "1", "1.40", "3.1", "1..2", "1.2.", "1.2.x", "1.-2", "0xabc", "0xzz", "1.2.9223372036854775808", "2.9223372036854775807"} {
		if b, ok := AppendOID([]byte{7}, text); ok || len(b) != 1 {
			t.Errorf("%q is taken: %x", text, b)
		}
	}
}

func TestReadAllocatesNothing(t *testing.T) {
	b := unhex(t, "3080308004010000000000")
	if n := testing.AllocsPerRun(100, func() { Read(b, 0, len(b)) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"0403616263", "3080308004010000000000", "9f818001020000", "0488ffffffffffffffff61"} {
		f.Add(unhex(f, s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for at := 0; at < len(b); {
			e, ok := Read(b, at, len(b))
			if !ok || e.Offset != at || e.End() <= at || e.End() > len(b) || e.HeaderLen < 1 || e.Length < 0 || e.ContentEnd() > e.End() {
				t.Fatalf("%+v %v at %d of %d", e, ok, at, len(b))
			}
			if !e.Truncated && !e.NonMinimal && !e.Indefinite && e.Tag < 31 {
				back := Append(nil, b[at], e.Bytes(b))
				if !bytes.Equal(back, b[at:e.End()]) {
					t.Fatalf("%x becomes %x", b[at:e.End()], back)
				}
			}
			at = e.End()
		}
		text, _ := OIDText(b)
		if back, ok := AppendOID(nil, text); !ok || !bytes.Equal(back, b) {
			t.Fatalf("OID %x becomes %q, and that %x", b, text, back)
		}
		if n, ok := ParseInt(b); ok {
			if m, _ := ParseInt(AppendInt(nil, n)); m != n {
				t.Fatalf("integer %x: %d, then %d", b, n, m)
			}
		}
	})
}
