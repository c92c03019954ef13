package negotiate

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/offer"
)

// digestOf reads the parameters of a Digest header.
func digestOf(t *testing.T, header string) func(string) string {
	t.Helper()
	list := offer.Parse([]string{header})
	if len(list) != 1 || !list[0].Is(SchemeDigest) {
		t.Fatalf("%q is not Digest", header)
	}
	return func(name string) string {
		value, _ := list[0].Param(name)
		return value
	}
}

// The examples of RFC 7616 section 3.9.1, and RFC 2617's without qop.
func TestDigest(t *testing.T) {
	const realm, nonce = "http-auth@example.org", "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
	for _, c := range []struct{ challenge, cnonce, want string }{
		{`Digest realm="` + realm + `", qop="auth, auth-int", algorithm=MD5, nonce="` + nonce + `"`, "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "8ca523f5e9506fed4657c9700eebdbec"},
		{`Digest realm="` + realm + `", qop="auth-int, auth", algorithm=SHA-256, nonce="` + nonce + `"`, "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
			"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"},
	} {
		challenge := &offer.Parse([]string{c.challenge})[0]
		if !canDigest(challenge) {
			t.Errorf("%s: cannot be answered", c.challenge)
			continue
		}
		s := &digestStepper{user: "Mufasa", password: "Circle of Life"}
		if more, err := s.take(challenge); !more || err != nil {
			t.Fatal(more, err)
		}
		s.cnonce = c.cnonce
		header, err := s.value("GET", "/dir/index.html")
		if err != nil {
			t.Fatal(err)
		}
		if get := digestOf(t, header); get("response") != c.want || get("nc") != "00000001" || get("uri") != "/dir/index.html" {
			t.Errorf("%s", header)
		}
	}
}

// A session's key is of the nonce that opened it.
func TestDigestSession(t *testing.T) {
	for _, algorithm := range []string{"MD5-sess", "SHA-256-sess"} {
		s := &digestStepper{user: alice, password: password}
		challenge := &offer.Parse([]string{`Digest realm="r", qop="auth", nonce="n", algorithm=` + algorithm})[0]
		if _, err := s.take(challenge); err != nil || !canDigest(challenge) {
			t.Fatal(err)
		}
		for n := 1; n <= 2; n++ {
			header, err := s.value("GET", "/")
			if err != nil {
				t.Fatal(err)
			}
			get := digestOf(t, header)
			plain, _, _ := strings.Cut(algorithm, "-sess")
			a1 := sum(plain, sum(plain, get("username"), "r", password), "n", get("cnonce"))
			want := sum(plain, a1, "n", fmt.Sprintf("%08x", n), get("cnonce"), "auth", sum(plain, "GET", "/"))
			if get("response") != want || get("algorithm") != algorithm || get("username") != alice {
				t.Errorf("%s", header)
			}
		}
	}
}

func TestCanDigest(t *testing.T) {
	for text, want := range map[string]bool{
		`Digest realm="r", nonce="n"`:                              true,
		`Digest realm="r", nonce="n", algorithm=SHA-512-256`:       true,
		`Digest realm="r", nonce="n", qop="auth-int"`:              false,
		`Digest realm="r", nonce="n", algorithm=token`:             false,
		`Digest realm="r", nonce="n", algorithm=MD5-sess`:          false, // there is no cnonce without qop
		`Digest realm="r"`:                                         false,
		`Digest realm="r", nonce="n", qop=auth, algorithm="md5"`:   true,
		`Digest realm="r", nonce="n", algorithm=-sess, qop="auth"`: false,
	} {
		if got := canDigest(&offer.Parse([]string{text})[0]); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

// The legs of Digest: stale is no refusal, and a refusal is the last.
func TestDigestLegs(t *testing.T) {
	challenge := func(nonce, more string) string {
		return response(401, `WWW-Authenticate: Digest realm="r", qop="auth", nonce="`+nonce+`"`+more)
	}
	for _, c := range []struct {
		name    string
		answers []string
		body    string
		want    string
	}{
		{"accepted", []string{challenge("a", ""), response(200)}, "", "survives 200 2 1 0"},
		{"with a body", []string{challenge("a", ""), response(200)}, "twelve bytes", "survives 200 2 1 0"},
		{"refused", []string{challenge("a", ""), challenge("b", "")}, "", "credentials-rejected 401 2 1 1"},
		{"stale", []string{challenge("a", ""), challenge("b", ", stale=true"), response(200)}, "", "survives 200 3 1 0"},
		{"stale, and then refused", []string{challenge("a", ""), challenge("b", ", stale=TRUE"), challenge("c", "")}, "", "credentials-rejected 401 3 1 1"},
		{"stale for ever", []string{challenge("a", ""), challenge("a", ", stale=true")}, "", "rejected-unattributed 401 2 1 1"},
		{"the first that can be answered", []string{response(401, `WWW-Authenticate: Digest realm="r", nonce="n", algorithm=X, Digest realm="r", nonce="n"`), response(200)}, "", "survives 200 2 1 0"},
		{"NTLM is not asked for", []string{response(401, "WWW-Authenticate: NTLM", `WWW-Authenticate: Digest realm="r", nonce="n"`), response(200)}, "", "survives 200 2 1 0"},
		{"none that can be answered", []string{response(401, `WWW-Authenticate: Digest realm="r", nonce="n", algorithm=X`)}, "", "rejected-unattributed 401 1 1 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := newTester(t, Options{Origin: at([]string{SchemeDigest}, true)})
			address := script(t, answers(c.answers...))
			req := request(t, "GET", address, nil)
			if c.body != "" {
				req = request(t, "POST", address, once(c.body))
			}
			if _, err := client.do(t, req); err != nil {
				t.Fatal(err)
			}
			if got := client.outcome(t); got != c.want {
				t.Errorf("got %q, want %q; %+v", got, c.want, client.last(t).Verdict)
			}
			last := client.last(t).Legs[len(client.last(t).Legs)-1]
			if c.body != "" && last.Request.BodyBytes != int64(len(c.body)) {
				t.Errorf("%d bytes of the body went out", last.Request.BodyBytes)
			}
		})
	}
}

// A nonce is used again with a higher count, and not asked for again.
func TestDigestReuse(t *testing.T) {
	address := script(t, answers(response(401, `WWW-Authenticate: Digest realm="r", qop="auth", nonce="a"`), response(200), response(200)))
	client := newTester(t, Options{Origin: at([]string{SchemeDigest}, false)})
	for _, want := range []string{"00000001", "00000002"} {
		if _, err := client.do(t, request(t, "GET", address, nil)); err != nil {
			t.Fatal(err)
		}
		legs := client.last(t).Legs
		if nc := digestOf(t, legs[len(legs)-1].Request.Headers.Get("Authorization"))("nc"); nc != want {
			t.Errorf("nc %s, want %s", nc, want)
		}
	}
}
