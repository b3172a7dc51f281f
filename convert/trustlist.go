package convert

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/certconv/certconv/internal/lists"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/shape"
)

const (
	whatCAB       = "Windows cabinet"
	whatCTL       = "certificate trust list"
	whatCertdata  = "certdata.txt"
	whatBlockList = "list of blocked certificates"
)

func detectCAB(data []byte) confidence {
	if lists.IsCAB(data) {
		return certain
	}
	return notIt
}

// decodeCAB reads each file of a cabinet as whatever it is.
func (d *decoder) decodeCAB(data []byte, at Source) error {
	if err := d.enter(at); err != nil {
		return err
	}
	defer func() { d.depth-- }()
	d.container(at)
	members, err := lists.UnpackCAB(data, d.opts.unpackLimit(len(data))-d.unpacked)
	if err != nil {
		return cabError(at, err)
	}
	before := d.bundle.count()
	var others []string
	for _, m := range members {
		d.unpacked += int64(len(m.Data))
		other, err := d.member(Member{Name: strings.ReplaceAll(m.Name, `\`, "/"), Data: m.Data}, at)
		if err != nil {
			return err
		}
		if other != "" {
			others = append(others, other)
		}
	}
	return d.settleArchive(before, others, at, whatCAB)
}

// cabError is what package lists says of a cabinet as an *Error.
func cabError(at Source, err error) *Error {
	e := &Error{Kind: ErrDamaged, Source: at, What: whatCAB}
	for _, k := range []struct{ is, kind error }{{lists.ErrCABKind, ErrUnsupported}, {lists.ErrCABLimit, ErrTooLarge}, {lists.ErrCAB, ErrDamaged}, {lists.ErrNotCAB, ErrUnknownFormat}} {
		if errors.Is(err, k.is) {
			e.Kind = k.kind
			e.Detail = strings.TrimPrefix(err.Error(), k.is.Error()+": ")
			break
		}
	}
	if e.Kind == ErrUnsupported {
		e.Algorithm, e.Detail = e.Detail, ""
	}
	return e
}

// detectCTL knows a signed trust list.
func detectCTL(data []byte) confidence {
	if shape.Of(data) != shape.PKCS7 {
		return notIt
	}
	if m, err := lists.ParseSigned(data); err != nil || m.ContentType != lists.OIDCTL {
		return notIt
	}
	return whole // PKCS #7 sees the signer's certificates
}

// decodeCTL reads a certificate trust list. It is one object: it names certificates and holds none but its
// signer's.
func (d *decoder) decodeCTL(data []byte, at Source) error {
	if len(data) > 0 && data[0] != 0x30 && detectPEM(data) > notIt {
		return d.decodePEM(data, at)
	}
	d.container(at)
	return d.addCTL(data, at)
}

func (d *decoder) addCTL(data []byte, at Source) error {
	list, err := lists.ReadCTL(data)
	switch {
	case errors.Is(err, lists.ErrNotCTL):
		return &Error{Kind: ErrUnknownFormat, Source: at, What: whatCTL, Foreign: shape.Identify(data)}
	case err != nil:
		return damaged(at, whatCTL, err)
	}
	return d.addList(listWords(list), lists.OIDCTL, data, at)
}

// listWords says in a few words which list it is.
func listWords(list *lists.CTL) string {
	kind := map[string]string{"authroot": " of Windows' roots", "disallowed": " of what Windows does not trust"}[list.Kind()]
	return fmt.Sprintf("trust list%s of %s, %d entries", kind, list.ThisUpdate.Format(time.DateOnly), len(list.Entries))
}

// addList adds a list as an object.
func (d *decoder) addList(what, oid string, data []byte, at Source) error {
	at, err := d.next(at)
	if err != nil {
		return err
	}
	d.bundle.Others = append(d.bundle.Others, Other{Source: at, What: what, OID: oid, Raw: data})
	return nil
}

func detectCertdata(data []byte) confidence {
	if lists.IsCertdata(data) {
		return whole
	}
	return notIt
}

// decodeCertdata reads the certificates of a certdata.txt. Whom the list trusts is not
// theirs to say: it is noted.
func (d *decoder) decodeCertdata(data []byte, at Source) error {
	d.container(at)
	roots, err := lists.ParseCertdata(data)
	if err != nil {
		return &Error{Kind: ErrDamaged, Source: at, What: whatCertdata, Detail: err.Error()}
	}
	trusted := 0
	for _, r := range roots {
		if r.DER == nil {
			continue
		}
		at := at
		at.Line, at.Column, at.Offset = r.Line, 1, -1
		if err := d.addCert(r.DER, at, Names{FriendlyName: r.Label}); err != nil {
			d.fail(at, KindCertificate, "", err)
		}
		if r.Trust == lists.NSSTrusted {
			trusted++
		}
	}
	d.note(at, note.Variant, "a list of Mozilla's: %d of its certificates are trusted for servers", trusted)
	return nil
}

func detectBlockList(data []byte) confidence {
	if lists.IsBlockList(data) {
		return whole
	}
	return notIt
}

// decodeBlockList reads a list of certificates and keys that a program does not trust: one
// object.
func (d *decoder) decodeBlockList(data []byte, at Source) error {
	d.container(at)
	list, err := lists.ParseBlockList(data)
	if err != nil {
		kind := ErrDamaged
		if !lists.IsBlockList(data) {
			kind = ErrUnknownFormat
		}
		return &Error{Kind: kind, Source: at, What: whatBlockList, Detail: strings.TrimPrefix(err.Error(), lists.ErrNotBlockList.Error()+": ")}
	}
	who := map[string]string{"onecrl": "Mozilla's (OneCRL)", "crlset": "Chrome's (CRLSet)", "java": "Java's (blocked.certs)"}[list.Kind]
	return d.addList(fmt.Sprintf("list of blocked certificates, %s, %d entries", who, len(list.Entries)), "", data, at)
}

// trustListFormats are the rows of lists of trust.
func trustListFormats() []Format {
	return []Format{
		{
			Name: "cab", Title: "Windows cabinet", Exts: []string{".cab"},
			Summary: "a cabinet, stored, MSZIP or LZX: whatever its files hold, such as the trust lists of Windows Update", Ref: "MS-CAB, MS-MCI",
			detect: detectCAB, read: (*decoder).decodeCAB,
		},
		{
			Name: "ctl", Title: "certificate trust list (Windows)", Aliases: []string{"stl"}, Exts: []string{".stl", ".ctl"},
			Summary: "a signed list of certificates that Windows trusts, or does not", Ref: "MS-CAESO, Section 2.2.1",
			detect: detectCTL, read: (*decoder).decodeCTL,
		},
		{
			Name: "certdata", Title: "Mozilla's list of roots (certdata.txt)",
			Summary: "the roots of Mozilla as NSS is built with them", Ref: "NSS, lib/ckfw/builtins/certdata.txt",
			detect: detectCertdata, read: (*decoder).decodeCertdata,
		},
		{
			Name: "blocklist", Title: "list of blocked certificates", Aliases: []string{"onecrl", "crlset"},
			Summary: "what Firefox (OneCRL), Chrome (CRLSet) or Java (blocked.certs) does not trust", Ref: "Mozilla OneCRL; Chromium net/cert/crl_set.cc; OpenJDK blocked.certs",
			detect: detectBlockList, read: (*decoder).decodeBlockList,
		},
	}
}
