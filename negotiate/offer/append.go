package offer

// Append appends the challenge as RFC 9110 section 11.3 writes it, from Scheme,
// Token68 and Params; not from Raw.
func (c *Challenge) Append(b []byte) []byte {
	b = append(b, c.Scheme...)
	if c.Token68 != "" {
		b = append(b, ' ')
		b = append(b, c.Token68...)
	}
	for i, p := range c.Params {
		switch {
		case i > 0 || c.Token68 != "":
			b = append(b, ", "...)
		case c.Scheme != "":
			b = append(b, ' ')
		}
		b = p.append(b)
	}
	return b
}

// String is what Append appends.
func (c *Challenge) String() string { return string(c.Append(nil)) }

func (p Param) append(b []byte) []byte {
	b = append(append(b, p.Name...), '=')
	if !p.Quoted && isToken(p.Value) {
		return append(b, p.Value...)
	}
	b = append(b, '"')
	for i := range len(p.Value) {
		if c := p.Value[i]; c == '"' || c == '\\' {
			b = append(b, '\\')
		}
		b = append(b, p.Value[i])
	}
	return append(b, '"')
}
