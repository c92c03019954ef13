package negotiate

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// FuzzClient has a server answer at random. Whatever it says, a request comes to
// one result in few legs, a body that can be had once goes out once, no
// more logons are refused than allowed, and nothing goes out after the last.
func FuzzClient(f *testing.F) {
	token := type2(f)
	texts := []string{
		response(401, "WWW-Authenticate: NTLM"), response(401, "WWW-Authenticate: NTLM "+token), response(401, "WWW-Authenticate: Negotiate"),
		response(401, "WWW-Authenticate: Negotiate "+token), response(401, `WWW-Authenticate: Digest realm="r", nonce="n", qop="auth"`),
		response(401, `WWW-Authenticate: Digest realm="r", nonce="m", stale=true`), response(401, `WWW-Authenticate: Basic realm="r"`), response(401),
		response(200), response(302, "Location: /"), response(403), response(407, "Proxy-Authenticate: NTLM"), response(500),
		response(401, "WWW-Authenticate: NTLM", "Connection: close"), response(401, "WWW-Authenticate: NTLM "+token, "Connection: close"),
		"HTTP/1.1 100 Continue\r\n\r\n" + response(200), "HTTP/1.0 401 No\r\nWWW-Authenticate: NTLM\r\n\r\n", "nonsense\r\n\r\n", "",
		"HTTP/1.1 401 No\r\nWWW-Authenticate: NTLM, Basic realm=\"r\"\r\nContent-Length: 5\r\nSet-Cookie: a=b\r\n\r\nhello",
	}
	schemes := [][]string{nil, {SchemeNTLM}, {SchemeNegotiate}, {SchemeDigest}, {SchemeBasic}, {SchemeDigest, SchemeNTLM, SchemeBasic}}
	f.Add([]byte{0, 1, 8}, byte(0), false)
	f.Add([]byte{4, 5, 8, 8}, byte(3), true)
	f.Add([]byte{13, 1, 0}, byte(6), false)
	f.Add([]byte{8, 8, 0, 1, 7}, byte(0), true)
	f.Fuzz(func(t *testing.T, order []byte, how byte, body bool) {
		next := make(chan string, len(order))
		for _, n := range order {
			next <- texts[int(n)%len(texts)]
		}
		address := script(t, func(nc net.Conn) {
			br := bufio.NewReader(nc)
			for {
				r, err := http.ReadRequest(br)
				if err != nil {
					return
				}
				io.Copy(io.Discard, r.Body)
				select {
				case text := <-next:
					if text == "" {
						return
					}
					io.WriteString(nc, text)
					if strings.HasPrefix(text, "HTTP/1.0") {
						return
					}
				default:
					return
				}
			}
		})
		logon := at(schemes[int(how)%len(schemes)], how&0x40 != 0)
		client := newTester(t, Options{Origin: logon, Wire: wire.Options{Timeouts: wire.Timeouts{Head: time.Second, Idle: time.Second, Expect: time.Millisecond}}})
		for range 2 {
			req := request(t, "GET", address, nil)
			if body {
				req = request(t, "POST", address, once("twelve bytes"))
			}
			before, results := client.Spent(), len(client.results)
			_, err := client.do(t, req)
			if len(client.results) != results+1 {
				t.Fatalf("%d results", len(client.results)-results)
			}
			result := client.last(t)
			bodies := 0
			for _, leg := range result.Legs {
				if leg.Request.BodyBytes > 0 {
					bodies++
				}
				if before > 0 && strings.TrimSpace(leg.Request.Headers.Get(fieldAuthorization)) != "" {
					t.Errorf("credentials went out after %d refused logons", before)
				}
			}
			if (err == nil) != (result.Response != nil) && result.Response == nil || len(result.Legs) > maxLegs+1 || bodies > 1 || client.Spent() > 1 || result.Verdict.Code == "" {
				t.Errorf("%d legs, %d bodies, %d spent, %v: %+v", len(result.Legs), bodies, client.Spent(), err, result.Verdict)
			}
		}
	})
}
