package main

// exitCode is what the process returns. The codes are stable: scripts match on
// them.
type exitCode int

// The exit codes.
const (
	exitOK          exitCode = 0
	exitFindings    exitCode = 1
	exitUsage       exitCode = 2
	exitNoToken     exitCode = 3
	exitCredentials exitCode = 4
	exitUnreachable exitCode = 5
	exitPath        exitCode = 6
	exitHTTPStatus  exitCode = 7
	exitNoScheme    exitCode = 8
	exitDanger      exitCode = 9
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
	{exitCredentials, "credentials rejected"},
	{exitUnreachable, "unreachable, TLS failed, timeout"},
	{exitPath, "the path broke the handshake"},
	{exitHTTPStatus, "HTTP status 400 or more with --fail"},
	{exitNoScheme, "no usable scheme"},
	{exitDanger, "danger: a stranger was answered as somebody else"},
	{exitInterrupted, "interrupted"},
}
