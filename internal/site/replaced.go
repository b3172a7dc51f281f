package site

import (
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/certconv/certconv/convert"
)

// archives are the folders in which ACME clients keep what was replaced.
var archives = []string{"archive", "archives"}

// folders are the names of the folders on a path.
func folders(path string) []string { return strings.Split(filepath.ToSlash(filepath.Clean(path)), "/") }

// isArchive reports whether a folder is one of archives, or in one. Elsewhere nobody
// knows which of two certificates the server has.
func isArchive(dir string) bool {
	return slices.ContainsFunc(folders(dir), func(name string) bool { return slices.Contains(archives, name) })
}

func (in *Input) archived() bool { return isArchive(in.folder) }

// putAway reports whether the file is in the archive of the folder that all of the
// others are in, and they are not: a server that loads these loads none of that.
func (in *Input) putAway(others []*Input) bool {
	path := folders(in.folder)
	at := slices.IndexFunc(path, func(name string) bool { return slices.Contains(archives, name) })
	return at >= 0 && !slices.ContainsFunc(others, func(o *Input) bool {
		of := folders(o.folder)
		return o.archived() || len(of) < at || !slices.Equal(of[:at], path[:at])
	})
}

// putAway reports whether a key of the site is in the archive of the other's.
func (s *Site) putAway(o *Site) bool {
	return s.has(func(in *Input) bool { return hasKey(in) && in.putAway(o.Inputs) })
}

// linked reports whether a link in the folder leads to a file with the certificate.
func (s *Site) linked() bool {
	return s.has(func(in *Input) bool { return hasLeaf(in) && len(in.links) > 0 })
}

// series are the files of a folder whose names differ in numbers only, as
// cert-1700000001.pem and cert-1700000002.pem: one took the place of the other. Others
// may be served beside them, such as that of another kind of key.
type series struct{ folder, name string }

func seriesOf(folder, base string) series {
	return series{folder, strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return -1
		}
		return r
	}, base)}
}

func (in *Input) series() series { return seriesOf(in.folder, in.base()) }

// generations is the series of the file that a link leads to: what is in use is a link
// to one of those in the archive, or the file that the others are copies of. It is the
// zero value where that is not known.
func (in *Input) generations() series {
	if in.real == "" || in.member != "" {
		return series{}
	}
	name := filepath.Base(in.real)
	if original := copyOf(name); original != "" {
		name = original
	}
	return seriesOf(filepath.Dir(in.real), name)
}

// copyOf is the name of the file that base was a copy of when another took its place:
// uacme keeps cert-TIME.pem, in seconds since 1970, beside cert.pem. "" if it is none.
func copyOf(base string) string {
	ext := filepath.Ext(base)
	stem := strings.TrimSuffix(base, ext)
	dash := strings.LastIndexByte(stem, '-')
	if at := stem[dash+1:]; dash < 1 || len(at) < 10 || strings.Trim(at, "0123456789") != "" {
		return ""
	}
	return stem[:dash] + ext
}

// linked are the certificates that links lead to, by their series.
func (sc *scope) linked(now time.Time) map[series]lineages {
	return sc.lineages(now, func(in *Input) (series, bool) { return in.series(), len(in.links) > 0 })
}

// originals are the certificates of which there are copies in the folder, by their names.
func (sc *scope) originals(now time.Time) map[series]lineages {
	copied := map[series]bool{}
	for _, s := range sc.sites {
		for _, in := range s.Inputs {
			if name := copyOf(in.base()); name != "" {
				copied[series{in.folder, name}] = true
			}
		}
	}
	return sc.lineages(now, func(in *Input) (series, bool) {
		of := series{in.folder, in.base()}
		return of, copied[of]
	})
}

