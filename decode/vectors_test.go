package decode

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/internal/tokenfiles"
)

// vector is one line of the conformance set that NTLMCTL_VECTORS points at.
type vector struct {
	ID, Kind, Base64 string
	Size             int
	Expect, Derived  map[string]any
}

func loadVectors(t testing.TB) []vector {
	t.Helper()
	list := tokenfiles.In[vector](t, "NTLMCTL_VECTORS")
	if len(list) != 119 {
		t.Fatalf("%d vectors, want 119", len(list))
	}
	return list
}

// TestVectors compares every fact that the conformance set states about an
// NTLM message with what Decode says.
func TestVectors(t *testing.T) {
	compared := 0
	for _, v := range loadVectors(t) {
		if v.Kind != "type1" && v.Kind != "type2" && v.Kind != "type3" {
			continue
		}
		t.Run(v.ID, func(t *testing.T) {
			raw, err := base64.StdEncoding.DecodeString(v.Base64)
			if err != nil {
				t.Fatal(err)
			}
			var o Options
			if _, ok := v.Expect["domain_utf8"]; ok {
				o.CodePage = unicode.UTF8
			}
			got := factsOf(Decode(raw, o))
			want := map[string]any{}
			for k, x := range v.Derived {
				want[k] = x
			}
			for k, x := range v.Expect {
				want[k] = x
			}
			if _, ok := want["mic_at_64"]; ok { // the derived reading takes the MIC for a Version
				want["mic"], want["version"] = want["mic_at_64"], want["version_pyspnego"]
			}
			for _, k := range []string{"domain_utf8", "workstation_utf8", "domain_utf16le", "workstation_utf16le"} {
				if x, ok := v.Expect[k]; ok { // the reading that the code page or the bytes ask for
					name, _, _ := strings.Cut(k, "_")
					want[name] = x
				}
			}
			for k, x := range want {
				g, known := got[k]
				if !known {
					if !ignoredFacts[k] {
						t.Errorf("%s: not compared (want %v)", k, x)
					}
					continue
				}
				compared++
				if !sameFact(g, x) {
					t.Errorf("%s: got %v, want %v", k, g, x)
				}
			}
		})
	}
	if compared < 900 {
		t.Errorf("only %d facts were compared", compared)
	}
}

// ignoredFacts are stated elsewhere in another form.
var ignoredFacts = map[string]bool{
	"mic_at_64": true, "version_pyspnego": true, "warning": true, "text_encoding": true, "size": true,
	"exported_session_key": true, "filetime": true, "workstation_utf8": true, "domain_utf8": true,
	"workstation_utf16le": true, "domain_utf16le": true, "has_timestamp": true, "target_info_has": true,
	"mic_flag": true, "response_type": true, "lm_type": true, "blob_trailer": true,
}

func sameFact(got, want any) bool {
	g, _ := json.Marshal(got)
	w, _ := json.Marshal(want)
	if string(g) == string(w) {
		return true
	}
	// "~" marks a time that the source states in milliseconds.
	before, after, rounded := strings.Cut(string(w), "~")
	stated, _, _ := strings.Cut(after, `"`)
	return rounded && strings.HasPrefix(string(g), before+stated)
}

func fieldsFact(p Payload) map[string]any {
	return map[string]any{"len": p.Len, "maxlen": p.MaxLen, "offset": p.Offset}
}

func pairsFact(pairs AVPairs) any {
	if len(pairs) == 0 {
		return nil
	}
	out := [][2]string{}
	for _, p := range pairs {
		value := ""
		switch {
		case p.ID.IsText():
			value = p.Text().String()
		case p.ID == MsvAvTimestamp:
			n, _ := p.FileTime()
			value = string(annotate.AppendFileTime(nil, n))
		case p.ID == MsvAvFlags:
			n, _ := p.Uint32()
			value = string(annotate.AppendHex32(nil, n))
		case len(p.Value) > 0:
			value = "hex:" + hex.EncodeToString(p.Value)
		}
		out = append(out, [2]string{p.ID.String(), value})
	}
	return out
}

// lowestPayload is where the set says that the header ends, unclaimed bytes
// before the first payload included.
func lowestPayload(m *AuthenticateMessage, size int) int {
	for _, p := range m.payloads() {
		if len(p.Bytes) > 0 {
			size = min(size, int(p.Offset))
		}
	}
	return size
}

