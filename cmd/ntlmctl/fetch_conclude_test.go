package main

import (
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

func TestWorst(t *testing.T) {
	order := []exitCode{9, 6, 4, 8, 5, 7, 1} // DESIGN's, where several apply
	for i, first := range order {
		for _, second := range order[i:] {
			if got := worst([]exitCode{exitOK, second, first}); got != first {
				t.Errorf("of %d and %d: %d", first, second, got)
			}
		}
	}
	if got := worst([]exitCode{exitOK, exitOK}); got != exitOK {
		t.Errorf("of none: %d", got)
	}
	if got := worst([]exitCode{exitUsage, exitOK}); got != exitUsage {
		t.Errorf("of %d alone: %d", exitUsage, got)
	}
}

func TestExitOf(t *testing.T) {
	for code, want := range map[verdict.Code]exitCode{
		verdict.Survives: 0, verdict.Open: 0, verdict.AuthNotPersistent: 0, verdict.AuthenticatedForbidden: 0,
		verdict.CredentialsRejected: 4, verdict.Unreachable: 5, verdict.TLSFailed: 5, verdict.Timeout: 5,
		verdict.SchemeNotOffered: 8, verdict.KerberosOnly: 8, verdict.SessionShared: 9, verdict.ResponseCached: 9,
		verdict.RejectedUnattributed: 6, verdict.ConnectionClosed: 6, verdict.EPAMismatch: 6, verdict.HeaderTooLarge: 6,
	} {
		if got := exitOf(code); got != want {
			t.Errorf("%s: %d, want %d", code, got, want)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "5": 5 * time.Second, "-1": 0, "soon": 0, "1000000000": maxRetryAfter,
		"Sun, 22 Nov 2026 06:00:07 GMT": 7 * time.Second, "Sun, 22 Nov 2026 05:00:00 GMT": 0, "Sun, 22 Nov 2027 05:00:00 GMT": maxRetryAfter,
	} {
		if got := retryAfter(value, now); got != want {
			t.Errorf("%q: %s, want %s", value, got, want)
		}
	}
}
