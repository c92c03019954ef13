package capture

import "bytes"

// context is what the text around a token says about it.
type context struct {
	scheme, header, direction string
	status                    int
	// marked says that the line began with curl's mark for the direction.
	marked bool
}

// Directions as decode.Source has them.
const (
	request  = "request"
	response = "response"
)

// lookBack is how far before a token the text is looked at: for where its line
// begins, for the header that a line goes on with, and for the status line.
const lookBack = 8 << 10

// headerNames are the fields that carry tokens, in lower case, the longer ones
// before those that they end with.
var headerNames = []struct {
	lower, name, direction string
}{
	{"proxy-authentication-info", "Proxy-Authentication-Info", response},
	{"authentication-info", "Authentication-Info", response},
	{"proxy-authenticate", "Proxy-Authenticate", response},
	{"www-authenticate", "WWW-Authenticate", response},
	{"proxy-authorization", "Proxy-Authorization", request},
	{"authorization", "Authorization", request},
}

// describe reads what stands before the token that begins at start. Nothing
// before floor is looked at.
func describe(b []byte, start, floor int) context {
	low := max(floor, start-lookBack, 0)
	line := low + bytes.LastIndexByte(b[low:start], '\n') + 1
	var c context
	prefix := b[line:start]
	c.scheme = schemeBefore(prefix)
	c.fromLine(prefix)
	if c.header == "" && folded(prefix, c.scheme) {
		for line > low && c.header == "" {
			end := line - 1
			line = low + bytes.LastIndexByte(b[low:end], '\n') + 1
			prefix = b[line:end]
			if c.scheme == "" {
				c.scheme = schemeAtEnd(bytes.TrimRight(prefix, " \t\r"))
			}
			c.fromLine(prefix)
			if len(prefix) == 0 || prefix[0] != ' ' && prefix[0] != '\t' {
				break
			}
		}
	}
	if c.header == "" && c.scheme == "" {
		c.fromMail(b[low:start], b[line:start])
	}
	if c.direction == response && c.header != "" {
		c.status = statusAbove(b[low:line])
	}
	return c
}

// folded reports whether a line of which prefix is the beginning is one that a
// header goes on in: it starts with a blank and has but a scheme.
func folded(prefix []byte, scheme string) bool {
	if len(prefix) == 0 || prefix[0] != ' ' && prefix[0] != '\t' {
		return false
	}
	rest := bytes.TrimSpace(prefix)
	return len(rest) == len(scheme)
}

// fromLine takes the header, or the command of a mail protocol, that stands
// last in the line, and the direction.
func (c *context) fromLine(line []byte) {
	if head := 256; len(line) > 2*head {
		// A token may be far along: a header joins several.
		c.fromLine(line[len(line)-head:])
		if c.header == "" {
			c.fromLine(line[:head])
		}
		return
	}
	if len(line) > 2 && line[1] == ' ' && (line[0] == '>' || line[0] == '<') {
		c.marked = true
	}
	var room [512]byte
	lower := room[:0]
	for _, x := range line {
		if 'A' <= x && x <= 'Z' {
			x |= 0x20
		} else if x == '_' {
			x = '-'
		}
		lower = append(lower, x)
	}
	if bytes.Contains(lower, []byte("auth")) {
		c.fromName(lower)
	}
	if c.direction == "" && len(line) > 1 {
		switch {
		case bytes.HasPrefix(line, []byte("> ")), bytes.HasPrefix(line, []byte("C: ")), bytes.HasPrefix(line, []byte("-->")), bytes.HasPrefix(line, []byte(">>>")):
			c.direction = request
		case bytes.HasPrefix(line, []byte("< ")), bytes.HasPrefix(line, []byte("S: ")), bytes.HasPrefix(line, []byte("<--")), bytes.HasPrefix(line, []byte("<<<")):
			c.direction = response
		}
	}
}

