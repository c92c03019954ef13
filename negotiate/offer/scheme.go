package offer

import "strings"

// registered are the schemes of IANA's registry, and those that servers use
// beside it, as they are written.
var registered = [...]string{
	"NTLM", "Negotiate", "Nego2", "Basic", "Digest", "Bearer", "Kerberos", "DPoP", "GNAP", "HOBA", "Mutual", "OAuth",
	"PrivateToken", "SCRAM-SHA-1", "SCRAM-SHA-256", "vapid", "Concealed", "Passport1.4", "PKINIT", "X-MobileMe-AuthToken", "AWS4-HMAC-SHA256",
}

// canonical returns the name as it is registered, or "".
func canonical(scheme string) string {
	for _, name := range registered {
		if strings.EqualFold(name, scheme) {
			return name
		}
	}
	return ""
}

// CarriesToken reports whether a scheme's token is a GSS-API or NTLM token in base64.
func CarriesToken(scheme string) bool {
	switch canonical(scheme) {
	case "NTLM", "Negotiate", "Nego2", "Kerberos":
		return true
	}
	return false
}
