package validate

import (
	"errors"
	"slices"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/shape"
	"github.com/certconv/certconv/internal/target"
	"github.com/certconv/certconv/internal/text"
)

// wrongFileChecks judges whether the files are what they were given for.
func wrongFileChecks() []Check {
	const (
		objects = "RFC 2986, Section 3"
		pem     = "RFC 7468"
	)
	return []Check{
		{
			Code: "file-empty", Severity: Error, Title: "a file is empty",
			Text:   "It holds nothing, or only white space or zero bytes: a download or copy was interrupted, or the disk was full.",
			Action: text.Of("get the file again from where it came from"), Refs: []string{pem},
			run: func(p *pass) { p.reportUnknown("file-empty") },
		},
		{
			Code: "file-is-web-page", Severity: Error, Title: "a file is a web page",
			Text:   "What was saved is the page around the download: a login, an error, or what a proxy put in its place.",
			Action: text.Of("download the file itself, logged in and past the proxy"), Refs: []string{pem},
			run: func(p *pass) { p.reportUnknown("file-is-web-page") },
		},
		{
			Code: "file-unrecognised", Severity: Error, Title: "a file is not a key, certificate or request",
			Text:   "It holds nothing that can be read here. If it is recognised as something else, the message says so.",
			Action: text.Of("give the right file; %s lists what can be read", Step{Do: "formats"}), Refs: []string{pem},
			run: func(p *pass) { p.reportUnknown("file-unrecognised") },
		},
		{
			Code: "object-not-checked", Severity: Warning, Title: "something in a file could not be opened and was not checked",
			Text:   "It uses an algorithm that is not supported here, or exceeds a limit that guards against hostile files. Whether a server takes it is not known.",
			Action: text.Of("open it with the program that wrote it and write it with today's algorithms"), Refs: []string{"RFC 8018, Section 6.2"},
			run: runNotChecked,
		},
		{
			Code: "password-missing", Severity: Error, Title: "a password is missing",
			Text:   "The file is encrypted. Without its password the key in it cannot be checked.",
			Action: text.Of("give the password with %s", Step{Do: "give", Option: "pass"}), Refs: []string{"RFC 5958, Section 3"},
			run: func(p *pass) { p.reportLocked(convert.ErrPasswordRequired) },
		},
		{
			Code: "password-wrong", Severity: Error, Title: "the password is wrong",
			Text:   "None of the given passwords opens it. Passwords are case-sensitive. Caps Lock, a different keyboard layout (y and z, punctuation), a space or line end after it in its file, or the encoding of non-ASCII letters changes the password.",
			Action: text.Of("check upper and lower case, Caps Lock and the keyboard layout that it was set with; several passwords can be tried with %s", Option("pass")), Refs: []string{"RFC 7292, Appendix B.1", "RFC 8018, Section 3"},
			run: func(p *pass) { p.reportLocked(convert.ErrPasswordIncorrect) },
		},
		{
			Code: "keystore-integrity", Severity: Error, Title: "the integrity check of a PFX or keystore fails",
			Text:   "The password opens the contents, and the MAC of the file does not fit them: the file was damaged or altered after it was written. OpenSSL, Windows and Java refuse it and say that the password is wrong.",
			Action: text.Of("get the file again from where it came from, or export it again"), Refs: []string{"RFC 7292, Section 5.1"},
			run: func(p *pass) {
				for _, n := range p.Bundle.Notes {
					if n.Kind == note.MACFails {
						p.Report(Finding{At: n.Source, Breaks: BreaksLoad, Message: text.Of("%s", n.Text)})
					}
				}
			},
		},
		{
			Code: "wrong-object", Severity: Error, Title: "a file holds the wrong kind of object",
			Text:   "A request is sent to the CA, a certificate comes back, and the private key stays where it was made. Servers need the certificate and the private key; for anything else Schannel reports 80090304, and servers with OpenSSL “no start line”.",
			Action: text.Of("give the right file; %s shows what a file holds", Step{Do: "inspect", Files: []string{"FILE"}}), Refs: []string{objects},
			run: runWrongObject,
		},
		{
			Code: "wrong-format", Severity: Error, Title: "a file is in a format that the server does not load",
			Text:   "It holds the right object, but each server reads only a few formats: nginx, Apache and HAProxy read PEM text, Windows PFX files with the algorithms of its time, the Key Manager of IIS 4 NET keys.",
			Action: do(Step{Do: "convert", Files: []string{"FILE"}, Target: "TARGET", Out: "NEW"}), Refs: []string{pem, "RFC 7292"},
			needs: func(in *input) Why {
				switch {
				case in.Target == nil && in.notPEM() == nil:
					return needs("no server named with %s", Option("for"))
				case in.Rewritten:
					return moot("what %s gets is in its format", in.Target.Name)
				}
				return Why{}
			},
			run: runWrongFormat,
		},
	}
}

