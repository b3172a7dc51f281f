package roots

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/x509roots/fallback/bundle"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/distrust"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/lists"
	"github.com/certconv/certconv/internal/site"
)

// The names of stores that are no file.
const (
	System  = "system"  // what programs on this system trust
	Mozilla = "mozilla" // Mozilla's roots, as they are built in
)

// Loader reads stores.
type Loader struct {
	Reader *site.Reader
	Getenv func(string) string
	System *site.System // nil if the system keeps its roots in files
}

// Bounds of folders.
const (
	maxFolders = 1000
	maxFiles   = 20_000
	maxBytes   = 512 << 20
)

// Load reads all stores at path: several where a file has several lists. The error is a
// *fault.Failure; what is no store or list, and holds no certificate, is an error.
func (l *Loader) Load(path string) ([]*Store, error) {
	switch path {
	case System:
		certs := site.SystemCertificates(l.Reader.Files, l.Getenv, l.System)
		if len(certs) == 0 {
			return nil, fault.New(fault.NotFound, path, "no store of this system was found").WithHint("SSL_CERT_FILE names one")
		}
		return []*Store{ofCerts(path, "the roots of this system", certs)}, nil
	case Mozilla:
		return []*Store{mozilla()}, nil
	}
	if info, err := l.Reader.Files.Stat(path); err == nil && info.IsDir() {
		var unread Store
		if caches := Caches(l.Reader.Files, path, unread.fail); len(caches) > 0 {
			return l.caches(path, caches, &unread)
		}
		return l.folder(path)
	}
	data, err := l.Reader.Read(path, nil)
	if err != nil {
		return nil, err
	}
	name := site.NameOf(path)
	if len(data) == 0 {
		return nil, site.Empty(name)
	}
	return l.decode(path, name, data)
}

// One is the one store at path, or of several the only one of a kind, of those in kinds the first of which there
// is one.
func (l *Loader) One(path string, kinds ...string) (*Store, error) {
	list, err := l.Load(path)
	if err != nil {
		return nil, err
	}
	for _, kind := range kinds {
		if of := slices.DeleteFunc(slices.Clone(list), func(s *Store) bool { return s.Kind != kind }); len(of) == 1 {
			return of[0], nil
		}
	}
	if len(list) > 1 {
		return nil, fault.New(fault.WrongObject, site.NameOf(path), "it holds %d lists or stores, and one is wanted", len(list))
	}
	return list[0], nil
}

func (l *Loader) decode(path, name string, data []byte) ([]*Store, error) {
	b, err := l.Reader.Decode(name, data)
	var list []*Store
	title, format := "", ""
	if len(b.Containers) > 0 {
		format = b.Containers[0].Format
		if f := convert.Lookup(b.Containers[0].Format); f != nil {
			title = f.Title
		}
	}
	for i := range b.Others {
		s := ofOther(path, &b.Others[i], title)
		if s == nil && b.Others[i].OID == lists.OIDCTL {
			return nil, fault.New(fault.Damaged, name, "the trust list in it is damaged: its entries cannot be read")
		}
		if s != nil {
			list = append(list, s)
		}
	}
	if len(b.Certs) > 0 {
		stores := []*Store{ofBundle(path, title, format, b)}
		if format == registry {
			stores = ofRegistry(path, title, b.Certs)
		}
		s := stores[0]
		for _, f := range b.Failures {
			if f.Kind == convert.KindCertificate || f.Kind == "" {
				s.fail(fault.In(f.Err, name))
			}
		}
		if lists.IsCertdata(data) {
			s.trustOf(data)
		}
		list = append(list, stores...)
	}
	if len(list) > 0 {
		return list, nil
	}
	if err == nil {
		return nil, fault.New(fault.WrongObject, name, "it holds no list and no certificate")
	}
	return nil, err
}

