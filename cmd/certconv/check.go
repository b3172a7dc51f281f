package main

import (
	"context"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/accept"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/issuers"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/roots"
	"github.com/certconv/certconv/internal/site"
	"github.com/certconv/certconv/internal/target"
	"github.com/certconv/certconv/validate"
)

func checkCommand() command {
	return command{
		name:    "check",
		args:    "[FILE…]",
		summary: "check a key, its certificate and its chain before they go to a server",
		about: "Says whether a server will start with these files and whether its clients will accept them. It checks the text of the files, whether key, certificate and request belong together, the names, the dates, the chain up to a trust anchor, and revocation if CRLs are given. The worst finding comes first, with its place and what to do about it.\n" +
			"--key, --cert, --chain, --csr and --crl say what each file is for; of several certificates of a server, such as one for RSA and one for ECDSA, each is checked with its key. For other files certconv works it out: files with the same public key belong together, and an intermediate belongs to the certificates that it signed. If there are several sites, for example in a folder, each is checked on its own. A ZIP archive counts as a folder. Files that belong to no site are listed.\n" +
			acceptHelp +
			"Exit code 0: no finding at or above --fail-on. 1: there are such findings. 3: a file could not be opened. 4: a password is missing or wrong.",
		examples: []example{
			{"before a server is reloaded", "certconv check --key site.key --cert site.pem --host www.example.com --for nginx"},
			{"everything in a folder", "certconv check /etc/ssl/site/"},
			{"a certificate from a private CA", "certconv check site.pem --roots company-root.pem"},
			{"where a missing intermediate can be had, and whether it is the right one", "certconv check site.pem --fetch-issuers"},
			{"certificates that expire within two months", "certconv check --only cert-expired --only cert-expires-soon --expires-within 60d --fail-on warning *.pem"},
			{"before a server that takes clients with certificates is reloaded", "certconv check --for nginx --client-ca cas.pem --crl lists.pem"},
			{"output for a program", "certconv check --format json site.key site.pem"},
			{"many sites, with a line of JSON for each", "certconv check --format ndjson --files-from sites.txt"},
		},
		checks: true,
		flags: slices.Concat(
			[]cli.Flag{
				listFlag("key", "`FILE` the server's private key"),
				listFlag("cert", "`FILE` the server's certificate, optionally followed by the chain"),
				listFlag("chain", "`FILE` intermediates"),
				listFlag("csr", "`FILE` certificate request"),
				listFlag("crl", "`FILE` certificate revocation list"),
				listFlag("client-ca", "`FILE` CAs whose clients the server takes; with --crl and --for: whether the lists that it needs for them are there"),
				stringFlag("files-from", "`FILE` list with one site per line: a folder, or file names separated by tabs; - is standard input"),
				stringFlag("roots", "`FILE` trust anchors; default: those of the system"),
				listFlag("host", "`NAME` host name that clients use; repeatable"),
				stringFlag("for", "`TARGET` software that will load the files; certconv formats lists the targets"),
				listFlag("client", "`NAME` client whose refusal is an error, or all; repeatable; certconv formats --clients lists them"),
				listFlag("lists", "`FILE` what is distrusted, beside what is built in: a trust list (.cab, .stl), a store (.sst, PEM) of certificates that are not to be trusted, OneCRL, CRLSet, blocked.certs, certdata.txt; repeatable"),
				stringFlag("at", "`TIME` check as of this time, for example 2026-01-31T12:00:00Z; default: now"),
				stringFlag("expires-within", "`TIME` report certificates that expire within this time: 30d, 12h, 8w (30d)"),
			},
			issuerFlags(), checkFlags(), acceptFlags(), readFlags(), verdictFlags()),
		run: runCheck,
	}
}

// checkFlags choose among the checks.
func checkFlags() []cli.Flag {
	return []cli.Flag{
		listFlag("only", "`CODE` run only this check; repeatable"),
		listFlag("skip", "`CODE` do not run this check; repeatable"),
	}
}

