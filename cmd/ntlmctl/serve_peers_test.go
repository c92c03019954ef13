//go:build unix

package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/Azure/go-ntlmssp"

	"github.com/ntlmctl/ntlmctl/internal/lab/daemons"
	"github.com/ntlmctl/ntlmctl/render"
)

// client makes a request as LAB\alice with a program that nobody here wrote, and
// returns the status.
type client func(t *testing.T, s *runningServe, url, password string) int

// TestServeRealClients has each client log on with the right password and with a
// wrong one.
func TestServeRealClients(t *testing.T) {
	certificate := filepath.Join(t.TempDir(), "serve.pem")
	bound := []string{"--tls", "--write-cert", certificate, "--require-channel-binding"}
	for _, c := range []struct {
		name   string
		client client
		flags  []string
		mic    string // of the right password's logon
	}{
		{"curl --ntlm", curlNTLM, nil, "absent"},
		{"curl --negotiate with gss-ntlmssp", curlNegotiate, nil, "match"},
		{"curl --ntlm to a proxy", curlProxy, []string{"--proxy"}, "absent"},
		{"go-ntlmssp", goNTLMSSP, nil, "absent"},
		{"httpntlm", httpNTLM, []string{"--allow-ntlmv1"}, "absent"},
		{"requests-ntlm", requestsNTLM(""), nil, "match"},
		{"requests-ntlm, bound", requestsNTLM(certificate), bound, "match"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := startServe(t, c.flags...)
			for password, want := range map[string]int{daemons.Password: 200, "Wr0ng-0ne": 401} {
				target := fmt.Sprintf("/%d", want)
				if strings.Contains(c.name, "proxy") && want == 401 {
					want = 407
				}
				got := c.client(t, s, s.url+target, password)
				if got != want {
					t.Fatalf("status %d with the password for %s: %+v", got, target, s.answered(target, 0))
				}
				last := s.await(target, func(e *render.ServeEventDocument) bool {
					return e.ExchangeObject != nil && strings.HasSuffix(e.Target, target) && e.Checks != nil && e.Checks.Done
				})
				if last.Connection == 0 || last.Request < 2 {
					t.Errorf("%+v", last.ExchangeObject)
				}
				if want == 200 && (last.Account != `LAB\alice` || string(last.Checks.MIC) != c.mic || last.Checks.NTResponse != "match") {
					t.Errorf("account %q, checks %+v", last.Account, last.Checks)
				}
				if want != 200 && last.Checks.Reason != "wrong-response" {
					t.Errorf("checks %+v", last.Checks)
				}
			}
		})
	}
}

var lastStatus = regexp.MustCompile(`(\d{3})\s*$`)

// statusOf runs a program whose output ends with the status.
func statusOf(t *testing.T, env []string, name string, args ...string) int {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	m := lastStatus.FindSubmatch(out)
	if m == nil {
		t.Fatalf("%s: %v: %s", name, err, out)
	}
	status, err := strconv.Atoi(string(m[1]))
	if err != nil {
		t.Fatal(err)
	}
	return status
}

const statusOnly = "%{http_code}"

func curlNTLM(t *testing.T, _ *runningServe, url, password string) int {
	return statusOf(t, nil, daemons.Need(t, "curl"), "-s", "-o", "/dev/null", "-w", statusOnly, "--ntlm", "-u", `LAB\alice:`+password, url)
}

// curlProxy asks serve for what somebody else has.
func curlProxy(t *testing.T, s *runningServe, url, password string) int {
	behind := httptest.NewServer(http.NotFoundHandler())
	defer behind.Close()
	status := statusOf(t, nil, daemons.Need(t, "curl"), "-s", "-o", "/dev/null", "-w", statusOnly, "-x", s.url, "--noproxy", "", "--proxy-ntlm",
		"-U", `LAB\alice:`+password, behind.URL+strings.TrimPrefix(url, s.url))
	if status == http.StatusNotFound { // which only the server behind says
		return http.StatusOK
	}
	return status
}

