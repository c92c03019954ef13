package annotate

import "testing"

func TestValue(t *testing.T) {
	guid := "\x78\x56\x34\x12\xbc\x9a\xf0\xde\x01\x02\x03\x04\x05\x06\x07\x08"
	for _, test := range []struct {
		name  string
		value Value
		span  string
		want  string
		safe  bool
	}{
		{"nothing", Value{}, "ab", "", true},
		{"zero", Uint(0), "", "0", true},
		{"the largest number", Uint(1<<64 - 1), "", "18446744073709551615", true},
		{"flags", Hex32(0xe2088297), "", "0xe2088297", true},
		{"small flags", Hex32(0x2), "", "0x00000002", true},
		{"a bit", Bit(1 << 31), "", "0x80000000", true},
		{"text", Text("a\x1b"), "xx", "a\x1b", false},
		{"bytes", Bytes(), "\x00\xab", "00ab", true},
		{"no bytes", Bytes(), "", "", true},
		{"bytes after a header", BytesAfter(4), "1234\xff", "ff", true},
		{"bytes after more than there is", BytesAfter(4), "12", "", true},
		{"UTF-16", UTF16(), "L\x00\xdc\x00", "LÜ", false},
		{"UTF-16 after a header", UTF16After(4), "1234L\x00", "L", false},
		{"UTF-16 after more than there is", UTF16After(4), "123", "", false},
		{"a time", FileTime(133e15), "", "2022-06-18T04:26:40.0000000Z", true},
		{"a GUID", GUID(), guid, "12345678-9abc-def0-0102-030405060708", true},
		{"a GUID that is cut", GUID(), guid[:5], "78563412bc", true},
		{"a buffer", Buffer(24, 26, 64), "", "24 bytes at 64", true},
		{"the largest buffer", Buffer(65535, 65535, 1<<32-1), "", "65535 bytes at 4294967295", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := string(test.value.Append([]byte("<"), []byte(test.span))); got != "<"+test.want {
				t.Errorf("%q, want %q", got, "<"+test.want)
			}
			if test.value.Safe() != test.safe {
				t.Errorf("safe: %v", test.value.Safe())
			}
			if test.value.IsZero() != (test.name == "nothing") {
				t.Errorf("zero: %v", test.value.IsZero())
			}
		})
	}
}
