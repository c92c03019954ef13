// Command legload puts a load of NTLM legs on a server, for measuring servers
// against one another:
//
//	legload bare -listen ADDRESS            answers all legs with canned bytes
//	legload slow -latency TIME              refuses and challenges, each answer after the same time
//	legload run -user NAME [flags] ADDRESS  opens connections, logs on, asks, counts
//
// The password of -user is in NTLMCTL_PASSWORD.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil { //nolint:forbidigo // a program of its own
		fmt.Fprintln(os.Stderr, "error:", err) //nolint:forbidigo // a program of its own
		os.Exit(1)                             //nolint:forbidigo // a program of its own
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) == 0 {
		return errors.New("which of bare, slow and run?")
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	switch args[0] {
	case "bare":
		listen := flags.String("listen", "127.0.0.1:0", "the address to listen on")
		if err := flags.Parse(args[1:]); err != nil {
			return err
		}
		return serveBare(ctx, *listen, out)
	case "slow":
		listen := flags.String("listen", "127.0.0.1:0", "the address to listen on")
		schemes := flags.String("schemes", "Negotiate,NTLM", "what is on offer")
		s := new(slow)
		flags.DurationVar(&s.latency, "latency", 20*time.Millisecond, "how long an answer takes")
		if err := flags.Parse(args[1:]); err != nil {
			return err
		}
		s.schemes = strings.Split(*schemes, ",")
		return serveSlow(ctx, *listen, s, out)
	case "run":
		return runLoad(ctx, flags, args[1:], out)
	}
	return fmt.Errorf("neither bare nor slow nor run: %q", args[0])
}

func runLoad(ctx context.Context, flags *flag.FlagSet, args []string, out io.Writer) error {
	l := &load{}
	user := flags.String("user", "", "log on as this user; the password is in NTLMCTL_PASSWORD")
	flags.IntVar(&l.connections, "connections", 64, "connections at a time")
	flags.IntVar(&l.logons, "logons", 1000, "logons in all, each on a connection of its own")
	flags.IntVar(&l.requests, "requests", 8, "requests after each logon, on its connection")
	flags.BoolVar(&l.hold, "hold", false, "open all connections and log on before any goes on; then -logons is ignored")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 || *user == "" {
		return errors.New("usage: legload run -user NAME [flags] HOST:PORT")
	}
	l.address = flags.Arg(0)
	l.client = ntlm.ClientOptions{Account: ntlm.ParseAccount(*user), Secret: ntlm.Password(os.Getenv("NTLMCTL_PASSWORD"))}
	started := time.Now()
	if err := l.run(ctx); err != nil {
		return err
	}
	took := time.Since(started).Seconds()
	fmt.Fprintf(out, "legs %d failures %d seconds %.3f legs_per_second %.0f\n", l.legs.Load(), l.failures.Load(), took, float64(l.legs.Load())/took)
	if err := l.lastError.Load(); err != nil {
		return *err
	}
	return nil
}
