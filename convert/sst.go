package convert

import (
	"bytes"
	"cmp"
	"strings"

	"github.com/certconv/certconv/internal/lists"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pem"
	"github.com/certconv/certconv/internal/shape"
	"github.com/certconv/certconv/internal/text"
)

const (
	whatSST      = "serialized certificate store"
	whatRegistry = "registry export"
)

func detectSST(data []byte) confidence {
	if bytes.HasPrefix(data, []byte("\x00\x00\x00\x00CERT")) {
		return certain
	}
	return notIt
}

// decodeSST reads a serialized store of Windows.
func (d *decoder) decodeSST(data []byte, at Source) error {
	d.container(at)
	list, rest, err := lists.ParseSST(data)
	if err != nil {
		return &Error{Kind: ErrDamaged, Source: at, What: whatSST, Detail: "it is cut short"}
	}
	if n := len(rest); n > 0 {
		d.bundle.Notes = append(d.bundle.Notes, Note{Source: at.behind(len(data) - n), Kind: note.TrailingData, N: n, Text: text.Of("bytes after the end of the store")})
	}
	if len(list) == 0 {
		d.note(at, note.Variant, "an empty store")
	}
	for _, e := range list {
		if err := d.addElement(e, at); err != nil {
			d.fail(at, KindCertificate, "", err)
		}
	}
	return nil
}

// addElement adds what lies in a store of Windows.
func (d *decoder) addElement(e lists.Element, at Source) error {
	at.Offset = -1
	return d.alone(e.DER, at, func() error {
		switch e.Kind {
		case lists.Certificate:
			return d.addCert(e.DER, at, Names{FriendlyName: e.FriendlyName})
		case lists.CRL:
			return d.addCRL(e.DER, at, Names{FriendlyName: e.FriendlyName})
		}
		return d.addCTL(e.DER, at)
	})
}

// detectRegistry knows an export of the registry, and the bare value of a certificate.
func detectRegistry(data []byte) confidence {
	if lists.IsRegistryExport(string(pem.ToUTF8(data[:min(len(data), 256)]))) {
		return certain
	}
	if len(data) > 12 && data[1] == 0 && data[2] == 0 && data[3] == 0 && bytes.Equal(data[4:8], []byte{1, 0, 0, 0}) {
		if _, err := lists.ParseBlob(data); err == nil {
			return certain
		}
	}
	return notIt
}

// decodeRegistry reads the certificates in an export of the registry, and those in the
// bare value of one.
func (d *decoder) decodeRegistry(data []byte, at Source) error {
	d.container(at)
	if e, err := lists.ParseBlob(data); err == nil {
		return d.addElement(e, at)
	}
	values, err := lists.ParseRegistry(string(pem.ToUTF8(data)))
	for _, v := range values {
		at := at
		at.Line, at.Column, at.Entry = v.Line, 1, v.Name
		e, err := lists.ParseBlob(v.Data)
		switch {
		case err == nil:
			at.Entry = cmp.Or(v.Store(), v.Name)
			err = d.addElement(e, at)
		case detectCTL(v.Data) > notIt: // EncodedCtl, DisallowedCertEncodedCtl
			err = d.addCTL(v.Data, at)
		case v.Name == "Blob":
			err = &Error{Kind: ErrDamaged, Source: at, What: whatRegistry, Detail: "the value Blob is no certificate, or cut short"}
		case strings.HasSuffix(v.Name, "EncodedCtl"):
			err = &Error{Kind: ErrDamaged, Source: at, What: whatRegistry, Detail: "the value " + v.Name + " is no trust list, or cut short"}
		default:
			err = nil // another program's value
		}
		if err != nil {
			d.fail(at, KindCertificate, "", err)
		}
	}
	if err != nil {
		return &Error{Kind: ErrDamaged, Source: at, What: whatRegistry, Detail: err.Error()}
	}
	if d.bundle.Len() == 0 && len(d.bundle.Failures) == 0 {
		return &Error{Kind: ErrUnknownFormat, Source: at, Foreign: shape.Identify(data)}
	}
	return nil
}

// encodeSST writes a serialized store, as certutil -addstore and the certificate
// console take it.
func encodeSST(b *Bundle, _ *EncodeOptions) ([]byte, error) {
	var list []lists.Element
	for i := range b.Certs {
		list = append(list, lists.Element{Kind: lists.Certificate, DER: b.Certs[i].Raw, FriendlyName: b.Certs[i].FriendlyName})
	}
	for i := range b.CRLs {
		list = append(list, lists.Element{Kind: lists.CRL, DER: b.CRLs[i].Raw, FriendlyName: b.CRLs[i].FriendlyName})
	}
	if len(list) > lists.MaxEntries {
		return nil, tooLarge(Source{}, whatSST, "more certificates than a store takes")
	}
	return lists.MarshalSST(list), nil
}
