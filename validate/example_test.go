package validate_test

import (
	"fmt"
	"log"
	"os"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/validate"
)

// read stands for however a program gets its files.
func read(name string) []byte {
	data, err := os.ReadFile("../testdata/servers/" + name)
	if err != nil {
		log.Fatal(err)
	}
	return data
}

// A key and a certificate that do not belong together.
func Example() {
	pair, err := convert.Decode(append(read("renewed.key"), read("rsa.pem")...), nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range validate.Run(pair, &validate.Options{Only: []string{"key-mismatch"}}).Findings {
		fmt.Printf("%s %s (breaks %s): %s\n", f.Severity, f.Code, f.Breaks, f.Message)
	}
	// Output:
	// error key-mismatch (breaks load): the key (RSA 2048) does not fit the certificate "www.example.com" (RSA 2048)
}

// All that a deploy script wants to know: the files with their parts, the
// server, the host, the trust anchors and the time.
func ExampleRun() {
	files := []validate.File{{Name: "site.key", Role: validate.RoleKey}, {Name: "site.pem", Role: validate.RoleCert}}
	bundle := &convert.Bundle{}
	for i, data := range [][]byte{read("rsa.key"), append(read("rsa.pem"), read("inter.pem")...)} {
		// What cannot be read is in the bundle too, for the checks to report.
		part, _ := convert.Decode(data, &convert.DecodeOptions{File: files[i].Name})
		files[i].Size = int64(len(data))
		bundle.Add(part)
	}
	roots, err := convert.Decode(read("root.pem"), nil)
	if err != nil {
		log.Fatal(err)
	}
	report := validate.Run(bundle, &validate.Options{
		Files:  files,
		Target: "nginx",
		Hosts:  []string{"www.example.com", "example.com"},
		Roots:  validate.NewAnchors(roots.Certs),
		Now:    time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC),
		Skip:   []string{"cert-validity-long"},
	})
	for _, f := range report.Findings {
		fmt.Printf("%s:%d: %s: %s\n", f.At.File, f.At.Line, f.Code, f.Message)
	}
	for _, s := range report.Skipped {
		if s.Code == "cert-revoked" {
			fmt.Printf("%s was not checked: %s\n", s.Code, s.Why)
		}
	}
	// Output:
	// site.pem:1: name-mismatch: certificate "www.example.com" does not cover "example.com", only "www.example.com"
	// cert-revoked was not checked: no CRL given with the option crl
}

// The catalogue of the checks, as `certconv checks` shows it.
func ExampleLookupCheck() {
	c := validate.LookupCheck("chain-incomplete")
	fmt.Println(c.Severity, c.Title)
	fmt.Println(c.Refs)
	// Output:
	// error an intermediate is missing
	// [RFC 8446, Section 4.4.2]
}

// The chain out of what a CA sent: an archive with intermediates of several
// years, the root, and what else it found useful.
func ExamplePick() {
	sent, err := os.ReadFile("../testdata/journeys/from-the-ca.zip")
	if err != nil {
		log.Fatal(err)
	}
	bundle, err := convert.Decode(sent, nil)
	if err != nil {
		log.Fatal(err)
	}
	var pool []*convert.Certificate
	for i := range bundle.Certs {
		pool = append(pool, &bundle.Certs[i])
	}
	opts := &validate.Options{Hosts: []string{"www.example.com"}, Now: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)}
	picked := validate.Pick(validate.PickLeaf(nil, pool, opts).Leaf, pool, opts)
	for _, c := range picked.Chain {
		fmt.Println(c.Source.Entry)
	}
	for _, u := range picked.Unused {
		fmt.Printf("%s is not used: %s\n", u.Cert.Source.Entry, u.Why)
	}
	// Output:
	// ca-bundle/inter.crt
	// ca-bundle/other-inter.crt is not used: it issued no certificate of this chain
	// ca-bundle/root.crt is not used: it is the root, which clients have
}
