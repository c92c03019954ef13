package form

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// part is one part as mime/multipart reads it.
type part struct{ name, filename, mime, text string }

func parts(t *testing.T, f *Form) (list []part) {
	t.Helper()
	body, err := f.Body()
	if err != nil {
		t.Fatal(err)
	}
	r, err := body.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	_, params, err := mime.ParseMediaType(f.ContentType())
	if err != nil {
		t.Fatal(err)
	}
	for m := multipart.NewReader(r, params["boundary"]); ; {
		p, err := m.NextRawPart()
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(p)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, part{p.FormName(), p.FileName(), p.Header.Get("Content-Type"), string(text)})
	}
}

func TestAdd(t *testing.T) {
	file := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(file, []byte("<p>\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		spec string
		want part
	}{
		{"a=b", part{"a", "", "", "b"}},
		{"a=b;type=text/x; charset=utf-8;filename=f", part{"a", "f", "text/x; charset=utf-8", "b"}},
		{`a="b;c\"d"`, part{"a", "", "", `b;c"d`}},
		{"a=@" + file, part{"a", "page.html", "text/html", "<p>\n"}},
		{"a=@" + file + ";filename=\"x y\";type=image/png", part{"a", "x y", "image/png", "<p>\n"}},
		{"a=<" + file, part{"a", "", "", "<p>\n"}},
		{"a=@-", part{"a", "-", "", "stdin"}},
		{"a=@-;filename=x.txt", part{"a", "x.txt", "text/plain", "stdin"}},
		{"=b", part{"", "", "", "b"}},
	} {
		f := New()
		f.Stdin = strings.NewReader("stdin")
		if err := f.Add(c.spec); err != nil {
			t.Errorf("%s: %v", c.spec, err)
			continue
		}
		if got := parts(t, f); len(got) != 1 || got[0] != c.want {
			t.Errorf("%s: %+v, want %+v", c.spec, got, c.want)
		}
	}
}

func TestAddString(t *testing.T) {
	f := New()
	if err := f.AddString("a=@b;type=c"); err != nil {
		t.Fatal(err)
	}
	if got := parts(t, f); len(got) != 1 || got[0].text != "@b;type=c" {
		t.Errorf("%+v", got)
	}
}

func TestAddErrors(t *testing.T) {
	for _, spec := range []string{"a", "a=@x,y", "a=(;type=multipart/mixed", "a=b;encoder=base64", "a=b;headers=\"X: 1\r\n\"", `a="b"c`} {
		if err := New().Add(spec); err == nil {
			t.Errorf("%q is taken", spec)
		}
	}
	f := New()
	if err := f.Add("a=@/nonexistent/file"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Body(); err == nil {
		t.Error("a file that is not there is taken")
	}
}
