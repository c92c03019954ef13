package diagnose

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/internal/lab/loopback"
	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/origin"
)

// stall stands before an origin and passes on so many answers; the rest it keeps
// to itself, and the connections open.
func stall(t *testing.T, origin string, answers int32) (addr string) {
	t.Helper()
	var asked atomic.Int32
	return loopback.Talk(t, func(_ int, client net.Conn) {
		server, err := net.Dial("tcp", origin)
		if err != nil {
			return
		}
		defer server.Close()
		var kept atomic.Bool
		go func() {
			_, _ = io.Copy(server, watched{client, func(b []byte) {
				if bytes.Contains(b, []byte(" HTTP/1.1\r\n")) {
					kept.Store(asked.Add(1) > answers)
				}
			}})
			server.Close()
		}()
		_, _ = io.Copy(writer(func(b []byte) {
			if !kept.Load() {
				_, _ = client.Write(b)
			}
		}), server)
	})
}

// writer is a function that takes what is written.
type writer func([]byte)

func (w writer) Write(b []byte) (int, error) {
	w(b)
	return len(b), nil
}

// patience is how long one experiment may take in these tests.
const patience = 40 * time.Millisecond

// ends wants a diagnosis to end by itself.
func ends(t *testing.T, o Options) *Diagnosis {
	t.Helper()
	o.Bound = patience
	done := make(chan *Diagnosis, 1)
	go func() {
		d, err := Run(t.Context(), o)
		if err != nil {
			t.Error(err)
		}
		done <- d
	}()
	select {
	case d := <-done:
		return d
	case <-time.After(time.Minute): // and not after the forty milliseconds for each that it has
		t.Fatal("it does not end")
	}
	return nil
}

// TestBound has a server that answers no more, after each number of answers: every
// experiment ends in its time, and the run with them.
func TestBound(t *testing.T) {
	s := serve(t, origin.IIS, "ONE")
	for _, password := range []string{"Passw0rd!", ""} {
		for answers := range int32(14) {
			t.Run(passwordName(password)+" "+strconv.Itoa(int(answers)), func(t *testing.T) {
				t.Parallel()
				o := options(stall(t, s.addr, answers), password, blind)
				o.Settings = Settings{Attempts: 2, Pauses: []time.Duration{time.Millisecond}}
				if password != "" {
					o.Second = account(`LAB\bob`, "S3cret!12")
				}
				for _, e := range o.Plan() {
					o.Only = append(o.Only, e.Name)
				}
				d := ends(t, o)
				for _, outcome := range d.Outcomes {
					if outcome.State == "" || outcome.Text == "" || outcome.Name == experiment.NameHeaderSize && outcome.State == experiment.Passed {
						t.Errorf("%s: %q, %q", outcome.Name, outcome.State, outcome.Text)
					}
				}
			})
		}
	}
}

// TestBoundOfTLS has a server that never begins TLS.
func TestBoundOfTLS(t *testing.T) {
	l := loopback.Listen(t)
	o := options(l.Addr().String(), "Passw0rd!", nil)
	o.URL.Scheme, o.Direct = "https", l.Addr().String()
	o.Wire.TLS = &tls.Config{InsecureSkipVerify: true} //nolint:gosec // it is never seen
	if d := ends(t, o); d.Verdict.Code != "timeout" {
		t.Errorf("%s", codes(d))
	}
}
