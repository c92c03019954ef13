package capture

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gopacket/gopacket/layers"

	"github.com/ntlmctl/ntlmctl/decode"
)

// What opens and closes a negotiation without an NTLM message: the list of
// mechanisms that Samba's smbd begins with, and NegTokenResp with
// accept-completed and a MIC, and with reject.
const (
	init2    = "\x60\x48\x06\x06\x2b\x06\x01\x05\x05\x02\xa0\x3e\x30\x3c\xa0\x0e\x30\x0c\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a\xa3\x2a\x30\x28\xa0\x26\x1b\x24not_defined_in_RFC4178@please_ignore"
	accepted = "\xa1\x1b\x30\x19\xa0\x03\x0a\x01\x00\xa3\x12\x04\x10\x01\x00\x00\x00\x8c\x8c\x59\xb6\x33\x68\xdb\x29\x00\x00\x00\x00"
	rejected = "\xa1\x07\x30\x05\xa0\x03\x0a\x01\x02"
)

// TestSPNEGO has tokens without an NTLM message on connections that speak no
// HTTP. What each side sends is cut into segments everywhere.
func TestSPNEGO(t *testing.T) {
	first := string(spnego(unbase64(t, type1)))
	for _, test := range []struct {
		name string
		said []string // by turns, the client first
		want []string
	}{
		{"offer", []string{"\xfeSMB hello", "\xfeSMB\x00\x01" + init2 + "\x00", "x"}, []string{"response spnego.init2 74"}},
		{"offer without its end", []string{"\xfeSMB hello", "\xfeSMB\x00\x01" + init2[:40]}, []string{"response spnego.init2 40"}},
		{"accepted", []string{"0\x0c" + first, "0\x84\x00" + accepted + "\x00more", "bye"}, []string{"request ntlm.negotiate 66", "response spnego.resp 29"}},
		{"rejected", []string{first, rejected}, []string{"request ntlm.negotiate 66", "response spnego.resp 9"}},
		{"nobody asked", []string{"hello", "0\x84\x00" + accepted, "x"}, nil},
		{"answered once", []string{first, accepted + rejected, "x"}, []string{"request ntlm.negotiate 66", "response spnego.resp 29"}},
		{"own words", []string{first + accepted, "x"}, []string{"request ntlm.negotiate 66"}},
		{"lengths that do not fit", []string{first, "\xa1\x1c" + accepted[2:] + "\x00", "x"}, []string{"request ntlm.negotiate 66"}},
		{"OID alone", []string{"x", "\x06\x06\x2b\x06\x01\x05\x05\x02\xa0\x3e\x30\x3c"}, nil},
		{"another frame", []string{"x", "\x61" + init2[1:]}, nil},
		{"no NegTokenInit", []string{"x", init2[:10] + "\xa1" + init2[11:]}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			for size := 1; size <= 80; size++ {
				w := newWire(layers.LinkTypeEthernet)
				seq := [2]uint32{100, 100}
				w.send(999, false, seq[0]-1, flagSYN, "")
				for turn, said := range test.said {
					side := turn & 1
					for len(said) > 0 {
						n := min(size, len(said))
						w.send(999, side == 1, seq[side], flagACK, said[:n])
						seq[side] += uint32(n)
						said = said[n:]
					}
				}
				all, _ := collect(t, strings.NewReader(w.out.String()), Options{})
				var got []string
				for _, f := range all {
					got = append(got, fmt.Sprintf("%s %s %d", f.Source.Direction, decode.Decode(f.Raw, decode.Options{}).Innermost(), len(f.Raw)))
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Fatalf("in segments of %d bytes (-want +got):\n%s", size, diff)
				}
			}
		})
	}
}

// TestMention wants text that speaks of tokens to hold none.
func TestMention(t *testing.T) {
	for text, want := range map[string]int{
		"a Type 1 begins with TlRMTVNTUAAB, see above":        0,
		"or, in hex, with 4e544c4d53535000 01000000":          1,
		"or, in hex, with 4e544c4d53535000, sometimes 0x4e54": 0,
		"seen: TlRMTVNTUAABAAAA (cut)":                        1,
		"Authorization: NTLM TlRMTVNTUAAB":                    1,
		"TlRMTVNTUAAB":                                        1,
	} {
		if all, _ := collect(t, strings.NewReader(text), Options{}); len(all) != want {
			t.Errorf("%q: %d tokens, want %d", text, len(all), want)
		}
	}
}
