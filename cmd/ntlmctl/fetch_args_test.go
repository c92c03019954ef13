package main

import (
	"strings"
	"testing"
	"time"
)

func TestCurlArgs(t *testing.T) {
	for _, c := range [][2]string{
		{"fetch -d=x URL", "fetch -d =x --url URL"},
		{"fetch -d x=y URL", "fetch -d x=y --url URL"},
		{"fetch -dx=y URL", "fetch -dx=y --url URL"},
		{"fetch -sd=x URL", "fetch -sd =x --url URL"},
		{"fetch -d= URL", "fetch -d = --url URL"},
		{"fetch -s=x URL", "fetch -s=x --url URL"}, // pflag refuses it
		{"fetch -o -d=x URL", "fetch -o -d=x --url URL"},
		{"fetch --output -d=x URL", "fetch --output -d=x --url URL"},
		{"fetch --output=-d=x -d=y", "fetch --output=-d=x -d =y"},
		{"fetch --ntlm -d=x URL", "fetch --ntlm -d =x --url URL"},
		{"--format json fetch -qd=x URL", "--format json fetch -qd =x --url URL"},
		{"fetch -- -d=x y", "fetch --url -d=x --url y"},
		{"fetch -é=x -d", "fetch -é=x -d"},
		{"fetch a --url b c", "fetch --url a --url b --url c"},
		{"decode -d=x", "decode -d=x"},
		{"nothing -d=x", "nothing -d=x"},
	} {
		root := newRoot(&world{Stdin: strings.NewReader(""), Stdout: new(strings.Builder), Stderr: new(strings.Builder), Now: time.Now})
		if got := strings.Join(curlArgs(root, strings.Fields(c[0])), " "); got != c[1] {
			t.Errorf("%s: %s, want %s", c[0], got, c[1])
		}
	}
}

// What would end a line of the request is refused before anything is sent.
func TestFetchLineBreaks(t *testing.T) {
	server := newPeer(t, false)
	const broken = "a\r\nX-Injected: 1"
	for _, args := range [][]string{
		{"-H", "X-A: " + broken}, {"-H", "X-A\r\nB: c"}, {"-A", broken}, {"-e", broken}, {"-r", "1\r\nX: 1"}, {"-b", "c=" + broken}, {"-X", broken},
		{"-X", "A B"}, {"-H", "X A: b"}, {"-x", server.URL, "--proxy-header", "X: " + broken},
	} {
		out, errs, code := call(t, nil, append([]string{"fetch", server.URL + "/x"}, args...)...)
		if code != int(exitUsage) || len(server.take()) != 0 {
			t.Errorf("%q: exit code %d: %s%s", args, code, out, errs)
		}
	}
	for _, command := range []string{"probe", "diagnose"} {
		for _, args := range [][]string{{"-H", "X-A: " + broken}, {"-A", broken}} {
			out, errs, code := call(t, nil, append([]string{command, server.URL + "/x"}, args...)...)
			if code != int(exitUsage) || len(server.take()) != 0 {
				t.Errorf("%s %q: exit code %d: %s%s", command, args, code, out, errs)
			}
		}
	}
}
