package validate

import (
	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/crlpoint"
	"github.com/certconv/certconv/internal/text"
)

// newestLists are, of the CRLs of one name, the newest that are complete and in force, by
// the key that signed them and their scope. What is not proved or not in force today, or is
// unusual in any way, stands for nothing here.
type newestLists map[string]*convert.CRL

func (in *input) newestOf(all []*convert.CRL, c *convert.Certificate, signers []*convert.Certificate) newestLists {
	newest := newestLists{}
	if in.Now.IsZero() {
		return newest
	}
	for _, crl := range all {
		past, early := in.outOfDate(crl)
		if past || early || crl.NextUpdate.IsZero() && in.Now.Sub(crl.ThisUpdate) > endlessAge {
			continue
		}
		_, _, delta := crl.Extension(oidDeltaCRL)
		point, _ := crlpoint.OfList(crl)
		if delta || point.Bad || !unknownInCRL(crl).IsZero() {
			continue
		}
		by, err := signerOf(crl, signers)
		if err != nil || by == nil || otherKeyID(crl, by) || !convert.SameName(crl.Issuer, c.Issuer) && crl.Revoked(by.Issuer, by.Serial) != nil {
			continue
		}
		key := scopeKey(crl, by)
		if o := newest[key]; o == nil || crl.ThisUpdate.After(o.ThisUpdate) {
			newest[key] = crl
		}
	}
	return newest
}

// scopeKey is the same for lists of one key and scope.
func scopeKey(crl *convert.CRL, by *convert.Certificate) string {
	scope, _, _ := crl.Extension(crlpoint.OIDIssuing)
	return string(by.SPKI) + "\x00" + string(scope)
}

// replaces is the newer list that takes the place of crl, which by has signed, and does not
// have c any more; nil without one. Of lists for the same OpenSSL and GnuTLS take the
// newest. Numbers that say the opposite of the dates decide nothing (RFC 5280, Section
// 5.2.3: "the CRL number MUST be monotonically increasing").
func (n newestLists) replaces(crl *convert.CRL, by, c *convert.Certificate) *convert.CRL {
	newer := n[scopeKey(crl, by)]
	if newer == nil || !newer.ThisUpdate.After(crl.ThisUpdate) || newer.Revoked(c.Issuer, c.Serial) != nil {
		return nil
	}
	value, _, numbered := crl.Extension(oidCRLNumber)
	next, _, _ := newer.Extension(oidCRLNumber)
	if was, is := derNumber(value), derNumber(next); numbered && (was == nil || is == nil || is.Cmp(was) < 0) {
		return nil
	}
	return newer
}

// goneFrom says of an entry that a newer list does not have any more what that means. Only
// a hold may be lifted; whoever takes the newest list accepts the certificate all the same.
func (f *Finding) goneFrom(newer *convert.CRL, c *convert.Certificate) {
	f.Case, f.Severity, f.Breaks = "gone", Warning, breaksNothing
	f.Related = append(f.Related, newer.Source)
	f.Action = text.Of("ask the CA whether it is revoked")
	if c.NotAfter.Before(newer.ThisUpdate) {
		f.Message = f.Message.Add("; the list of %s does not have it any more, as lists need not have certificates that have expired", day(newer.ThisUpdate))
		return
	}
	f.Message = f.Message.Add("; the list of %s does not have it any more, although only a hold may be lifted: programs that take the newest list accept the certificate", day(newer.ThisUpdate))
}
