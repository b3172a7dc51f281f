package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/lists"
	"github.com/certconv/certconv/internal/ocsp"
	"github.com/certconv/certconv/internal/probe"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/served"
	"github.com/certconv/certconv/internal/site"
	"github.com/certconv/certconv/internal/terminal"
	"github.com/certconv/certconv/validate"
)

func revokedCommand() command {
	return command{
		name:    "revoked",
		args:    "FILE…",
		summary: "whether certificates are revoked",
		about: "Asks CRLs, OCSP responses and the lists of browsers about each certificate in FILE but roots. Without --online nothing leaves this machine: files and the cache answer, and the commands are printed that fetch the rest. With it the CRL that the certificate names is fetched first, then its OCSP responder is asked. Proxies of the environment are used; addresses of this machine and its neighbours are not, without --allow-private.\n" +
			"A response or list counts only if it is about this certificate, signed by its issuer, and of the time of --at. Good means good at the time that is printed with it: a revocation takes hours to get into lists and caches.\n" +
			"Exit code 0: all are good. 1: one is revoked, unknown or not checked; --allow-unchecked lets the latter two pass. 3: a file could not be read.",
		examples: []example{
			{"what can be known without a network, and what to fetch", "certconv revoked site.pem"},
			{"ask the CA", "certconv revoked site.pem --online --cache /var/cache/certconv"},
			{"with a list and a response at hand", "certconv revoked site.pem --crl ca.crl --ocsp answer.der"},
			{"does Chrome refuse it", "certconv revoked site.pem --crlset crl-set --allow-unchecked"},
		},
		flags: []cli.Flag{
			listFlag("crl", "`FILE` certificate revocation list; repeatable"),
			listFlag("ocsp", "`FILE` OCSP response; repeatable"),
			listFlag("crlset", "`FILE` Chrome's CRLSet; repeatable"),
			listFlag("onecrl", "`FILE` Mozilla's OneCRL; repeatable"),
			listFlag("chain", "`FILE` certificates of the issuers; repeatable"),
			stringFlag("roots", "`FILE` trust anchors; default: those of the system"),
			boolFlag("online", "fetch lists and ask responders"),
			boolFlag("allow-private", "with --online: also addresses of this machine and its neighbours"),
			stringFlag("cache", "`DIR` folder for what was fetched, until its time is over"),
			stringFlag("timeout", "`TIME` to wait for an answer (5s)"),
			stringFlag("at", "`TIME` as of this time, for example 2026-01-31T12:00:00Z; default: now"),
			boolFlag("allow-unchecked", "exit with code 0 for certificates that are not known to be revoked"),
			passFlag(),
			stringFlag("from", "`FORMAT` input format; default: detected from the content"),
			stringFlag("max-size", "`SIZE` refuse inputs larger than this (256MiB)"),
			formFlag(false, false),
			boolFlag("quiet", "print only what is not good"),
			boolFlag("verbose", "print more notes"),
		},
		run: runRevoked,
	}
}

// revocationRun is one run of revoked.
type revocationRun struct {
	checkPlan
	certs   []convert.Certificate // to be asked about
	issuers []convert.Certificate // what may have issued them
	crls    []convert.CRL
	answers []namedAnswer
	blocked []namedList
	online  bool
	cache   string
	get     *probe.Getter
	ctx     context.Context
	fetched map[string]fetchedList // by address
	allow   bool
}

type namedAnswer struct {
	from string
	*ocsp.Response
}

type namedList struct {
	from string
	*lists.BlockList
	has map[lists.Blocked]bool
}

func runRevoked(e *env, c *cli.Context) error {
	plan, err := planCheck(e, c)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	e.signals.Interruptible(cancel)
	r := &revocationRun{checkPlan: *plan, online: c.Bool("online"), cache: c.String("cache"), allow: c.Bool("allow-unchecked"), ctx: ctx, fetched: map[string]fetchedList{}}
	if err := r.read(e, c); err != nil {
		return err
	}
	page := &revokedPage{Schema: 1, Certificates: []revokedCert{}, Findings: []report.Finding{}}
	worst := false
	for i := range r.certs {
		rc, rep := r.judge(&r.certs[i])
		page.Certificates = append(page.Certificates, rc)
		page.findings = append(page.findings, rep.Findings...)
		worst = worst || rc.Verdict == "revoked" || rc.Verdict != "good" && !r.allow
	}
	page.findings = squash(page.findings)
	page.Findings = report.NewFindings(page.findings, argWords)
	if err := e.writePage(page); err != nil {
		return err
	}
	if worst {
		return fault.New(fault.Findings, "", "").Told()
	}
	return nil
}

