package der

// ParseInt reads the content of an INTEGER or ENUMERATED (X.690 8.3). ok is
// false where it is empty or does not fit.
func ParseInt(content []byte) (n int64, ok bool) {
	if len(content) == 0 || len(content) > 8 {
		return 0, false
	}
	n = int64(int8(content[0]))
	for _, c := range content[1:] {
		n = n<<8 | int64(c)
	}
	return n, true
}

// AppendInt appends the content of an INTEGER in as few octets as it takes.
func AppendInt(dst []byte, n int64) []byte {
	for i := IntSize(n) - 1; i >= 0; i-- {
		dst = append(dst, byte(n>>(8*i)))
	}
	return dst
}

// IntSize is the number of octets that AppendInt appends.
func IntSize(n int64) int {
	size := 1
	for ; n > 0x7f || n < -0x80; n >>= 8 {
		size++
	}
	return size
}
