package validate

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/testenv"
)

// chainCase is a chain as a server sends it, and who accepts it.
type chainCase struct {
	name   string
	roots  []*issued
	served []*issued // the leaf first

	want     []string // codes of the errors
	warnings []string // codes of the warnings

	// Who disagrees, and why. What one of the two refuses and the other one
	// accepts is a warning of ours, or told here.
	goDiffers, opensslDiffers string
	orderMatters              bool // to OpenSSL: in the other order it agrees
}

// What the verdict on trust says is what a client says that has only the root:
// Go's verifier and OpenSSL's, for the same chain in server order and shuffled.
func TestTruthOfTrust(t *testing.T) {
	testenv.Programs(t, "openssl")
	dir := t.TempDir()
	cases := chainCases(t)
	if len(cases) < 60 {
		t.Errorf("%d cases", len(cases))
	}
	for i, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			opts := &Options{Roots: anchorsOf(t, c.roots...), Now: at}
			orders := [][]*issued{c.served}
			if len(c.served) > 2 {
				back := slices.Clone(c.served)
				slices.Reverse(back[1:])
				orders = append(orders, back)
			}
			for n, served := range orders {
				r := Run(decode(t, pemKey(t, served[0]), pemOf(served...)), opts)
				if got := codes(r, Error); !slices.Equal(got, c.want) {
					t.Errorf("order %d: errors %q, want %q: %s", n, got, c.want, messages(r))
				}
				if got := subtract(codes(r, Warning), c.want); n == 0 && !slices.Equal(got, c.warnings) {
					t.Errorf("warnings %q, want %q: %s", got, c.warnings, messages(r))
				}
				for _, f := range r.Findings {
					if f.Severity == Error && f.Breaks != BreaksTrust {
						t.Errorf("%s breaks %q", f.Code, f.Breaks)
					}
				}
				ok := len(codes(r, Error)) == 0
				if err := goVerify(t, c.roots, served); (err == nil) != (ok == (c.goDiffers == "")) {
					t.Errorf("order %d: Go says %v, we accept: %v", n, err, ok)
				}
				if said, accepts := opensslVerify(t, filepath.Join(dir, fmt.Sprint(i, n)), c.roots, served); accepts != (ok == (c.opensslDiffers == "" || c.orderMatters && n > 0)) {
					t.Errorf("order %d: openssl says %s, we accept: %v", n, said, ok)
				}
			}
		})
	}
}

func messages(r *Report) string {
	var b bytes.Buffer
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "\n\t%s %s: %s", f.Severity, f.Code, f.Message)
	}
	return b.String()
}

func goVerify(t *testing.T, roots, served []*issued) error {
	t.Helper()
	opts := x509.VerifyOptions{Roots: x509.NewCertPool(), Intermediates: x509.NewCertPool(), CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	for _, r := range roots {
		if c, err := x509.ParseCertificate(r.raw); err == nil {
			opts.Roots.AddCert(c)
		}
	}
	for _, s := range served[1:] {
		if c, err := x509.ParseCertificate(s.raw); err == nil {
			opts.Intermediates.AddCert(c)
		}
	}
	c, err := x509.ParseCertificate(served[0].raw)
	if err == nil {
		_, err = c.Verify(opts)
	}
	return err
}

func opensslVerify(t *testing.T, dir string, roots, served []*issued) (said string, ok bool) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	write := func(name string, text []byte) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	args := []string{"verify", "-no-CApath", "-no-CAstore", "-purpose", "sslserver", "-attime", fmt.Sprint(at.Unix()), "-CAfile", write("roots.pem", pemOf(roots...))}
	if len(served) > 1 {
		args = append(args, "-untrusted", write("chain.pem", pemOf(served[1:]...)))
	}
	out, errs, err := testenv.Run(dir, "openssl", append(args, write("leaf.pem", pemOf(served[0])))...)
	return out + errs, err == nil
}

