package main

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"encoding/hex"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

// processPrng is the one function of bcryptprimitives.dll that programs made by Go
// import. Wine has it from version 9 on; Debian 12 has 8.
const processPrng = `#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length); /* RtlGenRandom */
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T length)
{
	return SystemFunction036(buffer, length);
}
`

// wine is the program built for Windows, and a Windows to run it in.
type wine struct {
	t       *testing.T
	dir     string // where it runs
	exe     string
	env     []string
	printed bytes.Buffer // all that it said
}

func newWine(t *testing.T) *wine {
	testenv.Slow(t)
	testenv.Programs(t, "go", "wine", "wineserver", "x86_64-w64-mingw32-gcc")
	top := t.TempDir()
	w := &wine{t: t, dir: filepath.Join(top, "work"), exe: filepath.Join(top, "certconv.exe")}
	prefix := filepath.Join(top, "prefix")
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "SSL_CERT_") && !strings.HasPrefix(v, "WINE") {
			w.env = append(w.env, v)
		}
	}
	w.env = append(w.env, "WINEPREFIX="+prefix, "WINEARCH=win64", "WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree,mshtml=", "PW=secret", "NEW=changeit")
	build := exec.Command("go", "build", "-o", w.exe, ".")
	build.Env = append(os.Environ(), "GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if err := os.MkdirAll(w.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	server := func(flags ...string) {
		cmd := exec.Command("wineserver", flags...)
		cmd.Env = w.env
		_ = cmd.Run() // it tells nothing that matters
	}
	t.Cleanup(func() { server("-k", "-w") })
	if _, code := w.program("wineboot", "-i"); code != 0 {
		t.Fatalf("wineboot: exit code %d", code)
	}
	server("-p") // else each program starts Windows anew
	system := filepath.Join(prefix, "drive_c", "windows", "system32")
	dll := filepath.Join(system, "bcryptprimitives.dll")
	if _, err := os.Stat(dll); err != nil {
		source := filepath.Join(top, "prng.c")
		if err := os.WriteFile(source, []byte(processPrng), 0o600); err != nil {
			t.Fatal(err)
		}
		testenv.Must(t, top, "x86_64-w64-mingw32-gcc", "-shared", "-o", dll, source, "-ladvapi32")
	}
	return w
}

// program runs a program of Windows.
func (w *wine) program(name string, args ...string) (out string, code int) {
	w.t.Helper()
	cmd := exec.Command("wine", append([]string{name}, args...)...)
	said, err := os.Create(w.exe + ".out") // a pipe would stay open with the services that the first program starts
	if err != nil {
		w.t.Fatal(err)
	}
	defer said.Close()
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = w.dir, w.env, said, said
	if err := cmd.Run(); cmd.ProcessState == nil {
		w.t.Fatal(err)
	}
	text, err := os.ReadFile(said.Name())
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text), cmd.ProcessState.ExitCode()
}

// run runs certconv, which has to end with this code and to say each of these.
func (w *wine) run(code int, args []string, says ...string) string {
	w.t.Helper()
	out, got := w.program(w.exe, args...)
	w.printed.WriteString(out)
	if got != code {
		w.t.Errorf("%q: exit code %d, want %d\n%s", args, got, code, out)
	}
	for _, s := range says {
		if !strings.Contains(out, s) {
			w.t.Errorf("%q does not say %q:\n%s", args, s, out)
		}
	}
	return out
}

// files copies fixtures.
func (w *wine) files(folder string, names ...string) {
	w.t.Helper()
	for _, n := range names {
		data, err := os.ReadFile(filepath.Join(testenv.Root(w.t), "testdata", folder, n))
		if err != nil {
			w.t.Fatal(err)
		}
		w.write(n, data)
	}
}

func (w *wine) write(name string, data []byte) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), data, 0o644); err != nil {
		w.t.Fatal(err)
	}
}

func (w *wine) read(name string) []byte {
	w.t.Helper()
	data, err := os.ReadFile(filepath.Join(w.dir, name))
	if err != nil {
		w.t.Fatal(err)
	}
	return data
}

