package convert

import (
	"bytes"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/shape"
)

// detectDER takes the single objects that have no format of their own.
func detectDER(data []byte) confidence {
	switch shape.Of(data) {
	case shape.Certificate, shape.TrustedCert, shape.NetscapeCert, shape.PKIPath, shape.Request, shape.SPKAC, shape.CRL,
		shape.PKCS1, shape.SEC1, shape.DSAKey, shape.SPKI, shape.PKCS1Public, shape.DSAPublic:
		if _, _, err := der.Parse(data); err != nil {
			return possible
		}
		return likely
	}
	return notIt
}

// decodeDER reads one object, or several standing one directly behind the
// other, whatever they are.
func (d *decoder) decodeDER(data []byte, at Source) error {
	switch shape.Of(data) {
	case shape.PFX, shape.PKCS7, shape.NetscapeCertSeq, shape.NET:
		return d.decodeObject(data, at) // these are containers themselves
	case shape.Unknown:
		if len(data) == 0 || data[0] != 0x30 {
			return &Error{Kind: ErrUnknownFormat, Source: at, Foreign: shape.Identify(data)}
		}
	}
	d.container(at)
	n := 0
	for rest := data; len(rest) > 0; n++ {
		at := at
		at.Offset = int64(len(data) - len(rest))
		kind := shape.Of(rest)
		if n > 0 && kind == shape.Unknown {
			d.bundle.Notes = append(d.bundle.Notes, Note{Source: at, Kind: note.TrailingData, N: len(rest)})
			break
		}
		e, behind, err := der.Parse(rest)
		if err != nil || kind == shape.TrustedCert {
			e.Full, behind = rest, nil
		}
		if err := d.decodeObject(e.Full, at); err != nil {
			d.fail(at, kind.Kind(), "", err)
		}
		rest = behind
	}
	if n > 1 {
		d.note(at, note.Variant, "%d DER objects, one after the other", n)
	}
	return nil
}

// encodeDER writes the one object that b holds; a key encrypted where there is
// a password.
func encodeDER(b *Bundle, o *EncodeOptions) ([]byte, error) {
	switch {
	case len(b.Keys) > 0 && o.Password != nil:
		return encryptPKCS8(b.Keys[0].PKCS8, o)
	case len(b.Keys) > 0:
		return bytes.Clone(b.Keys[0].PKCS8), nil
	case len(b.PublicKeys) > 0:
		return bytes.Clone(b.PublicKeys[0].SPKI), nil
	case len(b.Certs) > 0:
		return bytes.Clone(b.Certs[0].Raw), nil
	case len(b.Requests) > 0:
		return bytes.Clone(b.Requests[0].Raw), nil
	case len(b.CRLs) > 0:
		return bytes.Clone(b.CRLs[0].Raw), nil
	}
	return nil, &Error{Kind: ErrNothingToWrite}
}
