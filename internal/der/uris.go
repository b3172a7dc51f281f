package der

// tagURI is that of uniformResourceIdentifier in a GeneralName.
const tagURI = 6

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
