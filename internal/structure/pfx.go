package structure

import "github.com/certconv/certconv/internal/der"

// Content octets of the types of content in a PFX.
const (
	rawData          = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01" // 1.2.840.113549.1.7.1
	rawEncryptedData = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06" // 1.2.840.113549.1.7.6
)

// PFX walks through a PFX (RFC 7292, Section 4) as far as it is not encrypted.
func PFX(raw []byte) []Fault { return walkThrough(raw, "the PFX", pfx) }

func pfx(w *walk, raw []byte) {
	c := start(w, raw, "the PFX")
	c.integer("the version")
	content := c.enter(idSequence, "the content")
	if id := content.oid("the type"); string(id) != rawData {
		return // signed
	}
	value := content.enter(constructed, "the content")
	safe, off, ok := value.field(idOctets, "the content")
	value.end()
	content.end()
	if c.more() {
		m := c.enter(idSequence, "the MAC")
		digest := m.enter(idSequence, "the MAC")
		digest.algorithm("the hash")
		digest.field(idOctets, "the MAC")
		digest.end()
		m.field(idOctets, "the salt")
		if m.more() {
			m.integer("the rounds")
		}
		m.end()
	}
	c.end()
	if !ok {
		return
	}
	outer := w.within(safe, off, "the safe")
	list := outer.enter(idSequence, "the safe")
	outer.end()
	for list.more() {
		part := list.enter(idSequence, "a part of the safe")
		id := part.oid("the type")
		value := part.enter(constructed, "a part of the safe")
		switch string(id) {
		case rawData:
			b, off, ok := value.field(idOctets, "the bags")
			if ok {
				in := w.within(b, off, "the bags")
				in.bags()
				in.end()
			}
		case rawEncryptedData:
			d := value.enter(idSequence, "the encrypted bags")
			d.integer("the version")
			e := d.enter(idSequence, "the encrypted bags")
			e.oid("the type")
			e.encryption()
			if e.peek() != constructed { // octets in pieces
				e.field(context, "the bags")
			} else {
				e.skip("the bags")
			}
			e.end()
			if d.peek() == constructed|1 {
				d.skip("the attributes")
			}
			d.end()
		default:
			value.skip("the content")
		}
		value.end()
		part.end()
	}
}

// within goes into what octets hold. That may be BER, whatever is around it.
func (w *walk) within(b []byte, off int, what string) cursor {
	if !der.IsDER(b) {
		if longEmpty(b) {
			w.fault(off, everybody, "a length of 0 in more octets than one, at the end of what it is in: %s", what)
		}
		if d, err := der.ToDER(b); err == nil {
			b = d
		}
	}
	return cursor{w, b, off, what}
}

// rawShroudedKey is the type of a bag with an encrypted key.
const rawShroudedKey = "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x02" // 1.2.840.113549.1.12.10.1.2

// bags reads SafeContents.
func (c *cursor) bags() {
	list := c.enter(idSequence, "the bags")
	for list.more() {
		bag := list.enter(idSequence, "a bag")
		id := bag.oid("the type")
		value := bag.enter(constructed, "a bag")
		if string(id) == rawShroudedKey {
			k := value.enter(idSequence, "the encrypted key")
			k.encryption()
			k.field(idOctets, "the key")
			k.end()
		} else {
			value.skip("the content")
		}
		value.end()
		if bag.more() {
			bag.attributes(idSet, "the attributes of a bag")
		}
		bag.end()
	}
}
