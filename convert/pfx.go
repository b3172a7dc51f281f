package convert

func (d *decoder) decodePFX(data []byte, at Source) error   { panic("stub") }
func detectPFX(data []byte) Confidence                      { panic("stub") }
func encodePFX(b *Bundle, o *EncodeOptions) ([]byte, error) { panic("stub") }
