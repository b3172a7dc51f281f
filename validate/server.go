package validate

import (
	"errors"
	"slices"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/ocsp"
	"github.com/certconv/certconv/internal/served"
	"github.com/certconv/certconv/internal/text"
)

// unreached are the checks whose errors say that a server sent no certificate.
var unreached = []string{"port-closed", "port-filtered", "plain-http-on-tls-port", "starttls-missing", "tls-failed", "host-unknown"}

// serverChecks judges what a running server was seen to do.
func serverChecks() []Check {
	return slices.Concat(portChecks(), []Check{
		{
			Code: "served-other-site", Severity: Error, Title: "the server shows the certificate of another site",
			Text:   "Several sites on one address are told apart by the name that the client sends (SNI). A server that has no configuration for the name, or a client that sends none, gets the certificate of the default site, and the browser says that it is for another one.",
			Action: text.Of("give this name a site of its own in the server's configuration, with its certificate, on each address that the name leads to"),
			Refs:   []string{"RFC 6066, Section 3", "RFC 9525, Section 6.3"}, After: unreached, needs: needsReply,
			run: runOtherSite,
		},
		{
			Code: "served-not-on-disk", Severity: Error, Title: "the server does not send what is on disk",
			Text:   "Servers read their certificates when they start or are reloaded. Until then visitors see the former certificate, whatever the file holds. On a host with several addresses each process and each machine has to be reloaded, and programs in front of the server have certificates of their own.",
			Action: text.Of("reload the server, look for its complaints in the log, and see that its configuration names this file"),
			Refs:   []string{"RFC 8446, Section 4.4.2"}, After: unreached,
			needs: func(in *input) Why {
				if in.Server != nil && in.Server.Expected == nil {
					return needs("no file given with %s", Option("expect"))
				}
				return needsReply(in)
			},
			run: runNotOnDisk,
		},
		{
			Code: "protocol-old", Severity: Warning, Title: "the server speaks an old version of the protocol",
			Text:   "SSL 2 and SSL 3 are broken; TLS 1.0 and 1.1 are deprecated, and browsers have not spoken them since 2020. A server that speaks nothing newer is refused by all of them.",
			Action: text.Of("let the server speak TLS 1.2 and TLS 1.3 only"),
			Refs:   []string{"RFC 8996, Section 4", "RFC 7568, Section 3", "RFC 6176, Section 3"}, After: unreached, needs: needsReply,
			run: runProtocolOld,
		},
		{
			Code: "staple-missing", Severity: Error, Title: "the certificate wants a staple, and the server sends none",
			Text:   "Clients that know must-staple refuse a server whose certificate has it and which sends no OCSP response in the handshake.",
			Action: text.Of("switch on OCSP stapling in the server, or order a certificate without must-staple"),
			Refs:   []string{"RFC 7633, Section 4.2.3"}, After: unreached, needs: needsReply,
			run: func(p *pass) {
				for _, r := range p.replies() {
					if c := r.Leaf(); mustStaple(c) && len(r.Staple) == 0 && r.Key == "" {
						p.Report(Finding{At: p.atServer(), Severity: Error, Message: text.Of("certificate %s has must-staple, and no OCSP response came with it", describe(c))})
						return
					}
				}
			},
		},
		{
			Code: "staple-bad", Severity: Warning, Title: "the OCSP response that the server sends is no good",
			Text:   "A server may send the OCSP response for its certificate in the handshake. Clients that look at it refuse one that is out of date, of another certificate or of somebody who may not answer, and they refuse a server whose certificate it says is revoked.",
			Action: text.Of("have the server fetch the response again, and see that it reaches the responder; without one that answers, switch stapling off"),
			Refs:   []string{"RFC 6960, Section 3.2", "RFC 6066, Section 8"}, After: unreached,
			needs: func(in *input) Why {
				if in.Now.IsZero() && in.Server != nil {
					return needs("no time given")
				}
				return needsReply(in)
			},
			run: runStapleBad,
		},
		{
			Code: "not-checked", Severity: Info, Title: "something could not be found out",
			Text:   "No answer is not a good answer: this part of the server is not known to be in order.",
			Action: text.Of("ask again later, or from another machine"),
			Refs:   []string{"RFC 8446, Section 6"}, needs: needsServerSeen,
			run: func(p *pass) {
				s := p.Server
				if s.State == served.NoRoute {
					p.Report(Finding{At: p.atServer(), Severity: Warning, Message: text.Of("not reached: this machine has no way to the address: %s", s.Said)})
				}
				for i := range s.Replies {
					if r := &s.Replies[i]; r.Left && p.counts(i) {
						p.Report(Finding{
							At: p.atServer(), Severity: Error, Message: text.Of("what is sent for %q: %s", r.SNI, r.Err),
							Action: text.Of("ask for fewer names at a time"),
						})
					}
				}
				for _, t := range s.Unanswered {
					p.Report(Finding{At: p.atServer(), Severity: Warning, Message: t})
				}
				for i := range s.Pages {
					if page := &s.Pages[i]; page.Read {
						p.Report(Finding{
							At: p.atServer(), Action: text.Of("see the console of a browser, where all that it blocks is told"),
							Message: text.Of("what the scripts, style sheets and frames of %s load: they may load more by http", page.URL),
						})
					}
				}
				for _, t := range s.NotChecked {
					p.Report(Finding{At: p.atServer(), Message: t})
				}
			},
		},
	})
}

