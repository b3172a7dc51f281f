package validate

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	mathrand "math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/testenv"
)

// element is a node of DER that can be changed and written again.
type element struct {
	id       byte
	head     []byte // instead of identifier and length, where these are wrong on purpose
	content  []byte
	children []*element // instead of content
	wraps    []byte     // what precedes the children: the octet of unused bits
	tail     []byte     // bytes after it
}

// parseElements reads a series of elements; nil if data is none.
func parseElements(data []byte) []*element {
	list := []*element{}
	for len(data) > 0 {
		var v asn1.RawValue
		rest, err := asn1.Unmarshal(data, &v)
		if err != nil {
			return nil
		}
		e := &element{id: data[0], content: v.Bytes}
		switch {
		case v.IsCompound:
			e.children = parseElements(v.Bytes)
		case e.id == 0x04 && len(v.Bytes) > 1:
			e.children = parseElements(v.Bytes)
		case e.id == 0x03 && len(v.Bytes) > 2 && v.Bytes[0] == 0 && v.Bytes[1] == 0x30:
			if e.children = parseElements(v.Bytes[1:]); e.children != nil {
				e.wraps = []byte{0}
			}
		}
		list = append(list, e)
		data = rest
	}
	return list
}

func (e *element) append(out []byte) []byte {
	body := e.content
	if e.children != nil {
		body = bytes.Clone(e.wraps)
		for _, c := range e.children {
			body = c.append(body)
		}
	}
	switch {
	case e.head != nil:
		out = append(out, e.head...)
	case len(body) < 0x80:
		out = append(out, e.id, byte(len(body)))
	case len(body) < 0x100:
		out = append(out, e.id, 0x81, byte(len(body)))
	default:
		out = append(out, e.id, 0x82, byte(len(body)>>8), byte(len(body)))
	}
	return append(append(out, body...), e.tail...)
}

// all lists e and what is in it, each with what it is in.
func (e *element) all(in *element, f func(e, in *element)) {
	f(e, in)
	for _, c := range e.children {
		c.all(e, f)
	}
}

// mutate changes one element of data, or one of its bytes.
func mutate(r *mathrand.Rand, data []byte) []byte {
	if r.IntN(4) == 0 {
		out := bytes.Clone(data)
		switch i := r.IntN(len(out)); r.IntN(4) {
		case 0:
			out[i] ^= 1 << r.IntN(8)
		case 1:
			out[i] = byte(r.IntN(256))
		case 2:
			out = append(out[:i], out[i+1:]...)
		case 3:
			out = append(out[:i:i], append([]byte{byte(r.IntN(256))}, out[i:]...)...)
		}
		return out
	}
	root := parseElements(data)[0]
	type place struct{ e, in *element }
	var list []place
	root.all(nil, func(e, in *element) { list = append(list, place{e, in}) })
	p := list[r.IntN(len(list))]
	e := p.e
	set := func(content []byte) { e.content, e.children = content, nil }
	body := e.content
	switch n := r.IntN(14); n {
	case 0:
		e.tail = []byte{5, 0}
	case 1:
		e.tail = []byte{0}
	case 2:
		e.id = []byte{0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0a, 0x0c, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1a, 0x1b, 0x1c, 0x1e, 0x30, 0x31, 0x80, 0xa0, 0xa1, 0xa3}[r.IntN(23)]
	case 3:
		set(nil)
	case 4:
		set(append([]byte{0}, body...))
	case 5:
		set(append([]byte{0xff}, body...))
	case 6:
		set(append(bytes.Clone(body), 0))
	case 7:
		set(append(bytes.Clone(body), 0xff))
	case 8:
		if len(body) > 0 {
			set(body[:len(body)-1])
		}
	case 9:
		if len(body) > 0 {
			set(body[1:])
		}
	case 10:
		if len(body) > 0 {
			body = bytes.Clone(body)
			body[[]int{0, len(body) - 1}[r.IntN(2)]] = []byte{0x80, 0xff, 1, 7, 8, 0x7f}[r.IntN(6)]
			set(body)
		}
	case 11:
		if p.in != nil {
			p.in.children = append(p.in.children, e) // once more, at the end
		}
	case 12:
		if p.in != nil {
			for i, c := range p.in.children {
				if c == e {
					p.in.children = append(p.in.children[:i:i], p.in.children[i+1:]...)
				}
			}
		}
	case 13:
		if len(body) < 0x80 {
			e.head = []byte{e.id, 0x81, byte(len(body))} // longer than it has to be
		}
	}
	return root.append(nil)
}