// faultsOf lists the files and the objects in them with a fault of this kind.
func (in *input) faultsOf(kind error) []convert.Failure {
	var list []convert.Failure
	for _, l := range in.Bundle.Failures {
		if errors.Is(l.Err, kind) {
			list = append(list, l)
		}
	}
	return list
}

// reportUnknown reports the files and blocks that no format knows.
func (p *pass) reportUnknown(code string) {
	said := map[string]bool{}
	for _, l := range p.faultsOf(convert.ErrUnknownFormat) {
		var e *convert.Error
		errors.As(l.Err, &e)
		if unknownCode(e) != code || said[l.Source.File] || p.awaitsList(l.Source.File) {
			continue
		}
		said[l.Source.File] = true
		detail := e.Foreign.Text()
		if e.Detail != "" {
			detail = text.Of("%s", e.Detail)
		}
		f := Finding{At: l.Source, Message: detail, Breaks: p.lostBreaks(l.Source.File)}
		switch {
		case detail.IsZero() && e.What == "":
			f.Message = text.Of("the file is of no known format")
		case detail.IsZero():
			f.Message = text.Of("%s", e.What)
		case e.What != "":
			f.Message = text.Of("%s: %s", e.What, detail)
		}
		if p.role(l.Source.File) == RoleAny && p.holdsAnything(l.Source.File) {
			f.Severity, f.Breaks = Warning, breaksNothing
		}
		p.Report(f)
	}
}

func unknownCode(e *convert.Error) string {
	switch e.Foreign.Kind {
	case shape.Empty, shape.Blank:
		return "file-empty"
	case shape.WebPage:
		return "file-is-web-page"
	}
	return "file-unrecognised"
}

// holdsAnything reports whether an object was read from file.
func (in *input) holdsAnything(file string) bool { return in.kindsIn(file) != nil }

// kindsIn lists the kinds of objects that were read from file, the most
// telling first.
func (in *input) kindsIn(file string) []convert.Kind {
	var list []convert.Kind
	for o := range in.Bundle.Objects() {
		if o.Source.File == file && o.Kind != convert.KindOther && !slices.Contains(list, o.Kind) {
			list = append(list, o.Kind)
		}
	}
	return list
}

func runNotChecked(p *pass) {
	for _, kind := range []error{convert.ErrUnsupported, convert.ErrTooLarge} {
		for _, l := range p.faultsOf(kind) {
			f := Finding{At: l.Source, Message: text.Of("%s", l.Err)}
			if e := (*convert.Error)(nil); errors.As(l.Err, &e) && e.MaxSize > 0 {
				f.Action = text.Of("unpack or divide it first, or give %s", Step{Do: "give", Option: "max-size"})
			}
			if p.awaited(l) {
				f.Severity = Error
			}
			p.Report(f)
		}
	}
}

// awaited reports whether what could not be opened is what the check is about:
// the key or certificate that the server needs, a file given as the key, or all
// that there is.
func (in *input) awaited(l convert.Failure) bool {
	switch {
	case in.Bundle.Len() == 0:
		return true
	case l.Kind == convert.KindPrivateKey:
		return in.Key == nil && (in.Target != nil || in.Leaf >= 0 || in.role(l.Source.File) == RoleKey)
	case l.Kind == convert.KindCertificate:
		return in.Leaf < 0 && in.Target != nil
	}
	return false
}

// reportLocked reports what could not be opened, once a file.
func (p *pass) reportLocked(kind error) {
	at := map[string]int{}
	var list []Finding
	for _, l := range p.faultsOf(kind) {
		if i, ok := at[l.Source.File]; ok {
			if l.Kind == convert.KindPrivateKey && p.openSSL() {
				list[i].Breaks = BreaksLoad
			}
			if l.Source.Line > 0 || l.Source.Offset > 0 {
				list[i].Related = append(list[i].Related, l.Source)
			}
			continue
		}
		var e *convert.Error
		errors.As(l.Err, &e)
		what := e.What
		if what == "" {
			what = "it"
		}
		f := Finding{At: l.Source, Message: text.Of("%s: no password was given", what)}
		if kind == convert.ErrPasswordIncorrect {
			f.Message = text.Of("%s: none of the passwords given opens it", what)
		}
		if l.Kind == convert.KindPrivateKey && p.openSSL() {
			f.Breaks = BreaksLoad
			f.Message = f.Message.Add("; %s would ask for one at every start", p.Target.Name)
		}
		at[l.Source.File] = len(list)
		list = append(list, f)
	}
	for _, f := range list {
		p.Report(f)
	}
}

