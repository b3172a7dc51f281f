// Mutate asks whether the tests notice faults: it changes the lines that judge or
// write, one at a time, and runs the tests that come there. A change that no test
// notices is printed. The files of the program stay as they are: Go compiles
// changed copies (go build -overlay).
//
// Tests run as with -short. A run has two parts. The first finds out which test
// comes to which line; the result can be kept in a file, -profile, for the next
// run. The second takes mutants by chance, -seed, until -n of them compiled.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// subjects are the files that are changed: patterns below the folder of go.mod.
var subjects = []string{
	"validate/*.go", "internal/structure/*.go", "internal/pbe/*.go", "internal/pubkey/*.go", "internal/ec/*.go",
	"internal/atomicfile/*.go", "internal/deploy/*.go",
	"convert/arrange.go", "convert/chain.go", "convert/encode.go", "convert/jkswrite.go", "convert/loss.go", "convert/net.go", "convert/openssh.go",
	"convert/p7b.go", "convert/pemencode.go", "convert/pfxgo.go", "convert/pfxmac.go", "convert/pfxwrite.go", "convert/pkcs8.go", "convert/prove.go",
	"convert/pvk.go", "convert/zip.go",
	"cmd/certconv/install*.go",
}

func main() {
	log.SetFlags(0)
	s := &session{}
	n := flag.Int("n", 200, "how many mutants to try")
	flag.Uint64Var(&s.seed, "seed", 1, "which mutants: the same number takes the same ones again")
	match := flag.String("match", "", "of these, try only the ones whose file, line, change or code matches this regular expression")
	keep := flag.String("profile", "", "file with the lines that each test comes to; made if it is missing")
	flag.IntVar(&s.workers, "p", 1, "how many to try at a time")
	unreached := flag.Bool("unreached", false, "try none: print those of all that no test comes to")
	flag.BoolVar(&s.verbose, "v", false, "tell of every mutant what killed it")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	re, err := regexp.Compile(*match)
	if err == nil {
		err = s.run(ctx, *n, re, *keep, *unreached)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// session is one run of the program.
type session struct {
	seed    uint64
	workers int
	verbose bool

	work  string // a folder for copies, programs and their files
	tests []*test
}

func (s *session) run(ctx context.Context, n int, match *regexp.Regexp, keep string, unreached bool) error {
	if _, err := os.Stat("go.mod"); err != nil {
		return fmt.Errorf("to be run in the folder of go.mod: %w", err)
	}
	var err error
	if s.work, err = folder("", "mutate"); err != nil {
		return err
	}
	defer os.RemoveAll(s.work)
	files, err := subjectFiles(ctx)
	if err != nil {
		return err
	}
	all, err := s.candidates(files)
	if err != nil {
		return err
	}
	if s.tests, err = s.profile(ctx, files, keep); err != nil {
		return err
	}
	if unreached {
		s.printUnreached(all, match)
		return nil
	}
	results, err := s.tryAll(ctx, all, n, match)
	report(results, len(all), s.seed)
	return err
}

// folder makes a folder that others may enter: some tests are somebody else for a
// while.
func folder(parent, name string) (string, error) {
	dir, err := os.MkdirTemp(parent, name)
	return dir, cmp.Or(err, os.Chmod(dir, 0o755))
}

// subjectFiles are the files of subjects that belong to the program on this
// system.
func subjectFiles(ctx context.Context) ([]string, error) {
	root, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	listed, err := goTool(ctx, nil, "list", "-f", `{{$d := .Dir}}{{range .GoFiles}}{{$d}}/{{.}}{{"\n"}}{{end}}`, "./...")
	if err != nil {
		return nil, err
	}
	var files []string
	for name := range strings.Lines(listed) {
		name, err := filepath.Rel(root, strings.TrimSpace(name))
		if err != nil {
			return nil, err
		}
		name = filepath.ToSlash(name)
		if slices.ContainsFunc(subjects, func(pattern string) bool { ok, _ := filepath.Match(pattern, name); return ok }) {
			files = append(files, name)
		}
	}
	return files, nil
}

// candidates are the mutants of all files, in the order in which they are taken,
// without those that are known to change nothing.
func (s *session) candidates(files []string) ([]mutant, error) {
	var all []mutant
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		found, err := mutants(name, src)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	for _, e := range equivalent {
		if !slices.ContainsFunc(all, e.is) {
			log.Printf("not there any more: %s, %s: %s, %s, which was equivalent because %s", e.file, e.in, e.code, e.change, e.why)
		}
	}
	all = slices.DeleteFunc(all, func(m mutant) bool {
		return slices.ContainsFunc(equivalent, func(e equal) bool { return e.is(m) })
	})
	slices.SortFunc(all, func(a, b mutant) int { return cmp.Compare(a.rank(s.seed), b.rank(s.seed)) })
	return all, nil
}

// tryAll tries mutants until n of them were found to be some, and returns what
// became of these.
func (s *session) tryAll(ctx context.Context, all []mutant, n int, match *regexp.Regexp) ([]result, error) {
	var results []result
	for taken := 0; taken < n && len(all) > 0; {
		some := all[:min(n-taken, len(all))]
		all = all[len(some):]
		taken += len(some)
		some = slices.DeleteFunc(slices.Clone(some), func(m mutant) bool { return !match.MatchString(m.String()) })
		tried, err := s.tryEach(ctx, some)
		for _, r := range tried {
			if r.verdict == noMutant {
				taken--
			} else {
				results = append(results, r)
			}
		}
		if err != nil {
			return results, err
		}
	}
	return results, nil
}

func (s *session) tryEach(ctx context.Context, some []mutant) ([]result, error) {
	trials, err := s.prepare(ctx, some)
	if err != nil {
		return nil, err
	}
	results := make([]result, len(trials))
	errs := make([]error, len(trials))
	next := make(chan int, len(trials))
	for i := range trials {
		next <- i
	}
	close(next)
	var wg sync.WaitGroup
	for range s.workers {
		wg.Go(func() {
			for i := range next {
				if results[i], errs[i] = s.try(ctx, trials[i]); errs[i] == nil {
					s.tell(results[i])
				}
			}
		})
	}
	wg.Wait()
	var tried []result // all of them, unless somebody has ended the run
	for i, err := range errs {
		if err == nil {
			tried = append(tried, results[i])
		}
	}
	return tried, cmp.Or(errs...)
}

func (s *session) tell(r result) {
	if s.verbose || r.verdict == survived {
		fmt.Printf("%s: %v\n\t%s\n", r.verdict, r.mutant, strings.Join(r.by, "\n\t"))
	}
}

// printUnreached prints the mutants of lines that no test comes to: each of them
// survives.
func (s *session) printUnreached(all []mutant, match *regexp.Regexp) {
	list := slices.DeleteFunc(slices.Clone(all), func(m mutant) bool { return !match.MatchString(m.String()) || len(s.comingTo(m)) > 0 })
	slices.SortFunc(list, func(a, b mutant) int { return cmp.Or(cmp.Compare(a.file, b.file), a.line-b.line) })
	for _, m := range list {
		fmt.Println(m)
	}
	fmt.Printf("\n%d of %d mutants are on lines that no test comes to\n", len(list), len(all))
}

func report(results []result, candidates int, seed uint64) {
	killed := 0
	fmt.Println("\nsurvivors:")
	slices.SortFunc(results, func(a, b result) int {
		return cmp.Or(cmp.Compare(a.mutant.file, b.mutant.file), a.mutant.line-b.mutant.line)
	})
	for _, r := range results {
		if r.verdict == survived {
			fmt.Println(r.mutant)
		} else {
			killed++
		}
	}
	fmt.Printf("\nseed %d: %d mutants of %d, %d killed (%.1f %%)\n", seed, len(results), candidates, killed, 100*float64(killed)/float64(max(len(results), 1)))
}
