package main

import (
	"os"
	"os/exec"
	"regexp"
	"testing"
)

// What the packages make before main runs is paid for by each start, of which a
// script has thousands: tables are made when they are asked for (package lazy).
func TestPackagesMakeNothingAtTheStart(t *testing.T) {
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatal(err, string(out))
	}
	if n := len(regexp.MustCompile(`(?m)^init `).FindAll(out, -1)); n < 10 {
		t.Fatalf("%d packages are initialised:\n%s", n, out)
	}
	ours := regexp.MustCompile(`(?m)^init (github\.com/certconv/certconv/\S+) .* [1-9]\d* allocs$`)
	for _, m := range ours.FindAllSubmatch(out, -1) {
		if string(m[1]) != "github.com/certconv/certconv/cmd/certconv" { // with the variables of its tests
			t.Errorf("%s", m[0])
		}
	}
}
