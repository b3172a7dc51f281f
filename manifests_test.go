package certconv_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/certconv/certconv/internal/testenv"
)

// What the schemas of Scoop and winget ask of the keys that are written.
var (
	wingetID      = regexp.MustCompile(`^[^.\s\\/:*?"<>|]{1,32}(\.[^.\s\\/:*?"<>|]{1,32}){1,7}$`)
	wingetVersion = regexp.MustCompile(`^[^\\/:*?"<>|]{1,128}$`)
	sha256Hex     = regexp.MustCompile(`^[A-Fa-f0-9]{64}$`)
)

// named gathers what manifests say of archives.
type named struct {
	t    *testing.T
	dist string
	base string // of the addresses
	all  map[string][]string
}

// archive checks address and hash of one, in which a manifest names files.
func (n *named) archive(manifest, url, hash string, files ...string) {
	n.t.Helper()
	name, ok := strings.CutPrefix(url, n.base)
	data, err := os.ReadFile(filepath.Join(n.dist, path.Base(name)))
	if !ok || err != nil || name != path.Base(name) {
		n.t.Errorf("%s: %s: %v", manifest, url, err)
		return
	}
	sum := sha256.Sum256(data)
	if !sha256Hex.MatchString(hash) || !strings.EqualFold(hash, hex.EncodeToString(sum[:])) {
		n.t.Errorf("%s: the hash of %s is %s", manifest, name, hash)
	}
	n.all[name] = append(n.all[name], files...)
}

// manifests checks those in dist, and returns the archives that they name, each
// with the files that are taken out of it.
func manifests(t *testing.T, dist, version string) map[string][]string {
	t.Helper()
	n := &named{t, dist, "https://github.com/certconv/certconv/releases/download/v" + version + "/", map[string][]string{}}
	n.scoop(version)
	n.homebrew(version)
	n.winget(version)
	return n.all
}

func (n *named) scoop(version string) {
	n.t.Helper()
	type source struct {
		URL        string `json:"url"`
		Hash       string `json:"hash"`
		ExtractDir string `json:"extract_dir"`
	}
	var m struct {
		Version, Description, Homepage, License, Bin string
		Architecture                                 map[string]source
		Checkver                                     struct{ GitHub string }
		Autoupdate                                   struct {
			Architecture map[string]source
			Hash         struct{ URL string }
		}
	}
	data, err := os.ReadFile(filepath.Join(n.dist, "certconv.json"))
	if err != nil {
		n.t.Fatal(err)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		n.t.Fatalf("certconv.json: %v\n%s", err, data)
	}
	if m.Version != version || m.Description == "" || m.License != "MIT" || m.Bin != "certconv.exe" || m.Checkver.GitHub != m.Homepage || m.Autoupdate.Hash.URL != "$baseurl/SHA256SUMS" || len(m.Architecture) == 0 {
		n.t.Errorf("certconv.json: %s", data)
	}
	for word, s := range m.Architecture {
		if !slices.Contains([]string{"64bit", "arm64"}, word) {
			n.t.Errorf("certconv.json: there is no architecture %s", word)
		}
		n.archive("certconv.json", s.URL, s.Hash, s.ExtractDir+"/"+m.Bin)
		next := m.Autoupdate.Architecture[word]
		if strings.ReplaceAll(next.URL, "$version", version) != s.URL || strings.ReplaceAll(next.ExtractDir, "$version", version) != s.ExtractDir || strings.Contains(next.URL, version) {
			n.t.Errorf("certconv.json: %+v comes after %+v", next, s)
		}
	}
}

// homebrew stands for what a formula asks of Homebrew, and writes what it was asked.
const homebrew = `
class Place
  def install(f) = (f.is_a?(Hash) ? f.keys : [f]).each { |name| puts "file #{name}" }
end
class Formula
  %w[desc homepage version license].each { |w| define_singleton_method(w) { |v| puts "#{w} #{v}" } }
  %w[macos linux arm intel].each { |w| define_singleton_method("on_#{w}") { |&b| b.call } }
  def self.url(v) = print("archive #{v} ")
  def self.sha256(v) = puts(v)
  def self.test = nil
  %w[bin man1 bash_completion zsh_completion fish_completion].each { |w| define_method(w) { Place.new } }
end
load ARGV[0]
Certconv.new.install
`

func (n *named) homebrew(version string) {
	n.t.Helper()
	file := filepath.Join(n.dist, "certconv.rb")
	testenv.Must(n.t, n.dist, "ruby", "-cw", file)
	said := map[string][]string{}
	for line := range strings.Lines(testenv.Must(n.t, n.dist, "ruby", "-e", homebrew, file)) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		said[word] = append(said[word], rest)
	}
	if !slices.Equal(said["version"], []string{version}) || !slices.Equal(said["license"], []string{"MIT"}) || len(said["desc"]) != 1 || len(said["desc"][0]) > 80 || len(said["archive"]) == 0 || len(said["file"]) != 5 {
		n.t.Errorf("certconv.rb: %q", said)
	}
	for _, archive := range said["archive"] {
		url, hash, _ := strings.Cut(archive, " ")
		var files []string
		for _, f := range said["file"] {
			files = append(files, strings.TrimSuffix(path.Base(url), ".tar.gz")+"/"+f)
		}
		n.archive("certconv.rb", url, hash, files...)
	}
}

