package spnego

import (
	"bytes"
	"encoding/hex"
	"reflect"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/der"
	"github.com/ntlmctl/ntlmctl/decode/der/walk/walktest"
	"github.com/ntlmctl/ntlmctl/internal/tokenfiles"
)

// ntlm1 is a NEGOTIATE_MESSAGE as far as SPNEGO cares.
var ntlm1 = []byte("NTLMSSP\x00\x01\x00\x00\x00\x07\x82\x08\xa2")

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// samples are tokens of every shape, in DER.
func samples() map[string][]byte {
	mechs := []OID{OIDNEGOEX, OIDKerberos, OIDNTLM}
	return map[string][]byte{
		"init":       (&Init{Framed: true, MechTypes: []OID{OIDNTLM}, MechToken: ntlm1}).Append(nil),
		"bare init":  (&Init{MechTypes: mechs, ReqFlags: []byte{1, 0x46}, MechToken: []byte{}, MechListMIC: []byte("0123456789abcdef")}).Append(nil),
		"no token":   (&Init{Framed: true, MechTypes: mechs}).Append(nil),
		"long":       (&Init{Framed: true, MechTypes: []OID{OIDNTLM, "2.999.70000", "0x802b"}, MechToken: append(ntlm1, make([]byte, 70000)...)}).Append(nil),
		"init2":      (&Init{Framed: true, Init2: true, MechTypes: mechs, Hints: &Hints{Name: PleaseIgnore, Named: true}}).Append(nil),
		"init2 full": (&Init{Framed: true, Init2: true, MechTypes: mechs, MechToken: []byte("NEGOEXTS"), Hints: &Hints{Name: "host/a", Named: true, Address: []byte{1}}, MechListMIC: []byte{2}}).Append(nil),
		"resp":       (&Resp{State: AcceptIncomplete, SupportedMech: OIDNTLM, ResponseToken: ntlm1}).Append(nil),
		"lone":       (&Resp{State: Reject}).Append(nil),
		"mic":        (&Resp{State: AcceptCompleted, MechListMIC: []byte("0123456789abcdef")}).Append(nil),
		"framed":     (&Resp{Framed: true, State: RequestMIC, SupportedMech: OIDMSKerberos}).Append(nil),
	}
}

func TestAppend(t *testing.T) {
	got := hex.EncodeToString((&Init{Framed: true, MechTypes: []OID{OIDNTLM}, MechToken: []byte("x")}).Append(nil))
	if want := "602106062b0601050502a0173015a00e300c060a2b06010401823702020aa203040178"; got != want {
		t.Errorf("init: %s\nwant  %s", got, want)
	}
	got = hex.EncodeToString((&Resp{State: AcceptIncomplete, SupportedMech: OIDNTLM, ResponseToken: []byte("x"), MechListMIC: []byte("y")}).Append([]byte{0xff}))
	if want := "ffa11f301da0030a0101a10c060a2b06010401823702020aa203040178a303040179"; got != want {
		t.Errorf("resp: %s\nwant  %s", got, want)
	}
}

func TestRoundTrip(t *testing.T) {
	for name, b := range samples() {
		t.Run(name, func(t *testing.T) {
			r := &annotate.Recorder{Annotate: true}
			init, resp := Parse(b, r)
			walktest.Check(t, b, r)
			if !Sniff(b) {
				t.Error("not recognised")
			}
			if back := appendBoth(init, resp); !bytes.Equal(back, b) {
				t.Errorf("%x\nbecomes %x", b, back)
			}
			if annotate.Worst(r.Findings) == annotate.Error && name != "long" {
				t.Errorf("findings %v", walktest.Codes(r))
			}
		})
	}
}

func appendBoth(init *Init, resp *Resp) []byte {
	switch {
	case init != nil:
		return init.Append(nil)
	case resp != nil:
		return resp.Append(nil)
	}
	return nil
}

