// Package verdict says what happened to a handshake: the catalogue of verdicts,
// and the rules that read a trace. A verdict is plain data.
package verdict

// Grade says how sure a verdict is.
type Grade string

// The grades, the surest first. Unknown is not no: what was not asked is
// untested.
const (
	Proven     Grade = "proven"     // nothing else explains what was seen
	Likely     Grade = "likely"     // other explanations are far-fetched
	Consistent Grade = "consistent" // other explanations are as good
	Untested   Grade = "untested"
)

// Target says who was to be logged on to.
type Target string

// The targets of a logon.
const (
	Origin Target = "origin" // 401
	Proxy  Target = "proxy"  // 407
)

// Verdict is what happened, how sure that is, and what shows it.
type Verdict struct {
	Code   Code   `json:"code"`
	Target Target `json:"target"`
	Grade  Grade  `json:"grade"`
	// Summary is one sentence.
	Summary  string     `json:"summary"`
	Evidence []Evidence `json:"evidence,omitempty"`
	// WouldProve says what would raise the grade.
	WouldProve []string `json:"would_prove,omitempty"`
	Remedies   []Remedy `json:"remedies,omitempty"`
}

// Evidence is one thing that was seen.
type Evidence struct {
	// Leg is the number of the leg that shows it, 0 if it is none of them.
	Leg  int    `json:"leg,omitempty"`
	Text string `json:"text"`
}

// Remedy is what mends it, on one product.
type Remedy struct {
	Product string `json:"product"`
	Text    string `json:"text"`
	// Changes are those of the box's configuration that the text names, where a
	// program can make them.
	Changes []Change `json:"-"`
}
