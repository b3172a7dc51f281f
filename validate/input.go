package validate

import (
	"slices"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/distrust"
	"github.com/certconv/certconv/internal/target"
	"github.com/certconv/certconv/internal/text"
)

// input is what the checks look at: the objects, and the part that each of
// them plays.
type input struct {
	*Options
	Bundle *convert.Bundle
	Target *target.Target // nil if none is named

	// Key is the private key that the server will use: the first one given.
	Key *convert.PrivateKey
	// Served are the certificates in the order in which the server would send
	// them: those of the certificate files, then those of the chain files.
	Served []*convert.Certificate
	// Trusted are the certificates that the keystore of the key trusts.
	Trusted []*convert.Certificate
	// Leaf is the position in Served of the certificate that the key belongs
	// to; without a key, or where it fits none, of the server certificate as
	// names and constraints tell it; -1 without certificates.
	Leaf int

	lacks   []*convert.Certificate // that are needed, and that the target does not see: see serve
	beside  []*convert.Certificate // that are needed, and are in files that it does not load: see loaded
	formats map[string]string      // of the files

	caOnly  bool // see onlyCAs
	files   map[string]*File
	builder *builder // of paths among Served and the anchors
	best    *path    // from the leaf, worked out once

	revoked []revocation // see revocations
	crlErr  error        // why not all CRLs were asked

	trust     []trustList // see trustLists
	trustRead bool
	damaged   []convert.Source // of trust lists that cannot be read

	roots    *distrust.Table                         // what programs think of roots
	rootRows map[*convert.Certificate]*distrust.Root // of this input, looked up so far

	byFile    map[string]*objects
	byOpenSSL map[string]*opensslBlocks
	byGo      map[convert.Source]text.Text // see unread
	text      []textFinding                // worked out once for all checks of the text
}

func newInput(b *convert.Bundle, opts *Options) *input {
	in := &input{Options: opts, Bundle: b, Target: target.Lookup(opts.Target), Leaf: -1, files: map[string]*File{}, roots: opts.Lists.Roots()}
	for i := range opts.Files {
		// Of a file that was given in parts the first one is the server's.
		if name := opts.Files[i].Name; in.files[name] == nil {
			in.files[name] = &opts.Files[i]
		}
	}
	for i := range b.Keys {
		k := &b.Keys[i]
		if r := in.role(k.Source.File); r != RoleKey && r != RoleAny && r != RoleCert {
			continue
		}
		if in.Key == nil {
			in.Key = k
		}
		if !in.passesOver(k) {
			in.Key = k
			break
		}
	}
	var given []*convert.Certificate
	for _, want := range []Role{RoleCert, RoleAny, RoleChain} {
		for i := range b.Certs {
			if r := in.role(b.Certs[i].Source.File); (r == want || r == RoleKey && want == RoleAny) && !in.trustedBeside(&b.Certs[i]) {
				given = append(given, &b.Certs[i])
			}
		}
	}
	for i := range b.Certs {
		c := &b.Certs[i]
		if !in.trustedBeside(c) {
			continue
		}
		in.Trusted = append(in.Trusted, c)
		// In a PKCS#12 Java looks for issuers among what is trusted too; in its own
		// keystores the chain of a key is what is listed with it. A root in a Secret says
		// where the chain ends.
		if c.Source.Format == "pfx" || secretCA(&c.Source) && c.SelfIssued() {
			given = append(given, c)
		}
	}
	in.serve(in.loaded(given))
	in.caOnly = in.onlyCAs()
	return in
}

// trustedBeside reports whether c is a trusted certificate of the keystore that the
// key is in, or the CA beside it in a Kubernetes Secret: what the server trusts, and not
// what it sends.
func (in *input) trustedBeside(c *convert.Certificate) bool {
	return in.Key != nil && c.Source.File == in.Key.Source.File && (c.Trusted || secretCA(&c.Source) && c.Source.Object == in.Key.Source.Object)
}

// secretCA: cert-manager puts the issuer there, controllers take it for the CA of clients.
func secretCA(s *convert.Source) bool {
	_, value, _ := cutLast(s.Entry, "/")
	return s.Format == "k8s" && value == "ca.crt"
}

// role is what the file was given for.
func (in *input) role(file string) Role {
	if f := in.files[file]; f != nil {
		return f.Role
	}
	return RoleAny
}

// onDisk is what a command line calls a file: an archive is read as a whole.
func (in *input) onDisk(file string) string {
	if f := in.files[file]; f != nil && f.Archive != "" {
		return f.Archive
	}
	return file
}

// findLeaf: the key decides. Without one it is the first certificate that is
// no CA, rather one that issued none of the others.
func (in *input) findLeaf() int {
	if len(in.Served) == 0 {
		return -1
	}
	if in.Key != nil {
		for i, c := range in.Served {
			if in.Key.PublicID().Is(c.PublicID()) {
				return i
			}
		}
	}
	first := -1
	named := in.role(in.Served[0].Source.File) == RoleCert
	for i, c := range in.Served {
		if named && in.role(c.Source.File) != RoleCert {
			break // the chain's: the server takes its own from the file named for it
		}
		if c.IsCA() {
			continue
		}
		if !in.issuedAny(i) {
			return i
		}
		if first < 0 {
			first = i
		}
	}
	return max(first, 0)
}

// issuedAny reports whether another served certificate has the subject of the
// one at i for its issuer.
func (in *input) issuedAny(i int) bool {
	if len(in.Served) > 20 {
		return false // a collection, not a chain
	}
	return in.builder.served.Issued(in.Served[i])
}

// onlyCAs reports whether certificates of CAs are all that was given, to be
// looked at as such: no key, no host and no server that would use one of them.
func (in *input) onlyCAs() bool {
	leaf := in.LeafCert()
	if leaf == nil || in.Key != nil || in.lockedKey() || len(in.Hosts) > 0 || in.Target != nil || in.role(leaf.Source.File) == RoleCert {
		return false
	}
	return leaf.IsCA() || in.role(leaf.Source.File) == RoleChain || isOldRoot(leaf)
}

// isOldRoot reports whether c is a root of the time before extensions: they
// have a name of words, not of a host.
func isOldRoot(c *convert.Certificate) bool {
	if c.Version() >= 3 || !c.SelfIssued() {
		return false
	}
	return !slices.ContainsFunc(c.CommonNames(), looksLikeHost)
}

// LeafCert is the certificate at Leaf, nil without certificates.
func (in *input) LeafCert() *convert.Certificate {
	if in.Leaf < 0 {
		return nil
	}
	return in.Served[in.Leaf]
}

// path is the best path from the leaf; there must be one.
func (in *input) path() *path {
	if in.best == nil {
		in.best = in.builder.build(in.LeafCert())
	}
	return in.best
}
