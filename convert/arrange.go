package convert

// Leaf returns the index in b.Certs of the certificate that belongs to
// b.Keys[0] (or, without keys, that issued no other one), and -1 if there is none.
func (b *Bundle) Leaf() int { panic("stub") }

// CertsFor lists the indices of the certificates that hold key i's public key.
func (b *Bundle) CertsFor(i int) []int { panic("stub") }

// arrange picks the parts, puts keys with their certificates, leaf first and
// chain in order, and refuses loss and mismatch.
func arrange(b *Bundle, f *Format, o *EncodeOptions) (*Bundle, error) { panic("stub") }

// proveSame decodes out and compares it with what was to be written.
func proveSame(want *Bundle, out []byte, f *Format, o *EncodeOptions) error { panic("stub") }
