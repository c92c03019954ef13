package krb5

// EType is an encryption type (RFC 3961 and IANA's registry).
type EType int32

type etype struct {
	name string
	weak string // why it is no longer safe, empty where it is
}

const (
	weakDES  = "DES was withdrawn in 2012 (RFC 6649)"
	weakDES3 = "triple DES was withdrawn in 2018 (RFC 8429)"
	weakRC4  = "RC4 was withdrawn in 2018 (RFC 8429); its key is the NT hash of the account"
)

var etypes = map[EType]etype{
	0:    {"null", "nothing is encrypted"},
	1:    {"des-cbc-crc", weakDES},
	2:    {"des-cbc-md4", weakDES},
	3:    {"des-cbc-md5", weakDES},
	5:    {"des3-cbc-md5", weakDES3},
	7:    {"des3-cbc-sha1", weakDES3},
	16:   {"des3-cbc-sha1-kd", weakDES3},
	17:   {"aes128-cts-hmac-sha1-96", ""},
	18:   {"aes256-cts-hmac-sha1-96", ""},
	19:   {"aes128-cts-hmac-sha256-128", ""},
	20:   {"aes256-cts-hmac-sha384-192", ""},
	23:   {"rc4-hmac", weakRC4},
	24:   {"rc4-hmac-exp", weakRC4},
	25:   {"camellia128-cts-cmac", ""},
	26:   {"camellia256-cts-cmac", ""},
	-128: {"rc4-md4", weakRC4},
	-133: {"rc4-hmac-old", weakRC4},
	-135: {"rc4-hmac-old-exp", weakRC4},
	-148: {"rc4-plain", weakRC4},
	-149: {"rc4-plain-old", weakRC4},
}

// String is the type's name, empty for an unknown one.
func (e EType) String() string { return etypes[e].name }

// Weak says why the type is no longer safe; empty where it is, or is not known.
func (e EType) Weak() string { return etypes[e].weak }
