package probe_test

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
	"github.com/ntlmctl/ntlmctl/internal/lab/loopback"
	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/probe"
)

// asked is one request as a server of these tests sees it.
type asked struct {
	*http.Request
	// conn counts connections from 1, n the requests on it from 1.
	conn, n int
	// scheme and token are the credentials, decoded; nil if there are none.
	scheme string
	token  *decode.Token
}

// serve answers each request with the text that answer returns; empty closes
// the connection. It returns host:port.
func serve(t testing.TB, answer func(asked) string) string {
	t.Helper()
	return loopback.Talk(t, func(n int, c net.Conn) { converse(c, n, answer) })
}

func converse(c net.Conn, conn int, answer func(asked) string) {
	in := bufio.NewReader(c)
	for n := 1; ; n++ {
		req, err := http.ReadRequest(in)
		if err != nil {
			if !isEnd(err) { // as servers do
				_, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
			}
			return
		}
		a := asked{Request: req, conn: conn, n: n}
		value := req.Header.Get("Authorization") + req.Header.Get("Proxy-Authorization")
		if scheme, text, ok := strings.Cut(value, " "); ok {
			raw, _ := base64.StdEncoding.DecodeString(text)
			a.scheme, a.token = scheme, decode.Decode(raw, decode.Options{})
		}
		text := answer(a)
		if _, err := io.WriteString(c, text); err != nil || text == "" {
			return
		}
		if strings.Contains(text, "Connection: close") {
			return
		}
	}
}

func isEnd(err error) bool {
	return strings.Contains(err.Error(), "EOF") || strings.Contains(err.Error(), "reset") || strings.Contains(err.Error(), "closed")
}

// reply is a response without a body.
func reply(status int, headers ...string) string {
	return fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Length: 0\r\n%s\r\n", status, http.StatusText(status), lines(headers))
}

func lines(headers []string) string {
	var b strings.Builder
	for _, h := range headers {
		b.WriteString(h + "\r\n")
	}
	return b.String()
}

// page is a response with a body.
func page(status int, body string, headers ...string) string {
	return fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Length: %d\r\n%s\r\n%s", status, http.StatusText(status), len(body), lines(headers), body)
}

// machine is a server whose challenges are asked for.
type machine struct {
	computer, domain string
	at               time.Time
	set, clear       decode.Flags
	bare             bool // without target information
}

func (m machine) challenge() []byte {
	message := decode.ChallengeMessage{
		Flags: (decode.NegotiateUnicode | decode.NegotiateNTLM | decode.RequestTarget | decode.TargetTypeDomain | decode.NegotiateTargetInfo |
			decode.NegotiateExtendedSessionSecurity | decode.NegotiateVersion | decode.Negotiate128 | m.set) &^ m.clear,
		ServerChallenge: [8]byte{1, 2, 3, 4, 5, 6, 7, 9},
		Version:         decode.Version{Major: 10, Build: 17763, Revision: 15},
	}
	message.TargetName.Bytes = decode.EncodeText(m.domain, nil)
	if !m.bare {
		text := func(id decode.AVID, s string) decode.AVPair {
			return decode.AVPair{ID: id, Value: decode.EncodeText(s, nil)}
		}
		message.AVPairs = decode.AVPairs{
			text(decode.MsvAvNbDomainName, m.domain), text(decode.MsvAvNbComputerName, m.computer),
			text(decode.MsvAvDNSDomainName, strings.ToLower(m.domain)+".test"),
			text(decode.MsvAvDNSComputerName, strings.ToLower(m.computer)+"."+strings.ToLower(m.domain)+".test"),
			text(decode.MsvAvDNSTreeName, "forest.test"),
		}
		if !m.at.IsZero() {
			stamp := annotate.FileTimeOf(m.at)
			value := make([]byte, 8)
			for i := range value {
				value[i] = byte(stamp >> (8 * i))
			}
			message.AVPairs = append(message.AVPairs, decode.AVPair{ID: decode.MsvAvTimestamp, Value: value})
		}
		message.AVPairs = append(message.AVPairs, decode.AVPair{ID: decode.MsvAvEOL})
	}
	message.Layout()
	return message.Append(nil)
}

var origin = machine{computer: "ORIGIN", domain: "LAB"}

func b64(raw []byte) string { return base64.StdEncoding.EncodeToString(raw) }

// inSPNEGO is a NegTokenResp with a challenge.
func inSPNEGO(challenge []byte) string {
	r := spnego.Resp{State: spnego.AcceptIncomplete, SupportedMech: spnego.OIDNTLM, ResponseToken: challenge}
	return b64(r.Append(nil))
}

func resp(state spnego.State, mech spnego.OID) string {
	r := spnego.Resp{State: state, SupportedMech: mech}
	return b64(r.Append(nil))
}

// offers is a refusal that names schemes.
func offers(schemes ...string) string {
	headers := make([]string, len(schemes))
	for i, s := range schemes {
		headers[i] = "WWW-Authenticate: " + s
	}
	return reply(401, headers...)
}

// ntlmServer takes NTLM by its name and in Negotiate, as far as it offers them.
func ntlmServer(m machine, schemes ...string) func(asked) string {
	return func(a asked) string {
		switch {
		case a.token == nil:
			return offers(schemes...)
		case a.scheme == "NTLM":
			return offers("NTLM " + b64(m.challenge()))
		case a.token.NTLM() != nil && a.token.Kind == decode.KindSPNEGOInit:
			return offers("Negotiate " + inSPNEGO(m.challenge()))
		case a.token.NTLM() != nil:
			return offers("Negotiate " + b64(m.challenge()))
		}
		return offers("Negotiate " + resp(spnego.AcceptIncomplete, spnego.OIDMSKerberos))
	}
}

// kerberosServer takes the first Kerberos of a list, as MIT's acceptor does, and
// rejects a list without it.
func kerberosServer(a asked) string {
	init, ok := a.tokenInit()
	if !ok {
		return offers("Negotiate")
	}
	for _, mech := range init.MechTypes {
		if mech.Kerberos() {
			return offers("Negotiate " + resp(spnego.AcceptIncomplete, mech))
		}
	}
	return offers("Negotiate " + resp(spnego.Reject, ""))
}

// tokenInit is the NegTokenInit that came.
func (a asked) tokenInit() (*spnego.Init, bool) {
	if a.token == nil {
		return nil, false
	}
	init, ok := a.token.Message.(*spnego.Init)
	return init, ok
}

// probed asks a URL.
func probed(t testing.TB, address string, o probe.Options) probe.Report {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	if o.Experiments == nil {
		o.Experiments = experiment.Core(0)
	}
	return o.Probe(t.Context(), u)
}
