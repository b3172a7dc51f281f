package client

import (
	"slices"

	"github.com/certconv/certconv/internal/note"
)

// What no client takes.
var nobody = []Fact{
	KeyUseless, CurveRare, CurveExplicit, PointBad, RSAUnder1024, CARSAUnder1024, CACurveSmall,
	SignedMD5,
}

// What OpenSSL refuses, whatever is built on it and at whatever security level.
var openssl = []Fact{
	RSAOver16384, SignedPSS1, SignedSHA1,
	UsageNone, UsageAny, CAPurposeOther, CAPurposeAny, DirectoryOutside,
	KeyIDDiffers, SerialDiffers,
	AnchorRejects, PathAnchorsFirst, NameOutsideCN, MailOutside, BoundsMany, HostBoundsMany, WildcardTop, WildcardInside, RootExpired,
}

// What OpenSSL refuses at security level 2, which Debian and its likes set.
var opensslLevel2 = []Fact{RSAUnder2048, CARSAUnder2048}

// What Mozilla's and Google's verifiers refuse, which know the profile of the
// Baseline Requirements and little else.
var browsers = []Fact{
	KeyEd25519, KeyEd448, KeyPSS, CAKeyPSS, CACurveRare, PointSmall, ExponentLarge,
	SignedSHA1, SignedOther, SignedPSS1,
	UsageNone, CAPurposeOther, CriticalRare, DirectoryOutside,
	NameCommon, WildcardTop, WildcardPartial, WildcardInside, RootExpired,
}

const measuredAt = "measured with the program as a client of nginx, 2026-11"

func clients() []Client {
	return []Client{
		{
			Name: "openssl", Title: "OpenSSL", Used: "curl, wget, Ruby, PHP, Perl", Version: "3.0.19, security level 2", Source: measuredAt, Measured: true, Library: true,
			Refuses: slices.Concat(nobody, openssl, opensslLevel2, []Fact{WildcardPartial}),
			Reads:   note.OpenSSLLoads | note.OpenSSLVerifies,
		},
		{
			Name: "node", Title: "Node.js", Version: "20", Source: measuredAt, Measured: true,
			Refuses: slices.Concat(nobody, openssl, []Fact{RootNamesOther}),
			Reads:   note.OpenSSLLoads | note.OpenSSLVerifies,
		},
		{
			Name: "python", Title: "Python", Version: "3.13 (VERIFY_X509_STRICT, the default since 3.13)", Source: measuredAt, Measured: true,
			Refuses: slices.Concat(nobody, openssl, opensslLevel2, []Fact{
				CAUsageMissing, CABasicMild, PathLengthIdle, LeafCertSign, CASubjectEmpty, SubjectEmptyMild,
				AKIMissing, SKIMissing, NameFinalDot, WildcardPartial,
			}),
			Reads: note.OpenSSLLoads | note.OpenSSLVerifies | note.OpenSSLStrict,
		},
		{
			Name: "gnutls", Title: "GnuTLS", Used: "wget, git and apt on Debian", Version: "3.7.9", Source: measuredAt, Measured: true, Library: true,
			Refuses: slices.Concat(nobody, []Fact{
				SignedSHA1, SignedPSS1, UsageNone, UsageNoSignature, CASubjectEmpty, CAPurposeOther, CAPurposeAny, StapleMust, PolicyExplicit, CriticalRare,
				KeyIDDiffers, NameFinalDot, AnchorLabel, LeafAnchored, HostBoundsMany, PathServedFirst, PathLengthOwn, NameOutsideCN, CommonNamesMany, WildcardTop, WildcardPartial, WildcardInside, RootExpired,
			}),
			Reads: note.OpenSSLLoads | note.GnuTLSReads,
		},
		{
			Name: "go", Title: "Go", Version: "1.26.8", Source: measuredAt, Measured: true, Library: true,
			Refuses: slices.Concat(nobody, []Fact{
				KeyEd448, KeyPSS, CAKeyPSS, CACurveRare, PointSmall, RSAOver8192, RSAOver16384, ExponentLarge,
				SignedSHA1, SignedOther, SignedPSS1, CAPurposeOther, PolicyExplicit, AnchorLabel, PathLengthOwn, DirectoryOutside, DirectoryBound, OutsideSelfIssued, NameLeadingDot, CriticalRare,
				NameCommon, NameFinalDot, WildcardPartial, WildcardInside, RootExpired,
			}),
			Reads: note.OpenSSLLoads | note.GoParses,
		},
		{
			Name: "java", Title: "Java", Version: "17", Source: measuredAt, Measured: true,
			Refuses: slices.Concat(nobody, []Fact{
				CACurveRare, SignedPSS1, UsageNone, UsageNoSignature, PolicyExplicit, DirectoryOutside, SubjectEmptyMild, CriticalRare,
				NameFinalDot, NameUnderscore,
			}),
			Public: []Fact{SignedSHA1},
			Reads:  note.OpenSSLLoads | note.JavaReads,
		},
		{
			Name: "firefox", Title: "Firefox", Version: "ESR", Source: measuredAt, Measured: true,
			Refuses: slices.Concat(nobody, browsers, []Fact{UsageAny, CAPurposeAny, LeafIsCA, StapleMust, NameFinalDot}),
			Reads:   note.OpenSSLLoads | note.FirefoxReads,
		},
		{
			Name: "chrome", Title: "Chrome", Used: "Chrome, Edge, Android's WebView", Version: "156", Source: measuredAt, Measured: true,
			Refuses: slices.Concat(nobody, browsers, []Fact{
				CurveP521, UsageNoSignature, SubjectEmptyMild, PolicyExplicit, WildcardSuffix,
			}),
			Public: []Fact{ValidOverPublic},
			Reads:  note.OpenSSLLoads | note.ChromeReads,
		},
		{
			Name: "apple", Title: "Apple", Used: "Safari, iOS, macOS", Version: "iOS 13 and macOS 10.15 and later",
			Source:  "support.apple.com/103769, Requirements for trusted certificates in iOS 13 and macOS 10.15; support.apple.com/102028 for the limits of public roots",
			Refuses: []Fact{RSAUnder1024, RSAUnder2048, CARSAUnder1024, CARSAUnder2048, SignedMD5, SignedSHA1, NameCommon, UsageAny, ValidOver825},
			Public:  []Fact{ValidOverPublic},
		},
		{
			Name: "windows", Title: "Windows", Used: "Schannel and CryptoAPI: .NET, PowerShell, Outlook", Version: "Windows 10 and Server 2016 and later",
			Source:  "Microsoft Security Advisories 2661254 (RSA under 1024 bits) and 2862973 (MD5); learn.microsoft.com, TLS Elliptic Curves in Windows 10",
			Refuses: []Fact{RSAUnder1024, CARSAUnder1024, SignedMD5, KeyUseless, KeyEd25519, KeyEd448, KeyPSS},
			Public:  []Fact{SignedSHA1},
		},
	}
}
