package origin

import (
	"fmt"
	"testing"
	"time"
)

func TestKeyTable(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	table := newKeyTable(3, time.Minute)
	a := table.get("a", now)
	if table.get("a", now.Add(59*time.Second)) != a {
		t.Error("a key that is in use was forgotten")
	}
	if table.get("a", now.Add(2*time.Minute)) == a {
		t.Error("a key that was idle was kept")
	}
	for i := range 10 {
		table.get(fmt.Sprint(i), now.Add(2*time.Minute))
	}
	if table.len() != 3 {
		t.Errorf("%d keys, 3 are allowed", table.len())
	}
	table.sweep(now.Add(time.Hour))
	if table.len() != 0 || table.recent.Len() != 0 {
		t.Errorf("%d keys are left", table.len())
	}
}
