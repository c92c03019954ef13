// Package krb5 reads the Kerberos messages that travel inside Negotiate
// (RFC 4120, framed as RFC 4121 4.1 has it): AP-REQ, AP-REP, KRB-ERROR, the
// TGT-REQ and TGT-REP of user-to-user, and the replies of a KDC. It decrypts
// nothing; it says what stands in the clear.
package krb5
