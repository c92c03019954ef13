package origin

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
)

// wish is what the query of a target asks for: ?size=N for an answer of N bytes,
// ?sha256 for the hash of the request's body.
type wish struct {
	sized bool
	size  int64
	hash  bool
}

func wishOf(target string, most int64) (wish, error) {
	var w wish
	_, query, ok := strings.Cut(target, "?")
	if !ok {
		return w, nil
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return w, nil // whatever it says, it says nothing to us
	}
	w.sized, w.hash = values.Has("size"), values.Has("sha256")
	if w.sized {
		n, err := strconv.ParseInt(values.Get("size"), 10, 64)
		if err != nil || n < 0 || n > most {
			return w, &malformed{http.StatusBadRequest, "size is no number from 0 to " + strconv.FormatInt(most, 10)}
		}
		w.size = n
	}
	return w, nil
}

// filler is what a payload repeats: lines of 64 bytes. It is made when it is first wanted.
var filler = sync.OnceValue(func() []byte {
	return []byte(strings.Repeat(strings.Repeat("0123456789abcdef", 4)[:63]+"\n", transferSize/64))
})

// payload answers with n bytes.
func (r *request) payload(n int64) bool {
	r.settle()
	r.appendHead("application/octet-stream", n)
	err := r.write(r.out)
	if r.x.Method != http.MethodHead {
		all := filler()
		for n > 0 && err == nil {
			part := all[:min(n, int64(len(all)))]
			n -= int64(len(part))
			err = r.write(part)
		}
	}
	return r.replied(err)
}
