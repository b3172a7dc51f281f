package validate

import (
	"bytes"
	"slices"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pem"
	"github.com/certconv/certconv/internal/text"
)

// hidden reports whether an object is in a file of PEM, but where the target's reader of
// PEM does not look: beside the blocks, or in a block of another kind; or in a Secret, but not
// where controllers look. What the reader makes of a block that is not as it should be is
// in its verdicts.
func (in *input) hidden(kind convert.Kind, s *convert.Source) bool {
	switch {
	case in.Rewritten, !in.openSSL() && !in.goReads():
		return false
	case s.Format == "k8s":
		_, unread := in.unread()[*s]
		return in.goReads() && (unread || in.otherValue(kind, s) != "")
	case in.formatOf(s.File) != "pem" || !in.opensslReads(*s):
		return false
	}
	return s.Format != "pem" || !pem.LooksUnder(s.Entry, kind)
}

// unread says of the objects in Secrets that Go does not find how they are there.
func (in *input) unread() map[convert.Source]text.Text {
	if in.byGo == nil {
		in.byGo = map[convert.Source]text.Text{}
		for i := range in.Bundle.Notes {
			if n := &in.Bundle.Notes[i]; n.Kind == note.GoSkips && n.Source.Format == "k8s" {
				in.byGo[n.Source] = n.Text
			}
		}
	}
	return in.byGo
}

// otherValue is the name of the value of a Secret that an object is in, where controllers
// look for its kind in another one.
func (in *input) otherValue(kind convert.Kind, s *convert.Source) string {
	_, value, ok := cutLast(s.Entry, "/")
	switch {
	case !ok, kind == convert.KindCertificate && (value == "tls.crt" || value == "ca.crt"), kind == convert.KindPrivateKey && value == "tls.key":
		return ""
	case kind != convert.KindCertificate && kind != convert.KindPrivateKey:
		return ""
	}
	return value
}

// formatOf is the format of a file as a whole.
func (in *input) formatOf(file string) string {
	if in.formats == nil {
		in.formats = map[string]string{}
		for i := range in.Bundle.Containers {
			c := &in.Bundle.Containers[i]
			if _, ok := in.formats[c.Source.File]; !ok {
				in.formats[c.Source.File] = c.Format
			}
		}
	}
	return in.formats[file]
}

// passesOver reports whether the target takes a key that follows for k. Go takes the first
// block that its label calls a key.
func (in *input) passesOver(k *convert.PrivateKey) bool {
	if in.hidden(convert.KindPrivateKey, &k.Source) {
		return !in.goReads() || k.Source.Format != "pem" && in.unread()[k.Source].IsZero()
	}
	return in.openSSL() && !in.opensslReads(k.Source)
}

// serve settles what the target sends of all that it was given: what it does not see does
// not count, unless the server or its clients cannot do without, for which there is a
// finding of its own.
func (in *input) serve(given []*convert.Certificate) {
	seen := slices.DeleteFunc(slices.Clone(given), func(c *convert.Certificate) bool { return in.hidden(convert.KindCertificate, &c.Source) })
	in.take(seen)
	if len(seen) == len(given) {
		return
	}
	known := map[string]bool{}
	for _, c := range seen {
		known[string(c.Raw)] = true
	}
	var unseen []*convert.Certificate
	for _, c := range given {
		if !known[string(c.Raw)] {
			known[string(c.Raw)] = true
			unseen = append(unseen, c)
		}
	}
	own, without := in.LeafCert(), (*path)(nil)
	if own != nil {
		without = in.path()
	}
	in.take(slices.Concat(seen, unseen))
	if leaf := in.LeafCert(); leaf != nil && in.needs(own, without) {
		for _, c := range in.path().certs {
			if slices.Contains(unseen, c) {
				in.lacks = append(in.lacks, c)
			}
		}
		if slices.Contains(in.lacks, leaf) {
			in.take(slices.Concat(in.lacks[:1], seen, in.lacks[1:]))
			return
		}
	}
	in.take(slices.Concat(seen, in.lacks))
}

