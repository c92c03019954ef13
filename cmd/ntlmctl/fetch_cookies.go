package main

import (
	"errors"
	"os"
	"strings"

	"github.com/ntlmctl/ntlmctl/internal/curl/cookies"
)

// loadCookies reads the files of -b, and makes a jar where -b or -c wants one.
func (r *fetchRun) loadCookies() error {
	o := r.o
	if len(o.cookies) == 0 && o.jarFile == "" {
		return nil
	}
	r.jar = &cookies.Jar{Now: r.w.Now}
	for _, path := range o.cookies {
		if strings.Contains(path, "=") || path == "" {
			continue
		}
		if path == "-" {
			if err := r.jar.Load(r.w.Stdin, !o.junk); err != nil {
				return usageError("", "-b: %v", err)
			}
			continue
		}
		f, err := os.Open(path)
		if errors.Is(err, os.ErrNotExist) {
			o.note(r.w, "there is no cookie file %s; cookies are kept for the run", path)
			continue
		}
		if err != nil {
			return usageError("", "-b: %v", err)
		}
		err = r.jar.Load(f, !o.junk)
		f.Close()
		if err != nil {
			return usageError("", "-b: %s: %v", path, err)
		}
	}
	return nil
}

// saveCookies writes the file of -c: whole or not at all.
func (r *fetchRun) saveCookies() error {
	path := r.o.jarFile
	if path == "" {
		return nil
	}
	if path == "-" {
		return r.jar.Write(r.w.shown())
	}
	if err := writeWhole(path, r.jar.Write); err != nil {
		return usageError("", "-c: %v", err)
	}
	return nil
}
