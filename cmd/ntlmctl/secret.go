package main

import (
	"bufio"
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
)

// The environment variables that hold a user and a password, and those for a proxy.
const (
	userVariable          = "NTLMCTL_USER"
	passwordVariable      = "NTLMCTL_PASSWORD"
	proxyUserVariable     = "NTLMCTL_PROXY_USER"
	proxyPasswordVariable = "NTLMCTL_PROXY_PASSWORD"
)

// maxSecret is the longest line that is taken for a password, in bytes.
const maxSecret = 4096

// secretOptions are the flags that say where a secret is. The command line
// itself is no place for one.
type secretOptions struct {
	// proxy says that the secret is for a proxy: flags and variable have it in
	// their names.
	proxy         bool
	passwordFile  string
	passwordStdin bool
	ntHashFile    string
}

// define adds the flags; verb says what the secret is for.
func (o *secretOptions) define(flags *pflag.FlagSet, verb string) {
	prefix := o.prefix()
	flags.StringVar(&o.passwordFile, prefix+"password-file", "", verb+" with the password in the first line of `FILE`")
	flags.BoolVar(&o.passwordStdin, prefix+"password-stdin", false, verb+" with the password in the first line of standard input")
	flags.StringVar(&o.ntHashFile, prefix+"nt-hash-file", "", verb+" with the NT hash (32 hex digits, or LM:NT) in `FILE`")
}

func (o *secretOptions) prefix() string {
	if o.proxy {
		return "proxy-"
	}
	return ""
}

// variable is the environment variable that holds the password.
func (o *secretOptions) variable() string {
	if o.proxy {
		return proxyPasswordVariable
	}
	return passwordVariable
}

// given is what the flags or the environment give: a password or an NT hash.
type given struct {
	password string
	hash     ntlm.Secret // zero where a password is given
	any      bool
}

// secret is what was given, to make tokens or judge them by; zero for nothing.
func (g given) secret() ntlm.Secret {
	switch {
	case !g.hash.IsZero():
		return g.hash
	case g.any:
		return ntlm.Password(g.password)
	}
	return ntlm.Secret{}
}

// secret reads the password or hash that the flags or the environment name; the
// zero Secret if they name none.
func (o *secretOptions) secret(w *world) (ntlm.Secret, error) {
	g, err := o.read(w)
	return g.secret(), err
}

// flagged reports whether a flag says where the secret is.
func (o *secretOptions) flagged() bool {
	return o.passwordFile != "" || o.passwordStdin || o.ntHashFile != ""
}

// read reads the password or hash that the flags or the environment name.
func (o *secretOptions) read(w *world) (given, error) {
	n := 0
	for _, is := range []bool{o.passwordFile != "", o.passwordStdin, o.ntHashFile != ""} {
		if is {
			n++
		}
	}
	switch {
	case n > 1:
		return given{}, usageError("", "--%[1]spassword-file, --%[1]spassword-stdin and --%[1]snt-hash-file exclude one another", o.prefix())
	case o.passwordFile != "":
		line, err := firstLineOf(o.passwordFile)
		return given{password: line, any: true}, err
	case o.passwordStdin:
		line, err := firstLine(w.Stdin)
		if err != nil {
			return given{}, usageError("", "password from standard input: %v", err)
		}
		return given{password: line, any: true}, nil
	case o.ntHashFile != "":
		line, err := firstLineOf(o.ntHashFile)
		if err != nil {
			return given{}, err
		}
		hash, err := ntlm.ParseNTHash(line)
		if err != nil {
			return given{}, usageError("the first line holds 32 hexadecimal digits, or LM:NT", "%s: %v", o.ntHashFile, err)
		}
		return given{hash: hash, any: true}, nil
	}
	password := w.Getenv(o.variable())
	return given{password: password, any: password != ""}, nil
}

func firstLineOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", usageError("", "secret: %v", err)
	}
	defer f.Close()
	line, err := firstLine(f)
	if err != nil {
		return "", usageError("", "secret from %s: %v", path, err)
	}
	return line, nil
}

// firstLine reads up to the first newline, which is not part of the secret. No
// line at all is an error: an empty password is a line that is empty.
func firstLine(r io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(r, maxSecret+2)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	if line == "" {
		return "", errors.New("there is nothing in it")
	}
	line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
	if len(line) > maxSecret {
		return "", errors.New("the first line is longer than any password")
	}
	return line, nil
}

// certificates reads the certificates of --tls-cert.
func certificates(path string) ([]*x509.Certificate, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, usageError("", "certificate: %v", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, 1<<20))
	if err != nil {
		return nil, usageError("", "certificate: %v", err)
	}
	var list []*x509.Certificate
	if bytes.Contains(data, []byte("-----BEGIN ")) {
		for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
			if block.Type != "CERTIFICATE" {
				continue
			}
			cert, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return nil, usageError("", "certificate %d of %s: %v", len(list)+1, path, err)
			}
			list = append(list, cert)
		}
	} else if list, err = x509.ParseCertificates(data); err != nil {
		return nil, usageError("PEM or DER is due: openssl s_client -connect HOST:443 </dev/null prints the server's", "%s holds no certificate: %v", path, err)
	}
	if len(list) == 0 {
		return nil, usageError("", "%s holds no certificate", path)
	}
	return list, nil
}
