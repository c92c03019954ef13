package experiment

import (
	"context"
	"encoding/hex"
	"fmt"

	"github.com/ntlmctl/ntlmctl/negotiate"
	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
)

// NameBinding is the name of Binding.
const NameBinding = "epa"

// The variants of Binding.
const (
	VariantRight         = "right"
	VariantServersOwn    = "server's own"
	VariantAbsent        = "absent"
	VariantZero          = "zero"
	VariantWrong         = "wrong"
	VariantNoTarget      = "no target name"
	VariantAnotherTarget = "another target name"
)

// Binding logs on over TLS with the right channel binding and target name, and
// then with others: Extended Protection shows in what is refused. Each refusal
// costs a refused logon; it stops when none is left.
type Binding struct {
	Session *Session
	// Own is the channel binding of the server's own certificate, where it is known
	// and another one than the path shows; nil else.
	Own *[16]byte
}

// variations are what is sent, the likeliest to be taken first.
func (e Binding) variations() []variation {
	list := []variation{{VariantRight, func(*ntlm.ClientOptions) {}}}
	if e.Own != nil {
		own := ntlm.ChannelBindingMode(hex.EncodeToString(e.Own[:]))
		list = append(list, variation{VariantServersOwn, func(o *ntlm.ClientOptions) { o.ChannelBinding = own }})
	}
	return append(list,
		variation{VariantAbsent, func(o *ntlm.ClientOptions) { o.ChannelBinding = ntlm.ChannelBindingAbsent }},
		variation{VariantZero, func(o *ntlm.ClientOptions) { o.ChannelBinding = ntlm.ChannelBindingZero }},
		variation{VariantWrong, func(o *ntlm.ClientOptions) { o.ChannelBinding = ntlm.ChannelBindingWrong }},
		variation{VariantNoTarget, func(o *ntlm.ClientOptions) { o.TargetName = ntlm.TargetNameAbsent }},
		variation{VariantAnotherTarget, func(o *ntlm.ClientOptions) { o.TargetName = "HTTP/ntlmctl.invalid" }},
	)
}

type variation struct {
	name   string
	change func(*ntlm.ClientOptions)
}

// Info describes it.
func (e Binding) Info() Info {
	n := len(e.variations())
	return Info{
		Name: NameBinding, Asks: "which channel bindings and target names does the server take?",
		Needs: []Need{NeedTLS, NeedRefusal, NeedEither, NeedCredentials, NeedBudget}, Cost: Cost{Requests: 2 * n, RefusedLogons: n},
	}
}

// Run asks.
func (e Binding) Run(ctx context.Context, p *Path, seen *Seen) Outcome {
	list := e.variations()
	taken, refused := "", ""
	for n, v := range list {
		if missing := e.Session.lacking(p, seen); missing != "" {
			if n == 0 {
				return skipped(missing)
			}
			return Outcome{State: Inconclusive, Text: fmt.Sprintf(
				"taken: %s; refused: %s; the other %d may need as many refused logons (--max-refused)", orNone(taken), orNone(refused), len(list)-n)}
		}
		credentials := vary(e.Session.account(p, seen), v.change)
		if credentials == nil {
			return Outcome{State: Skipped, Text: "these credentials cannot be varied"}
		}
		last, conn, err := e.Session.logOn(ctx, p, seen, attempt{experiment: NameBinding, variant: v.name, fresh: true, credentials: credentials})
		if conn != nil {
			conn.Close()
		}
		if outcomeOfLogon(last, err).State == Passed {
			taken = listed(taken, v.name)
		} else {
			refused = listed(refused, v.name)
		}
	}
	return Outcome{State: Passed, Text: fmt.Sprintf("taken: %s; refused: %s", orNone(taken), orNone(refused))}
}

func listed(list, name string) string {
	if list == "" {
		return name
	}
	return list + ", " + name
}

func orNone(list string) string {
	if list == "" {
		return "none"
	}
	return list
}

// vary returns the credentials with other options, nil if they have none.
func vary(c negotiate.Credentials, change func(*ntlm.ClientOptions)) negotiate.Credentials {
	switch c := c.(type) {
	case negotiate.NTLM:
		change(&c.ClientOptions)
		return c
	case negotiate.Password:
		change(&c.ClientOptions)
		return c
	}
	return nil
}
