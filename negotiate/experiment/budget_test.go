package experiment

import (
	"context"
	"testing"
)

func TestBudget(t *testing.T) {
	b := new(Budget)
	if !b.take(t.Context()) {
		t.Fatal("nothing is spent yet")
	}
	// A second logon waits for the first: it may use the budget up.
	second := make(chan bool)
	go func() { second <- b.take(t.Context()) }()
	b.answered(false)
	if !<-second {
		t.Error("the first was taken back, and the second got nothing")
	}
	b.answered(true)
	if n, all := b.Spent(); n != 1 || !all {
		t.Errorf("%d spent, all: %t", n, all)
	}
	if b.take(t.Context()) {
		t.Error("more was given than there is")
	}
	b.refund()
	if !b.take(t.Context()) {
		t.Error("a refund is not worth a logon")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if b.take(ctx) {
		t.Error("a logon was given to one who gave up")
	}
}
