package convert

func (d *decoder) decodeJKS(data []byte, at Source) error   { panic("stub") }
func detectJKS(data []byte) Confidence                      { panic("stub") }
func detectJCEKS(data []byte) Confidence                    { panic("stub") }
func encodeJKS(b *Bundle, o *EncodeOptions) ([]byte, error) { panic("stub") }
