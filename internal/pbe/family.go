package pbe

// Family is a group of algorithms that a program which opens PFX files knows as a
// whole or not at all.
type Family string

// The families of encryption.
const (
	FamilyPBES2   Family = "PBES2"    // PBKDF2, with AES in CBC mode or with 3DES
	FamilyRC2PBE2 Family = "PBES2RC2" // PBKDF2, with RC2
	FamilyScrypt  Family = "scrypt"   // PBES2 with scrypt
	Family3DES    Family = "3DES"     // of PKCS#12
	FamilyRC2     Family = "RC2"      // of PKCS#12 and PKCS#5
	FamilyRC4     Family = "RC4"      // of PKCS#12
	FamilyRare    Family = "rare"     // everything else
)

// The families of what protects the integrity.
const (
	FamilySHA1      Family = "HMAC-SHA1" // with the key derivation of PKCS#12
	FamilySHA2      Family = "HMAC-SHA2" // the same with any other digest
	FamilyPBMAC1    Family = "PBMAC1"    // RFC 9579
	FamilySignature Family = "signature" // of a public key
	FamilyNoMAC     Family = "no MAC"
)

// The families of passwords with other characters than those of ASCII, by what
// makes a key of them.
const (
	FamilyTextPKCS12 Family = "text, PKCS#12" // the schemes of PKCS#12, which take UTF-16
	FamilyTextPBES2  Family = "text, PBES2"   // PBES2, which takes UTF-8
	FamilyTextOther  Family = "text, other"   // not the form of its standard, whatever it is encrypted with
)

// TextUse is the Use of a password that is not ASCII. proper tells that it opened in
// the form of the standard.
func TextUse(form Form, proper bool) Use {
	f := FamilyTextPBES2
	if form == BMP {
		f = FamilyTextPKCS12
	}
	if !proper {
		f = FamilyTextOther
	}
	return Use{f, "a password that is not ASCII"}
}

// Use is an algorithm that something is protected with.
type Use struct {
	Family Family
	Name   string // of the algorithm in full, as Scheme and MAC give it
}

// IsMAC reports whether u is about the integrity.
func (u Use) IsMAC() bool {
	switch u.Family {
	case FamilySHA1, FamilySHA2, FamilyPBMAC1, FamilySignature, FamilyNoMAC:
		return true
	}
	return false
}

// IsText reports whether u is about the characters of the password.
func (u Use) IsText() bool {
	return u.Family == FamilyTextPKCS12 || u.Family == FamilyTextPBES2 || u.Family == FamilyTextOther
}

// Written is the Use of a scheme that Encrypt or BuildMAC writes.
func Written(name string) Use {
	return Use{map[string]Family{
		AES256: FamilyPBES2, TripleDES: Family3DES,
		MACSHA1: FamilySHA1, MACSHA256: FamilySHA2, PBMAC1: FamilyPBMAC1,
	}[name], name}
}

// pbes2Family is the family of an encryption and a key derivation in PBES2.
func pbes2Family(k kdf, e encryption) Family {
	switch cipher := e.cipher.name; {
	case k.name == nameScrypt:
		return FamilyScrypt
	case cipher == "RC2":
		return FamilyRC2PBE2
	case cipher == "DES-EDE3", e.mode == "CBC" && (cipher == "AES-128" || cipher == "AES-192" || cipher == "AES-256"):
		return FamilyPBES2
	}
	return FamilyRare
}

// pkcs12Family is the family of an encryption in the schemes of PKCS#12 and
// PBES1.
func pkcs12Family(e encryption) Family {
	switch e.cipher.name {
	case "DES-EDE3", "DES-EDE":
		return Family3DES
	case "RC2", "RC2-64", "RC2-40":
		return FamilyRC2
	case "RC4":
		return FamilyRC4
	}
	return FamilyRare
}
