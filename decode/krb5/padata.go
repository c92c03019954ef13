package krb5

// PADataType is a type of pre-authentication data (RFC 4120 7.5.2).
type PADataType int32

var paDataTypes = map[PADataType]string{
	1: "PA-TGS-REQ", 2: "PA-ENC-TIMESTAMP", 3: "PA-PW-SALT", 11: "PA-ETYPE-INFO",
	14: "PA-PK-AS-REQ-OLD", 15: "PA-PK-AS-REP-OLD", 16: "PA-PK-AS-REQ", 17: "PA-PK-AS-REP",
	19: "PA-ETYPE-INFO2", 20: "PA-SVR-REFERRAL-INFO", 111: "TD-CMS-DIGEST-ALGORITHMS",
	128: "PA-PAC-REQUEST", 129: "PA-FOR-USER", 130: "PA-FOR-X509-USER", 133: "PA-FX-COOKIE",
	134: "PA-AUTHENTICATION-SET", 136: "PA-FX-FAST", 137: "PA-FX-ERROR", 138: "PA-ENCRYPTED-CHALLENGE",
	147: "PA-PKINIT-KX", 149: "PA-REQ-ENC-PA-REP", 150: "PA-AS-FRESHNESS", 151: "PA-SPAKE",
	161: "KERB-KEY-LIST-REQ", 162: "KERB-KEY-LIST-REP", 165: "PA-SUPPORTED-ENCTYPES",
	166: "PA-EXTENDED-ERROR", 167: "PA-PAC-OPTIONS",
}

// String is the type's name, empty for an unknown one.
func (t PADataType) String() string { return paDataTypes[t] }
