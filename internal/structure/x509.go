package structure

import (
	"bytes"
	"strings"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/text"
)

// nobodyVerifies is what is loaded, and then fails in every verification.
const nobodyVerifies = note.OpenSSLVerifies | note.GoParses | note.GnuTLSReads | note.JavaReads | note.FirefoxReads | note.ChromeReads

// Who refuses what was seen with the clients themselves.
const (
	outOfVersion = note.OpenSSLStrict | note.GoParses | note.GnuTLSReads | note.JavaReads | note.ChromeReads // extensions before version 3
	twiceUnknown = note.GoParses | note.GnuTLSReads | note.JavaReads | note.ChromeReads                      // an extension that is there twice, and unknown
)

// Certificate walks through a Certificate (RFC 5280, Section 4.1).
func Certificate(raw []byte) []Fault { return walkThrough(raw, "the certificate", certificate) }

func certificate(w *walk, raw []byte) {
	if w.ber != nil {
		// A server that sends it writes the outermost lengths anew, and no others.
		if e, err := der.ParseAll(w.ber); err == nil {
			if parts, _ := e.Children(); len(parts) > 0 {
				w.lengths(parts[0].Full, parts[0].Offset, nobodyVerifies, "the certificate")
			}
		}
	}
	c := start(w, raw, "the certificate")
	tbs := c.enter(idSequence, "the TBSCertificate")
	outer := c.algorithm("the signature algorithm")
	c.bits("the signature", nobodyVerifies&^note.JavaReads)
	c.end()

	version := tbs.version()
	if serial := tbs.integer("the serial number"); len(serial) > 0 && serial[0]&0x80 != 0 {
		w.fault(tbs.off-len(serial), note.GoParses, "the serial number is negative")
	}
	inner := tbs.algorithm("the signature algorithm")
	if tbs.w != nil {
		tbs.algorithms(inner, outer)
	}
	tbs.name("the issuer")
	validity := tbs.enter(idSequence, "the validity")
	validity.date("the start")
	validity.date("the end")
	validity.end()
	tbs.name("the subject")
	tbs.publicKey()
	for tag := byte(1); tag <= 2; tag++ {
		if tbs.peek() == context|tag {
			b, off, _ := tbs.field(context|tag, "a unique identifier")
			tbs.checkBits(b, off, "a unique identifier", 0)
		}
	}
	if tbs.peek() == constructed|3 {
		if version < 3 && tbs.w != nil {
			w.fault(tbs.off, outOfVersion, "the certificate is of version %d, and has extensions, which only version 3 has", version)
		}
		list := tbs.enter(constructed|3, "the extensions")
		list.extensions((*walk).content)
		list.end()
	}
	tbs.end()
}

// algorithms compares the two places that name the algorithm of the signature.
func (c *cursor) algorithms(inner, outer []byte) {
	ecdsa := strings.HasPrefix(string(inner), "\x06\x08"+rawECDSA)
	switch a, b := bytes.CutSuffix(inner, rawNull); {
	case !bytes.Equal(inner, outer):
		by := nobodyVerifies
		if without, _ := bytes.CutSuffix(outer, rawNull); bytes.Equal(a, without) {
			by = note.OpenSSLVerifies | note.GoParses
			if ecdsa {
				by |= note.ChromeReads
			}
		}
		c.w.fault(c.off, by, "the signature algorithm within the certificate is not the one beside its signature")
	case ecdsa && b:
		c.w.fault(c.off, note.ChromeReads, "a NULL after the signature algorithm, which is ECDSA")
	}
}

// version reads the version of a certificate, 1 to 3.
func (c *cursor) version() int {
	if c.peek() != constructed {
		return 1
	}
	v := c.enter(constructed, "the version")
	b := v.integer("the number")
	v.end()
	if len(b) != 1 || b[0] > 2 {
		if v.w != nil {
			v.w.fault(v.off, note.GoParses|note.JavaReads|note.ChromeReads, "the version is none of 1, 2 and 3")
		}
		return 3
	}
	return int(b[0]) + 1
}

// algorithm reads an AlgorithmIdentifier and returns what is in it.
func (c *cursor) algorithm(name string) []byte {
	a := c.enter(idSequence, name)
	whole := a.rest
	a.oid("the identifier")
	if a.more() {
		a.skip("the parameters")
	}
	a.end()
	return whole
}

// Content octets of algorithms whose public keys are looked into.
const (
	rawRSA = "\x2a\x86\x48\x86\xf7\x0d\x01\x01" // and what follows: 1.2.840.113549.1.1
	rawPSS = rawRSA + "\x0a"

	rawRSAX500 = "\x55\x08\x01\x01" // 2.5.8.1.1, of the first X.509

	rawEC    = "\x2a\x86\x48\xce\x3d\x02\x01" // 1.2.840.10045.2.1
	rawECDSA = "\x2a\x86\x48\xce\x3d\x04\x03" // and what follows: 1.2.840.10045.4.3

	// Identifiers of RFC 5480, Section 2.1.2, for keys that agree on secrets only.
	rawECDH  = "\x2b\x81\x04\x01\x0c" // 1.3.132.1.12
	rawECMQV = "\x2b\x81\x04\x01\x0d" // 1.3.132.1.13
)