// ofOther is the list that an object is, nil if it is none.
func ofOther(path string, o *convert.Other, title string) *Store {
	if o.OID == lists.OIDCTL {
		list, err := lists.ParseCTL(o.Raw)
		if err != nil {
			return nil
		}
		s := &Store{Path: path, Kind: list.Kind(), Title: title, List: list, Object: o, Date: list.ThisUpdate}
		if o.Source.Entry != "" {
			s.Member = o.Source.Entry
		}
		if s.Kind == "disallowed" {
			s.Distrust, s.Blocks = true, list.Disallows()
		}
		known := lists.Known{}
		s.Entries = make([]Entry, len(list.Entries))
		for i := range list.Entries {
			s.Entries[i] = ofList(&list.Entries[i], known)
		}
		return s
	}
	list, err := lists.ParseBlockList(o.Raw)
	if err != nil {
		return nil
	}
	s := &Store{Path: path, Kind: "blocklist", Title: o.What, Date: list.Date, Blocks: list, Distrust: true}
	for _, b := range list.Entries {
		e := Entry{Name: b.Title}
		switch b.By {
		case lists.BySHA1:
			e.SHA1 = b.Key
		case lists.BySHA256:
			e.SHA256 = b.Key
		}
		if e.Name == "" {
			e.Name = string(b.By) + " " + b.Key
		}
		s.Entries = append(s.Entries, e)
	}
	return s
}

// ofCerts is a store of certificates, each once.
func ofCerts(path, title string, certs []convert.Certificate) *Store {
	s := &Store{Path: path, Kind: "store", Title: title}
	seen := map[string]bool{}
	for i := range certs {
		e := ofCert(&certs[i])
		if !seen[e.SHA256] {
			seen[e.SHA256] = true
			s.Entries = append(s.Entries, e)
		}
	}
	return s
}

// ofBundle is a store of the certificates of a file. Those that are there for a private key are not what the
// file trusts: in a keystore of Java all that are no entries of their own, elsewhere those of servers
// and people that have their key beside them.
func ofBundle(path, title, format string, b *convert.Bundle) *Store {
	keystore := slices.Contains([]string{"jks", "jceks", "bks", "bcfks"}, format)
	keys := map[string]bool{}
	for i := range b.Keys {
		keys[string(b.Keys[i].SPKI)] = true
	}
	trusted := map[string]bool{}
	for i := range b.Certs {
		c := &b.Certs[i]
		keystore = keystore || c.Trusted
		trusted[string(c.Raw)] = trusted[string(c.Raw)] || c.Trusted
	}
	s := ofCerts(path, title, b.Certs)
	s.Format = format
	for i := range s.Entries {
		e := &s.Entries[i]
		if c := e.Cert; keystore && !trusted[string(c.Raw)] || !keystore && !c.IsCA() && keys[string(c.SPKI)] {
			e.purposes, e.aside = []string{}, "it belongs to a private key"
		}
	}
	return s
}

const registry = "reg" // the format

// rootStores are the stores of Windows whose certificates are roots, in lower case: those of the
// administrator, of Microsoft and of smart cards.
var rootStores = []string{"root", "authroot", "smartcardroot"}

// ofRegistry are the stores in an export of the registry of Windows: what it trusts, and as one of its own what
// it does not trust, whatever other store has it too. What is in stores of neither kind is trusted only
// below a root.
func ofRegistry(path, title string, certs []convert.Certificate) []*Store {
	var roots, others, not []convert.Certificate
	for _, c := range certs {
		switch store := strings.ToLower(c.Source.Entry); {
		case store == "disallowed":
			not = append(not, c)
		case store == "blob" || slices.Contains(rootStores, store): // the export of no store
			roots = append(roots, c)
		default:
			others = append(others, c)
		}
	}
	first := len(roots)
	s, disallowed := ofCerts(path, title, append(roots, others...)), ofCerts(path, title, not)
	disallowed.Kind, disallowed.Member, disallowed.Distrust = "disallowed", "Disallowed", true
	s.Format, disallowed.Format = registry, registry
	isRoot := newIndex(ofCerts(path, title, roots[:first]).Entries)
	isNot := newIndex(disallowed.Entries)
	s.Entries = slices.DeleteFunc(s.Entries, func(e Entry) bool { return isNot.find(&e) != nil })
	for i := range s.Entries {
		if e := &s.Entries[i]; isRoot.find(e) == nil {
			e.purposes, e.aside = []string{}, "it is in the store "+e.Cert.Source.Entry
		}
	}
	return slices.DeleteFunc([]*Store{s, disallowed}, func(s *Store) bool { return len(s.Entries) == 0 })
}

