package benchdata

import (
	"bufio"
	"encoding/base64"
	"io"
	"math/rand/v2"
	"strconv"
)

// LinesAToken is how many lines of a log there are to one token, and
// LinesAWord how many to one that names NTLM or Negotiate without a token.
const (
	LinesAToken = 100_000
	LinesAWord  = 200
)

var (
	paths = []string{
		"/", "/index.html", "/favicon.ico", "/owa/auth/logon.aspx?url=https%3a%2f%2fmail.example.com%2fowa%2f&reason=0",
		"/sites/team/Shared%20Documents/Report.docx", "/_vti_bin/client.svc/ProcessQuery", "/EWS/Exchange.asmx",
		"/static/js/main.3f2a91c0.chunk.js", "/api/v2/items?page=3&sort=name", "/_layouts/15/start.aspx#/SitePages/Home.aspx",
	}
	agents = []string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36", "curl/8.4.0",
		"Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17126; Pro)", "Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0",
	}
	words = []string{
		" auth=NTLM user=LAB\\alice", " auth=\"Negotiate\"", " offered=\"Negotiate, NTLM\"", " ntlm_auth=ok", " note=\"will negotiate again\"",
		" www_authenticate=\"WWW-Authenticate: NTLM\"", " scheme=Negotiate result=challenge",
	}
)

// WriteLog writes an access log of size bytes.
func WriteLog(w io.Writer, size int64) error {
	out := bufio.NewWriterSize(w, 1<<20)
	r := rand.New(rand.NewPCG(1, 2))
	var line []byte
	for n := 1; size > 0; n++ {
		line = appendLogLine(line[:0], r, n)
		line = line[:min(int64(len(line)), size)]
		size -= int64(len(line))
		out.Write(line)
	}
	return out.Flush()
}

func appendLogLine(dst []byte, r *rand.Rand, n int) []byte {
	number := func(before string, under int) {
		dst = strconv.AppendInt(append(dst, before...), int64(r.IntN(under)), 10)
	}
	number("10.", 256)
	number(".", 256)
	number(".", 256)
	number(" - - [22/Nov/2026:10:", 50)
	number(":", 50)
	dst = append(dst, ` +0000] "GET `...)
	dst = append(dst, paths[r.IntN(len(paths))]...)
	number(` HTTP/1.1" `, 600)
	number(" ", 100_000)
	dst = append(dst, ` "https://intranet.example.com/`...)
	dst = strconv.AppendUint(dst, r.Uint64(), 16)
	dst = append(dst, `" "`...)
	dst = append(dst, agents[r.IntN(len(agents))]...)
	number(`" rt=0.`, 1000)
	switch {
	case n%LinesAToken == 0:
		dst = append(dst, ` auth="NTLM `...)
		dst = base64.StdEncoding.AppendEncode(dst, Token(nil, n))
		dst = append(dst, '"')
	case n%LinesAWord == 0:
		dst = append(dst, words[n/LinesAWord%len(words)]...)
	}
	return append(dst, '\n')
}