// lineages are those of the certificates that of takes, by what it says.
func (sc *scope) lineages(now time.Time, of func(*Input) (series, bool)) map[series]lineages {
	sites := map[series][]*Site{}
	for _, s := range sc.sites {
		for _, in := range s.Inputs {
			if names, ok := of(in); ok && hasLeaf(in) {
				sites[names] = append(sites[names], s)
			}
		}
	}
	found := map[series]lineages{}
	for names, list := range sites {
		var l lineages
		l.add(list, now)
		found[names] = l
	}
	return found
}

// lineage are the certificates of one site in time: ACME clients keep those that
// were replaced in a folder of the same name as the one that is in use, or as files
// of one series, even if the names in the certificates have changed.
type lineage struct {
	folder, names string
	series
}

// lineages are the certificates that are valid, by their names.
type lineages struct {
	valid   map[string]bool
	longest map[lineage]time.Time
}

// add takes in the certificates of sites, as many as there is room for.
func (l *lineages) add(sites []*Site, now time.Time) {
	if l.valid == nil {
		l.valid, l.longest = map[string]bool{}, map[lineage]time.Time{}
	}
	for _, s := range sites {
		c, names := s.named()
		if names == "" || len(names) > maxName || len(l.longest) >= maxIssuers || now.Before(c.NotBefore) || now.After(c.NotAfter) {
			continue
		}
		l.valid[names] = true
		longest := func(of lineage) {
			if c.NotAfter.After(l.longest[of]) {
				l.longest[of] = c.NotAfter
			}
		}
		for _, in := range s.Inputs {
			longest(lineage{folder: filepath.Base(in.folder), names: names})
			if of := in.generations(); hasLeaf(in) && of != (series{}) {
				longest(lineage{series: of})
			}
		}
	}
}

// replace reports whether one of them took the place of a certificate with these names,
// which is in the file: one for its names of a certificate that has expired, one of its
// lineage that is valid for longer of one that soon will.
func (l *lineages) replace(in *Input, c *convert.Certificate, names string, now, soon time.Time) bool {
	longest := l.longest[lineage{folder: filepath.Base(in.folder), names: names}]
	if of := in.generations(); of != (series{}) {
		if t := l.longest[lineage{series: of}]; t.After(longest) {
			longest = t
		}
	}
	return now.After(c.NotAfter) && (l.valid[names] || !longest.IsZero()) || soon.After(c.NotAfter) && longest.After(soon)
}

// named is the certificate of the site with its names, "" where there is none.
func (s *Site) named() (c *convert.Certificate, names string) {
	leaf := s.Leaf()
	if leaf < 0 || !s.has(hasLeaf) {
		return nil, ""
	}
	c = &s.Bundle.Certs[leaf]
	list := slices.Clone(c.DNSNames())
	slices.Sort(list)
	return c, strings.Join(list, " ")
}

// replaced finds archived certificates that have expired or soon will, and were
// replaced by one that is here or in what was read before. Where links in a folder lead
// to the one that is valid, what no link leads to of its series is as good as archived,
// and so is a copy beside its original. A certificate that another file has too may be in use there.
func (sc *scope) replaced() {
	now := sc.opts.Now
	isCopy := func(in *Input) bool { return copyOf(in.base()) != "" }
	set := func(s *Site) bool { return s.linked() || s.has((*Input).archived) || s.has(isCopy) }
	if now.IsZero() || !slices.ContainsFunc(sc.sites, set) {
		return
	}
	var here lineages
	here.add(sc.sites, now)
	linked, originals := sc.linked(now), sc.originals(now)
	soon := now.Add(sc.opts.ExpiresWithin)
	for _, s := range sc.sites {
		c, names := s.named()
		if names == "" {
			continue
		}
		s.past = !s.has(func(in *Input) bool {
			over := func(l lineages) bool { return l.replace(in, c, names, now, soon) }
			return hasLeaf(in) && !(in.archived() && (over(here) || over(sc.others.lineages)) ||
				!s.linked() && (over(linked[in.series()]) || over(originals[series{in.folder, copyOf(in.base())}])))
		})
	}
}
