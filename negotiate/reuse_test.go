package negotiate

import (
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/origin"
)

// Several requests in turn: what each came to, over how many connections.
func TestReuse(t *testing.T) {
	alone := func(u *url.URL) bool { return !strings.HasPrefix(u.Path, "/other") }
	for _, c := range []struct {
		name   string
		origin origin.Options
		logon  Logon
		paths  []string // a path with a body: "POST /x"
		want   []string
	}{
		{"logged on once", origin.Options{}, as(alice, password), []string{"/1", "/2", "/3"},
			[]string{"survives 200 3 1 0", "survives 200 1 1 0", "survives 200 1 1 0"}},
		{"bodies on a connection that is logged on", origin.Options{}, as(alice, password), []string{"/1", "POST /2", "POST /3"},
			[]string{"survives 200 3 1 0", "survives 200 1 1 0", "survives 200 1 1 0"}},
		{"each anew", origin.Options{PerRequest: true}, as(alice, password), []string{"/1", "/2"},
			[]string{"survives 200 3 1 0", "auth-not-persistent 200 3 1 0"}},
		{"each anew, with a body once that is known", origin.Options{PerRequest: true}, as(alice, password), []string{"/1", "/2", "POST /3"},
			[]string{"survives 200 3 1 0", "auth-not-persistent 200 3 1 0", "survives 200 2 1 0"}},
		{"each anew, with a body before that is known", origin.Options{PerRequest: true}, as(alice, password), []string{"/1", "POST /2"},
			[]string{"survives 200 3 1 0", "auth-not-persistent 200 3 2 0"}},
		{"Basic goes out at once the second time", origin.Options{Schemes: []string{SchemeBasic}}, at([]string{SchemeBasic}, false), []string{"/1", "/2"},
			[]string{"survives 200 2 1 0", "survives 200 1 1 0"}},
		{"a refused logon ends its connection, and all logons", origin.Options{}, as(alice, "Wr0ng-0ne"), []string{"/1", "/2"},
			[]string{"credentials-rejected 401 3 1 1", "rejected-unattributed 401 1 2 1"}},
		{"those for whom the credentials are not get another connection", origin.Options{}, Logon{Credentials: as(alice, password).Credentials, For: alone},
			[]string{"/1", "/other", "/2", "/other"},
			[]string{"survives 200 3 1 0", "rejected-unattributed 401 1 2 0", "survives 200 1 2 0", "rejected-unattributed 401 1 2 0"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			address := serve(t, c.origin)
			client := newTester(t, Options{Origin: c.logon})
			used := map[int]bool{}
			for i, path := range c.paths {
				method, to, has := strings.Cut(path, " ")
				var req *http.Request
				if has {
					req = request(t, method, address+to, once("twelve bytes"))
				} else {
					req = request(t, "GET", address+path, nil)
				}
				body, err := client.do(t, req)
				if err != nil {
					t.Fatal(err)
				}
				if got := client.outcome(t); got != c.want[i] {
					t.Errorf("%s: got %q, want %q; %+v", path, got, c.want[i], client.last(t).Verdict)
				}
				if has && !strings.Contains(body, "12 bytes") {
					t.Errorf("%s: %s", path, body)
				}
				connection := client.last(t).Legs[0].Connection
				if client.last(t).Reused != used[connection] && !strings.HasSuffix(c.want[i], " 3 2 0") {
					t.Errorf("%s: reused %v", path, client.last(t).Reused)
				}
				used[connection] = true
			}
		})
	}
}

// A connection that the server closed while it was idle is replaced, and no
// handshake is begun twice for it.
func TestReuseOfClosed(t *testing.T) {
	ended := make(chan bool)
	once := func(nc net.Conn) {
		answers(response(200))(nc)
	}
	address := script(t, func(nc net.Conn) {
		readRequest(nc)
		nc.Write([]byte(response(200)))
		nc.Close()
		close(ended)
	}, once)
	client := newTester(t, Options{})
	for range 2 {
		if _, err := client.do(t, request(t, "GET", address, nil)); err != nil {
			t.Fatal(err)
		}
		<-ended
	}
	if got := client.outcome(t); got != "open 200 1 2 0" && got != "open 200 2 2 0" {
		t.Error(got)
	}
}

// Clients in several goroutines have a connection each.
func TestConcurrent(t *testing.T) {
	address := serve(t, origin.Options{})
	client := NewClient(Options{Origin: as(alice, password)})
	defer client.Close()
	const n = 8
	errs := make(chan error, n)
	for range n {
		go func() {
			hc := http.Client{Transport: client}
			var err error
			for range 5 {
				var resp *http.Response
				if resp, err = hc.Get(address); err != nil {
					break
				}
				if resp.StatusCode != 200 {
					t.Errorf("status %d", resp.StatusCode)
				}
				resp.Body.Close()
			}
			errs <- err
		}()
	}
	for range n {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if client.Spent() != 0 {
		t.Error(client.Spent())
	}
}

// A client that was closed keeps nothing and makes no more requests.
func TestClose(t *testing.T) {
	address := serve(t, origin.Options{})
	client := newTester(t, Options{Origin: as(alice, password)})
	resp, err := client.RoundTrip(request(t, "GET", address, nil))
	if err != nil {
		t.Fatal(err)
	}
	client.Close()
	resp.Body.Close()
	if c := client.recorder.Trace().Connections[0]; c.ClosedBy == "" {
		t.Errorf("%+v", c)
	}
	if _, err := client.do(t, request(t, "GET", address, nil)); err == nil {
		t.Error("a request on a closed client")
	}
}
