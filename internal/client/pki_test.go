package client_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"encoding/pem"
	"hash"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cloudflare/circl/sign/ed448"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/ec"
	"github.com/certconv/certconv/internal/testenv"
)

// The certificates of the cases are put together octet by octet: most of their
// faults are ones that no library writes. What is made depends on nothing but
// the time that it is made for, so that verdicts can be kept and compared.

// tlv is one element of DER.
func tlv(tag byte, parts ...[]byte) []byte {
	content := bytes.Join(parts, nil)
	n := len(content)
	switch {
	case n < 0x80:
		return append([]byte{tag, byte(n)}, content...)
	case n < 0x100:
		return append([]byte{tag, 0x81, byte(n)}, content...)
	}
	if n > 0xffff {
		return append([]byte{tag, 0x83, byte(n >> 16), byte(n >> 8), byte(n)}, content...)
	}
	return append([]byte{tag, 0x82, byte(n >> 8), byte(n)}, content...)
}

func seq(parts ...[]byte) []byte     { return tlv(0x30, parts...) }
func set(parts ...[]byte) []byte     { return tlv(0x31, parts...) }
func octets(b ...[]byte) []byte      { return tlv(0x04, b...) }
func bits(b ...[]byte) []byte        { return tlv(0x03, slices.Insert(b, 0, []byte{0})...) }
func integer(content ...byte) []byte { return tlv(0x02, content) }
func text(tag byte, s string) []byte { return tlv(tag, []byte(s)) }
func algorithm(oid string, p ...[]byte) []byte {
	return seq(slices.Insert(p, 0, object(oid))...)
}

// number is a positive INTEGER.
func number(n *big.Int) []byte {
	b := n.Bytes()
	if n.BitLen()%8 == 0 {
		b = append([]byte{0}, b...)
	}
	return integer(b...)
}

var (
	null   = []byte{5, 0}
	yes    = []byte{1, 1, 0xff}
	no     = []byte{1, 1, 0}
	nobody = seq() // a Name without attributes
)

func object(dotted string) []byte { return der.Algorithm(dotted, nil)[2:] }

// key is a pair of keys. sign is nil for those that only servers have.
type key struct {
	private []byte // PEM, as the server gets it
	spki    []byte
	alg     *sigAlg // what it signs with if nobody asks for something else
	sign    func(alg *sigAlg, message []byte) []byte
}

// id is what identifies the key in certificates (RFC 5280, Section 4.2.1.2).
func (k *key) id() []byte {
	sum := sha1.Sum(k.spki)
	return sum[:]
}

// seeded is a number below limit that the words decide.
func seeded(limit *big.Int, words ...string) *big.Int {
	a := sha512.Sum512([]byte(strings.Join(words, "\x00")))
	b := sha512.Sum512(a[:])
	n := new(big.Int).SetBytes(append(a[:], b[:]...))
	return n.Mod(n, new(big.Int).Sub(limit, big.NewInt(1))).Add(n, big.NewInt(1))
}

func pkcs8(alg, private []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: seq(integer(0), alg, octets(private))})
}

// derOf is what the one block of a PEM text holds.
func derOf(text []byte) []byte {
	block, _ := pem.Decode(text)
	return block.Bytes
}

const (
	p256 = "1.2.840.10045.3.1.7"
	p384 = "1.3.132.0.34"
	p521 = "1.3.132.0.35"
)

// ecKey makes a key that its name and curve decide. form is that of the point
// in the certificate (SEC 1, Section 2.3.3).
func ecKey(name, curve string, form byte) *key {
	c := ec.ByOID(curve)
	d := seeded(c.N, name, curve)
	x, y := times(c, d)
	scalar := d.FillBytes(make([]byte, c.ScalarSize()))
	alg := algorithm("1.2.840.10045.2.1", object(curve))
	k := &key{
		spki:    seq(alg, bits(c.MarshalPoint(x, y, form))),
		private: pkcs8(alg, seq(integer(1), octets(scalar), tlv(0xa1, bits(c.MarshalPoint(x, y, ec.Uncompressed))))),
		alg:     ecdsaSHA256,
	}
	k.sign = func(alg *sigAlg, message []byte) []byte {
		sum := alg.sum(message)
		e := new(big.Int).SetBytes(sum)
		if extra := len(sum)*8 - c.N.BitLen(); extra > 0 {
			e.Rsh(e, uint(extra))
		}
		nonce := seeded(c.N, string(scalar), string(sum))
		r, _ := times(c, nonce)
		r.Mod(r, c.N)
		s := new(big.Int).Mul(r, d)
		s.Add(s, e).Mul(s, nonce.ModInverse(nonce, c.N)).Mod(s, c.N)
		return seq(number(r), number(s))
	}
	return k
}

