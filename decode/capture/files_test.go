package capture

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

// transcript says all that is found in an input, line by line.
func transcript(tb testing.TB, in []byte, bytewise bool) string {
	tb.Helper()
	var out strings.Builder
	r := bytes.NewReader(in)
	o := Options{Name: "in", Responded: func(r Response) {
		fmt.Fprintf(&out, "response %d stream=%q line=%d offset=%d %s\n", r.Status, r.Source.Stream, r.Source.Line, r.Source.Offset, clock(r.Time.IsZero(), r.Time.Format("15:04:05.000")))
	}}
	found := func(f Found) bool {
		head := f.Raw[:min(12, len(f.Raw))]
		s := f.Source
		fmt.Fprintf(&out, "token %x.. size=%d scheme=%q status=%d line=%d offset=%d direction=%q stream=%q header=%q %s\n", head, len(f.Raw), f.Scheme, f.Status, s.Line, s.Offset, s.Direction, s.Stream, s.Header, clock(f.Time.IsZero(), f.Time.Format("15:04:05.000")))
		return true
	}
	var stats Stats
	var err error
	if bytewise {
		stats, err = Scan(iotest.OneByteReader(r), o, found)
	} else {
		stats, err = Scan(r, o, found)
	}
	if err != nil {
		tb.Fatal(err)
	}
	fmt.Fprintf(&out, "%s, %d tokens, %d stripped, truncated %v\n", stats.Format, stats.Tokens, stats.Stripped, stats.Truncated)
	return out.String()
}

func clock(zero bool, s string) string {
	if zero {
		return "no time"
	}
	return s
}

// TestFiles holds what is found in each file against its golden.
func TestFiles(t *testing.T) {
	files, _ := filepath.Glob("testdata/*")
	for _, file := range files {
		if ext := filepath.Ext(file); ext != ".txt" && ext != ".json" && ext != ".har" {
			continue
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			in, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := transcript(t, in, false)
			golden := file + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(got, transcript(t, in, true)); diff != "" {
				t.Errorf("read byte by byte (-whole +bytewise):\n%s", diff)
			}
			if filepath.Ext(file) == ".txt" {
				wide := []byte{0xff, 0xfe}
				for _, u := range utf16.Encode([]rune(string(in))) {
					wide = append(wide, byte(u), byte(u>>8))
				}
				if strings.Count(transcript(t, wide, false), "\n") != strings.Count(got, "\n") {
					t.Errorf("in UTF-16: %s", transcript(t, wide, false))
				}
			}
			for n := 0; n < len(in); n += 1 + len(in)/300 {
				transcript(t, in[:n], false)
			}
		})
	}
}
