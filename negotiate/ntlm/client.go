package ntlm

import (
	"bytes"
	"encoding/binary"

	ntlmssp "github.com/Azure/go-ntlmssp"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
)

// Client is the initiator of one NTLM handshake. It is made for one connection
// and used once; it may not be used by two goroutines at a time.
//
// Azure/go-ntlmssp makes the messages. What it lacks is laid around it: see
// negotiate, prepare and authenticate.
type Client struct {
	options ClientOptions
	state   clientState
	// spnego says that messages go out wrapped: as the options wish at first,
	// then as the server answers.
	spnego bool
	// type1, type2 and type3 are the messages without a wrapper, as they were sent
	// and received.
	type1, type2, type3 []byte

	// flags are those of the type3, exported its ExportedSessionKey: a function, so
	// that fmt has nothing but an address to print.
	flags      decode.Flags
	exported   func() Key
	micClaimed bool
	micSent    bool // the mechListMIC
	answered   bool // a leg that was asked for after the type3
}

type clientState int

const (
	clientStart clientState = iota
	clientNegotiated
	clientAuthenticated
	clientDone
)

// mechList is the MechTypeList that a Client sends: NTLM alone.
var mechList = []spnego.OID{spnego.OIDNTLM}

// NewClient makes a client. It fails if there is no user name or no secret.
func NewClient(o ClientOptions) (*Client, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	return &Client{options: o, spnego: o.SPNEGO}, nil
}

// Name names the mechanism: "ntlm", or "ntlm-in-spnego".
func (c *Client) Name() string {
	if c.options.SPNEGO {
		return "ntlm-in-spnego"
	}
	return "ntlm"
}

// Type1 is the NEGOTIATE_MESSAGE as it was sent, without a wrapper; nil where
// the handshake has not come to it. It is not to be changed.
func (c *Client) Type1() []byte { return c.type1 }

// Type2 is the CHALLENGE_MESSAGE as it was received; see Type1.
func (c *Client) Type2() []byte { return c.type2 }

// Type3 is the AUTHENTICATE_MESSAGE as it was sent; see Type1.
func (c *Client) Type3() []byte { return c.type3 }

// Step takes the server's token and gives the next one. The first call takes
// none. Done says that the client has sent its AUTHENTICATE_MESSAGE; if the
// server answers with yet another token, Step takes that too: it checks it, and
// where out is not empty the server waits for one leg more. After an error the
// handshake is over. Errors are of type *StepError.
func (c *Client) Step(in []byte) (out []byte, done bool, err error) {
	switch c.state {
	case clientStart:
		out, err = c.negotiate(in)
	case clientNegotiated:
		out, err = c.answer(in)
		done = true
	case clientAuthenticated:
		out, err = c.finish(in)
		done = true
	default:
		err = &StepError{Party: "client", Step: stepEnd, Err: ErrDone}
	}
	if err != nil {
		c.state = clientDone
		return nil, true, err
	}
	return out, done, nil
}

func clientError(step string, err error, detail string) error {
	return &StepError{Party: "client", Step: step, Err: err, Detail: detail}
}

// negotiateFlags is where the flags stand in a NEGOTIATE_MESSAGE.
const negotiateFlags = 12

// negotiateWhole is how long the fixed part of a NEGOTIATE_MESSAGE with Version is
// (MS-NLMP 2.2.1.1).
const negotiateWhole = 40

// negotiate makes the NEGOTIATE_MESSAGE (MS-NLMP 2.2.1.1). REQUEST_TARGET and
// VERSION are added to the library's flags: without the former, acceptors send
// no target information, and so no timestamp and nothing to hang EPA on. The
// message has 40 bytes; gss-ntlmssp takes none that is shorter.
func (c *Client) negotiate(in []byte) ([]byte, error) {
	if len(in) > 0 {
		return nil, clientError(stepNegotiate, ErrUnexpected, "the client speaks first")
	}
	raw, err := ntlmssp.NewNegotiateMessage("", "")
	if err != nil {
		return nil, clientError(stepNegotiate, err, "")
	}
	flags := binary.LittleEndian.Uint32(raw[negotiateFlags:]) | uint32(decode.RequestTarget|decode.NegotiateVersion)
	binary.LittleEndian.PutUint32(raw[negotiateFlags:], flags)
	c.type1, c.state = raw, clientNegotiated
	if !c.spnego {
		return bytes.Clone(raw), nil
	}
	init := spnego.Init{Framed: true, MechTypes: mechList, MechToken: raw}
	return init.Append(nil), nil
}

