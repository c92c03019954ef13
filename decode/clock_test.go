package decode

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
)

func TestCheckClock(t *testing.T) {
	stamp := time.Date(2026, 11, 22, 1, 2, 3, 0, time.UTC)
	m := ChallengeMessage{Flags: NegotiateUnicode | NegotiateTargetInfo, AVPairs: AVPairs{
		{ID: MsvAvTimestamp, Value: binary.LittleEndian.AppendUint64(nil, annotate.FileTimeOf(stamp))}, {ID: MsvAvEOL},
	}}
	m.Layout()
	raw := m.Append(nil)
	for _, c := range []struct {
		name string
		at   time.Time
		want int
	}{
		{"unknown", time.Time{}, 0}, {"same", stamp, 0}, {"within", stamp.Add(5 * time.Minute), 0},
		{"later", stamp.Add(5*time.Minute + time.Second), 1}, {"a day before", stamp.Add(-24 * time.Hour), 1},
	} {
		token := Decode(raw, Options{})
		token.CheckClock(c.at)
		got := 0
		for _, f := range token.Findings {
			if f.Code == annotate.ClockSkew {
				got++
			}
		}
		if got != c.want {
			t.Errorf("%s: %d findings, want %d", c.name, got, c.want)
		}
	}
}
