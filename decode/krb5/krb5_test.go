package krb5

import (
	"encoding/hex"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/der"
	"github.com/ntlmctl/ntlmctl/decode/der/walk/walktest"
	"github.com/ntlmctl/ntlmctl/internal/tokenfiles"
)

// The builders below write messages in DER, inside out.

func cat(parts ...[]byte) []byte {
	var b []byte
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

func seq(parts ...[]byte) []byte       { return der.Append(nil, der.Sequence, cat(parts...)) }
func ctx(n int, content []byte) []byte { return der.Append(nil, der.Context(n), content) }
func app(n int, content []byte) []byte { return der.Append(nil, der.Application(n), content) }
func num(n int64) []byte               { return der.Append(nil, der.Integer, der.AppendInt(nil, n)) }
func str(s string) []byte              { return der.Append(nil, der.GeneralString, []byte(s)) }
func octets(s string) []byte           { return der.Append(nil, der.OctetString, []byte(s)) }
func clock(s string) []byte            { return der.Append(nil, der.GeneralizedTime, []byte(s)) }
func bits(s string) []byte             { return der.Append(nil, der.BitString, []byte(s)) }
func head(msgType int64) []byte        { return cat(ctx(0, num(5)), ctx(1, num(msgType))) }
func enc(etype, kvno int64) []byte {
	return seq(ctx(0, num(etype)), ctx(1, num(kvno)), ctx(2, octets("cipher")))
}
func encWithoutKVNO(etype int64) []byte         { return seq(ctx(0, num(etype)), ctx(2, octets("cipher"))) }
func oid(s string) []byte                       { b, _ := der.AppendOID(nil, s); return der.Append(nil, der.OID, b) }
func framed(mech, id string, msg []byte) []byte { return app(0, cat(oid(mech), []byte(id), msg)) }

func principal(nameType int64, parts ...string) []byte {
	var list []byte
	for _, p := range parts {
		list = append(list, str(p)...)
	}
	return seq(ctx(0, num(nameType)), ctx(1, seq(list)))
}

func ticket(etype int64) []byte {
	return app(1, seq(ctx(0, num(5)), ctx(1, str("LAB.TEST")), ctx(2, principal(2, "HTTP", "www.lab.test")), ctx(3, enc(etype, 7))))
}

func apReq(options string, etype int64) []byte {
	return app(14, seq(head(14), ctx(2, bits(options)), ctx(3, ticket(etype)), ctx(4, encWithoutKVNO(18))))
}

const extError = "\x34\x02\x00\xc0\x00\x00\x00\x00\x01\x00\x00\x00" // STATUS_ACCOUNT_LOCKED_OUT

func krbError(tag bool, eData []byte) []byte {
	body := seq(head(30), ctx(2, clock("20260102030405Z")), ctx(3, num(7)), ctx(4, clock("20260102031005Z")), ctx(5, num(748591)),
		ctx(6, num(37)), ctx(7, str("CLIENT.TEST")), ctx(8, principal(1, "alice")), ctx(9, str("LAB.TEST")),
		ctx(10, principal(2, "HTTP", "www.lab.test")), ctx(11, str("Clock skew too great")), ctx(12, der.Append(nil, der.OctetString, eData)))
	if tag {
		return app(30, body)
	}
	return body
}

func samples() map[string][]byte {
	return map[string][]byte{
		"ap-req":          framed(OIDKerberos, "\x01\x00", apReq("\x00\x20\x00\x00\x00", 18)),
		"bare ap-req":     apReq("\x00\x00\x00\x00\x00", 18),
		"ap-req rc4":      framed(OIDMSKerberos, "\x01\x00", apReq("\x00\x20\x00\x00\x00", 23)),
		"ap-req u2u":      framed(OIDUserToUser, "\x01\x00", apReq("\x00\x60\x00\x00\x00", 18)),
		"ap-rep":          framed(OIDKerberos, "\x02\x00", app(15, seq(head(15), ctx(2, enc(17, 3))))),
		"error":           framed(OIDKerberos, "\x03\x00", krbError(true, seq(ctx(1, num(3)), ctx(2, octets(extError))))),
		"error, bare":     krbError(false, seq(seq(ctx(1, num(19)), ctx(2, octets("x"))), seq(ctx(1, num(2)), ctx(2, octets(""))))),
		"error, typed":    krbError(true, seq(seq(ctx(0, num(3)), ctx(1, octets(extError))))),
		"error, odd data": krbError(true, []byte("text")),
		"token id alone":  cat([]byte("\x02\x00"), app(15, seq(head(15), ctx(2, enc(17, 3))))),
		"tgt-req":         framed(OIDUserToUser, "\x04\x00", seq(head(16), ctx(2, principal(1, "admin")), ctx(3, str("LAB.TEST")))),
		"tgt-rep":         framed(OIDUserToUser, "\x04\x01", seq(head(17), ctx(2, ticket(18)))),
		"iakerb":          framed(OIDIAKERB, "\x05\x01", cat(seq(ctx(1, str("LAB.TEST")), ctx(2, octets("c"))), app(10, seq(ctx(1, num(5)), ctx(2, num(10)), ctx(4, seq()))))),
		"as-rep":          app(11, seq(head(11), ctx(2, seq()), ctx(3, str("LAB.TEST")), ctx(4, principal(1, "alice")), ctx(5, ticket(18)), ctx(6, encWithoutKVNO(17)))),
		"tgs-req":         app(12, seq(ctx(1, num(5)), ctx(2, num(12)), ctx(3, seq()), ctx(4, seq()))),
	}
}

func parse(t testing.TB, b []byte) (*Message, *annotate.Recorder) {
	t.Helper()
	r := &annotate.Recorder{Annotate: true}
	m := Parse(b, r)
	walktest.Check(t, b, r)
	return m, r
}

func TestParse(t *testing.T) {
	web := []string{"HTTP", "www.lab.test"}
	ctime := time.Date(2026, 1, 2, 3, 4, 5, 7000, time.UTC)
	stime := time.Date(2026, 1, 2, 3, 10, 5, 748591000, time.UTC)
	fault := Message{Type: MsgError, Version: 5, Realm: "LAB.TEST", SName: web, SNameType: 2, CRealm: "CLIENT.TEST", CName: []string{"alice"}, CNameType: 1,
		ErrorCode: 37, HasErrorCode: true, EText: "Clock skew too great", CTime: ctime, STime: stime, CUSec: 7, SUSec: 748591}
	apReq := Message{Type: MsgAPReq, Version: 5, Realm: "LAB.TEST", SName: web, SNameType: 2, EType: 18, HasEType: true, KVNO: 7, HasKVNO: true,
		CipherLength: 6, AuthEType: 18, HasAuthEType: true}
	apRep := Message{Type: MsgAPRep, Version: 5, EType: 17, HasEType: true, KVNO: 3, HasKVNO: true, CipherLength: 6}
	with := func(m Message, change func(*Message)) Message {
		change(&m)
		return m
	}
	frame := func(mech string, id TokID) func(*Message) {
		return func(m *Message) { m.Framed, m.MechOID, m.TokID, m.HasTokID = true, mech, id, true }
	}
	all := samples()
	for name, test := range map[string]struct {
		want  Message
		codes []string
	}{
		"ap-req": {with(with(apReq, frame(OIDKerberos, TokAPReq)), func(m *Message) { m.APOptions = MutualRequired }), []string{}},
		"ap-req rc4": {with(with(apReq, frame(OIDMSKerberos, TokAPReq)), func(m *Message) { m.APOptions, m.EType = MutualRequired, 23 }),
			[]string{"krb5-ms-oid", "krb5-weak-etype"}},
		"ap-req u2u": {with(with(apReq, frame(OIDUserToUser, TokAPReq)), func(m *Message) { m.APOptions, m.UserToUser = MutualRequired|UseSessionKey, true }),
			[]string{"krb5-user-to-user"}},
		"bare ap-req":     {apReq, []string{}},
		"ap-rep":          {with(apRep, frame(OIDKerberos, TokAPRep)), []string{}},
		"token id alone":  {with(apRep, func(m *Message) { m.TokID, m.HasTokID = TokAPRep, true }), []string{}},
		"error":           {with(with(fault, frame(OIDKerberos, TokError)), func(m *Message) { m.NTStatus = 0xc0000234 }), []string{"krb5-error", "krb5-error"}},
		"error, typed":    {with(fault, func(m *Message) { m.NTStatus = 0xc0000234 }), []string{"krb5-error", "krb5-error"}},
		"error, bare":     {with(fault, func(m *Message) { m.PADataTypes = []PADataType{19, 2} }), []string{"krb5-error"}},
		"error, odd data": {fault, []string{"krb5-error"}},
		"tgt-req": {with(Message{Type: MsgTGTReq, Version: 5, Realm: "LAB.TEST", SName: []string{"admin"}, SNameType: 1, UserToUser: true}, frame(OIDUserToUser, TokTGTReq)),
			[]string{"krb5-user-to-user"}},
		"tgt-rep": {with(with(apReq, frame(OIDUserToUser, TokTGTRep)), func(m *Message) { m.Type, m.UserToUser, m.AuthEType, m.HasAuthEType = MsgTGTRep, true, 0, false }),
			[]string{"krb5-user-to-user"}},
		"as-rep": {with(apReq, func(m *Message) {
			m.Type, m.CRealm, m.CName, m.CNameType, m.AuthEType = MsgASRep, "LAB.TEST", []string{"alice"}, 1, 17
		}), []string{}},
		"iakerb":  {with(Message{Type: MsgASReq, Version: 5, Realm: "LAB.TEST"}, frame(OIDIAKERB, TokIAKERB)), []string{}},
		"tgs-req": {Message{Type: MsgTGSReq, Version: 5}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			b := all[name]
			if b == nil {
				t.Fatal("no such sample")
			}
			m, r := parse(t, b)
			got := *m
			got.EData = nil
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
			if codes := walktest.Codes(r); !reflect.DeepEqual(codes, test.codes) {
				t.Errorf("findings %v, want %v", codes, test.codes)
			}
			if !Sniff(b) {
				t.Error("not recognised")
			}
		})
		delete(all, name)
	}
	for name := range all {
		t.Errorf("sample %q is not tested", name)
	}
}

