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

// The server's certificate stands behind a CA's, which it has even signed: it is
// the one that is judged.
func TestLeafBehindCA(t *testing.T) {
	server := leaf(t, ca(t, nil, "Root"))
	for name, list := range map[string][]*issued{
		"another's": {ca(t, nil, "Other Root"), leaf(t, nil)}, "its own": {ca(t, server, "Below"), server},
	} {
		r := Run(decode(t, pemOf(list...)), &Options{Hosts: []string{"www.example.com"}, Now: at})
		if f := found(r, "name-mismatch"); len(f) > 0 {
			t.Errorf("%s: %s", name, messages(r))
		}
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