func TestParseInit(t *testing.T) {
	b := samples()["bare init"]
	r := &annotate.Recorder{Annotate: true}
	init, resp := Parse(b, r)
	if resp != nil || init == nil {
		t.Fatal(init, resp)
	}
	list := AppendMechTypeList(nil, init.MechTypes)
	if !bytes.Equal(list, init.MechTypeList) {
		t.Errorf("MechTypeList %x, want %x", init.MechTypeList, list)
	}
	if want := []OID{OIDNEGOEX, OIDKerberos, OIDNTLM}; !reflect.DeepEqual(init.MechTypes, want) {
		t.Errorf("MechTypes %v", init.MechTypes)
	}
	if want := []string{"mutualFlag", "confFlag", "integFlag"}; !reflect.DeepEqual(init.FlagNames(), want) {
		t.Errorf("FlagNames %v", init.FlagNames())
	}
	if init.Framed || init.Init2 || init.MechToken == nil || string(init.MechListMIC) != "0123456789abcdef" {
		t.Errorf("%+v", init)
	}
	if want := []string{"gss-frame-missing"}; !reflect.DeepEqual(walktest.Codes(r), want) {
		t.Errorf("findings %v, want %v", walktest.Codes(r), want)
	}
	var names []string
	for _, f := range r.Fields {
		names = append(names, strings.Repeat(" ", f.Depth)+f.Name)
	}
	want := []string{"negTokenInit", " mechTypes", "  mechType", "  mechType", "  mechType", " reqFlags", " mechToken", " mechListMIC"}
	if !reflect.DeepEqual(names, want) {
		t.Errorf("fields %q", names)
	}
}

func TestParseInit2(t *testing.T) {
	init, _ := Parse(samples()["init2 full"], nil)
	if !init.Init2 || init.Hints == nil || init.Hints.Name != "host/a" || len(init.Hints.Address) != 1 || len(init.MechListMIC) != 1 {
		t.Errorf("%+v", init)
	}
}

func TestTokenIsASliceOfTheInput(t *testing.T) {
	b := samples()["init"]
	init, _ := Parse(b, nil)
	if !bytes.Equal(init.MechToken, ntlm1) || &b[init.MechTokenOffset] != &init.MechToken[0] || cap(init.MechToken) != len(init.MechToken) {
		t.Errorf("%x at %d", init.MechToken, init.MechTokenOffset)
	}
	b = samples()["resp"]
	_, resp := Parse(b, nil)
	if !bytes.Equal(resp.ResponseToken, ntlm1) || &b[resp.ResponseTokenOffset] != &resp.ResponseToken[0] {
		t.Errorf("%x at %d", resp.ResponseToken, resp.ResponseTokenOffset)
	}
	init, _ = Parse(samples()["no token"], nil)
	if init.MechToken != nil || init.MechTokenOffset != -1 {
		t.Errorf("%x at %d", init.MechToken, init.MechTokenOffset)
	}
}

