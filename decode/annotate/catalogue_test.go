package annotate

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

var (
	kebab     = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	reference = regexp.MustCompile(`^(MS-[A-Z]+|RFC \d{4}|X\.690) \d+(\.\d+)*$`)
	// nouns are what a sentence may begin with although it is in upper case.
	nouns = regexp.MustCompile(`^([A-Z0-9_]{2,}|[A-Z][a-z]*[A-Z]\w*|NTLMv1|Kerberos|Msv\w+|UTF-16|Av\w+)\b`)
)

func TestCatalogue(t *testing.T) {
	all := Catalogue()
	if len(all) != int(codeEnd)-1 {
		t.Fatalf("%d entries for %d codes", len(all), codeEnd-1)
	}
	codes, texts := map[string]bool{}, map[string]bool{}
	for i, e := range all {
		code := Code(i + 1)
		if code.String() != e.Code {
			t.Errorf("code %d is %s, its entry %s", code, code, e.Code)
		}
		if !kebab.MatchString(e.Code) || codes[e.Code] {
			t.Errorf("code %d: %q is not in words joined by hyphens, or occurs twice", code, e.Code)
		}
		if e.Severity.String() == "" {
			t.Errorf("%s has no severity", e.Code)
		}
		if !reference.MatchString(e.Reference) {
			t.Errorf("%s: no section in %q", e.Code, e.Reference)
		}
		first, _ := utf8.DecodeRuneInString(e.Text)
		if e.Text == "" || unicode.IsUpper(first) && !nouns.MatchString(e.Text) || strings.HasSuffix(e.Text, ".") || texts[e.Text] {
			t.Errorf("%s: %q is no sentence in lower case without a full stop, or stands there twice", e.Code, e.Text)
		}
		codes[e.Code], texts[e.Text] = true, true
	}
	if Code(0).String() != "" || codeEnd.String() != "" || Code(255).String() != "" {
		t.Error("a code that does not exist has a name")
	}
	if all[0].Code = "x"; Catalogue()[0].Code == "x" {
		t.Error("the catalogue can be changed from outside")
	}
}

func TestFinding(t *testing.T) {
	f := Finding{Code: Truncated, Offset: 3, Length: 1}
	if f.Severity() != Error || f.Reference() != "MS-NLMP 2.2.1" || f.Text() != "the token ends inside a field" {
		t.Errorf("%v %s %s", f.Severity(), f.Reference(), f.Text())
	}
	f.Detail = "Version at 64"
	if got := string(f.AppendText([]byte("<"))); got != "<the token ends inside a field: Version at 64" {
		t.Errorf("%q", got)
	}
}

func TestSeverity(t *testing.T) {
	for want, name := range map[Severity]string{Info: "info", Warning: "warning", Error: "error"} {
		if want.String() != name {
			t.Errorf("%d is %q", want, want)
		}
		if got, ok := ParseSeverity(name); !ok || got != want {
			t.Errorf("%s: %v %v", name, got, ok)
		}
	}
	for _, name := range []string{"", "Info", "fatal"} {
		if _, ok := ParseSeverity(name); ok {
			t.Errorf("%q is taken for a severity", name)
		}
	}
	if Severity(9).String() != "" {
		t.Error("a severity that does not exist has a name")
	}
	for want, codes := range map[Severity][]Code{0: nil, Info: {Gap}, Warning: {Gap, NoCharset, Gap}, Error: {Truncated, Gap}} {
		var findings []Finding
		for _, c := range codes {
			findings = append(findings, Finding{Code: c})
		}
		if got := Worst(findings); got != want {
			t.Errorf("worst of %v: %v", codes, got)
		}
	}
}
