package main

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/roots"
	"github.com/certconv/certconv/internal/signed"
)

// listsPage is the report of roots inspect.
type listsPage struct {
	Schema int           `json:"schema"`
	Lists  []listReport  `json:"lists"`
	Error  *report.Fault `json:"error,omitempty"`
}

// listReport describes a list or store.
type listReport struct {
	Path         string      `json:"path"`
	Member       string      `json:"member,omitempty"`
	Kind         string      `json:"kind"`
	Title        string      `json:"title,omitempty"`
	Usage        []string    `json:"usage,omitempty"`
	ThisUpdate   *time.Time  `json:"this_update,omitempty"`
	NextUpdate   *time.Time  `json:"next_update,omitempty"`
	Sequence     string      `json:"sequence,omitempty"`
	SequenceTime *time.Time  `json:"sequence_time,omitempty"`
	Signature    string      `json:"signature,omitempty"`
	Doubt        string      `json:"doubt,omitempty"`
	Signer       *signerJSON `json:"signer,omitempty"`
	SignerIssuer string      `json:"signer_issuer,omitempty"`
	SignedAt     *time.Time  `json:"signed_at,omitempty"`
	Nested       *signerJSON `json:"nested_signer,omitempty"`
	Entries      int         `json:"entries"`
	Servers      int         `json:"servers"`
	Trusted      int         `json:"trusted"`
	Limited      int         `json:"limited"`
	Disabled     int         `json:"disabled"`
	Expired      int         `json:"expired"`
	Unread       int         `json:"unread,omitempty"`
	Items        []rootJSON  `json:"items,omitempty"`

	store *roots.Store
	shown []roots.Entry
	asked bool // entries were asked for
}

type signerJSON struct {
	Subject   string    `json:"subject"`
	SHA256    string    `json:"sha256"`
	NotBefore time.Time `json:"not_before"`
	NotAfter  time.Time `json:"not_after"`
}

// rootJSON is an entry of a list or store.
type rootJSON struct {
	SHA1     string   `json:"sha1,omitempty"`
	SHA256   string   `json:"sha256,omitempty"`
	Name     string   `json:"name"`
	Status   string   `json:"status,omitempty"`
	Purposes []string `json:"purposes,omitempty"`
	Limits   []string `json:"limits,omitempty"`
}

func newRootJSON(e *roots.Entry) rootJSON {
	return rootJSON{SHA1: e.SHA1, SHA256: e.SHA256, Name: e.Name}
}

func newSigner(c *convert.Certificate) *signerJSON {
	if c == nil {
		return nil
	}
	var it item
	it.fingerprints(c.Raw)
	return &signerJSON{convert.NameString(c.Subject), it.SHA256, c.NotBefore.UTC(), c.NotAfter.UTC()}
}

func (r *rootsRun) inspect() error {
	purpose, err := r.purpose("")
	if err != nil {
		return err
	}
	page := &listsPage{Schema: 1, Lists: []listReport{}}
	var first *fault.Failure
	for _, path := range r.files {
		stores, err := r.loader.Load(path)
		if err != nil {
			r.fail(&first, err)
			continue
		}
		for _, s := range stores {
			if s.Failure != nil {
				r.fail(&first, s.Failure)
			}
			page.Lists = append(page.Lists, r.describe(s, purpose))
		}
	}
	page.Error = report.NewFault(first)
	if err := r.env.writePage(page); err != nil {
		return err
	}
	if first != nil {
		return first.Told()
	}
	return nil
}

// describe says what a store is; purpose chooses entries, "" takes all.
func (r *rootsRun) describe(s *roots.Store, purpose string) listReport {
	name := r.ctx.String("name")
	l := listReport{Path: s.Path, Member: s.Member, Kind: s.Kind, Title: s.Title, ThisUpdate: known(s.Date), Unread: s.Failed, store: s}
	l.asked = name != "" || purpose != "" || r.ctx.Bool("entries")
	counts := s.Count(serverPurpose(purpose))
	l.Entries, l.Servers, l.Trusted, l.Limited, l.Disabled = counts.All, counts.Servers, counts.Trusted, counts.Limited, counts.Disabled
	if s.Distrust {
		l.Servers, l.Trusted, l.Limited, l.Disabled = 0, 0, 0, counts.All
	}
	if s.List != nil {
		l.Usage, l.NextUpdate, l.Sequence, l.SequenceTime = s.List.Usage, known(s.List.NextUpdate), hex.EncodeToString(s.List.Sequence), known(s.List.SequenceTime())
		v := signed.Verify(s.List, r.at, r.anchors.Named)
		l.Signature = string(signed.Good)
		if why, broken := v.Broken(); broken {
			l.Signature, l.Doubt = string(signed.Bad), why.String()
		} else if who, stranger := v.Stranger(); stranger {
			l.Signature, l.Doubt = string(signed.Unknown), who.String()
		}
		l.Signer = newSigner(v.Signer)
		if v.Signer != nil {
			l.SignerIssuer = convert.NameString(v.Signer.Issuer)
		}
		if v.Stamp != nil {
			l.SignedAt = known(v.Stamp.Time)
		}
		if v.Second != nil {
			l.Nested = newSigner(v.Second.Signer)
		}
	}
	for i := range s.Entries {
		e := &s.Entries[i]
		if e.Cert != nil && r.at.After(e.Cert.NotAfter) {
			l.Expired++
		}
		if !l.asked || name != "" && !e.Matches(name) || purpose != "" && !e.Allows(purpose) {
			continue
		}
		l.shown = append(l.shown, *e)
		j := newRootJSON(e)
		j.Status, j.Purposes, j.Limits = string(s.Status(e, serverPurpose(purpose))), e.PurposeList(), e.Words()
		l.Items = append(l.Items, j)
	}
	return l
}