// times multiplies the generator, fast where Go has the curve.
func times(c *ec.Curve, n *big.Int) (x, y *big.Int) {
	if fast := c.Standard(); fast != nil {
		return fast.ScalarBaseMult(n.Bytes())
	}
	x, y, _ = c.Multiply(n)
	return x, y
}

func edwardsKey(name string) *key {
	seed := sha256.Sum256([]byte(name))
	private := ed25519.NewKeyFromSeed(seed[:])
	alg := algorithm("1.3.101.112")
	return &key{
		spki: seq(alg, bits(private.Public().(ed25519.PublicKey))), private: pkcs8(alg, octets(seed[:])), alg: &sigAlg{der: alg},
		sign: func(_ *sigAlg, message []byte) []byte { return ed25519.Sign(private, message) },
	}
}

func edwards448Key(name string) *key {
	seed := sha512.Sum512([]byte(name))
	private := ed448.NewKeyFromSeed(seed[:ed448.SeedSize])
	alg := algorithm("1.3.101.113")
	return &key{
		spki: seq(alg, bits(private.Public().(ed448.PublicKey))), private: pkcs8(alg, octets(private.Seed())), alg: &sigAlg{der: alg},
		sign: func(_ *sigAlg, message []byte) []byte { return ed448.Sign(private, message, "") },
	}
}

// keyFile reads a key that takes long to make, or that Go cannot make.
func keyFile(t testing.TB, name string) *key {
	t.Helper()
	path := filepath.Join(testenv.Root(t), "testdata/clients", name+".pem")
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b, err := convert.Decode(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	k := &key{spki: b.Keys[0].SPKI, private: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: b.Keys[0].PKCS8})}
	if b.Keys[0].Algorithm == "RSA" {
		var n []*big.Int
		for e := fields(fields(fields(b.Keys[0].PKCS8)[2])[0]); len(e) > 0; e = e[1:] {
			n = append(n, new(big.Int).SetBytes(content(e[0])))
		}
		k.alg, k.sign = rsaSHA256, rsaSigner(n[1], n[2], n[3])
	}
	return k
}

// rsaSigner signs with keys of any size.
func rsaSigner(n, e, d *big.Int) func(*sigAlg, []byte) []byte {
	size := (n.BitLen() + 7) / 8
	return func(alg *sigAlg, message []byte) []byte {
		var block []byte
		if sum := alg.sum(message); alg.mgf != nil {
			block = alg.pss(sum, n.BitLen()-1)
		} else {
			info := seq(alg.digest, octets(sum))
			block = slices.Concat([]byte{0, 1}, bytes.Repeat([]byte{0xff}, size-3-len(info)), []byte{0}, info)
		}
		s := new(big.Int).SetBytes(block)
		return s.Exp(s, d, n).FillBytes(make([]byte, size))
	}
}

// sigAlg is how a certificate is signed.
type sigAlg struct {
	der    []byte // AlgorithmIdentifier
	hash   func() hash.Hash
	digest []byte           // AlgorithmIdentifier of the hash, for RSA
	mgf    func() hash.Hash // hash of the mask, for RSA-PSS
	salt   int
}

func (a *sigAlg) sum(message []byte) []byte {
	h := a.hash()
	h.Write(message)
	return h.Sum(nil)
}

// pss is EMSA-PSS-ENCODE (RFC 8017, Section 9.1.1).
func (a *sigAlg) pss(sum []byte, size int) []byte {
	salt := bytes.Repeat([]byte{0x5a}, a.salt)
	h := a.hash()
	h.Write(slices.Concat(make([]byte, 8), sum, salt))
	digest := h.Sum(nil)
	db := slices.Concat(make([]byte, (size+7)/8-len(salt)-len(digest)-2), []byte{1}, salt)
	var mask []byte
	for i := byte(0); len(mask) < len(db); i++ {
		m := a.mgf()
		m.Write(append(slices.Clone(digest), 0, 0, 0, i))
		mask = m.Sum(mask)
	}
	for i := range db {
		db[i] ^= mask[i]
	}
	db[0] &= 0xff >> (8*((size+7)/8) - size)
	return slices.Concat(db, digest, []byte{0xbc})
}

func sha3Hash() hash.Hash { return sha3.New256() }

const (
	oidSHA1   = "1.3.14.3.2.26"
	oidSHA256 = "2.16.840.1.101.3.4.2.1"
	oidSHA384 = "2.16.840.1.101.3.4.2.2"
	oidSHA512 = "2.16.840.1.101.3.4.2.3"
)

