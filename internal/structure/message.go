package structure

// Content octets of the type of a signed message.
const rawSignedData = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02" // 1.2.840.113549.1.7.2

// SignedMessage walks through a SignedData (RFC 2315, Section 9; RFC 5652, Section 5)
// with the certificates and CRLs in it, but not through what is signed.
func SignedMessage(raw []byte) []Fault { return walkThrough(raw, "the message", signedMessage) }

func signedMessage(w *walk, raw []byte) {
	c := start(w, raw, "the message")
	if id := c.oid("the type"); string(id) != rawSignedData {
		return
	}
	content := c.enter(constructed, "the content")
	c.end()
	m := content.enter(idSequence, "the signed data")
	content.end()
	m.integer("the version")
	digests := m.enter(idSet, "the digests")
	for digests.more() {
		digests.algorithm("a digest")
	}
	inner := m.enter(idSequence, "what is signed")
	inner.oid("the type")
	if inner.more() {
		value := inner.enter(constructed, "what is signed")
		value.skip("the content")
		value.end()
	}
	inner.end()
	if m.peek() == constructed {
		m.objects("the certificates", Certificate)
	}
	if m.peek() == constructed|1 {
		m.objects("the CRLs", CRL)
	}
	signers := m.enter(idSet, "the signers")
	for signers.more() {
		signers.signer()
	}
	m.end()
}

// objects reads a SET of certificates or CRLs, which is the next field.
func (c *cursor) objects(name string, faults func([]byte) []Fault) {
	set := c.enter(c.peek(), name)
	for set.more() {
		before, off := set.rest, set.off
		if _, _, _, ok := set.take(name); !ok {
			return
		}
		for _, f := range faults(before[:len(before)-len(set.rest)]) {
			if len(c.w.faults) < MaxFaults {
				f.Offset += off
				c.w.faults = append(c.w.faults, f)
			}
		}
	}
}

// signer reads a SignerInfo.
func (c *cursor) signer() {
	s := c.enter(idSequence, "a signer")
	s.integer("the version")
	if s.peek() == context {
		s.field(context, "the key identifier")
	} else {
		id := s.enter(idSequence, "the name of a certificate")
		id.name("the issuer")
		id.integer("the serial number")
		id.end()
	}
	s.algorithm("the digest")
	if s.peek() == constructed {
		s.attributes(constructed, "the attributes of a signer")
	}
	s.algorithm("the signature algorithm")
	s.field(idOctets, "the signature")
	if s.peek() == constructed|1 {
		s.attributes(constructed|1, "the attributes of a signer")
	}
	s.end()
}

// attributes reads a SET of Attribute with the identifier id.
func (c *cursor) attributes(id byte, name string) {
	set := c.enter(id, name)
	for set.more() {
		a := set.enter(idSequence, "an attribute")
		a.oid("the type")
		values := a.enter(idSet, "the values")
		for values.more() {
			values.skip("a value")
		}
		a.end()
	}
}
