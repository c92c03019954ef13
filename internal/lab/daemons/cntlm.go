//go:build unix

package daemons

import (
	"sync"
	"testing"
)

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

// cntlmFronts are the kinds before a Squid that takes NTLMv1 as well; it refuses
// NT and LM by themselves, and cntlm then asks its client for Basic. They share the
// Squid, which runs until t ends.
func cntlmFronts(t testing.TB) []Front {
	parent := sync.OnceValue(func() string { return SquidProxy(t, SquidProxyNTLMv1) })
	variants := map[CntlmAuth]Effect{CntlmNTLMv2: Breaks, CntlmNTLM2SR: Breaks, CntlmNTLM: Breaks, CntlmNT: Asks, CntlmLM: Asks}
	return frontsOf("cntlm", []string{"cntlm", "squid", "winbindd"}, variants, func(v CntlmAuth, effect Effect, f *Front) {
		f.Effect, f.Forward = effect, true
		f.Changed = func(t testing.TB, _ []Change, _ ...string) string { t.Helper(); return Cntlm(t, v, parent()) }
	})
}
