package main

import (
	"bufio"
	"bytes"
	"context"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/probe"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/served"
	"github.com/certconv/certconv/internal/site"
	"github.com/certconv/certconv/internal/terminal"
	"github.com/certconv/certconv/validate"
)

func probeCommand() command {
	return command{
		name:    "probe",
		args:    "HOST[:PORT]…",
		summary: "check what a running server sends",
		about: "Asks each address of each HOST, IPv4 and IPv6, and judges what it sends like certconv check judges files: with the name, without one, with a name that nobody has, and with each --host; the RSA and the ECDSA certificate apart; and which versions of the protocol it speaks. The port is 443 if none is given.\n" +
			"--expect FILE compares what is sent with what is on disk, and tells if a reload did not happen.\n" +
			"On port 443 the page is asked for too, by http and by https: whether browsers are sent on from http, HSTS, and what pages of IIS mean that forbid it. --page looks the page through, that of a URL if HOST is one: what it loads by http, browsers block or warn of. Scripts are not run.\n" +
			"On ports of protocols that begin in clear text TLS is asked for first: " + strings.Join(probe.Preludes(), ", ") + ". --starttls says so for other ports; with none the port begins with TLS.\n" +
			"At most " + strconv.Itoa(probe.MaxConnections) + " connections go to one address, one after the other. What could not be found out is told, and a time-out is never a good answer.\n" +
			"Exit code 0: no finding at or above --fail-on. 1: there are such findings. 3: no server was reached. With --format nagios: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.",
		examples: []example{
			{"what visitors get", "certconv probe www.example.com"},
			{"after a renewal: does the server send the new file?", "certconv probe www.example.com --expect /etc/ssl/site.pem"},
			{"why does the browser not show the lock?", "certconv probe https://www.example.com/shop/ --page"},
			{"a mail server", "certconv probe mail.example.com:25 mail.example.com:993"},
			{"one machine behind a load balancer", "certconv probe 192.0.2.1 --host www.example.com"},
			{"many servers, a line of JSON for each", "certconv probe --files-from hosts.txt --format ndjson"},
			{"for the textfile collector of Prometheus", "certconv probe --files-from hosts.txt --format prometheus"},
		},
		checks: true, monitors: true,
		flags: slices.Concat(
			[]cli.Flag{
				listFlag("host", "`NAME` name to ask for, in place of HOST; repeatable"),
				stringFlag("starttls", "`P` protocol in which TLS is asked for, or none; default: by the port"),
				boolFlag("page", "look the page of HOST or URL through for what it loads by http (mixed content), on any port"),
				boolFlag("allow-private", "follow redirects to addresses of this machine and its neighbours too"),
				listFlag("expect", "`FILE` certificates that the server should send, in any format; repeatable"),
				stringFlag("files-from", "`FILE` list with one HOST[:PORT] per line; - is standard input"),
				stringFlag("roots", "`FILE` trust anchors; default: those of the system"),
				listFlag("client", "`NAME` client whose refusal is an error, or all; repeatable; certconv formats --clients lists them"),
				stringFlag("at", "`TIME` check as of this time, for example 2026-01-31T12:00:00Z; default: now"),
				stringFlag("expires-within", "`TIME` report certificates that expire within this time: 30d, 12h, 8w (30d)"),
			},
			networkFlags(),
			[]cli.Flag{
				stringFlag("parallel", "`N` servers to ask at the same time (8)"),
				passFlag(),
			},
			checkFlags(), verdictFlagsOf(true)),
		run: runProbe,
	}
}

// networkFlags say how a server is asked.
func networkFlags() []cli.Flag {
	return []cli.Flag{
		stringFlag("timeout", "`TIME` to wait for an answer (5s)"),
		stringFlag("delay", "`TIME` to wait between two connections to an address (0s)"),
		stringFlag("retries", "`N` times that a step without an answer is tried again (1)"),
		stringFlag("max-addresses", "`N` addresses of a name to ask (16)"),
	}
}

// probing is one run of probe.
type probing struct {
	checkPlan
	ask      probe.Options
	targets  []probe.Target
	parallel int
	expected *served.Expected
	out      report.Hosts

	reached bool // one of them
	answers bool
	outcome report.Outcome
}