// resign signs what is in data anew, so that only its structure is wrong. What
// cannot be taken apart stays as it is.
func resign(data []byte, key *ecdsa.PrivateKey) []byte {
	root := parseElements(data)
	if len(root) != 1 || len(root[0].children) != 3 || root[0].children[2].id != 0x03 {
		return data
	}
	sum := sha256.Sum256(root[0].children[0].append(nil))
	sig, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
	if err != nil {
		panic(err)
	}
	last := root[0].children[2]
	last.content, last.children = append([]byte{0}, sig...), nil
	return root[0].append(nil)
}

// specimen is a file of which mutants are made.
type specimen struct {
	name  string
	data  []byte
	label string            // of its PEM, "" for DER
	key   *ecdsa.PrivateKey // signs the mutants anew
	ask   []string          // what OpenSSL is asked; the file follows
	check func(mutant []byte) *Report
	parse func([]byte) error // what Go makes of it
}

func specimens(t *testing.T) []specimen {
	root := ca(t, nil, "Root")
	inter := ca(t, root, "Intermediate", pathLen(0), func(d *draft) {
		d.PermittedDNSDomains = []string{"example.com"}
	})
	rich := func(d *draft) {
		d.CRLDistributionPoints = []string{"http://crl.example.com/1.crl"}
		d.IssuingCertificateURL = []string{"http://ca.example.com/1.crt"}
		d.IPAddresses = []net.IP{{192, 0, 2, 1}}
		d.PolicyIdentifiers = []asn1.ObjectIdentifier{{2, 23, 140, 1, 2, 1}}
		d.Subject.Organization = []string{"Bücher"}
	}
	site := leaf(t, inter, rich)
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	rsaRaw, err := x509.CreateCertificate(rand.Reader, site.cert(t), inter.cert(t), &rsaKey.PublicKey, inter.key)
	if err != nil {
		t.Fatal(err)
	}
	rsaSite := &issued{raw: rsaRaw}
	rsaPKCS8, _ := x509.MarshalPKCS8PrivateKey(rsaKey)
	ecSEC1, _ := x509.MarshalECPrivateKey(site.key)
	ecPKCS8, _ := x509.MarshalPKCS8PrivateKey(site.key)
	request, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: site.cert(t).Subject, DNSNames: []string{"www.example.com"}}, site.key)
	if err != nil {
		t.Fatal(err)
	}
	crl, _ := pem.Decode(crlOf(t, inter, nil, x509.RevocationListEntry{SerialNumber: big.NewInt(99), RevocationTime: at, ReasonCode: 1}))

	dir := t.TempDir()
	write := func(name string, data []byte) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	key, chain := write("key", pemKey(t, site)), write("chain", pemOf(site, inter))
	testenv.Must(t, dir, "openssl", "pkcs8", "-topk8", "-in", key, "-out", "encrypted", "-outform", "DER", "-iter", "1", "-passout", "pass:secret")
	testenv.Must(t, dir, "openssl", "pkcs12", "-export", "-inkey", key, "-in", chain, "-out", "pfx", "-iter", "1", "-passout", "pass:secret")
	read := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}

	run := func(target string, texts ...[]byte) *Report {
		b := &convert.Bundle{}
		for i, text := range texts {
			part, err := convert.Decode(text, &convert.DecodeOptions{File: fmt.Sprintf("file%d", i+1), Password: convert.Passwords([]byte("secret"))})
			if err != nil {
				return &Report{Findings: []Finding{{Code: "der-malformed", Severity: Error}}}
			}
			b.Add(part)
		}
		return Run(b, &Options{Target: target, Now: at, Roots: anchorsOf(t, root)})
	}
	// lint wants a request.
	lint := func(file []byte) *Report {
		if b, err := convert.Decode(file, nil); err == nil && len(b.Requests) == 0 {
			return &Report{Findings: []Finding{{Code: "wrong-object", Severity: Error}}}
		}
		return run("", file)
	}
	// --crl wants a CRL.
	asCRL := func(file []byte) *Report {
		if b, err := convert.Decode(file, nil); err == nil && len(b.CRLs) == 0 {
			return &Report{Findings: []Finding{{Code: "wrong-object", Severity: Error}}}
		}
		return run("nginx", pemKey(t, site), pemOf(site, inter), file)
	}
	text := func(label string, data []byte) []byte {
		return pem.EncodeToMemory(&pem.Block{Type: label, Bytes: data})
	}
	const certificate = "CERTIFICATE"
	// Servers do not send what follows a certificate in its file.
	asCert := func(data []byte) error {
		var c asn1.RawValue
		if rest, err := asn1.Unmarshal(data, &c); err == nil {
			data = data[:len(data)-len(rest)]
		}
		_, err := x509.ParseCertificate(data)
		return err
	}
	noParse := func([]byte) error { return nil }
	x509Args := []string{"x509", "-noout", "-pubkey", "-in"}
	pkey := []string{"pkey", "-noout", "-passin", "pass:secret", "-in"}
	keySpecimen := func(name, label string, data, pair []byte) specimen {
		return specimen{name, data, label, nil, pkey, func(m []byte) *Report { return run("nginx", text(label, m), pair) }, noParse}
	}
	return []specimen{
		{"leaf", site.raw, certificate, inter.key, x509Args, func(m []byte) *Report {
			return run("nginx", pemKey(t, site), append(text(certificate, m), pemOf(inter)...))
		}, asCert},
		{"intermediate", inter.raw, certificate, root.key, x509Args, func(m []byte) *Report {
			return run("nginx", pemKey(t, site), append(pemOf(site), text(certificate, m)...))
		}, asCert},
		{"CRL", crl.Bytes, "X509 CRL", inter.key, []string{"crl", "-noout", "-in"}, func(m []byte) *Report { return asCRL(text("X509 CRL", m)) }, noParse},
		{"request", request, "CERTIFICATE REQUEST", site.key, []string{"req", "-noout", "-in"}, func(m []byte) *Report { return lint(text("CERTIFICATE REQUEST", m)) }, func(data []byte) error { _, err := x509.ParseCertificateRequest(data); return err }},
		keySpecimen("RSA key", "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey), pemOf(rsaSite, inter)),
		keySpecimen("RSA key in PKCS 8", "PRIVATE KEY", rsaPKCS8, pemOf(rsaSite, inter)),
		keySpecimen("EC key", "EC PRIVATE KEY", ecSEC1, pemOf(site, inter)),
		keySpecimen("EC key in PKCS 8", "PRIVATE KEY", ecPKCS8, pemOf(site, inter)),
		keySpecimen("encrypted key", "ENCRYPTED PRIVATE KEY", read("encrypted"), pemOf(site, inter)),
		{"PFX", read("pfx"), "", nil, []string{"pkcs12", "-noout", "-passin", "pass:secret", "-in"}, func(m []byte) *Report { return run("iis", m) }, noParse},
	}
}

