package capture

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gopacket/gopacket/layers"

	"github.com/ntlmctl/ntlmctl/decode"
)

// handshakes scans and groups, and says of each handshake what matters.
func handshakes(t *testing.T, in []byte) []string {
	t.Helper()
	var out []string
	g := NewGrouper(func(h Handshake) {
		s := fmt.Sprintf("%s [%s] same=%s answers=%s status=%d", has(h.Negotiate, 1)+has(h.Challenge, 2)+has(h.Authenticate, 3), h.Stream, h.SameConnection, decode.Answers(h.Challenge, h.Authenticate), h.Status)
		out = append(out, s)
	})
	_, err := Scan(bytes.NewReader(in), Options{Name: "in", Responded: g.Responded}, func(f Found) bool {
		g.Add(decode.Decode(f.Raw, decode.Options{}), f)
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	g.Close()
	return out
}

func has(t *decode.Token, n int) string {
	if t == nil {
		return "-"
	}
	return fmt.Sprint(n)
}

// TestGrouper has handshakes in all kinds of input.
func TestGrouper(t *testing.T) {
	file := func(name string) []byte {
		in, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return in
	}
	const captures = "../../testdata/captures/"
	stranger := bytes.Clone(unbase64(t, type2))
	stranger[len(stranger)-8] ^= 1 // another timestamp
	for _, test := range []struct {
		name string
		in   []byte
		want []string
	}{
		{"accepted", file(captures + "curl-ntlm_squid-accel-samba.pcapng"), []string{"123 [tcp 0] same=yes answers=yes status=200"}},
		{"refused", file(captures + "curl-ntlm-bad_squid-accel-samba.pcapng"), []string{"123 [tcp 0] same=yes answers=yes status=401"}},
		{"type 1 refused", file(captures + "curl-ntlm_apache-gssntlmssp.pcapng"), []string{"1-- [tcp 0] same=unknown answers=unknown status=401", "1-- [tcp 0] same=unknown answers=unknown status=401"}},
		{"spnego", file(captures + "curl-negotiate_apache-gssntlmssp.pcapng"), []string{"123 [tcp 0] same=yes answers=yes status=200"}},
		{"proxy", file(captures + "curl-ntlm-connect_squidproxy-samba.pcapng"), []string{"123 [tcp 0] same=yes answers=yes status=200"}},
		{"quoted", file(captures + "chromium_squid-accel-samba.pcapng"), []string{"123 [tcp 0] same=yes answers=yes status=200"}},
		{"ntlmv1", file(captures + "curl_squid-accel-samba-standalone-ntlmv1ok.pcapng"), []string{"123 [tcp 0] same=yes answers=yes status=200"}},
		{"curl", file("testdata/curl-v.txt"), []string{"123 [curl connection 0] same=yes answers=yes status=200"}},
		{"netlog", file("testdata/netlog.json"), []string{"123 [socket 127] same=yes answers=yes status=200", "12- [socket 127] same=yes answers=unknown status=0"}},
		{"chromium", file("testdata/chromium.har"), nil},
		{"firefox", file("testdata/firefox.har"), []string{"--3 [] same=unknown answers=unknown status=200"}},
		{"mitmproxy", file("testdata/mitmproxy.har"), []string{"123 [] same=unknown answers=yes status=200"}},
		{"har", file("testdata/handmade.har"), []string{"123 [har connection 6234] same=yes answers=yes status=200", "1-- [har connection 6234] same=unknown answers=unknown status=200"}},
		{"firefox as proxies write", file("testdata/handmade-firefox.har"), []string{"123 [] same=unknown answers=yes status=200", "1-- [] same=unknown answers=unknown status=200"}},
		{"wget", file("testdata/wget-d.txt"), []string{"123 [] same=unknown answers=unknown status=200"}},
		{"list", []byte(type1 + "\n" + type2 + "\n" + type3 + "\n" + type1 + "\n" + type2 + "\n"), []string{"123 [] same=unknown answers=yes status=0", "12- [] same=unknown answers=unknown status=0"}},
		{"twice", []byte("x\n" + type1 + "\n" + type2 + "\nagain " + type2 + "\n" + type3 + "\n"), []string{"123 [] same=unknown answers=yes status=0"}},
		{"interleaved", []byte(type1 + "\n" + type2 + "\n" + type1 + "\n" + base64Of(stranger) + "\n" + type3 + "\n"), []string{"123 [] same=unknown answers=yes status=0", "12- [] same=unknown answers=unknown status=0"}},
		{"alone", []byte(type3 + "\n"), nil},
		{"another connection", func() []byte {
			w := newWire(layers.LinkTypeEthernet)
			w.send(80, false, 100, flagACK, get1)
			w.send(80, true, 100, flagACK, no2)
			w.send(81, false, 100, flagACK, get3)
			w.send(81, true, 100, flagACK, strings.Replace(no2, "NTLM "+type2, "NTLM", 1))
			return w.out.Bytes()
		}(), []string{"123 [tcp 1] same=no answers=yes status=401"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := handshakes(t, test.in)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestGrouperBounded wants little to be held of handshakes that never end.
func TestGrouperBounded(t *testing.T) {
	n := 0
	g := NewGrouper(func(Handshake) { n++ })
	one, two := decode.Decode(unbase64(t, type1), decode.Options{}), decode.Decode(unbase64(t, type2), decode.Options{})
	for i := range 3 * maxOpen {
		f := Found{Source: decode.Source{Name: "a", Stream: fmt.Sprint("tcp ", i)}}
		g.Add(one, f)
		g.Add(two, f)
		g.Add(one, Found{Source: decode.Source{Name: "b"}})
		if g.open.Len() > maxOpen || g.waiting.Len() > maxOpen || len(g.latest) > maxOpen {
			t.Fatalf("%d are open", g.open.Len())
		}
	}
	g.Close()
	if n != 3*maxOpen || g.open.Len() != 0 || g.waiting.Len() != 0 || len(g.latest) != 0 || g.loose["b"] != 0 {
		t.Errorf("%d handshakes, %d open, %d latest, %d loose", n, g.open.Len(), len(g.latest), g.loose["b"])
	}
}
