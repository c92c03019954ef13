package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/ntlmctl/ntlmctl/internal/lab/daemons"
)

// seenRun is what a run of curl or of ntlmctl fetch did: all that a script could
// notice, save the exit code, which is ntlmctl's own.
type seenRun struct {
	Asked  []string
	Stdout string
	Files  map[string]string
	Failed bool
}

// likeCurl are argument lists that both programs are given. URL is the server, OTHER
// another one, DIR a directory with the files below in it.
var likeCurl = []struct {
	name  string // none where args say it all
	args  string // words; quotes are the shell's
	stdin string
	// refused: the answer in the end is a 401.
	refused bool
}{
	{name: "get", args: `URL/x`},
	{name: "no scheme", args: `HOST/x`},
	{name: "query as it is", args: `URL/x?a=b&c=%20'"`},
	{name: "path as it is", args: `URL/a|b"c%2f`},
	{name: "dots", args: `URL/a/../b/./c`},
	{name: "dots kept", args: `--path-as-is URL/a/../b/./c`},
	{name: "fragment", args: `URL/x#frag`},
	{name: "glob", args: `URL/{a,b}/[1-2]`},
	{name: "glob off", args: `-g URL/{a,b}`},
	{name: "url flag", args: `--url URL/x`},
	{name: "two urls", args: `URL/x URL/y`},
	{name: "method", args: `-X DELETE URL/x`},
	{name: "header", args: `-H 'X-One: 1' -H 'X-Two:2' -H 'x-One: again' URL/x`},
	{name: "header removed", args: `-H Accept: URL/x`},
	{name: "agent removed", args: `-A '' URL/x`},
	{name: "agent", args: `-A me/1 URL/x`},
	{name: "agent by header", args: `-H 'User-Agent: me/2' URL/x`},
	{name: "empty header", args: `-H 'X-Empty;' URL/x`},
	{name: "header file", args: `-H @DIR/headers URL/x`},
	{name: "host", args: `-H 'Host: example.org' URL/x`},
	{name: "data", args: `-d a=1 -d b=2 URL/x`},
	{name: "data that begins with =", args: `-d=x -sd=y -d= -o DIR/out URL/x`},
	{name: "data empty", args: `-d '' URL/x`},
	{name: "data file", args: `-d @DIR/lines URL/x`},
	{name: "data stdin", args: `-d @- URL/x`, stdin: "from\nstdin\n"},
	{name: "data raw", args: `--data-raw @x URL/x`},
	{name: "data binary", args: `--data-binary @DIR/lines URL/x`},
	{name: "data urlencode", args: `--data-urlencode 'a=b c&d' --data-urlencode '=x y' --data-urlencode n@DIR/lines --data-urlencode 'p q' URL/x`},
	{name: "data kinds together", args: `-d a --data-binary @DIR/lines --data-raw c --data-urlencode 'd e' URL/x`},
	{name: "data with type", args: `-d '{}' -H 'Content-Type: application/json' URL/x`},
	{name: "data with put", args: `-X PUT -d a URL/x`},
	{name: "data chunked", args: `-d a -H 'Transfer-Encoding: chunked' URL/x`},
	{name: "json", args: `--json '{"a":' --json '1}' URL/x`},
	{name: "json file", args: `--json @DIR/lines URL/x`},
	{name: "json with accept", args: `--json 1 -H 'Accept: x/y' URL/x`},
	{name: "get with data", args: `-G -d a=1 --data-urlencode 'b= ' URL/x?c`},
	{name: "head with data", args: `-G -I -d a=1 URL/x`},
	{name: "form", args: `-F a=b -F 'c=d;type=text/x' -F f=@DIR/page.html -F 'g=@DIR/lines;filename=other;type=image/png' -F 't=<DIR/lines' --form-string 'l=@x;y' URL/x`},
	{name: "form quoted", args: `-F 'a="b;c"' -F 'f=@"DIR/page.html";filename="q\"r"' URL/x`},
	{name: "upload", args: `-T DIR/lines URL/x`},
	{name: "upload to directory", args: `-T DIR/page.html URL/d/`},
	{name: "upload stdin", args: `-T - URL/x`, stdin: "from stdin"},
	{name: "upload empty", args: `-T DIR/empty URL/x`},
	{name: "uploads", args: `-T DIR/lines -T DIR/page.html URL/x URL/y`},
	{name: "upload from offset", args: `-T DIR/lines -C 2 URL/x`},
	{name: "upload with range", args: `-T DIR/lines -r 2-5 URL/x`},
	{name: "upload with open range", args: `-T DIR/lines -r 2 URL/x`},
	{name: "upload with range of its own", args: `-T DIR/lines -r 2-5 -H 'Content-Range: bytes 1-2/3' URL/x`},
	{name: "data with range", args: `-d abc -r 1-2 URL/x`},
	{name: "form with range", args: `-F a=b -r 1-2 URL/x`},
	{name: "range after a redirect", args: `-L -d abc -r 1-2 URL/redirect/302/range`},
	{name: "upload by post", args: `-X POST -T DIR/lines URL/x`},
	{name: "big upload expects", args: `-T DIR/big URL/x`},
	{name: "big upload, no expect", args: `-T DIR/big -H Expect: URL/x`},
	{name: "head", args: `-I URL/status/404`},
	{name: "include", args: `-i URL/status/404`},
	{name: "include and redirect", args: `-i -L URL/redirect/302/x`},
	{name: "dump header", args: `-D DIR/heads -L URL/redirect/302/x`},
	{name: "output", args: `-o DIR/out URL/x`},
	{name: "output empty", args: `-o DIR/out URL/empty`},
	{name: "outputs", args: `-o DIR/one -o DIR/two URL/x URL/y`},
	{name: "output and stdout", args: `-o DIR/one URL/x URL/y`},
	{name: "output of glob", args: `-o DIR/out_#2_#1 URL/{a,b}/[1-2]`},
	{name: "remote name", args: `-O --output-dir DIR URL/d/name.txt?q=1`},
	{name: "remote names", args: `--remote-name-all --output-dir DIR URL/d/a URL/d/b`},
	{name: "output dir created", args: `--create-dirs -o DIR/new/deep/out URL/x`},
	{name: "output dir missing", args: `-o DIR/new/deep/out URL/x`},
	{name: "fail", args: `-f -o DIR/out URL/status/404`},
	{name: "fail includes", args: `-f -i URL/status/404`},
	{name: "fail with body", args: `--fail-with-body URL/status/404`},
	{name: "not failing", args: `URL/status/404`},
	{name: "location", args: `-L URL/redirect/302/x`},
	{name: "no location", args: `URL/redirect/302/x`},
	{name: "location, post becomes get", args: `-L -d a=1 URL/redirect/302/x`},
	{name: "location, 301", args: `-L -d a=1 URL/redirect/301/x`},
	{name: "location, 303", args: `-L -d a=1 URL/redirect/303/x`},
	{name: "location, post stays", args: `-L --post302 -d a=1 URL/redirect/302/x`},
	{name: "location, 307", args: `-L -d a=1 URL/redirect/307/x`},
	{name: "location, 308", args: `-L -d a=1 URL/redirect/308/x`},
	{name: "location, own method", args: `-L -X PATCH -d a=1 URL/redirect/302/x`},
	{name: "location, upload", args: `-L -T DIR/lines URL/redirect/302/x`},
	{name: "location, upload, 303", args: `-L -T DIR/lines URL/redirect/303/x`},
	{name: "location, head", args: `-L -I URL/redirect/303/x`},
	{name: "location, 300", args: `-L URL/redirect/300/x`},
	{name: "location, space", args: `-L URL/redirect/302/a%20b?q`},
	{name: "max redirs", args: `-L --max-redirs 2 URL/loop`},
	{name: "other host", args: `-L -H 'X-Mine: 1' -H 'Authorization: secret' -H 'Cookie: a=b' URL/away/x`},
	{name: "other host trusted", args: `--location-trusted -H 'Authorization: secret' URL/away/x`},
	{name: "other host and back", args: `-L --basic -u a:b URL/away/away/basic`, refused: true},
	{name: "upload and -F to a redirect", args: `-L -F a=@DIR/page.html URL/redirect/307/x`},
	{name: "head includes and dumps", args: `-I -D DIR/heads URL/x`},
	{name: "silent fail", args: `-s -f URL/status/500`},
	{name: "referer", args: `-e http://from/ URL/x`},
	{name: "referer auto", args: `-L -e 'http://from/;auto' URL/redirect/302/x`},
	{name: "cookie", args: `-b 'a=1; b=2' URL/x`},
	{name: "cookies", args: `-b 'a=1' -b 'b=2' URL/x`},
	{name: "cookie file", args: `-b DIR/cookies URL/x`},
	{name: "cookie engine", args: `-b nofile URL/cookies URL/cookies/x URL/x`},
	{name: "cookie engine and text", args: `-b nofile -b z=26 URL/cookies URL/cookies/x`},
	{name: "no cookie engine", args: `URL/cookies URL/cookies/x`},
	{name: "compressed", args: `--compressed URL/gzip`},
	{name: "compressed, deflate", args: `--compressed URL/deflate`},
	{name: "compressed and not asked for", args: `URL/gzip`},
	{name: "compressed, plain", args: `--compressed URL/x`},
	{name: "range", args: `-r 2-5 URL/range`},
	{name: "ranges", args: `-r -4 URL/range`},
	{name: "range from", args: `-r 5- URL/range`},
	{name: "continue", args: `-C 5 URL/range`},
	{name: "continue file", args: `-C - -o DIR/part URL/range`},
	{name: "continue whole file", args: `-C - -o DIR/whole URL/range`},
	{name: "continue no file", args: `-C - -o DIR/none URL/range`},
	{name: "continue without ranges", args: `-C 5 URL/x`},
	{name: "retry", args: `--retry 1 --retry-delay 1 URL/retry`},
	{name: "no retry", args: `--retry 2 URL/status/404`},
	{name: "write out", args: `-o DIR/out -w '%{http_code} %{response_code} %{content_type} %{size_download} %{num_redirects} %{method} %{scheme} %{http_version} %{urlnum} %{num_headers} %{url} %{url_effective} %{filename_effective} %{redirect_url} %{remote_ip} %{exitcode} %{ssl_verify_result} %{num_connects} %{size_upload}|%{errormsg}|%header{x-answer}\t%%\x\n' URL/status/404`},
	{name: "write out of redirects", args: `-L -w '%{http_code} %{url} %{url_effective} %{num_redirects} %{num_connects} %{redirect_url} %{size_header}\n' URL/redirect/302/x`},
	{name: "write out of no redirect", args: `-w '%{redirect_url}' URL/redirect/302/x`},
	{name: "write out of two", args: `-w '%{urlnum} %{num_connects}\n' URL/x URL/y`},
	{name: "write out of a file", args: `-w @DIR/format URL/x`},
	{name: "write out headers", args: `-w '%{header_json}' -o DIR/out -I URL/empty`},
	{name: "write out on error", args: `-w '%{http_code}%{onerror}error' URL/x`},
	{name: "config", args: `-K DIR/config -H 'X-Two: 2'`},
	{name: "config from stdin", args: `-K -`, stdin: "url = \"URL/x\"\nsilent\n"},
	{name: "negation", args: `-i --no-include --compressed --no-compressed URL/x`},
	{name: "combined short flags", args: `-sSLG -dq=1 URL/redirect/302/x`},
	{name: "basic", args: `--basic -u alice:pw URL/basic`},
	{name: "user in the URL", args: `--basic http://alice:p%40w@HOST/basic`},
	{name: "netrc", args: `--basic --netrc-file DIR/netrc URL/basic`},
	{name: "netrc unused", args: `--basic -u bob:own --netrc-file DIR/netrc URL/basic`},
	{name: "ntlm", args: `--ntlm -u 'LAB\alice:Passw0rd!' URL/ntlm/x`},
	{name: "ntlm, two", args: `--ntlm -u 'LAB\alice:Passw0rd!' URL/ntlm/x URL/ntlm/y`},
	{name: "ntlm, post", args: `--ntlm -u 'LAB\alice:Passw0rd!' -d a=1 URL/ntlm/x`},
	{name: "ntlm, put from pipe", args: `--ntlm -u 'LAB\alice:Passw0rd!' -T - URL/ntlm/x`, stdin: "streamed"},
	{name: "ntlm, head", args: `--ntlm -u 'LAB\alice:Passw0rd!' -I URL/ntlm/x`},
	{name: "ntlm, include", args: `--ntlm -u 'LAB\alice:Passw0rd!' -i URL/ntlm/x`},
	{name: "ntlm, refused", args: `--ntlm -u 'LAB\alice:wrong' URL/ntlm/x`, refused: true},
	{name: "ntlm, redirect to another host", args: `--ntlm -L -u 'LAB\alice:Passw0rd!' URL/ntlm/away/ntlm/x`, refused: true},
	{name: "anyauth", args: `--anyauth -u 'LAB\alice:Passw0rd!' URL/ntlm/x`},
	{name: "digest", args: `--digest -u 'alice:Passw0rd!' URL/digest/md5`},
	{name: "digest, SHA-256", args: `--digest -u 'alice:Passw0rd!' 'URL/digest/sha-256?a=b,c&d=%22'`},
	{name: "digest, post", args: `--digest -u 'alice:Passw0rd!' -d a=1 URL/digest/md5`},
	{name: "digest, put from pipe", args: `--digest -u 'alice:Passw0rd!' -T - URL/digest/md5`, stdin: "streamed"},
	{name: "digest, head", args: `--digest -u 'alice:Passw0rd!' -I URL/digest/md5`},
	{name: "digest, refused", args: `--digest -u 'alice:wrong' URL/digest/md5`, refused: true},
	{name: "digest of those that are offered", args: `--anyauth -u 'alice:Passw0rd!' URL/digest/md5`},
	{name: "digest, redirect to another host", args: `--digest -L -u 'alice:Passw0rd!' URL/away/digest/md5`, refused: true},
	{name: "limit rate", args: `--limit-rate 100k URL/x`},
	{name: "resolve", args: `--resolve some.name:PORT:127.0.0.1 http://some.name:PORT/x`},
	{name: "connect to", args: `--connect-to some.name:80:HOST http://some.name/x`},
	{name: "proxy", args: `-x URL http://some.name/x?y`},
	{name: "no proxy", args: `-x http://127.0.0.1:1 --noproxy 127.0.0.1 URL/x`},
	{name: "proxy credentials", args: `--proxy-basic -x URL -U al:pw http://some.name/x`},
	{name: "proxy credentials in the URL", args: `--proxy-basic -x http://al:pw@HOST http://some.name/x`},
	{args: `-O --output-dir DIR URL/d/na%20me.txt`},
	{args: `-O --output-dir DIR URL/d/a%2Fb`},
	{args: `-O --output-dir DIR 'URL/d/a\b'`},
	{args: `-O --output-dir DIR URL/d/`},
	{args: `-O --output-dir DIR -o DIR/q URL/d/x URL/y`},
	{args: `-O -J --output-dir DIR URL/attached/sent.txt`},
	{args: `-O -J --output-dir DIR URL/attached/..%2F..%2Fsent.txt`},
	{args: `-O -J --output-dir DIR URL/attached/lines`},
	{args: `-O -J --output-dir DIR URL/d/x`},
	{args: `-R -o DIR/out URL/range`},
	{args: `-z 'Sun, 01 Nov 2026 00:00:00 GMT' URL/range`},
	{args: `-z DIR/lines URL/range`},
	{args: `-z 20200101 URL/range`},
	{args: `-F 'f=@-;filename=n.txt' URL/x`, stdin: `std in`},
	{args: `-F '=x' URL/x`},
	{args: `-F 'f=@DIR/lines;headers="X-A: 1"' URL/x`},
	{args: `-F 'x=a;type=application/json' URL/x`},
	{args: `-F 'f=@DIR/nofile' URL/x`},
	{args: `-T DIR/lines 'URL/d/?x=1'`},
	{args: `-T . URL/x`, stdin: `dot`},
	{args: `-T - URL/d/`, stdin: `dash`},
	{args: `-T '{DIR/lines,DIR/page.html}' URL/d/`},
	{args: `-o 'DIR/f_#1.txt' 'URL/[a-c]'`},
	{args: `-o 'DIR/f_#1.txt' 'URL/[01-10:4]'`},
	{args: `-o DIR/a URL/x --url URL/y -o DIR/b`},
	{args: `'URL/[5-1]'`},
	{args: `-u 'alice:pa:ss' --basic URL/basic`},
	{args: `-H 'Authorization: Basic eDp5' --basic -u a:b URL/basic`},
	{args: `-H 'Connection: close' URL/x URL/y`},
	{args: `-H 'Content-Length: 3' -d abc URL/x`},
	{args: `-H 'Accept: a' -H 'Accept: b' -H 'X: 1' -H 'X:' URL/x`},
	{args: `-H 'SOAPAction: ""' -H 'Content-Type: text/xml' --data-binary @DIR/lines URL/x`},
	{args: `-H 'Cookie: z=1' -b y=2 URL/x`},
	{args: `-D - URL/x`},
	{args: `-i URL/x URL/y`},
	{args: `--fail-early -f URL/status/404 URL/x`},
	{args: `-L -X POST -d a=1 URL/redirect/307/x`},
	{args: `-L --post303 -d a=1 URL/redirect/303/x`},
	{args: `-L -T - URL/redirect/307/x`, stdin: `streamed`},
	{args: `-L -O --output-dir DIR URL/redirect/302/x`},
	{args: `-L --max-redirs 0 URL/redirect/302/x`},
	{args: `--ntlm -u 'LAB\alice:Passw0rd!' -L -d a=1 URL/ntlm/redirect/302/ntlm/x`},
	{args: `--ntlm -u 'LAB\alice:Passw0rd!' -L -d a=1 URL/ntlm/redirect/307/ntlm/x`},
	{args: `--ntlm -u 'LAB\alice:Passw0rd!' -L -I URL/ntlm/redirect/302/ntlm/x`},
	{args: `--ntlm -u 'LAB\alice:Passw0rd!' -L URL/redirect/302/ntlm/x`},
	{args: `--ntlm -u 'LAB\alice:Passw0rd!' --data-binary @- URL/ntlm/x`, stdin: `std in`},
	{args: `--ntlm -u 'LAB\alice:Passw0rd!' -T DIR/big URL/ntlm/x`},
	{args: `--ntlm -u 'LAB\alice:Passw0rd!' -G -d a=1 URL/ntlm/x`},
	{args: `--ntlm -u 'LAB\alice:Passw0rd!' -f URL/ntlm/status/404`},
	{args: `--ntlm -u 'LAB\alice:Passw0rd!' -r 2-5 URL/ntlm/range`},
	{args: `--ntlm -u 'LAB\alice:Passw0rd!' -C - -o DIR/part URL/ntlm/range`},
	{args: `--ntlm -u 'LAB\alice:Passw0rd!' --compressed URL/ntlm/gzip`},
	{args: `--ntlm -u 'LAB\alice:Passw0rd!' -d a=1 URL/x`},
	{args: `--ntlm --netrc-file DIR/netrc2 URL/ntlm/x`},
	{args: `--basic --netrc-file DIR/netrc3 URL/basic`},
	{args: `-w '%{http_code}%{stderr}err%{stdout}out' URL/x`},
	{args: `-w '%{nosuch}|%header{content-type}|%header{nosuch}|%{' URL/x`},
	{args: `-x HOST --proxy-header 'X-P: 1' http://some.name/x`},
	{args: `-x HOST -L -d a=1 http://some.name/redirect/302/x`},
	{args: `-N --http1.1 -# --no-progress-meter --no-keepalive -g --tcp-nodelay --keepalive-time 5 -Z --no-sessionid URL/x`},
	{args: `--url-query 'a=b c' --url-query +d=%20 URL/x?z`},
	{args: `--proto =https URL/x`},
	{args: `--proto '-all,http' URL/x`},
	{args: `--proto-redir =https -L URL/redirect/302/x`},
	{args: `--proto-default http HOST/x`},
	{args: `--max-filesize 5 -o DIR/out URL/x`},
	{args: `--max-filesize 1k -o DIR/out URL/x`},
	{args: `--oauth2-bearer tok URL/x`},
	{args: `--oauth2-bearer tok -L URL/away/x`},
	{args: `--stderr DIR/err URL/x`},
	{args: `--speed-limit 1 --speed-time 10 URL/x`},
	{args: `--remove-on-error -o DIR/out URL/cut`},
	{args: `-o DIR/out URL/cut`},
	{args: `--capath DIR URL/x`},
	{args: `--json @- URL/x`, stdin: `{"x":1}`},
	{args: `-G --data-urlencode 'q=a b&c' 'URL/x?z#frag'`},
}

