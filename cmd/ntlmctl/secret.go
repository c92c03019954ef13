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

// passwordVariable is the environment variable that holds a password.
const passwordVariable = "NTLMCTL_PASSWORD"

// maxSecret is the longest line that is taken for a password, in bytes.
const maxSecret = 4096

// secretOptions are the flags that say where a secret is. The command line
// itself is no place for one.
type secretOptions struct {
	passwordFile  string
	passwordStdin bool
	ntHashFile    string
}

// define adds the flags; verb says what the secret is for.
func (o *secretOptions) define(flags *pflag.FlagSet, verb string) {
	flags.StringVar(&o.passwordFile, "password-file", "", verb+" with the password in the first line of `FILE`")
	flags.BoolVar(&o.passwordStdin, "password-stdin", false, verb+" with the password in the first line of standard input")
	flags.StringVar(&o.ntHashFile, "nt-hash-file", "", verb+" with the NT hash (32 hex digits, or LM:NT) in `FILE`")
}

// secret reads the password or hash that the flags or the environment name; the
// zero Secret if they name none.
func (o *secretOptions) secret(w *world) (ntlm.Secret, error) {
	given := 0
	for _, is := range []bool{o.passwordFile != "", o.passwordStdin, o.ntHashFile != ""} {
		if is {
			given++
		}
	}
	switch {
	case given > 1:
		return ntlm.Secret{}, usageError("", "--password-file, --password-stdin and --nt-hash-file exclude one another")
	case o.passwordFile != "":
		line, err := firstLineOf(o.passwordFile)
		return ntlm.Password(line), err
	case o.passwordStdin:
		line, err := firstLine(w.Stdin)
		if err != nil {
			return ntlm.Secret{}, usageError("", "password from standard input: %v", err)
		}
		return ntlm.Password(line), nil
	case o.ntHashFile != "":
		line, err := firstLineOf(o.ntHashFile)
		if err != nil {
			return ntlm.Secret{}, err
		}
		secret, err := ntlm.ParseNTHash(line)
		if err != nil {
			return ntlm.Secret{}, usageError("the first line holds 32 hexadecimal digits, or LM:NT", "%s: %v", o.ntHashFile, err)
		}
		return secret, nil
	}
	if password := w.Getenv(passwordVariable); password != "" {
		return ntlm.Password(password), nil
	}
	return ntlm.Secret{}, nil
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

// firstLine reads up to the first newline, which is not part of the secret.
func firstLine(r io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(r, maxSecret+2)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
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
