package probe

import (
	"errors"
	"strconv"
	"strings"
)

// Shard is one part of a list that several machines share. A host belongs to one
// part, whatever the machine and the order of the list.
type Shard struct{ Index, Of int }

// ParseShard reads "I/N", I from 1 to N.
func ParseShard(text string) (Shard, error) {
	i, n, ok := strings.Cut(text, "/")
	index, err1 := strconv.Atoi(i)
	of, err2 := strconv.Atoi(n)
	if !ok || err1 != nil || err2 != nil || of < 1 || index < 1 || index > of {
		return Shard{}, errors.New("a shard is I/N, I from 1 to N")
	}
	return Shard{index, of}, nil
}

// Has reports whether a host, with its port, belongs to the part. The zero
// Shard has all.
func (s Shard) Has(host string) bool {
	if s.Of <= 1 {
		return true
	}
	// Multiplied, for FNV's low bits alone are uneven over names that are alike.
	return hash64(host)*0x9e3779b97f4a7c15>>32%uint64(s.Of) == uint64(s.Index-1)
}
