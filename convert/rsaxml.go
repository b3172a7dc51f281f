package convert

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"io"
	"math/big"
	"strings"

	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pem"
	"github.com/certconv/certconv/internal/pubkey"
)

const whatRSAXML = "RSAKeyValue"

// xmlKey is the RSAKeyValue of XML signatures (XMLDSIG, Section 4.4.2.2) with the
// private numbers that .NET's ToXmlString adds.
type xmlKey struct {
	Modulus, Exponent, D, P, Q, DP, DQ, InverseQ string
}

// detectRSAXML: where certificates lie beside the key, as in SAML metadata, the reader
// of base64 in other text takes these, and the key is theirs.
func detectRSAXML(data []byte) confidence {
	text := pem.ToUTF8(data)
	if bytes.Contains(text, []byte("<RSAKeyValue")) && !bytes.Contains(text, []byte("X509Certificate")) {
		return certain
	}
	return notIt
}

// decodeRSAXML reads each RSAKeyValue of an XML text.
func (d *decoder) decodeRSAXML(data []byte, at Source) error {
	d.container(at)
	x := xml.NewDecoder(bytes.NewReader(pem.ToUTF8(data)))
	x.Strict = false                                                                     // the key may stand in a text that is no XML as a whole
	x.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // the text is UTF-8 here, whatever it was
	n := 0
	for {
		t, err := x.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return &Error{Kind: ErrDamaged, Source: at, What: whatRSAXML, Detail: "it is no XML from there on"}
		}
		e, ok := t.(xml.StartElement)
		if !ok || e.Name.Local != "RSAKeyValue" {
			continue
		}
		n++
		at := at
		at.Offset = -1
		at.Line, at.Column = x.InputPos()
		var k xmlKey
		if err := x.DecodeElement(&k, &e); err != nil {
			return &Error{Kind: ErrDamaged, Source: at, What: whatRSAXML, Detail: "the element does not end, or is no XML"}
		}
		if err := d.addXMLKey(&k, at); err != nil {
			d.fail(at, k.kind(), "", err)
		}
	}
	if n > 1 {
		d.note(at, note.Variant, "%d keys", n)
	}
	return nil
}

func (k *xmlKey) kind() Kind {
	if k.D != "" {
		return KindPrivateKey
	}
	return KindPublicKey
}

func (d *decoder) addXMLKey(k *xmlKey, at Source) error {
	var r pubkey.RSA
	for _, f := range []struct {
		out **big.Int
		in  string
	}{{&r.N, k.Modulus}, {&r.E, k.Exponent}, {&r.D, k.D}, {&r.P, k.P}, {&r.Q, k.Q}, {&r.DP, k.DP}, {&r.DQ, k.DQ}, {&r.QInv, k.InverseQ}} {
		b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(f.in), ""))
		if err != nil || len(b) > pubkey.MaxRSABits/8+1 {
			return &Error{Kind: ErrDamaged, Source: at, What: whatRSAXML, Detail: "a number is not base64, or too long"}
		}
		*f.out = new(big.Int).SetBytes(b)
		clear(b)
	}
	switch {
	case r.N.Sign() == 0 || r.E.Sign() == 0:
		return &Error{Kind: ErrDamaged, Source: at, What: whatRSAXML, Detail: "modulus or exponent is missing"}
	case k.D == "":
		return d.addPublicKey(r.SPKI(), at, Names{})
	}
	return d.addKeyDER(r.PKCS8(), at, "", Names{})
}
