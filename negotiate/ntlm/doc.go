// Package ntlm is the cryptography of NTLM (MS-NLMP 3.3, 3.4): hashes,
// responses, keys, the MIC and channel bindings, and Verify, which compares an
// AUTHENTICATE_MESSAGE with a secret. Tokens in, tokens out: no I/O.
//
// NTLM stands on MD4, MD5, DES and RC4, all broken. They are here because
// servers and clients speak them, and are fit for nothing else.
package ntlm
