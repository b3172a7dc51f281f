package convert

import (
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/certconv/certconv/internal/archive"
	"github.com/certconv/certconv/internal/pem"
)

// confidence is how sure the detection of a format is.
type confidence int

// The levels of confidence.
const (
	notIt    confidence = iota
	possible            // it may be one, damaged perhaps; other formats go first
	likely              // its content looks like it
	certain             // a signature or structure that nothing else has
	whole               // certain, of a text in which other formats see what is not there
)

// Format is a row of the table that flags, help, detection, round-trip tests
// and fuzz seeds are derived from.
type Format struct {
	Name       string
	Title      string // what people call it
	Aliases    []string
	Exts       []string // with the dot, lower case; the first is the usual one
	Summary    string   // what it holds
	Ref        string   // the standard or the best description
	Keystore   bool     // it has a password by nature: the configuration of a server names it
	Archive    bool     // it holds files, each of a format of its own
	Carrier    bool     // most files with its extension have nothing to do with keys
	Searchable bool     // it is made for keys: what cannot be read in it may be one

	detect func([]byte) confidence                       // nil: another format's decoder meets it
	Decode func([]byte, *DecodeOptions) (*Bundle, error) // nil: write only
	read   func(*decoder, []byte, Source) error          // what Decode is made of, for use within a container
	encode func(*Bundle, *EncodeOptions) ([]byte, error) // nil: read only
	pieces func([]byte) [][]byte                         // cuts what was encoded where each piece can be read alone, in the same order; nil: nowhere
	holds  capacity                                      // what encode can take
}

// CanEncode reports whether the format can be written.
func (f *Format) CanEncode() bool { return f.encode != nil }

// TakesPassword reports whether what is written can be encrypted.
func (f *Format) TakesPassword() bool { return f.holds.Password != never }

// TakesKeyPassword reports whether keys can have a password of their own.
func (f *Format) TakesKeyPassword() bool { return f.holds.KeyPassword }

// NeedsPassword reports whether what is written is always encrypted.
func (f *Format) NeedsPassword() bool { return f.holds.Password == required }

// HoldsPKCS8 reports whether private keys are written as PKCS#8, and not in a form
// of the format's own.
func (f *Format) HoldsPKCS8() bool { return f.holds.Keys != 0 && f.holds.KeyAlgorithms == nil }

// Max is how many objects of a kind can be written to one file: 0 where the
// format cannot hold it, math.MaxInt where there is no limit.
func (f *Format) Max(kind Kind) int {
	n := map[Kind]int{
		KindPrivateKey: f.holds.Keys, KindPublicKey: f.holds.PublicKeys, KindCertificate: f.holds.Certs,
		KindRequest: f.holds.Requests, KindCRL: f.holds.CRLs,
	}[kind]
	if n == unlimited {
		return math.MaxInt
	}
	return n
}

// unlimited is a capacity without limit.
const unlimited = -1

// capacity says how many objects of each kind a format can hold (unlimited: no
// limit), and which keys.
type capacity struct {
	Keys, PublicKeys, Certs, Requests, CRLs, Others int
	Total                                           int      // of all kinds together; 0 means no limit
	KeyAlgorithms                                   []string // nil: all
	TwoPrimes                                       bool     // no RSA keys of three primes or more
	KeyNeedsCert                                    bool     // no key without its certificate
	SPKAC                                           bool     // requests may be Netscape's
	Names                                           bool     // friendly names
	Leads                                           bool     // what SSH has before a public key
	NameOfAll                                       bool     // the name that is asked for is that of the whole
	Entries                                         bool     // Java's entries: aliases and what is trusted
	EntriesOnly                                     bool     // no certificate that is of no entry
	KeyPassword                                     bool     // keys may have another password than the whole
	Attributes                                      bool     // other bag attributes
	Password                                        need     // whether what is written has a password
}

// need says whether something must, may or cannot be given.
type need int

// The values of need.
const (
	never need = iota
	optional
	required
)

// Formats returns the table.
func Formats() []Format { return slices.Clone(formats()) }

// formatTable is filled at first use: decoders come back to the table, which
// an initializer may not do.
var formatTable struct {
	once sync.Once
	rows []Format
}

func formats() []Format {
	formatTable.once.Do(func() { formatTable.rows = newFormats() })
	return formatTable.rows
}

