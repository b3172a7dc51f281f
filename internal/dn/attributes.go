package dn

import "strings"

// form is the string type of an attribute's value.
type form int

const (
	directory form = iota // DirectoryString: PrintableString, or UTF8String where that is too little
	printable             // PrintableString only
	ia5                   // IA5String only
	other                 // no string that Encode writes
)

// attribute is a row of the table.
type attribute struct {
	oid  string // content octets of the OBJECT IDENTIFIER
	name string // as RFC 4514, Section 3 and OpenSSL shorten it
	also string // what else people call it
	form form
}

// attributes come from RFC 5280, Appendix A.1, RFC 4519, PKCS #9 (RFC 2985) and the
// EV Guidelines of the CA/Browser Forum, Section 9.2; the ones people use most
// come first.
var attributes = [...]attribute{
	{"\x55\x04\x03", "CN", "commonName", directory},                                   // 2.5.4.3
	{"\x55\x04\x0a", "O", "organizationName", directory},                              // 2.5.4.10
	{"\x55\x04\x0b", "OU", "organizationalUnitName", directory},                       // 2.5.4.11
	{"\x55\x04\x07", "L", "localityName", directory},                                  // 2.5.4.7
	{"\x55\x04\x08", "ST", "stateOrProvinceName S", directory},                        // 2.5.4.8
	{"\x55\x04\x06", "C", "countryName", printable},                                   // 2.5.4.6
	{"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01", "emailAddress", "E email", ia5},          // 1.2.840.113549.1.9.1
	{"\x55\x04\x05", "serialNumber", "", printable},                                   // 2.5.4.5
	{"\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19", "DC", "domainComponent", ia5},        // 0.9.2342.19200300.100.1.25
	{"\x55\x04\x04", "SN", "surname", directory},                                      // 2.5.4.4
	{"\x55\x04\x09", "STREET", "streetAddress", directory},                            // 2.5.4.9
	{"\x55\x04\x0c", "title", "", directory},                                          // 2.5.4.12
	{"\x55\x04\x0d", "description", "", directory},                                    // 2.5.4.13
	{"\x55\x04\x0f", "businessCategory", "", directory},                               // 2.5.4.15
	{"\x55\x04\x11", "postalCode", "", directory},                                     // 2.5.4.17
	{"\x55\x04\x12", "postOfficeBox", "", directory},                                  // 2.5.4.18
	{"\x55\x04\x14", "telephoneNumber", "", printable},                                // 2.5.4.20
	{"\x55\x04\x29", "name", "", directory},                                           // 2.5.4.41
	{"\x55\x04\x2a", "GN", "givenName G", directory},                                  // 2.5.4.42
	{"\x55\x04\x2b", "initials", "", directory},                                       // 2.5.4.43
	{"\x55\x04\x2c", "generationQualifier", "", directory},                            // 2.5.4.44
	{"\x55\x04\x2d", "x500UniqueIdentifier", "", other},                               // 2.5.4.45
	{"\x55\x04\x2e", "dnQualifier", "", printable},                                    // 2.5.4.46
	{"\x55\x04\x41", "pseudonym", "", directory},                                      // 2.5.4.65
	{"\x55\x04\x61", "organizationIdentifier", "", directory},                         // 2.5.4.97
	{"\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01", "UID", "userId", directory},          // 0.9.2342.19200300.100.1.1
	{"\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x03", "mail", "rfc822Mailbox", ia5},        // 0.9.2342.19200300.100.1.3
	{"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x02", "unstructuredName", "", directory},       // 1.2.840.113549.1.9.2
	{"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x08", "unstructuredAddress", "", directory},    // 1.2.840.113549.1.9.8
	{"\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x01", "jurisdictionL", "", directory},  // 1.3.6.1.4.1.311.60.2.1.1
	{"\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x02", "jurisdictionST", "", directory}, // 1.3.6.1.4.1.311.60.2.1.2
	{"\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x03", "jurisdictionC", "", printable},  // 1.3.6.1.4.1.311.60.2.1.3
	{"\x2a\x85\x03\x03\x81\x03\x01\x01", "INN", "", other},                            // 1.2.643.3.131.1.1
	{"\x2a\x85\x03\x64\x01", "OGRN", "", other},                                       // 1.2.643.100.1
	{"\x2a\x85\x03\x64\x03", "SNILS", "", other},                                      // 1.2.643.100.3
}

// Name gives the short name of an attribute by the content octets of its OBJECT
// IDENTIFIER, "" if it has none.
func Name(oid string) string {
	for i := range attributes {
		if attributes[i].oid == oid {
			return attributes[i].name
		}
	}
	return ""
}

// Names lists the short names of the attributes that Encode writes.
func Names() []string {
	var list []string
	for i := range attributes {
		if attributes[i].form != other {
			list = append(list, attributes[i].name)
		}
	}
	return list
}

// Same reports whether two names are of one attribute.
func Same(a, b string) bool {
	x := lookup(a)
	return x != nil && x == lookup(b)
}

// lookup finds an attribute by one of its names, in upper or lower case.
func lookup(name string) *attribute {
	for i := range attributes {
		a := &attributes[i]
		if a.form == other {
			continue
		}
		if strings.EqualFold(a.name, name) {
			return a
		}
		for also := range strings.FieldsSeq(a.also) {
			if strings.EqualFold(also, name) {
				return a
			}
		}
	}
	return nil
}
