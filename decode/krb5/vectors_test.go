package krb5_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/der/walk/walktest"
	"github.com/ntlmctl/ntlmctl/decode/krb5"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
	"github.com/ntlmctl/ntlmctl/internal/tokenfiles"
)

// TestVectors compares what the conformance set states about Kerberos messages,
// bare and in SPNEGO, with what Parse says.
func TestVectors(t *testing.T) {
	checked := 0
	for _, v := range tokenfiles.In[walktest.Vector](t, "NTLMCTL_VECTORS") {
		expect, token := v.Expect, v.Base64
		if inner, ok := expect["inner"].(map[string]any); ok && v.Kind == "spnego" && inner["tok_id"] != nil {
			init, resp := spnego.Parse(token, nil)
			if init != nil {
				token = init.MechToken
			} else {
				token = resp.ResponseToken
			}
			expect = inner
		} else if v.Kind == "spnego" && v.Expect["inner_tok_id"] != nil {
			init, _ := spnego.Parse(token, nil)
			token = init.MechToken
			expect = map[string]any{"mech": v.Expect["inner_mech"], "tok_id": v.Expect["inner_tok_id"]}
		} else if v.Kind != "kerberos" {
			continue
		}
		checked++
		t.Run(v.ID, func(t *testing.T) {
			r := &annotate.Recorder{Annotate: true}
			m := krb5.Parse(token, r)
			walktest.Check(t, token, r)
			for key, want := range expect {
				if got := fact(key, m); !reflect.DeepEqual(got, want) {
					t.Errorf("%s: %v, want %v", key, got, want)
				}
			}
			for _, code := range walktest.Codes(r) {
				if strings.HasPrefix(code, "der-") || code == "trailing-data" {
					t.Errorf("findings %v", walktest.Codes(r))
				}
			}
			if !krb5.Sniff(token) || spnego.Sniff(token) {
				t.Error("not recognised, or as SPNEGO")
			}
			walktest.Truncations(t, token, func(b []byte, r *annotate.Recorder) { krb5.Parse(b, r) })
		})
	}
	if checked == 0 {
		t.Error("no vector of Kerberos")
	}
}

// fact is what Parse says about a key of a vector's "expect".
func fact(key string, m *krb5.Message) any {
	switch key {
	case "layers":
		if m.Framed {
			return []any{"gssapi"}
		}
	case "mech":
		return m.MechOID
	case "tok_id":
		return fmt.Sprintf("%04x", uint16(m.TokID))
	case "krb_msg":
		return m.Type.String()
	case "error_code":
		return float64(m.ErrorCode)
	case "error_name":
		return fmt.Sprintf("%s (%d)", m.ErrorCode, m.ErrorCode)
	case "stime":
		return m.STime.Truncate(time.Second).Format("2006-01-02T15:04:05-07:00")
	case "susec":
		return float64(m.SUSec)
	case "realm":
		return m.Realm
	case "sname":
		var parts []any
		for _, p := range m.SName {
			parts = append(parts, p)
		}
		return parts
	case "enc_part_etype":
		return fmt.Sprintf("%s (%d)", strings.ReplaceAll(strings.ToUpper(m.EType.String()), "-", "_"), m.EType)
	case "authenticator_etype_num":
		return float64(m.AuthEType)
	}
	return "not a fact that is known"
}
