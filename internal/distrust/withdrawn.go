package distrust

import (
	"crypto/sha1"
	_ "embed"
	"encoding/hex"
	"strings"

	"github.com/certconv/certconv/internal/lazy"
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
	thumbprint := sha1.Sum(raw)
	rows := withdrawnRows.Get()
	for _, k := range []struct {
		how Relation
		key string
	}{{Same, hex.EncodeToString(thumbprint[:])}, {SameKey, hexDigest(spki)}, {IssuedBy, hex.EncodeToString(authority)}} {
		if w := rows[k.how][k.key]; w != nil {
			return w, k.how
		}
	}
	return nil, 0
}

// withdrawnRows has the rows by what each relation is found by, made at the
// first look-up.
var withdrawnRows = lazy.Value[[IssuedBy + 1]map[string]*Withdrawn]{Make: func() [IssuedBy + 1]map[string]*Withdrawn {
	rows := [IssuedBy + 1]map[string]*Withdrawn{{}, {}, {}}
	for line := range strings.Lines(withdrawn) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) != 5 {
			continue
		}
		w := &Withdrawn{f[0], strings.TrimPrefix(f[1], "-"), strings.TrimPrefix(f[2], "-"), f[3], f[4]}
		for how, key := range []string{w.SHA1, w.SPKI, w.KeyID} {
			if key != "" && rows[how][key] == nil {
				rows[how][key] = w
			}
		}
	}
	return rows
}}
