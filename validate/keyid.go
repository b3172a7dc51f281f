package validate

import (
	"math/big"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/text"
)

// idFault is how the identifiers of a certificate and of its issuer fail to lead
// from one to the other (RFC 5280, Sections 4.2.1.1 and 4.2.1.2).
type idFault string

const (
	idFits      idFault = ""
	idOtherKey  idFault = "key"     // the key identifier is that of another key
	idOtherCert idFault = "serial"  // issuer and serial number are those of another certificate
	idMissing   idFault = "missing" // no key identifier of the issuer
	idNoSubject idFault = "subject" // the certificate of a CA has none of its own
	idOwn       idFault = "own"     // the root names another issuer than itself
	idEmpty     idFault = "empty"   // a key identifier of the issuer that has no octets
)

// idFact is the fact about which clients differ.
func idFact(f idFault) client.Fact {
	switch f {
	case idOtherKey:
		return client.KeyIDDiffers
	case idOtherCert:
		return client.SerialDiffers
	case idMissing:
		return client.AKIMissing
	case idNoSubject:
		return client.SKIMissing
	case idOwn:
		return client.RootNamesOther
	case idEmpty:
		return client.AKIEmpty
	}
	return ""
}

// strays compares what c says of its issuer with issuer: idOtherKey, idOtherCert,
// or idFits.
func strays(c, issuer *convert.Certificate) idFault {
	if c.MatchKeyID(issuer) < 0 {
		return idOtherKey
	}
	name, serial := c.AuthorityCertificate()
	if serial != nil && (issuer.Serial == nil || serial.Cmp(issuer.Serial) != 0) || name != nil && !convert.SameName(name, issuer.Issuer) {
		return idOtherCert
	}
	return idFits
}

// strayed counts the certificates of the path that name another issuer than the
// one above them.
func (p *path) strayed() (n int) {
	for i, c := range p.certs[1:] {
		if strays(p.certs[i], c) != idFits {
			n++
		}
	}
	return n
}

func runKeyIdentifier(p *pass) {
	report := func(is idFault, at *convert.Certificate, message text.Text) {
		fact := idFact(is)
		switch {
		case is == idOtherKey && at != p.LeafCert():
			fact = client.CAKeyIDDiffers
		case is == idOtherCert && at != p.LeafCert():
			fact = client.CASerialDiffers
		}
		p.refused(Finding{At: p.place(at, p.LeafCert()), Case: string(is), Breaks: BreaksTrust, Message: message}, fact)
	}
	certs := p.path().certs
	for i, c := range certs {
		if (i > 0 || c.IsCA()) && !p.caOnly && c.Version() >= 3 && len(c.SubjectKeyID()) == 0 {
			report(idNoSubject, c, text.Of("certificate %s has no subject key identifier, as certificates of CAs must", describe(c)))
		}
		if i+1 == len(certs) && p.builder.served.Subject(c) == p.builder.served.Issuer(c) {
			if p.builder.served.SelfSigned(c) && strays(c, c) != idFits {
				report(idOwn, c, text.Of("the root %s names another certificate than itself for its issuer", describe(c)))
			}
			break
		}
		is := idFits
		if i+1 < len(certs) {
			issuer := certs[i+1]
			if p.builder.verify(c, issuer) != nil {
				continue // another check tells that it is not the issuer
			}
			is = strays(c, issuer)
		}
		switch {
		case is == idOtherKey:
			report(is, c, text.Of("certificate %s was signed by %s, but names another key identifier for it (%x, not %x)", describe(c), describe(certs[i+1]), c.AuthorityKeyID(), certs[i+1].SubjectKeyID()))
		case is == idOtherCert:
			name, serial := c.AuthorityCertificate()
			report(is, c, text.Of("certificate %s was signed by %s, but names another certificate for it (%s, not %s)", describe(c), describe(certs[i+1]), numbered(name, serial), numbered(certs[i+1].Issuer, certs[i+1].Serial)))
		case c.Version() >= 3 && c.AuthorityKeyID() != nil && len(c.AuthorityKeyID()) == 0:
			report(idEmpty, c, text.Of("certificate %s names the key of its issuer with an identifier of no octets", describe(c)))
		case c.Version() >= 3 && len(c.AuthorityKeyID()) == 0:
			report(idMissing, c, text.Of("certificate %s does not name the key of its issuer", describe(c)))
		}
	}
}

// numbered is a certificate by its issuer and serial number, as far as they are
// known.
func numbered(issuer []byte, serial *big.Int) text.Text {
	switch {
	case serial == nil:
		return text.Of("one by %q", convert.NameString(issuer))
	case issuer == nil:
		return text.Of("number %x", serial)
	}
	return text.Of("number %x by %q", serial, convert.NameString(issuer))
}
