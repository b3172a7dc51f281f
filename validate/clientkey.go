package validate

import (
	"slices"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/text"
)

// keyClientsCheck is the row of keys and signatures that some clients do not know.
func keyClientsCheck() Check {
	return Check{
		Code: "cert-key-clients", Severity: Warning, Title: "some clients do not take this kind of key or signature", trust: true,
		Text:   "Servers load keys of many kinds. Clients take fewer: none takes a curve other than P-256, P-384 and P-521, or one that is written as numbers in place of its name; Chrome takes no P-521, browsers take no Ed25519, and Go and browsers take no RSA key that is for PSS signatures only.",
		Action: text.Of("make a new key, RSA 2048 or EC P-256, and order again"),
		Refs:   []string{"RFC 8446, Section 4.2.3", "RFC 8422, Section 5.1.1", "RFC 5480, Section 2.1.1"}, After: pemDamage, needs: needsServer,
		run: runKeyClients,
	}
}

func runKeyClients(p *pass) {
	leaf := p.LeafCert()
	for _, f := range leafKeyFacts(leaf) {
		p.refused(Finding{At: leaf.Source, Message: text.Of("certificate %s has %s", describe(leaf), f.text)}, f.fact)
	}
	certs := p.path().certs
	for i, c := range certs[1:] {
		for _, f := range caKeyFacts(c) {
			if f.fact == client.RSAOver8192 && !slices.Contains(p.Served, c) {
				continue // Go looks at the keys that are sent
			}
			p.refused(Finding{At: p.place(c, certs[i]), Action: anotherCA, Message: text.Of("certificate %s of a CA has %s", describe(c), f.text)}, f.fact)
		}
	}
	for _, c := range certs {
		if p.builder.served.SelfSigned(c) {
			continue
		}
		for _, f := range signatureFacts(c) {
			p.refused(Finding{At: p.place(c, leaf), Action: anotherCA, Message: text.Of("certificate %s is signed with %s", describe(c), f.text)}, f.fact)
		}
	}
}

var anotherCA = text.Text{Format: "order a certificate from another intermediate or CA"}

// keyFact is something about a key that some clients do not take.
type keyFact struct {
	fact client.Fact
	text text.Text
}

// leafKeyFacts are those of the key of a server, by which it makes itself known
// in the handshake.
func leafKeyFacts(c *convert.Certificate) (list []keyFact) {
	add := func(f client.Fact, what string) { list = append(list, keyFact{f, keyWords(what, c)}) }
	switch name := c.Algorithm; {
	case name == "", name == "EC P-256", name == "EC P-384":
	case name == "EC P-521":
		add(client.CurveP521, "a key of %s")
	case strings.HasPrefix(name, "EC") && small(c): // told by key-weak
	case strings.HasPrefix(name, "EC"):
		add(client.CurveRare, "a key of %s, which is none of the curves of TLS")
	case name == "Ed25519":
		add(client.KeyEd25519, "a key of %s")
	case name == "Ed448":
		add(client.KeyEd448, "a key of %s")
	case name == "RSA-PSS":
		add(client.KeyPSS, "a key of %s, which is for PSS signatures only")
	case name != "RSA":
		add(client.KeyUseless, "a key of %s, which signs no handshake")
	}
	return append(list, writtenFacts(c)...)
}

// caKeyFacts are those of the key of a CA.
func caKeyFacts(c *convert.Certificate) (list []keyFact) {
	add := func(f client.Fact, what string) { list = append(list, keyFact{f, keyWords(what, c)}) }
	switch name := c.Algorithm; {
	case name == "", name == "EC P-256", name == "EC P-384", name == "EC P-521":
	case strings.HasPrefix(name, "EC") && small(c):
	case name == "EC P-224":
		add(client.CACurveP224, "a key of %s")
	case strings.HasPrefix(name, "EC"):
		add(client.CACurveRare, "a key of %s")
	case name == "Ed25519":
		add(client.KeyEd25519, "a key of %s")
	case name == "Ed448":
		add(client.KeyEd448, "a key of %s")
	case name == "RSA-PSS":
		add(client.CAKeyPSS, "a key of %s, which is for PSS signatures only")
	}
	return append(list, writtenFacts(c)...)
}

func keyWords(what string, c *convert.Certificate) text.Text {
	return text.Of(what, pubkey.Title(c.Algorithm, c.Bits))
}