// acceptFlags say which findings are accepted.
func acceptFlags() []cli.Flag {
	return []cli.Flag{
		stringFlag("config", "`FILE` accepted findings; default: .certconv.toml in the working folder, or above it in the same git repository"),
		boolFlag("no-config", "accept no findings"),
	}
}

// verdictFlags are those of the report, and of what counts.
func verdictFlags() []cli.Flag { return verdictFlagsOf(false) }

// verdictFlagsOf has the forms for monitors too, if the command watches servers.
func verdictFlagsOf(monitors bool) []cli.Flag {
	return []cli.Flag{
		stringFlag("fail-on", "`LEVEL` exit with code 1 for findings at or above this level: error, warning, info, never (error)"),
		formFlag(true, monitors),
		boolFlag("quiet", "print only the findings that count for the exit code"),
		boolFlag("verbose", "also print what passed and why a check did not run"),
	}
}

// checkPlan is one run of check or lint.
type checkPlan struct {
	env    *env
	tool   string // name of the command
	opts   validate.Options
	roots  string // file of --roots
	failOn validate.Severity
	reader *site.Reader
	inputs []*site.Input // as named on the command line
	list   string        // file of --files-from

	issuers *issuers.Fetcher // nil: nothing is fetched
	ctx     context.Context

	accepted *accept.List // nil: no finding is
	doubted  []*site.Site // lists of --lists that are not to be believed
}

func runCheck(e *env, c *cli.Context) error {
	p, err := planCheck(e, c)
	if err != nil {
		return err
	}
	for _, r := range []struct {
		flag string
		role validate.Role
	}{{"key", validate.RoleKey}, {"cert", validate.RoleCert}, {"chain", validate.RoleChain}, {"csr", validate.RoleRequest}, {"crl", validate.RoleCRL}, {"client-ca", validate.RoleClientCA}} {
		for _, path := range c.StringSlice(r.flag) {
			p.inputs = append(p.inputs, &site.Input{Path: path, Role: r.role})
		}
	}
	files := c.Args().Slice()
	if len(p.inputs) == 0 && c.String("files-from") == "" {
		files = e.piped(files)
	}
	for _, path := range files {
		p.inputs = append(p.inputs, &site.Input{Path: path})
	}
	switch p.list = c.String("files-from"); {
	case p.list != "" && len(p.inputs) > 0:
		return fault.Usagef("--files-from says what to check: give no other files beside it")
	case p.list == "" && len(p.inputs) == 0:
		return fault.Usagef("check needs at least one file").WithHint("certconv check --help shows how")
	}
	p.roots = c.String("roots")
	p.opts.Hosts = c.StringSlice("host")
	if p.opts.Target = c.String("for"); p.opts.Target != "" {
		t, err := targetNamed(p.opts.Target)
		if err != nil {
			return err
		}
		p.opts.Target = t.Value()
	}
	if err := p.clientLists(c); err != nil {
		return err
	}
	if p.opts.Clients, err = clientNames(c.StringSlice("client")); err != nil {
		return err
	}
	if p.opts.Now, err = parseAt(c.String("at")); err != nil {
		return err
	}
	if p.opts.ExpiresWithin, err = parseSpan(c.String("expires-within")); err != nil {
		return err
	}
	if e.verbose {
		e.warnOfAge(p.opts.Now)
	}
	stop, err := p.fetchIssuers(c)
	if err != nil {
		return err
	}
	defer stop()
	return p.run(c, p.grouper())
}

// clientLists fails where --client-ca names CAs for a server of which nobody knows what it
// does with them.
func (p *checkPlan) clientLists(c *cli.Context) error {
	if len(c.StringSlice("client-ca")) == 0 {
		return nil
	}
	if t := target.Lookup(p.opts.Target); t != nil && t.ClientLists != "" {
		return nil
	}
	var names []string
	for _, t := range target.All() {
		if t.ClientLists != "" {
			names = append(names, t.Name)
		}
	}
	return fault.Usagef("--client-ca: it is known of %s what they do with the CAs of clients: name one of them with --for", strings.Join(names, ", "))
}

