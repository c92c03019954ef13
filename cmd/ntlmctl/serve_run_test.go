package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/render"
)

var regexpURL = regexp.MustCompile(`http://[0-9.:]+`)

// TestServeFormats starts and stops serve in each format, with one request.
func TestServeFormats(t *testing.T) {
	for format, want := range map[string]string{
		"text":  "listening on http",
		"jsonl": `{"schema":"ntlmctl.serve-event/v1","event":"listening"`,
		"json":  `{"schema":"ntlmctl.serve-log/v1","events":[`,
	} {
		t.Run(format, func(t *testing.T) {
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			in := strings.NewReader("Passw0rd!\n")
			lines, done := start(ctx, in, "serve", "--listen", "127.0.0.1:0", "--user", `LAB\alice`, "--password-stdin", "--format", format)
			all := []string{<-lines}
			if format == "json" {
				all = append(all, <-lines)
			}
			if !strings.Contains(all[0], want) {
				t.Errorf("the first line is %q", all[0])
			}
			host := regexpURL.FindString(all[len(all)-1])
			if host == "" {
				t.Fatalf("no URL in %q", all)
			}
			response, err := http.Get(host)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(response.Body)
			response.Body.Close()
			http.DefaultClient.CloseIdleConnections()
			var doc render.ServeDocument
			if err != nil || response.StatusCode != 401 || json.Unmarshal(body, &doc) != nil || doc.Schema != render.SchemaServe {
				t.Errorf("%d %s", response.StatusCode, body)
			}
			stop()
			for line := range lines {
				all = append(all, line)
			}
			if code := <-done; code != 0 {
				t.Errorf("exit code %d", code)
			}
			text := strings.Join(all, "\n")
			if strings.Contains(text, "Passw0rd!") {
				t.Error("the password is in the output")
			}
			if format == "json" {
				var log render.ServeLogDocument
				if err := json.Unmarshal([]byte(text), &log); err != nil || log.Events[len(log.Events)-1].Event != "stopped" {
					t.Errorf("%v: %s", err, text)
				}
			} else if !strings.Contains(all[len(all)-1], "stopped") {
				t.Errorf("the last line is %q", all[len(all)-1])
			}
		})
	}
}
