package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/site"
	"github.com/certconv/certconv/validate"
)

func lintCommand() command {
	return command{
		name:    "lint",
		args:    "FILE…",
		summary: "check certificate requests before they go to a CA",
		about: "Checks the requests in each FILE, whatever its format: subject, names, key, signature and encoding. A file without a request is an error.\n" +
			acceptHelp +
			"--profile says whose rules apply:\n" + profileLines(),
		examples: []example{
			{"before ordering a certificate", "certconv lint site.csr"},
			{"for Let's Encrypt", "certconv lint --profile letsencrypt site.csr"},
			{"for a CA that is strict about characters", "certconv lint --profile classic site.csr"},
			{"the request in a Key Manager backup", "certconv lint backup.key --pass env:KEYPASS"},
		},
		checks: true,
		flags: slices.Concat(
			[]cli.Flag{stringFlag("profile", "`P` rules to apply (cabf)")},
			checkFlags(), acceptFlags(), readFlags(), verdictFlags()),
		run: runLint,
	}
}

func runLint(e *env, c *cli.Context) error {
	p, err := planCheck(e, c)
	if err != nil {
		return err
	}
	for _, path := range e.piped(c.Args().Slice()) {
		p.inputs = append(p.inputs, &site.Input{Path: path, Role: validate.RoleRequest})
	}
	if len(p.inputs) == 0 {
		return fault.Usagef("lint needs at least one file")
	}
	if p.opts.Profile, err = profileNamed(c.String("profile")); err != nil {
		return err
	}
	if len(p.opts.Only) == 0 {
		p.opts.Only = requestCodes()
	}
	p.opts.Now = time.Now()
	return p.run(c, site.Apart(site.GroupRequests))
}

// profileNames are the words for --profile.
func profileNames() []string {
	var list []string
	for _, p := range validate.Profiles() {
		list = append(list, p.Name)
	}
	return list
}

// profileNamed takes the value of --profile, "" for the usual one.
func profileNamed(name string) (string, error) {
	if name != "" && !slices.Contains(profileNames(), name) {
		return "", fault.Usagef("--profile: there is no profile %q%s", name, didYouMean(name, profileNames()))
	}
	return name, nil
}

// profileLines is the list for the help page.
func profileLines() string {
	var b strings.Builder
	for _, p := range validate.Profiles() {
		fmt.Fprintf(&b, "  %-12s  %s\n", p.Name, p.Title)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// requestCodes are the checks that concern a request and the file it is in.
func requestCodes() []string {
	var list []string
	for _, code := range checkNames() {
		for _, prefix := range []string{"csr-", "pem-", "der-", "file-", "wrong-", "object-", "password-"} {
			if strings.HasPrefix(code, prefix) {
				list = append(list, code)
			}
		}
	}
	return list
}