// portChecks are about servers that sent no certificate.
func portChecks() []Check {
	http := func(s *served.Address) bool {
		return strings.HasPrefix(s.Said, "HTTP/") || strings.HasPrefix(s.Said, "<")
	}
	row := func(code, title, why, fix string, state served.State, words func(*served.Address) text.Text) Check {
		return Check{
			Code: code, Severity: Error, Title: title, Text: why, Action: text.Of(fix), Refs: []string{"RFC 9293, Section 3.10.7", "RFC 8446, Section 2"}, needs: needsServerSeen,
			run: func(p *pass) {
				if p.Server.State != state {
					return
				}
				f := Finding{At: p.atServer(), Breaks: BreaksTrust, Message: words(p.Server)}
				if state == served.ClearText && !http(p.Server) {
					f.Action = text.Of("if the protocol changes to TLS later, as that of mail does, say which it is with %s; else switch TLS on for this port in the server's configuration", Option("starttls"))
				}
				p.Report(f)
			},
		}
	}
	said := func(format string) func(*served.Address) text.Text {
		return func(s *served.Address) text.Text { return text.Of(format, s.Addr.Port(), s.Said) }
	}
	return []Check{
		row("host-unknown", "the name leads to no address",
			"Nobody finds the server by this name: it is not in the DNS, it is mistyped, or the DNS does not answer.",
			"see the name's records in the DNS, A and AAAA; a new one takes a while to be seen everywhere", served.NoAddress,
			func(s *served.Address) text.Text { return text.Of("no address is known for the name: %s", s.Said) }),
		row("port-closed", "nothing listens at the port",
			"The machine answers, and says that no program has the port: the server does not run, or it is not told to listen there. On IIS 4 the port has to be given in two places, Key Manager and the site's properties.",
			"start the server, and give it the port in its configuration, for this address too", served.Closed, said("nothing listens at port %d: %s")),
		row("port-filtered", "the port cannot be reached",
			"Neither the server nor its machine answers to a connection: a firewall drops it, the machine is down, or the name leads to an address that is not in use any more.",
			"open the port in the firewalls on the way, and see that the name leads to the right address", served.Filtered, said("no answer at port %d: %s")),
		row("plain-http-on-tls-port", "the port answers in clear text",
			"Clients that expect TLS get text: the server listens at the port, and is not told to speak TLS there.",
			"switch TLS on for this port in the server's configuration", served.ClearText,
			func(s *served.Address) text.Text {
				if http(s) {
					return text.Of("port %d speaks HTTP in clear text: %q", s.Addr.Port(), s.Said)
				}
				return text.Of("port %d answers in clear text: %q", s.Addr.Port(), s.Said)
			}),
		row("starttls-missing", "the server does not change to TLS",
			"The protocol begins in clear text, and the server does not offer TLS or refuses it: it has no certificate, or is not told to use it.",
			"switch TLS on in the server's configuration, and see in its log that it loads the key and the certificate", served.NoStartTLS, said("port %d: %s")),
		{
			Code: "tls-failed", Severity: Error, Title: "no handshake comes about",
			Text:   "The server takes the connection, and no certificate comes: it has none for the name, does not speak a version that clients speak, is overloaded, or a program on the way cuts the connection.",
			Action: text.Of("see what the server's log says at this moment"), Refs: []string{"RFC 8446, Section 6.2"}, needs: needsServerSeen,
			run: func(p *pass) {
				switch p.Server.State {
				case served.Silent:
					p.Report(Finding{At: p.atServer(), Breaks: BreaksTrust, Message: text.Of("it takes the connection and says nothing: %s", p.Server.Said)})
				case served.Failed:
					p.Report(Finding{At: p.atServer(), Breaks: BreaksTrust, Message: text.Of("the handshake fails: %s", p.Server.Said)})
				}
				for i := range p.Server.Replies {
					r := &p.Server.Replies[i]
					if p.counts(i) && r.Err != nil && !r.Left {
						p.Report(Finding{At: p.atServer(), Breaks: BreaksTrust, Message: text.Of("the handshake for %q fails: %s", r.SNI, r.Err)})
					}
					if r.Bundle == nil || !p.counts(i) {
						continue
					}
					for _, f := range r.Bundle.Failures {
						p.Report(Finding{
							At: p.atServer(), Breaks: BreaksTrust, Message: text.Of("certificate %d of %d that it sends cannot be read: %s", f.Source.Index, len(r.Raw), f.Err),
							Action: text.Of("see that the file the server is configured with is whole, and order the certificate again if it is"),
						})
					}
				}
			},
		},
	}
}

