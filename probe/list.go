package probe

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxEntry is how long a line of a list may be, in bytes.
const maxEntry = 64 << 10

// ReadList reads entries, one a line. Empty lines are left out, and what follows
// a # at the beginning of a line or after white space. It reads on as entries
// are taken, so a list may be of any length, and come over time. It stops where
// visit returns false.
func ReadList(r io.Reader, visit func(line int, entry string) bool) error {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 0, 4<<10), maxEntry)
	line := 0
	for s.Scan() {
		line++
		text := strings.TrimPrefix(s.Text(), "\ufeff")
		if at := comment(text); at >= 0 {
			text = text[:at]
		}
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		if !visit(line, text) {
			return nil
		}
	}
	if err := s.Err(); errors.Is(err, bufio.ErrTooLong) {
		return fmt.Errorf("line %d is longer than %d bytes", line+1, maxEntry)
	} else if err != nil {
		return err
	}
	return nil
}

// comment is where a comment begins, -1 if there is none.
func comment(text string) int {
	for i := range len(text) {
		if text[i] == '#' && (i == 0 || text[i-1] == ' ' || text[i-1] == '\t') {
			return i
		}
	}
	return -1
}
