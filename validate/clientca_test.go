//go:build unix

package validate

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"slices"
	"strings"
	"testing"
	"time"
)

// unusableCases are CAs of clients that a server with OpenSSL refuses, or takes all the same.
// Each has its lists: only the CA, or what a list says of it, makes the difference.
func unusableCases(t testing.TB) (cases []clientLists) {
	const day = 24 * time.Hour
	client := func(d *draft) {
		d.BasicConstraintsValid, d.KeyUsage, d.ExtKeyUsage = true, x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	}
	// add is a case of the last of cas, from the root downwards.
	add := func(name, codes string, cas ...*issued) {
		c := clientLists{name: name, codes: codes, apache: codes, chain: codes == "", leaf: codes == "", cas: cas}
		for _, by := range cas {
			c.lists = append(c.lists, listOf(t, by, by, day, 30*day))
		}
		c.client = []*issued{issue(t, cas[len(cas)-1], "client", client)}
		cases = append(cases, c)
	}
	const no = "client-ca-unusable"
	root := ca(t, nil, "client root")
	under := func(changes ...change) []*issued { return []*issued{root, ca(t, root, "client inter", changes...)} }
	server, both := purposes(x509.ExtKeyUsageServerAuth), purposes(x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth)
	add("an intermediate for servers only", no, under(server)...)
	add("an intermediate for any purpose", no, under(purposes(x509.ExtKeyUsageAny))...)
	add("an intermediate for both", "", under(both)...)
	add("a root for servers only", no, ca(t, nil, "client root", server))
	add("an intermediate without keyCertSign", no, under(usage(x509.KeyUsageCRLSign))...)
	add("an intermediate that is no CA", no, under(noCA)...)
	add("an intermediate with an unknown critical extension", no, under(extension("1.2.3.4", true, []byte{5, 0}))...)
	add("an intermediate that is signed with SHA-1", no, under(sha1Signed)...)
	add("an intermediate that is signed with an algorithm that nobody knows", no, under(unknownSigned)...)
	add("an intermediate that names another key", no, under(authority(1, 2, 3))...)
	add("a root that is signed with SHA-1", "", ca(t, nil, "client root", sha1Signed))
	short := ca(t, root, "short", pathLen(0))
	add("below an intermediate that issues for clients only", no, root, short, ca(t, short, "too deep"))
	add("a root without basic constraints, and with a key usage", "", ca(t, nil, "client root", noBasic))
	add("a root of version 1", "", ca(t, nil, "client root", version1, noIDs))
	add("a root without basic constraints", "("+no+")", ca(t, nil, "client root", noBasic, usage(0)))
	add("a root for servers without basic constraints", no, ca(t, nil, "client root", noBasic, usage(0), server))

	// The client itself in place of a CA.
	own := issue(t, nil, "client", client, usage(0))
	cases = append(cases, clientLists{name: "the client's own certificate", cas: []*issued{own}, lists: [][]byte{listOf(t, own, own, day, 30*day)}, client: []*issued{own}, chain: true, leaf: true})
	mute := issue(t, nil, "client", client, usage(0), purposes())
	cases = append(cases, clientLists{name: "the client's own certificate, which says nothing of clients", cas: []*issued{mute}, lists: [][]byte{listOf(t, mute, mute, day, 30*day)}, client: []*issued{mute}, chain: true, leaf: true, codes: "(" + no + ")", apache: "(" + no + ")"})
	return append(cases, listedCases(t, root, client)...)
}

// listedCases are CAs of clients that a list revokes, or does not cover.
func listedCases(t testing.TB, root *issued, client change) []clientLists {
	const day, no = 24 * time.Hour, "client-ca-unusable"
	inter := ca(t, root, "client inter")
	flat, both := []*issued{root}, []*issued{root, inter}
	one, two := []*issued{issue(t, root, "client", client)}, []*issued{issue(t, inter, "client", client)}
	good := listOf(t, inter, inter, day, 30*day)
	clean, newer := listOf(t, root, root, 2*day, 30*day), listOf(t, root, root, day, 30*day)
	// The list is the one for http://x/1.crl, which nothing here names.
	part := limitedList(t, root, root, day, 30*day, slices.Concat([]byte{0x30, 0x12, 0xa0, 0x10, 0xa0, 0x0e, 0x86, 0x0c}, []byte("http://x/1.c")))
	return []clientLists{
		{name: "the root has revoked the intermediate", cas: both, lists: [][]byte{listOf(t, root, root, day, 30*day, inter), good}, client: two, leaf: true, codes: no, apache: "(" + no + ")"},
		{name: "the same before a newer list", cas: both, lists: [][]byte{listOf(t, root, root, 2*day, 30*day, inter), newer, good}, client: two, chain: true, leaf: true},
		{name: "the same after an older list", cas: both, lists: [][]byte{listOf(t, root, root, day, 30*day, inter), clean, good}, client: two, leaf: true, codes: no, apache: "(" + no + ")"},
		{name: "the same in a list that is not valid yet", cas: both, lists: [][]byte{listOf(t, root, root, -day, 30*day, inter), clean, good}, client: two, chain: true, leaf: true, codes: "(crl-stale)", apache: "(crl-stale)"},
		{name: "the root has revoked itself", cas: flat, lists: [][]byte{listOf(t, root, root, day, 30*day, root)}, client: one, leaf: true, codes: no, apache: "(" + no + ")"},
		{name: "the root's list is for a point that the intermediate does not name", cas: both, lists: [][]byte{part, good}, client: two, leaf: true, codes: "crl-missing-for-ca", apache: "(crl-missing-for-ca)"},
	}
}

