package report

import (
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/text"
	"github.com/certconv/certconv/validate"
)

// skips is a report that skips a check for a reason with these arguments.
func skips(args ...any) *validate.Report {
	return &validate.Report{Skipped: []validate.Skip{{Code: "key-mismatch", Why: validate.Why{Kind: "needs", Text: text.Of("no key in %v", args...)}}}}
}

func TestReportsShareWhatIsAlike(t *testing.T) {
	var known alike
	one, same, other := skips("a file"), skips("a file"), skips("another file")
	for _, r := range []*validate.Report{one, same, other} {
		known.share(r)
	}
	if &one.Skipped[0] != &same.Skipped[0] || &one.Skipped[0] == &other.Skipped[0] {
		t.Error("the lists that are equal have to be one, and no others")
	}
	if why := other.Skipped[0].Why.String(); !strings.Contains(why, "another") {
		t.Errorf("the reason became %q", why)
	}
	for i := range 3 * mostAlike {
		known.share(skips(i))
	}
	if len(known.skipped) != mostAlike {
		t.Errorf("%d lists are kept, not %d", len(known.skipped), mostAlike)
	}
}
