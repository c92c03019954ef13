package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate"
	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
	"github.com/ntlmctl/ntlmctl/render"
)

// runFetch makes the request and shows what came of it.
func runFetch(ctx context.Context, w *world, o *fetchOptions, address string) error {
	req, err := o.newRequest(address)
	if err != nil {
		return err
	}
	recorder := &wire.Recorder{Now: w.Now}
	options, err := o.options(w, recorder)
	if err != nil {
		return err
	}
	if o.maxTime > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, time.Duration(o.maxTime))
		defer stop()
	}
	result, err := negotiate.Fetch(ctx, req, options)
	defer func() { result.Close() }()
	var failed *wire.Error
	if err != nil && !errors.As(err, &failed) && result.Response == nil {
		return usageError("", "%v", err)
	}
	if err := o.writeBody(w, result); err != nil {
		return err
	}
	return o.conclude(w, req, result, recorder.Trace())
}

// newRequest makes the request that the flags describe.
func (o *fetchOptions) newRequest(address string) (*negotiate.Request, error) {
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, usageError("a URL is http://host/path or https://host/path", "%v", err)
	}
	if u.User != nil {
		return nil, usageError("give the user by -u", "credentials in the URL are not read")
	}
	req := &negotiate.Request{Method: "GET", URL: u}
	agent := o.agent
	if agent == "" {
		agent = "ntlmctl/" + version
	}
	req.Header = trace.Headers{{Name: "User-Agent", Value: agent}, {Name: "Accept", Value: "*/*"}}
	if len(o.data) > 0 {
		body, err := joinData(o.data)
		if err != nil {
			return nil, err
		}
		req.Method, req.Body, req.ContentLength = "POST", strings.NewReader(body), int64(len(body))
		req.Header = append(req.Header, trace.Header{Name: "Content-Type", Value: "application/x-www-form-urlencoded"})
	}
	for _, line := range o.headers {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, usageError(`a header is "Name: value"`, "header %s has no colon", strconv.Quote(line))
		}
		req.Header = append(req.Header.Without(name), trace.Header{Name: name, Value: strings.TrimSpace(value)})
	}
	switch {
	case o.method != "":
		req.Method = o.method
	case o.head:
		req.Method = "HEAD"
	}
	return req, nil
}

// joinData joins the values of -d by "&"; @ names a file, whose line ends are
// left out as curl does.
func joinData(values []string) (string, error) {
	parts := make([]string, len(values))
	for i, v := range values {
		if name, is := strings.CutPrefix(v, "@"); is {
			data, err := os.ReadFile(name)
			if err != nil {
				return "", usageError("", "data: %v", err)
			}
			v = strings.NewReplacer("\r", "", "\n", "").Replace(string(data))
		}
		parts[i] = v
	}
	return strings.Join(parts, "&"), nil
}

func (o *fetchOptions) options(w *world, recorder *wire.Recorder) (negotiate.Options, error) {
	options := negotiate.Options{Preemptive: o.ntlm || o.negotiate}
	switch {
	case o.ntlm && o.negotiate:
		return options, usageError("leave both out to take the best that is offered", "--ntlm and --negotiate exclude one another")
	case o.ntlm:
		options.Scheme = negotiate.SchemeNTLM
	case o.negotiate:
		options.Scheme = negotiate.SchemeNegotiate
	}
	var err error
	if options.Credentials, err = o.credentials(w); err != nil {
		return options, err
	}
	if options.Preemptive && options.Credentials == nil {
		return options, usageError("-u USER; Kerberos and the user who is logged on here are not supported", "--ntlm and --negotiate need credentials")
	}
	options.Wire, err = o.wire(recorder)
	return options, err
}

// credentials are nil without -u.
func (o *fetchOptions) credentials(w *world) (negotiate.Credentials, error) {
	name, password, given := strings.Cut(o.user, ":")
	if o.user == "" {
		return nil, nil
	}
	if name == "" {
		return nil, usageError("Kerberos and the user who is logged on here are not supported", "-u names no user")
	}
	secret, err := o.secret(w)
	switch {
	case err != nil:
		return nil, err
	case given:
		secret = ntlm.Password(password)
	case secret.IsZero():
		if secret, err = w.askPassword("password for " + render.Escape(name) + ": "); err != nil {
			return nil, err
		}
	}
	binding, err := ntlm.ParseChannelBindingMode(o.binding)
	if err != nil {
		return nil, usageError("", "%v", err)
	}
	return negotiate.NTLM{ClientOptions: ntlm.ClientOptions{
		Account: ntlm.ParseAccount(name), Secret: secret, Workstation: o.workstation,
		ChannelBinding: binding, TargetName: ntlm.TargetNameMode(o.targetName), NoMIC: o.noMIC,
	}}, nil
}

