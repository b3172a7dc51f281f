package convert

func detectPEM(data []byte) Confidence                        { panic("stub") }
func (d *decoder) decodePEM(data []byte, at Source) error     { panic("stub") }
func encodePEM(b *Bundle, o *EncodeOptions) ([]byte, error)   { panic("stub") }
func encodePKCS1(b *Bundle, o *EncodeOptions) ([]byte, error) { panic("stub") }
func encodeSEC1(b *Bundle, o *EncodeOptions) ([]byte, error)  { panic("stub") }

// writePEM appends one block as RFC 7468 wants it: 64 columns, LF.
func writePEM(out []byte, label string, headers [][2]string, body []byte) []byte { panic("stub") }
