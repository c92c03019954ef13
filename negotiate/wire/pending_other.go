//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package wire

import "net"

// pending cannot look into sockets here; the goroutine that watches will tell.
func pending(net.Conn) (waiting, gone bool) { return false, false }
