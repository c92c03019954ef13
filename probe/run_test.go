package probe_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/probe"
)

func expand(t *testing.T, e probe.Expansion, entry string) []string {
	t.Helper()
	var list []string
	if err := e.Each(entry, func(u *url.URL) bool { list = append(list, u.String()); return len(list) < 20 }); err != nil {
		return []string{"error: " + err.Error()}
	}
	return list
}

func TestExpansion(t *testing.T) {
	ports, err := probe.ParsePorts("80, 8443,9000/https")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		e     probe.Expansion
		entry string
		want  []string
	}{
		{entry: "http://Intranet/App?x=1#part", want: []string{"http://intranet/App?x=1"}},
		{entry: "HTTPS://a:443", want: []string{"https://a/"}},
		{entry: "intranet", want: []string{"http://intranet/"}},
		{entry: "intranet/owa/", want: []string{"http://intranet/owa/"}},
		{entry: "intranet:8443", want: []string{"https://intranet:8443/"}},
		{entry: "intranet:8080/x", want: []string{"http://intranet:8080/x"}},
		{entry: "::1", want: []string{"http://[::1]/"}},
		{entry: "[::1]:8080", want: []string{"http://[::1]:8080/"}},
		{entry: "192.0.2.6/31", want: []string{"http://192.0.2.6/", "https://192.0.2.6/", "http://192.0.2.7/", "https://192.0.2.7/"}},
		{entry: "2001:db8::/127", want: []string{"http://[2001:db8::]/", "https://[2001:db8::]/", "http://[2001:db8::1]/", "https://[2001:db8::1]/"}},
		{e: probe.Expansion{Ports: ports}, entry: "a", want: []string{"http://a/", "https://a:8443/", "https://a:9000/"}},
		{e: probe.Expansion{Ports: ports}, entry: "a:1", want: []string{"http://a:1/"}},
		{e: probe.Expansion{Ports: ports}, entry: "fe80::1", want: []string{"http://[fe80::1]/", "https://[fe80::1]:8443/", "https://[fe80::1]:9000/"}},
		{e: probe.Expansion{Paths: []string{"/x", "/y/?z"}}, entry: "https://a/old?q", want: []string{"https://a/x", "https://a/y/?z"}},
		{entry: "127.0.0.0/15", want: []string{"error: a network of more than 65536 addresses; name the smaller ones in it that are yours to ask"}},
		{entry: "::/111", want: []string{"error: a network of more than 65536 addresses; name the smaller ones in it that are yours to ask"}},
		{entry: "ftp://a/", want: []string{`error: scheme "ftp" is neither http nor https`}},
		{entry: "http://user:pw@a/", want: []string{"error: credentials in a URL are not read: no logon is made"}},
		{entry: "user:pw@a", want: []string{"error: credentials in a URL are not read: no logon is made"}},
		{entry: "http:///x", want: []string{"error: there is no host"}},
		{entry: ":80", want: []string{"error: there is no host"}},
		{entry: "192.0.2.1/32", want: []string{"http://192.0.2.1/", "https://192.0.2.1/"}},
		{entry: "192.0.2.1/33", want: []string{"error: it is no network; a network is ADDRESS/BITS, its ports come by --ports, and a path after http://"}},
		{entry: "192.0.2.0/24:8080", want: []string{"error: it is no network; a network is ADDRESS/BITS, its ports come by --ports, and a path after http://"}},
		{entry: "http://192.0.2.1/33", want: []string{"http://192.0.2.1/33"}},
		{entry: "192.0.2.1/app", want: []string{"http://192.0.2.1/app"}},
		{entry: "a:65536", want: []string{"error: the URL's port is none from 1 to 65535"}},
		{entry: "https://a:0/", want: []string{"error: the URL's port is none from 1 to 65535"}},
		{entry: "Bücher.example:8080/ü", want: []string{"http://xn--bcher-kva.example:8080/%C3%BC"}},
		{entry: "https://BÜCHER.example/", want: []string{"https://xn--bcher-kva.example/"}},
		{entry: "http://[fe80::1%25eth0]:8080/", want: []string{"http://[fe80::1%25eth0]:8080/"}},
		{e: probe.Expansion{Paths: []string{"/x?y"}}, entry: "https://a/old?q#z", want: []string{"https://a/x?y"}},
	} {
		got := expand(t, c.e, c.entry)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.entry, got, c.want)
		}
		if n := c.e.Count(c.entry); !strings.HasPrefix(c.want[0], "error") && n != len(c.want) {
			t.Errorf("%s: counted %d, want %d", c.entry, n, len(c.want))
		}
	}
	for _, bad := range []string{"", "0", "65536", "x", "80/ftp"} {
		if _, err := probe.ParsePorts(bad); err == nil {
			t.Errorf("ports %q were read", bad)
		}
	}
}

