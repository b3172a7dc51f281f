package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/certconv/certconv/internal/atomicfile"
	"github.com/certconv/certconv/internal/deploy"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/probe"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/signals"
	"github.com/certconv/certconv/internal/target"
)

const (
	trialTime   = 20 * time.Second // for a server to start
	prepareTime = 2 * time.Minute  // for a database to be made
	shakeTime   = 15 * time.Second // for the first handshake; Java takes its time on a busy machine
	commandTime = 5 * time.Minute  // for a command of the user or of the server
)

// tryStaged starts the target's server on the staged files alone, and compares
// what it serves with what was chosen.
func (p *installation) tryStaged(staged func(name string) string) error {
	t := p.target.Trial
	if t == nil {
		p.result.note("%s was not started on the files: certconv does not know how", p.target.Name)
		return nil
	}
	if t.Root && os.Geteuid() != 0 {
		p.result.note("%s was not started on the files: only root can", p.target.Name)
		return nil
	}
	program := firstProgram(t.Programs)
	if program == "" {
		p.result.note("%s was not started on the files: there is no program %s here", p.target.Name, strings.Join(t.Names(), " or "))
		return nil
	}
	values := p.values(p.built, func(f *deploy.File) string { return staged(f.Name) })
	for range 3 { // another program may take the port
		if err := p.trial(program, t, values); !errors.Is(err, errPortTaken) {
			return err
		}
	}
	return fault.New(fault.TestFailed, filepath.Base(program), "it finds each port taken that was free a moment ago").WithHint("run it again, or without --test")
}

var errPortTaken = errors.New("the port is taken")

func (p *installation) trial(program string, t *target.Trial, values map[string]string) error {
	server := newTrialServer()
	defer p.env.signals.Guard(server.end)()
	defer server.end()
	dir, err := server.folder()
	if err != nil {
		return fault.Writing(os.TempDir(), err)
	}
	port, err := freePort()
	if err != nil {
		return fault.New(fault.TestFailed, "", "no port to try the server on: %s", fault.Reason(err))
	}
	config := filepath.Join(dir, "server.conf")
	values["port"], values["folder"], values["configuration"] = port, dir, config
	values["modules"] = firstFolder(t.Modules)
	// Servers that are started by root want somebody else to serve as.
	if nobody, err := user.Lookup("nobody"); err == nil && os.Geteuid() == 0 {
		values["user"], values["group"] = "#"+nobody.Uid, "#"+nobody.Gid
	}
	if err := furnish(t, dir, config, values); err != nil {
		return fault.Writing(dir, err)
	}
	if server.as, err = trialUser(t.User); err != nil {
		return fault.New(fault.TestFailed, "", "%s", fault.Reason(err))
	}
	if err := server.letThrough(p.built.Dir, values); err != nil {
		return fault.Writing(p.built.Dir, err)
	}
	if len(t.Prepare) > 0 {
		preparing := filepath.Join(programFolder(program), t.Prepare[0])
		if err := server.prepare(preparing, configured(t.Prepare[1:], values), p.env.secrets.environ()); err != nil {
			return fault.New(fault.TestFailed, t.Prepare[0], "it fails: %s", err)
		}
	}
	server.start(program, configured(t.Arguments, values), p.env.secrets.environ())
	list, err := server.serves(net.JoinHostPort("127.0.0.1", port), t.Hello, values["host"])
	if err != nil {
		if strings.Contains(err.Error(), "ddress already in use") {
			return errPortTaken
		}
		return fault.New(fault.TestFailed, filepath.Base(program), "it does not take these files: %s", err).WithHint("certconv explain tells what a message means")
	}
	return p.compare(filepath.Base(program), list, server.said.complaints())
}

// compare holds what the server served against what was staged. Of TLS 1.2 and
// 1.3 one has to come about: no client gets further than that.
func (p *installation) compare(program string, list []shaken, said string) error {
	var want [][]byte
	for i := range p.site.Bundle.Certs {
		want = append(want, p.site.Bundle.Certs[i].Raw)
	}
	some := false
	for i := range list {
		s := &list[i]
		some = some || s.err == nil
		if s.err == nil && !slices.EqualFunc(s.certs, want, bytes.Equal) {
			return fault.New(fault.TestFailed, program, "it serves other certificates than it was given: %d instead of %d, or another one first (%s)", len(s.certs), len(want), s.protocol)
		}
	}
	if !some {
		why := ""
		if said != "" {
			why = "; it says: " + said
		}
		return fault.New(fault.TestFailed, program, "it starts with these files, but the handshake fails, with a key that is %s: %s; %s%s", p.keyTitle(), &list[0], &list[1], why).WithHint("certconv explain tells what a message means")
	}
	p.result.note("%s starts with these files, and serves %s", program, report.Plural(len(want), "certificate"))
	for i := range list {
		p.result.note("%s", &list[i])
	}
	return nil
}

