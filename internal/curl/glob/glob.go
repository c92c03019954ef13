// Package glob expands curl's patterns in URLs: {one,two}, [1-9], [01-10:3] and
// [a-z].
package glob

import (
	"fmt"
	"strconv"
	"strings"
)

// maxURLs bounds what one pattern may expand to.
const maxURLs = 100_000

// Match is one URL that a pattern expands to, with the values that stand for #1,
// #2 and so on in a file's name.
type Match struct {
	URL    string
	Values []string
}

// Expand expands a pattern. The brackets of an IPv6 address are none of it.
// A backslash before a bracket or brace takes it as it is.
func Expand(pattern string) ([]Match, error) {
	list := []Match{{}}
	for at := 0; at < len(pattern); {
		c := pattern[at]
		switch {
		case c == '\\' && at+1 < len(pattern) && strings.IndexByte("{}[]", pattern[at+1]) >= 0:
			list = literal(list, pattern[at+1:at+2])
			at += 2
			continue
		case c == '[' && isAddress(pattern[at:]):
			end := at + strings.IndexByte(pattern[at:], ']') + 1
			list = literal(list, pattern[at:end])
			at = end
			continue
		case c == '{' || c == '[':
			closing := byte('}')
			if c == '[' {
				closing = ']'
			}
			length := strings.IndexByte(pattern[at:], closing)
			if length < 0 {
				return nil, fmt.Errorf("the %c at %d is not closed", c, at+1)
			}
			var values []string
			var err error
			if inside := pattern[at+1 : at+length]; c == '{' {
				values, err = set(inside)
			} else {
				values, err = span(inside)
			}
			if err != nil {
				return nil, fmt.Errorf("the %c at %d: %w", c, at+1, err)
			}
			if len(list)*len(values) > maxURLs {
				return nil, fmt.Errorf("the URL stands for more than %d", maxURLs)
			}
			list = product(list, values)
			at += length + 1
			continue
		case c == '}' || c == ']':
			return nil, fmt.Errorf("the %c at %d closes nothing", c, at+1)
		}
		end := at + 1
		for end < len(pattern) && strings.IndexByte(`\{}[]`, pattern[end]) < 0 {
			end++
		}
		list = literal(list, pattern[at:end])
		at = end
	}
	return list, nil
}

// Name puts values in place of #1, #2 and so on in a file's name.
func (m *Match) Name(name string) string {
	if len(m.Values) == 0 {
		return name
	}
	var b strings.Builder
	for at := 0; at < len(name); at++ {
		end := at + 1
		for end < len(name) && name[end] >= '0' && name[end] <= '9' {
			end++
		}
		if n, err := strconv.Atoi(name[at+1 : end]); name[at] == '#' && err == nil && n >= 1 && n <= len(m.Values) {
			b.WriteString(m.Values[n-1])
			at = end - 1
			continue
		}
		b.WriteByte(name[at])
	}
	return b.String()
}

// isAddress reports whether an IPv6 address stands in the brackets.
func isAddress(text string) bool {
	inside, _, closed := strings.Cut(text[1:], "]")
	return closed && (strings.Contains(inside, "::") || strings.Count(inside, ":") > 1)
}

func literal(list []Match, text string) []Match {
	for i := range list {
		list[i].URL += text
	}
	return list
}

func product(list []Match, values []string) []Match {
	out := make([]Match, 0, len(list)*len(values))
	for _, m := range list {
		for _, v := range values {
			out = append(out, Match{URL: m.URL + v, Values: append(append([]string{}, m.Values...), v)})
		}
	}
	return out
}

func set(inside string) ([]string, error) {
	if inside == "" {
		return nil, fmt.Errorf("nothing stands in it")
	}
	return strings.Split(inside, ","), nil
}

func span(inside string) ([]string, error) {
	text, stepText, stepped := strings.Cut(inside, ":")
	step := 1
	if stepped {
		var err error
		if step, err = strconv.Atoi(stepText); err != nil || step < 1 {
			return nil, fmt.Errorf("%q is no step", stepText)
		}
	}
	from, to, ok := strings.Cut(text, "-")
	if !ok || from == "" || to == "" {
		return nil, fmt.Errorf("%q is no range; -g takes brackets as they are", inside)
	}
	if isLetter(from) && isLetter(to) {
		var list []string
		for c := int(from[0]); c <= int(to[0]); c += step {
			list = append(list, string(rune(c)))
		}
		return some(list, inside)
	}
	low, err1 := strconv.ParseUint(from, 10, 31)
	high, err2 := strconv.ParseUint(to, 10, 31)
	if err1 != nil || err2 != nil {
		return nil, fmt.Errorf("%q is no range; -g takes brackets as they are", inside)
	}
	digits := 0
	if from[0] == '0' {
		digits = len(from)
	}
	var list []string
	for n := low; n <= high; n += uint64(step) {
		if len(list) >= maxURLs {
			return nil, fmt.Errorf("the range has more than %d values", maxURLs)
		}
		list = append(list, fmt.Sprintf("%0*d", digits, n))
	}
	return some(list, inside)
}

func isLetter(text string) bool {
	return len(text) == 1 && (text[0] >= 'a' && text[0] <= 'z' || text[0] >= 'A' && text[0] <= 'Z')
}

func some(list []string, inside string) ([]string, error) {
	if len(list) == 0 {
		return nil, fmt.Errorf("the range %q is empty", inside)
	}
	return list, nil
}
