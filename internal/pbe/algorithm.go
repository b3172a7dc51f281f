package pbe

// algorithmNames has the algorithms of password based encryption that are met
// but not read here. The others have their names where they are implemented.
var algorithmNames = [...][2]string{
	{"1.2.840.113549.1.5.9", "pbeWithMD5AndXOR"},
	{"1.2.840.113549.3.8", "RC5-CBC"},
	{"1.2.840.113549.3.9", "RC5-CBC-Pad"},
	{"1.2.840.113549.3.10", "DESCDMF"},
	{"1.2.840.113549.1.9.16.3.18", "ChaCha20-Poly1305"},
	{"2.16.840.1.101.3.4.1.5", "AES-128-wrap"},
	{"2.16.840.1.101.3.4.1.7", "AES-128-CCM"},
	{"2.16.840.1.101.3.4.1.8", "AES-128-wrap-pad"},
	{"2.16.840.1.101.3.4.1.25", "AES-192-wrap"},
	{"2.16.840.1.101.3.4.1.27", "AES-192-CCM"},
	{"2.16.840.1.101.3.4.1.28", "AES-192-wrap-pad"},
	{"2.16.840.1.101.3.4.1.45", "AES-256-wrap"},
	{"2.16.840.1.101.3.4.1.47", "AES-256-CCM"},
	{"2.16.840.1.101.3.4.1.48", "AES-256-wrap-pad"},
	{"2.16.840.1.101.2.1.1.4", "Skipjack-CBC"},
	{"1.2.643.2.2.9", "GOST R 34.11-94"},
	{"1.2.643.2.2.10", "HMAC-GOST R 34.11-94"},
	{"1.2.643.2.2.21", "GOST 28147-89"},
	{"1.2.643.7.1.1.2.2", "GOST R 34.11-2012 (256 bit)"},
	{"1.2.643.7.1.1.2.3", "GOST R 34.11-2012 (512 bit)"},
	{"1.2.643.7.1.1.4.1", "HMAC-GOST R 34.11-2012 (256 bit)"},
	{"1.2.643.7.1.1.4.2", "HMAC-GOST R 34.11-2012 (512 bit)"},
	{"1.2.643.7.1.1.5.1.1", "GOST R 34.12-2015 Magma CTR-ACPKM"},
	{"1.2.643.7.1.1.5.1.2", "GOST R 34.12-2015 Magma CTR-ACPKM-OMAC"},
	{"1.2.643.7.1.1.5.2.1", "GOST R 34.12-2015 Kuznyechik CTR-ACPKM"},
	{"1.2.643.7.1.1.5.2.2", "GOST R 34.12-2015 Kuznyechik CTR-ACPKM-OMAC"},
	{"1.2.840.113533.7.66.12", "pbeWithMD5AndCAST5-CBC"},
	{"1.3.36.3.2.1", "RIPEMD-160"},
	{"1.3.6.1.5.5.8.1.3", "HMAC-Tiger"},
	{"1.3.6.1.5.5.8.1.4", "HMAC-RIPEMD160"},
	{"1.2.156.10197.1.401", "SM3"},
	{"1.2.156.10197.1.401.2", "HMAC-SM3"},
	{"1.2.156.10197.1.401.3.1", "HMAC-SM3"},
	{"1.0.10118.3.0.55", "Whirlpool"},
	{"1.3.6.1.4.1.42.2.19.1", "PBEWithMD5AndTripleDES (JCEKS)"},
	{"1.2.410.200004.1.15", "pbeWithSHA1AndSEED-CBC"},
	{"1.2.840.113549.1.12.5.1.1", "pkcs-12-PBEWithSha1And128BitRC4"},
	{"1.2.840.113549.1.12.5.1.2", "pkcs-12-PBEWithSha1And40BitRC4"},
	{"1.2.840.113549.1.12.5.1.3", "pkcs-12-PBEWithSha1AndTripleDESCBC"},
	{"1.2.840.113549.1.12.5.1.4", "pkcs-12-PBEWithSha1And128BitRC2CBC"},
	{"1.2.840.113549.1.12.5.1.5", "pkcs-12-PBEWithSha1And40BitRC2CBC"},
	{"1.3.6.1.4.1.11591.13.2.2", "Serpent-128-CBC"},
	{"1.3.6.1.4.1.11591.13.2.22", "Serpent-192-CBC"},
	{"1.3.6.1.4.1.11591.13.2.42", "Serpent-256-CBC"},
}

// AlgorithmName names the algorithm with this identifier, by the identifier
// itself if it has no name here.
func AlgorithmName(oid string) string {
	for _, n := range algorithmNames {
		if n[0] == oid {
			return n[1]
		}
	}
	return oid
}
