package der

// Tags of GeneralName (RFC 5280, Section 4.2.1.6).
const (
	tagDirectoryName = 4
	tagURI           = 6
)

// DirectoryName is the DER Name in a GeneralName of that kind, nil in another.
func DirectoryName(n Element) []byte {
	if !n.IsContext(tagDirectoryName) {
		return nil
	}
	return n.Content
}

// DirectoryNames lists the DER Names among the GeneralNames right inside e.
func DirectoryNames(e Element) (list [][]byte) {
	names, err := e.Children()
	if err != nil {
		return nil
	}
	for _, n := range names {
		if dn := DirectoryName(n); dn != nil {
			list = append(list, dn)
		}
	}
	return list
}

// URIs lists the addresses among the GeneralNames inside e, however deep.
func URIs(e Element) []string {
	var list []string
	parts, err := e.Children()
	if err != nil {
		return nil
	}
	for _, p := range parts {
		switch {
		case p.Constructed:
			list = append(list, URIs(p)...)
		case p.IsContext(tagURI):
			list = append(list, string(p.Content))
		}
	}
	return list
}
