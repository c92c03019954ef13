package main

// called is a flag that calls a function with each value it is given: for flags
// whose order counts, or that several names share.
type called struct {
	set func(string) error
	// boolean says that the flag stands by itself.
	boolean bool
}

// Set passes a value on.
func (c *called) Set(value string) error { return c.set(value) }

// String is empty: there is no default.
func (c *called) String() string { return "" }

// Type names the kind of value in help.
func (c *called) Type() string {
	if c.boolean {
		return "bool"
	}
	return "string"
}

// IsBoolFlag says that no value has to follow.
func (c *called) IsBoolFlag() bool { return c.boolean }

// optionalText is a text of which is known whether it was given: it may be empty.
type optionalText struct {
	text  string
	given bool
}

// Set reads the flag's value.
func (t *optionalText) Set(value string) error {
	t.text, t.given = value, true
	return nil
}

// String is the value.
func (t *optionalText) String() string { return t.text }

// Type names the kind of value in help.
func (*optionalText) Type() string { return "string" }
