package main

import (
	"syscall"
	"time"
)

// sleep waits, perhaps for less, without the runtime's timers, which are late by up to a millisecond.
func sleep(d time.Duration) {
	ts := syscall.NsecToTimespec(int64(d))
	_ = syscall.Nanosleep(&ts, nil) // a signal may end it early
}
