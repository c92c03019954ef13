package main

import (
	"bufio"
	"os"
	"strconv"
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// headerLine is a line of -H: "NAME: VALUE", "NAME;" for an empty value, "NAME:"
// for a field that is not to be sent.
type headerLine struct {
	name, value string
	remove      bool
}

// headerLines reads the lines of -H, and of the files that @ names.
func headerLines(texts []string) ([]headerLine, error) {
	var lines []headerLine
	for _, text := range texts {
		all := []string{text}
		if path, isFile := strings.CutPrefix(text, "@"); isFile {
			var err error
			if all, err = headerFile(path); err != nil {
				return nil, usageError("", "-H: %v", err)
			}
		}
		for _, one := range all {
			line, err := parseHeader(one)
			if err != nil {
				return nil, err
			}
			lines = append(lines, line)
		}
	}
	return lines, nil
}

func parseHeader(text string) (headerLine, error) {
	name, value, ok := strings.Cut(text, ":")
	value = strings.TrimSpace(value)
	empty, isEmpty := strings.CutSuffix(text, ";")
	switch {
	case !ok && isEmpty:
		name = empty
	case !ok:
		return headerLine{}, usageError(`a header is "Name: value", "Name:" or "Name;"`, "header %s has no colon", strconv.Quote(cut(text, 20)))
	}
	if err := sendable("the header "+strconv.Quote(cut(name, 20)), name+value); err != nil {
		return headerLine{}, err
	}
	return headerLine{name, value, ok && value == ""}, nil
}

// sendable refuses what would end a line of the request, and begin another.
func sendable(what, text string) error {
	if strings.ContainsAny(text, "\r\n\x00") {
		return usageError("", "%s has a line break or NUL in it", what)
	}
	return nil
}

// headerFile reads the lines of -H @FILE.
func headerFile(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var lines []string
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		if line := strings.TrimSpace(s.Text()); line != "" && line[0] != '#' {
			lines = append(lines, line)
		}
	}
	return lines, s.Err()
}

// requestHeader is what goes out with every request of a command that does not
// fetch: the agent, the program's own where none is named, and the lines of -H.
func requestHeader(agent string, texts []string) (trace.Headers, error) {
	if agent == "" {
		agent = "ntlmctl/" + version
	}
	if err := sendable("the agent", agent); err != nil {
		return nil, err
	}
	lines, err := headerLines(texts)
	if err != nil {
		return nil, err
	}
	list := trace.Headers{{Name: "User-Agent", Value: agent}, {Name: "Accept", Value: "*/*"}}
	for _, line := range lines {
		if list = list.Without(line.name); !line.remove {
			list = append(list, trace.Header{Name: line.name, Value: line.value})
		}
	}
	return list, nil
}