// take has the target send list.
func (in *input) take(list []*convert.Certificate) {
	in.Served, in.best = list, nil
	in.builder = newBuilder(list, in.Roots, in.Now)
	in.Leaf = in.findLeaf()
}

// needs reports whether the server's own certificate or its chain is another, and a better
// one, with all that is there than own and its chain, which are what the target sees.
func (in *input) needs(own *convert.Certificate, without *path) bool {
	leaf := in.LeafCert()
	fits := func(c *convert.Certificate) bool { return in.Key != nil && in.Key.PublicID().Is(c.PublicID()) }
	switch {
	case own == nil:
		return true
	case fits(leaf) != fits(own):
		return fits(leaf)
	case !bytes.Equal(leaf.Raw, own.Raw):
		return !slices.ContainsFunc(in.Served, func(c *convert.Certificate) bool {
			return c.Source.File == leaf.Source.File && !in.hidden(convert.KindCertificate, &c.Source)
		})
	}
	with := in.path()
	switch {
	case with.anchored != without.anchored:
		return with.anchored
	case len(with.faults) != len(without.faults):
		return len(with.faults) < len(without.faults)
	}
	return !with.anchored && in.issuersIn(with) > in.issuersIn(without)
}

// issuersIn counts the certificates of a path that a server has to send.
func (in *input) issuersIn(p *path) (n int) {
	for _, c := range p.certs {
		if !in.builder.served.SelfSigned(c) {
			n++
		}
	}
	return n
}

// sight is what the target sees of the certificates and lists.
type sight struct {
	files     map[string]bool // with one of them that it sees
	served    map[string]bool // those that it sees, by their DER
	clientCAs map[string]bool // those of them that are for clients
	lists     map[string]bool
}

func (in *input) sight() sight {
	s := sight{map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}}
	for i := range in.Bundle.Certs {
		c := &in.Bundle.Certs[i]
		switch {
		case in.hidden(convert.KindCertificate, &c.Source):
			continue
		case in.role(c.Source.File) == RoleClientCA:
			s.clientCAs[string(c.Raw)] = true
		default:
			s.served[string(c.Raw)] = true
		}
		s.files[c.Source.File] = true
	}
	for i := range in.Bundle.CRLs {
		if l := &in.Bundle.CRLs[i]; !in.hidden(convert.KindCRL, &l.Source) {
			s.lists[string(l.Raw)], s.files[l.Source.File] = true, true
		}
	}
	return s
}

