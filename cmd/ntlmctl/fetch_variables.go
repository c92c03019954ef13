package main

import (
	"maps"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/ntlmctl/ntlmctl/internal/curl/address"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// values are what -w may name.
func (t *transfer) values(o *outcome) *variables {
	seen := t.seen()
	v := &variables{failed: o.code != exitOK, texts: map[string]string{}, numbers: map[string]string{}}
	t.describeRequest(v, o)
	t.describeResponse(v)
	t.describeSizes(v, seen)
	t.describeConnection(v, seen)
	t.describeTimes(v, seen)
	t.describeLogon(v, seen, o)
	return v
}

func (t *transfer) describeRequest(v *variables, o *outcome) {
	message := ""
	if o.failure != nil {
		message = o.failure.Error()
	} else if o.code != exitOK && o.verdict != nil {
		message = o.verdict.Summary
	}
	referer := t.referer(&t.hop)
	maps.Copy(v.texts, map[string]string{
		"url": t.job.text, "url_effective": address.Text(t.hop.url), "method": t.hop.method, "scheme": strings.ToUpper(t.hop.url.Scheme),
		"referer": referer, "filename_effective": fileOf(t.job.output), "redirect_url": t.next, "errormsg": message,
	})
	maps.Copy(v.numbers, map[string]string{
		"urlnum": strconv.Itoa(t.job.n), "exitcode": strconv.Itoa(int(o.code)), "num_redirects": strconv.Itoa(t.redirects),
		"num_retries": strconv.Itoa(t.retries), "xfer_id": strconv.Itoa(t.job.n),
	})
	if withoutUser := *t.job.url; t.job.url.User != nil {
		v.texts["url"] = address.Text(&withoutUser)
	}
}

func fileOf(output string) string {
	if output == "-" {
		return ""
	}
	return output
}

func (t *transfer) describeResponse(v *variables) {
	status, fields, contentType, version := 0, 0, "", "0"
	if n := len(t.results); n > 0 && t.results[n-1].Response != nil {
		r := t.results[n-1].Response
		v.header = r.Header
		status, fields, contentType, version = r.Status, len(r.Header), r.Header.Get("Content-Type"), r.Version
	}
	code := strconv.Itoa(1000 + status)[1:]
	v.texts["content_type"], v.texts["http_version"] = contentType, version
	v.numbers["http_code"], v.numbers["response_code"], v.numbers["num_headers"] = code, code, strconv.Itoa(fields)
}

func (t *transfer) describeSizes(v *variables, seen *trace.Trace) {
	heads, requests, uploaded := 0, 0, int64(0)
	connect := 0
	for _, leg := range seen.Legs {
		requests += len(appendRequest(nil, leg))
		uploaded = leg.Request.BodyBytes
		if leg.Response != nil {
			heads += len(headOf(leg))
			if leg.Request.Method == "CONNECT" {
				connect = leg.Response.Status
			}
		}
	}
	total := t.ended.Sub(t.started).Seconds()
	speed := func(n int64) string {
		if total <= 0 {
			return "0"
		}
		return strconv.FormatInt(int64(float64(n)/total), 10)
	}
	maps.Copy(v.numbers, map[string]string{
		"size_header": strconv.Itoa(heads), "size_request": strconv.Itoa(requests),
		"size_download": strconv.FormatInt(t.size, 10), "size_upload": strconv.FormatInt(uploaded, 10),
		"speed_download": speed(t.size), "speed_upload": speed(uploaded), "http_connect": strconv.Itoa(1000 + connect)[1:],
	})
}

func appendRequest(b []byte, leg *trace.Leg) []byte {
	b = append(b, leg.Request.Method+" "+leg.Request.Target+" HTTP/1.1\r\n"...)
	for _, f := range leg.Request.Headers {
		b = append(b, f.Name+": "+f.Value+"\r\n"...)
	}
	return append(b, "\r\n"...)
}

func (t *transfer) describeConnection(v *variables, seen *trace.Trace) {
	opened := 0
	for _, c := range seen.Connections {
		if c.Error == nil && !c.Opened.Before(trace.Stamp(t.started).Time) {
			opened++
		}
	}
	c := lastConnection(seen)
	host, port := split(c.Remote)
	localHost, localPort := split(c.Local)
	verified, certs := "0", 0
	if c.TLS != nil {
		certs = 1
		if !t.run.wire.TLS.InsecureSkipVerify || trusted(c.TLS.Certificate, t.hop.url.Hostname(), t.run.wire.TLS.RootCAs) {
			verified = "0"
		} else {
			verified = "20" // OpenSSL's number for a certificate whose issuer is not known
		}
	}
	maps.Copy(v.texts, map[string]string{"remote_ip": host, "local_ip": localHost})
	maps.Copy(v.numbers, map[string]string{
		"num_connects": strconv.Itoa(opened), "connections": strconv.Itoa(len(seen.Connections)), "conn_id": strconv.Itoa(c.ID),
		"remote_port": orZero(port), "local_port": orZero(localPort), "ssl_verify_result": verified,
		"proxy_ssl_verify_result": "0", "num_certs": strconv.Itoa(certs),
	})
}

// lastConnection is that of the last leg; an empty one where there is none.
func lastConnection(seen *trace.Trace) *trace.Connection {
	if n := len(seen.Legs); n > 0 {
		for _, c := range seen.Connections {
			if c.ID == seen.Legs[n-1].Connection {
				return c
			}
		}
	}
	return &trace.Connection{}
}

func split(address string) (host, port string) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address, ""
	}
	return host, port
}

