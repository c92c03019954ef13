package main

import (
	"testing"
	"time"
)

func TestSeconds(t *testing.T) {
	for text, want := range map[string]time.Duration{"10": 10 * time.Second, "2.5": 2500 * time.Millisecond, "90s": 90 * time.Second, "2m": 2 * time.Minute, "0": 0} {
		var s seconds
		if err := s.Set(text); err != nil || time.Duration(s) != want {
			t.Errorf("%s: %v, %v", text, time.Duration(s), err)
		}
	}
	for _, text := range []string{"", "x", "-1", "NaN", "1e300", "10 s"} {
		var s seconds
		if err := s.Set(text); err == nil {
			t.Errorf("%q: taken as %v", text, time.Duration(s))
		}
	}
}
