package capture

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/gopacket/gopacket/layers"

	"github.com/ntlmctl/ntlmctl/internal/tokenfiles"
)

// captureDirs are where packet captures with a list of their tokens are.
func captureDirs() []string {
	dirs := []string{"../../testdata/captures"}
	if dir := os.Getenv("NTLMCTL_CAPTURES"); dir != "" {
		dirs = append(dirs, dir)
	}
	return dirs
}

// listed is one line of a tokens.jsonl.
type listed struct {
	Scheme, Leg, Dir, Header, Base64, PCAP string
	Status                                 int
	Stream                                 int `json:"tcp_stream"`
}

// TestCaptures wants of each capture the tokens that tshark found in it, of
// each connection in their order.
func TestCaptures(t *testing.T) {
	for _, dir := range captureDirs() {
		want := map[string][]string{}
		for _, l := range tokenfiles.Read[listed](t, filepath.Join(dir, "tokens.jsonl")) {
			direction := request
			if l.Dir == "s2c" {
				direction = response
			}
			if l.PCAP != "" {
				want[l.PCAP] = append(want[l.PCAP], fmt.Sprintf("tcp %d %s %s %s %d %s", l.Stream, direction, l.Header, l.Scheme, l.Status, l.Base64))
			}
		}
		files, _ := filepath.Glob(filepath.Join(dir, "*.pcapng"))
		if len(files) == 0 {
			t.Fatalf("no captures in %s", dir)
		}
		for _, file := range files {
			name := filepath.Base(file)
			t.Run(name, func(t *testing.T) {
				in, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				all, stats := collect(t, bytes.NewReader(in), Options{})
				if stats.Truncated || stats.Skipped > 0 || stats.Format != FormatPcapNG {
					t.Errorf("stats: %+v", stats)
				}
				for _, f := range all {
					if f.Source.Packet == 0 || f.Time.IsZero() {
						t.Errorf("no packet or time: %+v", f.Source)
					}
					if f.Source.Header == "" {
						continue // quoted in a body
					}
					raw := base64.StdEncoding.EncodeToString(f.Raw)
					if at := f.Source.Offset; !bytes.HasPrefix(in[at:], []byte(raw[:12])) {
						t.Errorf("at offset %d is %q, want %q", at, in[at:at+12], raw[:12])
					}
					got = append(got, fmt.Sprintf("%s %s %s %s %d %s", f.Source.Stream, f.Source.Direction, f.Source.Header, f.Scheme, f.Status, raw))
				}
				if diff := cmp.Diff(byStream(want[name]), byStream(got)); diff != "" {
					t.Errorf("tokens (-want +got):\n%s", diff)
				}
				slow, _ := collect(t, iotest.OneByteReader(bytes.NewReader(in)), Options{})
				if diff := cmp.Diff(all, slow); diff != "" {
					t.Errorf("read byte by byte (-whole +bytewise):\n%s", diff)
				}
			})
		}
	}
}

// byStream sorts lines by the connection that they begin with.
func byStream(lines []string) map[string][]string {
	m := map[string][]string{}
	for _, l := range lines {
		f := strings.Fields(l)
		m[f[1]] = append(m[f[1]], l)
	}
	return m
}

// wire builds a pcap file packet by packet.
type wire struct {
	out  bytes.Buffer
	link layers.LinkType
	n    int
}

func newWire(link layers.LinkType) *wire {
	w := &wire{link: link}
	w.out.Write(binary.LittleEndian.AppendUint32(nil, 0xa1b23c4d))
	w.out.Write([]byte{2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0})
	w.out.Write(binary.LittleEndian.AppendUint32(nil, uint32(link)))
	return w
}

// frame writes one frame as it is.
func (w *wire) frame(b []byte) {
	w.n++
	var h []byte
	for _, v := range []uint32{1_700_000_000, uint32(w.n), uint32(len(b)), uint32(len(b))} {
		h = binary.LittleEndian.AppendUint32(h, v)
	}
	w.out.Write(h)
	w.out.Write(b)
}

// tcpHeader is a segment of 20 bytes of header.
func tcpHeader(from, to uint16, seq, ack uint32, flags byte, data string) []byte {
	b := binary.BigEndian.AppendUint16(nil, from)
	b = binary.BigEndian.AppendUint16(b, to)
	b = binary.BigEndian.AppendUint32(b, seq)
	b = binary.BigEndian.AppendUint32(b, ack)
	b = append(b, 5<<4, flags, 0xff, 0xff, 0, 0, 0, 0)
	return append(b, data...)
}

