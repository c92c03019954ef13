package decode

import (
	"bytes"
	"reflect"
	"testing"

	"golang.org/x/text/encoding"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
)

// checkToken wants what holds of every token, however malformed: annotated and
// typed parse agree, spans lie inside, and of an NTLM message each byte belongs
// to a field. It returns the annotated token.
func checkToken(t testing.TB, raw []byte, page encoding.Encoding) *Token {
	t.Helper()
	before := bytes.Clone(raw)
	token, typed := Decode(raw, Options{Annotate: true, CodePage: page}), Decode(raw, Options{CodePage: page})
	if !bytes.Equal(raw, before) {
		t.Fatal("Decode has changed its input")
	}
	for a, b := token, typed; ; a, b = a.Inner, b.Inner {
		if a == nil || b == nil {
			if a != b {
				t.Fatal("only one parse has an inner token")
			}
			return token
		}
		if b.Fields != nil {
			t.Fatal("fields that nobody asked for")
		}
		if a.Kind != b.Kind || !reflect.DeepEqual(a.Message, b.Message) || !reflect.DeepEqual(a.Findings, b.Findings) {
			t.Fatalf("the parses differ:\nannotated %s %+v\n%v\ntyped     %s %+v\n%v", a.Kind, a.Message, a.Findings, b.Kind, b.Message, b.Findings)
		}
		checkSpans(t, a)
	}
}

func checkSpans(t testing.TB, token *Token) {
	t.Helper()
	size := len(token.Raw)
	inside := func(what string, offset, length int) {
		if offset < 0 || length < 0 || offset > size || length > size-offset {
			t.Fatalf("%s [%d, +%d] is outside the token of %d bytes", what, offset, length, size)
		}
	}
	for _, f := range token.Findings {
		inside(f.Code.String(), f.Offset, f.Length)
		if f.Severity() == 0 || f.Text() == "" || f.Reference() == "" {
			t.Fatalf("a finding without severity, text or reference: %+v", f)
		}
	}
	claimed := make([]bool, size)
	var parents []Field
	for _, f := range token.Fields {
		inside(f.Name, f.Offset, f.Length)
		f.Value.Append(nil, f.Span(token.Raw))
		if f.Name == "" || f.Depth < 0 || f.Depth > len(parents) {
			t.Fatalf("field %q of depth %d below %d parents", f.Name, f.Depth, len(parents))
		}
		if parents = append(parents[:f.Depth], f); f.Depth > 0 {
			if p := parents[f.Depth-1]; f.Offset < p.Offset || f.Offset+f.Length > p.Offset+p.Length {
				t.Fatalf("%s [%d, +%d] is outside its parent %s [%d, +%d]", f.Name, f.Offset, f.Length, p.Name, p.Offset, p.Length)
			}
			continue
		}
		for i := f.Offset; i < f.Offset+f.Length; i++ {
			claimed[i] = true
		}
	}
	if at := bytes.IndexByte(boolBytes(claimed), 0); at >= 0 && isNTLM(token.Raw) {
		t.Fatalf("byte %d of %d belongs to no field", at, size)
	}
}

func boolBytes(list []bool) []byte {
	out := make([]byte, len(list))
	for i, set := range list {
		if set {
			out[i] = 1
		}
	}
	return out
}

// checkFixpoint wants a message that is whole back byte for byte, and of any
// other a second round to change nothing.
func checkFixpoint(t testing.TB, token *Token, page encoding.Encoding) {
	t.Helper()
	first := encode(token)
	if first == nil {
		return
	}
	if wellFormed(token) && !bytes.Equal(first, token.Raw) {
		t.Fatalf("encoded again\n got  %x\n want %x", first, token.Raw)
	}
	again := Decode(first, Options{CodePage: page})
	if token.Worst() != annotate.Error && !reflect.DeepEqual(again.Message, token.Message) {
		t.Fatalf("decoded again\n got  %s\n want %s", summary(again), summary(token))
	}
	if second := encode(again); !bytes.Equal(second, first) {
		t.Fatalf("encoded twice\n got  %x\n want %x", second, first)
	}
}