// read takes in the flags and files.
func (r *revocationRun) read(e *env, c *cli.Context) (err error) {
	if c.NArg() == 0 {
		return fault.Usagef("revoked needs at least one file with a certificate")
	}
	if err := e.claimInputs(c.Args().Slice()); err != nil {
		return err
	}
	if err := e.secrets.take(c.StringSlice("pass")); err != nil {
		return err
	}
	if r.opts.Now, err = parseAt(c.String("at")); err != nil {
		return err
	}
	if r.get, err = e.getter(c); err != nil {
		return err
	}
	r.roots = c.String("roots")
	if r.opts.Roots, err = r.anchors(); err != nil {
		return err
	}
	for _, path := range c.Args().Slice() {
		b, err := r.decodeFile(path)
		if err != nil {
			return err
		}
		if err := lacksCerts(b, site.NameOf(path)); err != nil {
			return err
		}
		if len(b.Certs) == 0 {
			return fault.New(fault.WrongObject, site.NameOf(path), "it holds no certificate").WithHint("give the certificates to ask about; --crl and --ocsp take lists and responses")
		}
		r.issuers = append(r.issuers, b.Certs...)
		r.certs = append(r.certs, b.Certs...)
		r.crls = append(r.crls, b.CRLs...)
	}
	if asked := slices.DeleteFunc(slices.Clone(r.certs), func(c convert.Certificate) bool { return selfSigned(&c) }); len(asked) > 0 {
		r.certs = asked
	}
	for _, path := range slices.Concat(c.StringSlice("chain"), c.StringSlice("crl")) {
		b, err := r.decodeFile(path)
		if err != nil {
			return err
		}
		if len(b.CRLs) == 0 && slices.Contains(c.StringSlice("crl"), path) {
			return fault.New(fault.WrongObject, site.NameOf(path), "it holds no revocation list")
		}
		r.issuers = append(r.issuers, b.Certs...)
		r.crls = append(r.crls, b.CRLs...)
	}
	return r.readAnswers(c)
}

func (r *revocationRun) decodeFile(path string) (*convert.Bundle, error) {
	data, err := r.reader.Read(path, nil)
	if err != nil {
		return nil, err
	}
	b, err := r.reader.Decode(site.NameOf(path), data)
	if err != nil && (b == nil || b.Len() == 0) {
		return nil, err
	}
	b.Wipe()
	return b, nil
}

func (r *revocationRun) readAnswers(c *cli.Context) error {
	for _, path := range c.StringSlice("ocsp") {
		data, err := r.reader.Read(path, nil)
		if err != nil {
			return err
		}
		answer, err := ocsp.Parse(data)
		if err != nil {
			return fault.New(fault.WrongObject, site.NameOf(path), "%s", err)
		}
		r.answers = append(r.answers, namedAnswer{from: site.NameOf(path), Response: answer})
	}
	for _, path := range slices.Concat(c.StringSlice("crlset"), c.StringSlice("onecrl")) {
		data, err := r.reader.Read(path, nil)
		if err != nil {
			return err
		}
		list, err := lists.ParseBlockList(data)
		if err != nil {
			return fault.New(fault.WrongObject, site.NameOf(path), "%s", err)
		}
		has := map[lists.Blocked]bool{}
		for _, b := range list.Entries {
			has[lists.Blocked{By: b.By, Key: b.Key}] = true
		}
		r.blocked = append(r.blocked, namedList{site.NameOf(path), list, has})
	}
	return nil
}

// selfSigned reports whether c is its own issuer. CAs give themselves new keys with
// certificates that have their name twice, and are not.
func selfSigned(c *convert.Certificate) bool {
	return c.SelfIssued() && convert.VerifySigned(c.Raw, c.SPKI) == nil
}

// issuerOf is the certificate that issued c, nil if it is not there.
func (r *revocationRun) issuerOf(c *convert.Certificate) *convert.Certificate {
	var list []*convert.Certificate
	for i := range r.issuers {
		list = append(list, &r.issuers[i])
	}
	for _, o := range append(list, r.opts.Roots.Named(c.Issuer)...) {
		if o.Err == nil && convert.SameName(o.Subject, c.Issuer) && convert.VerifySigned(c.Raw, o.SPKI) == nil {
			return o
		}
	}
	return nil
}

