// Package address reads URLs as curl does: the scheme may be missing, and what
// stands in path and query goes out as it is written.
package address

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// Parse reads a URL as people type it. Without a scheme it is http. Dot segments
// are taken out of the path unless keepDots is set. The fragment is dropped, and
// User is set from user:password@. Errors quote no credentials.
func Parse(text string, keepDots bool) (*url.URL, error) {
	if at := strings.IndexFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f }); at >= 0 {
		return nil, fmt.Errorf("the URL has a blank or control character at %d", at+1)
	}
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok || strings.ContainsAny(scheme, "/?#@") {
		scheme, rest = "http", text
	}
	u := &url.URL{Scheme: strings.ToLower(scheme)}
	if u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("the URL's scheme %s is neither http nor https", strconv.Quote(scheme))
	}
	rest = strings.TrimLeft(rest, "/")
	rest, _, _ = strings.Cut(rest, "#")
	authority, target := rest, ""
	if at := strings.IndexAny(rest, "/?"); at >= 0 {
		authority, target = rest[:at], rest[at:]
	}
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		var err error
		if u.User, err = userOf(authority[:at]); err != nil {
			return nil, err
		}
		authority = authority[at+1:]
	}
	var err error
	if u.Host, err = Host(authority); err != nil {
		return nil, err
	}
	return u, SetTarget(u, target, keepDots)
}

// userOf reads user:password, percent-encoded.
func userOf(text string) (*url.Userinfo, error) {
	name, password, given := strings.Cut(text, ":")
	name, err1 := url.PathUnescape(name)
	password, err2 := url.PathUnescape(password)
	switch {
	case err1 != nil || err2 != nil:
		return nil, errors.New("the credentials in the URL are not well percent-encoded")
	case given:
		return url.UserPassword(name, password), nil
	}
	return url.User(name), nil
}

// Host reads host:port, and writes an international name in ASCII. The zone of an
// IPv6 address comes after % or %25 (RFC 6874), and after % in the result.
func Host(text string) (string, error) {
	probe := &url.URL{Host: text}
	host, port := probe.Hostname(), probe.Port()
	if host == "" {
		return "", errors.New("the URL has no host")
	}
	if port == "" && !strings.HasPrefix(text, "[") && strings.Contains(host, ":") { // not quoted: it may be the beginning of a password
		return "", errors.New("the URL's port is no number; a /, ? or # in a password is written %2F, %3F or %23")
	}
	if port == "" && strings.HasSuffix(text, ":") {
		text = strings.TrimSuffix(text, ":")
	}
	if port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return "", errors.New("the URL's port is none from 1 to 65535")
		}
	}
	if strings.HasPrefix(text, "[") {
		escaped := text
		if before, zone, ok := strings.Cut(text, "%"); ok && !strings.HasPrefix(zone, "25") {
			escaped = before + "%25" + zone
		}
		u, err := url.Parse("http://" + escaped + "/")
		if err != nil {
			return "", errors.New("the URL's address in brackets is none")
		}
		return u.Host, nil
	}
	for _, r := range host {
		if r < 0x80 {
			continue
		}
		ascii, err := idna.Lookup.ToASCII(host)
		if err != nil || ascii == "" {
			return "", fmt.Errorf("the URL's host %s is no name", strconv.Quote(host))
		}
		if port != "" {
			ascii += ":" + port
		}
		return ascii, nil
	}
	if _, err := url.Parse("http://" + text + "/"); err != nil || strings.ContainsAny(host, ":<>\"'`\\^|{} ") {
		return "", fmt.Errorf("the URL's host %s is no name", strconv.Quote(host))
	}
	return text, nil
}

// SetTarget sets path and query, to go out as they are written: bytes that are
// no ASCII are percent-encoded.
func SetTarget(u *url.URL, target string, keepDots bool) error {
	path, query, asked := strings.Cut(encode(target), "?")
	if path == "" {
		path = "/"
	}
	if !keepDots {
		path = removeDots(path)
	}
	u.RawQuery, u.ForceQuery = query, asked && query == ""
	plain, err := url.PathUnescape(path)
	if err != nil { // a stray percent sign: it goes out all the same
		plain = path
	}
	u.Path, u.RawPath = plain, path
	u.Opaque = ""
	if u.EscapedPath() != path && !strings.HasPrefix(path, "//") { // net/url would write it in another way
		u.Opaque = path
	}
	return nil
}

// Join resolves a Location against the URL that it came from (RFC 3986 section 5.2).
func Join(base *url.URL, location string, keepDots bool) (*url.URL, error) {
	location, _, _ = strings.Cut(strings.TrimSpace(location), "#")
	location = encode(location)
	if scheme, _, ok := strings.Cut(location, ":"); ok && isScheme(scheme) {
		if !strings.HasPrefix(location[len(scheme):], "://") {
			return nil, fmt.Errorf("the redirect goes to %s, which is neither http nor https", strconv.Quote(scheme+":"))
		}
		return Parse(location, keepDots)
	}
	u := &url.URL{Scheme: base.Scheme, Host: base.Host}
	switch {
	case strings.HasPrefix(location, "//"):
		return Parse(base.Scheme+":"+location, keepDots)
	case strings.HasPrefix(location, "/"):
		return u, SetTarget(u, location, keepDots)
	case strings.HasPrefix(location, "?"), location == "":
		if location == "" && base.RawQuery != "" {
			location = "?" + base.RawQuery
		}
		return u, SetTarget(u, pathOf(base)+location, keepDots)
	}
	path := pathOf(base)
	return u, SetTarget(u, path[:strings.LastIndexByte(path, '/')+1]+location, keepDots)
}

// Target is path and query as they go out.
func Target(u *url.URL) string { return u.RequestURI() }

// Text is the URL as it is shown: without credentials.
func Text(u *url.URL) string { return u.Scheme + "://" + u.Host + Target(u) }

func pathOf(u *url.URL) string {
	if u.Opaque != "" {
		return u.Opaque
	}
	return u.EscapedPath()
}

func isScheme(text string) bool {
	for i, c := range text {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || i > 0 && (c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.') {
			continue
		}
		return false
	}
	return text != ""
}

// encode percent-encodes blanks, control characters and what is no ASCII.
func encode(text string) string {
	var b strings.Builder
	for i := range len(text) {
		if c := text[i]; c <= ' ' || c >= 0x7f {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// removeDots takes out /./ and /../ (RFC 3986 section 5.2.4).
func removeDots(path string) string {
	if !strings.Contains(path, "/.") {
		return path
	}
	var kept []string
	segments := strings.Split(path, "/")[1:]
	for i, segment := range segments {
		last := i == len(segments)-1
		switch segment {
		case ".", "..":
			if segment == ".." && len(kept) > 0 {
				kept = kept[:len(kept)-1]
			}
			if last {
				kept = append(kept, "")
			}
		default:
			kept = append(kept, segment)
		}
	}
	return "/" + strings.Join(kept, "/")
}
