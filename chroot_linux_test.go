package certconv_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

// maxSteps is how many commands a page may take to a page in the browser.
const maxSteps = 9

// bareSystem runs a script in the tree $1, alone with its processes and its network.
const bareSystem = `
ip link set lo up
mount -t proc proc "$1/proc"
for device in null zero random urandom; do touch "$1/dev/$device"; mount --bind "/dev/$device" "$1/dev/$device"; done
exec chroot "$1" /bin/bash --noprofile --norc -c 'cd /root && . ./steps'
`

// The pages lead from the files to a page that is served, in few commands, on a system
// with nothing but the server, a shell and certconv.
func TestBareSystem(t *testing.T) {
	testenv.Slow(t)
	testenv.Programs(t, "unshare", "ip", "chroot", "ldd", "dpkg", "tar", "curl", "bash", "go")
	if os.Getuid() != 0 {
		testenv.Skip(t, "only root can change the root folder")
	}
	for _, c := range []struct {
		page     string
		programs []string
		folders  []string
	}{
		{"docs/pfx-to-nginx.md", []string{"nginx"}, []string{"/etc/nginx", "/usr/lib/nginx", "/usr/share/nginx", "/var/lib/nginx"}},
		{"docs/iis4-to-apache.md", []string{"apache2", "apachectl", "a2enmod", "a2ensite", "perl", "find"}, []string{"/etc/apache2", "/usr/lib/apache2", "/usr/share/apache2", "/var/lib/apache2", "/etc/mime.types"}},
	} {
		t.Run(c.page, func(t *testing.T) {
			t.Parallel()
			testenv.Programs(t, c.programs...)
			root := bareTree(t, append(c.programs, "bash", "sh", "sed", "grep", "curl"), c.folders)
			served := false
			var script strings.Builder
			taken := 0
			for _, s := range steps(t, c.page) {
				taken++
				script.WriteString(s.command + " || exit\n")
				if served = strings.HasPrefix(s.command, "curl "); served {
					break
				}
			}
			if !served || taken > maxSteps {
				t.Errorf("%d commands, at most %d may be needed to a page that is served", taken, maxSteps)
			}
			write(t, filepath.Join(root, "root", "steps"), script.String())
			cmd := exec.Command("unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "bash", "-ec", bareSystem, "bare", root)
			cmd.Env = []string{"PATH=/usr/local/bin:/usr/bin:/usr/sbin:/bin:/sbin", "HOME=/root"}
			if out, err := cmd.CombinedOutput(); err != nil || !strings.HasSuffix(strings.TrimSpace(string(out)), "served by itself") {
				log, _ := filepath.Glob(filepath.Join(root, "var/log/*/error.log"))
				for _, path := range log {
					said, _ := os.ReadFile(path)
					out = append(out, said...)
				}
				t.Errorf("%v\n%s%s", err, script.String(), out)
			}
		})
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// libraries are what ldd finds.
var libraries = regexp.MustCompile(`(?m)^\s+(?:\S+ => )?(/\S+) \(0x`)

// bareTree is a system with these programs and folders of this one, certconv, and a page
// of the server.
func bareTree(t *testing.T, programs, folders []string) string {
	t.Helper()
	root := t.TempDir()
	if err := os.Chmod(root, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"bin", "sbin", "lib", "lib64"} {
		write(t, filepath.Join(root, "usr", dir, ".keep"), "")
		if err := os.Symlink("usr/"+dir, filepath.Join(root, dir)); err != nil {
			t.Fatal(err)
		}
	}
	files := strings.Fields(testenv.Must(t, ".", "dpkg", "-L", "coreutils", "perl-base"))
	forScripts, _ := filepath.Glob("/usr/share/perl/*/if.pm") // all that those of Debian's Apache need beside perl-base
	files = append(files, forScripts...)
	binaries := []string{"/bin/cp", "/bin/ls", "/usr/bin/stat", "/usr/bin/id", "/usr/bin/install", "/usr/bin/perl"}
	for _, p := range programs {
		path, err := exec.LookPath(p)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, path)
		binaries = append(binaries, path)
	}
	folders = slices.DeleteFunc(slices.Clone(folders), func(dir string) bool { _, err := os.Stat(dir); return err != nil })
	for _, dir := range folders {
		modules, _ := filepath.Glob(filepath.Join(dir, "modules", "*.so"))
		binaries = append(binaries, modules...)
	}
	out, _, _ := testenv.Run(".", "ldd", binaries...) // it fails for scripts
	for _, m := range libraries.FindAllStringSubmatch(out, -1) {
		real, err := filepath.EvalSymlinks(m[1])
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, m[1], real)
	}
	list := filepath.Join(t.TempDir(), "list")
	write(t, list, strings.Join(files, "\n"))
	const fill = `
		tar -C / -cf - --no-recursion -T "$1" -h | tar -C "$0" -xf - --keep-directory-symlink
		tar -C / -cf - "${@:2}" | tar -C "$0" -xf - --keep-directory-symlink
		mkdir -p "$0"/{dev,proc,tmp,run/lock,root,var/log/nginx,var/log/apache2,var/cache/apache2,var/lib/nginx}
		chmod 1777 "$0/tmp"
		getent passwd root www-data nobody >"$0/etc/passwd"
		getent group root www-data adm nogroup >"$0/etc/group"
		mkdir -p "$0/root/testdata"
		cp -r testdata/journeys "$0/root/testdata/"
		ln -s /run "$0/var/run"
		ln -s /run/lock "$0/var/lock"
		CGO_ENABLED=0 go build -buildvcs=false -o "$0/usr/local/bin/certconv" ./cmd/certconv`
	testenv.Must(t, ".", "bash", append([]string{"-ec", fill, root, list}, folders...)...)
	write(t, filepath.Join(root, "var", "www", "html", "index.html"), "served by itself\n")
	return root
}
