package offer

import "strings"

// maxItems is how many challenges, and how many parameters of one, are read.
const maxItems = 256

// Parse reads the values of all header lines of one name, in their order. It
// always succeeds: text that makes no sense is a challenge without a scheme.
func Parse(values []string) []Challenge {
	p := parser{}
	for i, value := range values {
		p.header(i, value)
	}
	for i := range p.list {
		p.judge(i)
	}
	return p.list
}

// parser reads header lines one after another.
type parser struct {
	list    []Challenge
	text    string
	at      int
	header0 int // index in list of this line's first challenge
	start   int // where the current challenge begins
	end     int // where what is known of it ends
	joined  int // words taken by continued on this line
	comma   bool
	empty   bool
}

// header reads one line. The loop stands before an element: a scheme with what
// follows it, or a parameter of the challenge before.
func (p *parser) header(index int, text string) {
	p.text, p.at, p.header0, p.joined, p.comma, p.empty = text, 0, len(p.list), 0, true, false
	for p.separate() {
		c := p.current()
		word := p.peekWord()
		switch {
		case word == "":
			p.garbage(index)
		case p.paramAhead(len(word)):
			if c == nil {
				if c = p.open(index, ""); c == nil {
					return
				}
			}
			p.param(c)
		case c != nil && !p.comma && c.Scheme != "" && canonical(word) == "":
			p.continued(c)
		default:
			if c = p.open(index, word); c == nil {
				return
			}
			p.at += len(word)
			p.end = p.at
			p.token68(c)
		}
		p.close()
		p.comma = false
	}
}

// current is the challenge of this line that is being read, or nil.
func (p *parser) current() *Challenge {
	if len(p.list) == p.header0 {
		return nil
	}
	return &p.list[len(p.list)-1]
}

// separate skips space and commas and reports whether there is more.
func (p *parser) separate() bool {
	commas, first := 0, p.at == 0
	for ; p.at < len(p.text); p.at++ {
		if c := p.text[p.at]; c == ',' {
			commas++
		} else if !isSpace(c) {
			break
		}
	}
	p.comma = p.comma || commas > 0
	p.empty = commas > 1 || first && commas > 0
	return p.at < len(p.text)
}

// open begins a challenge; nil if there are too many.
func (p *parser) open(index int, scheme string) *Challenge {
	if len(p.list) >= maxItems {
		p.list[len(p.list)-1].warn(TooMany)
		return nil
	}
	p.list = append(p.list, Challenge{Scheme: scheme, Header: index})
	p.start, p.end = p.at, p.at
	c := &p.list[len(p.list)-1]
	if len(p.list)-1 > p.header0 {
		c.warn(Merged)
		if !p.comma {
			c.warn(MissingComma)
		}
	}
	if p.empty {
		c.warn(EmptyElement)
	}
	return c
}

// close settles the raw text of the current challenge.
func (p *parser) close() {
	if c := p.current(); c != nil {
		c.Raw = p.text[p.start:p.end]
	}
}

// garbage takes what begins with no word, up to the next comma.
func (p *parser) garbage(index int) {
	c := p.current()
	if c == nil || c.Scheme != "" {
		if c = p.open(index, ""); c == nil {
			p.at = len(p.text)
			return
		}
	}
	for p.at < len(p.text) && p.text[p.at] != ',' {
		p.at++
	}
	p.end = p.at
	for p.end > p.start && isSpace(p.text[p.end-1]) {
		p.end--
	}
}

// token68 reads the word after a scheme if it is a token and no parameter.
func (p *parser) token68(c *Challenge) {
	at := p.at
	for at < len(p.text) && isSpace(p.text[at]) {
		at++
	}
	if at == p.at || at == len(p.text) {
		return
	}
	if p.text[at] == '"' {
		p.at = at
		c.Token68 = p.quoted(c)
		c.warn(QuotedToken)
		p.end = p.at
		return
	}
	n := token68Len(p.text[at:])
	end := at + n
	if n == 0 || canonical(p.text[at:end]) != "" || !p.atBoundary(end) || equalsAfterSpace(p.text[end:]) {
		return
	}
	c.Token68 = p.text[at:end]
	p.at, p.end = end, end
}

