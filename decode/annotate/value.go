package annotate

import (
	"encoding/hex"
	"strconv"
)

// ValueKind says how a Value is written.
type ValueKind uint8

// The kinds of value. Those that read the field's span are decoded only when
// the value is written, so that recording a field costs no allocation.
const (
	KindNone     ValueKind = iota // a structure: nothing to write
	KindUint                      // Num in decimal
	KindHex32                     // Num as 0x and eight hexadecimal digits
	KindBit                       // one bit of a flags field: Num as 0x and eight digits
	KindText                      // Str; may come from the token, so escape it
	KindBytes                     // the span after its first Num bytes, in lower-case hexadecimal
	KindUTF16                     // the span after its first Num bytes, read as UTF-16LE
	KindFileTime                  // Num as a FILETIME, written as RFC 3339 with 100 ns
	KindGUID                      // the span as a GUID in MS-DTYP's byte order
	KindBuffer                    // Num as the Len, MaxLen and BufferOffset of a payload
)

// Value is what a field's bytes say.
type Value struct {
	Kind ValueKind
	Num  uint64
	Str  string
}

// Uint is a number written in decimal.
func Uint(n uint64) Value { return Value{Kind: KindUint, Num: n} }

// Hex32 is a 32-bit number written as 0x%08x.
func Hex32(n uint32) Value { return Value{Kind: KindHex32, Num: uint64(n)} }

// Bit is one bit that is set in a field of flags.
func Bit(mask uint32) Value { return Value{Kind: KindBit, Num: uint64(mask)} }

// Text is text that is known when the field is recorded.
func Text(s string) Value { return Value{Kind: KindText, Str: s} }

// Bytes is the field's span in hexadecimal.
func Bytes() Value { return Value{Kind: KindBytes} }

// UTF16 is the field's span read as UTF-16LE.
func UTF16() Value { return Value{Kind: KindUTF16} }

// BytesAfter is the field's span without its first n bytes, in hexadecimal.
func BytesAfter(n int) Value { return Value{Kind: KindBytes, Num: uint64(n)} }

// UTF16After is the field's span without its first n bytes, read as UTF-16LE.
func UTF16After(n int) Value { return Value{Kind: KindUTF16, Num: uint64(n)} }

// FileTime is a Windows FILETIME: 100 ns units since 1601-01-01 UTC.
func FileTime(t uint64) Value { return Value{Kind: KindFileTime, Num: t} }

// GUID is the field's span (16 bytes) as a GUID.
func GUID() Value { return Value{Kind: KindGUID} }

// Buffer is where a payload lies: MS-NLMP's Len, MaxLen and BufferOffset.
func Buffer(length, maxLen uint16, offset uint32) Value {
	return Value{Kind: KindBuffer, Num: uint64(length) | uint64(maxLen)<<16 | uint64(offset)<<32}
}

// IsZero reports whether there is nothing to write.
func (v Value) IsZero() bool { return v.Kind == KindNone }

// Safe reports whether the written form is printable ASCII whatever the token
// holds, so that no escaping is due.
func (v Value) Safe() bool { return v.Kind != KindText && v.Kind != KindUTF16 }

// Append writes the value of a field whose bytes are span.
func (v Value) Append(dst, span []byte) []byte {
	switch v.Kind {
	case KindUint:
		return strconv.AppendUint(dst, v.Num, 10)
	case KindHex32, KindBit:
		return AppendHex32(dst, uint32(v.Num))
	case KindText:
		return append(dst, v.Str...)
	case KindBytes:
		return hex.AppendEncode(dst, after(span, v.Num))
	case KindUTF16:
		return AppendUTF16(dst, after(span, v.Num))
	case KindFileTime:
		return AppendFileTime(dst, v.Num)
	case KindGUID:
		return AppendGUID(dst, span)
	case KindBuffer:
		dst = strconv.AppendUint(dst, v.Num&0xffff, 10)
		dst = append(dst, " bytes at "...)
		return strconv.AppendUint(dst, v.Num>>32, 10)
	}
	return dst
}

func after(span []byte, n uint64) []byte { return span[min(n, uint64(len(span))):] }

const hexDigits = "0123456789abcdef"

// AppendHex32 writes n as 0x and eight lower-case hexadecimal digits.
func AppendHex32(dst []byte, n uint32) []byte {
	dst = append(dst, '0', 'x')
	for shift := 28; shift >= 0; shift -= 4 {
		dst = append(dst, hexDigits[n>>shift&0xf])
	}
	return dst
}

// AppendGUID writes 16 bytes as a GUID (MS-DTYP 2.3.4: the first three parts
// little-endian). Fewer bytes are written as plain hexadecimal.
func AppendGUID(dst, b []byte) []byte {
	if len(b) < 16 {
		return hex.AppendEncode(dst, b)
	}
	order := [...]int{3, 2, 1, 0, -1, 5, 4, -1, 7, 6, -1, 8, 9, -1, 10, 11, 12, 13, 14, 15}
	for _, i := range order {
		if i < 0 {
			dst = append(dst, '-')
			continue
		}
		dst = append(dst, hexDigits[b[i]>>4], hexDigits[b[i]&0xf])
	}
	return dst
}
