package convert

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/certconv/certconv/internal/der"
)

// sampleSize is how much of a file is looked at as text.
const sampleSize = 64 << 10

// sample is what the rules for foreign files look at.
type sample struct {
	data []byte
	text string // its start as UTF-8, without byte order mark and leading space; "" if it is binary
	low  string // text in lower case
}

// identifyForeign says in words what data is that no format of the table reads
// ("this is a web page, not a certificate"), or "" if nothing is known of it.
func identifyForeign(data []byte) string {
	if len(data) == 0 {
		return "the file is empty"
	}
	if len(bytes.Trim(data, "\x00")) == 0 {
		return "the file holds nothing but zero bytes: its contents were lost, restore it from a copy"
	}
	s := sample{data: data, text: sampleText(data)}
	if s.text == "" && len(bytes.TrimSpace(data)) == 0 {
		return "the file holds nothing but white space"
	}
	s.low = strings.ToLower(s.text)
	for _, m := range foreignMagic() {
		if len(data) >= m.offset && bytes.HasPrefix(data[m.offset:], []byte(m.magic)) {
			if m.refine != nil {
				return m.refine(data)
			}
			return m.words
		}
	}
	if words := foreignASN1(data); words != "" {
		return words
	}
	if s.text != "" {
		for _, rule := range foreignText() {
			if words := rule(&s); words != "" {
				return words
			}
		}
		return "this is text without a certificate or key in it"
	}
	return foreignBinary(data)
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
	words  string
	refine func([]byte) string // instead of words
}

// foreignMagic lists the files that are known by the bytes they start with.
func foreignMagic() []magic {
	const archive = ": unpack it first, the certificate or key is a file inside"
	return []magic{
		{0, "PK\x03\x04", "", foreignZIP},
		{0, "PK\x05\x06", "this is an empty ZIP archive", nil},
		{0, "7z\xbc\xaf\x27\x1c", "this is a 7-Zip archive" + archive, nil},
		{0, "Rar!\x1a\x07", "this is a RAR archive" + archive, nil},
		{0, "\x1f\x8b\x08", "this is a gzip archive" + archive, nil},
		{0, "BZh", "this is a bzip2 archive" + archive, nil},
		{0, "\xfd7zXZ\x00", "this is an xz archive" + archive, nil},
		{0, "\x28\xb5\x2f\xfd", "this is a Zstandard archive" + archive, nil},
		{0, "MSCF\x00\x00\x00\x00", "this is a Windows cabinet (.cab)" + archive, nil},
		{257, "ustar", "this is a tar archive" + archive, nil},
		{0, "SQLite format 3\x00", "", foreignSQLite},
		{0, "\x00\x06\x15\x61", "this is an old NSS or Berkeley database (cert8.db, key3.db): export from it with pk12util or certutil", nil},
		{0, "\x61\x15\x06\x00", "this is an old NSS or Berkeley database (cert8.db, key3.db): export from it with pk12util or certutil", nil},
		{12, "\x61\x15\x06\x00", "this is a Berkeley database", nil},
		{12, "\x62\x31\x05\x00", "this is a Berkeley database", nil},
		{0, "\x00\x00\x00\x00CERT", "this is a Microsoft serialized certificate store (.sst): open it in certmgr.msc and export the certificates", nil},
		{8, "KBXf", "this is a GnuPG keybox, an OpenPGP key ring: OpenPGP keys are no TLS keys", nil},
		{0, "SSH PRIVATE KEY FILE FORMAT 1.1\n", "this is an SSH 1 private key, which nothing in use today reads", nil},
		{0, "\xac\xed\x00\x05", "this is a serialized Java object, not a keystore", nil},
		{0, "%PDF-", "this is a PDF document, not a certificate", nil},
		{0, "\x89PNG\r\n", "this is an image (PNG), not a certificate", nil},
		{0, "\xff\xd8\xff", "this is an image (JPEG), not a certificate", nil},
		{0, "GIF8", "this is an image (GIF), not a certificate", nil},
		{0, "II*\x00", "this is an image (TIFF), not a certificate", nil},
		{0, "MM\x00*", "this is an image (TIFF), not a certificate", nil},
		{0, "\x7fELF", "this is a program (ELF), not a certificate", nil},
		{0, "MZ", "", foreignProgram},
		{0, "\xca\xfe\xba\xbe", "this is a program (Java class or macOS), not a certificate", nil},
		{0, "\xcf\xfa\xed\xfe", "this is a program (macOS), not a certificate", nil},
		{0, "L\x00\x00\x00\x01\x14\x02\x00", "this is a Windows shortcut (.lnk): the certificate is the file it points to", nil},
		{0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "this is an old Office document or an Outlook message (.doc, .msg): save the certificate from it as a plain text file", nil},
		{0, "{\\rtf", "this is a rich text document (RTF): save it as plain text", nil},
		{0, "kych", "this is a macOS keychain: export from it with Keychain Access or security(1)", nil},
		{0, "age-encryption.org/", "this is a file encrypted with age: decrypt it first", nil},
		{0, "Salted__", "this is a file encrypted with openssl enc: decrypt it first", nil},
		{0, "LUKS\xba\xbe", "this is an encrypted disk, not a certificate", nil},
	}
}

