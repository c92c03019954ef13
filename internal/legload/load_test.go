package main

import (
	"net/http/httptest"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
)

func TestLoad(t *testing.T) {
	challenge, err := cannedChallenge()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(bareHandler("NTLM " + challenge))
	defer server.Close()
	for _, hold := range []bool{false, true} {
		l := &load{address: server.Listener.Addr().String(), connections: 8, logons: 20, requests: 3, hold: hold,
			client: ntlm.ClientOptions{Account: ntlm.Account{User: "u"}, Secret: ntlm.Password("p")}}
		if err := l.run(t.Context()); err != nil {
			t.Fatal(err)
		}
		logons := int64(20)
		if hold {
			logons = 8
		}
		if l.legs.Load() != logons*5 || l.failures.Load() != 0 {
			t.Errorf("hold %v: %d legs, %d failures", hold, l.legs.Load(), l.failures.Load())
		}
	}
}
