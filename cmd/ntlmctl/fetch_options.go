package main

import (
	"cmp"
	"time"

	"github.com/spf13/pflag"

	"github.com/ntlmctl/ntlmctl/internal/curl/rate"
)

// requestOptions are the flags that say what to ask for.
type requestOptions struct {
	urls       []string
	method     string
	headers    []string
	data       []dataPiece
	forms      []formPiece
	uploads    []string
	asGet      bool
	head       bool
	agent      optionalText
	referer    string
	cookies    []string
	jarFile    string
	junk       bool
	compressed bool
	byteRange  string
	resume     optionalText
	globOff    bool
	pathAsIs   bool
	urlQuery   []string
	bearer     string
	since      string
	condition  condition
	scheme     string // of URLs without one
	proto      string
	protoRedir string
}

// dataPiece is one of -d and its kin, formPiece one of -F and --form-string, in
// the order in which they were given.
type dataPiece struct{ flag, value string }

type formPiece struct {
	literal bool
	value   string
}

func (o *requestOptions) define(flags *pflag.FlagSet) {
	flags.StringArrayVar(&o.urls, "url", nil, "fetch `URL`")
	flags.StringVarP(&o.method, "request", "X", "", "use the `METHOD`")
	flags.StringArrayVarP(&o.headers, "header", "H", nil, "send the header `NAME: VALUE`; \"NAME:\" sends none, \"NAME;\" an empty one, @FILE those in a file")
	for _, f := range []struct{ name, short, usage string }{
		{"data", "d", "POST `DATA`, or the file that @ names, without its line ends"},
		{"data-ascii", "", "the same as -d `DATA`"},
		{"data-raw", "", "POST `DATA` as it is"},
		{"data-binary", "", "POST `DATA`, or the file that @ names, as it is"},
		{"data-urlencode", "", "POST `DATA` percent-encoded: TEXT, NAME=TEXT, @FILE or NAME@FILE"},
		{"json", "", "POST `DATA`, or the file that @ names, as JSON"},
	} {
		flags.VarP(&called{set: func(value string) error {
			o.data = append(o.data, dataPiece{f.name, value})
			return nil
		}}, f.name, f.short, f.usage)
	}
	form := func(literal bool) *called {
		return &called{set: func(value string) error {
			o.forms = append(o.forms, formPiece{literal, value})
			return nil
		}}
	}
	flags.VarP(form(false), "form", "F", "POST the form field `NAME=VALUE`, NAME=@FILE or NAME=<FILE, with ;type= and ;filename= after it")
	flags.Var(form(true), "form-string", "POST the form field `NAME=VALUE`, taken as it is")
	flags.StringArrayVarP(&o.uploads, "upload-file", "T", nil, "PUT `FILE`, - for standard input")
	flags.BoolVarP(&o.asGet, "get", "G", false, "put the data into the URL, and GET")
	flags.BoolVarP(&o.head, "head", "I", false, "ask for the head alone, and print it")
	flags.VarP(&o.agent, "user-agent", "A", "send the User-Agent `NAME`; empty for none")
	flags.StringVarP(&o.referer, "referer", "e", "", "send the Referer `URL`; ;auto after it names each page that redirects")
	flags.StringArrayVarP(&o.cookies, "cookie", "b", nil, "send the cookies `NAME=VALUE; ...`, or those of a file")
	flags.StringVarP(&o.jarFile, "cookie-jar", "c", "", "write all cookies to `FILE` in the end")
	flags.BoolVarP(&o.junk, "junk-session-cookies", "j", false, "take no cookies of a session from the file of -b")
	flags.BoolVar(&o.compressed, "compressed", false, "ask for a compressed answer, and decompress it")
	flags.StringVarP(&o.byteRange, "range", "r", "", "ask for these bytes: `FIRST-LAST`")
	flags.VarP(&o.resume, "continue-at", "C", "go on at `OFFSET`; - takes that of the output file")
	flags.BoolVarP(&o.globOff, "globoff", "g", false, "take {} and [] in URLs as they are")
	flags.BoolVar(&o.pathAsIs, "path-as-is", false, "leave /../ and /./ in the URL")
	flags.StringArrayVar(&o.urlQuery, "url-query", nil, "put `DATA` into the URL, percent-encoded as by --data-urlencode; after + as it is")
	flags.StringVar(&o.bearer, "oauth2-bearer", "", "send Authorization: Bearer `TOKEN`, and do not log on")
	flags.StringVarP(&o.since, "time-cond", "z", "", "ask for what has changed since `TIME`, or since the time of a file; with - before it, for what has not")
	flags.StringVar(&o.scheme, "proto-default", "http", "the `SCHEME` of URLs that name none")
	flags.StringVar(&o.proto, "proto", "", "allow these `SCHEMES` alone: =https")
	flags.StringVar(&o.protoRedir, "proto-redir", "", "allow these `SCHEMES` alone where a redirect leads")
}

