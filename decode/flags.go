package decode

import "math/bits"

// Flags is a NEGOTIATE structure, the flags of an NTLM message (MS-NLMP 2.2.2.5).
type Flags uint32

// The flags under their names in MS-NLMP, without the prefix NTLMSSP_.
const (
	NegotiateUnicode                 Flags = 1 << 0
	NegotiateOEM                     Flags = 1 << 1
	RequestTarget                    Flags = 1 << 2
	NegotiateSign                    Flags = 1 << 4
	NegotiateSeal                    Flags = 1 << 5
	NegotiateDatagram                Flags = 1 << 6
	NegotiateLMKey                   Flags = 1 << 7
	NegotiateNTLM                    Flags = 1 << 9
	NegotiateAnonymous               Flags = 1 << 11
	NegotiateOEMDomainSupplied       Flags = 1 << 12
	NegotiateOEMWorkstationSupplied  Flags = 1 << 13
	NegotiateAlwaysSign              Flags = 1 << 15
	TargetTypeDomain                 Flags = 1 << 16
	TargetTypeServer                 Flags = 1 << 17
	NegotiateExtendedSessionSecurity Flags = 1 << 19
	NegotiateIdentify                Flags = 1 << 20
	RequestNonNTSessionKey           Flags = 1 << 22
	NegotiateTargetInfo              Flags = 1 << 23
	NegotiateVersion                 Flags = 1 << 25
	Negotiate128                     Flags = 1 << 29
	NegotiateKeyExch                 Flags = 1 << 30
	Negotiate56                      Flags = 1 << 31

	// ReservedFlags are the ten bits r1 to r10, which should be zero.
	ReservedFlags Flags = 1<<3 | 1<<8 | 1<<10 | 1<<14 | 1<<18 | 1<<21 | 1<<24 | 1<<26 | 1<<27 | 1<<28
)

// FlagInfo describes one bit of Flags (MS-NLMP 2.2.2.5).
type FlagInfo struct {
	Bit Flags
	// Name is MS-NLMP's; reserved bits are r1 to r10 there.
	Name string
	// Meaning is one sentence for a person.
	Meaning string
}

// flagTable is indexed by bit number.
var flagTable = [32]FlagInfo{
	0:  {1 << 0, "NTLMSSP_NEGOTIATE_UNICODE", "names are in UTF-16LE"},
	1:  {1 << 1, "NTLM_NEGOTIATE_OEM", "names may be in the sender's OEM code page"},
	2:  {1 << 2, "NTLMSSP_REQUEST_TARGET", "the client asks for the target's name, and so for target information"},
	3:  {1 << 3, "r10", "reserved, should be zero"},
	4:  {1 << 4, "NTLMSSP_NEGOTIATE_SIGN", "messages after the handshake are to be signed"},
	5:  {1 << 5, "NTLMSSP_NEGOTIATE_SEAL", "messages after the handshake are to be encrypted"},
	6:  {1 << 6, "NTLMSSP_NEGOTIATE_DATAGRAM", "connectionless: the server's challenge comes unasked"},
	7:  {1 << 7, "NTLMSSP_NEGOTIATE_LM_KEY", "session keys come from the weak LM hash"},
	8:  {1 << 8, "r9", "reserved, should be zero; once NETWARE"},
	9:  {1 << 9, "NTLMSSP_NEGOTIATE_NTLM", "NTLM authentication, set by everybody"},
	10: {1 << 10, "r8", "reserved, should be zero; once NT_ONLY"},
	11: {1 << 11, "NTLMSSP_NEGOTIATE_ANONYMOUS", "an anonymous logon, without user and password"},
	12: {1 << 12, "NTLMSSP_NEGOTIATE_OEM_DOMAIN_SUPPLIED", "the client names its domain in this message"},
	13: {1 << 13, "NTLMSSP_NEGOTIATE_OEM_WORKSTATION_SUPPLIED", "the client names its workstation in this message"},
	14: {1 << 14, "r7", "reserved, should be zero; once LOCAL_CALL: client and server on one machine"},
	15: {1 << 15, "NTLMSSP_NEGOTIATE_ALWAYS_SIGN", "a session key is made even if nothing will be signed with it"},
	16: {1 << 16, "NTLMSSP_TARGET_TYPE_DOMAIN", "TargetName is a domain: the server is a member of it"},
	17: {1 << 17, "NTLMSSP_TARGET_TYPE_SERVER", "TargetName is the server: accounts are its own"},
	18: {1 << 18, "r6", "reserved, should be zero; once TARGET_TYPE_SHARE"},
	19: {1 << 19, "NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY", "the client's challenge enters the NTLMv1 response and the session keys"},
	20: {1 << 20, "NTLMSSP_NEGOTIATE_IDENTIFY", "an identity token is asked for: the server may look and not act as the user"},
	21: {1 << 21, "r5", "reserved, should be zero"},
	22: {1 << 22, "NTLMSSP_REQUEST_NON_NT_SESSION_KEY", "the session key is to come from the LM hash"},
	23: {1 << 23, "NTLMSSP_NEGOTIATE_TARGET_INFO", "target information is present, as NTLMv2 needs it"},
	24: {1 << 24, "r4", "reserved, should be zero"},
	25: {1 << 25, "NTLMSSP_NEGOTIATE_VERSION", "the Version field holds the sender's version of Windows"},
	26: {1 << 26, "r3", "reserved, should be zero"},
	27: {1 << 27, "r2", "reserved, should be zero"},
	28: {1 << 28, "r1", "reserved, should be zero"},
	29: {1 << 29, "NTLMSSP_NEGOTIATE_128", "session keys of 128 bits"},
	30: {1 << 30, "NTLMSSP_NEGOTIATE_KEY_EXCH", "the client chooses the session key and sends it encrypted"},
	31: {1 << 31, "NTLMSSP_NEGOTIATE_56", "session keys of 56 bits, unless 128 is set too"},
}

// FlagTable describes all 32 bits, the lowest first.
func FlagTable() []FlagInfo { return append([]FlagInfo(nil), flagTable[:]...) }

// Has reports whether all bits of want are set.
func (f Flags) Has(want Flags) bool { return f&want == want }

// Each calls visit for every bit that is set, the lowest first.
func (f Flags) Each(visit func(bit int, info *FlagInfo)) {
	for rest := uint32(f); rest != 0; rest &= rest - 1 {
		bit := bits.TrailingZeros32(rest)
		visit(bit, &flagTable[bit])
	}
}

// Names lists the names of the bits that are set, the lowest first.
func (f Flags) Names() []string {
	names := make([]string, 0, bits.OnesCount32(uint32(f)))
	f.Each(func(_ int, info *FlagInfo) { names = append(names, info.Name) })
	return names
}
