package convert

// parsePrivateKey reads a private key in the clear in any ASN.1 form (PKCS#8,
// PKCS#1, SEC1, OpenSSL's DSA), wraps traditional forms in PKCS#8, and works
// out the public key. A key of an unknown algorithm is no error.
func parsePrivateKey(data []byte, at Source) (PrivateKey, error) { panic("stub") }

// addKeyDER adds a private key in the clear. scheme is what it was encrypted with.
func (d *decoder) addKeyDER(data []byte, at Source, scheme string, n Names) error { panic("stub") }

// addPublicKey adds a SubjectPublicKeyInfo or RSAPublicKey.
func (d *decoder) addPublicKey(data []byte, at Source, n Names) error { panic("stub") }

// rsaNumbers checks that the numbers of an RSA key belong together (p·q = n,
// d·e = 1 mod lcm); data is PKCS#8 or PKCS#1. NET, PVK: the only way to tell a
// right password.
func rsaConsistent(data []byte) bool { panic("stub") }

// pkcs1FromPKCS8 and sec1FromPKCS8 give the traditional form of a key.
func pkcs1FromPKCS8(pkcs8 []byte) ([]byte, error) { panic("stub") }
func sec1FromPKCS8(pkcs8 []byte) ([]byte, error)  { panic("stub") }

// pkcs8FromPKCS1 wraps an RSAPrivateKey.
func pkcs8FromPKCS1(der []byte) ([]byte, error) { panic("stub") }

// describeSPKI names the algorithm and size of a public key.
func describeSPKI(spki []byte) (algorithm string, bits int, err error) { panic("stub") }

// publicID is equal for two SubjectPublicKeyInfos exactly when they hold the
// same public numbers, however they are written (RSA or RSA-PSS identifier,
// NULL or absent parameters, compressed points, explicit curve parameters).
func publicID(spki []byte) string { panic("stub") }

// decodeOpenSSHKey reads the binary inside an OPENSSH PRIVATE KEY block.
func (d *decoder) decodeOpenSSHKey(data []byte, at Source) error { panic("stub") }