// atServer is the place of findings about the address.
func (p *pass) atServer() convert.Source { return convert.Source{File: p.Server.Name} }

func needsServerSeen(in *input) Why {
	if in.Server == nil {
		return Why{"unasked", text.Of("no running server was asked")}
	}
	return Why{}
}

func needsReply(in *input) Why {
	if why := needsServerSeen(in); !why.none() {
		return why
	}
	if in.Server.State != served.Reached {
		return needs("no certificate came from the server")
	}
	return Why{}
}

// replies are the answers with a certificate for the names that count, or where no
// name was asked for the first one.
func (in *input) replies() []*served.Reply {
	var list []*served.Reply
	for i := range in.Server.Replies {
		r := &in.Server.Replies[i]
		if r.Leaf() != nil && in.counts(i) {
			list = append(list, r)
		}
	}
	return list
}

// counts reports whether the reply with this index is for a name that counts, or
// where no name was asked for the first one.
func (in *input) counts(i int) bool {
	r := &in.Server.Replies[i]
	return r.Asked == served.ForName && slices.Contains(in.Server.Hosts, r.SNI) || len(in.Server.Hosts) == 0 && i == 0
}

// defaults are the answers to clients that name no host, or one that nobody knows.
func (in *input) defaults() []*served.Reply {
	var list []*served.Reply
	for i := range in.Server.Replies {
		if r := &in.Server.Replies[i]; r.Leaf() != nil && r.Asked != served.ForName {
			list = append(list, r)
		}
	}
	return list
}