// writeBody writes head and body of the last response where they are wanted.
func (o *fetchOptions) writeBody(w *world, result *negotiate.Result) error {
	r := result.Response
	if r == nil || o.fail && r.Status >= 400 {
		return nil
	}
	out := w.Stdout
	switch {
	case o.output != "":
		f, err := os.Create(o.output)
		if err != nil {
			return usageError("", "output: %v", err)
		}
		defer f.Close()
		out = f
	case o.out.format != formatText:
		return nil // the report has standard output for itself
	}
	if o.include || o.head {
		fmt.Fprintf(out, "HTTP/%s %d %s\r\n", r.Version, r.Status, r.Reason)
		for _, h := range r.Header {
			fmt.Fprintf(out, "%s: %s\r\n", h.Name, h.Value)
		}
		io.WriteString(out, "\r\n") //nolint:errcheck // the copy after it fails, too
	}
	_, err := io.Copy(out, r.Body)
	r.Body.Close()
	if err != nil {
		return &failure{Code: exitUnreachable, Text: "the body did not come through", Err: err}
	}
	return nil
}

// conclude shows the report where it is wanted, and turns the verdict into an
// exit code.
func (o *fetchOptions) conclude(w *world, req *negotiate.Request, result *negotiate.Result, seen *trace.Trace) error {
	code := exitOf(result.Verdict.Code)
	if o.out.format != formatText || o.report != "" {
		if err := o.writeReports(w, render.NewFetchReport(req.URL.String(), result.Verdict, seen.Redact(), result.Spent)); err != nil {
			return err
		}
	}
	if o.out.format == formatText && (o.verbose || code != exitOK && !o.silent) {
		text := o.out.text(w)
		text.Style = render.NewStyle(o.out.color == "always")
		if err := text.Report(w.Stderr, &result.Verdict, seen.Redact()); err != nil {
			return err
		}
	}
	if o.writeOut != "" {
		if _, err := io.WriteString(w.Stdout, o.expand(result, seen)); err != nil {
			return err
		}
	}
	if code == exitOK && o.fail && result.Response != nil && result.Response.Status >= 400 {
		return &failure{Code: exitHTTPStatus, Text: "the server answered with " + strconv.Itoa(result.Response.Status)}
	}
	if code != exitOK {
		return &failure{Code: code, Silent: true}
	}
	return nil
}

func (o *fetchOptions) writeReports(w *world, r *render.FetchReport) error {
	line, err := render.AppendFetchReport(nil, r)
	if err != nil {
		return err
	}
	if o.out.format != formatText {
		if _, err := w.Stdout.Write(line); err != nil {
			return err
		}
	}
	if o.report == "" {
		return nil
	}
	if err := os.WriteFile(o.report, line, 0o600); err != nil {
		return usageError("", "report: %v", err)
	}
	return nil
}

// expand fills in the variables of -w.
func (o *fetchOptions) expand(result *negotiate.Result, seen *trace.Trace) string {
	status := 0
	if result.Response != nil {
		status = result.Response.Status
	}
	legs := 0
	for _, leg := range seen.Legs {
		if leg.TokenIn(trace.InRequest) != nil {
			legs++
		}
	}
	return strings.NewReplacer(
		"%{http_code}", fmt.Sprintf("%03d", status), "%{response_code}", fmt.Sprintf("%03d", status),
		"%{verdict}", string(result.Verdict.Code), "%{auth_legs}", strconv.Itoa(legs),
		"%{connections}", strconv.Itoa(len(seen.Connections)), `\n`, "\n", `\t`, "\t", "%%", "%",
	).Replace(o.writeOut)
}

// exitOf is the exit code of a verdict.
func exitOf(code verdict.Code) exitCode {
	switch code {
	case verdict.Survives, verdict.Open, verdict.AuthNotPersistent, verdict.AuthenticatedForbidden:
		return exitOK
	case verdict.CredentialsRejected:
		return exitCredentials
	case verdict.Unreachable, verdict.TLSFailed, verdict.Timeout:
		return exitUnreachable
	case verdict.SchemeNotOffered, verdict.KerberosOnly:
		return exitNoScheme
	case verdict.SessionShared, verdict.ResponseCached:
		return exitDanger
	}
	return exitPath
}
