package main

import (
	"fmt"
	"io/fs"
	"runtime"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/atomicfile"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/target"
)

// targetRow is a target as formats shows it.
type targetRow struct {
	Name          string       `json:"name"`
	Summary       string       `json:"summary"`
	Software      string       `json:"software"`
	Format        string       `json:"format"`
	Profile       string       `json:"profile,omitempty"`
	Files         []targetFile `json:"files"`
	KeyFormats    []string     `json:"key_formats,omitempty"`
	CertFormats   []string     `json:"certificate_formats,omitempty"`
	KeyTypes      []string     `json:"key_types,omitempty"`
	KeyMode       string       `json:"key_mode,omitempty"`
	KeyFile       string       `json:"key_file,omitempty"`
	Strength      int          `json:"strength,omitempty"`
	OpenSSL       []string     `json:"openssl,omitempty"`
	PFX           string       `json:"pfx,omitempty"`
	Configuration string       `json:"configuration,omitempty"`
	Test          []string     `json:"test,omitempty"`
	Reload        string       `json:"reload,omitempty"`
	Refusals      []refusalRow `json:"refusals,omitempty"`
}

type targetFile struct {
	Role  string   `json:"role"`
	Name  string   `json:"name"`
	Holds []string `json:"holds"`
	Mode  string   `json:"mode"`
	Owner string   `json:"owner,omitempty"`
}

type refusalRow struct {
	Says string `json:"says"`
	Code string `json:"code"`
}

func newTargetRow(t *target.Target) targetRow {
	t = t.On(runtime.GOOS)
	row := targetRow{
		Name: t.Name, Summary: t.Summary, Software: t.Software, Format: t.Format, Profile: t.Profile,
		KeyFormats: t.KeyFormats, CertFormats: t.CertFormats, KeyTypes: t.KeyTypes,
		Configuration: t.Configuration, Test: t.Test, Reload: t.Reload,
	}
	if t.KeyPerm != 0 {
		row.KeyMode = modeText(fs.FileMode(t.KeyPerm))
	}
	row.KeyFile = t.KeyFile
	if t.Reader == target.ReaderOpenSSL {
		if !t.AnyStrength {
			row.Strength = target.MinStrength
		}
		for _, v := range target.OpenSSLVersions() {
			row.OpenSSL = append(row.OpenSSL, v.Version)
		}
	}
	for _, f := range t.Files {
		file := targetFile{Role: f.Role, Name: "NAME" + f.Ext, Mode: modeText(modeOf(&f)), Owner: f.Owner}
		for _, p := range f.Parts {
			file.Holds = append(file.Holds, string(p))
		}
		row.Files = append(row.Files, file)
		if f.Format == "pfx" {
			row.PFX = profileSummary(t.Profile)
		}
	}
	for _, r := range t.Refusals {
		row.Refusals = append(row.Refusals, refusalRow(r))
	}
	return row
}

// targetNamed finds the target that --for names.
func targetNamed(name string) (*target.Target, error) {
	if t := target.Lookup(name); t != nil {
		return t.On(runtime.GOOS), nil
	}
	if plain, _, ok := strings.Cut(name, "@openssl"); ok && target.Lookup(plain) != nil && target.Lookup(plain).OpenSSL == nil {
		return nil, fault.Usagef("--for: %s does not read with OpenSSL: --for %s", plain, plain)
	}
	return nil, fault.Usagef("--for: there is no target %q%s", name, didYouMean(name, flagWords("", "for")))
}

// modeOf is the mode of a file for a target.
func modeOf(f *target.File) fs.FileMode {
	if f.Secret() {
		return atomicfile.Secret
	}
	return atomicfile.Public
}

func modeText(m fs.FileMode) string { return fmt.Sprintf("%04o", m.Perm()) }

// accessWords is a mode for people. On Windows it stands for an access list.
func accessWords(mode string) string {
	switch {
	case runtime.GOOS != "windows":
		return mode
	case mode == modeText(atomicfile.Secret):
		return "private"
	}
	return "shared "
}

func profileSummary(name string) string {
	for _, p := range convert.Profiles() {
		if p.Name == name {
			return target.ProfileSummary(&p)
		}
	}
	return ""
}

func (t *targetRow) print(p *report.Printer) {
	p.Printf("%s  %s\n", t.Name, t.Summary)
	line := func(name, text string) {
		if text != "" {
			p.Printf("  %-8s  %s\n", name, text)
		}
	}
	line("for", t.Software)
	for i, f := range t.Files {
		name, owner := "", ""
		if i == 0 {
			name = "files"
		}
		if f.Owner != "" {
			owner = ", owned by " + f.Owner
		}
		line(name, fmt.Sprintf("%s: %s, %s%s", f.Name, strings.Join(f.Holds, " + "), accessWords(f.Mode), owner))
	}
	if t.KeyFormats != nil {
		line("loads", "keys from "+strings.Join(t.KeyFormats, ", "))
	}
	line("keys", strings.Join(t.KeyTypes, ", "))
	if t.Strength > 0 {
		line("strength", fmt.Sprintf("keys and signatures of %d bits and more, as OpenSSL's security level 2 has it", t.Strength))
	}
	if t.KeyMode != "" {
		line("key", "its file is not open wider than "+t.KeyMode)
	}
	if t.KeyFile != "" {
		line("key", "in the file of the certificate, or in one of that name with "+t.KeyFile+" behind it")
	}
	if t.OpenSSL != nil {
		line("openssl", strings.Join(t.OpenSSL, ", ")+": "+t.Name+"@openssl"+t.OpenSSL[0])
	}
	line("pfx", t.PFX)
	line("test", strings.Join(t.Test, ", or "))
	line("reload", t.Reload)
	for i, r := range t.Refusals {
		name := ""
		if i == 0 {
			name = "says"
		}
		line(name, fmt.Sprintf("%q: %s", r.Says, r.Code))
	}
	for l := range strings.Lines(t.Configuration) {
		p.Printf("    %s\n", strings.TrimSuffix(l, "\n"))
	}
	p.Printf("\n")
}