// keyTitle is the kind of the site's key.
func (p *installation) keyTitle() string {
	leaf := &p.site.Bundle.Certs[0]
	return pubkey.Title(leaf.Algorithm, leaf.Bits)
}

// configured are the arguments of a program, with what stands for placeholders.
func configured(arguments []string, values map[string]string) (args []string) {
	for _, a := range arguments {
		args = append(args, strings.TrimSuffix(target.Configure(a, values), "\n"))
	}
	return args
}

// furnish writes the configuration, and makes the folders that the server needs.
// There is no secret in them. Where the server becomes another user it gets
// through the folder by name.
func furnish(t *target.Trial, dir, config string, values map[string]string) error {
	mode, folder := atomicfile.Secret, fs.FileMode(0o700)
	if t.User != "" || len(t.Folders) > 0 {
		mode, folder = atomicfile.Public, 0o711
	}
	err := os.Chmod(dir, folder)
	if t.User != "" {
		err = errors.Join(err, giveFolder(dir, t.User))
	}
	for _, f := range append([]target.TrialFile{{Name: filepath.Base(config), Text: t.Configuration}}, t.Beside...) {
		if f.Text == "" {
			continue
		}
		at := filepath.Join(dir, f.Name)
		err = errors.Join(err, os.WriteFile(at, []byte(target.Configure(f.Text, values)), mode), os.Chmod(at, mode))
	}
	for _, f := range t.Folders {
		at := filepath.Join(dir, filepath.FromSlash(f.Name))
		err = errors.Join(err, os.Mkdir(at, 0o755), os.Chmod(at, 0o755))
		if owner := cmp.Or(f.Owner, t.User); owner != "" {
			err = errors.Join(err, giveFolder(at, owner))
		}
	}
	return err
}

// openWays lets other users through the folders below dir to the files that
// values name, and returns what closes them again. What they may do with a file
// its own mode says.
func openWays(dir string, values map[string]string) (shut func(), err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	modes := map[string]fs.FileMode{}
	shut = func() {
		for name, mode := range modes {
			_ = root.Chmod(name, mode)
		}
		root.Close()
	}
	for _, at := range values {
		name, err := filepath.Rel(dir, filepath.FromSlash(at))
		if err != nil || !filepath.IsAbs(filepath.FromSlash(at)) || !filepath.IsLocal(name) {
			continue // no file of dir
		}
		for name = filepath.Dir(name); name != "."; name = filepath.Dir(name) {
			info, err := root.Lstat(name)
			if err != nil || modes[name] != 0 || info.Mode().Perm()&0o011 == 0o011 {
				continue
			}
			if err := root.Chmod(name, info.Mode().Perm()|0o011); err != nil {
				shut()
				return nil, err
			}
			modes[name] = info.Mode().Perm()
		}
	}
	return shut, nil
}

// trialUser is the user of this name where the server has to be started as one;
// nil where it is started as whoever runs certconv.
func trialUser(name string) (*user.User, error) {
	if name == "" || os.Geteuid() != 0 {
		return nil, nil
	}
	return user.Lookup(name)
}

// giveFolder gives a folder to the user of a server that root starts.
func giveFolder(path, name string) error {
	u, err := trialUser(name)
	if u == nil || err != nil {
		return err
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return err
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return err
	}
	return os.Chown(path, uid, gid)
}

// programFolder is the folder that a program is really in.
func programFolder(program string) string {
	if real, err := filepath.EvalSymlinks(program); err == nil {
		program = real
	}
	return filepath.Dir(program)
}

func firstProgram(names []string) string {
	for _, name := range names {
		if found, _ := filepath.Glob(name); strings.Contains(name, "*") && len(found) > 0 {
			name = found[len(found)-1]
		}
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
		// Servers are in folders that are not in everybody's PATH.
		for _, dir := range []string{"/usr/sbin", "/usr/local/sbin", "/sbin"} {
			if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil && runtime.GOOS != "windows" {
				return path
			}
		}
	}
	return ""
}

