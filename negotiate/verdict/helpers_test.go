package verdict

import (
	"encoding/base64"
	"os"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// The tokens that the tests send: names of sample messages, or base64.
const (
	t1         = "NTLM curl-type1"
	t2         = "NTLM curl-type2"
	t3         = "NTLM curl-type3"
	fakeT2     = "NTLM ntlm-fake-auth-type2"
	reject     = "Negotiate oQcwBaADCgEC" // a NegTokenResp of negState reject
	incomplete = "Negotiate oQcwBaADCgEB" // one of negState accept-incomplete
	// a NegTokenResp of negState request-mic and supportedMech Kerberos
	wantsKerberos = "Negotiate oRQwEqADCgEDoQsGCSqGSIb3EgECAg=="
)

// exchange builds legs: what was sent and what came back, in a few words.
type exchange struct {
	t      *testing.T
	target Target
}

// leg is one leg on a connection. A status of 0 is no answer.
func (x exchange) leg(n, connection int, sent string, status int, got ...string) *trace.Leg {
	x.t.Helper()
	leg := &trace.Leg{N: n, Connection: connection, HTTPVersion: "1.1", Request: trace.Request{Method: "GET", Target: "/", Sent: true}}
	add := func(d trace.Direction, fields *trace.Headers, header, text string) {
		scheme, word, _ := strings.Cut(text, " ")
		if sample, err := os.ReadFile("../../testdata/messages/" + word + ".b64"); err == nil {
			word = strings.TrimSpace(string(sample))
		}
		*fields = append(*fields, trace.Header{Name: header, Value: strings.TrimSpace(scheme + " " + word)})
		if !tokenScheme(scheme) || word == "" {
			return
		}
		if raw, err := base64.StdEncoding.DecodeString(word); err == nil {
			token := decode.Decode(raw, decode.Options{})
			token.Attribute(scheme, &decode.Source{Offset: -1, Header: header})
			leg.Tokens = append(leg.Tokens, trace.TokenAt{Direction: d, Header: header, Token: token})
		}
	}
	credentials, challenge := "Authorization", "WWW-Authenticate"
	if x.target == Proxy {
		credentials, challenge = "Proxy-Authorization", "Proxy-Authenticate"
	}
	if sent != "" {
		add(trace.InRequest, &leg.Request.Headers, credentials, sent)
	}
	if status == 0 {
		return leg
	}
	leg.Response = &trace.Response{Status: status}
	for _, text := range got {
		if name, value, is := strings.Cut(text, ": "); is {
			leg.Response.Headers = append(leg.Response.Headers, trace.Header{Name: name, Value: value})
			continue
		}
		add(trace.InResponse, &leg.Response.Headers, challenge, text)
	}
	return leg
}

// with changes a leg.
func with(leg *trace.Leg, changes ...func(*trace.Leg)) *trace.Leg {
	for _, change := range changes {
		change(leg)
	}
	return leg
}

func closed(l *trace.Leg)  { l.ClosedBy = trace.Server }
func closing(l *trace.Leg) { l.Response.Close = true }
func old(l *trace.Leg)     { closing(l); l.HTTPVersion = "1.0" }
func cut(l *trace.Leg) {
	l.Tokens[1].Token = decode.Decode(l.Tokens[1].Token.Raw[:60], decode.Options{})
}
func chunked(l *trace.Leg) {
	l.Request.Headers = append(l.Request.Headers, trace.Header{Name: "Transfer-Encoding", Value: "chunked"})
}
func connect(l *trace.Leg) { l.Request.Method = "CONNECT" }

func body(n int64, whole bool) func(*trace.Leg) {
	return func(l *trace.Leg) {
		l.Request.BodyBytes, l.Request.BodyCut = n, !whole
		l.Request.Headers = append(l.Request.Headers, trace.Header{Name: "Content-Length", Value: "100"})
	}
}

func seen(instance, connection, protocol string) func(*trace.Leg) {
	return func(l *trace.Leg) {
		l.OriginView = &trace.OriginView{Instance: instance, Connection: connection, AuthKey: connection, Protocol: protocol}
	}
}

// keyed has serve key the logon by something else than the connection.
func keyed(key string) func(*trace.Leg) { return func(l *trace.Leg) { l.OriginView.AuthKey = key } }

// failing has the leg end with a failure.
func failing(f *trace.Failure) func(*trace.Leg) { return func(l *trace.Leg) { l.Error = f } }

// besides puts what another leg sent before what the leg did.
func besides(other *trace.Leg) func(*trace.Leg) {
	return func(l *trace.Leg) {
		l.Request.Headers = append(other.Request.Headers, l.Request.Headers...)
		l.Tokens = append(other.Tokens, l.Tokens...)
	}
}

// as says more of what serve has seen: the number of the request, and why it
// refused.
func as(request, reason string) func(*trace.Leg) {
	return func(l *trace.Leg) { l.OriginView.Request, l.OriginView.Reason = request, reason }
}

// in says which state serve had the logon in.
func in(state string) func(*trace.Leg) { return func(l *trace.Leg) { l.OriginView.State = state } }

// byProxy has the proxy say what the server was to say.
func byProxy(l *trace.Leg) { l.OriginView, l.ProxyView = nil, l.OriginView }
