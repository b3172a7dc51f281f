package pbe

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"strings"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
)

func TestBudget(t *testing.T) {
	var b Budget
	var limit *LimitError
	if err := b.Spend(0, 1); err == nil || errors.As(err, &limit) {
		t.Errorf("no rounds: %v", err)
	}
	if err := b.Spend(MaxRounds+1, 1); !errors.As(err, &limit) || limit.Asked != MaxRounds+1 || b.Spent != 0 {
		t.Errorf("too many at once: %v", err)
	}
	for range MaxWork / MaxRounds {
		if err := b.Spend(MaxRounds, 1); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Spend(1, 1); !errors.As(err, &limit) || limit.Asked != 0 {
		t.Errorf("too many in all: %v", err)
	}
}

// Many keys, each of them cheap, cost as much together as one that is not: the
// total counts, to the round.
func TestBudgetTotal(t *testing.T) {
	const keys, weight = 100, 2
	var b Budget
	for i := range keys {
		if err := b.Spend(MaxWork/keys/weight, weight); err != nil {
			t.Fatalf("key %d of %d: %v", i+1, keys, err)
		}
	}
	if b.Spent != MaxWork {
		t.Fatalf("%d spent, want %d", b.Spent, MaxWork)
	}
	var limit *LimitError
	for _, weight := range []int{1, 0} { // no key is for nothing
		if err := b.Spend(1, weight); !errors.As(err, &limit) || limit.Limit != MaxWork {
			t.Errorf("one round more, of weight %d: %v", weight, err)
		}
	}
}

// A round costs what its digest costs, once for each block of the key.
func TestBudgetIsWeighed(t *testing.T) {
	var limit *LimitError
	b := Budget{}
	if err := b.Spend(MaxWork/24+1, 24); !errors.As(err, &limit) {
		t.Errorf("slow digest: %v", err)
	}
	for hash, want := range map[string]int{"SHA-1": 2, "SHA-256": 1, "SHA-512": 3} {
		if got := pkcs12Weight(hash, 24, 8); got != want {
			t.Errorf("PKCS #12 with %s weighs %d, want %d", hash, got, want)
		}
	}
	family := map[string]int{}
	for _, d := range digests { // a round of those of one kind is the same work
		kind, _, _ := strings.Cut(strings.Replace(d.Name, "SHA-384", "SHA-512", 1), "-")
		if kind == "SHA" {
			kind = d.Name[:min(len(d.Name), len("SHA-512"))]
		}
		if was, there := family[kind]; there && was != d.weight {
			t.Errorf("%s weighs %d, others of its kind %d", d.Name, d.weight, was)
		}
		family[kind] = d.weight
	}
	if k := (kdf{weight: 1, size: 20}); k.cost(32) != 2 || k.cost(20) != 1 {
		t.Error("the blocks of a key do not count")
	}
}

// N and p small, r large: few rounds, and a gigabyte.
func TestScryptMemory(t *testing.T) {
	params := func(n, r, p int64) der.Element {
		return mustParse(t, der.Build(func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1OctetString([]byte("salt"))
				b.AddASN1Int64(n)
				b.AddASN1Int64(r)
				b.AddASN1Int64(p)
			})
		}))
	}
	var limit *LimitError
	for _, v := range [][3]int64{{2, 4_000_000, 1}, {2, 8, 1 << 20}, {1 << 21, 1, 1}} {
		if _, err := parseScrypt(params(v[0], v[1], v[2])); !errors.As(err, &limit) {
			t.Errorf("%v: %v", v, err)
		}
	}
	for _, r := range []int64{7, 8} { // 112 MiB, and 128 with what else it takes
		if _, err := parseScrypt(params(1<<17, r, 1)); (err == nil) != (r == 7) {
			t.Errorf("r = %d: %v", r, err)
		}
	}
}

func TestMAC(t *testing.T) {
	for _, name := range []string{MACSHA1, MACSHA256, PBMAC1} {
		data, err := BuildMAC(name, 10, []byte("secret"), []byte("content"), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		m, err := ParseMAC(mustParse(t, data))
		if err != nil || m.Name != name+", 10 iterations" || m.Rounds != 10 {
			t.Fatalf("%s: %+v, %v", name, m, err)
		}
		pw := m.Form.Encode([]byte("secret"))
		if err := m.Verify(pw, []byte("content")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := m.Verify(pw, []byte("altered")); !errors.Is(err, ErrPassword) {
			t.Errorf("%s, altered: %v", name, err)
		}
	}
	if _, err := BuildMAC("HMAC-MD6", 10, nil, nil, rand.Reader); !errors.As(err, new(*UnsupportedError)) {
		t.Error(err)
	}
}

// pbmac1 is the MacData of a PFX with PBMAC1 and its key length, 0: it does not
// say one.
func pbmac1(t *testing.T, keyLength int, digest []byte) der.Element {
	t.Helper()
	h, _ := DigestByName("SHA-256")
	return mustParse(t, der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				der.AddAlgorithm(b, oidPBMAC1, func(b *cryptobyte.Builder) {
					b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
						der.AddAlgorithm(b, oidPBKDF2, func(b *cryptobyte.Builder) {
							b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
								b.AddASN1OctetString([]byte("8 octets"))
								b.AddASN1Int64(10)
								if keyLength != 0 {
									b.AddASN1Int64(int64(keyLength))
								}
								der.AddAlgorithm(b, h.prf, der.AddNull)
							})
						})
						der.AddAlgorithm(b, h.prf, der.AddNull)
					})
				})
				b.AddASN1OctetString(digest)
			})
			b.AddASN1OctetString([]byte("NOT USED"))
			b.AddASN1Int64(1)
		})
	}))
}

