package main

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/ntlmctl/ntlmctl/internal/curl/address"
	"github.com/ntlmctl/ntlmctl/internal/curl/glob"
	"github.com/ntlmctl/ntlmctl/internal/curl/payload"
)

// job is one URL to be fetched.
type job struct {
	n    int // from 0
	text string
	url  *url.URL
	// output is the file that the body goes to; empty and - are standard output.
	output string
	// suggested says that the name of output is the server's, if it has one.
	suggested bool
	upload    string // the file of -T, empty for none
	// offset is where -C goes on.
	offset int64
	body   *payload.Body
}

// jobs makes a job of each URL, patterns expanded, with the output and the upload
// that belong to it.
func (o *fetchOptions) jobs(w *world, p *plan) ([]*job, error) {
	var list []*job
	allowed := protocols(nil)
	if o.proto != "" {
		allowed = parseProtocols(o.proto)
	}
	for i, text := range o.urls {
		if !strings.Contains(text, "://") && o.scheme != "http" {
			text = o.scheme + "://" + text
		}
		matches := []glob.Match{{URL: text}}
		if !o.globOff {
			var err error
			if matches, err = glob.Expand(text); err != nil {
				return nil, usageError("-g takes {} and [] as they are", "%v", err)
			}
		}
		for _, m := range matches {
			j := &job{n: len(list), text: m.URL, body: p.body}
			var err error
			if j.url, err = address.Parse(m.URL, o.pathAsIs); err != nil {
				return nil, usageError("a URL is http://host/path or https://host/path", "%v", err)
			}
			if !allowed.allow(j.url) {
				return nil, usageError("", "--proto does not allow %s", j.url.Scheme)
			}
			if i < len(o.uploads) {
				j.upload = o.uploads[i]
			}
			if err := o.target(j, p); err != nil {
				return nil, err
			}
			if err := o.output(j, i, &m); err != nil {
				return nil, err
			}
			if err := o.resumption(j); err != nil {
				return nil, err
			}
			if err := o.uploaded(j, w); err != nil {
				return nil, err
			}
			list = append(list, j)
		}
	}
	switch {
	case len(list) == 0:
		return nil, usageError("ntlmctl fetch -u USER http://host/path", "no URL")
	case len(o.uploads) > len(o.urls):
		return nil, usageError("give a URL for each", "-T names more files than there are URLs")
	}
	return list, nil
}

// target adds what -G and -T put into a URL.
func (o *fetchOptions) target(j *job, p *plan) error {
	target := address.Target(j.url)
	switch {
	case p.query != "" && strings.Contains(target, "?"):
		target += "&" + p.query
	case p.query != "":
		target += "?" + p.query
	case j.upload != "" && j.upload != "-" && j.upload != ".":
		path, query, asked := strings.Cut(target, "?")
		if !strings.HasSuffix(path, "/") {
			return nil
		}
		target = path + payload.Escape(filepath.Base(j.upload))
		if asked {
			target += "?" + query
		}
	default:
		return nil
	}
	return address.SetTarget(j.url, target, true)
}

// output finds the file for the body.
func (o *fetchOptions) output(j *job, i int, m *glob.Match) error {
	spec := outputSpec{remote: o.remoteNameAll}
	if i < len(o.outputs) {
		spec = o.outputs[i]
	}
	name := m.Name(spec.name)
	if spec.remote {
		name, _, _ = strings.Cut(address.Target(j.url), "?")
		name = name[strings.LastIndexAny(name, `/\`)+1:]
		if o.headerName && (o.include || o.head || o.resume.given) {
			return usageError("", "-J excludes -i, -I and -C")
		}
		if j.suggested = o.headerName; name == "" && j.suggested {
			name = "curl_response" // what curl 8 calls it
		}
		if name == "" || name == "." || name == ".." {
			return usageError("-o FILE names one", "-O: the URL has no file's name at its end")
		}
	}
	if name != "" && name != "-" && o.outputDir != "" {
		name = filepath.Join(o.outputDir, name)
	}
	j.output = name
	return nil
}

// resumption finds where -C goes on.
func (o *fetchOptions) resumption(j *job) error {
	text := o.resume.text
	switch {
	case !o.resume.given:
		return nil
	case o.byteRange != "":
		return usageError("", "-C and -r exclude one another")
	case text == "-" && j.upload != "":
		return usageError("-C OFFSET", "-C - cannot know how much of an upload has arrived")
	case text == "-":
		if j.output == "" || j.output == "-" {
			return usageError("-o FILE, or -C OFFSET", "-C - takes its offset from a file, and there is none")
		}
		info, err := os.Stat(j.output)
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if err != nil {
			return usageError("", "-C: %v", err)
		}
		j.offset = info.Size()
		return nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return usageError("", "-C: %s is no offset", strconv.Quote(text))
	}
	j.offset = n
	return nil
}

// uploaded makes the body of -T.
func (o *fetchOptions) uploaded(j *job, w *world) error {
	switch j.upload {
	case "":
		return nil
	case "-", ".":
		if o.passwordStdin || o.proxySecret.passwordStdin {
			return usageError("--password-file", "standard input cannot hold a password and an upload")
		}
		j.body = new(payload.Body)
		j.body.AddStream(w.Stdin)
		return nil
	}
	j.body = new(payload.Body)
	if err := j.body.AddFile(j.upload, j.offset); err != nil {
		return usageError("", "-T: %v", err)
	}
	return nil
}
