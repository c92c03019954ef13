package main

import (
	"context"
	"io"
	"testing"
	"time"
)

// TestInterrupt cuts commands short that do not notice, and one that ends well.
func TestInterrupt(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		want int
	}{
		{"waits for input", []string{"decode", "-"}, 130},
		{"serves", []string{"serve", "--listen", "127.0.0.1:0", "--user", "a"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, w := io.Pipe()
			defer w.Close()
			ctx, stop := context.WithCancel(t.Context())
			out, printed := io.Pipe()
			go func() {
				if c.want == 0 {
					_, _ = out.Read(make([]byte, 1)) // it listens
				}
				stop()
				_, _ = io.Copy(io.Discard, out)
			}()
			got := interruptible(ctx, func() {}, &world{
				Args: c.args, Stdin: r, Stdout: printed, Stderr: io.Discard, Now: time.Now,
				Getenv: func(name string) string { return map[string]string{passwordVariable: "Passw0rd!"}[name] },
			})
			if got != c.want {
				t.Errorf("exit code %d, want %d", got, c.want)
			}
		})
	}
}