// What OpenSSL does not load is never without an error, and a certificate or
// request that Go does not parse never without a word. CERTCONV_MUTANTS says how
// many mutants of each file there are.
func TestMutants(t *testing.T) {
	testenv.Slow(t)
	testenv.Programs(t, "openssl")
	n := 200
	if s := os.Getenv("CERTCONV_MUTANTS"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	for i, s := range specimens(t) {
		t.Run(s.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "mutant")
			loads := func(mutant []byte) bool {
				if s.label != "" {
					mutant = pem.EncodeToMemory(&pem.Block{Type: s.label, Bytes: mutant})
				}
				if err := os.WriteFile(file, mutant, 0o600); err != nil {
					t.Fatal(err)
				}
				_, _, err := testenv.Run("", "openssl", append(s.ask, file)...)
				return err == nil
			}
			wrong := func(r *Report) bool { return r.Worst() == Error && !onlyLocked(r) }
			if r := s.check(s.data); wrong(r) || !loads(s.data) {
				t.Fatalf("the file itself has findings: %v", r.Findings)
			}
			r := mathrand.New(mathrand.NewPCG(uint64(i), 2026))
			passed, refused := 0, 0
			for k := range n {
				mutant := mutate(r, s.data)
				if s.key != nil && r.IntN(4) > 0 {
					mutant = resign(mutant, s.key)
				}
				report := s.check(mutant)
				if wrong(report) {
					refused++
					if claimsLoad(report) && loads(mutant) {
						t.Errorf("mutant %d: OpenSSL loads what is said not to load: %v\n%x", k, loudly(report), mutant)
					}
					continue
				}
				passed++
				if !loads(mutant) {
					t.Errorf("mutant %d: OpenSSL refuses it, and nothing is found: %v\n%x", k, loudly(report), mutant)
				}
				if err := s.parse(mutant); err != nil && report.Worst() != Warning {
					t.Errorf("mutant %d: Go refuses it, and nothing is found: %v\n%x", k, err, mutant)
				}
			}
			t.Logf("%d mutants, %d with an error, %d without, which OpenSSL loads", n, refused, passed)
		})
	}
}

// onlyLocked reports whether the only error is that the server would ask for a
// password.
func onlyLocked(r *Report) bool {
	for _, f := range r.Findings {
		if f.Severity == Error && f.Code != "key-encrypted" {
			return false
		}
	}
	return true
}

// claimsLoad reports whether a structure that OpenSSL does not load is all that
// is said to be wrong.
func claimsLoad(r *Report) bool {
	for _, f := range r.Findings {
		if f.Severity == Error && (f.Code != "cert-structure" || f.Breaks != BreaksLoad) {
			return false
		}
	}
	return true
}

func loudly(r *Report) (list []string) {
	for _, f := range r.Findings {
		if f.Severity != Info {
			list = append(list, f.Code+": "+f.Message.String())
		}
	}
	return list
}
