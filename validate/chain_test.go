package validate

import (
	"testing"
	"time"
)

func TestDays(t *testing.T) {
	for left, want := range map[time.Duration]string{
		48 * time.Hour: "2 days", 48*time.Hour - 1: "1 day", 24 * time.Hour: "1 day", 24*time.Hour - 1: "23 hours",
		2 * time.Hour: "2 hours", 2*time.Hour - 1: "119 minutes", 0: "0 minutes",
	} {
		if got := days(left).String(); got != want {
			t.Errorf("%v: %s, want %s", left, got, want)
		}
	}
}

// The server's certificate signs itself and stands behind a CA's: it is the one
// that is judged.
func TestSelfSignedLeafBehindCA(t *testing.T) {
	other := ca(t, nil, "Other Root")
	r := Run(decode(t, pemOf(other, leaf(t, nil))), &Options{Hosts: []string{"www.example.com"}, Now: at})
	if f := found(r, "name-mismatch"); len(f) > 0 {
		t.Error(messages(r))
	}
}

// What does not belong to the chain is told once, however often it is there.
func TestUnrelatedTwice(t *testing.T) {
	root := ca(t, nil, "Root")
	stranger := ca(t, ca(t, nil, "Other Root"), "Stranger")
	r := Run(decode(t, pemOf(leaf(t, root), stranger, stranger)), &Options{Roots: anchorsOf(t, root), Now: at})
	if f := found(r, "chain-unrelated"); len(f) != 1 {
		t.Error(messages(r))
	}
}
