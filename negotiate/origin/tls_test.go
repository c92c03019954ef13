package origin_test

import (
	"crypto/tls"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/negotiate/origin"
	"github.com/ntlmctl/ntlmctl/render"
)

// TestChannelBinding logs on over TLS, bound to the right certificate, to a wrong
// one, and not at all.
func TestChannelBinding(t *testing.T) {
	for _, kind := range []origin.KeyType{origin.ECDSA, origin.RSA} {
		certificate, err := origin.NewCertificate(kind, time.Now(), "origin.lab.test", "192.0.2.1")
		if err != nil {
			t.Fatal(err)
		}
		if err := certificate.Leaf.VerifyHostname("origin.lab.test"); err != nil {
			t.Error(err)
		}
		if err := certificate.Leaf.VerifyHostname("127.0.0.1"); err != nil {
			t.Error(err)
		}
		o := options(t)
		o.TLS, o.Acceptor.RequireChannelBinding, o.Body = &tls.Config{Certificates: []tls.Certificate{certificate}}, true, render.AppendServeBody
		address := start(t, o)
		right, err := ntlm.ChannelBindings(certificate.Leaf)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			mode ntlm.ChannelBindingMode
			want ntlm.Reason
		}{
			{ntlm.ChannelBindingAuto, ntlm.ReasonAccepted},
			{ntlm.ChannelBindingWrong, ntlm.ReasonChannelBindingMismatch},
			{ntlm.ChannelBindingZero, ntlm.ReasonChannelBindingMismatch},
			{ntlm.ChannelBindingAbsent, ntlm.ReasonChannelBindingAbsent},
		} {
			conn, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2", "http/1.1"}}) //nolint:gosec // the certificate was made a moment ago
			if err != nil {
				t.Fatal(err)
			}
			if alpn := conn.ConnectionState().NegotiatedProtocol; alpn != "http/1.1" {
				t.Errorf("ALPN %q", alpn)
			}
			client, err := ntlm.NewClient(ntlm.ClientOptions{
				Account: ntlm.ParseAccount(`LAB\alice`), Secret: ntlm.Password(password), ChannelBindings: &right, ChannelBinding: c.mode,
			})
			if err != nil {
				t.Fatal(err)
			}
			h := &handshake{newPeer(t, conn), "NTLM", client, "Authorization"}
			doc := h.step(h.step(nil).token("NTLM")).report(t)
			if doc.Checks.Reason != string(c.want) || doc.TLS == nil || doc.TLS.Version != "TLS 1.3" {
				t.Errorf("%s, binding %s: %+v", kind, c.mode, doc.Checks)
			}
		}
	}
	if _, err := origin.NewCertificate("dsa", time.Now()); err == nil {
		t.Error("a certificate with an unknown kind of key was made")
	}
}

// TestNoTLS has a client speak plain HTTP to a server that speaks TLS.
func TestNoTLS(t *testing.T) {
	certificate, err := origin.NewCertificate(origin.ECDSA, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	o := options(t)
	closed := make(chan origin.Event, 1)
	o.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	o.Events = func(e origin.Event) {
		if e.Kind == origin.EventClosed {
			closed <- e
		}
	}
	p := dial(t, start(t, o))
	p.send("GET / HTTP/1.1\r\n\r\n")
	if e := <-closed; e.Error == nil || e.Error.Kind != "tls" {
		t.Errorf("%+v", e)
	}
}
