package site

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/testenv"
	"github.com/certconv/certconv/validate"
)

// memory is files that are on no disk; standard input is the file "-".
type memory struct{ fstest.MapFS }

func (m memory) ReadDir(path string) ([]fs.DirEntry, error) {
	return fs.ReadDir(m.MapFS, filepath.ToSlash(path))
}
func (m memory) Open(path string) (fs.File, error) { return m.MapFS.Open(filepath.ToSlash(path)) }
func (m memory) Stat(path string) (fs.FileInfo, error) {
	return fs.Stat(m.MapFS, filepath.ToSlash(path))
}

func (m memory) Link(path string) (string, error) { return m.Real(path) }

// Real takes a file with a colon in its name for a link to what follows it.
func (m memory) Real(path string) (string, error) {
	if _, to, ok := strings.Cut(path, ":"); ok {
		return to, nil
	}
	return path, nil
}

// reader has the files NAME=FIXTURE, with fixtures of testdata/servers; other
// values are the text itself.
func reader(t *testing.T, files ...string) *Reader {
	t.Helper()
	m := fstest.MapFS{}
	for _, f := range files {
		name, from, _ := strings.Cut(f, "=")
		data, err := os.ReadFile(filepath.Join(testenv.Root(t), "testdata", "servers", from))
		if err != nil {
			data = []byte(from)
		}
		m[name] = &fstest.MapFile{Data: data, Mode: 0o644}
	}
	none := func(string) func(convert.PasswordRequest) ([]byte, error) { return nil }
	return &Reader{Files: memory{m}, Passwords: none, MaxSize: 1 << 20, Ignored: ".certconv"}
}

// named are inputs of these paths.
func named(paths ...string) []*Input {
	var list []*Input
	for _, p := range paths {
		list = append(list, &Input{Path: p})
	}
	return list
}

// sites groups the inputs and gives the names of the files of each site.
func sites(r *Reader, inputs []*Input) []string {
	var list []string
	a := &Across{Options: &validate.Options{}}
	add := func(sites []*Site) {
		for _, s := range sites {
			var names []string
			for _, in := range s.Inputs {
				names = append(names, filepath.ToSlash(in.Name()))
			}
			list = append(list, strings.Join(names, " "))
		}
	}
	for scope := range r.Scopes(inputs) {
		add(a.Add(slices.Concat(r.Load(scope)...)))
	}
	add(a.Rest())
	return list
}

