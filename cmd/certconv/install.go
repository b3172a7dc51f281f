package main

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/deploy"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/site"
	"github.com/certconv/certconv/internal/target"
	"github.com/certconv/certconv/internal/terminal"
	"github.com/certconv/certconv/validate"
)

func installCommand() command {
	return command{
		name:    "install",
		args:    "FILE…",
		summary: "check a key, its certificate and its chain, and put them in place for a server",
		about: "Takes the key, its certificate and the intermediates from the FILEs, whatever their formats, including folders and ZIP archives. It writes the files that the server of --for needs to --dir, in the right formats and with the right modes. If an intermediate is missing, certconv looks for it in the folders of the FILEs. Signatures decide which certificates form the chain. Files that were not used are listed.\n" +
			"Nothing is written before all checks have passed. The files are put in place in one step. The files they replace are kept in a dated folder in DIR/.certconv, from which --undo restores them; check and install ignore that folder. With --test the server is first started with the new files alone, on a free port of this machine, and asked for its certificate. After the files are in place, the server's own configuration test is run. --reload CMD makes the server load the files. If any of these steps fails, the former files are restored.\n" +
			"The lines for the server's configuration are printed. With --write-config they are written to a separate file.\n" +
			"Exit code 0: done, or possible with --dry-run. 1: refused, and nothing has changed. 5: the files could not be written, and nothing has changed.",
		examples: []example{
			{"an IIS 4 Key Manager backup for Apache", "certconv install backup.key --for apache --dir /etc/apache2/ssl --host www.example.com"},
			{"first show what would be done", "certconv install site.pfx --for nginx --dir /etc/nginx/ssl --host www.example.com --dry-run"},
			{"everything up to the reload of the server", "certconv install site.pfx --for nginx --dir /etc/nginx/ssl --host www.example.com --write-config /etc/nginx/conf.d/www.example.com.conf --test --reload 'nginx -s reload'"},
			{"a PFX for Windows from the key, the certificate and what the CA sent", "certconv install site.key site.crt from-the-ca.zip --for iis --dir . --host www.example.com --pass-out env:PW"},
			{"undo the last run", "certconv install --undo --dir /etc/nginx/ssl --reload 'nginx -s reload'"},
		},
		flags: slices.Concat(
			[]cli.Flag{
				stringFlag("for", "`TARGET` software that will load the files; certconv formats --targets lists the targets"),
				stringFlag("dir", "`DIR` folder for the files"),
				listFlag("host", "`NAME` host name that clients use; repeatable; the first one names the files"),
				stringFlag("roots", "`FILE` trust anchors; default: those of the system"),
				boolFlag("dry-run", "show what would be done, and do nothing"),
				boolFlag("test", "start the server with the new files before they are in place, and run its own configuration test afterwards"),
				stringFlag("probe", "`HOST:PORT` ask the running server after --reload; if it does not send what was installed, the former files are restored and it is reloaded again"),
				stringFlag("reload", "`CMD` shell command that makes the server load the new files; if it fails, the former files are restored; the variables of env:NAME are hidden from it"),
				stringFlag("write-config", "`FILE` write the lines of configuration to this file; a file that certconv did not write is never changed"),
				boolFlag("undo", "restore what the last run in --dir replaced"),
				boolFlag("force", "with --undo: even if the files have changed since"),
				stringFlag("name", "`NAME` friendly name (alias) to store in a PFX or keystore"),
				stringFlag("pass-out", "`SOURCE` password for a PFX, a keystore or a NET key; sources as for --pass"),
				stringFlag("at", "`TIME` check as of this time, for example 2026-01-31T12:00:00Z; default: now"),
				stringFlag("expires-within", "`TIME` report certificates that expire within this time: 30d, 12h, 8w (30d)"),
				listFlag("skip", "`CODE` do not run this check; repeatable"),
				stringFlag("fail-on", "`LEVEL` refuse because of findings at or above this level: error, warning, info, never (error)"),
			}, issuerFlags(), readFlags(), reportFlags()),
		run: runInstall,
	}
}

// installation is one run of install.
type installation struct {
	*checkPlan
	target   *target.Target
	dir      string   // absolute
	hosts    []string // as they are in certificates
	name     string   // of the files and folders
	alias    string   // friendly name, "" to keep the one there is
	password []byte
	dryRun   bool
	test     bool
	reload   string
	probe    *afterReload // nil: the server is not asked
	config   string       // file of --write-config

	site       *site.Site
	built      *deploy.Set
	unused     []unused
	unsearched string                 // a folder with too many files to look for intermediates in all
	equals     []*convert.Certificate // of other servers, as good as the one that was picked
	result     installResult
}

