package rootstore

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
)

// security is the program that macOS has for its keychains. Go asked it in the
// same way where there was no cgo (crypto/x509/root_darwin.go of Go 1.14).
const security = "/usr/bin/security"

// systemRoots are the roots that Apple ships.
const systemRoots = "/System/Library/Keychains/SystemRootCertificates.keychain"

// Bundle is the roots of the system, and of those that were added by an
// administrator or the user the ones that are trusted for servers.
func Bundle() []byte {
	bundle := certificates(systemRoots)
	added := []string{"/Library/Keychains/System.keychain"}
	if home, err := os.UserHomeDir(); err == nil {
		added = append(added, filepath.Join(home, "Library/Keychains/login.keychain-db"))
	}
	for _, keychain := range added {
		for _, c := range split(certificates(keychain)) {
			if selfIssued(c) && trusted(c) {
				bundle = append(bundle, c...)
			}
		}
	}
	return bundle
}

// certificates are those in a keychain, as PEM text.
func certificates(keychain string) []byte {
	text, err := exec.Command(security, "find-certificate", "-a", "-p", keychain).Output()
	if err != nil {
		return nil
	}
	return text
}

// split takes PEM text apart.
func split(text []byte) (list [][]byte) {
	const most = 1000 // each is asked for
	end := []byte("-----END CERTIFICATE-----\n")
	for len(list) < most {
		i := bytes.Index(text, end)
		if i < 0 {
			return list
		}
		list = append(list, text[:i+len(end)])
		text = text[i+len(end):]
	}
	return list
}

// selfIssued reports whether a certificate can be a root.
func selfIssued(certificate []byte) bool {
	block, _ := pem.Decode(certificate)
	if block == nil {
		return false
	}
	c, err := x509.ParseCertificate(block.Bytes)
	return err == nil && bytes.Equal(c.RawIssuer, c.RawSubject)
}

// trusted asks macOS whether its settings make a certificate a root for servers.
// It looks at nothing but what is on this machine (-L).
func trusted(certificate []byte) bool {
	f, err := os.CreateTemp("", "certconv-root-*.pem")
	if err != nil {
		return false
	}
	defer os.Remove(f.Name())
	_, err = f.Write(certificate)
	if f.Close() != nil || err != nil {
		return false
	}
	return exec.Command(security, "verify-cert", "-p", "ssl", "-l", "-L", "-c", f.Name()).Run() == nil
}

// Fetches is false: macOS has all its roots.
func Fetches([]byte) bool { return false }
