package main

import (
	"errors"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// defineUnused defines curl's flags that ask for nothing, since fetch does it
// anyway or never: command lines of curl have them. They are not in the help.
func defineUnused(flags *pflag.FlagSet) {
	for _, name := range [...]string{
		"alpn", "compressed-ssh", "disable-eprt", "disable-epsv", "false-start", "http0.9", "http2", "keepalive", "npn", "parallel-immediate",
		"proxy-ssl-allow-beast", "sasl-ir", "sessionid", "socks5-basic", "ssl", "ssl-allow-beast", "ssl-no-revoke", "ssl-reqd",
		"ssl-revoke-best-effort", "styled-output", "tcp-fastopen", "tcp-nodelay", "tr-encoding", "trace-time",
	} {
		flags.Bool(name, false, "")
		flags.Lookup(name).Hidden = true
	}
	for short, name := range map[string]string{"Z": "parallel", "B": "use-ascii"} {
		flags.BoolP(name, short, false, "")
		flags.Lookup(name).Hidden = true
	}
	for _, name := range [...]string{"delegation", "expect100-timeout", "happy-eyeballs-timeout-ms", "keepalive-time", "parallel-max"} {
		flags.String(name, "", "")
		flags.Lookup(name).Hidden = true
	}
}

// notHere are curl's flags that fetch does not have, by what to do instead.
var notHere = map[string][]string{
	"run ntlmctl fetch once for each":                                      {"next", ":"},
	"leave it out: NTLM needs HTTP/1.1":                                    {"http2-prior-knowledge", "http3", "http3-only", "proxy-http2"},
	"-x takes http, https, socks5 and socks5h, one proxy":                  {"preproxy", "proxy1.0", "socks4", "socks4a", "socks5-gssapi", "socks5-gssapi-nec", "socks5-gssapi-service"},
	"--ntlm with -u; the user who is logged on here comes later":           {"ntlm-wb"},
	"--target-name says for whom the token is":                             {"service-name", "proxy-service-name"},
	"--resolve and --connect-to say where to connect":                      {"dns-interface", "dns-ipv4-addr", "dns-ipv6-addr", "dns-servers", "doh-url", "interface", "local-port"},
	"--cacert FILE trusts one certificate and no other":                    {"pinnedpubkey", "proxy-pinnedpubkey", "crlfile", "cert-status"},
	"client certificates are shown to servers, and read from files":        {"engine", "proxy-cert", "proxy-cert-type", "proxy-key", "proxy-key-type", "proxy-pass"},
	"-z FILE asks for what is newer than a file":                           {"etag-compare", "etag-save"},
	"bodies are written as HTTP/1.1 means them, without chunks":            {"raw"},
	"-X METHOD and --path-as-is shape the request line":                    {"request-target"},
	"-F sends names percent-encoded, as browsers do":                       {"form-escape"},
	"-w prints what a script needs; --report writes all of it":             {"libcurl", "xattr", "trace-ids", "trace-config"},
	"--tlsv1.2 and --tls-max choose the version of TLS":                    {"sslv2", "sslv3", "curves", "proxy-tlsv1", "proxy-ciphers", "proxy-tls13-ciphers"},
	"only HTTP is spoken here":                                             {"append", "quote", "list-only", "ftp-pasv", "ftp-port", "ftp-create-dirs", "mail-from", "mail-rcpt", "telnet-option"},
	"curl has it, ntlmctl fetch does not; docs/fetch.md says what differs": {"abstract-unix-socket", "alt-svc", "aws-sigv4", "create-file-mode", "crlf", "haproxy-protocol", "hsts", "ignore-content-length", "proxy-capath", "rate", "tlsauthtype", "tlsuser", "tlspassword"},
}

// hintUnknown names what to use in place of a flag that curl has and fetch has not.
func hintUnknown(cmd *cobra.Command) {
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		var unknown *pflag.NotExistError
		if errors.As(err, &unknown) {
			for hint, names := range notHere {
				if slices.Contains(names, unknown.GetSpecifiedName()) {
					return usageError(hint, "%v", err)
				}
			}
		}
		return cmd.Parent().FlagErrorFunc()(cmd, err)
	})
}
