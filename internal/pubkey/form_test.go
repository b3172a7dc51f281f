package pubkey

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/ec"
)

// The numbers of a curve stay what they are where they are those of no curve with a name, such
// as one with another generator.
func TestCurveWithoutName(t *testing.T) {
	explicit := keyInfoOf(t, "pairs/ec-P-256-explicit.pem")
	k, err := parseSEC1(explicit.key)
	if err != nil {
		t.Fatal(err)
	}
	c, _ := ec.ByName("P-256")
	generator := append([]byte{4}, append(c.Gx.FillBytes(make([]byte, 32)), c.Gy.FillBytes(make([]byte, 32))...)...)
	point, _ := parseSPKI(keyOf(t, "pairs/ec-P-256.pem").SPKI)
	params := bytes.Replace(explicit.params.Full, generator, point.key, 1)
	if bytes.Equal(params, explicit.params.Full) {
		t.Fatal("the generator is not there")
	}
	for name, params := range map[string][]byte{"named": explicit.params.Full, "unnamed": params} {
		r, err := ReadPrivate(marshalPKCS8(der.Algorithm(oidEC, params), ecPrivate{key: k.key}.marshal()), new(Work))
		if err != nil {
			t.Fatal(err)
		}
		told := slices.ContainsFunc(r.Remarks, func(m Remark) bool { return strings.Contains(m.Text.String(), "they are those of P-256") })
		plain, _ := parseInfo(r.Plain)
		if told != (name == "named") || r.Plain != nil && told == bytes.Equal(plain.params.Full, params) {
			t.Errorf("%s: told %v, written anew %x", name, told, r.Plain)
		}
	}
}

// A key that has its public key with it is written anew also where it names two curves.
func TestTwoCurvesAndPublicKey(t *testing.T) {
	explicit, other := keyInfoOf(t, "pairs/ec-P-256-explicit.pem"), keyInfoOf(t, "pairs/ec-P-384.pem")
	k, err := parseSEC1(explicit.key)
	if err != nil {
		t.Fatal(err)
	}
	inner := ecPrivate{k.key, other.params.Full, nil}.marshal()
	r, err := ReadPrivate(sequence(integer(1), explicit.alg, octetString(inner), contextElement(1, false, append([]byte{0}, k.public...))), new(Work))
	if err != nil {
		t.Fatal(err)
	}
	if want := marshalPKCS8(explicit.alg, inner); !bytes.Equal(r.Plain, want) {
		t.Errorf("written anew: %x, want %x", r.Plain, want)
	}
}
