package diagnose

import (
	"fmt"
	"slices"
	"testing"

	"github.com/ntlmctl/ntlmctl/internal/lab"
	"github.com/ntlmctl/ntlmctl/negotiate/origin"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// cell is one cell of the table: a box, the habits of the server behind it, the
// password, and what else helps.
type cell struct {
	box      string
	dialect  origin.Dialect
	password string
	help     string
}

// String names the cell.
func (c cell) String() string {
	return fmt.Sprintf("%-19s %-7s %-5s %-6s", c.box, c.dialect, passwordName(c.password), c.help)
}

// run diagnoses and counts the Type 3 that the servers refused.
func (c cell) run(t *testing.T) (*Diagnosis, int) {
	servers := []*server{serve(t, c.dialect, "ONE")}
	addrs := []string{servers[0].addr}
	if c.box == "round-robin" || c.box == "sticky" {
		servers = append(servers, serve(t, c.dialect, "TWO"))
		addrs = append(addrs, servers[1].addr)
	}
	addr, stop, err := lab.Start(c.box, addrs...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	o := options(addr, c.password, blind)
	switch c.help {
	case "direct":
		o.Direct = addrs[0]
	case "serve":
		o.Wire.Dial = nil
	}
	d, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for _, s := range servers {
		refused += int(s.refused.Load())
	}
	return d, refused
}

// keeping are the boxes that keep a connection, sharing those that let others have it.
var (
	keeping = []string{"relay", "pinned", "small-body", "impatient"}
	sharing = []string{"pool", "pools"}
)

// TestMatrix diagnoses every box of the lab before servers of several habits,
// with the right password, a wrong one and none, by itself, beside a run straight
// to the server, and with a server that says what it saw. testdata/lab.txt holds
// what is to come out.
func TestMatrix(t *testing.T) {
	var cells []cell
	for _, box := range lab.All() {
		for _, dialect := range []origin.Dialect{origin.GSS, origin.IIS, origin.Express} {
			for _, password := range []string{"Passw0rd!", wrong, ""} {
				for _, help := range []string{"-", "direct", "serve"} {
					cells = append(cells, cell{box.Name, dialect, password, help})
				}
			}
		}
	}
	table := openTable(t, "testdata/lab.txt")
	t.Run("cells", func(t *testing.T) {
		for _, c := range cells {
			t.Run(table.cell(c.String()), func(t *testing.T) {
				t.Parallel()
				d, refused := c.run(t)
				table.check(t, c.String(), codes(d))
				check(t, c, d, refused)
			})
		}
	})
	table.close(t)
}

// check holds every cell to what must be so whatever the table says.
func check(t *testing.T, c cell, d *Diagnosis, refused int) {
	t.Helper()
	all := append([]verdict.Verdict{d.Verdict}, d.Others...)
	has := func(code verdict.Code) bool {
		return slices.ContainsFunc(all, func(v verdict.Verdict) bool { return v.Code == code })
	}
	for _, v := range all {
		if v.Grade != verdict.Proven && len(v.WouldProve) == 0 {
			t.Errorf("%s %s, and nothing says what would prove it", v.Code, v.Grade)
		}
	}
	if refused > 1 || d.Spent > 1 {
		t.Errorf("%d logons were refused, %d counted", refused, d.Spent)
	}
	if has(verdict.CredentialsRejected) && c.password != wrong {
		t.Error("a password is blamed that is right, or was never sent")
	}
	if d.Verdict.Code == verdict.CredentialsRejected && c.help == "-" {
		t.Error("a password is blamed, and nothing shows that the path kept the connection")
	}
	if c.password != "Passw0rd!" {
		return
	}
	switch {
	case slices.Contains(keeping, c.box) && codes(d) != "survives proven":
		t.Errorf("a false alarm: %s", codes(d))
	case slices.Contains(sharing, c.box) && (d.Verdict.Code != verdict.SessionShared || d.Verdict.Grade != verdict.Proven):
		t.Errorf("strangers were let in, and it was not seen: %s", codes(d))
	}
}