func runOtherSite(p *pass) {
	for _, r := range p.replies() {
		c := r.Leaf()
		names := certNames(c)
		if r.Asked != served.ForName || len(names) == 0 || Covers(c, r.SNI) || related(names, r.SNI) || len(waysAround(c, r.SNI)) > 0 {
			continue
		}
		f := Finding{At: p.atServer(), Severity: Error, Breaks: BreaksTrust, Message: text.Of("for %q it shows the certificate of another site, %s", r.SNI, list(names[:min(len(names), 3)]))}
		if slices.ContainsFunc(p.defaults(), func(d *served.Reply) bool { return d.Leaf().PublicID().Is(c.PublicID()) }) {
			f.Message = f.Message.Add("; that is the one for clients that name no host it knows")
		}
		p.Report(f)
	}
	for _, d := range p.defaults() {
		if d.Asked != served.ForNone || len(p.replies()) == 0 || p.replies()[0].Asked == served.ForNone {
			continue
		}
		names := certNames(d.Leaf())
		first := p.replies()[0]
		if len(names) > 0 && Covers(first.Leaf(), first.SNI) && !Covers(d.Leaf(), first.SNI) {
			p.Report(Finding{
				At: p.atServer(), Severity: Info, Message: text.Of("clients that send no name (SNI) get the certificate of %s", list(names[:min(len(names), 3)])),
				Action: text.Of("nothing to do, if no such client uses the site; else make it the default site, or give it an address of its own"),
			})
		}
	}
}

// related reports whether a name differs from one of names by its first label only,
// such as www: then it is missing in the certificate, which is the right one.
func related(names []string, host string) bool {
	host = ASCIIHost(host)
	return slices.ContainsFunc(names, func(n string) bool {
		n = strings.TrimPrefix(ASCIIHost(n), "*.")
		return n == host || strings.HasSuffix(host, "."+n) || strings.HasSuffix(n, "."+host)
	})
}

func runNotOnDisk(p *pass) {
	e := p.Server.Expected
	for _, r := range p.replies() {
		c := r.Leaf()
		at := slices.IndexFunc(e.Certs, func(o convert.Certificate) bool { return string(o.Raw) == string(c.Raw) })
		if at >= 0 {
			p.reportChain(r, e)
			continue
		}
		disk := nearest(e.Certs, c)
		if disk == nil && (r.Key != "" || p.hasOther(r)) {
			continue // a file for one kind of key says nothing about the other
		}
		m := text.Of("%s is not what it sends: that is serial %x, until %s", e.File, c.Serial, day(c.NotAfter))
		since := text.Text{}
		if !e.Changed.IsZero() {
			since = text.Of(", there since %s", e.Changed.UTC().Format("2006-01-02 15:04:05 UTC"))
		}
		f := Finding{At: p.atServer(), Severity: Error, Breaks: BreaksTrust}
		switch {
		case disk == nil:
			f.Message = m
		case disk.NotBefore.After(c.NotBefore):
			f.Case = "reload"
			f.Message = text.Of("on disk is serial %x, until %s%s; it sends serial %x, until %s: the reload did not happen", disk.Serial, day(disk.NotAfter), since, c.Serial, day(c.NotAfter))
		default:
			f.Case = "older"
			f.Message = text.Of("on disk is serial %x, until %s%s; it sends serial %x, until %s", disk.Serial, day(disk.NotAfter), since, c.Serial, day(c.NotAfter))
			f.Action = text.Of("see that the server's configuration names this file, or name the file that it does")
		}
		f.Related = []convert.Source{{File: e.File}}
		p.Report(f)
		return
	}
}

// hasOther reports whether clients with another kind of key get a certificate for the name
// of a reply that there is one in the file for.
func (p *pass) hasOther(r *served.Reply) bool {
	return slices.ContainsFunc(p.replies(), func(o *served.Reply) bool {
		return o.Key != "" && o.SNI == r.SNI && nearest(p.Server.Expected.Certs, o.Leaf()) != nil
	})
}

// nearest is the certificate that a file has in place of c: one with a name in
// common and a key of the same kind; nil if there is none.
func nearest(certs []convert.Certificate, c *convert.Certificate) *convert.Certificate {
	var best *convert.Certificate
	for i := range certs {
		o := &certs[i]
		if o.IsCA() || o.Err != nil || kindOfKey(o) != kindOfKey(c) {
			continue
		}
		if best == nil || slices.ContainsFunc(certNames(o), func(n string) bool { return slices.Contains(certNames(c), n) }) {
			best = o
		}
	}
	return best
}

func kindOfKey(c *convert.Certificate) string {
	kind, _, _ := strings.Cut(c.Algorithm, " ")
	return kind
}

