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
	if len(keys) == 1 && len(certs) == 1 && (sameFolder(keys[0], certs[0]) || sc.others.sites == 0 && !keys[0].putAway(certs[0])) {
		keys[0].join(certs[0])
	}
	marryNamed(keys, certs, func(in *Input) string { return stem(in.base()) })
	marryNamed(keys, certs, func(in *Input) string { return subject(in.base()) })
	marryNamed(keys, certs, (*Input).place)
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

// part makes a site of a key and a certificate that lie in a folder by the same name,
// their own or that of a link, where no two of this name fit: the server loads these,
// whatever other file has the key.
func (sc *scope) part() {
	for i, name := range []func(base string) string{stem, subject} {
		for _, p := range sc.namesakes(name) {
			if p.broken() && (p.sure() || i == 0 && !p.settled()) {
				sc.sites = append(sc.sites, p.site())
			}
		}
	}
	sc.sites = slices.DeleteFunc(sc.sites, func(s *Site) bool { return len(s.Inputs) == 0 })
}

// entry is a name of a file in a folder.
type entry struct {
	site *Site
	in   *Input
	link string // the name, if it is that of a link
}

// namesakes are what one name in a folder leads to: files with nothing but keys, and
// files with nothing but certificates.
type namesakes struct{ keys, leaves []entry }

// namesakes are those of the files that were found, in their order.
func (sc *scope) namesakes(name func(base string) string) []*namesakes {
	type at struct{ folder, name string }
	known := map[at]*namesakes{}
	var list []*namesakes
	for _, s := range sc.sites {
		if !s.has(hasLeaf) && sc.isCA(s) {
			continue
		}
		for _, in := range s.Inputs {
			if !in.Found() || hasKey(in) == hasLeaf(in) {
				continue
			}
			for i, base := range append([]string{in.base()}, in.links...) {
				e := entry{site: s, in: in}
				if i > 0 {
					e.link = base
				}
				here := at{in.folder, name(base)}
				p := known[here]
				if p == nil {
					p = &namesakes{}
					known[here], list = p, append(list, p)
				}
				if hasKey(in) {
					p.keys = append(p.keys, e)
				} else {
					p.leaves = append(p.leaves, e)
				}
			}
		}
	}
	return list
}

// broken reports whether no key belongs to a certificate, and the two are not told
// together anyway.
func (p *namesakes) broken() bool {
	sites, ids := map[*Site]bool{}, map[convert.PublicID]bool{}
	for _, k := range p.keys {
		sites[k.site] = true
		for _, id := range k.in.keys {
			ids[id] = true
		}
	}
	return len(p.keys) > 0 && len(p.leaves) > 0 && !slices.ContainsFunc(p.leaves, func(c entry) bool {
		return sites[c.site] || slices.ContainsFunc(c.in.leaves, func(l leaf) bool { return ids[l.id] })
	})
}

// settled reports whether the counterpart of a file has a name that resembles its own.
func (p *namesakes) settled() bool {
	beside := func(e entry, part func(*Input) bool) bool {
		return e.site.has(func(o *Input) bool {
			return o != e.in && part(o) && o.folder == e.in.folder && subject(o.base()) == subject(e.in.base())
		})
	}
	return slices.ContainsFunc(p.keys, func(k entry) bool { return beside(k, hasLeaf) }) ||
		slices.ContainsFunc(p.leaves, func(c entry) bool { return beside(c, hasKey) })
}

// sure reports whether the two are meant for each other even if their names only
// resemble each other: the key belongs to nothing else, or somebody made a link.
func (p *namesakes) sure() bool {
	linked := func(e entry) bool { return e.link != "" }
	return slices.ContainsFunc(p.keys, func(k entry) bool { return linked(k) || !k.site.has(hasLeaf) }) || slices.ContainsFunc(p.leaves, linked)
}

// site is what the name leads to, with the rest of sites that have no counterpart of
// their own. A file that another site needs stays there too: a server may load it by
// its other name, or with one of another name.
func (p *namesakes) site() *Site {
	s := &Site{}
	apart := !slices.ContainsFunc(p.keys, func(k entry) bool { return k.site.has(hasLeaf) })
	for _, k := range p.keys {
		k.join(s, !k.site.has(hasLeaf), false)
	}
	for _, c := range p.leaves {
		c.join(s, !c.site.has(hasKey), apart && c.link == "")
	}
	return s
}

// join adds the file to a site, by the name that it has there. All of its own site
// comes with it, or the file leaves that site, or it stays there too.
func (e *entry) join(s *Site, all, leave bool) {
	in := e.in
	if e.link != "" {
		in = e.in.as(e.link)
	}
	s.Inputs = append(s.Inputs, in)
	rest := slices.DeleteFunc(slices.Clone(e.site.Inputs), func(o *Input) bool { return o == e.in })
	switch {
	case all:
		s.Inputs, e.site.Inputs = append(s.Inputs, rest...), nil
	case leave:
		e.site.Inputs = rest
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
	if len(keys) == 0 {
		return
	}
	keysBy, certsBy := named(keys, hasKey), named(certs, hasLeaf)
	for _, k := range keys {
		for _, in := range slices.Clone(k.Inputs) {
			n := name(in)
			if !hasKey(in) || k.has(hasLeaf) {
				continue
			}
			for _, c := range certsBy[n] {
				if len(c.Inputs) > 0 && (sameFolder(k, c) || len(keysBy[n]) == 1 && len(certsBy[n]) == 1 && !k.putAway(c)) {
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
func subject(base string) string {
	if convert.Lookup(filepath.Ext(stem(base))) != nil {
		return base
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
	for _, r := range stem(base) {
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

// place is the path of a file without the folders and words that tell a key from its
// certificate: that of private/www/key.pem and www/cert.pem, as uacme has them.
func (in *Input) place() string {
	words := slices.DeleteFunc(folders(in.folder), func(w string) bool { return slices.Contains(partFolders, w) })
	return strings.Join(append(words, subject(in.base())), "/")
}

// partFolders are the names of folders with keys, or certificates, alone.
var partFolders = []string{"private", "keys", "key", "certs", "certificates", "cert", "public"}
