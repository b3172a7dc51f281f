package validate

import (
	"bytes"
	"slices"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/target"
	"github.com/certconv/certconv/internal/text"
)

// keyChecks judges the private key by itself, and the strength of all keys
// and signatures.
func keyChecks() []Check {
	const br = "CA/Browser Forum Baseline Requirements, Section 6.1.5"
	return []Check{
		{
			Code: "key-encrypted", Severity: Warning, Title: "the private key has a password",
			Text:   "A server that starts unattended cannot ask for it: it does not start, or it waits forever.",
			Action: text.Of("%s writes it without; or name a password source in the server's configuration", Step{Do: "convert", Files: []string{"KEY"}, Locked: true, Format: "pem", Out: "NEW.key"}),
			Refs:   []string{"RFC 5958, Section 3"}, After: pemDamage,
			needs: needsKeyAsIs,
			run:   runKeyEncrypted,
		},
		{
			Code: "key-permissions", Severity: Warning, Title: "others can read the private key",
			Text:   "Anyone who can read an unencrypted key can impersonate the server.",
			Action: do(Step{Do: "protect", Files: []string{"FILE"}}),
			Refs:   []string{"RFC 5280, Section 9"},
			needs:  needsKeyFile,
			run:    runKeyPermissions,
		},
		{
			Code: "key-weak", Severity: Warning, Title: "the key is weak", trust: true,
			Text:   "Small keys can be computed from the certificate, and so can keys of broken generators: Infineon's (ROCA), and keys whose primes are close together or whose modulus has small factors. Debian's keys of 2006 to 2008 are as weak, but recognising them takes lists that are not built in, so they are not reported. Today's servers and clients refuse small keys.",
			Action: text.Of("make a new key, RSA 2048 or larger or EC P-256, and order again"),
			Refs:   []string{br, "CVE-2017-15361"}, After: pemDamage,
			needs: needsAnyKey,
			run:   runKeyWeak,
		},
		{
			Code: "key-unusable", Severity: Error, Title: "servers cannot use the key as it is written", form: true,
			Text:   "Beside n, e and d an RSA key has the primes and three numbers that save time. Some programs leave them out or write others. OpenSSL loads such a key: nginx starts, and no handshake succeeds where OpenSSL cannot sign with it. Where OpenSSL finds its result wrong and computes with d, it is a warning: other software does not. A key that is marked as one for RSA-PSS alone is no pair with a certificate that is not, nor the reverse, although the numbers are the same. Other keys are in a form that OpenSSL does not load: PKCS#8 of version 2, which has the public key with it, before OpenSSL 3.5, and Ed25519 and EC keys as drafts of their standards had them.",
			Action: text.Of("%s writes the key anew", Step{Do: "convert", Files: []string{"KEY"}, Target: "nginx", Part: "key", Out: "NEW.key"}),
			Refs:   []string{"RFC 8017, Section 3.2", "RFC 5958, Section 2", "RFC 8410, Section 7"}, After: pemDamage,
			needs: func(in *input) Why {
				if in.Key == nil {
					return needs("no private key given")
				}
				return Why{}
			},
			run: runKeyUnusable,
		},
		{
			Code: "key-unsupported", Severity: Error, Title: "the key is of a kind that the server cannot use",
			Text:   "Each system knows the algorithms and curves of its time: Schannel (Windows) knows no Edwards curves and no RSA-PSS keys, Java 8 no Ed25519, IIS 4 and 5 only RSA, and neither Java nor Windows an RSA key of more than two primes. Java and Go read no certificate that has the numbers of its curve in place of the name.",
			Action: text.Of("make a key of another kind (RSA 2048 or EC P-256) and order a certificate for it"),
			Refs:   []string{"RFC 8446, Section 4.2.3"}, After: pemDamage,
			needs: needsKeyTypes,
			run:   runKeyUnsupported,
		},
		{
			Code: "cert-signature-weak", Severity: Warning, Title: "a certificate is signed with a weak hash", trust: true,
			Text:   "Certificates with the same MD5 hash have been forged in practice, and SHA-1 collisions cost little. Clients refuse such signatures, except that of a root on itself, which nobody relies on.",
			Action: text.Of("order a certificate with a SHA-256 signature"),
			Refs:   []string{"CA/Browser Forum Baseline Requirements, Section 7.1.3.2", "RFC 6151", "RFC 9155"}, After: pemDamage, needs: needsChain,
			run: runSignatureWeak,
		},
		keyClientsCheck(),
	}
}

