package site

import (
	"bytes"
	"encoding/base64"
	"path/filepath"
	"sync"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/validate"
)

// Where systems keep their trust anchors in one PEM file, the first that is
// there counts: Debian, Fedora and its relatives, openSUSE, OpenELEC, newer
// Fedora, Alpine with macOS and the BSDs, FreeBSD's package.
var rootFiles = []string{
	"/etc/ssl/certs/ca-certificates.crt",
	"/etc/pki/tls/certs/ca-bundle.crt",
	"/etc/ssl/ca-bundle.pem",
	"/etc/pki/tls/cacert.pem",
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
	"/etc/ssl/cert.pem",
	"/usr/local/etc/ssl/cert.pem",
}

// System is the store of a system that has one.
type System struct {
	Bundle  func() []byte             // its roots as PEM text, empty if they are in files
	Fetches func(subject []byte) bool // the system gets a root of this subject, a DER Name, when it needs it
}

// SystemRoots is what programs on this system trust. OpenSSL's variables count
// as they do for it; where there are none, the store of the system comes first, and
// is asked when a root is needed.
func SystemRoots(files Files, getenv func(string) string, system *System) *validate.Anchors {
	s, fetches := systemStore(files, getenv, system)
	if s == nil {
		return nil
	}
	return validate.NewAnchorStore(s.find, s.all, fetches)
}

// SystemCertificates reads all that SystemRoots finds.
func SystemCertificates(files Files, getenv func(string) string, system *System) []convert.Certificate {
	s, _ := systemStore(files, getenv, system)
	if s == nil {
		return nil
	}
	return s.all()
}

// systemStore finds the store of the system, nil if there is none.
func systemStore(files Files, getenv func(string) string, system *System) (s *rootStore, fetches func(subject []byte) bool) {
	bundles, folder := rootFiles, getenv("SSL_CERT_DIR")
	if f := getenv("SSL_CERT_FILE"); f != "" {
		bundles = []string{f}
	} else if folder == "" && system != nil {
		s := &rootStore{file: "the store of the system"}
		s.read = sync.OnceFunc(func() {
			if s.bundle = system.Bundle(); len(s.bundle) == 0 {
				s.readFiles(files, rootFiles)
			}
		})
		return s, system.Fetches
	}
	s = &rootStore{folders: filepath.SplitList(folder), read: func() {}}
	s.readFiles(files, bundles)
	if len(s.bundle) == 0 && folder == "" {
		return nil, nil
	}
	return s, nil
}

// readFiles reads the first of the files that is there.
func (s *rootStore) readFiles(files Files, names []string) {
	s.reader = &Reader{Files: files, MaxSize: convert.DefaultMaxSize}
	for _, s.file = range names {
		if s.bundle, _ = s.reader.Read(s.file, nil); len(s.bundle) > 0 {
			return
		}
	}
}

// rootStore is a PEM bundle of roots, and folders with more of them.
type rootStore struct {
	reader  *Reader
	file    string
	bundle  []byte
	folders []string
	read    func() // fills bundle if that was left for later
}

var (
	beginRoot = []byte("-----BEGIN CERTIFICATE-----")
	endRoot   = []byte("-----END CERTIFICATE-----")
)

// find looks for self-signed roots of the bundle, by their first bytes: a run
// needs one of 150, and reading them all would take longer than the rest of it.
func (s *rootStore) find(subject []byte) []convert.Certificate {
	s.read()
	var list []convert.Certificate
	for rest := s.bundle; ; {
		i := bytes.Index(rest, beginRoot)
		if i < 0 {
			return list
		}
		rest = rest[i:]
		n := bytes.Index(rest, endRoot)
		if n < 0 {
			return list
		}
		n += len(endRoot)
		if bytes.Equal(issuerOf(rest[len(beginRoot):n-len(endRoot)]), subject) {
			if b, _ := convert.Decode(rest[:n], &convert.DecodeOptions{File: s.file, From: "pem"}); b != nil {
				list = append(list, b.Certs...)
			}
		}
		rest = rest[n:]
	}
}

// issuerOf reads the issuer of a certificate from the start of its base64, nil
// if it is not there.
func issuerOf(body []byte) []byte {
	const chars = 8 * 65 // issuers end within the first lines
	var head [chars]byte
	n, _ := base64.StdEncoding.Decode(head[:], bytes.TrimSpace(body[:min(len(body), chars)]))
	rest := head[:n]
	for range 2 { // into Certificate, TBSCertificate
		e, _, _, ok := der.Prefix(rest)
		if !ok {
			return nil
		}
		rest = e.Content
	}
	for i := 0; ; { // version, serialNumber, signature, issuer
		e, next, cut, ok := der.Prefix(rest)
		if !ok || cut {
			return nil
		}
		if rest = next; e.IsContext(0) {
			continue
		}
		if i++; i == 3 {
			return e.Full
		}
	}
}

// all reads every root.
func (s *rootStore) all() []convert.Certificate {
	s.read()
	var certs []convert.Certificate
	add := func(file string, data []byte) {
		if b, _ := convert.Decode(data, &convert.DecodeOptions{File: file}); b != nil {
			certs = append(certs, b.Certs...)
		}
	}
	add(s.file, s.bundle)
	for _, dir := range s.folders {
		entries, _ := s.reader.Files.ReadDir(dir)
		for _, e := range entries {
			path := filepath.Join(dir, e.Name())
			if data, err := s.reader.Read(path, nil); err == nil && path != s.file {
				add(path, data)
			}
		}
	}
	return certs
}