func firstFolder(list []string) string {
	for _, dir := range list {
		if found, _ := filepath.Glob(filepath.Join(dir, "mod_ssl*")); len(found) > 0 {
			return dir
		}
	}
	return ""
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

// trialServer is a server at work on nothing but the files, in a folder of its
// own.
type trialServer struct {
	said *tail
	gone chan struct{}

	as   *user.User // nil: whoever runs certconv
	ways func()     // closes the ways to the files that were opened for as

	mu    sync.Mutex
	dir   string
	cmd   *exec.Cmd
	ended bool // a signal may come before the start
}

func newTrialServer() *trialServer {
	return &trialServer{said: &tail{}, gone: make(chan struct{})}
}

var errEnded = errors.New("ended by a signal")

func (s *trialServer) folder() (dir string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return "", errEnded
	}
	s.dir, err = os.MkdirTemp("", "certconv-trial-")
	return s.dir, err
}

// letThrough lets the server get to the files that values name, below dir, until it
// ends.
func (s *trialServer) letThrough(dir string, values map[string]string) (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return errEnded
	}
	if s.as != nil {
		s.ways, err = openWays(dir, values)
	}
	return err
}

func (s *trialServer) start(program string, args, environ []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	cmd := exec.Command(program, args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = s.dir, environ, s.said, s.said
	cmd.WaitDelay = time.Second
	signals.Alone(cmd)
	err := errEnded
	if !s.ended {
		err = signals.As(cmd, s.as)
	}
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		fmt.Fprintln(s.said, fault.Reason(err))
		close(s.gone)
		return
	}
	s.cmd = cmd
	go func() {
		_ = cmd.Wait()
		close(s.gone)
	}()
}

// prepare runs a program to its end. An error has its words.
func (s *trialServer) prepare(program string, args, environ []string) error {
	s.start(program, args, environ)
	select {
	case <-s.gone:
	case <-time.After(prepareTime):
		return fmt.Errorf("not done after %s; %s", prepareTime, s.said.last())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return errEnded
	}
	if s.cmd == nil || !s.cmd.ProcessState.Success() {
		return errors.New(s.said.last())
	}
	s.cmd, s.gone, s.said = nil, make(chan struct{}), &tail{}
	return nil
}

// end stops the server and removes its folder.
func (s *trialServer) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return
	}
	s.ended = true
	if s.cmd != nil {
		signals.EndGroup(s.cmd, false)
		select {
		case <-s.gone:
		case <-time.After(5 * time.Second):
			signals.EndGroup(s.cmd, true)
			<-s.gone
		}
	}
	_ = os.RemoveAll(s.dir)
	if s.ways != nil {
		s.ways()
	}
}

// serves waits until the server answers, and says what handshakes came to. An
// error of the start has the server's words.
func (s *trialServer) serves(address string, hello target.Hello, host string) ([]shaken, error) {
	connect := func() (net.Conn, error) { return dialTrial(address, host, hello) }
	var list []shaken
	tries := 3 // it may close the first connections while it starts
	for end := time.Now().Add(trialTime); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		select {
		case <-s.gone:
			return nil, errors.New(s.said.last())
		default:
		}
		conn, err := connect()
		if refused := (*probe.RefusedError)(nil); errors.As(err, &refused) {
			if said := s.said.complaints(); said != "" {
				return nil, fmt.Errorf("%w; %s", err, said)
			}
			return nil, err
		}
		if err != nil {
			continue
		}
		conn.Close()
		list = shakeAll(connect, host)
		if tries--; !slices.ContainsFunc(list, func(s shaken) bool { return s.err == nil }) && tries > 0 {
			time.Sleep(200 * time.Millisecond)
			continue
		}
		return list, nil
	}
	if list != nil {
		return list, nil
	}
	return nil, errors.New("it neither serves nor gives up; " + s.said.last())
}

// tail keeps the last of what a program prints.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const tailSize = 4 << 10

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, b...)
	if len(t.text) > tailSize {
		t.text = bytes.Clone(t.text[len(t.text)-tailSize:])
	}
	return len(b), nil
}

