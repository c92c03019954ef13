//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package wire

import (
	"errors"
	"syscall"
	"time"
)

// lull is how long a connection may be idle before it is watched.
const lull = time.Millisecond

// pending looks into a socket without reading: whether something waits in it,
// or the peer is gone.
func pending(raw syscall.RawConn) (waiting bool) {
	// Control, not Read: the goroutine that watches holds the lock for reading.
	_ = raw.Control(func(fd uintptr) {
		var b [1]byte
		_, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		waiting = !errors.Is(err, syscall.EAGAIN) && !errors.Is(err, syscall.EINTR)
	})
	return waiting
}