// private fails if others can read a file: Wine turns an access list into a mode.
func (w *wine) private(name string) {
	w.t.Helper()
	if info, err := os.Stat(filepath.Join(w.dir, name)); err != nil || info.Mode()&0o007 != 0 {
		w.t.Errorf("%s: others can read it (%v, %v)", name, info.Mode(), err)
	}
}

// What a user of Windows does in a first hour.
func TestWindowsUnderWine(t *testing.T) {
	w := newWine(t)
	w.files("journeys", "site.pfx", "site.key", "site.crt", "backup.key", "from-the-ca.zip", "company-root.pem")
	w.files("servers", "renewed.key", "renewed.pem", "inter.pem")
	t.Run("install", w.in((*wine).install))
	t.Run("repair", w.in((*wine).repair))
	t.Run("convert", w.in((*wine).convert))
	t.Run("names", w.in((*wine).names))
	t.Run("inspect", w.in((*wine).inspect))
	t.Run("stores", w.in((*wine).stores))
	t.Run("trust", w.in((*wine).trust))
	for _, foreign := range []string{"chmod", "0600", "/var/www", "apachectl", "systemctl", "only root", "panic"} {
		if strings.Contains(w.printed.String(), foreign) {
			t.Errorf("it says %q:\n%s", foreign, w.printed.String())
		}
	}
}

func (w *wine) in(f func(*wine)) func(*testing.T) {
	return func(t *testing.T) {
		defer func(t *testing.T) { w.t = t }(w.t)
		w.t = t
		f(w)
	}
}

