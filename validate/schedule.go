package validate

import (
	"slices"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/text"
)

// lifeLimit is the longest life that browsers accept of a certificate from a
// public root that is issued on a day or later.
type lifeLimit struct {
	since string
	days  int
}

// lifeLimits has the newest first (CA/Browser Forum ballots 193, SC31 and SC081).
var lifeLimits = []lifeLimit{
	{"2029-03-15", 47},
	{"2027-03-15", 100},
	{"2026-03-15", 200},
	{"2020-09-01", 398},
	{"2018-03-01", 825},
	{"2015-04-01", 1188}, // 39 months
	{"2012-07-01", 1827}, // 60 months
}

// limitOf is the limit for what is issued at a time; its days are 0 where there
// is none.
func limitOf(issued time.Time) lifeLimit {
	at := day(issued)
	i := slices.IndexFunc(lifeLimits, func(l lifeLimit) bool { return at >= l.since })
	if i < 0 {
		return lifeLimit{}
	}
	return lifeLimits[i]
}

// exceeds reports whether a life is longer than the limit.
func (l lifeLimit) exceeds(life time.Duration) bool {
	return l.days > 0 && life > time.Duration(l.days)*24*time.Hour
}

func runValidityLong(p *pass) {
	c := p.LeafCert()
	if c.NotBefore.IsZero() || c.NotAfter.IsZero() {
		return
	}
	// "the validity period is measured … inclusive": one second over counts as a day.
	life := c.NotAfter.Sub(c.NotBefore) + time.Second
	if l := limitOf(c.NotBefore); l.exceeds(life) {
		f := Finding{At: c.Source, Severity: Info, Message: text.Of("certificate %s is valid for %s; of one issued on %s from a public root browsers accept %d", describe(c), days(life), day(c.NotBefore), l.days)}
		by := client.Refusers(client.ValidOverPublic, p.public())
		since := lifeLimit{"2019-07-01", 825}
		if day(c.NotBefore) >= since.since && since.exceeds(life) {
			by = append(by, client.Refusers(client.ValidOver825, p.public())...)
		}
		switch {
		case !p.Roots.private():
		case len(by) == 0:
			return // the limits that are left are those of public roots
		default:
			f.Message = text.Of("certificate %s is valid for %s; of one issued since %s, from a private root too, some clients accept %d", describe(c), days(life), since.since, since.days)
		}
		slices.Sort(by)
		p.refusedBy(f, slices.Compact(by))
		return
	}
	if l := limitOf(c.NotAfter); l.exceeds(life) && p.public() {
		p.Report(Finding{
			At: c.Source, Severity: Info, Action: text.Of("let a program renew it, as often as that takes"),
			Message: text.Of("certificate %s is valid for %s; the next one may not be: of those that are issued since %s browsers accept %d days", describe(c), days(life), l.since, l.days),
		})
	}
}

// clientAuthEnds is the day from which no certificate from a root in Chrome may
// be for client authentication, by Chrome Root Program Policy 1.8. Most CAs
// stopped in 2026.
const clientAuthEnds = "2027-03-15"

// runClientPurpose tells of a server's certificate that is for clients too,
// which will not be renewed as such.
func runClientPurpose(p *pass, c *convert.Certificate) {
	purposes, ok := extKeyUsage(c)
	if !ok || !slices.Contains(purposes, purposeClient) || !allowsServer(c) || !p.public() {
		return
	}
	p.Report(Finding{
		At: c.Source, Severity: Info, Refs: []string{"Chrome Root Program Policy, Version 1.8"},
		Action:  text.Of("where a program shows it as a client, get a certificate from a private CA for that"),
		Message: text.Of("certificate %s is for client authentication too; the next one will not be: public CAs no longer issue such certificates for servers, the last of them until %s", describe(c), clientAuthEnds),
	})
}
