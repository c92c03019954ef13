package wire

import "strings"

// isReset reports whether the peer tore the connection down.
func isReset(err error) bool { return err != nil && strings.Contains(err.Error(), "hungup") }
