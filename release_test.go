package certconv_test

import (
	"bytes"
	"debug/buildinfo"
	"debug/elf"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

// release runs .ci/release in dir for a few platforms, with the settings of
// somebody's shell, and returns the folder of what it made.
func release(t *testing.T, dir string, settings ...string) string {
	t.Helper()
	cmd := exec.Command("bash", "-c", `umask "$UMASK" && exec .ci/release linux/`+runtime.GOARCH+" windows/arm64")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), settings...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", dir, err, out)
	}
	return filepath.Join(dir, "dist")
}

// only is the one file that the pattern fits.
func only(t *testing.T, pattern string) string {
	t.Helper()
	list, err := filepath.Glob(pattern)
	if err != nil || len(list) != 1 {
		t.Fatalf("%s: %v, %v; want one file", pattern, list, err)
	}
	return list[0]
}

// A tag is released with the same bytes from every folder, under every shell's
// settings, and what is in the package works.
func TestRelease(t *testing.T) {
	testenv.Slow(t)
	testenv.Programs(t, "bash", "git", "jq", "zip", "unzip", "tar", "rpm", "dpkg-deb", "man", "ruby", "zsh", "fish")
	here := copyOfProject(t)
	for _, args := range [][]string{
		{"init", "-q"},
		{"add", "."},
		{"-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "-q", "-m", "test"},
		{"tag", "v1.2.3"},
	} {
		testenv.Must(t, here, "git", args...)
	}
	commit := strings.TrimSpace(testenv.Must(t, here, "git", "rev-parse", "--short=12", "HEAD"))
	there := filepath.Join(t.TempDir(), "another folder")
	testenv.Must(t, here, "git", "clone", "-q", here, there)

	dist := release(t, here, "UMASK=022", "TZ=UTC", "LC_ALL=C")
	again := release(t, there, "UMASK=077", "TZ=Asia/Tokyo", "LC_ALL=C.UTF-8", "GOFLAGS=-buildvcs=false")
	sums, err := os.ReadFile(filepath.Join(dist, "SHA256SUMS"))
	if err != nil {
		t.Fatal(err)
	}
	sumsAgain, err := os.ReadFile(filepath.Join(again, "SHA256SUMS"))
	if err != nil || !bytes.Equal(sums, sumsAgain) {
		t.Errorf("two builds of one commit differ (%v):\n%s\n%s", err, sums, sumsAgain)
	}
	if n := strings.Count(testenv.Must(t, dist, "sha256sum", "-c", "--strict", "SHA256SUMS"), ": OK"); n != 11 {
		t.Errorf("SHA256SUMS has %d files", n)
	}

	for archive, files := range manifests(t, dist, "1.2.3") {
		held := testenv.Must(t, dist, map[bool]string{true: "unzip", false: "tar"}[strings.HasSuffix(archive, ".zip")], map[bool]string{true: "-Z1", false: "-tzf"}[strings.HasSuffix(archive, ".zip")], archive)
		for _, f := range files {
			if !strings.Contains("\n"+held, "\n"+f+"\n") {
				t.Errorf("%s does not hold %s, which a manifest names:\n%s", archive, f, held)
			}
		}
	}

	root := t.TempDir()
	testenv.Must(t, dist, "dpkg-deb", "-x", only(t, dist+"/*.deb"), root)
	program := filepath.Join(root, "usr/bin/certconv")
	if got := testenv.Must(t, root, program, "--version"); !strings.HasPrefix(got, "certconv v1.2.3 "+commit+" go") {
		t.Errorf("--version: %s", got)
	}
	static(t, program)
	sbom(t, program, only(t, dist+"/*_linux_*.json"))
	manual(t, filepath.Join(root, "usr/share/man/man1/certconv.1.gz"))
	completes(t, filepath.Join(root, "usr/share"), filepath.Dir(program))
	rpm(t, only(t, dist+"/*.rpm"))

	inArchives := regexp.MustCompile(`(?m)/(certconv(\.exe)?|LICENSE|COPYRIGHT|README\.md|certconv\.1|completions/certconv\.(bash|zsh|fish|powershell))$`)
	for _, list := range []string{
		testenv.Must(t, dist, "tar", "-tzf", only(t, dist+"/*.tar.gz")),
		testenv.Must(t, dist, "unzip", "-Z1", only(t, dist+"/*.zip")),
	} {
		if n := len(inArchives.FindAllString(list, -1)); n != 9 {
			t.Errorf("an archive holds %d of 9 files:\n%s", n, list)
		}
	}
}

// static fails if the program needs anything of the system it runs on.
func static(t *testing.T, program string) {
	t.Helper()
	f, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if libs, _ := f.ImportedLibraries(); len(libs) > 0 || slices.ContainsFunc(f.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP }) {
		t.Errorf("%s is not static: %v", program, libs)
	}
}

