package experiment

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// NameBodies is the name of Bodies.
const NameBodies = "bodies"

// BodySizes are what Bodies sends, in bytes, the first without a body.
var BodySizes = []int64{0, 1 << 10, 1 << 20}

// Bodies logs on with POST, and with a body of several sizes on the last leg, at
// once and after 100 Continue. The body is of zeros; what the server does with
// them is its own affair, so it is asked only by name.
type Bodies struct{ Session *Session }

// Info describes it.
func (Bodies) Info() Info {
	n := 2*len(BodySizes) - 1
	return Info{
		Name: NameBodies, Asks: "does a logon survive a POST of 0, 1 KiB and 1 MiB, with and without Expect?",
		Needs: []Need{NeedRefusal, NeedEither, NeedCredentials, NeedBudget}, Cost: Cost{Requests: 2 * n, RefusedLogons: 1},
	}
}

// Run asks.
func (e Bodies) Run(ctx context.Context, p *Path, seen *Seen) Outcome {
	for _, size := range BodySizes {
		for _, expect := range []bool{false, true} {
			if expect && size == 0 {
				continue
			}
			if missing := e.Session.lacking(p, seen); missing != "" {
				return skipped(missing)
			}
			variant := strconv.FormatInt(size, 10)
			if expect {
				variant += " expect"
			}
			last, conn, err := e.Session.logOn(ctx, p, seen, attempt{
				experiment: NameBodies, variant: variant, fresh: true, method: "POST",
				proof: func(r *wire.Request) {
					if size > 0 {
						r.Body, r.ContentLength, r.Expect = io.LimitReader(zeros{}, size), size, expect
					}
				},
			})
			if conn != nil {
				conn.Close()
			}
			if outcome := outcomeOfLogon(last, err); outcome.State != Passed {
				return Outcome{State: Failed, Text: fmt.Sprintf("with %s bytes: %s", variant, outcome.Text)}
			}
		}
	}
	return Outcome{State: Passed, Text: "bodies of all sizes pass"}
}

// zeros is an endless body.
type zeros struct{}

// Read gives zeros.
func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
