package lab

import (
	"net/http"
	"strings"
	"time"
)

// Faults are what an HTTP proxy does to a handshake. Each is asked at the place
// where it may strike; a nil one never does. A proxy without faults gives each
// client connection an upstream connection of its own and changes nothing.
type Faults struct {
	// SharePool: clients share upstream connections. It names the pool that the
	// n-th client connection, from 0, draws on.
	SharePool func(n int) (pool int)
	// ForgetConnection: the n-th request, from 0, goes over a fresh upstream
	// connection, which ends with it.
	ForgetConnection func(n int) bool
	// SwitchBackend names the origin for the n-th request, from 0.
	SwitchBackend func(n int) (origin int)
	// Downgrade: the request goes out in HTTP/1.0, on a fresh connection.
	Downgrade func(n int) bool
	// StripRequest and StripResponse take header fields out, by their canonical names.
	StripRequest, StripResponse func(name string) bool
	// RewriteOffer changes the values of WWW-Authenticate.
	RewriteOffer func(values []string) []string
	// CloseAfter: the client's connection ends after the answer to the n-th
	// request of the proxy, from 0.
	CloseAfter func(n int) bool
	// Cache: the response is kept and serves requests without Authorization.
	Cache func(*http.Response) bool
	// TrustCookie names the cookie that takes a client back to the origin which
	// answered it before, whatever SwitchBackend says.
	TrustCookie string
	// HangUp says for how long a client's connection may be idle.
	HangUp func() time.Duration
	// NameConnection is the header in which the origin is told which client's
	// connection a request came on; TrustClient leaves it as the client sent it in
	// the n-th request, from 0.
	NameConnection string
	TrustClient    func(n int) bool
	// RefuseHead and RefuseBody refuse a request for its size in bytes.
	RefuseHead, RefuseBody func(size int64) bool
}

func always(int) bool { return true }

func one(int) int { return 0 }

func oneOfTwo(n int) int { return n % 2 }

func quarter() time.Duration { return 250 * time.Millisecond }

func everySeventh(n int) bool { return n%7 == 6 }

func named(name string) func(string) bool {
	return func(other string) bool { return strings.EqualFold(name, other) }
}

func longerThan(limit int64) func(int64) bool {
	return func(size int64) bool { return size > limit }
}

func basicInstead(values []string) []string {
	if len(values) == 0 {
		return nil
	}
	return []string{`Basic realm="gateway"`}
}

// cacheable keeps every good answer, whoever it was for.
func cacheable(r *http.Response) bool {
	return r.Request.Method == http.MethodGet && r.StatusCode == http.StatusOK
}