var rawNull = []byte{idNull, 0}

// keyAlgorithm reads the AlgorithmIdentifier of a key and returns the identifier.
// public: that of a public key, of which Go reads more.
func (c *cursor) keyAlgorithm(public bool) []byte {
	a := c.enter(idSequence, "the algorithm")
	id := a.oid("the identifier")
	switch string(id) {
	case rawRSA + "\x01":
		if public && a.w != nil && a.peek() != idNull {
			a.w.fault(a.off, goAndBrowsers, "the parameters of the RSA key are not NULL")
		}
	case rawRSAX500:
		if public && a.w != nil {
			a.w.fault(a.off, note.GoParses, "an old identifier of RSA keys: %s", dotted(id))
		}
	case rawECDH, rawECMQV:
		if a.w != nil {
			a.w.fault(a.off, everybody, "an algorithm of keys that sign nothing: %s", dotted(id))
		}
	case rawPSS:
		if a.more() {
			a.pssParameters()
		}
	}
	if a.more() {
		a.skip("the parameters")
	}
	a.end()
	return id
}

// pssParameters reads RSASSA-PSS-params (RFC 8017, Appendix A.2.3).
func (c *cursor) pssParameters() {
	p := c.enter(idSequence, "the parameters of RSASSA-PSS")
	for tag, name := range [...]string{"the hash", "the mask generation", "the length of the salt", "the trailer"} {
		if p.peek() != constructed|byte(tag) {
			continue
		}
		f := p.enter(constructed|byte(tag), name)
		if tag < 2 {
			f.algorithm(name)
		} else {
			f.integer(name)
		}
		f.end()
	}
	p.end()
}

// isRSA reports whether id is that of an RSA key. Beside those for keys there are
// those for signatures and encryption.
func isRSA(c *cursor, id []byte) bool {
	use, ok := strings.CutPrefix(string(id), rawRSA)
	if ok && use != "\x01" && use != "\x0a" && c.w != nil {
		c.w.fault(c.off, everybody, "an algorithm that is not one of keys: %s", dotted(id))
	}
	return ok
}

// publicKey reads a SubjectPublicKeyInfo.
func (c *cursor) publicKey() {
	k := c.enter(idSequence, "the public key")
	id := k.keyAlgorithm(true)
	b, off := k.bits("the key", nobodyVerifies)
	if k.w != nil && isRSA(&k, id) {
		in := cursor{k.w, b, off, "the public key"}
		rsa := in.enter(idSequence, "the RSA key")
		rsa.number("the modulus")
		rsa.number("the exponent")
		rsa.end()
		in.tail(note.GnuTLSReads | note.JavaReads | note.ChromeReads | note.FirefoxReads)
	}
	k.end()
}

// name reads a Name. OpenSSL compares names by their text, and loads none that
// it cannot make text of.
func (c *cursor) name(what string) {
	n := c.enter(idSequence, what)
	for n.more() {
		set := n.enter(idSet, "a name")
		set.sorted(what)
		for set.more() {
			a := set.enter(idSequence, "an attribute")
			a.oid("the type")
			a.directoryString(what)
			a.end()
		}
	}
}

// sorted compares a relative distinguished name with RFC 5280, Section 4.1.2.4:
// one value or more, in the order of DER (X.690, Section 11.6).
func (c *cursor) sorted(of string) {
	if c.w == nil {
		return
	}
	if !c.more() {
		c.w.fault(c.off, note.StandardAllows, "an empty name within the name: %s", of)
		return
	}
	in := *c
	var last []byte
	for in.more() {
		before := in.rest
		if _, _, _, ok := in.take("an attribute"); !ok {
			return
		}
		value := before[:len(before)-len(in.rest)]
		if bytes.Compare(value, last) < 0 {
			c.w.fault(c.off, note.StandardAllows, "the values of a name are not in the order of DER: %s", of)
			return
		}
		last = value
	}
}

func (c *cursor) directoryString(of string) {
	if c.w == nil {
		return
	}
	const name = "a value"
	switch id := c.peek(); id {
	case idUTF8, idPrintable, idIA5, idT61, idBMP, idUniversal, idNumeric:
		b, off, ok := c.field(id, name)
		if ok {
			in := cursor{w: c.w, what: of}
			in.checkString(id, b, off, name)
		}
	case idBits:
		c.bits(name, 0)
	case idSequence:
		c.skip(name)
	case 0:
		c.field(idUTF8, name)
	default:
		c.w.fault(c.off, everybody, "a value that is no string: %s", of)
		c.skip(name)
	}
}

