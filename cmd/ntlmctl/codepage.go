package main

import (
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// codePages are those that the web does not know and consoles of Windows use.
var codePages = map[string]encoding.Encoding{
	"ibm437": charmap.CodePage437, "cp437": charmap.CodePage437,
	"ibm850": charmap.CodePage850, "cp850": charmap.CodePage850,
	"ibm852": charmap.CodePage852, "cp852": charmap.CodePage852,
	"ibm855": charmap.CodePage855, "cp855": charmap.CodePage855,
	"ibm858": charmap.CodePage858, "cp858": charmap.CodePage858,
	"ibm860": charmap.CodePage860, "cp860": charmap.CodePage860,
	"ibm862": charmap.CodePage862, "cp862": charmap.CodePage862,
	"ibm863": charmap.CodePage863, "cp863": charmap.CodePage863,
	"ibm865": charmap.CodePage865, "cp865": charmap.CodePage865,
	"cp866": charmap.CodePage866,
}

// aliases are Windows' numbers for encodings that the web has by another name.
var aliases = map[string]string{"cp932": "shift_jis", "cp936": "gbk", "cp949": "euc-kr", "cp950": "big5"}

// codePage finds an encoding by name.
func codePage(name string) (encoding.Encoding, error) {
	if page := codePages[name]; page != nil {
		return page, nil
	}
	if alias := aliases[name]; alias != "" {
		name = alias
	}
	page, err := htmlindex.Get(name)
	if err != nil {
		return nil, usageError("windows-1250 to 1258, ibm437, ibm850, ibm852, ibm866, koi8-r, shift_jis, gbk, big5, euc-kr, utf-8 and others are known", "unknown code page %q", name)
	}
	return page, nil
}
