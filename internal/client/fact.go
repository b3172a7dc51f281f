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
	PointSmall     Fact = "point-compressed"  // half of the point of the key
	PointHybrid    Fact = "point-hybrid"      // the point whole, and marked as if it were half
	KeyEd25519     Fact = "key-ed25519"       // of the server, or of the CA that signed
	KeyEd448       Fact = "key-ed448"         //
	KeyPSS         Fact = "key-rsa-pss"       // an RSA key for PSS signatures only
	RSAUnder1023   Fact = "rsa-under-1023"    //
	RSAUnder1024   Fact = "rsa-under-1024"    // 1023 bits
	RSAUnder1962   Fact = "rsa-under-1962"    // and from 1024: less than 112 bits of security, as OpenSSL computes it
	RSAUnder2048   Fact = "rsa-under-2048"    // and from 1962
	RSAOver8192    Fact = "rsa-over-8192"     // and up to 16384
	RSAOver16384   Fact = "rsa-over-16384"    //
	ExponentLarge  Fact = "exponent-large"    // of 32 or 33 bits
	ExponentHuge   Fact = "exponent-huge"     // of more
	CACurveRare    Fact = "ca-curve-rare"     // as CurveRare, the key of a CA
	CACurveP224    Fact = "ca-curve-p224"     //
	CACurveSmall   Fact = "ca-curve-small"    // of less than 224 bits
	CARSAUnder1024 Fact = "ca-rsa-under-1024" //
	CARSAUnder1962 Fact = "ca-rsa-under-1962" //
	CARSAUnder2048 Fact = "ca-rsa-under-2048" //
	CAKeyPSS       Fact = "ca-key-rsa-pss"    //
)

// Signatures on certificates, except that of a root on itself.
const (
	SignedMD5   Fact = "signed-md5"   // or MD2, MD4
	SignedSHA1  Fact = "signed-sha1"  //
	SignedOIW   Fact = "signed-oiw"   // SHA-1, by its name of before PKCS #1
	SignedOther Fact = "signed-other" // an algorithm that is known and rare: DSA, SHA-224
	SignedSHA3  Fact = "signed-sha3"  // RSA and SHA3
	SignedNew   Fact = "signed-new"   // ECDSA and SHA3
	SignedShort Fact = "signed-short" // SHA-512/224 or SHA-512/256
	SignedPSS1  Fact = "signed-pss-1" // PSS with SHA-1
	SignedPSS   Fact = "signed-pss"   // PSS with a salt or a mask that does not go with its hash
	PSSNoNull   Fact = "pss-no-null"  // parameters of PSS whose hashes have no NULL
	PSSTrailer  Fact = "pss-trailer"  // parameters of PSS with a default written out
)

