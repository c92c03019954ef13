package decode

import (
	"bytes"
	"encoding/binary"
	"reflect"
	"testing"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/der/walk/walktest"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
	"github.com/ntlmctl/ntlmctl/internal/tokenfiles"
)

var (
	pku2uGUID   = GUID{0x5c, 0x33, 0x53, 0x0d, 0xea, 0xf9, 0x0d, 0x4d, 0xb2, 0xec, 0x4a, 0xe3, 0x78, 0x6e, 0xc3, 0x08}
	unknownGUID = GUID{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
)

// buildNEGOEX writes one message; fixed is what follows the header and is
// padded to a multiple of eight.
func buildNEGOEX(messageType, sequence uint32, fixed, payload []byte) []byte {
	header := (negoexHeader + len(fixed) + 7) / 8 * 8
	b := append([]byte(nil), negoexSignature...)
	for _, n := range []uint32{messageType, sequence, uint32(header), uint32(header + len(payload))} {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	b = append(append(b, unknownGUID[:]...), fixed...)
	b = append(b, make([]byte, header-len(b))...)
	return append(b, payload...)
}

func words(list ...uint32) []byte {
	var b []byte
	for _, n := range list {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	return b
}

func joined(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// negoexSamples are the messages of each type.
func negoexSamples() map[string][]byte {
	random := bytes.Repeat([]byte{7}, 32)
	scheme := pku2uGUID[:]
	return map[string][]byte{
		// Two schemes at 96, an extension at 128 whose value stands at 140.
		"INITIATOR_NEGO": buildNEGOEX(0, 0, joined(random, words(0, 0), words(96, 2), words(128, 1)),
			joined(scheme, unknownGUID[:], words(0x80000005, 140, 4), []byte("more"))),
		"ACCEPTOR_NEGO":       buildNEGOEX(1, 1, joined(random, words(0, 0), words(96, 1), words(0, 0)), scheme),
		"INITIATOR_META_DATA": buildNEGOEX(2, 2, joined(scheme, words(64, 4)), []byte("meta")),
		"AP_REQUEST":          buildNEGOEX(5, 3, joined(scheme, words(64, 5)), []byte("token\x00\x00\x00")),
		"VERIFY":              buildNEGOEX(6, 4, joined(scheme, words(20, 1, 16, 80, 12)), []byte("checksum 12.")),
		"ALERT": buildNEGOEX(7, 5, joined(scheme, words(0xc000006d), words(72, 1)),
			joined(words(1, 84, 8), words(8, 1))),
	}
}

func TestParseNEGOEX(t *testing.T) {
	for name, b := range negoexSamples() {
		r := &annotate.Recorder{Annotate: true}
		n := parseNEGOEX(b, r)
		walktest.Check(t, b, r)
		if len(n.Messages) != 1 || n.Messages[0].Type.String() != name {
			t.Fatalf("%s: %+v", name, n)
		}
		m := n.Messages[0]
		codes := walktest.Codes(r)
		if name == "ALERT" {
			if !reflect.DeepEqual(codes, []string{"negoex-alert"}) {
				t.Errorf("%s: findings %v", name, codes)
			}
		} else if len(codes) != 0 {
			t.Errorf("%s: findings %v", name, codes)
		}
		if m.ConversationID != unknownGUID || int(m.MessageLength) != len(b) || m.Offset != 0 {
			t.Errorf("%s: header %+v", name, m)
		}
		switch name {
		case "INITIATOR_NEGO":
			if !reflect.DeepEqual(m.AuthSchemes, []GUID{pku2uGUID, unknownGUID}) || len(m.Random) != 32 ||
				len(m.Extensions) != 1 || string(m.Extensions[0].Value) != "more" || !m.Extensions[0].Critical() {
				t.Errorf("%+v", m)
			}
		case "AP_REQUEST":
			if string(m.Exchange) != "token" || m.ExchangeOffset != 64 || m.AuthScheme != pku2uGUID || !m.HasAuthScheme {
				t.Errorf("%+v", m)
			}
		case "VERIFY":
			if string(m.Checksum) != "checksum 12." || m.ChecksumScheme != 1 || m.ChecksumType != 16 {
				t.Errorf("%+v", m)
			}
		case "ALERT":
			if m.ErrorCode.String() != "STATUS_LOGON_FAILURE" || len(m.Alerts) != 1 || m.Alerts[0].Reason != 1 {
				t.Errorf("%+v", m)
			}
		}
	}
}

func TestParseNEGOEXRow(t *testing.T) {
	all := negoexSamples()
	b := joined(all["ACCEPTOR_NEGO"], all["INITIATOR_META_DATA"], []byte("NEGO?"))
	r := &annotate.Recorder{Annotate: true}
	n := parseNEGOEX(b, r)
	walktest.Check(t, b, r)
	if len(n.Messages) != 2 || n.Messages[1].Offset != len(all["ACCEPTOR_NEGO"]) || n.Messages[1].SequenceNum != 2 {
		t.Fatalf("%+v", n)
	}
	if m := n.Messages[1]; string(b[m.ExchangeOffset:m.ExchangeOffset+4]) != "meta" {
		t.Errorf("Exchange at %d", m.ExchangeOffset)
	}
	if codes := walktest.Codes(r); !reflect.DeepEqual(codes, []string{"trailing-data"}) {
		t.Errorf("findings %v", codes)
	}
}

func TestParseNEGOEXMalformed(t *testing.T) {
	scheme := pku2uGUID[:]
	random := make([]byte, 32)
	short := buildNEGOEX(2, 0, joined(scheme, words(64, 4)), []byte("meta"))
	binary.LittleEndian.PutUint32(short[20:], 12)
	header := buildNEGOEX(2, 0, joined(scheme, words(64, 4)), []byte("meta"))
	binary.LittleEndian.PutUint32(header[16:], 48)
	for _, test := range []struct {
		name  string
		input []byte
		codes []string
	}{
		{"vector past the end", buildNEGOEX(2, 0, joined(scheme, words(64, 40)), []byte("meta")), []string{"negoex-truncated"}},
		{"vector that wraps", buildNEGOEX(2, 0, joined(scheme, words(0xfffffff0, 0x20)), nil), []string{"negoex-truncated"}},
		{"array past the end", buildNEGOEX(0, 0, joined(random, words(0, 0), words(96, 0xffff), words(0, 0)), scheme), []string{"negoex-truncated"}},
		{"unknown type", buildNEGOEX(9, 0, scheme, nil), []string{"negoex-version", "gap"}},
		{"unknown version", buildNEGOEX(0, 0, joined(random, words(1, 0), words(0, 0), words(0, 0)), nil), []string{"negoex-version"}},
		{"length below the header's", short, []string{"negoex-version", "negoex-truncated", "trailing-data"}},
		{"header length too small", header, []string{"negoex-version"}},
		{"gap", buildNEGOEX(2, 0, joined(scheme, words(72, 4)), []byte("12345678meta")), []string{"gap"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := &annotate.Recorder{Annotate: true}
			parseNEGOEX(test.input, r)
			walktest.Check(t, test.input, r)
			if codes := walktest.Codes(r); !reflect.DeepEqual(codes, test.codes) {
				t.Errorf("findings %v, want %v", codes, test.codes)
			}
		})
	}
}

func TestParseNEGOEXTruncations(t *testing.T) {
	for name, b := range negoexSamples() {
		t.Run(name, func(t *testing.T) {
			walktest.Truncations(t, b, func(b []byte, r *annotate.Recorder) { parseNEGOEX(b, r) })
		})
	}
}

func TestParseNEGOEXVectors(t *testing.T) {
	checked := 0
	for _, v := range tokenfiles.In[walktest.Vector](t, "NTLMCTL_VECTORS") {
		if v.Kind != "negoex" {
			continue
		}
		checked++
		init, _ := spnego.Parse(v.Base64, nil)
		r := &annotate.Recorder{Annotate: true}
		n := parseNEGOEX(init.MechToken, r)
		walktest.Check(t, init.MechToken, r)
		var types []any
		for _, m := range n.Messages {
			types = append(types, m.Type.String())
		}
		if !reflect.DeepEqual(types, v.Expect["negoex_messages"]) {
			t.Errorf("%s: %v, want %v", v.ID, types, v.Expect["negoex_messages"])
		}
		if len(r.Findings) != 0 || negoexSchemes[n.Messages[0].AuthSchemes[0]] != "PKU2U" {
			t.Errorf("%s: %+v %v", v.ID, n, walktest.Codes(r))
		}
	}
	if checked == 0 {
		t.Error("no vector of NEGOEX")
	}
}

func FuzzParseNEGOEX(f *testing.F) {
	all := negoexSamples()
	for _, b := range all {
		f.Add(b)
	}
	f.Add(joined(all["ACCEPTOR_NEGO"], all["INITIATOR_META_DATA"]))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := &annotate.Recorder{Annotate: true}
		n := parseNEGOEX(b, r)
		walktest.Check(t, b, r)
		plain := &annotate.Recorder{}
		if n2 := parseNEGOEX(b, plain); !reflect.DeepEqual(n, n2) || !reflect.DeepEqual(r.Findings, plain.Findings) {
			t.Fatal("Annotate changes the result")
		}
	})
}
