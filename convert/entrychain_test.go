package convert

import (
	"crypto/ecdsa"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"testing"
)

// What a keystore lists as chain is kept so far as it is in order; nothing that it lists
// elsewhere or trusts is put behind it, no certificate comes twice, and it has an end.
func TestEntryChain(t *testing.T) {
	key := newKey(t)
	root := issue(t, nil, "root", newKey(t), nil)
	upper := issue(t, root, "upper", newKey(t), nil)
	lower := issue(t, upper, "lower", newKey(t), nil)
	// Two that issued each other.
	b := issue(t, nil, "b", newKey(t), nil)
	a := issue(t, b, "a", newKey(t), nil)
	b = issue(t, a, "b", b.key, nil)
	line := []*authority{lower, issue(t, lower, "leaf.test", key, nil), upper, root}
	circle := []*authority{a, issue(t, a, "leaf.test", key, nil), b}
	ladder := []*authority{root}
	for n := range maxChain + 3 {
		ladder = append(ladder, issue(t, ladder[n], fmt.Sprint("step", n), root.key, nil))
	}
	slices.Reverse(ladder) // the lowest is the first
	var most []int
	for i := range maxChain {
		most = append(most, i)
	}
	for name, c := range map[string]struct {
		certs                 []*authority
		chain, listed, wanted []int // of the key, of other keys, and what is listed in order: all indices
		entry                 []int
	}{
		"none":                          {line, nil, nil, nil, []int{1, 0, 2, 3}},
		"of another key":                {line, []int{0, 2}, nil, nil, []int{1, 0, 2, 3}},
		"all":                           {line, []int{1, 0, 2, 3}, nil, []int{1, 0, 2, 3}, []int{1, 0, 2, 3}},
		"the rest is from elsewhere":    {line, []int{1, 0}, nil, []int{1, 0}, []int{1, 0, 2, 3}},
		"the next one is another's":     {line, []int{1, 0}, []int{2}, []int{1, 0}, []int{1, 0}},
		"the root is another's":         {line, []int{1, 0}, []int{3}, []int{1, 0}, []int{1, 0, 2}},
		"a gap":                         {line, []int{1, 2}, []int{2}, nil, []int{1, 0, 2, 3}},
		"one twice":                     {line, []int{1, 0, 2, 3, 3}, []int{2}, nil, []int{1, 0, 2, 3}},
		"a circle":                      {circle, []int{1, 0, 2}, nil, []int{1, 0, 2}, []int{1, 0, 2}},
		"around a circle":               {circle, []int{1, 0, 2, 0}, nil, nil, []int{1, 0, 2}},
		"as many as there may be":       {ladder, []int{0, 1}, nil, []int{0, 1}, most},
		"more than there may be listed": {ladder, append(slices.Clone(most), maxChain), nil, nil, most},
	} {
		bundle := bundleOf(t, []*ecdsa.PrivateKey{key}, c.certs...)
		k := &bundle.Keys[0]
		for _, i := range c.chain {
			k.chain = append(k.chain, bundle.Certs[i].Raw)
		}
		for _, i := range c.listed {
			bundle.Certs[i].listed = true
		}
		own := slices.IndexFunc(c.certs, func(x *authority) bool { return x.cert.Subject.CommonName == "leaf.test" })
		own = max(own, 0)
		g := newCertGraph(bundle.Certs)
		if got := g.listedChain(k, own); !slices.Equal(got, c.wanted) {
			t.Errorf("%s: listed %v, not %v", name, got, c.wanted)
		}
		if got := g.entryChain(k, own); !slices.Equal(got, c.entry) {
			t.Errorf("%s: the entry has %v, not %v", name, got, c.entry)
		}
	}
	bundle := bundleOf(t, []*ecdsa.PrivateKey{key}, line...)
	bundle.Keys[0].chain = [][]byte{line[1].cert.Raw, lower.cert.Raw}
	bundle.Certs[2].Trusted = true
	if got := newCertGraph(bundle.Certs).entryChain(&bundle.Keys[0], 1); !slices.Equal(got, []int{1, 0}) {
		t.Errorf("the next one is trusted: %v", got)
	}
}

// A writer of keys or of certificates that is given none says so, whoever calls it, and a
// format that is not there is not written.
func TestNothingToWrite(t *testing.T) {
	for name, encode := range map[string]func(*Bundle, *EncodeOptions) ([]byte, error){
		"pem": encodePEM, "pkcs1": encodePKCS1, "sec1": encodeSEC1, "sgc": encodeSGC, "pvk": encodePVK, "p7b": encodePKCS7,
	} {
		if out, err := encode(&Bundle{}, &EncodeOptions{}); !errors.Is(err, ErrNothingToWrite) || out != nil {
			t.Errorf("%s: %q, %v", name, out, err)
		}
	}
	b := bundleOf(t, []*ecdsa.PrivateKey{newKey(t)})
	if out, err := Encode(b, "no such format", nil); !errors.Is(err, ErrUnknownFormat) || out != nil {
		t.Errorf("no such format: %q, %v", out, err)
	}
	for name, encode := range map[string]func(*Bundle, *EncodeOptions) ([]byte, error){"pkcs1": encodePKCS1, "sgc": encodeSGC, "pvk": encodePVK} {
		if out, err := encode(b, &EncodeOptions{}); err == nil || out != nil {
			t.Errorf("%s of an EC key: %q, %v", name, out, err)
		}
	}
}

// A key of OpenSSH that is cut short is none; that it is of a kind that is unknown is something else.
func TestOpenSSHKeyIsCut(t *testing.T) {
	for _, kind := range []string{"ssh-rsa", "ssh-dss", "ecdsa-sha2-nistp256", "ssh-ed25519", "ssh-ed448"} {
		if out, ok := (&sshReader{}).key(kind); out != nil || ok {
			t.Errorf("%s: %x, %v", kind, out, ok)
		}
	}
	if out, ok := (&sshReader{}).key("sk-ssh-ed25519@openssh.com"); out != nil || !ok {
		t.Errorf("sk-: %x, %v", out, ok)
	}
	ed448 := append([]byte{0, 0, 0, 0, 0, 0, 0, 114}, make([]byte, 114)...)
	if out, ok := (&sshReader{ed448}).key("ssh-ed448"); len(out) != 73 || !ok {
		t.Errorf("Ed448: %d octets, %v", len(out), ok)
	}
	if m := exponent(big.NewInt(5), big.NewInt(1)); m.Sign() != 0 {
		t.Errorf("for the prime 1: %v", m)
	}
}

// What stands among the certificates of a PKCS#7 and is none is named by its tag.
func TestOtherCertificates(t *testing.T) {
	set, _, err := wholeSequence([]byte{0x30, 8, 0xa0, 0, 0xa1, 0, 0xa2, 0, 0xa3, 0})
	if err != nil {
		t.Fatal(err)
	}
	d := &decoder{opts: &DecodeOptions{}, bundle: &Bundle{}}
	if err := d.addCertSet(set, Source{}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, o := range d.bundle.Others {
		got = append(got, o.What)
	}
	if want := []string{"PKCS#6 extended certificate", "attribute certificate", "attribute certificate", "certificate of another kind"}; !slices.Equal(got, want) {
		t.Errorf("%q, not %q", got, want)
	}
}
