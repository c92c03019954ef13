package ntlm

import (
	"strings"
	"testing"
)

func TestUsersLookup(t *testing.T) {
	users, err := ParseUsers(strings.NewReader("\ufeff" + strings.ReplaceAll(labUsers, "\n", "\r\n") + "OTHER:bob:x\n"))
	if err != nil {
		t.Fatal(err)
	}
	if users.Len() != 5 {
		t.Errorf("%d users", users.Len())
	}
	for _, c := range []struct {
		account  Account
		password string // empty: not known
	}{
		{Account{"alice", "LAB"}, "Passw0rd!"},
		{Account{"ALICE", "lab"}, "Passw0rd!"},
		{Account{"alice", ""}, "Passw0rd!"},
		{Account{"alice@lab.test", ""}, "Passw0rd!"},
		{Account{"alice@LAB", ""}, "Passw0rd!"},
		{Account{"alice@other.test", ""}, ""},
		{Account{"alice@lab.test", "LAB"}, ""},
		{Account{"alice", "OTHER"}, ""},
		{Account{"bob", "OTHER"}, "x"},
		{Account{"bob", ""}, ""}, // there are two
		{Account{"carol", "LAB"}, "with:colons"},
		{Account{"anywhere", "ELSE"}, "Passw0rd!"},
		{Account{"anywhere@else.test", ""}, "Passw0rd!"},
		{Account{"nobody", "LAB"}, ""},
		{Account{}, ""},
	} {
		secret, known := users.lookup(c.account)
		if known != (c.password != "") || known && secret.NTOWFv1() != NTOWFv1(c.password) {
			t.Errorf("%v: known %t", c.account, known)
		}
		if secret.IsZero() {
			t.Errorf("%v: there is nothing to compare with", c.account)
		}
	}
}

func TestParseUsersErrors(t *testing.T) {
	for in, want := range map[string]string{
		"LAB:alice":                         "line 1: DOMAIN:user:password is due",
		"\n#\nLAB::hunter2":                 "line 3: the user's name is empty",
		"LAB:alice:$NT$hunter2":             "line 1: the NT hash after $NT$: 7 characters, 32 are due",
		"LAB:alice:hunter2\nlab:ALICE:x":    "line 2: the account is there twice",
		"LAB:" + strings.Repeat("a", 70000): "after line 0",
	} {
		_, err := ParseUsers(strings.NewReader(in))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.30q: %v, want %s", in, err, want)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the error tells the secret: %v", err)
		}
	}
}
