package ntlm

import (
	"crypto"
	"crypto/md5"
	_ "crypto/sha1"   // for crypto.SHA1
	_ "crypto/sha256" // for crypto.SHA256
	_ "crypto/sha512" // for crypto.SHA384 and crypto.SHA512
	"crypto/x509"
	"encoding/binary"
	"fmt"
)

// endPointPrefix is the binding's name in application_data (RFC 5929 section 4).
const endPointPrefix = "tls-server-end-point:"

// endPointHash is the hash function that tls-server-end-point uses for a
// certificate: that of its signature, but SHA-256 for MD5 and SHA-1 (RFC 5929
// section 4.1).
func endPointHash(cert *x509.Certificate) (crypto.Hash, error) {
	switch cert.SignatureAlgorithm {
	case x509.MD5WithRSA, x509.SHA1WithRSA, x509.DSAWithSHA1, x509.ECDSAWithSHA1,
		x509.SHA256WithRSA, x509.DSAWithSHA256, x509.ECDSAWithSHA256, x509.SHA256WithRSAPSS:
		return crypto.SHA256, nil
	case x509.SHA384WithRSA, x509.ECDSAWithSHA384, x509.SHA384WithRSAPSS:
		return crypto.SHA384, nil
	case x509.SHA512WithRSA, x509.ECDSAWithSHA512, x509.SHA512WithRSAPSS:
		return crypto.SHA512, nil
	case x509.UnknownSignatureAlgorithm:
		return 0, fmt.Errorf("channel binding tls-server-end-point: the certificate's signature algorithm is not known here, so neither is its hash function")
	}
	return 0, fmt.Errorf("channel binding tls-server-end-point: not defined for a certificate signed with %s, which names no single hash function (RFC 5929 section 4.1)", cert.SignatureAlgorithm)
}

// TLSServerEndPoint is the channel binding tls-server-end-point of a server's
// certificate, without its prefix (RFC 5929 section 4). There is none for
// certificates signed with Ed25519 and others that name no hash function.
func TLSServerEndPoint(cert *x509.Certificate) ([]byte, error) {
	hash, err := endPointHash(cert)
	if err != nil {
		return nil, err
	}
	return sumOf(hash, cert.Raw), nil
}

func sumOf(hash crypto.Hash, b []byte) []byte {
	h := hash.New()
	h.Write(b)
	return h.Sum(nil)
}

// ChannelBindingsStruct is a gss_channel_bindings_struct without addresses, laid
// out as it is hashed (RFC 4121 section 4.1.1.2, MS-NLMP 2.2.2.1).
func ChannelBindingsStruct(applicationData []byte) []byte {
	// Address type and length of initiator and acceptor are four zeros of 32 bits.
	out := binary.LittleEndian.AppendUint32(make([]byte, 16, 20+len(applicationData)), uint32(len(applicationData)))
	return append(out, applicationData...)
}

// ChannelBindings is the value of MsvAvChannelBindings for a connection to the
// server with the certificate (MS-NLMP 2.2.2.1); see TLSServerEndPoint.
func ChannelBindings(cert *x509.Certificate) ([16]byte, error) {
	endPoint, err := TLSServerEndPoint(cert)
	if err != nil {
		return [16]byte{}, err
	}
	return endPointBindings(endPoint), nil
}

func endPointBindings(endPoint []byte) [16]byte {
	return md5.Sum(ChannelBindingsStruct(append([]byte(endPointPrefix), endPoint...)))
}