// CRL walks through a CertificateList (RFC 5280, Section 5.1).
func CRL(raw []byte) []Fault { return walkThrough(raw, "the CRL", crl) }

func crl(w *walk, raw []byte) {
	c := start(w, raw, "the CRL")
	tbs := c.enter(idSequence, "the TBSCertList")
	outer := c.algorithm("the signature algorithm")
	c.bits("the signature", nobodyVerifies)
	c.end()

	if tbs.peek() == idInteger {
		if n := tbs.integer("the version"); tbs.w != nil && string(n) != "\x01" {
			w.fault(tbs.off, note.GoParses, "the version of the CRL is none of 1 and 2")
		}
	} else if tbs.w != nil {
		w.fault(tbs.off, note.GoParses, "the CRL is of version 1, which programs in Go do not read")
	}
	inner := tbs.algorithm("the signature algorithm")
	if tbs.w != nil && !bytes.Equal(inner, outer) {
		w.fault(tbs.off, nobodyVerifies, "the signature algorithm within the CRL is not the one beside its signature")
	}
	tbs.name("the issuer")
	tbs.date("the date")
	if id := tbs.peek(); id == idUTCTime || id == idTime {
		tbs.date("the date of the next")
	}
	if tbs.peek() == idSequence {
		list := tbs.enter(idSequence, "the entries")
		for list.more() {
			e := list.enter(idSequence, "an entry")
			e.integer("the serial number")
			e.date("the date")
			if e.more() {
				e.extensions(nil)
			}
			e.end()
		}
	}
	if tbs.peek() == constructed {
		list := tbs.enter(constructed, "the extensions")
		list.extensions((*walk).crlContent)
		list.end()
	}
	tbs.end()
}

// Content octets of the attributes that ask for extensions.
const (
	rawExtensionRequest   = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x0e"     // 1.2.840.113549.1.9.14
	rawMSExtensionRequest = "\x2b\x06\x01\x04\x01\x82\x37\x02\x01\x0e" // 1.3.6.1.4.1.311.2.1.14
)

// Request walks through a CertificationRequest (RFC 2986, Section 4). CAs read
// requests strictly, each in its own way, so here faults count that only the
// standard is against.
func Request(raw []byte) []Fault {
	faults := walkThrough(raw, "the request", request)
	if !der.IsDER(raw) {
		faults = append(faults, Fault{0, note.GoParses | note.StandardAllows, text.Of("BER: indefinite or long lengths, or strings in pieces, where DER is asked for")})
	}
	return faults
}

func request(w *walk, raw []byte) {
	w.strict = true
	c := start(w, raw, "the request")
	info := c.enter(idSequence, "what is asked for")
	alg := c.algorithm("the signature algorithm")
	if strings.HasPrefix(string(alg), "\x06\x09"+rawRSA) && len(alg) == 11 && alg[10] != 0x0a {
		w.fault(c.off, note.StandardAllows, "the parameters of the signature algorithm, which are NULL for RSA, are missing") // RFC 4055, Section 5
	}
	c.bits("the signature", nobodyVerifies)
	c.end()

	if v := info.integer("the version"); len(v) > 0 && !bytes.Equal(v, []byte{0}) {
		w.fault(info.off-len(v), note.StandardAllows, "the version is not 1, the only one that there is (written as 0)")
	}
	info.name("the subject")
	info.publicKey()
	if info.w != nil && !info.more() {
		w.fault(info.off, note.GoParses|note.StandardAllows, "the field of the attributes is missing; it is there also when it is empty")
	}
	if info.peek() == constructed {
		list := info.enter(constructed, "the attributes")
		asked := 0
		for list.more() {
			a := list.enter(idSequence, "an attribute")
			id := a.oid("the type")
			values := a.enter(idSet, "the values")
			if string(id) == rawExtensionRequest || string(id) == rawMSExtensionRequest {
				if asked++; asked > 1 {
					w.fault(a.off, note.GoParses|note.StandardAllows, "extensions are asked for in two attributes")
				}
				values.askedExtensions()
			}
			for values.more() {
				values.skip("a value")
			}
			a.end()
		}
	}
	info.end()
}

// askedExtensions reads the one value of the attribute that asks for extensions
// (RFC 2985, Section 5.4.2).
func (c *cursor) askedExtensions() {
	at := c.off
	if c.w != nil && len(c.rest) == 2 {
		c.w.fault(at, note.StandardAllows, "extensions are asked for, and the list of them is empty")
	}
	c.extensions((*walk).content)
	if c.w != nil && c.more() {
		c.w.fault(c.off, note.StandardAllows, "extensions are asked for in two values of one attribute")
	}
}
