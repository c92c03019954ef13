package negotiate

import (
	"io"
	"net/http"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/negotiate/origin"
)

// BenchmarkHandshake is a logon and what is asked for, each on a connection of
// its own, and BenchmarkReused the next request on one.
func BenchmarkHandshake(b *testing.B) {
	address := serve(b, origin.Options{})
	for _, c := range []struct {
		name  string
		logon Logon
	}{
		{"NTLM", at([]string{SchemeNTLM}, true)},
		{"Negotiate", at([]string{SchemeNegotiate}, true)},
		{"asked for", at(nil, false)},
	} {
		b.Run(c.name, func(b *testing.B) {
			req := request(b, "GET", address, nil)
			b.ReportAllocs()
			for b.Loop() {
				client := NewClient(Options{Origin: c.logon})
				get(b, client, req)
				client.Close()
			}
		})
	}
}

func BenchmarkReused(b *testing.B) {
	req := request(b, "GET", serve(b, origin.Options{}), nil)
	client := NewClient(Options{Origin: Logon{Credentials: NewPassword(alice, password, ntlm.ClientOptions{})}})
	defer client.Close()
	get(b, client, req)
	b.ReportAllocs()
	for b.Loop() {
		get(b, client, req)
	}
}

func get(b *testing.B, client *Client, req *http.Request) {
	b.Helper()
	resp, err := client.RoundTrip(req)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != 200 {
		b.Fatal(resp.StatusCode, err)
	}
}