func ipv4(segment []byte) []byte {
	b := []byte{0x45, 0}
	b = binary.BigEndian.AppendUint16(b, uint16(20+len(segment)))
	b = append(b, 0, 0, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2)
	return append(b, segment...)
}

func ipv6(segment []byte) []byte {
	b := []byte{0x60, 0, 0, 0}
	b = binary.BigEndian.AppendUint16(b, uint16(8+len(segment)))
	b = append(b, 60, 64) // destination options come first
	b = append(b, make([]byte, 31)...)
	b = append(b, 1)
	b = append(b, 6, 0, 1, 4, 0, 0, 0, 0)
	return append(b, segment...)
}

// send writes a segment from port 40000 to the port, or the other way.
func (w *wire) send(port uint16, fromServer bool, seq uint32, flags byte, data string) {
	from, to := uint16(40000), port
	if fromServer {
		from, to = to, from
	}
	segment := tcpHeader(from, to, seq, 0, flags, data)
	switch w.link {
	case layers.LinkTypeEthernet: // with a VLAN tag
		b := ipv4(segment)
		if fromServer { // the addresses, swapped
			copy(b[12:], []byte{10, 0, 0, 2, 10, 0, 0, 1})
		}
		w.frame(append([]byte("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x81\x00\x00\x05\x08\x00"), b...))
	case layers.LinkTypeRaw:
		b := ipv6(segment)
		if fromServer {
			b[23], b[39] = 1, 0
		}
		w.frame(b)
	case layers.LinkTypeLinuxSLL:
		b := ipv4(segment)
		if fromServer {
			copy(b[12:], []byte{10, 0, 0, 2, 10, 0, 0, 1})
		}
		w.frame(append([]byte("\x00\x00\x00\x01\x00\x06abcdef\x00\x00\x08\x00"), b...))
	case layers.LinkTypeNull:
		b := ipv4(segment)
		if fromServer {
			copy(b[12:], []byte{10, 0, 0, 2, 10, 0, 0, 1})
		}
		w.frame(append([]byte{2, 0, 0, 0}, b...))
	}
}

const (
	get1 = "GET /a HTTP/1.1\r\nHost: x\r\nAuthorization: NTLM " + type1 + "\r\n\r\n"
	no2  = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM " + type2 + "\r\nContent-Length: 5\r\n\r\nhello"
	get3 = "GET /a HTTP/1.1\r\nHost: x\r\nAuthorization: NTLM " + type3 + "\r\n\r\n"
	yes3 = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
)

// brief says of each token what matters.
func brief(all []Found) []string {
	var out []string
	for _, f := range all {
		kind := fmt.Sprintf("%.1x", f.Raw[:1])
		if bytes.HasPrefix(f.Raw, ntlmssp) {
			kind = fmt.Sprint("type ", f.Raw[8])
		}
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %d %s %s %s %d packet %d", kind, len(f.Raw), f.Source.Stream, f.Source.Direction, f.Source.Header, f.Status, f.Source.Packet)))
	}
	return out
}

// TestLinks has one handshake on each link layer.
func TestLinks(t *testing.T) {
	for _, link := range []layers.LinkType{layers.LinkTypeEthernet, layers.LinkTypeRaw, layers.LinkTypeLinuxSLL, layers.LinkTypeNull} {
		w := newWire(link)
		w.send(80, false, 99, flagSYN, "")
		w.send(80, true, 499, flagSYN|flagACK, "")
		w.send(80, false, 100, flagACK, get1)
		w.send(80, true, 500, flagACK, no2)
		w.send(80, false, 100+uint32(len(get1)), flagACK, get3)
		w.send(80, true, 500+uint32(len(no2)), flagACK, yes3)
		got, stats := collect(t, &w.out, Options{})
		want := []string{
			"type 1 32 tcp 0 request Authorization 0 packet 3",
			"type 2 113 tcp 0 response WWW-Authenticate 401 packet 4",
			"type 3 209 tcp 0 request Authorization 0 packet 5",
		}
		if diff := cmp.Diff(want, brief(got)); diff != "" {
			t.Errorf("link %d (-want +got):\n%s", link, diff)
		}
		if stats.Connections != 1 || stats.Packets != 6 {
			t.Errorf("link %d: %+v", link, stats)
		}
	}
}

