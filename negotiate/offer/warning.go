package offer

// Code names a warning. Codes are stable.
type Code string

// The warnings.
const (
	// Merged: it is not the first challenge of its header line, and a client
	// that compares only the line's beginning does not see it.
	Merged Code = "merged-header"
	// SchemeCase: the scheme is not written as it is registered.
	SchemeCase Code = "scheme-case"
	// Duplicate: the scheme was offered before.
	Duplicate Code = "duplicate-scheme"
	// MissingComma: nothing but space separates it from what is before it.
	MissingComma Code = "missing-comma"
	// EmptyElement: there are commas with nothing between them.
	EmptyElement Code = "empty-element"
	// UnterminatedQuote: a quoted string has no end, and swallowed the rest.
	UnterminatedQuote Code = "unterminated-quote"
	// UnquotedValue: a value that has to be quoted is not.
	UnquotedValue Code = "unquoted-value"
	// SplitToken: white space stands within the token.
	SplitToken Code = "split-token"
	// QuotedToken: the token stands in quotes.
	QuotedToken Code = "quoted-token"
	// BadBase64: the token of a scheme that has one in base64 is not base64.
	BadBase64 Code = "bad-base64"
	// TokenAndParams: there are a token and parameters.
	TokenAndParams Code = "token-and-params"
	// NeedlessParams: a scheme whose challenges have no parameters has some.
	NeedlessParams Code = "needless-params"
	// RepeatedParam: a parameter is there twice.
	RepeatedParam Code = "repeated-param"
	// NoRealm: Basic or Digest has no realm.
	NoRealm Code = "no-realm"
	// NoScheme: text or parameters that no scheme claims.
	NoScheme Code = "no-scheme"
	// TooMany: there were more challenges or parameters than are read.
	TooMany Code = "too-many"
)

// Warning is one thing that a simpler client may trip over.
type Warning struct {
	Code Code `json:"code"`
	// Text says it in a sentence.
	Text string `json:"text"`
}

var texts = map[Code]string{
	Merged:            "it shares its header line with challenges before it: clients that look at the beginning of the line only do not see it",
	SchemeCase:        "the scheme is not written as it is registered: clients that compare case do not know it",
	Duplicate:         "the scheme is offered more than once",
	MissingComma:      "no comma stands before it",
	EmptyElement:      "commas stand with nothing between them",
	UnterminatedQuote: "a quoted string has no end and swallows the rest of the line",
	UnquotedValue:     "a value that has to be quoted is not",
	SplitToken:        "white space stands within the token",
	QuotedToken:       "the token stands in quotes",
	BadBase64:         "the token is not base64",
	TokenAndParams:    "a token and parameters stand together",
	NeedlessParams:    "the scheme has no parameters: clients take them for a token",
	RepeatedParam:     "a parameter is repeated",
	NoRealm:           "there is no realm",
	NoScheme:          "no scheme claims this text",
	TooMany:           "there is more than is read",
}

// Codes are all codes of warnings with their sentences.
func Codes() map[Code]string {
	all := make(map[Code]string, len(texts))
	for code, text := range texts {
		all[code] = text
	}
	return all
}

func (c *Challenge) warn(code Code) {
	if !c.Warned(code) {
		c.Warnings = append(c.Warnings, Warning{Code: code, Text: texts[code]})
	}
}
