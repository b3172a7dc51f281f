package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/roots"
	"github.com/certconv/certconv/internal/site"
	"github.com/certconv/certconv/validate"
)

func rootsCommand() command {
	return command{
		name:    "roots",
		args:    "ACTION FILE…",
		summary: "root and distrust lists and stores: what they say, whether Windows accepts them, how they differ",
		about: "inspect says what a list or store is, who has signed it, and how many of its entries are trusted for servers, limited by date or disabled. --entries lists them, --name and --usage choose among them.\n" +
			"verify looks at the digest, the signature, the chain to a CA that is known to sign lists, the clock, the timestamp and the second signature. Exit code 0: Windows accepts the list at the time of --at. 1: it does not, because the signer has expired (events 4107 and 11) or the signature does not hold. 3: the file is no list.\n" +
			"diff OLD NEW says what was added, removed and changed. Exit code 0: nothing. 1: they differ, or one of them is not signed as it should be.\n" +
			"export LIST writes what the list trusts as a store: --for debian (a folder with a .crt for each root, for update-ca-certificates), rhel (for update-ca-trust), java (a keystore, with the password that Java's own has unless --pass-out is given), p7b, sst or pem. A list has only digests: --certs says where the certificates are. Exit code 1: some are missing, and nothing is written without --allow-missing; or the signature of the list does not hold or its signer is not known, and nothing is written without --allow-bad-integrity.\n" +
			"compare STORE says which roots only one side has, which are distrusted, which are private, and what has expired or is weak. --with ROLE=FILE says with what, where ROLE is microsoft, mozilla, java or disallowed; without --with the store is compared with what is built in.\n" +
			"cache FOLDER says what is in a CryptnetUrlCache of Windows, or in those of all accounts of a disk that is mounted at FOLDER. --clean lists what should go, and deletes it with --yes, but for what is not certain to be an entry. Exit code 1: there is such an entry, or it was not deleted.\n" +
			"Exit code 3: a part of what was named cannot be read; the report is about the rest, and export writes that only with --allow-missing.\n" +
			"FILE may be a .cab, .stl or .sst, an export of the registry, a CryptnetUrlCache, a PEM, DER, P7B, JKS or PFX file, certdata.txt, the cacerts or blocked.certs of a JDK, a OneCRL or CRLSet, a folder of certificates, system (what this machine trusts), or mozilla (Mozilla's roots, as they are built in).",
		examples: []example{
			{"why Windows logs 4107", "certconv roots verify authrootstl.cab"},
			{"what a list says of one root", "certconv roots inspect authroot.stl --name DigiNotar"},
			{"what a newer list changes", "certconv roots diff old.stl new.stl"},
			{"today's roots for a server without internet", "certconv roots export authroot.stl --certs roots.sst --for debian --out /usr/local/share/ca-certificates/microsoft"},
			{"does this machine still trust DigiNotar", "certconv roots compare system --with disallowed=disallowedcert.sst"},
			{"all caches of a Windows disk", "certconv roots cache /mnt/c"},
		},
		checks: true,
		flags: slices.Concat([]cli.Flag{
			boolFlag("entries", "inspect: list the entries"),
			stringFlag("name", "`TEXT` inspect: only entries with this in their name, or with this digest or key"),
			stringFlag("usage", "`USAGE` inspect, export: only entries for server, client, email, code, time, ocsp or an OID (export: server)"),
			stringFlag("at", "`TIME` inspect, verify, export, compare, cache: as of this time, for example 2026-01-31T12:00:00Z; default: now"),
			stringFlag("max-age", "`TIME` verify, cache: a list is old from this age: 120d, 8w (for roots 120d)"),
			stringFlag("roots", "`FILE` CAs of your own that sign lists, beside Microsoft's"),
			listFlag("certs", "`FILE` export: where the certificates are: a folder, a store, system, mozilla; repeatable"),
			stringFlag("for", "`KIND` export: debian, rhel, java, p7b, sst or pem"),
			stringFlag("out", "`FILE` export: what to write; - is standard output; a folder for debian"),
			boolFlag("force", "export: replace existing files"),
			boolFlag("allow-missing", "export: write what there is if certificates are missing or cannot be read"),
			boolFlag("allow-bad-integrity", "export: write what a list says whose signature does not hold, or whose signer is not known"),
			stringFlag("pass-out", "`SOURCE` export: password for java; default: that of Java's own store"),
			listFlag("with", "`ROLE=FILE` compare: microsoft=FILE, mozilla or mozilla=FILE, java=FILE, disallowed=FILE, or FILE; repeatable"),
			boolFlag("clean", "cache: list the entries that should go"),
			boolFlag("yes", "cache: with --clean, delete them"),
		}, readFlags(), verdictFlags()),
		run: runRoots,
	}
}

