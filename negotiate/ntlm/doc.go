// Package ntlm speaks NTLM (MS-NLMP) and checks it: Client makes the tokens of a
// logon, Acceptor issues challenges and verifies answers, Verify compares an
// AUTHENTICATE_MESSAGE that was recorded with a secret. Beneath are the hashes,
// responses, keys, the MIC and channel bindings (3.3, 3.4). Tokens in, tokens
// out: no I/O.
//
// NTLM stands on MD4, MD5, DES and RC4, all broken. They are here because
// servers and clients speak them, and are fit for nothing else.
package ntlm
