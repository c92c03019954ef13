// Package rate holds transfers to a speed (curl's --limit-rate) and reads sizes
// as curl writes them.
package rate

import (
	"context"
	"errors"
	"io"
	"math"
	"strconv"

	"golang.org/x/time/rate"
)

// ParseSize reads a number of bytes with a unit of 1024: 100, 20k, 1.5M, 1G, 1T.
func ParseSize(text string) (int64, error) {
	number, unit := text, 1.0
	if n := len(text); n > 0 {
		switch text[n-1] {
		case 'k', 'K':
			unit = 1 << 10
		case 'm', 'M':
			unit = 1 << 20
		case 'g', 'G':
			unit = 1 << 30
		case 't', 'T':
			unit = 1 << 40
		case 'b', 'B':
		default:
			n++
		}
		number = text[:n-1]
	}
	size, err := strconv.ParseFloat(number, 64)
	if err != nil || size < 0 || math.IsNaN(size) || size*unit >= math.MaxInt64 {
		return 0, errors.New("a size is a number, with k, M, G or T after it")
	}
	return int64(size * unit), nil
}

// Limit is a speed.
type Limit struct{ limiter *rate.Limiter }

// NewLimit is a speed in bytes a second.
func NewLimit(perSecond int64) *Limit {
	burst := min(max(perSecond/10, 1), 64<<10) // what goes at once
	return &Limit{rate.NewLimiter(rate.Limit(perSecond), int(burst))}
}

// Reader reads no faster than the limit, until the context ends.
func (l *Limit) Reader(ctx context.Context, r io.ReadCloser) io.ReadCloser {
	return &limited{ctx: ctx, ReadCloser: r, limiter: l.limiter}
}

type limited struct {
	io.ReadCloser
	ctx     context.Context
	limiter *rate.Limiter
}

func (l *limited) Read(b []byte) (int, error) {
	b = b[:min(len(b), l.limiter.Burst())]
	n, err := l.ReadCloser.Read(b)
	if n > 0 {
		if waited := l.limiter.WaitN(l.ctx, n); waited != nil && err == nil {
			err = waited
		}
	}
	return n, err
}