func needsKeyAsIs(in *input) Why {
	switch {
	case in.Key == nil && !in.lockedKey():
		return needs("no private key given")
	case in.Rewritten:
		return moot("the key is rewritten as the server wants it")
	}
	return Why{}
}

func needsKeyFile(in *input) Why {
	if in.Key == nil {
		return needs("no private key given")
	}
	if f := in.files[in.Key.Source.File]; f == nil || f.Perm == 0 {
		return needs("the permissions of the file are not known")
	}
	return Why{}
}

func runKeyPermissions(p *pass) {
	perm := p.files[p.Key.Source.File].Perm
	if widest := p.keyPerm(); perm&^widest != 0 && !p.Rewritten {
		p.Report(Finding{At: p.Key.Source, Severity: Error, Breaks: BreaksLoad, Message: text.Of("the key file has mode %04o; %s does not start with one that is open wider than %04o", perm, p.Target.Name, widest)})
		return
	}
	if p.Key.Scheme == "" && perm&0o006 != 0 {
		p.Report(Finding{
			At: p.Key.Source, Message: text.Of("the key is not encrypted, and its mode %04o lets every user of this machine read it", perm),
			Action: do(Step{Do: "protect", Files: []string{p.onDisk(p.Key.Source.File)}}),
		})
	}
}

func needsAnyKey(in *input) Why {
	if in.Key == nil && in.Leaf < 0 {
		return needs("no key and no certificate given")
	}
	return Why{}
}

func needsKeyTypes(in *input) Why {
	switch {
	case in.Target == nil:
		return needs("no server named with %s", Option("for"))
	case in.Key == nil && in.Leaf < 0:
		return needs("no key and no certificate given")
	case in.Target.KeyTypes == nil && !in.unknownKey():
		return moot("%s takes what its OpenSSL does", in.Target.Name)
	}
	return Why{}
}

// openSSL reports whether the target is a server that loads PEM files with
// OpenSSL.
func (in *input) openSSL() bool {
	return in.Target != nil && in.Target.Reader == target.ReaderOpenSSL
}

// goReads reports whether the target is software in Go that reads PEM.
func (in *input) goReads() bool { return in.Target != nil && in.Target.Reader == target.ReaderGo }

func runKeyEncrypted(p *pass) {
	f := Finding{}
	if p.openSSL() || p.goReads() {
		f.Severity, f.Breaks = Error, BreaksLoad
	}
	if p.Target != nil && !p.openSSL() && !p.goReads() {
		return // a keystore always has a password
	}
	if p.Key != nil {
		if p.Key.Scheme == "" || isKeystore(p.Key.Source.Format) || p.openSSL() && p.Key.Source.Format != "pem" {
			return // wrong-format says what to do
		}
		f.At, f.Message = p.Key.Source, text.Of("the key is encrypted (%s): the server asks for its password at every start", p.Key.Scheme)
		f.Action = text.Of("%s writes it without a password; or name a password source in the server's configuration", Step{Do: "convert", Files: []string{p.onDisk(p.Key.Source.File)}, Part: "key", Out: "NEW.key"})
		p.Report(f)
		return
	}
	for _, l := range p.Bundle.Failures {
		if l.Kind == convert.KindPrivateKey && l.Scheme != "" {
			f.At, f.Message = l.Source, text.Of("the key is encrypted (%s): the server asks for its password at every start", l.Scheme)
			p.Report(f)
			return
		}
	}
}

