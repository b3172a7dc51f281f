package validate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/text"
)

// findKey searches for the key of a certificate or request.
func findKey(file string) Step { return Step{Do: "find-key", Files: []string{file}} }

// pairChecks judges whether key, certificate and request belong together.
func pairChecks() []Check {
	const tls = "RFC 8446, Section 4.4.2"
	return []Check{
		{
			Code: "key-missing", Severity: Error, Title: "there is no private key",
			Text:   "A server proves with the private key that the certificate is its own. It cannot use a certificate or a request alone. HAProxy looks for the key in the file of the certificate, and in one of that name with .key behind it.",
			Action: text.Of("give the key that the request was made with; %s looks for it", findKey("FILE")),
			Refs:   []string{tls}, After: pemDamage,
			needs: func(in *input) Why {
				if in.Target == nil {
					return needs("no server named with %s", Option("for"))
				}
				return needsCert(in)
			},
			run: runKeyMissing,
		},
		{
			Code: "cert-missing", Severity: Error, Title: "there is no certificate",
			Text:   "A server needs its certificate beside the private key. A key alone says nothing about whether the server will start.",
			Action: text.Of("give the certificate that came back from the CA"),
			Refs:   []string{tls}, After: pemDamage,
			needs: func(in *input) Why {
				switch {
				case in.Target == nil:
					return needs("no server named with %s", Option("for"))
				case in.Key == nil && !in.lockedKey():
					return needs("no private key given")
				case slices.ContainsFunc(in.Files, func(f File) bool { return f.LeftOver }):
					return moot("the key is of no site")
				}
				return Why{}
			},
			run: func(p *pass) {
				if p.Leaf < 0 {
					f := Finding{Breaks: BreaksLoad, Message: text.Of("no certificate is given for the private key")}
					if p.Key != nil {
						f.At = p.Key.Source
					}
					p.Report(f)
				}
			},
		},
		{
			Code: "key-mismatch", Severity: Error, Title: "the private key does not fit the certificate",
			Text:   "If the key and the certificate do not have the same public key, the server refuses to start. After a renewal with a new key, the old certificate does not match the new key, nor the new certificate the old key.",
			Action: text.Of("give the key that this certificate's request was made with; %s looks for it", findKey("FILE")),
			Refs:   []string{"RFC 5280, Section 4.1.2.7"}, After: pemDamage, needs: needsPair,
			run: runKeyMismatch,
		},
		{
			Code: "request-mismatch", Severity: Error, Title: "the request has a different key than the certificate or the private key",
			Text:   "A CA certifies the key that is in the request. If the keys differ, the certificate was issued for a different request, or the private key belongs to a different one.",
			Action: text.Of("give the request that the certificate was issued for, or order again with the present key"),
			Refs:   []string{"RFC 2986, Section 3"}, After: append([]string{"key-mismatch"}, pemDamage...),
			needs: func(in *input) Why {
				if len(in.Bundle.Requests) == 0 {
					return needs("no request given")
				}
				if in.Key == nil && in.Leaf < 0 {
					return needs("nothing to compare the request with")
				}
				return Why{}
			},
			run: runRequestMismatch,
		},
		{
			Code: "name-not-in-request", Severity: Warning, Title: "the certificate has other names than the request asked for",
			Text:   "CAs add names, such as the one with or without www, and leave out names that they could not validate.",
			Action: text.Of("ask the CA for the missing names, or order again"),
			Refs:   []string{"RFC 2986, Section 4.1"}, After: append([]string{"request-mismatch"}, pemDamage...),
			needs: func(in *input) Why {
				if len(in.Bundle.Requests) == 0 {
					return needs("no request given")
				}
				return needsCert(in)
			},
			run: runNameNotInRequest,
		},
	}
}

