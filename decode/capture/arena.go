package capture

const (
	arenaBlock = 64 << 10
	arenaLarge = 8 << 10
)

// arena gives out memory for tokens without an allocation for each.
type arena struct{ free []byte }

// grab returns an empty slice that has room for n bytes, which nobody else has.
func (a *arena) grab(n int) []byte {
	if n > arenaLarge {
		return make([]byte, 0, n)
	}
	if len(a.free) < n {
		a.free = make([]byte, arenaBlock)
	}
	return a.free[:0:n]
}

// keep says that the first n bytes of what grab returned last are in use.
func (a *arena) keep(b []byte) []byte {
	if n := cap(b); n <= arenaLarge {
		a.free = a.free[min(len(b), len(a.free)):]
	}
	return b[:len(b):len(b)]
}