func (w *wine) install() {
	const key = "ssl/www.example.com/www.example.com.key"
	pfx := []string{"install", "site.pfx", "from-the-ca.zip", "--pass", "env:PW", "--for", "apache", "--dir", "ssl", "--host", "www.example.com", "--roots", "company-root.pem"}
	w.run(0, pfx, "written", `"${SRVROOT}/htdocs"`, "httpd -k restart", `--undo --dir Z:\`)
	w.private(key)
	first := w.read(key)
	w.run(0, pfx, "all of it is there already")
	renewed := slices.Concat([]string{"install", "renewed.key", "renewed.pem", "inter.pem"}, pfx[5:])
	w.run(0, renewed, "replaces the one there")
	w.private(key)
	if bytes.Equal(w.read(key), first) {
		w.t.Error("the key is the former one")
	}
	w.run(0, []string{"install", "--undo", "--dir", "ssl"}, "as it was before the last run")
	if !bytes.Equal(w.read(key), first) {
		w.t.Error("the key is not the former one")
	}
	w.run(0, renewed, "replaces the one there") // and once more after that
	nginx := []string{"install", "renewed.key", "renewed.pem", "inter.pem", "--for", "nginx", "--dir", "more ssl", "--host", "www.example.com", "--roots", "company-root.pem", "--write-config", "site.conf"}
	w.run(0, nginx, "site.conf", `more ssl"`)
	nginx[1], nginx[2] = "site.key", "site.crt"
	w.run(0, nginx, "replaces the one there")
	if !strings.Contains(string(w.read("site.conf")), "certificate") {
		w.t.Error("nothing is in site.conf")
	}
	w.run(0, []string{"install", "--undo", "--dir", "more ssl"}, "site.conf: as it was before")
}

func (w *wine) repair() {
	damaged := bytes.Replace(w.read("site.key"), []byte("-----BEGIN"), []byte("  -----BEGIN"), 1)
	w.write("damaged.key", damaged)
	w.run(0, []string{"repair", "damaged.key", "--in-place"}, "the file as it was is damaged.key.bak")
	if !bytes.HasPrefix(w.read("damaged.key"), []byte("-----BEGIN")) || !bytes.Equal(w.read("damaged.key.bak"), damaged) {
		w.t.Error("it is not repaired, or not kept")
	}
	w.write("read-only.key", damaged)
	if err := os.Chmod(filepath.Join(w.dir, "read-only.key"), 0o444); err != nil {
		w.t.Fatal(err)
	}
	w.run(0, []string{"repair", "--in-place", "read-only.key", "damaged.key"}, "read-only.key: repaired", "damaged.key: nothing to repair")
	if !bytes.HasPrefix(w.read("read-only.key"), []byte("-----BEGIN")) {
		w.t.Error("it is not repaired")
	}
}

func (w *wine) convert() {
	w.run(0, []string{"convert", `.\site.key`, `.\si*.crt`, `inter.p?m`, "--out", `out of it.pfx`, "--pass-out", "env:NEW"})
	w.private("out of it.pfx")
	w.run(0, []string{"inspect", "out of it.pfx", "--pass", "env:NEW"}, "private key", "certificate")
	w.run(5, []string{"convert", "site.key", "site.crt", "--out", "OUT OF IT.PFX", "--pass-out", "env:NEW"}, "it exists already")
	w.run(0, []string{"convert", "site.key", "--out", "OUT OF IT.PFX", "--pass-out", "env:NEW", "--force"})
	if err := os.Mkdir(filepath.Join(w.dir, "sub"), 0o755); err != nil {
		w.t.Fatal(err)
	}
	w.run(0, []string{"convert", `*.crt`, "--to", "der", "--out", `sub\site one.der`})
	w.run(1, []string{"check", `sub\*.der`, "--for", "nginx"}, `certconv convert "sub\site one.der"`)
	deep := strings.Repeat(`a long name of a folder that takes some space\`, 7)
	if err := os.MkdirAll(filepath.Join(w.dir, strings.ReplaceAll(deep, `\`, "/")), 0o755); err != nil {
		w.t.Fatal(err)
	}
	w.run(0, []string{"convert", "site.key", "--out", deep + "key.pem"})
	w.run(0, []string{"inspect", deep + "*.pem"}, "private key")
}

func (w *wine) names() {
	w.run(5, []string{"convert", "site.key", "--out", `sub\a:b.pem`}, "its name has a sign that Windows does not take")
	w.run(0, []string{"convert", "site.key", "--to", "pem", "--out", "NUL"})
	if _, err := os.Stat(filepath.Join(w.dir, "NUL")); err == nil {
		w.t.Error("NUL is a file")
	}
}

func (w *wine) inspect() {
	w.run(3, []string{"inspect", "*.xyz"}, "*.xyz: no file matches it")
	w.run(0, []string{"inspect", "renewed.*", `sub\*`}, "renewed.key", "renewed.pem", `sub\site one.der`, "belonging together")
	w.run(0, []string{"explain", "AH02565*"}, "key")
	w.run(0, []string{"find-key", "--cert", "site.crt", "s*.key", "ssl"}, "site.key")
}

// trust has Windows trust a root, and then not.
func (w *wine) trust() {
	block, _ := pem.Decode(w.read("company-root.pem"))
	if block == nil {
		w.t.Fatal("no PEM")
	}
	const certificate = 32 // CERT_CERT_PROP_ID
	entry := binary.LittleEndian.AppendUint32(nil, certificate)
	entry = binary.LittleEndian.AppendUint32(entry, 1)
	entry = binary.LittleEndian.AppendUint32(entry, uint32(len(block.Bytes)))
	entry = append(entry, block.Bytes...)
	sum := sha1.Sum(block.Bytes)
	put := func(store string) {
		at := `HKCU\Software\Microsoft\SystemCertificates\` + store + `\Certificates\` + strings.ToUpper(hex.EncodeToString(sum[:]))
		if out, code := w.program("reg", "add", at, "/v", "Blob", "/t", "REG_BINARY", "/d", hex.EncodeToString(entry), "/f"); code != 0 {
			w.t.Fatal(out)
		}
	}
	check := []string{"check", "renewed.key", "renewed.pem", "inter.pem"}
	w.run(1, check, "chain-incomplete")
	put("Root")
	w.run(0, check)
	put("Disallowed")
	w.run(1, check, "chain-incomplete")
}
