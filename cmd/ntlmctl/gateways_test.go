package main

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	ntlmssp "github.com/Azure/go-ntlmssp"
)

// gateway is the client of KrakenD and other gateways, as they use it: the
// library around a transport that pools connections.
func gateway() *http.Client {
	return &http.Client{Transport: ntlmssp.Negotiator{RoundTripper: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // the certificate is made for the run
	}}}
}

// ask is the status that a gateway gets for alice, 0 for none.
func ask(t *testing.T, c *http.Client, url string) int {
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Error(err)
		return 0
	}
	req.SetBasicAuth(`LAB\alice`, "Passw0rd!")
	resp, err := c.Do(req)
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body) // a body that does not come through is another test's matter
	return resp.StatusCode
}

// TestGateways reproduces every case of docs/gateways.md: what probe and fetch
// say of a back end, and what go-ntlmssp makes of it.
func TestGateways(t *testing.T) {
	page, err := os.ReadFile("../../docs/gateways.md")
	if err != nil {
		t.Fatal(err)
	}
	password := filepath.Join(t.TempDir(), "pw")
	if err := os.WriteFile(password, []byte("Passw0rd!\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		serve   string
		client  string // go-ntlmssp's state in the probe
		finding string
		fetch   string // flags
		verdict string
		gateway int // status
	}{
		{"", "accepted", "", "", "survives", 200},
		{"--challenge key-exch", "refused", "client-refused", "", "survives", 401},
		{"--challenge oem", "refused", "client-refused", "", "challenge-mangled", 401},
		{"--challenge ntlmv1", "accepted", "ntlmv1-only", "", "challenge-mangled", 200},
		{"--challenge no-target-info", "accepted", "challenge-odd", "", "survives", 200},
		{"--tls --require-channel-binding", "accepted", "", "", "survives", 401},
		{"--tls --require-channel-binding", "accepted", "", "--channel-binding absent", "epa-mismatch", 401},
	} {
		t.Run(c.serve+" "+c.fetch, func(t *testing.T) {
			url := startServe(t, strings.Fields(c.serve)...).url + "/"
			row := rowOf(string(page), c.serve)
			for _, shown := range []string{"`" + c.verdict + "`", fmt.Sprintf(" %d", c.gateway)} {
				if !strings.Contains(row, shown) {
					t.Errorf("the page's row has no %s: %q", shown, row)
				}
			}
			out, errs, _ := call(t, nil, "probe", "-k", "--full", "--skip", "header-size", "--format", "json", url)
			var probed struct {
				Clients []struct{ Name, State, Why string }
				Finding []struct{ Code string } `json:"findings"`
			}
			if err := json.Unmarshal([]byte(out), &probed); err != nil {
				t.Fatalf("%v: %s%s", err, out, errs)
			}
			for _, client := range probed.Clients {
				if client.Name != "go-ntlmssp" {
					continue
				}
				if client.State != c.client {
					t.Errorf("the probe says %s: %s", client.State, client.Why)
				}
				if quoted := quotedIn(row); quoted != "" && !strings.Contains(client.Why, quoted) {
					t.Errorf("the page quotes %q, the probe says %q", quoted, client.Why)
				}
			}
			if !strings.Contains(out, `"`+c.finding+`"`) && c.finding != "" {
				t.Errorf("no finding %s: %v", c.finding, probed.Finding)
			}
			args := append([]string{"fetch", "-k", "-u", `LAB\alice`, "--password-file", password, "--format", "json"}, strings.Fields(c.fetch)...)
			out, errs, _ = call(t, nil, append(args, url)...)
			if !strings.Contains(out, `"verdict":{"code":"`+c.verdict+`"`) {
				t.Errorf("fetch, want %s: %s%s", c.verdict, out, errs)
			}
			if status := ask(t, gateway(), url); status != c.gateway {
				t.Errorf("the gateway gets %d, want %d", status, c.gateway)
			}
		})
	}
}

// rowOf is the row of the page's table for a back end, empty if there is none.
func rowOf(page, serve string) string {
	cell := "|  |"
	if serve != "" {
		cell = "| `" + serve + "` |"
	}
	for line := range strings.Lines(page) {
		if strings.Contains(strings.ReplaceAll(line, "| |", "|  |"), cell) {
			return line
		}
	}
	return ""
}

// quotedIn is what stands between double quotes, empty if nothing does.
func quotedIn(row string) string {
	_, rest, _ := strings.Cut(row, `"`)
	quoted, _, _ := strings.Cut(rest, `"`)
	return quoted
}

// TestGatewayPool splits handshakes by the gateway's own pool: the library does
// not keep the connection of its challenge, so requests at the same time take
// each other's. With a pool of its own each fares well.
func TestGatewayPool(t *testing.T) {
	url := startServe(t).url + "/"
	var own sync.WaitGroup
	for range 60 {
		own.Go(func() {
			if status := ask(t, gateway(), url); status != 200 {
				t.Errorf("%d, with a pool of its own", status)
			}
		})
	}
	own.Wait()
	const most = 20 // rounds: chance decides how many of one are refused
	shared, refused := gateway(), 0
	for round := 0; round < most && refused == 0; round++ {
		var all sync.WaitGroup
		statuses := make([]int, 60)
		for i := range statuses {
			all.Go(func() { statuses[i] = ask(t, shared, url) })
		}
		all.Wait()
		for _, status := range statuses {
			if status == 401 {
				refused++
			}
		}
	}
	if refused == 0 {
		t.Errorf("none of %d requests was refused", most*60)
	}
}
