package validate

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/lists"
	"github.com/certconv/certconv/internal/shape"
	"github.com/certconv/certconv/internal/signed"
	"github.com/certconv/certconv/internal/text"
)

// listAge is the age from which a list of roots is old: Microsoft publishes one about each
// month. That of what is not trusted may stay the newest for years.
const listAge = 120 * 24 * time.Hour

// listChecks: the lists by which Windows knows roots, and whether it believes them.
func listChecks() []Check {
	const kb = "Microsoft KB2328240"
	newer := text.Of("get today's list from Windows Update past the proxy and its cache, and empty CryptnetUrlCache for all accounts (certutil -urlcache * delete)")
	return []Check{
		{
			Code: "list-not-a-cab", Severity: Error, Title: "a file in the place of a trust list is something else",
			Text:   "Windows fetches its lists of roots as authrootstl.cab and disallowedcertstl.cab. Where a proxy asks for a login, or refuses, its page is what gets stored, and crypt32 says that the data is invalid (0x8007000D).",
			Action: text.Of("let ctldl.windowsupdate.com through the proxy without a login, for the account SYSTEM too, and get the file again; empty CryptnetUrlCache"),
			Refs:   []string{kb, "MS-CAB, Section 2"}, After: []string{"der-malformed"}, needs: needsListFile,
			run: runNotCAB,
		},
		{
			Code: "list-signature", Severity: Error, Title: "the signature of a trust list does not hold",
			Text:   "Windows takes a list only if it is signed, by a certificate for signing lists. This one was altered after it was signed, or damaged on its way, or signed by somebody who may not sign lists.",
			Action: newer, Refs: []string{"RFC 5652, Section 5.6", "MS-CAESO, Section 2.2.1"}, needs: needsList,
			run: runListSignature,
		},
		{
			Code: "list-signer-unknown", Severity: Error, Title: "the signer of a trust list is not issued by a known CA",
			Text:   "Microsoft's lists are signed by certificates of a few CAs, which are known here by their digests. A list by another CA may be one that is newer than this program, or a company's own: nothing says that Windows takes it.",
			Action: text.Of("name the CA with %s if it is your own", Option("roots")), Refs: []string{"MS-CAESO, Section 2.2.1"}, After: []string{"list-signature"}, needs: needsList,
			run: func(p *pass) {
				for _, l := range p.trustLists() {
					if who, ok := l.verdict.Stranger(); ok {
						p.Report(Finding{At: l.at, Breaks: BreaksLoad, Message: text.Of("%s: %s", l.what, who)})
					}
				}
			},
		},
		{
			Code: "list-signer-expired", Severity: Error, Title: "the signer of a trust list is not valid at this time",
			Text:   "Windows takes a list only while the certificates of its signer are valid; a timestamp does not help. Old lists stay in CryptnetUrlCache, or in the cache of a proxy: then Windows logs CAPI2 event 4107 (11 on Vista and Server 2008) at each attempt, and goes on with the roots that it has.",
			Action: newer, Refs: []string{kb}, needs: needsListTime,
			run: runListExpired,
		},
		{
			Code: "list-stale", Severity: Warning, Title: "a trust list is old, or of a time to come",
			Text:   "Microsoft publishes its list of roots about each month. What was added, limited or withdrawn since this one is not known where it is the newest.",
			Action: newer, Refs: []string{"Microsoft Trusted Root Certificate Program"}, needs: needsListTime,
			run: runListStale,
		},
	}
}

// trustList is a list in the files with what is to be said of it.
type trustList struct {
	*lists.CTL
	at      convert.Source
	what    string
	verdict *signed.Verdict
}

// trustLists are those among the objects, verified.
func (in *input) trustLists() []trustList {
	if in.trustRead {
		return in.trust
	}
	in.trustRead = true
	var anchors signed.Anchors
	if in.Roots.private() {
		anchors = in.Roots.Named
	}
	for i := range in.Bundle.Others {
		o := &in.Bundle.Others[i]
		if o.OID != lists.OIDCTL {
			continue
		}
		list, err := lists.ParseCTL(o.Raw)
		if err != nil {
			in.damaged = append(in.damaged, o.Source)
			continue
		}
		in.trust = append(in.trust, trustList{list, o.Source, o.What, signed.Verify(list, in.Now, anchors)})
	}
	return in.trust
}

func needsList(in *input) Why {
	if len(in.trustLists())+len(in.damaged) == 0 {
		return moot("no trust list given")
	}
	return Why{}
}