func TestParsePath(t *testing.T) {
	for text, want := range map[string]string{
		"/a/?b": "/a/?b", "a": "/a", "/a#part": "/a", "//evil/x": "/evil/x", "/a b": "/a b", "/ü": "/ü", "http://evil/x": "", "/%zz": "",
	} {
		if got, err := probe.ParsePath(text); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, want %q: %v", text, got, want, err)
		}
	}
	e := probe.Expansion{Paths: []string{"/a b"}}
	if got := expand(t, e, "h"); !slices.Equal(got, []string{"http://h/a%20b"}) {
		t.Errorf("%q", got)
	}
}

func TestReadList(t *testing.T) {
	var got []string
	err := probe.ReadList(strings.NewReader("\ufeff# first\nhttp://a/#part\n\n  b  # mail\r\n\tc\nd"), func(line int, entry string) bool {
		got = append(got, fmt.Sprint(line, entry))
		return entry != "c"
	})
	if want := []string{"2http://a/#part", "4b", "5c"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, want %q: %v", got, want, err)
	}
	if err := probe.ReadList(strings.NewReader("a\n"+strings.Repeat("x", 70_000)), func(int, string) bool { return true }); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("a long line: %v", err)
	}
}

func TestOnce(t *testing.T) {
	const half = 1000
	once := probe.NewOnce(half)
	for i := range 3 * half { // more than it remembers
		if !once.First(fmt.Sprint(i)) {
			t.Fatalf("%d was seen before", i)
		}
	}
	for i := range half {
		if once.First(fmt.Sprint(3*half - 1 - i)) {
			t.Fatalf("%d was forgotten", 3*half-1-i)
		}
	}
}