// continued takes a word that follows without a comma and is no scheme: the
// rest of a token that was folded, or of a value that should have been quoted.
func (p *parser) continued(c *Challenge) {
	end := p.at
	for end < len(p.text) && !isSpace(p.text[end]) && p.text[end] != ',' {
		end++
	}
	word := p.text[p.at:end]
	p.joined++
	switch n := len(c.Params); {
	case p.joined > maxItems: // joining words one by one takes quadratic time
		c.warn(TooMany)
	case n > 0 && !c.Params[n-1].Quoted:
		c.Params[n-1].Value += p.text[p.end:end]
		c.warn(UnquotedValue)
	case n == 0 && c.Token68 != "" && token68Len(word) == len(word):
		c.Token68 += word
		c.warn(SplitToken)
	default:
		c.warn(MissingComma)
	}
	p.at, p.end = end, end
}

// param reads name = value.
func (p *parser) param(c *Challenge) {
	if len(c.Params) > 0 && !p.comma {
		c.warn(MissingComma)
	}
	if p.empty {
		c.warn(EmptyElement)
	}
	name := p.peekWord()
	p.at += len(name)
	p.spaces()
	p.at++ // the equals sign
	p.spaces()
	param := Param{Name: name}
	if p.at < len(p.text) && p.text[p.at] == '"' {
		param.Value, param.Quoted = p.quoted(c), true
	} else {
		from := p.at
		for p.at < len(p.text) && !isSpace(p.text[p.at]) && p.text[p.at] != ',' {
			p.at++
		}
		param.Value = p.text[from:p.at]
		if strings.EqualFold(name, "realm") || !isToken(param.Value) {
			c.warn(UnquotedValue)
		}
	}
	p.end = p.at
	if _, twice := c.Param(name); twice {
		c.warn(RepeatedParam)
	}
	if len(c.Params) >= maxItems {
		c.warn(TooMany)
		return
	}
	c.Params = append(c.Params, param)
}

// quoted reads a quoted string. The parser stands on its first quote.
func (p *parser) quoted(c *Challenge) string {
	var b strings.Builder
	for p.at++; p.at < len(p.text); p.at++ {
		switch p.text[p.at] {
		case '"':
			p.at++
			return b.String()
		case '\\':
			if p.at+1 < len(p.text) {
				p.at++
			}
		}
		b.WriteByte(p.text[p.at])
	}
	c.warn(UnterminatedQuote)
	return b.String()
}

func (p *parser) spaces() {
	for p.at < len(p.text) && isSpace(p.text[p.at]) {
		p.at++
	}
}

// peekWord is the token (RFC 9110 section 5.6.2) that begins here, or "".
func (p *parser) peekWord() string {
	end := p.at
	for end < len(p.text) && isTokenChar(p.text[end]) {
		end++
	}
	return p.text[p.at:end]
}

// paramAhead reports whether an equals sign follows the word of length n.
func (p *parser) paramAhead(n int) bool {
	rest := p.text[p.at+n:]
	return strings.HasPrefix(rest, "=") || equalsAfterSpace(rest)
}

// atBoundary reports whether a token may end at i.
func (p *parser) atBoundary(i int) bool {
	return i == len(p.text) || p.text[i] == ',' || isSpace(p.text[i])
}

// judge warns of what only shows once all is read.
func (p *parser) judge(i int) {
	c := &p.list[i]
	if c.Scheme == "" {
		c.warn(NoScheme)
		return
	}
	name := canonical(c.Scheme)
	if name != "" && name != c.Scheme {
		c.warn(SchemeCase)
	}
	for j := range i {
		if p.list[j].Is(c.Scheme) {
			c.warn(Duplicate)
		}
	}
	if c.Token68 != "" && len(c.Params) > 0 {
		c.warn(TokenAndParams)
	}
	if CarriesToken(c.Scheme) {
		if _, err := c.Token(); err != nil {
			c.warn(BadBase64)
		}
		if c.Token68 == "" && len(c.Params) > 0 {
			c.warn(NeedlessParams)
		}
	}
	if _, ok := c.Param("realm"); !ok && c.Token68 == "" && (name == "Basic" || name == "Digest") {
		c.warn(NoRealm)
	}
}