// TestLenient reads what is not DER, or not as the specification has it.
func TestLenient(t *testing.T) {
	const ntlmOID = "060a2b06010401823702020a"
	for _, test := range []struct {
		name, input string
		state       State
		token       string // of the Init or Resp
		mechs       int
		codes       []string
	}{
		{"long lengths", "a182000b 30820007 a0820003 0a0100", AcceptCompleted, "", 0,
			[]string{"der-non-minimal", "der-non-minimal", "der-non-minimal"}},
		{"indefinite lengths", "a180 3080 a080 0a0101 0000 a280 0403616263 0000 0000 0000", AcceptIncomplete, "abc", 0,
			[]string{"der-indefinite", "der-indefinite", "der-indefinite", "der-indefinite"}},
		{"token in segments", "a10d 300b a209 2407 040161 04026263", 0, "abc", 0, []string{}},
		{"token in nested segments", "a10d 300b a209 2480 2403 040161 0000", 0, "a", 0, []string{"der-indefinite"}},
		{"no OCTET STRING", "a109 3007 a205 3003020105", 0, "3003020105", 0, []string{"der-unexpected"}},
		{"unknown field", "a10c 300a a003 0a0100 a703 020100", AcceptCompleted, "", 0, []string{"der-unexpected"}},
		{"field twice", "a10c 300a a003 0a0100 a003 0a0101", AcceptCompleted, "", 0, []string{"der-unexpected"}},
		{"unknown state", "a107 3005 a003 0a0109", 10, "", 0, []string{"der-unexpected"}},
		{"negative state", "a107 3005 a003 0a01ff", 0, "", 0, []string{"der-unexpected", "spnego-empty"}},
		{"INTEGER as state", "a107 3005 a003 020101", 0, "", 0, []string{"der-unexpected", "spnego-empty"}},
		{"no field", "a102 3000", 0, "", 0, []string{"spnego-empty"}},
		{"empty choice", "a100", 0, "", 0, []string{"der-unexpected"}},
		{"reject", "a107 3005 a003 0a0102", Reject, "", 0, []string{"spnego-reject"}},
		{"trailing data", "a107 3005 a003 0a0100 0000", AcceptCompleted, "", 0, []string{"trailing-data"}},
		{"data after the SEQUENCE", "a109 3005 a003 0a0100 0500", AcceptCompleted, "", 0, []string{"trailing-data"}},
		{"MIC is the token", "a10e 300c a204 04026162 a304 04026162", 0, "ab", 0, []string{"spnego-mic-is-token"}},
		{"old OID", "6017 06062b0601050502 a00d 300b a009 3007 0605 2b05010502", 0, "", 1, []string{"spnego-no-mech-token"}},
		{"no mechanisms", "600c 06062b0601050502 a002 3000", 0, "", 0, []string{"spnego-no-mech-types"}},
		{"frame alone", "6008 06062b0601050502", 0, "", 0, []string{"der-unexpected"}},
		{"frame with something else", "600a 06062b0601050502 0500", 0, "", 0, []string{"der-unexpected"}},
		{"Kerberos list, NTLM token", "a021 301f a00d 300b 06092a864886f712010202 a20e 040c 4e544c4d53535000 01000000", 0, "NTLMSSP\x00\x01\x00\x00\x00", 1,
			[]string{"gss-frame-missing", "spnego-mech-mismatch"}},
		{"malformed mechanism", "a00d 300b a009 3007 0601 80 0502 0000", 0, "", 1,
			[]string{"gss-frame-missing", "der-unexpected", "der-unexpected", "spnego-no-mech-token"}},
		{"MIC in hints' place and behind", "a01e 301c a010 300e" + ntlmOID + "0500 a303 040161 a403 040162", 0, "", 1,
			[]string{"gss-frame-missing", "der-unexpected", "der-unexpected", "spnego-no-mech-token"}},
		{"mechTypes twice", "a02e302ca00e300c060a2b06010401823702020aa00e300c060a2b06010401823702020aa20a04084e544c4d53535000", 0, "NTLMSSP\x00", 1,
			[]string{"gss-frame-missing", "der-unexpected"}},
		{"reqFlags twice", "a02a3028a00e300c060a2b06010401823702020aa10403020640a10403020640a20a04084e544c4d53535000", 0, "NTLMSSP\x00", 1,
			[]string{"gss-frame-missing", "der-unexpected"}},
		{"mechToken twice", "a0233021a00e300c060a2b06010401823702020aa20a04084e544c4d53535000a203040178", 0, "NTLMSSP\x00", 1,
			[]string{"gss-frame-missing", "der-unexpected"}},
		{"MIC twice", "a0283026a00e300c060a2b06010401823702020aa20a04084e544c4d53535000a303040161a303040161", 0, "NTLMSSP\x00", 1,
			[]string{"gss-frame-missing", "der-unexpected"}},
		{"MIC of NegTokenInit2 twice", "a0283026a00e300c060a2b06010401823702020aa20a04084e544c4d53535000a403040162a403040162", 0, "NTLMSSP\x00", 1,
			[]string{"gss-frame-missing", "der-unexpected"}},
		{"hints twice", "a030302ea00e300c060a2b06010401823702020aa20a04084e544c4d53535000a3073005a0031b0161a3073005a0031b0162", 0, "NTLMSSP\x00", 1,
			[]string{"gss-frame-missing", "der-unexpected"}},
		{"MIC in hints' place behind them", "a02c302aa00e300c060a2b06010401823702020aa20a04084e544c4d53535000a3073005a0031b0161a303040161", 0, "NTLMSSP\x00", 1,
			[]string{"gss-frame-missing", "der-unexpected"}},
		{"unknown field of an Init", "a0233021a00e300c060a2b06010401823702020aa20a04084e544c4d53535000a503040161", 0, "NTLMSSP\x00", 1,
			[]string{"gss-frame-missing", "der-unexpected"}},
		{"hintName twice", "a020301ea00e300c060a2b06010401823702020aa30c300aa0031b0161a0031b0162", 0, "", 1,
			[]string{"gss-frame-missing", "der-unexpected"}},
		{"hintAddress twice", "a020301ea00e300c060a2b06010401823702020aa30c300aa103040178a103040178", 0, "", 1,
			[]string{"gss-frame-missing", "der-unexpected"}},
		{"unknown hint", "a020301ea00e300c060a2b06010401823702020aa30c300aa2031b0161a303040161", 0, "", 1,
			[]string{"gss-frame-missing", "der-unexpected", "der-unexpected"}},
		{"NegTokenInit2 needs no token", "a01b3019a00e300c060a2b06010401823702020aa3073005a0031b0161", 0, "", 1,
			[]string{"gss-frame-missing"}},
		{"Kerberos in Microsoft's spelling", "a0243022a00d300b06092a864882f712010202a211040f600d06092a864886f7120102020100", 0, "\x60\x0d\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x01\x00", 1,
			[]string{"gss-frame-missing"}},
		{"Kerberos token, NTLM list", "a0253023a00e300c060a2b06010401823702020aa211040f600d06092a864886f7120102020100", 0, "\x60\x0d\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x01\x00", 1,
			[]string{"gss-frame-missing", "spnego-mech-mismatch"}},
		{"Kerberos list, NEGOEX token", "a01d301ba00d300b06092a864886f712010202a20a04084e45474f45585453", 0, "NEGOEXTS", 1,
			[]string{"gss-frame-missing", "spnego-mech-mismatch"}},
		{"NTLM list, a token that says nothing", "a0233021a00e300c060a2b06010401823702020aa20f040d300b06092a864886f712010202", 0, "300b06092a864886f712010202", 1,
			[]string{"gss-frame-missing"}},
		{"Kerberos list, a frame without an OID", "a0243022a00d300b06092a864886f712010202a211040f600d040b06092a864886f712010202", 0, "\x60\x0d\x04\x0b\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02", 1,
			[]string{"gss-frame-missing"}},
		{"Kerberos list, a frame whose OID is cut", "a01f301da00d300b06092a864886f712010202a20c040a6008060a2b0601040182", 0, "\x60\x08\x06\x0a\x2b\x06\x01\x04\x01\x82", 1,
			[]string{"gss-frame-missing"}},
		{"Kerberos list, an empty frame", "a0173015a00d300b06092a864886f712010202a20404026000", 0, "\x60\x00", 1,
			[]string{"gss-frame-missing"}},
		{"supportedMech twice", "a11d301ba10c060a2b06010401823702020aa10b06092a864886f712010202", 0, "", 0,
			[]string{"der-unexpected"}},
		{"responseToken twice", "a10c300aa203040178a203040179", 0, "x", 0,
			[]string{"der-unexpected"}},
		{"MIC of a Resp twice", "a10c300aa303040161a303040161", 0, "", 0,
			[]string{"der-unexpected"}},
		{"supportedMech alone", "a110300ea10c060a2b06010401823702020a", 0, "", 0,
			[]string{}},
		{"MIC alone", "a1073005a303040161", 0, "", 0,
			[]string{}},
		{"empty MIC and empty token", "a10a3008a2020400a3020400", 0, "", 0,
			[]string{}},
		{"MIC that is not the token", "a10c300aa203040178a303040161", 0, "x", 0,
			[]string{}},
		{"state too large", "a10b3009a0070a050080000000", 0, "", 0,
			[]string{"der-unexpected", "spnego-empty"}},
		{"empty state", "a1063004a0020a00", 0, "", 0,
			[]string{"der-unexpected", "spnego-empty"}},
		{"something else", "3003020100", 0, "", 0, []string{"der-unexpected"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := unhex(t, test.input)
			r := &annotate.Recorder{Annotate: true}
			init, resp := Parse(b, r)
			walktest.Check(t, b, r)
			if codes := walktest.Codes(r); !reflect.DeepEqual(codes, test.codes) {
				t.Errorf("findings %v, want %v", codes, test.codes)
			}
			if resp != nil && (resp.State != test.state || token(resp.ResponseToken) != test.token) {
				t.Errorf("%+v", resp)
			}
			if init != nil && (len(init.MechTypes) != test.mechs || token(init.MechToken) != test.token) {
				t.Errorf("%+v", init)
			}
			fixpoint(t, init, resp)
		})
	}
}