// planCheck takes the flags that check and lint share.
func planCheck(e *env, c *cli.Context) (*checkPlan, error) {
	p := &checkPlan{env: e, tool: c.Command.Name}
	limit, err := parseSize(c.String("max-size"))
	if err != nil {
		return nil, err
	}
	if err := checkFrom(c.String("from")); err != nil {
		return nil, err
	}
	p.reader = e.reader(c.String("from"), limit)
	if p.opts.Only, err = checkCodes("--only", c.StringSlice("only")); err != nil {
		return nil, err
	}
	if p.opts.Skip, err = checkCodes("--skip", c.StringSlice("skip")); err != nil {
		return nil, err
	}
	switch level := c.String("fail-on"); level {
	case "":
		p.failOn = validate.Error
	case "error", "warning", "info", "never":
		p.failOn = validate.Severity(level)
	default:
		return nil, fault.Usagef("--fail-on: there is no level %q%s", level, didYouMean(level, flagWords(p.tool, "fail-on")))
	}
	return p, nil
}

// checkCodes takes the values of --only and --skip: codes, or several with
// commas between them.
func checkCodes(flag string, values []string) ([]string, error) {
	var list []string
	for _, v := range values {
		for code := range strings.SplitSeq(v, ",") {
			if code = strings.TrimSpace(code); code == "" {
				continue
			}
			if validate.LookupCheck(code) == nil {
				return nil, fault.Usagef("%s: there is no check %q%s", flag, code, didYouMean(code, checkNames())).WithHint("certconv checks lists them")
			}
			list = append(list, code)
		}
	}
	return list, nil
}

func checkNames() []string {
	var list []string
	for _, c := range validate.Checks() {
		list = append(list, c.Code)
	}
	return list
}

// parseAt reads the time to check for; none is now.
func parseAt(s string) (time.Time, error) {
	if s == "" {
		return time.Now(), nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return t, fault.Usagef("--at %s: it must be a time such as 2026-01-31T12:00:00Z", s)
	}
	return t, nil
}

// parseSpan reads a time span such as 30d.
func parseSpan(s string) (time.Duration, error) {
	const day = 24 * time.Hour
	if s == "" {
		return 30 * day, nil
	}
	unit := map[byte]time.Duration{'w': 7 * day, 'd': day, 'h': time.Hour, 'm': time.Minute}[s[len(s)-1]]
	number := s[:len(s)-1]
	if s == "0" {
		return 0, nil
	}
	n, err := strconv.ParseUint(number, 10, 32)
	if unit == 0 || err != nil || n > uint64(1<<62/unit) {
		return 0, fault.Usagef("--expires-within %s: it must be a number of days, hours, minutes or weeks, such as 30d, 12h, 90m, 8w", s)
	}
	return time.Duration(n) * unit, nil
}

// run reads the inputs, groups them into sites, checks each, and reports.
func (p *checkPlan) run(c *cli.Context, group site.Grouper) error {
	var named []string
	for _, in := range p.inputs {
		named = append(named, in.Path)
	}
	for _, path := range append(c.StringSlice("lists"), p.list, p.roots, c.String("config")) {
		if path != "" {
			named = append(named, path)
		}
	}
	if err := p.env.claimInputs(named); err != nil {
		return err
	}
	if err := p.env.secrets.take(c.StringSlice("pass")); err != nil {
		return err
	}
	var err error
	if p.accepted, err = p.env.acceptedFindings(c.String("config"), c.Bool("no-config")); err != nil {
		return err
	}
	if p.opts.Roots, err = p.anchors(); err != nil {
		return err
	}
	if err := p.takeLists(c.StringSlice("lists")); err != nil {
		return err
	}
	if p.list != "" || len(p.inputs) > manyInputs {
		defer collectAt(80)() // a tenth less memory at the peak, for a fiftieth more time
	}
	if p.env.form.Streams {
		err = p.stream(group)
		p.tellUnused()
		return err
	}
	r := p.judge(group)
	p.tellUnused()
	return p.tell(r)
}

