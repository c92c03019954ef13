package payload

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func content(t *testing.T, b *Body) string {
	t.Helper()
	r, err := b.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestPost(t *testing.T) {
	file := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(file, []byte("a \xff\r\nc&\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		give func(*Post) error
		want string
	}{
		{"text", func(p *Post) error { return p.Data("a=1") }, "a=1"},
		{"file without line ends", func(p *Post) error { return p.Data("@" + file) }, "a \xffc&"},
		{"raw at", func(p *Post) error { return p.Raw("@x") }, "@x"},
		{"binary file", func(p *Post) error { return p.Binary("@" + file) }, "a \xff\r\nc&\n"},
		{"stdin", func(p *Post) error { return p.Binary("@-") }, "from\nstdin"},
		{"encoded", func(p *Post) error { return p.URLEncode("a b&ü") }, "a+b%26%C3%BC"},
		{"encoded with name", func(p *Post) error { return p.URLEncode("n=a=b") }, "n=a%3Db"},
		{"encoded with empty name", func(p *Post) error { return p.URLEncode("=a=b") }, "a%3Db"},
		{"encoded file", func(p *Post) error { return p.URLEncode("n@" + file) }, "n=a+%FF%0D%0Ac%26%0A"},
		{"several", func(p *Post) error { return errors.Join(p.Data("a=1"), p.Binary("@"+file), p.URLEncode("x y")) }, "a=1&a \xff\r\nc&\n&x+y"},
		{"json", func(p *Post) error { return errors.Join(p.JSON(`{"a":`), p.JSON("1}")) }, `{"a":1}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := &Post{Stdin: strings.NewReader("from\nstdin")}
			if err := c.give(p); err != nil {
				t.Fatal(err)
			}
			for range 2 { // it can be read again
				if got := content(t, &p.Body); got != c.want {
					t.Errorf("got %q, want %q", got, c.want)
				}
			}
			if p.Size() != int64(len(c.want)) || !p.Replayable() {
				t.Errorf("size %d, replayable %v", p.Size(), p.Replayable())
			}
		})
	}
}

func TestBody(t *testing.T) {
	file := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(file, []byte("0123456789"), 0o600); err != nil {
		t.Fatal(err)
	}
	var whole Body
	if err := whole.AddFile(file, 4); err != nil {
		t.Fatal(err)
	}
	r, err := whole.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, ok := r.(*os.File); !ok {
		t.Errorf("a single file comes as %T", r)
	}
	if got := content(t, &whole); got != "456789" || whole.Size() != 6 {
		t.Errorf("%q, %d bytes", got, whole.Size())
	}
	var stream Body
	stream.Add([]byte("head "))
	stream.AddStream(strings.NewReader("stream"))
	if stream.Size() != -1 || stream.Replayable() || content(t, &stream) != "head stream" {
		t.Error("a stream has a size, or cannot be read")
	}
	if err := new(Body).AddFile(file, 11); err == nil {
		t.Error("an offset past the end is taken")
	}
	if err := new(Body).AddFile(t.TempDir(), 0); err == nil {
		t.Error("a directory is taken")
	}
	if err := new(Post).Data("@-"); err == nil {
		t.Error("there is no standard input, and @- is taken")
	}
}
