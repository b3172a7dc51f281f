package lists

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrNotBlockList is the error for what is no list of blocked certificates.
var ErrNotBlockList = errors.New("not a list of blocked certificates")

// Name says by what a list names a certificate.
type Name string

// The names. What is a digest is one of the whole value unless it says otherwise.
const (
	BySHA1      Name = "sha1"      // of the certificate
	BySHA256    Name = "sha256"    // of the certificate
	BySignature Name = "signature" // of the TBSCertificate, with the hash of the certificate's signature
	ByKeyMD5    Name = "key-md5"   // of the bits of the public key
	BySPKI      Name = "spki"      // SHA-256 of the SubjectPublicKeyInfo
	BySubject   Name = "subject"   // subject and ByKey: see SubjectKey
	BySerial    Name = "serial"    // issuer and serial number: see SerialKey
	ByIssuerKey Name = "issuer"    // key of the issuer and serial number: see IssuerKey
)

// Blocked is what a list says is not to be trusted.
type Blocked struct {
	By    Name
	Key   string // in hexadecimal, or what SubjectKey, SerialKey and IssuerKey make
	Title string // "" where the list has none
}

// SubjectKey is the Key of a certificate with this subject and SHA-256 of its
// SubjectPublicKeyInfo.
func SubjectKey(subject, digest []byte) string {
	return nameKey(subject) + ":" + hex.EncodeToString(digest)
}

// SerialKey is the Key of a certificate with this issuer, and serial number as the
// content of an INTEGER.
func SerialKey(issuer, serial []byte) string { return nameKey(issuer) + ":" + serialKey(serial) }

// IssuerKey is the Key of a certificate with this serial number whose issuer has a key with
// this SHA-256 of its SubjectPublicKeyInfo.
func IssuerKey(digest, serial []byte) string {
	return hex.EncodeToString(digest) + ":" + serialKey(serial)
}

func nameKey(name []byte) string {
	sum := sha256.Sum256(name)
	return hex.EncodeToString(sum[:])
}

func serialKey(serial []byte) string {
	return hex.EncodeToString(bytes.TrimLeft(serial, "\x00"))
}

// BlockList is a list of certificates and keys that a program does not trust.
type BlockList struct {
	Kind    string    // "onecrl", "crlset", "java", "disallowed"
	Date    time.Time // of its newest entry, or until when it is good; zero if it has none
	Number  int       // of the list, 0 if it has none
	Entries []Blocked
}

// ParseBlockList reads a list of Mozilla's (OneCRL, JSON), Chrome's (CRLSet) or Java's
// (blocked.certs). The error wraps ErrNotBlockList where data is something else.
func ParseBlockList(data []byte) (*BlockList, error) {
	switch {
	case isCRLSet(data):
		return parseCRLSet(data)
	case isBlockedCerts(data):
		return parseBlockedCerts(data)
	case isOneCRL(data):
		return parseOneCRL(data)
	}
	return nil, ErrNotBlockList
}

// IsBlockList reports whether data begins as one that ParseBlockList reads.
func IsBlockList(data []byte) bool { return isCRLSet(data) || isBlockedCerts(data) || isOneCRL(data) }

// crlSetHeader is the header of a CRLSet, as JSON (Chromium, net/cert/crl_set.cc).
type crlSetHeader struct {
	ContentType              string
	Sequence                 int
	NumParents               int
	BlockedSPKIs             []string
	BlockedInterceptionSPKIs []string
	NotAfter                 int64
}

func isCRLSet(data []byte) bool {
	return len(data) > 3 && data[2] == '{' && bytes.Contains(data[:min(len(data), 100)], []byte(`"ContentType":"CRLSet"`))
}

func parseCRLSet(data []byte) (*BlockList, error) {
	size := int(binary.LittleEndian.Uint16(data))
	var head crlSetHeader
	if len(data) < 2+size || json.Unmarshal(data[2:2+size], &head) != nil || head.ContentType != "CRLSet" {
		return nil, fmt.Errorf("%w: its header cannot be read", ErrNotBlockList)
	}
	list := &BlockList{Kind: "crlset", Number: head.Sequence}
	if head.NotAfter > 0 && head.NotAfter < 1<<40 {
		list.Date = time.Unix(head.NotAfter, 0).UTC()
	}
	for _, set := range [][]string{head.BlockedSPKIs, head.BlockedInterceptionSPKIs} {
		for _, s := range set {
			sum, err := base64.StdEncoding.DecodeString(s)
			if err != nil || len(sum) != sha256.Size {
				return nil, fmt.Errorf("%w: a key that it blocks is no SHA-256", ErrNotBlockList)
			}
			list.Entries = append(list.Entries, Blocked{By: BySPKI, Key: hex.EncodeToString(sum)})
		}
	}
	cut := fmt.Errorf("%w: it is cut short", ErrNotBlockList)
	rest := data[2+size:]
	for len(rest) > 0 {
		if len(rest) < sha256.Size+4 {
			return nil, cut
		}
		issuer, count := rest[:sha256.Size], binary.LittleEndian.Uint32(rest[sha256.Size:])
		rest = rest[sha256.Size+4:]
		for range count {
			if len(rest) < 1 || len(rest) < 1+int(rest[0]) {
				return nil, cut
			}
			if len(list.Entries) == MaxEntries {
				return nil, fmt.Errorf("a list of more than %d entries", MaxEntries)
			}
			list.Entries = append(list.Entries, Blocked{By: ByIssuerKey, Key: IssuerKey(issuer, rest[1:1+int(rest[0])])})
			rest = rest[1+int(rest[0]):]
		}
	}
	return list, nil
}

