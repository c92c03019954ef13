package capture

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestNothing has input without a token, which is no error.
func TestNothing(t *testing.T) {
	for name, in := range map[string]string{
		"empty": "", "byte": "x", "newline": "\n", "png": "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "elf": "\x7fELF\x02\x01\x01\x00",
		"brace": "{", "json": `{"log":1}`, "words": "Negotiate the terms of NTLM here\nNTLMSSP is a word\nNTLM Negotiate negotiate\n",
		"header":   "WWW-Authenticate: NTLM\r\nWWW-Authenticate: Negotiate\r\nWWW-Authenticate: Negotiate realm=\"abcdefghijklmnop\"\r\n",
		"controls": "\x00\x01\x02\x1b[31m\x7f\xff\xfe", "hex": "deadbeefdeadbeef\n", "base64": "aGVsbG8gd29ybGQsIGhlbGxvIHdvcmxk\n",
		"almost": "TlRMTVNTUP+/", "hex words": "4e 54 4c 4d 4e 54 4c 4d\n", "program": "ntlm: bad message NTLMSSP\x00\x00signature",
		"har": `{"log":{"entries":[]}}`, "netlog": `{"constants":{},"events":[`,
	} {
		if got := scanAll(t, in); len(got) > 0 {
			t.Errorf("%s: found %+v", name, got)
		}
	}
}

