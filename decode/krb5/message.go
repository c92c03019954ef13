package krb5

import (
	"strings"
	"time"
)

// Message is one Kerberos message (RFC 4120 5.4 to 5.9). What a message does not carry is left at
// its zero value. Slices alias the input of Parse.
type Message struct {
	// Framed says that the GSS-API's frame (0x60) is around it; MechOID is the
	// mechanism that the frame names.
	Framed  bool
	MechOID string
	// TokID is the two octets before the message (RFC 4121 4.1), 0x0100 for an
	// AP-REQ; HasTokID says that they are there.
	TokID    TokID
	HasTokID bool

	// Type is msg-type, or what the application tag says where that is missing;
	// Version is pvno, 0 where missing.
	Type    MsgType
	Version int

	// APOptions are those of an AP-REQ. UserToUser says that the ticket is
	// encrypted in a session key (use-session-key, or a TGT-REQ or TGT-REP).
	APOptions  APOptions
	UserToUser bool

	// Realm and SName are the service's: of the ticket, the error or the TGT-REQ.
	Realm     string
	SName     []string
	SNameType NameType
	// CRealm and CName are the client's.
	CRealm    string
	CName     []string
	CNameType NameType

	// EType, KVNO and CipherLength are those of the ticket; in an AP-REP, which
	// has no ticket, of its enc-part. HasEType and HasKVNO say that they are there.
	EType        EType
	HasEType     bool
	KVNO         uint32
	HasKVNO      bool
	CipherLength int
	// AuthEType is that of the AP-REQ's authenticator, or of a KDC reply's enc-part.
	AuthEType    EType
	HasAuthEType bool

	// ErrorCode, EText and the times are those of a KRB-ERROR. CTime and STime
	// hold the microseconds of cusec and susec.
	ErrorCode    ErrorCode
	HasErrorCode bool
	EText        string
	CTime        time.Time
	STime        time.Time
	CUSec        int
	SUSec        int
	// EData is e-data, nil where absent. NTStatus is the status that Windows
	// puts into it (MS-KILE 2.2.2), 0 where there is none.
	EData    []byte
	NTStatus NTStatus
	// PADataTypes are the types of the METHOD-DATA in EData.
	PADataTypes []PADataType
}

// SPN is the service principal name without its realm: "HTTP/www.example.com".
func (m *Message) SPN() string { return strings.Join(m.SName, "/") }

// Client is the client's principal without its realm.
func (m *Message) Client() string { return strings.Join(m.CName, "/") }

// TokID tells the messages of the Kerberos mechanism apart (RFC 4121 4.1, RFC
// 1964 1.2), as a big-endian number.
type TokID uint16

// The token ids of messages that set up a context.
const (
	TokAPReq  TokID = 0x0100
	TokAPRep  TokID = 0x0200
	TokError  TokID = 0x0300
	TokTGTReq TokID = 0x0400
	TokTGTRep TokID = 0x0401
	TokIAKERB TokID = 0x0501
)

// String is the name of the message that the id announces.
func (t TokID) String() string {
	switch t {
	case TokAPReq:
		return "KRB_AP_REQ"
	case TokAPRep:
		return "KRB_AP_REP"
	case TokError:
		return "KRB_ERROR"
	case TokTGTReq:
		return "KERB_TGT_REQUEST"
	case TokTGTRep:
		return "KERB_TGT_REPLY"
	case TokIAKERB:
		return "IAKERB_PROXY"
	case 0x0404:
		return "MIC"
	case 0x0504:
		return "Wrap"
	case 0x0101:
		return "MIC (RFC 1964)"
	case 0x0201:
		return "Wrap (RFC 1964)"
	case 0x0102:
		return "DeleteContext (RFC 1964)"
	}
	return ""
}

// MsgType is msg-type (RFC 4120 7.5.7).
type MsgType int

// The message types.
const (
	MsgASReq  MsgType = 10
	MsgASRep  MsgType = 11
	MsgTGSReq MsgType = 12
	MsgTGSRep MsgType = 13
	MsgAPReq  MsgType = 14
	MsgAPRep  MsgType = 15
	MsgTGTReq MsgType = 16
	MsgTGTRep MsgType = 17
	MsgError  MsgType = 30
)

// String is the message's name, empty for an unknown type.
func (t MsgType) String() string {
	switch t {
	case MsgASReq:
		return "AS-REQ"
	case MsgASRep:
		return "AS-REP"
	case MsgTGSReq:
		return "TGS-REQ"
	case MsgTGSRep:
		return "TGS-REP"
	case MsgAPReq:
		return "AP-REQ"
	case MsgAPRep:
		return "AP-REP"
	case MsgTGTReq:
		return "TGT-REQ"
	case MsgTGTRep:
		return "TGT-REP"
	case MsgError:
		return "KRB-ERROR"
	}
	return ""
}

// APOptions are the ap-options of an AP-REQ (RFC 4120 5.5.1), bit 0 the highest.
type APOptions uint32

// The options.
const (
	UseSessionKey  APOptions = 1 << 30
	MutualRequired APOptions = 1 << 29
)

// Names are the options that are set.
func (o APOptions) Names() []string {
	var names []string
	if o&UseSessionKey != 0 {
		names = append(names, "use-session-key")
	}
	if o&MutualRequired != 0 {
		names = append(names, "mutual-required")
	}
	return names
}

// NameType is the name-type of a PrincipalName (RFC 4120 6.2).
type NameType int32

var nameTypes = map[NameType]string{
	0: "NT-UNKNOWN", 1: "NT-PRINCIPAL", 2: "NT-SRV-INST", 3: "NT-SRV-HST", 4: "NT-SRV-XHST",
	5: "NT-UID", 6: "NT-X500-PRINCIPAL", 7: "NT-SMTP-NAME", 10: "NT-ENTERPRISE", 11: "NT-WELLKNOWN",
	-128: "NT-MS-PRINCIPAL", -129: "NT-MS-PRINCIPAL-AND-ID", -130: "NT-ENT-PRINCIPAL-AND-ID",
}

// String is the type's name, empty for an unknown one.
func (t NameType) String() string { return nameTypes[t] }
