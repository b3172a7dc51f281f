package client

import (
	"slices"

	"github.com/certconv/certconv/internal/note"
)

// What no client takes.
var nobody = []Fact{
	KeyUseless, CurveRare, CurveExplicit, RSAUnder1023, CARSAUnder1024, CACurveSmall,
	SignedMD5, SignedOIW, SignedShort, CANone, CAUsageOther, PathLengthOver, NameOutside, DirectoryExcluded,
}

// What OpenSSL refuses, whatever is built on it and at whatever security level.
var openssl = []Fact{
	RSAOver16384, SignedPSS1, SignedSHA1, SignedNew,
	UsageNone, UsageAny, PurposeNone, NetscapeOther, CAPurposeOther, CAPurposeAny, CAPurposeNone, CAUsageNone,
	CriticalKeyID, CriticalAccess, CriticalStamp,
	DirectoryOutside, NameOutsideCN, MailOutside, URIOutside, KindOutside,
	KeyIDDiffers, SerialDiffers, CAKeyIDDiffers, CASerialDiffers, AKIEmpty,
	AddressMapped, WildcardTop, WildcardInside, RootExpired, RootBare,
	AnchorRejects, PathAnchorsFirst, BoundsMany, HostBoundsMany,
}

// What OpenSSL refuses at security level 2, which Debian and its likes set.
var opensslLevel2 = []Fact{RSAUnder1024, RSAUnder1962, CARSAUnder1962}

// What Mozilla's and Google's verifiers refuse, which know the profile of the
// Baseline Requirements and little else.
var browsers = []Fact{
	KeyEd25519, KeyEd448, KeyPSS, CAKeyPSS, CACurveRare, CACurveP224, PointHybrid, ExponentHuge,
	SignedSHA1, SignedOther, SignedSHA3, SignedNew, SignedPSS1, SignedPSS, PSSTrailer,
	UsageNone, PurposeNone, PurposeGated, CAPurposeOther, CAPurposeNone, CAPurposeStepUp, CAPurposeGated, CAUsageNone,
	CriticalKeyID, CriticalCRL, DirectoryOutside, URIOutside, URIBound, KindOutside, WildcardExcluded, RootSpelled,
	NameCommon, AddressMapped, WildcardTop, WildcardPartial, WildcardStart, WildcardInside, RootExpired,
}

const measuredAt = "measured with the program as a client of nginx, 2026-11"