func runKeyUnusable(p *pass) {
	p.keyAsCertified()
	for _, n := range p.Bundle.Notes {
		f := Finding{At: n.Source, Message: n.Text}
		switch {
		case n.Source != p.Key.Source:
			continue
		case n.Kind == note.KeyUnusable:
			f.Breaks = BreaksTrust
		case n.Kind == note.KeyNumbers:
			f.Severity = Warning
		case n.Kind == note.KeyForm:
			if !p.keyForm(&f, n.By) {
				continue
			}
			p.Report(f)
			continue
		default:
			continue
		}
		f.Action = text.Of("%s works them out anew", Step{Do: "convert", Files: []string{p.onDisk(n.Source.File)}, Part: "key", Out: "NEW.key"})
		p.Report(f)
	}
}

// otherAlgorithm reports whether the key has the numbers of the certificate of the
// server, and one of the two is for RSA-PSS alone.
func (in *input) otherAlgorithm() bool {
	leaf := in.LeafCert()
	return leaf != nil && in.Key != nil && in.Key.PublicID().Is(leaf.PublicID()) && pubkey.AsCertified(in.Key.PKCS8, leaf.SPKI) != nil
}

// keyAsCertified: X509_check_private_key of OpenSSL ("key type mismatch"), the key
// managers of Java and Go's X509KeyPair want one algorithm of both.
func (p *pass) keyAsCertified() {
	if !p.otherAlgorithm() {
		return
	}
	leaf := p.LeafCert()
	f := Finding{At: p.Key.Source, Breaks: BreaksLoad, Related: []convert.Source{leaf.Source}}
	f.Message = text.Of("the key is written as %s, and certificate %s has it as %s: servers do not take the two for a pair", p.Key.Algorithm, describe(leaf), leaf.Algorithm)
	if p.mixes(p.Key.Algorithm, leaf.Algorithm) || p.Target != nil && p.Target.Reader == target.ReaderJava {
		f.Breaks = BreaksTrust
		f.Message = f.Message.Add("; %s starts, and every handshake fails", p.Target.Name)
	}
	s := Step{Do: "convert", Files: []string{p.onDisk(p.Key.Source.File)}, Out: "NEW.pem"}
	if file := p.onDisk(leaf.Source.File); file != s.Files[0] {
		s.Files, s.Part, s.Out = append(s.Files, file), "key", "NEW.key"
	}
	if isKeystore(p.Key.Source.Format) && p.Target != nil {
		s.Target, s.Part, s.Out = p.Target.Name, "", "NEW.p12"
	}
	f.Action = text.Of("%s writes the key as the certificate has it", s)
	p.Report(f)
}

// keyForm judges a form of the key that some do not load, false if that is no
// matter of the target.
func (p *pass) keyForm(f *Finding, by note.Readers) bool {
	name, readers := "nginx", p.openSSLVersion()
	if p.Target != nil {
		name, readers = p.Target.Name, p.Target.KeyReaders()
	}
	java := p.Target != nil && p.Target.Reader == target.ReaderJava
	switch refused := by&readers != 0; {
	case isKeystore(f.At.Format) != java, !java && !p.servers():
		return false // wrong-format says what to do
	case refused:
		f.Breaks = BreaksLoad
	case p.Target != nil && by&note.OpenSSLLoads == 0 || java:
		return false
	default:
		f.Severity = Info
	}
	if java {
		f.Message = f.Message.Add("; %s does not load it", p.server())
	} else {
		f.Message = f.Message.Add("; %s", versions(by))
	}
	f.Action = text.Of("%s writes the key anew", Step{Do: "convert", Files: []string{p.onDisk(f.At.File)}, Part: "key", Target: name, Out: "NEW.key"})
	if java {
		f.Action = text.Of("%s writes the key anew", Step{Do: "convert", Files: []string{p.onDisk(f.At.File)}, Target: name, Out: "NEW.p12"})
	}
	return true
}

// unknownKey reports whether the private key is of an algorithm that has no name
// here. Whether it fits the certificate cannot be told, and no server takes it.
func (in *input) unknownKey() bool {
	return in.Key != nil && in.Key.SPKI == nil && in.Key.Algorithm != "" && strings.Trim(in.Key.Algorithm, ".0123456789") == ""
}

