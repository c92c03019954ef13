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

// curlExitCodes is what stands in the place of curl's exit codes, for scripts that
// look at them.
var curlExitCodes = []struct{ curl, what, ours string }{
	{"0", "a response came, whatever its status", "0; after a refused logon 4, 6 or 8; 9 if a stranger was answered as somebody else"},
	{"1, 2, 3", "usage, URL", "2"},
	{"5, 6, 7, 97", "name, connection, SOCKS", "5"},
	{"18, 52, 55, 56", "the connection broke", "5; within a handshake 6"},
	{"22", "-f and a status of 400 or more", "7; after a refused logon 4, 6 or 8"},
	{"23, 26", "a file cannot be written, or read", "2"},
	{"28", "timeout", "5"},
	{"33", "-C, and the server sends the whole body", "2"},
	{"35, 53, 54, 59, 60, 83, 90", "TLS", "5; unknown ciphers 2"},
	{"47", "too many redirects", "5"},
	{"58, 77", "client certificate, CA file", "2"},
	{"61", "the content coding cannot be undone", "5"},
	{"65", "the body cannot be sent again", "5"},
	{"94", "the handshake could not go on", "6"},
}