// rootsAction is what roots can do.
type rootsAction struct {
	name  string
	files int      // that it takes; -1: any number from 1
	flags []string // beside those of reading and reports
	forms bool     // its report is of the checks
	run   func(*rootsRun) error
}

func rootsActions() []rootsAction {
	return []rootsAction{
		{"inspect", -1, []string{"entries", "name", "usage", "at", "roots"}, false, (*rootsRun).inspect},
		{"verify", -1, []string{"at", "max-age", "roots"}, true, (*rootsRun).verify},
		{"diff", 2, []string{"roots"}, false, (*rootsRun).diff},
		{"export", 1, []string{"usage", "at", "roots", "certs", "for", "out", "force", "allow-missing", "allow-bad-integrity", "pass-out"}, false, (*rootsRun).export},
		{"compare", 1, []string{"at", "roots", "with"}, false, (*rootsRun).compare},
		{"cache", 1, []string{"at", "max-age", "roots", "clean", "yes"}, false, (*rootsRun).cache},
	}
}

// rootsRun is one run of roots.
type rootsRun struct {
	env     *env
	ctx     *cli.Context
	files   []string
	at      time.Time
	failOn  validate.Severity
	loader  *roots.Loader
	maxAge  time.Duration
	anchors *validate.Anchors  // of --roots; nil without
	unread  *fault.Failure     // the first of what taken has told
	doubts  []validate.Finding // why lists are not to be believed
}

func runRoots(e *env, c *cli.Context) error {
	var names []string
	for _, a := range rootsActions() {
		names = append(names, a.name)
	}
	if c.NArg() == 0 {
		return fault.Usagef("roots needs to be told what to do: %s", strings.Join(names, ", ")).WithHint("certconv roots --help shows how")
	}
	word := c.Args().First()
	i := slices.Index(names, word)
	if i < 0 {
		return fault.Usagef("roots: there is no action %q%s", word, didYouMean(word, names)).WithHint("certconv roots --help shows how")
	}
	a := rootsActions()[i]
	r := &rootsRun{env: e, ctx: c, files: c.Args().Slice()[1:]}
	switch n := len(r.files); {
	case n == 0 || a.files == 2 && n == 1:
		return fault.Usagef("roots %s needs %s", a.name, map[int]string{-1: "at least one file", 1: "a file", 2: "two files"}[a.files])
	case a.files > 0 && n > a.files:
		return fault.Usagef("roots %s takes %s", a.name, map[int]string{1: "one file", 2: "two files"}[a.files])
	}
	if err := r.plan(&a); err != nil {
		return err
	}
	return a.run(r)
}

// plan takes the flags that several actions have, and refuses those of others.
func (r *rootsRun) plan(a *rootsAction) error {
	c := r.ctx
	for _, o := range rootsActions() {
		for _, name := range o.flags {
			if !slices.Contains(a.flags, name) && c.IsSet(name) {
				return fault.Usagef("--%s does nothing for roots %s", name, a.name)
			}
		}
	}
	if !a.forms && !r.env.form.Pages {
		return fault.Usagef("--format %s: roots %s writes text or json", r.env.form.Name, a.name)
	}
	plan, err := planCheck(r.env, c)
	if err != nil {
		return err
	}
	r.failOn = plan.failOn
	if r.at, err = parseAt(c.String("at")); err != nil {
		return err
	}
	if age := c.String("max-age"); age != "" {
		if r.maxAge, err = parseSpan(age); err != nil {
			return fault.Usagef("--max-age %s: it must be a number of days or weeks, such as 120d, 8w", age)
		}
	}
	if err := r.env.claimInputs(r.files); err != nil {
		return err
	}
	if err := r.env.secrets.take(c.StringSlice("pass")); err != nil {
		return err
	}
	if plan.roots = c.String("roots"); plan.roots != "" {
		if r.anchors, err = plan.anchors(); err != nil {
			return err
		}
	}
	reader := plan.reader
	reader.Passwords = r.passwords
	r.loader = &roots.Loader{Reader: reader, Getenv: os.Getenv, System: systemStore()}
	return nil
}

