//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package wire

import (
	"errors"
	"net"
	"syscall"
)

// pending looks into a socket without reading: whether something waits in it,
// and whether the peer is gone.
func pending(sock net.Conn) (waiting, gone bool) {
	s, ok := sock.(syscall.Conn)
	if !ok {
		return false, false
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return false, false
	}
	// Control, not Read: the goroutine that watches holds the lock for reading.
	_ = raw.Control(func(fd uintptr) {
		var b [1]byte
		n, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		switch {
		case err == nil:
			waiting, gone = n > 0, n == 0
		case !errors.Is(err, syscall.EAGAIN) && !errors.Is(err, syscall.EINTR):
			gone = true
		}
	})
	return waiting, gone
}
