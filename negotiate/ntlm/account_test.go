package ntlm

import "testing"

func TestParseAccount(t *testing.T) {
	for in, want := range map[string]Account{
		`LAB\alice`:       {"alice", "LAB"},
		`LAB/alice`:       {"alice", "LAB"},
		`alice@lab.test`:  {"alice@lab.test", ""},
		`LAB\alice@other`: {"alice@other", "LAB"},
		`LAB\odd\name`:    {`odd\name`, "LAB"},
		`.\alice`:         {"alice", "."},
		`\alice`:          {"alice", ""},
		`alice`:           {"alice", ""},
		``:                {},
	} {
		if got := ParseAccount(in); got != want {
			t.Errorf("%q is %+v, want %+v", in, got, want)
		}
	}
	if got := (Account{"alice", "LAB"}).String(); got != `LAB\alice` {
		t.Error(got)
	}
}