// writtenFacts are those of any key: how it is written, and how large it is.
func writtenFacts(c *convert.Certificate) (list []keyFact) {
	form := pubkey.ReadForm(c.SPKI)
	if form.Explicit {
		list = append(list, keyFact{client.CurveExplicit, text.Of("the numbers of its curve in place of the name")})
	}
	if form.Compressed {
		list = append(list, keyFact{client.PointSmall, text.Of("a compressed point for its key")})
	}
	if form.Hybrid {
		list = append(list, keyFact{client.PointHybrid, text.Of("a point in the hybrid form for its key")})
	}
	if form.Exponent > 31 {
		fact := client.ExponentLarge
		if form.Exponent > 33 {
			fact = client.ExponentHuge
		}
		list = append(list, keyFact{fact, text.Of("an RSA exponent of %d bits", form.Exponent)})
	}
	if strings.HasPrefix(c.Algorithm, "RSA") && c.Bits > 8192 {
		fact := client.RSAOver8192
		if c.Bits > 16384 {
			fact = client.RSAOver16384
		}
		list = append(list, keyFact{fact, keyWords("a key of %s", c)})
	}
	return list
}

// rareSignature reports whether c is signed with an algorithm that is sound,
// and not among those that all clients know.
func rareSignature(c *convert.Certificate) bool {
	switch {
	case c.SigAlg == "" || weakHash(c.SigHash):
		return false
	case strings.HasPrefix(c.SigAlg, "dsa"):
		return true
	}
	switch c.SigHash {
	case "", "SHA-256", "SHA-384", "SHA-512":
		return false
	}
	return true
}

// signatureFacts are those of the signature on a certificate.
func signatureFacts(c *convert.Certificate) (list []keyFact) {
	add := func(f client.Fact, what string) { list = append(list, keyFact{f, text.Of(what, c.SigAlg)}) }
	if rareSignature(c) {
		fact := client.SignedOther
		switch {
		case strings.HasPrefix(c.SigHash, "SHA-512/"):
			fact = client.SignedShort
		case strings.HasPrefix(c.SigHash, "SHA3-") && strings.HasPrefix(c.SigAlg, "ecdsa"):
			fact = client.SignedNew
		case strings.HasPrefix(c.SigHash, "SHA3-"):
			fact = client.SignedSHA3
		}
		add(fact, "%s")
	}
	form, ok := pssForm(c)
	if !ok || weakHash(c.SigHash) {
		return list
	}
	if form.Unusual {
		add(client.SignedPSS, "%s, whose salt or mask does not go with its hash")
	}
	if form.NoNull {
		add(client.PSSNoNull, "%s, without the NULL in its parameters")
	}
	if form.Default {
		add(client.PSSTrailer, "%s, with a default written out in its parameters")
	}
	return list
}

func pssForm(c *convert.Certificate) (f pubkey.PSSForm, ok bool) {
	if !strings.HasPrefix(c.SigAlg, "RSASSA-PSS") {
		return f, false
	}
	e, _, err := der.Parse(c.Raw)
	if err != nil {
		return f, false
	}
	fields, err := e.Children()
	if err != nil || len(fields) < 2 {
		return f, false
	}
	return pubkey.ReadPSS(fields[1])
}

// weakSignature is the fact of a signature with a weak hash.
func weakSignature(c *convert.Certificate) client.Fact {
	switch {
	case strings.HasPrefix(c.SigHash, "MD"):
		return client.SignedMD5
	case strings.HasPrefix(c.SigAlg, "RSASSA-PSS"):
		return client.SignedPSS1
	case c.SigAlg == "sha1WithRSASignature": // OIW's, of 1.3.14.3.2
		return client.SignedOIW
	}
	return client.SignedSHA1
}

// small reports whether the key of c is one that key-weak tells.
func small(c *convert.Certificate) bool { return tooSmall(c.Algorithm, c.Bits) }

// rsa112Bits is the least RSA key that OpenSSL counts as 112 bits strong
// (ossl_ifc_ffc_compute_security_bits).
const rsa112Bits = 1962

// smallKey is the fact of a key that is too small, "" if it is of no kind that
// clients measure.
func smallKey(algorithm string, bits int, ca bool) client.Fact {
	switch {
	case strings.HasPrefix(algorithm, "EC") && ca:
		return client.CACurveSmall
	case strings.HasPrefix(algorithm, "EC"):
		return client.CurveRare
	case !strings.HasPrefix(algorithm, "RSA"):
		return ""
	case bits < leastRSA && ca:
		return client.CARSAUnder1024
	case bits < leastRSA-1:
		return client.RSAUnder1023
	case bits < leastRSA:
		return client.RSAUnder1024
	case bits < rsa112Bits && ca:
		return client.CARSAUnder1962
	case bits < rsa112Bits:
		return client.RSAUnder1962
	case ca:
		return client.CARSAUnder2048
	}
	return client.RSAUnder2048
}
