package probe

import "hash/maphash"

// OnceGeneration is a good half for Once: with it, Once takes 50 MiB at most.
const OnceGeneration = 1 << 20

// Once tells URLs that have been seen from new ones. It keeps hashes of 64 bits,
// in two halves: so memory is bound whatever the list, and only a repetition far
// apart in a huge list is missed.
type Once struct {
	seed     maphash.Seed
	half     int
	now, old map[uint64]struct{}
}

// NewOnce remembers the last half at least, and twice as many at most.
func NewOnce(half int) *Once {
	return &Once{seed: maphash.MakeSeed(), half: half, now: map[uint64]struct{}{}}
}

// First reports whether the text is new, and remembers it.
func (o *Once) First(text string) bool {
	h := maphash.String(o.seed, text)
	if _, seen := o.now[h]; seen {
		return false
	}
	if _, seen := o.old[h]; seen {
		return false
	}
	if len(o.now) >= o.half {
		o.now, o.old = make(map[uint64]struct{}, o.half), o.now
	}
	o.now[h] = struct{}{}
	return true
}
