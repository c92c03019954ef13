package capture

import (
	"bytes"
	"fmt"
	"os"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/ntlmctl/ntlmctl/decode"
)

// TestProtocols wants the tokens of real captures of what is not HTTP, in the
// order in which they were spoken: a Type 1 at the end of what a client says
// may not wait for what it says next.
func TestProtocols(t *testing.T) {
	for name, want := range map[string][]string{
		"smbclient_samba.pcap": {
			"6 tcp 0 response SMB spnego.init2",
			"8 tcp 0 request SMB ntlm.negotiate", "9 tcp 0 response SMB ntlm.challenge", "10 tcp 0 request SMB ntlm.authenticate", "11 tcp 0 response SMB spnego.resp",
			"19 tcp 1 response SMB spnego.init2",
			"21 tcp 1 request SMB ntlm.negotiate", "22 tcp 1 response SMB ntlm.challenge", "23 tcp 1 request SMB ntlm.authenticate",
		},
		"curl-smtp_exim.pcap": {
			"10 tcp 0 request  ntlm.negotiate", "11 tcp 0 response AUTH NTLM ntlm.challenge", "12 tcp 0 request  ntlm.authenticate",
			"30 tcp 1 request  ntlm.negotiate", "31 tcp 1 response AUTH NTLM ntlm.challenge", "32 tcp 1 request  ntlm.authenticate",
		},
		"curl-imap-pop3_dovecot-winbind.pcap": {
			"9 tcp 0 request AUTH NTLM ntlm.negotiate", "11 tcp 0 response AUTH NTLM ntlm.challenge", "12 tcp 0 request  ntlm.authenticate",
			"29 tcp 1 request  ntlm.negotiate", "31 tcp 1 response AUTH NTLM ntlm.challenge", "32 tcp 1 request  ntlm.authenticate",
		},
		"ldapsearch-ldbsearch_samba-dc.pcap": {
			"4 tcp 0 request LDAP ntlm.negotiate", "6 tcp 0 response LDAP ntlm.challenge", "8 tcp 0 request LDAP ntlm.authenticate", "9 tcp 0 response LDAP spnego.resp",
			"19 tcp 1 request LDAP ntlm.negotiate", "21 tcp 1 response LDAP ntlm.challenge", "23 tcp 1 request LDAP ntlm.authenticate",
			"32 tcp 2 request LDAP ntlm.negotiate", "34 tcp 2 response LDAP ntlm.challenge", "36 tcp 2 request LDAP ntlm.authenticate",
			"49 tcp 3 request LDAP ntlm.negotiate", "50 tcp 3 response LDAP ntlm.challenge", "51 tcp 3 request LDAP ntlm.authenticate", "52 tcp 3 response LDAP spnego.resp",
		},
		"rpcclient-impacket_samba-dc.pcap": {
			"4 tcp 0 request MS-RPC ntlm.negotiate", "6 tcp 0 response MS-RPC ntlm.challenge", "8 tcp 0 request MS-RPC ntlm.authenticate",
			"26 tcp 1 request MS-RPC ntlm.negotiate", "28 tcp 1 response MS-RPC ntlm.challenge", "30 tcp 1 request MS-RPC ntlm.authenticate", "31 tcp 1 response MS-RPC spnego.resp",
			"48 tcp 2 request MS-RPC ntlm.negotiate", "50 tcp 2 response MS-RPC ntlm.challenge", "52 tcp 2 request MS-RPC ntlm.authenticate",
			"62 tcp 3 request MS-RPC ntlm.negotiate", "64 tcp 3 response MS-RPC ntlm.challenge", "66 tcp 3 request MS-RPC ntlm.authenticate",
		},
	} {
		t.Run(name, func(t *testing.T) {
			in, err := os.ReadFile("../../testdata/captures/" + name)
			if err != nil {
				t.Fatal(err)
			}
			all, stats := collect(t, bytes.NewReader(in), Options{})
			if stats.Truncated || stats.Skipped > 0 || stats.Format != FormatPcap {
				t.Errorf("stats: %+v", stats)
			}
			var got []string
			for _, f := range all {
				kind := decode.Decode(f.Raw, decode.Options{}).Innermost()
				got = append(got, fmt.Sprintf("%d %s %s %s %s", f.Source.Packet, f.Source.Stream, f.Source.Direction, f.Source.Header, kind))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("tokens (-want +got):\n%s", diff)
			}
			slow, _ := collect(t, iotest.OneByteReader(bytes.NewReader(in)), Options{})
			if diff := cmp.Diff(all, slow); diff != "" {
				t.Errorf("read byte by byte (-whole +bytewise):\n%s", diff)
			}
		})
	}
}
