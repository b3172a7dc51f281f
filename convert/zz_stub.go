package convert

var errStub error = &Error{Kind: ErrUnsupported, Algorithm: "stub"}
