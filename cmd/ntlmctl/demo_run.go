package main

import (
	"context"
	"crypto/rand"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ntlmctl/ntlmctl/diagnose"
	"github.com/ntlmctl/ntlmctl/internal/lab"
	"github.com/ntlmctl/ntlmctl/negotiate"
	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/negotiate/origin"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
	"github.com/ntlmctl/ntlmctl/render"
)

// shown are the intermediaries of a demo without names.
var shown = []string{"relay", "pool", "unpinned", "http10", "round-robin", "strip-authorization", "cache"}

// runDemo diagnoses intermediaries of the lab, one after another.
func runDemo(ctx context.Context, w *world, out *output, args []string) error {
	ways, err := waysOf(args)
	if err != nil {
		return err
	}
	d := &demo{w: w, out: out, text: out.text(w), account: ntlm.Account{User: "alice", Domain: "DEMO"}, secret: ntlm.Password(rand.Text())}
	return d.run(ctx, ways)
}

// waysOf are the named intermediaries, or those that are shown by themselves.
func waysOf(args []string) ([]lab.Intermediary, error) {
	if len(args) == 0 {
		args = shown
	}
	var list []lab.Intermediary
	for _, name := range args {
		i := slices.IndexFunc(lab.All(), func(i lab.Intermediary) bool { return i.Name == name })
		if i < 0 {
			return nil, usageError("there are "+strings.Join(intermediaries(), ", "), "no intermediary is called %q", name)
		}
		list = append(list, lab.All()[i])
	}
	return list, nil
}

// demo is a demo under way.
type demo struct {
	w       *world
	out     *output
	text    render.Text
	account ntlm.Account
	secret  ntlm.Secret
	report  render.DemoReport
	rows    []render.DemoRow
}

// serve starts an origin and returns host:port.
func (d *demo) serve(ctx context.Context, name string) (addr string, stop func(), err error) {
	users := new(ntlm.Users)
	if err := users.Add(d.account, d.secret); err != nil {
		return "", nil, err
	}
	server, err := origin.New(origin.Options{
		Acceptor: ntlm.AcceptorOptions{Users: users, Names: ntlm.Names{NbComputer: name, NbDomain: "DEMO", Member: true}},
		Body:     func(dst []byte, x *origin.Exchange) []byte { return append(dst, "hello, "+x.Account+"\n"...) },
		BodyType: "text/plain",
	})
	if err != nil {
		return "", nil, err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, &failure{Code: exitUnreachable, Text: "demo: no port of the loopback interface is to be had", Err: err}
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		_ = server.Serve(ctx, l) // it ends because of cancel
		close(ended)
	}()
	return l.Addr().String(), func() {
		cancel()
		<-ended
	}, nil
}

func (d *demo) run(ctx context.Context, ways []lab.Intermediary) error {
	if d.out.format == formatText {
		if err := d.text.DemoHead(d.w.Stdout, len(ways)); err != nil {
			return err
		}
	}
	for n, i := range ways {
		found, address, err := d.diagnose(ctx, i)
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return &failure{Code: exitInterrupted, Silent: true}
		}
		if err := d.show(n+1, i, address, found); err != nil {
			return err
		}
	}
	return d.close()
}

// diagnose starts an intermediary before origins of its own, and diagnoses the
// way through it.
func (d *demo) diagnose(ctx context.Context, i lab.Intermediary) (*diagnose.Diagnosis, string, error) {
	var origins []string
	for _, name := range []string{"ONE", "TWO"}[:i.Origins] {
		addr, stop, err := d.serve(ctx, name)
		if err != nil {
			return nil, "", err
		}
		defer stop()
		origins = append(origins, addr)
	}
	addr, stop, err := lab.Start(i.Name, origins...)
	if err != nil {
		return nil, "", &failure{Code: exitUnreachable, Text: "demo", Err: err}
	}
	defer stop()
	header, err := requestHeader("", nil)
	if err != nil {
		return nil, "", err
	}
	u := &url.URL{Scheme: "http", Host: addr, Path: "/"}
	found, err := diagnose.Run(ctx, diagnose.Options{
		URL: u, Wire: wire.Options{Recorder: &wire.Recorder{Now: d.w.Now}},
		Header:      header,
		Credentials: negotiate.NTLM{ClientOptions: ntlm.ClientOptions{Account: d.account, Secret: d.secret}},
		Bound:       5 * time.Second,
		Skip:        []string{experiment.NameRepetition}, // nobody else is logged on here
	})
	return found, u.String(), err
}

// show shows what was found on one way.
func (d *demo) show(n int, i lab.Intermediary, address string, found *diagnose.Diagnosis) error {
	d.rows = append(d.rows, render.DemoRow{Name: i.Name, Takes: i.Takes, Diagnosis: found})
	switch d.out.format {
	case formatText:
		return d.text.DemoPath(d.w.Stdout, n, i.Name, i.Text, found)
	case formatJSONL:
		return d.write(render.AppendDiagnoseReport(nil, render.NewDiagnoseReport(address, "", found)))
	}
	d.report.Paths = append(d.report.Paths, render.DemoPath{
		Name: i.Name, Text: i.Text, Takes: i.Takes, Diagnosis: render.NewDiagnoseReport(address, "", found),
	})
	return nil
}

// close shows all of them together.
func (d *demo) close() error {
	switch d.out.format {
	case formatText:
		return d.text.DemoTable(d.w.Stdout, d.rows)
	case formatJSONL:
		return nil
	}
	d.report.Schema = render.SchemaDemo
	return d.write(render.AppendDemoReport(nil, &d.report))
}

func (d *demo) write(line []byte, err error) error {
	if err == nil {
		_, err = d.w.Stdout.Write(line)
	}
	return err
}