func runProbe(e *env, c *cli.Context) error {
	plan, err := planCheck(e, c)
	if err != nil {
		return err
	}
	p := &probing{checkPlan: *plan}
	if err := p.plan(c); err != nil {
		return err
	}
	if err := e.secrets.take(c.StringSlice("pass")); err != nil {
		return err
	}
	if err := p.readTargets(c); err != nil {
		return err
	}
	if p.opts.Roots, err = p.anchors(); err != nil {
		return err
	}
	if p.expected, err = e.expected(p.reader, c.StringSlice("expect")); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	e.signals.Interruptible(cancel)
	return p.run(ctx)
}

// plan reads the flags.
func (p *probing) plan(c *cli.Context) (err error) {
	p.roots = c.String("roots")
	if p.ask, err = askOptions(c); err != nil {
		return err
	}
	p.ask.Network, p.ask.Pages, p.ask.Page = p.env.network, true, c.Bool("page")
	if p.ask.Get, err = p.env.getter(c); err != nil {
		return err
	}
	for _, h := range c.StringSlice("host") {
		if !probe.IsHost(h) {
			return fault.Usagef("--host: %q is no name of a host", h)
		}
		p.ask.Hosts = append(p.ask.Hosts, validate.ASCIIHost(h))
	}
	if p.parallel, err = countFlag(c, "parallel", 8, 1000); err != nil {
		return err
	}
	if p.opts.Clients, err = clientNames(c.StringSlice("client")); err != nil {
		return err
	}
	if p.opts.Now, err = parseAt(c.String("at")); err != nil {
		return err
	}
	p.opts.ExpiresWithin, err = parseSpan(c.String("expires-within"))
	return err
}

// askOptions reads the flags that say how a server is asked.
func askOptions(c *cli.Context) (o probe.Options, err error) {
	o = probe.Defaults()
	for _, f := range []struct {
		name  string
		least time.Duration
		into  *time.Duration
	}{{"timeout", time.Millisecond, &o.Timeout}, {"delay", 0, &o.Delay}} {
		s := c.String(f.name)
		if s == "" {
			continue
		}
		if *f.into, err = time.ParseDuration(s); err != nil || *f.into < f.least || *f.into > time.Hour {
			return o, fault.Usagef("--%s %s: it must be a time such as 5s or 500ms", f.name, s)
		}
	}
	if o.Retries, err = countFlag(c, "retries", o.Retries, 10); err != nil {
		return o, err
	}
	o.MaxAddresses, err = countFlag(c, "max-addresses", o.MaxAddresses, 1000)
	return o, err
}