// token shows text as text and the rest in hexadecimal.
func token(b []byte) string {
	if len(b) > 0 && b[0] < 0x40 {
		return hex.EncodeToString(b)
	}
	return string(b)
}

func fixpoint(t testing.TB, init *Init, resp *Resp) {
	t.Helper()
	once := appendBoth(init, resp)
	if once == nil {
		return
	}
	twice := appendBoth(Parse(once, nil))
	if !bytes.Equal(once, twice) {
		t.Fatalf("no fixpoint: %x\nbecomes %x", once, twice)
	}
}

// A token is recognised by its frame, by its choice, and as far as it is there.
func TestSniff(t *testing.T) {
	for input, want := range map[string]bool{
		"6008 06062b0601050502":       true,
		"6008 06062b06":               true,
		"6008":                        true,
		"600b 06092a864886f712010202": false,
		"3008 06062b0601050502":       false,
		"a002 3000":                   true,
		"a102 3000":                   true,
		"a110 3005":                   true,
		"a102":                        true,
		"a100":                        false,
		"a003 020100":                 false,
		"a203 3001":                   false,
		"":                            false,
	} {
		if Sniff(unhex(t, input)) != want {
			t.Errorf("%q: %v", input, !want)
		}
	}
}

func TestSegmentsTooDeep(t *testing.T) {
	content := []byte{4, 1, 'a'}
	for range 20 {
		content = der.Append(nil, der.OctetString|0x20, content)
	}
	b := der.Append(nil, der.Context(1), der.Append(nil, der.Sequence, der.Append(nil, der.Context(2), content)))
	r := &annotate.Recorder{}
	Parse(b, r)
	if !walktest.Has(r, annotate.DERDepth) {
		t.Error(walktest.Codes(r))
	}
}

