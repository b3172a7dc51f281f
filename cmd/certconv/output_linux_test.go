package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/fault"
)

// A report that could not be written is told, once, whatever is in it. Findings keep their code.
func TestReportToFullDisk(t *testing.T) {
	for args, want := range map[string]int{
		"--version": fault.ExitWrite,
		"check ../../testdata/servers/rsa.pem --roots ../../testdata/servers/root.pem --skip cert-expires-soon,chain-incomplete": fault.ExitWrite,
		"check ../../testdata/checks/cert-expired/bad-2021.pem":                                                                  fault.ExitRefused,
		"check --format json ../../testdata/checks/cert-expired/bad-2021.pem":                                                    fault.ExitRefused,
		"check --format ndjson ../../testdata/checks/cert-expired/bad-2021.pem":                                                  fault.ExitRefused,
		"inspect ../../testdata/servers/rsa.pem":                                                                                 fault.ExitWrite,
		"inspect no-such-file":                                                                                                   fault.ExitInput,
		"formats":                                                                                                                fault.ExitWrite,
	} {
		full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		var errs bytes.Buffer
		code, _, _ := runInsideWith(t, func(e *env) { e.stdout, e.stderr = &output{file: full}, &errs }, strings.Fields(args)...)
		full.Close()
		told := strings.Count(errs.String(), "standard output: no space left on device")
		if written := args != "inspect no-such-file"; code != want || told != 1 && written {
			t.Errorf("%s: exit code %d, want %d; told %d times:\n%s", args, code, want, told, errs.String())
		}
	}
}
