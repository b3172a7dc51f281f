package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/atomicfile"
	"github.com/certconv/certconv/internal/fault"
)

// siteFile is the file of one site in --out-dir.
type siteFile struct {
	bundle *convert.Bundle
	path   string
	data   []byte
	lost   []string
	staged *atomicfile.Staged
	former []byte      // what it replaces
	was    bool        // there is something that it replaces
	mode   fs.FileMode // of that file
}

// convertEach writes a file for each site, all of them or none.
func (v *conversion) convertEach(e *env, sites []*convert.Bundle) error {
	files := make([]*siteFile, 0, len(sites))
	defer func() {
		for _, f := range files {
			clear(f.data)
			clear(f.former)
		}
	}()
	names := map[string]bool{}
	for _, b := range sites {
		f := &siteFile{bundle: b, path: filepath.Join(v.choice.dir, v.siteName(b, names))}
		v.out = f.path
		if err := v.suitsTarget(b); err != nil {
			return err
		}
		v.derivePublicKeys(b)
		if err := v.askPassword(e, b); err != nil {
			return err
		}
		var err error
		if f.data, f.lost, err = v.encode(b); err != nil {
			return v.explainEncode(b, err)
		}
		files = append(files, f)
	}
	made, err := makeFolder(v.choice.dir)
	if err != nil {
		return err
	}
	if err := v.putAll(e, files); err != nil {
		if made {
			_ = os.Remove(v.choice.dir) // it is empty, or not ours alone
		}
		return err
	}
	page := &conversionPage{Schema: 1, Format: v.format.Name}
	for i, f := range files {
		v.out = f.path
		lost := v.tellFile(e, f.bundle, f.data, f.lost, i == 0)
		sum := sha256.Sum256(f.data)
		page.Files = append(page.Files, conversionFile{f.path, hex.EncodeToString(sum[:]), lost})
		if i == 0 {
			page.Notes = worthTelling(f.bundle.Notes, true)
		}
		e.note("%s: written", f.path)
	}
	_ = e.writePage(page)
	return nil
}

// conversionFile is one of several files that were written.
type conversionFile struct {
	Out    string   `json:"out"`
	SHA256 string   `json:"sha256"`
	Lost   []string `json:"lost,omitempty"`
}

// siteName is the name of the file of a site: that which install gives it.
func (v *conversion) siteName(b *convert.Bundle, used map[string]bool) string {
	base, ext := "site", v.format.Exts
	if leaf := b.Leaf(); leaf >= 0 {
		if names := certNames(&b.Certs[leaf]); len(names) > 0 {
			base = unitName(names[0])
		}
	}
	end := ".pem"
	if len(ext) > 0 {
		end = ext[0]
	}
	if v.target != nil && len(v.target.Files) == 1 && v.target.Files[0].Format == v.format.Name {
		end = v.target.Files[0].Ext
	}
	if v.format.Name == "pem" && len(v.opts.Only) == 1 {
		switch v.opts.Only[0] {
		case convert.PartKey:
			end = ".key"
		case convert.PartCert:
			end = ".crt"
		case convert.PartChain, convert.PartFullchain:
			end = "." + string(v.opts.Only[0]) + ".pem"
		}
	}
	name := base + end
	for n := 2; used[name]; n++ {
		name = base + "-" + strconv.Itoa(n) + end
	}
	used[name] = true
	return name
}

// makeFolder makes the folder, and reports whether it was not there.
func makeFolder(dir string) (made bool, err error) {
	err = os.Mkdir(dir, 0o755)
	if err == nil {
		return true, nil
	}
	info, serr := os.Stat(dir)
	switch {
	case serr == nil && info.IsDir():
		return false, nil
	case errors.Is(err, fs.ErrExist):
		return false, fault.New(fault.Exists, dir, "it is there, and is no folder").WithHint("--out-dir takes the name of a folder; one that is not there is made")
	}
	return false, fault.New(fault.WriteFailed, dir, "the folder cannot be made: %s", fault.Reason(err))
}

// putAll puts the files in place. Where one fails the others are as they were.
func (v *conversion) putAll(e *env, files []*siteFile) (err error) {
	defer func() {
		for _, f := range files {
			if f.staged != nil {
				f.staged.Discard()
			}
		}
	}()
	for _, f := range files {
		to, special, err := atomicfile.Target(f.path, v.force)
		if err != nil {
			return err
		}
		if special {
			return fault.New(fault.Exists, f.path, "it is there, and is no ordinary file").WithHint("remove it, or give another folder with --out-dir")
		}
		mode := atomicfile.Public
		if v.holdsSecret(f.bundle) {
			mode = atomicfile.Secret
		}
		f.path = to
		if info, err := os.Stat(to); err == nil {
			f.was, f.mode = true, info.Mode().Perm()
			if f.former, err = os.ReadFile(to); err != nil {
				return fault.New(fault.WriteFailed, f.path, "it cannot be read, and so could not be put back if another file fails: %s", fault.Reason(err))
			}
		}
		if f.staged, err = atomicfile.Stage(to, f.data, mode, v.force, e.signals.Guard); err != nil {
			return err
		}
	}
	for i, f := range files {
		if err := f.staged.Commit(); err != nil {
			for _, done := range slices.Backward(files[:i]) {
				if back := done.takeBack(); back != nil {
					return fault.New(fault.NotRestored, done.path, "what was there before could not be put back: %s", fault.Reason(back)).WithHint("%s", fault.Of(err).Text)
				}
			}
			return err
		}
	}
	return nil
}

// takeBack makes what was at the path before.
func (f *siteFile) takeBack() error {
	if f.was {
		return atomicfile.Write(f.path, f.former, f.mode, true, func(func()) func() { return func() {} })
	}
	return os.Remove(f.path)
}