// TestHostileSizes must not take long: nested indefinite lengths and many
// small elements.
func TestHostileSizes(t *testing.T) {
	for _, unit := range []string{"a180", "3080", "2480", "a080", "0600", "60803080"} {
		for _, prefix := range []string{"", "a0803080a0803080", "a1803080a280"} {
			b := append(unhex(t, prefix), bytes.Repeat(unhex(t, unit), 1<<15)...)
			r := &annotate.Recorder{Annotate: true}
			Parse(b, r)
			walktest.Check(t, b, r)
		}
	}
}

func TestTruncations(t *testing.T) {
	all := samples()
	delete(all, "long")
	for _, v := range tokenfiles.Read[walktest.Vector](t, "testdata/captures.jsonl") {
		all[v.Client+" "+v.Leg+" "+v.Server] = v.Base64
	}
	for name, b := range all {
		t.Run(name, func(t *testing.T) {
			walktest.Truncations(t, b, func(b []byte, r *annotate.Recorder) {
				fixpoint2(t, b, r)
			})
		})
	}
}

// What is cut off is not called missing.
func TestCutIsNotMissing(t *testing.T) {
	for name, b := range samples() {
		if name == "long" {
			continue
		}
		for n := 1; n < len(b); n++ {
			r := new(annotate.Recorder)
			Parse(b[:n], r)
			for _, code := range walktest.Codes(r) {
				switch code {
				case "spnego-no-mech-types", "spnego-no-mech-token", "spnego-empty":
					t.Errorf("%s, %d of %d bytes: %s", name, n, len(b), code)
				}
			}
		}
	}
}