func TestFields(t *testing.T) {
	b := samples()["ap-req"]
	_, r := parse(t, b)
	var got []string
	for _, f := range r.Fields {
		got = append(got, strings.Repeat(" ", f.Depth)+f.Name+" "+string(f.Value.Append(nil, f.Span(b))))
	}
	want := []string{
		"InitialContextToken ", " thisMech 1.2.840.113554.1.2.2", " TOK_ID 0100", " AP-REQ ",
		"  pvno 5", "  msg-type 14", "  ap-options 0020000000",
		"  ticket ", "   tkt-vno 5", "   realm LAB.TEST", "   sname ", "    name-type 2", "    name-string ", "     component HTTP", "     component www.lab.test",
		"   enc-part ", "    etype 18", "    kvno 7", "    cipher 636970686572",
		"  authenticator ", "   etype 18", "   cipher 636970686572",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestLenient(t *testing.T) {
	for _, test := range []struct {
		name  string
		input []byte
		codes []string
	}{
		{"nothing", nil, []string{"unrecognised"}},
		{"version 4", app(15, seq(ctx(0, num(4)), ctx(1, num(15)), ctx(2, enc(18, 1)))), []string{"krb5-version"}},
		{"no version", app(15, seq(ctx(1, num(15)), ctx(2, enc(18, 1)))), []string{"der-unexpected"}},
		{"another type", app(15, seq(head(14), ctx(2, enc(18, 1)))), []string{"der-unexpected"}},
		{"field twice", app(15, seq(head(15), ctx(2, enc(18, 1)), ctx(2, enc(18, 1)))), []string{"der-unexpected"}},
		{"unknown field", app(15, seq(head(15), ctx(2, enc(18, 1)), ctx(9, num(1)))), []string{"der-unexpected"}},
		{"no SEQUENCE", app(15, num(5)), []string{"der-unexpected"}},
		{"empty tag", app(15, nil), []string{"der-unexpected"}},
		{"huge etype", app(15, seq(head(15), ctx(2, enc(1<<40, 1)))), []string{"der-unexpected"}},
		{"DES", app(15, seq(head(15), ctx(2, enc(3, 1)))), []string{"krb5-weak-etype"}},
		{"negative RC4", app(15, seq(head(15), ctx(2, enc(-133, 1)))), []string{"krb5-weak-etype"}},
		{"ticket without tag", app(14, seq(head(14), ctx(3, seq()))), []string{"der-unexpected"}},
		{"bad time", app(30, seq(head(30), ctx(4, clock("2026-01-02")), ctx(5, num(1000000)), ctx(6, num(60)))), []string{"der-unexpected", "der-unexpected", "krb5-error"}},
		{"trailing data", append(apReq("\x00\x00\x00\x00\x00", 18), 0, 0), []string{"trailing-data"}},
		{"frame alone", app(0, oid(OIDKerberos)), []string{"der-unexpected"}},
		{"token id alone", app(0, cat(oid(OIDKerberos), []byte{1, 0})), []string{"der-unexpected"}},
		{"token id of another message", framed(OIDKerberos, "\x01\x00", app(15, seq(head(15), ctx(2, enc(18, 1))))), []string{"der-unexpected"}},
		{"half a token id", app(0, cat(oid(OIDKerberos), []byte{1})), []string{"der-truncated"}},
		{"something else", num(1), []string{"der-unexpected"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, r := parse(t, test.input)
			if codes := walktest.Codes(r); !reflect.DeepEqual(codes, test.codes) {
				t.Errorf("findings %v, want %v", codes, test.codes)
			}
		})
	}
}

func TestSniff(t *testing.T) {
	for _, s := range []string{"", "60", "4e544c4d", "3000", "3005a003020103", "a10730", "0100", "010030", "61073005a003020105", "7e", "6103", hex.EncodeToString([]byte("no token"))} {
		b, _ := hex.DecodeString(s)
		if Sniff(b) && s != "7e" && s != "61073005a003020105" {
			t.Errorf("%s is taken for Kerberos", s)
		}
	}
	for name, b := range samples() {
		if !Sniff(b) {
			t.Errorf("%s is not recognised", name)
		}
	}
}

func TestTruncations(t *testing.T) {
	all := samples()
	for _, v := range tokenfiles.Read[walktest.Vector](t, "testdata/captures.jsonl") {
		all[v.Leg] = v.Base64
	}
	for name, b := range all {
		t.Run(name, func(t *testing.T) {
			walktest.Truncations(t, b, func(b []byte, r *annotate.Recorder) { Parse(b, r) })
		})
	}
}

func TestTruncationNamesTheField(t *testing.T) {
	b := samples()["bare ap-req"]
	r := &annotate.Recorder{}
	m := Parse(b[:len(b)-2], r)
	if len(r.Findings) != 1 || r.Findings[0].Detail != "cipher wants 6 bytes, 4 are there" || m.SPN() != "HTTP/www.lab.test" {
		t.Errorf("%+v %+v", r.Findings, m)
	}
}

func TestCutAfterTokID(t *testing.T) {
	b := samples()["ap-req"]
	at := strings.Index(string(b), "\x01\x00\x6e")
	if m, _ := parse(t, b[:at+2]); m.Type != MsgAPReq || !m.HasTokID {
		t.Errorf("%+v", m)
	}
}

func TestCaptures(t *testing.T) {
	for _, v := range tokenfiles.Read[walktest.Vector](t, "testdata/captures.jsonl") {
		m, r := parse(t, v.Base64)
		if len(r.Findings) != 0 || m.Type.String() != v.Leg || m.EType.String() != "aes256-cts-hmac-sha1-96" {
			t.Errorf("%s: %+v %v", v.Leg, m, walktest.Codes(r))
		}
		if m.Type == MsgAPReq && (m.Realm != "KRB.LAB.TEST" || m.SName[0] != "HTTP" || m.AuthEType != 18 || !m.HasKVNO) {
			t.Errorf("%+v", m)
		}
	}
}

func TestTables(t *testing.T) {
	for code, entry := range errorCodes {
		if !strings.HasPrefix(entry.name, "K") || entry.cause == "" {
			t.Errorf("error %d: %+v", code, entry)
		}
	}
	for status, entry := range ntStatuses {
		if !strings.HasPrefix(entry.name, "S") || entry.cause == "" {
			t.Errorf("status %#x: %+v", uint32(status), entry)
		}
	}
	if !strings.Contains(ErrorCode(37).Cause(), "five minutes") || ErrorCode(999).String() != "" || NTStatus(1).Meaning() != "" {
		t.Error("causes")
	}
	if EType(23).Weak() == "" || EType(18).Weak() != "" || EType(99).String() != "" {
		t.Error("etypes")
	}
}

func FuzzParse(f *testing.F) {
	for _, b := range samples() {
		f.Add(b)
	}
	for _, v := range tokenfiles.Read[walktest.Vector](f, "testdata/captures.jsonl") {
		f.Add(v.Base64)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r := &annotate.Recorder{Annotate: true}
		m := Parse(b, r)
		walktest.Check(t, b, r)
		plain := &annotate.Recorder{}
		if m2 := Parse(b, plain); !reflect.DeepEqual(m, m2) || !reflect.DeepEqual(r.Findings, plain.Findings) {
			t.Fatal("Annotate changes the result")
		}
		Sniff(b)
	})
}

func BenchmarkParse(b *testing.B) {
	token := samples()["ap-req"]
	b.ReportAllocs()
	for b.Loop() {
		Parse(token, &annotate.Recorder{})
	}
}
