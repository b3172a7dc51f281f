package convert

import (
	"github.com/certconv/certconv/internal/pbe"
	"github.com/certconv/certconv/internal/pem"
)

// encodePEM writes keys (PKCS#8), certificates in the order they come in,
// requests, CRLs and public keys.
func encodePEM(b *Bundle, o *EncodeOptions) ([]byte, error) {
	if b.Len() == 0 {
		return nil, &Error{Kind: ErrNothingToWrite}
	}
	keys := make([][]byte, len(b.Keys))
	for i := range b.Keys {
		keys[i] = b.Keys[i].PKCS8
		if o.Password != nil {
			var err error
			if keys[i], err = encryptPKCS8(keys[i], o); err != nil {
				return nil, err
			}
		}
	}
	block := func(x *Object) (text []byte, label string, body []byte) {
		if o.TextNames {
			text = pem.AppendAttributes(nil, nameAttributes(*x.Names))
		}
		switch x.Kind {
		case KindPrivateKey:
			if o.Password != nil {
				return text, pem.LabelEncryptedPKCS8, keys[x.Index]
			}
			return text, pem.LabelPKCS8, keys[x.Index]
		case KindCertificate:
			return text, pem.LabelCertificate, x.Raw
		case KindRequest:
			return text, pem.LabelRequest, x.Raw
		case KindCRL:
			return text, pem.LabelCRL, x.Raw
		}
		return text, pem.LabelPublicKey, x.Raw
	}
	size := 0
	for x := range b.Objects() {
		text, label, body := block(&x)
		size += len(text) + pem.Size(label, len(body))
	}
	out := make([]byte, 0, size) // once: what grows leaves keys behind
	for x := range b.Objects() {
		text, label, body := block(&x)
		out = pem.Append(append(out, text...), label, nil, body)
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