// sbom compares the bill of materials and the notices with what is linked.
func sbom(t *testing.T, program, file string) {
	t.Helper()
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"std " + strings.TrimPrefix(info.GoVersion, "go")}
	notices, err := os.ReadFile(filepath.Join(filepath.Dir(program), "../share/doc/certconv/copyright"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range info.Deps {
		want = append(want, m.Path+" "+m.Version)
		if !strings.Contains(string(notices), "\n"+m.Path+"\n") {
			t.Errorf("the licence of %s is missing", m.Path)
		}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var bom struct {
		Metadata   struct{ Component struct{ Version string } }
		Components []struct{ Name, Version string }
	}
	if err := json.Unmarshal(data, &bom); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range bom.Components {
		got = append(got, c.Name+" "+c.Version)
	}
	if !slices.Equal(got, want) || bom.Metadata.Component.Version != info.Main.Version {
		t.Errorf("%s of %s names\n%q, linked are\n%q", file, bom.Metadata.Component.Version, got, want)
	}
}

func manual(t *testing.T, page string) {
	t.Helper()
	out, warnings, err := testenv.Run(".", "man", "--warnings", "-l", page)
	if err != nil || warnings != "" || !strings.Contains(out, "EXIT STATUS") {
		t.Errorf("man: %v\n%s%.500s", err, warnings, out)
	}
}

// completes asks each shell what fits behind "--to pk".
func completes(t *testing.T, share, bin string) {
	t.Helper()
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	for shell, script := range map[string]string{
		"bash": `. "$0/bash-completion/completions/certconv"; COMP_WORDS=(certconv convert --to pk) COMP_CWORD=3; _certconv; echo "${COMPREPLY[@]}"`,
		"fish": `source $argv[1]/fish/vendor_completions.d/certconv.fish; complete -C "certconv convert --to pk"`,
		"zsh": `zmodload zsh/zpty; zpty shell zsh -f -i
			zpty -w shell "fpath=($0/zsh/vendor-completions \$fpath); autoload -U compinit; compinit -u -D; PS1=rea; PS1+=dy"
			zpty -r shell out '*ready*'; zpty -w -n shell $'certconv convert --to pk\t\t'; zpty -r shell out '*pkcs8*'; echo $out`,
	} {
		args := []string{"-c", script, share}
		if shell != "fish" {
			args = append([]string{map[string]string{"bash": "--norc", "zsh": "-f"}[shell]}, args...)
		}
		out, errs, err := testenv.Run(".", "timeout", append([]string{"20", shell}, args...)...)
		if err != nil || !strings.Contains(out, "pkcs1") || !strings.Contains(out, "pkcs8") {
			t.Errorf("%s: %v\n%s%s", shell, err, out, errs)
		}
	}
}

func rpm(t *testing.T, file string) {
	t.Helper()
	want := []string{
		"/usr/bin/certconv",
		"/usr/share/bash-completion/completions/certconv",
		"/usr/share/fish/vendor_completions.d/certconv.fish",
		"/usr/share/licenses/certconv/COPYRIGHT",
		"/usr/share/man/man1/certconv.1.gz",
		"/usr/share/zsh/site-functions/_certconv",
	}
	if got := strings.Fields(testenv.Must(t, ".", "rpm", "-qlp", file)); !slices.Equal(got, want) {
		t.Errorf("the rpm holds %q", got)
	}
}

// The Dockerfile's image has nothing but the program and the trust anchors.
func TestDockerfile(t *testing.T) {
	testenv.Slow(t)
	testenv.Programs(t, "bash")
	text, err := os.ReadFile("Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	run := regexp.MustCompile(`(?m)^RUN (.*)`).FindSubmatch(text)
	if run == nil {
		t.Fatal("the Dockerfile runs nothing")
	}
	program := filepath.Join(t.TempDir(), "certconv")
	testenv.Must(t, ".", "bash", "-c", strings.Replace(string(run[1]), "/certconv ", program+" ", 1))
	static(t, program)
}
