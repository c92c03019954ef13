package annotate

import (
	"math/rand/v2"
	"testing"
	"time"
)

func TestFileTime(t *testing.T) {
	for _, test := range []struct {
		filetime uint64
		want     string
	}{
		{0, "1601-01-01T00:00:00.0000000Z"},
		{1, "1601-01-01T00:00:00.0000001Z"},
		{9999999, "1601-01-01T00:00:00.9999999Z"},
		{10000000, "1601-01-01T00:00:01.0000000Z"},
		{116444736000000000, "1970-01-01T00:00:00.0000000Z"},
		{116444735999999999, "1969-12-31T23:59:59.9999999Z"},
		{125963423999999999, "2000-02-29T23:59:59.9999999Z"},
		{125963424000000000, "2000-03-01T00:00:00.0000000Z"},
		{133000000000000000, "2022-06-18T04:26:40.0000000Z"},
		{FileTimeMax, "9999-12-31T23:59:59.9999999Z"},
		{FileTimeMax + 1, "0x24c85a5ed1c04000"},
		{1 << 63, "0x8000000000000000"},
		{1<<64 - 1, "0xffffffffffffffff"},
	} {
		if got := string(AppendFileTime([]byte("<"), test.filetime)); got != "<"+test.want {
			t.Errorf("%d: %s, want %s", test.filetime, got, test.want)
		}
		if test.filetime > FileTimeMax {
			continue
		}
		want, err := time.Parse(time.RFC3339, test.want)
		if err != nil {
			t.Fatal(err)
		}
		if got := TimeOf(test.filetime); !got.Equal(want) {
			t.Errorf("%d: %s, want %s", test.filetime, got, want)
		}
		if got := FileTimeOf(want); got != test.filetime {
			t.Errorf("%s: %d, want %d", test.want, got, test.filetime)
		}
	}
}

// TestFileTimeAgainstTime compares each day of two cycles of the calendar, and
// times in between, with package time.
func TestFileTimeAgainstTime(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	const day = 86400 * 1e7
	for n := uint64(0); n < 2*146097; n++ {
		at := n*day + random.Uint64N(day)
		want := TimeOf(at).Format("2006-01-02T15:04:05.0000000Z07:00")
		if got := string(AppendFileTime(nil, at)); got != want {
			t.Fatalf("%d: %s, want %s", at, got, want)
		}
	}
}
