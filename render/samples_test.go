package render

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/capture"
	"github.com/ntlmctl/ntlmctl/decode/der"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
	"github.com/ntlmctl/ntlmctl/internal/tokenfiles"
)

// rawSamples are tokens of every kind: built ones, those of testdata/messages
// and, where it is at hand, the conformance set.
func rawSamples(t testing.TB) map[string][]byte {
	t.Helper()
	all := builtSamples()
	for _, pattern := range []string{"*.b64", "*.hex"} {
		files, err := filepath.Glob(filepath.Join("..", "testdata", "messages", pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("no %s in testdata/messages: %v", pattern, err)
		}
		for _, file := range files {
			all[filepath.Base(file)] = readMessage(t, file)
		}
	}
	if dir := os.Getenv("NTLMCTL_VECTORS"); dir != "" {
		type vector struct {
			ID     string
			Base64 []byte
		}
		for _, v := range tokenfiles.Read[vector](t, filepath.Join(dir, "tokens.jsonl")) {
			all["vector "+v.ID] = v.Base64
		}
	}
	return all
}

func readMessage(t testing.TB, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var raw []byte
	if strings.HasSuffix(file, ".hex") {
		raw, err = hex.DecodeString(strings.Join(strings.Fields(string(text)), ""))
	} else {
		raw, err = base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	}
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return raw
}

// captures scans the capture files of the repository or, where it is at hand,
// of the larger set that they are taken from.
func captures(t testing.TB, visit func(file string, found []capture.Found)) {
	t.Helper()
	dir := filepath.Join("..", "testdata", "captures")
	if larger := os.Getenv("NTLMCTL_CAPTURES"); larger != "" {
		dir = larger
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.pcapng"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no captures in %s: %v", dir, err)
	}
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		var list []capture.Found
		_, err = capture.Scan(f, capture.Options{Name: filepath.Base(file)}, func(found capture.Found) bool {
			list = append(list, found)
			return true
		})
		f.Close()
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		visit(filepath.Base(file), list)
	}
}

// builtSamples are tokens of the kinds and oddities that captures seldom hold.
func builtSamples() map[string][]byte {
	ntlm := (&decode.NegotiateMessage{Flags: decode.NegotiateUnicode | decode.NegotiateNTLM}).Append(nil)
	init2 := &spnego.Init{
		Framed: true, Init2: true, MechTypes: []spnego.OID{spnego.OIDNEGOEX, spnego.OIDNTLM, "1.2.3.4"}, ReqFlags: []byte{1, 0xfe},
		MechToken: ntlm, MechListMIC: []byte{1, 2, 3},
		Hints: &spnego.Hints{Name: spnego.PleaseIgnore, Named: true, Address: []byte{9}},
	}
	bare := &spnego.Init{MechTypes: []spnego.OID{spnego.OIDNTLM}, Hints: &spnego.Hints{Named: true, Address: []byte{}}, Init2: true, MechListMIC: []byte{}}
	resp := &spnego.Resp{State: spnego.RequestMIC, SupportedMech: spnego.OIDNTLM, ResponseToken: ntlm, MechListMIC: ntlm}
	odd := &spnego.Resp{State: 9, SupportedMech: "1.2.3.4", MechListMIC: []byte{}}
	return map[string][]byte{
		"empty":              {},
		"unknown":            []byte("\x89PNG\r\n\x1a\n<>&\"\\"),
		"type 7":             []byte("NTLMSSP\x00\x07\x00\x00\x00more"),
		"hostile names":      hostile(),
		"late":               late(),
		"flags of zero":      []byte("NTLMSSP\x00\x01\x00\x00\x00\x00\x00\x00\x00"),
		"spnego init2":       init2.Append(nil),
		"spnego bare":        bare.Append(nil),
		"spnego no mechs":    (&spnego.Init{MechTypes: []spnego.OID{}}).Append(nil),
		"spnego resp":        resp.Append(nil),
		"spnego odd resp":    odd.Append(nil),
		"spnego reject":      (&spnego.Resp{State: spnego.Reject}).Append(nil),
		"ap-req":             app(14, seq(head(14), ctx(2, el(der.BitString, "\x00\x60\x00\x00\x00")), ctx(3, ticket(23)), ctx(4, encrypted(18)))),
		"ap-req, odd etype":  app(14, seq(head(14), ctx(3, ticket(1234)), ctx(4, encrypted(-9)))),
		"ap-rep":             app(15, seq(head(15), ctx(2, encrypted(17)))),
		"krb-error":          app(30, kerberosError(37)),
		"krb-error, code 0":  app(30, kerberosError(0)),
		"krb-error, unknown": app(30, kerberosError(9999)),
		"tgt-req":            app(0, join(oid(spnego.OIDUserToUser), []byte("\x04\x00"), seq(head(16), ctx(3, text("LAB.TEST"))))),
		"tgt-rep":            app(0, join(oid(spnego.OIDUserToUser), []byte("\x04\x01"), seq(head(17), ctx(2, ticket(18))))),
		"as-rep":             app(11, seq(head(11), ctx(3, text("LAB.TEST")), ctx(5, ticket(18)), ctx(6, encrypted(17)))),
		"negoex":             join(negoexMessage(0, nil), negoexMessage(5, make([]byte, 24))),
		"negoex, odd":        negoexMessage(77, nil),
		"credssp":            seq(ctx(0, num(6)), ctx(1, seq(seq(ctx(0, el(der.OctetString, string(ntlm)))))), ctx(5, el(der.OctetString, "nonce"))),
		"credssp error":      seq(ctx(0, num(3)), ctx(4, el(der.Integer, "\x00\xc0\x00\x02\x34")), ctx(5, el(der.OctetString, ""))),
	}
}

