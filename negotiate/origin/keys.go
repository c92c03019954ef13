package origin

import (
	"container/list"
	"sync"
	"time"
)

// keyTable holds the logons that are kept under values of ConnectionIDHeader. It
// is bounded, and forgets what is idle.
type keyTable struct {
	mu     sync.Mutex
	byKey  map[string]*list.Element
	recent list.List // of *keyed, the latest first
	most   int
	life   time.Duration
}

type keyed struct {
	key   string
	used  time.Time
	logon *logon
}

func newKeyTable(most int, life time.Duration) *keyTable {
	return &keyTable{byKey: map[string]*list.Element{}, most: most, life: life}
}

// get returns the logon of a key, a fresh one if the key is new or has expired.
func (t *keyTable) get(key string, now time.Time) *logon {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.expire(now)
	if e, ok := t.byKey[key]; ok {
		k := e.Value.(*keyed)
		k.used = now
		t.recent.MoveToFront(e)
		return k.logon
	}
	if t.recent.Len() >= t.most {
		t.remove(t.recent.Back())
	}
	k := &keyed{key, now, &logon{}}
	t.byKey[key] = t.recent.PushFront(k)
	return k.logon
}

// expire forgets the keys that have been idle for longer than their life.
func (t *keyTable) expire(now time.Time) {
	for e := t.recent.Back(); e != nil && now.Sub(e.Value.(*keyed).used) > t.life; e = t.recent.Back() {
		t.remove(e)
	}
}

func (t *keyTable) remove(e *list.Element) {
	delete(t.byKey, e.Value.(*keyed).key)
	t.recent.Remove(e)
}

// sweep is expire for those who do not hold the lock.
func (t *keyTable) sweep(now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.expire(now)
}

func (t *keyTable) len() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.byKey)
}