// transferOptions are the flags that say how to go about it.
type transferOptions struct {
	location        bool
	maxRedirects    int
	locationTrusted bool
	keepPost        [3]bool // at 301, 302, 303
	maxTime         seconds
	retries         int
	retryDelay      seconds
	retryMaxTime    seconds
	retryRefused    bool
	retryAll        bool
	limitRate       string
	limit           int64
	floor           rate.Floor
	floorTime       seconds
	maxFileSize     string
	maxSize         int64 // 0 is any
	http10, http11  bool
	failEarly       bool
}

func (o *transferOptions) define(flags *pflag.FlagSet) {
	flags.BoolVarP(&o.location, "location", "L", false, "follow redirects")
	flags.IntVar(&o.maxRedirects, "max-redirs", 50, "follow `N` redirects at most; -1 for any number")
	flags.BoolVar(&o.locationTrusted, "location-trusted", false, "follow redirects, and log on to other hosts, too")
	for i, name := range [...]string{"post301", "post302", "post303"} {
		flags.BoolVar(&o.keepPost[i], name, false, "POST again after a "+name[4:])
	}
	flags.VarP(&o.maxTime, "max-time", "m", "give a URL up after this many `SECONDS` (or 90s, 2m)")
	flags.IntVar(&o.retries, "retry", 0, "try again `N` times after a timeout or a status of 408, 429, 500, 502, 503 or 504")
	flags.Var(&o.retryDelay, "retry-delay", "wait this many `SECONDS` before each; by default 1, 2, 4 and so on")
	flags.Var(&o.retryMaxTime, "retry-max-time", "do not try again after this many `SECONDS`")
	flags.BoolVar(&o.retryRefused, "retry-connrefused", false, "try again when the connection was refused, too")
	flags.BoolVar(&o.retryAll, "retry-all-errors", false, "try again after any error, save a refused logon")
	flags.StringVar(&o.limitRate, "limit-rate", "", "transfer at most `SPEED` bytes a second; k, M, G are units")
	flags.Int64VarP(&o.floor.PerSecond, "speed-limit", "Y", 0, "give up a download that is slower than `SPEED` bytes a second")
	flags.VarP(&o.floorTime, "speed-time", "y", "for these `SECONDS`; by default 30")
	flags.StringVar(&o.maxFileSize, "max-filesize", "", "give up a body of more than `SIZE` bytes; k, M, G are units")
	flags.BoolVarP(&o.http10, "http1.0", "0", false, "refused: no connection lives long enough for a logon")
	flags.BoolVar(&o.http11, "http1.1", false, "use HTTP/1.1, as is done in any case")
	flags.BoolVar(&o.failEarly, "fail-early", false, "end at the first URL that fails")
}

// check refuses what cannot be, and reads what is written in curl's own ways.
func (o *transferOptions) check() error {
	if o.http10 {
		return usageError("leave it out", "--http1.0: NTLM logs a connection on, and those of HTTP/1.0 end after one request")
	}
	if o.retries < 0 {
		return usageError("", "--retry takes no negative number")
	}
	o.location = o.location || o.locationTrusted
	if o.limitRate != "" {
		var err error
		if o.limit, err = rate.ParseSize(o.limitRate); err != nil {
			return usageError("", "--limit-rate: %v", err)
		}
	}
	if o.maxFileSize != "" {
		var err error
		if o.maxSize, err = rate.ParseSize(o.maxFileSize); err != nil {
			return usageError("", "--max-filesize: %v", err)
		}
	}
	if o.floor.PerSecond == 0 && o.floorTime > 0 { // as in curl
		o.floor.PerSecond = 1
	}
	o.floor.For = cmp.Or(time.Duration(o.floorTime), 30*time.Second)
	return nil
}

