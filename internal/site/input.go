package site

import (
	"errors"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pem"
	"github.com/certconv/certconv/internal/shape"
	"github.com/certconv/certconv/validate"
)

// Input is a file: one that was named, one that was found in a folder, or one in
// an archive. A Reader fills in what it holds.
type Input struct {
	Path   string        // "-" is standard input; of a file in an archive it is that of the archive
	Role   validate.Role // what it was given for
	Data   []byte
	Bundle *convert.Bundle // what is in it, faults included; nil before it is read

	folder string   // the folder it was found in; "" if it was named itself
	real   string   // the path without links, if it was found in a folder
	member string   // the file in the archive at Path; "" if Path is no archive
	links  []string // names of links to it in this folder
	perm   uint32

	keys, requests []convert.PublicID
	of             *Input // the input that it is a part of, nil if it is one itself
	leaves         []leaf // certificates of servers
}

// Place is the file as it was given, with the one in it if it is an archive.
func (in *Input) Place() string {
	if in.member != "" {
		return in.Path + " (" + in.member + ")"
	}
	return in.Path
}

// Member is the file in the archive at Path, "" if that is none.
func (in *Input) Member() string { return in.member }

// Name is what messages call the file.
func (in *Input) Name() string {
	if in.Path == "-" {
		return strings.Replace(in.Place(), "-", NameOf("-"), 1)
	}
	return in.Place()
}

// base is the name of the file without its folders.
func (in *Input) base() string {
	if in.member != "" {
		return path.Base(in.member)
	}
	return filepath.Base(in.Path)
}

// Found reports whether nobody named the file: it was in a folder or archive.
func (in *Input) Found() bool { return in.folder != "" || in.member != "" }

// whole reports whether the file is called fullchain.pem or www.chained.crt.
func (in *Input) whole() bool {
	base := strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(in.base()))
	return strings.Contains(base, "fullchain") || strings.Contains(base, "chained")
}

// leaf is a certificate of a server: its public key and its bytes.
type leaf struct {
	id  convert.PublicID
	raw []byte
}

// fits reports whether a file holds what it was given for, or may hold it.
func (in *Input) fits() bool {
	b := in.Bundle
	return in.Role == validate.RoleAny || len(b.Failures) > 0 ||
		len(b.Keys) > 0 && in.Role == validate.RoleKey ||
		len(b.Certs) > 0 && slices.Contains([]validate.Role{validate.RoleCert, validate.RoleChain, validate.RoleClientCA}, in.Role) ||
		len(b.Requests) > 0 && in.Role == validate.RoleRequest ||
		len(b.CRLs) > 0 && in.Role == validate.RoleCRL
}

// source is the input that in is, or is a part of.
func (in *Input) source() *Input {
	if in.of != nil {
		return in.of
	}
	return in
}

// Whole is the bundle of the file that in is a part of.
func (in *Input) Whole() *convert.Bundle {
	return in.source().Bundle
}

// Unread is what kept the file from being read at all, nil if it was.
func (in *Input) Unread() *fault.Failure {
	err := in.Bundle.Err()
	var lib *convert.Error
	if err == nil || errors.As(err, &lib) {
		return nil
	}
	return fault.In(err, in.Name())
}

// Locked reports whether a password was missing or wrong.
func (in *Input) Locked() *fault.Failure {
	err := in.Bundle.Err()
	if !errors.Is(err, convert.ErrPasswordRequired) && !errors.Is(err, convert.ErrPasswordIncorrect) {
		return nil
	}
	return fault.In(err, in.Name())
}

// file describes the input to package validate.
func (in *Input) file() validate.File {
	f := validate.File{Name: in.Name(), Role: in.Role, Perm: in.perm, Size: int64(len(in.Data))}
	if in.member != "" {
		f.Archive = in.Path
	}
	return f
}

// Foreign reports whether nothing says that the file belongs here.
func (in *Input) Foreign() bool {
	err := in.Bundle.Err()
	if err == nil {
		return true
	}
	ours := convert.Lookup(filepath.Ext(in.base())) // by its name
	if errors.Is(err, convert.ErrUnknownFormat) {
		return ours == nil || in.known(err) || ours.Carrier && !configures(err)
	}
	return ours == nil && errors.Is(err, convert.ErrDamaged) && in.Bundle.Len() == 0 && pem.Mentions(in.Data)
}

// known reports whether the file is something that no certificate needs, by its
// content: parameters, keys of a VPN.
func (in *Input) known(err error) bool {
	var e *convert.Error
	return slices.ContainsFunc(in.Bundle.Notes, func(n convert.Note) bool { return n.Kind == note.Skipped }) ||
		errors.As(err, &e) && (e.Foreign.Kind == shape.NamedASN1 || e.Foreign.Kind == shape.ForeignPEM)
}

// configures reports whether a file that nothing was read of says that keys or
// certificates are in it, as the settings of some programs do.
func configures(err error) bool {
	var e *convert.Error
	return errors.As(err, &e) && e.Foreign.Kind == shape.Configuration
}