func fixpoint2(t testing.TB, b []byte, r *annotate.Recorder) {
	init, resp := Parse(b, r)
	fixpoint(t, init, resp)
}

func TestTruncationNamesTheField(t *testing.T) {
	b := samples()["init"]
	r := &annotate.Recorder{}
	Parse(b[:len(b)-3], r)
	if len(r.Findings) != 1 || r.Findings[0].Detail != "mechToken wants 16 bytes, 13 are there" || r.Findings[0].Offset != len(b)-18 {
		t.Errorf("%+v", r.Findings)
	}
}

func TestCaptures(t *testing.T) {
	for _, v := range tokenfiles.Read[walktest.Vector](t, "testdata/captures.jsonl") {
		t.Run(v.Client+" "+v.Server+" "+v.Leg, func(t *testing.T) {
			r := &annotate.Recorder{Annotate: true}
			init, resp := Parse(v.Base64, r)
			walktest.Check(t, v.Base64, r)
			if back := appendBoth(init, resp); !bytes.Equal(back, v.Base64) {
				t.Errorf("%x\nbecomes %x", v.Base64, back)
			}
			if s := annotate.Worst(r.Findings); s > annotate.Info && !(resp != nil && resp.State == Reject) {
				t.Errorf("findings %v", walktest.Codes(r))
			}
			switch v.Leg {
			case "SPNEGO-Type1":
				if init == nil || init.MechTypes[0] != OIDNTLM || TokenMech(init.MechToken) != OIDNTLM {
					t.Errorf("%+v", init)
				}
			case "SPNEGO-Type2", "SPNEGO-Type3":
				if resp == nil || resp.State != AcceptIncomplete || TokenMech(resp.ResponseToken) != OIDNTLM {
					t.Errorf("%+v", resp)
				}
			case "SPNEGO-init":
				if init == nil || init.MechTypes[0] != OIDKerberos || TokenMech(init.MechToken) != OIDKerberos {
					t.Errorf("%+v", init)
				}
			}
		})
	}
}

func TestVectors(t *testing.T) {
	checked := 0
	for _, v := range tokenfiles.In[walktest.Vector](t, "NTLMCTL_VECTORS") {
		if v.Kind != "spnego" && v.Kind != "negoex" && v.ID != "t170" {
			continue
		}
		checked++
		t.Run(v.ID, func(t *testing.T) {
			r := &annotate.Recorder{Annotate: true}
			init, resp := Parse(v.Base64, r)
			walktest.Check(t, v.Base64, r)
			for key, want := range v.Expect {
				if got, ok := fact(key, init, resp); ok && !reflect.DeepEqual(got, want) {
					t.Errorf("%s: %v, want %v", key, got, want)
				}
			}
			if v.ID == "t170" {
				if !walktest.Has(r, annotate.DERTruncated) {
					t.Error(walktest.Codes(r))
				}
				return
			}
			if back := appendBoth(init, resp); !bytes.Equal(back, v.Base64) &&
				!walktest.Has(r, annotate.DERNonMinimal) && !walktest.Has(r, annotate.TrailingData) {
				t.Errorf("%x\nbecomes %x", v.Base64, back)
			}
			if !Sniff(v.Base64) {
				t.Error("not recognised")
			}
			walktest.Truncations(t, walktest.Whole(v.Base64, r), func(b []byte, r *annotate.Recorder) { fixpoint2(t, b, r) })
		})
	}
	if checked == 0 {
		t.Error("no vector of SPNEGO")
	}
}

