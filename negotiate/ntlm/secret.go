package ntlm

import (
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
)

// Secret is a password or the hashes of one. It prints as a placeholder
// whatever is done to it; there is no way to get the password out. The zero
// Secret is none at all, which is not an empty password.
type Secret struct{ of *material }

// material stands behind a pointer, so that printing a struct that holds a
// Secret in a field of its own shows an address.
type material struct {
	password *string // nil where only hashes are known
	nt       Key
	lm       *Key // from a pair of hashes
}

// Password is a secret that is a password, which may be empty.
func Password(password string) Secret {
	return Secret{&material{password: &password, nt: NTOWFv1(password)}}
}

// NTHash is a secret that is the NT hash of a password (see NTOWFv1).
func NTHash(hash Key) Secret { return Secret{&material{nt: hash}} }

// emptyLMHash is the LM hash of no password: in a pair it says that none is stored.
var emptyLMHash = lmHash(nil)

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
	secret := NTHash(nt)
	if lmText == "" || len(lmText) == 32 && strings.HasPrefix(lmText, "NO PASSWORD") {
		return secret, nil
	}
	lm, err := parseKey(lmText)
	if err != nil {
		return Secret{}, fmt.Errorf("ntlm: LM hash of a pair LM:NT: %w", err)
	}
	if lm != emptyLMHash {
		secret.of.lm = &lm
	}
	return secret, nil
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
func (s Secret) IsZero() bool { return s.of == nil }

// NTOWFv1 is the secret's NT hash; the zero Key if there is no secret.
func (s Secret) NTOWFv1() Key {
	if s.of == nil {
		return Key{}
	}
	return s.of.nt
}

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