// someASN1 is said of ASN.1 of which nothing more is known.
const someASN1 = "this is an ASN.1 object of a kind that is neither key nor certificate"

func foreignZIP(data []byte) string {
	if words := zipDocument(data); words != "" {
		return words
	}
	return "this is a ZIP archive"
}

func foreignSQLite(data []byte) string {
	if bytes.Contains(data, []byte("nssPrivate")) || bytes.Contains(data, []byte("nssPublic")) {
		return "this is an NSS database (cert9.db, key4.db), as Firefox and Chromium have: export from it with pk12util or certutil"
	}
	return "this is an SQLite database, not a certificate"
}

func foreignProgram(data []byte) string {
	if len(data) < 64 || sampleText(data) != "" {
		return ""
	}
	return "this is a Windows program, not a certificate"
}

// foreignASN1 names the ASN.1 objects that are neither key, certificate,
// request nor revocation list.
func foreignASN1(data []byte) string {
	switch classify(data) {
	case objParameters:
		return "these are parameters (DH, DSA or elliptic curve) without a key"
	case objAttributeCert:
		return "this is an attribute certificate, which holds no key and serves no TLS"
	case objOCSPResponse:
		return "this is an OCSP response, which says whether a certificate was revoked, not the certificate"
	case objTimestamp:
		return "this is a time stamp response, not a certificate"
	}
	e, rest, err := der.Parse(data)
	if err != nil || !e.Is(der.TagSequence) || !e.Constructed || len(e.Content) == 0 {
		return ""
	}
	s := shape{rest: e.Content}
	if tag, _, first := s.next(); tag == der.TagSequence && s.first() == der.TagSequence {
		// BouncyCastle's ObjectStore: { { AlgorithmIdentifier PBES2, OCTET STRING }, integrity check }
		if t, _, alg := first.next(); t == der.TagSequence && first.first() == der.TagOctetString && bytes.HasPrefix(alg.oid(), rawPKCS5) {
			return "this is a BouncyCastle FIPS keystore (BCFKS): convert it with keytool and BouncyCastle's provider"
		}
	}
	if _, err := e.Children(); err == nil && len(rest) == 0 {
		return someASN1
	}
	return ""
}

// foreignText lists the rules for text, the particular ones first.
func foreignText() []func(*sample) string {
	return []func(*sample) string{
		foreignWeb, foreignSSH, foreignPGP, foreignJSON, foreignXML, foreignWindows, foreignConfig, foreignPEM, foreignDump,
	}
}

func foreignWeb(s *sample) string {
	head := s.low[:min(len(s.low), 2048)]
	html := strings.HasPrefix(head, "<!doctype html") || strings.Contains(head, "<html") || strings.Contains(head, "<head>") || strings.Contains(head, "<body")
	switch {
	case html:
		words := "this is a web page (HTML)"
		if title := between(s.text, "<title", "</title"); title != "" {
			if i := strings.IndexByte(title, '>'); i >= 0 {
				title = title[i+1:]
			}
			if title = plain(title, 60); title != "" {
				words += " titled “" + title + "”"
			}
		}
		return words + ", not a certificate: what was downloaded is probably an error or login page"
	case strings.HasPrefix(head, "http/1") || strings.HasPrefix(head, "http/2"):
		line, _, _ := strings.Cut(s.text, "\n")
		return "this is a web server's answer (" + plain(line, 60) + "), not a certificate"
	}
	return ""
}

func foreignSSH(s *sample) string {
	first, _, _ := strings.Cut(s.text, " ")
	switch {
	case strings.HasSuffix(first, "-cert-v01@openssh.com"):
		return "this is an OpenSSH certificate, which is of another kind than X.509 certificates"
	case strings.HasPrefix(first, "ssh-") || strings.HasPrefix(first, "ecdsa-sha2-") || strings.HasPrefix(first, "sk-ssh-") || strings.HasPrefix(first, "sk-ecdsa-"):
		return "this is an OpenSSH public key: the private key is in the file of the same name without .pub"
	case strings.HasPrefix(s.text, "---- BEGIN SSH2 PUBLIC KEY"):
		return "this is an SSH public key (RFC 4716), not a private key or certificate"
	case strings.HasPrefix(s.text, "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY"):
		return "this is a private key of SSH Communications' software: export it as OpenSSH first"
	case strings.HasPrefix(s.text, "PuTTY-User-Key-File-"):
		return "this is a PuTTY private key (.ppk): open it in PuTTYgen and export it as an OpenSSH key"
	case strings.HasPrefix(s.text, "|1|") || strings.Contains(s.text, " ssh-rsa AAAA") || strings.Contains(s.text, " ssh-ed25519 AAAA"):
		return "this is a list of SSH host keys or of keys allowed to log in"
	}
	return ""
}

func foreignPGP(s *sample) string {
	switch {
	case strings.Contains(s.text, "-----BEGIN PGP PUBLIC KEY BLOCK"):
		return "this is an OpenPGP public key, not an X.509 certificate"
	case strings.Contains(s.text, "-----BEGIN PGP PRIVATE KEY BLOCK"):
		return "this is an OpenPGP private key: OpenPGP keys are no TLS keys"
	case strings.Contains(s.text, "-----BEGIN PGP"):
		return "this is an OpenPGP message: decrypt it first"
	case strings.Contains(s.text, "AGE-SECRET-KEY-"):
		return "this is an age identity, a key for encrypting files, not a TLS key"
	case strings.HasPrefix(s.text, "age1"), strings.HasPrefix(s.text, "-----BEGIN AGE ENCRYPTED FILE"):
		return "this is a file or recipient of age: decrypt it first"
	}
	return ""
}

func foreignJSON(s *sample) string {
	if s.text == "" || s.text[0] != '{' && s.text[0] != '[' {
		return ""
	}
	if s.text[0] == '[' && !strings.HasPrefix(strings.TrimLeft(s.text[1:], " \t\r\n"), "{") {
		return "" // the section of an INI file
	}
	switch {
	case strings.Contains(s.text, `"kty"`) && strings.Contains(s.text, `"d"`):
		return "this is a private key as JSON Web Key (JWK)"
	case strings.Contains(s.text, `"kty"`):
		return "this is a public key as JSON Web Key (JWK)"
	case strings.Contains(s.text, `"error"`) || strings.Contains(s.text, `"errors"`):
		return "this is the error message (JSON) of a web service, not a certificate"
	case strings.Contains(s.text, ":"):
		return "this is JSON without a certificate or key in it"
	}
	return ""
}

func foreignXML(s *sample) string {
	switch {
	case strings.Contains(s.text, "<RSAKeyValue"):
		return "this is an RSA key in .NET's XML form"
	case strings.HasPrefix(s.low, "<?xml") && strings.Contains(s.low, "x509certificate>"):
		return "this is XML (SAML metadata perhaps): its certificate stands in base64 in X509Certificate, copy that alone"
	case strings.HasPrefix(s.low, "<?xml") && strings.Contains(s.low, "<plist"):
		return "this is an Apple property list or configuration profile (.mobileconfig)"
	case strings.HasPrefix(s.low, "<?xml"):
		return "this is XML, not a certificate"
	}
	return ""
}

