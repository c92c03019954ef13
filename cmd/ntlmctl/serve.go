package main

import (
	"github.com/spf13/cobra"

	"github.com/ntlmctl/ntlmctl/negotiate/origin"
)

// serveOptions are the flags of ntlmctl serve.
type serveOptions struct {
	out *output
	secretOptions

	listen    string
	schemes   []string
	users     string
	user      string
	names     map[string]string
	proxy     bool
	dialect   string
	challenge []string

	tls      bool
	cert     string
	key      string
	keyType  string
	certFile string

	requireBinding bool
	requireMIC     bool
	allowNTLMv1    bool
	perRequest     bool
	connectionID   string
}

const serveLong = `Serve is a test origin for the far side of a load balancer, gateway or proxy: it
asks for NTLM, Negotiate (with NTLM in it) or Basic, and says of every request
which connection it came in on and what was found in its tokens. With --proxy it
is a forward proxy that demands 407.

Every answer carries X-Ntlmctl-Instance, -Connection, -Request, -Auth-Key,
-Protocol and -State, and a body of JSON that repeats what arrived, with
credentials redacted. With --proxy the headers begin with X-Ntlmctl-Proxy-.
?size=N answers with N bytes instead; ?sha256 has the body of the request hashed.
docs/serve.md describes all of it.

The first line of output says where it listens. What follows is a line for each
connection and request; --quiet leaves it out. Where nobody watches, as in a pipe,
it is JSON Lines if --format does not say otherwise. SIGINT and SIGTERM end it once the requests that run are answered.

Accounts come from --users, a file of lines DOMAIN:user:password, or
DOMAIN:user:$NT$ and an NT hash; and from --user, whose password is asked for, or
read from --password-file, --password-stdin, --nt-hash-file or NTLMCTL_PASSWORD.
Without either there is one account, demo, whose password is made for the run.`

const serveExample = `  ntlmctl serve
  ntlmctl serve --listen 127.0.0.1:0 --users accounts --schemes NTLM --format jsonl
  ntlmctl serve --tls --write-cert serve.pem --require-channel-binding --require-mic
  ntlmctl serve --proxy --user 'LAB\alice' --password-file pw
  ntlmctl serve --connection-id-header X-Connection-Id`

func newServe(w *world, out *output) *cobra.Command {
	o := serveOptions{out: out}
	cmd := &cobra.Command{
		Use:     "serve",
		Short:   "Be a test origin, or proxy, that says which connection each leg came in on",
		Long:    serveLong,
		Example: serveExample,
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, watched := terminal(w.Stdout); !watched && !cmd.Flags().Changed("format") {
				out.format = formatJSONL
			}
			return runServe(cmd.Context(), w, &o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.listen, "listen", "127.0.0.1:8080", "listen at `ADDRESS:PORT`; port 0 is one that is free")
	flags.StringSliceVar(&o.schemes, "schemes", origin.DefaultSchemes, "ask for these `SCHEMES`, in this order: Negotiate, NTLM, Basic")
	flags.StringVar(&o.users, "users", "", "know the accounts in `FILE`, one DOMAIN:user:password a line")
	flags.StringVar(&o.user, "user", "", "know the account `DOMAIN\\user`")
	o.secretOptions.define(flags, "know --user")
	flags.StringToStringVar(&o.names, "names", nil, "say these `KEY=NAME` of the server: nb-computer, nb-domain, dns-computer, dns-domain, dns-tree")
	flags.BoolVar(&o.proxy, "proxy", false, "be a forward proxy and demand 407")
	flags.StringVar(&o.dialect, "dialect", string(origin.IIS), "answer what is refused, orphaned, short or repeated as `iis|samba|gss|express` does")
	flags.StringSliceVar(&o.challenge, "challenge", nil, "be a server of a `KIND` that clients trip over: key-exch, oem, ntlmv1, no-target-info")
	flags.BoolVar(&o.tls, "tls", false, "speak TLS, with --cert or a certificate made for the run")
	flags.StringVar(&o.cert, "cert", "", "show the certificates in `FILE`, in PEM; implies --tls")
	flags.StringVar(&o.key, "key", "", "their private key is in `FILE`; by default in that of --cert")
	flags.StringVar(&o.keyType, "key-type", string(origin.ECDSA), "make the certificate with a key of `ecdsa|rsa`")
	flags.StringVar(&o.certFile, "write-cert", "", "write the certificate that was made to `FILE`")
	flags.BoolVar(&o.requireBinding, "require-channel-binding", false, "refuse logons that are not bound to this TLS channel (EPA)")
	flags.BoolVar(&o.requireMIC, "require-mic", false, "refuse logons without a MIC")
	flags.BoolVar(&o.allowNTLMv1, "allow-ntlmv1", false, "take NTLMv1 responses")
	flags.BoolVar(&o.perRequest, "per-request", false, "forget each logon after its request, as authPersistSingleRequest does")
	flags.StringVar(&o.connectionID, "connection-id-header", "", "keep logons under the value of the header `NAME` that a proxy sets, not with the TCP connection")
	choices(cmd, "schemes", origin.SchemeNegotiate, origin.SchemeNTLM, origin.SchemeBasic)
	choices(cmd, "dialect", origin.Dialects()...)
	choices(cmd, "challenge", challengeKinds()...)
	choices(cmd, "key-type", string(origin.ECDSA), string(origin.RSA))
	return cmd
}

func noArguments(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usageError("--listen says where", "serve takes no arguments")
}