// judge checks one site after the other, and makes one result of all.
func (p *checkPlan) judge(group site.Grouper) *report.Result {
	all := p.outcome(nil, nil)
	all.Add(p.outcome(nil, p.doubted))
	some := false
	for x, r := range site.Each(p.reader, p.scopes(), group, p.checked) {
		some = some || x.Site != nil
		all.Add(r)
	}
	if !some {
		all.Add(p.checked(&site.Piece{Site: p.nothing()}))
	}
	return all
}

// checked is the result of one piece of the run.
func (p *checkPlan) checked(x *site.Piece) *report.Result {
	if x.Site == nil {
		return p.outcome(x.Inputs, nil)
	}
	p.check(x.Site)
	return p.outcome(x.Inputs, []*site.Site{x.Site})
}

// scopes are the groups of files in which those that belong together are
// looked for.
func (p *checkPlan) scopes() iter.Seq[[]*site.Input] {
	if p.list != "" {
		return p.reader.Listed(p.list)
	}
	return p.reader.Scopes(p.inputs)
}

// grouper makes sites of what was named together. Each line of a list is for
// itself.
func (p *checkPlan) grouper() site.Grouper {
	if p.list != "" {
		return site.Apart(p.group)
	}
	return &site.Across{Options: &p.opts}
}

// group makes sites of the files of a scope.
func (p *checkPlan) group(inputs []*site.Input) []*site.Site { return site.Group(inputs, &p.opts) }

// checkAll reads all inputs, groups them into sites and checks each.
func (p *checkPlan) checkAll(group site.Grouper) ([]*site.Input, []*site.Site) {
	inputs, sites := p.grouped(group)
	if len(sites) == 0 {
		sites = append(sites, p.nothing())
	}
	site.CheckAll(sites, p.check)
	return inputs, sites
}

// grouped reads all inputs and groups them into sites.
func (p *checkPlan) grouped(group site.Grouper) ([]*site.Input, []*site.Site) {
	scopes := slices.Collect(p.scopes())
	read := p.reader.Load(slices.Concat(scopes...))
	inputs := slices.Concat(read...)
	var sites []*site.Site
	for _, scope := range scopes {
		sites = append(sites, group.Add(slices.Concat(read[:len(scope)]...))...)
		read = read[len(scope):]
	}
	return inputs, append(sites, group.Rest()...)
}

// nothing is a site without objects, called by what was named first. It is what
// is checked where nothing was found.
func (p *checkPlan) nothing() *site.Site {
	in := &site.Input{Path: p.list, Bundle: &convert.Bundle{}}
	if len(p.inputs) > 0 {
		in.Path = p.inputs[0].Path
	}
	return &site.Site{Inputs: []*site.Input{in}, Bundle: in.Bundle}
}

// anchors are the trust anchors of --roots, or else the system's. None are no
// error: the checks that need them say so.
func (p *checkPlan) anchors() (*validate.Anchors, error) {
	if p.roots == "" {
		return site.SystemRoots(p.reader.Files, os.Getenv, systemStore()), nil
	}
	name := site.NameOf(p.roots)
	r := p.env.reader("", p.reader.MaxSize)
	data, err := r.Read(p.roots, nil)
	if err != nil {
		return nil, err
	}
	b, err := r.Decode(name, data)
	if len(b.Certs) == 0 {
		if err == nil {
			err = fault.New(fault.WrongObject, name, "it holds no certificate to trust").WithHint("--roots takes the certificates of the CA")
		}
		return nil, err
	}
	a := validate.NewAnchors(b.Certs)
	a.Private = true
	return a, nil
}