// fact is what Parse says about a key of a vector's "expect".
func fact(key string, init *Init, resp *Resp) (got any, ok bool) {
	switch key {
	case "mech":
		return string(OIDSPNEGO), true // or Sniff would not have sent it here
	case "mech_types":
		list := []any{}
		for _, m := range init.MechTypes {
			list = append(list, string(m))
		}
		return list, true
	case "mech_types_count":
		return float64(len(init.MechTypes)), true
	case "hint_name":
		return init.Hints.Name, true
	case "inner_mech":
		return string(TokenMech(init.MechToken)), true
	case "neg_state":
		return float64(resp.State) - 1, true
	case "supported_mech":
		if resp.SupportedMech == "" {
			return nil, true
		}
		return string(resp.SupportedMech), true
	case "mech_list_mic":
		return hex.EncodeToString(resp.MechListMIC), true
	case "layers":
		return layers(init, resp), true
	}
	return nil, false
}

func layers(init *Init, resp *Resp) []any {
	list := []any{}
	var inner []byte
	switch {
	case init != nil:
		if init.Framed {
			list = append(list, "gssapi")
		}
		name := "negTokenInit"
		if init.Init2 {
			name = "negTokenInit2"
		}
		list, inner = append(list, name), init.MechToken
	case resp != nil:
		list, inner = append(list, "negTokenResp"), resp.ResponseToken
	}
	switch mech := TokenMech(inner); {
	case mech == OIDNTLM:
		list = append(list, "ntlmssp")
	case mech == OIDNEGOEX:
		list = append(list, "negoex")
	case mech.Kerberos():
		list = append(list, "gssapi")
	}
	return list
}

func TestOIDs(t *testing.T) {
	for i, m := range mechanisms {
		if oid, ok := oidOf(m.octets); !ok || oid != m.oid || m.oid.Name() == "" || m.oid.Meaning() == "" {
			t.Errorf("%d: %q becomes %q", i, m.oid, oid)
		}
	}
	if OID("1.2.3").Name() != "" || OIDNTLM.Name() != "NTLM" || !OIDMSKerberos.Kerberos() || OIDNTLM.Kerberos() {
		t.Error("names")
	}
}

func TestStates(t *testing.T) {
	for s := AcceptCompleted; s <= RequestMIC; s++ {
		if s.String() == "" || s.Meaning() == "" {
			t.Errorf("state %d has no name", s)
		}
	}
	if State(77).String() != "" || State(77).Meaning() != "" || StateAbsent.String() != "" {
		t.Error("names")
	}
}

func FuzzParse(f *testing.F) {
	all := samples()
	delete(all, "long")
	for _, b := range all {
		f.Add(b)
	}
	for _, v := range tokenfiles.Read[walktest.Vector](f, "testdata/captures.jsonl") {
		f.Add(v.Base64)
	}
	for _, s := range []string{"a1803080a0800a01010000a2800403616263000000000000", "a10d300ba209248024030401610000"} {
		f.Add(unhex(f, s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r := &annotate.Recorder{Annotate: true}
		init, resp := Parse(b, r)
		if init != nil && resp != nil {
			t.Fatal("both")
		}
		walktest.Check(t, b, r)
		fixpoint(t, init, resp)
		plain := &annotate.Recorder{}
		init2, resp2 := Parse(b, plain)
		if !reflect.DeepEqual(init, init2) || !reflect.DeepEqual(resp, resp2) || !reflect.DeepEqual(r.Findings, plain.Findings) || plain.Fields != nil {
			t.Fatal("Annotate changes the result")
		}
	})
}

func BenchmarkParse(b *testing.B) {
	all := samples()
	for _, name := range []string{"init", "init2", "resp"} {
		for _, fields := range []bool{false, true} {
			title := name
			if fields {
				title += " annotated"
			}
			b.Run(title, func(b *testing.B) {
				token := all[name]
				b.ReportAllocs()
				b.SetBytes(int64(len(token)))
				for b.Loop() {
					Parse(token, &annotate.Recorder{Annotate: fields})
				}
			})
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	t := &Init{Framed: true, MechTypes: []OID{OIDNTLM}, MechToken: ntlm1}
	buf := make([]byte, 0, 256)
	b.ReportAllocs()
	for b.Loop() {
		buf = t.Append(buf[:0])
	}
}
