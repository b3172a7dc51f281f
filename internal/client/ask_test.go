package client_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/certconv/certconv/internal/testenv"
)

// served is a trial behind a port.
type served struct {
	*trial
	port  int
	roots string // file
}

func (s *served) url() string { return fmt.Sprintf("https://%s:%d/", s.host, s.port) }

// asker is a client: its name, how it says its version, and how it is asked.
// What comes back has the reason for each server that it refuses, and "" for
// those that it accepts.
type asker struct {
	name    string
	version []string
	ask     func(t testing.TB, list []*served) map[string]string
}

var askers = []asker{
	{"openssl", []string{"curl", "--version"}, each(askCurl)},
	{"python", []string{"python3", "-c", "import platform, ssl; print('Python', platform.python_version(), 'strict,', ssl.OPENSSL_VERSION)"}, script("python3", "ask.py")},
	{"gnutls", []string{"gnutls-cli", "--version"}, each(askGnuTLS)},
	{"go", []string{"go", "version"}, each(askGo)},
	{"java", []string{"java", "--version"}, script("java", "Ask.java")},
	{"node", []string{"node", "-p", "'Node ' + process.version + ', OpenSSL ' + process.versions.openssl"}, script("node", "ask.js")},
	{"chrome", []string{"chromium", "--version"}, askChrome},
	{"firefox", []string{"firefox-esr", "--version"}, askFirefox},
}

// limit is how long one client may take for one server, on a busy machine.
const limit = 30 * time.Second

// each asks about some servers at a time.
func each(ask func(*served) string) func(testing.TB, []*served) map[string]string {
	return func(_ testing.TB, list []*served) map[string]string {
		said := make([]string, len(list))
		var group sync.WaitGroup
		turn := make(chan bool, 2)
		for i, s := range list {
			turn <- true
			group.Go(func() {
				said[i] = ask(s)
				<-turn
			})
		}
		group.Wait()
		all := map[string]string{}
		for i, s := range list {
			all[s.id] = said[i]
		}
		return all
	}
}

// run starts a client and returns its output, and whether it is content.
func run(stdin string, name string, args ...string) (string, bool) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdin, cmd.Env = strings.NewReader(stdin), append(os.Environ(), "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

func askCurl(s *served) string {
	out, ok := run("", "curl", "-q", "--noproxy", "*", "-sS", "-o", os.DevNull, "-m", fmt.Sprint(limit.Seconds()), "--cacert", s.roots,
		"--connect-to", fmt.Sprint("::127.0.0.1:", s.port), s.url())
	if ok {
		return ""
	}
	first, _, _ := strings.Cut(out, "\n")
	return or(first, "no words")
}

func askGnuTLS(s *served) string {
	out, ok := run("", "gnutls-cli", "--x509cafile", s.roots, "--sni-hostname", s.host, "--verify-hostname", s.host, "-p", fmt.Sprint(s.port), "127.0.0.1")
	if ok {
		return ""
	}
	why := "no words"
	for line := range strings.Lines(out) {
		if status, found := strings.CutPrefix(line, "- Status: "); found {
			return strings.TrimSpace(status)
		}
		if strings.HasPrefix(line, "***") {
			why = strings.Trim(line, "* \n")
		}
	}
	return why
}

func askGo(s *served) string {
	roots := x509.NewCertPool()
	text, err := os.ReadFile(s.roots)
	if err != nil {
		return err.Error()
	}
	roots.AppendCertsFromPEM(text)
	c, err := tls.DialWithDialer(&net.Dialer{Timeout: limit}, "tcp", fmt.Sprint("127.0.0.1:", s.port), &tls.Config{RootCAs: roots, ServerName: s.host})
	if err != nil {
		return or(strings.Join(strings.Fields(err.Error()), " "), "no words")
	}
	c.Close()
	return ""
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// script has a program of testdata/clients ask about all.
func script(program, name string) func(testing.TB, []*served) map[string]string {
	return func(t testing.TB, list []*served) map[string]string {
		t.Helper()
		var in bytes.Buffer
		for _, s := range list {
			fmt.Fprintf(&in, "%s\t%d\t%s\t%s\n", s.id, s.port, s.host, s.roots)
		}
		cmd := exec.Command(program, filepath.Join(testenv.Root(t), "testdata/clients", name))
		cmd.Stdin, cmd.Env = &in, append(os.Environ(), "LC_ALL=C.UTF-8")
		var errs bytes.Buffer
		cmd.Stderr = &errs
		out, err := cmd.Output()
		if err != nil {
			t.Errorf("%s: %v\n%s", name, err, &errs)
		}
		said := map[string]string{}
		for line := range strings.Lines(string(out)) {
			switch f := strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 3); {
			case len(f) == 2 && f[1] == "ok":
				said[f[0]] = ""
			case len(f) == 3:
				said[f[0]] = or(f[2], "no words")
			default:
				t.Errorf("%s says %q", name, line)
			}
		}
		return said
	}
}

// nginxConfig is one server for each trial. Its strength is that of the client.
func nginxConfig(dir string, list []*served) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "daemon off; master_process off; error_log stderr; pid %s/pid; events { worker_connections 4096; }\nhttp { access_log off; default_type text/plain;\n", dir)
	for _, x := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		fmt.Fprintf(&b, "%s_temp_path %s/%s;\n", x, dir, x)
	}
	for _, s := range list {
		fmt.Fprintf(&b, "server { listen 127.0.0.1:%d ssl; ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers ALL:@SECLEVEL=0; ssl_certificate %[2]s/%[3]s.pem; ssl_certificate_key %[2]s/%[3]s.key; return 200 ok; }\n", s.port, dir, s.id)
	}
	b.WriteString("}\n")
	return b.Bytes()
}