// fromName takes the header's name that stands last in a line in lower case.
func (c *context) fromName(lower []byte) {
	best := -1
	for _, h := range headerNames {
		i := bytes.LastIndex(lower, []byte(h.lower))
		// A name that is the end of a longer one was found as that.
		if i <= best || i > 0 && isAlnum(lower[i-1]) || best >= 0 && i == best+len("proxy-") {
			continue
		}
		best = i
		c.header, c.direction = h.name, h.direction
	}
	if best < 0 && (bytes.Contains(lower, []byte("auth ntlm")) || bytes.Contains(lower, []byte("authenticate ntlm"))) {
		c.header, c.direction = "AUTH NTLM", request
	}
}

// fromMail recognises what SMTP, IMAP, POP3 and NNTP servers put before a
// challenge, and a client's answer in the line after one.
func (c *context) fromMail(before, line []byte) {
	word := lastWord(line)
	switch string(word) {
	case "334", "383", "+":
		c.header, c.direction = "AUTH NTLM", response
		return
	}
	if len(bytes.TrimLeft(line, "CS:<>- \t")) > 0 {
		return
	}
	above := before[:len(before)-len(line)]
	for range 2 {
		above = bytes.TrimRight(above, "\r\n")
		i := bytes.LastIndexByte(above, '\n') + 1
		l := bytes.TrimLeft(above[i:], "S:<- \t")
		if bytes.HasPrefix(l, []byte("334")) || bytes.HasPrefix(l, []byte("383")) || bytes.HasPrefix(l, []byte("+")) {
			c.header, c.direction = "AUTH NTLM", request
			return
		}
		above = above[:i]
	}
}

// schemeBefore returns the scheme's name at the end of prefix, or "".
func schemeBefore(prefix []byte) string {
	trimmed := bytes.TrimRight(prefix, " \t\"'+")
	if t, ok := bytes.CutSuffix(trimmed, []byte("%20")); ok {
		trimmed = t
	}
	if len(trimmed) == len(prefix) {
		return ""
	}
	return schemeAtEnd(trimmed)
}

// schemeAtEnd returns the scheme's name if that is the last word, or "".
func schemeAtEnd(word []byte) string {
	for i := len(word); i > 0; i-- {
		if !isAlnum(word[i-1]) {
			word = word[i:]
			break
		}
	}
	if !isScheme(word) {
		return ""
	}
	switch string(word) { // without an allocation, as a rule
	case "NTLM":
		return "NTLM"
	case "Negotiate":
		return "Negotiate"
	}
	return string(word)
}

// isScheme reports whether word names a scheme that carries tokens.
func isScheme(word []byte) bool {
	return equalFold(word, "ntlm") || equalFold(word, "negotiate") || equalFold(word, "nego2") || equalFold(word, "kerberos")
}

func lastWord(line []byte) []byte {
	line = bytes.TrimRight(line, " \t")
	return line[bytes.LastIndexAny(line, " \t:")+1:]
}

func isAlnum(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9'
}

// statusAbove looks for the status line of the header that ends with above.
func statusAbove(above []byte) int {
	for range 100 {
		above = bytes.TrimSuffix(above, []byte("\n"))
		if len(above) == 0 {
			return 0
		}
		i := bytes.LastIndexByte(above, '\n') + 1
		line := bytes.TrimSpace(above[i:])
		if j := bytes.Index(line, []byte("HTTP/")); j >= 0 && j < 48 {
			if status := statusLine(line[j:]); status > 0 {
				return status
			}
		}
		if len(line) < 2 {
			return 0
		}
		above = above[:i]
	}
	return 0
}

// statusLine returns the status of an HTTP status line, or 0.
func statusLine(line []byte) int {
	rest, ok := bytes.CutPrefix(line, []byte("HTTP/"))
	if !ok {
		return 0
	}
	i := 0
	for i < len(rest) && (isDigit(rest[i]) || rest[i] == '.') {
		i++
	}
	if i == 0 || i >= len(rest) || rest[i] != ' ' {
		return 0
	}
	rest = bytes.TrimLeft(rest[i:], " ")
	if len(rest) < 3 || !isDigit(rest[0]) || !isDigit(rest[1]) || !isDigit(rest[2]) || len(rest) > 3 && isAlnum(rest[3]) {
		return 0
	}
	return int(rest[0]-'0')*100 + int(rest[1]-'0')*10 + int(rest[2]-'0')
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