// last is what matters of it: the lines that speak of an error, on one line.
func (t *tail) last() string {
	errs, all := t.lines()
	if len(errs) == 0 {
		errs = all
	}
	if len(errs) == 0 {
		return "it says nothing"
	}
	return strings.Join(errs[:min(len(errs), 3)], "; ")
}

// complaints are the lines that speak of an error, "" if none does.
func (t *tail) complaints() string {
	errs, _ := t.lines()
	return strings.Join(errs[:min(len(errs), 3)], "; ")
}

// lines are all of them, and those that speak of an error.
func (t *tail) lines() (errs, all []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for line := range strings.Lines(string(t.text)) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		all = append(all, line)
		if n := len(errs) - 1; n >= 0 && strings.HasSuffix(errs[n], ":") { // Apache says on the next line what it is
			errs[n] += " " + line
			continue
		}
		if l := strings.ToLower(line); strings.Contains(l, "emerg") || strings.Contains(l, "error") || strings.Contains(l, "alert") || strings.Contains(l, "ah0") || strings.Contains(l, "failed") {
			errs = append(errs, line)
		}
	}
	return errs, all
}

// confirmation is what follows when the files are in place: the server's test
// of its own configuration, and the reload.
type confirmation struct {
	env      *env
	test     string // the command, "" for none
	reload   string
	result   *installResult // takes the notes
	reloaded bool           // the reload was tried
	served   func() error   // whether the server sends what was installed; nil: it is not asked
}

// confirmation prepares it. A configuration that does not pass its test even
// before says nothing about the files.
func (p *installation) confirmation() *confirmation {
	c := &confirmation{env: p.env, reload: p.reload, result: &p.result, served: p.sends()}
	if !p.test {
		return c
	}
	for _, command := range p.target.Test {
		name, _, _ := strings.Cut(command, " ")
		program := firstProgram([]string{name})
		if program == "" {
			continue
		}
		command = program + strings.TrimPrefix(command, name)
		if err := p.env.shell(command); err != nil {
			p.result.note("%q fails without the new files too, and was not asked about them: %s", command, err)
			return c
		}
		c.test = command
		return c
	}
	return c
}

// runs is run, nil if there is nothing to run: then no signal ends the program
// between the switch and the report.
func (c *confirmation) runs() func() error {
	if c.test == "" && c.reload == "" {
		return nil
	}
	return c.run
}

func (c *confirmation) run() error {
	if c.test != "" {
		if err := c.env.shell(c.test); err != nil {
			return fault.New(fault.TestFailed, c.test, "it fails with the new files: %s", err).WithHint("the former files are back; certconv explain tells what a message means")
		}
		c.result.note("%s: passed", c.test)
	}
	if c.reload == "" {
		return nil
	}
	c.reloaded = true
	release := c.env.signals.Guard(func() {
		c.env.warn("%s: interrupted; the former files are back, but the server may have read the new ones: run it again", c.reload)
	})
	err := c.env.shell(c.reload)
	var other error
	if err == nil && c.served != nil {
		other = c.served()
	}
	c.env.signals.Hold() // before the release: from here on it is done, and no signal takes it back
	release()
	if err != nil {
		return fault.New(fault.ReloadFailed, c.reload, "it fails: %s", err)
	}
	if other != nil {
		return fault.New(fault.ReloadFailed, c.reload, "it is done, but %s", other).WithHint("the former files are back, and the server was reloaded again; see that its configuration names the files in --dir")
	}
	c.result.note("%s: done", c.reload)
	return nil
}

// again tells the server that the former files are back.
func (c *confirmation) again() {
	if !c.reloaded {
		return
	}
	if err := c.env.shell(c.reload); err != nil {
		c.env.warn("%s fails with the former files too: %s", c.reload, err)
	}
}

// shell runs a command line. The error has what it printed.
func (e *env) shell(line string) error {
	ctx, cancel := context.WithTimeout(context.Background(), commandTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", line)
	if runtime.GOOS == "windows" {
		cmd = exec.CommandContext(ctx, "cmd", "/c", line)
	}
	said := &tail{}
	cmd.Env, cmd.Stdout, cmd.Stderr = e.secrets.environ(), said, said
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	switch {
	case err == nil, errors.Is(err, exec.ErrWaitDelay): // it left something running, as a start of a server does
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("not done after %s; %s", commandTime, said.last())
	}
	return fmt.Errorf("%s (%s)", said.last(), err)
}