func rsaWith(oid, digest string, h func() hash.Hash) *sigAlg {
	return &sigAlg{der: algorithm(oid, null), hash: h, digest: algorithm(digest, null)}
}

func ecdsaWith(oid string, h func() hash.Hash) *sigAlg {
	return &sigAlg{der: algorithm(oid), hash: h}
}

// pssWith is RSASSA-PSS with the parameters of RFC 4055, Section 3.1.
func pssWith(digest string, h func() hash.Hash, mgfDigest string, mgf func() hash.Hash, salt int) *sigAlg {
	return &sigAlg{hash: h, mgf: mgf, salt: salt, der: algorithm("1.2.840.113549.1.1.10", pssParams(digest, mgfDigest, salt))}
}

func pssParams(digest, mgfDigest string, salt int) []byte {
	return seq(tlv(0xa0, algorithm(digest, null)), tlv(0xa1, algorithm("1.2.840.113549.1.1.8", algorithm(mgfDigest, null))), tlv(0xa2, integer(byte(salt))))
}

var (
	ecdsaSHA1   = ecdsaWith("1.2.840.10045.4.1", sha1.New)
	ecdsaSHA224 = ecdsaWith("1.2.840.10045.4.3.1", sha256.New224)
	ecdsaSHA256 = ecdsaWith("1.2.840.10045.4.3.2", sha256.New)
	ecdsaSHA384 = ecdsaWith("1.2.840.10045.4.3.3", sha512.New384)
	ecdsaSHA512 = ecdsaWith("1.2.840.10045.4.3.4", sha512.New)
	ecdsaSHA3   = ecdsaWith("2.16.840.1.101.3.4.3.10", sha3Hash)

	rsaMD5       = rsaWith("1.2.840.113549.1.1.4", "1.2.840.113549.2.5", md5.New)
	rsaSHA1      = rsaWith("1.2.840.113549.1.1.5", oidSHA1, sha1.New)
	rsaSHA1OIW   = rsaWith("1.3.14.3.2.29", oidSHA1, sha1.New)
	rsaSHA224    = rsaWith("1.2.840.113549.1.1.14", "2.16.840.1.101.3.4.2.4", sha256.New224)
	rsaSHA256    = rsaWith("1.2.840.113549.1.1.11", oidSHA256, sha256.New)
	rsaSHA512256 = rsaWith("1.2.840.113549.1.1.16", "2.16.840.1.101.3.4.2.6", sha512.New512_256)
	rsaSHA3      = rsaWith("2.16.840.1.101.3.4.3.14", "2.16.840.1.101.3.4.2.8", sha3Hash)
)

// ext is an extension. value is what the OCTET STRING holds; nil in the key
// identifiers: computed.
type ext struct {
	oid      string
	critical []byte // the BOOLEAN; nil: none
	value    []byte
}

const (
	oidSKI         = "2.5.29.14"
	oidKeyUsage    = "2.5.29.15"
	oidSAN         = "2.5.29.17"
	oidIssuerAlt   = "2.5.29.18"
	oidBasic       = "2.5.29.19"
	oidNames       = "2.5.29.30" // name constraints
	oidCDP         = "2.5.29.31"
	oidPolicies    = "2.5.29.32"
	oidMappings    = "2.5.29.33"
	oidAKI         = "2.5.29.35"
	oidConstraints = "2.5.29.36" // policy constraints
	oidEKU         = "2.5.29.37"
	oidFreshest    = "2.5.29.46"
	oidInhibitAny  = "2.5.29.54"
	oidAIA         = "1.3.6.1.5.5.7.1.1"
	oidFeature     = "1.3.6.1.5.5.7.1.24"
	oidSCT         = "1.3.6.1.4.1.11129.2.4.2"
	oidPoison      = "1.3.6.1.4.1.11129.2.4.3"
	oidUnknown     = "1.3.6.1.4.1.55555.1"
)

// cert is a certificate before it is signed: fields in DER, to be replaced by
// whatever a case asks for.
type cert struct {
	version, serial     []byte
	alg                 *sigAlg
	inner, outer        []byte // nil: that of alg
	issuer, subject     []byte // issuer nil: by's subject
	notBefore, notAfter []byte
	key                 *key
	spki                []byte // nil: that of key
	ids                 []byte // unique identifiers, between key and extensions
	exts                []ext
	noExts              bool   // not even an empty list of extensions
	tail                []byte // after the extensions
	by                  *cert  // nil: itself
	signature           func([]byte) []byte
	edit                func([]byte) []byte // of the whole

	made []byte
}

