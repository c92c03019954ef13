package main

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/youmark/pkcs8"
	"software.sslmate.com/src/go-pkcs12"
)

// encryptedKeys adds to the files cert and key what else can hold them.
func encryptedKeys(t *testing.T, files map[string]string, pass string) {
	t.Helper()
	pair, err := tls.X509KeyPair([]byte(files["cert"]), []byte(files["key"]))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	p8, err := pkcs8.MarshalPrivateKey(pair.PrivateKey, []byte(pass), nil)
	if err != nil {
		t.Fatal(err)
	}
	old, err := x509.EncryptPEMBlock(rand.Reader, "PRIVATE KEY", plain, []byte(pass), x509.PEMCipherAES128) //nolint:staticcheck // as OpenSSL did
	if err != nil {
		t.Fatal(err)
	}
	p12, err := pkcs12.Modern.Encode(pair.PrivateKey, pair.Leaf, nil, pass)
	if err != nil {
		t.Fatal(err)
	}
	files["p8"], files["p12"] = pemOf("ENCRYPTED PRIVATE KEY", p8), string(p12)
	files["oldkey"] = string(pem.EncodeToMemory(old))
	files["der"], files["keyder"] = string(pair.Leaf.Raw), string(plain)
}

func TestKeyPair(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{"pass": "pa:ss\n", "wrong": "no\n"}
	files["cert"], files["key"] = selfSigned(t)
	encryptedKeys(t, files, "pa:ss")
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	asked := func(string) (string, error) { return "pa:ss", nil }
	nobody := func(string) (string, error) { return "", usageError("", "no terminal") }
	for _, c := range []struct {
		name, cert, key, passFile string
		ask                       func(string) (string, error)
		want                      string // in the error; none without
	}{
		{"passphrase in a file", "cert", "p8", "pass", nil, ""},
		{"passphrase of PKCS 12 in a file", "p12", "", "pass", nil, ""},
		{"asked for", "cert", "oldkey", "", asked, ""},
		{"asked for, of PKCS 12", "p12", "", "", asked, ""},
		{"wrong", "cert", "p8", "wrong", asked, "cannot be decrypted"},
		{"wrong, as OpenSSL did", "cert", "oldkey", "wrong", nil, "cannot be decrypted"},
		{"wrong, of PKCS 12", "p12", "", "wrong", nil, "cannot be read"},
		{"none", "cert", "p8", "", nobody, "is encrypted, and there is no passphrase"},
		{"none, of PKCS 12", "p12", "", "", nil, "is encrypted, and there is no passphrase"},
		{"no key", "cert", "", "", nil, "with the key in"},
		{"no certificate", "keyder", "p8", "pass", nil, "with the key in"},
	} {
		p := keyPair{cert: filepath.Join(dir, c.cert), ask: c.ask}
		for path, name := range map[*string]string{&p.key: c.key, &p.passFile: c.passFile} {
			if name != "" {
				*path = filepath.Join(dir, name)
			}
		}
		pairs, err := p.read()
		switch {
		case c.want == "" && (err != nil || len(pairs) != 1 || pairs[0].PrivateKey == nil):
			t.Errorf("%s: %v", c.name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		case err != nil && strings.Contains(err.Error(), "pa:ss"):
			t.Errorf("%s: the passphrase is in the error: %v", c.name, err)
		}
	}
}