// A derivation that is not known is told by its name, and nothing is computed without.
func TestPBMAC1OfUnknownDerivation(t *testing.T) {
	h, _ := DigestByName("SHA-256")
	data := der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				der.AddAlgorithm(b, oidPBMAC1, func(b *cryptobyte.Builder) {
					b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
						der.AddAlgorithm(b, "1.2.3.4", der.AddNull)
						der.AddAlgorithm(b, h.prf, der.AddNull)
					})
				})
				b.AddASN1OctetString(make([]byte, 32))
			})
			b.AddASN1OctetString([]byte("NOT USED"))
			b.AddASN1Int64(1)
		})
	})
	var unknown *UnsupportedError
	if _, err := ParseMAC(mustParse(t, data)); !errors.As(err, &unknown) || !strings.Contains(err.Error(), "1.2.3.4") {
		t.Errorf("%v", err)
	}
}

// The file chooses the length of the key. With one of a single octet every 256th
// password is right.
func TestPBMAC1KeyLength(t *testing.T) {
	content := []byte("content")
	for _, v := range []struct {
		length int
		ok     bool
	}{{0, false}, {1, false}, {19, false}, {20, true}, {32, true}, {64, true}, {65, false}} {
		key, err := pbkdf2.Key(sha256.New, "secret", []byte("8 octets"), 10, max(v.length, 1))
		if err != nil {
			t.Fatal(err)
		}
		mac := hmac.New(sha256.New, key)
		mac.Write(content)
		m, err := ParseMAC(pbmac1(t, v.length, mac.Sum(nil)))
		switch {
		case !v.ok && err == nil:
			t.Errorf("a key of %d bytes is taken", v.length)
		case v.ok && err != nil:
			t.Errorf("a key of %d bytes: %v", v.length, err)
		case v.ok && m.Verify([]byte("secret"), content) != nil:
			t.Errorf("a key of %d bytes: the MAC is not the one of Go", v.length)
		case v.ok && !errors.Is(m.Verify([]byte("other"), content), ErrPassword):
			t.Errorf("a key of %d bytes: any password is right", v.length)
		case v.ok && m.Weight != (v.length+sha256.Size-1)/sha256.Size:
			t.Errorf("a key of %d bytes weighs %d", v.length, m.Weight)
		}
	}
	if _, err := ParseMAC(pbmac1(t, 32, make([]byte, 31))); err == nil {
		t.Error("a MAC of 31 bytes is taken")
	}
}

// A MAC that is shorter or longer than its digest was damaged: nothing is to be
// compared with it.
func TestMACLength(t *testing.T) {
	for _, name := range []string{"SHA-1", "SHA-256", "SHA-512"} {
		h, _ := DigestByName(name)
		for _, size := range []int{0, h.New().Size() - 1, h.New().Size(), h.New().Size() + 1} {
			_, err := ParseMAC(mustParse(t, der.Build(func(b *cryptobyte.Builder) {
				b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
						der.AddAlgorithm(b, h.OID, der.AddNull)
						b.AddASN1OctetString(make([]byte, size))
					})
					b.AddASN1OctetString([]byte("8 octets"))
					b.AddASN1Int64(10)
				})
			})))
			if (err == nil) != (size == h.New().Size()) {
				t.Errorf("%s, %d bytes: %v", name, size, err)
			}
		}
	}
}

// The limits of PuTTY's files are to the KiB, the pass and the thread.
func TestPPKLimits(t *testing.T) {
	most := ArgonOptions{Kind: "Argon2id", Memory: 128 << 10, Passes: maxArgonPasses, Threads: maxArgonThreads, Salt: []byte("salt")}
	if _, err := ParsePPK(3, schemePPK, most); err != nil {
		t.Errorf("%+v: %v", most, err)
	}
	for name, change := range map[string]func(o *ArgonOptions){
		"memory": func(o *ArgonOptions) { o.Memory++ }, "passes": func(o *ArgonOptions) { o.Passes++ }, "threads": func(o *ArgonOptions) { o.Threads++ },
	} {
		over := most
		change(&over)
		var limit *LimitError
		if _, err := ParsePPK(3, schemePPK, over); !errors.As(err, &limit) {
			t.Errorf("more %s: %v", name, err)
		}
	}
	for name, o := range map[string]ArgonOptions{
		"memory": {Kind: "Argon2i", Memory: 7, Passes: 1, Threads: 1}, "passes": {Kind: "Argon2i", Memory: 8, Threads: 1}, "threads": {Kind: "Argon2i", Memory: 8, Passes: 1},
	} {
		var limit *LimitError
		if _, err := ParsePPK(3, schemePPK, o); err == nil || errors.As(err, &limit) {
			t.Errorf("too little %s: %v", name, err)
		}
	}
	if _, err := ParsePPK(3, schemePPK, ArgonOptions{Kind: "Argon2i", Memory: 8, Passes: 1, Threads: 1}); err != nil {
		t.Errorf("the least: %v", err)
	}
	var unknown *UnsupportedError
	if _, err := ParsePPK(3, schemePPK, ArgonOptions{Kind: "Argon2d", Memory: 8, Passes: 1, Threads: 1}); !errors.As(err, &unknown) {
		t.Errorf("Argon2d: %v", err)
	}
}