func runKeyUnsupported(p *pass) {
	if p.unknownKey() {
		p.Report(Finding{At: p.Key.Source, Breaks: BreaksLoad, Message: text.Of("the key is of an algorithm that is not known: %s", p.Key.Algorithm)})
		return
	}
	if p.Target.NamedCurves {
		for _, c := range p.Served {
			if pubkey.ReadForm(c.SPKI).Explicit {
				p.Report(Finding{At: c.Source, Breaks: BreaksLoad, Message: text.Of("certificate %s has the numbers of its curve in place of the name; %s reads no such certificate", describe(c), p.Target.Name)})
				return
			}
		}
	}
	at, algorithm := convert.Source{}, ""
	other := p.otherAlgorithm() // which key-unusable tells, and writing the key anew ends
	if p.Key != nil && !other {
		at, algorithm = p.Key.Source, p.Key.Algorithm
	} else {
		at, algorithm = p.LeafCert().Source, p.LeafCert().Algorithm
	}
	if p.goReads() && !other && p.Key != nil && p.Key.Key == nil && p.Target.TakesKey(algorithm) {
		p.Report(Finding{At: at, Breaks: BreaksLoad, Message: text.Of("%s does not load this %s key: %s", p.Target.Name, algorithm, p.Key.Err)})
		return
	}
	if p.Key != nil && p.Target.TwoPrimes && pubkey.MorePrimes(p.Key.PKCS8) {
		p.Report(Finding{At: at, Breaks: BreaksLoad, Message: text.Of("the key is an RSA key of more than two primes; %s uses none of these", p.Target.Name)})
		return
	}
	if algorithm == "" || p.Target.TakesKey(algorithm) {
		return
	}
	p.Report(Finding{
		At: at, Breaks: BreaksLoad,
		Message: text.Of("the key is %s; %s uses %s", algorithm, p.Target.Name, strings.Join(p.Target.KeyTypes, ", ")),
	})
}

// keyPerm is the widest mode of a key file that the target takes.
func (in *input) keyPerm() uint32 {
	if in.Target == nil || in.Target.KeyPerm == 0 {
		return 0o777
	}
	return in.Target.KeyPerm
}

// isKeystore reports whether files of this format always have a password.
func isKeystore(format string) bool {
	f := convert.Lookup(format)
	return f != nil && f.Keystore
}

// strength is the security of a key in bits (NIST SP 800-57, Part 1, Table 2),
// 0 if it is not known.
func strength(algorithm string, bits int) int {
	switch {
	case strings.HasPrefix(algorithm, "RSA"), strings.HasPrefix(algorithm, "DSA"), strings.HasPrefix(algorithm, "DH"):
		switch {
		case bits >= 15360:
			return 256
		case bits >= 7680:
			return 192
		case bits >= 3072:
			return 128
		case bits >= 2048:
			return 112
		case bits >= 1024:
			return 80
		}
		return 40
	case strings.HasPrefix(algorithm, "EC "), strings.HasPrefix(algorithm, "SM2"), strings.HasPrefix(algorithm, "GOST"):
		return bits / 2
	}
	return 0
}

// minStrength is what servers with OpenSSL's security level 2 and the
// Baseline Requirements ask for.
const minStrength = target.MinStrength

// tooSmall reports whether a key has less than that.
func tooSmall(algorithm string, bits int) bool {
	s := strength(algorithm, bits)
	return s > 0 && s < minStrength
}

// strengthOfLevel1 is what OpenSSL's security level 1 asks for.
const strengthOfLevel1 = 80

// leastRSA is what the certificate checks of Windows (advisory 2661254), of NSS
// and of Java (jdk.certpath.disabledAlgorithms) ask for.
const leastRSA = 1024

