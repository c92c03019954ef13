package origin

import (
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// hopByHop are fields that a proxy does not pass on (RFC 9110 section 7.6.1), and
// those that it writes anew.
var hopByHop = []string{
	"Connection", "Proxy-Connection", "Keep-Alive", "Proxy-Authorization", "Proxy-Authenticate", "Proxy-Authentication-Info",
	"TE", "Trailer", "Transfer-Encoding", "Upgrade", "Content-Length", "Expect",
}

// appendPassedOn appends the fields that go on to the next hop; those that
// Connection names do not.
func appendPassedOn(b []byte, headers trace.Headers, but ...string) []byte {
	named := headers.Values("Connection")
next:
	for _, h := range headers {
		for _, list := range [][]string{hopByHop, but} {
			for _, name := range list {
				if strings.EqualFold(name, h.Name) {
					continue next
				}
			}
		}
		for _, value := range named {
			for name := range strings.SplitSeq(value, ",") {
				if strings.EqualFold(strings.Trim(name, " \t"), h.Name) {
					continue next
				}
			}
		}
		b = appendField(b, h.Name, h.Value)
	}
	return b
}
