package main

import (
	"strconv"
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// requestHeader is what goes out with every request of a command that does not
// fetch: the agent, the program's own where none is named, and the lines of -H.
func requestHeader(agent string, lines []string) (trace.Headers, error) {
	if agent == "" {
		agent = "ntlmctl/" + version
	}
	list := trace.Headers{{Name: "User-Agent", Value: agent}, {Name: "Accept", Value: "*/*"}}
	for _, line := range lines {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, usageError(`a header is "Name: value"`, "header %s has no colon", strconv.Quote(line))
		}
		list = append(list.Without(name), trace.Header{Name: name, Value: strings.TrimSpace(value)})
	}
	return list, nil
}