// as is the file by the name of a link to it.
func (in *Input) as(link string) *Input {
	l := in.part()
	l.Path, l.links = filepath.Join(filepath.Dir(in.Path), link), nil
	l.keys, l.leaves, l.requests = in.keys, in.leaves, in.requests
	*l.Bundle = *in.Bundle
	l.Bundle.Keys, l.Bundle.Certs = slices.Clone(in.Bundle.Keys), slices.Clone(in.Bundle.Certs)
	for i := range l.Bundle.Keys {
		l.Bundle.Keys[i].Source.File = l.Path
	}
	for i := range l.Bundle.Certs {
		l.Bundle.Certs[i].Source.File = l.Path
	}
	return l
}

// part is in with nothing in it.
func (in *Input) part() *Input {
	p := *in
	p.Bundle = &convert.Bundle{Containers: in.Bundle.Containers}
	p.keys, p.leaves, p.requests = nil, nil, nil
	if p.of == nil {
		p.of = in
	}
	return &p
}

// notes are those of an input, put to what they are about.
type notes struct {
	file []convert.Note // about the file and its text
	of   map[convert.Source][]convert.Note
}

// sortNotes puts those about how an object is built to the object.
func (in *Input) sortNotes() notes {
	n := notes{of: map[convert.Source][]convert.Note{}}
	for _, o := range in.Bundle.Notes {
		if o.Kind == note.Structure {
			n.of[o.Source] = append(n.of[o.Source], o)
		} else {
			n.file = append(n.file, o)
		}
	}
	return n
}

// split makes an input of each leaf, one of the keys and the rest, and one of the
// certificates of CAs, which all of the sites may need.
func (in *Input) split() []*Input {
	leaves := map[string]leaf{}
	for _, l := range in.leaves {
		leaves[string(l.raw)] = l
	}
	shared, notes := map[string]bool{}, in.sortNotes()
	rest := in.part()
	*rest.Bundle = *in.Bundle
	rest.keys, rest.requests = in.keys, in.requests
	rest.Bundle.Certs, rest.Bundle.Notes, rest.Bundle.Failures = nil, nil, nil
	cas := in.part()
	var list []*Input
	for i := range in.Bundle.Certs {
		raw := string(in.Bundle.Certs[i].Raw)
		l, ok := leaves[raw]
		if !ok {
			// A keystore has the chain beside each of its keys.
			if !shared[raw] {
				shared[raw] = true
				cas.Bundle.Certs = append(cas.Bundle.Certs, in.Bundle.Certs[i])
			}
			continue
		}
		p := in.part()
		p.Bundle.Certs = in.Bundle.Certs[i : i+1 : i+1]
		p.Bundle.Notes = notes.of[in.Bundle.Certs[i].Source]
		delete(notes.of, in.Bundle.Certs[i].Source)
		p.leaves = []leaf{l}
		list = append(list, p)
	}
	// What was noted of the file is said once.
	list[0].Bundle.Notes = slices.Concat(list[0].Bundle.Notes, notes.file)
	list[0].Bundle.Failures = in.Bundle.Failures
	for _, n := range in.Bundle.Notes {
		if n.Kind != note.Structure || notes.of[n.Source] == nil {
			continue
		}
		to := rest
		if slices.ContainsFunc(cas.Bundle.Certs, func(c convert.Certificate) bool { return c.Source == n.Source }) {
			to = cas
		}
		to.Bundle.Notes = append(to.Bundle.Notes, n)
	}
	for _, part := range []*Input{rest, cas} {
		if part.Bundle.Len() > 0 {
			list = append(list, part)
		}
	}
	return list
}

// only is in, or, where it holds more than the key and request with this
// public key, the part that does.
func (in *Input) only(id convert.PublicID) *Input {
	other := func(o convert.PublicID) bool { return o != id }
	if len(in.leaves) == 0 && !slices.ContainsFunc(in.keys, other) && !slices.ContainsFunc(in.requests, other) {
		return in
	}
	p := in.part()
	if slices.Concat(in.keys, in.requests)[0] == id { // what was noted of the file is said once
		p.Bundle.Notes, p.Bundle.Failures = in.Bundle.Notes, in.Bundle.Failures
	}
	for i := range in.Bundle.Keys {
		if k := &in.Bundle.Keys[i]; k.PublicID().Is(id) {
			p.Bundle.Keys, p.keys = append(p.Bundle.Keys, *k), append(p.keys, id)
		}
	}
	for i := range in.Bundle.Requests {
		if q := &in.Bundle.Requests[i]; q.PublicID() == id {
			p.Bundle.Requests, p.requests = append(p.Bundle.Requests, *q), append(p.requests, id)
		}
	}
	return p
}

// Wipe clears the keys in what was read.
func Wipe(inputs []*Input) {
	for _, in := range inputs {
		in.Bundle.Wipe()
	}
}