func runKeyMissing(p *pass) {
	leaf := p.LeafCert()
	f := Finding{At: leaf.Source, Breaks: BreaksLoad}
	switch {
	case p.Key == nil && !p.lockedKey():
		f.Message = text.Of("no private key is given for %s", describe(leaf))
	case p.Key != nil && p.Target.KeyFile != "" && !p.Rewritten && !p.findsKey(leaf):
		f.Message = text.Of("%s looks for the private key in %s itself and in %s%s, and it is in %s", p.Target.Name, leaf.Source.File, leaf.Source.File, p.Target.KeyFile, p.Key.Source.File)
		f.Action = text.Of("%s writes both to one file; or give the key that name", Step{Do: "convert", Files: []string{p.Key.Source.File, leaf.Source.File}, Target: p.Target.Name, Out: "NEW.pem"})
		f.Related = []convert.Source{p.Key.Source}
	default:
		return
	}
	p.Report(f)
}

// findsKey reports whether a target that goes by the name of the certificate's
// file finds the key, or the files are in an archive and not where it looks.
func (in *input) findsKey(leaf *convert.Certificate) bool {
	file := leaf.Source.File
	return in.onDisk(file) != file || slices.ContainsFunc(in.Bundle.Keys, func(k convert.PrivateKey) bool {
		return k.PublicID().Is(in.Key.PublicID()) && (k.Source.File == file || k.Source.File == file+in.Target.KeyFile)
	})
}

func needsCert(in *input) Why {
	if in.Leaf < 0 {
		return needs("no certificate given")
	}
	return Why{}
}

func needsPair(in *input) Why {
	switch {
	case in.Key == nil:
		return needs("no private key given")
	case in.Leaf < 0:
		return needs("no certificate given")
	case in.Key.SPKI == nil:
		return needs("the public key of this %s key cannot be worked out", in.Key.Algorithm)
	}
	return Why{}
}

// lockedKey reports whether a key is there that could not be opened.
func (in *input) lockedKey() bool {
	return slices.ContainsFunc(in.Bundle.Failures, func(f convert.Failure) bool { return f.Kind == convert.KindPrivateKey })
}

func runKeyMismatch(p *pass) {
	first := p.Served[0]
	if p.Key.PublicID().Is(first.PublicID()) {
		return
	}
	f := Finding{At: first.Source, Breaks: BreaksLoad, Related: []convert.Source{p.Key.Source}}
	if leaf := p.LeafCert(); leaf.Source.File == first.Source.File && p.Key.PublicID().Is(leaf.PublicID()) {
		how := "out of order"
		if p.builder.served.SelfSigned(first) {
			how = "root-first"
		}
		f.Message = text.Of("the key fits certificate %d of %d, %s; the file is %s, and a server takes the first certificate for its own", p.Leaf+1, len(p.Served), describe(leaf), how)
		f.Action, f.Case = inOrder(), "order"
		p.Report(f)
		return
	}
	f.Message = text.Of("the key (%s) does not fit the certificate %s (%s)", pubkey.Title(p.Key.Algorithm, p.Key.Bits), describe(first), pubkey.Title(first.Algorithm, first.Bits))
	if p.mixes(p.Key.Algorithm, first.Algorithm) {
		f.Breaks = BreaksTrust
		f.Message = f.Message.Add("; nginx starts, because the two are of different kinds, and every handshake fails")
	}
	for i := range p.Bundle.Keys {
		if k := &p.Bundle.Keys[i]; k != p.Key && k.PublicID().Is(first.PublicID()) {
			f.Message = f.Message.Add("; the key in %s does, but a server takes the first one", k.Source)
			f.Action = text.Of("remove the key that does not belong to this certificate")
			f.Related = append(f.Related, k.Source)
			p.Report(f)
			return
		}
	}
	for i := range p.Bundle.Certs {
		if c := &p.Bundle.Certs[i]; p.Key.PublicID().Is(c.PublicID()) {
			f.Message = f.Message.Add("; it fits %s in %s", describe(c), c.Source)
			if sameNames(c.DNSNames(), first.DNSNames()) {
				f.Message, f.Case = f.Message.Add(", which has the same names: a renewal with another key"), "renewal"
			}
			f.Related = append(f.Related, c.Source)
			break
		}
	}
	for i := range p.Bundle.Requests {
		if q := &p.Bundle.Requests[i]; p.Key.PublicID().Is(q.PublicID()) {
			f.Message, f.Case = f.Message.Add("; it fits the request in %s: the certificate is an older one, or answers another request", q.Source), "renewal"
			f.Related = append(f.Related, q.Source)
			break
		}
	}
	p.Report(f)
}

