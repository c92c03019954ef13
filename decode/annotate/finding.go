package annotate

// Severity grades a finding.
type Severity uint8

// The severities, least first.
const (
	Info    Severity = iota + 1 // worth knowing
	Warning                     // legal or survivable, and likely to hurt
	Error                       // the token is malformed, or says that something failed
)

var severityNames = [...]string{"", "info", "warning", "error"}

// String is the name that --fail-on and the JSON documents use.
func (s Severity) String() string {
	if int(s) < len(severityNames) {
		return severityNames[s]
	}
	return ""
}

// ParseSeverity is the inverse of String; ok is false for any other word.
func ParseSeverity(s string) (severity Severity, ok bool) {
	for i, name := range severityNames {
		if i > 0 && name == s {
			return Severity(i), true
		}
	}
	return 0, false
}

// Finding is one thing that is wrong with a token or worth knowing about it.
type Finding struct {
	Code Code
	// Offset and Length are the bytes concerned, within the token.
	Offset, Length int
	// Detail is what is special about this one; it may hold text from the token.
	Detail string
}

// Severity is the catalogue's.
func (f Finding) Severity() Severity { return f.Code.entry().Severity }

// Reference is the section of the specification that the finding rests on.
func (f Finding) Reference() string { return f.Code.entry().Reference }

// AppendText appends the catalogue's sentence, followed by the detail.
func (f Finding) AppendText(dst []byte) []byte {
	dst = append(dst, f.Code.entry().Text...)
	if f.Detail != "" {
		dst = append(append(dst, ": "...), f.Detail...)
	}
	return dst
}

// Text is what AppendText appends.
func (f Finding) Text() string { return string(f.AppendText(nil)) }

// Worst is the greatest severity among findings, 0 where there is none.
func Worst(findings []Finding) Severity {
	var worst Severity
	for _, f := range findings {
		worst = max(worst, f.Severity())
	}
	return worst
}
