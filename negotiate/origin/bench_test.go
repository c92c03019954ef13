package origin_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"fmt"
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/negotiate/origin"
	"github.com/ntlmctl/ntlmctl/render"
)

// fixed is a source of nonces that are all alike; with a clock that stands still
// so are the challenges, and a Type 3 can be sent again.
type fixed struct{}

func (fixed) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(i)
	}
	return len(p), nil
}

// BenchmarkHandshake is the server's part of a Type 1 and a Type 3 over a socket;
// the client sends the same bytes again and again.
func BenchmarkHandshake(b *testing.B) {
	for _, c := range []struct {
		name   string
		spnego bool
		change func(*origin.Options)
	}{
		{"bare answers", false, func(*origin.Options) {}},
		{"with a body", false, func(o *origin.Options) { o.Body = render.AppendServeBody }},
		{"with a body, SPNEGO", true, func(o *origin.Options) { o.Body = render.AppendServeBody }},
		{"with body and events", false, func(o *origin.Options) {
			o.Body, o.Events = render.AppendServeBody, func(e origin.Event) { render.AppendServeEventLine(nil, &e) }
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			o := options(b)
			now := time.Now()
			o.Acceptor.Random, o.Acceptor.Clock = fixed{}, func() time.Time { return now }
			c.change(&o)
			address := start(b, o)
			scheme := "NTLM"
			if c.spnego {
				scheme = "Negotiate"
			}
			client, err := ntlm.NewClient(ntlm.ClientOptions{Account: ntlm.ParseAccount(`LAB\alice`), Secret: ntlm.Password(password), SPNEGO: c.spnego})
			if err != nil {
				b.Fatal(err)
			}
			conn, err := net.Dial("tcp", address)
			if err != nil {
				b.Fatal(err)
			}
			defer conn.Close()
			br := bufio.NewReader(conn)
			first, _, err := client.Step(nil)
			if err != nil {
				b.Fatal(err)
			}
			type1 := get(scheme, first)
			challenge, err := benchLeg(conn, br, type1, "401")
			if err != nil {
				b.Fatal(err)
			}
			third, _, err := client.Step(challenge)
			if err != nil {
				b.Fatal(err)
			}
			type3 := get(scheme, third)
			if _, err := benchLeg(conn, br, type3, "200"); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := benchLeg(conn, br, type1, "401"); err != nil {
					b.Fatal(err)
				}
				if _, err := benchLeg(conn, br, type3, "200"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkAuthenticated is a request on a connection that is logged on.
func BenchmarkAuthenticated(b *testing.B) {
	o := options(b)
	o.Body = render.AppendServeBody
	p := dial(b, start(b, o))
	p.logOn("NTLM", `LAB\alice`, password)
	request := []byte("GET /page HTTP/1.1\r\nHost: origin.lab.test\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := benchLeg(p.conn, p.br, request, "200"); err != nil {
			b.Fatal(err)
		}
	}
}

func get(scheme string, token []byte) []byte {
	return fmt.Appendf(nil, "GET /page HTTP/1.1\r\nHost: origin.lab.test\r\nUser-Agent: bench\r\nAccept: */*\r\nAuthorization: %s %s\r\n\r\n",
		scheme, base64.StdEncoding.EncodeToString(token))
}

// benchLeg sends a request and gives the token of the answer. It keeps its own
// work small.
func benchLeg(conn net.Conn, br *bufio.Reader, request []byte, status string) (token []byte, err error) {
	if _, err := conn.Write(request); err != nil {
		return nil, err
	}
	length, first := 0, true
	for {
		line, err := br.ReadSlice('\n')
		if err != nil {
			return nil, err
		}
		line = bytes.TrimRight(line, "\r\n")
		name, value, _ := bytes.Cut(line, []byte(": "))
		switch {
		case first && string(line[9:12]) != status:
			return nil, fmt.Errorf("%s, want %s", line, status)
		case len(line) == 0:
			_, err := br.Discard(length)
			return token, err
		case string(name) == "WWW-Authenticate" && status == "401":
			_, text, _ := bytes.Cut(value, []byte(" "))
			token, err = base64.StdEncoding.AppendDecode(nil, text)
		case string(name) == "Content-Length":
			length, err = strconv.Atoi(string(value))
		}
		if err != nil {
			return nil, err
		}
		first = false
	}
}