func orZero(number string) string {
	if number == "" {
		return "0"
	}
	return number
}

// describeTimes gives times in seconds since the start, those of the last request
// as curl counts them.
func (t *transfer) describeTimes(v *variables, seen *trace.Trace) {
	var name, connect, tls, before, first time.Duration
	at := func(stamp time.Time, ms float64) time.Duration {
		return max(stamp.Add(time.Duration(ms*float64(time.Millisecond))).Sub(trace.Stamp(t.started).Time), 0)
	}
	if n := len(seen.Legs); n > 0 {
		leg := seen.Legs[n-1]
		before = at(leg.Started.Time, 0)
		if leg.Response != nil {
			first = at(leg.Started.Time, leg.FirstByteMS)
		}
		if c := lastConnection(seen); !c.Opened.IsZero() {
			name, connect = at(c.Opened.Time, c.DNSMS), at(c.Opened.Time, c.DNSMS+c.DialMS)
			if c.TLS != nil {
				tls = at(c.Opened.Time, c.ReadyMS)
			}
		}
	}
	redirect := time.Duration(0)
	if t.redirects > 0 {
		redirect = t.hopStarted.Sub(t.started)
	}
	for name, d := range map[string]time.Duration{
		"time_namelookup": name, "time_connect": connect, "time_appconnect": tls, "time_pretransfer": before,
		"time_starttransfer": first, "time_redirect": redirect, "time_total": t.ended.Sub(t.started),
	} {
		v.numbers[name] = strconv.FormatFloat(d.Seconds(), 'f', 6, 64)
	}
}

// describeLogon gives what curl has no words for.
func (t *transfer) describeLogon(v *variables, seen *trace.Trace, o *outcome) {
	legs, scheme := 0, ""
	var from, to time.Duration
	for _, leg := range seen.Legs {
		sent := ""
		for _, name := range [...]string{"Authorization", "Proxy-Authorization"} {
			if value := leg.Request.Headers.Get(name); value != "" {
				sent, _, _ = strings.Cut(value, " ")
			}
		}
		if sent == "" {
			continue
		}
		begun := leg.Started.Sub(trace.Stamp(t.started).Time)
		if legs++; legs == 1 {
			from = begun
		}
		scheme, to = sent, begun+time.Duration(leg.FirstByteMS*float64(time.Millisecond))
	}
	verdict := ""
	if o.verdict != nil {
		verdict = string(o.verdict.Code)
	}
	v.texts["verdict"], v.texts["auth_scheme"] = verdict, scheme
	v.numbers["auth_legs"] = strconv.Itoa(legs)
	v.numbers["handshake_time"] = strconv.FormatFloat(max(to-from, 0).Seconds(), 'f', 6, 64)
}