// serve writes the files of all trials and starts nginx with those that it
// takes. refused is what it says about the others.
func serve(t testing.TB, dir string, trials []*trial) (list []*served, refused map[string]string) {
	t.Helper()
	write := func(name string, data []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ports := freePorts(t, len(trials))
	refused = map[string]string{}
	for i, k := range trials {
		s := &served{trial: k, port: ports[i], roots: filepath.Join(dir, k.id+"-roots.pem")}
		write(k.id+".pem", pemOf(k.serve...))
		write(k.id+".key", k.leaf.key.private)
		write(k.id+"-roots.pem", pemOf(k.trust...))
		write("one.conf", nginxConfig(dir, []*served{s}))
		if out, ok := run("", "nginx", "-t", "-c", filepath.Join(dir, "one.conf")); !ok {
			_, why, _ := strings.Cut(out, "[emerg] ")
			first, _, _ := strings.Cut(why, "\n")
			refused[k.id] = strings.ReplaceAll(or(first, "no words"), dir+"/", "")
			continue
		}
		list = append(list, s)
	}
	write("all.conf", nginxConfig(dir, list))
	cmd := exec.Command("nginx", "-c", filepath.Join(dir, "all.conf"))
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for range 100 {
		c, err := net.Dial("tcp", fmt.Sprint("127.0.0.1:", list[len(list)-1].port))
		if err == nil {
			c.Close()
			return list, refused
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("nginx did not start: %s", &errs)
	return nil, nil
}

// freePorts finds ports that nobody listens at, below those that the system
// gives to connections.
func freePorts(t testing.TB, n int) []int {
	t.Helper()
	var list []int
	for port := 20000 + os.Getpid()%5000; len(list) < n && port < 32000; port++ {
		if l, err := net.Listen("tcp", fmt.Sprint("127.0.0.1:", port)); err == nil {
			l.Close()
			list = append(list, port)
		}
	}
	if len(list) < n {
		t.Fatalf("%d free ports", len(list))
	}
	return list
}

// versionOf is the first line of what a program says about itself.
func versionOf(t testing.TB, a asker) string {
	t.Helper()
	if a.name == "go" {
		return runtime.Version()
	}
	out := strings.TrimSpace(testenv.Must(t, ".", a.version[0], a.version[1:]...))
	first, _, _ := strings.Cut(out, "\n")
	first, _, _ = strings.Cut(first, " zlib/") // curl names all that it is made of
	return first
}

// ask has all clients asked at the same time.
func ask(t testing.TB, list []*served, which func(client string, s *served) bool) map[string]map[string]string {
	t.Helper()
	answers := make([]map[string]string, len(askers))
	var group sync.WaitGroup
	for i, a := range askers {
		var some []*served
		for _, s := range list {
			if which(a.name, s) {
				some = append(some, s)
			}
		}
		if len(some) == 0 {
			continue
		}
		group.Go(func() {
			start := time.Now()
			answers[i] = a.ask(t, some)
			t.Logf("%s: %d servers in %v", a.name, len(some), time.Since(start).Round(time.Second))
		})
	}
	group.Wait()
	all := map[string]map[string]string{}
	for i, a := range askers {
		all[a.name] = answers[i]
	}
	return all
}