// hostile has names that must not reach a terminal as they are.
func hostile() []byte {
	m := &decode.AuthenticateMessage{
		Flags:       decode.NegotiateUnicode | decode.NegotiateNTLM,
		UserName:    decode.Payload{Bytes: annotate.EncodeUTF16("a\"\\\n\t\x1b[31m\u202e\u2028\U000e0041\U0010fffd\x7f</script>é")},
		Domain:      decode.Payload{Bytes: []byte{0x00, 0xd8, 'x', 0}}, // half of a surrogate pair
		Workstation: decode.Payload{Bytes: []byte{'x', 0, 'y'}},        // half of a unit
		LMResponse:  decode.Payload{Bytes: make([]byte, 24)},
		NTResponse:  decode.Payload{Bytes: make([]byte, 25)},
	}
	m.Layout()
	return m.Append(nil)
}

// late has a timestamp that RFC 3339 cannot write, and AV pairs of odd lengths.
func late() []byte {
	m := &decode.ChallengeMessage{
		Flags: decode.NegotiateUnicode | decode.NegotiateTargetInfo,
		AVPairs: decode.AVPairs{
			{ID: decode.MsvAvTimestamp, Value: []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}},
			{ID: decode.MsvAvTimestamp, Value: []byte{1}}, {ID: decode.MsvAvFlags, Value: []byte{1, 2, 3}}, {ID: 99, Value: []byte{}},
			{ID: decode.MsvAvEOL},
		},
	}
	m.Layout()
	return m.Append(nil)
}

func join(parts ...[]byte) []byte {
	var b []byte
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

func el(ident byte, content string) []byte { return der.Append(nil, ident, []byte(content)) }
func seq(parts ...[]byte) []byte           { return der.Append(nil, der.Sequence, join(parts...)) }
func ctx(n int, content []byte) []byte     { return der.Append(nil, der.Context(n), content) }
func app(n int, content []byte) []byte     { return der.Append(nil, der.Application(n), content) }
func num(n int64) []byte                   { return der.Append(nil, der.Integer, der.AppendInt(nil, n)) }
func text(s string) []byte                 { return el(der.GeneralString, s) }
func head(msgType int64) []byte            { return join(ctx(0, num(5)), ctx(1, num(msgType))) }

func oid(o spnego.OID) []byte {
	content, _ := der.AppendOID(nil, string(o))
	return der.Append(nil, der.OID, content)
}

func encrypted(etype int64) []byte {
	return seq(ctx(0, num(etype)), ctx(1, num(0)), ctx(2, el(der.OctetString, "cipher")))
}

func principal(parts ...string) []byte {
	var list []byte
	for _, p := range parts {
		list = append(list, text(p)...)
	}
	return seq(ctx(0, num(2)), ctx(1, seq(list)))
}

func ticket(etype int64) []byte {
	return app(1, seq(ctx(0, num(5)), ctx(1, text("LAB.TEST")), ctx(2, principal("HTTP", "www.lab.test")), ctx(3, encrypted(etype))))
}

func kerberosError(code int64) []byte {
	status := seq(ctx(1, num(3)), ctx(2, el(der.OctetString, "\x34\x02\x00\xc0\x00\x00\x00\x00\x01\x00\x00\x00")))
	return seq(head(30), ctx(2, el(der.GeneralizedTime, "20260102030405Z")), ctx(3, num(7)), ctx(4, el(der.GeneralizedTime, "20260102031005Z")), ctx(5, num(748591)),
		ctx(6, num(code)), ctx(7, text("CLIENT.TEST")), ctx(8, principal("alice")), ctx(9, text("LAB.TEST")), ctx(10, principal("HTTP", "www.lab.test")),
		ctx(11, text("Clock skew too great")), ctx(12, der.Append(nil, der.OctetString, status)))
}

// negoexMessage is a message with a header and zeros behind it.
func negoexMessage(messageType uint32, fixed []byte) []byte {
	if messageType == 0 {
		fixed = make([]byte, 56)
		binary.LittleEndian.PutUint32(fixed[40:], 96)
		binary.LittleEndian.PutUint16(fixed[44:], 1)
		fixed = append(fixed, "0123456789abcdef"...)
	}
	b := []byte("NEGOEXTS")
	for _, n := range []uint32{messageType, 3, 40, uint32(40 + len(fixed))} {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	return append(append(b, "conversation 16."...), fixed...)
}
