package cookies

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	title    = "# Netscape HTTP Cookie File\n# This file was written by ntlmctl. It may be edited.\n\n"
	httpOnly = "#HttpOnly_"
	maxLine  = 64 << 10
)

// Load reads a file: lines of Netscape's seven fields, or the heads of responses
// with their Set-Cookie. Session says whether cookies of a session are taken.
// Lines that make no sense are passed over. Lines of Set-Cookie without a domain
// concern no host, and are passed over, too.
func (j *Jar) Load(r io.Reader, session bool) error {
	scanner := bufio.NewScanner(r)
	scanner.Buffer(nil, maxLine)
	for scanner.Scan() {
		line := strings.TrimRight(scanner.Text(), "\r")
		if name, value, ok := strings.Cut(line, ":"); ok && strings.EqualFold(name, "Set-Cookie") {
			j.setAnywhere(value, session)
			continue
		}
		c, ok := parseLine(line)
		if ok && (session || !c.Expires.IsZero()) {
			j.add(c)
		}
	}
	if err := scanner.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			return fmt.Errorf("a line of it is longer than %d bytes", maxLine)
		}
		return err
	}
	return nil
}

// setAnywhere takes a Set-Cookie line of a file, which names its host itself.
func (j *Jar) setAnywhere(line string, session bool) {
	for part := range strings.SplitSeq(line, ";") {
		name, domain, _ := strings.Cut(part, "=")
		if strings.EqualFold(strings.TrimSpace(name), "domain") {
			host := strings.TrimPrefix(strings.TrimSpace(domain), ".")
			before := len(j.list)
			j.Set(&url.URL{Scheme: "https", Host: host, Path: "/"}, line)
			if n := len(j.list); !session && n > before && j.list[n-1].Expires.IsZero() {
				j.list = j.list[:n-1]
			}
		}
	}
}

func parseLine(line string) (c Cookie, ok bool) {
	if rest, is := strings.CutPrefix(line, httpOnly); is {
		c.HTTPOnly, line = true, rest
	}
	if line == "" || line[0] == '#' {
		return c, false
	}
	fields := strings.Split(line, "\t")
	if len(fields) == 6 { // an empty value
		fields = append(fields, "")
	}
	if len(fields) != 7 || fields[5] == "" || len(fields[5])+len(fields[6]) > maxCookie {
		return c, false
	}
	expires, err := strconv.ParseInt(fields[4], 10, 64)
	if err != nil {
		return c, false
	}
	c.Domain = strings.ToLower(strings.TrimPrefix(fields[0], "."))
	c.HostOnly = !strings.EqualFold(fields[1], "TRUE")
	c.Path, c.Secure = fields[2], strings.EqualFold(fields[3], "TRUE")
	if expires > 0 {
		c.Expires = time.Unix(expires, 0)
	}
	c.Name, c.Value = fields[5], fields[6]
	return c, c.Domain != "" && strings.HasPrefix(c.Path, "/")
}

// Write writes all cookies in Netscape's format.
func (j *Jar) Write(w io.Writer) error {
	out := bufio.NewWriter(w)
	out.WriteString(title)
	for _, c := range j.All() {
		if c.HTTPOnly {
			out.WriteString(httpOnly)
		}
		domain, expires := c.Domain, int64(0)
		if !c.HostOnly {
			domain = "." + domain
		}
		if !c.Expires.IsZero() {
			expires = c.Expires.Unix()
		}
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%d\t%s\t%s\n", domain, truth(!c.HostOnly), c.Path, truth(c.Secure), expires, c.Name, c.Value)
	}
	return out.Flush()
}

func truth(is bool) string {
	if is {
		return "TRUE"
	}
	return "FALSE"
}