// Usage.
const (
	UsageNoSignature Fact = "usage-no-signature"         // key usage without digitalSignature
	UsageNone        Fact = "usage-none"                 // key usage for neither signatures nor key exchange
	UsageAny         Fact = "purpose-any"                // anyExtendedKeyUsage without serverAuth
	PurposeNone      Fact = "purpose-none"               // an extended key usage without purposes
	PurposeGated     Fact = "purpose-gated"              // server gated crypto in place of serverAuth
	PurposeOCSP      Fact = "purpose-ocsp"               // OCSPSigning beside serverAuth
	NetscapeOther    Fact = "netscape-other"             // Netscape's certificate type is not that of a server
	LeafIsCA         Fact = "leaf-is-ca"                 // the server's certificate is that of a CA
	LeafCertSign     Fact = "leaf-cert-sign"             // it is not, and its key usage has keyCertSign
	CAPurposeOther   Fact = "ca-purpose-other"           // extended key usage of a CA without serverAuth
	CAPurposeAny     Fact = "ca-purpose-any"             // anyExtendedKeyUsage without serverAuth
	CAPurposeNone    Fact = "ca-purpose-none"            // an extended key usage without purposes
	CAPurposeStepUp  Fact = "ca-purpose-step-up"         // Netscape's server gated crypto in place of serverAuth
	CAPurposeGated   Fact = "ca-purpose-gated"           // Microsoft's
	CANone           Fact = "ca-none"                    // no certificate of a CA
	CAUsageOther     Fact = "ca-usage-other"             // key usage of a CA without keyCertSign
	CAUsageNone      Fact = "ca-usage-none"              // without any
	PathLengthOver   Fact = "path-length-over"           // more intermediates than a path length allows
	RootNone         Fact = "root-none"                  // a root without basic constraints whose key usage has keyCertSign
	RootBare         Fact = "root-bare"                  // a root with neither, and not of version 1
	RootVersion1     Fact = "root-version-1"             //
	CAUsageMissing   Fact = "ca-usage-missing"           // a CA without key usage
	CABasicMild      Fact = "ca-basic-not-critical"      // basic constraints of a CA that are not critical
	PathLengthIdle   Fact = "path-length-idle"           // a path length where there is no CA, or no keyCertSign
	StapleMust       Fact = "staple-must"                // the certificate, or that of a CA, asks for a staple, and none is known of
	FeatureOther     Fact = "feature-other"              // TLS features other than that
	PolicyExplicit   Fact = "policy-explicit"            // an explicit policy is required, and none is valid
	PolicyCritical   Fact = "policy-critical"            // the same, of a CA that says so in a critical extension
	PolicyRoot       Fact = "policy-root"                // the root requires one
	CASubjectEmpty   Fact = "ca-subject-empty"           // a CA without a subject
	SubjectEmptyMild Fact = "subject-empty-not-critical" // no subject, and the subjectAltName is not critical
)

// Anchors, and the ways to them.
const (
	AnchorRejects    Fact = "anchor-rejects"     // OpenSSL's trust data bar it from servers
	AnchorLabel      Fact = "anchor-label"       // it stands under TRUSTED CERTIFICATE
	PathAnchorsFirst Fact = "path-anchors-first" // a way to an anchor, if the first issuer among the anchors does not lead astray
	PathServedFirst  Fact = "path-served-first"  // the same of the first issuer that the server sends
	PathLengthOwn    Fact = "path-length-own"    // the path length holds only if self-issued CAs do not count
)

// What only some clients compare with name constraints, or count.
const (
	BoundsMany        Fact = "bounds-many"             // more comparisons than OpenSSL makes
	HostBoundsMany    Fact = "bounds-hosts-many"       // more comparisons of hosts than OpenSSL and GnuTLS make
	MailOutside       Fact = "subject-mail-outside"    // a mail address in the subject, beside a subjectAltName
	OutsideSelfIssued Fact = "self-issued-outside"     // a name of a self-issued CA
	CommonNamesMany   Fact = "common-names-many"       // several common names and no subjectAltName
	NameLeadingDot    Fact = "bounds-name-leading-dot" // a name that starts with a dot, compared to name constraints
)

// Name constraints.
const (
	NameOutside       Fact = "name-outside"        // a name that they do not permit, or exclude
	NameOutsideCN     Fact = "common-name-outside" // the common name, read as a host
	URIOutside        Fact = "uri-outside"         // a URI
	URIBound          Fact = "uri-bound"           // a URI that is within
	DirectoryOutside  Fact = "directory-outside"   // the subject is not permitted
	DirectoryExcluded Fact = "directory-excluded"  // the subject is excluded
	DirectoryMissing  Fact = "directory-missing"   // subjects are bound, and there is none
	DirectoryBound    Fact = "directory-bound"     // critical constraints on directory names
	WildcardExcluded  Fact = "wildcard-excluded"   // a wildcard that stands for an excluded host
	KindBound         Fact = "kind-bound"          // critical constraints on principals or services, and no such name
	KindBoundRare     Fact = "kind-bound-rare"     // on other otherNames, X.400 addresses, EDI parties, registered identifiers
	KindBoundMild     Fact = "kind-bound-mild"     // those of KindBoundRare, not critical
	KindOutside       Fact = "kind-outside"        // a name of such a kind
)

