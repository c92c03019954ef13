package trace

import (
	"encoding/json"
	"testing"
	"time"
)

// TestTime wants seven digits of a second whatever they are, and UTC.
func TestTime(t *testing.T) {
	for at, want := range map[time.Time]string{
		time.Date(2026, 11, 29, 1, 2, 3, 0, time.UTC):                               `"2026-11-29T01:02:03.0000000Z"`,
		time.Date(2026, 11, 29, 1, 2, 3, 123456789, time.UTC):                       `"2026-11-29T01:02:03.1234567Z"`,
		time.Date(2026, 11, 29, 1, 2, 3, 500000000, time.FixedZone("away", 2*3600)): `"2026-11-28T23:02:03.5000000Z"`,
	} {
		got, err := json.Marshal(Stamp(at))
		if err != nil || string(got) != want {
			t.Errorf("%s %v, want %s", got, err, want)
		}
		var back Time
		if err := json.Unmarshal(got, &back); err != nil || !back.Equal(Stamp(at).Time) {
			t.Errorf("%s is read as %s: %v", got, back, err)
		}
	}
}
