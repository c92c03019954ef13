package render

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
	"github.com/ntlmctl/ntlmctl/probe"
)

// AppendProbe appends a result as one line of JSON.
func AppendProbe(dst []byte, r *probe.Result) ([]byte, error) {
	return appendLine(dst, ProbeDocument{Schema: SchemaProbe, Result: r})
}

// ProbeCSV writes results as comma-separated values (RFC 4180), the names of the
// columns first.
type ProbeCSV struct {
	w      *csv.Writer
	headed bool
}

// NewProbeCSV makes a writer.
func NewProbeCSV(w io.Writer) *ProbeCSV { return &ProbeCSV{w: csv.NewWriter(w)} }

var probeColumns = []string{
	"url", "status", "classification", "grade", "offers", "ntlm", "ntlm_grade", "negotiate", "negotiate_grade", "choice",
	"nb_domain", "nb_computer", "dns_domain", "dns_computer", "dns_tree", "os", "version", "clock_skew_ms",
	"intermediaries", "tls", "certificate_sha256", "other_verdicts", "findings", "error", "error_text",
}

// Write writes one result, and flushes it: who reads along sees it at once.
func (c *ProbeCSV) Write(r *probe.Result) error {
	if !c.headed {
		c.headed = true
		if err := c.w.Write(probeColumns); err != nil {
			return err
		}
	}
	if err := c.w.Write(probeRecord(r)); err != nil {
		return err
	}
	c.w.Flush()
	return c.w.Error()
}

func probeRecord(r *probe.Result) []string {
	server, session, failure := r.Server, "", r.Error
	if server == nil {
		server = new(probe.Server)
	}
	if failure == nil {
		failure = new(probe.Error)
	}
	certificate, status, skew := "", "", ""
	if r.TLS != nil {
		session, certificate = r.TLS.Version, r.TLS.CertificateSHA256
	}
	if r.Status != 0 {
		status = strconv.Itoa(r.Status)
	}
	if r.ClockSkewMS != nil {
		skew = strconv.FormatInt(*r.ClockSkewMS, 10)
	}
	record := []string{
		r.URL, status, string(r.Classification), string(r.Grade), strings.Join(schemes(r), " "),
		string(r.NTLM.State), string(r.NTLM.Grade), string(r.Negotiate.State), string(r.Negotiate.Grade), r.Negotiate.Choice,
		server.NBDomain, server.NBComputer, server.DNSDomain, server.DNSComputer, server.DNSTree, server.OS, server.Version, skew,
		joined(r.Intermediaries, func(i probe.Intermediary) string { return i.Product }), session, certificate,
		joined(r.OtherVerdicts, func(v verdict.Verdict) string { return string(v.Code) }),
		joined(r.Findings, func(f probe.Finding) string { return f.Code }), failure.Code, failure.Text,
	}
	for i := range record {
		record[i] = spreadsheet(record[i])
	}
	return record
}

// spreadsheet makes text fit for a spreadsheet: what begins like a formula is no
// formula, and what must not reach a terminal is escaped.
func spreadsheet(s string) string {
	s = Escape(s)
	if s != "" && strings.ContainsRune("=+@\t", rune(s[0])) || strings.HasPrefix(s, "-") && !isNumber(s) {
		return "'" + s
	}
	return s
}

func isNumber(s string) bool {
	_, err := strconv.ParseInt(s, 10, 64)
	return err == nil
}

func joined[T any](list []T, name func(T) string) string {
	names := make([]string, len(list))
	for i, item := range list {
		names[i] = name(item)
	}
	return strings.Join(names, " ")
}
