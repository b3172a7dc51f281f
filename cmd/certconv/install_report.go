package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// installResult is what the report of install is made of, beside the checks.
type installResult struct {
	Target        string          `json:"target"`
	Files         []installedFile `json:"files"`
	Configuration string          `json:"configuration"`
	Written       bool            `json:"written"`
	Same          bool            `json:"same"` // all of it is there already
	Undo          string          `json:"undo"`
	Backup        string          `json:"backup,omitempty"`
	Unused        []unusedJSON    `json:"unused,omitempty"`
	Notes         []string        `json:"notes,omitempty"`
}

type installedFile struct {
	Role     string `json:"role"`
	Path     string `json:"path"`
	Mode     string `json:"mode"`
	SHA256   string `json:"sha256"`
	Replaced bool   `json:"replaced"`
	Owner    string `json:"owner,omitempty"`
}

type unusedJSON struct {
	File string `json:"file"`
	Item string `json:"item"`
	Why  string `json:"why"`
}

func (r *installResult) note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}

// plan takes over what is to be written.
func (r *installResult) plan(d *deployment, s *surveyed) {
	for i := range d.files {
		r.add(&d.files[i], d.path(&d.files[i]), s.replaced[i])
	}
	for i := range d.also {
		r.add(&d.also[i], d.also[i].name, s.replaced[len(d.files)+i])
	}
	r.Same = s.same
	r.Notes = append(r.Notes, s.notes...)
}

func (r *installResult) add(f *deployedFile, path string, replaced bool) {
	sum := sha256.Sum256(f.data)
	r.Files = append(r.Files, installedFile{f.role, path, modeText(f.mode), hex.EncodeToString(sum[:]), replaced, f.owner})
}

// refuse ends a run whose files do not pass the checks.
func (p *installation) refuse(v *verdict) error {
	if err := p.write(v, nil); err != nil {
		return err
	}
	p.env.told = true
	var t tally
	t.add(p.env, v)
	return t.outcome()
}

// fail ends a run that something kept from being done.
func (p *installation) fail(v *verdict, err error) error {
	f := explain(err)
	p.result.Written, p.result.Undo, p.result.Backup = false, "", ""
	if err := p.write(v, f); err != nil {
		return err
	}
	p.env.told = true
	return f
}

func (p *installation) finish(v *verdict) error {
	p.env.told = true
	return p.write(v, nil)
}

func (p *installation) write(v *verdict, f *failure) error {
	p.result.Target = p.target.Name
	if p.env.json {
		return p.writeJSON(v, f)
	}
	if err := v.writeText(p.env); err != nil {
		return err
	}
	if f == nil {
		return p.writeText(v)
	}
	return nil
}

func (p *installation) writeJSON(v *verdict, f *failure) error {
	out := struct {
		*verdictJSON
		installResult
	}{v.json(), p.result}
	if out.Files == nil {
		out.Files = []installedFile{}
	}
	switch {
	case f != nil:
		out.Error = f.json()
	case out.Error == nil && v.counts(v.all.Worst()):
		worst := worstFirst(v.all.Findings)[0]
		out.Error = (&failure{code: worst.Code, file: valid(placeText(worst.At)), text: worst.Message.String(), hint: worst.Remedy}).json()
	}
	for _, u := range p.unused {
		out.Unused = append(out.Unused, unusedJSON{valid(u.at.String()), valid(u.what), valid(u.why)})
	}
	return writeJSON(p.env.stdout, out)
}

func (p *installation) writeText(v *verdict) error {
	var b strings.Builder
	t := &textReport{env: p.env}
	for _, u := range p.unused {
		fmt.Fprintf(&b, "not used: %s\n", printable(u.String()))
	}
	if v.counts(v.all.Worst()) || len(p.result.Files) == 0 {
		_, err := p.env.stdout.Write([]byte(b.String()))
		return err
	}
	head := "written"
	switch {
	case p.result.Same:
		head = "there already"
	case p.dryRun:
		head = "would be written"
	}
	fmt.Fprintf(&b, "\n%s\n", t.style(styleBold, head))
	for _, f := range p.result.Files {
		replaces := ""
		if f.Replaced && !p.result.Same {
			replaces = ", replaces the one there"
		}
		fmt.Fprintf(&b, "  %s  %-9s  %s%s\n", f.Mode, f.Role, printable(f.Path), replaces)
	}
	if p.config == "" && p.result.Configuration != "" {
		fmt.Fprintf(&b, "\n%s\n", t.style(styleBold, "configuration for "+p.target.Name))
		for line := range strings.Lines(p.result.Configuration) {
			fmt.Fprintf(&b, "  %s\n", printable(strings.TrimRight(line, "\n")))
		}
	}
	b.WriteByte('\n')
	for _, n := range p.result.Notes {
		fmt.Fprintf(&b, "%s\n", printable(n))
	}
	p.next(&b)
	_, err := p.env.stdout.Write([]byte(b.String()))
	return err
}

// next says what there is to do, and how to take it back.
func (p *installation) next(b *strings.Builder) {
	switch {
	case p.result.Same:
		b.WriteString("nothing was written, tried or reloaded: all of it is there already\n")
		return
	case p.dryRun:
		b.WriteString("nothing was written (--dry-run)\n")
		return
	}
	if p.target.Reload != "" && p.reload == "" {
		fmt.Fprintf(b, "to have %s read them: %s\n", p.target.Name, p.target.Reload)
	}
	fmt.Fprintf(b, "to take it back: %s\n", printable(p.result.Undo))
}

// reportUndo says what --undo did.
func (e *env) reportUndo(u *undone) error {
	e.told = true
	if e.json {
		return writeJSON(e.stdout, struct {
			Schema   int      `json:"schema"`
			Path     string   `json:"path"`
			Restored bool     `json:"restored"`
			Backup   string   `json:"backup"`
			Also     []string `json:"also,omitempty"`
			Written  bool     `json:"written"`
			Notes    []string `json:"notes,omitempty"`
		}{1, u.unit, u.restored, u.backup, u.also, true, u.notes})
	}
	text := "there was nothing before the last run, and there is nothing again"
	if u.restored {
		text = "as it was before the last run"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", printable(u.unit), text)
	for _, path := range u.also {
		fmt.Fprintf(&b, "%s: as it was before the last run\n", printable(path))
	}
	fmt.Fprintf(&b, "what was taken away is in %s\n", printable(u.backup))
	for _, n := range u.notes {
		fmt.Fprintln(&b, printable(n))
	}
	_, err := e.stdout.Write([]byte(b.String()))
	return err
}
