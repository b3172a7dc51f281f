package convert

func (d *decoder) decodePVK(data []byte, at Source) error   { panic("stub") }
func detectPVK(data []byte) Confidence                      { panic("stub") }
func encodePVK(b *Bundle, o *EncodeOptions) ([]byte, error) { panic("stub") }
