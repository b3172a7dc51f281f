package validate

import (
	"maps"
	"slices"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/text"
)

// opensslBlocks is what OpenSSL's reader makes of the blocks of one file that
// it does not read as they are meant.
type opensslBlocks struct {
	state  map[int64]note.Kind // by offset of the block: NoteOpenSSLSkips, NoteOpenSSLFails, NoteOpenSSLRefuses
	number map[int]int64       // offset by number of the block
	apache int64               // of the key that Apache finds all the same, or -1
}

// maxJudged bounds the damaged blocks of a file that are looked at one by one.
const maxJudged = 1000

// blocks lists the numbers of the blocks that OpenSSL does not read.
func (f *opensslBlocks) blocks() []int {
	list := slices.Sorted(maps.Keys(f.number))
	return list[:min(len(list), maxJudged)]
}

// consequence is what becomes of a file of which OpenSSL does not read a block.
type consequence struct {
	severity Severity
	breaks   Breaks
	text     string // follows the name of the server
}

// openssl collects the notes about each file, once.
func (in *input) openssl(file string) *opensslBlocks {
	if in.byOpenSSL == nil {
		in.byOpenSSL = map[string]*opensslBlocks{}
		for i := range in.Bundle.Notes {
			n := &in.Bundle.Notes[i]
			switch n.Kind {
			case note.OpenSSLSkips, note.OpenSSLFails, note.OpenSSLRefuses, note.ApacheReads, note.GoSkips:
			default:
				continue
			}
			if n.Source.Format == "k8s" || !in.readsSo(n.Source.File, n.By) { // those of Secrets have no blocks
				continue
			}
			f := in.byOpenSSL[n.Source.File]
			if f == nil {
				f = &opensslBlocks{map[int64]note.Kind{}, map[int]int64{}, -1}
				in.byOpenSSL[n.Source.File] = f
			}
			if n.Kind == note.ApacheReads {
				f.apache = n.Source.Offset
				continue
			}
			kind := n.Kind
			if kind == note.GoSkips {
				kind = note.OpenSSLSkips
			}
			f.state[n.Source.Offset] = kind
			f.number[n.Block] = n.Source.Offset
		}
	}
	return in.byOpenSSL[file]
}

// reads reports whether OpenSSL reads the object at s.
func (in *input) opensslReads(s convert.Source) bool {
	f := in.openssl(s.File)
	return f == nil || f.state[s.Offset] == ""
}

// apacheReads reports whether the target tries a key as DER as well, as Apache
// does, and finds one in file that OpenSSL's reader of PEM does not.
func (in *input) apacheReads(file string) bool {
	f := in.openssl(file)
	return f != nil && f.apache >= 0 && in.openSSL() && in.Target.LoadsKey("der")
}

// servers reports whether it counts what servers that read with OpenSSL do: for
// these targets, and where none is named.
func (in *input) servers() bool { return in.Target == nil || in.openSSL() || in.goReads() }

// openSSLVersion is the version whose reading counts.
func (in *input) openSSLVersion() note.Readers {
	if in.openSSL() || in.goReads() {
		return in.Target.KeyReaders()
	}
	return note.OpenSSL30Loads
}

// readsSo reports whether the servers whose reading counts are among those that a
// note about PEM in a file is true of.
func (in *input) readsSo(file string, by note.Readers) bool {
	own := note.Readers(0)
	switch {
	case in.Target == nil:
	case in.role(file) == RoleClientCA && in.Target.ReadsCAs != 0:
		own = in.Target.ReadsCAs
	default:
		own = in.Target.ReadsPEM
	}
	if own != 0 {
		return by == own || by&own != 0 && by&in.openSSLVersion() != 0
	}
	return by&in.openSSLVersion() != 0
}

// notLoaded reports whether the servers whose reading counts are among those that
// do not load something.
func (in *input) notLoaded(by note.Readers) bool { return in.servers() && by&in.openSSLVersion() != 0 }

// versions says which versions of OpenSSL do not load something, and which do.
func versions(by note.Readers) text.Text {
	switch by & note.OpenSSLLoads {
	case 0:
		return text.Of("programs in Go, Java and GnuTLS do not load it")
	case note.OpenSSL11Loads:
		return text.Of("OpenSSL before 3.0 does not load it, later ones do")
	case note.OpenSSL11Loads | note.OpenSSL30Loads:
		return text.Of("OpenSSL before 3.5 does not load it, later ones do")
	case note.OpenSSL35Loads:
		return text.Of("OpenSSL from 3.5 on does not load it, earlier ones do")
	}
	return text.Of("OpenSSL does not load it")
}