func TestFetchLikeCurl(t *testing.T) {
	server, other := newPeer(t, false), newPeer(t, false)
	server.other, other.other = other.URL, server.URL
	for _, c := range likeCurl {
		t.Run(cmp.Or(c.name, c.args), func(t *testing.T) { compareWithCurl(t, c.args, c.stdin, c.refused, server, other) })
	}
}

// likeCurlTLS are argument lists for a server with TLS, whose certificate is CA.
var likeCurlTLS = []struct{ name, args string }{
	{"stranger's certificate", `URL/x`},
	{"insecure", `-k URL/x`},
	{"cacert", `--cacert DIR/ca URL/x`},
	{"cacert of others", `--cacert DIR/cert URL/x`},
	{"name that is not in it", `--cacert DIR/ca --resolve other.name:PORT:127.0.0.1 https://other.name:PORT/x`},
	{"name that is in it", `--cacert DIR/ca --resolve example.com:PORT:127.0.0.1 https://example.com:PORT/tls`},
	{"client certificate", `-k --cert DIR/cert --key DIR/key URL/tls`},
	{"client certificate and key in one file", `-k -E DIR/both URL/tls`},
	{"client key of PKCS 8, encrypted", `-k --cert DIR/cert --key DIR/p8 --pass 'pa:ss' URL/tls`},
	{"client key encrypted by OpenSSL", `-k --cert DIR/cert:pa:ss --key DIR/oldkey URL/tls`},
	{"client key and the wrong passphrase", `-k --cert DIR/cert --key DIR/p8 --pass wrong URL/tls`},
	{"PKCS 12", `-k --cert-type P12 --cert DIR/p12:pa:ss URL/tls`},
	{"PKCS 12 and the wrong passphrase", `-k --cert-type P12 --cert DIR/p12:wrong URL/tls`},
	{"certificate and key in DER", `-k --cert-type DER --cert DIR/der --key-type DER --key DIR/keyder URL/tls`},
	{"certificate of a name with a colon", `-k --cert 'DIR/a\:b' URL/tls`},
	{"version at most", `-k --tls-max 1.2 --ciphers ECDHE-RSA-AES256-GCM-SHA384 URL/tls`},
	{"version at least", `-k --tlsv1.3 --tls-max 1.3 --tls13-ciphers TLS_AES_128_GCM_SHA256 URL/tls`},
	{"cipher in vain", `-k --tls-max 1.2 --ciphers ECDHE-ECDSA-AES256-GCM-SHA384 URL/tls`},
	{"redirect to http", `-k -L -H 'Authorization: secret' URL/away/x`},
}

