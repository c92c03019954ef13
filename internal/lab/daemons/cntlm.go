//go:build unix

package daemons

import "testing"

// CntlmAuth is the kind of response that cntlm makes.
type CntlmAuth string

// The kinds, in cntlm's words.
const (
	CntlmNTLMv2  CntlmAuth = "NTLMv2"
	CntlmNTLM2SR CntlmAuth = "NTLM2SR"
	CntlmNT      CntlmAuth = "NT"
	CntlmNTLM    CntlmAuth = "NTLM"
	CntlmLM      CntlmAuth = "LM"
)

// Cntlm starts a proxy that logs on to a parent proxy as SambaUser, and returns
// host:port. It asks for no credentials itself.
func Cntlm(t testing.TB, auth CntlmAuth, parent string) string {
	t.Helper()
	program := Need(t, "cntlm")
	return listen(t, "cntlm", func(dir, port string) command {
		write(t, dir+"/cntlm.conf", "Username labalice\nDomain SASRV\nPassword "+SambaPassword+"\nAuth "+string(auth)+
			"\nWorkstation CNTLMWS\nProxy "+parent+"\nNoProxy none.invalid\nListen 127.0.0.1:"+port+"\n")
		return command{program: program, args: []string{"-f", "-c", dir + "/cntlm.conf", "-P", dir + "/cntlm.pid"}}
	})
}

// cntlmFronts is the one: what it does to the logon at an origin is the same
// whatever it answers its parent with.
func cntlmFronts() []Front {
	return []Front{{
		Name: "cntlm", Needs: []string{"cntlm", "squid", "winbindd"}, Effect: Breaks, Origins: 1, Forward: true,
		Changed: func(t testing.TB, _ []Change, _ ...string) string {
			t.Helper()
			return Cntlm(t, CntlmNTLMv2, SquidProxy(t, SquidProxyNTLM))
		},
	}}
}