func clients() []Client {
	return []Client{
		{
			Name: "openssl", Title: "OpenSSL", Used: "curl, wget, Ruby, PHP, Perl", Version: "3.0.19, security level 2", Source: measuredAt, Measured: true, Library: true,
			Refuses: slices.Concat(nobody, openssl, opensslLevel2, []Fact{NameCommonTwo, NameCommonSAN, CASubjectEmpty, WildcardPartial, WildcardStart}),
			Reads:   note.OpenSSLLoads | note.OpenSSLVerifies,
		},
		{
			Name: "node", Title: "Node.js", Version: "20", Source: measuredAt, Measured: true,
			Refuses: slices.Concat(nobody, openssl, []Fact{RootNamesOther, AnchorNoRoot, AnchorIsServer}),
			Reads:   note.OpenSSLLoads | note.OpenSSLVerifies,
		},
		{
			Name: "python", Title: "Python", Version: "3.13 (VERIFY_X509_STRICT, the default since 3.13)", Source: measuredAt, Measured: true,
			Refuses: slices.Concat(nobody, openssl, opensslLevel2, []Fact{
				CAUsageMissing, CABasicMild, PathLengthIdle, LeafCertSign, CASubjectEmpty, SubjectEmptyMild, RootNone, RootVersion1,
				AKIMissing, SKIMissing, NameCommonNone, NameLabelLong, NameFinalDot, WildcardPartial, WildcardStart, WildcardRare,
			}),
			Reads: note.OpenSSLLoads | note.OpenSSLVerifies | note.OpenSSLStrict,
		},
		{
			Name: "gnutls", Title: "GnuTLS", Used: "wget, git and apt on Debian", Version: "3.7.9", Source: measuredAt, Measured: true, Library: true,
			Refuses: slices.Concat(nobody, []Fact{
				RSAUnder1024, CACurveRare, PointSmall, PointHybrid,
				SignedSHA1, SignedPSS1, SignedPSS, UsageNone, UsageNoSignature, PurposeGated, CAPurposeOther, CAPurposeAny, CAPurposeGated, CAUsageNone, StapleMust,
				CriticalRare, CriticalStamp, CriticalPolicy, CriticalMapping, PolicyCritical, NameOutsideCN, MailOutside, KindBoundRare, KindBoundMild,
				KeyIDDiffers, CAKeyIDDiffers, NameCommonOne, NameCommonTwo, NameCommonSAN, NameFinalDot, AddressMapped,
				WildcardTop, WildcardPartial, WildcardInside, RootExpired,
				IssuerSpelled, RootSpelled, ExpiredFirst, NamesakeFirst, Over16Sent, AnchorIsServer,
				AnchorLabel, HostBoundsMany, PathServedFirst, PathLengthOwn, CommonNamesMany,
			}),
			Overlooks: []Fact{CAPurposeOther, CAPurposeAny, CAPurposeNone},
			Reads:     note.OpenSSLLoads | note.GnuTLSReads,
		},
		{
			Name: "go", Title: "Go", Version: "1.26.8", Source: measuredAt, Measured: true, Library: true,
			Refuses: slices.Concat(nobody, []Fact{
				KeyEd448, KeyPSS, CAKeyPSS, CACurveRare, PointSmall, PointHybrid, RSAUnder1024, RSAOver8192, RSAOver16384, ExponentLarge, ExponentHuge,
				SignedSHA1, SignedOther, SignedSHA3, SignedNew, SignedPSS1, SignedPSS,
				PurposeGated, CAPurposeOther, CAPurposeStepUp, CAPurposeGated, PolicyExplicit, PolicyCritical, RootNone, RootBare,
				CriticalRare, CriticalKeyID, CriticalAccess, CriticalStamp,
				DirectoryOutside, DirectoryBound, URIOutside, KindBound, KindBoundRare, KindOutside, WildcardExcluded,
				NameCommon, NameFinalDot, WildcardPartial, WildcardStart, WildcardInside, RootExpired, IssuerEncoded, IssuerSpelled, RootSpelled,
				AnchorLabel, PathLengthOwn, OutsideSelfIssued, NameLeadingDot,
			}),
			Reads: note.OpenSSLLoads | note.GoParses,
		},
		{
			Name: "java", Title: "Java", Version: "17", Source: measuredAt, Measured: true,
			Refuses: slices.Concat(nobody, []Fact{
				CACurveRare, CACurveP224, PointSmall, PointHybrid, RSAUnder1024, SignedPSS1, SignedSHA3, SignedNew,
				UsageNone, UsageNoSignature, PurposeNone, NetscapeOther, CAUsageNone, PolicyExplicit, PolicyCritical, RootNone, RootBare, CASubjectEmpty, SubjectEmptyMild,
				CriticalRare, CriticalKeyID, CriticalAccess, CriticalStamp, CriticalCRL, DirectoryOutside, URIOutside, KindOutside,
				NameOutsideCN, CAKeyIDDiffers, CASerialDiffers, NameCommonTwo, NameFinalDot, NameUnderscore, NameHyphen, NameLabelLong,
				Over10Sent, Over32KiB,
			}),
			Overlooks: []Fact{PathLengthOver, NameOutside, DirectoryOutside, DirectoryExcluded, URIOutside, CriticalKeyID},
			Public:    []Fact{SignedSHA1},
			Reads:     note.OpenSSLLoads | note.JavaReads,
		},
		{
			Name: "firefox", Title: "Firefox", Version: "ESR", Source: measuredAt, Measured: true,
			Refuses: slices.Concat(nobody, browsers, []Fact{
				PointSmall, PSSNoNull, UsageAny, PurposeOCSP, CAPurposeAny, LeafIsCA, StapleMust, FeatureOther, RootNone, RootBare, CASubjectEmpty, CriticalMapping, DirectoryMissing,
				NameFinalDot, NameHyphen, NameLabelLong, IssuerEncoded, IssuerSpelled, Over6CAs,
			}),
			Reads: note.OpenSSLLoads | note.FirefoxReads,
		},
		{
			Name: "chrome", Title: "Chrome", Used: "Chrome, Edge, Android's WebView", Version: "156", Source: measuredAt, Measured: true,
			Refuses: slices.Concat(nobody, browsers, []Fact{
				CurveP521, RSAUnder1024, UsageNoSignature, SubjectEmptyMild, PolicyExplicit, PolicyCritical, PolicyRoot, CriticalRare, CriticalAccess, CriticalStamp,
				NameLabelLong, WildcardSuffix, Over16CAs, AnchorNoCA,
			}),
			Public: []Fact{ValidOverPublic},
			Reads:  note.OpenSSLLoads | note.ChromeReads,
		},
		{
			Name: "apple", Title: "Apple", Used: "Safari, iOS, macOS", Version: "iOS 13 and macOS 10.15 and later",
			Source:  "support.apple.com/103769, Requirements for trusted certificates in iOS 13 and macOS 10.15; support.apple.com/102028 for the limits of public roots",
			Refuses: []Fact{RSAUnder1023, RSAUnder1024, RSAUnder1962, RSAUnder2048, CARSAUnder1024, CARSAUnder1962, CARSAUnder2048, SignedMD5, SignedSHA1, SignedOIW, NameCommon, UsageAny, ValidOver825},
			Public:  []Fact{ValidOverPublic},
		},
		{
			Name: "windows", Title: "Windows", Used: "Schannel and CryptoAPI: .NET, PowerShell, Outlook", Version: "Windows 10 and Server 2016 and later",
			Source:  "Microsoft Security Advisories 2661254 (RSA under 1024 bits) and 2862973 (MD5); learn.microsoft.com, TLS Elliptic Curves in Windows 10",
			Refuses: []Fact{RSAUnder1023, RSAUnder1024, CARSAUnder1024, SignedMD5, KeyUseless, KeyEd25519, KeyEd448, KeyPSS},
			Public:  []Fact{SignedSHA1},
		},
	}
}