// curlNegotiate finds the password where gss-ntlmssp looks for it.
func curlNegotiate(t *testing.T, _ *runningServe, url, password string) int {
	curl := daemons.Need(t, "curl")
	if about, err := exec.CommandContext(t.Context(), curl, "-V").Output(); err != nil || !strings.Contains(string(about), "GSS-API") {
		daemons.Absent(t, "a curl with GSS-API")
	}
	if found, _ := filepath.Glob("/usr/lib/*/gssntlmssp/gssntlmssp.so"); len(found) == 0 {
		daemons.Absent(t, "gss-ntlmssp")
	}
	file := filepath.Join(t.TempDir(), "credentials")
	if err := os.WriteFile(file, []byte("LAB:alice:"+password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return statusOf(t, []string{"NTLM_USER_FILE=" + file}, curl, "-s", "-o", "/dev/null", "-w", statusOnly, "--negotiate", "-u", `LAB\alice:`, url)
}

func goNTLMSSP(t *testing.T, _ *runningServe, url, password string) int {
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(`LAB\alice`, password)
	response, err := ntlmssp.Negotiator{RoundTripper: transport}.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode
}

// httpNTLM runs on Node.js, with what scripts/install-test-deps.sh has npm install.
func httpNTLM(t *testing.T, _ *runningServe, url, password string) int {
	node := daemons.Need(t, "node")
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	modules := filepath.Join(cache, "ntlmctl-test", "httpntlm", "node_modules")
	if _, err := os.Stat(filepath.Join(modules, "httpntlm")); err != nil {
		daemons.Absent(t, "npm's httpntlm")
	}
	const text = `require("httpntlm").get({url: process.argv[1], domain: "LAB", username: "alice", password: process.argv[2], workstation: ""},
	(err, res) => { console.log(err ? String(err) : res.statusCode) })`
	return statusOf(t, []string{"NODE_PATH=" + modules}, node, "-e", text, url, password)
}

// requestsNTLM binds itself to the server's certificate where there is one.
func requestsNTLM(certificate string) client {
	return func(t *testing.T, _ *runningServe, url, password string) int {
		const python = "/usr/bin/python3" // Debian's, which has Debian's modules
		if err := exec.CommandContext(t.Context(), python, "-c", "import requests_ntlm").Run(); err != nil {
			daemons.Absent(t, "python3-requests-ntlm")
		}
		const text = `import sys, requests, requests_ntlm
session = requests.Session()
session.trust_env = False
session.auth = requests_ntlm.HttpNtlmAuth("LAB\\alice", sys.argv[2])
print(session.get(sys.argv[1], verify=sys.argv[3] or True).status_code)`
		return statusOf(t, []string{"OPENSSL_CONF=" + legacyOpenSSL(t)}, python, "-c", text, url, password, certificate)
	}
}

// legacyOpenSSL is a configuration of OpenSSL with MD4, which NTLM needs.
func legacyOpenSSL(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "openssl.cnf")
	const text = "openssl_conf = c\n[c]\nproviders = p\n[p]\ndefault = d\nlegacy = d\n[d]\nactivate = 1\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestServeBehindNginx logs on through nginx and compares what serve saw.
func TestServeBehindNginx(t *testing.T) {
	curl := daemons.Need(t, "curl")
	for _, c := range []struct {
		variant  daemons.NginxVariant
		flags    []string
		status   int
		protocol string
		same     bool // all legs came in on one connection
	}{
		{daemons.NginxDefault, nil, 401, "HTTP/1.0", false},
		{daemons.NginxHTTP11, nil, 401, "HTTP/1.1", false},
		{daemons.NginxKeepalive, nil, 200, "HTTP/1.1", true},
		{daemons.NginxStream, nil, 200, "HTTP/1.1", true},
	} {
		t.Run(string(c.variant), func(t *testing.T) {
			s := startServe(t, c.flags...)
			front := daemons.Nginx(t, c.variant, s.host)
			out, err := exec.CommandContext(t.Context(), curl, "-s", "-i", "-w", statusOnly, "--ntlm", "-u", `LAB\alice:`+daemons.Password, "http://"+front+"/legs").CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			if !strings.HasSuffix(string(out), fmt.Sprint(c.status)) {
				t.Errorf("want %d: %s", c.status, out)
			}
			views := regexp.MustCompile(`X-Ntlmctl-Connection: (\d+)`).FindAllStringSubmatch(string(out), -1)
			protocols := regexp.MustCompile(`X-Ntlmctl-Protocol: (\S+)`).FindAllStringSubmatch(string(out), -1)
			if len(views) != 2 || len(protocols) != 2 || (views[0][1] == views[1][1]) != c.same || protocols[1][1] != c.protocol {
				t.Errorf("connections %q, protocols %q", views, protocols)
			}
			legs := s.answered("/legs", 2)
			if len(legs) != 2 || (legs[0].Connection == legs[1].Connection) != c.same {
				t.Fatalf("%+v", legs)
			}
			if !c.same && (legs[1].Checks.Reason != "unexpected-token" || !strings.Contains(legs[1].Note, "began elsewhere")) {
				t.Errorf("the Type 3 that came in on another connection: %+v, %s", legs[1].Checks, legs[1].Note)
			}
		})
	}
}
