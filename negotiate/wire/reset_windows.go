package wire

import (
	"errors"
	"syscall"
)

// isReset reports whether the peer tore the connection down.
func isReset(err error) bool {
	return errors.Is(err, syscall.WSAECONNRESET) || errors.Is(err, syscall.WSAECONNABORTED) || errors.Is(err, syscall.EPIPE)
}