// unknownSigned has another algorithm, which is none, in the place of ECDSA with SHA-256.
func unknownSigned(d *draft) {
	d.edit = append(d.edit, func(raw []byte) []byte {
		return bytes.ReplaceAll(raw, []byte("\x2a\x86\x48\xce\x3d\x04\x03\x02"), []byte("\x2a\x86\x48\xce\x3d\x04\x03\x09"))
	})
}

// It is told once for each CA why its clients are refused, of the CA whose fault it is.
func TestClientCAUnusable(t *testing.T) {
	root := ca(t, nil, "client root", purposes(x509.ExtKeyUsageServerAuth))
	inter := ca(t, root, "client inter")
	good := ca(t, nil, "other root", pathLen(0))
	deep := ca(t, good, "deep")
	for _, c := range []struct {
		cas  []*issued
		want []string
	}{
		{[]*issued{inter, root}, []string{`"client root" may not issue certificates of clients: its extended key usage leaves them out; nginx refuses all clients below it`}},
		{[]*issued{good}, nil},
		{[]*issued{deep, good}, []string{`"other root" allows 0 intermediates below it, there are 1; nginx refuses all clients of "deep"`}},
		{[]*issued{ca(t, good, "deep", keyOf(good)), leaf(t, good), good}, []string{`"other root" allows 0 intermediates below it, there are 1; nginx refuses all clients of "deep"`}},
		{[]*issued{root, ca(t, nil, "client root", keyOf(root))}, nil}, // a better certificate of the same CA
		{[]*issued{rsaRoot(t, 2048)}, nil},
		{[]*issued{rsaRoot(t, 1024)}, []string{"has a key of RSA 1024, which is too small; OpenSSL's security level 2"}}, // nginx, HAProxy and Apache say "CA key too weak"
	} {
		opts := &Options{Target: "nginx", Now: time.Now(), Files: []File{{Name: "file1", Role: RoleClientCA}}}
		var got []string
		for _, f := range Run(decode(t, pemOf(c.cas...)), opts).Findings {
			if f.Code == "client-ca-unusable" {
				got = append(got, f.Message.String())
			}
		}
		if len(got) != len(c.want) || len(got) > 0 && !strings.Contains(got[0], c.want[0]) {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// What the servers make of TRUSTED CERTIFICATE among the CAs of clients, and of its trust
// data: asked of nginx 1.22, Apache 2.4 and HAProxy 2.6 with OpenSSL 3.0.
func TestClientCATrustData(t *testing.T) {
	root := ca(t, nil, "client root")
	inter := ca(t, root, "client inter")
	const (
		plain   = "CERTIFICATE"
		trusted = "TRUSTED CERTIFICATE"
		data    = "\x30\x00"
		client  = "\x30\x0c\x30\x0a\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x02" // trusted for clients
		server  = "\x30\x0c\x30\x0a\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01"
		reject  = "\x30\x0c\xa0\x0a\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x02"
	)
	block := func(label string, c *issued, aux string) []byte {
		return pem.EncodeToMemory(&pem.Block{Type: label, Bytes: append(slices.Clone(c.raw), aux...)})
	}
	for _, c := range []struct {
		name           string
		file           []byte
		nginx, haproxy string // codes of errors
	}{
		{"alone", block(trusted, root, data), "pem-label-legacy", ""},
		{"alone, without data", block(trusted, root, ""), "pem-label-legacy", ""},
		{"two", slices.Concat(block(trusted, root, data), block(trusted, inter, data)), "pem-label-legacy", ""},
		{"first", slices.Concat(block(trusted, root, data), block(plain, inter, "")), "", ""},
		{"second", slices.Concat(block(plain, inter, ""), block(trusted, root, data)), "", ""},
		{"second, without data", slices.Concat(block(plain, inter, ""), block(trusted, root, "")), "", ""},
		{"behind the label of before", slices.Concat(block("X509 CERTIFICATE", inter, ""), block(trusted, root, data)), "", ""},
		{"trusted for clients", slices.Concat(block(plain, inter, ""), block(trusted, root, client)), "", ""},
		{"trusted for servers", slices.Concat(block(plain, inter, ""), block(trusted, root, server)), "client-ca-unusable", "client-ca-unusable"},
		{"rejected for clients", slices.Concat(block(plain, inter, ""), block(trusted, root, reject)), "client-ca-unusable", "client-ca-unusable"},
		{"an intermediate that is rejected", slices.Concat(block(plain, root, ""), block(trusted, inter, reject)), "client-ca-unusable", "client-ca-unusable"},
		{"an intermediate that is trusted, without its root", block(trusted, inter, client), "pem-label-legacy", ""},
	} {
		for target, want := range map[string]string{"nginx": c.nginx, "apache": c.nginx, "haproxy": c.haproxy} {
			opts := &Options{Target: target, Now: time.Now(), Files: []File{{Name: "file1", Role: RoleClientCA}}}
			got := ""
			for _, f := range Run(decode(t, c.file), opts).Findings {
				if f.Severity == Error && f.Code != got {
					got += f.Code
				}
			}
			if got != want {
				t.Errorf("%s, %s: %q, want %q", c.name, target, got, want)
			}
		}
	}
}

// rsaRoot is a root with an RSA key of so many bits.
func rsaRoot(t *testing.T, bits int) *issued {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	root := ca(t, nil, "RSA root").cert(t)
	root.SignatureAlgorithm, root.PublicKey = x509.SHA256WithRSA, &key.PublicKey
	raw, err := x509.CreateCertificate(rand.Reader, root, root, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return &issued{raw: raw}
}
