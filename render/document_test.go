package render

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/capture"
	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
)

// TestDocuments holds the writers, the types of document.go and the schemas
// together: what is written is valid, unmarshals into the types without a key
// that they lack, and comes out of them as it went in.
func TestDocuments(t *testing.T) {
	kinds := map[decode.Kind]bool{}
	count := 0
	eachDocument(t, func(name string, line []byte) {
		count++
		if err := checkLine(line); err != nil {
			t.Errorf("%s: %v\n%.2000s", name, err, line)
		}
	}, kinds)
	t.Logf("%d documents", count)
	for kind := range titles {
		if !kinds[kind] {
			t.Errorf("no sample of %s", kind)
		}
	}
}

// eachDocument calls visit with what the writers make of all samples. kinds, if
// not nil, gets the kinds that were seen.
func eachDocument(t testing.TB, visit func(name string, line []byte), kinds map[decode.Kind]bool) {
	t.Helper()
	raws := rawSamples(t)
	for _, name := range slices.Sorted(maps.Keys(raws)) {
		for _, annotated := range []bool{false, true} {
			token := decode.Decode(raws[name], decode.Options{Annotate: annotated})
			for inner := token; inner != nil && kinds != nil; inner = inner.Inner {
				kinds[inner.Kind] = true
			}
			visit(name, AppendTokenLine(nil, token))
			token.Attribute("NTLM", &decode.Source{Offset: -1})
			visit(name+", attributed", AppendTokenLine(nil, token))
		}
	}
	captures(t, func(file string, found []capture.Found) {
		secret := ntlm.Password("Passw0rd!")
		var h decode.Handshake
		var tokens []*decode.Token
		for i := range found {
			f := &found[i]
			token := decode.Decode(f.Raw, decode.Options{Annotate: true})
			token.Attribute(f.Scheme, &f.Source)
			visit(file, AppendTokenLine(nil, token))
			tokens = append(tokens, token)
			inner := token.NTLM()
			if inner == nil {
				continue
			}
			switch inner.Kind {
			case decode.KindNTLMNegotiate:
				h = decode.Handshake{Negotiate: token}
			case decode.KindNTLMChallenge:
				h.Challenge = token
			case decode.KindNTLMAuthenticate:
				h.Authenticate = token
				for _, password := range []ntlm.Secret{secret, ntlm.Password("wrong"), {}} {
					inner.Verified = ntlm.Verify(ntlm.Input{Negotiate: h.Negotiate, Challenge: h.Challenge, Authenticate: token, Secret: password})
					visit(file+", verified", AppendTokenLine(nil, token))
				}
			}
			h.Status, h.SameConnection = f.Status, decode.Yes
			eachHandshake(h, func(h *decode.Handshake) { visit(file+", handshake", AppendHandshakeLine(nil, h)) })
			visit(file+", document", document(tokens, &h))
		}
	})
	visit("an empty document", document(nil, nil))
	visit("verified, all set", AppendTokenLine(nil, &decode.Token{Kind: decode.KindNTLMAuthenticate, Verified: &decode.Verified{
		NTResponse: decode.Match, LMResponse: decode.Mismatch, MIC: decode.Untested, ChannelBinding: decode.Match, SessionKey: make([]byte, 16),
		Tried: []decode.Attempt{{Spelling: "domain empty", User: "a\x1b", Domain: "", Result: decode.Mismatch}}, Notes: []string{"a \"note\""},
	}}))
	visit("source, all set", AppendTokenLine(nil, &decode.Token{Kind: decode.KindUnknown, Scheme: "a\"b", Source: &decode.Source{
		Name: "a\nb", Line: 1, Offset: 0, Packet: 2, Direction: "request", Stream: "tcp 3", Header: "X-\x1b",
	}}))
}

// eachHandshake visits h with each of its messages left out in turn.
func eachHandshake(h decode.Handshake, visit func(*decode.Handshake)) {
	for left := range 8 {
		part := h
		if left&1 != 0 {
			part.Negotiate = nil
		}
		if left&2 != 0 {
			part.Challenge = nil
		}
		if left&4 != 0 {
			part.Authenticate, part.SameConnection = nil, decode.No
		}
		visit(&part)
	}
	h.Status, h.SameConnection = 407, decode.Unknown
	visit(&h)
	h.Status, h.SameConnection = 0, ""
	visit(&h)
}

