package main

import (
	"slices"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/target"
	"github.com/certconv/certconv/validate"
)

// suitsTarget refuses what the target could not use: a key of a kind that it
// does not know, with the verdict of the checks, and in one file half of what it
// needs unless --only asks for that.
func (v *conversion) suitsTarget(b *convert.Bundle) error {
	if v.target == nil || !v.writes(convert.PartKey) && !v.writes(convert.PartCert) && !v.writes(convert.PartFullchain) {
		return nil
	}
	if len(b.Requests) > 0 && len(b.Keys)+len(b.Certs) == 0 && len(v.opts.Only) == 0 {
		return fault.New("cert-missing", v.outName(), "%s needs a certificate, and what is there is a certificate request", v.target.Name).
			WithHint("send the request to the CA, and give what comes back with the private key")
	}
	leaf := b.Leaf()
	server := leaf >= 0 && !b.Certs[leaf].IsCA()
	if len(b.Keys) == 0 && !server {
		return nil // the certificates of CAs, such as a trust store
	}
	if len(v.opts.Only) == 0 {
		switch v.target.Lacks(v.format.Name, len(b.Keys) > 0, len(b.Certs) > 0) {
		case convert.PartCert:
			return fault.New("cert-missing", v.outName(), "%s needs the certificate with the key, and there is none in the input", v.target.Name).
				WithHint("give the certificate of the key beside it; --only key writes the key alone")
		case convert.PartKey:
			return fault.New(fault.KeyMissing, v.outName(), "%s needs the private key with the certificate, and there is none in the input", v.target.Name).
				WithHint("give the key of %s beside it; --only fullchain writes the certificates alone", convert.NameString(b.Certs[leaf].Subject))
		}
	}
	checks := &validate.Options{Target: v.target.Value(), Only: []string{"key-unsupported"}, Rewritten: true, Now: v.opts.Time}
	for _, f := range report.WorstFirst(validate.Run(b, checks).Findings) {
		if f.Code == checks.Only[0] && f.Severity.AtLeast(validate.Error) {
			return fault.New(fault.Code(f.Code), f.At.File, "%s", f.Message).WithHint("%s", commandWords(f.Action))
		}
	}
	return nil
}

// keyForms is what the keys that are written have to be right for, 0 where that
// is not known.
func (v *conversion) keyForms() note.Readers {
	switch {
	case v.target != nil:
		return v.target.KeyForms()
	case v.format.Name == "jks":
		return target.Lookup("jks").KeyForms()
	}
	return 0
}

// tellForms says which keys were written in another form than they were read
// in, and which are in one that not all software loads.
func (v *conversion) tellForms(e *env, b *convert.Bundle) {
	if v.target == nil && v.format.Name == "jks" {
		for _, k := range b.Keys {
			if v.writes(convert.PartKey) && pubkey.MorePrimes(k.PKCS8) {
				e.warn("%s: Java uses no RSA key of more than two primes", v.outName())
			}
		}
		for _, c := range b.Certs {
			if pubkey.ReadForm(c.SPKI).Explicit {
				e.warn("%s: Java opens no keystore with the certificate %s: it has the numbers of its curve in place of the name", v.outName(), convert.NameString(c.Subject))
			}
		}
	}
	if v.format.Name == "pfx" && v.writes(convert.PartCRL) && len(b.CRLs) > 0 {
		e.note("%s: NSS, as Firefox and Thunderbird have it, imports no PFX with a revocation list; --only key --only fullchain leaves it out", v.outName())
	}
	if !v.writes(convert.PartKey) || !v.format.HoldsPKCS8() {
		return
	}
	for i := range b.Notes {
		n := &b.Notes[i]
		isKey := slices.ContainsFunc(b.Keys, func(k convert.PrivateKey) bool { return k.Source == n.Source })
		switch readers := v.keyForms(); {
		case n.Kind != note.KeyForm || !isKey:
		case n.By&readers != 0 && v.target != nil:
			e.note("%s: the key is written anew for %s: %s", v.outName(), v.target.Title(), n.Text)
		case n.By&readers != 0:
			e.note("%s: the key is written anew, as Java loads it: %s", v.outName(), n.Text)
		case readers == 0:
			e.note("%s: the key is kept in a form that not all software loads: %s; --for TARGET writes it as TARGET does", v.outName(), n.Text)
		}
	}
}
