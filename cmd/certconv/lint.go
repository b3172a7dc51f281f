package main

import (
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
			"--profile cabf, the default, applies the rules of today's public CAs (the Baseline Requirements). --profile classic applies the historic rules, including the characters that old CAs and servers refuse.",
		examples: []example{
			{"before ordering a certificate", "certconv lint site.csr"},
			{"for a CA that is strict about characters", "certconv lint --profile classic site.csr"},
			{"the request in a Key Manager backup", "certconv lint backup.key --pass env:KEYPASS"},
		},
		checks: true,
		flags: slices.Concat(
			[]cli.Flag{stringFlag("profile", "`P` rules to apply: cabf or classic (cabf)")},
			checkFlags(), readFlags(), verdictFlags()),
		run: runLint,
	}
}

func runLint(e *env, c *cli.Context) error {
	p, err := planCheck(e, c)
	if err != nil {
		return err
	}
	for _, path := range c.Args().Slice() {
		p.inputs = append(p.inputs, &site.Input{Path: path, Role: validate.RoleRequest})
	}
	if len(p.inputs) == 0 {
		return fault.Usagef("lint needs at least one file")
	}
	switch profile := c.String("profile"); profile {
	case "", string(validate.CABF):
		p.opts.Profile = validate.CABF
	case string(validate.Classic):
		p.opts.Profile = validate.Classic
	default:
		return fault.Usagef("--profile: there is no profile %q%s", profile, didYouMean(profile, flagWords("lint", "profile")))
	}
	if len(p.opts.Only) == 0 {
		p.opts.Only = requestCodes()
	}
	p.opts.Now = time.Now()
	return p.run(c, site.GroupRequests)
}

// requestCodes are the checks that concern a request and the file it is in.
func requestCodes() []string {
	var list []string
	for _, code := range checkNames() {
		for _, prefix := range []string{"csr-", "pem-", "der-", "file-", "wrong-", "password-"} {
			if strings.HasPrefix(code, prefix) {
				list = append(list, code)
			}
		}
	}
	return list
}