func foreignWindows(s *sample) string {
	switch {
	case strings.HasPrefix(s.text, "Windows Registry Editor Version") || strings.HasPrefix(s.text, "REGEDIT4"):
		return "this is a Windows registry export (.reg), not the certificate or key itself"
	case strings.Contains(s.low, "[newrequest]"):
		return "this is the template (.inf) of a request for certreq, not the request: certreq -new makes it"
	case strings.HasPrefix(s.low, "bag attributes") && !strings.Contains(s.text, "-----BEGIN"):
		return "these are the bag attributes that openssl pkcs12 prints, without the certificate"
	case strings.HasPrefix(s.low, "[internetshortcut]"):
		return "this is a link to a web page (.url)"
	}
	return ""
}

func foreignConfig(s *sample) string {
	switch {
	case strings.Contains(s.text, "certificate-authority-data:") || strings.Contains(s.text, "client-key-data:"):
		return "this is a Kubernetes configuration: its certificates and keys stand in base64 behind certificate-authority-data, client-certificate-data and client-key-data"
	case strings.Contains(s.low, "kind: secret") && strings.Contains(s.text, "tls.crt:"):
		return "this is a Kubernetes secret: its certificate and key stand in base64 behind tls.crt and tls.key"
	case strings.Contains(s.low, "[ req ]") || strings.Contains(s.low, "[req]"):
		return "this is a configuration file of OpenSSL, not the request that is made with it"
	case strings.Contains(s.text, "SSLCertificateFile") || strings.Contains(s.text, "ssl_certificate"):
		return "this is the configuration of a web server: the certificate is the file that it names"
	case strings.HasPrefix(s.low, "#!"):
		return "this is a script, not a certificate"
	case strings.HasPrefix(s.low, "received:") || strings.HasPrefix(s.low, "return-path:") || strings.HasPrefix(s.low, "from: ") || strings.HasPrefix(s.low, "mime-version:"):
		return "this is a mail: save what is attached to it"
	}
	return ""
}

func foreignPEM(s *sample) string {
	label := between(s.text, "-----BEGIN ", "-----")
	switch {
	case label == "":
		return ""
	case strings.Contains(label, "PARAMETERS"):
		return "these are parameters (" + plain(label, 40) + ") without a key"
	case strings.Contains(label, "OpenVPN"):
		return "this is an OpenVPN static key, not a TLS key"
	case strings.Contains(label, "ATTRIBUTE CERTIFICATE"):
		return "this is an attribute certificate, which holds no key and serves no TLS"
	}
	return "this is PEM text that holds “" + plain(label, 40) + "”"
}

func foreignDump(s *sample) string {
	switch {
	case strings.HasPrefix(s.text, "Certificate:") && strings.Contains(s.text, "Serial Number"):
		return "this is a certificate printed for people (openssl x509 -text), without the certificate itself"
	case strings.HasPrefix(s.text, "Certificate Request:"):
		return "this is a request printed for people (openssl req -text), without the request itself"
	case strings.HasPrefix(s.text, "Private-Key:") || strings.HasPrefix(s.text, "RSA Private-Key:"):
		return "this is a private key printed for people, without the key itself"
	case strings.HasPrefix(s.text, "Keystore type:") || strings.HasPrefix(s.text, "Alias name:"):
		return "this is what keytool -list printed, not the keystore"
	case isHexDump(s.text):
		return "these are hexadecimal digits of a binary file: turn them back into bytes (xxd -r -p)"
	}
	return ""
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
func foreignBinary(data []byte) string {
	if len(data) > 32 && (data[3] == 1 || data[3] == 2) && bytes.HasPrefix(data, []byte("\x00\x00\x00")) {
		// BouncyCastle: version, length of the salt, salt, iterations
		salt := binary.BigEndian.Uint32(data[4:])
		if salt == 20 && binary.BigEndian.Uint32(data[28:]) < 1<<16 {
			return "this is a BouncyCastle keystore (BKS or UBER): convert it with keytool and BouncyCastle's provider"
		}
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
			return "this is an OpenPGP key, not an X.509 certificate or TLS key"
		}
	}
	return ""
}

// between returns what stands between start and end, whatever their case.
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

// plain makes foreign text fit for a message: one line, no control
// characters, at most n characters.
func plain(text string, n int) string {
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
