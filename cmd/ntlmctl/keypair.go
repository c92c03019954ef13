package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"runtime"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
	"github.com/youmark/pkcs8"
	"software.sslmate.com/src/go-pkcs12"
)

// keyPair says where a certificate and its private key are. Both are PEM or DER, or
// one file of PKCS #12 has both; which, the files themselves say. Keys of PEM may be
// encrypted, by PKCS #8 or as OpenSSL once did (RFC 1421).
type keyPair struct {
	cert, key string
	// pass is the passphrase of the key, where it has one. Without it passFile is
	// looked into, and ask is called; a nil ask asks nobody.
	pass     optionalText
	passFile string
	ask      func(prompt string) (string, error)
}

func (p *keyPair) define(flags *pflag.FlagSet) {
	flags.VarP(&called{set: p.setCert}, "cert", "E", "show the client certificate in `FILE[:PASSPHRASE]`, in PEM, DER or PKCS #12")
	flags.StringVar(&p.key, "key", "", "its private key is in `FILE`; by default in that of --cert")
	flags.Var(&p.pass, "pass", "the private key is encrypted by `PASSPHRASE`; others on this machine can read it")
	flags.StringVar(&p.passFile, "pass-file", "", "the private key is encrypted by the first line of `FILE`")
	for _, name := range [...]string{"cert-type", "key-type"} {
		flags.Var(&called{set: checkKeyType}, name, "`PEM|DER|P12`; the file says so itself")
	}
}

func checkKeyType(text string) error {
	switch strings.ToUpper(text) {
	case "PEM", "DER", "P12":
		return nil
	}
	return errors.New("known are PEM, DER and P12; tokens and engines are not")
}

// setCert reads FILE:PASSPHRASE as curl does: \: is a colon of the name, \\ a
// backslash, and the one of C:\ divides nothing on Windows.
func (p *keyPair) setCert(text string) error {
	var name strings.Builder
	for i := 0; i < len(text); i++ {
		c := text[i]
		next := byte(0)
		if i+1 < len(text) {
			next = text[i+1]
		}
		switch {
		case c == '\\' && (next == ':' || next == '\\'):
			name.WriteByte(next)
			i++
		case c == ':' && (runtime.GOOS != "windows" || i != 1 || next != '\\' && next != '/'):
			p.cert = name.String()
			return p.pass.Set(text[i+1:])
		default:
			name.WriteByte(c)
		}
	}
	p.cert = name.String()
	return nil
}

// read reads the certificate, with those that vouch for it, and the key; none if
// none is named.
func (p *keyPair) read() ([]tls.Certificate, error) {
	keyPath := p.key
	switch {
	case p.cert == "" && keyPath != "":
		return nil, usageError("--cert FILE", "--key is given, and no certificate")
	case p.cert == "":
		return nil, nil
	case keyPath == "":
		keyPath = p.cert
	}
	certs, err := os.ReadFile(p.cert)
	if err != nil {
		return nil, usageError("", "certificate: %v", err)
	}
	key := certs
	if keyPath != p.cert {
		if key, err = os.ReadFile(keyPath); err != nil {
			return nil, usageError("", "private key: %v", err)
		}
	}
	if isPKCS12(certs) {
		return p.pkcs12(certs)
	}
	if key, err = p.plain(pemOr(key, "PRIVATE KEY"), keyPath); err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(pemOr(certs, "CERTIFICATE"), key)
	if err != nil {
		return nil, usageError("they are due in PEM, DER or PKCS #12", "the certificate in %s with the key in %s: %v", p.cert, keyPath, plainTLS(err))
	}
	return []tls.Certificate{pair}, nil
}

// plainTLS takes the package's name off an error.
func plainTLS(err error) error { return errors.New(strings.TrimPrefix(err.Error(), "tls: ")) }

// pemOr is a text in PEM as it is, and DER as PEM.
func pemOr(text []byte, kind string) []byte {
	if bytes.Contains(text, []byte("-----BEGIN ")) {
		return text
	}
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: text})
}

// isPKCS12 reports whether a file is neither PEM nor a certificate in DER, and
// begins as a SEQUENCE that holds the version 3 does (RFC 7292 section 4).
func isPKCS12(text []byte) bool {
	if bytes.Contains(text, []byte("-----BEGIN ")) || len(text) == 0 || text[0] != 0x30 {
		return false
	}
	_, err := x509.ParseCertificate(text)
	return err != nil && bytes.Contains(text[:min(len(text), 16)], []byte{2, 1, 3})
}

// plain is a text in PEM whose first encrypted key is plain; others are as they were.
func (p *keyPair) plain(text []byte, path string) ([]byte, error) {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		old := strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED")
		if !old && block.Type != "ENCRYPTED PRIVATE KEY" {
			continue
		}
		pass, err := p.passphrase(path)
		if err != nil {
			return nil, err
		}
		var der []byte
		if old {
			der, err = x509.DecryptPEMBlock(block, []byte(pass)) //nolint:staticcheck // such keys are about, and nobody else reads them
		} else {
			var key any
			if key, err = pkcs8.ParsePKCS8PrivateKey(block.Bytes, []byte(pass)); err == nil {
				der, err = x509.MarshalPKCS8PrivateKey(key)
			}
		}
		if err != nil {
			return nil, usageError("openssl pkey -in "+strconv.Quote(path)+" -noout tells whether it is the passphrase",
				"the private key in %s cannot be decrypted: %s", path, strings.TrimPrefix(strings.TrimPrefix(err.Error(), "x509: "), "pkcs8: "))
		}
		kind := "PRIVATE KEY"
		if old {
			kind = block.Type
		}
		return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), nil
	}
	return text, nil
}

// pkcs12 reads both from one file. Without a passphrase the empty one is tried first.
func (p *keyPair) pkcs12(data []byte) ([]tls.Certificate, error) {
	key, leaf, chain, err := pkcs12.DecodeChain(data, p.pass.text)
	if errors.Is(err, pkcs12.ErrIncorrectPassword) && !p.pass.given {
		var pass string
		if pass, err = p.passphrase(p.cert); err != nil {
			return nil, err
		}
		key, leaf, chain, err = pkcs12.DecodeChain(data, pass)
	}
	if err != nil {
		return nil, usageError("openssl pkcs12 -in "+strconv.Quote(p.cert)+" -noout tells whether it is the passphrase",
			"certificate and key in %s cannot be read: %s", p.cert, strings.TrimPrefix(err.Error(), "pkcs12: "))
	}
	pair := tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: key, Leaf: leaf}
	for _, cert := range chain {
		pair.Certificate = append(pair.Certificate, cert.Raw)
	}
	return []tls.Certificate{pair}, nil
}

// passphrase is that of the key in a file.
func (p *keyPair) passphrase(path string) (string, error) {
	switch {
	case p.pass.given:
		return p.pass.text, nil
	case p.passFile != "":
		return firstLineOf(p.passFile)
	case p.ask != nil:
		if pass, err := p.ask("passphrase of " + strconv.Quote(path) + ": "); err == nil {
			return pass, nil
		}
	}
	return "", usageError("--pass-file FILE gives it; openssl pkey -in "+strconv.Quote(path)+" -out PLAIN takes it off",
		"the private key in %s is encrypted, and there is no passphrase", path)
}
