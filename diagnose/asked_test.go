package diagnose

import (
	"crypto/tls"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/internal/lab"
	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/negotiate/origin"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// outcome is how an experiment ended, and what it said.
func outcome(t *testing.T, d *Diagnosis, name string) experiment.Outcome {
	t.Helper()
	for _, o := range d.Outcomes {
		if o.Name == name {
			return o
		}
	}
	t.Fatalf("no experiment is called %s", name)
	return experiment.Outcome{}
}

// through starts a box before an origin, and says how to ask for it.
func through(t *testing.T, box string, servers ...*server) Options {
	t.Helper()
	var addrs []string
	for _, s := range servers {
		addrs = append(addrs, s.addr)
	}
	addr, stop, err := lab.Start(box, addrs...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return options(addr, "Passw0rd!", blind)
}

// TestAskedFor runs the experiments that run only where something asks for them.
func TestAskedFor(t *testing.T) {
	for _, c := range []struct {
		name       string
		box        string
		dialect    origin.Dialect
		options    func(*Options)
		experiment string
		state      experiment.State
		text       string // in what the experiment said
		want       string // the main verdict
	}{
		{"logons through a relay", "relay", origin.GSS, func(o *Options) { o.Settings.Attempts, o.Settings.Concurrency = 12, 4 },
			experiment.NameAttempts, experiment.Passed, "12 of 12", "survives proven"},
		{"logons of which some fail", "flaky", origin.GSS, func(o *Options) { o.Settings.Attempts = 12 },
			experiment.NameAttempts, experiment.Failed, "logons succeeded", "intermittent proven"},
		{"a short pause", "impatient", origin.IIS, func(o *Options) { o.Settings.Pauses = []time.Duration{10 * time.Millisecond} },
			experiment.NamePauses, experiment.Passed, "outlast", "survives proven"},
		{"a long pause", "impatient", origin.IIS, func(o *Options) { o.Settings.Pauses = []time.Duration{5 * time.Second} },
			experiment.NamePauses, experiment.Failed, "5s", "idle-timeout proven"},
		{"bodies that pass", "pinned", origin.IIS, func(o *Options) { o.Only = []string{"bodies", "strangers", "second-request"} },
			experiment.NameBodies, experiment.Passed, "all sizes", "survives proven"},
		{"bodies that do not", "small-body", origin.IIS, func(o *Options) { o.Only = []string{"bodies"} },
			experiment.NameBodies, experiment.Failed, "1048576", "body-refused proven"},
		{"a second account", "pinned", origin.IIS, func(o *Options) { o.Second = account(`LAB\bob`, "S3cret!12") },
			experiment.NameSecondUser, experiment.Passed, "a page of its own", "survives proven"},
		{"a second account in a pool", "pool", origin.Samba, func(o *Options) { o.Second = account(`LAB\bob`, "S3cret!12") },
			experiment.NameSecondUser, experiment.Failed, "", "session-shared proven"},
		{"an orphan that shows", "relay", origin.Express, func(o *Options) { o.Only = []string{"orphan"} },
			experiment.NameOrphan, experiment.Passed, "403 to one with its challenge, 500 to one without", "survives consistent"},
		{"an orphan that does not", "relay", origin.IIS, func(o *Options) { o.Only = []string{"orphan"} },
			experiment.NameOrphan, experiment.Inconclusive, "401", "survives consistent"},
		{"a Type 3 carried over", "pool-closer", origin.IIS, func(*Options) {},
			experiment.NameCarried, experiment.Failed, "was taken", "session-shared proven"},
		{"a Type 3 that cannot be", "closer", origin.IIS, func(*Options) {},
			experiment.NameCarried, experiment.Failed, "401", "connection-closed proven"},
		{"a channel binding without TLS", "relay", origin.IIS, func(o *Options) { o.Only = []string{"epa"} },
			experiment.NameBinding, experiment.Skipped, "https", "survives consistent"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, c.dialect, "ONE")
			o := through(t, c.box, s)
			c.options(&o)
			d, err := Run(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			if got := outcome(t, d, c.experiment); got.State != c.state || !strings.Contains(got.Text, c.text) {
				t.Errorf("%s: %s: %s, want %s", got.Name, got.State, got.Text, c.state)
			}
			if got := string(d.Verdict.Code) + " " + string(d.Verdict.Grade); got != c.want {
				t.Errorf("%s, want %s", codes(d), c.want)
			}
			if d.Spent > 1 {
				t.Errorf("%d refused logons were spent", d.Spent)
			}
		})
	}
}

// TestCookies wants affinity by cookie told from a connection that is kept.
func TestCookies(t *testing.T) {
	o := through(t, "sticky", serve(t, origin.GSS, "ONE"), serve(t, origin.GSS, "TWO"))
	d, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if codes(d) != "survives proven" {
		t.Errorf("with cookies sent back: %s", codes(d))
	}
	o = through(t, "sticky", serve(t, origin.GSS, "ONE"), serve(t, origin.GSS, "TWO"))
	o.Credentials = nil
	if d, err = Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if got := outcome(t, d, experiment.NameCookies); got.State != experiment.Failed || !strings.Contains(got.Text, "a cookie decides") {
		t.Errorf("%s: %s", got.State, got.Text)
	}
	if d.Verdict.Code != verdict.BackendSwitched || d.Verdict.Grade != verdict.Consistent {
		t.Errorf("without credentials: %s", codes(d))
	}
}

// TestForgery forges the header by which a server behind a proxy tells
// connections apart.
func TestForgery(t *testing.T) {
	for box, want := range map[string]string{"connection-id": "survives proven", "connection-id-trust": "session-shared proven"} {
		s := serveWith(t, "ONE", origin.Options{ConnectionIDHeader: "X-Connection-Id"})
		o := through(t, box, s)
		o.Wire.Dial = nil // the server says what it keeps the logon under
		o.Settings.ConnectionIDHeader = "X-Connection-Id"
		d, err := Run(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if codes(d) != want {
			t.Errorf("%s: %s, want %s", box, codes(d), want)
		}
	}
}

// TestOpenFromCache asks once more where a cache has answered a logon before.
func TestOpenFromCache(t *testing.T) {
	o := through(t, "cache", serve(t, origin.IIS, "ONE"))
	for _, want := range []string{"response-cached proven", "response-cached proven"} {
		d, err := Run(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if codes(d) != want {
			t.Errorf("%s, want %s", codes(d), want)
		}
	}
}

// secure is a TLS server's configuration with a certificate of its own.
func secure(t *testing.T) *tls.Config {
	t.Helper()
	cert, err := origin.NewCertificate(origin.ECDSA, time.Now(), "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
}

// terminate ends TLS before a server, and begins another session behind it.
func terminate(t *testing.T, addr string) string {
	t.Helper()
	l, err := tls.Listen("tcp", "127.0.0.1:0", secure(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true}) //nolint:gosec // the server's certificate is its own
			if err != nil {
				client.Close()
				continue
			}
			go both(client, server)
		}
	}()
	return l.Addr().String()
}

func both(a, b net.Conn) {
	go func() {
		_, _ = io.Copy(a, b)
		a.Close()
	}()
	_, _ = io.Copy(b, a)
	b.Close()
}

// TestBinding has a server demand the channel binding of its own certificate.
func TestBinding(t *testing.T) {
	for _, c := range []struct {
		name       string
		terminated bool
		options    func(*Options)
		state      experiment.State
		text, want string
	}{
		{"demanded, and right", false, func(o *Options) { o.Only = []string{"epa", "strangers", "second-request"} },
			experiment.Inconclusive, "taken: right; refused: absent", "survives proven"},
		{"demanded, with more to spend", false, func(o *Options) { o.Only, o.MaxRefused = []string{"epa", "strangers", "second-request"}, 9 },
			experiment.Passed, "taken: right, no target name, another target name; refused: absent, zero, wrong", "survives proven"},
		{"TLS ends elsewhere", true, func(*Options) {}, experiment.Skipped, "", "epa-mismatch proven"},
		{"TLS ends elsewhere, with more to spend", true, func(o *Options) { o.Only, o.MaxRefused = []string{"epa"}, 9 },
			experiment.Passed, "taken: server's own", "epa-mismatch proven"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := serveWith(t, "ONE", origin.Options{Dialect: origin.GSS, TLS: secure(t), Acceptor: ntlm.AcceptorOptions{RequireChannelBinding: true}})
			addr := s.addr
			if c.terminated {
				addr = terminate(t, s.addr)
			}
			o := options(addr, "Passw0rd!", blind)
			o.URL.Scheme = "https"
			o.Wire.TLS = &tls.Config{InsecureSkipVerify: true} //nolint:gosec // the server's certificate is its own
			if c.terminated {
				o.Direct = s.addr
			}
			c.options(&o)
			d, err := Run(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			if got := outcome(t, d, experiment.NameBinding); got.State != c.state || !strings.Contains(got.Text, c.text) {
				t.Errorf("%s: %s, want %s: %s", got.State, got.Text, c.state, c.text)
			}
			if got := string(d.Verdict.Code) + " " + string(d.Verdict.Grade); got != c.want {
				t.Errorf("%s, want %s", codes(d), c.want)
			}
			if int(s.refused.Load()) > max(o.MaxRefused, 1) {
				t.Errorf("%d logons were refused", s.refused.Load())
			}
		})
	}
}
