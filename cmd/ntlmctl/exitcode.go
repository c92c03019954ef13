package main

// exitCode is what the process returns. The codes are stable: scripts match on
// them.
type exitCode int

// The exit codes that commands return today.
const (
	exitOK       exitCode = 0
	exitFindings exitCode = 1
	exitUsage    exitCode = 2
	exitNoToken  exitCode = 3

	exitInterrupted exitCode = 130
)

// exitCodes is the table that help and the documentation print. Codes 4 to 9
// belong to commands that talk to servers.
var exitCodes = []struct {
	code    exitCode
	meaning string
}{
	{exitOK, "as wished"},
	{exitFindings, "findings at or above --fail-on, or not as --expect-ed"},
	{exitUsage, "usage: an unknown flag, a file that cannot be read"},
	{exitNoToken, "the input holds no token"},
	{4, "credentials rejected"},
	{5, "unreachable, TLS failed, timeout"},
	{6, "the path broke the handshake"},
	{7, "HTTP status 400 or more with --fail"},
	{8, "no usable scheme"},
	{9, "danger: a stranger was answered as somebody else"},
	{exitInterrupted, "interrupted"},
}
