package coding

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

func pack(t *testing.T, open func(io.Writer) io.WriteCloser, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := open(&b)
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var encoders = map[string]func(io.Writer) io.WriteCloser{
	"gzip":    func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
	"deflate": func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) },
	"br":      func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) },
	"zstd":    func(w io.Writer) io.WriteCloser { z, _ := zstd.NewWriter(w); return z },
}

func rawDeflate(w io.Writer) io.WriteCloser { f, _ := flate.NewWriter(w, 6); return f }

func TestReader(t *testing.T) {
	text := []byte(strings.Repeat("some text ", 1000))
	for name, open := range encoders {
		check(t, name, []string{name}, pack(t, open, text), text)
		check(t, name+", empty", []string{name}, nil, nil)
	}
	check(t, "raw deflate", []string{"deflate"}, pack(t, rawDeflate, text), text)
	check(t, "identity", []string{"identity", ""}, text, text)
	check(t, "two", []string{"gzip", "BR"}, pack(t, encoders["br"], pack(t, encoders["gzip"], text)), text)
}

func check(t *testing.T, name string, values []string, body, want []byte) {
	t.Helper()
	r, err := Reader(bytes.NewReader(body), values)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s: %d bytes, %v", name, len(got), err)
	}
}

func TestRefused(t *testing.T) {
	if _, err := Reader(nil, []string{"lzma"}); err == nil {
		t.Error("an unknown coding is taken")
	}
	if _, err := Reader(nil, []string{"br, br, br, br, br, br"}); err == nil {
		t.Error("any number of codings is taken")
	}
	for name := range encoders {
		r, err := Reader(strings.NewReader("this is plain text, whatever the head says"), []string{name})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(r); err == nil || !strings.Contains(err.Error(), "content coding "+name) {
			t.Errorf("%s: plain text is taken: %v", name, err)
		}
	}
}

// An error says whose it is: that of the connection stands as it is.
func TestCut(t *testing.T) {
	broken := errors.New("the connection broke")
	for name, encode := range encoders {
		whole := pack(t, encode, bytes.Repeat([]byte("text "), 1000))
		half := whole[:len(whole)/2]
		for _, c := range []struct {
			body io.Reader
			want string
		}{
			{bytes.NewReader(half), "content coding " + name},
			{io.MultiReader(bytes.NewReader(half), iotest.ErrReader(broken)), broken.Error()},
			{io.MultiReader(bytes.NewReader(whole[:1]), iotest.ErrReader(broken)), broken.Error()},
		} {
			r, err := Reader(c.body, []string{name})
			if err != nil {
				t.Fatal(err)
			}
			if _, err = io.ReadAll(r); err == nil || !strings.Contains(err.Error(), c.want) || strings.HasPrefix(err.Error(), "unexpected") {
				t.Errorf("%s: %v, want %q", name, err, c.want)
			}
		}
	}
}

// TestBomb reads 256 MiB out of a few KiB, in little memory.
func TestBomb(t *testing.T) {
	const size = 256 << 20
	for name, open := range encoders {
		if name == "br" && testing.Short() {
			continue
		}
		var b bytes.Buffer
		w := open(&b)
		if _, err := io.CopyN(w, zeros{}, size); err != nil {
			t.Fatal(err)
		}
		w.Close()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r, err := Reader(&b, []string{name})
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, r)
		runtime.ReadMemStats(&after)
		if err != nil || n != size {
			t.Errorf("%s: %d bytes, %v", name, n, err)
		}
		if grown := after.TotalAlloc - before.TotalAlloc; grown > 32<<20 {
			t.Errorf("%s: %d bytes were allocated", name, grown)
		}
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}
