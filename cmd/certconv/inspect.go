package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/site"
	"github.com/certconv/certconv/internal/terminal"
)

func inspectCommand() command {
	return command{
		name:    "inspect",
		args:    "FILE…",
		summary: "show what each file holds, whatever its format, extension or damage",
		about: "Shows for each FILE, and for each file in a folder, what it is, how it is protected, and what it holds, with names, dates, sizes and fingerprints. It also shows which key belongs to which certificate and which systems can open a PFX. It never prints a secret.\n" +
			"If the password is missing, it reports what is readable without one and exits with code 4.",
		examples: []example{
			{"what a file is", "certconv inspect site.pfx"},
			{"which key belongs to which certificate", "certconv inspect *.key *.crt *.csr"},
			{"everything below a folder, as output for a program", "certconv inspect --format json /etc/ssl"},
			{"a line for each object below a folder", "certconv inspect --short /etc/ssl"},
			{"the full text of certificates and requests", "certconv inspect --details site.crt"},
		},
		flags: slices.Concat(
			[]cli.Flag{
				boolFlag("details", "print the full text of certificates and requests"),
				boolFlag("short", "print one line for each object"),
			},
			readFlags(), reportFlags()),
		run: runInspect,
	}
}

// inspection is one run of inspect.
type inspection struct {
	env     *env
	reader  *site.Reader
	details bool
	lines   bool // --short
	now     time.Time
	list    report.List
	first   *fault.Failure // the first file that could not be read whole
	hinted  map[string]bool

	progress *terminal.Progress
	direct   bool // standard output is one: show each file when it is done
}

// job is one file on its way through the workers.
type job struct {
	path   string
	inDir  bool // found in a folder, not named
	err    error
	done   chan struct{}
	out    bytes.Buffer
	fail   *fault.Failure
	unread bool // nothing is known of it but that
	other  bool // found in a folder, and nothing of what is looked for
	public []site.Holder
}

// window bounds how many files are read ahead of the one being printed.
const window = 64

func runInspect(e *env, c *cli.Context) error {
	paths := e.piped(c.Args().Slice())
	if len(paths) == 0 {
		return fault.Usagef("inspect needs at least one file")
	}
	n := &inspection{env: e, details: c.Bool("details"), lines: c.Bool("short"), hinted: map[string]bool{}, now: time.Now(), direct: terminal.Is(e.stdout.file)}
	if n.lines && n.details {
		return fault.Usagef("--short and --details exclude each other")
	}
	e.dense = n.lines
	limit, err := parseSize(c.String("max-size"))
	if err != nil {
		return err
	}
	if err := checkFrom(c.String("from")); err != nil {
		return err
	}
	n.reader = e.reader(c.String("from"), limit)
	if err := e.claimInputs(paths); err != nil {
		return err
	}
	if err := e.secrets.take(c.StringSlice("pass")); err != nil {
		return err
	}
	n.list = e.pages().List("files")
	return n.run(paths)
}

func (n *inspection) run(paths []string) error {
	n.env.told = true
	_ = n.list.Begin() // standard output remembers its faults
	n.progress = n.env.startProgress("inspecting", terminal.Files, true)
	queue, order := make(chan *job, window), make(chan *job, window)
	go func() {
		for _, p := range paths {
			n.feed(p, queue, order)
		}
		close(queue)
		close(order)
	}()
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			var buf []byte
			for j := range queue {
				buf = n.inspect(j, buf)
				close(j.done)
			}
		})
	}
	pairs, others := site.NewPairing(), 0
	for j := range order {
		<-j.done
		switch {
		case j.other && !n.env.form.Document && !n.env.verbose:
			others++
		case n.toldOnce(j):
		default:
			_ = n.list.Add(j.out.Bytes())
		}
		n.tell(j)
		if n.direct {
			n.env.stdout.flush()
		}
		pairs.Add(j.path, j.public)
		n.progress.Add(1)
	}
	n.progress.Close()
	workers.Wait()
	_ = n.list.End(&pairsPage{pairs.Across(), report.NewFault(n.first), others, n.lines})
	if n.first == nil {
		return nil
	}
	return n.first.Told()
}

// feed puts a file, or all files below a folder, on the way.
func (n *inspection) feed(path string, queue, order chan<- *job) {
	put := func(j *job) {
		j.done = make(chan struct{})
		order <- j
		queue <- j
	}
	if info, err := os.Stat(path); path == "-" || err != nil || !info.IsDir() {
		put(&job{path: path})
		return
	}
	_ = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			put(&job{path: p, inDir: true, err: err})
			return nil
		}
		mode := d.Type()
		if mode&fs.ModeSymlink != 0 {
			info, err := os.Stat(p)
			if err != nil || info.IsDir() {
				return nil
			}
			mode = info.Mode()
		}
		if mode.IsRegular() {
			put(&job{path: p, inDir: true})
		}
		return nil
	})
}

// inspect reads and describes one file. It returns the memory for the next.
func (n *inspection) inspect(j *job, buf []byte) []byte {
	name := site.NameOf(j.path)
	r := &fileReport{path: j.path, bundle: &convert.Bundle{}, details: n.details, lines: n.lines, now: n.now}
	var data []byte
	err := j.err
	if err != nil {
		err = fault.Reading(name, err)
	} else if data, err = n.reader.Read(j.path, buf); err != nil {
		err = missing(err, []string{j.path}, 0)
	} else {
		if cap(data) <= 1<<20 {
			buf = data
		}
		if len(data) == 0 {
			err = site.Empty(name)
		} else {
			r.bundle, err = n.reader.Decode(name, data)
		}
	}
	if err != nil {
		r.failure = fault.Of(err)
		j.fail, j.unread = r.failure, r.bundle.Len()+len(r.bundle.Containers)+len(r.bundle.Failures) == 0
		if j.inDir && slices.Contains([]fault.Code{fault.FileUnrecognised, fault.FileIsWebPage, fault.FileEmpty}, r.failure.Code) {
			j.fail, j.other = nil, true
		}
	}
	r.collect()
	n.list.Render(&j.out, r)
	j.public = r.public
	r.bundle.Wipe()
	return buf
}

// toldOnce reports whether the line on standard error says all there is to say
// of a file, to a person who reads both.
func (n *inspection) toldOnce(j *job) bool {
	return j.unread && n.direct && terminal.Is(os.Stderr) && !n.env.form.Document
}

// tell reports on standard error what kept a file from being read whole. A hint
// that was given is not given again.
func (n *inspection) tell(j *job) {
	if j.fail == nil {
		return
	}
	if n.first == nil {
		n.first = j.fail
	}
	f := *j.fail
	if n.hinted[f.Hint] {
		f.Hint = ""
	}
	n.hinted[f.Hint] = true
	n.env.stdout.flush() // where both are a terminal, in the order of the files
	n.env.errorLine(&f)
}
