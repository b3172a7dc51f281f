package fault

import "testing"

// A code has one exit code, however many kinds of fault it names.
func TestOneExitCode(t *testing.T) {
	for _, r := range table {
		if r.exit != r.code.Exit() {
			t.Errorf("%s: exit codes %d and %d", r.code, r.exit, r.code.Exit())
		}
	}
}