// outputOptions are the flags that say where what goes.
type outputOptions struct {
	outputs       []outputSpec
	remoteNameAll bool
	outputDir     string
	createDirs    bool
	dumpHeader    string
	include       bool
	fail          bool
	failWithBody  bool
	silent        bool
	showError     bool
	verbose       bool
	explain       bool
	reveal        bool
	writeOut      string
	report        string
	trace         string
	traceASCII    string
	bar           bool
	noBuffer      bool
	noMeter       bool
	remoteTime    bool
	headerName    bool
	removeOnError bool
	noConnectHead bool
	stderr        string
}

// outputSpec is one of -o and -O, in the order in which they were given.
type outputSpec struct {
	remote bool // the name is the URL's
	name   string
}

func (o *outputOptions) define(flags *pflag.FlagSet) {
	flags.VarP(&called{set: func(name string) error {
		o.outputs = append(o.outputs, outputSpec{name: name})
		return nil
	}}, "output", "o", "write the body to `FILE`, - for standard output; one for each URL")
	flags.VarPF(&called{boolean: true, set: func(string) error {
		o.outputs = append(o.outputs, outputSpec{remote: true})
		return nil
	}}, "remote-name", "O", "write the body to a file of the URL's name").NoOptDefVal = "true"
	flags.BoolVar(&o.remoteNameAll, "remote-name-all", false, "write every body to a file of its URL's name")
	flags.BoolVarP(&o.headerName, "remote-header-name", "J", false, "with -O, take the name that the server suggests; no file is overwritten")
	flags.BoolVarP(&o.remoteTime, "remote-time", "R", false, "give the file the time of the server's")
	flags.BoolVar(&o.removeOnError, "remove-on-error", false, "remove the file of a body that did not come through")
	flags.StringVar(&o.outputDir, "output-dir", "", "write files to the directory `DIR`")
	flags.BoolVar(&o.createDirs, "create-dirs", false, "make the directories of -o that are missing")
	flags.StringVarP(&o.dumpHeader, "dump-header", "D", "", "write the heads of all answers to `FILE`")
	flags.BoolVar(&o.noConnectHead, "suppress-connect-headers", false, "leave those of CONNECT out of -i and -D")
	flags.StringVar(&o.stderr, "stderr", "", "write all that goes to standard error to `FILE`, - for standard output")
	flags.BoolVarP(&o.include, "include", "i", false, "print the heads of all answers before the body")
	flags.BoolVarP(&o.fail, "fail", "f", false, "exit 7 on a status of 400 or more, and print no body")
	flags.BoolVar(&o.failWithBody, "fail-with-body", false, "exit 7 on a status of 400 or more, and print the body")
	flags.BoolVarP(&o.silent, "silent", "s", false, "show no progress, no verdict and no errors")
	flags.BoolVarP(&o.showError, "show-error", "S", false, "show verdict and errors with -s, too")
	flags.BoolVarP(&o.verbose, "verbose", "v", false, "show every leg as it happens, and the verdict")
	flags.BoolVar(&o.explain, "explain", false, "draw the sequence of legs, and the verdict under it")
	flags.BoolVar(&o.reveal, "reveal", false, "leave credentials as they are in -v, --trace and reports")
	flags.StringVarP(&o.writeOut, "write-out", "w", "", "print `FORMAT` at the end, or that of @FILE: %{http_code}, %{verdict}, %{auth_legs}, ...")
	flags.StringVar(&o.report, "report", "", "write the report as JSON to `FILE`, - for standard output")
	flags.StringVar(&o.trace, "trace", "", "write all that goes over the wire to `FILE`, in hexadecimal; - for standard output")
	flags.StringVar(&o.traceASCII, "trace-ascii", "", "write all that goes over the wire to `FILE`, as text")
	flags.BoolVarP(&o.bar, "progress-bar", "#", false, "show progress from the start")
	flags.BoolVar(&o.noMeter, "no-progress-meter", false, "show no progress")
	flags.BoolVarP(&o.noBuffer, "no-buffer", "N", false, "write the body as it comes, as is done in any case")
}

// mute reports whether errors and verdicts are kept to oneself.
func (o *outputOptions) mute() bool { return o.silent && !o.showError }
