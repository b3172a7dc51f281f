package convert

import (
	"crypto/hmac"
	"fmt"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
)

const (
	oidPBMAC1 = "1.2.840.113549.1.5.14"
	whatMAC   = "MAC of a PFX"
)

// Bounds of the key length in PBMAC1. RFC 9579 recommends to refuse keys below
// 20 octets: a file could ask for one that is found by trying. No HMAC here
// gives more than 64.
const (
	minPBMAC1Key = 20
	maxPBMAC1Key = 64
)

// pfxMAC is the MacData of a PFX, read.
type pfxMAC struct {
	name   string // for Container.MAC
	form   passwordForm
	rounds int
	value  []byte
	sum    func(pw, content []byte) ([]byte, error)
	lacks  string // the algorithm that is not here, if one is not
}

// readMAC reads MacData (RFC 7292, Section 4):
//
//	SEQUENCE { DigestInfo { algorithm, digest }, macSalt OCTET STRING, iterations INTEGER DEFAULT 1 }
//
// On error, the MAC that is returned with it may have a name.
func readMAC(e der.Element, at Source) (*pfxMAC, error) {
	m := &pfxMAC{}
	fault := func(err error) (*pfxMAC, error) { return m, damaged(at, whatMAC, err) }
	r := e.Reader()
	info, err := r.Expect(der.TagSequence)
	if err != nil {
		return fault(err)
	}
	ir := info.Reader()
	alg, err := ir.Expect(der.TagSequence)
	if err != nil {
		return fault(err)
	}
	oid, params, err := algorithmIdentifier(alg)
	if err != nil {
		return fault(err)
	}
	value, err := ir.Next()
	if err != nil {
		return fault(err)
	}
	if m.value, err = octets(value); err != nil {
		return fault(err)
	}
	if oid == oidPBMAC1 {
		return m, m.readPBMAC1(params, at) // salt and iterations of MacData do not count (RFC 9579, Section 5)
	}
	salt, err := r.Next()
	if err != nil {
		return fault(err)
	}
	saltBytes, err := octets(salt)
	if err != nil {
		return fault(err)
	}
	m.rounds = 1
	if !r.Empty() {
		if m.rounds, err = nextInt(r); err != nil {
			return fault(err)
		}
	}
	m.form = passwordBMP
	h, ok := digestByOID(oid)
	if !ok {
		m.lacks = algorithmName(oid)
		m.name = fmt.Sprintf("HMAC with %s, %s", m.lacks, iterations(m.rounds))
		return m, nil
	}
	m.name = fmt.Sprintf("%s, %s", h.hmac, iterations(m.rounds))
	size := h.new().Size()
	if len(m.value) != size {
		return fault(&der.SyntaxError{Offset: value.Offset, Msg: fmt.Sprintf("%d bytes where %s has %d", len(m.value), h.hmac, size)})
	}
	m.sum = func(pw, content []byte) ([]byte, error) {
		key := pkcs12Key(h.name, pw, saltBytes, 3, m.rounds, size)
		defer clear(key)
		return h.sum(key, content), nil
	}
	return m, nil
}

// readPBMAC1 reads PBMAC1-params (RFC 8018, Appendix A.5), with the limits of
// RFC 9579, Section 4: PBKDF2 has to say its keyLength.
func (m *pfxMAC) readPBMAC1(params der.Element, at Source) error {
	m.name, m.form = "PBMAC1", passwordBytes
	if !params.Is(der.TagSequence) {
		return damaged(at, whatMAC, &der.SyntaxError{Offset: params.Offset, Msg: "PBMAC1 without parameters"})
	}
	r := params.Reader()
	alg, err := r.Next()
	if err != nil {
		return damaged(at, whatMAC, err)
	}
	k, err := parseKDF(alg, at, whatMAC)
	if k.name != "" {
		m.name += " " + k.name
	}
	if e, ok := err.(*Error); ok && e.Kind == ErrUnsupported {
		m.lacks = e.Algorithm
		return nil
	}
	if err != nil {
		return err
	}
	m.rounds = k.rounds
	scheme, err := r.Next()
	if err != nil {
		return damaged(at, whatMAC, err)
	}
	oid, _, err := algorithmIdentifier(scheme)
	if err != nil {
		return damaged(at, whatMAC, err)
	}
	h, ok := digestByHMAC(oid)
	if !ok {
		m.lacks = algorithmName(oid)
		m.name += " " + m.lacks
		return nil
	}
	m.name += fmt.Sprintf(" %s, %s", h.hmac, iterations(m.rounds))
	switch size := h.new().Size(); {
	case k.keyLength == 0:
		err = fmt.Errorf("PBMAC1 does not say the length of its key")
	case k.keyLength < minPBMAC1Key || k.keyLength > maxPBMAC1Key:
		err = fmt.Errorf("PBMAC1 with a key of %d bytes", k.keyLength)
	case len(m.value) != size:
		err = fmt.Errorf("%d bytes where %s has %d", len(m.value), h.hmac, size)
	}
	if err != nil {
		return damaged(at, whatMAC, err)
	}
	m.sum = func(pw, content []byte) ([]byte, error) {
		key, err := k.key(pw, k.keyLength)
		if err != nil {
			return nil, err
		}
		defer clear(key)
		return h.sum(key, content), nil
	}
	return nil
}

func (h digest) sum(key, content []byte) []byte {
	mac := hmac.New(h.new, key)
	mac.Write(content)
	return mac.Sum(nil)
}

func iterations(n int) string {
	if n == 1 {
		return "1 iteration"
	}
	return fmt.Sprintf("%d iterations", n)
}

// checkMAC is called when the contents have been read. A password is asked for
// only if nothing in the file is encrypted; otherwise the ones that are known
// by now are all there are.
func (p *pfxReader) checkMAC(m *pfxMAC, content []byte, at Source) {
	if m.lacks != "" {
		p.d.note(at, note.Skipped, "the MAC was not checked: %s is not supported", m.lacks)
		return
	}
	try := func(pw []byte) error {
		if err := p.d.spend(at, whatMAC, m.rounds); err != nil {
			return err
		}
		sum, err := m.sum(pw, content)
		if err != nil {
			return err
		}
		if !hmac.Equal(sum, m.value) {
			return errPassword
		}
		return nil
	}
	if p.locked > 0 {
		ok, err := p.d.tryKnown(at, m.form, try)
		switch {
		case err != nil:
			p.d.fail(at, "", "", err)
		case ok:
			p.tellPasswords()
		case p.opened > 0:
			p.d.note(at, note.MACFails, "the MAC does not verify with the password that opens the contents: they were altered, or the MAC has another password")
		}
		return
	}
	err := p.d.unlock(at, whatMAC, m.form, try)
	if e, ok := err.(*Error); ok && e.Kind == ErrPasswordRequired {
		p.d.note(at, note.Skipped, "the MAC was not checked: that takes a password, the contents do not")
		return
	}
	if err != nil {
		p.d.fail(at, "", "", err)
	}
}

// tellPasswords says of the parts that did not open, in a file whose MAC the
// password fits, that they have another one.
func (p *pfxReader) tellPasswords() {
	for _, f := range p.d.bundle.Failures {
		if e, ok := f.Err.(*Error); ok && e.Kind == ErrPasswordIncorrect && e.Detail == "" {
			e.Detail = "the MAC of the file has this password, this part has another"
		}
	}
}
