package probe

// Summary counts results.
type Summary struct {
	// Count is by classification.
	Count map[Classification]int
	// Total is all of them, Requests how many requests they cost.
	Total, Requests int
	// Danger is how many let a request in that had not logged on.
	Danger int
}

// Add counts one.
func (s *Summary) Add(r *Result) {
	if s.Count == nil {
		s.Count = map[Classification]int{}
	}
	s.Count[r.Classification]++
	s.Total++
	s.Requests += r.Requests
	if r.Danger() {
		s.Danger++
	}
}
