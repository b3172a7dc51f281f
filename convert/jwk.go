package convert

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/shape"
	"github.com/certconv/certconv/internal/text"
)

const whatJWK = "JSON Web Key"

// maxJWKSize bounds the text that is parsed; sets of keys have some kilobytes.
const maxJWKSize = 8 << 20

// webKey is a JSON Web Key (RFC 7517, RFC 7518, Section 6, and RFC 8037). The members
// are in the order in which they are written.
type webKey struct {
	Kty string            `json:"kty"`
	Kid string            `json:"kid,omitempty"`
	Crv string            `json:"crv,omitempty"`
	X   string            `json:"x,omitempty"`
	Y   string            `json:"y,omitempty"`
	N   string            `json:"n,omitempty"`
	E   string            `json:"e,omitempty"`
	D   string            `json:"d,omitempty"`
	P   string            `json:"p,omitempty"`
	Q   string            `json:"q,omitempty"`
	DP  string            `json:"dp,omitempty"`
	DQ  string            `json:"dq,omitempty"`
	QI  string            `json:"qi,omitempty"`
	Oth []json.RawMessage `json:"oth,omitempty"` // of keys of more than two primes
	X5C []string          `json:"x5c,omitempty"` // certificates, base64
}

// webKeySet is a JWK Set (RFC 7517, Section 5).
type webKeySet struct {
	Keys []json.RawMessage `json:"keys"`
}

// webCurves are the curves with a name of their own (RFC 7518, Section 6.2.1.1, and
// RFC 8812, Section 3.1), which is OpenSSL's.
var webCurves = []string{"P-256", "P-384", "P-521", "secp256k1"}

// webKeys takes a text apart into keys. It returns nil if it is neither a JSON Web Key
// nor a set of them.
func webKeys(data []byte) []json.RawMessage {
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	if len(data) == 0 || len(data) > maxJWKSize || data[0] != '{' && data[0] != '[' || !bytes.Contains(data, []byte(`"kty"`)) {
		return nil
	}
	isKey := func(raw json.RawMessage) bool {
		var k struct{ Kty string }
		return json.Unmarshal(raw, &k) == nil && k.Kty != ""
	}
	var set webKeySet
	switch {
	case isKey(data):
		return []json.RawMessage{data}
	case data[0] == '[':
		_ = json.Unmarshal(data, &set.Keys) // a list of keys is no set, but is met
	default:
		_ = json.Unmarshal(data, &set)
	}
	if len(set.Keys) == 0 || !slices.ContainsFunc(set.Keys, isKey) {
		return nil
	}
	return set.Keys
}

func detectJWK(data []byte) confidence {
	if webKeys(data) != nil {
		return certain
	}
	return notIt
}

// decodeJWK reads a JSON Web Key, and a set of them. The certificates in x5c are read
// too.
func (d *decoder) decodeJWK(data []byte, at Source) error {
	d.container(at)
	keys := webKeys(data)
	if keys == nil {
		return &Error{Kind: ErrDamaged, Source: at, What: whatJWK, Detail: "it is neither a key (kty) nor a set of keys (keys)"}
	}
	if len(keys) > 1 {
		d.note(at, note.Variant, "a set of %d keys", len(keys))
	}
	for _, raw := range keys {
		at := at
		at.Offset = -1
		var k webKey
		if err := json.Unmarshal(raw, &k); err != nil {
			d.fail(at, KindPrivateKey, "", &Error{Kind: ErrDamaged, Source: at, What: whatJWK, Detail: "a member is not of the type that its standard says"})
			continue
		}
		at.Entry = k.Kid
		if names := otherMembers(raw); len(names) > 0 {
			d.note(at, note.Skipped, "what it says of the use of the key: %s", strings.Join(names, ", "))
		}
		// A set for signatures may hold the certificates alone.
		bare := len(k.X5C) > 0 && k.N == "" && k.X == ""
		if err := d.addWebKey(&k, at); err != nil && !bare {
			d.fail(at, k.kind(), "", err)
		}
		for _, s := range k.X5C {
			der, err := base64.StdEncoding.DecodeString(s)
			if err == nil {
				err = d.alone(der, at, func() error { return d.addCert(der, at, Names{FriendlyName: k.Kid}) })
			} else {
				err = &Error{Kind: ErrDamaged, Source: at, What: whatJWK, Detail: "a certificate in x5c is not base64"}
			}
			if err != nil {
				d.fail(at, KindCertificate, "", err)
			}
		}
	}
	return nil
}