// judge asks all sources about a certificate.
func (r *revocationRun) judge(c *convert.Certificate) (revokedCert, *validate.Report) {
	out := revokedCert{Path: c.Source.File, Index: c.Source.Index, Serial: fmt.Sprintf("%x", c.Serial), Subject: convert.NameString(c.Subject), Sources: []sourceJSON{}}
	sources := []served.Source{}
	if c.Err == nil {
		issuer := r.issuerOf(c)
		sources = append(sources, r.fromCRLs(c, issuer)...)
		sources = append(sources, r.fromAnswers(c, issuer)...)
		sources = append(sources, r.fromLists(c, issuer)...)
		if served.Standing(sources) != "revoked" && served.Standing(sources) != "good" {
			sources = append(sources, r.fromNetwork(c, issuer, &out)...)
		}
	}
	for i := range sources {
		s := &sources[i]
		j := sourceJSON{Kind: s.Kind, From: s.From, Verdict: s.Verdict, ThisUpdate: s.ThisUpdate, NextUpdate: s.NextUpdate, Seconds: s.Took.Round(time.Millisecond).Seconds()}
		if s.Verdict == "" {
			j.Verdict = "unknown"
		}
		if s.Err != nil {
			j.Error = s.Err.Error()
		}
		out.Sources = append(out.Sources, j)
		if s.Verdict == "revoked" && out.Revoked.IsZero() {
			out.Reason, out.Revoked = s.Reason, s.Revoked
		}
	}
	out.Verdict = served.Standing(sources)
	o := r.opts
	o.Asked, o.Only = sources, []string{"cert-revoked", "revocation-unknown", "revocation-host-silent", "revocation-host-slow", "ocsp-invalid"}
	if r.allow && out.Verdict != "revoked" {
		o.Skip = []string{"revocation-unknown"}
	}
	return out, validate.Run(&convert.Bundle{Certs: []convert.Certificate{*c}}, &o)
}

func (r *revocationRun) fromCRLs(c, issuer *convert.Certificate) (list []served.Source) {
	for i := range r.crls {
		if convert.SameName(r.crls[i].Issuer, c.Issuer) {
			list = append(list, r.fromCRL(c, issuer, &r.crls[i]))
		}
	}
	return list
}

// fromCRL is what a list says. Whether it may say anything is for the checks.
func (r *revocationRun) fromCRL(c, issuer *convert.Certificate, crl *convert.CRL) served.Source {
	s := served.Source{Kind: "crl", From: crl.Source.File, ThisUpdate: crl.ThisUpdate, NextUpdate: crl.NextUpdate}
	b := &convert.Bundle{Certs: []convert.Certificate{*c}, CRLs: []convert.CRL{*crl}}
	if issuer != nil {
		b.Certs = append(b.Certs, *issuer)
	}
	for i := range b.Certs {
		b.Certs[i].Source.File, b.Certs[i].Source.Index = "", i+1
	}
	rep := validate.Run(b, &validate.Options{
		Now: r.opts.Now, Roots: r.opts.Roots, Files: []validate.File{{Role: validate.RoleCert}}, Only: []string{"cert-revoked", "revocation-unknown", "crl-stale"},
	})
	for _, f := range rep.Findings {
		switch {
		case f.Code == "cert-revoked" && f.At.Index == 1:
			s.Verdict = "revoked"
			if entry := crl.Revoked(c.Serial); entry != nil {
				s.Revoked, s.Reason = entry.Date, entry.Reason
			}
		case f.Code == "revocation-unknown":
			s.Err, s.Invalid = errors.New(f.Message.String()), true
		case f.Code == "crl-stale":
			s.Stale = true
			s.Err = errors.New(f.Message.String())
		}
	}
	if s.Verdict == "" && s.Err == nil && selfSigned(c) {
		// The checks ask no list about a root.
		switch {
		case crl.Verify(c.SPKI) != nil:
			s.Err, s.Invalid = errors.New("it is not signed with the key of the certificate, which is self-signed"), true
		case crl.Revoked(c.Serial) != nil:
			entry := crl.Revoked(c.Serial)
			s.Verdict, s.Revoked, s.Reason = "revoked", entry.Date, entry.Reason
		default:
			s.Err = errors.New("the certificate is self-signed: its own list is no proof that it is good")
		}
	}
	if s.Verdict == "" && s.Err == nil {
		s.Verdict = "good"
	}
	return s
}

func (r *revocationRun) fromAnswers(c, issuer *convert.Certificate) (list []served.Source) {
	for _, a := range r.answers {
		s := r.fromAnswer(c, issuer, a.Response)
		if s.From = a.from; !errors.Is(s.Err, ocsp.ErrOther) || len(r.certs) == 1 {
			list = append(list, s)
		}
	}
	return list
}

// fromAnswer is what an OCSP response says.
func (r *revocationRun) fromAnswer(c, issuer *convert.Certificate, a *ocsp.Response) served.Source {
	s := served.Source{Kind: "ocsp"}
	if issuer == nil {
		s.Err = errors.New("the certificate of the issuer, which proves it, is missing")
		return s
	}
	answer, err := a.About(c, issuer, r.opts.Now, nil)
	if err != nil {
		s.Err, s.Stale = err, errors.Is(err, ocsp.ErrStale)
		s.Invalid = !errors.Is(err, ocsp.ErrStatus)
		return s
	}
	s.Verdict, s.Revoked, s.Reason, s.ThisUpdate, s.NextUpdate = string(answer.Verdict), answer.Revoked, answer.Reason, answer.ThisUpdate, answer.NextUpdate
	return s
}