func sameNames(a, b []string) bool {
	norm := func(list []string) []string {
		out := make([]string, len(list))
		for i, s := range list {
			out[i] = strings.ToLower(s)
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	return len(a) > 0 && slices.Equal(norm(a), norm(b))
}

func runRequestMismatch(p *pass) {
	for i := range p.Bundle.Requests {
		q := &p.Bundle.Requests[i]
		if leaf := p.LeafCert(); leaf != nil && !p.isChainOnly(leaf) && !q.PublicID().Is(leaf.PublicID()) {
			p.Report(Finding{
				At: q.Source, Case: "request", Related: []convert.Source{leaf.Source},
				Message: text.Of("the request has another key (%s) than the certificate %s (%s): it was issued for another request", pubkey.Title(q.Algorithm, q.Bits), describe(leaf), pubkey.Title(leaf.Algorithm, leaf.Bits)),
			})
			continue
		}
		if p.Key != nil && p.Key.SPKI != nil && !q.PublicID().Is(p.Key.PublicID()) {
			p.Report(Finding{
				At: q.Source, Case: "request", Related: []convert.Source{p.Key.Source},
				Message: text.Of("the request has another key (%s) than the private key (%s): a certificate for it will not fit", pubkey.Title(q.Algorithm, q.Bits), pubkey.Title(p.Key.Algorithm, p.Key.Bits)),
			})
		}
	}
}

// isChainOnly reports whether c stands in a file of intermediates, so that no
// leaf was given at all.
func (in *input) isChainOnly(c *convert.Certificate) bool {
	return in.role(c.Source.File) == RoleChain
}

func runNameNotInRequest(p *pass) {
	leaf := p.LeafCert()
	for i := range p.Bundle.Requests {
		q := &p.Bundle.Requests[i]
		if !q.PublicID().Is(leaf.PublicID()) {
			continue
		}
		asked, got := requestNames(q), lower(certNames(leaf))
		missing := subtract(asked, got)
		extra := subtract(got, asked)
		if len(missing) > 0 {
			p.Report(Finding{At: leaf.Source, Related: []convert.Source{q.Source}, Message: text.Of("the certificate lacks %s, which the request asked for", list(missing))})
		}
		if len(extra) > 0 {
			p.Report(Finding{
				At: leaf.Source, Related: []convert.Source{q.Source}, Severity: Info,
				Message: text.Of("the certificate has %s, which the request did not ask for", list(extra)), Action: text.Of("nothing to do if the names are yours"),
			})
		}
	}
}

// requestNames are the names and addresses that a request asks for: its subjectAltName,
// and a common name that is one.
func requestNames(q *convert.Request) []string {
	names := lower(q.DNSNames())
	for _, a := range q.IPAddresses() {
		names = append(names, a.String())
	}
	for _, cn := range lower(q.CommonNames()) {
		if strings.Contains(cn, ".") && !strings.ContainsAny(cn, " /:@") && !slices.Contains(names, cn) {
			names = append(names, cn)
		}
	}
	return names
}

func lower(names []string) []string {
	out := make([]string, len(names))
	for i, s := range names {
		out[i] = strings.ToLower(s)
	}
	return out
}

func subtract(a, b []string) []string {
	var out []string
	for _, s := range a {
		if !slices.Contains(b, s) {
			out = append(out, s)
		}
	}
	return out
}

// list joins names from a file for a message.
func list(names []string) string {
	quoted := make([]string, len(names))
	for i, s := range names {
		quoted[i] = fmt.Sprintf("%q", s)
	}
	return strings.Join(quoted, ", ")
}