func factsOf(t *Token) map[string]any {
	facts := map[string]any{}
	version := func(has bool, flags Flags, v Version) {
		facts["version"] = nil
		if has && flags.Has(NegotiateVersion) {
			facts["version"] = v.String()
		}
		if has {
			facts["version_bytes"] = v.String()
		}
	}
	switch m := t.Message.(type) {
	case *NegotiateMessage:
		facts["message_type"] = 1
		facts["flags"] = string(annotate.AppendHex32(nil, uint32(m.Flags)))
		facts["f_domain"], facts["f_workstation"] = fieldsFact(m.Domain), fieldsFact(m.Workstation)
		facts["domain"], facts["workstation"] = m.DomainName().String(), m.WorkstationName().String()
		version(m.HasVersion(), m.Flags, m.Version)
	case *ChallengeMessage:
		facts["message_type"] = 2
		facts["flags"] = string(annotate.AppendHex32(nil, uint32(m.Flags)))
		facts["f_target_name"], facts["f_target_info"] = fieldsFact(m.TargetName), fieldsFact(m.TargetInfo)
		facts["target_name"] = m.Target().String()
		facts["server_challenge"] = hex.EncodeToString(m.ServerChallenge[:])
		facts["reserved"] = hex.EncodeToString(m.Reserved[:])
		facts["target_info"] = pairsFact(m.AVPairs)
		version(m.HasVersion(), m.Flags, m.Version)
	case *AuthenticateMessage:
		facts["message_type"] = 3
		facts["flags"] = string(annotate.AppendHex32(nil, uint32(m.Flags)))
		facts["f_lm_response"], facts["f_nt_response"] = fieldsFact(m.LMResponse), fieldsFact(m.NTResponse)
		facts["f_domain"], facts["f_user"] = fieldsFact(m.Domain), fieldsFact(m.UserName)
		facts["f_workstation"], facts["f_session_key"] = fieldsFact(m.Workstation), fieldsFact(m.EncryptedRandomSessionKey)
		facts["domain"], facts["user"], facts["workstation"] = m.DomainName().String(), m.User().String(), m.WorkstationName().String()
		facts["lm_response"], facts["nt_response"] = hex.EncodeToString(m.LMResponse.Bytes), hex.EncodeToString(m.NTResponse.Bytes)
		facts["session_key"] = hex.EncodeToString(m.EncryptedRandomSessionKey.Bytes)
		facts["header_size"] = lowestPayload(m, len(t.Raw))
		if m.LMResponseVersion == LMESS {
			facts["client_challenge"] = hex.EncodeToString(m.LMResponse.Bytes[:8])
		}
		facts["mic"] = nil
		if m.MICState != MICAbsent {
			facts["mic"] = hex.EncodeToString(m.MIC[:])
		}
		version(m.HasVersion(), m.Flags, m.Version)
		if m.NTLMv2 != nil {
			facts["nt_proof"] = hex.EncodeToString(m.NTLMv2.Proof[:])
			facts["client_challenge"] = hex.EncodeToString(m.NTLMv2.ChallengeFromClient[:])
			facts["timestamp"] = string(annotate.AppendFileTime(nil, m.NTLMv2.TimeStamp))
			facts["av_pairs"] = pairsFact(m.NTLMv2.AVPairs)
			facts["resp_type"], facts["hi_resp_type"] = 1, m.NTLMv2.ClientChallenge[1]
		}
	}
	return facts
}

// TestVectorsMalformed wants the named defect as a finding of severity error.
func TestVectorsMalformed(t *testing.T) {
	for _, v := range loadVectors(t) {
		if v.Kind != "malformed" {
			continue
		}
		raw, err := base64.StdEncoding.DecodeString(v.Base64)
		if err != nil {
			t.Fatal(err)
		}
		token := Decode(raw, Options{CodePage: charmap.Windows1252})
		var texts []string
		for _, f := range token.Findings {
			if f.Severity() == annotate.Error {
				texts = append(texts, f.Text())
			}
		}
		if len(texts) == 0 {
			t.Errorf("%s: no error is found in %v", v.ID, v.Expect["malformed"])
		}
		t.Logf("%s: %s: %v\n\t%s", v.ID, token.Kind, v.Expect["malformed"], strings.Join(texts, "\n\t"))
	}
}
