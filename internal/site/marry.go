package site

import (
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/certconv/certconv/convert"
)

// marry joins a key that no certificate here belongs to with a certificate
// that no key belongs to: where there is one of each they are meant for each
// other, and so are files of one name. That they do not fit is then told.
func (sc *scope) marry() {
	sc.part()
	var keys, certs []*Site
	for _, s := range sc.sites {
		switch {
		case s.has(hasKey) && !s.has(hasLeaf):
			keys = append(keys, s)
		case s.has(hasLeaf) && !s.has(hasKey):
			certs = append(certs, s)
		}
	}
	keys = slices.DeleteFunc(keys, sc.isCA)
	if len(keys) == 1 && len(certs) == 1 && (sameFolder(keys[0], certs[0]) || sc.others.sites == 0) {
		keys[0].join(certs[0])
	}
	marryNamed(keys, certs, stem)
	marryNamed(keys, certs, subject)
	// A request for another key, beside a single site, is meant for it too.
	sc.sites = slices.DeleteFunc(sc.sites, func(s *Site) bool { return len(s.Inputs) == 0 })
	if len(sc.sites) == 2 {
		for i, s := range sc.sites {
			o := sc.sites[1-i]
			if s.has(hasRequest) && !s.has(hasKey) && !s.has(hasLeaf) && (!s.Inputs[0].Found() || sameStem(s, o)) {
				o.Inputs = append(o.Inputs, s.Inputs...)
				sc.sites = []*Site{o}
				break
			}
		}
	}
}

// join adds the files of another site, which has none then.
func (s *Site) join(o *Site) {
	s.Inputs = append(s.Inputs, o.Inputs...)
	o.Inputs = nil
}

// part takes a file with nothing but a certificate from its site where a key that
// belongs to nothing here lies beside it by the same name, and the right one does not:
// the server loads these two, whatever other file has the key.
func (sc *scope) part() {
	for _, name := range []func(*Input) string{stem, subject} {
		sc.partNamed(name)
	}
}

func (sc *scope) partNamed(name func(*Input) string) {
	type beside struct{ folder, name string }
	at := func(in *Input) beside { return beside{in.folder, name(in)} }
	keys := map[beside]*Site{}
	for _, s := range sc.sites {
		if s.has(hasLeaf) || sc.isCA(s) {
			continue
		}
		for _, in := range s.Inputs {
			if hasKey(in) && in.Found() {
				keys[at(in)] = s
			}
		}
	}
	if len(keys) == 0 {
		return
	}
	for _, s := range sc.sites {
		for _, in := range slices.Clone(s.Inputs) {
			k := keys[at(in)]
			if k == nil || k == s || k.has(hasLeaf) || !hasLeaf(in) || hasKey(in) || !s.has(hasKey) {
				continue
			}
			if s.has(func(o *Input) bool { return hasKey(o) && !hasLeaf(o) && at(o) == at(in) }) {
				continue
			}
			k.Inputs = append(k.Inputs, in)
			s.Inputs = slices.DeleteFunc(slices.Clone(s.Inputs), func(o *Input) bool { return o == in })
		}
	}
}

// marryNamed joins keys and certificates of one name: those in one folder, and
// those that are the only ones of it.
func marryNamed(keys, certs []*Site, name func(*Input) string) {
	named := func(list []*Site, part func(*Input) bool) map[string][]*Site {
		by := map[string][]*Site{}
		for _, s := range list {
			for _, in := range s.Inputs {
				if n := name(in); part(in) && !slices.Contains(by[n], s) {
					by[n] = append(by[n], s)
				}
			}
		}
		return by
	}
	keys = slices.DeleteFunc(slices.Clone(keys), func(s *Site) bool { return s.has(hasLeaf) })
	keysBy, certsBy := named(keys, hasKey), named(certs, hasLeaf)
	for _, k := range keys {
		for _, in := range slices.Clone(k.Inputs) {
			n := name(in)
			if !hasKey(in) || k.has(hasLeaf) {
				continue
			}
			for _, c := range certsBy[n] {
				if len(c.Inputs) > 0 && (sameFolder(k, c) || len(keysBy[n]) == 1 && len(certsBy[n]) == 1) {
					k.join(c)
					break
				}
			}
		}
	}
}

// parts are the words by which the names of files tell a key from its certificate:
// privkey2.pem and cert2.pem, www-key.pem and www.pem.
var parts = []string{"privkey", "private", "key", "cert", "certificate", "crt", "fullchain"}

// subject is the stem of a file without these words, and without what is between
// the words. A copy, as www.key.bak, has a name of its own.
func subject(in *Input) string {
	if convert.Lookup(filepath.Ext(stem(in))) != nil {
		return in.base()
	}
	kinds := func(r rune) int {
		switch {
		case unicode.IsLetter(r):
			return 1
		case unicode.IsDigit(r):
			return 2
		}
		return 0
	}
	var words []string
	last := 0
	for _, r := range stem(in) {
		kind := kinds(r)
		if kind != 0 && kind != last {
			words = append(words, "")
		}
		if last = kind; kind != 0 {
			words[len(words)-1] += string(r)
		}
	}
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return slices.Contains(parts, w) }), " ")
}
