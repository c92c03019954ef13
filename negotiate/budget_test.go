package negotiate

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/origin"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// However many URLs, proxies and schemes: no more refused logons than allowed,
// and no credentials after the last of them.
func TestBudget(t *testing.T) {
	const bad = "Wr0ng-0ne"
	for _, most := range []int{0, 1, 2} {
		for _, c := range []struct {
			name       string
			schemes    []string
			preemptive bool
			body       string
		}{
			{"asked for", nil, false, ""},
			{"at once", []string{SchemeNTLM}, true, ""},
			{"with a body", nil, false, "twelve bytes"},
			{"Basic", []string{SchemeBasic}, false, ""},
			{"Basic at once", []string{SchemeBasic}, true, ""},
		} {
			t.Run(c.name, func(t *testing.T) {
				logon := as(alice, bad)
				logon.Schemes, logon.Preemptive = c.schemes, c.preemptive
				all := []string{SchemeNegotiate, SchemeNTLM, SchemeBasic}
				proxy := through(t, serve(t, origin.Options{Proxy: true, Schemes: all}))
				logon.Budget = &Budget{Most: most}
				client := newTester(t, Options{Origin: logon, ProxyLogon: logon})
				direct := true
				client.o.Proxy = func(*url.URL) (*wire.Proxy, error) {
					if direct {
						return nil, nil
					}
					return proxy, nil
				}
				allowed := max(1, most)
				for i := range 5 {
					direct = i%2 == 0
					req := request(t, "GET", serve(t, origin.Options{Schemes: all}), nil)
					if c.body != "" {
						req = request(t, "POST", req.URL.String(), once(c.body))
					}
					if _, err := client.do(t, req); err != nil {
						t.Fatal(err)
					}
					result := client.last(t)
					if want := min(i+1, allowed); result.Spent != want || client.Spent() != want {
						t.Fatalf("request %d: %d spent, want %d", i, result.Spent, want)
					}
					if i < allowed {
						continue
					}
					last := result.Verdict.Evidence[len(result.Verdict.Evidence)-1].Text
					if !strings.Contains(last, "no credentials were sent") {
						t.Errorf("request %d: %+v", i, result.Verdict)
					}
					for _, leg := range result.Legs {
						if leg.Request.Headers.Has(fieldAuthorization) || leg.Request.Headers.Has(fieldProxyAuthorization) {
							t.Errorf("request %d: credentials went out: %v", i, leg.Name)
						}
					}
				}
			})
		}
	}
}

// Requests under way together do not overdraw it.
func TestBudgetConcurrent(t *testing.T) {
	address := serve(t, origin.Options{})
	client := NewClient(Options{Origin: as(alice, "Wr0ng-0ne")})
	defer client.Close()
	var refused, answered int
	var mu sync.Mutex
	client.Done = func(r *Result) {
		mu.Lock()
		defer mu.Unlock()
		answered++
		for _, leg := range r.Legs {
			if leg.Name == "token 2" {
				refused++
			}
		}
	}
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			resp, err := (&http.Client{Transport: client}).Get(address)
			if err != nil {
				t.Error(err)
				return
			}
			resp.Body.Close()
		})
	}
	all.Wait()
	if answered != 10 || refused != 1 || client.Spent() != 1 {
		t.Errorf("%d answers, %d logons sent, %d spent", answered, refused, client.Spent())
	}
}

// What was accepted before, and is refused from some moment on, costs one logon and
// no more, however many requests are under way and clients share the budget.
func TestBudgetOfWhatWasAccepted(t *testing.T) {
	const n = 10
	var changed atomic.Bool
	var arrived, refused atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, _, sent := r.BasicAuth(); !sent || changed.Load() {
			if sent {
				refused.Add(1)
			}
			w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		arrived.Add(1)
	}))
	defer server.Close()
	logon := as(alice, password)
	logon.Schemes, logon.Preemptive, logon.Budget = []string{SchemeBasic}, true, new(Budget)
	clients := []*Client{NewClient(Options{Origin: logon}), NewClient(Options{Origin: logon})}
	ask := func() {
		var all sync.WaitGroup
		for i := range n {
			all.Go(func() {
				resp, err := clients[i%len(clients)].RoundTrip(request(t, "GET", server.URL, nil))
				if err != nil {
					t.Error(err)
					return
				}
				resp.Body.Close()
			})
		}
		all.Wait()
	}
	ask()
	changed.Store(true)
	ask()
	for _, c := range clients {
		if c.Close(); c.Spent() != 1 {
			t.Errorf("%d spent", c.Spent())
		}
	}
	if arrived.Load() != n || refused.Load() != 1 {
		t.Errorf("%d were accepted, %d refused", arrived.Load(), refused.Load())
	}
}

// A leg that carries a proof for the proxy and one for the server costs one logon,
// whoever refuses it.
func TestBudgetOfBothAtOnce(t *testing.T) {
	for _, status := range []int{http.StatusProxyAuthRequired, http.StatusUnauthorized} {
		asked := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked++
			if both := r.Header.Get("Authorization") != "" && r.Header.Get("Proxy-Authorization") != ""; both != (asked == 1) {
				t.Errorf("request %d: both proofs: %t", asked, both)
			}
			w.Header().Set("Proxy-Authenticate", `Basic realm="x"`)
			w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
			w.WriteHeader(status)
		}))
		defer server.Close()
		logon := as(alice, password)
		logon.Schemes, logon.Preemptive, logon.Budget = []string{SchemeBasic}, true, new(Budget)
		client := newTester(t, Options{Origin: logon, ProxyLogon: logon})
		client.o.Wire.Proxy = through(t, server.URL)
		for range 3 {
			if _, err := client.do(t, request(t, "GET", "http://some.name/", nil)); err != nil {
				t.Fatal(err)
			}
		}
		if client.Spent() != 1 || logon.Budget.underway != 0 {
			t.Errorf("status %d: %d spent, %d under way", status, client.Spent(), logon.Budget.underway)
		}
	}
}

// A request that waits for the budget ends with its context.
func TestBudgetWait(t *testing.T) {
	b := Budget{Most: 1}
	if ok, err := b.Take(t.Context()); !ok || err != nil {
		t.Fatal(ok, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if ok, err := b.Take(ctx); ok || err == nil {
		t.Error(ok, err)
	}
	waiting := make(chan bool)
	go func() {
		ok, _ := b.Take(context.Background())
		waiting <- ok
	}()
	b.Answered(true)
	if <-waiting {
		t.Error("a logon was given out though none was left")
	}
}

// A refusal that turned out to be none is worth a logon again.
func TestBudgetRefund(t *testing.T) {
	b := new(Budget)
	for range 2 {
		if ok, err := b.Take(t.Context()); !ok || err != nil {
			t.Fatal(ok, err)
		}
		b.Answered(true)
		if n, all := b.Spent(); n != 1 || !all {
			t.Errorf("%d spent, all: %t", n, all)
		}
		b.Refund()
	}
}