func chainCases(t *testing.T) []chainCase {
	root := ca(t, nil, "Root")
	inter := ca(t, root, "Intermediate")
	upper := ca(t, root, "Upper")
	lower := ca(t, upper, "Lower")
	site := leaf(t, inter)
	other := ca(t, nil, "Other Root")
	roots := []*issued{root}
	var list []chainCase
	add := func(name string, roots, served []*issued, want, warnings []string) *chainCase {
		list = append(list, chainCase{name: name, roots: roots, served: served, want: want, warnings: warnings})
		return &list[len(list)-1]
	}
	ok := func(name string, served ...*issued) *chainCase { return add(name, roots, served, nil, nil) }
	bad := func(name, code string, served ...*issued) *chainCase {
		return add(name, roots, served, []string{code}, nil)
	}
	// under is a chain with an intermediate that is not ordinary.
	under := func(changes ...change) []*issued {
		i := ca(t, root, "Odd Intermediate", changes...)
		return []*issued{leaf(t, i), i}
	}
	// below is a chain whose root is not ordinary.
	below := func(name string, want []string, changes ...change) *chainCase {
		r := ca(t, nil, "Odd Root", changes...)
		i := ca(t, r, "Intermediate of the Odd Root")
		return add(name, []*issued{r}, []*issued{leaf(t, i), i}, want, nil)
	}

	ok("one intermediate", site, inter)
	ok("under the root", leaf(t, root))
	ok("two intermediates", leaf(t, lower), lower, upper)
	ok("with the root", site, inter, root)
	ok("an intermediate twice", site, inter, inter)
	bad("SHA-1 on the leaf", "cert-signature-weak", leaf(t, inter, sha1Signed), inter).differ("", "verifies SHA-1 at security level 1")
	bad("SHA-1 on the intermediate", "cert-signature-weak", under(sha1Signed)...).differ("", "verifies SHA-1 at security level 1")
	below("SHA-1 on the root", nil, sha1Signed)
	ok("without an extended key usage", leaf(t, inter, purposes()), inter)
	ok("without a key usage", leaf(t, inter, usage(0)), inter)
	ok("for servers and clients", leaf(t, inter, purposes(x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth)), inter)
	ok("key agreement", leaf(t, inter, usage(x509.KeyUsageKeyAgreement)), inter).warnings = []string{"cert-usage-clients"}
	ok("without key identifiers", under(noIDs)...).warnings = []string{"chain-key-identifier"}
	ok("policies, critical", leaf(t, inter, extension("2.5.29.32", true, []byte{0x30, 6, 0x30, 4, 6, 2, 0x2a, 3})), inter)
	ok("an unknown extension", leaf(t, inter, extension("1.2.3.4", false, []byte{5, 0})), inter)
	ok("the intermediate is for servers", under(purposes(x509.ExtKeyUsageServerAuth))...)
	ok("path length kept", under(pathLen(0))...)
	below("path length of the root kept", nil, pathLen(1))
	self := leaf(t, nil)
	add("self-signed, trusted", []*issued{self}, []*issued{self}, nil, []string{"chain-clients"})
	selfCA := leaf(t, nil, isCA, usage(x509.KeyUsageDigitalSignature|x509.KeyUsageCertSign))
	add("self-signed CA as leaf, trusted", []*issued{selfCA}, []*issued{selfCA}, nil, []string{"cert-usage"})
	ok("a CA as leaf", leaf(t, inter, isCA), inter).warnings = []string{"cert-usage"}
	below("root of version 1", nil, version1).warnings = []string{"cert-profile-clients", "chain-key-identifier"}
	ok("an unrelated root", site, inter, other).warnings = []string{"chain-unrelated"}
	ok("an unrelated intermediate", site, inter, ca(t, other, "Unrelated")).warnings = []string{"chain-unrelated"}

	// Cross-signatures and renewed intermediates.
	cross := ca(t, other, "Intermediate", keyOf(inter))
	c := ok("cross-signed by an unknown root", site, cross, inter).differ("", "takes the first certificate that fits, and tries no other path")
	c.orderMatters, c.warnings = true, []string{"chain-order"}
	crossRoot := ca(t, other, "Root", keyOf(root))
	ok("the root, cross-signed by an older one", site, inter, crossRoot)
	ok("the root, cross-signed by an expired one", site, inter, ca(t, other, "Root", keyOf(root), until(2021))).warnings = []string{"chain-expired"}
	ok("an expired intermediate with the same key beside it", site, ca(t, root, "Intermediate", keyOf(inter), until(2021)), inter).warnings = []string{"chain-expired"}
	ok("another key of the same name beside it", site, ca(t, root, "Intermediate"), inter)
	newKey := ca(t, root, "Rollover")
	oldKey := ca(t, root, "Rollover")
	ok("key rollover: new key signed with the old", leaf(t, newKey), ca(t, oldKey, "Rollover", keyOf(newKey)), oldKey)
	short := ca(t, root, "Short", pathLen(0))
	shortNew := ca(t, short, "Short")
	ok("path length does not count self-issued ones", leaf(t, shortNew), shortNew, short).differ("Go counts every intermediate", "").warnings = []string{"cert-profile-clients"}
	loopA, loopB := ca(t, root, "Loop A"), ca(t, root, "Loop B")
	ok("two CAs that certify each other", leaf(t, loopA), ca(t, loopB, "Loop A", keyOf(loopA)), ca(t, loopA, "Loop B", keyOf(loopB)), loopA).warnings = []string{"chain-order"}
	bad("two CAs that certify each other only", "chain-incomplete", leaf(t, loopA), ca(t, loopB, "Loop A", keyOf(loopA)), ca(t, loopA, "Loop B", keyOf(loopB)))
	add("an intermediate as trust anchor", []*issued{inter}, []*issued{site}, nil, []string{"chain-clients"}).differ("", "without -partial_chain only roots are anchors for openssl verify; browsers, Java and curl take any")

	printable, err := asn1.Marshal(inter.cert(t).Subject.ToRDNSequence())
	if err != nil {
		t.Fatal(err)
	}
	utf8 := bytes.ReplaceAll(printable, []byte{0x13, 13}, []byte{0x0c, 13})
	utf8 = bytes.ReplaceAll(utf8, []byte("certconv test"), []byte("CertConv Test"))
	ok("the issuer's name in other letters and another encoding", leaf(t, inter, func(d *draft) { d.issuer = utf8 }), inter).differ("compares names byte by byte; RFC 5280, Section 7.1 does not", "").warnings = []string{"chain-clients"}

	// Missing and wrong certificates.
	bad("no intermediate", "chain-incomplete", site)
	bad("the upper of two is missing", "chain-incomplete", leaf(t, lower), lower)
	bad("the lower of two is missing", "chain-incomplete", leaf(t, lower), upper)
	bad("another CA's intermediate", "chain-incomplete", site, ca(t, root, "Another"))
	bad("the intermediate of the same name, with another key", "chain-wrong-intermediate", site, ca(t, root, "Intermediate"))
	bare := ca(t, root, "Bare", noIDs)
	bad("the same without key identifiers", "chain-wrong-intermediate", leaf(t, bare), ca(t, root, "Bare", noIDs)).warnings = []string{"chain-key-identifier"}
	bad("the wrong one has expired too", "chain-wrong-intermediate", site, ca(t, root, "Intermediate", until(2021)))
	bad("self-signed", "chain-untrusted-root", self)
	add("an unknown root", []*issued{other}, []*issued{site, inter, root}, []string{"chain-untrusted-root"}, nil)
	add("a root of the same name", []*issued{ca(t, nil, "Root")}, []*issued{site, inter}, []string{"chain-untrusted-root"}, nil)
	bad("the leaf was altered", "chain-signature", leaf(t, inter, spoiled), inter)
	bad("the intermediate was altered", "chain-signature", under(spoiled)...)
	alteredRoot := ca(t, nil, "Altered", spoiled)
	alteredInter := ca(t, alteredRoot, "Under the Altered")
	bad("a root that is sent was altered", "chain-signature", leaf(t, alteredInter), alteredInter, alteredRoot)
	bad("self-signed and altered", "chain-signature", leaf(t, nil, spoiled))

	// Dates.
	bad("expired", "cert-expired", leaf(t, inter, until(2021)), inter)
	bad("not valid yet", "cert-not-yet-valid", leaf(t, inter, from(2030)), inter)
	bad("the intermediate has expired", "chain-expired", under(until(2021))...)
	bad("the intermediate is not valid yet", "chain-expired", under(from(2030))...)
	below("the root has expired", []string{"chain-expired"}, until(2021))
	bad("both cross-signatures have expired", "chain-expired", site, ca(t, other, "Intermediate", keyOf(inter), until(2021)), ca(t, root, "Intermediate", keyOf(inter), until(2021)))

	// What a CA may.
	bad("no basic constraints", "chain-not-ca", under(noBasic, usage(0))...)
	bad("no basic constraints, but keyCertSign", "chain-not-ca", under(noBasic)...)
	bad("basic constraints say no CA", "chain-not-ca", under(noCA)...)
	bad("issued by another server's certificate", "chain-not-ca", leaf(t, site), site, inter)
	bad("intermediate of version 1", "chain-not-ca", under(version1)...).warnings = []string{"chain-key-identifier"}
	bad("key usage lacks keyCertSign", "chain-not-ca", under(usage(x509.KeyUsageCRLSign))...)
	below("the root's key usage lacks keyCertSign", []string{"chain-not-ca"}, usage(x509.KeyUsageDigitalSignature))
	zero := ca(t, root, "Zero", pathLen(0))
	deep := ca(t, zero, "Too Deep")
	bad("path length", "chain-not-ca", leaf(t, deep), deep, zero)
	below("path length of the root", []string{"chain-not-ca"}, pathLen(0))
	bad("the intermediate is for clients", "chain-not-ca", under(purposes(x509.ExtKeyUsageClientAuth))...)
	bad("for clients", "cert-usage", leaf(t, inter, purposes(x509.ExtKeyUsageClientAuth)), inter)
	bad("for signing code", "cert-usage", leaf(t, inter, purposes(x509.ExtKeyUsageCodeSigning)), inter)
	bad("for any purpose", "cert-usage", leaf(t, inter, purposes(x509.ExtKeyUsageAny)), inter).differ("takes any purpose", "")
	bad("the intermediate is for any purpose", "chain-not-ca", under(purposes(x509.ExtKeyUsageAny))...).differ("takes any purpose", "")
	bad("key usage for signing certificates", "cert-usage", leaf(t, inter, usage(x509.KeyUsageCertSign)), inter).differ("does not look at the leaf's key usage; browsers do", "").warnings = []string{"cert-profile-clients"}
	bad("an unknown critical extension", "cert-extension-critical", leaf(t, inter, extension("1.2.3.4", true, []byte{5, 0})), inter)
	bad("the same in the intermediate", "cert-extension-critical", under(extension("1.2.3.4", true, []byte{5, 0}))...)
	below("the same in the root", []string{"cert-extension-critical"}, extension("1.2.3.4", true, []byte{5, 0}))
	bad("a precertificate", "cert-extension-critical", leaf(t, inter, extension(poison, true, []byte{5, 0})), inter)
	add("another key identifier than the issuer's", roots, []*issued{leaf(t, inter, authority(1, 2, 3)), inter}, []string{"chain-key-identifier"}, nil).differ("tries the key of any issuer of the name", "")
	naming := func(by *issued, serial int64) change {
		name := by.cert(t).RawIssuer
		names := append([]byte{0xa4, byte(len(name))}, name...)
		names = append([]byte{0xa1, byte(len(names))}, names...)
		number, err := asn1.MarshalWithParams(serial, "tag:2")
		if err != nil {
			t.Fatal(err)
		}
		value := append(names, number...)
		return extension("2.5.29.35", false, append([]byte{0x30, byte(len(value))}, value...))
	}
	number := inter.cert(t).SerialNumber.Int64()
	c = ok("issuer and serial number of the issuer", leaf(t, inter, authority(noKeyID...), naming(inter, number)), inter)
	c.warnings = []string{"chain-key-identifier"}
	ok("another serial number than the issuer's", leaf(t, inter, authority(noKeyID...), naming(inter, number+1)), inter).differ("", "looks for the certificate with this number").warnings = []string{"chain-key-identifier"}
	ok("another issuer than the issuer's", leaf(t, inter, authority(noKeyID...), naming(ca(t, other, "Unrelated"), number)), inter).differ("", "looks for the certificate of this issuer").warnings = []string{"chain-key-identifier"}
	twin := ca(t, root, "Intermediate", keyOf(inter), until(2040))
	ok("the one that is named is beside one of the same key", leaf(t, inter, authority(noKeyID...), naming(inter, twin.cert(t).SerialNumber.Int64())), inter, twin).warnings = []string{"chain-key-identifier"}
	below("the root names another key than its own", nil, authority(1, 2, 3)).differ("", "looks for the issuer of the root").warnings = []string{"chain-key-identifier"}

	for _, e := range []struct {
		name, oid  string
		value      []byte
		code       string
		inGo, inOS string
		mild       bool // known to Go and OpenSSL
	}{
		{"subject key identifier", "2.5.29.14", []byte{4, 1, 1}, "cert-extension-critical", "", "", false},
		{"policy constraints", "2.5.29.36", []byte{0x30, 3, 0x80, 1, 9}, "cert-extension-critical", "", "", true},
		{"policy mappings", "2.5.29.33", []byte{0x30, 10, 0x30, 8, 6, 2, 0x2a, 3, 6, 2, 0x2a, 4}, "cert-extension-critical", "", "", true},
		{"inhibit any policy", "2.5.29.54", []byte{2, 1, 9}, "", "", "", false},
		{"distribution points", "2.5.29.31", []byte{0x30, 0x10, 0x30, 0x0e, 0xa0, 0x0c, 0xa0, 0x0a, 0x86, 8, 'h', 't', 't', 'p', ':', '/', '/', 'x'}, "cert-extension-critical", "", "", true},
		{"authority information", "1.3.6.1.5.5.7.1.1", []byte{0x30, 0x16, 0x30, 0x14, 6, 8, 0x2b, 6, 1, 5, 5, 7, 0x30, 2, 0x86, 8, 'h', 't', 't', 'p', ':', '/', '/', 'x'}, "cert-extension-critical", "", "", false},
		{"TLS feature", "1.3.6.1.5.5.7.1.24", []byte{0x30, 3, 2, 1, 5}, "cert-extension-critical", "", "", false},
		{"Netscape certificate type", "2.16.840.1.113730.1.1", []byte{3, 2, 6, 0x40}, "cert-extension-critical", "", "knows it", false},
		{"freshest CRL", "2.5.29.46", []byte{0x30, 0x10, 0x30, 0x0e, 0xa0, 0x0c, 0xa0, 0x0a, 0x86, 8, 'h', 't', 't', 'p', ':', '/', '/', 'x'}, "cert-extension-critical", "", "", false},
		{"OCSP no check", "1.3.6.1.5.5.7.48.1.5", []byte{5, 0}, "cert-extension-critical", "", "knows it", false},
	} {
		c := bad("critical: "+e.name, e.code, leaf(t, inter, extension(e.oid, true, e.value)), inter).differ(e.inGo, e.inOS)
		if c.want = []string{e.code}; e.mild {
			c.want, c.warnings = nil, c.want
		} else if e.code == "" {
			c.want = nil
		}
	}

	// Names.
	constrained := func(name, code string, f func(*x509.Certificate), leafChanges ...change) *chainCase {
		i := ca(t, root, "Constrained", func(d *draft) { d.PermittedDNSDomainsCritical = true; f(d.Certificate) })
		c := bad("names: "+name, code, leaf(t, i, leafChanges...), i)
		if code == "" {
			c.want = nil
		}
		return c
	}
	permit := func(names ...string) func(*x509.Certificate) {
		return func(c *x509.Certificate) { c.PermittedDNSDomains = names }
	}
	exclude := func(names ...string) func(*x509.Certificate) {
		return func(c *x509.Certificate) { c.ExcludedDNSDomains = names }
	}
	constrained("permitted", "", permit("example.org", "example.com"))
	constrained("permitted itself", "", permit("www.example.com"))
	constrained("permitted, in capitals", "", permit("EXAMPLE.com"))
	constrained("permitted with a dot before it", "", permit(".example.com"))
	constrained("not permitted", "chain-not-ca", permit("example.org"))
	constrained("the end of a label", "chain-not-ca", permit("ample.com"))
	constrained("the second is not permitted", "chain-not-ca", permit("example.com"), dns("www.example.com", "www.example.org"))
	constrained("wildcard, permitted", "", permit("example.com"), dns("*.example.com"))
	constrained("excluded", "chain-not-ca", exclude("example.com"))
	constrained("another excluded", "", exclude("example.org"))
	constrained("wildcard over an excluded one", "chain-not-ca", exclude("www.example.com"), dns("*.example.com")).differ("", "does not look at what a wildcard stands for")
	loopback := &net.IPNet{IP: net.IP{127, 0, 0, 0}, Mask: net.CIDRMask(8, 32)}
	address := func(a string) change {
		return func(d *draft) { d.IPAddresses = []net.IP{net.ParseIP(a)} }
	}
	constrained("address, permitted", "", func(c *x509.Certificate) { c.PermittedIPRanges = []*net.IPNet{loopback} }, address("127.0.0.1"))
	constrained("address, not permitted", "chain-not-ca", func(c *x509.Certificate) { c.PermittedIPRanges = []*net.IPNet{loopback} }, address("10.0.0.1"))
	constrained("address of the other kind, not permitted", "chain-not-ca", func(c *x509.Certificate) { c.PermittedIPRanges = []*net.IPNet{loopback} }, address("::1"))
	constrained("address, excluded", "chain-not-ca", func(c *x509.Certificate) { c.ExcludedIPRanges = []*net.IPNet{loopback} }, address("127.0.0.1"))
	constrained("mail, not permitted", "chain-not-ca", func(c *x509.Certificate) { c.PermittedEmailAddresses = []string{"example.org"} }, func(d *draft) { d.EmailAddresses = []string{"a@example.com"} })
	constrained("mail, permitted", "", func(c *x509.Certificate) { c.PermittedEmailAddresses = []string{"example.com"} }, func(d *draft) { d.EmailAddresses = []string{"a@example.com"} })
	constrained("of mail only", "", func(c *x509.Certificate) { c.PermittedEmailAddresses = []string{"example.org"} })
	below("names: the root's, kept", nil, func(d *draft) { permit("example.com")(d.Certificate) })
	below("names: the root's, not kept", []string{"chain-not-ca"}, func(d *draft) { permit("example.org")(d.Certificate) })
	directory := func(o string) []byte {
		name, err := asn1.Marshal(pkix.Name{Organization: []string{o}}.ToRDNSequence())
		if err != nil {
			t.Fatal(err)
		}
		for _, tag := range []byte{0xa4, 0x30, 0xa0, 0x30} { // directoryName, GeneralSubtree, permittedSubtrees, NameConstraints
			name = append([]byte{tag, byte(len(name))}, name...)
		}
		return name
	}
	ok("names: directory, permitted", under(extension(oidNameConstraints, true, directory("certconv test")))...).differ("does not know directory names in constraints", "").warnings = []string{"chain-not-ca"}
	bad("names: directory, not permitted", "chain-not-ca", under(extension(oidNameConstraints, true, directory("Somebody else")))...)
	return list
}