// reportChain tells of the intermediates on disk that are not sent.
func (p *pass) reportChain(r *served.Reply, e *served.Expected) {
	for i := range e.Certs {
		c := &e.Certs[i]
		if !c.IsCA() || c.SelfIssued() || slices.ContainsFunc(r.Raw, func(raw []byte) bool { return string(raw) == string(c.Raw) }) || !p.inChain(c, r, e) {
			continue
		}
		p.Report(Finding{
			At: p.atServer(), Severity: Error, Breaks: BreaksTrust, Case: "chain", Related: []convert.Source{c.Source},
			Message: text.Of("the certificate is that of %s, but the intermediate %s, which is on disk, is not sent", e.File, describe(c)),
		})
		return
	}
}

// inChain reports whether c issued a certificate of the reply or of the file.
func (p *pass) inChain(c *convert.Certificate, r *served.Reply, e *served.Expected) bool {
	issued := func(o *convert.Certificate) bool { return convert.SameName(o.Issuer, c.Subject) && !o.SelfIssued() }
	for i := range r.Bundle.Certs {
		if issued(&r.Bundle.Certs[i]) {
			return true
		}
	}
	return slices.ContainsFunc(e.Certs, func(o convert.Certificate) bool { return o.IsCA() && issued(&o) })
}

func runProtocolOld(p *pass) {
	var old []string
	newer, sure := false, false
	for _, v := range p.Server.Versions {
		switch {
		case !v.Spoken:
		case v.Number >= served.TLS12:
			newer = true
		default:
			old = append(old, served.VersionName(v.Number))
		}
		sure = sure || v.Number >= served.TLS10
	}
	if len(old) == 0 {
		return
	}
	slices.Sort(old)
	f := Finding{At: p.atServer(), Message: text.Of("it still speaks %s", strings.Join(old, ", "))}
	if !newer && sure {
		f.Severity, f.Breaks, f.Message = Error, BreaksTrust, text.Of("it speaks nothing newer than %s, which browsers refuse", old[len(old)-1])
	}
	p.Report(f)
}

func runStapleBad(p *pass) {
	for _, r := range p.replies() {
		if len(r.Staple) == 0 {
			continue
		}
		c := r.Leaf()
		f := Finding{At: p.atServer(), Severity: Warning, Case: "invalid"}
		issuer := p.issuerIn(r)
		res, err := ocsp.Parse(r.Staple)
		switch {
		case err != nil:
			f.Message = text.Of("what it sends with certificate %s is no OCSP response", describe(c))
		case issuer == nil:
			continue // the chain is at fault, and told so
		default:
			answer, err := res.About(c, issuer, p.Now, nil)
			switch {
			case errors.Is(err, ocsp.ErrStale):
				f.Case = "stale"
				fallthrough
			case err != nil:
				f.Message = text.Of("the OCSP response that it sends with certificate %s is no good: %s", describe(c), err)
			case answer.Verdict == ocsp.Revoked:
				f.Severity, f.Breaks, f.Case = Error, BreaksTrust, "revoked"
				f.Message = text.Of("the OCSP response that it sends says that certificate %s was revoked on %s%s", describe(c), day(answer.Revoked), because(answer.Reason))
				f.Action = text.Of("ask the CA why, make a new key if the old one was lost, and order again")
			case answer.Verdict == ocsp.Unknown:
				f.Message = text.Of("the OCSP response that it sends says that the responder does not know certificate %s", describe(c))
			default:
				continue
			}
		}
		p.Report(f)
		return
	}
}

// issuerIn is the certificate that issued the leaf of a reply: one that was sent, or
// an anchor.
func (p *pass) issuerIn(r *served.Reply) *convert.Certificate {
	leaf := r.Leaf()
	var list []*convert.Certificate
	for i := range r.Bundle.Certs {
		list = append(list, &r.Bundle.Certs[i])
	}
	list = append(list, p.Roots.Named(leaf.Issuer)...)
	for _, c := range list {
		if c.Err == nil && convert.SameName(c.Subject, leaf.Issuer) && convert.VerifySigned(leaf.Raw, c.SPKI) == nil {
			return c
		}
	}
	return nil
}
