package validate

import (
	"crypto/x509"
	"strings"
	"testing"
	"time"
)

func TestValiditySchedule(t *testing.T) {
	root := ca(t, nil, "Root")
	for _, c := range []struct {
		from    string
		days    int
		private bool
		want    string
		level   Severity
	}{
		{"2026-02-01", 398, false, "the next one may not be: of those that are issued since 2026-03-15 browsers accept 200 days", Info},
		{"2026-02-01", 398, true, "", ""},
		{"2026-02-01", 399, false, "browsers accept 398", Warning},
		{"2026-02-01", 399, true, "", ""},
		{"2026-02-01", 900, true, "clients accept 825", Info}, // Apple's 825 are for all roots
		{"2026-04-01", 200, false, "", ""},
		{"2026-04-01", 201, false, "browsers accept 200", Warning},
		{"2026-10-01", 200, false, "issued since 2027-03-15 browsers accept 100 days", Info},
		{"2026-10-01", 200, true, "", ""},
		{"2026-10-01", 90, false, "", ""},
		{"2027-03-15", 100, false, "", ""},
		{"2027-03-15", 101, false, "browsers accept 100", Warning},
		{"2029-01-15", 90, false, "issued since 2029-03-15 browsers accept 47 days", Info},
		{"2029-01-15", 45, false, "", ""},
		{"2010-01-01", 3000, false, "since 2018-03-01 browsers accept 825 days", Info},
	} {
		from, _ := time.Parse(time.DateOnly, c.from)
		site := leaf(t, root, func(d *draft) {
			// The last second belongs to the life.
			d.NotBefore, d.NotAfter = from, from.AddDate(0, 0, c.days).Add(-time.Second)
		})
		anchors := publicRoots(t, root)
		anchors.Private = c.private
		r := Run(decode(t, pemOf(site)), &Options{Now: from.Add(time.Hour), Roots: anchors})
		f := found(r, "cert-validity-long")
		switch {
		case c.want == "" && len(f) == 0:
		case len(f) != 1 || f[0].Severity != c.level || !strings.Contains(f[0].Message.String(), c.want) || c.want == "":
			t.Errorf("%s, %d days: want %s %q%s", c.from, c.days, c.level, c.want, messages(r))
		}
	}
}

func TestClientPurposeEnds(t *testing.T) {
	root := ca(t, nil, "Root")
	both := purposes(x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth)
	for _, c := range []struct {
		name    string
		change  change
		private bool
		want    bool
	}{
		{"both", both, false, true},
		{"both, below a private root", both, true, false},
		{"servers only", purposes(x509.ExtKeyUsageServerAuth), false, false},
		{"no purposes", purposes(), false, false},
	} {
		anchors := publicRoots(t, root)
		anchors.Private = c.private
		r := Run(decode(t, pemOf(leaf(t, root, c.change))), &Options{Now: at, Roots: anchors})
		f := found(r, "cert-usage")
		if len(f) > 0 != c.want || len(f) > 0 && (len(f) > 1 || f[0].Severity != Info) {
			t.Errorf("%s:%s", c.name, messages(r))
		}
	}
}
