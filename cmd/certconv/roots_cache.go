package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/roots"
	"github.com/certconv/certconv/internal/site"
	"github.com/certconv/certconv/validate"
)

// cachePage is the report of roots cache.
type cachePage struct {
	Schema   int              `json:"schema"`
	Folders  []string         `json:"folders"`
	Entries  []cacheJSON      `json:"entries"`
	Findings []report.Finding `json:"findings"`
	Deleted  []string         `json:"deleted"`
	Kept     []string         `json:"kept,omitempty"`
	Error    *report.Fault    `json:"error,omitempty"`

	clean, yes bool
}

// cacheJSON is an entry of a cache.
type cacheJSON struct {
	Path     string     `json:"path"`
	URL      string     `json:"url,omitempty"`
	Kind     string     `json:"kind"`
	Fetched  *time.Time `json:"fetched,omitempty"`
	Modified *time.Time `json:"modified,omitempty"`
	Verdict  string     `json:"verdict"`
	Text     string     `json:"text,omitempty"`

	of       *roots.Cached
	findings []validate.Finding
	counts   bool // for the exit code
	deleted  bool
}

// Verdicts on an entry.
const (
	cacheGood    = "good"
	cacheBad     = "bad"     // it does harm: it should go
	cachePast    = "past"    // its time is over: Windows fetches it anew
	cacheUnknown = "unknown" // nothing to say
)

func (r *rootsRun) cache() error {
	if r.ctx.Bool("yes") && !r.ctx.Bool("clean") {
		return fault.Usagef("--yes does nothing without --clean")
	}
	path := r.files[0]
	unread := func(err error) { r.fail(&r.unread, err) }
	folders := roots.Caches(r.loader.Reader.Files, path, unread)
	if len(folders) == 0 && r.unread != nil {
		return r.unread.Told()
	}
	if len(folders) == 0 {
		if _, err := r.loader.Reader.Files.Stat(path); err != nil {
			return fault.Reading(path, err)
		}
		return fault.New(fault.WrongObject, path, "there is no CryptnetUrlCache").WithHint("name the folder that has Content and MetaData, or the root of a disk with Windows")
	}
	page := &cachePage{Schema: 1, Folders: folders, Entries: []cacheJSON{}, Findings: []report.Finding{}, Deleted: []string{}, clean: r.ctx.Bool("clean"), yes: r.ctx.Bool("yes")}
	for _, folder := range folders {
		for _, c := range roots.ReadCache(r.loader.Reader, folder, unread) {
			if err := c.Unread(); err != nil {
				unread(err)
			}
			e := r.cached(c)
			e.counts = r.failOn != report.Never && (e.Verdict == cacheBad || slices.ContainsFunc(e.findings, r.counts))
			page.Entries = append(page.Entries, e)
			page.Findings = append(page.Findings, report.NewFindings(e.findings, argWords)...)
		}
	}
	if page.clean && page.yes {
		if err := page.remove(); err != nil {
			r.fail(&r.unread, err)
		}
	}
	page.Error = report.NewFault(r.unread)
	if err := r.env.writePage(page); err != nil {
		return err
	}
	if r.unread != nil {
		return r.unread.Told()
	}
	if slices.ContainsFunc(page.Entries, func(e cacheJSON) bool { return e.counts && !e.deleted }) {
		return fault.New(fault.Findings, "", "").Told()
	}
	return nil
}

// cached is the verdict on an entry.
func (r *rootsRun) cached(c *roots.Cached) cacheJSON {
	e := cacheJSON{Path: c.Content, Kind: "unknown", Verdict: cacheUnknown, of: c}
	if e.Path == "" {
		e.Path = c.Meta
	}
	url := ""
	if c.Entry != nil {
		url = strings.ToLower(c.Entry.URL)
		e.URL, e.Fetched, e.Modified = c.Entry.URL, known(c.Entry.Fetched), known(c.Entry.Modified)
	}
	list := strings.HasSuffix(url, "authrootstl.cab") || strings.HasSuffix(url, "disallowedcertstl.cab") || strings.HasSuffix(url, "authroot.stl") || strings.HasSuffix(url, ".stl")
	switch b := c.Bundle; {
	case c.Content == "":
		e.Text = "the file that it is about is not there"
	case b == nil:
		e.Text = "it cannot be read"
	case len(b.Others) > 0 || list:
		e.list(r, c)
	case len(b.CRLs) > 0:
		e.Kind, e.Verdict = "crl", cacheGood
		crl := &b.CRLs[0]
		e.Text = "CRL of " + convert.NameString(crl.Issuer)
		if !crl.NextUpdate.IsZero() && r.at.After(crl.NextUpdate) {
			e.Verdict = cachePast
			e.Text += ", past its time since " + moment(crl.NextUpdate)
		}
	case len(b.Certs) > 0:
		e.Kind, e.Verdict = "certificate", cacheGood
		e.Text = "certificate " + convert.NameString(b.Certs[0].Subject)
	case b.Err() != nil && fault.Of(b.Err()).Code == fault.FileIsWebPage:
		e.Kind, e.Verdict = "web-page", cacheBad
		e.Text = fault.Of(b.Err()).Text
	}
	return e
}

