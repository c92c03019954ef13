package krb5

// The mechanisms whose GSS-API frames hold Kerberos messages, in dotted
// decimals: those of RFC 4121 and MS-KILE, and two that were sent by mistake.
const (
	OIDKerberos   = "1.2.840.113554.1.2.2"
	OIDMSKerberos = "1.2.840.48018.1.2.2"
	OIDUserToUser = "1.2.840.113554.1.2.2.3"
	OIDIAKERB     = "1.3.6.1.5.2.5"
	OIDDraft      = "1.3.6.1.5.2"
	OIDWrong      = "1.3.5.1.5.2"
)

// MechanismName is the usual name of a mechanism whose tokens are Kerberos
// messages, empty for others.
func MechanismName(oid string) string {
	switch oid {
	case OIDKerberos:
		return "Kerberos"
	case OIDMSKerberos:
		return "MS-KRB5"
	case OIDUserToUser:
		return "Kerberos user-to-user"
	case OIDIAKERB:
		return "IAKERB"
	case OIDDraft:
		return "Kerberos (old)"
	case OIDWrong:
		return "Kerberos (wrong)"
	}
	return ""
}
