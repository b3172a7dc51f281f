package main

import (
	"slices"
	"strings"
)

// feature is something in a PFX that not every system can read.
type feature string

const (
	featureAES    feature = "AES"         // PBES2
	featureSHA2   feature = "SHA-2 MAC"   // HMAC-SHA224 … HMAC-SHA512 with the derivation of RFC 7292
	featurePBMAC1 feature = "PBMAC1"      // RFC 9579
	featureNoMAC  feature = "no MAC"      //
	featureRC2    feature = "RC2"         // RC2-40, RC2-128
	featureRC4    feature = "RC4"         //
	featureScrypt feature = "scrypt"      //
	featureOther  feature = "rare cipher" // PBES2 with another cipher than AES or 3DES, PBES1
)

// system is a reader of PFX files: what it refuses, and the words in which it
// does, which are often not the truth.
type system struct {
	name    string
	refuses []refusal
}

type refusal struct {
	what feature
	says string
}

const (
	windowsWrong = `"The password you entered is incorrect" (0x80070056)`
	javaWrong    = `"keystore password was incorrect"`
	macWrong     = `"MAC verification failed during PKCS12 import (wrong password?)"`
	androidWrong = `"Incorrect password"`
	opensslMAC   = `"Mac verify error: invalid password?"`
	opensslOld   = `"unsupported", unless it is started with -legacy`
)

// systems is the table. Sources: the release notes of OpenSSL 3.0 and 3.4, the
// JDK bugs 8076190 and 8343232, Microsoft's notes on AES256_SHA256 in PFX
// export, and the issues of OpenSSL, acme.sh, xca and keystore-explorer in which
// these messages were reported.
func systems() []system {
	return []system{
		{"Windows Server 2019, Windows 10 1709 and later", []refusal{
			{featurePBMAC1, windowsWrong}, {featureScrypt, windowsWrong}, {featureOther, windowsWrong}, {featureNoMAC, `"The data is invalid" (0x8007000D)`},
		}},
		{"Windows Server 2016 and earlier", []refusal{
			{featureAES, windowsWrong}, {featureSHA2, windowsWrong}, {featurePBMAC1, windowsWrong}, {featureScrypt, windowsWrong},
			{featureOther, windowsWrong}, {featureNoMAC, `"The data is invalid" (0x8007000D)`},
		}},
		{"OpenSSL 3.4 and later", []refusal{{featureRC2, opensslOld}, {featureRC4, opensslOld}}},
		{"OpenSSL 3.0 to 3.3", []refusal{{featureRC2, opensslOld}, {featureRC4, opensslOld}, {featurePBMAC1, opensslMAC}}},
		{"OpenSSL 1.0.2 to 1.1.1", []refusal{{featurePBMAC1, opensslMAC}}},
		{"Java 26 and later", []refusal{{featureScrypt, javaWrong}, {featureOther, javaWrong}}},
		{"Java 8u301, 11.0.12, 17 to 25", []refusal{{featurePBMAC1, javaWrong}, {featureScrypt, javaWrong}, {featureOther, javaWrong}}},
		{"Java before 8u301 and 11.0.12", []refusal{
			{featureAES, javaWrong}, {featureSHA2, javaWrong}, {featurePBMAC1, javaWrong}, {featureScrypt, javaWrong}, {featureOther, javaWrong},
		}},
		{"macOS 15 and later", []refusal{{featurePBMAC1, macWrong}, {featureScrypt, macWrong}, {featureOther, macWrong}, {featureNoMAC, macWrong}}},
		{"macOS 14 and earlier", []refusal{
			{featureAES, macWrong}, {featureSHA2, macWrong}, {featurePBMAC1, macWrong}, {featureScrypt, macWrong}, {featureOther, macWrong}, {featureNoMAC, macWrong},
		}},
		{"Android 13 and earlier", []refusal{
			{featureAES, androidWrong}, {featureSHA2, androidWrong}, {featurePBMAC1, androidWrong}, {featureScrypt, androidWrong}, {featureOther, androidWrong},
		}},
	}
}

// pfxFeatures reads the features off the names of the algorithms.
func pfxFeatures(schemes []string, mac string) []feature {
	var list []feature
	add := func(f feature) {
		if !slices.Contains(list, f) {
			list = append(list, f)
		}
	}
	for _, s := range schemes {
		u := strings.ToUpper(s)
		switch {
		case strings.Contains(u, "PBMAC1"), strings.HasPrefix(u, "HMAC"):
		case strings.Contains(u, "RC2"):
			add(featureRC2)
		case strings.Contains(u, "RC4"):
			add(featureRC4)
		case strings.HasPrefix(u, "PBES2"):
			switch {
			case strings.Contains(u, "SCRYPT"):
				add(featureScrypt)
			case strings.Contains(u, "AES") && strings.Contains(u, "CBC"), strings.Contains(u, "DES-EDE3"):
				add(featureAES)
			default:
				add(featureOther)
			}
		case strings.Contains(u, "TRIPLEDES"), strings.Contains(u, "2-KEY"), strings.Contains(u, "3-KEY"):
		default:
			add(featureOther)
		}
	}
	switch u := strings.ToUpper(mac); {
	case u == "":
		add(featureNoMAC)
	case strings.Contains(u, "PBMAC1"):
		add(featurePBMAC1)
	case !strings.Contains(strings.ReplaceAll(u, "-", ""), "SHA1"):
		add(featureSHA2)
	}
	return list
}

// refused is a system that does not open a PFX, and what it says.
type refused struct {
	System string `json:"system"`
	Says   string `json:"says"`
}

// whoOpens judges a PFX by its algorithms.
func whoOpens(schemes []string, mac string) (opens []string, refuses []refused) {
	features := pfxFeatures(schemes, mac)
	for _, s := range systems() {
		says := ""
		for _, r := range s.refuses {
			if slices.Contains(features, r.what) {
				says = r.says
				break
			}
		}
		if says == "" {
			opens = append(opens, s.name)
		} else {
			refuses = append(refuses, refused{s.name, says})
		}
	}
	return opens, refuses
}

// targetFor is the target that a PFX should be written for to be opened by
// those that refuse it most likely: old Windows, or, where the file is the old
// one, OpenSSL 3.
func targetFor(schemes []string, mac string) string {
	features := pfxFeatures(schemes, mac)
	switch {
	case slices.Contains(features, featureRC2), slices.Contains(features, featureRC4), slices.Contains(features, featurePBMAC1),
		slices.Contains(features, featureNoMAC), slices.Contains(features, featureOther), slices.Contains(features, featureScrypt):
		return "iis"
	case slices.Contains(features, featureAES), slices.Contains(features, featureSHA2):
		return "iis2016"
	}
	return ""
}
