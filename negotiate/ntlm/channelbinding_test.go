package ntlm

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/decode"
)

// testCerts are enough of a certificate to be hashed.
var testCerts = []*x509.Certificate{
	{Raw: []byte("not ours"), SignatureAlgorithm: x509.SHA256WithRSA},
	{Raw: []byte("ours"), SignatureAlgorithm: x509.ECDSAWithSHA384},
	{Raw: []byte("no hash"), SignatureAlgorithm: x509.PureEd25519},
}

// The example of Microsoft's open specifications blog, "NTLM and Channel
// Binding Hash (aka Extended Protection for Authentication)".
func TestChannelBindingsExample(t *testing.T) {
	endPoint := unhex(t, "ea05fefecc6b0bd571dbbc5baa3ed45386d0446835f7b74c85621b9983475f95")
	layout := ChannelBindingsStruct(append([]byte(endPointPrefix), endPoint...))
	wantHex(t, "structure", layout, "00000000 00000000 00000000 00000000 35000000"+
		"746c732d7365727665722d656e642d706f696e743a ea05fefecc6b0bd571dbbc5baa3ed45386d0446835f7b74c85621b9983475f95")
	sum := endPointBindings(endPoint)
	wantHex(t, "hash", sum[:], "6586e99d81c2fc984e47172fd4dd0310")
}

func TestTLSServerEndPoint(t *testing.T) {
	for algorithm, want := range map[x509.SignatureAlgorithm]crypto.Hash{
		x509.MD5WithRSA: crypto.SHA256, x509.SHA1WithRSA: crypto.SHA256, x509.ECDSAWithSHA1: crypto.SHA256, x509.DSAWithSHA1: crypto.SHA256,
		x509.SHA256WithRSA: crypto.SHA256, x509.ECDSAWithSHA256: crypto.SHA256, x509.SHA256WithRSAPSS: crypto.SHA256, x509.DSAWithSHA256: crypto.SHA256,
		x509.SHA384WithRSA: crypto.SHA384, x509.ECDSAWithSHA384: crypto.SHA384, x509.SHA384WithRSAPSS: crypto.SHA384,
		x509.SHA512WithRSA: crypto.SHA512, x509.ECDSAWithSHA512: crypto.SHA512, x509.SHA512WithRSAPSS: crypto.SHA512,
	} {
		cert := &x509.Certificate{Raw: []byte("a certificate"), SignatureAlgorithm: algorithm}
		got, err := TLSServerEndPoint(cert)
		if err != nil || string(got) != string(sumOf(want, cert.Raw)) {
			t.Errorf("%s: %x, %v", algorithm, got, err)
		}
	}
	for _, algorithm := range []x509.SignatureAlgorithm{x509.UnknownSignatureAlgorithm, x509.MD2WithRSA} {
		if _, err := ChannelBindings(&x509.Certificate{SignatureAlgorithm: algorithm}); err == nil {
			t.Errorf("%s has a binding", algorithm)
		}
	}
}

func TestTLSServerEndPointEd25519(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "web1"}, NotAfter: time.Unix(1<<32, 0)}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := TLSServerEndPoint(cert); err == nil || !strings.Contains(err.Error(), "Ed25519") {
		t.Errorf("error %v", err)
	}
}

func TestVerifyChannelBinding(t *testing.T) {
	bound := func(hash crypto.Hash, i int) []byte {
		b := endPointBindings(sumOf(hash, testCerts[i].Raw))
		return b[:]
	}
	only := func(i int) []*x509.Certificate { return testCerts[i : i+1] }
	for name, c := range map[string]struct {
		value []byte
		certs []*x509.Certificate
		want  decode.Check
		note  string
	}{
		"ours":                  {bound(crypto.SHA384, 1), only(1), decode.Match, ""},
		"ours among others":     {bound(crypto.SHA384, 1), testCerts, decode.Match, ""},
		"another's":             {bound(crypto.SHA256, 0), only(1), decode.Mismatch, "another certificate"},
		"wrong hash":            {bound(crypto.SHA256, 1), only(1), decode.Mismatch, "with SHA-256 where SHA-384 is due"},
		"zeros":                 {make([]byte, 16), only(1), decode.Mismatch, "all zero"},
		"cut":                   {make([]byte, 15), only(1), decode.Mismatch, "15 bytes"},
		"absent":                {nil, only(1), decode.Untested, "sent none"},
		"no hash":               {bound(crypto.SHA256, 0), only(2), decode.Untested, "Ed25519"},
		"no hash, bound anyhow": {bound(crypto.SHA512, 2), only(2), decode.Untested, "all the same, with SHA-512"},
		"no certificate":        {bound(crypto.SHA256, 0), nil, decode.Untested, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var pairs decode.AVPairs
			if c.value != nil {
				pairs = append(pairs, decode.AVPair{ID: decode.MsvAvChannelBindings, Value: c.value})
			}
			pairs = append(pairs, exPairs...)
			nt := NTLMv2Response(NTOWFv2(NTOWFv1(exPassword), exUser, exDomain), exServer, blob(exClient, pairs))
			v := Verify(Input{Authenticate: message{exV2Flags, exUser, exDomain, "", nil, nt, nil}.token(), Certificates: c.certs})
			wantCheck(t, "channel binding", v.ChannelBinding, c.want)
			if c.note != "" {
				wantNote(t, v, c.note)
			}
		})
	}
	v := Verify(Input{Authenticate: message{nt: make([]byte, 24), lm: make([]byte, 24)}.token(), Certificates: testCerts})
	wantNote(t, v, "only an NTLMv2 response")
}

// The length field is little-endian whatever the machine.
func TestChannelBindingsStructLength(t *testing.T) {
	if n := binary.LittleEndian.Uint32(ChannelBindingsStruct(make([]byte, 0x0102))[16:]); n != 0x0102 {
		t.Errorf("length %#x", n)
	}
}
