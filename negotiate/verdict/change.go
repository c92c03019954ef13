package verdict

// Change is one change of a box's configuration, in the words in which the
// remedy's text gives it.
type Change struct {
	// Take is what goes out, wherever it stands: ... in it is the rest of the
	// directive, {...} the block. What is not there need not go.
	Take string
	// Put is what comes in. PORT in it stands for the address that the box listens
	// on, and a SERVER; with what is behind it, for the addresses of the servers.
	Put string
	// Under is the beginning of the line that Put follows on a line of its own, On
	// that of the line which it is added to. At the end of the file if both are empty.
	Under, On string
}

// take takes lines out.
func take(lines ...string) []Change {
	list := make([]Change, len(lines))
	for i, line := range lines {
		list[i].Take = line
	}
	return list
}

// http11 has nginx speak HTTP/1.1 to the server.
var http11 = []Change{{Put: `proxy_http_version 1.1; proxy_set_header Connection "";`, Under: "listen "}}

// relay is nginx's way to pass TCP on.
const relay = "stream { upstream servers { server SERVER; } server { listen PORT; proxy_pass servers; } }"

// relayed turns nginx's http block into a relay of TCP.
var relayed = []Change{{Take: "http {...}"}, {Put: relay}}

// piped has Varnish pass on all that comes on a connection.
var piped = []Change{
	{Put: "sub vcl_recv { return (pipe); }", Under: "vcl "},
	{Put: "sub vcl_pipe { unset bereq.http.connection; }"},
}

// passed has Squid pass credentials on, over a connection that is the client's alone.
var passed = []Change{{Take: "connection-auth=off"}, {Put: "login=PASS", On: "cache_peer"}}

// processes has Apache give each client's connection a process, and each process
// connections to the server that the client's own first request opened.
var processes = []Change{
	{Take: "LoadModule mpm_event_module ..."}, {Take: "LoadModule mpm_worker_module ..."}, {Take: "LoadModule mpm_prefork_module ..."},
	{Put: "LoadModule mpm_prefork_module modules/mod_mpm_prefork.so"},
	{Put: "SetEnv proxy-initial-not-pooled 1"},
	{Take: "disablereuse=on"},
}