// countFlag reads a flag that is a number up to most.
func countFlag(c *cli.Context, name string, usual, most int) (int, error) {
	s := c.String(name)
	if s == "" {
		return usual, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > most || n == 0 && name != "retries" {
		return 0, fault.Usagef("--%s %s: it must be a number up to %d", name, s, most)
	}
	return n, nil
}

// maxTargets bounds a list of servers.
const maxTargets = 1_000_000

// readTargets takes the servers of the command line, or of a list.
func (p *probing) readTargets(c *cli.Context) error {
	list := c.String("files-from")
	switch {
	case list != "" && c.NArg() > 0:
		return fault.Usagef("--files-from says what to ask: name no other servers beside it")
	case list == "" && c.NArg() == 0:
		return fault.Usagef("probe needs at least one HOST[:PORT]").WithHint("certconv probe --help shows how")
	}
	if list == "" {
		for _, a := range c.Args().Slice() {
			t, err := parseTarget(a, c.String("starttls"))
			if err != nil {
				return err
			}
			p.targets = append(p.targets, t)
		}
		return nil
	}
	if err := p.env.claimInputs([]string{list}); err != nil {
		return err
	}
	f, err := systemFiles{p.env.stdin}.Open(list)
	if err != nil {
		return fault.Reading(list, err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if n == 1 {
			line = strings.TrimPrefix(line, "\ufeff") // of Windows' editors
		}
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		t, err := parseTarget(line, c.String("starttls"))
		if err != nil {
			return fault.Usagef("%s, line %d: %s", site.NameOf(list), n, err)
		}
		if p.targets = append(p.targets, t); len(p.targets) > maxTargets {
			return fault.Usagef("%s: more than %d servers", site.NameOf(list), maxTargets)
		}
	}
	if err := lines.Err(); err != nil {
		return fault.Reading(list, err)
	}
	if len(p.targets) == 0 {
		return fault.New(fault.FileEmpty, site.NameOf(list), "it names no server").WithHint("it takes one HOST[:PORT] per line")
	}
	return nil
}

func parseTarget(s, startTLS string) (probe.Target, error) {
	t, err := probe.ParseTarget(s, startTLS)
	switch {
	case err != nil && startTLS != "" && startTLS != "none" && probe.Known(startTLS) == "":
		return t, fault.Usagef("--starttls: there is no protocol %q%s", startTLS, didYouMean(startTLS, append(probe.Preludes(), "none")))
	case err != nil:
		if at := strings.LastIndex(s, "@"); at >= 0 {
			s = "…" + s[at:]
		}
		return t, fault.Usagef("%s: %s", s, err).WithHint("name a server as HOST or HOST:PORT")
	}
	if !t.IsAddress() {
		t.Host = validate.ASCIIHost(t.Host)
	}
	return t, nil
}

// expected is what is in the files that a server should send.
func (e *env) expected(r *site.Reader, files []string) (*served.Expected, error) {
	if len(files) == 0 {
		return nil, nil
	}
	out := &served.Expected{}
	var names []string
	for _, path := range files {
		name := site.NameOf(path)
		data, err := r.Read(path, nil)
		if err != nil {
			return nil, err
		}
		b, err := r.Decode(name, data)
		if b == nil || len(b.Certs) == 0 {
			if err == nil {
				err = fault.New(fault.WrongObject, name, "it holds no certificate to compare with")
			}
			return nil, err
		}
		b.Wipe()
		if err := lacksCerts(b, name); err != nil {
			return nil, err
		}
		out.Certs = append(out.Certs, b.Certs...)
		names = append(names, name)
		if info, err := os.Stat(path); err == nil && out.Changed.IsZero() {
			out.Changed = info.ModTime()
		}
	}
	out.File = strings.Join(names, ", ")
	return out, nil
}

// lacksCerts is an error if there may be certificates in a file beside those of b,
// which could not be read. Keys are of no account.
func lacksCerts(b *convert.Bundle, name string) error {
	for _, f := range b.Failures {
		if f.Kind == "" || f.Kind == convert.KindCertificate {
			return fault.In(f.Err, name)
		}
	}
	return nil
}

// asked is a server on its way through the workers.
type asked struct {
	host *report.Host
	text []byte
	err  error
	done chan struct{}
}

// run asks all servers and writes the report.
func (p *probing) run(ctx context.Context) error {
	e := p.env
	p.out = e.form.NewHosts(e.stdout, e.formOptions())
	e.told = true
	progress := e.startProgress("asking servers", terminal.Files, true)
	progress.Expect(int64(len(p.targets)))
	progress.AllExpected()
	level := report.NagiosOK
	err := p.each(ctx, func(x *asked) error {
		progress.Add(1)
		p.reached = p.reached || x.host.Reached()
		p.answers = p.answers || slices.ContainsFunc(x.host.Seen.Addresses, func(a served.Address) bool { return a.Answers() })
		p.outcome.Add(x.host.Result)
		level = report.WorseNagios(level, x.host.Nagios())
		if x.err != nil {
			return x.err
		}
		if k, ok := p.out.(report.Keeper); ok {
			k.Keep(x.host)
		}
		err := p.out.Add(x.text)
		if e.form.Streams || len(p.targets) > 1 {
			e.stdout.flush()
		}
		return err
	})
	progress.Close()
	if err == nil {
		err = p.out.End()
		e.monitor = level
	}
	switch {
	case err != nil:
		return fault.Writing("standard output", err)
	case !p.reached:
		return p.notReached()
	}
	return p.outcome.Err()
}

func (p *probing) notReached() error {
	if p.answers {
		return fault.New(fault.NotReached, "", "none of the servers sent a certificate").WithHint("the findings say what is there in its place")
	}
	return fault.New(fault.NotReached, "", "none of the servers was reached")
}

// ahead bounds how many servers wait for the ones before.
const ahead = 64

// each asks all servers, some at the same time, and gives them to take: in their
// order, or where the form streams as they end.
func (p *probing) each(ctx context.Context, take func(*asked) error) error {
	queue, order := make(chan int), make(chan *asked, ahead)
	all := make([]*asked, len(p.targets))
	var workers sync.WaitGroup
	go func() {
		defer close(order)
		for i := range p.targets {
			x := &asked{done: make(chan struct{})}
			all[i] = x
			if !p.env.form.Streams {
				order <- x
			}
			queue <- i
		}
		close(queue)
		workers.Wait()
	}()
	for range min(p.parallel, len(p.targets)) {
		workers.Go(func() {
			for i := range queue {
				x := all[i]
				all[i] = nil
				x.host = p.one(ctx, p.targets[i])
				x.text, x.err = p.out.Render(x.host)
				close(x.done)
				if p.env.form.Streams {
					order <- x
				}
			}
		})
	}
	var failed error
	for x := range order {
		<-x.done
		if failed == nil && ctx.Err() == nil {
			failed = take(x)
		}
		*x = asked{}
	}
	return failed
}

// one asks a server and judges what it sends.
func (p *probing) one(ctx context.Context, t probe.Target) *report.Host {
	seen := t.Probe(ctx, &p.ask)
	h := &report.Host{Seen: seen, Now: p.opts.Now}
	parts := &report.Result{FailOn: p.failOn}
	whole := &convert.Bundle{}
	for i := range seen.Addresses {
		a := &seen.Addresses[i]
		a.Expected, a.Hosts = p.expected, p.hosts(t)
		for _, s := range judge(a, &p.opts) {
			parts.Sites = append(parts.Sites, s)
			whole.Add(s.Bundle)
		}
	}
	r := *parts.Report()
	r.Findings = report.Squash(r.Findings)
	h.Result = &report.Result{Tool: "probe", FailOn: p.failOn, Sites: []report.Site{{
		Files: []report.File{{Path: t.String(), Name: t.String(), Bundle: whole}}, Bundle: whole, Report: &r,
	}}}
	return h
}

// hosts are the names that the certificates of a server have to be for.
func (p *probing) hosts(t probe.Target) []string {
	switch {
	case len(p.ask.Hosts) > 0:
		return p.ask.Hosts
	case t.IsAddress():
		return nil
	}
	return []string{t.Host}
}

// judge checks what an address sent: each chain for itself, with the names that it
// was sent for. The first one carries what is to be said of the address.
func judge(a *served.Address, opts *validate.Options) []report.Site {
	type chain struct {
		*served.Reply
		names []string
	}
	var chains []*chain
	for i := range a.Replies {
		r := &a.Replies[i]
		named := r.Asked == served.ForName && slices.Contains(a.Hosts, r.SNI)
		if r.Leaf() == nil || !named && (len(a.Hosts) > 0 || r.Asked == served.ForNonsense) {
			continue
		}
		at := slices.IndexFunc(chains, func(c *chain) bool { return c.Same(r) })
		if at < 0 {
			at = len(chains)
			chains = append(chains, &chain{Reply: r})
		}
		if named && !slices.Contains(chains[at].names, r.SNI) {
			chains[at].names = append(chains[at].names, r.SNI)
		}
	}
	if len(chains) == 0 {
		chains = append(chains, &chain{Reply: &served.Reply{Bundle: &convert.Bundle{}}})
	}
	var sites []report.Site
	for i, c := range chains {
		o := *opts
		o.Hosts = c.names
		if i == 0 {
			o.Server = a
		}
		switch {
		case len(o.Only) > 0:
			// What was not reached is in order by no check.
			o.Only = slices.Concat(o.Only, notReached)
		case len(c.Raw) == 0:
			o.Only = append(slices.Clip(notReached), "not-checked")
		default:
			o.Only = sentCodes()
		}
		if len(c.Raw) > 0 {
			o.Files = []validate.File{{Name: a.Name, Role: validate.RoleCert, Size: int64(len(bytes.Join(c.Raw, nil)))}}
		}
		sites = append(sites, report.Site{Files: []report.File{{Path: a.Name, Name: a.Name, Bundle: c.Bundle}}, Bundle: c.Bundle, Report: validate.Run(c.Bundle, &o)})
	}
	return sites
}

// notReached are the checks that say why a server sends no certificate.
var notReached = []string{"host-unknown", "port-closed", "port-filtered", "plain-http-on-tls-port", "starttls-missing", "tls-failed"}

// sentCodes are the checks of what is sent: those of files, keys and requests are
// about what a server has and nobody sees.
func sentCodes() []string {
	others := []string{"csr-", "pem-", "key-", "keystore-", "file-", "folder-", "list-", "password-", "wrong-", "request-", "nothing-"}
	return slices.DeleteFunc(checkNames(), func(code string) bool {
		return code != "key-weak" && slices.ContainsFunc(others, func(prefix string) bool { return strings.HasPrefix(code, prefix) })
	})
}
