package benchdata_test

import (
	"bytes"
	"testing"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/capture"
	"github.com/ntlmctl/ntlmctl/internal/benchdata"
)

const count = 1000

// tokens are those that ntlmctl finds in input.
func tokens(t *testing.T, input []byte) [][]byte {
	t.Helper()
	var all [][]byte
	if _, err := capture.Scan(bytes.NewReader(input), capture.Options{}, func(f capture.Found) bool {
		all = append(all, bytes.Clone(f.Raw))
		return true
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestTokensAreDistinct(t *testing.T) {
	seen := make(map[string]bool)
	for n := range count {
		raw := benchdata.Token(nil, n)
		token := decode.Decode(raw, decode.Options{})
		if len(raw) != benchdata.TokenSize || token.Kind != decode.KindNTLMAuthenticate {
			t.Fatalf("token %d is %s of %d bytes", n, token.Kind, len(raw))
		}
		seen[string(raw)] = true
	}
	if len(seen) != count {
		t.Errorf("%d different tokens, want %d", len(seen), count)
	}
}

func TestSameTokensInEachInput(t *testing.T) {
	for name, input := range map[string][]byte{"lines": benchdata.Lines(nil, count), "packets": benchdata.Packets(nil, count)} {
		got := tokens(t, input)
		if len(got) != count {
			t.Fatalf("%s: %d tokens, want %d", name, len(got), count)
		}
		for n, raw := range got {
			if !bytes.Equal(raw, benchdata.Token(nil, n)) {
				t.Fatalf("%s: token %d differs", name, n)
			}
		}
	}
}

func TestLog(t *testing.T) {
	const size = 30 << 20
	var log bytes.Buffer
	if err := benchdata.WriteLog(&log, size); err != nil {
		t.Fatal(err)
	}
	if log.Len() != size {
		t.Errorf("%d bytes, want %d", log.Len(), size)
	}
	want := bytes.Count(log.Bytes(), []byte("\n")) / benchdata.LinesAToken
	if got := len(tokens(t, log.Bytes())); got != want || want == 0 {
		t.Errorf("%d tokens, want %d", got, want)
	}
}
