package ntlm

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
)

// TestSecretNeverLeaks prints secrets and keys in all ways, also from fields
// whose methods fmt cannot call.
func TestSecretNeverLeaks(t *testing.T) {
	const password = "Tr0ub4dor&3"
	hash := NTOWFv1(password)
	pair, err := ParseNTHash("e52cac67419a9a224a3b108f3fa6cb6d:a4f49c406510bdcab6824ee7c30fd852")
	if err != nil {
		t.Fatal(err)
	}
	type Outer struct {
		Exported Secret
		hidden   Secret
		Pointer  *Secret
		Key      Key
	}
	secret := Password(password)
	values := []any{secret, &secret, NTHash(hash), pair, hash, &hash, Outer{secret, secret, &secret, hash}, &Outer{secret, pair, &pair, hash},
		[]Secret{secret}, map[string]Secret{"a": secret}, Input{Secret: secret}}
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, nil))
	jsonLog := slog.New(slog.NewJSONHandler(&out, nil))
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%08b"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		log.Info("x", "v", v)
		jsonLog.Info("x", "v", v)
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(b)
	}
	placeholder, _ := secret.MarshalText()
	fmt.Fprintln(&out, secret.String(), secret.GoString(), secret.LogValue(), string(placeholder))
	fmt.Fprintln(&out, fmt.Errorf("%w: %v", errors.New("x"), secret))
	text := strings.ToLower(out.String())
	numbers := strings.Trim(fmt.Sprint(hash[:]), "[]")
	for _, leak := range []string{strings.ToLower(password), fmt.Sprintf("%x", password), fmt.Sprintf("%x", hash[:]), fmt.Sprintf("%x", hash[:4]),
		numbers, strings.ReplaceAll(numbers, " ", ","), "e52cac67", "a4f49c40"} {
		if strings.Contains(text, leak) {
			t.Errorf("%q leaks", leak)
		}
	}
}

func TestParseNTHash(t *testing.T) {
	if lmHash(nil) != emptyLMHash {
		t.Errorf("the LM hash of no password is %x", lmHash(nil))
	}
	const nt, lm = "a4f49c406510bdcab6824ee7c30fd852", "e52cac67419a9a224a3b108f3fa6cb6d"
	for in, hasLM := range map[string]bool{
		nt: false, strings.ToUpper(nt): false, nt + "\n": false, ":" + nt: false,
		lm + ":" + nt: true, " " + strings.ToUpper(lm+":"+nt) + "\r\n": true,
		"aad3b435b51404eeaad3b435b51404ee:" + nt: false,
		"NO PASSWORD*********************:" + nt: false,
	} {
		s, err := ParseNTHash(in)
		if err != nil {
			t.Errorf("%q: %v", in, err)
			continue
		}
		key := s.NTOWFv1()
		wantHex(t, "NT hash of "+in, key[:], nt)
		if (s.material().lm != nil) != hasLM {
			t.Errorf("%q: LM hash %v", in, s.material().lm != nil)
		}
	}
	for _, in := range []string{"", "x", nt[1:], nt + "0", "z" + nt[1:], lm + ":" + nt + ":", lm[1:] + ":" + nt, "z" + lm[1:] + ":" + nt, lm + nt, lm + ":z" + nt[1:]} {
		s, err := ParseNTHash(in)
		if err == nil || !s.IsZero() {
			t.Errorf("%q is taken", in)
			continue
		}
		if in != "" && in != "x" && strings.Contains(err.Error(), in[:min(len(in), 8)]) || strings.Contains(err.Error(), "'z'") {
			t.Errorf("%q repeats the hash", err)
		}
	}
}

func TestZeroSecret(t *testing.T) {
	var none Secret
	if !none.IsZero() || Password("").IsZero() || none.NTOWFv1() != (Key{}) {
		t.Error("no secret and an empty password are not told apart")
	}
	empty := Password("").NTOWFv1()
	wantHex(t, "NT hash of the empty password", empty[:], "31d6cfe0d16ae931b73c59d7e0c089c0")
}

func TestLMOWFv1(t *testing.T) {
	for password, want := range map[string]string{
		"": "aad3b435b51404eeaad3b435b51404ee", "password": "e52cac67419a9a224a3b108f3fa6cb6d", "PASSWORD": "e52cac67419a9a224a3b108f3fa6cb6d",
		"SecREt01": "ff3750bcc2b22412c2265b23734e0dac",
	} {
		got, err := Password(password).lmowfv1(nil)
		if err != nil {
			t.Errorf("%q: %v", password, err)
		}
		wantHex(t, password, got[:], want)
	}
	long, err := Password("123456789012345").lmowfv1(nil)
	if cut, _ := Password("12345678901234").lmowfv1(nil); err != nil || long != cut {
		t.Errorf("15 bytes are not cut: %v", err)
	}
	if _, err := Password("пароль").lmowfv1(nil); !errors.Is(err, errLMNotOEM) {
		t.Errorf("not in the code page: %v", err)
	}
	if _, err := Password("пароль").lmowfv1(charmap.CodePage866); err != nil {
		t.Errorf("in the code page: %v", err)
	}
	lower, _ := Password("señor").lmowfv1(charmap.CodePage437)
	upper, _ := Password("SEÑOR").lmowfv1(charmap.CodePage437)
	if lower != upper {
		t.Error("ñ is not put in upper case")
	}
	if b, err := oemUpper("ÿ", charmap.CodePage437); err != nil || string(b) != "\x98" { // Ÿ is not in the page
		t.Errorf("ÿ: %x, %v", b, err)
	}
}

func TestUpcase(t *testing.T) {
	for in, want := range map[string]string{
		"user": "USER", "Zoë": "ZOË", "ÿ": "Ÿ", "straße": "STRAßE", "ıſµ": "ıſµ", "иван": "ИВАН", "αλέξης": "ΑΛΈΞΗΣ",
		"ǆ": "Ǆ", "𐐨": "𐐨", "გიორგი": "გიორგი", "ﬁ": "ﬁ", "a1_-@": "A1_-@", "": "",
	} {
		if got := upcaseString(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	odd := []byte{'a', 0, 0x00, 0xd8, 'b', 0, 'c'}
	wantHex(t, "lone surrogate and odd length", upcaseUTF16(odd), "410000d84200 63")
	if odd[0] != 'a' {
		t.Error("the message is written to")
	}
}
