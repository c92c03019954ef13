//go:build unix

package daemons

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
)

func TestSamba(t *testing.T) {
	t.Parallel()
	url := "http://" + Samba(t) + "/x"
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"alice", append(alice, url, url), "401c 200 200"},
		{"bob", append(bob, url), "401c 200"},
		{"wrong password", append(mistaken, url), "401c 401B"},
		{"stranger", append(stranger, url), "401B"},
		{"HTTP/1.0", append(alice, "--http1.0", url), "401-"},
	} {
		if got := curl(t, nil, c.args...); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestApache(t *testing.T) {
	t.Parallel()
	_, port, _ := strings.Cut(Apache(t), ":")
	guarded, open := "http://localhost:"+port+"/ntlm/", "http://localhost:"+port+"/"
	for _, c := range []struct {
		name string
		env  []string
		args []string
		want string
	}{
		{"alice", gssUser(t, User, Password), []string{"--negotiate", "-u", ":", guarded}, "401c 200"},
		{"bob", gssUser(t, OtherUser, OtherPassword), []string{"--negotiate", "-u", ":", guarded}, "401c 200"},
		{"wrong password: the second c is a reject", gssUser(t, User, "Wr0ng-0ne"), []string{"--negotiate", "-u", ":", guarded}, "401c 401c"},
		{"curl's own NTLM: its Type 1 of 32 bytes is too short for gss-ntlmssp", nil, []string{"--ntlm", "-u", User + ":" + Password, guarded}, "401B 401B"},
		{"stranger", nil, []string{guarded}, "401B"},
		{"stranger where it is open", nil, []string{open}, "200"},
	} {
		if got := curl(t, c.env, c.args...); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestApacheNamed reads the machine's name in a challenge.
func TestApacheNamed(t *testing.T) {
	t.Parallel()
	type1 := append([]byte("NTLMSSP\x00\x01\x00\x00\x00\x07\x82\x08\xa2"), make([]byte, 24)...)
	for addr, want := range map[string]string{Apache(t): "ORIGIN", ApacheNamed(t, "WEB2"): "WEB2"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+"/ntlm/", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "NTLM "+base64.StdEncoding.EncodeToString(type1))
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		type2, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(resp.Header.Get("WWW-Authenticate"), "NTLM "))
		if err != nil || !bytes.Contains(type2, utf16(want)) {
			t.Errorf("the challenge of %s does not name it: %q, %v", want, type2, err)
		}
	}
}

func utf16(s string) []byte { return []byte(strings.Join(strings.Split(s, ""), "\x00") + "\x00") }

func TestKerberos(t *testing.T) {
	t.Parallel()
	addr, realm := Kerberos(t)
	guarded, open := "http://"+addr+"/krb/", "http://"+addr+"/"
	for _, c := range []struct {
		name string
		env  []string
		args []string
		want string
	}{
		{"with a ticket", realm.Env, []string{"--negotiate", "-u", ":", guarded}, "200"},
		{"stranger", nil, []string{guarded}, "401B"},
		{"stranger where it is open", nil, []string{open}, "200"},
		{"NTLM", nil, []string{"--ntlm", "-u", User + ":" + Password, guarded}, "401B"},
		{"NTLM within Negotiate: the c is a reject", gssUser(t, User, Password), []string{"--negotiate", "-u", ":", guarded}, "401c"},
	} {
		if got := curl(t, c.env, c.args...); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestBackend(t *testing.T) {
	t.Parallel()
	url := "http://" + Backend(t) + "/p"
	if got := curl(t, nil, "-d", "12345", url); got != "200" {
		t.Errorf("%s, want 200", got)
	}
}
