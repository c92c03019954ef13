package der

// AppendHeader appends an identifier octet and a length.
func AppendHeader(dst []byte, ident byte, length int) []byte {
	dst = append(dst, ident)
	if length < 0x80 {
		return append(dst, byte(length))
	}
	n := lengthOctets(length)
	dst = append(dst, 0x80|byte(n))
	for i := n - 1; i >= 0; i-- {
		dst = append(dst, byte(length>>(8*i)))
	}
	return dst
}

// Append appends a whole element.
func Append(dst []byte, ident byte, content []byte) []byte {
	return append(AppendHeader(dst, ident, len(content)), content...)
}

// Size is that of an element, header and all, whose content has length octets.
func Size(length int) int {
	if length < 0x80 {
		return 2 + length
	}
	return 2 + lengthOctets(length) + length
}

func lengthOctets(length int) int {
	n := 1
	for length > 0xff {
		length >>= 8
		n++
	}
	return n
}
