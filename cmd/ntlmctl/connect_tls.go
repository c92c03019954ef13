package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
)

// keyLogVariable names a file for the keys of TLS sessions, as browsers have it.
const keyLogVariable = "SSLKEYLOGFILE"

// tlsOptions are the flags of TLS.
type tlsOptions struct {
	insecure  bool
	caCert    string
	caPath    string
	pair      keyPair
	min       uint16
	max       string
	ciphers   string
	ciphers13 string
}

func (o *tlsOptions) define(flags *pflag.FlagSet) {
	flags.BoolVarP(&o.insecure, "insecure", "k", false, "take any certificate")
	flags.StringVar(&o.caCert, "cacert", "", "trust the certificates in `FILE`")
	flags.StringVar(&o.caPath, "capath", "", "trust the certificates in the files of the directory `DIR`")
	o.pair.define(flags)
	for _, v := range []struct {
		name    string
		version uint16
	}{{"tlsv1", tls.VersionTLS10}, {"tlsv1.0", tls.VersionTLS10}, {"tlsv1.1", tls.VersionTLS11}, {"tlsv1.2", tls.VersionTLS12}, {"tlsv1.3", tls.VersionTLS13}} {
		usage := "use " + tls.VersionName(v.version) + " or newer"
		if v.name == "tlsv1" {
			usage = "the same as --tlsv1.0"
		}
		flags.VarPF(&called{boolean: true, set: func(string) error { o.min = v.version; return nil }}, v.name, "", usage).NoOptDefVal = "true"
	}
	flags.StringVar(&o.max, "tls-max", "", "use TLS no newer than `1.0|1.1|1.2|1.3`")
	flags.StringVar(&o.ciphers, "ciphers", "", "use these cipher suites up to TLS 1.2: `LIST` of OpenSSL's or IANA's names")
	flags.StringVar(&o.ciphers13, "tls13-ciphers", "", "accepted and not used: those of TLS 1.3 cannot be chosen (`LIST`)")
}

var tlsVersions = map[string]uint16{
	"": 0, "default": 0, "1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13,
}

// tlsConfig makes the configuration for servers.
func (o *tlsOptions) tlsConfig(getenv func(string) string) (*tls.Config, error) {
	c := &tls.Config{
		InsecureSkipVerify: o.insecure, //nolint:gosec // -k asks for it
		MinVersion:         o.min,
		Renegotiation:      tls.RenegotiateOnceAsClient, // IIS asks for a certificate so, for some of its paths
	}
	var ok bool
	if c.MaxVersion, ok = tlsVersions[o.max]; !ok {
		return nil, usageError("--tls-max is 1.0, 1.1, 1.2 or 1.3", "unknown TLS version %s", strconv.Quote(o.max))
	}
	if c.MaxVersion != 0 && c.MinVersion == 0 {
		c.MinVersion = min(c.MaxVersion, tls.VersionTLS12)
	}
	if c.MaxVersion != 0 && c.MinVersion > c.MaxVersion {
		return nil, usageError("", "--tls-max %s is older than the oldest version that is allowed, %s", o.max, tls.VersionName(c.MinVersion))
	}
	var err error
	if c.CipherSuites, err = cipherSuites(o.ciphers); err != nil {
		return nil, err
	}
	if c.RootCAs, err = poolOf(o.caCert, o.caPath); err != nil {
		return nil, err
	}
	if c.Certificates, err = o.pair.read(); err != nil {
		return nil, err
	}
	if getenv == nil {
		return c, nil
	}
	if path := getenv(keyLogVariable); path != "" {
		f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, usageError("", "%s: %v", keyLogVariable, err)
		}
		c.KeyLogWriter = f // open until the process ends
	}
	return c, nil
}

// pool is the certificates of a file; nil, the system's, without one.
func pool(path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil
	}
	certs, err := certificates(path)
	if err != nil {
		return nil, err
	}
	p := x509.NewCertPool()
	for _, cert := range certs {
		p.AddCert(cert)
	}
	return p, nil
}

// poolOf is the certificates of a file and of all files of a directory that hold
// some; nil without both.
func poolOf(path, dir string) (*x509.CertPool, error) {
	p, err := pool(path)
	if dir == "" || err != nil {
		return p, err
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, usageError("", "--capath: %v", err)
	}
	if p == nil {
		p = x509.NewCertPool()
	}
	for _, f := range files {
		certs, err := certificates(filepath.Join(dir, f.Name()))
		if err != nil {
			continue // there are other files in such directories
		}
		for _, cert := range certs {
			p.AddCert(cert)
		}
	}
	return p, nil
}

// cipherSuites reads a list of cipher suites, by OpenSSL's names or IANA's. Names
// that this program does not know are passed over, as OpenSSL does; nil is Go's
// choice.
func cipherSuites(list string) ([]uint16, error) {
	if list == "" {
		return nil, nil
	}
	known := map[string]uint16{}
	var safe, all []uint16
	for _, suite := range tls.CipherSuites() {
		known[suite.Name], known[opensslName(suite.Name)] = suite.ID, suite.ID
		safe = append(safe, suite.ID)
	}
	all = append(all, safe...)
	for _, suite := range tls.InsecureCipherSuites() {
		known[suite.Name], known[opensslName(suite.Name)] = suite.ID, suite.ID
		all = append(all, suite.ID)
	}
	var chosen []uint16
	out := map[uint16]bool{}
	for _, name := range strings.FieldsFunc(list, func(r rune) bool { return r == ':' || r == ',' || r == ' ' }) {
		name, _, _ = strings.Cut(name, "@") // a security level, which is OpenSSL's
		switch {
		case name == "" || name[0] == '+':
		case name[0] == '!' || name[0] == '-':
			out[known[name[1:]]] = true
		case name == "DEFAULT" || name == "HIGH":
			chosen = append(chosen, safe...)
		case name == "ALL":
			chosen = append(chosen, all...)
		case known[name] != 0:
			chosen = append(chosen, known[name])
		}
	}
	var left []uint16
	for _, id := range chosen {
		if !out[id] {
			out[id] = true
			left = append(left, id)
		}
	}
	if len(left) == 0 {
		return nil, usageError("names are those of OpenSSL or IANA: ECDHE-RSA-AES128-GCM-SHA256", "--ciphers: %s names none that can be used", fmt.Sprintf("%q", list))
	}
	return left, nil
}

var opensslWords = strings.NewReplacer(
	"TLS_RSA_WITH_", "", "TLS_ECDHE_RSA_WITH_", "ECDHE-RSA-", "TLS_ECDHE_ECDSA_WITH_", "ECDHE-ECDSA-",
	"AES_128_CBC_", "AES128-", "AES_256_CBC_", "AES256-", "AES_128_GCM_", "AES128-GCM-", "AES_256_GCM_", "AES256-GCM-",
	"3DES_EDE_CBC_", "DES-CBC3-", "RC4_128_", "RC4-", "CHACHA20_POLY1305_SHA256", "CHACHA20-POLY1305",
)

// opensslName is what OpenSSL calls a cipher suite.
func opensslName(iana string) string { return opensslWords.Replace(iana) }

// trusted reports whether a certificate that -k took would have been taken without it.
func trusted(der []byte, host string, roots *x509.CertPool) bool {
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return false
	}
	_, err = cert.Verify(x509.VerifyOptions{DNSName: host, Roots: roots})
	return err == nil
}