// belongs says what a file with this role has to hold.
func belongs(r Role) (k convert.Kind, known bool) {
	switch r {
	case RoleKey:
		return convert.KindPrivateKey, true
	case RoleCert, RoleChain, RoleClientCA:
		return convert.KindCertificate, true
	case RoleRequest:
		return convert.KindRequest, true
	case RoleCRL:
		return convert.KindCRL, true
	}
	return "", false
}

func runWrongObject(p *pass) {
	for _, f := range p.Files {
		want, ok := belongs(f.Role)
		if !ok || p.damagedText(f.Name) || slices.ContainsFunc(p.Bundle.Failures, func(l convert.Failure) bool {
			return l.Source.File == f.Name && (l.Kind == want || l.Kind == "")
		}) {
			continue
		}
		if kinds := p.kindsIn(f.Name); len(kinds) > 0 && !slices.Contains(kinds, want) {
			p.reportWrong(f.Name, kinds[0], want)
		}
	}
	if p.Target != nil {
		p.wrongAmongPlain()
	}
}

// wrongAmongPlain looks for what stands in the place of key or certificate
// where the files were given without roles, as a server would get them.
func (p *pass) wrongAmongPlain() {
	noCert := len(p.Served) == 0 && !p.anyFails(convert.KindCertificate)
	noKey := p.Key == nil && !p.lockedKey()
	for i := range p.Bundle.Requests {
		if file := p.Bundle.Requests[i].Source.File; p.plainOnly(file) && noCert {
			p.reportWrong(file, convert.KindRequest, convert.KindCertificate)
			return
		} else if p.plainOnly(file) && noKey {
			p.reportWrong(file, convert.KindRequest, convert.KindPrivateKey)
			return
		}
	}
	for i := range p.Bundle.PublicKeys {
		if file := p.Bundle.PublicKeys[i].Source.File; p.plainOnly(file) && noKey {
			p.reportWrong(file, convert.KindPublicKey, convert.KindPrivateKey)
			return
		}
	}
}

// plainOnly reports whether file was given without a role, holds one kind of
// object, and its text is whole.
func (p *pass) plainOnly(file string) bool {
	return p.role(file) == RoleAny && len(p.kindsIn(file)) == 1 && !p.damagedText(file)
}

func (in *input) anyFails(kind convert.Kind) bool {
	return slices.ContainsFunc(in.Bundle.Failures, func(l convert.Failure) bool { return l.Kind == kind || l.Kind == "" })
}

// damagedText reports whether the text of file has an error that says it all.
func (in *input) damagedText(file string) bool {
	return slices.ContainsFunc(in.textFindings(), func(f textFinding) bool { return f.At.File == file && f.Severity == Error })
}

// reportWrong words that got stands where want belongs.
func (p *pass) reportWrong(file string, got, want convert.Kind) {
	f := Finding{At: p.firstOf(file), Breaks: BreaksLoad}
	if want == convert.KindRequest {
		f.Breaks = BreaksIssue
	}
	if want == convert.KindCRL {
		f.Breaks = breaksNothing
	}
	switch {
	case got == convert.KindRequest && want == convert.KindCertificate:
		f.Message = text.Of("this is the request that you sent to the CA, not the certificate that came back")
		f.Action = text.Of("give the certificate that the CA sent or offers for download")
	case got == convert.KindRequest && want == convert.KindPrivateKey:
		f.Message = text.Of("this is a request, not the private key that was made with it")
		f.Action = text.Of("give the key file that was written when the request was made; %s looks for it", findKey(p.onDisk(file)))
	case got == convert.KindCertificate && want == convert.KindPrivateKey:
		f.Message = text.Of("this is a certificate, not the private key that belongs to it")
		f.Action = text.Of("give the key file that was written when the request was made; %s looks for it", findKey(p.onDisk(file)))
	case got == convert.KindPublicKey && want == convert.KindPrivateKey:
		f.Message = text.Of("this is a public key, which can be computed from the private key, but not the other way round")
		f.Action = text.Of("give the private key that it was taken from; %s looks for it", Step{Do: "find-key"})
	default:
		f.Message = text.Of("this is %s, not %s", kindWords(got), kindWords(want))
	}
	p.Report(f)
}

