package capture

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/gopacket/gopacket/layers"
)

// check scans in and wants the same of it however it is read, places inside of
// it, and an end.
func check(t *testing.T, in []byte) {
	if len(in) > 1<<16 {
		return
	}
	scan := func(bytewise bool) (all []Found, responses []Response, stats Stats, err error) {
		o := Options{Responded: func(r Response) { responses = append(responses, r) }}
		found := func(f Found) bool { all = append(all, f); return true }
		if bytewise {
			stats, err = Scan(iotest.OneByteReader(bytes.NewReader(in)), o, found)
		} else {
			stats, err = Scan(bytes.NewReader(in), o, found)
		}
		return all, responses, stats, err
	}
	all, responses, stats, err := scan(false)
	slow, slowResponses, slowStats, slowErr := scan(true)
	stats.Bytes, slowStats.Bytes = 0, 0 // what was read ahead differs
	if (err == nil) != (slowErr == nil) || stats != slowStats {
		t.Fatalf("whole %+v, %v; byte by byte %+v, %v", stats, err, slowStats, slowErr)
	}
	if diff := cmp.Diff(all, slow); diff != "" {
		t.Fatalf("(-whole +bytewise):\n%s", diff)
	}
	if diff := cmp.Diff(responses, slowResponses); diff != "" {
		t.Fatalf("responses (-whole +bytewise):\n%s", diff)
	}
	if bytes.HasPrefix(in, []byte{0x1f, 0x8b}) {
		return // offsets are those of what was compressed
	}
	for _, f := range all {
		if f.Source.Offset < 0 || f.Source.Offset > int64(len(in)) || len(f.Raw) == 0 || f.Source.Line < 0 || f.Source.Line > 1+bytes.Count(in, newline) {
			t.Fatalf("%+v in %d bytes", f, len(in))
		}
	}
}

func seed(f *testing.F, glob string, trim func([]byte) []byte) {
	files, _ := filepath.Glob(glob)
	for _, file := range files {
		if in, err := os.ReadFile(file); err == nil {
			f.Add(trim(in))
		}
	}
}

func FuzzText(f *testing.F) {
	seed(f, "testdata/*.txt", bytes.Clone)
	for _, s := range []string{
		"a\nNTLM " + type1 + ", Negotiate YEgGBisGAQUFAqA+MDyg\r\n", "0000  4e 54 4c 4d 53 53 50 00  |x|\n0008  01 00 00 00\n", "4e544c4d53535000010000000000",
		"x%2BTlRMTVNTUAAB%3D\\/TlRMTVNTUAAB\\u002b", "NTLMSSP\x00\x01\x00\x00\x00\x00\x00\x00\x00", `"NTLMSSP\0\1\0\0\0aaaa"`, "AUTH NTLM\n334 \nTlRMTVNTUAABAAAA\n",
		"\xff\xfeN\x00T\x00", "AE5UTE1TU1AAAQAA AABOVExNU1NQAAEAAAA=", "Authorization: Negotiate\r\n oYGS", "\\x4e\\x54\\x4c\\x4d\\x53\\x53\\x50\\x00\\x01",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) { check(t, in) })
}

func FuzzHAR(f *testing.F) {
	const head = `{"log":{"creator":{"name":"x"},"entries":[`
	seed(f, "testdata/*.har", func(in []byte) []byte { return in[bytes.IndexByte(in, '[')+1:] })
	f.Fuzz(func(t *testing.T, in []byte) { check(t, append([]byte(head), in...)) })
}

func FuzzNetLog(f *testing.F) {
	const head = `{"constants":{"logEventTypes":{"HTTP_TRANSACTION_SEND_REQUEST_HEADERS":1,"HTTP_TRANSACTION_READ_RESPONSE_HEADERS":2,"HTTP_STREAM_REQUEST_BOUND_TO_JOB":3,"SOCKET_POOL_BOUND_TO_SOCKET":4},"timeTickOffset":1},"events":[`
	f.Add([]byte(`{"params":{"headers":["HTTP/1.1 401 x","WWW-Authenticate: NTLM ` + type2 + `"]},"source":{"id":7},"time":"5","type":2},{"type":3,"source":{"id":7},"params":{"source_dependency":{"id":8}}}`))
	seed(f, "testdata/netlog.json", func(in []byte) []byte { return in[bytes.Index(in, []byte("events"))+9:][:4000] })
	f.Fuzz(func(t *testing.T, in []byte) { check(t, append([]byte(head), in...)) })
}

func FuzzPcapNG(f *testing.F) {
	seed(f, "../../testdata/captures/*.pcapng", bytes.Clone)
	f.Fuzz(func(t *testing.T, in []byte) {
		check(t, append([]byte{0x0a, 0x0d, 0x0d, 0x0a}, in[min(4, len(in)):]...))
	})
}

func FuzzPcap(f *testing.F) {
	seed(f, "../../testdata/captures/*.pcap", bytes.Clone)
	f.Fuzz(func(t *testing.T, in []byte) {
		check(t, append([]byte{0xd4, 0xc3, 0xb2, 0xa1}, in[min(4, len(in)):]...))
	})
}

// FuzzSegments reads what is fuzzed as TCP segments: of each, a byte says the
// direction and flags, one the step in sequence numbers, one the length.
func FuzzSegments(f *testing.F) {
	f.Add([]byte("\x02\x00\x40" + get1 + "\x03\x10\x80" + no2))
	f.Add([]byte("\x00\x00\x4a" + string(spnego(unbase64(f, type1))) + "\x01\x00\x1d" + accepted))
	f.Add([]byte("\x02\x20\x40" + get3 + "\x00\xe0\x80" + get3))
	f.Fuzz(func(t *testing.T, in []byte) {
		w := newWire(layers.LinkTypeRaw)
		seq := [2]uint32{100, 100}
		for len(in) >= 3 && w.n < 200 {
			side, flags, step, n := in[0]&1, in[0]>>1&7, int8(in[1]), int(in[2])
			n = min(n, len(in)-3)
			seq[side] += uint32(int32(step))
			w.send(80, side == 1, seq[side], flags|flagACK&(in[0]>>4), string(in[3:3+n]))
			seq[side] += uint32(n)
			in = in[3+n:]
		}
		check(t, w.out.Bytes())
	})
}