// server names who refuses.
func (in *input) server() text.Text {
	if in.Target != nil {
		return text.Of("%s", in.Target.Title())
	}
	return text.Of("OpenSSL, and with it nginx, Apache and HAProxy,")
}

// consequence tells what the servers that read with OpenSSL do about one block
// of a file: nothing, if it is read.
func (in *input) consequence(file string, block int) consequence {
	f := in.openssl(file)
	if f == nil {
		return consequence{}
	}
	offset, broken := f.number[block]
	if !broken {
		return consequence{}
	}
	role := in.role(file)
	load := consequence{Error, BreaksLoad, "does not load this file"}
	if role != RoleCert && role != RoleChain {
		if c, ok := in.keyConsequence(file, offset); ok {
			return c
		}
	}
	held := in.objects(file)
	certs, locked := held.certs, held.failed[convert.KindCertificate]
	switch {
	case role == RoleRequest || len(certs) == 0 && !locked && held.requests:
		if in.Target != nil {
			return consequence{severity: Warning, text: "does not read it, but need not"}
		}
		return consequence{Error, BreaksIssue, "does not read it"}
	case role == RoleKey || len(certs) == 0 && !locked:
		if len(held.keys) == 0 {
			return load
		}
		return consequence{}
	case f.state[offset] == note.OpenSSLFails && in.endsChain(certs, offset):
		return in.cutOff(certs, offset)
	case f.state[offset] != note.OpenSSLSkips:
		return load
	}
	return in.skipped(held, offset)
}

// keyConsequence is the consequence for a file that the key is taken from;
// false if the block is not the key that the server needs.
func (in *input) keyConsequence(file string, offset int64) (consequence, bool) {
	load := consequence{Error, BreaksLoad, "finds no private key here"}
	held := in.objects(file)
	if held.lostKeys[offset] {
		return load, true
	}
	var first *convert.PrivateKey
	if len(held.keys) > 0 {
		first = held.keys[0]
	}
	found := held.readKey
	if found == nil && in.apacheReads(file) {
		if in.openssl(file).apache == offset {
			return consequence{severity: Warning, text: "reads it all the same, but other servers do not"}, true
		}
		return consequence{}, false
	}
	switch {
	case first == nil || first.Source.Offset != offset:
		return consequence{}, false
	case found == nil:
		return load, true
	case first.PublicID().Is(found.PublicID()):
		return consequence{severity: Warning, text: "passes over it and takes the same key, which follows"}, true
	}
	if in.Leaf >= 0 && found.PublicID().Is(in.LeafCert().PublicID()) {
		return consequence{severity: Warning, text: "passes over this key and takes another one, which follows and fits"}, true
	}
	return consequence{Error, BreaksLoad, "passes over this key and takes another one, which follows"}, true
}

// skipped is the consequence of a certificate that is passed over.
func (in *input) skipped(held *objects, offset int64) consequence {
	certs := held.certs
	i, ok := held.certAt[offset]
	if !ok {
		if held.lost[offset] && (len(certs) == 0 || offset < certs[0].Source.Offset) {
			return consequence{Error, BreaksLoad, "passes over this block, and does not find the certificate that the key belongs to"}
		}
		return consequence{severity: Warning, text: "passes over this block"}
	}
	c := certs[i]
	if c != in.Served[0] && in.role(c.Source.File) != RoleCert || i > 0 {
		if in.Leaf < 0 || in.builder.served.SelfSigned(c) || !slices.Contains(in.path().certs, c) {
			return consequence{severity: Warning, text: "passes over this certificate, which is not needed"}
		}
		return consequence{Error, BreaksTrust, "starts without this certificate, and clients cannot build the chain"}
	}
	next := slices.IndexFunc(certs, func(o *convert.Certificate) bool { return in.opensslReads(o.Source) })
	switch {
	case next < 0:
		return consequence{Error, BreaksLoad, "finds no certificate in this file"}
	case certs[next].PublicID().Is(c.PublicID()):
		return consequence{severity: Warning, text: "passes over this certificate and takes the next one for the server's own, which has the same key"}
	case in.mixes(certs[next].Algorithm, c.Algorithm):
		return consequence{Error, BreaksTrust, "passes over this certificate, starts with the next one, whose key is of another kind, and every handshake fails"}
	}
	return consequence{Error, BreaksLoad, "passes over this certificate and takes the next one for the server's own, which the key does not fit"}
}

