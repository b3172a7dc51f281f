package client

// Fact is something about a certificate or a chain that some clients refuse. Its
// value is its name in JSON.
type Fact string

// Keys, of the server and of the CAs above it.
const (
	KeyUseless     Fact = "key-useless"       // cannot sign in a handshake: X25519, DSA, an unknown algorithm
	CurveRare      Fact = "curve-rare"        // a curve other than P-256, P-384 and P-521
	CurveExplicit  Fact = "curve-explicit"    // the parameters of the curve in place of its name
	CurveP521      Fact = "curve-p521"        // the server's key
	PointBad       Fact = "point-bad"         // no point of the curve
	PointSmall     Fact = "point-compressed"  // half of the point of the key
	KeyEd25519     Fact = "key-ed25519"       // of the server, or of the CA that signed
	KeyEd448       Fact = "key-ed448"         //
	KeyPSS         Fact = "key-rsa-pss"       // an RSA key for PSS signatures only
	RSAUnder1024   Fact = "rsa-under-1024"    //
	RSAUnder2048   Fact = "rsa-under-2048"    // and from 1024
	RSAOver8192    Fact = "rsa-over-8192"     // and up to 16384
	RSAOver16384   Fact = "rsa-over-16384"    //
	ExponentLarge  Fact = "exponent-large"    // of more than 31 bits
	CACurveRare    Fact = "ca-curve-rare"     // as CurveRare, the key of a CA
	CACurveSmall   Fact = "ca-curve-small"    // of less than 224 bits
	CARSAUnder1024 Fact = "ca-rsa-under-1024" //
	CARSAUnder2048 Fact = "ca-rsa-under-2048" //
	CAKeyPSS       Fact = "ca-key-rsa-pss"    //
)

// Signatures on certificates, except that of a root on itself.
const (
	SignedMD5   Fact = "signed-md5"   // or MD2, MD4
	SignedSHA1  Fact = "signed-sha1"  //
	SignedOther Fact = "signed-other" // an algorithm that is known and rare: DSA, SHA-224, SHA3, RIPEMD-160
	SignedPSS1  Fact = "signed-pss-1" // PSS with SHA-1
)

// Usage.
const (
	UsageNoSignature Fact = "usage-no-signature"         // key usage without digitalSignature
	UsageNone        Fact = "usage-none"                 // key usage for neither signatures nor key exchange
	UsageAny         Fact = "purpose-any"                // anyExtendedKeyUsage without serverAuth
	LeafIsCA         Fact = "leaf-is-ca"                 // the server's certificate is that of a CA
	LeafCertSign     Fact = "leaf-cert-sign"             // it is not, and its key usage has keyCertSign
	CAPurposeOther   Fact = "ca-purpose-other"           // extended key usage of a CA without serverAuth
	CAPurposeAny     Fact = "ca-purpose-any"             // anyExtendedKeyUsage without serverAuth
	CAUsageMissing   Fact = "ca-usage-missing"           // a CA without key usage
	CABasicMild      Fact = "ca-basic-not-critical"      // basic constraints of a CA that are not critical
	PathLengthIdle   Fact = "path-length-idle"           // a path length where there is no CA, or no keyCertSign
	StapleMust       Fact = "staple-must"                // the certificate asks for a staple, and none is known of
	PolicyExplicit   Fact = "policy-explicit"            // an explicit policy is required, and none is valid
	DirectoryOutside Fact = "directory-outside"          // the subject is outside the name constraints
	DirectoryBound   Fact = "directory-bound"            // critical name constraints on directory names
	NameOutsideCN    Fact = "common-name-outside"        // the common name, read as a host, is outside the name constraints
	CriticalRare     Fact = "critical-rare"              // a critical extension that some know
	CASubjectEmpty   Fact = "ca-subject-empty"           // a CA without a subject
	SubjectEmptyMild Fact = "subject-empty-not-critical" // no subject, and the subjectAltName is not critical
)

// Anchors, and the ways to them.
const (
	AnchorRejects    Fact = "anchor-rejects"     // OpenSSL's trust data bar it from servers
	AnchorLabel      Fact = "anchor-label"       // it stands under TRUSTED CERTIFICATE
	LeafAnchored     Fact = "leaf-anchored"      // the server's certificate is the anchor, and no CA
	PathAnchorsFirst Fact = "path-anchors-first" // a way to an anchor, if the first issuer among the anchors does not lead astray
	PathServedFirst  Fact = "path-served-first"  // the same of the first issuer that the server sends
	PathLengthOwn    Fact = "path-length-own"    // the path length holds only if self-issued CAs do not count
)

// Name constraints, beside those that all clients keep to.
const (
	BoundsMany        Fact = "bounds-many"             // more comparisons than OpenSSL makes
	HostBoundsMany    Fact = "bounds-hosts-many"       // more comparisons of hosts than OpenSSL and GnuTLS make
	MailOutside       Fact = "subject-mail-outside"    // a mail address in the subject, beside a subjectAltName
	OutsideSelfIssued Fact = "self-issued-outside"     // a name of a self-issued CA
	CommonNamesMany   Fact = "common-names-many"       // several common names and no subjectAltName
	NameLeadingDot    Fact = "bounds-name-leading-dot" // a name that starts with a dot, compared to name constraints
)

// Key identifiers.
const (
	KeyIDDiffers   Fact = "aki-key-id-differs" // the authority key identifier names another key
	SerialDiffers  Fact = "aki-serial-differs" // it names another issuer or serial number
	AKIMissing     Fact = "aki-missing"        //
	RootNamesOther Fact = "root-names-other"   // a root that names another issuer than itself
	SKIMissing     Fact = "ski-missing"        // of a CA
)

// Names.
const (
	NameCommon      Fact = "name-common"      // in the common name only
	NameFinalDot    Fact = "name-final-dot"   // a name with a dot at its end
	NameUnderscore  Fact = "name-underscore"  // a host with an underscore
	WildcardTop     Fact = "wildcard-top"     // over a name of one label: *.lan, *.com
	WildcardSuffix  Fact = "wildcard-suffix"  // over a public suffix of several labels: *.co.uk
	WildcardPartial Fact = "wildcard-partial" // a part of the first label: w*.example.com
	WildcardInside  Fact = "wildcard-inside"  // in a label that is not the first
)

// Dates.
const (
	RootExpired     Fact = "root-expired"
	ValidOver825    Fact = "valid-over-825"    // days, below a root of any kind
	ValidOverPublic Fact = "valid-over-public" // longer than the limit for public roots at the day of issue
)