// useMembers say what a key is for (RFC 7517, Section 4; JWT, Section 4.1): no other
// format has a place for them. What else there may be follows from the key.
var useMembers = []string{"use", "key_ops", "alg", "nbf", "exp", "iat"}

// otherMembers are those of useMembers that a key has.
func otherMembers(raw json.RawMessage) (names []string) {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		return nil
	}
	for _, name := range useMembers {
		if members[name] != nil {
			names = append(names, name)
		}
	}
	return names
}

func (k *webKey) kind() Kind {
	if k.D != "" || k.Kty == "oct" {
		return KindPrivateKey
	}
	return KindPublicKey
}

// webBytes reads base64url; many writers pad it, and some write plain base64.
func webBytes(s string) ([]byte, bool) {
	s = strings.NewReplacer("+", "-", "/", "_", "=", "").Replace(s)
	b, err := base64.RawURLEncoding.DecodeString(s)
	return b, err == nil
}

// webNumber reads an unsigned number; one that is not there is 0.
func webNumber(s string) (*big.Int, bool) {
	b, ok := webBytes(s)
	if !ok || len(b) > pubkey.MaxRSABits/8+1 {
		return nil, false
	}
	return new(big.Int).SetBytes(b), true
}

func (d *decoder) addWebKey(k *webKey, at Source) error {
	names := Names{FriendlyName: k.Kid}
	private, public, err := k.asn1()
	switch {
	case err != nil:
		err.Source = at
		if k.Kid != "" {
			err.What += " " + shape.Plain(strconv.Quote(k.Kid), 60)
		}
		return err
	case private != nil:
		if err := d.addKeyDER(private, at, "", names); err != nil {
			return err
		}
		added := &d.bundle.Keys[len(d.bundle.Keys)-1]
		if x, ok := webBytes(k.X); ok && k.Kty == "OKP" && len(added.SPKI) > 0 && !bytes.Equal(x, pubkey.PublicOctets(added.SPKI)) {
			d.bundle.Notes = append(d.bundle.Notes, Note{Source: added.Source, Kind: note.KeyInconsistent, Text: text.Of("the public key x is not the one of the private key d")})
		}
		return nil
	}
	return d.addPublicKey(public, at, names)
}

// asn1 makes PKCS#8 of a private key, SubjectPublicKeyInfo of a public one.
func (k *webKey) asn1() (private, public []byte, _ *Error) {
	broken := &Error{Kind: ErrDamaged, What: whatJWK, Detail: "a number is missing, too long or not base64url"}
	switch k.Kty {
	case "RSA":
		if len(k.Oth) > 0 {
			return nil, nil, &Error{Kind: ErrUnsupported, What: whatJWK, Algorithm: "RSA with more than two primes"}
		}
		var r pubkey.RSA
		for _, f := range []struct {
			out **big.Int
			in  string
		}{{&r.N, k.N}, {&r.E, k.E}, {&r.D, k.D}, {&r.P, k.P}, {&r.Q, k.Q}, {&r.DP, k.DP}, {&r.DQ, k.DQ}, {&r.QInv, k.QI}} {
			n, ok := webNumber(f.in)
			if !ok {
				return nil, nil, broken
			}
			*f.out = n
		}
		if r.N.Sign() == 0 || r.E.Sign() == 0 {
			return nil, nil, broken
		}
		if k.D != "" {
			return r.PKCS8(), nil, nil
		}
		return nil, r.SPKI(), nil
	case "EC":
		x, ok1 := webBytes(k.X)
		y, ok2 := webBytes(k.Y)
		secret, ok3 := webNumber(k.D)
		if !ok1 || !ok2 || !ok3 || len(x) == 0 || len(x) != len(y) {
			return nil, nil, broken
		}
		point := slices.Concat([]byte{4}, x, y)
		switch {
		case !slices.Contains(webCurves, k.Crv):
			return nil, nil, &Error{Kind: ErrUnsupported, What: whatJWK, Algorithm: "curve " + opensshKind([]byte(k.Crv))}
		case k.D == "":
			return nil, pubkey.MarshalPublicEC(k.Crv, point), nil
		}
		if private = pubkey.MarshalEC(k.Crv, secret, point); private == nil {
			return nil, nil, broken
		}
		return private, nil, nil
	case "OKP":
		x, ok1 := webBytes(k.X)
		secret, ok2 := webBytes(k.D)
		if !ok1 || !ok2 || len(x) == 0 {
			return nil, nil, broken
		}
		if k.D != "" {
			private = pubkey.MarshalOctets(k.Crv, secret)
		} else {
			public = pubkey.MarshalPublicOctets(k.Crv, x)
		}
		if private == nil && public == nil {
			return nil, nil, &Error{Kind: ErrUnsupported, What: whatJWK, Algorithm: "curve " + opensshKind([]byte(k.Crv))}
		}
		return private, public, nil
	case "oct":
		return nil, nil, &Error{Kind: ErrUnsupported, What: whatJWK, Algorithm: "a symmetric key (oct)"}
	}
	return nil, nil, &Error{Kind: ErrUnsupported, What: whatJWK, Algorithm: "keys of type " + opensshKind([]byte(k.Kty))}
}

