package validate

import (
	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/text"
)

// fileChecks judges which part a file plays among the others.
func fileChecks() []Check {
	return []Check{{
		Code: "nothing-to-check", Severity: Error, Title: "there is nothing to check",
		Text:   "Nothing that was named holds a key, a certificate, a request or a revocation list: a wrong or empty folder, a list without lines. That nothing is wrong with it says nothing about the server.",
		Action: text.Of("name the files of the server"), Refs: []string{"RFC 7468"}, always: true,
		run: func(p *pass) {
			if p.Bundle.Len() == 0 && len(p.Bundle.Failures) == 0 && len(p.Files) == 1 {
				p.Report(Finding{At: convert.Source{File: p.Files[0].Name}, Message: text.Of("nothing is there that could be checked")})
			}
		},
	}, {
		Code: "file-left-over", Severity: Info, Title: "a file belongs to none of the others",
		Text:   "Keys, requests and certificates belong together by their public key, and intermediates by the certificates that they issued. A file that belongs to nothing in a server's folder is often the key of a replaced certificate, which nobody looks after.",
		Action: text.Of("move it away if nothing uses it; %s shows what it holds", Step{Do: "inspect"}),
		Refs:   []string{"NIST SP 800-57 Part 1 Revision 5, Section 8.3"},
		needs: func(in *input) Why {
			if len(in.Files) == 0 {
				return needs("no files named")
			}
			return Why{}
		},
		run: func(p *pass) {
			for _, f := range p.Files {
				if f.LeftOver {
					p.Report(Finding{At: convert.Source{File: f.Name}, Message: text.Of("nothing that was given belongs to %s", p.holds(f.Name))})
				}
			}
		},
	}}
}

// holds says what is in a file, by its most telling object.
func (p *pass) holds(file string) text.Text {
	for i := range p.Bundle.Keys {
		if p.Bundle.Keys[i].Source.File == file {
			return text.Of("this private key")
		}
	}
	for i := range p.Bundle.Requests {
		if p.Bundle.Requests[i].Source.File == file {
			return text.Of("this request")
		}
	}
	for i := range p.Bundle.Certs {
		if c := &p.Bundle.Certs[i]; c.Source.File == file {
			return text.Of("the certificate %s", describe(c))
		}
	}
	return text.Of("this file")
}
