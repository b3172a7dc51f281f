package convert

// identifyForeign says in words what data is that no format of the table reads
// ("this is a web page, not a certificate"), or "" if nothing is known of it.
func identifyForeign(data []byte) string { return "" }