func runInstall(e *env, c *cli.Context) error {
	if c.String("dir") == "" {
		return fault.Usagef("install needs --dir DIR, the folder to put the files into")
	}
	if c.Bool("undo") {
		return runUndo(e, c)
	}
	if c.Bool("force") {
		return fault.Usagef("--force goes with --undo").WithHint("a finding that is known and meant to be passed over: --skip CODE")
	}
	p, err := planInstall(e, c)
	if err != nil {
		return err
	}
	defer func() { clear(p.password) }()
	stop, err := p.fetchIssuers(c)
	if err != nil {
		return err
	}
	defer stop()
	return p.run()
}

func planInstall(e *env, c *cli.Context) (*installation, error) {
	plan, err := planCheck(e, c)
	if err != nil {
		return nil, err
	}
	dir, err := filepath.Abs(c.String("dir"))
	if err != nil {
		return nil, fault.Usagef("--dir: %s", fault.Reason(err))
	}
	p := &installation{
		checkPlan: plan, dir: dir, alias: c.String("name"),
		dryRun: c.Bool("dry-run"), test: c.Bool("test"), reload: c.String("reload"), config: c.String("write-config"),
	}
	if p.probe, err = e.planProbe(c.String("probe"), p.reload); err != nil {
		return nil, err
	}
	if err := p.chooseTarget(c); err != nil {
		return nil, err
	}
	for _, given := range c.StringSlice("host") {
		host := strings.Trim(validate.ASCIIHost(given), "[]")
		if !plainHost(host) {
			return nil, fault.Usagef("--host %s: it is no host name", given)
		}
		p.hosts = append(p.hosts, host)
	}
	if c.NArg() == 0 {
		return nil, fault.Usagef("install needs the files with key and certificate").WithHint("certconv install --help shows how")
	}
	for _, path := range c.Args().Slice() {
		p.inputs = append(p.inputs, &site.Input{Path: path})
	}
	p.roots = c.String("roots")
	p.opts.Hosts, p.opts.Target, p.opts.Rewritten = c.StringSlice("host"), p.target.Value(), true
	if p.opts.Now, err = parseAt(c.String("at")); err != nil {
		return nil, err
	}
	if p.opts.ExpiresWithin, err = parseSpan(c.String("expires-within")); err != nil {
		return nil, err
	}
	if err := e.claimInputs(append(c.Args().Slice(), p.roots)); err != nil {
		return nil, err
	}
	if err := e.secrets.take(c.StringSlice("pass")); err != nil {
		return nil, err
	}
	if p.password, err = e.secrets.takeNew("--pass-out", c.String("pass-out")); err != nil {
		return nil, err
	}
	if p.password != nil && !p.locks() {
		return nil, fault.Usagef("--pass-out: %s would ask for the password at every start; its key is written without one", p.target.Name)
	}
	p.opts.Roots, err = p.anchors()
	return p, err
}

func (p *installation) chooseTarget(c *cli.Context) error {
	name := c.String("for")
	if name == "" {
		return fault.Usagef("install needs --for TARGET, the server that will read the files").WithHint("certconv formats --targets lists them")
	}
	var err error
	if p.target, err = targetNamed(name); err != nil {
		return err
	}
	if !plain(p.alias) && strings.Contains(p.target.Configuration, "{alias}") {
		return fault.Usagef("--name: the configuration of %s cannot hold it: it has quotes or other signs that mean something there", p.target.Name)
	}
	if p.config == "" {
		return nil
	}
	if p.target.Comment == "" {
		return fault.Usagef("--write-config: %s has no configuration file that these lines could be a whole of", p.target.Name)
	}
	if p.config, err = filepath.Abs(p.config); err != nil {
		return fault.Usagef("--write-config: %s", fault.Reason(err))
	}
	return nil
}

// locks reports whether the target's files have a password.
func (p *installation) locks() bool {
	return slices.ContainsFunc(p.target.Files, func(f target.File) bool {
		return f.Secret() && convert.Lookup(f.Format).NeedsPassword()
	})
}