// TestOriginalLength has a record that says that its packet was shorter than
// what it holds, as some recorders write it, and one after it.
func TestOriginalLength(t *testing.T) {
	w := newWire(layers.LinkTypeEthernet)
	w.send(80, false, 100, flagACK, get1)
	binary.LittleEndian.PutUint32(w.out.Bytes()[24+12:], 10)
	w.send(80, false, 100+uint32(len(get1)), flagACK, get3)
	got, stats := collect(t, &w.out, Options{})
	if len(got) != 2 || stats.Packets != 2 {
		t.Errorf("%q, %+v", brief(got), stats)
	}
}

// TestReassembly has segments that are late, lost, doubled and overlapping.
func TestReassembly(t *testing.T) {
	cut := len(get3) / 2
	for _, test := range []struct {
		name string
		send func(w *wire)
		want []string
	}{
		{"in pieces", func(w *wire) {
			for i := range len(get3) {
				w.send(80, false, uint32(100+i), flagACK, get3[i:i+1])
			}
		}, []string{fmt.Sprintf("type 3 209 tcp 0 request Authorization 0 packet %d", len(get3)-3)}},
		{"out of order", func(w *wire) {
			w.send(80, false, 99, flagSYN, "")
			w.send(80, false, uint32(100+cut), flagACK, get3[cut:])
			w.send(80, false, 100, flagACK, get3[:cut])
		}, []string{"type 3 209 tcp 0 request Authorization 0 packet 2"}},
		{"retransmitted", func(w *wire) {
			w.send(80, false, 100, flagACK, get3[:cut])
			w.send(80, false, 100, flagACK, get3[:cut])
			w.send(80, false, 90, flagACK, "0123456789"+get3[:cut])
			w.send(80, false, uint32(100+cut-10), flagACK, get3[cut-10:])
			w.send(80, false, uint32(100+cut), flagACK, get3[cut:])
		}, []string{"type 3 209 tcp 0 request Authorization 0 packet 4"}},
		{"wrapping", func(w *wire) {
			w.send(80, false, 0xffffffff-10, flagSYN, "")
			for i := 0; i < len(get3); i += 7 {
				w.send(80, false, 0xffffffff-9+uint32(i), flagACK, get3[i:min(i+7, len(get3))])
			}
		}, []string{fmt.Sprintf("type 3 209 tcp 0 request Authorization 0 packet %d", 1+(len(get3)-4)/7+1)}},
		{"lost in a body", func(w *wire) {
			post := "POST / HTTP/1.1\r\nContent-Length: 1000\r\n\r\n"
			w.send(80, false, 100, flagACK, post+"abc")
			w.send(80, false, uint32(100+len(post)+1000), flagACK, get3)
		}, []string{"type 3 209 tcp 0 request Authorization 0 packet 2"}},
		{"no start", func(w *wire) {
			w.send(80, true, 100, flagACK, "the end of a body that began before\r\n")
			w.send(80, true, 137, flagACK, no2)
		}, []string{"type 2 113 tcp 0 response WWW-Authenticate 401 packet 2"}},
		{"cut off", func(w *wire) {
			w.send(80, false, 100, flagACK, get3[:len(get3)-2])
		}, []string{"type 3 209 tcp 0 request Authorization 0 packet 1"}},
		{"ports reused", func(w *wire) {
			w.send(80, false, 99, flagSYN, "")
			w.send(80, false, 100, flagACK, get1)
			w.send(80, false, 7099, flagSYN, "")
			w.send(80, false, 7100, flagACK, get1)
		}, []string{"type 1 32 tcp 0 request Authorization 0 packet 2", "type 1 32 tcp 1 request Authorization 0 packet 4"}},
		{"chunked", func(w *wire) {
			head := "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3;x\r\nabc\r\n0\r\n\r\n"
			w.send(80, true, 100, flagACK, head+no2)
		}, []string{"type 2 113 tcp 0 response WWW-Authenticate 401 packet 1"}},
		{"head", func(w *wire) {
			w.send(80, false, 1, flagACK, "HEAD / HTTP/1.1\r\n\r\n")
			w.send(80, true, 100, flagACK, strings.TrimSuffix(no2, "hello")+no2)
		}, []string{"type 2 113 tcp 0 response WWW-Authenticate 401 packet 2", "type 2 113 tcp 0 response WWW-Authenticate 401 packet 2"}},
		{"tunnel", func(w *wire) {
			w.send(80, false, 1, flagACK, "CONNECT x:80 HTTP/1.1\r\n\r\n")
			w.send(80, true, 1, flagACK, "HTTP/1.1 200 OK\r\n\r\n")
			w.send(80, false, 26, flagACK, get1)
		}, []string{"type 1 32 tcp 0 request Authorization 0 packet 3"}},
		{"smb", func(w *wire) {
			w.send(445, false, 1, flagACK, "\x00\x00\x00\xc0\xfeSMB\x40\x00"+strings.Repeat("\x00", 80)+string(spnego(unbase64(t, type1)))+"\x00\x00\x00\x10\xfeSMB")
		}, []string{"60 66 tcp 0 request SMB 0 packet 1"}},
		{"ldap", func(w *wire) {
			token := spnego(unbase64(t, type3))
			bind := "\x30\x82\x01\x40\x02\x01\x01\x60\x82\x01\x3a\x02\x01\x03\x04\x00\xa3\x82\x01\x30\x04\x0aGSS-SPNEGO\x04\x82\x01\x00"
			w.send(389, false, 1, flagACK, bind+string(token[:50]))
			w.send(389, false, uint32(1+len(bind)+50), flagACK, string(token[50:]))
		}, []string{fmt.Sprintf("60 %d tcp 0 request LDAP 0 packet 2", len(spnego(unbase64(t, type3))))}},
		{"rpc", func(w *wire) {
			w.send(49152, false, 1, flagSYN, "")
			w.send(49152, false, 2, flagACK, "\x05\x00\x0b\x03\x10\x00\x00\x00"+strings.Repeat("\x00", 80)+"\x0a\x05\x00\x00\x00\x00\x00\x00"+string(unbase64(t, type2))+"\x05\x00")
		}, []string{"type 2 113 tcp 0 request MS-RPC 0 packet 2"}},
		{"smtp", func(w *wire) {
			w.send(25, false, 1, flagACK, "EHLO x\r\nAUTH NTLM "+type1+"\r\n")
			w.send(25, true, 1, flagACK, "334 "+type2+"\r\n")
			w.send(25, false, 65+10, flagACK, type3+"\r\n")
		}, []string{"type 1 32 tcp 0 request AUTH NTLM 0 packet 1", "type 2 113 tcp 0 response AUTH NTLM 0 packet 2", "type 3 209 tcp 0 request AUTH NTLM 0 packet 3"}},
		{"body", func(w *wire) {
			body := `{"token":"` + type1 + `"}`
			w.send(80, false, 1, flagACK, fmt.Sprintf("POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s", len(body), body))
		}, []string{"type 1 32 tcp 0 request  0 packet 1"}},
		{"tls", func(w *wire) {
			w.send(443, false, 1, flagACK, "\x16\x03\x01\x00\x80\x01\x00\x00\x7c\x03\x03"+string(unbase64(t, type1)))
		}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWire(layers.LinkTypeEthernet)
			test.send(w)
			in := w.out.Bytes()
			got, stats := collect(t, bytes.NewReader(in), Options{})
			if diff := cmp.Diff(test.want, brief(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if (test.name == "tls") != (stats.Encrypted == 1) {
				t.Errorf("%+v", stats)
			}
			// Cut anywhere, it gives no more than that, and says so.
			for n := 24; n < len(in); n += 1 + len(in)/500 {
				some, _ := collect(t, bytes.NewReader(in[:n]), Options{})
				if len(some) > len(got) {
					t.Fatalf("cut at %d: %d tokens", n, len(some))
				}
			}
		})
	}
}

// TestManyConnections wants memory to stay bounded with many connections that
// hold something back.
func TestManyConnections(t *testing.T) {
	w := newWire(layers.LinkTypeRaw)
	filler := strings.Repeat("x", 1200)
	for i := range 40_000 {
		segment := tcpHeader(uint16(i), uint16(80+i>>16), 1, 0, flagACK, "GET /"+filler)
		w.frame(ipv6(segment))
	}
	s := &scan{found: func(Found) bool { return true }, step: 1}
	s.MaxToken = DefaultMaxToken
	s.in.r = &w.out
	if _, err := s.sniff(); err != nil {
		t.Fatal(err)
	}
	r, err := newPcapReader(cursor{w: &s.in})
	if err != nil {
		t.Fatal(err)
	}
	track, frames := newTCP(s), newDissector()
	for {
		p, ok, err := r.next()
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			break
		}
		layer, _ := linkLayer(p.link, p.data)
		g, ok := frames.dissect(layer, p.data)
		if !ok {
			t.Fatal("no segment")
		}
		track.add(g, origin{packet: p.number})
		if track.held > maxHeld+1<<20 {
			t.Fatalf("%d bytes are held", track.held)
		}
	}
	track.close()
	if track.held != 0 {
		t.Errorf("%d bytes are held at the end", track.held)
	}
}