// serverPurpose is a purpose, that of servers where none is named.
func serverPurpose(oid string) string {
	if oid == "" {
		oid, _ = roots.Purpose("server")
	}
	return oid
}

// kindTitle is what a kind of store is called.
func kindTitle(l *listReport) string {
	switch l.Kind {
	case "authroot":
		return "list of the roots that Windows trusts"
	case "disallowed":
		return "list of what Windows does not trust"
	case "ctl":
		return "trust list for " + strings.Join(l.Usage, ", ")
	}
	return l.Title
}

func (page *listsPage) Text(p *report.Printer) {
	for i := range page.Lists {
		l := &page.Lists[i]
		if i > 0 {
			p.Printf("\n")
		}
		p.Printf("%s: %s\n", p.Bold(l.store.Name()), kindTitle(l))
		if l.Kind != "store" && l.Kind != "blocklist" {
			line(p, "form", l.Title)
		}
		l.signature(p)
		l.times(p)
		l.counts(p)
		l.list(p)
	}
}

// signature says whether the list is to be believed.
func (l *listReport) signature(p *report.Printer) {
	switch l.Signature {
	case string(signed.Good):
		line(p, "signature", "holds")
	case string(signed.Bad):
		line(p, "signature", string(p.Red("does not hold: "+l.Doubt)))
	case string(signed.Unknown):
		line(p, "signature", string(p.Yellow("of a signer that is not known: "+l.Doubt)))
	}
}

func (l *listReport) times(p *report.Printer) {
	if l.ThisUpdate != nil {
		text := moment(*l.ThisUpdate)
		if l.NextUpdate != nil {
			text += ", next " + moment(*l.NextUpdate)
		}
		line(p, "published", text)
	}
	if l.Sequence != "" {
		text := l.Sequence
		if l.SequenceTime != nil {
			text += ", of " + moment(*l.SequenceTime)
		}
		line(p, "number", text)
	}
	if l.Signer != nil {
		line(p, "signer", fmt.Sprintf("%s, valid %s to %s", l.Signer.Subject, l.Signer.NotBefore.Format(time.DateOnly), moment(l.Signer.NotAfter)))
		line(p, "issued by", l.SignerIssuer)
	}
	if l.SignedAt != nil {
		line(p, "signed at", moment(*l.SignedAt)+", as its timestamp says")
	}
	if l.Nested != nil {
		line(p, "also by", fmt.Sprintf("%s, valid %s to %s (second signature)", l.Nested.Subject, l.Nested.NotBefore.Format(time.DateOnly), moment(l.Nested.NotAfter)))
	}
}

// moment is a time in UTC.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") }

func (l *listReport) counts(p *report.Printer) {
	entries := fmt.Sprint(l.Entries)
	switch {
	case l.store.Distrust:
		entries += ", none of them to be trusted"
	case l.Kind != "store" || l.Servers != l.Entries:
		entries += fmt.Sprintf(", %d of them for servers", l.Servers)
	}
	line(p, "entries", entries)
	if !l.store.Distrust && (l.Limited > 0 || l.Disabled > 0) {
		line(p, "trusted", fmt.Sprintf("%d without limits", l.Trusted))
		line(p, "limited", fmt.Sprintf("%d, only for certificates that were issued before a date", l.Limited))
		disabled := fmt.Sprint(l.Disabled)
		if both := l.Trusted + l.Limited + l.Disabled - l.Servers; both > 0 {
			disabled += fmt.Sprintf(", %d of them limited as well", both)
		}
		line(p, "disabled", disabled)
	}
	if l.Expired > 0 {
		line(p, "expired", fmt.Sprint(l.Expired))
	}
	if l.Unread > 0 {
		line(p, "unread", fmt.Sprint(l.Unread))
	}
}

func (l *listReport) list(p *report.Printer) {
	if l.asked && len(l.shown) == 0 {
		p.Printf("  no entry fits\n")
	}
	for i := range l.shown {
		e, j := &l.shown[i], &l.Items[i]
		digest := e.SHA1
		if digest == "" {
			digest = e.SHA256
		}
		p.Printf("  %s  %-8s  %s\n", p.Dim(digest), j.Status, e.Name)
		words := slices.Clone(j.Limits)
		if j.Purposes != nil && j.Status == string(roots.Other) {
			words = append(words, "for "+strings.Join(j.Purposes, ", "))
		}
		for _, w := range words {
			p.Printf("      %s\n", w)
		}
	}
}
