package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
)

// serveBare answers a Type 1 with a challenge made once, and all else with the
// same short page: what net/http costs where nobody thinks.
func serveBare(ctx context.Context, address string, out io.Writer) error {
	challenge, err := cannedChallenge()
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: bareHandler("NTLM " + challenge), ReadHeaderTimeout: time.Minute}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	fmt.Fprintln(out, listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// type1Prefix begins the base64 of every NEGOTIATE_MESSAGE.
const type1Prefix = "NTLM TlRMTVNTUAAB"

func bareHandler(challenge string) http.Handler {
	page := []byte(strings.Repeat("canned ", 150))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.Header.Get("Authorization"), type1Prefix) {
			w.Header().Set("WWW-Authenticate", challenge)
			w.WriteHeader(http.StatusUnauthorized)
		}
		_, _ = w.Write(page) // a client that went away
	})
}

// cannedChallenge is a CHALLENGE_MESSAGE in base64.
func cannedChallenge() (string, error) {
	client, err := ntlm.NewClient(ntlm.ClientOptions{Account: ntlm.Account{User: "u"}, Secret: ntlm.Password("p")})
	if err != nil {
		return "", err
	}
	type1, _, err := client.Step(nil)
	if err != nil {
		return "", err
	}
	type2, _, err := ntlm.NewAcceptor(ntlm.AcceptorOptions{Names: ntlm.Names{NbComputer: "BARE", NbDomain: "LAB"}}).Step(type1)
	return base64.StdEncoding.EncodeToString(type2), err
}
