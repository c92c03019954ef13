package ntlm

import (
	"bytes"
	"crypto"
	"crypto/md5"
	"crypto/x509"

	"github.com/ntlmctl/ntlmctl/decode"
)

// checkChannelBinding compares MsvAvChannelBindings with the certificates.
func (v *verification) checkChannelBinding() {
	if v.m.NTLMv2 == nil {
		v.note("the channel binding is untested: only an NTLMv2 response carries one")
		return
	}
	p, ok := v.m.NTLMv2.AVPairs.Get(decode.MsvAvChannelBindings)
	switch {
	case !ok:
		v.note("the channel binding is untested: the client sent none")
		return
	case len(p.Value) != md5.Size:
		v.out.ChannelBinding = decode.Mismatch
		v.note("the channel binding has %d bytes, 16 are due", len(p.Value))
		return
	case bytes.Equal(p.Value, make([]byte, md5.Size)):
		v.out.ChannelBinding = decode.Mismatch
		v.note("the channel binding is all zero: the client knew of no TLS channel")
		return
	}
	for _, cert := range v.Certificates {
		if v.compareBinding(p.Value, cert) {
			return
		}
	}
	if v.out.ChannelBinding == decode.Mismatch {
		v.note("the client bound itself to another certificate: its TLS connection ends somewhere else, or the certificate was replaced")
	}
}

// compareBinding compares with one certificate; done says that the answer is final.
func (v *verification) compareBinding(value []byte, cert *x509.Certificate) (done bool) {
	due, err := endPointHash(cert)
	if err != nil {
		v.note("%s", trimPrefix(err))
	} else {
		v.out.ChannelBinding = decode.Mismatch
	}
	for _, hash := range [...]crypto.Hash{crypto.SHA256, crypto.SHA384, crypto.SHA512, crypto.SHA1, crypto.MD5} {
		bindings := endPointBindings(sumOf(hash, cert.Raw))
		if !bytes.Equal(value, bindings[:]) {
			continue
		}
		switch {
		case hash == due:
			v.out.ChannelBinding = decode.Match
		case err != nil:
			v.out.ChannelBinding = decode.Untested
			v.note("the client bound itself to this certificate all the same, with %s", hash)
		default:
			v.note("the client bound itself to this certificate, but with %s where %s is due", hash, due)
		}
		return true
	}
	return false
}
