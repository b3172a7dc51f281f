package main

import (
	"regexp"
	"slices"
	"testing"

	"github.com/certconv/certconv/convert"
	knowledge "github.com/certconv/certconv/internal/explain"
	"github.com/certconv/certconv/validate"
)

// What the table of targets names has to be there: formats, profiles, checks.
func TestTargetsNameWhatExists(t *testing.T) {
	placeholder := regexp.MustCompile(`\{[a-z]+\}`)
	for _, target := range convert.Targets() {
		filled := []string{"{host}", "{hosts}", "{aliases}", "{alias}", "{thumbprint}", "{port}", "{folder}", "{modules}", "{user}", "{group}"}
		for _, f := range target.Files {
			if format := convert.Lookup(f.Format); format == nil || !format.CanEncode() {
				t.Errorf("%s: no format %q can be written", target.Name, f.Format)
			}
			filled = append(filled, "{"+f.Role+"}", "{"+f.Role+"name}")
		}
		if !slices.ContainsFunc(target.Files, func(f convert.TargetFile) bool { return f.Secret() }) {
			t.Errorf("%s gets no private key", target.Name)
		}
		for _, name := range slices.Concat(target.KeyFormats, target.CertFormats) {
			if convert.Lookup(name) == nil {
				t.Errorf("%s loads %q, which is no format", target.Name, name)
			}
		}
		if profileSummary(target.Profile) == "" {
			t.Errorf("%s: there is no profile %q", target.Name, target.Profile)
		}
		lines := target.Configuration
		if target.Trial != nil && target.Name == "apache22" == slices.Contains(filled, "{cert}") { // apache shares its trial
			lines += target.Trial.Configuration
			filled = append(filled, "{fullchain}", "{cert}", "{chain}")
		}
		for _, p := range placeholder.FindAllString(lines, -1) {
			if !slices.Contains(filled, p) {
				t.Errorf("%s: nothing fills %s", target.Name, p)
			}
		}
	}
}

// What a target says when it refuses is explained, and leads to the check that
// the table names.
func TestTargetsRefusalsAreExplained(t *testing.T) {
	for _, target := range convert.Targets() {
		if len(target.Refusals) == 0 {
			t.Errorf("%s never refuses anything", target.Name)
		}
		for _, r := range target.Refusals {
			if validate.LookupCheck(r.Code) == nil {
				t.Errorf("%s: %q: there is no check %q", target.Name, r.Says, r.Code)
			}
			leads := slices.ContainsFunc(knowledge.Text(r.Says).Matches, func(m knowledge.Match) bool {
				return slices.ContainsFunc(m.Causes, func(c knowledge.Cause) bool { return slices.Contains(c.Checks, r.Code) })
			})
			if !leads {
				t.Errorf("%s: explain %q does not lead to %s", target.Name, r.Says, r.Code)
			}
		}
	}
}
