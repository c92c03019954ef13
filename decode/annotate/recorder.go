package annotate

// Recorder collects the findings of one token and, where Annotate is set, its
// fields. Without Annotate the methods that record fields return at once, so
// one parser serves the fast typed parse and the annotated one.
type Recorder struct {
	// Annotate asks for fields. Work that only a field needs (a meaning put
	// together from parts, say) belongs under a test of it.
	Annotate bool
	Fields   []Field
	Findings []Finding
	depth    int
}

// Field records one field at the present depth.
func (r *Recorder) Field(name string, offset, length int, v Value, meaning string) {
	if r.Annotate { // small enough to be inlined: the typed parse pays a branch
		r.add(Field{Name: name, Offset: offset, Length: length, Depth: r.depth, Value: v, Meaning: meaning})
	}
}

// Part records a field that is Minor.
func (r *Recorder) Part(name string, offset, length int, v Value, meaning string) {
	if r.Annotate {
		r.add(Field{Name: name, Offset: offset, Length: length, Depth: r.depth, Minor: true, Value: v, Meaning: meaning})
	}
}

func (r *Recorder) add(f Field) {
	if r.Fields == nil {
		r.Fields = make([]Field, 0, 72)
	}
	r.Fields = append(r.Fields, f)
}

// Open records a field and makes those that follow its children, until Close.
func (r *Recorder) Open(name string, offset, length int, v Value, meaning string) {
	r.Field(name, offset, length, v, meaning)
	r.depth++
}

// Close ends the children of the last field opened.
func (r *Recorder) Close() { r.depth-- }

// Find records a finding about the bytes at offset. detail, if not empty, says
// what is special about this one and follows the catalogue's sentence.
func (r *Recorder) Find(code Code, offset, length int, detail string) {
	if r.Findings == nil {
		r.Findings = make([]Finding, 0, 4)
	}
	r.Findings = append(r.Findings, Finding{Code: code, Offset: offset, Length: length, Detail: detail})
}
