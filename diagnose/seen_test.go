package diagnose

import (
	"cmp"
	"encoding/base64"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// seenOf makes what was seen out of lines, a request each:
//
//	EXPERIMENT[/VARIANT] CONNECTION SENT STATUS [WORD...]
//
// SENT is - for no token, 1 for a Type 1, 3 for a Type 3 of alice, 3:USER for another's. The words are
// NTLM, Negotiate or another scheme on offer; c:NAME, a challenge of the server
// NAME; close; view=INSTANCE:CONNECTION[:PROTOCOL[:STATE]]; body=TEXT; sent:NAME:VALUE, a
// field of the request; NAME:VALUE, one of the response. An _ stands for a blank.
func seenOf(t *testing.T, lines string) *experiment.Seen {
	t.Helper()
	seen := new(experiment.Seen)
	target := verdict.Origin
	for n, line := range strings.Split(strings.TrimSpace(lines), "\n") {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		name, variant, _ := strings.Cut(strings.ReplaceAll(fields[0], "_", " "), "/")
		conn, err := strconv.Atoi(fields[1])
		if err != nil {
			t.Fatalf("line %d: %v", n+1, err)
		}
		status, err := strconv.Atoi(fields[3])
		if err != nil {
			t.Fatalf("line %d: %v", n+1, err)
		}
		leg := &trace.Leg{N: n + 1, Connection: conn, Experiment: name, HTTPVersion: "1.1", Request: trace.Request{Method: "GET", Target: "/"}}
		if status == 407 {
			target = verdict.Proxy
		}
		o := &experiment.Observation{Experiment: name, Variant: variant, Target: target, Leg: leg, Connection: trace.Connection{ID: conn}}
		if status != 0 {
			leg.Response = &trace.Response{Status: status}
		} else {
			o.Failure = &trace.Failure{Kind: trace.FailEOF, Text: "the peer closed the connection"}
		}
		sent, user, _ := strings.Cut(fields[2], ":")
		if kind, err := strconv.Atoi(sent); err == nil {
			name := "Authorization"
			if target == verdict.Proxy {
				name = "Proxy-Authorization"
			}
			leg.Request.Headers = trace.Headers{{Name: name, Value: "NTLM " + base64.StdEncoding.EncodeToString(message(t, kind, "ONE", cmp.Or(user, "alice")))}}
		}
		for _, word := range fields[4:] {
			tell(t, o, strings.ReplaceAll(word, "_", " "))
		}
		leg.Tokens = wire.TokensOf(trace.InRequest, leg.Request.Headers)
		if leg.Response != nil {
			leg.Tokens = append(leg.Tokens, wire.TokensOf(trace.InResponse, leg.Response.Headers)...)
		}
		seen.Observations = append(seen.Observations, o)
	}
	return seen
}

// tell adds what one word says.
func tell(t *testing.T, o *experiment.Observation, word string) {
	t.Helper()
	leg := o.Leg
	challenge := "WWW-Authenticate"
	if o.Target == verdict.Proxy {
		challenge = "Proxy-Authenticate"
	}
	add := func(name, value string) {
		leg.Response.Headers = append(leg.Response.Headers, trace.Header{Name: name, Value: value})
	}
	switch before, after, _ := strings.Cut(word, ":"); {
	case word == "close":
		leg.Response.Close, leg.ClosedBy = true, trace.Server
	case before == "c":
		add(challenge, "NTLM "+base64.StdEncoding.EncodeToString(message(t, 2, after, "alice")))
	case strings.HasPrefix(word, "view="):
		parts := strings.Split(strings.TrimPrefix(word, "view="), ":")
		leg.OriginView = &trace.OriginView{Instance: parts[0], Connection: parts[1], AuthKey: parts[1], Protocol: "HTTP/1.1"}
		if len(parts) > 2 {
			leg.OriginView.Protocol = parts[2]
		}
		if len(parts) > 3 {
			leg.OriginView.State = parts[3]
		}
	case strings.HasPrefix(word, "body="):
		o.Body = []byte(strings.TrimPrefix(word, "body="))
		leg.Response.BodyBytes = int64(len(o.Body))
	case strings.HasPrefix(word, "tls="):
		o.Connection.TLS = &trace.TLS{CertificateSHA256: strings.TrimPrefix(word, "tls=")}
	case before == "sent":
		name, value, _ := strings.Cut(after, ":")
		leg.Request.Headers = append(leg.Request.Headers, trace.Header{Name: name, Value: value})
	case after != "":
		add(before, after)
	default:
		add(challenge, word)
	}
}

// messages are NTLM's that were made, by kind and server.
var messages sync.Map

// message is one of NTLM's, of a user's logon to the server of that name.
func message(t *testing.T, kind int, name, user string) []byte {
	t.Helper()
	key := strconv.Itoa(kind) + name + user
	if made, ok := messages.Load(key); ok {
		return made.([]byte)
	}
	made := newMessage(t, kind, name, user)
	messages.Store(key, made)
	return made
}

func newMessage(t *testing.T, kind int, name, user string) []byte {
	t.Helper()
	client, err := ntlm.NewClient(ntlm.ClientOptions{Account: ntlm.ParseAccount(`LAB\` + user), Secret: ntlm.Password("Passw0rd!")})
	if err != nil {
		t.Fatal(err)
	}
	step := func(in []byte) []byte {
		out, _, err := client.Step(in)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	type1 := step(nil)
	if kind == 1 {
		return type1
	}
	type2, _, err := ntlm.NewAcceptor(ntlm.AcceptorOptions{Names: ntlm.Names{NbComputer: name, NbDomain: "LAB", Member: true}}).Step(type1)
	if err != nil {
		t.Fatal(err)
	}
	if kind == 2 {
		return type2
	}
	return step(type2)
}