// endsChain reports whether the target serves the certificates of a file that
// come before a block which cannot be read, of which there has to be one.
func (in *input) endsChain(certs []*convert.Certificate, offset int64) bool {
	return in.Target != nil && in.Target.EndsChain && len(certs) > 0 && certs[0].Source.Offset < offset && in.opensslReads(certs[0].Source)
}

// cutsOff reports whether the target's chain ends at the text of a block.
func (in *input) cutsOff(at convert.Source) bool {
	f := in.openssl(at.File)
	return f != nil && f.state[at.Offset] == note.OpenSSLFails && in.endsChain(in.objects(at.File).certs, at.Offset)
}

// cutOff is the consequence of a block at which the chain ends.
func (in *input) cutOff(certs []*convert.Certificate, offset int64) consequence {
	for _, c := range certs {
		if c.Source.Offset >= offset && !in.builder.served.SelfSigned(c) && slices.Contains(in.path().certs, c) {
			return consequence{Error, BreaksTrust, "starts without the certificates from here on, and clients cannot build the chain"}
		}
	}
	return consequence{severity: Warning, text: "starts without what follows from here on"}
}

// mixes reports whether the server starts with a key and a certificate because
// they are of different kinds: OpenSSL keeps one of each kind and compares only
// these. Apache and HAProxy look themselves.
func (in *input) mixes(key, cert string) bool {
	return in.Target != nil && in.Target.MixesKeyTypes && family(key) != family(cert)
}

// family is the kind of key that OpenSSL keeps a certificate for.
func family(algorithm string) string {
	if len(algorithm) >= 2 && algorithm[:2] == "EC" {
		return "EC"
	}
	return algorithm
}

// objects are those of one file.
type objects struct {
	certs    []*convert.Certificate // that are served
	certAt   map[int64]int          // by offset, the first of each
	keys     []*convert.PrivateKey
	readKey  *convert.PrivateKey // the first that OpenSSL reads
	requests bool                // also one that could not be read
	failed   map[convert.Kind]bool
	lost     map[int64]bool // where something could not be read
	lostKeys map[int64]bool
}

// objects sorts the objects by file when it is first asked: the checks of the
// text ask for each block, and a file can have half a million.
func (in *input) objects(file string) *objects {
	if in.byFile == nil {
		in.sortObjects()
	}
	if o := in.byFile[file]; o != nil {
		return o
	}
	return &objects{}
}

func (in *input) sortObjects() {
	in.byFile = map[string]*objects{}
	of := func(at convert.Source) *objects {
		o := in.byFile[at.File]
		if o == nil {
			o = &objects{certAt: map[int64]int{}, failed: map[convert.Kind]bool{}, lost: map[int64]bool{}, lostKeys: map[int64]bool{}}
			in.byFile[at.File] = o
		}
		return o
	}
	for _, c := range in.Served {
		o := of(c.Source)
		if _, ok := o.certAt[c.Source.Offset]; !ok {
			o.certAt[c.Source.Offset] = len(o.certs)
		}
		o.certs = append(o.certs, c)
	}
	for i := range in.Bundle.Keys {
		k := &in.Bundle.Keys[i]
		o := of(k.Source)
		o.keys = append(o.keys, k)
		if o.readKey == nil && in.opensslReads(k.Source) {
			o.readKey = k
		}
	}
	for i := range in.Bundle.Requests {
		of(in.Bundle.Requests[i].Source).requests = true
	}
	for i := range in.Bundle.Failures {
		l := &in.Bundle.Failures[i]
		o := of(l.Source)
		o.failed[l.Kind] = true
		o.lost[l.Source.Offset] = true
		o.requests = o.requests || l.Kind == convert.KindRequest
		if l.Kind == convert.KindPrivateKey {
			o.lostKeys[l.Source.Offset] = true
		}
	}
}
