package pubkey

import (
	"bytes"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/ec"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/text"
)

// readForm notes a form of PKCS#8 that not all software loads, and writes the
// key in one that all does. Who does not was asked of nginx with OpenSSL 1.1.1,
// 3.0 and 3.5, of Go, of GnuTLS 3.7, and of Java 17 and 25.
func (r *reader) readForm() {
	in := &r.info
	if _, malformed := r.key.Err.(*MalformedError); malformed {
		return
	}
	// RFC 5480, Section 2.1.1: "implicitCurve and specifiedCurve MUST NOT be used in
	// PKIX." RFC 8410, Section 3: "the parameters MUST be absent".
	tell := func(by note.Readers, format string, args ...any) {
		by |= note.WindowsLoads
		r.key.Remarks = append(r.key.Remarks, Remark{Kind: note.KeyForm, By: by, Text: text.Of(format, args...)})
		r.key.Form |= by
	}
	if in.odd {
		r.key.Form = note.StandardAllows
	}
	second := bytes.Equal(in.version, []byte{1})
	switch {
	case in.carries && second:
		tell(note.OpenSSL11Loads|note.OpenSSL30Loads|note.GnuTLSLoads, "the key has its public key with it (PKCS#8 of version 2)")
	case in.carries:
		tell(note.OpenSSLLoads|note.GnuTLSLoads|note.JavaLoads|note.StandardAllows, "the key has its public key with it, which its version does not allow (PKCS#8 of version 1)")
	}
	alg, key := in.alg, in.key
	switch size := seedSize(in.oid); {
	case size > 0:
		if in.params.Full != nil {
			tell(note.OpenSSLLoads|note.GoParses|note.StandardAllows, "the algorithm of the key has parameters, and must have none")
			alg = der.Algorithm(in.oid, nil)
		}
		if what := oddSeed(key, size); what != "" {
			seed, err := curvePrivateKey(key, size)
			if err != nil {
				return
			}
			tell(note.OpenSSLLoads|note.GoParses|note.GnuTLSLoads|note.JavaLoads|note.StandardAllows, "%s", what)
			key = der.Build(func(b *cryptobyte.Builder) { b.AddASN1OctetString(seed) })
		}
	case isEC(in.oid):
		var ok bool
		if alg, key, ok = ecForm(in, tell); !ok {
			return
		}
	}
	if r.key.Mended != nil {
		if mended, err := parseInfo(r.key.Mended); err == nil {
			key = mended.key
		}
	}
	plain := der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1Int64(0)
			b.AddBytes(alg)
			b.AddASN1OctetString(key)
			b.AddBytes(in.attributes)
		})
	})
	if bytes.Equal(plain, r.key.PKCS8) {
		clear(plain)
		return
	}
	r.key.Plain = plain
}

// ecForm gives the algorithm of an EC key with the name of its curve, and the
// ECPrivateKey. What has to be written anew for that it tells; ok is false where
// the curve is not known.
func ecForm(in *info, tell func(by note.Readers, format string, args ...any)) (alg, key []byte, ok bool) {
	k, err := parseSEC1(in.key)
	if err != nil {
		return nil, nil, false
	}
	params := k.parameters(*in)
	alg, key = in.alg, in.key
	if in.params.Full == nil {
		if k.params == nil {
			return nil, nil, false
		}
		tell(note.OpenSSLLoads|note.JavaLoads|note.StandardAllows, "the curve is named within the key, and not beside its algorithm")
		alg = der.Algorithm(in.oid, k.params)
	}
	inner := element(k.params)
	if !params.Is(der.TagSequence) && !inner.Is(der.TagSequence) {
		return alg, key, true
	}
	c, _, err := ec.ParseParameters(params)
	if err != nil || c == nil || c.Name == "" {
		return alg, key, true // it has no name, and stays as it is
	}
	if other, _, _ := ec.ParseParameters(inner); other != nil && !other.Equal(c) {
		return alg, key, true // two curves, which is told
	}
	tell(note.GoParses|note.GnuTLSLoads|note.JavaLoads|note.StandardAllows, "the numbers of the curve are written out; they are those of %s", c.Name)
	_, oid := ec.ByName(c.Name)
	k.params = nil
	return ecAlgorithm(oid), k.marshal(), true
}

// oddSeed says how a CurvePrivateKey differs from an OCTET STRING of size octets.
func oddSeed(key []byte, size int) string {
	switch len(key) {
	case size, 2 * size:
		return "the private number is not in an OCTET STRING of its own"
	case size + 2:
		return ""
	}
	return "the public key follows the private number in the same OCTET STRING"
}