// passwords are those of --pass, after the one that Java gives to its store of roots.
func (r *rootsRun) passwords(file string) func(convert.PasswordRequest) ([]byte, error) {
	given := r.env.secrets.forInput(file)
	base := strings.ToLower(filepath.Base(file))
	if base != "cacerts" && !strings.HasSuffix(base, ".jks") {
		return given
	}
	return func(q convert.PasswordRequest) ([]byte, error) {
		if q.Attempt == 0 {
			return []byte(javaPassword), nil
		}
		q.Attempt--
		return given(q)
	}
}

// javaPassword is what Java's own store of roots has, and what all of its users know.
const javaPassword = "changeit"

// fail notes what kept a file from being read, and goes on.
func (r *rootsRun) fail(first **fault.Failure, err error) {
	f := fault.Of(err)
	if *first == nil {
		*first = f
	}
	r.env.stdout.flush()
	r.env.errorLine(f)
}

// one is the one store at path, of a kind where there are several.
func (r *rootsRun) one(path string, kinds ...string) (*roots.Store, error) {
	s, err := r.loader.One(path, kinds...)
	if err == nil {
		r.taken(s)
	}
	return s, err
}

// taken tells what of a store could not be read, and that its signature does not hold.
func (r *rootsRun) taken(s *roots.Store) {
	if s.Failure != nil {
		r.fail(&r.unread, s.Failure)
	}
	r.doubts = append(r.doubts, doubts(s, r.at, r.anchors)...)
}

// counts reports whether a finding counts for the exit code.
func (r *rootsRun) counts(f validate.Finding) bool {
	return r.failOn != report.Never && f.Severity.AtLeast(r.failOn)
}

// doubts are why a list is not to be believed: it was altered, or its signer is not known; and that it is old, as
// one is that somebody hands out in the place of today's. own are CAs that sign lists.
func doubts(s *roots.Store, at time.Time, own *validate.Anchors) []validate.Finding {
	b := s.Signed()
	if b == nil {
		return nil
	}
	codes := []string{"list-signature", "list-signer-unknown", "list-stale"}
	found := validate.Run(b, &validate.Options{Only: codes, Roots: own, Now: at}).Findings
	return slices.DeleteFunc(found, func(f validate.Finding) bool { return !slices.Contains(codes, f.Code) })
}

// disbelieved reports whether a list with these doubts counts for nothing.
func disbelieved(doubts []validate.Finding) bool {
	return slices.ContainsFunc(doubts, func(f validate.Finding) bool { return f.Severity == validate.Error })
}

// purpose is the value of --usage.
func (r *rootsRun) purpose(usual string) (string, error) {
	word := r.ctx.String("usage")
	if word == "" {
		return usual, nil
	}
	oid, ok := roots.Purpose(word)
	if !ok {
		return "", fault.Usagef("--usage: there is no usage %q%s", word, didYouMean(word, roots.PurposeWords()))
	}
	return oid, nil
}

// listCodes are the checks of trust lists.
func listCodes() []string {
	return slices.DeleteFunc(checkNames(), func(code string) bool { return !strings.HasPrefix(code, "list-") })
}

// judge runs the checks of trust lists on a file.
func (r *rootsRun) judge(in *site.Input) *validate.Report {
	rep := validate.Run(in.Bundle, &validate.Options{
		Files: []validate.File{{Name: in.Name(), Size: int64(len(in.Data)), List: true}}, Only: listCodes(),
		Roots: r.anchors, Now: r.at, MaxListAge: r.maxAge,
	})
	rep.Findings = slices.DeleteFunc(rep.Findings, func(f validate.Finding) bool { return !strings.HasPrefix(f.Code, "list-") })
	return rep
}
