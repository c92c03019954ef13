package ntlm

import (
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/decode"
)

// ntlmAuth is Samba's ntlm_auth with one account of its own: given a password it
// verifies logons itself and needs no winbindd.
func ntlmAuth(t *testing.T, protocol, config string) *program {
	t.Helper()
	name, err := exec.LookPath("ntlm_auth")
	if err != nil {
		missing(t, "winbind: %v", err)
	}
	dir := t.TempDir()
	file := dir + "/smb.conf"
	text := fmt.Sprintf("[global]\nworkgroup = LAB\nnetbios name = ORIGIN\nserver role = standalone server\n"+
		"lock directory = %[1]s\nprivate dir = %[1]s\nstate directory = %[1]s\ncache directory = %[1]s\npid directory = %[1]s\nlog file = %[1]s/log\n%[2]s\n", dir, config)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return start(t, nil, name, "--configfile="+file, "--helper-protocol="+protocol, "--username=alice", "--domain=LAB", "--password=Passw0rd!")
}

// TestClientAgainstSamba has ntlm_auth verify what the Client makes, as Squid
// and Apache ask it to.
func TestClientAgainstSamba(t *testing.T) {
	bindings := [16]byte{1, 2, 3}
	for _, c := range []struct {
		name   string
		change func(*ClientOptions)
		want   string // the answer's first word
	}{
		{"plain", nil, "AF"},
		{"NT hash", func(o *ClientOptions) { o.Secret = NTHash(NTOWFv1("Passw0rd!")) }, "AF"},
		{"wrong password", func(o *ClientOptions) { o.Secret = Password("wrong") }, "NA"},
		{"everything", func(o *ClientOptions) {
			o.Workstation, o.SPN, o.ChannelBindings = "WKS", "HTTP/origin.lab.test", &bindings
		}, "AF"},
		{"nothing", func(o *ClientOptions) { o.ChannelBinding, o.NoMIC = ChannelBindingAbsent, true }, "AF"},
	} {
		for _, protocol := range []string{"squid-2.5-ntlmssp", "gss-spnego"} {
			for _, wrapped := range []bool{false, true} {
				if wrapped && protocol != "gss-spnego" {
					continue
				}
				t.Run(fmt.Sprintf("%s/%s/wrapped=%t", protocol, c.name, wrapped), func(t *testing.T) {
					o := ClientOptions{Account: Account{"alice", "LAB"}, Secret: Password("Passw0rd!"), SPNEGO: wrapped}
					if c.change != nil {
						c.change(&o)
					}
					client, err := NewClient(o)
					if err != nil {
						t.Fatal(err)
					}
					if got := askSamba(t, client, ntlmAuth(t, protocol, "")); !strings.HasPrefix(got, c.want+" ") {
						t.Errorf("ntlm_auth says %q, want %s", got, c.want)
					}
				})
			}
		}
	}
}

// askSamba gives ntlm_auth's last answer.
func askSamba(t *testing.T, client *Client, samba *program) (answer string) {
	t.Helper()
	var in []byte
	word := "YR"
	for range 4 {
		out, _, err := client.Step(in)
		if err != nil {
			t.Fatalf("%v, to %q", err, answer)
		}
		if len(out) == 0 {
			return answer
		}
		answer = samba.ask(word + " " + base64.StdEncoding.EncodeToString(out))
		word = "KK"
		fields := strings.Fields(answer)
		if fields[0] == "NA" || fields[0] == "BH" || len(fields) < 2 {
			return answer
		}
		token, err := base64.StdEncoding.DecodeString(fields[1])
		if fields[0] == "AF" {
			if err == nil && len(fields) > 2 {
				if _, _, err := client.Step(token); err != nil {
					t.Errorf("the acceptance: %v", err)
				}
			}
			return answer
		}
		if err != nil {
			t.Fatalf("%v: %q", err, answer)
		}
		in = token
	}
	t.Fatal("it does not end")
	return ""
}

// TestAcceptorAgainstSamba has the Acceptor verify what ntlm_auth makes.
func TestAcceptorAgainstSamba(t *testing.T) {
	for _, c := range []struct {
		name, protocol, config string
		users                  string
		allow                  bool
		want                   Reason
		version                decode.ResponseVersion
	}{
		{"raw", "ntlmssp-client-1", "", labUsers, false, ReasonAccepted, decode.ResponseNTLMv2},
		{"spnego", "gss-spnego-client", "", labUsers, false, ReasonAccepted, decode.ResponseNTLMv2},
		{"wrong password", "ntlmssp-client-1", "", "LAB:alice:wrong\n", false, ReasonWrongResponse, decode.ResponseNTLMv2},
		{"ntlmv1, refused", "ntlmssp-client-1", "client ntlmv2 auth = no", labUsers, false, ReasonNTLMv1, decode.ResponseNTLMv1ESS},
		{"ntlmv1, allowed", "ntlmssp-client-1", "client ntlmv2 auth = no", labUsers, true, ReasonAccepted, decode.ResponseNTLMv1ESS},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := acceptorOptions(t)
			o.AllowNTLMv1 = c.allow
			users, err := ParseUsers(strings.NewReader(c.users))
			if err != nil {
				t.Fatal(err)
			}
			o.Users = users
			a := NewAcceptor(o)
			samba := ntlmAuth(t, c.protocol, c.config)
			line := "YR"
			for range 4 {
				fields := strings.Fields(samba.ask(line))
				if len(fields) < 2 { // AF with a token is its last one
					t.Fatalf("ntlm_auth says %q", fields)
				}
				out, done, err := a.Step(unbase64(t, fields[1]))
				if err != nil {
					t.Fatalf("%v, to %q", err, fields)
				}
				if done && len(out) == 0 {
					break
				}
				line = "TT " + base64.StdEncoding.EncodeToString(out)
				if done {
					line = "AF " + base64.StdEncoding.EncodeToString(out)
					if a.Result().Accepted {
						if got := samba.ask(line); strings.HasPrefix(got, "BH") || strings.HasPrefix(got, "NA") {
							t.Errorf("to the acceptance ntlm_auth says %q", got)
						}
					}
					break
				}
			}
			if r := a.Result(); r.Reason != c.want || r.ResponseVersion != c.version {
				t.Errorf("%s, want %s: %+v", r.Reason, c.want, r)
			}
		})
	}
}
