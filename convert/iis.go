package convert

func (d *decoder) decodeIIS(data []byte, at Source) error { panic("stub") }
func detectIIS(data []byte) Confidence                    { panic("stub") }