func runKeyWeak(p *pass) {
	type key struct {
		at        convert.Source
		who       text.Text
		algorithm string
		bits      int
		spki      []byte
		cert      *convert.Certificate // nil: the private key alone
	}
	var keys []key
	if p.Leaf >= 0 {
		for _, c := range p.relied() {
			keys = append(keys, key{p.place(c, p.LeafCert()), text.Of("certificate %s", describe(c)), c.Algorithm, c.Bits, c.SPKI, c})
		}
	} else {
		keys = []key{{p.Key.Source, text.Of("the private key"), p.Key.Algorithm, p.Key.Bits, p.Key.SPKI, nil}}
	}
	for _, k := range keys {
		f := Finding{At: k.at}
		if tooSmall(k.algorithm, k.bits) {
			f.Severity = Warning
			f.Message = text.Of("%s has a key of %s, which is too small", k.who, pubkey.Title(k.algorithm, k.bits))
			p.reportSmall(f, k.cert)
			continue
		}
		if why := weakKey(k.spki); !why.IsZero() {
			f.Severity, f.Message = Error, text.Of("%s has a key that %s", k.who, why)
			p.Report(f)
		}
	}
}

// reportSmall reports the small key of a certificate, or of none. That of a root
// counts where clients look at it.
func (p *pass) reportSmall(f Finding, c *convert.Certificate) {
	switch {
	case c == nil:
		p.Report(f)
	case p.sends(c):
		f.Severity, f.Breaks = Error, BreaksLoad
		f.Message = f.Message.Add("; %s", p.levelRefuses(strength(c.Algorithm, c.Bits) >= strengthOfLevel1))
		p.Report(f)
	default:
		if p.builder.served.SelfSigned(c) && c != p.LeafCert() {
			f.Severity = ""
		}
		p.refused(f, smallKey(c.Algorithm, c.Bits, c != p.LeafCert()))
	}
}

// relied lists the certificates of the path, and before them all that a server
// with OpenSSL sends: it looks at each before it starts.
func (in *input) relied() []*convert.Certificate {
	if !in.openSSL() {
		return in.path().certs
	}
	var list []*convert.Certificate
	add := func(c *convert.Certificate) {
		if !slices.ContainsFunc(list, func(o *convert.Certificate) bool { return bytes.Equal(o.Raw, c.Raw) }) {
			list = append(list, c)
		}
	}
	for _, c := range in.Served {
		if in.sends(c) {
			add(c)
		}
	}
	for _, c := range in.path().certs {
		add(c)
	}
	return list
}

// sends reports whether the target is a server with OpenSSL that loads c, and
// leaves it to OpenSSL what is too weak.
func (in *input) sends(c *convert.Certificate) bool {
	return in.openSSL() && !in.Target.AnyStrength && in.role(c.Source.File) != RoleKey && slices.Contains(in.Served, c) && in.opensslReads(c.Source)
}

func runSignatureWeak(p *pass) {
	for _, c := range p.relied() {
		if !weakHash(c.SigHash) || p.builder.served.SelfSigned(c) {
			continue
		}
		f := Finding{At: p.place(c, p.LeafCert()), Message: text.Of("certificate %s is signed with %s (%s)", describe(c), c.SigHash, c.SigAlg)}
		switch {
		case p.sends(c) && p.Target.OpenSSL.Signatures:
			f.Severity, f.Breaks = Error, BreaksLoad
			f.Message = f.Message.Add("; %s", p.levelRefuses(strings.HasPrefix(c.SigHash, "SHA")))
			p.Report(f)
			continue
		case p.sends(c):
			f.Message = f.Message.Add("; OpenSSL before 3.5.8 does not load it")
		}
		f.Severity = Warning
		p.refused(f, weakSignature(c))
	}
}

// levelRefuses says at which security level of OpenSSL something is refused.
// level1 tells whether it is strong enough for level 1.
func (in *input) levelRefuses(level1 bool) text.Text {
	if in.Target.OpenSSL.Level < 2 && level1 {
		return text.Of("OpenSSL %s refuses it at security level 2, as in Debian and Ubuntu, and not at level 1, its own default", in.Target.OpenSSL.Version)
	}
	return text.Of("OpenSSL's security level 2, the default of today's distributions, refuses it")
}

func weakHash(name string) bool {
	switch name {
	case "MD2", "MD4", "MD5", "SHA", "SHA-1", "RIPEMD-160":
		return true
	}
	return false
}