// webKeyOf makes the public members of a key.
func webKeyOf(spki []byte, name string) (k webKey, ok bool) {
	k.Kid = name
	p, err := pubkey.ReadPublic(spki)
	if err != nil {
		return k, false
	}
	enc := base64.RawURLEncoding.EncodeToString
	switch p.Algorithm {
	case "RSA":
		n, err := pubkey.ParseRSAPublic(spki)
		if err != nil {
			return k, false
		}
		k.Kty, k.N, k.E = "RSA", enc(n.N.Bytes()), enc(n.E.Bytes())
		return k, true
	case "Ed25519":
		k.Kty, k.Crv, k.X = "OKP", p.Algorithm, enc(pubkey.PublicOctets(spki))
		return k, true
	}
	x, y, ok := pubkey.ECPoint(spki)
	k.Kty, k.Crv, k.X, k.Y = "EC", strings.TrimPrefix(p.Algorithm, "EC "), enc(x), enc(y)
	return k, ok && slices.Contains(webCurves, k.Crv)
}

// addPrivate adds the private members.
func (k *webKey) addPrivate(key *PrivateKey) bool {
	enc := func(b []byte) string {
		defer clear(b)
		return base64.RawURLEncoding.EncodeToString(b)
	}
	switch {
	case k.Kty == "EC":
		secret := pubkey.ECScalar(key.PKCS8)
		size := base64.RawURLEncoding.DecodedLen(len(k.X))
		if secret == nil || len(secret) > size {
			return false
		}
		k.D = enc(new(big.Int).SetBytes(secret).FillBytes(make([]byte, size)))
		return true
	case k.Kty == "OKP":
		p, ok := key.Key.(ed25519.PrivateKey)
		if ok {
			k.D = enc(p.Seed())
		}
		return ok
	}
	n, err := pubkey.ParseRSA(key.PKCS8)
	if err != nil {
		return false
	}
	k.D, k.P, k.Q = enc(n.D.Bytes()), enc(n.P.Bytes()), enc(n.Q.Bytes())
	k.DP, k.DQ, k.QI = enc(n.DP.Bytes()), enc(n.DQ.Bytes()), enc(n.QInv.Bytes())
	return true
}

// encodeJWK writes one key as a JSON Web Key, several as a set.
func encodeJWK(b *Bundle, _ *EncodeOptions) ([]byte, error) {
	var set struct {
		Keys []webKey `json:"keys"`
	}
	for i := range b.Keys {
		k := &b.Keys[i]
		w, ok := webKeyOf(k.SPKI, k.FriendlyName)
		if !ok || !w.addPrivate(k) {
			return nil, unsupported(k.Source, whatJWK, k.Algorithm)
		}
		set.Keys = append(set.Keys, w)
	}
	for i := range b.PublicKeys {
		k := &b.PublicKeys[i]
		w, ok := webKeyOf(k.SPKI, k.FriendlyName)
		if !ok {
			return nil, unsupported(k.Source, whatJWK, k.Algorithm)
		}
		set.Keys = append(set.Keys, w)
	}
	var v any = set
	if len(set.Keys) == 1 {
		v = set.Keys[0]
	}
	out, err := json.MarshalIndent(v, "", "  ")
	return append(out, '\n'), err
}
