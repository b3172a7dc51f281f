package main

import (
	"os"
	"path/filepath"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/validate"
)

// Where systems keep their trust anchors in one PEM file, the first that is
// there counts: Debian, Fedora and its relatives, openSUSE, OpenELEC, Alpine,
// macOS and the BSDs, FreeBSD's package.
var rootFiles = []string{
	"/etc/ssl/certs/ca-certificates.crt",
	"/etc/pki/tls/certs/ca-bundle.crt",
	"/etc/ssl/ca-bundle.pem",
	"/etc/pki/tls/cacert.pem",
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
	"/etc/ssl/cert.pem",
	"/usr/local/etc/ssl/cert.pem",
}

// startRoots begins to read the trust anchors and returns how to get them. No
// anchors are no error: the checks that need them say so.
func (p *checkPlan) startRoots() func() (*validate.Anchors, error) {
	var anchors *validate.Anchors
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		if p.roots != "" {
			anchors, err = p.privateRoots()
		} else {
			anchors = systemRoots()
		}
	}()
	return func() (*validate.Anchors, error) { <-done; return anchors, err }
}

func (p *checkPlan) privateRoots() (*validate.Anchors, error) {
	name := shownName(p.roots)
	data, err := p.env.readInput(p.roots, p.limit, nil)
	if err != nil {
		return nil, err
	}
	b, err := p.env.decode(name, data, "", p.limit)
	if len(b.Certs) == 0 {
		if err == nil {
			err = &failure{exit: exitInput, code: "wrong-object", file: name, text: "it holds no certificate to trust", hint: "--roots takes the certificates of the CA"}
		}
		return nil, err
	}
	a := validate.NewAnchors(b.Certs)
	a.Private = true
	return a, nil
}

// systemRoots reads what programs on this system trust. OpenSSL's variables
// count as they do for it. Windows has no such file, and what is in its store
// at one time is not all that it trusts.
func systemRoots() *validate.Anchors {
	files := rootFiles
	if f := os.Getenv("SSL_CERT_FILE"); f != "" {
		files = []string{f}
	}
	var certs []convert.Certificate
	add := func(file string) {
		if data, err := os.ReadFile(file); err == nil {
			if b, _ := convert.Decode(data, &convert.DecodeOptions{File: file}); b != nil {
				certs = append(certs, b.Certs...)
			}
		}
	}
	for _, f := range files {
		if add(f); len(certs) > 0 {
			break
		}
	}
	for _, dir := range filepath.SplitList(os.Getenv("SSL_CERT_DIR")) {
		entries, _ := os.ReadDir(dir)
		for _, e := range entries {
			add(filepath.Join(dir, e.Name()))
		}
	}
	return validate.NewAnchors(certs)
}
