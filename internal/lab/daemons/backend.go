//go:build unix

package daemons

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// Backend starts a server that asks for no credentials and returns host:port. It
// says in a line which request of all it was asked this is, and what: method,
// path, connection, user, length of the body. Caches may store that, as a file.
func Backend(t testing.TB) string {
	t.Helper()
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body) // what came is what it reports
		w.Header().Set("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
		fmt.Fprintf(w, "backend request=%d %s %s from=%s user=%s body=%d\n",
			asked.Add(1), r.Method, r.URL.Path, r.RemoteAddr, r.Header.Get("X-Remote-User"), n)
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}
