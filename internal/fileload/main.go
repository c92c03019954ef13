// Command fileload gives and takes bytes without end, plain and over TLS: the far
// side of scripts/bench-fetch.sh. It prints the URL of each, and runs until it is
// killed.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"
)

// piece is how much is given and taken at a time.
const piece = 256 << 10

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("/down", down)
	mux.HandleFunc("/up", up)
	ended := make(chan error)
	for _, scheme := range []string{"http", "https"} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			log.Fatal(err)
		}
		address := l.Addr()
		if scheme == "https" {
			certificate, err := selfSigned()
			if err != nil {
				log.Fatal(err)
			}
			l = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12})
		}
		go func() { ended <- http.Serve(l, mux) }()          //nolint:gosec // a benchmark's own peer needs no timeouts
		fmt.Fprintf(os.Stdout, "%s://%s\n", scheme, address) //nolint:forbidigo // the program's result
	}
	log.Fatal(<-ended)
}

// down gives as many zeros as ?size= says.
func down(w http.ResponseWriter, r *http.Request) {
	size, err := strconv.ParseInt(r.URL.Query().Get("size"), 10, 64)
	if err != nil {
		http.Error(w, "size is a number of bytes", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	for zeros := make([]byte, piece); size > 0; {
		n, err := w.Write(zeros[:min(size, piece)])
		if err != nil {
			return
		}
		size -= int64(n)
	}
}

// up takes a body and says how long it was.
func up(w http.ResponseWriter, r *http.Request) {
	n, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, r.Body, make([]byte, piece))
	if err == nil {
		fmt.Fprintln(w, n)
	}
}

// selfSigned is a certificate for this machine.
func selfSigned() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}