// TestErrors has input that cannot be read.
func TestErrors(t *testing.T) {
	failing := errors.New("the disk is gone")
	for _, test := range []struct {
		in   io.Reader
		want string
	}{
		{strings.NewReader("PK\x03\x04zip"), "offset 0: looks like a zip archive"},
		{strings.NewReader("\x1f\x8b\x08\x00bad"), "offset 0: cannot be decompressed: unexpected EOF"},
		{strings.NewReader("\xd4\xc3\xb2\xa1\x02"), "offset 5: the pcap header is cut short"},
		{io.MultiReader(strings.NewReader("NTLM "+type1+"\n"), readerFunc(func([]byte) (int, error) { return 0, failing })), "offset 50: cannot read on: the disk is gone"},
		{readerFunc(func([]byte) (int, error) { return 0, nil }), "offset 0: cannot read on: multiple Read calls return no data or error"},
	} {
		_, err := Scan(test.in, Options{}, func(Found) bool { return true })
		if err == nil || err.Error() != test.want {
			t.Errorf("%v, want %s", err, test.want)
		}
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// TestGzip has compressed input.
func TestGzip(t *testing.T) {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	fmt.Fprintf(w, "a log\nNTLM %s\n", type1)
	w.Close()
	got, stats := collect(t, &z, Options{})
	if len(got) != 1 || got[0].Source.Line != 2 || got[0].Source.Offset != 11 || stats.Format != FormatText {
		t.Errorf("%+v, %+v", got, stats)
	}
}

// TestRaw has whole inputs that are a token in bytes.
func TestRaw(t *testing.T) {
	kerberos := "\x60\x17\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x01\x00\x6e\x08\x30\x06\xa0\x03\x02\x01\x05"
	for _, in := range []string{string(unbase64(t, type3)), string(spnego(unbase64(t, type1))), kerberos, string(unbase64(t, type2)[:60]), "NEGOEXTS\x00\x00", string(unbase64(t, type1)) + "xyz"} {
		got, stats := collect(t, iotestOneByte(in), Options{})
		if len(got) != 1 || string(got[0].Raw) != in || stats.Format != FormatRaw {
			t.Errorf("%q gives %+v, %+v", in, got, stats)
		}
	}
	two := string(unbase64(t, type1)) + string(unbase64(t, type3))
	if got := scanAll(t, two); len(got) != 2 || got[1].Source.Offset != 32 {
		t.Errorf("two give %+v", got)
	}
}

func base64Of(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

func iotestOneByte(s string) io.Reader {
	r := strings.NewReader(s)
	return readerFunc(func(p []byte) (int, error) { return r.Read(p[:min(len(p), 1)]) })
}

// TestDumps has hex dumps as several programs write them.
func TestDumps(t *testing.T) {
	three := unbase64(t, type3)
	ascii := func(b []byte) string {
		return string(bytes.Map(func(r rune) rune {
			if r < ' ' || r > '~' {
				return '.'
			}
			return r
		}, bytes.ToValidUTF8(b, []byte("."))))
	}
	rows := func(b []byte, row func(at int, b []byte) string) string {
		var out strings.Builder
		for at := 0; at < len(b); at += 16 {
			out.WriteString(row(at, b[at:min(at+16, len(b))]) + "\n")
		}
		return out.String()
	}
	grouped := func(b []byte, n int, sep string) string {
		var s []string
		for len(b) > 0 {
			k := min(n, len(b))
			s = append(s, hex.EncodeToString(b[:k]))
			b = b[k:]
		}
		return strings.Join(s, sep)
	}
	dumps := map[string]func([]byte) string{
		"hexdump -C": hex.Dump,
		"xxd": func(b []byte) string {
			return rows(b, func(at int, b []byte) string {
				return fmt.Sprintf("%08x: %-39s  %s", at, grouped(b, 2, " "), ascii(b))
			})
		},
		"wireshark": func(b []byte) string {
			return rows(b, func(at int, b []byte) string {
				return fmt.Sprintf("%04x   %-47s   %s", at, grouped(b, 1, " "), ascii(b))
			})
		},
		"od": func(b []byte) string {
			return rows(b, func(at int, b []byte) string { return fmt.Sprintf("%07o %s", at, grouped(b, 1, " ")) })
		},
		"samba": func(b []byte) string {
			return rows(b, func(at int, b []byte) string {
				return fmt.Sprintf("[%04X] %-48s  %s", at, strings.ToUpper(grouped(b[:min(8, len(b))], 1, " ")+"  "+grouped(b[min(8, len(b)):], 1, " ")), ascii(b))
			})
		},
		"tcpdump": func(b []byte) string {
			return rows(b, func(at int, b []byte) string {
				return fmt.Sprintf("\t0x%04x:  %-39s  %s", at, grouped(b, 2, " "), ascii(b))
			})
		},
		"plain":  func(b []byte) string { return grouped(b, 32, "\n") },
		"xxd -p": func(b []byte) string { return grouped(b, 30, "\n") + "\n" },
	}
	for name, dump := range dumps {
		for _, test := range []struct {
			in   string
			want []byte
		}{
			{dump(three), three},
			{"a log says:\n" + dump(three) + "and no more\n", three},
			{dump(spnego(three)), spnego(three)},
		} {
			got := scanAll(t, test.in)
			if len(got) != 1 || !bytes.Equal(got[0].Raw, test.want) {
				t.Errorf("%s:\n%s\ngives %+v", name, test.in, got)
			}
		}
		inside := append(append([]byte("\x00\x01\x02\x03\x04\x05\x06\x07\x08"), three...), 0, 1, 2)
		if got := scanAll(t, dump(inside)); name != "plain" && name != "xxd -p" && (len(got) != 1 || !bytes.Equal(got[0].Raw, three)) {
			t.Errorf("%s, inside:\n%s\ngives %+v", name, dump(inside), got)
		}
	}
}

// TestList has many tokens of all kinds, one a line.
func TestList(t *testing.T) {
	lines := []string{
		type1, type2, "# a comment", "", type3, hex.EncodeToString(unbase64(t, type2)),
		base64.StdEncoding.EncodeToString(spnego(unbase64(t, type3))), "oRIwEKADCgECoQkGByqFSIL3EgEC"[:0] + "oQcwBaADCgEC",
		"\"" + type1 + "\",", type3[:100], type1,
	}
	got := scanAll(t, strings.Join(lines, "\n"))
	var at []int
	for _, f := range got {
		at = append(at, f.Source.Line)
	}
	if diff := cmp.Diff([]int{1, 2, 5, 6, 7, 8, 9, 10, 11}, at); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

// TestStop wants no token after found has returned false.
func TestStop(t *testing.T) {
	n := 0
	stats, err := Scan(strings.NewReader(strings.Repeat(type1+"\n", 10)), Options{}, func(Found) bool { n++; return n < 3 })
	if n != 3 || err != nil || stats.Tokens != 3 {
		t.Errorf("%d tokens, %+v, %v", n, stats, err)
	}
}

// TestAtOnce wants each token as soon as its line has been written to a pipe.
func TestAtOnce(t *testing.T) {
	for _, lead := range []string{"", "a log\n", "GET / HTTP/1.1\n"} {
		r, w := io.Pipe()
		found := make(chan Found, 1)
		go func() {
			_, err := Scan(r, Options{}, func(f Found) bool { found <- f; return true })
			if err != nil {
				t.Error(err)
			}
			close(found)
		}()
		write := func(s string) {
			if _, err := io.WriteString(w, s); err != nil {
				t.Error(err)
			}
		}
		write(lead)
		for _, line := range []string{"Authorization: NTLM " + type1 + "\r\n", "WWW-Authenticate: NTLM " + type2 + "\r\n", type3 + "\n"} {
			write(line)
			select {
			case <-found:
			case <-time.After(5 * time.Second):
				t.Fatalf("after %q, %q gives nothing", lead, line)
			}
		}
		w.Close()
		for f := range found {
			t.Errorf("one too many: %+v", f)
		}
	}
}

// endless yields a pattern over and over, size bytes in all.
func endless(pattern string, size int) io.Reader {
	block := []byte(strings.Repeat(pattern, 1+(64<<10)/len(pattern)))
	return io.LimitReader(readerFunc(func(p []byte) (int, error) {
		return copy(p, block), nil
	}), int64(size))
}

// TestLong wants little memory and time for what has no lines or looks like
// tokens without end.
func TestLong(t *testing.T) {
	for _, pattern := range []string{
		"\x00", "A", "0", "4e 54 4c 4d ", "TlRMTVNTUP", "TlRMTVNTUAAB", "5UTE1TU1AA", "OVExNU1NQA", "negotiate ", "NTLMSSP\x00\x01\x00\x00\x00", "NTLMSSP\\", "NTLMSSP\\0",
		"TlRMTVNTUAADAAAAGAAYAEAAAABkAGQAWAAA\n", "Authorization: NTLM\r\n ", "4e544c4d535350000", "4e 54 4c 4d 53 53 50 00 ", "%2B", "TlRMTVNTUAAB%2b", "{", "[{\"log\":", "> ", "\n",
		"GET / HTTP/1.1\r\n", "0000: 00 00\n", "00000000  4e 54 4c 4d 53 53 50 00  03 00 00 00 00 00 00 00  |x|\n", "=> Send header, 999999999 bytes (0x0)\n0000: x\n",
	} {
		size := 8 << 20
		if len(pattern) == 1 {
			size = 100 << 20
		}
		start := time.Now()
		s := &scan{found: func(Found) bool { return true }, step: 1}
		s.MaxToken = DefaultMaxToken
		s.in.r = endless(pattern, size)
		if err := s.run(); err != nil {
			t.Errorf("%q: %v", pattern, err)
		}
		if n := cap(s.in.buf); n > 8<<20 {
			t.Errorf("%q: the window has %d bytes", pattern, n)
		}
		took := time.Since(start)
		t.Logf("%-40q %6d ms, %8d tokens, window %d KiB", pattern, took.Milliseconds(), s.stats.Tokens, cap(s.in.buf)>>10)
		if took > 60*time.Second {
			t.Errorf("%q took %v", pattern, took)
		}
	}
}
