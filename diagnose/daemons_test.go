//go:build unix

package diagnose

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/internal/lab/daemons"
	"github.com/ntlmctl/ntlmctl/negotiate/origin"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// realOrigin is a kind of server behind the fronts, twice.
type realOrigin struct {
	name, user, path string
	addrs            []string
}

func realOrigins(t *testing.T) []realOrigin {
	t.Helper()
	return []realOrigin{
		{"apache", daemons.User, "/ntlm/", []string{daemons.ApacheNamed(t, "ONE"), daemons.ApacheNamed(t, "TWO")}},
		{"samba", daemons.SambaUser, "/x", []string{daemons.Samba(t), daemons.SambaNTLMv1(t)}},
	}
}

// served are two ntlmctl serve, which say what reached them.
func served(t *testing.T) realOrigin {
	t.Helper()
	o := origin.Options{ConnectionIDHeader: daemons.ConnectionIDHeader}
	return realOrigin{"serve", daemons.User, "/x", []string{serveWith(t, "ONE", o).addr, serveWith(t, "TWO", o).addr}}
}

// realFronts are all that can stand before one.
func realFronts(t *testing.T) []daemons.Front {
	t.Helper()
	return slices.Concat(daemons.Fronts(), daemons.ForwardFronts(t))
}

// trusted are the authorities of the fronts that speak TLS.
func trusted(t *testing.T) *x509.CertPool {
	t.Helper()
	pem, err := os.ReadFile(daemons.TrustedBy(t))
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	return pool
}

// realCell is one cell of the table.
type realCell struct {
	front    daemons.Front
	origin   realOrigin
	password string
	direct   bool
}

// String is the cell's place in the table.
func (c realCell) String() string {
	help := "-"
	if c.direct {
		help = "direct"
	}
	return fmt.Sprintf("%-24s %-6s %-5s %-6s", c.front.Name, c.origin.name, passwordName(c.password), help)
}

// run diagnoses, with the front's configuration changed. It counts the Type 3 that
// were refused at the doors of the origins.
func (c realCell) run(t *testing.T, changes []daemons.Change, roots *x509.CertPool) (d *Diagnosis, refused int) {
	t.Helper()
	for _, program := range c.front.Needs {
		daemons.Need(t, program)
	}
	doors := []*tap{startTap(t, c.origin.addrs[0], nil), startTap(t, c.origin.addrs[1], nil)}
	o := c.at(c.front.Changed(t, changes, []string{doors[0].addr, doors[1].addr}[:c.front.Origins]...), doors[0].addr, roots)
	switch {
	case c.direct && c.front.TLS: // the origins speak none
		o.Direct = startTap(t, doors[0].addr, daemons.ServerTLS(t)).addr
	case c.direct:
		o.Direct = doors[0].addr
	}
	d, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return d, int(doors[0].refused.Load() + doors[1].refused.Load())
}

// at is what to ask through a front at an address, for what is behind a door.
func (c realCell) at(addr, door string, roots *x509.CertPool) Options {
	o := Options{
		URL:    &url.URL{Scheme: "http", Host: addr, Path: c.origin.path},
		Wire:   wire.Options{Recorder: new(wire.Recorder), TLS: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}},
		Header: trace.Headers{{Name: "Accept", Value: "*/*"}},
	}
	if c.front.TLS {
		o.URL.Scheme = "https"
	}
	if c.front.Forward {
		o.URL.Host = door
		host, port, _ := strings.Cut(addr, ":")
		o.Wire.Proxy = &wire.Proxy{Scheme: "http", Host: host, Port: port}
	}
	if c.password != "" {
		o.Credentials = account(c.origin.user, c.password)
	}
	if strings.Contains(c.front.Name, "connection-id") {
		o.Settings.ConnectionIDHeader = daemons.ConnectionIDHeader
	}
	return o
}

