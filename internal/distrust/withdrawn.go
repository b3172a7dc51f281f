package distrust

import (
	"crypto/sha1"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"strings"
)

//go:embed withdrawn.txt
var withdrawn string

// Withdrawn is a certificate that a platform has withdrawn.
type Withdrawn struct {
	SHA1   string // of the certificate, in hexadecimal
	SPKI   string // SHA-256 of its SubjectPublicKeyInfo, "" where the certificate is not at hand
	KeyID  string // the key identifier by which certificates that it issued name it, "" if it is no CA
	Source string // who says so: "KB2607712" and the like for Microsoft
	Name   string
}

// Relation is what a certificate has to do with a withdrawn one.
type Relation int

// The relations.
const (
	Same     Relation = iota // it is the withdrawn certificate
	SameKey                  // it has the key of the withdrawn certificate
	IssuedBy                 // it names the key of the withdrawn certificate as its issuer's
)

// FindWithdrawn looks for the withdrawn certificate that a certificate is, or
// has to do with, by its bytes, its SubjectPublicKeyInfo and its authority key
// identifier. It returns nil if there is none.
func FindWithdrawn(raw, spki, authority []byte) (*Withdrawn, Relation) {
	thumbprint, key := sha1.Sum(raw), sha256.Sum256(spki)
	if w := findWithdrawn("\n" + hex.EncodeToString(thumbprint[:])); w != nil {
		return w, Same
	}
	if w := findWithdrawn("\t" + hex.EncodeToString(key[:])[:32]); w != nil && w.SPKI == hex.EncodeToString(key[:]) {
		return w, SameKey
	}
	if len(authority) > 0 {
		if w := findWithdrawn("\t" + hex.EncodeToString(authority) + "\t"); w != nil {
			return w, IssuedBy
		}
	}
	return nil, 0
}

// findWithdrawn returns the first row with s in it.
func findWithdrawn(s string) *Withdrawn {
	i := strings.Index(withdrawn, s)
	if i < 0 {
		return nil
	}
	if s[0] != '\n' {
		i = strings.LastIndexByte(withdrawn[:i], '\n')
	}
	line, _, _ := strings.Cut(withdrawn[i+1:], "\n")
	f := strings.Split(line, "\t")
	if len(f) != 5 {
		return nil
	}
	dash := func(s string) string { return strings.TrimPrefix(s, "-") }
	return &Withdrawn{f[0], dash(f[1]), dash(f[2]), f[3], f[4]}
}
