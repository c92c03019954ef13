package main

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/origin"
)

// serveStop is how long a graceful stop may take, and serveGrace how long the
// process waits for it.
const (
	serveStop  = 5 * time.Second
	serveGrace = 2 * serveStop
)

// runServe serves until ctx ends.
func runServe(ctx context.Context, w *world, o *serveOptions) error {
	options, err := o.options(w)
	if err != nil {
		return err
	}
	options.Timeouts.Stop = serveStop
	log := newEventLog(w, o.out)
	if !o.out.quiet {
		options.Events = log.add
	}
	server, err := origin.New(options)
	if err != nil {
		return usageError("see ntlmctl serve --help", "%v", err)
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", o.listen)
	if err != nil {
		if operation, ok := errors.AsType[*net.OpError](err); ok {
			err = operation.Err
		}
		return usageError("--listen 127.0.0.1:0 takes a port that is free", "--listen %s: %v", o.listen, err)
	}
	w.grace.Store(int64(serveGrace))
	o.warn(w, l.Addr())
	if o.out.quiet {
		log.add(origin.Event{Kind: origin.EventListening, Time: w.Now(), Local: l.Addr().String(), URL: server.URL(l.Addr())})
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	written := make(chan error, 1)
	go func() {
		defer stop() // without a reader there is no use in going on
		written <- log.write()
	}()
	err = server.Serve(ctx, l)
	log.close()
	if failed := <-written; failed != nil {
		return &failure{Code: exitUsage, Text: "the output could not be written", Err: failed}
	}
	if lost := log.lost; lost > 0 {
		o.out.note(w, "%d events were not shown: the output was not read fast enough", lost)
	}
	if err != nil {
		return &failure{Code: exitUnreachable, Text: "no more connections could be accepted", Err: err}
	}
	return nil
}

// warn says what the flags open up.
func (o *serveOptions) warn(w *world, at net.Addr) {
	if a, ok := at.(*net.TCPAddr); ok && !a.IP.IsLoopback() {
		reach := ""
		if o.proxy {
			reach = ", and who logs on reaches what this machine reaches"
		}
		o.out.note(w, "%s can be reached from other machines: whoever reaches it may try passwords%s", a, reach)
	}
	if o.connectionID != "" {
		o.out.note(w, "logons are kept under %s: whoever can set it takes over the logon of another. "+
			"Let nobody but the proxy reach this port, and have it replace what clients send", o.connectionID)
	}
}