// list judges an entry in which a trust list is, or belongs.
func (e *cacheJSON) list(r *rootsRun, c *roots.Cached) {
	e.Kind, e.Verdict = "list", cacheGood
	rep := r.judge(&site.Input{Path: c.Content, Bundle: c.Bundle})
	e.findings = rep.Findings
	for _, o := range c.Bundle.Others {
		e.Text = o.What
	}
	if len(e.findings) == 0 {
		return
	}
	worst := report.WorstFirst(e.findings)[0]
	e.Text = worst.Message.String()
	if worst.Severity == validate.Error {
		e.Verdict = cacheBad
	}
	switch {
	case worst.Code != "list-not-a-cab":
	case fault.Of(c.Bundle.Err()).Code == fault.FileIsWebPage:
		e.Kind = "web-page"
	default:
		e.Kind = "unknown"
	}
}

// remove deletes both files of each entry that should go. Only what is whole, and has the name that its
// URL gives it, is an entry for certain.
func (page *cachePage) remove() error {
	for i := range page.Entries {
		e := &page.Entries[i]
		if e.Verdict != cacheBad {
			continue
		}
		if !e.of.Whole() {
			page.Kept = append(page.Kept, e.Path)
			continue
		}
		if err := page.delete(e); err != nil {
			return err
		}
	}
	return nil
}

// delete deletes the files of an entry, within its cache: a link that was put in the place of one of its folders
// leads nowhere else. What is no longer the file that was read is kept.
func (page *cachePage) delete(e *cacheJSON) error {
	root, err := os.OpenRoot(e.of.Folder)
	if err != nil {
		return fault.Writing(e.of.Folder, err)
	}
	defer root.Close()
	for _, path := range []string{e.of.Content, e.of.Meta} {
		name, err := filepath.Rel(e.of.Folder, path)
		if path == "" || err != nil {
			continue
		}
		was := e.of.Found(path)
		is, err := root.Lstat(name)
		switch {
		case notThere(err):
			continue
		case err != nil:
			return fault.Writing(path, err)
		case was == nil || !os.SameFile(is, was) || is.Size() != was.Size() || !is.ModTime().Equal(was.ModTime()):
			page.Kept = append(page.Kept, path)
			return nil
		}
		if err := root.Remove(name); err != nil && !notThere(err) {
			return fault.Writing(path, err).WithHint("deleted before it: %d files", len(page.Deleted))
		}
		page.Deleted = append(page.Deleted, path)
	}
	e.deleted = true
	return nil
}

func (page *cachePage) Text(p *report.Printer) {
	folder := ""
	bad, kept := 0, 0
	for i := range page.Entries {
		e := &page.Entries[i]
		if e.of.Folder != folder {
			folder = e.of.Folder
			p.Printf("%s\n", p.Bold(folder))
		}
		verdict := p.Sprintf("%-7s", e.Verdict)
		if e.Verdict == cacheBad {
			verdict = p.Red(fmt.Sprintf("%-7s", e.Verdict))
			if bad++; !e.of.Whole() {
				kept++
			}
		}
		if p.Quiet && e.Verdict != cacheBad {
			continue
		}
		url := e.URL
		if url == "" {
			url = "(no URL is noted)"
		}
		p.Printf("  %s %s\n", verdict, url)
		line(p, "file", e.of.Name)
		if e.Fetched != nil {
			line(p, "fetched", moment(*e.Fetched))
		}
		line(p, "what", e.Text)
	}
	switch {
	case bad == 0:
		p.Printf("%s: nothing that should go\n", report.Plural(len(page.Folders), "cache"))
	case len(page.Deleted) > 0 || page.yes:
		p.Printf("deleted %s\n", report.Plural(len(page.Deleted), "file"))
	case page.clean:
		p.Printf("%s should go: --yes deletes them\n", map[bool]string{true: "1 entry", false: fmt.Sprintf("%d entries", bad)}[bad == 1])
	default:
		p.Printf("%s should go: --clean lists them, and deletes them with --yes; on the machine itself: certutil -urlcache * delete\n", map[bool]string{true: "1 entry", false: fmt.Sprintf("%d entries", bad)}[bad == 1])
	}
	if kept = max(kept, len(page.Kept)); kept > 0 && page.clean {
		p.Printf("not certain to be entries of the cache, and kept: %d\n", kept)
	}
}
