package krb5

// NTStatus is an NTSTATUS (MS-ERREF 2.3), as Kerberos errors, NEGOEX alerts and
// CredSSP carry them. Values of the SECURITY_STATUS kind (0x8009....) are here
// too, since CredSSP sends them in the same place.
type NTStatus uint32

// String is the status's name, empty for one that the table lacks.
func (s NTStatus) String() string { return ntStatuses[s].name }

// Meaning is a phrase for a person, empty for one that the table lacks.
func (s NTStatus) Meaning() string { return ntStatuses[s].cause }

var ntStatuses = map[NTStatus]errorEntry{
	0x00000000: {"STATUS_SUCCESS", "no error"},
	0xc0000001: {"STATUS_UNSUCCESSFUL", "the operation failed"},
	0xc000000d: {"STATUS_INVALID_PARAMETER", "an invalid parameter"},
	0xc0000017: {"STATUS_NO_MEMORY", "not enough memory"},
	0xc0000022: {"STATUS_ACCESS_DENIED", "access is denied"},
	0xc000005e: {"STATUS_NO_LOGON_SERVERS", "no domain controller can be reached"},
	0xc0000064: {"STATUS_NO_SUCH_USER", "there is no such user"},
	0xc000006a: {"STATUS_WRONG_PASSWORD", "the password is wrong"},
	0xc000006c: {"STATUS_PASSWORD_RESTRICTION", "the new password does not meet the policy"},
	0xc000006d: {"STATUS_LOGON_FAILURE", "the user name or the password is wrong"},
	0xc000006e: {"STATUS_ACCOUNT_RESTRICTION", "a restriction of the account prevents the logon (an empty password, Protected Users, a policy)"},
	0xc000006f: {"STATUS_INVALID_LOGON_HOURS", "outside the account's logon hours"},
	0xc0000070: {"STATUS_INVALID_WORKSTATION", "the account may not log on from this workstation"},
	0xc0000071: {"STATUS_PASSWORD_EXPIRED", "the password has expired"},
	0xc0000072: {"STATUS_ACCOUNT_DISABLED", "the account is disabled"},
	0xc000009a: {"STATUS_INSUFFICIENT_RESOURCES", "not enough resources"},
	0xc00000bb: {"STATUS_NOT_SUPPORTED", "not supported"},
	0xc00000dc: {"STATUS_INVALID_SERVER_STATE", "the server is in the wrong state"},
	0xc00000df: {"STATUS_NO_SUCH_DOMAIN", "there is no such domain"},
	0xc00000e5: {"STATUS_INTERNAL_ERROR", "an internal error"},
	0xc0000133: {"STATUS_TIME_DIFFERENCE_AT_DC", "the clocks of this machine and the domain controller are too far apart"},
	0xc000015b: {"STATUS_LOGON_TYPE_NOT_GRANTED", "the user has not been granted this kind of logon at this machine"},
	0xc000018b: {"STATUS_NO_TRUST_SAM_ACCOUNT", "the domain has no account for this machine"},
	0xc000018c: {"STATUS_TRUSTED_DOMAIN_FAILURE", "the trust between the domains is broken"},
	0xc000018d: {"STATUS_TRUSTED_RELATIONSHIP_FAILURE", "the trust between this machine and its domain is broken"},
	0xc0000192: {"STATUS_NETLOGON_NOT_STARTED", "the Netlogon service does not run"},
	0xc0000193: {"STATUS_ACCOUNT_EXPIRED", "the account has expired"},
	0xc0000199: {"STATUS_NOLOGON_WORKSTATION_TRUST_ACCOUNT", "a computer's account cannot log on here"},
	0xc0000224: {"STATUS_PASSWORD_MUST_CHANGE", "the password must be changed before the first logon"},
	0xc0000234: {"STATUS_ACCOUNT_LOCKED_OUT", "the account is locked out"},
	0xc00002ee: {"STATUS_UNFINISHED_CONTEXT_DELETED", "the context was deleted before it was complete"},
	0xc00002ef: {"STATUS_NO_TGT_REPLY", "user-to-user: the service sent no ticket-granting ticket"},
	0xc00002f5: {"STATUS_MUST_BE_KDC", "only a domain controller can do this"},
	0xc00002f8: {"STATUS_NO_PA_DATA", "no pre-authentication data of the kind that is due"},
	0xc00002f9: {"STATUS_PKINIT_NAME_MISMATCH", "the certificate names another user"},
	0xc00002fa: {"STATUS_SMARTCARD_LOGON_REQUIRED", "the account must log on with a smart card"},
	0xc00002fb: {"STATUS_KDC_INVALID_REQUEST", "an invalid request was sent to the KDC"},
	0xc00002fc: {"STATUS_KDC_UNABLE_TO_REFER", "the KDC cannot refer to the realm of the target"},
	0xc00002fd: {"STATUS_KDC_UNKNOWN_ETYPE", "the KDC does not know the encryption type"},
	0xc0000320: {"STATUS_PKINIT_FAILURE", "logon with a certificate failed"},
	0xc0000321: {"STATUS_SMARTCARD_SUBSYSTEM_FAILURE", "the smart card subsystem failed"},
	0xc0000322: {"STATUS_NO_KERB_KEY", "the account has no Kerberos key"},
	0xc0000388: {"STATUS_DOWNGRADE_DETECTED", "an attempt to weaken the security was detected"},
	0xc0000413: {"STATUS_AUTHENTICATION_FIREWALL_FAILED", "the account lacks \"Allowed to authenticate\" on this machine (selective authentication)"},
	0xc0000418: {"STATUS_NTLM_BLOCKED", "policy blocks NTLM"},
	0x80090300: {"SEC_E_INSUFFICIENT_MEMORY", "not enough memory"},
	0x80090302: {"SEC_E_UNSUPPORTED_FUNCTION", "the function is not supported"},
	0x80090303: {"SEC_E_TARGET_UNKNOWN", "the target's SPN is not known"},
	0x80090304: {"SEC_E_INTERNAL_ERROR", "the local security authority cannot be reached"},
	0x80090308: {"SEC_E_INVALID_TOKEN", "a token is malformed or out of place"},
	0x8009030c: {"SEC_E_LOGON_DENIED", "the logon was refused"},
	0x8009030d: {"SEC_E_UNKNOWN_CREDENTIALS", "the credentials are not recognised"},
	0x8009030e: {"SEC_E_NO_CREDENTIALS", "there are no credentials"},
	0x8009030f: {"SEC_E_MESSAGE_ALTERED", "a message was changed on the way"},
	0x80090311: {"SEC_E_NO_AUTHENTICATING_AUTHORITY", "no domain controller can be reached"},
	0x80090322: {"SEC_E_WRONG_PRINCIPAL", "the target's SPN is on another account than the one that runs it"},
	0x80090324: {"SEC_E_TIME_SKEW", "the clocks are too far apart"},
	0x80090331: {"SEC_E_ALGORITHM_MISMATCH", "the two sides share no algorithm"},
	0x80090346: {"SEC_E_BAD_BINDINGS", "the channel binding differs: TLS ends somewhere else"},
	0x80090342: {"SEC_E_KDC_UNKNOWN_ETYPE", "the KDC does not know the encryption type"},
	0x80090350: {"SEC_E_DOWNGRADE_DETECTED", "an attempt to weaken the security was detected"},
}
