package diagnose

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate"
	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/origin"
)

// TestPace has every experiment wait for leave before each of its requests.
func TestPace(t *testing.T) {
	o := through(t, "sticky", serve(t, origin.GSS, "ONE"), serve(t, origin.GSS, "TWO"))
	r := &run{Options: o.withDefaults()}
	r.Settings = Settings{Attempts: 2, Concurrency: 2, Pauses: []time.Duration{time.Millisecond}}
	for _, credentials := range []negotiate.Credentials{o.Credentials, nil} {
		path, err := experiment.NewPath(o.URL, o.Wire)
		if err != nil {
			t.Fatal(err)
		}
		var leave atomic.Int32
		path.Pace = func(context.Context) error {
			leave.Add(1)
			return nil
		}
		session := &experiment.Session{Credentials: credentials, Budget: new(negotiate.Budget)}
		var list []experiment.Experiment
		for _, s := range r.pathPlan(session) {
			list = append(list, s.Experiment)
		}
		seen := experiment.Run(t.Context(), path, list)
		session.Close()
		if asked := len(seen.Observations); int(leave.Load()) != asked {
			t.Errorf("%d requests were made, and leave was asked %d times", asked, leave.Load())
		}
		for _, name := range []string{experiment.NameFarm, experiment.NameCookies} {
			if seen.Find(name) == nil {
				t.Errorf("%s asked nothing", name)
			}
		}
	}
}