func (n *named) winget(version string) {
	n.t.Helper()
	type head struct {
		PackageIdentifier string `yaml:"PackageIdentifier"`
		PackageVersion    string `yaml:"PackageVersion"`
		ManifestType      string `yaml:"ManifestType"`
		ManifestVersion   string `yaml:"ManifestVersion"`
	}
	take := func(name, kind string, into any, h *head) {
		n.t.Helper()
		data, err := os.ReadFile(filepath.Join(n.dist, name))
		if err != nil {
			n.t.Fatal(err)
		}
		dec := yaml.NewDecoder(bytes.NewReader(data))
		dec.KnownFields(true)
		if err := dec.Decode(into); err != nil {
			n.t.Fatalf("%s: %v\n%s", name, err, data)
		}
		if h.PackageVersion != version || !wingetVersion.MatchString(version) || !wingetID.MatchString(h.PackageIdentifier) || h.ManifestType != kind || h.ManifestVersion != "1.10.0" {
			n.t.Errorf("%s: %+v", name, h)
		}
		if !strings.HasPrefix(name, h.PackageIdentifier) || !strings.Contains(string(data), "/winget-manifest."+strings.ToLower(kind)+"."+h.ManifestVersion+".schema.json\n") {
			n.t.Errorf("%s: wrong name, or schema:\n%s", name, data)
		}
	}
	var v struct {
		head          `yaml:",inline"`
		DefaultLocale string `yaml:"DefaultLocale"`
	}
	take("certconv.certconv.yaml", "version", &v, &v.head)
	var l struct {
		head             `yaml:",inline"`
		PackageLocale    string   `yaml:"PackageLocale"`
		Publisher        string   `yaml:"Publisher"`
		PublisherURL     string   `yaml:"PublisherUrl"`
		PackageName      string   `yaml:"PackageName"`
		PackageURL       string   `yaml:"PackageUrl"`
		License          string   `yaml:"License"`
		LicenseURL       string   `yaml:"LicenseUrl"`
		ShortDescription string   `yaml:"ShortDescription"`
		Moniker          string   `yaml:"Moniker"`
		Tags             []string `yaml:"Tags"`
	}
	take("certconv.certconv.locale.en-US.yaml", "defaultLocale", &l, &l.head)
	if v.DefaultLocale != "en-US" || l.PackageLocale != v.DefaultLocale || l.Publisher == "" || l.PackageName == "" || l.License != "MIT" || l.ShortDescription == "" || len(l.ShortDescription) > 256 || len(l.Tags) > 16 {
		n.t.Errorf("winget: %+v %+v", v, l)
	}
	var i struct {
		head                `yaml:",inline"`
		InstallerType       string   `yaml:"InstallerType"`
		NestedInstallerType string   `yaml:"NestedInstallerType"`
		Commands            []string `yaml:"Commands"`
		Installers          []struct {
			Architecture         string `yaml:"Architecture"`
			InstallerURL         string `yaml:"InstallerUrl"`
			InstallerSha256      string `yaml:"InstallerSha256"`
			NestedInstallerFiles []struct {
				RelativeFilePath     string `yaml:"RelativeFilePath"`
				PortableCommandAlias string `yaml:"PortableCommandAlias"`
			} `yaml:"NestedInstallerFiles"`
		} `yaml:"Installers"`
	}
	take("certconv.certconv.installer.yaml", "installer", &i, &i.head)
	if i.InstallerType != "zip" || i.NestedInstallerType != "portable" || len(i.Installers) == 0 {
		n.t.Errorf("winget: %+v", i)
	}
	for _, one := range i.Installers {
		if !slices.Contains([]string{"x64", "arm64"}, one.Architecture) || len(one.NestedInstallerFiles) != 1 || one.NestedInstallerFiles[0].PortableCommandAlias != "certconv" {
			n.t.Errorf("winget: %+v", one)
			continue
		}
		n.archive("winget", one.InstallerURL, one.InstallerSha256, strings.ReplaceAll(one.NestedInstallerFiles[0].RelativeFilePath, `\`, "/"))
	}
}

// All archives of a release are in the manifests, each with its own hash.
func TestManifests(t *testing.T) {
	testenv.Programs(t, "bash", "jq", "ruby")
	dir := t.TempDir()
	script, err := os.ReadFile(".ci/manifests")
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string, data []byte) {
		t.Helper()
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	write(".ci/manifests", script)
	const version = "1.2.3-rc.1+build"
	for _, platform := range []string{"windows_amd64.zip", "windows_arm64.zip", "darwin_amd64.tar.gz", "darwin_arm64.tar.gz", "linux_amd64.tar.gz", "linux_arm64.tar.gz"} {
		write("dist/certconv_"+version+"_"+platform, []byte(platform))
	}
	testenv.Must(t, dir, filepath.Join(dir, ".ci/manifests"), version)
	if all := manifests(t, filepath.Join(dir, "dist"), version); len(all) != 6 {
		t.Errorf("the manifests name %v", all)
	}
}

// A release that cannot be built says what it needs, all of it, and leaves dist as
// it was.
func TestReleaseNeeds(t *testing.T) {
	testenv.Programs(t, "bash")
	here := t.TempDir()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Fatal(err)
	}
	script, err := filepath.Abs(".ci/release")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(bash, script)
	cmd.Env = []string{"PATH=" + here}
	out, err := cmd.CombinedOutput()
	if err == nil || strings.Count(string(out), "\n") != 1 || !strings.Contains(string(out), "needs go git jq zip tar gzip ") {
		t.Errorf("%v\n%s", err, out)
	}
}