// trustOf takes over what a certdata.txt says of its certificates.
func (s *Store) trustOf(data []byte) {
	roots, err := lists.ParseCertdata(data)
	if err != nil {
		return
	}
	x := newIndex(s.Entries)
	for i := range roots {
		r := &roots[i]
		if r.DER == nil {
			continue
		}
		e := x.find(&Entry{SHA256: hexSHA256(r.DER)})
		switch {
		case e == nil:
		case r.Trust == lists.NSSTrusted && !r.ServersUntil.IsZero():
			e.limited = &lists.Limit{Since: r.ServersUntil, Purposes: []string{lists.PurposeServer}}
		case r.Trust == lists.NSSDistrusted:
			e.disabled = &lists.Limit{}
		case r.Trust == lists.NSSNeutral:
			e.purposes = []string{} // for other purposes, if for any
		}
	}
}

// mozilla are the roots that are built in.
func mozilla() *Store {
	var certs []convert.Certificate
	for r := range bundle.Roots() {
		if b, _ := convert.Decode(r.Certificate, &convert.DecodeOptions{File: Mozilla, From: "der"}); b != nil {
			certs = append(certs, b.Certs...)
		}
	}
	s := ofCerts(Mozilla, "Mozilla's roots, as they are built in", certs)
	for _, l := range distrust.Lists() {
		if l.Name == distrust.Mozilla.String() {
			s.Date = l.Date
		}
	}
	table := distrust.Roots()
	for i := range s.Entries {
		e := &s.Entries[i]
		if row := table.Find(e.Cert.Raw, e.Cert.SPKI); row != nil {
			if st, ok := row.Status(distrust.Mozilla); ok && st.Basis == distrust.Issued {
				e.limited = &lists.Limit{Since: st.Until, Purposes: []string{lists.PurposeServer}}
			}
		}
	}
	return s
}

// caches takes the lists and certificates out of caches of Windows.
func (l *Loader) caches(path string, folders []string, unread *Store) ([]*Store, error) {
	var list []*Store
	var certs []convert.Certificate
	for _, folder := range folders {
		for _, c := range ReadCache(l.Reader, folder, unread.fail) {
			if err := c.Unread(); err != nil {
				unread.fail(err)
			}
			if c.Bundle == nil {
				continue
			}
			for i := range c.Bundle.Others {
				if s := ofOther(c.Content, &c.Bundle.Others[i], "a list in a cache of Windows"); s != nil {
					list = append(list, s)
				}
			}
			certs = append(certs, c.Bundle.Certs...)
		}
	}
	if len(certs) > 0 {
		list = append(list, ofCerts(path, "a cache of Windows", certs))
	}
	if len(list) > 0 {
		list[0].Failed, list[0].Failure = unread.Failed, unread.Failure
	} else {
		if unread.Failure != nil {
			return nil, unread.Failure
		}
		return nil, fault.New(fault.WrongObject, path, "the cache holds no list and no certificate")
	}
	return list, nil
}

// folder reads the certificates below a folder. What is none of ours is passed over.
func (l *Loader) folder(top string) ([]*Store, error) {
	paths, err := l.below(top)
	if err != nil {
		return nil, err
	}
	var certs []convert.Certificate
	var unread Store
	for _, path := range paths {
		data, err := l.Reader.Read(path, nil)
		if err != nil {
			unread.fail(err)
			continue
		}
		b, err := l.Reader.Decode(path, data)
		if err != nil && !errors.Is(err, convert.ErrUnknownFormat) {
			unread.fail(err)
		}
		certs = append(certs, b.Certs...)
	}
	if len(certs) == 0 {
		if unread.Failure != nil {
			return nil, unread.Failure
		}
		return nil, fault.New(fault.WrongObject, top, "no certificate is in it")
	}
	s := ofCerts(top, "a folder", certs)
	s.Failed, s.Failure = unread.Failed, unread.Failure
	return []*Store{s}, nil
}