// document is what cmd writes around tokens and handshakes.
func document(tokens []*decode.Token, h *decode.Handshake) []byte {
	b := []byte(`{"schema":"` + SchemaDecode + `","tokens":[`)
	for _, t := range tokens {
		b = AppendToken(comma(b), t)
	}
	b = append(b, `],"handshakes":[`...)
	if h != nil {
		b = AppendHandshake(b, h)
	}
	return append(b, "]}\n"...)
}

// TestDocumentsOfBrokenTokens cuts and damages tokens in many places.
func TestDocumentsOfBrokenTokens(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	raws := rawSamples(t)
	for _, name := range slices.Sorted(maps.Keys(raws)) {
		raw := raws[name]
		for range 20 {
			broken := bytes.Clone(raw[:random.IntN(len(raw)+1)])
			if len(broken) > 0 && random.IntN(2) == 0 {
				broken = bytes.Clone(raw)
				for range 3 {
					broken[random.IntN(len(broken))] = byte(random.Uint32())
				}
			}
			if err := checkRaw(broken); err != nil {
				t.Fatalf("%s as %x: %v", name, broken, err)
			}
		}
	}
}

func FuzzDocument(f *testing.F) {
	for _, raw := range rawSamples(f) {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if err := checkRaw(raw); err != nil {
			t.Fatal(err)
		}
	})
}

// checkRaw checks the token line and the handshake line of raw.
func checkRaw(raw []byte) error {
	token := decode.Decode(raw, decode.Options{Annotate: true})
	if err := checkLine(AppendTokenLine(nil, token)); err != nil {
		return err
	}
	h := &decode.Handshake{SameConnection: decode.Unknown}
	if inner := token.NTLM(); inner != nil {
		switch inner.Kind {
		case decode.KindNTLMNegotiate:
			h.Negotiate = token
		case decode.KindNTLMChallenge:
			h.Challenge = token
		case decode.KindNTLMAuthenticate:
			h.Authenticate = token
		}
	}
	return checkLine(AppendHandshakeLine(nil, h))
}

// checkLine checks one line of any of the schemas.
func checkLine(line []byte) error {
	if len(line) == 0 || bytes.IndexByte(line, '\n') != len(line)-1 {
		return errors.New("not one line")
	}
	if err := checkPlain(line); err != nil {
		return err
	}
	var head struct{ Schema string }
	if err := json.Unmarshal(line, &head); err != nil {
		return err
	}
	var typed any
	switch head.Schema {
	case SchemaToken:
		typed = new(TokenDocument)
	case SchemaHandshake:
		typed = new(HandshakeDocument)
	case SchemaDecode:
		typed = new(DecodeDocument)
	case SchemaServe:
		typed = new(ServeDocument)
	case SchemaServeEvent:
		typed = new(ServeEventDocument)
	case SchemaServeLog:
		typed = new(ServeLogDocument)
	default:
		return fmt.Errorf("schema %q", head.Schema)
	}
	strict := json.NewDecoder(bytes.NewReader(line))
	strict.DisallowUnknownFields()
	if err := strict.Decode(typed); err != nil {
		return err
	}
	again, err := json.Marshal(typed)
	if err != nil {
		return err
	}
	was, is := generic(line), generic(again)
	if !reflect.DeepEqual(was, is) { // cmp takes a hundred times as long
		return fmt.Errorf("through the types (-written +typed):\n%s", cmp.Diff(was, is))
	}
	return validate(head.Schema, was)
}

func generic(doc []byte) (v any) {
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		panic(err) // it has been decoded before
	}
	return v
}

// checkPlain looks for what a JSON decoder tolerates: null, a key that occurs
// twice, bytes that must not reach a terminal.
func checkPlain(line []byte) error {
	if !bytes.Equal(line, bytes.ToValidUTF8(line, nil)) {
		return errors.New("not UTF-8")
	}
	for _, r := range string(line[:len(line)-1]) {
		if unprintable(r) {
			return fmt.Errorf("%U as it is", r)
		}
	}
	d := json.NewDecoder(bytes.NewReader(line))
	var open []map[string]bool // the keys of each open object; nil for an array
	key := false               // a key is due
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('{'):
			open, key = append(open, map[string]bool{}), true
			continue
		case json.Delim('['):
			open, key = append(open, nil), false
			continue
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
		case nil:
			return errors.New("null is written")
		default:
			if key {
				keys := open[len(open)-1]
				name := token.(string)
				if keys[name] {
					return fmt.Errorf("the key %q is written twice", name)
				}
				keys[name], key = true, false
				continue
			}
		}
		key = len(open) > 0 && open[len(open)-1] != nil
	}
}
