package probe

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"slices"
	"strings"
)

// Done are the URLs that an earlier run has asked, as sorted hashes of 64 bits:
// eight bytes each.
type Done struct{ hashes []uint64 }

// resultBegins is how each line of a run begins.
const resultBegins = `{"schema":"ntlmctl.probe/`

// ReadDone reads the URLs of an earlier run's JSON lines. End is where the last
// whole line ends: what follows was cut when the run was, and is to be
// overwritten. A line that is no result, or the beginning of something else at the
// end, is an error.
func ReadDone(r io.Reader) (done *Done, end int64, err error) {
	done = new(Done)
	in := bufio.NewReaderSize(r, 64<<10)
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			if cut := string(line[:min(len(line), len(resultBegins))]); !strings.HasPrefix(resultBegins, cut) {
				return nil, end, fmt.Errorf("line %d is no result, nor the beginning of one", n)
			}
			slices.Sort(done.hashes)
			return done, end, nil
		}
		if err != nil {
			return nil, end, err
		}
		var result struct {
			URL string `json:"url"`
		}
		if json.Unmarshal(line, &result) != nil || result.URL == "" {
			return nil, end, fmt.Errorf("line %d is no result: it has no url", n)
		}
		done.hashes = append(done.hashes, hash64(result.URL))
		end += int64(len(line))
	}
}

// Has reports whether a URL was asked.
func (d *Done) Has(address string) bool {
	if d == nil {
		return false
	}
	_, found := slices.BinarySearch(d.hashes, hash64(address))
	return found
}

// Len is how many were.
func (d *Done) Len() int {
	if d == nil {
		return 0
	}
	return len(d.hashes)
}

func hash64(text string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(text))
	return h.Sum64()
}