func (c *chainCase) differ(inGo, inOpenSSL string) *chainCase {
	c.goDiffers, c.opensslDiffers = inGo, inOpenSSL
	return c
}

// Some clients hold the names of CAs that issued themselves to name constraints too, which
// RFC 5280, Section 6.1.3 (b), exempts.
func TestBoundsOfSelfIssued(t *testing.T) {
	bound := func(d *draft) { d.PermittedDNSDomains = []string{"example.com"} }
	named := func(host string) func(d *draft) { return func(d *draft) { d.DNSNames = []string{host} } }
	root := ca(t, nil, "Bound", bound)
	for _, c := range []struct {
		between *issued
		want    bool
	}{
		{ca(t, root, "Bound", named("www.example.net")), true},
		{ca(t, root, "Bound", named("www.example.com")), false},
		{ca(t, root, "Other", named("www.example.net")), false}, // which all refuse
	} {
		var certs []*convert.Certificate
		for _, i := range []*issued{leaf(t, c.between), c.between, root} {
			certs = append(certs, &decode(t, pemOf(i)).Certs[0])
		}
		b, err := readBounds(certs[2])
		if err != nil {
			t.Fatal(err)
		}
		if got := slices.ContainsFunc(b.mild(certs[:2]), func(f keyFact) bool { return f.fact == client.OutsideSelfIssued }); got != c.want {
			t.Errorf("%s, %q: %v", c.between.cert(t).Subject, c.between.cert(t).DNSNames, got)
		}
	}
}

