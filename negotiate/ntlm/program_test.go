package ntlm

import (
	"bufio"
	"context"
	"encoding/hex"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// program runs another program that speaks in lines. A test that needs a
// program skips itself where it is missing, and fails where CI=true.
type program struct {
	tb     testing.TB
	stdin  io.Writer
	stdout *bufio.Reader
	stderr *strings.Builder
}

func missing(tb testing.TB, format string, a ...any) {
	tb.Helper()
	if os.Getenv("CI") == "true" {
		tb.Fatalf(format, a...)
	}
	tb.Skipf(format, a...)
}

// start runs cmd until the test ends, or half a minute.
func start(tb testing.TB, env []string, name string, args ...string) *program {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), env...)
	p := &program{tb: tb, stderr: new(strings.Builder)}
	cmd.Stderr = p.stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	p.stdin, p.stdout = stdin, bufio.NewReader(stdout)
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		stdin.Close()
		cancel()
		_ = cmd.Wait() // it was killed
	})
	return p
}

// ask writes a line and reads one.
func (p *program) ask(line string) string {
	p.tb.Helper()
	if _, err := io.WriteString(p.stdin, line+"\n"); err != nil {
		p.tb.Fatalf("%v: %s", err, p.stderr)
	}
	answer, err := p.stdout.ReadString('\n')
	if err != nil {
		p.tb.Fatalf("no answer to %.20s: %v: %s", line, err, p.stderr)
	}
	return strings.TrimSuffix(answer, "\n")
}

// gssPeer is testdata/gss/peer.py, see there.
type gssPeer struct{ *program }

func startGSS(tb testing.TB, users string, args ...string) gssPeer {
	tb.Helper()
	const python = "/usr/bin/python3" // Debian's, which has Debian's modules
	if err := exec.Command(python, "-c", "import gssapi").Run(); err != nil {
		missing(tb, "python3-gssapi: %v", err)
	}
	if _, err := os.Stat("/etc/gss/mech.d/mech.ntlmssp.conf"); err != nil {
		missing(tb, "gss-ntlmssp: %v", err)
	}
	file := tb.TempDir() + "/users"
	if err := os.WriteFile(file, []byte(users), 0o600); err != nil {
		tb.Fatal(err)
	}
	env := []string{"NTLM_USER_FILE=" + file, "NETBIOS_COMPUTER_NAME=ORIGIN", "NETBIOS_DOMAIN_NAME=LAB"}
	return gssPeer{start(tb, env, python, append([]string{"testdata/gss/peer.py"}, args...)...)}
}

// gssAnswer is one line of the peer's.
type gssAnswer struct {
	state string // continue, done or error
	token []byte
	text  string
}

func (p gssPeer) step(token []byte) gssAnswer {
	p.tb.Helper()
	line := "-"
	if len(token) > 0 {
		line = hex.EncodeToString(token)
	}
	state, rest, _ := strings.Cut(p.ask(line), " ")
	sent, text, _ := strings.Cut(rest, " ")
	a := gssAnswer{state: state, text: text}
	if sent != "-" {
		a.token = unhex(p.tb, sent)
	}
	return a
}
