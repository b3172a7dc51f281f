package der

// ParseAlgorithm splits an AlgorithmIdentifier (RFC 5280, Section 4.1.1.2).
// params is the zero Element if there are none.
func ParseAlgorithm(e Element) (oid string, params Element, err error) {
	if !e.Is(TagSequence) {
		return "", params, &SyntaxError{Offset: e.Offset, Msg: "AlgorithmIdentifier"}
	}
	r := e.Reader()
	id, err := r.Expect(TagOID)
	if err != nil {
		return "", params, err
	}
	if oid, err = id.OID(); err != nil {
		return "", params, err
	}
	if !r.Empty() {
		params, err = r.Next()
	}
	return oid, params, err
}