func TestGroup(t *testing.T) {
	for _, c := range []struct {
		what  string
		files []string
		want  []string
	}{
		{"the key decides", []string{"d/a.key=rsa.key", "d/b.pem=rsa.pem", "d/c.pem=expired.pem"}, []string{"d/b.pem d/a.key", "d/c.pem"}},
		{"an intermediate belongs to what it signed", []string{"d/a.key=rsa.key", "d/b.pem=rsa.pem", "d/chain.pem=inter.pem"}, []string{"d/b.pem d/a.key d/chain.pem"}},
		{"the key is in another folder", []string{"d/e/a.key=rsa.key", "d/f/b.pem=rsa.pem"}, []string{"d/f/b.pem d/e/a.key"}},
		{"the key and the chain are in other folders", []string{"d/private/a.key=rsa.key", "d/certs/a.pem=rsa.pem", "d/ca/inter.pem=inter.pem", "d/ca/other.pem=other-inter.pem"}, []string{"d/certs/a.pem d/private/a.key d/ca/inter.pem", "d/ca/other.pem"}},
		{"the chain of a pair is in another folder", []string{"d/a.key=rsa.key", "d/a.pem=rsa.pem", "d/zip/inter.pem=inter.pem"}, []string{"d/a.pem d/a.key d/zip/inter.pem"}},
		{"a name is meant across folders", []string{"d/private/www.key=renewed.key", "d/certs/www.pem=rsa.pem"}, []string{"d/private/www.key d/certs/www.pem"}},
		{"a key in a folder for keys, where the folder has the name", []string{"d/private/www/key.pem=renewed.key", "d/www/cert.pem=rsa.pem", "d/private/mail/key.pem=self.key", "d/mail/cert.pem=ec-P-256.pem"},
			[]string{"d/private/mail/key.pem d/mail/cert.pem", "d/private/www/key.pem d/www/cert.pem"}},
		{"but not in folders of two names", []string{"d/a/www/key.pem=renewed.key", "d/b/www/cert.pem=rsa.pem", "d/a/mail/key.pem=self.key", "d/b/mail/cert.pem=ec-P-256.pem"},
			[]string{"d/b/mail/cert.pem", "d/b/www/cert.pem", "d/a/mail/key.pem", "d/a/www/key.pem"}},
		{"but not one that many have", []string{"d/a/site.key=renewed.key", "d/a/x.pem=rsa.pem", "d/a/x.key=rsa.key", "d/b/site.pem=expired.pem", "d/c/site.pem=ed25519.pem"}, []string{"d/a/x.pem d/a/x.key", "d/b/site.pem", "d/c/site.pem", "d/a/site.key"}},
		{"a text about PEM", []string{"d/a.pem=rsa.pem", "d/README=Copy all from\n-----BEGIN CERTIFICATE-----\nto\n-----END CERTIFICATE-----\n"}, []string{"d/a.pem"}},
		{"what is left of a key", []string{"d/a.pem=rsa.pem", "d/key=Bag Attributes\n    friendlyName: a\n-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIEUu\n-----END PRIVATE KEY-----\n"}, []string{"d/a.pem", "d/key"}},
		{"parameters", []string{"d/a.pem=rsa.pem", "d/dh.pem=dh.par"}, []string{"d/a.pem"}},
		{"what has the name of a certificate and is nothing of ours", []string{"d/a.cnf=hello", "d/a.json={}", "d/a.key=renewed.key", "d/a.pem=rsa.pem"}, []string{"d/a.key d/a.pem"}},
		{"numbers tell generations apart", []string{"d/cert1.pem=rsa.pem", "d/cert2.pem=expired.pem", "d/privkey1.pem=renewed.key", "d/privkey2.pem=self.key"},
			[]string{"d/privkey1.pem d/cert1.pem", "d/privkey2.pem d/cert2.pem"}},
		{"words tell the parts of a name apart", []string{"d/a-key.pem=renewed.key", "d/a.pem=rsa.pem", "d/b.pem=expired.pem", "d/b_key.pem=self.key", "d/b.key.next=ed25519.key"},
			[]string{"d/b.key.next", "d/a-key.pem d/a.pem", "d/b_key.pem d/b.pem"}},
		{"a wrong key of the same name, beside a file that has the right one", []string{"d/a.crt=rsa.pem", "d/a.key=renewed.key", "d/b.pem=rsa.bags.pem"}, []string{"d/b.pem", "d/a.key d/a.crt"}},
		{"what an archive has comes last", []string{"d/archive/a.pem=rsa.pem", "d/live/a.pem=expired.pem"}, []string{"d/live/a.pem", "d/archive/a.pem"}},
		{"settings and archives of others are passed over", []string{"d/a.pem=rsa.pem", "d/values.yaml=replicas: 3", "d/a.reg=Windows Registry Editor Version 5.00", "d/tls.yaml=kind: Secret\ntype: kubernetes.io/tls\ndata:\n  tls.crt: !!!\n"}, []string{"d/a.pem", "d/tls.yaml"}},
		{"what is alone is meant for each other", []string{"d/a.key=renewed.key", "d/b.pem=rsa.pem"}, []string{"d/a.key d/b.pem"}},
		{"a link is no other file", []string{"d/a.pem=rsa.pem", "d/b:d/a.pem=rsa.pem"}, []string{"d/a.pem"}},
		{"what install replaced is out of use", []string{"d/a.pem=rsa.pem", "d/.certconv/a.pem=expired.pem"}, []string{"d/a.pem"}},
		{"other files are passed over", []string{"d/a.pem=rsa.pem", "d/notes.txt=hello", "d/lost.pem=hello"}, []string{"d/a.pem", "d/lost.pem"}},
	} {
		if got := sites(reader(t, c.files...), named("d")); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}

// Files with roles are one site, unless several of them were named as certificates
// of the server and are: each of these is one.
func TestGroupRoles(t *testing.T) {
	const key, cert, chain, request, crl, clients = validate.RoleKey, validate.RoleCert, validate.RoleChain, validate.RoleRequest, validate.RoleCRL, validate.RoleClientCA
	type file struct {
		name string
		role validate.Role
	}
	rsa, ec := []file{{"rsa.key", key}, {"rsa.pem", cert}}, []file{{"ec-P-256.key", key}, {"ec-P-256.pem", cert}}
	for _, c := range []struct {
		what  string
		files []file
		want  []string
	}{
		{"one certificate, and intermediates", slices.Concat(rsa, []file{{"inter.pem", cert}, {"root.pem", cert}, {"other-inter.pem", chain}}), []string{"rsa.key rsa.pem inter.pem root.pem other-inter.pem"}},
		{"a key too many", slices.Concat(rsa, []file{{"renewed.key", key}}), []string{"rsa.key rsa.pem renewed.key"}},
		{"a certificate twice", slices.Concat(rsa, []file{{"rsa.bags.pem", cert}}), []string{"rsa.key rsa.pem rsa.bags.pem"}},
		{"one for each kind of key", slices.Concat(rsa, ec), []string{"rsa.pem rsa.key", "ec-P-256.pem ec-P-256.key"}},
		{"with their chain", slices.Concat(ec, rsa, []file{{"inter.pem", chain}}), []string{"ec-P-256.pem ec-P-256.key inter.pem", "rsa.pem rsa.key inter.pem"}},
		{"a chain of others", slices.Concat(rsa, ec, []file{{"other-inter.pem", chain}}), []string{"rsa.pem rsa.key other-inter.pem", "ec-P-256.pem ec-P-256.key"}},
		{"without the second key", slices.Concat(rsa, ec[1:]), []string{"rsa.pem rsa.key", "ec-P-256.pem"}},
		{"without keys", slices.Concat(rsa[1:], ec[1:]), []string{"rsa.pem", "ec-P-256.pem"}},
		{"another second key", slices.Concat(rsa, ec[1:], []file{{"renewed.key", key}}), []string{"rsa.pem rsa.key", "renewed.key ec-P-256.pem"}},
		{"a second key with a password", slices.Concat(ec, []file{{"rsa.locked.key", key}, {"rsa.pem", cert}}), []string{"ec-P-256.pem ec-P-256.key", "rsa.pem rsa.locked.key"}},
		{"one key, renewed", slices.Concat(rsa, []file{{"expired.pem", cert}}), []string{"rsa.pem rsa.key", "expired.pem"}},
		{"a self-signed one", slices.Concat(rsa, []file{{"self.key", key}, {"self.pem", cert}}), []string{"rsa.pem rsa.key", "self.pem self.key"}},
		{"the request of one", slices.Concat(rsa, ec, []file{{"rsa.csr", request}}), []string{"rsa.pem rsa.key rsa.csr", "ec-P-256.pem ec-P-256.key"}},
		{"a request of none", slices.Concat(ec, []file{{"ed25519.key", key}, {"ed25519.pem", cert}, {"rsa.csr", request}}), []string{"ec-P-256.pem ec-P-256.key rsa.csr", "ed25519.pem ed25519.key"}},
		{"lists, and the CAs of clients", slices.Concat(rsa, ec, []file{{"inter.crl", crl}, {"root.pem", clients}}), []string{"rsa.pem rsa.key root.pem inter.crl", "ec-P-256.pem ec-P-256.key inter.crl"}},
	} {
		var texts []string
		var inputs []*Input
		for _, f := range c.files {
			texts = append(texts, f.name+"="+f.name)
			inputs = append(inputs, &Input{Path: f.name, Role: f.role})
		}
		if got := sites(reader(t, texts...), inputs); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}

// A certificate that has expired, or soon will, is told as replaced in the archive
// of an ACME client, with a valid one for its names; elsewhere the server may have
// it.
func TestReplaced(t *testing.T) {
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	for dir, want := range map[string]bool{"archive/www": true, "www": false} {
		r := reader(t, dir+"/cert1.pem=expired.pem", dir+"/cert2.pem=rsa.pem")
		past := map[string]bool{}
		for scope := range r.Scopes(named(dir)) {
			for _, s := range Group(slices.Concat(r.Load(scope)...), &validate.Options{Now: now}) {
				past[s.Main().base()] = s.past
			}
		}
		if past["cert1.pem"] != want || past["cert2.pem"] || len(past) != 2 {
			t.Errorf("%s: %v, want %v", dir, past, want)
		}
	}
}

// Where a copy with a time in its name lies beside its original, the original is in use.
func TestReplacedCopies(t *testing.T) {
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	for files, want := range map[string]bool{
		"cert.pem=rsa.pem cert-1700000001.pem=expired.pem":            true,
		"cert.pem=inter.pem cert-1700000001.pem=expired.pem":          false, // no certificate of a server
		"www-1.pem=rsa.pem www-1-17000000010.pem=expired.pem":         true,
		"cert.pem=rsa.pem cert-1700000001.crt=expired.pem":            false,
		"cert.pem=rsa.pem cert1700000001.pem=expired.pem":             false,
		"cert.pem=rsa.pem cert-170000001.pem=expired.pem":             false,
		"cert.pem=rsa.pem cert-20260101T0000.pem=expired.pem":         false,
		"other.pem=rsa.pem cert-1700000001.pem=expired.pem":           false,
		"cert-1700000001.pem=rsa.pem cert.pem=expired.pem":            false,
		"cert-1700000002.pem=rsa.pem cert-1700000001.pem=expired.pem": false,
	} {
		list := strings.Fields(files)
		for i := range list {
			list[i] = "d/" + list[i]
		}
		r := reader(t, list...)
		var past []string
		for scope := range r.Scopes(named("d")) {
			for _, s := range Group(slices.Concat(r.Load(scope)...), &validate.Options{Now: now}) {
				if s.past {
					past = append(past, s.Main().base())
				}
			}
		}
		if got := len(past) == 1 && strings.Contains(files, past[0]+"=expired.pem"); got != want || len(past) > 1 {
			t.Errorf("%s: %v are replaced", files, past)
		}
	}
}

// What cannot be read is an input with its fault, and no site.
func TestUnread(t *testing.T) {
	r := reader(t, "d/a.pem=rsa.pem", "large="+strings.Repeat("x", 2000), "-=rsa.key")
	r.MaxSize = 1900
	for path, code := range map[string]fault.Code{"gone": fault.NotFound, "large": fault.TooLarge, "-": "", "d/a.pem": ""} {
		in := named(path)
		loaded := slices.Concat(r.Load(in)...)
		f := loaded[0].Unread()
		if f == nil && code != "" || f != nil && f.Code != code || f != nil && len(Group(loaded, &validate.Options{})) > 0 {
			t.Errorf("%s: %v, want %q", path, f, code)
		}
	}
	if got := named("-")[0].Name(); got != "standard input" {
		t.Errorf("standard input is called %q", got)
	}
}

// A bug of a decoder costs one file.
func TestDecoderPanics(t *testing.T) {
	r := reader(t)
	r.Passwords = func(string) func(convert.PasswordRequest) ([]byte, error) { panic("bug") }
	b, err := r.Decode("x.pem", []byte("x"))
	if f := fault.Of(err); f.Code != fault.Internal || b.Err() == nil {
		t.Errorf("%v, %v", err, b.Err())
	}
}

// Each gives the outcomes in order, and reads no further than it is asked.
func TestEach(t *testing.T) {
	var files []string
	for i := range 300 {
		files = append(files, fmt.Sprintf("d/%03d/a.pem=rsa.pem", i))
	}
	r := reader(t, append(files, "list=d/000/a.pem\td/001/a.pem\nd/gone\nd/002")...)
	group := Apart(func(in []*Input) []*Site { return Group(in, &validate.Options{}) })
	work := func(x *Piece) string {
		if x.Site == nil {
			return "-"
		}
		return x.Site.Main().Name()
	}
	n := 0
	for x, name := range Each(r, r.Scopes(named("d")), group, work) {
		if x.Site == nil {
			continue
		}
		if want := fmt.Sprintf("d/%03d/a.pem", n); filepath.ToSlash(name) != want {
			t.Fatalf("%s, want %s", name, want)
		}
		if n++; n == 150 {
			break
		}
	}
	var got []string
	for x, name := range Each(r, r.Listed("list"), group, work) {
		if x.Site != nil || len(x.Inputs) > 0 {
			got = append(got, filepath.ToSlash(name))
		}
	}
	if want := "[d/000/a.pem - d/002/a.pem]"; fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
}

// What was read is let go of with the last site that has it.
func TestEachLetsGo(t *testing.T) {
	inputs := named("a.pem", "b.pem")
	group := Apart(func(in []*Input) []*Site {
		var list []*Site
		for _, i := range []int{0, 1, 0} {
			list = append(list, &Site{Inputs: []*Input{in[i]}, Bundle: in[i].Bundle})
		}
		return list
	})
	n := 0
	r := reader(t, "a.pem=rsa.pem", "b.pem=rsa.pem")
	held := func(in *Input) bool { return in.Data != nil && in.Bundle != nil }
	for x := range Each(r, r.Scopes(inputs), group, func(*Piece) bool { return true }) {
		if x.Site == nil {
			continue
		}
		if n++; !held(inputs[0]) || held(inputs[1]) != (n <= 2) {
			t.Errorf("at site %d the first is held: %v, the second: %v", n, held(inputs[0]), held(inputs[1]))
		}
	}
	if n != 3 || held(inputs[0]) {
		t.Errorf("after %d sites the first is held: %v", n, held(inputs[0]))
	}
}

// The store of the system counts unless OpenSSL's variables name other roots, is not
// read before a root is needed, and files stand for one that is empty.
func TestSystemRoots(t *testing.T) {
	root, err := os.ReadFile(filepath.Join(testenv.Root(t), "testdata", "servers", "root.pem"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, variable, store, file string
		trusted                     bool
	}{
		{"in the store", "", string(root), "", true},
		{"in a file", "", "", string(root), true},
		{"named", "named.pem", "", string(root), true},
		{"only in the store", "named.pem", string(root), "other-root.pem", false},
	} {
		asked := 0
		system := &System{
			Bundle:  func() []byte { asked++; return []byte(tt.store) },
			Fetches: func([]byte) bool { return false },
		}
		r := reader(t, "site.pem=renewed.pem", "site.key=renewed.key", "inter.pem=inter.pem", "/etc/ssl/cert.pem="+tt.file, "named.pem="+tt.file)
		roots := SystemRoots(r.Files, func(name string) string { return map[string]string{"SSL_CERT_FILE": tt.variable}[name] }, system)
		if asked > 0 {
			t.Errorf("%s: the store was read at once", tt.name)
		}
		opts := &validate.Options{Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Roots: roots, Only: []string{"chain-incomplete"}}
		sites := Group(slices.Concat(r.Load(named("site.pem", "site.key", "inter.pem"))...), opts)
		CheckAll(sites, func(s *Site) { s.Check(opts) })
		if ok := len(sites) == 1 && len(sites[0].Report.Findings) == 0; ok != tt.trusted {
			t.Errorf("%s: %v", tt.name, sites[0].Report.Findings)
		}
		if asked > 1 || tt.variable != "" && asked > 0 {
			t.Errorf("%s: the store was read %d times", tt.name, asked)
		}
	}
}

// What could not be read is told with the next site, whatever was let go of until then.
func TestEachTellsTheUnreadLater(t *testing.T) {
	r := reader(t, "a/a.key=ec-P-256.key", "b/b.key=ec-P-384.key", "b/large.pem="+strings.Repeat("x", 2<<20), "c/c.key=ec-P-521.key", "d/d.pem=rsa.pem", "d/d.key=rsa.key")
	told := make(chan struct{}, 100)
	scopes := func(yield func([]*Input) bool) {
		n := 0
		for scope := range r.Scopes(named("a", "b", "c", "d")) {
			if n++; n == 4 { // the third piece was told, so that the second one is gone
				for range 3 {
					<-told
				}
			}
			if !yield(scope) {
				return
			}
		}
	}
	var got []string
	for _, names := range Each(r, scopes, &Across{Options: &validate.Options{}}, func(x *Piece) (names []string) {
		for _, in := range x.Inputs {
			if in.Unread() != nil {
				names = append(names, filepath.ToSlash(in.Name()))
			}
		}
		return names
	}) {
		got = append(got, names...)
		told <- struct{}{}
	}
	if !slices.Equal(got, []string{"b/large.pem"}) {
		t.Errorf("told: %q", got)
	}
}

// What was noted of a file with several keys is said of one of them.
func TestNotesOfSeveralKeys(t *testing.T) {
	var text string
	for _, name := range []string{"self.key", "renewed.key"} {
		key, err := os.ReadFile(filepath.Join(testenv.Root(t), "testdata", "servers", name))
		if err != nil {
			t.Fatal(err)
		}
		text += strings.Replace(string(key), "KEY-----\n", "KEY----- \n", 1)
	}
	r, groups, notes := reader(t, "d/keys.pem="+text), 0, 0
	for scope := range r.Scopes(named("d")) {
		for _, s := range Group(slices.Concat(r.Load(scope)...), &validate.Options{}) {
			groups++
			for _, n := range s.Bundle.Notes {
				if n.Kind == note.BoundarySpace {
					notes++
				}
			}
		}
	}
	if groups != 2 || notes != 2 {
		t.Errorf("%d sites with %d notes", groups, notes)
	}
}
