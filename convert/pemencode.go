package convert

import (
	"github.com/certconv/certconv/internal/pbe"
	"github.com/certconv/certconv/internal/pem"
)

// pemPart is a block to be written.
type pemPart struct {
	label string
	body  []byte
	names Names
}

// encodePEM writes keys (PKCS#8), certificates in the order they come in,
// requests, CRLs and public keys.
func encodePEM(b *Bundle, o *EncodeOptions) ([]byte, error) {
	parts := make([]pemPart, 0, b.Len())
	for _, k := range b.Keys {
		p := pemPart{label: pem.LabelPKCS8, body: k.PKCS8, names: k.Names}
		if o.Password != nil {
			body, err := encryptPKCS8(k.PKCS8, o)
			if err != nil {
				return nil, err
			}
			p.label, p.body = pem.LabelEncryptedPKCS8, body
		}
		parts = append(parts, p)
	}
	for _, c := range b.Certs {
		parts = append(parts, pemPart{label: pem.LabelCertificate, body: c.Raw, names: c.Names})
	}
	for _, r := range b.Requests {
		parts = append(parts, pemPart{label: pem.LabelRequest, body: r.Raw, names: r.Names})
	}
	for _, c := range b.CRLs {
		parts = append(parts, pemPart{label: pem.LabelCRL, body: c.Raw, names: c.Names})
	}
	for _, k := range b.PublicKeys {
		parts = append(parts, pemPart{label: pem.LabelPublicKey, body: k.SPKI, names: k.Names})
	}
	if len(parts) == 0 {
		return nil, &Error{Kind: ErrNothingToWrite}
	}
	texts := make([][]byte, len(parts))
	size := 0
	for i, p := range parts {
		if o.TextNames {
			texts[i] = pem.AppendAttributes(nil, nameAttributes(p.names))
		}
		size += len(texts[i]) + pem.Size(p.label, len(p.body))
	}
	out := make([]byte, 0, size)
	for i, p := range parts {
		out = append(out, texts[i]...)
		out = pem.Append(out, p.label, nil, p.body)
	}
	return out, nil
}

// encodePKCS1 writes an RSA key the traditional way.
func encodePKCS1(b *Bundle, o *EncodeOptions) ([]byte, error) {
	return encodeTraditional(b, o, pem.LabelPKCS1, pkcs1FromPKCS8)
}

// encodeSEC1 writes an EC key the traditional way.
func encodeSEC1(b *Bundle, o *EncodeOptions) ([]byte, error) {
	return encodeTraditional(b, o, pem.LabelSEC1, sec1FromPKCS8)
}

func encodeTraditional(b *Bundle, o *EncodeOptions, label string, convert func([]byte) ([]byte, error)) ([]byte, error) {
	if len(b.Keys) != 1 {
		return nil, &Error{Kind: ErrNothingToWrite, What: label}
	}
	plain, err := convert(b.Keys[0].PKCS8) // may be a window on it: not to be cleared
	if err != nil {
		return nil, err
	}
	if o.Password == nil {
		return pem.Append(make([]byte, 0, pem.Size(label, len(plain))), label, nil, plain), nil
	}
	dekInfo, body, err := pbe.EncryptPEM(o.Password, plain, o.Rand)
	if err != nil {
		return nil, err
	}
	return pem.Append(nil, label, [][2]string{{"Proc-Type", "4,ENCRYPTED"}, {"DEK-Info", dekInfo}}, body), nil
}
