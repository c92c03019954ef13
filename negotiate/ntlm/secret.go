package ntlm

import (
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"golang.org/x/text/encoding"
)

// Secret is a password or the hashes of one. It prints as a placeholder
// whatever is done to it; there is no way to get the password out. The zero
// Secret is none at all, which is not an empty password.
type Secret struct {
	// reveal stands for the material, so that fmt, which calls no methods of
	// unexported fields and follows pointers, has nothing but an address to print.
	reveal func() material
}

type material struct {
	password *string // nil where only hashes are known
	nt       Key
	lm       *Key // from a pair of hashes
}

// Password is a secret that is a password, which may be empty.
func Password(password string) Secret {
	return secretOf(material{password: &password, nt: NTOWFv1(password)})
}

// NTHash is a secret that is the NT hash of a password (see NTOWFv1).
func NTHash(hash Key) Secret { return secretOf(material{nt: hash}) }

func secretOf(m material) Secret { return Secret{func() material { return m }} }

// material is what the secret is made of; nothing if there is no secret.
func (s Secret) material() material {
	if s.reveal == nil {
		return material{}
	}
	return s.reveal()
}

// emptyLMHash is the LM hash of no password: in a pair it says that none is stored.
var emptyLMHash = Key{0xaa, 0xd3, 0xb4, 0x35, 0xb5, 0x14, 0x04, 0xee, 0xaa, 0xd3, 0xb4, 0x35, 0xb5, 0x14, 0x04, 0xee}

// ParseNTHash reads an NT hash of 32 hexadecimal digits, or a pair LM:NT as
// programs that list accounts write it. The LM hash may be empty or a text of
// 32 characters that begins with "NO PASSWORD".
func ParseNTHash(s string) (Secret, error) {
	s = strings.TrimSpace(s)
	lmText, ntText, pair := strings.Cut(s, ":")
	if !pair {
		lmText, ntText = "", s
	}
	nt, err := parseKey(ntText)
	if err != nil {
		return Secret{}, fmt.Errorf("ntlm: NT hash: %w", err)
	}
	m := material{nt: nt}
	if lmText == "" || len(lmText) == 32 && strings.HasPrefix(lmText, "NO PASSWORD") {
		return secretOf(m), nil
	}
	lm, err := parseKey(lmText)
	if err != nil {
		return Secret{}, fmt.Errorf("ntlm: LM hash of a pair LM:NT: %w", err)
	}
	if lm != emptyLMHash {
		m.lm = &lm
	}
	return secretOf(m), nil
}

// parseKey reads 32 hexadecimal digits. Its errors do not repeat them, as
// encoding/hex's do.
func parseKey(s string) (k Key, err error) {
	if len(s) != 2*KeySize {
		return k, fmt.Errorf("%d characters, 32 are due", len(s))
	}
	if _, err := hex.Decode(k[:], []byte(s)); err != nil {
		return Key{}, errors.New("not hexadecimal")
	}
	return k, nil
}

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return s.reveal == nil }

// NTOWFv1 is the secret's NT hash; the zero Key if there is no secret.
func (s Secret) NTOWFv1() Key { return s.material().nt }

// String is a placeholder.
func (Secret) String() string { return redacted }

// GoString is a placeholder.
func (Secret) GoString() string { return redacted }

// Format implements fmt.Formatter. It writes a placeholder for every verb.
func (Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, redacted) }

// MarshalText implements encoding.TextMarshaler. It gives a placeholder.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON implements json.Marshaler. It gives a placeholder.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// LogValue implements slog.LogValuer. It gives a placeholder.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// errNoLMHash says that a secret came as an NT hash.
var errNoLMHash = errors.New("ntlm: the LM hash is not known: the secret is an NT hash")

// lmowfv1 is the secret's LM hash. A password that is too long is cut to 14
// bytes, as clients do that send an LM response all the same.
func (s Secret) lmowfv1(page encoding.Encoding) (Key, error) {
	m := s.material()
	switch {
	case m.lm != nil:
		return *m.lm, nil
	case m.password == nil:
		return Key{}, errNoLMHash
	}
	oem, err := oemUpper(*m.password, page)
	if err != nil {
		return Key{}, err
	}
	return lmHash(oem[:min(len(oem), lmPassword)]), nil
}
