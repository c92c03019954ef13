package main

import (
	"context"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// TestPromptTerminal asks for a password at a terminal: it takes the echo away, and
// gives it back, even where the run is interrupted.
func TestPromptTerminal(t *testing.T) {
	for _, c := range []struct {
		name, typed string
		interrupted bool
	}{
		{"answered", "Passw0rd!\n", false},
		{"interrupted", "Pass", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			user, program := openTerminal(t)
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			var out lockedBuffer
			asked := make(chan struct{})
			go func() {
				<-asked
				_, _ = io.WriteString(user, c.typed)
				if c.interrupted {
					stop()
				}
			}()
			w := &world{
				Args:  []string{"fetch", "--ntlm", "-u", "alice", "-x", "127.0.0.1:1", "http://a/"},
				Stdin: program, Stdout: io.Discard, Now: time.Now, Getenv: func(string) string { return "" },
			}
			w.Stderr = writerFunc(func(b []byte) (int, error) {
				if strings.Contains(string(b), "password for alice: ") {
					close(asked)
				}
				return out.Write(b)
			})
			code := interruptible(ctx, func() {}, w)
			if want := map[bool]int{true: 130, false: 5}[c.interrupted]; code != want {
				t.Errorf("exit code %d, want %d: %s", code, want, out.String())
			}
			if !echoes(t, program) {
				t.Error("the terminal does not echo any more")
			}
			if !strings.HasPrefix(out.String(), "password for alice: \n") {
				t.Errorf("stderr: %q", out.String())
			}
		})
	}
}

// lockedBuffer may be written to after it was read: an interrupted run goes on.
type lockedBuffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// openTerminal makes a terminal: the user's end and the program's.
func openTerminal(t *testing.T) (user, program *os.File) {
	t.Helper()
	user, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no pseudo-terminals: ", err)
	}
	t.Cleanup(func() { user.Close() })
	var n, unlocked uint32
	control(t, user, syscall.TIOCGPTN, unsafe.Pointer(&n))
	control(t, user, syscall.TIOCSPTLCK, unsafe.Pointer(&unlocked))
	if program, err = os.OpenFile("/dev/pts/"+strconv.Itoa(int(n)), os.O_RDWR|syscall.O_NOCTTY, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { program.Close() })
	return user, program
}

func echoes(t *testing.T, terminal *os.File) bool {
	var state syscall.Termios
	control(t, terminal, syscall.TCGETS, unsafe.Pointer(&state))
	return state.Lflag&syscall.ECHO != 0
}

func control(t *testing.T, f *os.File, request uintptr, value unsafe.Pointer) {
	t.Helper()
	if _, _, err := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), request, uintptr(value)); err != 0 {
		t.Fatal(err)
	}
}
