package daemons

import "syscall"

// endWithParent has a daemon stopped that outlives its test, as when go test
// itself is killed.
func endWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGTERM }
