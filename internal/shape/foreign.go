package shape

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/text"
)

// ForeignKind groups what no format reads.
type ForeignKind string

// The kinds.
const (
	Empty         ForeignKind = "empty"    // no byte
	Blank         ForeignKind = "blank"    // white space or zero bytes alone
	WebPage       ForeignKind = "web page" // or the answer of a web server
	Archive       ForeignKind = "archive"  // to be unpacked first
	EmptyArchive  ForeignKind = "empty archive"
	Encrypted     ForeignKind = "encrypted" // to be decrypted first
	Database      ForeignKind = "database"  // of NSS, of anything
	Keystore      ForeignKind = "keystore"  // of another program: BouncyCastle, macOS, Windows, GnuPG
	Document      ForeignKind = "document"  // of an office
	Image         ForeignKind = "image"
	Program       ForeignKind = "program"
	Disk          ForeignKind = "disk"
	SSH           ForeignKind = "SSH"     // keys and lists of keys
	OpenPGP       ForeignKind = "OpenPGP" // and age
	JSON          ForeignKind = "JSON"
	XML           ForeignKind = "XML"
	Windows       ForeignKind = "Windows"       // registry exports, links, templates
	Configuration ForeignKind = "configuration" // scripts, mails
	Printed       ForeignKind = "printed"       // an object as a program prints it for people
	ForeignPEM    ForeignKind = "PEM"           // with a label of another kind
	NamedASN1     ForeignKind = "named ASN.1"   // parameters, OCSP responses
	OtherASN1     ForeignKind = "ASN.1"         // of which nothing more is known
	PlainText     ForeignKind = "text"          // of which nothing more is known
)

// Foreign is what a file is that is of no format here. The zero value is a file
// of which nothing is known.
type Foreign struct {
	Kind ForeignKind
	What text.Text // "this is a PDF document"
	Not  text.Text // "not a certificate", often with what to do; zero if What says all
}

// IsZero reports whether nothing is known.
func (f Foreign) IsZero() bool { return f.Kind == "" }

// Text is the whole sentence.
func (f Foreign) Text() text.Text {
	return text.Join(", ", f.What, f.Not)
}

func (f Foreign) String() string { return f.Text().String() }

func is(kind ForeignKind, format string, args ...any) Foreign {
	return Foreign{Kind: kind, What: text.Of(format, args...)}
}

func (f Foreign) not(format string) Foreign {
	f.Not = text.Of(format)
	return f
}

// sampleSize is how much of a file is looked at as text.
const sampleSize = 64 << 10

// sample is what the rules for foreign files look at.
type sample struct {
	data []byte
	text string // its start as UTF-8, without byte order mark and leading space; "" if it is binary
	low  string // text in lower case
}

// Identify says what data is that no format reads. The result is zero if nothing
// is known of it.
func Identify(data []byte) Foreign {
	if len(data) == 0 {
		return is(Empty, "the file is empty")
	}
	if len(bytes.Trim(data, "\x00")) == 0 {
		return is(Blank, "the file holds nothing but zero bytes: its contents were lost, restore it from a copy")
	}
	s := sample{data: data, text: sampleText(data)}
	if s.text == "" && len(bytes.TrimSpace(data)) == 0 {
		return is(Blank, "the file holds nothing but white space")
	}
	s.low = strings.ToLower(s.text)
	if m := findMagic(data); m != nil {
		if m.refine != nil {
			return m.refine(data)
		}
		return m.is
	}
	if f := foreignASN1(data); !f.IsZero() {
		return f
	}
	if s.text != "" {
		for _, rule := range foreignText() {
			if f := rule(&s); !f.IsZero() {
				return f
			}
		}
		return is(PlainText, "this is text without a certificate or key in it")
	}
	return foreignBinary(data)
}

// IsPacked reports whether a file that begins with head has to be unpacked or
// decrypted before anything in it can be read, and by another program.
func IsPacked(head []byte) bool {
	m := findMagic(head)
	return m != nil && (m.is.Kind == Archive || m.is.Kind == Encrypted)
}

// IsProgram reports whether a file is machine code, by its first bytes. What looks
// like PEM in it are the words of the program.
func IsProgram(data []byte) bool {
	m := findMagic(data)
	return m != nil && (m.is.Kind == Program || m.refine != nil && m.refine(data).Kind == Program)
}

func findMagic(data []byte) *magic {
	for _, m := range foreignMagic() {
		if len(data) >= m.offset && bytes.HasPrefix(data[m.offset:], []byte(m.magic)) {
			return &m
		}
	}
	return nil
}

// sampleText gives the start of data as text, "" if it is none.
func sampleText(data []byte) string {
	head := data[:min(len(data), sampleSize)]
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return strings.TrimSpace(decodeUTF16(head[2:], binary.LittleEndian))
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return strings.TrimSpace(decodeUTF16(head[2:], binary.BigEndian))
	}
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	control := 0
	for _, c := range head {
		if c == 0 {
			return ""
		}
		if c < ' ' && (c < '\t' || c > '\r') && c != 0x1b {
			control++
		}
	}
	if control > len(head)/64 {
		return ""
	}
	if len(data) <= sampleSize && !utf8.Valid(head) {
		high := 0
		for _, c := range head {
			if c >= 0x80 {
				high++
			}
		}
		if high > len(head)/4 {
			return ""
		}
	}
	return strings.TrimSpace(string(head))
}

func decodeUTF16(b []byte, order binary.ByteOrder) string {
	units := make([]uint16, 0, len(b)/2)
	for ; len(b) >= 2; b = b[2:] {
		units = append(units, order.Uint16(b))
	}
	return string(utf16.Decode(units))
}

type magic struct {
	offset int
	magic  string
	is     Foreign
	refine func([]byte) Foreign // instead of is
}

// foreignMagic lists the files that are known by the bytes they start with.
func foreignMagic() []magic {
	return []magic{
		{0, "PK\x03\x04", Foreign{}, foreignZIP},
		{0, "PK\x05\x06", is(EmptyArchive, "this is an empty ZIP archive"), nil},
		{0, "7z\xbc\xaf\x27\x1c", is(Archive, "this is a 7-Zip archive: unpack it first, the certificate or key is a file inside"), nil},
		{0, "Rar!\x1a\x07", is(Archive, "this is a RAR archive: unpack it first, the certificate or key is a file inside"), nil},
		{0, "BZh", is(Archive, "this is a bzip2 archive: unpack it first, the certificate or key is a file inside"), nil},
		{0, "\xfd7zXZ\x00", is(Archive, "this is an xz archive: unpack it first, the certificate or key is a file inside"), nil},
		{0, "\x28\xb5\x2f\xfd", is(Archive, "this is a Zstandard archive: unpack it first, the certificate or key is a file inside"), nil},
		{0, "MSCF\x00\x00\x00\x00", is(Archive, "this is a Windows cabinet (.cab): unpack it first, the certificate or key is a file inside"), nil},
		{0, "SQLite format 3\x00", Foreign{}, foreignSQLite},
		{0, "\x00\x06\x15\x61", is(Database, "this is an old NSS or Berkeley database (cert8.db, key3.db): export from it with pk12util or certutil"), nil},
		{0, "\x61\x15\x06\x00", is(Database, "this is an old NSS or Berkeley database (cert8.db, key3.db): export from it with pk12util or certutil"), nil},
		{12, "\x61\x15\x06\x00", is(Database, "this is a Berkeley database"), nil},
		{12, "\x62\x31\x05\x00", is(Database, "this is a Berkeley database"), nil},
		{0, "\x00\x00\x00\x00CERT", is(Keystore, "this is a Microsoft serialized certificate store (.sst): open it in certmgr.msc and export the certificates"), nil},
		{8, "KBXf", is(Keystore, "this is a GnuPG keybox, an OpenPGP key ring: OpenPGP keys are no TLS keys"), nil},
		{0, "SSH PRIVATE KEY FILE FORMAT 1.1\n", is(SSH, "this is an SSH 1 private key, which nothing in use today reads"), nil},
		{0, "\xac\xed\x00\x05", is(Keystore, "this is a serialized Java object").not("not a keystore"), nil},
		{0, "%PDF-", is(Document, "this is a PDF document").not("not a certificate"), nil},
		{0, "\x89PNG\r\n", is(Image, "this is an image (PNG)").not("not a certificate"), nil},
		{0, "\xff\xd8\xff", is(Image, "this is an image (JPEG)").not("not a certificate"), nil},
		{0, "GIF8", is(Image, "this is an image (GIF)").not("not a certificate"), nil},
		{0, "II*\x00", is(Image, "this is an image (TIFF)").not("not a certificate"), nil},
		{0, "MM\x00*", is(Image, "this is an image (TIFF)").not("not a certificate"), nil},
		{0, "\x7fELF", is(Program, "this is a program (ELF)").not("not a certificate"), nil},
		{0, "MZ", Foreign{}, foreignProgram},
		{0, "\xca\xfe\xba\xbe", is(Program, "this is a program (Java class or macOS)").not("not a certificate"), nil},
		{0, "\xcf\xfa\xed\xfe", is(Program, "this is a program (macOS)").not("not a certificate"), nil},
		{0, "L\x00\x00\x00\x01\x14\x02\x00", is(Windows, "this is a Windows shortcut (.lnk): the certificate is the file it points to"), nil},
		{0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", is(Document, "this is an old Office document or an Outlook message (.doc, .msg): save the certificate from it as a plain text file"), nil},
		{0, "{\\rtf", is(Document, "this is a rich text document (RTF): save it as plain text"), nil},
		{0, "kych", is(Keystore, "this is a macOS keychain: export from it with Keychain Access or security(1)"), nil},
		{0, "age-encryption.org/", is(Encrypted, "this is a file encrypted with age: decrypt it first"), nil},
		{0, "\xa1\xf8\x4e", is(Keystore, "this is an Oracle wallet with auto-login (cwallet.sso): the ewallet.p12 beside it is a PFX, or orapki wallet export writes the certificate"), nil},
		{0, "$ANSIBLE_VAULT;", is(Encrypted, "this is a file encrypted with Ansible Vault: decrypt it first, with ansible-vault view"), nil},
		{0, "\x00GITCRYPT\x00", is(Encrypted, "this is a file encrypted with git-crypt: decrypt it first, with git-crypt unlock"), nil},
		{0, "\x03\xd9\xa2\x9a", is(Encrypted, "this is a database of KeePass: save what is attached to its entry"), nil},
		{0, "\x01\x00\x00\x00\xd0\x8c\x9d\xdf\x01\x15\xd1\x11\x8c\x7a\x00\xc0\x4f\xc2\x97\xeb", is(Encrypted, "this is encrypted with the keys of a Windows account (DPAPI), which alone can decrypt it"), nil},
		{0, "Salted__", is(Encrypted, "this is a file encrypted with openssl enc: decrypt it first"), nil},
		{0, "LUKS\xba\xbe", is(Disk, "this is an encrypted disk").not("not a certificate"), nil},
	}
}

func foreignZIP(data []byte) Foreign {
	if f := packedDocument(data); !f.IsZero() {
		return f
	}
	return is(Archive, "this is a ZIP archive")
}

// IsDocument reports whether data is packed as a ZIP archive and is none to its
// owner: the certificates in it, if any, are those of the people who signed it.
func IsDocument(data []byte) bool { return !packedDocument(data).IsZero() }

func packedDocument(data []byte) Foreign {
	head := data[:min(len(data), sampleSize)]
	for _, k := range []struct {
		name string
		is   Foreign
	}{
		{"META-INF/", is(Program, "this is a Java archive (JAR, WAR or APK)").not("not a keystore: a certificate in it is a .RSA file below META-INF")},
		{"word/", is(Document, "this is a Word document: save the certificate from it as a plain text file")},
		{"xl/", is(Document, "this is an Excel document").not("not a certificate")},
		{"[Content_Types].xml", is(Document, "this is an Office document: save the certificate from it as a plain text file")},
	} {
		if bytes.Contains(head, []byte(k.name)) {
			return k.is
		}
	}
	return Foreign{}
}

func foreignSQLite(data []byte) Foreign {
	if bytes.Contains(data, []byte("nssPrivate")) || bytes.Contains(data, []byte("nssPublic")) {
		return is(Database, "this is an NSS database (cert9.db, key4.db), as Firefox and Chromium have: export from it with pk12util or certutil")
	}
	return is(Database, "this is an SQLite database").not("not a certificate")
}

func foreignProgram(data []byte) Foreign {
	if len(data) < 64 || sampleText(data) != "" {
		return Foreign{}
	}
	return is(Program, "this is a Windows program").not("not a certificate")
}

// foreignASN1 names the ASN.1 objects that are neither key, certificate,
// request nor revocation list.
func foreignASN1(data []byte) Foreign {
	switch Of(data) {
	case Parameters:
		return is(NamedASN1, "these are parameters (DH, DSA or elliptic curve) without a key")
	case AttributeCert:
		return is(NamedASN1, "this is an attribute certificate, which holds no key and serves no TLS")
	case OCSPResponse:
		return is(NamedASN1, "this is an OCSP response, which says whether a certificate was revoked").not("not the certificate")
	case Timestamp:
		return is(NamedASN1, "this is a time stamp response").not("not a certificate")
	}
	e, rest, err := der.Parse(data)
	if err != nil || !e.Is(der.TagSequence) || !e.Constructed || len(e.Content) == 0 {
		return Foreign{}
	}
	s := outline{rest: e.Content}
	if tag, _, first := s.next(); tag == der.TagSequence && s.first() == der.TagSequence {
		// BouncyCastle's ObjectStore: { { AlgorithmIdentifier PBES2, OCTET STRING }, integrity check }
		if t, _, alg := first.next(); t == der.TagSequence && first.first() == der.TagOctetString && bytes.HasPrefix(alg.oid(), rawPKCS5) {
			return is(Keystore, "this is a BouncyCastle FIPS keystore (BCFKS): convert it with keytool and BouncyCastle's provider")
		}
	}
	if _, err := e.Children(); err == nil && len(rest) == 0 {
		return is(OtherASN1, "this is an ASN.1 object of a kind that is neither key nor certificate")
	}
	return Foreign{}
}

// foreignText lists the rules for text, the particular ones first.
func foreignText() []func(*sample) Foreign {
	return []func(*sample) Foreign{
		foreignWeb, foreignSSH, foreignPGP, foreignJSON, foreignXML, foreignWindows, foreignConfig, foreignPEM, foreignDump,
	}
}

func foreignWeb(s *sample) Foreign {
	head := s.low[:min(len(s.low), 2048)]
	html := strings.HasPrefix(head, "<!doctype html") || strings.Contains(head, "<html") || strings.Contains(head, "<head>") || strings.Contains(head, "<body")
	switch {
	case html:
		what := text.Of("this is a web page (HTML)")
		if title := between(s.text, "<title", "</title"); title != "" {
			if i := strings.IndexByte(title, '>'); i >= 0 {
				title = title[i+1:]
			}
			if title = Plain(title, 60); title != "" {
				what = text.Of("this is a web page (HTML) titled “%s”", title)
			}
		}
		return Foreign{Kind: WebPage, What: what}.not("not a certificate: what was downloaded is probably an error or login page")
	case strings.HasPrefix(head, "http/1") || strings.HasPrefix(head, "http/2"):
		line, _, _ := strings.Cut(s.text, "\n")
		return is(WebPage, "this is a web server's answer (%s)", Plain(line, 60)).not("not a certificate")
	}
	return Foreign{}
}

func foreignSSH(s *sample) Foreign {
	first, _, _ := strings.Cut(s.text, " ")
	switch {
	case strings.HasSuffix(first, "-cert-v01@openssh.com"):
		return is(SSH, "this is an OpenSSH certificate, which is of another kind than X.509 certificates")
	case strings.HasPrefix(first, "ssh-") || strings.HasPrefix(first, "ecdsa-sha2-") || strings.HasPrefix(first, "sk-ssh-") || strings.HasPrefix(first, "sk-ecdsa-"):
		return is(SSH, "this is an OpenSSH public key: the private key is in the file of the same name without .pub")
	case strings.HasPrefix(s.text, "---- BEGIN SSH2 PUBLIC KEY"):
		return is(SSH, "this is an SSH public key (RFC 4716)").not("not a private key or certificate")
	case strings.HasPrefix(s.text, "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY"):
		return is(SSH, "this is a private key of SSH Communications' software: export it as OpenSSH first")
	case strings.HasPrefix(s.text, "|1|") || strings.Contains(s.text, " ssh-rsa AAAA") || strings.Contains(s.text, " ssh-ed25519 AAAA"):
		return is(SSH, "this is a list of SSH host keys or of keys allowed to log in")
	}
	return Foreign{}
}

func foreignPGP(s *sample) Foreign {
	switch {
	case strings.Contains(s.text, "-----BEGIN PGP PUBLIC KEY BLOCK"):
		return is(OpenPGP, "this is an OpenPGP public key").not("not an X.509 certificate")
	case strings.Contains(s.text, "-----BEGIN PGP PRIVATE KEY BLOCK"):
		return is(OpenPGP, "this is an OpenPGP private key: OpenPGP keys are no TLS keys")
	case strings.Contains(s.text, "-----BEGIN PGP"):
		return is(OpenPGP, "this is an OpenPGP message: decrypt it first, with gpg")
	case strings.Contains(s.text, "AGE-SECRET-KEY-"):
		return is(OpenPGP, "this is an age identity, a key for encrypting files").not("not a TLS key")
	case strings.HasPrefix(s.text, "(21:protected-private-key"), strings.HasPrefix(s.text, "Key: ("), strings.HasPrefix(s.text, "(11:private-key"):
		return is(OpenPGP, "this is a key of GnuPG's agent (private-keys-v1.d), which GnuPG exports as PKCS#12 where a certificate belongs to it")
	case strings.HasPrefix(s.text, "untrusted comment:"):
		return is(OpenPGP, "this is a key or signature of minisign or signify").not("not a TLS key")
	case strings.HasPrefix(s.text, "age1"), strings.HasPrefix(s.text, "-----BEGIN AGE ENCRYPTED FILE"):
		return is(OpenPGP, "this is a file or recipient of age: decrypt it first")
	}
	return Foreign{}
}

func foreignJSON(s *sample) Foreign {
	if s.text == "" || s.text[0] != '{' && s.text[0] != '[' {
		return Foreign{}
	}
	if s.text[0] == '[' && !strings.HasPrefix(strings.TrimLeft(s.text[1:], " \t\r\n"), "{") {
		return Foreign{} // the section of an INI file
	}
	switch {
	case strings.Contains(s.text, `"kty"`):
		return is(JSON, "this is a JSON Web Key (JWK) whose JSON is cut short or damaged")
	case strings.Contains(s.text, `"error"`) || strings.Contains(s.text, `"errors"`):
		return is(JSON, "this is the error message (JSON) of a web service").not("not a certificate")
	case strings.Contains(s.text, ":"):
		return is(JSON, "this is JSON without a certificate or key in it")
	}
	return Foreign{}
}

func foreignXML(s *sample) Foreign {
	switch {
	case strings.Contains(s.text, "<RSAKeyValue"):
		return is(XML, "this is an RSA key in .NET's XML form")
	case strings.HasPrefix(s.low, "<?xml") && strings.Contains(s.low, "x509certificate>"):
		return is(XML, "this is XML (SAML metadata perhaps): its certificate is in base64 in X509Certificate, copy that alone")
	case strings.HasPrefix(s.low, "<?xml") && strings.Contains(s.low, "<plist"):
		return is(XML, "this is an Apple property list or configuration profile (.mobileconfig) without a certificate or key in it")
	case strings.HasPrefix(s.low, "<?xml"):
		return is(XML, "this is XML").not("not a certificate")
	}
	return Foreign{}
}

func foreignWindows(s *sample) Foreign {
	switch {
	case strings.HasPrefix(s.text, "Windows Registry Editor Version") || strings.HasPrefix(s.text, "REGEDIT4"):
		return is(Windows, "this is a Windows registry export (.reg)").not("not the certificate or key itself")
	case strings.Contains(s.low, "[newrequest]"):
		return is(Windows, "this is the template (.inf) of a request for certreq").not("not the request: certreq -new makes it")
	case strings.HasPrefix(s.low, "bag attributes") && !strings.Contains(s.text, "-----BEGIN"):
		return is(Windows, "these are the bag attributes that openssl pkcs12 prints, without the certificate")
	case strings.HasPrefix(s.low, "[internetshortcut]"):
		return is(Windows, "this is a link to a web page (.url)")
	}
	return Foreign{}
}

func foreignConfig(s *sample) Foreign {
	switch {
	case strings.Contains(s.text, "kind: SealedSecret"), strings.Contains(s.text, `"kind": "SealedSecret"`), strings.Contains(s.text, `"kind":"SealedSecret"`):
		return is(Encrypted, "this is a SealedSecret, which only the controller in its cluster opens: take the Secret from there, with kubectl get secret -o yaml")
	case strings.HasPrefix(s.text, "U2FsdGVkX1"):
		return is(Encrypted, "this is base64 of a file encrypted with openssl enc: decrypt it first, with openssl enc -d -a")
	case strings.Contains(s.text, "ENC[AES256_GCM,"):
		return is(Encrypted, "this is a file encrypted with SOPS: decrypt it first, with sops decrypt")
	case strings.Contains(s.text, "certificate-authority-data:") || strings.Contains(s.text, "client-key-data:"):
		return is(Configuration, "this is a Kubernetes configuration: its certificates and keys are in base64 after certificate-authority-data, client-certificate-data and client-key-data")
	case strings.Contains(s.low, "kind: secret") && strings.Contains(s.text, "tls.crt:"):
		return is(Configuration, "this is a Kubernetes secret: its certificate and key are in base64 after tls.crt and tls.key")
	case strings.Contains(s.low, "[ req ]") || strings.Contains(s.low, "[req]"):
		return is(Configuration, "this is a configuration file of OpenSSL").not("not the request that is made with it")
	case strings.Contains(s.text, "SSLCertificateFile") || strings.Contains(s.text, "ssl_certificate"):
		return is(Configuration, "this is the configuration of a web server: the certificate is the file that it names")
	case strings.HasPrefix(s.low, "#!"):
		return is(Configuration, "this is a script").not("not a certificate")
	case strings.HasPrefix(s.low, "received:") || strings.HasPrefix(s.low, "return-path:") || strings.HasPrefix(s.low, "from: ") || strings.HasPrefix(s.low, "mime-version:"):
		return is(Configuration, "this is a mail without a certificate or key in it, or with one that is damaged")
	}
	return Foreign{}
}

func foreignPEM(s *sample) Foreign {
	label := between(s.text, "-----BEGIN ", "-----")
	switch {
	case label == "":
		return Foreign{}
	case strings.Contains(label, "PARAMETERS"):
		return is(ForeignPEM, "these are parameters (%s) without a key", Plain(label, 40))
	case strings.Contains(label, "OpenVPN"):
		return is(ForeignPEM, "this is an OpenVPN static key").not("not a TLS key")
	case strings.Contains(label, "ATTRIBUTE CERTIFICATE"):
		return is(ForeignPEM, "this is an attribute certificate, which holds no key and serves no TLS")
	}
	return is(ForeignPEM, "this is PEM text that holds “%s”", Plain(label, 40))
}

func foreignDump(s *sample) Foreign {
	switch {
	case strings.Contains(s.text, "Algorithm ObjectId:") || strings.HasPrefix(s.text, "X509 Certificate:"):
		return is(Printed, "this is what certutil -dump prints of a certificate, without the certificate").not("save it with certutil -encode, or export it again")
	case strings.HasPrefix(s.text, "Certificate:") && strings.Contains(s.text, "Serial Number"):
		return is(Printed, "this is a certificate printed for people (openssl x509 -text), without the certificate itself")
	case strings.HasPrefix(s.text, "Certificate Request:"):
		return is(Printed, "this is a request printed for people (openssl req -text), without the request itself")
	case strings.HasPrefix(s.text, "Private-Key:") || strings.HasPrefix(s.text, "RSA Private-Key:"):
		return is(Printed, "this is a private key printed for people, without the key itself")
	case strings.HasPrefix(s.text, "Keystore type:") || strings.HasPrefix(s.text, "Alias name:"):
		return is(Printed, "this is what keytool -list printed").not("not the keystore")
	case isHexDump(s.text):
		return is(Printed, "these are hexadecimal digits of a binary file: turn them back into bytes (xxd -r -p)")
	}
	return Foreign{}
}

// isHexDump reports whether text is nothing but hexadecimal digits of an ASN.1 SEQUENCE.
func isHexDump(text string) bool {
	if !strings.HasPrefix(text, "30") || len(text) < 32 {
		return false
	}
	for _, c := range text {
		if !strings.ContainsRune("0123456789abcdefABCDEF :\r\n\t", c) {
			return false
		}
	}
	return true
}

// foreignBinary tells what has no fixed first bytes.
func foreignBinary(data []byte) Foreign {
	if len(data) > 32 && (data[3] == 1 || data[3] == 2) && bytes.HasPrefix(data, []byte("\x00\x00\x00")) {
		// BouncyCastle: version, length of the salt, salt, iterations
		salt := binary.BigEndian.Uint32(data[4:])
		if salt == 20 && binary.BigEndian.Uint32(data[28:]) < 1<<16 {
			return is(Keystore, "this is a BouncyCastle keystore (UBER): convert it with keytool and BouncyCastle's provider")
		}
	}
	if isPGPMessage(data) {
		return is(Encrypted, "this is a file encrypted with OpenPGP: decrypt it first, with gpg")
	}
	// OpenPGP packets: public or secret key, versions 3 to 6 (RFC 9580, Sections 4.2 and 5.5).
	if len(data) > 8 {
		version := byte(0)
		switch data[0] {
		case 0x98, 0x94:
			version = data[2]
		case 0x99, 0x95:
			version = data[3]
		case 0xc6, 0xc5:
			switch {
			case data[1] < 192:
				version = data[2]
			case data[1] < 224:
				version = data[3]
			case data[1] == 255:
				version = data[6]
			}
		}
		if version >= 3 && version <= 6 {
			return is(OpenPGP, "this is an OpenPGP key").not("not an X.509 certificate or TLS key")
		}
	}
	return Foreign{}
}

// isPGPMessage reports whether data begins with the packet of a session key, encrypted by
// a password or for a public key (RFC 9580, Sections 4.2, 5.1 and 5.3).
func isPGPMessage(data []byte) bool {
	if len(data) < 16 {
		return false
	}
	head, body := data[0], data[2:]
	if head == 0x85 || head == 0x8d { // a length of two bytes
		body = data[3:]
	} else if head >= 0xc0 && data[1] >= 192 { // RFC 9580, Section 4.2.1.2
		body = data[3:]
	}
	switch head {
	case 0x84, 0x85, 0xc1: // version 3, key id, algorithm; version 6, length, version and fingerprint of the key
		return body[0] == 3 && bytes.IndexByte([]byte{1, 2, 3, 16, 18, 25, 26}, body[9]) >= 0 || body[0] == 6 && (body[2] == 4 || body[2] == 6) && (body[1] == 21 || body[1] == 33)
	case 0x8c, 0x8d, 0xc3: // version 4, cipher, S2K; version 6, length, cipher, AEAD
		return body[0] == 4 && body[1] >= 1 && body[1] <= 13 && body[2] <= 4 || body[0] >= 5 && body[0] <= 6 && body[2] >= 1 && body[2] <= 13
	}
	return false
}

// between returns what is between start and end, whatever their case.
func between(text, start, end string) string {
	low := strings.ToLower(text)
	i := strings.Index(low, strings.ToLower(start))
	if i < 0 || len(low) != len(text) {
		return ""
	}
	i += len(start)
	j := strings.Index(low[i:], strings.ToLower(end))
	if j < 0 {
		return ""
	}
	return text[i : i+j]
}

// Plain makes foreign text fit for a message: one line, no control
// characters, at most n characters.
func Plain(text string, n int) string {
	var b strings.Builder
	count, space := 0, false
	for _, r := range strings.ToValidUTF8(text, "") {
		if unicode.IsSpace(r) {
			space = count > 0
			continue
		}
		if !unicode.IsPrint(r) {
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		if count++; count > n {
			b.WriteString("…")
			break
		}
		b.WriteRune(r)
	}
	return b.String()
}
