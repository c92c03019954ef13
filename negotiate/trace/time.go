package trace

import "time"

// Time is an instant as a trace holds it: to 100 ns, without the monotonic clock.
type Time struct{ time.Time }

// Stamp makes one.
func Stamp(t time.Time) Time { return Time{t.Round(0).Truncate(100 * time.Nanosecond)} }

// MarshalJSON writes RFC 3339 in UTC with seven digits of a second, as all of the
// program's documents have it.
func (t Time) MarshalJSON() ([]byte, error) {
	return t.UTC().AppendFormat(nil, `"2006-01-02T15:04:05.0000000Z"`), nil
}
