package convert

import (
	"io"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/pbe"
)

// encodePFX writes keys, certificates, CRLs and the bags of other PFX files.
// What go-pkcs12 can carry whole it writes (see pfxgo.go). The rest is written
// here, in the same way: a safe with the certificates, encrypted as one, and a
// safe with the encrypted keys.
func encodePFX(b *Bundle, o *EncodeOptions) ([]byte, error) {
	profile, err := profileByName(o.Profile)
	if err != nil {
		return nil, err
	}
	if err := pfxLoss(b, o); err != nil {
		return nil, err
	}
	if out, err := encodeGoPKCS12(b, profile, o); out != nil || err != nil {
		return out, err
	}
	w := &pfxWriter{profile: profile, password: o.Password, rand: o.Rand, now: o.Time}
	return w.write(b)
}

// pfxLoss refuses the Others that did not come out of a PFX.
func pfxLoss(b *Bundle, o *EncodeOptions) error {
	loss := &LossError{Format: "pfx"}
	for _, x := range b.Others {
		if x.What != whatSecretBag && x.What != whatUnknownBag {
			loss.Lost = append(loss.Lost, x.Source)
			loss.What = append(loss.What, x.What)
		}
	}
	if len(loss.Lost) > 0 && !o.AllowLoss {
		return loss
	}
	return nil
}

type pfxWriter struct {
	profile  Profile
	password []byte
	rand     io.Reader
	now      time.Time
	err      error // first fault of an encryption
}

// bagOut is a SafeBag to be written; value is the DER of what its [0] holds.
type bagOut struct {
	oid   string
	value []byte
	names Names
}

func (w *pfxWriter) write(b *Bundle) ([]byte, error) {
	keyNames, certNames := pfxNames(b, w.now)
	var others, keys []bagOut
	for i, c := range b.Certs {
		others = append(others, bagOut{oidCertBag, octetBag(oidX509Certificate, c.Raw), certNames[i]})
	}
	for _, c := range b.CRLs {
		others = append(others, bagOut{oidCRLBag, octetBag(oidX509CRL, c.Raw), c.Names})
	}
	for _, x := range b.Others {
		switch x.What {
		case whatSecretBag:
			others = append(others, bagOut{oidSecretBag, x.Raw, x.Names})
		case whatUnknownBag:
			others = append(others, bagOut{x.OID, x.Raw, x.Names})
		}
	}
	for i, k := range b.Keys {
		keys = append(keys, bagOut{oidShroudedKeyBag, w.shroud(k.PKCS8), keyNames[i]})
	}
	content := der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			if len(others) > 0 {
				w.encryptedSafe(b, safeContents(others))
			}
			if len(keys) > 0 {
				addContentInfo(b, oidData, func(b *cryptobyte.Builder) { b.AddASN1OctetString(safeContents(keys)) })
			}
		})
	})
	if w.err != nil {
		return nil, w.err
	}
	mac, err := pbe.BuildMAC(w.profile.MAC, w.profile.PFXIterations, w.password, content, w.rand)
	if err != nil {
		return nil, err
	}
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1Int64(3)
			addContentInfo(b, oidData, func(b *cryptobyte.Builder) { b.AddASN1OctetString(content) })
			b.AddBytes(mac)
		})
	}), nil
}

// encrypt protects plain the way scheme says.
func (w *pfxWriter) encrypt(scheme string, plain []byte) (alg, ciphertext []byte) {
	if w.err != nil {
		return nil, nil
	}
	alg, ciphertext, w.err = pbe.Encrypt(scheme, w.profile.PFXIterations, w.password, plain, w.rand)
	return alg, ciphertext
}

// encryptedSafe writes EncryptedData, the way decryptSafe reads it.
func (w *pfxWriter) encryptedSafe(b *cryptobyte.Builder, plain []byte) {
	alg, ciphertext := w.encrypt(w.profile.CertEncryption, plain)
	addContentInfo(b, oidEncryptedData, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1Int64(0)
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				der.AddOID(b, oidData)
				b.AddBytes(alg)
				b.AddASN1(asn1.Tag(0).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes(ciphertext) })
			})
		})
	})
}

// shroud makes an EncryptedPrivateKeyInfo.
func (w *pfxWriter) shroud(pkcs8 []byte) []byte {
	alg, ciphertext := w.encrypt(w.profile.KeyEncryption, pkcs8)
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddBytes(alg)
			b.AddASN1OctetString(ciphertext)
		})
	})
}

func safeContents(bags []bagOut) []byte {
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			for _, bag := range bags {
				b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
					der.AddOID(b, bag.oid)
					b.AddASN1(asn1.Tag(0).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) { b.AddBytes(bag.value) })
					addBagAttributes(b, bag.names)
				})
			}
		})
	})
}

// octetBag makes the value of a certificate or CRL bag.
func octetBag(oid string, data []byte) []byte {
	return der.Build(func(b *cryptobyte.Builder) {
		addContentInfo(b, oid, func(b *cryptobyte.Builder) { b.AddASN1OctetString(data) })
	})
}

// addContentInfo writes SEQUENCE { OID, [0] EXPLICIT … }.
func addContentInfo(b *cryptobyte.Builder, oid string, content cryptobyte.BuilderContinuation) {
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		der.AddOID(b, oid)
		b.AddASN1(asn1.Tag(0).ContextSpecific().Constructed(), content)
	})
}
