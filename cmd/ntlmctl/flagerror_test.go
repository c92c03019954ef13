package main

import "testing"

func TestFlagErrors(t *testing.T) {
	for _, c := range []struct{ flag, want string }{
		{"--rate=5x", `invalid argument "5x" for "--rate" flag: not a number`},
		{"-c1.5", `invalid argument "1.5" for "-c, --concurrency" flag: not a whole number`},
		{"--repeat=99999999999999999999", `invalid argument "99999999999999999999" for "--repeat" flag: out of range`},
		{"--ordered=maybe", `invalid argument "maybe" for "--ordered" flag: neither true nor false`},
		{"--timeout=x", `invalid argument "x" for "--timeout" flag: neither seconds nor a time such as 90s or 2m`},
		{"--nonsense", "unknown flag: --nonsense"},
	} {
		_, errs, code := call(t, nil, "probe", c.flag, "http://127.0.0.1:1/")
		if want := "error: " + c.want + "\nhint: see ntlmctl probe --help\n"; errs != want || code != 2 {
			t.Errorf("%s: exit code %d, %q, want %q", c.flag, code, errs, want)
		}
	}
}
