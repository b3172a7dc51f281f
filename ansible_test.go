package certconv_test

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

// ansible is a controller and its hosts, each a folder.
type ansible struct {
	t    *testing.T
	dir  string
	vars map[string]any // of all hosts
}

// recap is a line of the summary that a run ends with.
type recap struct{ ok, changed, failed int }

func newAnsible(t *testing.T, hosts ...string) *ansible {
	t.Helper()
	testenv.Slow(t)
	testenv.Programs(t, "ansible-playbook")
	a := &ansible{t: t, dir: t.TempDir(), vars: map[string]any{}}
	a.write("hosts", "[web]\n"+strings.Join(hosts, "\n")+"\n[web:vars]\nansible_connection=local\nhost={{ playbook_dir }}/{{ inventory_hostname }}\n")
	for _, h := range hosts {
		a.write(h+"/ssl/site.pem", a.server("rsa.pem")+a.server("inter.pem"))
		a.write(h+"/ssl/root.pem", a.server("root.pem"))
		a.write(h+"/ssl/site.key", a.server("rsa.key"))
	}
	return a
}

func (a *ansible) server(name string) string {
	a.t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "servers", name))
	if err != nil {
		a.t.Fatal(err)
	}
	return string(text)
}

func (a *ansible) write(name, text string) {
	a.t.Helper()
	path := filepath.Join(a.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		a.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		a.t.Fatal(err)
	}
}

func (a *ansible) writeVars(name string, vars map[string]any) {
	a.t.Helper()
	text, err := json.Marshal(vars)
	if err != nil {
		a.t.Fatal(err)
	}
	a.write(name, string(text))
}

