package negotiate

import (
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/internal/lab"
	"github.com/ntlmctl/ntlmctl/negotiate/origin"
)

// TestLab logs on to servers of our own through boxes, good and bad: what the
// servers say of the legs proves what else is a guess.
func TestLab(t *testing.T) {
	want := map[string]string{
		"unpinned":            "connection-not-pinned proven 401",
		"round-robin":         "backend-switched proven 401",
		"http10":              "http10-downgrade proven 401",
		"strip-authorization": "authorization-stripped proven 401",
		"strip-challenge":     "offer-stripped proven 401",
		"basic-instead":       "scheme-not-offered proven 401",
		"closer":              "connection-closed proven 401",
		"pool-closer":         "connection-closed proven 401",
		"small-header":        "header-too-large likely 431",
	}
	for _, box := range lab.All() {
		t.Run(box.Name, func(t *testing.T) {
			options := origin.Options{Dialect: "gss"}
			if strings.HasPrefix(box.Name, "connection-id") { // then other connections with the same key are as good
				options.ConnectionIDHeader = "X-Connection-Id"
			}
			var origins []string
			for range box.Origins {
				address := serve(t, options)
				origins = append(origins, strings.TrimPrefix(address, "http://"))
			}
			front, stop, err := lab.Start(box.Name, origins...)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(stop)
			client := newTester(t, Options{Origin: as(alice, password)})
			if _, err := client.do(t, request(t, "GET", "http://"+front+"/page", nil)); err != nil {
				t.Fatal(err)
			}
			expected, broken := want[box.Name]
			if !broken {
				expected = "survives consistent 200"
			}
			result := client.last(t)
			v := result.Verdict
			status := strings.Fields(client.outcome(t))[1]
			if got := string(v.Code) + " " + string(v.Grade) + " " + status; got != expected {
				t.Errorf("got %q, want %q; %v", got, expected, v.Evidence)
			}
		})
	}
}

// Through a box that is sound, a wrong password is told from an unpinned connection.
func TestLabWrongPassword(t *testing.T) {
	front, stop, err := lab.Start("pinned", strings.TrimPrefix(serve(t, origin.Options{}), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	client := newTester(t, Options{Origin: as(alice, "Wr0ng-0ne")})
	if _, err := client.do(t, request(t, "GET", "http://"+front, nil)); err != nil {
		t.Fatal(err)
	}
	if v := client.last(t).Verdict; v.Code != "credentials-rejected" || v.Grade != "proven" {
		t.Errorf("%+v", v)
	}
}

// A box that refuses bodies is named as such: the logon was on its way.
func TestLabBody(t *testing.T) {
	front, stop, err := lab.Start("small-body", strings.TrimPrefix(serve(t, origin.Options{}), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	client := newTester(t, Options{Origin: as(alice, password)})
	body, err := client.do(t, request(t, "POST", "http://"+front, strings.NewReader(strings.Repeat("x", 1<<20))))
	if v := client.last(t).Verdict; v.Code != "body-refused" {
		t.Errorf("%+v %v %s", v, err, body)
	}
}