// run does it. Whatever the outcome, there is one report.
func (p *installation) run() error {
	inputs, sites := p.grouped(p.grouper())
	defer site.Wipe(inputs)
	p.choose(inputs, sites)
	if err := p.undecided(); err != nil {
		return err
	}
	p.opts.Places = p.places()
	p.site.Check(&p.opts)
	r := p.outcome(p.site.Inputs, []*site.Site{p.site})
	if len(r.Failures()) > 0 || r.Refuses() {
		return p.refuse(r)
	}
	d, err := p.deployment()
	p.built = d
	defer d.Wipe()
	if err != nil {
		return p.fail(r, err)
	}
	survey, err := deploy.Look(d)
	if err != nil {
		return p.fail(r, err)
	}
	p.result.plan(d, survey)
	if p.dryRun || survey.Same {
		return p.finish(r)
	}
	if err := p.put(d); err != nil {
		return p.fail(r, err)
	}
	return p.finish(r)
}

// put stages the files, tries them, puts them in place and tells the server.
func (p *installation) put(d *deploy.Set) error {
	var try func(func(string) string) error
	confirm := p.confirmation()
	if p.test {
		try = p.tryStaged
	}
	placed, err := p.env.deployer().Place(d, try, confirm.runs())
	if err != nil {
		confirm.again()
		return err
	}
	p.result.Written = true
	p.result.Backup = placed.Backup
	p.result.Notes = append(p.result.Notes, noteLines(placed.Notes)...)
	p.result.Undo = "certconv install --undo --dir " + terminal.ShellWord(p.dir)
	p.env.done = "the files are in place; " + p.result.Undo + " takes them back"
	return nil
}

// undoFlags are the flags that --undo knows.
var undoFlags = []string{"undo", "dir", "for", "host", "force", "reload", "format", "quiet", "verbose"}

func runUndo(e *env, c *cli.Context) error {
	if c.NArg() > 0 {
		return fault.Usagef("install --undo takes no file: it brings back what the last run in --dir replaced")
	}
	for _, flag := range c.LocalFlagNames() {
		if !slices.Contains(undoFlags, flag) {
			return fault.Usagef("install --undo takes no --%s", flag)
		}
	}
	dir, err := filepath.Abs(c.String("dir"))
	if err != nil {
		return fault.Usagef("--dir: %s", fault.Reason(err))
	}
	unit, err := undoUnit(c)
	if err != nil {
		return err
	}
	notes := &installResult{}
	reload := &confirmation{env: e, reload: c.String("reload"), result: notes}
	u, err := e.deployer().Undo(dir, unit, c.Bool("force"), reload.runs())
	if err != nil {
		reload.again()
		return err
	}
	e.done = "the files are taken back"
	return e.reportUndo(u, notes.Notes)
}

// undoUnit is the entry of --dir that --host and --for name, "" if they do not.
func undoUnit(c *cli.Context) (string, error) {
	hosts := c.StringSlice("host")
	if len(hosts) == 0 {
		return "", nil
	}
	if c.String("for") == "" {
		return "", fault.Usagef("install --undo --host NAME needs --for TARGET too, as it was installed")
	}
	t, err := targetNamed(c.String("for"))
	if err != nil {
		return "", err
	}
	if len(t.Files) == 1 {
		return unitName(hosts[0]) + t.Files[0].Ext, nil
	}
	return unitName(hosts[0]), nil
}

// unitName is the name of the files for a host: the host, with a word for the
// star and another sign for the colon of an address. No two hosts share one: the
// signs + and = are in no host, and the rare host whose first label is the word, or
// a device of Windows there, is marked as such.
func unitName(host string) string {
	host = validate.ASCIIHost(strings.Trim(host, "[]"))
	const star = "wildcard."
	if rest, ok := strings.CutPrefix(host, "*."); ok {
		host = star + rest
	} else if strings.HasPrefix(host, star) || !filepath.IsLocal(host) { // Windows has devices such as aux.example.com
		host = "host=" + host
	}
	return strings.ReplaceAll(host, ":", "+")
}

// plainHost reports whether a name or address can be in any configuration
// and in any path as it is: names in certificates are not to be trusted.
func plainHost(host string) bool {
	rest := strings.TrimPrefix(host, "*.")
	return strings.Trim(rest, ".:") != "" && len(host) <= 253 && rest[0] != '.' && rest[0] != '-' && strings.IndexFunc(rest, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || strings.ContainsRune(".-_:", r))
	}) < 0 && !strings.Contains(rest, "..")
}

// plain reports whether a path or name can be between quotes in any
// configuration.
func plain(text string) bool {
	return strings.IndexFunc(filepath.ToSlash(text), func(r rune) bool { return r < ' ' || r == 0x7f || strings.ContainsRune("\"'`$\\<>{}&;", r) }) < 0
}
