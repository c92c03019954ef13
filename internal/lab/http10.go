package lab

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strconv"
)

// http10 asks in HTTP/1.0, on a connection that ends with the response.
type http10 struct{}

// RoundTrip makes one request.
func (http10) RoundTrip(r *http.Request) (*http.Response, error) {
	nc, err := new(net.Dialer).DialContext(r.Context(), "tcp", r.URL.Host)
	if err != nil {
		return nil, err
	}
	resp, err := exchange10(nc, r)
	if err != nil {
		nc.Close()
		return nil, err
	}
	resp.Body = &ending{resp.Body, nc}
	return resp, nil
}

func exchange10(nc net.Conn, r *http.Request) (*http.Response, error) {
	w := bufio.NewWriter(nc)
	w.WriteString(r.Method + " " + r.URL.RequestURI() + " HTTP/1.0\r\nHost: " + r.Host + "\r\nConnection: close\r\n")
	if err := r.Header.Write(w); err != nil {
		return nil, err
	}
	if r.ContentLength > 0 {
		w.WriteString("Content-Length: " + strconv.FormatInt(r.ContentLength, 10) + "\r\n")
	}
	w.WriteString("\r\n")
	if r.Body != nil {
		if _, err := io.Copy(w, r.Body); err != nil {
			return nil, err
		}
	}
	if err := w.Flush(); err != nil {
		return nil, err
	}
	return http.ReadResponse(bufio.NewReader(nc), r)
}

// ending is a body whose connection closes with it.
type ending struct {
	io.ReadCloser
	nc net.Conn
}

// Close closes both.
func (e *ending) Close() error {
	e.nc.Close()
	return e.ReadCloser.Close()
}
