package main

import (
	"regexp"
	"slices"
	"testing"

	"github.com/certconv/certconv/convert"
	knowledge "github.com/certconv/certconv/internal/explain"
	"github.com/certconv/certconv/internal/target"
	"github.com/certconv/certconv/validate"
)

// What the table of targets names has to be there: formats, profiles, checks.
func TestTargetsNameWhatExists(t *testing.T) {
	placeholder := regexp.MustCompile(`\{[a-z]+\}`)
	for _, server := range target.All() {
		filled := []string{"{host}", "{server}", "{hosts}", "{aliases}", "{alias}", "{pages}", "{thumbprint}", "{port}", "{folder}", "{modules}", "{user}", "{group}"}
		for _, f := range server.Files {
			if format := convert.Lookup(f.Format); format == nil || !format.CanEncode() {
				t.Errorf("%s: no format %q can be written", server.Name, f.Format)
			}
			filled = append(filled, "{"+f.Role+"}", "{"+f.Role+"name}")
		}
		if !slices.ContainsFunc(server.Files, func(f target.File) bool { return f.Secret() }) {
			t.Errorf("%s gets no private key", server.Name)
		}
		for _, name := range slices.Concat(server.KeyFormats, server.CertFormats) {
			if convert.Lookup(name) == nil {
				t.Errorf("%s loads %q, which is no format", server.Name, name)
			}
		}
		if profileSummary(server.Profile) == "" {
			t.Errorf("%s: there is no profile %q", server.Name, server.Profile)
		}
		lines := server.Configuration
		if server.Trial != nil && server.Name == "apache22" == slices.Contains(filled, "{cert}") { // apache shares its trial
			lines += server.Trial.Configuration
			filled = append(filled, "{fullchain}", "{cert}", "{chain}")
		}
		for _, p := range placeholder.FindAllString(lines, -1) {
			if !slices.Contains(filled, p) {
				t.Errorf("%s: nothing fills %s", server.Name, p)
			}
		}
	}
}

// What a target says when it refuses is explained, and leads to the check that
// the table names.
func TestTargetsRefusalsAreExplained(t *testing.T) {
	for _, server := range target.All() {
		if len(server.Refusals) == 0 {
			t.Errorf("%s never refuses anything", server.Name)
		}
		for _, r := range server.Refusals {
			if validate.LookupCheck(r.Code) == nil {
				t.Errorf("%s: %q: there is no check %q", server.Name, r.Says, r.Code)
			}
			leads := slices.ContainsFunc(knowledge.Text(r.Says).Matches, func(m knowledge.Match) bool {
				return slices.ContainsFunc(m.Causes, func(c *knowledge.Cause) bool { return slices.Contains(c.Checks, r.Code) })
			})
			if !leads {
				t.Errorf("%s: explain %q does not lead to %s", server.Name, r.Says, r.Code)
			}
		}
	}
}