// fromLists is what the lists of browsers say.
func (r *revocationRun) fromLists(c, issuer *convert.Certificate) (list []served.Source) {
	serial := c.Serial.Bytes()
	spki := sha256.Sum256(c.SPKI)
	keys := []lists.Blocked{
		{By: lists.BySPKI, Key: hex.EncodeToString(spki[:])},
		{By: lists.BySubject, Key: lists.SubjectKey(c.Subject, spki[:])},
		{By: lists.BySerial, Key: lists.SerialKey(c.Issuer, serial)},
	}
	if issuer != nil {
		sum := sha256.Sum256(issuer.SPKI)
		keys = append(keys, lists.Blocked{By: lists.ByIssuerKey, Key: lists.IssuerKey(sum[:], serial)}, lists.Blocked{By: lists.BySPKI, Key: hex.EncodeToString(sum[:])})
	}
	for _, l := range r.blocked {
		s := served.Source{Kind: l.Kind, From: l.from, Verdict: "not-listed"}
		if l.Kind == "crlset" {
			s.From = fmt.Sprintf("CRLSet %d (%s), by which Chrome refuses", l.Number, l.from)
		} else if l.Kind == "onecrl" {
			s.From, s.ThisUpdate = "OneCRL ("+l.from+"), by which Firefox refuses", l.Date
		}
		if slices.ContainsFunc(keys, func(k lists.Blocked) bool { return l.has[k] }) {
			s.Verdict = "revoked"
		}
		list = append(list, s)
	}
	return list
}

// revokedPage is the report.
type revokedPage struct {
	Schema       int              `json:"schema"`
	Certificates []revokedCert    `json:"certificates"`
	Findings     []report.Finding `json:"findings"`

	findings []validate.Finding
}

type revokedCert struct {
	Path    string       `json:"path"`
	Index   int          `json:"index"`
	Serial  string       `json:"serial"`
	Subject string       `json:"subject"`
	Verdict string       `json:"verdict"`
	Reason  string       `json:"reason,omitempty"`
	Revoked time.Time    `json:"revoked_at,omitzero"`
	Sources []sourceJSON `json:"sources"`
	Fetch   []string     `json:"fetch,omitempty"` // commands
}

type sourceJSON struct {
	Kind       string    `json:"kind"`
	From       string    `json:"from"`
	Verdict    string    `json:"verdict"`
	ThisUpdate time.Time `json:"this_update,omitzero"`
	NextUpdate time.Time `json:"next_update,omitzero"`
	Error      string    `json:"error,omitempty"`
	Seconds    float64   `json:"seconds,omitempty"`
}

// Text is for people: a certificate a paragraph, a source a line.
func (r *revokedPage) Text(p *report.Printer) {
	shown := bytes.Buffer{}
	for i := range r.Certificates {
		c := &r.Certificates[i]
		if p.Quiet && c.Verdict == "good" {
			continue
		}
		verdict := map[string]report.Styled{"good": p.Green("good"), "revoked": p.Red("revoked")}[c.Verdict]
		if verdict == "" {
			verdict = p.Yellow(strings.ReplaceAll(c.Verdict, "-", " "))
		}
		when := ""
		if !c.Revoked.IsZero() {
			when = " on " + c.Revoked.UTC().Format(time.DateOnly)
		}
		if c.Reason != "" {
			when += ": " + c.Reason
		}
		p.Printf("%s%s  %s, serial %s (%s)\n", verdict, when, p.Bold(c.Subject), c.Serial, c.Path)
		for _, s := range c.Sources {
			line := s.Verdict
			if !s.ThisUpdate.IsZero() {
				line += ", of " + s.ThisUpdate.UTC().Format("2006-01-02 15:04")
			}
			if !s.NextUpdate.IsZero() {
				line += ", until " + s.NextUpdate.UTC().Format("2006-01-02 15:04")
			}
			if s.Seconds > 0 {
				line += fmt.Sprintf(", in %.3g s", s.Seconds)
			}
			if s.Error != "" {
				line += ": " + s.Error
			}
			p.Printf("  %s %s: %s\n", s.Kind, s.From, line)
		}
		for _, f := range c.Fetch {
			fmt.Fprintf(&shown, "  %s\n", terminal.Printable(f))
		}
	}
	if shown.Len() > 0 && !p.Quiet {
		p.Printf("to ask the CA, fetch and give with --crl or --ocsp, or use --online:\n%s", report.Styled(shown.String()))
	}
	for _, f := range r.findings {
		if f.Code == "revocation-host-slow" || f.Code == "revocation-host-silent" || f.Code == "ocsp-invalid" {
			p.Printf("%s[%s] %s\n", string(f.Severity), f.Code, f.Message)
		}
	}
}
