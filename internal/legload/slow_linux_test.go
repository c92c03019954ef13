package main

import (
	"context"
	"io"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/probe"
)

func TestSlow(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	said, out := io.Pipe()
	const latency = 5 * time.Millisecond
	go func() {
		_ = serveSlow(ctx, "127.0.0.1:0", &slow{latency: latency, schemes: []string{"Negotiate", "NTLM"}}, out) // it ends with the context
	}()
	address := make([]byte, 64)
	n, err := said.Read(address)
	if err != nil {
		t.Fatal(err)
	}
	o := probe.Options{Experiments: experiment.Core(0), Trace: true}
	got := o.Probe(ctx, &url.URL{Scheme: "http", Host: strings.TrimSpace(string(address[:n])), Path: "/"})
	if got.Classification != probe.NegotiateNTLM || got.NTLM.State != probe.Accepted || got.Negotiate.State != probe.Accepted || got.Requests != 4 {
		t.Errorf("%s with %d requests: %s; %s", got.Classification, got.Requests, got.NTLM.Evidence, got.Negotiate.Evidence)
	}
	for _, leg := range got.Trace.Legs {
		if wait := time.Duration(leg.FirstByteMS * float64(time.Millisecond)); wait < latency {
			t.Errorf("leg %d was answered after %s", leg.N, wait)
		}
	}
}
