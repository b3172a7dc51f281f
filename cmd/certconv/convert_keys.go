package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/target"
)

// takeSiteKey leaves in b only the key of the site, where one site is what the
// output is for: with --for, and with --only key. It names the keys that it
// takes out, and refuses where the key of the site cannot be told.
func (v *conversion) takeSiteKey(e *env, b *convert.Bundle) error {
	if !v.writes(convert.PartKey) || v.target == nil && !slices.Contains(v.opts.Only, convert.PartKey) {
		return nil
	}
	keys := sortKeys(b)
	writesCerts := v.writes(convert.PartCert) || v.writes(convert.PartFullchain)
	oneSite := v.oneSite()
	switch {
	case keys.sites > 0 && oneSite && (v.opts.AllowMismatch || !writesCerts):
		leaveOut(e, b, slices.Concat(keys.ofOthers, keys.loose))
	case keys.sites > 0:
		leaveOut(e, b, keys.ofOthers) // a loose one is a mismatch
	case v.target != nil && len(keys.ofOthers) > 0:
		return fault.New(fault.KeyMismatch, "", "there is no private key of %s; what is there belongs to the CA: %s", convert.NameString(b.Certs[keys.leaves[0]].Subject), keyList(b, keys.ofOthers)).
			WithHint("give the key of the site; --only fullchain writes the certificates without a key")
	case oneSite && keys.distinct > 1:
		return fault.New(fault.KeyMismatch, "", "there are %d private keys, and none is known to be the site's: %s", keys.distinct, keyList(b, slices.Concat(keys.ofOthers, keys.loose))).
			WithHint("give only the key that is wanted, or the certificate that it belongs to beside it")
	}
	return nil
}

// oneSite reports whether what is written is for one site: with --for, and with
// --only key.
func (v *conversion) oneSite() bool {
	return v.target != nil || slices.Contains(v.opts.Only, convert.PartKey) && !v.writes(convert.PartCert) && !v.writes(convert.PartFullchain)
}

// tellKeys names the keys that were written where there are several: each belongs
// to whoever gets the file.
func (v *conversion) tellKeys(e *env, b *convert.Bundle) {
	if !v.writes(convert.PartKey) || v.format.Max(convert.KindPrivateKey) < 2 || len(b.Keys) < 2 {
		return
	}
	var list []string
	for i := range b.Keys {
		if words := keyWords(b, i); !slices.Contains(list, words) {
			list = append(list, words)
		}
	}
	if n := sortKeys(b).distinct; n > 1 {
		e.warn("%s: %d private keys are in it: %s; with --for TARGET it is that of the site alone", v.outName(), n, some(list, e.verbose))
	}
}

// sortedKeys are the indices of the keys of a bundle, by the certificates that
// they belong to.
type sortedKeys struct {
	leaves   []int // certificates
	ofLeaves []int
	ofOthers []int // of CAs
	loose    []int // of no certificate

	sites    int // public keys of ofLeaves
	distinct int // public keys of all
}

func sortKeys(b *convert.Bundle) sortedKeys {
	s := sortedKeys{leaves: b.Leaves()}
	leaf, seen, sites := map[convert.PublicID]bool{}, map[string]bool{}, map[convert.PublicID]bool{}
	for _, i := range s.leaves {
		leaf[b.Certs[i].PublicID()] = true
	}
	for i := range b.Keys {
		k := &b.Keys[i]
		id := k.PublicID()
		switch {
		case id != "" && leaf[id]:
			s.ofLeaves, sites[id] = append(s.ofLeaves, i), true
		case id != "" && len(b.CertsFor(i)) > 0:
			s.ofOthers = append(s.ofOthers, i)
		default:
			s.loose = append(s.loose, i)
		}
		if id != "" {
			seen["public "+string(id)] = true
		} else {
			seen["private "+string(k.PKCS8)] = true
		}
	}
	s.sites, s.distinct = len(sites), len(seen)
	return s
}

// leaveOut takes keys out of b, clears them, and says so.
func leaveOut(e *env, b *convert.Bundle, keys []int) {
	if len(keys) == 0 {
		return
	}
	var kept []convert.PrivateKey
	for i := range b.Keys {
		if slices.Contains(keys, i) {
			e.note("left out: %s", keyWords(b, i))
		} else {
			kept = append(kept, b.Keys[i])
		}
	}
	for _, i := range keys {
		clear(b.Keys[i].PKCS8)
		b.Keys[i].Key = nil
	}
	b.Keys = kept
}

// keyList names keys.
func keyList(b *convert.Bundle, keys []int) string {
	var list []string
	for _, i := range keys {
		list = append(list, keyWords(b, i))
	}
	return strings.Join(list, ", ")
}

// keyWords names a key by its certificate, or else by its algorithm, and its
// file.
func keyWords(b *convert.Bundle, i int) string {
	k := &b.Keys[i]
	name := "the " + k.Algorithm + " key"
	if certs := b.CertsFor(i); len(certs) > 0 && len(b.Certs[certs[0]].Subject) > 0 {
		name = "the key of " + convert.NameString(b.Certs[certs[0]].Subject)
	} else if k.FriendlyName != "" {
		name += fmt.Sprintf(" %q", k.FriendlyName)
	}
	return name + " in " + k.Source.File
}

// askPassword asks for the password that the format cannot be written without.
func (v *conversion) askPassword(e *env, b *convert.Bundle) error {
	if v.opts.Password == nil && v.format.NeedsPassword() {
		var err error
		if v.opts.Password, err = e.secrets.askNew(v.outName()); err != nil {
			return err
		}
	}
	return asciiPassword(v.target, v.format, v.opts.Password, v.outName())
}

// asciiPassword refuses a password that the target could not open a PFX with.
func asciiPassword(t *target.Target, f *convert.Format, password []byte, name string) error {
	if t == nil || !t.ASCII || f.Name != "pfx" || !slices.ContainsFunc(password, func(c byte) bool { return c < ' ' || c > '~' }) {
		return nil
	}
	return fault.New(fault.PasswordNotASCII, name, "Java opens no PKCS#12 keystore whose password has other characters than those of ASCII: it says that the password is incorrect")
}
