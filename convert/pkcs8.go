package convert

func detectPKCS8(data []byte) Confidence                        { panic("stub") }
func (d *decoder) decodePKCS8File(data []byte, at Source) error { panic("stub") }
func encodePKCS8(b *Bundle, o *EncodeOptions) ([]byte, error)   { panic("stub") }

// decodeEncryptedPKCS8 reads an EncryptedPrivateKeyInfo.
func (d *decoder) decodeEncryptedPKCS8(data []byte, at Source, n Names) error { panic("stub") }

// encryptPKCS8 makes an EncryptedPrivateKeyInfo the way profile says.
func encryptPKCS8(pkcs8 []byte, o *EncodeOptions) ([]byte, error) { panic("stub") }
