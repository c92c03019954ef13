package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
)

// ntlmOffer is a server that challenges a Type 1 for every path but those below.
func ntlmOffer(t *testing.T, others http.HandlerFunc) string {
	t.Helper()
	acceptor := ntlm.AcceptorOptions{Names: ntlm.Names{NbComputer: "ORIGIN", NbDomain: "LAB", Member: true}, Users: new(ntlm.Users)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if others != nil {
			if others(w, r); w.Header().Get("X-Done") != "" {
				return
			}
		}
		value := "NTLM"
		if text, ok := strings.CutPrefix(r.Header.Get("Authorization"), "NTLM "); ok {
			value += " " + challengeFor(t, acceptor, text)
		}
		w.Header().Set("WWW-Authenticate", value)
		w.WriteHeader(http.StatusUnauthorized)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// done answers a path in another way.
func done(w http.ResponseWriter, status int, header ...string) {
	w.Header().Set("X-Done", "1")
	for i := 0; i+1 < len(header); i += 2 {
		w.Header().Set(header[i], header[i+1])
	}
	w.WriteHeader(status)
}

func TestProbeExitCodes(t *testing.T) {
	url := ntlmOffer(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/open":
			done(w, http.StatusOK)
		case "/basic":
			done(w, http.StatusUnauthorized, "WWW-Authenticate", `Basic realm="x"`)
		case "/shared":
			if r.Header.Get("Authorization") != "" {
				done(w, http.StatusOK)
			}
		case "/redirect":
			done(w, http.StatusFound, "Location", "/basic")
		}
	})
	for _, c := range []struct {
		args string
		code exitCode
		out  string
	}{
		{"/", exitOK, "ntlm (proven)"},
		{"/open", exitOK, "open (proven)"},
		{"--expect ntlm /", exitOK, ""},
		{"--expect ntlm /basic", exitFindings, "basic-only (proven)"},
		{"--fail-on basic-only /basic", exitFindings, ""},
		{"--fail-on basic-over-http /basic", exitFindings, ""},
		{"--fail-on error /basic", exitFindings, ""},
		{"--fail-on warning /", exitFindings, ""},
		{"--fail-on error /", exitOK, ""},
		{"/shared", exitDanger, "session-shared"},
		{"--expect ntlm /shared", exitDanger, ""},
		{"-L --expect basic-only /redirect", exitOK, "redirected"},
		{"--expect open /redirect", exitOK, ""},
	} {
		args := strings.Fields("probe " + c.args)
		args[len(args)-1] = url + args[len(args)-1]
		out, errs, code := call(t, nil, args...)
		if exitCode(code) != c.code || !strings.Contains(out, c.out) || errs != "" {
			t.Errorf("%s: exit code %d, want %d with %q:\n%s%s", c.args, code, c.code, c.out, out, errs)
		}
	}
}

// TestProbeUntrusted makes sure that a certificate which nobody trusts comes with
// the flags that mend it.
func TestProbeUntrusted(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	plain := "https" + strings.TrimPrefix(ntlmOffer(t, nil), "http")
	for _, c := range []struct {
		flag, url string
		code      exitCode
		note      string
	}{
		{"-4", server.URL, exitUnreachable, "--cacert FILE"}, {"-k", server.URL, exitOK, ""},
		{"--tls-max=1.1", server.URL, exitUnreachable, ""}, {"-4", plain, exitUnreachable, "http:// may be meant"},
	} {
		_, errs, code := call(t, nil, "probe", c.flag, c.url)
		if exitCode(code) != c.code || !strings.Contains(errs, c.note) || c.note == "" && errs != "" {
			t.Errorf("%s: exit code %d: %s", c.flag, code, errs)
		}
	}
}

