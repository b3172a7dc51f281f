package convert

import (
	"crypto/rand"
	"fmt"
	"io"
	"time"

	"github.com/certconv/certconv/internal/note"
)

// Part names a part of a bundle to write.
type Part string

// The parts.
const (
	PartKey       Part = "key"
	PartCert      Part = "cert"      // the leaf
	PartChain     Part = "chain"     // the intermediates
	PartFullchain Part = "fullchain" // leaf and intermediates
	PartRequest   Part = "request"
	PartCRL       Part = "crl"
	PartPublicKey Part = "public-key"
)

// EncodeOptions says how to write.
type EncodeOptions struct {
	Only []Part // write only these; nil writes everything
	Name string // friendly name of the one leaf and its key, instead of those that they have; k8s: of the Secret

	Namespace string // k8s: of the Secret, "" leaves it to kubectl

	// Password encrypts the output; nil leaves keys in the clear where the
	// format allows it. An empty, non-nil password is the empty password.
	Password []byte
	// KeyPassword encrypts the keys in a jks; nil is Password.
	KeyPassword []byte

	// KeyForms is what the keys have to be right for. One in a form that a reader in
	// it does not load, or the standard does not allow, is written as PKCS#8 of version 1, without the public key and with the
	// name of its curve; all others byte for byte.
	KeyForms note.Readers

	Profile       string    // name of a Profile; "" is the default one
	DER           bool      // pkcs8: binary instead of PEM
	PEM           bool      // p7b: PEM instead of binary
	TextNames     bool      // pem: friendly names as text before the blocks
	AllowLoss     bool      // drop what the format cannot hold
	AllowMismatch bool      // write a key that fits none of the certificates
	Time          time.Time // jks: date of the entries that have none
	Lost          *[]string // what is left out without refusing is added, in words: names, attributes, trust settings, encryption; nil: nobody wants to know
	Rand          io.Reader // source of salts, for tests that want the same bytes again; nil is that of crypto/rand

	suited [][]byte // keys that were made for writing, see suitKeys
}

// Encode writes b in the named format: picks the parts, puts leaf and chain in
// order, refuses what the format cannot hold (*LossError) and a key that fits
// none of the certificates (ErrKeyMismatch), encodes, and reads the result
// back to prove that it holds the same objects. An RSA key is written as its
// certificate has it, for PSS alone or not: no server takes it otherwise. Of b and
// opts nil is the empty one.
//
// It returns ErrUnknownFormat for a format that is not known or not written,
// ErrNothingToWrite, ErrPasswordRequired where the format is never without one,
// and the errors of Rand.
func Encode(b *Bundle, format string, opts *EncodeOptions) ([]byte, error) {
	if b == nil {
		b = &Bundle{}
	}
	var o EncodeOptions
	if opts != nil {
		o = *opts
	}
	opts = &o
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	f := Lookup(format)
	if f == nil || f.encode == nil {
		return nil, &Error{Kind: ErrUnknownFormat, Detail: fmt.Sprintf("no format that can be written is called %q", format)}
	}
	defer func() {
		for _, key := range o.suited {
			clear(key)
		}
	}()
	sel, err := arrange(b, f, opts)
	if err != nil {
		return nil, err
	}
	out, err := f.encode(sel, opts)
	if err != nil {
		return nil, err
	}
	if err := proveSame(sel, out, f, opts); err != nil {
		clear(out)
		return nil, err
	}
	return out, nil
}
