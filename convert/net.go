package convert

func (d *decoder) decodeNET(data []byte, at Source) error   { panic("stub") }
func detectNET(data []byte) Confidence                      { panic("stub") }
func encodeNET(b *Bundle, o *EncodeOptions) ([]byte, error) { panic("stub") }
func encodeSGC(b *Bundle, o *EncodeOptions) ([]byte, error) { panic("stub") }
