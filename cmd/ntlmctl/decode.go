package main

import (
	"github.com/spf13/cobra"
)

// decodeOptions are the flags of ntlmctl decode.
type decodeOptions struct {
	out      *output
	brief    bool
	hexdump  bool
	redact   bool
	follow   bool
	failOn   string
	codePage string

	secretOptions
	challenge string
	tlsCert   string
}

const decodeLong = `Decode finds the tokens of NTLM, SPNEGO and Kerberos in its arguments and says
what each of their bytes means and what is wrong with them.

An argument is a token (base64 or hex), a file, or "-" for standard input, which
is read too where there is no argument. What a file holds is recognised by its
content: bare tokens in any spelling, header lines, curl -v, --trace and
--trace-ascii, logs of any kind (web, proxy, mail), HAR, Chrome's net-export,
raw HTTP, pcap and pcapng.

Messages that belong to one handshake are compared. With a password or an NT
hash, responses, MIC and session key are verified; secrets come from a file,
from standard input or from NTLMCTL_PASSWORD, never from the command line.`

const decodeExample = `  ntlmctl decode TlRMTVNTUAABAAAAB4IIogAAAAAAAAAAAAAAAAAAAAAKAGFKAAAADw==
  curl -v --ntlm -u alice: http://intranet/ 2>&1 | ntlmctl decode
  ntlmctl decode --hexdump token.txt
  ntlmctl decode --format jsonl --brief access.log | jq -r '.. | .user? // empty' | sort -u
  ntlmctl decode --password-file pw trace.pcapng
  ntlmctl decode --follow /var/log/squid/access.log`

func newDecode(w *world, out *output) *cobra.Command {
	o := decodeOptions{out: out}
	cmd := &cobra.Command{
		Use:     "decode [TOKEN|FILE|-]...",
		Short:   "Turn tokens into annotated field dumps",
		Long:    decodeLong,
		Example: decodeExample,
		RunE:    func(cmd *cobra.Command, args []string) error { return runDecode(cmd.Context(), w, &o, args) },
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.brief, "brief", false, "leave out the fields (JSON), the flags and their sentences (text)")
	flags.BoolVar(&o.hexdump, "hexdump", false, "show the bytes too, painted by field, with the names beside them")
	flags.BoolVar(&o.redact, "redact", false, "zero responses, keys and MIC; the tokens stay decodable")
	flags.BoolVarP(&o.follow, "follow", "f", false, "wait for a file to grow, and go on")
	flags.StringVar(&o.failOn, "fail-on", "", "exit 1 on findings of `info|warning|error` or worse")
	flags.StringVar(&o.codePage, "code-page", "windows-1252", "read OEM text in the code page `NAME`: windows-1251, ibm850, shift_jis, utf-8, ...")
	o.define(flags, "verify")
	flags.StringVar(&o.challenge, "challenge", "", "verify against this Type 2 `TOKEN` where the input has none")
	flags.StringVar(&o.tlsCert, "tls-cert", "", "compare channel bindings with the server certificate in `FILE` (PEM or DER)")
	choices(cmd, "fail-on", "info", "warning", "error")
	choices(cmd, "code-page", "windows-1252", "windows-1250", "windows-1251", "ibm437", "ibm850", "ibm852", "ibm866", "shift_jis", "gbk", "big5", "euc-kr", "utf-8")
	return cmd
}
