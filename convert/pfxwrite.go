package convert

func encodePFX(b *Bundle, o *EncodeOptions) ([]byte, error) { panic("stub") }
