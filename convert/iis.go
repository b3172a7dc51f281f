package convert

import (
	"bytes"
	"fmt"
)

// maxBroken bounds the objects reported as cut or broken in one backup.
const maxBroken = 1000

// decodeIIS reads a backup of IIS 4's Key Manager. Nobody published its
// layout, and real files differ: so every NET key, certificate and request in
// it is found by its own structure, and the rest is passed over and told.
func (d *decoder) decodeIIS(data []byte, at Source) error {
	d.container(at)
	mine := d.current
	before := d.bundle.Len() + len(d.bundle.Failures)
	done := 0
	broken := 0
	var stop error
	carve(data, func(c carved) bool {
		d.skipped(at, done, c.start)
		done = min(c.end, len(data))
		place := at.behind(c.offset)
		d.current = mine
		err := d.addCarved(c, data[c.offset:done], place)
		if err == nil {
			return true
		}
		broken++
		if _, ours := err.(*Error); !ours || d.index > maxObjects {
			stop = err
		} else if broken > maxBroken {
			stop = tooLarge(at, "Key Manager backup", fmt.Sprintf("more than %d damaged objects", maxBroken))
		} else {
			d.fail(place, c.objectKind(), "", err)
		}
		return stop == nil
	})
	if stop != nil {
		return stop
	}
	d.skipped(at, done, len(data))
	if d.bundle.Len()+len(d.bundle.Failures) == before {
		return &Error{Kind: ErrUnknownFormat, Source: at, Detail: "no private key, certificate or request is in it"}
	}
	return nil
}

// skipped notes the bytes from start to end as passed over.
func (d *decoder) skipped(at Source, start, end int) {
	if n := end - start; n > 0 {
		d.bundle.Notes = append(d.bundle.Notes, Note{Source: at.behind(start), Kind: NoteSkipped, N: n,
			Text: fmt.Sprintf("%d bytes that are no key, certificate or request", n)})
	}
}

// addCarved adds what carve found; data is the object.
func (d *decoder) addCarved(c carved, data []byte, at Source) error {
	if c.fault != nil {
		return damaged(at, c.noun(), c.fault)
	}
	switch c.kind {
	case objNET:
		f, _, err := parseNET(data)
		if err != nil {
			return damaged(at, c.noun(), err)
		}
		_, err = d.addNET(f, at)
		return err
	case objCertificate:
		return d.addCert(data, at, Names{})
	case objRequest:
		return d.addRequest(data, at, Names{})
	case objEncryptedPKCS8:
		return d.decodeEncryptedPKCS8(data, at, Names{})
	default:
		return d.addKeyDER(data, at, "", Names{})
	}
}

func (c *carved) objectKind() Kind {
	switch c.kind {
	case objCertificate:
		return KindCertificate
	case objRequest:
		return KindRequest
	}
	return KindPrivateKey
}

// detectIIS knows the NET key in the middle of other bytes, or with other
// objects behind it.
func detectIIS(data []byte) Confidence {
	if named, more := startsWithNET(data); named {
		if more {
			return Certain
		}
		return No
	}
	for at := 0; ; {
		i := bytes.Index(data[at:], []byte(netHeader))
		if i < 0 {
			return No
		}
		at += i
		for size := 2; size <= min(6, at); size++ {
			c := carved{offset: at - size}
			if start, _, err := netOuter(data[c.offset:]); err == nil && start == size && c.carveNET(data[c.offset:]) {
				return Certain
			}
		}
		at += len(netHeader)
	}
}