func TestInvariants(t *testing.T) {
	eachSample(t, func(t *testing.T, raw []byte, page encoding.Encoding) {
		checkFixpoint(t, checkToken(t, raw, page), page)
	})
}

// TestAppendKeepsPrefix wants Append to append: offsets count from the
// message's first byte and not from dst's.
func TestAppendKeepsPrefix(t *testing.T) {
	eachSample(t, func(t *testing.T, raw []byte, page encoding.Encoding) {
		m, ok := Decode(raw, Options{CodePage: page}).Message.(interface{ Append([]byte) []byte })
		if !ok {
			t.Fatalf("%T has no Append", m)
		}
		if got, want := m.Append([]byte("prefix")), append([]byte("prefix"), m.Append(nil)...); !bytes.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// TestTruncation cuts every sample at every byte.
func TestTruncation(t *testing.T) {
	eachSample(t, func(t *testing.T, raw []byte, page encoding.Encoding) {
		whole := Decode(raw, Options{Annotate: true, CodePage: page})
		for n := 0; n < len(raw); n++ {
			if n == 64 && len(raw) > 4096 {
				n = len(raw) - 32 // nothing happens in between but more of the same
			}
			cut := checkToken(t, raw[:n:n], page)
			checkFixpoint(t, cut, page)
			switch {
			case n < 12:
				if cut.Kind != KindUnknown || cut.Worst() != annotate.Error {
					t.Fatalf("cut at %d: %s with %v", n, cut.Kind, cut.Findings)
				}
			case cut.Kind != whole.Kind:
				t.Fatalf("cut at %d: %s has become %s", n, whole.Kind, cut.Kind)
			case whole.Worst() != annotate.Error && losesBytes(whole, n) && cut.Worst() != annotate.Error:
				t.Fatalf("cut at %d of %d: nothing wrong is found\n%s\n%s", n, len(raw), summary(cut), findingCodes(cut))
			}
		}
	})
}

// losesBytes reports whether a token cut at n lacks something that the rest
// misses: a byte of a payload, or one of the fixed part where that does not
// end at one of the places where it may. A Type 1 of 16 bytes has no way to say
// that there was more, nor has a Type 2 of 32 or 40 without a name, nor a
// Version that no flag announces.
func losesBytes(whole *Token, n int) bool {
	if whole.Kind == KindNTLMNegotiate && n == negotiateCore {
		return false
	}
	if m, ok := whole.Message.(*ChallengeMessage); ok && m.TargetName.Len == 0 && (n == challengeCore || n == challengeReserved) {
		return false
	}
	header := map[Kind]map[int]bool{
		KindNTLMNegotiate:    {16: true, 32: true},
		KindNTLMChallenge:    {32: true, 40: true, 48: true},
		KindNTLMAuthenticate: {52: true, 60: true, 64: true, 72: true},
	}[whole.Kind]
	for _, f := range whole.Fields {
		switch end := f.Offset + f.Length; {
		case f.Depth > 0, f.Length == 0, end <= n, f.Name == "(unclaimed)":
		case f.Name == "Version" && !flagsOf(whole).Has(NegotiateVersion):
		case f.Offset >= headerLen(whole), !header[n]:
			return true
		}
	}
	return false
}

func flagsOf(t *Token) Flags {
	switch m := t.Message.(type) {
	case *NegotiateMessage:
		return m.Flags
	case *ChallengeMessage:
		return m.Flags
	case *AuthenticateMessage:
		return m.Flags
	}
	return 0
}

func headerLen(t *Token) int {
	switch m := t.Message.(type) {
	case *NegotiateMessage:
		return m.HeaderLen
	case *ChallengeMessage:
		return m.HeaderLen
	case *AuthenticateMessage:
		return m.HeaderLen
	}
	return 0
}

// layoutCodes are the findings that a message made by Layout and Append must
// not have.
var layoutCodes = map[annotate.Code]bool{
	annotate.Truncated: true, annotate.PayloadOutOfBounds: true, annotate.PayloadInHeader: true, annotate.PayloadOverlap: true,
	annotate.PayloadShared: true, annotate.EmptyBufferOffset: true, annotate.BufferMaxLen: true, annotate.Gap: true,
	annotate.TrailingData: true, annotate.VersionWithoutFlag: true, annotate.VersionMissing: true, annotate.AVMissingEOL: true,
	annotate.AVTruncated: true, annotate.MICMissing: true,
}

// TestLayout makes messages from nothing but their values.
func TestLayout(t *testing.T) {
	name := func(s string) Payload { return Payload{Bytes: []byte(s)} }
	wide := func(s string) Payload { return Payload{Bytes: utf16le(s)} }
	type message interface {
		Layout()
		Append([]byte) []byte
	}
	for _, test := range []struct {
		name string
		m    message
		want string
	}{
		{"type 1, empty", &NegotiateMessage{Flags: flagsCurl}, "type 1 header 40 flags 00088205 version 0.0.0 rev 0"},
		{"type 1", &NegotiateMessage{Flags: flagsWindows | NegotiateOEMDomainSupplied | NegotiateOEMWorkstationSupplied, Domain: name("LAB"), Workstation: name("PC"), Version: win10},
			`type 1 header 40 flags e288b215 domain "LAB" workstation "PC" version 10.0.19041 rev 15`},
		{"type 2, empty", &ChallengeMessage{Flags: flagsPlain}, "type 2 header 56 flags 00080211 challenge 0000000000000000 version 0.0.0 rev 0"},
		{"type 2", &ChallengeMessage{Flags: flagsInfo | NegotiateVersion, TargetName: wide("LAB"), ServerChallenge: [8]byte{1, 2, 3}, AVPairs: serverPairs(), Version: win10},
			`type 2 header 56 flags 02880211 target "LAB" challenge 0102030000000000 info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z EOL] version 10.0.19041 rev 15`},
		{"type 2, info alone", &ChallengeMessage{Flags: flagsInfo, AVPairs: serverPairs()},
			`type 2 header 56 flags 00880211 challenge 0000000000000000 info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z EOL] version 0.0.0 rev 0`},
		{"type 3, empty", &AuthenticateMessage{Flags: flagsPlain}, "type 3 header 88 flags 00080211 lm none nt anonymous version 0.0.0 rev 0 mic absent at 72"},
		{"type 3, anonymous", &AuthenticateMessage{Flags: flagsPlain | NegotiateAnonymous, LMResponse: name("\x00")},
			"type 3 header 88 flags 00080a11 lm anonymous nt anonymous version 0.0.0 rev 0 mic absent at 72"},
		{"type 3, NTLMv1", &AuthenticateMessage{Flags: flagsPlain, UserName: wide("alice"), LMResponse: name(ess), NTResponse: name(nt24)},
			`type 3 header 88 flags 00080211 user "alice" lm ess nt ntlmv1-ess version 0.0.0 rev 0 mic absent at 72`},
		{"type 3", careful(), `type 3 header 88 flags 42080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e ` +
			`info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z Flags=0x00000002 TargetName="HTTP/a" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 ` +
			"key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b version 10.0.19041 rev 15 mic claimed at 72"},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.m.Layout()
			raw := test.m.Append(nil)
			token := checkToken(t, raw, nil)
			if got := summary(token); got != test.want {
				t.Errorf("\n got  %s\n want %s", got, test.want)
			}
			for _, f := range token.Findings {
				if layoutCodes[f.Code] {
					t.Errorf("%s: %s", f.Code, f.Text())
				}
			}
			checkFixpoint(t, token, nil)
			test.m.Layout()
			if again := test.m.Append(nil); !bytes.Equal(again, raw) {
				t.Errorf("laid out again: %x\nwant %x", again, raw)
			}
		})
	}
}

// TestFieldOrder wants the fields of a message in the order of the
// specification's structure: the fixed part first, from its first byte on.
func TestFieldOrder(t *testing.T) {
	eachSample(t, func(t *testing.T, raw []byte, page encoding.Encoding) {
		token := Decode(raw, Options{Annotate: true, CodePage: page})
		next := 0
		for _, f := range token.Fields {
			if f.Depth > 0 || next >= headerLen(token) {
				continue
			}
			if f.Offset != next {
				t.Fatalf("%s stands at %d where %d is due", f.Name, f.Offset, next)
			}
			next += f.Length
		}
	})
}
