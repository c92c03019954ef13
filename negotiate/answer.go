package negotiate

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// maxDrain is how much of a refusal's body is read to keep its connection, and
// drainTime how long that may take where the options do not say.
const (
	maxDrain  = 256 << 10
	drainTime = 5 * time.Second
)

// drain reads the body of a refusal, so that its connection can be used again,
// and keeps it: the refusal may turn out to be the answer. What is too long or
// does not come in time costs the connection.
func drain(r *wire.Response, conn *wire.Conn, patience time.Duration) {
	if _, kept := r.Body.(*keptBody); kept {
		return
	}
	late := time.AfterFunc(cmp.Or(patience, drainTime), func() { conn.Close() })
	body, err := io.ReadAll(io.LimitReader(r.Body, maxDrain))
	if err == nil && len(body) == maxDrain {
		_, err = io.ReadFull(r.Body, make([]byte, 1)) // its end, as a rule
		if err == nil {
			err = errTooLong
		} else if errors.Is(err, io.EOF) {
			err = nil
		}
	}
	late.Stop()
	if err != nil {
		conn.Close() // what is left of it cannot be told from the next response
	}
	r.Body.Close()
	r.Body = &keptBody{bytes.NewReader(body), err}
}

var errTooLong = errors.New("the rest of the refusal was not read")

// keptBody is a body that has been read, as far as it came.
type keptBody struct {
	*bytes.Reader
	err error
}

// Read implements io.Reader.
func (b *keptBody) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err != nil && b.err != nil {
		err = b.err
	}
	return n, err
}

// WriteTo implements io.WriterTo.
func (b *keptBody) WriteTo(w io.Writer) (int64, error) {
	n, err := b.Reader.WriteTo(w)
	return n, cmp.Or(err, b.err)
}

// Close does nothing.
func (*keptBody) Close() error { return nil }

// answer is the body of the last response. Its end gives the connection back.
type answer struct {
	io.ReadCloser
	response *http.Response
	wire     *wire.Response
	release  func()
}

func (a *answer) Read(b []byte) (int, error) {
	n, err := a.ReadCloser.Read(b)
	if err != nil {
		a.end()
	}
	return n, err
}

// WriteTo copies the body in large pieces.
func (a *answer) WriteTo(w io.Writer) (int64, error) {
	n, err := io.Copy(w, a.ReadCloser)
	if err == nil {
		a.end()
	}
	return n, err
}

// Close ends the body.
func (a *answer) Close() error {
	err := a.ReadCloser.Close()
	a.end()
	return err
}

func (a *answer) end() {
	if a.release == nil {
		return
	}
	release := a.release
	a.release = nil
	a.response.Trailer = a.wire.HTTPTrailer()
	release()
}

// newResponse is the response as net/http has it.
func newResponse(req *http.Request, r *wire.Response) *http.Response {
	return &http.Response{
		Status: strconv.Itoa(r.Status) + " " + r.Reason, StatusCode: r.Status,
		Proto: "HTTP/" + r.Version, ProtoMajor: r.Major, ProtoMinor: r.Minor,
		Header: r.HTTPHeader(), Body: r.Body, ContentLength: r.ContentLength, Close: r.Close, Request: req,
	}
}

var errBodyGone = errors.New("the request's body has been sent and cannot be had again")