// answer takes the challenge and makes the AUTHENTICATE_MESSAGE.
func (c *Client) answer(in []byte) ([]byte, error) {
	challenge, err := c.readChallenge(in)
	if err != nil {
		return nil, err
	}
	if err := c.authenticate(challenge); err != nil {
		return nil, err
	}
	c.state = clientAuthenticated
	if !c.spnego {
		return bytes.Clone(c.type3), nil
	}
	resp := spnego.Resp{State: spnego.AcceptIncomplete, ResponseToken: c.type3}
	if c.flags.Has(decode.NegotiateSign) {
		resp.MechListMIC = c.mechListMIC()
	}
	return resp.Append(nil), nil
}

// mechListMIC signs the list of mechanisms (RFC 4178 5). It is due where the
// challenge settled SIGN and the message claims a MIC (MS-SPNG 3.1.5.1); nil where
// it cannot be made.
func (c *Client) mechListMIC() []byte {
	if !c.micClaimed {
		return nil
	}
	mac, err := sign(c.flags, c.exported(), fromClient, spnego.AppendMechTypeList(nil, mechList))
	if err != nil {
		return nil
	}
	c.micSent = true
	return mac[:]
}

// finish takes what the acceptor says after the AUTHENTICATE_MESSAGE.
func (c *Client) finish(in []byte) ([]byte, error) {
	if len(in) == 0 {
		return nil, nil
	}
	if len(in) > maxToken {
		return nil, clientError(stepEnd, ErrMangled, "it is too long")
	}
	e := openEnvelope(in)
	switch {
	case e.resp == nil && e.message == nil:
		return nil, clientError(stepEnd, ErrMangled, damage(e.token))
	case e.resp == nil, e.message != nil:
		return nil, clientError(stepEnd, ErrUnexpected, string(e.kind())+" after the AUTHENTICATE_MESSAGE")
	case e.resp.State == spnego.Reject:
		return nil, clientError(stepEnd, ErrRejected, "")
	}
	if !c.matchesMechListMIC(e.resp) {
		return nil, clientError(stepEnd, ErrMechListMIC, "")
	}
	if e.resp.State != spnego.AcceptIncomplete && e.resp.State != spnego.RequestMIC {
		c.state = clientDone
		return nil, nil
	}
	return c.oneMore()
}

// matchesMechListMIC compares the acceptor's, where there is one and the key to it.
func (c *Client) matchesMechListMIC(r *spnego.Resp) bool {
	if len(r.MechListMIC) == 0 || r.MICIsToken {
		return true
	}
	mac, err := sign(c.flags, c.exported(), fromServer, spnego.AppendMechTypeList(nil, mechList))
	return err != nil || bytes.Equal(mac[:], r.MechListMIC)
}

// oneMore is the leg that an acceptor asks for that has not accepted after the
// AUTHENTICATE_MESSAGE: it wants a mechListMIC.
func (c *Client) oneMore() ([]byte, error) {
	if c.answered {
		return nil, clientError(stepEnd, ErrUnexpected, "the acceptor goes on asking")
	}
	c.answered = true
	resp := spnego.Resp{State: spnego.AcceptCompleted}
	if !c.micSent {
		if resp.MechListMIC = c.mechListMIC(); resp.MechListMIC == nil {
			return nil, clientError(stepEnd, ErrUnexpected, "the acceptor wants a mechListMIC, for which nothing was settled")
		}
	}
	return resp.Append(nil), nil
}

// Refusal is what go-ntlmssp itself says to the challenge as it was received;
// nil if it takes it, or none was received.
func (c *Client) Refusal() error {
	if c.type2 == nil {
		return nil
	}
	return RefusalOf(c.type2)
}

// RefusalOf is what go-ntlmssp itself says to a challenge; nil if it takes it.
// Programs that use the library as it comes fail there.
func RefusalOf(challenge []byte) error {
	_, err := ntlmssp.NewAuthenticateMessage(challenge, "user", "", &ntlmssp.AuthenticateMessageOptions{})
	return err
}