// takeLists takes the files of --lists: what they withdraw, and what they say of roots in the
// place of what is built in.
func (p *checkPlan) takeLists(files []string) error {
	if len(files) == 0 {
		return nil
	}
	loader := &roots.Loader{Reader: p.env.reader("", p.reader.MaxSize), Getenv: os.Getenv, System: systemStore()}
	var all []roots.Reference
	for _, path := range files {
		stores, err := loader.Load(path)
		if err != nil {
			return err
		}
		says := false
		for _, s := range stores {
			if s.Failure != nil {
				return s.Failure
			}
			doubts := slices.DeleteFunc(doubts(s, p.opts.Now, p.opts.Roots), func(f validate.Finding) bool { return slices.Contains(p.opts.Skip, f.Code) })
			if len(doubts) > 0 {
				in := &site.Input{Path: path, Bundle: s.Signed()}
				p.doubted = append(p.doubted, &site.Site{Inputs: []*site.Input{in}, Bundle: in.Bundle, Report: &validate.Report{Findings: doubts}})
			}
			says = says || s.Role() != ""
			if disbelieved(doubts) && !s.Distrust {
				continue // nothing is trusted because of it
			}
			all = append(all, roots.Reference{Role: s.Role(), Store: s})
		}
		if !says {
			p.env.warn("%s: it says nothing of which certificates of servers are trusted", site.NameOf(path))
		}
	}
	p.opts.Lists = roots.Lists(all)
	return nil
}

// acceptHelp is what the help pages say of lists.
const acceptHelp = "Findings can be accepted until a day, for a reason. They stay in the report, and do not count. .certconv.toml in the working folder, or above it in the same git repository, lists them:\n" +
	"  [[accept]]\n" +
	"  code = \"cert-expired\"\n" +
	"  file = \"tests/old/*.pem\"\n" +
	"  until = 2027-01-31\n" +
	"  reason = \"the tests need it\"\n"

// acceptedFindings is the list of the file that --config names, or of the one
// that belongs to the working folder; nil if there is none, or it is not wanted.
func (e *env) acceptedFindings(file string, none bool) (*accept.List, error) {
	if none {
		if file != "" {
			return nil, fault.Usagef("--config and --no-config: which of them?")
		}
		return nil, nil
	}
	here, err := os.Getwd()
	if err != nil {
		return nil, fault.Reading("the working folder", err)
	}
	path := file
	if path == "" {
		if path, err = accept.Find(here); path == "" {
			return nil, listFault(err)
		}
		if short, err := filepath.Rel(here, path); err == nil {
			path = short
		}
	}
	data, err := e.reader("", accept.MaxSize).Read(path, nil)
	if err != nil {
		return nil, err
	}
	dir := here
	if path != "-" {
		dir = filepath.Join(here, filepath.Dir(path))
		if filepath.IsAbs(path) {
			dir = filepath.Dir(path)
		}
	}
	list, err := accept.Parse(data, dir)
	if err != nil {
		var unknown *accept.UnknownCode
		words := ""
		if errors.As(err, &unknown) {
			words = didYouMean(unknown.Code, checkNames())
		}
		return nil, fault.New(fault.Usage, path, "%s%s", err, words).WithHint("certconv check --help shows what a list has; --no-config goes without it")
	}
	e.detail("accepted findings: %s", path)
	return list, nil
}

// listFault words why the list of the working folder is not taken.
func listFault(err error) error {
	var foreign *accept.Foreign
	switch {
	case err == nil:
		return nil
	case errors.As(err, &foreign):
		return fault.Usagef("%s", err).WithHint("--config %s takes it all the same, --no-config goes without it", foreign.Path)
	}
	return fault.Reading(accept.FileName, err)
}

// tellUnused names the entries that were not needed.
func (p *checkPlan) tellUnused() {
	for _, e := range p.accepted.Unused() {
		p.env.detail("accepted, but not found: %s in %s", e.Code, e.File)
	}
}
