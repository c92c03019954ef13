package experiment

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// NameHeaderSize is the name of HeaderSize.
const NameHeaderSize = "header-size"

// PaddingHeader is the header that HeaderSize fills.
const PaddingHeader = "X-Ntlmctl-Padding"

// HeaderSizes are the sizes that are tried, in bytes, and what is as long.
var HeaderSizes = []struct {
	Bytes int
	Text  string
}{
	{2 << 10, "an NTLM Type 3 of long names"},
	{16 << 10, "a Kerberos ticket of 12,000 bytes, Windows' old limit"},
	{64 << 10, "a Kerberos ticket of 48,000 bytes, Windows' limit"},
}

// HeaderSize asks how long a header may be, with one that nobody reads. It stops
// at the first size that is refused.
type HeaderSize struct{}

// Info describes it.
func (HeaderSize) Info() Info {
	return Info{
		Name: NameHeaderSize, Asks: "does a header as long as a token pass?",
		Needs: []Need{NeedServer}, Cost: Cost{Requests: len(HeaderSizes)},
	}
}

// Run asks.
func (HeaderSize) Run(ctx context.Context, p *Path, seen *Seen) Outcome {
	usual := seen.Find(NameOffer).Status()
	for n, size := range HeaderSizes {
		padding := trace.Headers{{Name: PaddingHeader, Value: strings.Repeat("x", size.Bytes)}}
		o, _ := p.ask(ctx, seen, question{experiment: NameHeaderSize, variant: strconv.Itoa(size.Bytes), header: padding})
		// What was sent is of no interest, and large.
		if o.Leg != nil {
			p.wire.Recorder.Update(func() { o.Leg.Request.Headers = o.Leg.Request.Headers.Without(PaddingHeader) })
		}
		switch status := o.Status(); {
		case o.Failure != nil && (o.Failure.Kind == trace.FailTimeout || o.Failure.Kind == trace.FailCanceled):
			return Outcome{State: Inconclusive, Text: "a header of " + strconv.Itoa(size.Bytes) + " bytes: " + o.Failure.Text}
		case status == usual || status != 0 && status < 400: // let in, and so not refused for its size
		case n > 0:
			return Outcome{State: Passed, Text: fmt.Sprintf("headers of %d bytes pass, and of %d do not", HeaderSizes[n-1].Bytes, size.Bytes)}
		default:
			return Outcome{State: Failed, Text: "a header of " + strconv.Itoa(size.Bytes) + " bytes does not pass"}
		}
	}
	return Outcome{State: Passed, Text: "all sizes pass"}
}
