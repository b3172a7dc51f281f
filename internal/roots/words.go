package roots

import (
	"slices"
	"strings"
	"time"

	"github.com/certconv/certconv/internal/lists"
)

// purposeNames are what the purposes are called, in the order in which they are told; the words
// are what users say for them.
var purposeNames = []struct{ oid, word, name string }{
	{lists.PurposeServer, "server", "server authentication"},
	{"1.3.6.1.5.5.7.3.2", "client", "client authentication"},
	{"1.3.6.1.5.5.7.3.4", "email", "secure e-mail"},
	{"1.3.6.1.5.5.7.3.3", "code", "code signing"},
	{"1.3.6.1.5.5.7.3.8", "time", "time stamping"},
	{"1.3.6.1.5.5.7.3.9", "ocsp", "OCSP signing"},
	{"1.3.6.1.5.5.7.3.5", "", "IPsec end system"},
	{"1.3.6.1.5.5.7.3.6", "", "IPsec tunnel"},
	{"1.3.6.1.5.5.7.3.7", "", "IPsec user"},
	{"1.3.6.1.5.5.8.2.2", "", "IKE intermediate"},
	{"1.3.6.1.4.1.311.10.3.4", "", "encrypting file system"},
	{"1.3.6.1.4.1.311.10.3.12", "", "document signing"},
	{"1.3.6.1.4.1.311.20.2.2", "", "smart card logon"},
	{"1.3.6.1.4.1.311.10.3.13", "", "lifetime signing"},
	{anyPurpose, "", "any purpose"},
}

// Purpose is the OID of what users call a purpose: "server", "client", "email", "code",
// "time", "ocsp", or the OID itself. ok is false for what is none.
func Purpose(word string) (oid string, ok bool) {
	for _, p := range purposeNames {
		if word != "" && p.word == word {
			return p.oid, true
		}
	}
	return word, strings.Contains(word, ".") && strings.Trim(word, "0123456789.") == ""
}

// PurposeWords are the words that Purpose knows.
func PurposeWords() []string {
	var list []string
	for _, p := range purposeNames {
		if p.word != "" {
			list = append(list, p.word)
		}
	}
	return list
}

// purposeName is what a purpose is called.
func purposeName(oid string) string {
	for _, p := range purposeNames {
		if p.oid == oid {
			return p.name
		}
	}
	return oid
}

// Words are what the store says of an entry, a sentence each, without those about what it
// does not limit.
func (e *Entry) Words() []string {
	var list []string
	say := func(l *lists.Limit, what func(time.Time) string) {
		if l == nil {
			return
		}
		if l.Purposes == nil {
			list = append(list, what(l.Since))
			return
		}
		for _, oid := range inOrder(l.Purposes) {
			list = append(list, purposeName(oid)+": "+what(l.Since))
		}
	}
	if e.aside != "" {
		list = append(list, "not trusted: "+e.aside)
	}
	say(e.disabled, func(t time.Time) string {
		if t.IsZero() {
			return "disabled"
		}
		return "disabled since " + t.Format(time.DateOnly)
	})
	say(e.limited, func(t time.Time) string {
		if t.IsZero() {
			return "no certificates, whenever they were issued"
		}
		return "only certificates issued before " + t.Format(time.DateOnly)
	})
	return list
}

// PurposeList names the purposes of the entry, nil for all.
func (e *Entry) PurposeList() []string {
	var list []string
	for _, oid := range inOrder(e.purposes) {
		list = append(list, purposeName(oid))
	}
	return list
}

// inOrder sorts purposes as they are told.
func inOrder(oids []string) []string {
	rank := func(oid string) int {
		for i := range purposeNames {
			if purposeNames[i].oid == oid {
				return i
			}
		}
		return len(purposeNames)
	}
	list := slices.Clone(oids)
	slices.SortStableFunc(list, func(a, b string) int { return rank(a) - rank(b) })
	return list
}