func TestFetchTLSLikeCurl(t *testing.T) {
	server, other := newPeer(t, true), newPeer(t, false)
	server.other = other.URL
	for _, c := range likeCurlTLS {
		t.Run(c.name, func(t *testing.T) { compareWithCurl(t, c.args, "", false, server, other) })
	}
}

// compareWithCurl gives both programs the same arguments. Refused says that the
// answer in the end is a 401, which curl calls a success.
func compareWithCurl(t *testing.T, line, stdin string, refused bool, server, other *peer) {
	t.Helper()
	curl := daemons.Need(t, "curl")
	want := runLike(t, line, stdin, server, other, func(dir string, stdin string, args []string) (string, bool, string) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, curl, append([]string{"-q", "-sS"}, args...)...)
		var out, errs bytes.Buffer
		cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.Dir = strings.NewReader(stdin), &out, &errs, dir
		cmd.Env = []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH")}
		err := cmd.Run()
		return out.String(), err != nil, errs.String()
	})
	got := runLike(t, line, stdin, server, other, func(_ string, stdin string, args []string) (string, bool, string) {
		out, errs, code := call(t, []byte(stdin), append([]string{"fetch"}, args...)...)
		return out, code != 0, errs
	})
	if refused {
		if !got.Failed {
			t.Error("exit code 0")
		}
		got.Failed = want.Failed
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("-curl +ntlmctl fetch\n%s", diff)
	}
}