func TestShard(t *testing.T) {
	const n = 4
	var counts [n]int
	for i := range 10_000 {
		host := fmt.Sprintf("host%d.example.com:443", i)
		owners := 0
		for part := range n {
			if (probe.Shard{Index: part + 1, Of: n}).Has(host) {
				counts[part]++
				owners++
			}
		}
		if owners != 1 {
			t.Fatalf("%s belongs to %d parts", host, owners)
		}
	}
	for _, count := range counts {
		if count < 2300 || count > 2700 {
			t.Errorf("parts of %v", counts)
		}
	}
	// The same on every machine and in every version: others rely on it.
	if !(probe.Shard{Index: 2, Of: 3}).Has("intranet") {
		t.Error("intranet has gone to another part")
	}
	for _, bad := range []string{"", "1", "0/2", "3/2", "a/b", "1/0", "-1/2"} {
		if _, err := probe.ParseShard(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func TestReadDone(t *testing.T) {
	const whole = `{"schema":"ntlmctl.probe/v1","url":"http://a/"}` + "\n" + `{"url":"http://b/","status":1}` + "\n"
	done, end, err := probe.ReadDone(strings.NewReader(whole + `{"schema":"ntlmctl.pro`))
	if err != nil || end != int64(len(whole)) || done.Len() != 2 || !done.Has("http://a/") || !done.Has("http://b/") || done.Has("http://c/") {
		t.Errorf("%+v to %d: %v", done, end, err)
	}
	for _, bad := range []string{"\n", "hello\n", "{}\n", "[1]\n", "hello", `{"schema":"ntlmctl.token/v1`, whole + "http://c/", whole + "\x00"} {
		if _, _, err := probe.ReadDone(strings.NewReader(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

// TestPacer counts the waits that a run of requests is given.
func TestPacer(t *testing.T) {
	now := time.Unix(1000, 0)
	var waits []time.Duration
	p := &probe.Pacer{Total: 10, PerHost: 2, Now: func() time.Time { return now }, Wait: func(_ context.Context, d time.Duration) error {
		waits = append(waits, d)
		return nil
	}}
	for _, host := range []string{"a", "b", "a", "c"} {
		if err := p.Pace(t.Context(), host); err != nil {
			t.Fatal(err)
		}
	}
	want := []time.Duration{0, 100 * time.Millisecond, 500 * time.Millisecond, 300 * time.Millisecond}
	if !reflect.DeepEqual(waits, want) {
		t.Errorf("waits %v, want %v", waits, want)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := new(probe.Pacer).Pace(ctx, "a"); !errors.Is(err, context.Canceled) {
		t.Errorf("a run that has ended goes on: %v", err)
	}
}

// list are URLs of one server.
func list(address string, n int) func(func(*url.URL) bool) {
	return func(yield func(*url.URL) bool) {
		for i := range n {
			if !yield(&url.URL{Scheme: "http", Host: address, Path: fmt.Sprintf("/%d", i)}) {
				return
			}
		}
	}
}

func TestRun(t *testing.T) {
	const n = 300
	address := serve(t, ntlmServer(origin, "NTLM"))
	o := probe.Options{Experiments: experiment.Core(0)}
	for _, ordered := range []bool{false, true} {
		var got []string
		err := o.Run(t.Context(), list(address, n), 8, ordered, func(r probe.Report) error {
			got = append(got, strings.TrimPrefix(r.URL, "http://"+address+"/"))
			if r.Classification != probe.NTLM {
				t.Errorf("%s: %s", r.URL, r.Classification)
			}
			return nil
		})
		if err != nil || len(got) != n {
			t.Fatalf("%d results: %v", len(got), err)
		}
		for i := range got {
			if ordered && got[i] != fmt.Sprint(i) {
				t.Fatalf("result %d is of %s", i, got[i])
			}
		}
		slices.Sort(got)
		if got = slices.Compact(got); len(got) != n {
			t.Errorf("%d different results", len(got))
		}
	}
}

// TestRunEnds ends a run by its context and by an error of who takes results.
func TestRunEnds(t *testing.T) {
	address := serve(t, ntlmServer(origin, "NTLM"))
	o := probe.Options{Experiments: experiment.Core(0)}
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	err := o.Run(ctx, list(address, 1000), 4, false, func(probe.Report) error {
		if n++; n == 10 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || n < 10 || n > 20 {
		t.Errorf("%d results: %v", n, err)
	}
	full := errors.New("the disk is full")
	if err := o.Run(t.Context(), list(address, 1000), 4, true, func(probe.Report) error { return full }); !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
}

// TestRunDrains lets what is under way go on for a while when a run is
// interrupted, and hands on what is done, also where an earlier URL is not.
func TestRunDrains(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	hang, slow := make(chan struct{}), make(chan struct{})
	defer close(hang)
	address := serve(t, func(a asked) string {
		switch a.URL.Path {
		case "/0":
			<-hang
		case "/1":
			cancel()
			<-slow
		}
		return reply(200)
	})
	context.AfterFunc(ctx, func() { close(slow) })
	var got []string
	o := probe.Options{Experiments: experiment.Core(0), Drain: 500 * time.Millisecond}
	err := o.Run(ctx, list(address, 1000), 2, true, func(r probe.Report) error {
		got = append(got, strings.TrimPrefix(r.URL, "http://"+address))
		return nil
	})
	if !errors.Is(err, context.Canceled) || !slices.Contains(got, "/1") || slices.Contains(got, "/0") {
		t.Errorf("%v: %v", got, err)
	}
}

// TestRunAhead makes sure that a slow URL holds up an ordered run before it has
// to remember all results.
func TestRunAhead(t *testing.T) {
	const most = 2*16 + 1 // the feed holds one that it cannot hand out
	var begun atomic.Int64
	beyond := make(chan struct{})
	address := serve(t, func(a asked) string {
		if a.URL.Path == "/0" {
			select {
			case <-beyond:
			case <-time.After(200 * time.Millisecond): // nothing tells that nothing more happens
			}
		}
		return reply(200)
	})
	urls := func(yield func(*url.URL) bool) {
		list(address, 1000)(func(u *url.URL) bool {
			if begun.Add(1) == most+1 {
				close(beyond)
			}
			return yield(u)
		})
	}
	first := true
	o := probe.Options{Experiments: experiment.Core(0)}
	err := o.Run(t.Context(), urls, 2, true, func(probe.Report) error {
		if n := begun.Load(); first && n > most {
			t.Errorf("%d URLs were begun while the first was under way", n)
		}
		first = false
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
