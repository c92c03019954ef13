//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/internal/lab/daemons"
	"github.com/ntlmctl/ntlmctl/render"
)

// TestChannelBindingAgainstOpenSSL has OpenSSL make certificates of every kind of
// signature and compute their channel binding (RFC 5929 section 4.1), and wants
// fetch to send the same and serve to demand it, in TLS 1.2 and 1.3.
func TestChannelBindingAgainstOpenSSL(t *testing.T) {
	dir := t.TempDir()
	keys := map[string][]string{
		"rsa": {"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"}, "p256": {"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"},
		"p384": {"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"}, "ed25519": {"-algorithm", "ED25519"},
	}
	for name, args := range keys {
		openssl(t, nil, slices.Concat([]string{"genpkey"}, args, []string{"-out", filepath.Join(dir, name)})...)
	}
	pss := []string{"-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"}
	for _, c := range []struct {
		name, key, signed string
		options           []string
		hash              string // of the binding, "" for none
	}{
		{"RSA with MD5", "rsa", "-md5", nil, "-sha256"},
		{"RSA with SHA-1", "rsa", "-sha1", nil, "-sha256"},
		{"RSA with SHA-256", "rsa", "-sha256", nil, "-sha256"},
		{"RSA with SHA-384", "rsa", "-sha384", nil, "-sha384"},
		{"RSA with SHA-512", "rsa", "-sha512", nil, "-sha512"},
		{"RSA-PSS with SHA-256", "rsa", "-sha256", pss, "-sha256"},
		{"RSA-PSS with SHA-384", "rsa", "-sha384", pss, "-sha384"},
		{"RSA-PSS with SHA-512", "rsa", "-sha512", pss, "-sha512"},
		{"ECDSA with SHA-1", "p256", "-sha1", nil, "-sha256"},
		{"ECDSA with SHA-256", "p256", "-sha256", nil, "-sha256"},
		{"ECDSA with SHA-384", "p384", "-sha384", nil, "-sha384"},
		{"ECDSA with SHA-512", "p384", "-sha512", nil, "-sha512"},
		{"Ed25519", "ed25519", "-sha256", nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			key, certificate := filepath.Join(dir, c.key), filepath.Join(t.TempDir(), "certificate")
			openssl(t, nil, slices.Concat([]string{"req", "-x509", "-new", "-key", key, c.signed, "-subj", "/CN=localhost", "-out", certificate}, c.options)...)
			flags := []string{"--cert", certificate, "--key", key}
			if c.hash != "" {
				flags = append(flags, "--require-channel-binding")
			}
			s := startServe(t, flags...)
			want := ""
			if c.hash != "" {
				der := openssl(t, nil, "x509", "-in", certificate, "-outform", "DER")
				application := append([]byte("tls-server-end-point:"), openssl(t, der, "dgst", c.hash, "-binary")...)
				structure := append(binary.LittleEndian.AppendUint32(make([]byte, 16), uint32(len(application))), application...)
				want = strings.Fields(string(openssl(t, structure, "dgst", "-md5", "-r")))[0]
			}
			for _, version := range []string{"1.2", "1.3"} {
				fetched, said := fetchReport(t, "-k", "-v", "--tls-max", version, "-u", `LAB\alice`, s.url+"/"+version)
				session := fetched.Connections[0].TLS
				if session.Version != "TLS "+version || session.ChannelBinding != want || fetched.Verdict.Code != "survives" {
					t.Errorf("%s: %s, binding %q, want %q: %s", version, fetched.Verdict.Code, session.ChannelBinding, want, said)
				}
				if none := strings.Contains(said, "not defined for a certificate signed with Ed25519"); none != (want == "") {
					t.Errorf("what -v says of the binding: %s", said)
				}
				last := s.answered("/"+version, 3)[2]
				check := "match"
				if want == "" {
					check = "untested"
				}
				if string(last.Checks.ChannelBinding) != check {
					t.Errorf("%s: serve has it that the binding is a %s", version, last.Checks.ChannelBinding)
				}
			}
		})
	}
}

// openssl runs a command of OpenSSL's and returns what it writes.
func openssl(t *testing.T, stdin []byte, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), daemons.Need(t, "openssl"), args...)
	cmd.Env = append(os.Environ(), "OPENSSL_CONF=/dev/null")
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(stdin), &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("openssl %s: %v: %s", strings.Join(args, " "), err, stderr.Bytes())
	}
	return out
}

// fetchReport fetches as LAB\alice and returns the report, and what was said on
// standard error.
func fetchReport(t *testing.T, args ...string) (report render.FetchDocument, stderr string) {
	t.Helper()
	var stdout, said bytes.Buffer
	run(context.Background(), &world{
		Args:  slices.Concat([]string{"fetch", "--format", "json"}, args),
		Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &said, Now: time.Now,
		Getenv: func(name string) string { return map[string]string{"NTLMCTL_PASSWORD": daemons.Password}[name] },
	})
	if err := json.Unmarshal(stdout.Bytes(), &report); err != nil {
		t.Fatalf("%v: %s%s", err, stdout.Bytes(), said.Bytes())
	}
	return report, said.String()
}
