package diagnose

import (
	"crypto/tls"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/internal/lab"
	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/origin"
)

// asked counts the legs of each experiment. What an experiment asks on the
// connection that is logged on while strangers ask is the strangers' cost.
func asked(d *Diagnosis) map[string]int {
	count := map[string]int{}
	for _, leg := range d.Trace.Legs {
		name := leg.Experiment
		if leg.Name == experiment.NameSecondRequest+" "+experiment.VariantDuring {
			name = experiment.NameStrangers
		}
		count[name]++
	}
	return count
}

// predicted is what a run says beforehand of each of its experiments.
func predicted(o Options) map[string]experiment.Cost {
	costs := map[string]experiment.Cost{}
	for _, e := range o.Plan() {
		costs[e.Prefix+e.Name] = e.Cost
	}
	return costs
}

// TestCost runs each experiment where it comes to its end, and counts at the
// server what it was said to cost: to the request, where nothing is left over.
func TestCost(t *testing.T) {
	for _, c := range []struct {
		name, box string
		dialect   origin.Dialect
		password  string
		options   func(*Options)
		spare     int // what it costs less than at most
	}{
		{experiment.NameOffer, "relay", origin.IIS, "", nil, 1}, // asked again where no answer came
		{experiment.NameRepetition, "relay", origin.IIS, "", nil, 0},
		{experiment.NameHandshake, "relay", origin.IIS, "Passw0rd!", nil, 1}, // some servers want one token more
		{experiment.NameHandshake, "relay", origin.IIS, wrong, nil, 1},
		{experiment.NameCarried, "closer", origin.IIS, "Passw0rd!", nil, 0},
		{experiment.NameSecondRequest, "relay", origin.IIS, "Passw0rd!", nil, 0},
		{experiment.NameSecondUser, "relay", origin.IIS, "Passw0rd!", func(o *Options) { o.Second = account(`LAB\bob`, "S3cret!12") }, 0},
		{experiment.NameAttempts, "relay", origin.IIS, "Passw0rd!", func(o *Options) { o.Settings.Attempts, o.Settings.Concurrency = 6, 3 }, 0},
		{experiment.NamePauses, "relay", origin.IIS, "Passw0rd!", func(o *Options) { o.Settings.Pauses = []time.Duration{1, 2} }, 0},
		{experiment.NameBodies, "relay", origin.IIS, "Passw0rd!", nil, 0},
		{experiment.NameNTLM, "relay", origin.IIS, "", nil, 0},
		{experiment.NameNegotiateNTLM, "relay", origin.IIS, "", nil, 0},
		{experiment.NameNegotiateChoice, "relay", origin.IIS, "", nil, 0},
		{experiment.NameFarm, "relay", origin.IIS, "", nil, 0},
		{experiment.NameFarm, "relay", origin.GSS, "Passw0rd!", nil, 0},
		{experiment.NameShapes, "relay", origin.IIS, "", nil, 0},
		{experiment.NameShapes, "relay", origin.IIS, "Passw0rd!", nil, 0},
		{experiment.NameStrangers, "relay", origin.IIS, "Passw0rd!", func(o *Options) { o.Strangers = 1 }, 0},
		{experiment.NameCookies, "sticky", origin.IIS, "", nil, 0},
		{experiment.NameOrphan, "relay", origin.IIS, "", nil, 0},
		{experiment.NameHeaderSize, "relay", origin.IIS, "", nil, 0},
		{experiment.NameForgery, "connection-id", origin.IIS, "Passw0rd!", func(o *Options) { o.Settings.ConnectionIDHeader = "X-Connection-Id" }, 0},
	} {
		t.Run(c.name+" "+c.box, func(t *testing.T) {
			t.Parallel()
			special := origin.Options{Dialect: c.dialect}
			if c.box == "connection-id" {
				special.ConnectionIDHeader = "X-Connection-Id"
			}
			s := serveWith(t, "ONE", special)
			servers := []*server{s}
			if c.box == "sticky" {
				servers = append(servers, serve(t, c.dialect, "TWO"))
			}
			o := through(t, c.box, servers...)
			o.Wire.Dial = nil
			o.Only = []string{c.name}
			o.Credentials = nil
			if c.password != "" {
				o.Credentials = account(`LAB\alice`, c.password)
			}
			if c.options != nil {
				c.options(&o)
			}
			held(t, o, c.name, c.spare, servers)
		})
	}
}