// Critical extensions that only some clients know.
const (
	CriticalRare    Fact = "critical-rare"     // Netscape's type, no revocation check
	CriticalKeyID   Fact = "critical-key-id"   // key identifiers, other names of the issuer, proxies
	CriticalAccess  Fact = "critical-access"   // addresses of the issuer
	CriticalStamp   Fact = "critical-stamp"    // transparency timestamps, qualified statements
	CriticalCRL     Fact = "critical-crl"      // addresses of revocation lists
	CriticalPolicy  Fact = "critical-policy"   // policy constraints
	CriticalMapping Fact = "critical-mappings" // policy mappings
)

// The chain as it is sent, and where it ends.
const (
	IssuerEncoded  Fact = "issuer-encoded"   // the name of the issuer is of another type of string than its own certificate has it
	IssuerSpelled  Fact = "issuer-spelled"   // it has other letters or spaces
	RootSpelled    Fact = "root-spelled"     // either, and the issuer is the root
	ExpiredFirst   Fact = "expired-first"    // an expired certificate of the issuer comes before the valid one
	NamesakeFirst  Fact = "namesake-first"   // one with the same name and another key does
	Over6CAs       Fact = "over-6-cas"       // intermediates on the path
	Over16CAs      Fact = "over-16-cas"      //
	Over10Sent     Fact = "over-10-sent"     // certificates
	Over16Sent     Fact = "over-16-sent"     //
	Over32KiB      Fact = "over-32-kib"      // all that are sent
	AnchorNoCA     Fact = "anchor-no-ca"     // what is trusted is a self-signed certificate that says it is none of a CA
	AnchorNoRoot   Fact = "anchor-no-root"   // what is trusted is no root
	AnchorIsServer Fact = "anchor-is-server" // what is trusted is the certificate of the server, signed by another
)

// Key identifiers.
const (
	KeyIDDiffers    Fact = "aki-key-id-differs" // the authority key identifier names another key
	SerialDiffers   Fact = "aki-serial-differs" // it names another issuer or serial number
	CAKeyIDDiffers  Fact = "ca-key-id-differs"  // as KeyIDDiffers, of a CA
	CASerialDiffers Fact = "ca-serial-differs"  // as SerialDiffers, of a CA
	AKIMissing      Fact = "aki-missing"        //
	AKIEmpty        Fact = "aki-empty"          // a key identifier of no octets
	RootNamesOther  Fact = "root-names-other"   // a root that names another issuer than itself
	SKIMissing      Fact = "ski-missing"        // of a CA
)

// Names.
const (
	NameCommon      Fact = "name-common"      // in the common name only
	NameCommonOne   Fact = "name-common-one"  // in one of several common names, which is the last
	NameCommonTwo   Fact = "name-common-two"  // in one that is not the last
	NameCommonSAN   Fact = "name-common-san"  // in the common name, and there are addresses beside it
	NameCommonNone  Fact = "name-common-none" // in the common name, and there is an empty list of names beside it
	NameFinalDot    Fact = "name-final-dot"   // a name with a dot at its end
	NameHyphen      Fact = "name-hyphen"      // a host with a hyphen at the start or end of a label
	NameLabelLong   Fact = "name-label-long"  // a host with a label of more than 63 characters
	AddressMapped   Fact = "address-mapped"   // an address of IPv4 as one of IPv6
	NameUnderscore  Fact = "name-underscore"  // a host with an underscore
	WildcardTop     Fact = "wildcard-top"     // over a name of one label: *.lan, *.com
	WildcardSuffix  Fact = "wildcard-suffix"  // over a public suffix of several labels: *.co.uk
	WildcardPartial Fact = "wildcard-partial" // a part of the first label: w*.example.com
	WildcardStart   Fact = "wildcard-start"   // the start of the first label: *w.example.com
	WildcardRare    Fact = "wildcard-rare"    // over a host, or in a domain, with an underscore
	WildcardInside  Fact = "wildcard-inside"  // in a label that is not the first
)

// Dates.
const (
	RootExpired     Fact = "root-expired"
	ValidOver825    Fact = "valid-over-825"    // days, below a root of any kind
	ValidOverPublic Fact = "valid-over-public" // longer than the limit for public roots at the day of issue
)
