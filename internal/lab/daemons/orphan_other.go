//go:build unix && !linux

package daemons

import "syscall"

// endWithParent is for Linux alone: elsewhere a daemon outlives a test that is
// killed.
func endWithParent(*syscall.SysProcAttr) {}
