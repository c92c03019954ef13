package ntlm

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ntlmctl/ntlmctl/decode"
)

// ClientOptions says as whom and how a Client logs on.
type ClientOptions struct {
	Account Account
	// Secret is a password or an NT hash; either serves.
	Secret Secret
	// SPNEGO wraps the messages as the scheme Negotiate wants it (RFC 4178, RFC
	// 4559); servers take bare ones there as well.
	SPNEGO bool
	// Workstation is the client's machine. Only the AUTHENTICATE_MESSAGE names it.
	Workstation string
	// ChannelBinding says what goes into MsvAvChannelBindings; the zero value is
	// ChannelBindingAuto.
	ChannelBinding ChannelBindingMode
	// ChannelBindings is the hash that ChannelBindingAuto sends: ChannelBindings of
	// the server's certificate. Nil where there is no TLS, or the certificate has none.
	ChannelBindings *[16]byte
	// TargetName says what goes into MsvAvTargetName; the zero value is TargetNameAuto.
	TargetName TargetNameMode
	// SPN is the service that TargetNameAuto names: HTTP/host. Where it is empty,
	// none is named.
	SPN string
	// NoMIC leaves out the MIC, and the claim of one.
	NoMIC bool
}

// ChannelBindingMode is one of the constants, or 32 hexadecimal digits that are sent.
type ChannelBindingMode string

// What goes into MsvAvChannelBindings.
const (
	// ChannelBindingAuto sends the connection's hash; zeros where there is none,
	// as MS-NLMP 3.1.5.1.2 has it.
	ChannelBindingAuto ChannelBindingMode = "auto"
	// ChannelBindingAbsent leaves the pair out, as clients do that know nothing of it.
	ChannelBindingAbsent ChannelBindingMode = "absent"
	// ChannelBindingZero sends zeros: a client that has no TLS channel.
	ChannelBindingZero ChannelBindingMode = "zero"
	// ChannelBindingWrong sends a hash that is neither the connection's nor zero.
	ChannelBindingWrong ChannelBindingMode = "wrong"
)

// ParseChannelBindingMode reads auto, absent, zero, wrong or 32 hexadecimal digits.
func ParseChannelBindingMode(s string) (ChannelBindingMode, error) {
	m := ChannelBindingMode(strings.ToLower(s))
	if _, _, err := m.value(nil); err != nil {
		return "", err
	}
	return m, nil
}

// value is what goes into the pair; ok is false if none is sent.
func (m ChannelBindingMode) value(auto *[16]byte) (value [16]byte, ok bool, err error) {
	if auto != nil {
		value = *auto
	}
	switch m {
	case "", ChannelBindingAuto:
		return value, true, nil
	case ChannelBindingAbsent:
		return [16]byte{}, false, nil
	case ChannelBindingZero:
		return [16]byte{}, true, nil
	case ChannelBindingWrong:
		for i := range value {
			value[i] ^= 0x5a
		}
		return value, true, nil
	}
	k, err := parseKey(string(m))
	if err != nil {
		return value, false, errors.New("ntlm: channel binding: neither auto, absent, zero, wrong nor 32 hexadecimal digits")
	}
	return k, true, nil
}

// TargetNameMode is one of the constants, or a name that is sent.
type TargetNameMode string

// What goes into MsvAvTargetName.
const (
	// TargetNameAuto sends ClientOptions.SPN.
	TargetNameAuto TargetNameMode = "auto"
	// TargetNameAbsent leaves the pair out.
	TargetNameAbsent TargetNameMode = "absent"
)

// value is what goes into the pair; ok is false if none is sent.
func (m TargetNameMode) value(auto string) (spn string, ok bool) {
	switch m {
	case "", TargetNameAuto:
		return auto, auto != ""
	case TargetNameAbsent:
		return "", false
	}
	return string(m), true
}

// maxName is the longest name in UTF-16 code units that is sent: all of them
// and the response must fit their fields.
const maxName = 4096

func (o *ClientOptions) check() error {
	if o.Account.User == "" {
		return errors.New("ntlm: client: no user name: an anonymous logon is not made")
	}
	if strings.Contains(o.Account.Domain, `\`) {
		return errors.New(`ntlm: client: a domain with a \ in it`)
	}
	if o.Secret.IsZero() {
		return errors.New("ntlm: client: neither a password nor an NT hash")
	}
	spn, _ := o.TargetName.value(o.SPN)
	for _, f := range [...]struct{ what, text string }{
		{"user", o.Account.User}, {"domain", o.Account.Domain}, {"workstation", o.Workstation}, {"target name", spn},
	} {
		if n := len(decode.EncodeText(f.text, nil)) / 2; n > maxName {
			return fmt.Errorf("ntlm: client: the %s has %d characters, at most %d are sent", f.what, n, maxName)
		}
	}
	_, _, err := o.ChannelBinding.value(nil)
	return err
}
