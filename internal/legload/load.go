package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
)

// load is what is put on a server.
type load struct {
	address                       string
	client                        ntlm.ClientOptions
	connections, logons, requests int
	hold                          bool

	legs, failures atomic.Int64
	lastError      atomic.Pointer[error]
}

// run puts the load on. It counts what fails, and keeps the last reason.
func (l *load) run(ctx context.Context) error {
	logons := l.logons
	var gate sync.WaitGroup
	if l.hold {
		logons = l.connections
		gate.Add(l.connections)
	}
	var next atomic.Int64
	var workers sync.WaitGroup
	for range l.connections {
		workers.Go(func() {
			for next.Add(1) <= int64(logons) && ctx.Err() == nil {
				loggedOn := func() {}
				if l.hold {
					loggedOn = func() { gate.Done(); gate.Wait() }
				}
				if err := l.one(ctx, loggedOn); err != nil {
					l.failures.Add(1)
					l.lastError.Store(&err)
				}
			}
		})
	}
	workers.Wait()
	return ctx.Err()
}

// one logs on once and makes the requests that follow. It calls loggedOn once,
// whatever happened.
func (l *load) one(ctx context.Context, loggedOn func()) error {
	c, err := l.logOn(ctx)
	loggedOn()
	if err != nil {
		return err
	}
	defer c.Close()
	for range l.requests {
		status, _, err := c.leg("")
		if err != nil {
			return err
		}
		l.legs.Add(1)
		if status != 200 {
			return fmt.Errorf("status %d on a connection that is logged on", status)
		}
	}
	return nil
}

func (l *load) logOn(ctx context.Context) (*connection, error) {
	socket, err := new(net.Dialer).DialContext(ctx, "tcp", l.address)
	if err != nil {
		return nil, err
	}
	c := &connection{Conn: socket, in: bufio.NewReaderSize(socket, 4096), host: l.address}
	context.AfterFunc(ctx, func() { socket.Close() })
	if err := l.handshake(c); err != nil {
		socket.Close()
		return nil, err
	}
	return c, nil
}

func (l *load) handshake(c *connection) error {
	client, err := ntlm.NewClient(l.client)
	if err != nil {
		return err
	}
	var challenge []byte
	for _, want := range []int{401, 200} {
		token, _, err := client.Step(challenge)
		if err != nil {
			return err
		}
		status, answer, err := c.leg(base64.StdEncoding.EncodeToString(token))
		if err != nil {
			return err
		}
		l.legs.Add(1)
		if status != want {
			return fmt.Errorf("status %d, not %d, in a logon", status, want)
		}
		if challenge, err = base64.StdEncoding.DecodeString(answer); err != nil {
			return err
		}
	}
	return nil
}

// connection is one that speaks as little HTTP as will do.
type connection struct {
	net.Conn
	in   *bufio.Reader
	host string
}

// leg sends a request, with a token if there is one, and returns the status and
// the token of the answer.
func (c *connection) leg(token string) (status int, answer string, err error) {
	request := "GET / HTTP/1.1\r\nHost: " + c.host + "\r\n"
	if token != "" {
		request += "Authorization: NTLM " + token + "\r\n"
	}
	if _, err := io.WriteString(c, request+"\r\n"); err != nil {
		return 0, "", err
	}
	length := -1
	for first := true; ; first = false {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return 0, "", err
		}
		text := strings.TrimRight(string(line), "\r\n")
		if first {
			if len(text) < 12 {
				return 0, "", fmt.Errorf("status line %q", text)
			}
			if status, err = strconv.Atoi(text[9:12]); err != nil {
				return 0, "", err
			}
			continue
		}
		if text == "" {
			break
		}
		name, value, _ := strings.Cut(text, ":")
		value = strings.TrimSpace(value)
		switch {
		case strings.EqualFold(name, "Content-Length"):
			if length, err = strconv.Atoi(value); err != nil {
				return 0, "", err
			}
		case strings.EqualFold(name, "WWW-Authenticate") && strings.HasPrefix(value, "NTLM "):
			answer = value[len("NTLM "):]
		}
	}
	if length < 0 {
		return 0, "", errors.New("no Content-Length")
	}
	_, err = c.in.Discard(length)
	return status, answer, err
}
