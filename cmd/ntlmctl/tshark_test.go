package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/internal/lab/daemons"
)

// call runs the program in this process.
func call(t testing.TB, stdin []byte, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(context.Background(), &world{
		Args: args, Stdin: bytes.NewReader(stdin), Stdout: &out, Stderr: &errs,
		Getenv: func(string) string { return "" }, Now: time.Now,
	})
	return out.String(), errs.String(), code
}

// TestAgreesWithTshark compares what both programs say of every NTLM message of
// the captures that is in the header of a request or response, or in SMB, LDAP
// or MS-RPC.
func TestAgreesWithTshark(t *testing.T) {
	tshark := daemons.Need(t, "tshark")
	files, err := filepath.Glob("../../testdata/captures/*.pcap*")
	if err != nil || len(files) == 0 {
		t.Fatal("no captures", err)
	}
	compared := 0
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			want := tsharkMessages(t, tshark, file)
			got := ownMessages(t, file)
			switch filepath.Base(file) {
			case "curl-ntlm_squidproxy-fake.pcapng":
				// tshark gives a Type 2 up at its TargetName, which points nowhere.
				got[1] = "6|0|2|||||||"
			case "ldapsearch-ldbsearch_samba-dc.pcap":
				// It does not look into what a server answers to SASL's NTLM.
				got = slices.DeleteFunc(got, func(m string) bool { return strings.HasPrefix(m, "34|2|2|") })
			}
			if !slices.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			compared += len(want)
		})
	}
	if compared < 60 {
		t.Errorf("only %d messages were compared", compared)
	}
}

// tsharkMessages has one line a message: packet, stream, type, flags, user,
// domain, workstation, challenge, proof, target.
func tsharkMessages(t *testing.T, tshark, file string) []string {
	args := []string{"-r", file, "-Y", "ntlmssp", "-T", "fields", "-E", "separator=|"}
	for _, port := range []string{"8081", "8082", "8083", "8084", "8085", "8086", "8093", "3131", "3132", "3135"} {
		args = append(args, "-d", "tcp.port=="+port+",http")
	}
	args = append(args, "-d", "tcp.port==14445,nbss")
	for _, field := range []string{
		"frame.number", "tcp.stream", "ntlmssp.messagetype", "ntlmssp.negotiateflags", "ntlmssp.auth.username", "ntlmssp.auth.domain", "ntlmssp.negotiate.domain",
		"ntlmssp.auth.hostname", "ntlmssp.negotiate.callingworkstation", "ntlmssp.ntlmserverchallenge", "ntlmssp.ntlmv2_response.ntproofstr", "ntlmssp.challenge.target_name",
	} {
		args = append(args, "-e", field)
	}
	out, err := exec.Command(tshark, args...).Output()
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("0x00000001", "1", "0x00000002", "2", "0x00000003", "3", "NULL", "").Replace(string(out))
	var list []string
	for line := range strings.Lines(text) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "|")
		// A Type 1 has its names in fields of their own.
		f = []string{f[0], f[1], f[2], f[3], f[4], f[5] + f[6], f[7] + f[8], f[9], f[10], f[11]}
		list = append(list, strings.Join(f, "|"))
	}
	return list
}

func ownMessages(t *testing.T, file string) []string {
	out, errs, code := call(t, nil, "decode", "--format", "jsonl", "--brief", file)
	if code != 0 && code != 3 {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	type token struct {
		Schema, Kind string
		Source       struct {
			Packet         int
			Stream, Header string
		}
		Message struct {
			Flags, User, Domain, Workstation string
			ServerChallenge                  string `json:"server_challenge"`
			NTProof                          string `json:"nt_proof"`
			TargetName                       string `json:"target_name"`
		}
		Inner *token
	}
	types := map[string]int{"ntlm.negotiate": 1, "ntlm.challenge": 2, "ntlm.authenticate": 3}
	var list []string
	for line := range strings.Lines(out) {
		var tok token
		if err := json.Unmarshal([]byte(line), &tok); err != nil {
			t.Fatal(err)
		}
		message := &tok
		for message.Inner != nil {
			message = message.Inner
		}
		if types[message.Kind] == 0 || !dissected(tok.Source.Header) {
			continue
		}
		m := message.Message
		list = append(list, fmt.Sprintf("%d|%s|%d|%s|%s|%s|%s|%s|%s|%s", tok.Source.Packet, strings.TrimPrefix(tok.Source.Stream, "tcp "),
			types[message.Kind], m.Flags, m.User, m.Domain, m.Workstation, m.ServerChallenge, m.NTProof, m.TargetName))
	}
	return list
}

// dissected reports whether tshark looks for tokens there: not in a body, and
// not in the base64 of mail.
func dissected(header string) bool {
	switch header {
	case "SMB", "LDAP", "MS-RPC", "Authorization":
		return true
	}
	return strings.Contains(header, "-Auth")
}
