package main

import (
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// peersFor gives the scripts about fetch servers: URL and OTHER, and TLSURL with its
// certificate in the file CA.
func peersFor(env *testscript.Env) error {
	if !strings.HasPrefix(filepath.Base(env.WorkDir), "script-fetch") {
		return nil
	}
	var all [3]*peer
	for i := range all {
		p, err := startPeer(i == 2)
		if err != nil {
			return err
		}
		env.Defer(p.Close)
		all[i] = p
	}
	all[0].other, all[1].other, all[2].other = all[1].URL, all[0].URL, all[0].URL
	env.Setenv("URL", all[0].URL)
	env.Setenv("HOST", strings.TrimPrefix(all[0].URL, "http://"))
	env.Setenv("OTHER", all[1].URL)
	env.Setenv("TLSURL", all[2].URL)
	ca := filepath.Join(env.WorkDir, "ca.pem")
	env.Setenv("CA", ca)
	return os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: all[2].Certificate().Raw}), 0o600)
}