// der signs the certificate, once.
func (c *cert) der() []byte {
	if c.made != nil {
		return c.made
	}
	by := c.by
	if by == nil {
		by = c
	}
	alg, issuer := c.alg, c.issuer
	if alg == nil {
		alg = by.key.alg
	}
	if issuer == nil {
		issuer = by.subject
	}
	inner, outer, spki := c.inner, c.outer, c.spki
	if inner == nil {
		inner = alg.der
	}
	if outer == nil {
		outer = inner
	}
	if spki == nil {
		spki = c.key.spki
	}
	var exts [][]byte
	for _, e := range c.exts {
		switch {
		case e.oid == oidSKI && e.value == nil:
			e.value = octets(c.key.id())
		case e.oid == oidAKI && e.value == nil:
			e.value = seq(tlv(0x80, by.keyID()))
		}
		exts = append(exts, seq(object(e.oid), e.critical, octets(e.value)))
	}
	list := tlv(0xa3, seq(exts...))
	if c.noExts {
		list = nil
	}
	tbs := seq(c.version, c.serial, inner, issuer, seq(c.notBefore, c.notAfter), c.subject, spki, c.ids, list, c.tail)
	signature := by.key.sign(alg, tbs)
	if c.signature != nil {
		signature = c.signature(signature)
	} else {
		signature = bits(signature)
	}
	c.made = seq(tbs, outer, signature)
	if c.edit != nil {
		c.made = c.edit(c.made)
	}
	return c.made
}

// keyID is what certificates below have as their authority's.
func (c *cert) keyID() []byte {
	for _, e := range c.exts {
		if e.oid == oidSKI && e.value != nil {
			return content(e.value)
		}
	}
	return c.key.id()
}

// set gives the extension another value, at its place, or adds it.
func (c *cert) set(oid string, critical bool, value []byte) {
	e := ext{oid: oid, value: value}
	if critical {
		e.critical = yes
	}
	for i := range c.exts {
		if c.exts[i].oid == oid {
			c.exts[i] = e
			return
		}
	}
	c.exts = append(c.exts, e)
}

// add adds the extension, also where there is one of its kind.
func (c *cert) add(oid string, critical bool, value []byte) {
	c.exts = append(c.exts, ext{oid: oid, value: value})
	if critical {
		c.exts[len(c.exts)-1].critical = yes
	}
}

func (c *cert) drop(oids ...string) {
	c.exts = slices.DeleteFunc(c.exts, func(e ext) bool { return slices.Contains(oids, e.oid) })
}

// critical marks the extension so.
func (c *cert) critical(oid string, mark []byte) {
	for i := range c.exts {
		if c.exts[i].oid == oid {
			c.exts[i].critical = mark
		}
	}
}

// content and fields read what is DER, because we wrote it.
func content(b []byte) []byte {
	e, _, err := der.Parse(b)
	if err != nil {
		panic(err)
	}
	return e.Content
}

// indefinite is a SEQUENCE with an indefinite length.
func indefinite(b []byte) []byte {
	return slices.Concat([]byte{0x30, 0x80}, content(b), []byte{0, 0})
}

func fields(b []byte) [][]byte {
	var list [][]byte
	for rest := content(b); len(rest) > 0; {
		e, after, err := der.Parse(rest)
		if err != nil {
			panic(err)
		}
		list, rest = append(list, e.Full), after
	}
	return list
}

// attribute is one of a Name, rdn and name what they make up.
func attribute(oid string, value []byte) []byte { return seq(object(oid), value) }

const (
	oidCN      = "2.5.4.3"
	oidCountry = "2.5.4.6"
	oidOrg     = "2.5.4.10"
	oidUnit    = "2.5.4.11"
)

const (
	utf8Text  = 0x0c
	numeric   = 0x12
	printable = 0x13
	t61       = 0x14
	ia5       = 0x16
	universal = 0x1c
	bmp       = 0x1e
)

func named(cn string) []byte {
	return seq(set(attribute(oidOrg, text(utf8Text, "certconv test"))), set(attribute(oidCN, text(utf8Text, cn))))
}

func utcTime(at time.Time) []byte  { return text(0x17, at.UTC().Format("060102150405Z")) }
func longTime(at time.Time) []byte { return text(0x18, at.UTC().Format("20060102150405Z")) }

// General names (RFC 5280, Section 4.2.1.6).
func mailName(s string) []byte { return text(0x81, s) }
func dnsName(s string) []byte  { return text(0x82, s) }
func uriName(s string) []byte  { return text(0x86, s) }
func ipName(b ...byte) []byte  { return tlv(0x87, b) }
func directory(name []byte) []byte {
	return tlv(0xa4, name)
}
func otherName(oid string, value []byte) []byte {
	return tlv(0xa0, object(oid), tlv(0xa0, value))
}

