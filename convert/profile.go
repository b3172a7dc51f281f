package convert

import (
	"strings"

	"github.com/certconv/certconv/internal/pbe"
)

// Profile is a choice of algorithms. They have the names that
// Container.Schemes uses.
type Profile struct {
	Name    string
	Summary string // the algorithms in short

	KeyEncryption  string // of a private key: encrypted PKCS#8, shrouded key bag
	CertEncryption string // of the safe with the certificates in a PFX
	MAC            string // of a PFX: the HMAC, keyed as RFC 7292, Appendix B says, or PBMAC1 …
	KeyIterations  int    // encrypted PKCS#8
	PFXIterations  int    // every derivation in a PFX
}

const (
	// What OWASP's Password Storage Cheat Sheet has asked of
	// PBKDF2-HMAC-SHA256 since 2023. A key file is opened once, when a server
	// starts, so the fraction of a second does not matter.
	keyIterations = 600_000

	// A PFX derives three keys or more, and .NET refuses over 300,000 rounds
	// for one of them and 1,000,000 for all (Pkcs12LoaderLimits).
	pfxIterations = 100_000

	// What OpenSSL and Windows wrote for twenty years; the readers that need
	// the old algorithms know no more.
	oldIterations = 2048
)

var profiles = [...]Profile{
	{
		Name:          "default",
		Summary:       "AES-256, SHA-256",
		KeyEncryption: pbe.AES256, CertEncryption: pbe.AES256, MAC: pbe.MACSHA256,
		KeyIterations: keyIterations, PFXIterations: pfxIterations,
	},
	{
		Name:          "pbmac1",
		Summary:       "AES-256, integrity by PBMAC1 (RFC 9879, before that RFC 9579)",
		KeyEncryption: pbe.AES256, CertEncryption: pbe.AES256, MAC: pbe.PBMAC1,
		KeyIterations: keyIterations, PFXIterations: pfxIterations,
	},
	{
		Name:          "iis2016",
		Summary:       "3DES, SHA-1",
		KeyEncryption: pbe.TripleDES, CertEncryption: pbe.TripleDES, MAC: pbe.MACSHA1,
		KeyIterations: oldIterations, PFXIterations: oldIterations,
	},
	{
		Name:          "java8",
		Summary:       "3DES, SHA-1",
		KeyEncryption: pbe.TripleDES, CertEncryption: pbe.TripleDES, MAC: pbe.MACSHA1,
		KeyIterations: oldIterations, PFXIterations: oldIterations,
	},
}

// Uses lists what a program has to know to open a PFX with these algorithms.
func (p *Profile) Uses() []pbe.Use {
	return []pbe.Use{pbe.Written(p.MAC), pbe.Written(p.CertEncryption), pbe.Written(p.KeyEncryption)}
}

// Profiles returns the profiles, the default one first.
func Profiles() []Profile { return append([]Profile(nil), profiles[:]...) }

// profileByName finds the profile called name, the default one for "".
func profileByName(name string) (Profile, error) {
	if name == "" {
		return profiles[0], nil
	}
	var known []string
	for _, p := range profiles {
		if strings.EqualFold(p.Name, name) {
			return p, nil
		}
		known = append(known, p.Name)
	}
	return Profile{}, &Error{Kind: ErrUnsupported, What: "profile", Algorithm: name, Detail: "there are " + strings.Join(known, ", ")}
}
