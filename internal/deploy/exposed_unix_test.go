//go:build unix

package deploy

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/certconv/certconv/internal/atomicfile"
	"github.com/certconv/certconv/internal/testenv"
)

// Folders that others can write to are told.
func TestExposedFolders(t *testing.T) {
	for _, c := range []struct {
		above, dir, unit fs.FileMode
		want             []string
	}{
		{0o755, 0o755, 0o755, nil},
		{0o755, 0o700, 0o750, nil},
		{0o755, 0o757, 0o755, []string{"ssl"}},
		{0o755, 0o777 | fs.ModeSticky, 0o755, []string{"ssl"}},
		{0o755, 0o755, 0o777, []string{"ssl/www.example.com"}},
		{0o777, 0o755, 0o755, []string{""}},
		{0o777 | fs.ModeSticky, 0o755, 0o755, nil},
		{0o777, 0o757, 0o777, []string{"ssl", "ssl/www.example.com", ""}},
	} {
		base := t.TempDir()
		dir := filepath.Join(base, "ssl")
		d := keyAndChain(dir, "A")
		unit := filepath.Join(dir, d.Unit)
		check(t, os.MkdirAll(unit, 0o755), os.Chmod(unit, c.unit), os.Chmod(dir, c.dir), os.Chmod(base, c.above))
		var got []string
		for _, e := range Exposure(d) {
			got = append(got, e.Path)
		}
		var want []string
		for _, name := range c.want {
			want = append(want, filepath.Join(base, name))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%v %v %v: %q, want %q", c.above, c.dir, c.unit, got, want)
		}
	}
}

// So are those that belong to others, however far above, and those of files
// elsewhere.
func TestExposedOwners(t *testing.T) {
	if os.Geteuid() != 0 {
		testenv.Skip(t, "only root can give files away")
	}
	for _, c := range []struct {
		what  string
		path  string // what is given away
		group bool   // to the group, which may write
		owner string // who has to own the key
		want  []string
	}{
		{what: "nothing"},
		{what: "the folder", path: "home/web/ssl", want: []string{"home/web/ssl"}},
		{what: "two above", path: "home", want: []string{"home"}},
		{what: "two above, of the key's owner", path: "home", owner: "nobody"},
		{what: "a group above", path: "home/web", group: true, want: []string{"home/web"}},
		{what: "the folder of the configuration", path: "conf/d", want: []string{"conf/d"}},
		{what: "above the configuration", path: "conf", group: true, want: []string{"conf"}},
		{what: "the configuration", path: "conf/d/site.conf", want: []string{"conf/d/site.conf"}},
	} {
		base := t.TempDir()
		dir, conf := filepath.Join(base, "home", "web", "ssl"), filepath.Join(base, "conf", "d", "site.conf")
		check(t, os.MkdirAll(dir, 0o755), os.MkdirAll(filepath.Dir(conf), 0o755))
		mustWrite(t, conf, "", 0o644)
		if c.path != "" && c.group {
			check(t, os.Chown(filepath.Join(base, c.path), 0, testenv.Nobody), os.Chmod(filepath.Join(base, c.path), 0o775))
		} else if c.path != "" {
			check(t, os.Chown(filepath.Join(base, c.path), testenv.Nobody, 0))
		}
		d := keyAndChain(dir, "A")
		d.Files[0].Owner, d.Also = c.owner, []File{{Name: conf, Mode: 0o644}}
		var got, want []string
		for _, e := range Exposure(d) {
			got = append(got, e.Path)
		}
		for _, path := range c.want {
			want = append(want, filepath.Join(base, path))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", c.what, got, want)
		}
	}
}