const blockedCertsMark = "Algorithm=SHA-256"

func isBlockedCerts(data []byte) bool {
	head := data[:min(len(data), 4096)]
	for len(head) > 0 {
		line, rest, _ := bytes.Cut(head, []byte("\n"))
		head = rest
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return string(line) == blockedCertsMark
		}
	}
	return false
}

func parseBlockedCerts(data []byte) (*BlockList, error) {
	list := &BlockList{Kind: "java"}
	number := 0
	for line := range strings.Lines(string(data)) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || line == blockedCertsMark {
			continue
		}
		sum, err := hex.DecodeString(line)
		if err != nil || len(sum) != sha256.Size {
			return nil, fmt.Errorf("%w: line %d is no SHA-256", ErrNotBlockList, number)
		}
		if len(list.Entries) == MaxEntries {
			return nil, fmt.Errorf("a list of more than %d entries", MaxEntries)
		}
		list.Entries = append(list.Entries, Blocked{By: BySHA256, Key: hex.EncodeToString(sum)})
	}
	return list, nil
}

// oneCRL is a collection of Mozilla's Remote Settings, as the service and the files of
// Firefox have it.
type oneCRL struct {
	Data    []oneCRLRecord `json:"data"`
	Changes []oneCRLRecord `json:"changes"`
}

type oneCRLRecord struct {
	Issuer   []byte `json:"issuerName"`
	Serial   []byte `json:"serialNumber"`
	Subject  []byte `json:"subject"`
	KeyHash  []byte `json:"pubKeyHash"`
	Modified int64  `json:"last_modified"`
	Details  struct {
		Name string `json:"name"`
		Why  string `json:"why"`
	} `json:"details"`
}

func isOneCRL(data []byte) bool {
	head := bytes.TrimSpace(data[:min(len(data), 4096)])
	if len(head) == 0 || head[0] != '{' || !bytes.Contains(head, []byte(`"data"`)) && !bytes.Contains(head, []byte(`"changes"`)) {
		return false
	}
	return bytes.Contains(head, []byte(`"issuerName"`)) || bytes.Contains(head, []byte(`"pubKeyHash"`))
}

func parseOneCRL(data []byte) (*BlockList, error) {
	var doc oneCRL
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("%w: it is no whole JSON document", ErrNotBlockList)
	}
	list := &BlockList{Kind: "onecrl"}
	var newest int64
	for _, set := range [][]oneCRLRecord{doc.Data, doc.Changes} {
		for _, r := range set {
			title := r.Details.Name
			if title == "" || title == "." {
				title = r.Details.Why
			}
			switch {
			case len(list.Entries) == MaxEntries:
				return nil, fmt.Errorf("a list of more than %d entries", MaxEntries)
			case len(r.Issuer) > 0 && len(r.Serial) > 0:
				list.Entries = append(list.Entries, Blocked{BySerial, SerialKey(r.Issuer, r.Serial), title})
			case len(r.Subject) > 0 && len(r.KeyHash) == sha256.Size:
				list.Entries = append(list.Entries, Blocked{BySubject, SubjectKey(r.Subject, r.KeyHash), title})
			case len(r.KeyHash) > 0 && len(r.KeyHash) != sha256.Size:
				return nil, fmt.Errorf("%w: a key that it blocks is no SHA-256", ErrNotBlockList)
			default:
				continue // what was deleted
			}
			newest = max(newest, r.Modified)
		}
	}
	if newest > 0 && newest < 1<<50 {
		list.Date = time.UnixMilli(newest).UTC()
	}
	return list, nil
}

// Disallows is the list of what a CTL of disallowed certificates names. Microsoft's have
// three kinds of names of the same lengths: digests of certificates, of what their signatures
// sign, and of keys. Each ID counts as all that it may be.
func (c *CTL) Disallows() *BlockList {
	list := &BlockList{Kind: "disallowed", Date: c.ThisUpdate}
	for i := range c.Entries {
		e := &c.Entries[i]
		add := func(by Name) {
			list.Entries = append(list.Entries, Blocked{by, hex.EncodeToString(e.ID), e.Name()})
		}
		switch len(e.ID) {
		case 16:
			add(ByKeyMD5)
		case 20:
			add(BySHA1)
		case 32:
			add(BySHA256)
		}
		add(BySignature)
	}
	return list
}