func needsListTime(in *input) Why {
	if why := needsList(in); !why.none() {
		return why
	}
	if in.Now.IsZero() {
		return needs("the time is not known")
	}
	return Why{}
}

func needsListFile(in *input) Why {
	if len(in.trustLists()) > 0 || slices.ContainsFunc(in.Files, func(f File) bool { return in.awaitsList(f.Name) }) {
		return Why{}
	}
	return moot("no trust list given")
}

// awaitsList reports whether a trust list belongs into the file: it was given for one, or
// has the name of one and holds nothing else.
func (in *input) awaitsList(file string) bool {
	f := in.files[file]
	if f == nil || f.List {
		return f != nil
	}
	ext := strings.ToLower(file)
	return (strings.HasSuffix(ext, ".cab") || strings.HasSuffix(ext, ".stl")) && !in.holdsAnything(file)
}

func runNotCAB(p *pass) {
	for _, f := range p.Files {
		if !p.awaitsList(f.Name) || slices.ContainsFunc(p.Bundle.Others, func(o convert.Other) bool { return o.Source.File == f.Name && o.OID == lists.OIDCTL }) {
			continue
		}
		message := text.Of("the file is of no known format")
		if kinds := p.kindsIn(f.Name); len(kinds) > 0 {
			message = text.Of("it holds %s, and no list", kindWords(kinds[0]))
		}
		for _, l := range p.Bundle.Failures {
			var e *convert.Error
			if l.Source.File != f.Name || !errors.As(l.Err, &e) {
				continue
			}
			switch {
			case e.Foreign.Kind == shape.WebPage:
				message = text.Of("%s; Windows calls this invalid data (0x8007000D)", e.Foreign.What)
			case !e.Foreign.IsZero():
				message = text.Of("%s", e.Foreign.What)
			default:
				message = text.Of("%s", l.Err)
			}
			break
		}
		p.Report(Finding{At: convert.Source{File: f.Name}, Breaks: BreaksLoad, Message: text.Of("no trust list: %s", message)})
	}
}

func runListSignature(p *pass) {
	p.trustLists()
	for _, at := range p.damaged {
		p.Report(Finding{At: at, Breaks: BreaksLoad, Message: text.Of("the trust list is damaged: its entries cannot be read")})
	}
	for _, l := range p.trustLists() {
		if why, ok := l.verdict.Broken(); ok {
			p.Report(Finding{At: l.at, Breaks: BreaksLoad, Message: text.Of("%s: %s", l.what, why)})
		}
	}
}

func runListExpired(p *pass) {
	for _, l := range p.trustLists() {
		v := l.verdict
		if v.Expired == nil && v.Second != nil {
			v = v.Second
		}
		c := v.Expired
		if c == nil {
			continue
		}
		if p.Now.Before(c.NotBefore) {
			p.Report(Finding{At: l.at, Breaks: BreaksLoad, Message: text.Of("%s: the certificate of %s is valid only from %s: is the clock right?", l.what, describe(c), moment(c.NotBefore))})
			continue
		}
		message := text.Of("%s: the certificate of %s has expired: Windows logs 4107 (11 on Vista and Server 2008) for it since %s", l.what, describe(c), moment(c.NotAfter))
		if l.verdict.Stamp != nil {
			message = message.Add("; that it was signed on %s, as its timestamp says, does not count for Windows", day(l.verdict.Stamp.Time))
		}
		p.Report(Finding{At: l.at, Breaks: BreaksLoad, Message: message})
	}
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") }

func runListStale(p *pass) {
	limit := p.MaxListAge
	if limit == 0 {
		limit = listAge
	}
	for _, l := range p.trustLists() {
		age := p.Now.Sub(l.ThisUpdate)
		switch {
		case p.Now.Before(l.ThisUpdate):
			p.Report(Finding{At: l.at, Message: text.Of("%s: it is from after %s: is the clock right?", l.what, moment(p.Now)), Action: text.Of("set the clock of the machine")})
		case !l.NextUpdate.IsZero() && p.Now.After(l.NextUpdate):
			p.Report(Finding{At: l.at, Message: text.Of("%s: a newer one was due on %s", l.what, day(l.NextUpdate))})
		case age > limit && (l.Kind() == "authroot" || p.MaxListAge != 0):
			p.Report(Finding{At: l.at, Message: text.Of("%s: it is %d days old", l.what, int(age/(24*time.Hour)))})
		}
	}
}
