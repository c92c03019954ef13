package ntlm

import (
	"crypto/rand"
	"io"
	"time"

	"golang.org/x/text/encoding"

	"github.com/ntlmctl/ntlmctl/decode"
)

// AcceptorOptions says what an Acceptor tells of itself, and what it demands.
type AcceptorOptions struct {
	// Users are the accounts; nil are none.
	Users *Users
	// Names go into the challenge.
	Names Names
	// Clock gives the challenge's timestamp, Random its nonce. Nil are time.Now
	// and crypto/rand.
	Clock  func() time.Time
	Random io.Reader
	// NoTimestamp leaves MsvAvTimestamp out, as Windows 2003 did.
	NoTimestamp bool
	// SetFlags and ClearFlags change the flags that the challenge settles: without
	// NegotiateTargetInfo it has no target information, without NegotiateUnicode
	// and with NegotiateOEM it is a server of old. ClearFlags has the last word.
	SetFlags, ClearFlags decode.Flags
	// Version is the server's; zero is one that no Windows has.
	Version decode.Version

	// StrictNegotiate refuses a NEGOTIATE_MESSAGE that is shorter than its fixed part
	// with Version (MS-NLMP 2.2.1.1), and one with neither NegotiateUnicode nor
	// NegotiateOEM (2.2.2.5), as gss-ntlmssp does. Curl and browsers send short ones.
	StrictNegotiate bool
	// AllowNTLMv1 takes NTLMv1 responses, AllowLM also an LM response alone.
	AllowNTLMv1, AllowLM bool
	// RequireMIC refuses messages without a MIC. A wrong one is always refused.
	RequireMIC bool
	// ChannelBindings are the values that MsvAvChannelBindings may have: see
	// ChannelBindings. They are compared where there are any, and count only if
	// RequireChannelBinding says so.
	ChannelBindings       [][16]byte
	RequireChannelBinding bool
	// TargetNames are the values that MsvAvTargetName may have, in any case. They
	// are compared where there are any, and count only if RequireTargetName says so.
	TargetNames       []string
	RequireTargetName bool
	// CodePage is the OEM code page of clients; nil is Windows-1252.
	CodePage encoding.Encoding
}

// Names are what the target information tells of a server (MS-NLMP 2.2.2.1);
// those that are empty are left out.
type Names struct {
	NbComputer, NbDomain, DNSComputer, DNSDomain, DNSTree string
	// Member says that the server belongs to a domain: TargetName is NbDomain then,
	// else NbComputer.
	Member bool
}

func (n Names) target() string {
	if n.Member {
		return n.NbDomain
	}
	return n.NbComputer
}

// defaultVersion says a protocol revision and no release of Windows.
var defaultVersion = decode.Version{Major: 10, Revision: 15}

func (o AcceptorOptions) withDefaults() AcceptorOptions {
	if o.Users == nil {
		o.Users = new(Users)
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Version.IsZero() {
		o.Version = defaultVersion
	}
	return o
}