// trial is what one server sends, and what its clients trust.
type trial struct {
	group, id, what string
	host            string
	leaf, inter     *cert
	root            *cert
	serve, trust    []*cert // what the server sends, and the anchors

	at time.Time
	t  testing.TB
}

// newCert makes a certificate as it should be. what is its part in the case.
func (k *trial) newCert(by *cert, what string) *cert {
	serial := sha256.Sum256([]byte(k.id + " " + what))
	serial[0] = serial[0]&0x3f | 0x40
	c := &cert{
		version: tlv(0xa0, integer(2)), serial: integer(serial[:16]...), by: by, subject: named(what + " " + k.id), key: ecKey(k.id+what, p256, ec.Uncompressed),
		notBefore: utcTime(k.at.AddDate(0, 0, -30)), notAfter: utcTime(k.at.AddDate(0, 0, 60)),
	}
	c.add(oidSKI, false, nil)
	if by != nil {
		c.add(oidAKI, false, nil)
	}
	return c
}

// ca makes the certificate of an authority.
func (k *trial) ca(by *cert, what string) *cert {
	c := k.newCert(by, what)
	c.notBefore, c.notAfter = utcTime(k.at.AddDate(-2, 0, 0)), utcTime(k.at.AddDate(8, 0, 0))
	c.add(oidBasic, true, seq(yes))
	c.add(oidKeyUsage, true, []byte{3, 2, 1, 6}) // keyCertSign, cRLSign
	return c
}

const (
	serverAuth = "1.3.6.1.5.5.7.3.1"
	clientAuth = "1.3.6.1.5.5.7.3.2"
	codeSign   = "1.3.6.1.5.5.7.3.3"
	emailProt  = "1.3.6.1.5.5.7.3.4"
	ocspSign   = "1.3.6.1.5.5.7.3.9"
	anyEKU     = "2.5.29.37.0"
	stepUp     = "2.16.840.1.113730.4.1"
	gated      = "1.3.6.1.4.1.311.10.3.3"
)

func purposes(oids ...string) []byte {
	var list [][]byte
	for _, o := range oids {
		list = append(list, object(o))
	}
	return seq(list...)
}

// server makes the certificate of a server.
func (k *trial) server(by *cert, what string) *cert {
	c := k.newCert(by, what)
	c.subject = named("www.example.com")
	c.add(oidBasic, true, seq())
	c.add(oidKeyUsage, true, []byte{3, 2, 7, 0x80}) // digitalSignature
	c.add(oidEKU, false, purposes(serverAuth))
	c.add(oidSAN, false, seq(dnsName("www.example.com")))
	return c
}

// names sets the host and the dNSNames.
func (k *trial) names(host string, list ...string) {
	k.host = host
	var all [][]byte
	for _, n := range list {
		all = append(all, dnsName(n))
	}
	k.leaf.set(oidSAN, false, seq(all...))
}

// ownRoot gives the case a root of its own, as one that is changed has to be:
// browsers get the roots of all cases at once.
func (k *trial) ownRoot() *cert {
	k.root = k.ca(nil, "Root")
	k.inter.by, k.trust = k.root, []*cert{k.root}
	return k.root
}

// rsa makes the key of the certificate one of testdata/clients.
func (k *trial) rsa(c *cert, name string) {
	c.key = keyFile(k.t, name)
}

func pemOf(list ...*cert) []byte {
	var b bytes.Buffer
	for _, c := range list {
		if err := pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: c.der()}); err != nil {
			panic(err)
		}
	}
	return b.Bytes()
}

// newCases makes all cases for a time.
func newCases(t testing.TB, at time.Time) []*trial {
	t.Helper()
	at = at.UTC().Truncate(time.Second)
	common := (&trial{id: "all", at: at}).ca(nil, "Root")
	var list []*trial
	for _, g := range groups {
		for _, s := range g.specs {
			k := &trial{group: g.name, id: s.id, what: s.what, host: "www.example.com", at: at, t: t, root: common}
			k.inter = k.ca(common, "Intermediate")
			k.leaf = k.server(k.inter, "Server")
			k.serve, k.trust = []*cert{k.leaf, k.inter}, []*cert{common}
			s.make(k)
			list = append(list, k)
		}
	}
	return list
}

// spec is a row of the cases: one fault or form.
type spec struct {
	id, what string
	make     func(k *trial)
}

type group struct {
	name  string
	specs []spec
}
