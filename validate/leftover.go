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
				switch {
				case f.Replaced:
					p.Report(Finding{At: convert.Source{File: f.Name}, Message: text.Of("%s was replaced: a newer certificate is there", p.holds(f.Name))})
				case f.LeftOver && f.CAKey:
					p.Report(Finding{
						At: convert.Source{File: f.Name}, Message: text.Of("it is the private key of a CA whose certificate is here, and no server needs it"),
						Action: text.Of("keep it where certificates are issued, and only there"),
					})
				case f.LeftOver:
					p.Report(Finding{At: convert.Source{File: f.Name}, Message: text.Of("nothing that was given belongs to %s", p.holds(f.Name))})
				}
			}
		},
	}, {
		Code: "folder-writable", Severity: Warning, Title: "others can write to the folder that the files go to",
		Text:   "Whoever can write to the folder, or to one above it, can put files of their own in place of these. A file that is replaced keeps its owner: if that is somebody else, they can read the new private key, or change the new certificate. Where the owner of a key file could have put it there, the key is not written at all.",
		Action: text.Of("let only root and the user of the server write to the folder, or choose another one"),
		Refs:   []string{"CWE-732"},
		needs: func(in *input) Why {
			if in.Places == nil {
				return needs("no folder to write to")
			}
			return Why{}
		},
		run: runFolderWritable,
	}}
}

func runFolderWritable(p *pass) {
	for _, place := range p.Places {
		f := Finding{At: convert.Source{File: place.Path}}
		switch {
		case place.Owner == "":
			f.Message = text.Of("others can write to this folder, and so put files of their own in place of these")
		case place.Planted:
			f.Message = text.Of("it belongs to %s, who could have put it there, and would get the private key", place.Owner)
			f.Severity = Error
		case place.Secret:
			f.Message = text.Of("it belongs to %s, who will have the new private key", place.Owner)
		default:
			f.Message = text.Of("it belongs to %s, and so will the new file", place.Owner)
		}
		if place.Owner != "" {
			f.Action = text.Of("if that is not meant, give it to root or move it away")
		}
		p.Report(f)
	}
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