// reportHidden reports what the target was given and does not see in the PEM files, each
// place once.
func (p *pass) reportHidden() {
	if !p.openSSL() && !p.goReads() {
		return
	}
	said := map[convert.Source]bool{}
	tell := func(kind convert.Kind, s convert.Source, severity Severity, breaks Breaks, what string) {
		at := convert.Source{File: s.File, Format: s.Format, Line: s.Line}
		if s.Format == "k8s" {
			at = valueOf(s)
		}
		if said[at] || p.damagedText(s.File) {
			return
		}
		said[at] = true
		path := p.onDisk(s.File)
		f := Finding{At: s, Severity: severity, Breaks: breaks, Message: p.where(kind, s).Add("; %s %s", p.Target.Name, text.Of(what)), Action: do(rewrite(path))}
		if s.Format == "k8s" {
			f.Action = do(Step{Do: "convert", Files: p.inputs(), Target: p.Target.Name, Out: stem(path) + "-pem.yaml"}) // not the file itself
		} else if slices.Equal(p.kindsIn(s.File), []convert.Kind{convert.KindPrivateKey}) {
			f.Action = do(Step{Do: "convert", Files: []string{path}, Format: "pkcs8", Out: "NEW.key"})
		}
		p.Report(f)
	}
	if k := p.Key; k != nil && p.hidden(convert.KindPrivateKey, &k.Source) {
		tell(convert.KindPrivateKey, k.Source, Error, BreaksLoad, "finds no private key here")
	}
	p.eachEmpty(tell)
	sees := p.sight()
	for _, c := range p.lacks {
		switch {
		case c != p.LeafCert():
			tell(convert.KindCertificate, c.Source, Error, BreaksTrust, "passes over it, and clients cannot build the chain")
		case sees.files[c.Source.File]:
			tell(convert.KindCertificate, c.Source, Error, BreaksLoad, "passes over it, and does not find the certificate that the key belongs to")
		default:
			tell(convert.KindCertificate, c.Source, Error, BreaksLoad, "finds no certificate in this file")
		}
	}
	for i := range p.Bundle.Certs {
		c := &p.Bundle.Certs[i]
		role := p.role(c.Source.File)
		switch {
		case role == RoleCRL, role == RoleRequest, !p.hidden(convert.KindCertificate, &c.Source):
		case c.Source.Format == "k8s" && p.otherValue(convert.KindCertificate, &c.Source) != "": // for somebody else
		case role != RoleAny && role != RoleKey && !sees.files[c.Source.File]:
			tell(convert.KindCertificate, c.Source, Error, BreaksLoad, "finds no certificate in this file")
		case role != RoleClientCA && sees.served[string(c.Raw)], role == RoleClientCA && sees.clientCAs[string(c.Raw)]:
		case role != RoleClientCA:
			tell(convert.KindCertificate, c.Source, Warning, breaksNothing, "passes over it, but does not need it")
		default:
			tell(convert.KindCertificate, c.Source, Error, BreaksTrust, "passes over it, and refuses the clients of this CA")
		}
	}
	for i := range p.Bundle.CRLs {
		switch l := &p.Bundle.CRLs[i]; {
		case !p.forClients(), sees.lists[string(l.Raw)], !p.hidden(convert.KindCRL, &l.Source):
		case !sees.files[l.Source.File]:
			tell(convert.KindCRL, l.Source, Error, BreaksLoad, "finds no revocation list in this file")
		default:
			tell(convert.KindCRL, l.Source, Error, BreaksTrust, "passes over it, and does not know what it revokes")
		}
	}
}

// valueOf is the value of a Secret that an object is in.
func valueOf(s convert.Source) convert.Source {
	return convert.Source{File: s.File, Object: s.Object, Entry: s.Entry}
}

// eachEmpty tells of the values of Secrets in which Go finds nothing: each Secret is one to
// serve with, also a second one for the same site.
func (p *pass) eachEmpty(tell func(convert.Kind, convert.Source, Severity, Breaks, string)) {
	if len(p.unread()) == 0 || !p.goReads() {
		return
	}
	read := map[convert.Source]bool{}
	for o := range p.Bundle.Objects() {
		if _, unread := p.unread()[*o.Source]; !unread {
			read[valueOf(*o.Source)] = true
		}
	}
	for o := range p.Bundle.Objects() {
		if _, unread := p.unread()[*o.Source]; !unread || read[valueOf(*o.Source)] || p.otherValue(o.Kind, o.Source) != "" {
			continue
		}
		what := "finds no certificate here"
		if o.Kind == convert.KindPrivateKey {
			what = "finds no private key here"
		}
		tell(o.Kind, *o.Source, Error, BreaksLoad, what)
	}
}

// where says where an object is that a reader of PEM does not see.
func (in *input) where(kind convert.Kind, s convert.Source) text.Text {
	switch value := in.otherValue(kind, &s); {
	case s.Format == "k8s" && value != "" && kind == convert.KindPrivateKey:
		return text.Of("the private key is in the value %s; it has to be in tls.key", value)
	case s.Format == "k8s" && value != "":
		return text.Of("a certificate is in the value %s; it has to be in tls.crt", value)
	case s.Format == "k8s":
		_, value, _ := cutLast(s.Entry, "/")
		return text.Of("the value of %s has %s, but %s", value, kindWords(kind), in.unread()[s])
	case s.Format != "pem":
		return text.Of("%s stands beside the PEM text, as %s", kindWords(kind), convert.Lookup(s.Format).Title)
	case kind == convert.KindPrivateKey:
		return text.Of("this is a key in the form of OpenSSH")
	}
	return text.Of("%s is in a PEM block labelled %s", kindWords(kind), s.Entry)
}