// A link that somebody else can have made leads nowhere.
func TestLinkOfOthers(t *testing.T) {
	if os.Geteuid() != 0 {
		testenv.Skip(t, "only root can make files of somebody else")
	}
	base := t.TempDir()
	shared, real := filepath.Join(base, "shared"), filepath.Join(base, "real")
	link := filepath.Join(shared, "link")
	check(t, os.Mkdir(shared, 0o755), os.Mkdir(real, 0o755), os.Chmod(shared, 0o777|fs.ModeSticky), os.Symlink(real, link))
	d := keyAndChain(filepath.Join(link, "ssl"), "A")
	elsewhere := keyAndChain(real, "A")
	elsewhere.Also = []File{{Name: filepath.Join(link, "site.conf"), Mode: 0o644}}
	for _, set := range []*Set{d, elsewhere} {
		_, err := Look(set)
		check(t, err)
	}
	check(t, os.Lchown(link, testenv.Nobody, testenv.Nobody))
	for _, set := range []*Set{d, elsewhere} {
		if _, err := Look(set); !errors.Is(err, atomicfile.SharedLink) {
			t.Errorf("%v", err)
		}
		if _, err := newDeployer().Place(set, nil, nil); !errors.Is(err, atomicfile.SharedLink) {
			t.Errorf("%v", err)
		}
	}
}

// Whoever can write to the folder does not get the key by making its file before.
func TestKeyIsNotHandedOut(t *testing.T) {
	if os.Geteuid() != 0 {
		testenv.Skip(t, "only root can give files away")
	}
	for _, c := range []struct {
		what           string
		dir            fs.FileMode
		unit, key, pub int // owners
		owner          string
		refused        bool
		exposed        int
	}{
		{"shared folder, all of it somebody's", 0o777 | fs.ModeSticky, testenv.Nobody, testenv.Nobody, testenv.Nobody, "", true, 0},
		{"somebody's unit and key", 0o755, testenv.Nobody, testenv.Nobody, 0, "", true, 0},
		{"somebody's unit, root's files", 0o755, testenv.Nobody, 0, 0, "", false, 1},
		{"somebody's key, which only root can have given", 0o755, 0, testenv.Nobody, testenv.Nobody, "", false, 2},
		{"somebody's certificate", 0o755, 0, 0, testenv.Nobody, "", false, 1},
		{"the key of who has to own it", 0o777 | fs.ModeSticky, 0, testenv.Nobody, 0, "nobody", false, 1},
		{"root's", 0o755, 0, 0, 0, "", false, 0},
	} {
		dir := filepath.Join(t.TempDir(), "ssl")
		d := keyAndChain(dir, "B")
		d.Files[0].Owner = c.owner
		unit := filepath.Join(dir, d.Unit)
		key, pub := filepath.Join(unit, d.Files[0].Name), filepath.Join(unit, d.Files[1].Name)
		check(t, os.MkdirAll(unit, 0o755))
		mustWrite(t, key, "old", 0o600)
		mustWrite(t, pub, "old", 0o644)
		check(t, os.Chown(key, c.key, c.key), os.Chown(pub, c.pub, c.pub), os.Chown(unit, c.unit, c.unit), os.Chmod(dir, c.dir))
		_, err := Look(d)
		if exposed := Exposure(d); errors.Is(err, OthersGetIt) != c.refused || err == nil && len(exposed) != c.exposed || slices.ContainsFunc(exposed, func(e Exposed) bool { return e.Planted }) != c.refused {
			t.Errorf("%s: %v, %+v", c.what, err, exposed)
		}
		_, err = newDeployer().Place(d, nil, nil)
		if errors.Is(err, OthersGetIt) != c.refused || c.refused && there(filepath.Join(dir, Store)) {
			t.Errorf("%s: %v", c.what, err)
		}
		if c.refused {
			wantFile(t, key, "old")
		}
	}
}

// A file that is given to somebody else after it was looked at is not replaced.
func TestOwnerChangesMeanwhile(t *testing.T) {
	if os.Geteuid() != 0 {
		testenv.Skip(t, "only root can give files away")
	}
	dir := filepath.Join(t.TempDir(), "ssl")
	d := keyAndChain(dir, "A")
	mustPlace(t, d)
	key := filepath.Join(dir, d.Unit, d.Files[0].Name)
	deployer, steps := newDeployer(), 0
	deployer.BeforeStep = func() error {
		steps++
		return os.Chown(key, testenv.Nobody, testenv.Nobody)
	}
	if _, err := deployer.Place(keyAndChain(dir, "B"), nil, nil); !errors.Is(err, ChangedNow) || steps == 0 {
		t.Errorf("%v after %d steps", err, steps)
	}
	wantFile(t, key, "key A\n")
}
