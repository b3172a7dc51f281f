package pubkey

import (
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/c2sp/wycheproof"
	"golang.org/x/crypto/cryptobyte"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/testenv"
)

// wycheproofFile is what is asked of a file of Wycheproof's.
type wycheproofFile struct {
	TestGroups []wycheproofGroup
}

type wycheproofGroup struct {
	Type                 string
	PublicKeyDer, KeyDer string // the second in the files for signers
	Sha, MgfSha          string
	SLen                 int
	Tests                []struct {
		TcID                      int
		Comment, Msg, Sig, Result string
		Flags                     []string
	}
}

// wycheproofFiles are those whose signatures are in the form that certificates
// have them in: not that of IEEE P1363, and without Bitcoin's own rule. SHAKE
// (RFC 8692) is not known here.
func wycheproofFiles(t *testing.T) []string {
	var files []string
	for _, pattern := range []string{"dsa_*", "ecdsa_*", "rsa_signature_*", "rsa_pkcs1_*_sig_gen_*", "rsa_pss_*", "ed25519_*", "ed448_*"} {
		list, err := fs.Glob(wycheproof.TestVectors, pattern)
		if err != nil || len(list) == 0 {
			t.Fatal(pattern, list, err)
		}
		files = append(files, list...)
	}
	return slices.DeleteFunc(files, func(name string) bool {
		return strings.Contains(name, "p1363") || strings.Contains(name, "bitcoin") || strings.Contains(name, "shake")
	})
}

// acceptable says what is done with the vectors that Wycheproof leaves to the
// reader, by their flags.
var acceptable = map[string]bool{
	"MissingNull":    false, // old signers left the NULL out (RFC 8017, Appendix A.2.4); of all clients only Java takes it
	"WeakHash":       true,  // old is not broken: that it is weak is another finding
	"SmallModulus":   true,
	"SmallPublicKey": true, // the exponent 3
}

// The vectors of Wycheproof for the signatures that certificates have.
func TestWycheproof(t *testing.T) {
	testenv.Slow(t)
	for _, name := range wycheproofFiles(t) {
		t.Run(strings.TrimSuffix(name, "_test.json"), func(t *testing.T) {
			t.Parallel()
			data, err := fs.ReadFile(wycheproof.TestVectors, path.Clean(name))
			if err != nil {
				t.Fatal(err)
			}
			var file wycheproofFile
			if err := json.Unmarshal(data, &file); err != nil {
				t.Fatal(err)
			}
			if len(file.TestGroups) == 0 {
				t.Error("no vectors")
			}
			for _, g := range file.TestGroups {
				g.run(t)
			}
		})
	}
}

func (g *wycheproofGroup) run(t *testing.T) {
	alg, key := element(g.algorithm(t)), unhex(t, g.PublicKeyDer+g.KeyDer)
	for _, v := range g.Tests {
		want := v.Result == "valid"
		if v.Result == "acceptable" {
			want = slices.ContainsFunc(v.Flags, func(f string) bool { return acceptable[f] })
		}
		if err := Verify(unhex(t, v.Msg), alg, unhex(t, v.Sig), key); (err == nil) != want || isUnsupported(err) {
			t.Errorf("%d, %s (%s, %q): %v", v.TcID, v.Comment, v.Result, v.Flags, err)
		}
	}
}

// algorithm is the AlgorithmIdentifier of the signatures of a group.
func (g *wycheproofGroup) algorithm(t *testing.T) []byte {
	kind := rsaSignature
	switch g.Type {
	case "RsassaPssVerify", "RsassaPssWithParametersVerify":
		return pssAlgorithm(t, g.Sha, g.MgfSha, g.SLen)
	case "EddsaVerify":
		kind = ed25519Signature
		if len(g.PublicKeyDer) > 100 {
			kind = ed448Signature
		}
	case "EcdsaVerify":
		kind = ecdsaSignature
	case "DsaVerify":
		kind = dsaSignature
	}
	for _, a := range signatureAlgorithms {
		if a.kind == kind && a.hash == g.Sha {
			return der.Algorithm(der.DottedOID([]byte(a.oid)), nil)
		}
	}
	t.Fatal("no algorithm for", g.Type, g.Sha)
	return nil
}

// pssAlgorithm is RSASSA-PSS with its parameters (RFC 4055, Section 3.1).
func pssAlgorithm(t *testing.T, hash, mgfHash string, salt int) []byte {
	t.Helper()
	h, ok1 := hashByName(hash)
	mgf, ok2 := hashByName(mgfHash)
	if !ok1 || !ok2 {
		t.Fatal("unknown hash:", hash, mgfHash)
	}
	saltLength := der.Build(func(b *cryptobyte.Builder) { b.AddASN1Int64(int64(salt)) })
	return der.Algorithm(oidRSAPSS, sequence(
		contextElement(0, true, der.Algorithm(h.oid, derNull)),
		contextElement(1, true, der.Algorithm(oidMGF1, der.Algorithm(mgf.oid, derNull))),
		contextElement(2, true, saltLength)))
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
