package validate

import (
	"github.com/certconv/certconv/convert"
)

// Input is what the checks look at: the objects, and the part that each of
// them plays.
type Input struct {
	*Options
	Bundle *convert.Bundle
	Target *convert.Target // nil without --for

	// Key is the private key that the server will use: the first one given.
	Key *convert.PrivateKey
	// Served are the certificates in the order in which the server would send
	// them: those of the certificate files, then those of the chain files.
	Served []*convert.Certificate
	// Leaf is the position in Served of the certificate that the key belongs
	// to; without a key, or where it fits none, of the server certificate as
	// names and constraints tell it; -1 without certificates.
	Leaf int

	files map[string]*File
	best  *path // from the leaf, worked out once

	byOpenSSL map[string]*opensslBlocks
	text      []textFinding // worked out once for all checks of the text
}

func newInput(b *convert.Bundle, opts *Options) *Input {
	in := &Input{Options: opts, Bundle: b, Target: convert.LookupTarget(opts.Target), Leaf: -1, files: map[string]*File{}}
	for i := range opts.Files {
		in.files[opts.Files[i].Name] = &opts.Files[i]
	}
	for i := range b.Keys {
		if r := in.role(b.Keys[i].Source.File); r == RoleKey || r == RoleAny || r == RoleCert {
			in.Key = &b.Keys[i]
			break
		}
	}
	for _, want := range []Role{RoleCert, RoleAny, RoleChain} {
		for i := range b.Certs {
			if r := in.role(b.Certs[i].Source.File); r == want || r == RoleKey && want == RoleAny {
				in.Served = append(in.Served, &b.Certs[i])
			}
		}
	}
	in.Leaf = in.findLeaf()
	return in
}

// role is what the file was given for.
func (in *Input) role(file string) Role {
	if f := in.files[file]; f != nil {
		return f.Role
	}
	return RoleAny
}

// findLeaf: the key decides. Without one the first certificate is the leaf,
// unless it issued another one that is served.
func (in *Input) findLeaf() int {
	if len(in.Served) == 0 {
		return -1
	}
	if in.Key != nil {
		for i, c := range in.Served {
			if convert.SamePublicKey(in.Key.SPKI, c.SPKI) {
				return i
			}
		}
	}
	for i, c := range in.Served {
		if !c.IsCA() {
			return i
		}
	}
	return 0
}

// LeafCert is the certificate at Leaf, nil without certificates.
func (in *Input) LeafCert() *convert.Certificate {
	if in.Leaf < 0 {
		return nil
	}
	return in.Served[in.Leaf]
}

// path is the best path from the leaf; there must be one.
func (in *Input) path() *path {
	if in.best == nil {
		in.best = newBuilder(in.Served, in.Roots, in.Now).build(in.LeafCert())
		if !in.best.anchored && in.Roots.complete() {
			in.best = newBuilder(in.Served, in.Roots, in.Now).build(in.LeafCert())
		}
	}
	return in.best
}