// TestCostOfCache asks where a cache has answered a logon before: the second run
// comes to the question.
func TestCostOfCache(t *testing.T) {
	o := through(t, "cache", serve(t, origin.IIS, "ONE"))
	if _, err := Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	o.Wire.Recorder = nil
	o.Only = []string{experiment.NameCache}
	d, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if want := predicted(o)[experiment.NameCache].Requests; asked(d)[experiment.NameCache] != want {
		t.Errorf("%d requests, want %d: %+v", asked(d)[experiment.NameCache], want, outcome(t, d, experiment.NameCache))
	}
}

// held runs a diagnosis and compares its cost with what was said before.
func held(t *testing.T, o Options, name string, spare int, servers []*server) {
	t.Helper()
	cost := predicted(o)
	d, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	count := asked(d)
	if name != "" && count[name] != cost[name].Requests-spare {
		t.Errorf("%s made %d requests, and was said to make %d at most: %+v", name, count[name], cost[name].Requests, outcome(t, d, name))
	}
	for name, n := range count {
		if n > cost[name].Requests {
			t.Errorf("%s made %d requests, and was said to make %d at most", name, n, cost[name].Requests)
		}
	}
	var requests, begun, refused int
	for _, s := range servers {
		s.stop()
		requests += int(s.requests.Load())
		begun += int(s.type1s.Load() - s.type3s.Load())
		refused += int(s.refused.Load())
	}
	all := o.Cost()
	if requests > all.Requests || begun > all.Handshakes+all.RefusedLogons || refused > all.RefusedLogons+all.LogEntries {
		t.Errorf("the servers had %d requests, %d handshakes given up, %d logons to refuse; said was at most %+v", requests, begun, refused, all)
	}
	legs := 0
	for _, n := range count {
		legs += n
	}
	if name != "" && requests != legs {
		t.Errorf("the servers had %d requests, and the trace has %d legs", requests, legs)
	}
	if d.Spent+all.LogEntries < refused {
		t.Errorf("%d logons were refused, and %d counted", refused, d.Spent)
	}
}

// TestCostOfAll runs everything against every box, and holds it to its price.
func TestCostOfAll(t *testing.T) {
	for _, box := range lab.All() {
		for _, password := range []string{"Passw0rd!", wrong, ""} {
			t.Run(box.Name+" "+passwordName(password), func(t *testing.T) {
				t.Parallel()
				servers := []*server{serve(t, origin.IIS, "ONE")}
				if box.Origins == 2 {
					servers = append(servers, serve(t, origin.IIS, "TWO"))
				}
				o := through(t, box.Name, servers...)
				o.Wire.Dial = nil
				o.Settings = Settings{Attempts: 3, Concurrency: 2, Pauses: []time.Duration{1}}
				o.Credentials = nil
				if password != "" {
					o.Credentials, o.Second = account(`LAB\alice`, password), account(`LAB\bob`, "S3cret!12")
				}
				for _, e := range o.Plan() {
					o.Only = append(o.Only, e.Name)
				}
				held(t, o, "", 0, servers)
			})
		}
	}
}

// TestCostOverTLS counts what is asked over TLS alone.
func TestCostOverTLS(t *testing.T) {
	for name, spare := range map[string]int{experiment.NameBinding: 0, experiment.NameHTTP2: 2} { // no HTTP/2 is spoken
		s := serveWith(t, "ONE", origin.Options{TLS: secure(t)})
		o := options(s.addr, "Passw0rd!", nil)
		o.URL.Scheme = "https"
		o.Wire.TLS = &tls.Config{InsecureSkipVerify: true} //nolint:gosec // the server's certificate is its own
		o.Only, o.MaxRefused = []string{name}, 9
		held(t, o, name, spare, []*server{s})
	}
}
