package convert

import (
	"bytes"
	"crypto/sha1"
	"crypto/x509"
	"slices"
	"unicode/utf8"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/certconv/certconv/internal/pbe"
)

// The border to go-pkcs12. It writes every file that it can: a key with its
// certificate and chain, and a trust store of named certificates, in each of the
// profiles. What it cannot, pfxwrite.go writes in the same way:
//
//   - more than one key, a key without its certificate, certificates without a
//     key of which one has no name;
//   - names and attributes beside a key: Encode sets none, and drops what there is;
//   - a localKeyId other than the SHA-1 of the certificate, which ties a key to
//     its certificate in files of Windows;
//   - keys that Go does not know or would write in another way (Ed448, RSA-PSS,
//     DSA, attributes in PKCS#8), and certificates that crypto/x509 refuses;
//   - CRLs, secrets, and bags of other kinds;
//   - a password or a name with a character beyond 16 bits.
//
// Its decoder is not used to read: it takes DER alone, drops names and ids, and
// gives up at files of the kinds above. Tests let it read what pfxwrite.go writes.

// encodeGoPKCS12 writes b with go-pkcs12, if that can carry all of it. It
// returns nil if not.
func encodeGoPKCS12(b *Bundle, p Profile, o *EncodeOptions) ([]byte, error) {
	enc := p.goPKCS12()
	if enc == nil || len(b.Certs) == 0 || len(b.CRLs) > 0 || len(b.Others) > 0 || !isUCS2(string(o.Password)) {
		return nil, nil
	}
	if len(b.Keys) > 1 || len(b.Keys) == 1 && !isPlainPair(b) {
		return nil, nil
	}
	if len(b.Keys) == 0 && slices.ContainsFunc(b.Certs, func(c Certificate) bool { return !isTrustStoreEntry(c.Names) }) {
		return nil, nil
	}
	enc = enc.WithIterations(p.PFXIterations).WithRand(o.Rand)
	certs := make([]*x509.Certificate, len(b.Certs))
	for i := range b.Certs {
		c, err := b.Certs[i].X509()
		if err != nil {
			return nil, nil
		}
		certs[i] = c
	}
	if len(b.Keys) == 0 {
		entries := make([]pkcs12.TrustStoreEntry, len(certs))
		for i, c := range b.Certs {
			entries[i] = pkcs12.TrustStoreEntry{Cert: certs[i], FriendlyName: c.FriendlyName}
		}
		return enc.EncodeTrustStoreEntries(entries, string(o.Password))
	}
	return enc.Encode(b.Keys[0].Key, certs[0], certs[1:], string(o.Password))
}

// goPKCS12 finds the encoder of go-pkcs12 that has the profile's algorithms.
func (p Profile) goPKCS12() *pkcs12.Encoder {
	switch [3]string{p.KeyEncryption, p.CertEncryption, p.MAC} {
	case [3]string{pbe.AES256, pbe.AES256, pbe.MACSHA256}:
		return pkcs12.Modern2023
	case [3]string{pbe.AES256, pbe.AES256, pbe.PBMAC1}:
		return pkcs12.Modern2026
	case [3]string{pbe.TripleDES, pbe.TripleDES, pbe.MACSHA1}:
		return pkcs12.LegacyDES
	}
	return nil
}

// isTrustStoreEntry reports whether n is what EncodeTrustStoreEntries writes.
func isTrustStoreEntry(n Names) bool {
	if n.FriendlyName == "" || !isUCS2(n.FriendlyName) || n.LocalKeyID != nil {
		return false
	}
	return !slices.ContainsFunc(n.Attributes, func(a Attribute) bool {
		return a.OID != oidJavaTrust || !bytes.Equal(a.Values, javaTrust)
	})
}

// isPlainPair reports whether Encode writes the key and the certificates of b
// byte for byte as they are: no names, a localKeyId that is the SHA-1 of the
// leaf or absent.
func isPlainPair(b *Bundle) bool {
	key, leaf := &b.Keys[0], &b.Certs[0]
	if key.Key == nil || !key.PublicID().Is(leaf.PublicID()) {
		return false
	}
	id := sha1.Sum(leaf.Raw)
	if slices.ContainsFunc(b.Certs, func(c Certificate) bool { return c.Trusted }) {
		return false
	}
	plain := func(n Names, id []byte) bool {
		return n.FriendlyName == "" && len(n.Attributes) == 0 && (n.LocalKeyID == nil || bytes.Equal(n.LocalKeyID, id))
	}
	if !plain(key.Names, id[:]) || !plain(leaf.Names, id[:]) {
		return false
	}
	for _, c := range b.Certs[1:] {
		if !plain(c.Names, nil) {
			return false
		}
	}
	der, err := x509.MarshalPKCS8PrivateKey(key.Key)
	defer clear(der)
	return err == nil && bytes.Equal(der, key.PKCS8)
}

// isUCS2 reports whether s is text without characters beyond the Basic
// Multilingual Plane: go-pkcs12 writes no surrogates.
func isUCS2(s string) bool {
	for _, r := range s {
		if r > 0xffff {
			return false
		}
	}
	return utf8.ValidString(s)
}