// below are the files below a folder. One that is no store, such as somebody's home, is refused before anything in
// it is read.
func (l *Loader) below(top string) (paths []string, err error) {
	queue, seen := []string{top}, map[string]bool{}
	size := int64(0)
	for len(queue) > 0 {
		dir := queue[0]
		queue = queue[1:]
		if real, err := l.Reader.Files.Real(dir); err == nil {
			if seen[real] {
				continue
			}
			seen[real] = true
		}
		entries, err := l.Reader.Files.ReadDir(dir)
		if err != nil {
			return nil, fault.Reading(dir, err)
		}
		for _, e := range entries {
			path := filepath.Join(dir, e.Name())
			info, err := l.Reader.Files.Stat(path)
			switch {
			case err != nil:
			case info.IsDir():
				queue = append(queue, path)
			case info.Mode().IsRegular():
				paths = append(paths, path)
				size += info.Size()
			}
		}
		if len(seen)+len(queue) > maxFolders || len(paths) > maxFiles || size > maxBytes {
			return nil, fault.New(fault.TooLarge, top, "it is no folder of certificates: it has more than %d folders, %d files or %d MiB", maxFolders, maxFiles, maxBytes>>20)
		}
	}
	return paths, nil
}

// Certificates finds certificates for lists that only name them: by their digests in stores.
type Certificates struct {
	index *index
	all   []Entry
}

// NewCertificates takes the certificates of stores.
func NewCertificates(stores []*Store) *Certificates {
	c := &Certificates{}
	for _, s := range stores {
		for _, e := range s.Entries {
			if e.Cert != nil {
				c.all = append(c.all, e)
			}
		}
	}
	c.index = newIndex(c.all)
	return c
}

// find is the certificate of an entry, nil if it is not there.
func (c *Certificates) find(e *Entry) *convert.Certificate {
	if e.Cert != nil {
		return e.Cert
	}
	found := c.index.find(e)
	if found == nil || e.SHA256 != "" && found.SHA256 != e.SHA256 {
		return nil
	}
	return found.Cert
}

// Picked is what is to be exported of a store.
type Picked struct {
	Certs   []convert.Certificate // with the name of the list as friendly name
	Missing []Entry               // no certificate was found
	Limited []Entry               // among Certs: trusted for what was issued before a time only
	Left    []Entry               // left out: nothing that was issued in time can still be valid
}

// longest is how long certificates of public CAs for servers are valid: what was issued before a limit has
// expired that long after it.
const longest = 398 * 24 * time.Hour

// Pick takes what a store trusts for a purpose at a time.
func Pick(s *Store, certs *Certificates, purpose string, at time.Time) *Picked {
	p := &Picked{}
	for i := range s.Entries {
		e := s.Entries[i]
		if s.Distrust || !e.Allows(purpose) {
			continue
		}
		if d := e.Disabled(purpose); d != nil && !at.Before(d.Since) {
			continue
		}
		if l := e.Limited(purpose); l != nil {
			if purpose == lists.PurposeServer && at.Sub(l.Since) > longest {
				p.Left = append(p.Left, e)
				continue
			}
			p.Limited = append(p.Limited, e)
		}
		c := certs.find(&e)
		if c == nil {
			p.Missing = append(p.Missing, e)
			continue
		}
		out := *c
		if out.FriendlyName == "" || s.List != nil {
			out.FriendlyName = e.Name
		}
		p.Certs = append(p.Certs, out)
	}
	p.Certs = slices.Clip(p.Certs)
	return p
}
