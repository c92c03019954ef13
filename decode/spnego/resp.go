package spnego

import "github.com/ntlmctl/ntlmctl/decode/der"

// Resp is a NegTokenResp (RFC 4178 4.2.2), in older text NegTokenTarg. Its
// slices alias the input of Parse.
type Resp struct {
	// Framed says that the GSS-API's frame (0x60) is around it, where none is due.
	Framed bool
	// State is negState, StateAbsent where the field is absent.
	State State
	// SupportedMech is empty where absent.
	SupportedMech OID
	// ResponseToken is nil where absent. ResponseTokenOffset is where it begins
	// in the input, -1 where it is absent or not there in one piece.
	ResponseToken       []byte
	ResponseTokenOffset int
	// MechListMIC is nil where absent.
	MechListMIC []byte
	// MICIsToken says that MechListMIC repeats ResponseToken, as Windows 2000
	// has it: it is no MIC.
	MICIsToken bool
}

// State is negState (RFC 4178 4.2.2). It is the value on the wire plus one, so that its zero
// value is an absent field.
type State uint32

// The states of RFC 4178 4.2.2.
const (
	StateAbsent State = iota
	AcceptCompleted
	AcceptIncomplete
	Reject
	RequestMIC
)

var stateNames = [...]string{"", "accept-completed", "accept-incomplete", "reject", "request-mic"}

var stateMeanings = [...]string{
	"",
	"the acceptor is done: the logon stands, unless the HTTP status says otherwise",
	"the acceptor waits for another token",
	"the acceptor wants none of the mechanisms, or the logon failed",
	"the acceptor takes another mechanism than the first and wants a mechListMIC",
}

// String is the state's name in RFC 4178, empty where there is none.
func (s State) String() string {
	if int64(s) < int64(len(stateNames)) {
		return stateNames[s]
	}
	return ""
}

// Meaning is a phrase for a person, empty for an unknown state.
func (s State) Meaning() string {
	if int64(s) < int64(len(stateMeanings)) {
		return stateMeanings[s]
	}
	return ""
}

// Append appends t in DER, in a frame if Framed says so.
func (t *Resp) Append(dst []byte) []byte {
	var size int // of the SEQUENCE's content
	if t.State != StateAbsent {
		size += der.Size(der.Size(der.IntSize(int64(t.State) - 1)))
	}
	if t.SupportedMech != "" {
		size += der.Size(der.Size(t.SupportedMech.contentSize()))
	}
	size += octetsSize(t.ResponseToken) + octetsSize(t.MechListMIC)

	if t.Framed {
		dst = der.AppendHeader(dst, der.Application(0), der.Size(OIDSPNEGO.contentSize())+der.Size(der.Size(size)))
		dst = appendOID(dst, OIDSPNEGO)
	}
	dst = der.AppendHeader(dst, der.Context(1), der.Size(size))
	dst = der.AppendHeader(dst, der.Sequence, size)
	if t.State != StateAbsent {
		n := der.IntSize(int64(t.State) - 1)
		dst = der.AppendHeader(dst, der.Context(0), der.Size(n))
		dst = der.AppendInt(der.AppendHeader(dst, der.Enumerated, n), int64(t.State)-1)
	}
	if t.SupportedMech != "" {
		dst = der.AppendHeader(dst, der.Context(1), der.Size(t.SupportedMech.contentSize()))
		dst = appendOID(dst, t.SupportedMech)
	}
	dst = appendOctets(dst, 2, t.ResponseToken)
	return appendOctets(dst, 3, t.MechListMIC)
}
