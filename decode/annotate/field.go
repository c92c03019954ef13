// Package annotate holds what every decoder under decode produces beside its
// typed result: annotated fields, which say what each byte of a token is, and
// findings, which say what is wrong or worth knowing about it. Decoders write
// both through one Recorder, so that a single pass over the bytes serves the
// typed message and the annotated tree.
package annotate

// Field is one named span of a token. Fields are kept flat, in the order of
// the specification's structure, parents before their children: the children
// of a field are the fields that follow it with a greater Depth.
type Field struct {
	// Name is the specification's name, without the names of its parents.
	Name string
	// Offset counts from the first byte of the token that the field belongs to.
	Offset int
	// Length is the span in bytes; 0 for an absent or empty field.
	Length int
	// Depth is 0 for a field of the token itself, 1 for its children and so on.
	Depth int
	// Minor marks a part that its parent's value already speaks for: a length,
	// an offset. A view for people may leave it out.
	Minor bool
	// Value is what the bytes say; its zero value is a structure that has
	// children and no value of its own.
	Value Value
	// Meaning is a sentence for a person. It may hold text from the token.
	Meaning string
}

// Span returns the field's bytes within token, clipped to what is there.
func (f Field) Span(token []byte) []byte {
	return Clip(token, f.Offset, f.Length)
}

// Clip returns token[offset:offset+length], or what of that lies inside token.
// It never panics, whatever the numbers are.
func Clip(token []byte, offset, length int) []byte {
	if offset < 0 || length <= 0 || offset >= len(token) {
		return nil
	}
	if length > len(token)-offset {
		length = len(token) - offset
	}
	return token[offset : offset+length : offset+length]
}