func newFormats() []Format {
	anything := capacity{Keys: unlimited, PublicKeys: unlimited, Certs: unlimited, Requests: unlimited, CRLs: unlimited, Password: optional}
	one := capacity{Keys: 1, PublicKeys: 1, Certs: 1, Requests: 1, CRLs: 1, Total: 1, SPKAC: true, Password: optional}
	list := []Format{
		{
			Name: "pem", Title: "PEM", Exts: []string{".pem", ".crt", ".cer", ".key", ".csr"},
			Summary: "anything, as RFC 7468 text: key (PKCS#8), leaf, intermediates in order", Ref: "RFC 7468",
			detect: detectPEM, read: (*decoder).decodePEM, encode: encodePEM, pieces: pem.Pieces, holds: anything,
		},
		{
			Name: "der", Title: "DER", Exts: []string{".der"},
			Summary: "one object, binary", Ref: "X.690",
			detect: detectDER, read: (*decoder).decodeDER, encode: encodeDER, holds: one,
		},
		{
			Name: "pkcs1", Title: "PKCS#1",
			Summary: "one RSA key, traditional PEM", Ref: "RFC 8017, Appendix A.1.2",
			read: (*decoder).decodePEM, encode: encodePKCS1,
			holds: capacity{Keys: 1, Total: 1, KeyAlgorithms: []string{"RSA"}, Password: optional},
		},
		{
			Name: "sec1", Title: "SEC 1",
			Summary: "one EC key, traditional PEM", Ref: "RFC 5915",
			read: (*decoder).decodePEM, encode: encodeSEC1,
			holds: capacity{Keys: 1, Total: 1, KeyAlgorithms: []string{"EC"}, Password: optional},
		},
		{
			Name: "pkcs8", Title: "PKCS#8", Exts: []string{".p8"},
			Summary: "one key; PEM, or DER for .p8", Ref: "RFC 5208, RFC 5958",
			detect: detectPKCS8, read: (*decoder).decodePKCS8File, encode: encodePKCS8,
			holds: capacity{Keys: 1, Total: 1, Password: optional},
		},
		{
			Name: "net", Title: "NET key (Netscape, IIS Key Manager)", Exts: []string{".net"}, Searchable: true,
			Summary: "one RSA key as old Netscape servers and IIS Key Manager import it (RC4)", Ref: "OpenSSL 1.0.2 rsa(1), -inform NET",
			detect: detectNET, read: (*decoder).decodeNET, encode: encodeNET,
			holds: capacity{Keys: 1, Total: 1, KeyAlgorithms: []string{"RSA"}, TwoPrimes: true, Password: required},
		},
		{
			Name: "sgc", Title: "NET key, SGC variant", Searchable: true,
			Summary: "the same with the SGC key derivation", Ref: "OpenSSL 1.0.2 rsa(1), -sgckey",
			read: (*decoder).decodeNET, encode: encodeSGC,
			holds: capacity{Keys: 1, Total: 1, KeyAlgorithms: []string{"RSA"}, TwoPrimes: true, Password: required},
		},
		{
			// Before iis, which looks for keys in the middle of files.
			Name: "zip", Title: "ZIP archive", Exts: []string{".zip"}, Carrier: true,
			Summary: "a ZIP archive: whatever its files hold, each as its own format", Ref: "APPNOTE.TXT of PKWARE",
			detect: detectArchive(archive.ZIP), read: (*decoder).decodeArchive, Archive: true,
		},
		{
			Name: "tar", Title: "tar archive",
			Summary: "a tar archive: whatever its files hold, each as its own format", Ref: "POSIX.1-2017, pax",
			detect: detectArchive(archive.Tar), read: (*decoder).decodeArchive, Archive: true,
		},
		{
			Name: "gzip", Title: "compressed file (gzip, bzip2)", Aliases: []string{"gz", "tgz", "bzip2"},
			Summary: "a file packed with gzip or bzip2, often a tar archive: whatever is in it", Ref: "RFC 1952",
			detect: detectArchive(archive.Gzip, archive.Bzip2), read: (*decoder).decodeArchive, Archive: true,
		},
		{
			Name: "iis", Title: "IIS 4 Key Manager backup", Searchable: true,
			Summary: "an IIS 4 Key Manager backup (.key): keys, certificates, requests", Ref: "Microsoft KB Q171084",
			detect: detectIIS, read: (*decoder).decodeIIS,
		},
		{
			Name: "pfx", Title: "PFX (PKCS#12)", Aliases: []string{"pkcs12", "p12"}, Exts: []string{".pfx", ".p12"}, Keystore: true, Searchable: true,
			Summary: "keys, certificates, names", Ref: "RFC 7292, RFC 9579",
			detect: detectPFX, read: (*decoder).decodePFX, encode: encodePFX,
			holds: capacity{Keys: unlimited, Certs: unlimited, CRLs: unlimited, Others: unlimited, Names: true, Entries: true, Attributes: true, Password: required},
		},
		{
			Name: "p7b", Title: "PKCS#7", Aliases: []string{"pkcs7", "p7c", "spc"}, Exts: []string{".p7b", ".p7c", ".spc"},
			Summary: "certificates and CRLs", Ref: "RFC 2315, RFC 5652",
			detect: detectPKCS7, read: (*decoder).decodePKCS7, encode: encodePKCS7,
			holds: capacity{Certs: unlimited, CRLs: unlimited},
		},
		{
			Name: "pvk", Title: "PVK", Exts: []string{".pvk"}, Searchable: true,
			Summary: "one RSA key, Microsoft's PRIVATEKEYBLOB", Ref: "https://web.archive.org/web/2012/http://www.drh-consultancy.demon.co.uk/pvk.html",
			detect: detectPVK, read: (*decoder).decodePVK, encode: encodePVK,
			holds: capacity{Keys: 1, Total: 1, KeyAlgorithms: []string{"RSA"}, TwoPrimes: true, Password: optional},
		},
		{
			Name: "jks", Title: "Java keystore (JKS)", Exts: []string{".jks"}, Keystore: true, Searchable: true,
			Summary: "keys, certificates, aliases (Java)", Ref: "OpenJDK sun.security.provider.JavaKeyStore",
			detect: detectJKS, read: (*decoder).decodeJKS, encode: encodeJKS,
			holds: capacity{Keys: unlimited, Certs: unlimited, KeyNeedsCert: true, Names: true, Entries: true, EntriesOnly: true, Password: required, KeyPassword: true},
		},
		{
			Name: "jceks", Title: "Java keystore (JCEKS)", Exts: []string{".jceks"}, Keystore: true, Searchable: true,
			Summary: "Java's stronger keystore: keys, certificates, aliases", Ref: "OpenJDK com.sun.crypto.provider.JceKeyStore",
			detect: detectJCEKS, read: (*decoder).decodeJKS,
		},
		{
			Name: "bks", Title: "Bouncy Castle keystore (BKS)", Exts: []string{".bks"}, Keystore: true, Searchable: true,
			Summary: "keys, certificates, aliases (Android, Bouncy Castle)", Ref: "Bouncy Castle BcKeyStoreSpi",
			detect: detectBKS, read: (*decoder).decodeBKS,
		},
		{
			Name: "bcfks", Title: "Bouncy Castle keystore (BCFKS)", Exts: []string{".bcfks"}, Keystore: true, Searchable: true,
			Summary: "Bouncy Castle's keystore for FIPS: keys, certificates, aliases", Ref: "Bouncy Castle BcFKSKeyStoreSpi",
			detect: detectBCFKS, read: (*decoder).decodeBCFKS,
		},
		{
			Name: "spkac", Title: "SPKAC",
			Summary: "a Netscape certificate request as openssl spkac and <keygen> write it", Ref: "OpenSSL spkac(1)",
			detect: detectSPKAC, read: (*decoder).decodeSPKAC,
		},
		{
			Name: "ppk", Title: "PuTTY private key", Exts: []string{".ppk"}, Searchable: true,
			Summary: "one key of PuTTY, WinSCP or FileZilla", Ref: "PuTTY's manual, appendix C",
			detect: detectPPK, read: (*decoder).decodePPK, encode: encodePPK,
			holds: capacity{Keys: 1, Total: 1, KeyAlgorithms: sshAlgorithms, TwoPrimes: true, Names: true, Password: optional},
		},
		{
			Name: "jwk", Title: "JSON Web Key", Aliases: []string{"jwks"}, Exts: []string{".jwk", ".jwks"}, Searchable: true,
			Summary: "keys as JSON; several as a set", Ref: "RFC 7517, RFC 7518, RFC 8037",
			detect: detectJWK, read: (*decoder).decodeJWK, encode: encodeJWK,
			holds: capacity{Keys: unlimited, PublicKeys: unlimited, KeyAlgorithms: sshAlgorithms, TwoPrimes: true, Names: true},
		},
		{
			Name: "rsa-xml", Title: "RSA key in XML (.NET)",
			Summary: "RSA keys in .NET's XML form", Ref: "XML Signature, Section 4.4.2.2; .NET RSA.ToXmlString",
			detect: detectRSAXML, read: (*decoder).decodeRSAXML,
		},
		{
			Name: "sst", Title: "serialized certificate store (Windows)", Exts: []string{".sst"},
			Summary: "certificates and CRLs with their names, as certutil and the certificate console save them", Ref: "Windows, CertSaveStore with CERT_STORE_SAVE_AS_STORE",
			detect: detectSST, read: (*decoder).decodeSST, encode: encodeSST,
			holds: capacity{Certs: unlimited, CRLs: unlimited, Names: true},
		},
		{
			Name: "reg", Title: "registry export (Windows)", Exts: []string{".reg"}, Carrier: true,
			Summary: "certificates in a store of the registry, exported or as bare value", Ref: "Windows, CertSerializeCertificateStoreElement",
			detect: detectRegistry, read: (*decoder).decodeRegistry,
		},
		{
			Name: "cisco", Title: "Cisco configuration",
			Summary: "certificates in a configuration of IOS or ASA", Ref: "Cisco IOS, crypto pki certificate chain",
			detect: detectCisco, read: (*decoder).decodeCisco,
		},
		{
			Name: "hex", Title: "hexadecimal text",
			Summary: "objects as hexadecimal digits: dumps (certutil -encodehex, xxd), arrays of programs, digits alone", Ref: "certutil -encodehex, xxd(1), hexdump(1)",
			detect: detectHex, read: (*decoder).decodeHex,
		},
		{
			Name: "k8s", Title: "Kubernetes Secret", Exts: []string{".yaml", ".yml"}, Carrier: true,
			Summary: "a Secret of type kubernetes.io/tls: one key and its certificates", Ref: "Kubernetes, Secret, kubernetes.io/tls",
			detect: detectK8s, read: (*decoder).decodeK8s, encode: encodeK8s,
			holds: capacity{Keys: 1, Certs: unlimited, KeyNeedsCert: true, NameOfAll: true},
		},
		{
			Name: "mail", Title: "mail", Aliases: []string{"eml", "mbox"},
			Summary: "a mail, or several (mbox): what is attached to it, each as its own format", Ref: "RFC 5322, RFC 2045",
			detect: detectMail, read: (*decoder).decodeMail,
		},
		{
			Name: "plist", Title: "configuration profile (Apple)", Aliases: []string{"mobileconfig"}, Exts: []string{".mobileconfig"}, Carrier: true,
			Summary: "a property list, XML or binary: the certificates and PKCS#12 of a configuration profile", Ref: "Apple, Configuration Profile Reference; plist(5)",
			detect: detectPlist, read: (*decoder).decodePlist,
		},
		{
			Name: "ssh-pub", Title: "SSH public key", Exts: []string{".pub"},
			Summary: "public keys as authorized_keys holds them, one a line", Ref: "RFC 4253, Section 6.6",
			detect: detectSSHPublic, read: (*decoder).decodeSSHPublic, encode: encodeSSHPublic,
			holds: capacity{PublicKeys: unlimited, KeyAlgorithms: sshAlgorithms, Names: true, Leads: true},
		},
		{
			Name: "openssh", Title: "OpenSSH key",
			Summary: "an OpenSSH private key", Ref: "OpenSSH PROTOCOL.key",
			read: (*decoder).decodePEM,
		},
	}
	list = append(list, trustListFormats()...)
	for i := range list {
		list[i].Decode = decodeWith(list[i].Name, list[i].read)
	}
	return list
}

// Lookup finds a format by its name, an alias, or an extension with the dot.
// It returns nil if there is none.
func Lookup(name string) *Format {
	name = strings.ToLower(name)
	list := formats()
	i := slices.IndexFunc(list, func(f Format) bool {
		return f.Name == name || slices.Contains(f.Aliases, name) || slices.Contains(f.Exts, name)
	})
	if i < 0 {
		return nil
	}
	f := list[i]
	return &f
}

// Detect tells the format by content alone. It returns nil if no format knows
// the content.
func Detect(data []byte) *Format {
	f, _ := surest(data)
	return f
}

// surest is Detect with how sure it is.
func surest(data []byte) (*Format, confidence) {
	if pem.Plain(data) {
		return Lookup("pem"), certain // as most files are
	}
	return surestOfAll(data)
}

func surestOfAll(data []byte) (*Format, confidence) {
	best, level := -1, notIt
	table := formats()
	for i := range table {
		if table[i].detect == nil {
			continue
		}
		if c := table[i].detect(data); c > level {
			best, level = i, c
		}
	}
	if best < 0 {
		return nil, notIt
	}
	f := table[best]
	return &f, level
}
