package probe

import (
	"fmt"

	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// clients says which clients get a challenge that they can answer. Those whose
// message was not sent are left out, but for what a challenge shows by itself.
func (c *classifier) clients() {
	if c.first.Offered("NTLM") == nil && c.first.Offered("Negotiate") == nil {
		return
	}
	asked := c.seen.All(experiment.NameShapes)
	for _, shape := range experiment.Shapes() {
		var client *Client
		for _, o := range asked {
			if o.Variant == shape.Name {
				client = c.client(shape.Name, o)
			}
		}
		if shape.Name == experiment.ShapeGoNTLMSSP && (client == nil || client.State != Refused) {
			if why := c.unfitForGo(asked); why != "" {
				client = &Client{Name: shape.Name, State: Refused, Why: why}
			}
		}
		if client != nil {
			c.r.Clients = append(c.r.Clients, *client)
		}
	}
}

func (c *classifier) client(name string, o *experiment.Observation) *Client {
	if o.Leg == nil {
		return &Client{Name: name, State: Untested, Why: "not asked: " + o.Failure.Text}
	}
	a := c.judge(o, "")
	if n := len(o.Leg.TokenIn(trace.InRequest).NTLM().Raw); o.Answer() == experiment.Bare && n < 40 {
		a.Evidence = fmt.Sprintf("its first message has %d bytes and gets no challenge; longer ones do", n)
	}
	return &Client{Name: name, State: a.State, Why: a.Evidence}
}

// unfitForGo says why Azure/go-ntlmssp, and so every gateway built on it, gives up
// on the challenge that it gets, or, where its own message was not sent, on the
// one that another got: the library itself is asked. Empty is no reason.
func (c *classifier) unfitForGo(asked []*experiment.Observation) string {
	var own *experiment.Observation
	for _, o := range asked {
		if o.Variant == experiment.ShapeGoNTLMSSP {
			own = o
		}
	}
	if own == nil {
		// Its flags are nearly those of the message that was sent.
		own = c.seen.Find(experiment.NameNTLM)
	}
	if t, _ := own.Challenge(); t != nil {
		if err := ntlm.RefusalOf(t.Raw); err != nil {
			return "it would refuse the challenge: " + err.Error()
		}
	}
	return ""
}
