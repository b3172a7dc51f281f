package validate

// weakKey says what is known to be wrong with how a public key was made, ""
// if nothing is.
func weakKey(spki []byte) string { return "" }
