package main

import (
	"strings"
	"testing"
	"time"
)

func TestCurlArgs(t *testing.T) {
	for _, c := range [][2]string{
		{"fetch -d=x URL", "fetch -d =x URL"},
		{"fetch -d x=y URL", "fetch -d x=y URL"},
		{"fetch -dx=y URL", "fetch -dx=y URL"},
		{"fetch -sd=x URL", "fetch -sd =x URL"},
		{"fetch -d= URL", "fetch -d = URL"},
		{"fetch -s=x URL", "fetch -s=x URL"}, // pflag refuses it
		{"fetch -o -d=x URL", "fetch -o -d=x URL"},
		{"fetch --output -d=x URL", "fetch --output -d=x URL"},
		{"fetch --output=-d=x -d=y", "fetch --output=-d=x -d =y"},
		{"fetch --ntlm -d=x URL", "fetch --ntlm -d =x URL"},
		{"--format json fetch -qd=x URL", "--format json fetch -qd =x URL"},
		{"fetch -- -d=x", "fetch -- -d=x"},
		{"fetch -é=x -d", "fetch -é=x -d"},
		{"decode -d=x", "decode -d=x"},
		{"nothing -d=x", "nothing -d=x"},
	} {
		root := newRoot(&world{Stdin: strings.NewReader(""), Stdout: new(strings.Builder), Stderr: new(strings.Builder), Now: time.Now})
		if got := strings.Join(curlArgs(root, strings.Fields(c[0])), " "); got != c[1] {
			t.Errorf("%s: %s, want %s", c[0], got, c[1])
		}
	}
}
