package main

import (
	"crypto/md5"
	"crypto/sha256"
	"fmt"
	"hash"
	"net/http"
	"regexp"
)

// digestParam finds the parameters of a Digest header.
var digestParam = regexp.MustCompile(`(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^",\s]+))`)

// digest is a page for alice by Digest (RFC 7616), with MD5 or, where the path says
// so, with SHA-256.
func (p *peer) digest(w http.ResponseWriter, r *http.Request, algorithm string) {
	h := map[string]func() hash.Hash{"MD5": md5.New, "SHA-256": sha256.New}[algorithm]
	sum := func(format string, args ...any) string {
		s := h()
		fmt.Fprintf(s, format, args...)
		return fmt.Sprintf("%x", s.Sum(nil))
	}
	got := map[string]string{}
	for _, m := range digestParam.FindAllStringSubmatch(r.Header.Get("Authorization"), -1) {
		got[m[1]] = m[2] + m[3]
	}
	secret, uri := sum("alice:a realm:Passw0rd!"), sum("%s:%s", r.Method, r.RequestURI)
	want := sum("%s:%s:%s:%s:auth:%s", secret, got["nonce"], got["nc"], got["cnonce"], uri)
	if got["username"] == "alice" && got["nonce"] == "n0" && got["uri"] == r.RequestURI && got["response"] == want {
		fmt.Fprintf(w, "%s %s\n", algorithm, got["nc"])
		return
	}
	w.Header().Set("WWW-Authenticate", `Digest realm="a realm", nonce="n0", qop="auth,auth-int", opaque="o", algorithm=`+algorithm)
	w.WriteHeader(http.StatusUnauthorized)
	fmt.Fprint(w, "who are you?\n")
}