// TestProbeKeepsFiles writes over nothing that is read, nor over a file that no
// run with --resume wrote.
func TestProbeKeepsFiles(t *testing.T) {
	url := ntlmOffer(t, nil)
	dir := t.TempDir()
	list, results := filepath.Join(dir, "list"), filepath.Join(dir, "results")
	for _, flags := range [][]string{
		{"-o", list, "-i", list}, {"-o", filepath.Join(dir, ".", "..", filepath.Base(dir), "list"), "-i", list}, {"--resume", list, "-i", list},
		{"--resume", list}, {"-o", list, "--resume", list}, {"-o", results, "--resume", results}, {"-o", list, "--paths", list}, {"--resume", "-"},
	} {
		if err := os.WriteFile(list, []byte(url+"/a"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, errs, code := call(t, nil, append(append([]string{"probe"}, flags...), url)...)
		kept, err := os.ReadFile(list)
		if exitCode(code) != exitUsage || err != nil || string(kept) != url+"/a" {
			t.Errorf("%v: exit code %d, and the list is %q: %s", flags, code, kept, errs)
		}
	}
	out, _, code := call(t, nil, "probe", "-o", "-", url)
	if code != 0 || !strings.Contains(out, "ntlm (proven)") {
		t.Errorf("-o -: exit code %d: %s", code, out)
	}
}

// TestProbeRates takes numbers alone.
func TestProbeRates(t *testing.T) {
	for _, flag := range []string{"--rate=-1", "--rate=inf", "--rate=NaN", "--host-rate=-inf", "--rate=5/s"} {
		if _, errs, code := call(t, nil, "probe", flag, "http://127.0.0.1:1/"); exitCode(code) != exitUsage {
			t.Errorf("%s: exit code %d: %s", flag, code, errs)
		}
	}
}

// TestProbeList reads targets from standard input and from a file, and writes in order.
func TestProbeList(t *testing.T) {
	var asked atomic.Int64
	url := ntlmOffer(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			asked.Add(1)
		}
	})
	file := filepath.Join(t.TempDir(), "list")
	var list strings.Builder
	for i := range 50 {
		fmt.Fprintf(&list, "%s/%d\n", url, i)
	}
	if err := os.WriteFile(file, []byte(list.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errs, code := call(t, []byte(list.String()+url+"/last\n"), "probe", "-i", file, "--ordered", "--format", "jsonl", "-")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if code != 0 || len(lines) != 51 || asked.Load() != 51 {
		t.Fatalf("exit code %d, %d lines, %d URLs asked for: %s", code, len(lines), asked.Load(), errs)
	}
	for i, line := range lines {
		var got struct {
			Schema, URL, Classification string
			Server                      struct {
				Name string `json:"nb_computer"`
			}
		}
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatal(err)
		}
		path := fmt.Sprint("/", i)
		if i == 50 {
			path = "/last"
		}
		if got.URL != url+path || got.Classification != "ntlm" || got.Server.Name != "ORIGIN" || got.Schema != "ntlmctl.probe/v1" {
			t.Errorf("line %d: %+v", i, got)
		}
	}
	if want := "51 URLs: 51 ntlm; 102 requests\n"; errs != want {
		t.Errorf("summary %q, want %q", errs, want)
	}
}

// TestProbeInterrupted shows what is done when a run is cut short, and goes on later.
func TestProbeInterrupted(t *testing.T) {
	hang := make(chan struct{})
	url := ntlmOffer(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/2" {
			<-hang
		}
	})
	results := filepath.Join(t.TempDir(), "results")
	args := []string{"probe", "-c", "1", "--resume", results, url + "/1", url + "/2", url + "/3"}
	ctx, cancel := context.WithCancel(t.Context())
	lines, ended := start(ctx, strings.NewReader(""), args...)
	next(t, lines, url+"/1")
	cancel()
	for line := range lines {
		t.Errorf("and then: %s", line)
	}
	if code := <-ended; code != int(exitInterrupted) {
		t.Errorf("exit code %d", code)
	}
	close(hang)
	out, errs, code := call(t, nil, args...)
	if code != 0 || strings.Contains(out, "/1 ") || strings.Count(out, "\n") != 2 || !strings.Contains(errs, "1 URL had been asked before") {
		t.Errorf("exit code %d: %s%s", code, out, errs)
	}
}

// TestProbeMaxTime ends a run in time.
func TestProbeMaxTime(t *testing.T) {
	hang := make(chan struct{})
	url := ntlmOffer(t, func(http.ResponseWriter, *http.Request) { <-hang })
	defer close(hang)
	_, errs, code := call(t, nil, "probe", "-m", "0.1", url+"/1", url+"/2")
	if exitCode(code) != exitUnreachable || !strings.Contains(errs, "--max-time has passed after 0 URLs") {
		t.Errorf("exit code %d: %s", code, errs)
	}
	out, _, code := call(t, nil, "probe", "--timeout", "0.1", url+"/1")
	if exitCode(code) != exitUnreachable || !strings.Contains(out, "timeout") {
		t.Errorf("exit code %d: %s", code, out)
	}
}

// TestProbeOutput keeps what a server says from reaching the terminal as it is.
func TestProbeOutput(t *testing.T) {
	url := ntlmOffer(t, func(w http.ResponseWriter, _ *http.Request) {
		done(w, http.StatusUnauthorized, "WWW-Authenticate", "NTLM, X\x1b[31mevil\u202e realm=\"\x1b]0;owned\a\"", "Via", "1.1 \x1b[2J(squid")
	})
	for _, flag := range []string{"--long", "--long=false", "--csv", "--format=json", "--full"} {
		out, errs, _ := call(t, nil, "probe", flag, "--legs", url+"/")
		if text := out + errs; strings.ContainsAny(text, "\x1b\a") || strings.Contains(text, "\u202e") {
			t.Errorf("%s: %q", flag, text)
		}
	}
}
