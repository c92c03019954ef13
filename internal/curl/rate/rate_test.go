package rate

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestParseSize(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "100": 100, "1k": 1024, "1.5M": 3 << 19, "2G": 2 << 30, "1T": 1 << 40, "7b": 7} {
		if got, err := ParseSize(text); err != nil || got != want {
			t.Errorf("%s: %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "k", "-1", "1x", "NaN", "99999999T", "1kk"} {
		if got, err := ParseSize(text); err == nil {
			t.Errorf("%q is %d", text, got)
		}
	}
}

func TestReader(t *testing.T) {
	text := strings.Repeat("x", 3000)
	got, err := io.ReadAll(NewLimit(1<<20).Reader(t.Context(), io.NopCloser(strings.NewReader(text))))
	if err != nil || string(got) != text {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	r := NewLimit(1).Reader(ctx, io.NopCloser(strings.NewReader("xy")))
	if n, err := r.Read(make([]byte, 10)); n != 1 || err != nil {
		t.Errorf("%d bytes at once, %v", n, err)
	}
	cancel()
	if _, err := r.Read(make([]byte, 10)); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
}
