package convert

import (
	"bytes"
	"encoding/pem"
	"errors"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/pbe"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/testenv"
)

// All certificates of an input share one budget, also after they were read, and a
// signature beyond it is not computed.
func TestSignaturesOverBudget(t *testing.T) {
	shared := newEffort(0)
	a, b := &Certificate{effort: shared}, &Certificate{effort: shared}
	if err := a.Spend(int64(pubkey.MaxWork)); err != nil {
		t.Fatal(err)
	}
	if err := b.Spend(1); !errors.Is(err, ErrTooLarge) {
		t.Errorf("over the budget: %v", err)
	}
	if _, err := new(Issuers).Verify(b, a); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a signature over the budget: %v", err)
	}
	if err := new(Certificate).Spend(1 << 62); err != nil {
		t.Errorf("a certificate of no input: %v", err)
	}
}

// A CRL is verified once with each key, and asking it counts.
func TestCRLOverBudget(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(testenv.Root(t), "testdata/checks/cert-revoked/bad-key-compromise.crl"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := Decode(data, nil)
	if err != nil || len(b.CRLs) != 1 {
		t.Fatal(err)
	}
	c, other := &b.CRLs[0], b.CRLs[0]
	if err := c.Verify(nil); err == nil || errors.Is(err, ErrTooLarge) {
		t.Errorf("without a key: %v", err)
	}
	first := c.effort.spent.Load()
	if err := other.Verify(nil); err == nil || errors.Is(err, ErrTooLarge) {
		t.Errorf("once more: %v", err)
	}
	again := c.effort.spent.Load() - first
	if again <= 0 || again*10 > first {
		t.Errorf("the first time cost %d, the second %d", first, again)
	}
	c.effort.spent.Store(int64(pubkey.MaxWork))
	if err := other.Verify(nil); !errors.Is(err, ErrTooLarge) {
		t.Errorf("over the budget: %v", err)
	}
}

// The entries of a CRL that is asked often are sorted, which changes no answer.
func TestRevokedOften(t *testing.T) {
	integer := func(content ...byte) []byte { return append([]byte{2, byte(len(content))}, content...) }
	entry := func(serial []byte, reason byte) []byte {
		body := append(bytes.Clone(serial), append([]byte{0x17, 13}, "260101000000Z"...)...)
		body = append(body, 0x30, 12, 0x30, 10, 6, 3, 0x55, 0x1d, 0x15, 4, 3, 10, 1, reason)
		return append([]byte{0x30, byte(len(body))}, body...)
	}
	var list []byte
	for i := range 100 {
		list = append(list, entry(integer(byte(99-i)), 1)...)
	}
	list = append(list, entry(integer(7), 4)...)          // once more
	list = append(list, entry(integer(0, 0, 120), 5)...)  // padded
	list = append(list, entry(integer(0xff, 0x80), 9)...) // -128, padded
	list = append(list, entry(integer(121), 8)...)        // taken off
	list = append([]byte{0x30, 0x82, byte(len(list) >> 8), byte(len(list))}, list...)
	tbs := append([]byte{0x30, 0, 0x30, 0, 0x17, 13}, append([]byte("260101000000Z"), list...)...)
	tbs = append([]byte{0x30, 0x82, byte(len(tbs) >> 8), byte(len(tbs))}, tbs...)
	raw := append([]byte{0x30, 0x82, byte(len(tbs) >> 8), byte(len(tbs))}, tbs...)
	c := &CRL{Raw: raw, facts: &crlFacts{}}
	for range sortAfter + 10 {
		for serial, want := range map[int64]string{0: "key compromise", 7: "key compromise", 99: "key compromise", 120: "cessation of operation", -128: "privilege withdrawn", 121: "", 100: "", -1: ""} {
			got := ""
			if e := c.Revoked(nil, big.NewInt(serial)); e != nil {
				got = e.Reason
			}
			if got != want {
				t.Fatalf("%d: %q, want %q (sorted: %v)", serial, got, want, c.facts.order != nil)
			}
		}
	}
	if c.facts.order == nil {
		t.Error("the entries were not sorted")
	}
}

// Behind what looks like the beginning of a small object, and is none, the search goes
// on; behind that of a large one it ends, as each is looked through.
func TestStrayBytes(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(testenv.Root(t), "testdata", "servers", "rsa.pem"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	for _, c := range []struct {
		size, tries int
		found       bool
	}{
		{1 << 16, 1, true},
		{1 << 16, 15, true},
		{1 << 16, 17, false},
		{maxStrayWork, 1, false},
	} {
		begin := []byte{1, 0x30, 0x83, byte(c.size >> 16), byte(c.size >> 8), byte(c.size), 0x0c, 1, 'x'} // with a string in it
		data := slices.Concat(bytes.Repeat(begin, c.tries), block.Bytes, bytes.Repeat([]byte("A"), c.size))
		f, rest := objectBehind(data)
		if found := f != nil && bytes.HasPrefix(rest, block.Bytes); found != c.found {
			t.Errorf("behind %d beginnings of %d bytes: found %v", c.tries, c.size, found)
		}
	}
}

// So it is with the issuers that entries name, each for those after it too.
func TestRevokedOfIssuers(t *testing.T) {
	tlv := func(tag byte, contents ...[]byte) []byte {
		body := bytes.Join(contents, nil)
		return append([]byte{tag, 0x82, byte(len(body) >> 8), byte(len(body))}, body...)
	}
	name := func(cn string) []byte {
		return tlv(0x30, tlv(0x31, tlv(0x30, []byte{6, 3, 0x55, 4, 3}, tlv(0x0c, []byte(cn)))))
	}
	names := [][]byte{name("list"), name("one"), name("other")}
	random := rand.New(rand.NewPCG(1, 2))
	want := map[[2]int]bool{} // issuer, serial
	var entries []byte
	of := 0
	for range 300 {
		serial := random.IntN(100)
		body := slices.Concat([]byte{2, 1, byte(serial), 0x17, 13}, []byte("260101000000Z"))
		if random.IntN(4) == 0 {
			of = random.IntN(len(names))
			body = append(body, tlv(0x30, tlv(0x30, []byte{6, 3, 0x55, 0x1d, 0x1d, 1, 1, 0xff}, tlv(4, tlv(0x30, tlv(0xa4, names[of])))))...)
		}
		want[[2]int{of, serial}] = true
		entries = append(entries, tlv(0x30, body)...)
	}
	raw := tlv(0x30, tlv(0x30, []byte{0x30, 0}, names[0], []byte{0x17, 13}, []byte("260101000000Z"), tlv(0x30, entries)))
	c := &CRL{Raw: raw, Issuer: names[0], facts: &crlFacts{}}
	for range 2 {
		for i, issuer := range append(names, name("nobody")) {
			for serial := range 100 {
				if got := c.Revoked(issuer, big.NewInt(int64(serial))) != nil; got != want[[2]int{i, serial}] {
					t.Fatalf("issuer %d, serial %d: %v (sorted: %v)", i, serial, got, c.facts.order != nil)
				}
			}
		}
	}
	if c.facts.order == nil || c.EntriesUnread() {
		t.Error("the entries were not sorted, or not read")
	}
	broken := &CRL{Raw: bytes.Replace(raw, append([]byte{0xa4}, tlv(0, names[of])[1:]...), append([]byte{0x86}, tlv(0, names[of])[1:]...), 1), Issuer: names[0]}
	if !broken.EntriesUnread() {
		t.Error("an issuer that is no directory name was read")
	}
}

func TestUnpackLimit(t *testing.T) {
	for _, v := range []struct{ max, size, want int64 }{
		{0, 1000, 32 << 20},
		{0, 4 << 20, 80 << 20},
		{0, 100 << 20, DefaultMaxSize},
		{1000, 10, 1000},
		{1 << 30, 10, 1 << 30},
	} {
		if got := (&DecodeOptions{MaxSize: v.max}).unpackLimit(int(v.size)); got != v.want {
			t.Errorf("%d bytes, limit %d: %d, want %d", v.size, v.max, got, v.want)
		}
	}
}

// Inputs that are read together have one budget for arithmetic, which grows with
// each, and the files of an archive one for key derivations too.
func TestSharedWork(t *testing.T) {
	root := testenv.Root(t)
	read := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join(root, "testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	locked, curve, crl := read("pkcs8/pbes2.pem"), read("servers/ec-secp256k1.key"), read("checks/cert-revoked/bad-key-compromise.crl")
	decode := func(data []byte, w *Work) (*Bundle, error) {
		return Decode(data, &DecodeOptions{Work: w, Password: Passwords("wrong")})
	}
	var run Work
	run.Share(len(locked))
	zip := run.Archive(1000)
	if _, err := decode(locked, zip); !errors.Is(err, ErrPasswordIncorrect) || zip.Rounds == 0 || run.Rounds != zip.Rounds {
		t.Errorf("%v; %d rounds, %d of the run", err, zip.Rounds, run.Rounds)
	}
	zip.Rounds = pbe.MaxWork
	if _, err := decode(locked, zip); !errors.Is(err, ErrTooLarge) {
		t.Errorf("over the budget of an archive: %v", err)
	}
	if _, err := decode(locked, &run); !errors.Is(err, ErrPasswordIncorrect) {
		t.Errorf("beside the archive: %v", err)
	}
	run.Rounds = maxRunRounds
	if _, err := decode(locked, &run); !errors.Is(err, ErrTooLarge) {
		t.Errorf("over the budget of the run: %v", err)
	}
	if b, err := decode(curve, &run); err != nil || !b.Keys[0].Proved || run.Arithmetic == 0 {
		t.Errorf("%v; %d", err, run.Arithmetic)
	}
	b, err := decode(crl, &run)
	if err != nil {
		t.Fatal(err)
	}
	run.common.spent.Store(int64(pubkey.MaxWork))
	if err := b.CRLs[0].Verify(nil); !errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), "all inputs") {
		t.Errorf("over the budget: %v", err)
	}
	if b, err := decode(curve, &run); err != nil || b.Keys[0].Proved {
		t.Errorf("a key over the budget: %v", err)
	}
	run.Share(2 << 20)
	if err := b.CRLs[0].Verify([]byte{1}); errors.Is(err, ErrTooLarge) {
		t.Errorf("after the budget has grown: %v", err)
	}
}

// What was written a moment ago is read back whatever it costs, since writing cost as much. What
// an input may cost otherwise, a MaxSize above the default raises, and the error says so.
func TestBudgetOfDerivations(t *testing.T) {
	for _, c := range []struct {
		name  string
		opts  DecodeOptions
		large bool
	}{
		{"hostile", DecodeOptions{}, false},
		{"hostile, with a small limit", DecodeOptions{MaxSize: 4096}, false},
		{"trusted", DecodeOptions{MaxSize: 2 * DefaultMaxSize}, true},
		{"own", DecodeOptions{MaxSize: 4096, bare: true}, true},
	} {
		var w Work
		c.opts.Work = &w
		d := &decoder{opts: &c.opts, bundle: &Bundle{}}
		d.start(4096)
		var err error
		n := 0
		for ; n < 100 && err == nil; n++ {
			err = d.spend(Source{}, "key", pbe.MaxRounds, 1)
		}
		d.end()
		var e *Error
		switch {
		case c.large && (err != nil || w.Rounds != 100*pbe.MaxRounds):
			t.Errorf("%s: %v, %d rounds", c.name, err, w.Rounds)
		case !c.large && (n != 2 || !errors.As(err, &e) || e.MaxSize != DefaultMaxSize || w.Rounds != pbe.MaxRounds):
			t.Errorf("%s: %d: %+v, %d rounds", c.name, n, e, w.Rounds)
		}
		if err := d.spend(Source{}, "key", pbe.MaxRounds+1, 1); !errors.As(err, &e) || e.MaxSize != 0 {
			t.Errorf("%s: one derivation of too many rounds: %v", c.name, err)
		}
	}
}