func kindWords(k convert.Kind) text.Text {
	switch k {
	case convert.KindPrivateKey:
		return text.Of("a private key")
	case convert.KindPublicKey:
		return text.Of("a public key")
	case convert.KindCertificate:
		return text.Of("a certificate")
	case convert.KindRequest:
		return text.Of("a certificate request")
	case convert.KindCRL:
		return text.Of("a revocation list")
	}
	return text.Of("something else")
}

// firstOf is the place of the first object of file.
func (in *input) firstOf(file string) convert.Source {
	first := convert.Source{File: file}
	for o := range in.Bundle.Objects() {
		if o.Source.File == file && o.Kind != convert.KindOther && (first.Index == 0 || o.Source.Index < first.Index) {
			first = *o.Source
		}
	}
	return first
}

func runWrongFormat(p *pass) {
	if p.Target == nil { // what reads a Secret is known without one
		c := p.notPEM()
		f := Finding{At: p.firstOf(c.Source.File), Breaks: BreaksLoad, Message: p.valueNotPEM(c.Source.File)}
		f.At.Format = c.Format
		f.Action = do(Step{Do: "convert", Files: p.inputs(), Target: "kubernetes", Out: stem(p.onDisk(c.Source.File)) + "-pem.yaml"})
		p.Report(f)
		return
	}
	p.reportHidden()
	said := map[string]bool{}
	for i := range p.Bundle.Containers {
		c := &p.Bundle.Containers[i]
		file := c.Source.File
		role := p.role(file)
		if said[file] || role == RoleRequest || role == RoleCRL && !p.forClients() || p.damagedText(file) {
			continue
		}
		said[file] = true // what is nested in it is of that format, or hidden
		f := Finding{At: p.firstOf(file), Breaks: BreaksLoad}
		f.At.Format = c.Format
		f.Message, f.Action = p.wrongFormat(c, file)
		if f.Message.IsZero() && p.goReads() {
			f.Message, f.Breaks = p.goPassesOver(c, file)
			out := stem(p.onDisk(file)) + ".yaml"
			if c.Format == "k8s" {
				out = stem(p.onDisk(file)) + "-pem.yaml" // not the file itself
			}
			f.Action = do(Step{Do: "convert", Files: p.inputs(), Target: p.Target.Name, Out: out})
		}
		if !f.Message.IsZero() {
			p.Report(f)
		}
	}
}

// wrongFormat says why the target does not load a file, "" if it does.
func (p *pass) wrongFormat(c *convert.Container, file string) (why, action text.Text) {
	kinds, role := p.kindsIn(file), p.role(file)
	holdsKey := slices.Contains(kinds, convert.KindPrivateKey) || p.objects(file).failed[convert.KindPrivateKey]
	holdsCert := slices.Contains(kinds, convert.KindCertificate) || p.forClients() && slices.Contains(kinds, convert.KindCRL)
	if !holdsKey && !holdsCert && !c.Encrypted {
		return text.Text{}, text.Text{}
	}
	name, path := convert.Lookup(c.Format).Title, p.onDisk(file)
	as := func(format, ext string) text.Text {
		return do(Step{Do: "convert", Files: []string{path}, Format: format, Out: stem(path) + ext})
	}
	switch p.Target.Reader {
	case target.ReaderOpenSSL:
		if c.Format != "pem" && role == RoleKey && holdsKey && !c.Encrypted && p.Target.LoadsKey(c.Format) {
			return text.Text{}, text.Text{}
		}
		if c.Format != "pem" {
			return text.Of("the format is %s; %s loads only PEM text", name, p.Target.Name), as("pem", ".pem")
		}
	case target.ReaderGo:
		if holdsKey && !p.Target.LoadsKey(c.Format) || holdsCert && !p.Target.LoadsCert(c.Format) {
			return text.Of("the format is %s; %s holds PEM", name, p.Target.Name), as(p.Target.Format, ".yaml")
		}
	case target.ReaderKeyManager:
		switch {
		case holdsKey && !p.Target.LoadsKey(c.Format):
			return text.Of("the format of the private key is %s; the Key Manager imports NET keys", name), as("net", ".net")
		case !holdsKey && !p.Target.LoadsCert(c.Format):
			return text.Of("the format is %s; the Key Manager takes the certificate as base64 text", name), as("pem", ".cer")
		}
	default:
		if c.Format == "pfx" {
			return p.refusedPFX(c, file)
		}
		if holdsKey && !p.Target.LoadsKey(c.Format) {
			return text.Of("the format of the private key is %s; %s imports it from a PFX (PKCS#12)", name, p.Target.Name),
				do(Step{Do: "convert", Files: p.inputs(), Target: p.Target.Name, Out: stem(path) + ".pfx"})
		}
	}
	return text.Text{}, text.Text{}
}