// How many certificates clients take is told from the first one more.
func TestSizesOfChains(t *testing.T) {
	root := ca(t, nil, "Root")
	sent := []*issued{root}
	for i := range 18 {
		sent = append(sent, ca(t, sent[i], fmt.Sprintf("Intermediate %d", i)))
	}
	limits := map[string]int{ // the number of certificates that are sent from which each is told
		"certificates are sent; some clients take no more than 10": 11,
		"certificates are sent; some clients take no more than 16": 17,
		"intermediates; some clients follow no more than 6":        8,
		"intermediates; some clients follow no more than 16":       18,
	}
	for n := 6; n <= 19; n++ {
		chain := append([]*issued{leaf(t, sent[n-1])}, sent[1:n]...)
		slices.Reverse(chain[1:])
		said := messages(Run(decode(t, pemOf(chain...)), &Options{Roots: anchorsOf(t, root), Now: at}))
		for words, from := range limits {
			if strings.Contains(said, words) != (n >= from) {
				t.Errorf("%d certificates, %s:%s", n, words, said)
			}
		}
	}
}

// A name constraint is on a GeneralName.
func TestBoundsOnSomethingElse(t *testing.T) {
	for name, c := range map[string]struct {
		base []byte
		ok   bool
	}{
		"a name": {[]byte{0x82, 1, 'a'}, true}, "an INTEGER": {[]byte{2, 1, 5}, false}, "nothing": {nil, false},
	} {
		tree := append([]byte{0x30, byte(len(c.base))}, c.base...)
		permitted := append([]byte{0xa0, byte(len(tree))}, tree...)
		value := append([]byte{0x30, byte(len(permitted))}, permitted...)
		i := ca(t, nil, "Bound", extension("2.5.29.30", true, value))
		if b, err := readBounds(&decode(t, pemOf(i)).Certs[0]); (err == nil) != c.ok || c.ok && b == nil {
			t.Errorf("%s: %v, %v", name, b, err)
		}
	}
}