// play runs the role on all hosts; flags are those of ansible-playbook.
func (a *ansible) play(flags ...string) (map[string]recap, string) {
	a.t.Helper()
	a.writeVars("group_vars/web.json", a.vars)
	a.write("play.yml", `[{"hosts": "web", "gather_facts": false, "roles": ["certconv"]}]`)
	roles, err := filepath.Abs("contrib/ansible")
	if err != nil {
		a.t.Fatal(err)
	}
	cmd := exec.Command("ansible-playbook", append([]string{"-i", "hosts", "play.yml"}, flags...)...)
	cmd.Dir = a.dir
	cmd.Env = append(os.Environ(), "ANSIBLE_ROLES_PATH="+roles, "ANSIBLE_HOME="+filepath.Join(a.dir, ".ansible"), "ANSIBLE_NOCOLOR=1",
		"SSL_CERT_FILE=/nonexistent", "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	result := map[string]recap{}
	for _, m := range regexp.MustCompile(`(?m)^(\w+) +: ok=(\d+) +changed=(\d+) +unreachable=0 +failed=(\d+)`).FindAllStringSubmatch(string(out), -1) {
		var r recap
		_, _ = fmt.Sscan(m[2]+" "+m[3]+" "+m[4], &r.ok, &r.changed, &r.failed)
		result[m[1]] = r
	}
	failed := false
	for _, r := range result {
		failed = failed || r.failed > 0
	}
	if len(result) == 0 || failed != (err != nil) {
		a.t.Fatalf("%v\n%s", err, out)
	}
	return result, string(out)
}

// files are all files of the hosts with their content and modes.
func (a *ansible) files() map[string]string {
	a.t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(a.dir, func(path string, e fs.DirEntry, err error) error {
		name, _ := filepath.Rel(a.dir, path)
		if err != nil || e.IsDir() || !strings.HasPrefix(name, "web") {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		found[name] = info.Mode().String() + "\n" + string(text)
		return err
	})
	if err != nil {
		a.t.Fatal(err)
	}
	return found
}

// differ lists the files that are new, gone, or others than before.
func differ(before, now map[string]string) (list []string) {
	for name := range now {
		if before[name] != now[name] {
			list = append(list, name)
		}
	}
	for name := range before {
		if _, ok := now[name]; !ok {
			list = append(list, name)
		}
	}
	return list
}

// reports reads what was gathered of a host: the codes of errors and of what
// could not be read, for each site.
func (a *ansible) reports(host string) (list [][]string) {
	a.t.Helper()
	text, err := os.ReadFile(filepath.Join(a.dir, "reports", host+".ndjson"))
	if err != nil {
		a.t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var d struct {
			Host     string
			Schema   int
			Findings []struct{ Code, Severity string }
			Error    *struct{ Code string }
		}
		if err := json.Unmarshal([]byte(line), &d); err != nil || d.Schema != 1 || d.Host != host {
			a.t.Fatalf("%v: %s", err, line)
		}
		codes := []string{}
		for _, f := range d.Findings {
			if f.Severity == "error" {
				codes = append(codes, f.Code)
			}
		}
		if d.Error != nil && !slices.Contains(codes, d.Error.Code) { // a refusal names the worst finding
			codes = append(codes, d.Error.Code)
		}
		list = append(list, codes)
	}
	return list
}

// Hosts fail for what is wrong on them and for nothing else, nothing on them is
// touched, and what was found arrives.
func TestAnsibleCheck(t *testing.T) {
	t.Parallel()
	a := newAnsible(t, "web1", "web2", "web3", "web4")
	testenv.Must(t, ".", "go", "build", "-buildvcs=false", "-o", filepath.Join(a.dir, "files", "certconv"), "./cmd/certconv")
	a.write("web2/ssl/site.key", a.server("renewed.key"))
	a.write("web3/ssl/site.key", a.server("rsa.locked.key"))
	if err := os.Remove(filepath.Join(a.dir, "web4/ssl/site.key")); err != nil {
		t.Fatal(err)
	}
	a.vars = map[string]any{
		"certconv_binary": "certconv",
		"certconv_path":   "{{ host }}/bin/certconv",
		"certconv_gather": "{{ playbook_dir }}/reports",
		"certconv_sites": []any{
			map[string]any{
				"name": "www", "key": "{{ host }}/ssl/site.key", "cert": "{{ host }}/ssl/site.pem", "roots": "{{ host }}/ssl/root.pem",
				"hosts": []string{"www.example.com"}, "pass": "secret",
			},
			map[string]any{"name": "all", "files": []string{"{{ host }}/ssl/site.pem"}, "roots": "{{ host }}/ssl/root.pem"},
		},
	}
	for i := 1; i <= 4; i++ {
		if err := os.Mkdir(filepath.Join(a.dir, fmt.Sprintf("web%d/bin", i)), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	before := a.files()

	result, out := a.play("--check")
	for host, r := range result {
		if r.changed != 1 || r.failed != 0 {
			t.Errorf("--check, and nothing there to check with: %s has %+v\n%s", host, r, out)
		}
	}
	if list := differ(before, a.files()); len(list) > 0 {
		t.Errorf("--check has changed %v", list)
	}
	if _, err := os.Stat(filepath.Join(a.dir, "reports")); err == nil {
		t.Error("--check has written reports")
	}

	for _, run := range []struct {
		changed int
		flags   []string
	}{{1, []string{"-vvvv"}}, {0, nil}, {0, []string{"--check"}}} {
		result, out = a.play(run.flags...)
		for host, failed := range map[string]int{"web1": 0, "web2": 1, "web3": 0, "web4": 1} {
			if r := result[host]; r.changed != run.changed || r.failed != failed {
				t.Errorf("%v: %s has %+v\n%s", run.flags, host, r, out)
			}
		}
		for _, says := range []string{`"www: certconv ends with code 1"`, `"error[key-mismatch] `, `"www: certconv ends with code 3"`, "there is no such file"} {
			if !strings.Contains(out, says) {
				t.Errorf("%v: nothing says %s\n%s", run.flags, says, out)
			}
		}
		if strings.Contains(out, "secret") {
			t.Error("the password is shown")
		}
	}
	var others []string
	for _, name := range differ(before, a.files()) {
		if filepath.Base(name) != "certconv" {
			others = append(others, name)
		}
	}
	if len(others) > 0 {
		t.Errorf("checking has changed %v", others)
	}
	for host, want := range map[string]string{
		"web1": "[[] []]", "web2": "[[key-mismatch] []]", "web3": "[[] []]", "web4": "[[] [not-found] []]",
	} {
		if got := fmt.Sprint(a.reports(host)); got != want {
			t.Errorf("%s: the reports have %s, want %s", host, got, want)
		}
	}
}

// A running server is asked too: one host has the certificate that it sends, the
// other one that it has not read yet.
func TestAnsibleProbe(t *testing.T) {
	t.Parallel()
	a := newAnsible(t, "web1", "web2")
	testenv.Must(t, ".", "go", "build", "-buildvcs=false", "-o", filepath.Join(a.dir, "files", "certconv"), "./cmd/certconv")
	a.write("web2/ssl/site.key", a.server("renewed.key"))
	a.write("web2/ssl/site.pem", a.server("renewed.pem")+a.server("inter.pem"))
	pair, err := tls.X509KeyPair([]byte(a.server("rsa.pem")+a.server("inter.pem")), []byte(a.server("rsa.key")))
	if err != nil {
		t.Fatal(err)
	}
	server, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{pair}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	go func() {
		for {
			c, err := server.Accept()
			if err != nil {
				return
			}
			go func() {
				_ = c.(*tls.Conn).Handshake()
				_ = c.Close()
			}()
		}
	}()
	a.vars = map[string]any{
		"certconv_binary": "certconv",
		"certconv_path":   "{{ host }}/certconv",
		"certconv_gather": "{{ playbook_dir }}/reports",
		"certconv_sites": []any{map[string]any{
			"name": "www", "key": "{{ host }}/ssl/site.key", "cert": "{{ host }}/ssl/site.pem", "roots": "{{ host }}/ssl/root.pem",
			"hosts": []string{"www.example.com"}, "probe": server.Addr().String(),
		}},
	}
	result, out := a.play()
	for host, failed := range map[string]int{"web1": 0, "web2": 1} {
		if r := result[host]; r.failed != failed {
			t.Errorf("%s has %+v\n%s", host, r, out)
		}
	}
	if !strings.Contains(out, "error[served-not-on-disk] "+server.Addr().String()) {
		t.Errorf("nothing says that the reload did not happen\n%s", out)
	}
	for host, want := range map[string]bool{"web1": false, "web2": true} {
		text, err := os.ReadFile(filepath.Join(a.dir, "reports", host+".ndjson"))
		if err != nil || strings.Count(string(text), "\n") != 2 || strings.Contains(string(text), `"served-not-on-disk", "severity": "error"`) != want {
			t.Errorf("%s: %v, the reports are\n%s", host, err, text)
		}
	}
}

// Where the new files fit they are installed, once; elsewhere nothing changes.
func TestAnsibleInstall(t *testing.T) {
	t.Parallel()
	a := newAnsible(t, "web1", "web2", "web3", "web4")
	bin := filepath.Join(a.dir, "certconv.bin")
	testenv.Must(t, ".", "go", "build", "-buildvcs=false", "-o", bin, "./cmd/certconv")
	a.write("web2/ssl/site.key", a.server("renewed.key"))
	a.write("web3/ssl/site.key", a.server("rsa.locked.key"))
	site := func(more map[string]any) []any {
		s := map[string]any{
			"name": "www", "files": []string{"{{ host }}/ssl/site.key", "{{ host }}/ssl/site.pem"}, "roots": "{{ host }}/ssl/root.pem",
			"hosts": []string{"www.example.com"}, "target": "nginx", "dir": "{{ host }}/live", "reload": "echo again >>{{ host }}/reloads",
		}
		maps.Copy(s, more)
		return []any{s}
	}
	a.vars = map[string]any{
		"certconv_path": bin, "certconv_install": true, "certconv_gather": "{{ playbook_dir }}/reports", "certconv_sites": site(nil),
	}
	a.writeVars("host_vars/web3.json", map[string]any{"certconv_sites": site(map[string]any{"pass": "secret"})})
	a.writeVars("host_vars/web4.json", map[string]any{"certconv_sites": site(map[string]any{"target": "iis", "pass": "not needed", "pass_out": "unseen"})})
	for i := 1; i <= 4; i++ {
		if err := os.Mkdir(filepath.Join(a.dir, fmt.Sprintf("web%d/live", i)), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	before := a.files()
	expect := func(flags []string, changed map[string]int) {
		t.Helper()
		result, out := a.play(flags...)
		for _, host := range []string{"web1", "web2", "web3", "web4"} {
			want := recap{result[host].ok, changed[host], 0}
			if host == "web2" {
				want.failed = 1
			}
			if result[host] != want {
				t.Errorf("%v: %s has %+v, want %+v\n%s", flags, host, result[host], want, out)
			}
		}
		if !strings.Contains(out, "www: certconv ends with code 1") || !strings.Contains(out, "error[key-mismatch] ") || strings.Contains(out, "secret") || strings.Contains(out, "unseen") {
			t.Errorf("%v: it says\n%s", flags, out)
		}
	}
	all := map[string]int{"web1": 1, "web3": 1, "web4": 1}
	expect([]string{"--check"}, all)
	if list := differ(before, a.files()); len(list) > 0 {
		t.Errorf("--check has changed %v", list)
	}
	expect([]string{"-vvv"}, all)
	installed := a.files()
	for _, name := range differ(before, installed) {
		if strings.HasPrefix(name, "web2") {
			t.Errorf("a refused installation has changed %s", name)
		}
	}
	const key = "live/www.example.com/www.example.com.key"
	for _, name := range []string{"web1/" + key, "web3/" + key, "web4/live/www.example.com.pfx"} {
		if !strings.HasPrefix(installed[name], "-rw-------\n") {
			t.Errorf("%s: %.10s", name, installed[name])
		}
	}
	expect(nil, nil)
	if list := differ(installed, a.files()); len(list) > 0 {
		t.Errorf("a second run has changed %v", list)
	}
	a.write("web1/ssl/site.key", a.server("renewed.key"))
	a.write("web1/ssl/site.pem", a.server("renewed.pem")+a.server("inter.pem"))
	expect([]string{"--limit", "web1,web2,web3"}, map[string]int{"web1": 1})
	now := a.files()
	if now["web1/"+key] == installed["web1/"+key] || strings.Count(now["web1/reloads"], "again") != 2 || strings.Count(now["web3/reloads"], "again") != 1 {
		t.Errorf("after a renewal web1 has reloaded %q, web3 %q", now["web1/reloads"], now["web3/reloads"])
	}
	for host, want := range map[string]string{"web1": "[[]]", "web2": "[[key-mismatch]]", "web3": "[[]]", "web4": "[[]]"} {
		if got := fmt.Sprint(a.reports(host)); got != want {
			t.Errorf("%s: the reports have %s, want %s", host, got, want)
		}
	}
}
