//go:build unix

package diagnose

import (
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/internal/lab/daemons"
	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
)

// TestSecondUser logs two accounts on through real boxes: before Samba, which names
// its user in a field of the head, and before Apache, whose page is one for all.
func TestSecondUser(t *testing.T) {
	samba, apache := daemons.Samba(t), daemons.Apache(t)
	for _, c := range []struct {
		name, front          string
		origin, path         string
		user, second, secret string
		state                experiment.State
		text, want           string
	}{
		{"kept apart", "haproxy/http", samba, "/x", daemons.SambaUser, daemons.SambaOtherUser, daemons.SambaOtherPassword,
			experiment.Passed, "each with a page of its own", "survives proven"},
		{"mixed up", "nginx/keepalive", samba, "/x", daemons.SambaUser, daemons.SambaOtherUser, daemons.SambaOtherPassword,
			experiment.Failed, "was let in, before it proved anything", "session-shared proven"},
		{"one page for all", "haproxy/http", apache, "/ntlm/", daemons.User, daemons.OtherUser, daemons.OtherPassword,
			experiment.Inconclusive, "ask for a page that names its user", "survives proven"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, front := range daemons.Fronts() {
				if front.Name != c.front {
					continue
				}
				r := realCell{front: front, origin: realOrigin{user: c.user, path: c.path}, password: daemons.Password}
				o := r.at(front.Start(t, c.origin), "", nil)
				o.Second = account(c.second, c.secret)
				d, err := Run(t.Context(), o)
				if err != nil {
					t.Fatal(err)
				}
				if got := outcome(t, d, experiment.NameSecondUser); got.State != c.state || !strings.Contains(got.Text, c.text) {
					t.Errorf("%s: %s, want %s", got.State, got.Text, c.state)
				}
				if !strings.HasPrefix(codes(d), c.want) {
					t.Errorf("%s, want %s", codes(d), c.want)
				}
			}
		})
	}
}
