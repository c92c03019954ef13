//go:build !windows && !plan9

package wire

import (
	"errors"
	"syscall"
)

// isReset reports whether the peer tore the connection down.
func isReset(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNABORTED)
}