// TestRealMatrix diagnoses every front before Apache with gss-ntlmssp and before
// Squid with Samba, with the right password, a wrong one and none, by itself and
// beside a run straight to the server; and before ntlmctl serve with both passwords.
// testdata/fronts.txt holds what is to come out; where chance decides, it names what may.
func TestRealMatrix(t *testing.T) {
	origins, roots, serve := realOrigins(t), trusted(t), served(t)
	fronts := realFronts(t)
	var cells []realCell
	for _, password := range []string{daemons.Password, wrong} {
		for _, front := range fronts {
			cells = append(cells, realCell{front, serve, password, false})
		}
		for _, front := range daemons.ConnectionIDFronts() { // each numbers its clients from 1
			cells = append(cells, realCell{front, served(t), password, false})
		}
	}
	for _, front := range fronts {
		for _, origin := range origins {
			for _, password := range []string{daemons.Password, wrong, ""} {
				for _, direct := range []bool{false, true} {
					cells = append(cells, realCell{front, origin, password, direct})
				}
			}
		}
	}
	table := openTable(t, "testdata/fronts.txt")
	t.Run("cells", func(t *testing.T) {
		for _, c := range cells {
			t.Run(table.cell(c.String()), func(t *testing.T) {
				t.Parallel()
				d, refused := c.run(t, nil, roots)
				table.check(t, c.String(), codes(d))
				c.check(t, d, refused)
			})
		}
	})
	table.close(t)
}

// check holds a cell to what must be so whatever the table says.
func (c realCell) check(t *testing.T, d *Diagnosis, refused int) {
	t.Helper()
	if refused > 1 || d.Spent > 1 {
		t.Errorf("%d logons were refused at the origin's door, %d counted", refused, d.Spent)
	}
	blamed := slices.ContainsFunc(append([]verdict.Verdict{d.Verdict}, d.Others...), func(v verdict.Verdict) bool {
		return v.Code == verdict.CredentialsRejected
	})
	if blamed && (c.password != wrong || !c.direct && c.origin.name != "serve") {
		t.Errorf("a password is blamed, and nothing shows that it is wrong: %s", codes(d))
	}
	if blamed && d.Verdict.Code == verdict.CredentialsRejected && (c.front.Effect == daemons.Breaks || c.front.Effect == daemons.Strips) {
		t.Errorf("a password is blamed first on a path that breaks handshakes: %s", codes(d))
	}
	if c.password != daemons.Password {
		return
	}
	switch c.front.Effect {
	case daemons.Keeps:
		if codes(d) != "survives proven" {
			t.Errorf("a false alarm: %s", codes(d))
		}
	case daemons.Breaks, daemons.Strips:
		if c.origin.name == "serve" && !strings.Contains(codes(d), string(verdict.Proven)) {
			t.Errorf("the server says what reached it, and nothing is proven: %s", codes(d))
		}
	case daemons.Shares, daemons.Mixes:
		if d.Verdict.Code != verdict.SessionShared {
			t.Errorf("strangers can get in, and it was not found: %s", codes(d))
		}
	case daemons.Caches:
		if c.origin.name == "serve" { // nothing in its answers lets a cache keep them
			return
		}
		if d.Verdict.Code != verdict.ResponseCached {
			t.Errorf("a cache serves strangers, and it was not found: %s", codes(d))
		}
	}
}

// TestNoFalseAlarm diagnoses paths that keep NTLM, two hundred times in all.
func TestNoFalseAlarm(t *testing.T) {
	origins, roots := realOrigins(t), trusted(t)
	var fronts []daemons.Front
	for _, front := range realFronts(t) {
		if front.Effect == daemons.Keeps {
			fronts = append(fronts, front)
		}
	}
	const runs = 200
	t.Logf("%d fronts", len(fronts))
	for n, front := range fronts {
		t.Run(front.Name, func(t *testing.T) {
			t.Parallel()
			for _, program := range front.Needs {
				daemons.Need(t, program)
			}
			c := realCell{front: front, origin: origins[n%len(origins)], password: daemons.Password}
			addr := front.Start(t, c.origin.addrs[:front.Origins]...)
			for range (runs + len(fronts) - 1) / len(fronts) {
				d, err := Run(t.Context(), c.at(addr, c.origin.addrs[0], roots))
				if err != nil {
					t.Fatal(err)
				}
				if codes(d) != "survives proven" {
					t.Errorf("%s before %s: %s %v", front.Name, c.origin.name, codes(d), d.Verdict.Evidence)
				}
			}
		})
	}
}

// TestKerberosOnly diagnoses a server that takes Kerberos and nothing else, with
// an account for NTLM and without: no logon is spent on it.
func TestKerberosOnly(t *testing.T) {
	addr, _ := daemons.Kerberos(t)
	for _, password := range []string{daemons.Password, ""} {
		c := realCell{origin: realOrigin{user: daemons.User, path: "/krb/"}, password: password}
		d, err := Run(t.Context(), c.at(addr, "", nil))
		if err != nil {
			t.Fatal(err)
		}
		if codes(d) != "kerberos-only proven" || d.Spent != 0 {
			t.Errorf("password %s: %s, %d spent", passwordName(password), codes(d), d.Spent)
		}
	}
}