// runLike makes a directory, fills in the placeholders, and runs.
func runLike(t *testing.T, line, stdin string, server, other *peer, run func(dir, stdin string, args []string) (stdout string, failed bool, stderr string)) seenRun {
	t.Helper()
	dir := t.TempDir()
	_, host, _ := strings.Cut(server.URL, "://")
	_, port, _ := strings.Cut(host, ":")
	fill := strings.NewReplacer("URL", server.URL, "OTHER", other.URL, "HOST", host, "PORT", port, "DIR", dir)
	files := map[string]string{
		"lines": "one\r\ntwo\n", "page.html": "<p>\n", "empty": "", "big": strings.Repeat("x", 1<<20+1), "part": pageText[:6], "whole": pageText,
		"headers": "X-From: file\n# no header\nX-More: 1\n", "format": "%{http_code}\\n", "netrc": "machine 127.0.0.1 login alice password secret\n",
		"netrc2":  "machine other login x password y\nmacdef init\n cd /x\n\nmachine 127.0.0.1\n  login LAB\\alice\n\tpassword Passw0rd!\ndefault login d password e\n",
		"netrc3":  "machine other login x password y\nmachine 127.0.0.1 login bob password b\nmachine 127.0.0.1 login carol password \"c d\\\"e\"\ndefault login d password e\n",
		"cookies": "# Netscape HTTP Cookie File\n127.0.0.1\tFALSE\t/\tFALSE\t0\tfromfile\t1\n",
		"config":  fill.Replace("# config\nurl = \"URL/x\"\n-H \"X-One: 1\"\nuser-agent: me\n--silent\n"),
	}
	if server.TLS != nil {
		files["ca"] = pemOf("CERTIFICATE", server.Certificate().Raw)
		files["cert"], files["key"] = selfSigned(t)
		files["both"] = files["key"] + files["cert"]
		files["a:b"] = files["both"]
		encryptedKeys(t, files, "pa:ss")
	}
	for name, text := range files {
		path, same := filepath.Join(dir, name), time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC) // for both programs: -z reads it
		if err := errors.Join(os.WriteFile(path, []byte(text), 0o600), os.Chtimes(path, same, same)); err != nil {
			t.Fatal(err)
		}
	}
	server.take()
	other.take()
	var args []string
	for _, word := range shellWords(line) {
		args = append(args, fill.Replace(word))
	}
	out, failed, errs := run(dir, fill.Replace(stdin), args)
	if errs != "" {
		t.Logf("%s: %s", line, errs)
	}
	seen := seenRun{Stdout: undated(out), Files: map[string]string{}, Failed: failed}
	for i, p := range []*peer{server, other} {
		for _, a := range p.take() {
			seen.Asked = append(seen.Asked, fmt.Sprintf("server %d: %s", i, strings.ReplaceAll(a.String(), dir, "DIR")))
		}
	}
	for _, path := range filesIn(t, dir) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name, _ := filepath.Rel(dir, path)
		if files[name] != string(text) || len(files[name]) == 0 {
			seen.Files[name] = undated(string(text))
		}
	}
	seen.Stdout = strings.ReplaceAll(seen.Stdout, dir, "DIR")
	return seen
}

func pemOf(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// selfSigned is a certificate and its key, in PEM.
func selfSigned(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "client"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pemOf("CERTIFICATE", der), pemOf("PRIVATE KEY", raw)
}

// undated leaves out what differs from second to second and from logon to logon.
func undated(text string) string {
	lines := strings.SplitAfter(text, "\n")
	return strings.Join(slices.DeleteFunc(lines, func(l string) bool {
		return strings.HasPrefix(l, "Date: ") || strings.HasPrefix(l, "Www-Authenticate: NTLM ") || strings.HasPrefix(l, `"date":`)
	}), "")
}

func filesIn(t *testing.T, dir string) []string {
	t.Helper()
	found := map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			found[path] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(found))
}

// shellWords splits a line as a shell does, quotes being single ones.
func shellWords(line string) []string {
	var words []string
	var word strings.Builder
	open, quoted := false, false
	for _, c := range line {
		switch {
		case c == '\'':
			quoted, open = !quoted, true
		case c == ' ' && !quoted:
			if open {
				words = append(words, word.String())
			}
			open = false
			word.Reset()
		default:
			open = true
			word.WriteRune(c)
		}
	}
	if open {
		words = append(words, word.String())
	}
	return words
}