// goPassesOver says what Go does not find in a PEM file that OpenSSL reads, and
// what controllers do not: the certificate has to be the first block.
func (p *pass) goPassesOver(c *convert.Container, file string) (text.Text, Breaks) {
	if c.Format == "k8s" {
		return p.valueNotPEM(file), BreaksLoad
	}
	if c.Format != "pem" || slices.ContainsFunc(p.textFindings(), func(f textFinding) bool { return f.At.File == file && f.Severity == Error }) {
		return text.Text{}, breaksNothing
	}
	entry := p.firstOf(file).Entry
	if p.Leaf >= 0 && p.LeafCert().Source.File == file && entry != "CERTIFICATE" {
		return text.Of("the first block is %s; tls.crt of %s has to begin with the certificate", entry, p.Target.Name), BreaksLoad
	}
	broken := p.openssl(file)
	if broken == nil {
		return text.Text{}, breaksNothing
	}
	for _, b := range broken.blocks() {
		if cons := p.consequence(file, b); cons.severity == Error {
			return text.Of("Go, in which controllers for %s are written, %s", p.Target.Name, text.Of(cons.text)), cons.breaks
		}
	}
	return text.Text{}, breaksNothing
}

// valueNotPEM says which value that a controller reads from a Secret is something
// other than base64 of PEM, "" if none is.
func (p *pass) valueNotPEM(file string) text.Text {
	seen := map[convert.Source]bool{}
	for i := range p.Bundle.Containers {
		if c := &p.Bundle.Containers[i]; c.Source.File == file {
			if p.goReads() && seen[c.Source] {
				continue // what stands beside the PEM is hidden
			}
			seen[c.Source] = true
			if value := secretNotPEM(c); value != "" {
				return text.Of("the value of %s is base64 of %s; it has to be base64 of PEM", value, convert.Lookup(c.Format).Title)
			}
		}
	}
	return text.Text{}
}

// notPEM is the first such value of a Secret, nil if there is none.
func (in *input) notPEM() *convert.Container {
	for i := range in.Bundle.Containers {
		if c := &in.Bundle.Containers[i]; c.Source.Format == "k8s" && secretNotPEM(c) != "" {
			return c
		}
	}
	return nil
}

// secretNotPEM is the name of a value that has to be base64 of PEM, where it is not.
func secretNotPEM(c *convert.Container) string {
	_, value, ok := cutLast(c.Source.Entry, "/")
	if !ok || c.Format == "pem" || value != "tls.crt" && value != "tls.key" {
		return ""
	}
	return value
}

// inputs lists the files with key and certificates.
func (p *pass) inputs() []string {
	var list []string
	for _, f := range p.Files {
		if (f.Role == RoleKey || f.Role == RoleCert || f.Role == RoleChain || f.Role == RoleAny) && p.holdsAnything(f.Name) {
			if path := p.onDisk(f.Name); !slices.Contains(list, path) {
				list = append(list, path)
			}
		}
	}
	if len(list) == 0 {
		return []string{"FILE…"}
	}
	return list
}

// refusedPFX tells whether a PFX is encrypted in a way that the target does not know.
func (p *pass) refusedPFX(c *convert.Container, file string) (why, action text.Text) {
	path := p.onDisk(file)
	action = do(Step{Do: "convert", Files: []string{path}, Target: p.Target.Name, Out: stem(path) + "-" + p.Target.Name + ".pfx"})
	use, refused := p.Target.RefusesPFX(c.Uses)
	switch {
	case !refused:
		return text.Text{}, text.Text{}
	case use.IsText():
		return text.Of("the PFX has a password with other characters than those of ASCII, and %s calls it wrong", p.Target.Name), action
	case use.Name == "":
		return text.Of("the PFX has no integrity protection (MAC), and %s refuses it", p.Target.Name), action
	case use.IsMAC():
		return text.Of("the PFX is authenticated with %s, which %s does not know and calls a wrong password", use.Name, p.Target.Name), action
	}
	return text.Of("the PFX is encrypted with %s, which %s does not know and calls a wrong password", use.Name, p.Target.Name), action
}

// stem is a file name without its extension.
func stem(file string) string {
	if i := strings.LastIndexByte(file, '.'); i > strings.LastIndexAny(file, `/\`)+1 {
		return file[:i]
	}
	return file
}
