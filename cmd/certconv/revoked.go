package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/probe"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/revocation"
	"github.com/certconv/certconv/internal/site"
	"github.com/certconv/certconv/internal/terminal"
	"github.com/certconv/certconv/validate"
)

func revokedCommand() command {
	return command{
		name:    "revoked",
		args:    "FILE…",
		summary: "whether certificates are revoked",
		about: "Asks CRLs, OCSP responses and the lists of browsers about each certificate in FILE but roots, and tells of the CAs above them only what is revoked. Without --online nothing leaves this machine: files and the cache answer, and the commands are printed that fetch the rest. With it the CRL that the certificate names is fetched first, then its OCSP responder is asked. Proxies of the environment are used; addresses of this machine and its neighbours are not, without --allow-private.\n" +
			"A response or list counts only if it is about this certificate, signed by its issuer or by whom this one or the certificate names for it, and of the time of --at. Good means good at the time that is printed with it: a revocation takes hours to get into lists and caches.\n" +
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
			listFlag("chain", "`FILE` certificates of the issuers, and of whoever signs their lists; repeatable"),
			stringFlag("roots", "`FILE` trust anchors; default: those of the system"),
			boolFlag("online", "fetch lists and ask responders"),
			boolFlag("allow-private", "with --online: also addresses of this machine and its neighbours"),
			stringFlag("cache", "`DIR` folder for what was fetched, until its time is over"),
			stringFlag("timeout", "`TIME` to wait for an answer (5s)"),
			stringFlag("at", "`TIME` as of this time, for example 2026-01-31T12:00:00Z; default: now"),
			boolFlag("allow-unchecked", "exit with code 0 for certificates that are not known to be revoked"),
			passFlag(),
			stringFlag("from", "`FORMAT` input format; default: detected from the content"),
			stringFlag("max-size", "`SIZE` refuse inputs larger than this (256MiB), and keep as much of fetched lists in memory"),
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
	asker revocation.Asker
	certs []convert.Certificate // to be asked about
	given int                   // of certs: those of the arguments. The others issued them
	allow bool
}

func runRevoked(e *env, c *cli.Context) error {
	plan, err := planCheck(e, c)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	e.signals.Interruptible(cancel)
	r := &revocationRun{checkPlan: *plan, allow: c.Bool("allow-unchecked"), asker: revocation.Asker{
		Online: c.Bool("online"), Cache: c.String("cache"), Warn: e.warn, Guard: e.signals.Guard,
	}}
	if err := r.read(e, c); err != nil {
		return err
	}
	page := &revokedPage{Schema: 1, Certificates: []revokedCert{}, Findings: []report.Finding{}}
	worst := false
	for i := range r.certs {
		rc, rep := r.judge(ctx, &r.certs[i])
		if i >= r.given && rc.Verdict != "revoked" {
			continue // nobody asked for it
		}
		page.Certificates = append(page.Certificates, rc)
		page.findings = append(page.findings, rep.Findings...)
		if rc.Verdict == "revoked" {
			page.tellRefusers(&r.certs[i])
		}
		worst = worst || rc.Verdict == "revoked" || rc.Verdict != "good" && !r.allow
	}
	page.findings = report.Squash(page.findings)
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
	if r.asker.Get, err = e.getter(c); err != nil {
		return err
	}
	r.asker.Budget = r.reader.MaxSize
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
		r.asker.Issuers = append(r.asker.Issuers, b.Certs...)
		r.certs = append(r.certs, b.Certs...)
		r.asker.CRLs = append(r.asker.CRLs, b.CRLs...)
	}
	if asked := slices.DeleteFunc(slices.Clone(r.certs), func(c convert.Certificate) bool { return revocation.SelfSigned(&c) }); len(asked) > 0 {
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
		r.asker.Issuers = append(r.asker.Issuers, b.Certs...)
		r.asker.CRLs = append(r.asker.CRLs, b.CRLs...)
	}
	if err := r.readAnswers(c); err != nil {
		return err
	}
	r.given = len(r.certs)
	r.certs = append(r.certs, r.asker.Above(r.certs)...)
	return nil
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
	r.asker.Now, r.asker.Roots, r.asker.Single = r.opts.Now, r.opts.Roots, len(r.certs) == 1
	for _, kind := range []struct {
		flags []string
		add   func(string, []byte) error
	}{{[]string{"ocsp"}, r.asker.AddAnswer}, {[]string{"crlset", "onecrl"}, r.asker.AddBlockList}} {
		for _, flag := range kind.flags {
			for _, path := range c.StringSlice(flag) {
				data, err := r.reader.Read(path, nil)
				if err != nil {
					return err
				}
				if err := kind.add(site.NameOf(path), data); err != nil {
					return fault.New(fault.WrongObject, site.NameOf(path), "%s", err)
				}
			}
		}
	}
	return nil
}

