package validate_test

import (
	"strings"
	"testing"

	"github.com/certconv/certconv/validate"
)

func TestStepsAreWordedForAll(t *testing.T) {
	for _, c := range []struct {
		step validate.Step
		want string
	}{
		{validate.Step{Do: "convert", Files: []string{"a.key", "a.crt"}, Target: "iis", Out: "a.pfx"}, "converting a.key, a.crt for iis, as a.pfx"},
		{validate.Step{Do: "convert", Files: []string{"a.pem"}, Format: "pem", Part: "key"}, "converting a.pem to pem, nothing but the key"},
		{validate.Step{Do: "repair", Files: []string{"a.pem"}}, "repairing a.pem"},
		{validate.Step{Do: "repair", Files: []string{"a.pem"}, Out: "b.pem"}, "repairing a.pem as b.pem"},
		{validate.Step{Do: "inspect"}, "a look into the file"},
		{validate.Step{Do: "find-key", Files: []string{"a.crt"}}, "a search for the key of a.crt"},
		{validate.Step{Do: "request", Files: []string{"a.csr"}}, "a request like a.csr"},
		{validate.Step{Do: "request", Files: []string{"a.csr"}, NewKey: true}, "a request like a.csr, with a new key"},
		{validate.Step{Do: "protect", Files: []string{"a.key"}}, "let only the owner read a.key"},
		{validate.Step{Do: "give", Option: "roots"}, "the option roots"},
	} {
		if got := c.step.String(); got != c.want {
			t.Errorf("%#v is %q, not %q", c.step, got, c.want)
		}
	}
}

// The table can be shown where there is no command line.
func TestActionsNameNoFlags(t *testing.T) {
	for _, c := range validate.Checks() {
		if s := c.Action.String(); strings.Contains(s, "--") || strings.Contains(s, "certconv") || strings.Contains(s, "%!") {
			t.Errorf("%s: %s", c.Code, s)
		}
	}
}