// judge asks all sources about a certificate.
func (r *revocationRun) judge(ctx context.Context, c *convert.Certificate) (revokedCert, *validate.Report) {
	said := r.asker.Ask(ctx, c)
	out := revokedCert{
		Path: c.Source.File, Index: c.Source.Index, Serial: fmt.Sprintf("%x", c.Serial), Subject: convert.NameString(c.Subject),
		Verdict: said.Verdict, Reason: said.Reason, Revoked: said.Revoked, Sources: []report.Source{},
	}
	for i := range said.Sources {
		s := &said.Sources[i]
		j := report.NewSource(s)
		if s.Kind == "crl" && (errors.Is(s.Err, revocation.ErrBudget) || errors.Is(s.Err, probe.ErrTooLarge)) {
			j.Error += "; --max-size raises that, and with --cache lists lie on disk"
		}
		out.Sources = append(out.Sources, j)
	}
	for _, f := range said.Fetch {
		out.Fetch = append(out.Fetch, fetchLine(c, f))
	}
	o := r.opts
	o.Asked, o.Only = said.Sources, []string{"cert-revoked", "revocation-unknown", "revocation-host-silent", "revocation-host-slow", "ocsp-invalid"}
	if r.allow && out.Verdict != "revoked" {
		o.Skip = []string{"revocation-unknown"}
	}
	return out, validate.Run(&convert.Bundle{Certs: []convert.Certificate{*c}}, &o)
}

// fetchLine is the command that fetches what can be asked about a certificate.
func fetchLine(c *convert.Certificate, f revocation.Fetch) string {
	out, address := terminal.ShellWord(fileFor(f.Address, f.Kind)), terminal.ShellWord(f.Address)
	if f.Kind == "crl" {
		return "curl -o " + out + " " + address
	}
	return "openssl ocsp -issuer ISSUER.pem -cert " + terminal.ShellWord(c.Source.File) + " -url " + address + " -respout " + out
}

// fileFor is a name for what an address has.
func fileFor(address, ext string) string {
	name := strings.TrimSuffix(filepath.Base(strings.TrimSuffix(address, "/")), "."+ext)
	name = strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' {
			return c
		}
		return '-'
	}, name)
	return strings.TrimLeft(name, ".-") + "." + ext
}

// revokedPage is the report.
type revokedPage struct {
	Schema       int              `json:"schema"`
	Certificates []revokedCert    `json:"certificates"`
	Clients      []whoRefuses     `json:"clients,omitempty"`
	Servers      []whoRefuses     `json:"servers,omitempty"`
	Findings     []report.Finding `json:"findings"`

	findings []validate.Finding
}

type revokedCert struct {
	Path    string          `json:"path"`
	Index   int             `json:"index"`
	Serial  string          `json:"serial"`
	Subject string          `json:"subject"`
	Verdict string          `json:"verdict"`
	Reason  string          `json:"reason,omitempty"`
	Revoked time.Time       `json:"revoked_at,omitzero"`
	Sources []report.Source `json:"sources"`
	Fetch   []string        `json:"fetch,omitempty"` // commands
}

// whoRefuses is what a program does about revoked certificates.
type whoRefuses struct {
	Name string `json:"name"`
	Does string `json:"does"`
}

// tellRefusers says what programs do about a revoked certificate: clients about that of a
// server, servers about that of a client.
func (r *revokedPage) tellRefusers(c *convert.Certificate) {
	server, ofClient := revocation.Purposes(c)
	if server && r.Clients == nil {
		for _, o := range client.Clients() {
			r.Clients = append(r.Clients, whoRefuses{o.Name, o.Revoked().Does})
		}
	}
	if ofClient && r.Servers == nil {
		for _, o := range client.Verifiers() {
			r.Servers = append(r.Servers, whoRefuses{o.Name, o.Revoked.Does})
		}
	}
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
			p.Printf("  %s\n", s.Line())
		}
		for _, f := range c.Fetch {
			fmt.Fprintf(&shown, "  %s\n", terminal.Printable(f))
		}
	}
	for _, side := range []struct {
		about string
		list  []whoRefuses
	}{{"what clients do about a revoked certificate of a server", r.Clients}, {"what servers do about a revoked certificate of a client", r.Servers}} {
		if len(side.list) > 0 && !p.Quiet {
			p.Printf("%s:\n", side.about)
			for _, o := range side.list {
				p.Printf("  %s %s\n", p.Bold(o.Name), o.Does)
			}
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
