package client_test

import (
	"fmt"
	"slices"
	"strings"
)

// dns is a case of a host and the dNSNames for it.
func dns(host string, names ...string) func(*trial) {
	return func(k *trial) { k.names(host, names...) }
}

// san is a case of other names than dNSNames alone.
func san(host string, names ...[]byte) func(*trial) {
	return func(k *trial) {
		k.host = host
		k.leaf.set(oidSAN, false, seq(names...))
	}
}

// cn is a case without alternative names, or with those given.
func cn(host string, subject []byte, names ...[]byte) func(*trial) {
	return func(k *trial) {
		k.host, k.leaf.subject = host, subject
		if k.leaf.drop(oidSAN); names != nil {
			k.leaf.set(oidSAN, false, seq(names...))
		}
	}
}

// common is a subject of one common name, of the type that the tag says.
func common(tag byte, s string) []byte { return seq(set(attribute(oidCN, text(tag, s)))) }

// utf16 is text as a BMPString has it.
func utf16(s string) string {
	var b strings.Builder
	for _, c := range s {
		b.WriteByte(byte(c >> 8))
		b.WriteByte(byte(c))
	}
	return b.String()
}

func utf32(s string) string {
	var b strings.Builder
	for _, c := range s {
		b.WriteString("\x00\x00" + utf16(string(c)))
	}
	return b.String()
}

const (
	site  = "www.example.com"
	label = "abcdefghijklmnopqrstuvwxyz-abcdefghijklmnopqrstuvwxyz-abcdefghi" // 63 characters
	ours  = "127.0.0.1"
)

// host253 is a name of 253 characters, the most that there can be.
var host253 = strings.Repeat(label+".", 3) + strings.Repeat("x", 49) + ".example.com"

var nameGroup = group{"Host names", []spec{
	{"dns-case", "a name in capitals", dns(site, "WWW.EXAMPLE.COM")},
	{"dns-several", "the name is the last of several", dns(site, "a.example.com", "b.example.net", site)},
	{"dns-parent", "the name of the domain above", dns(site, "example.com")},
	{"dns-below", "the name of a host below", dns("example.com", site)},
	{"dns-suffix", "a name that ends alike", dns(site, "ww.example.com")},
	{"dns-empty", "a name without characters", dns(site, "")},
	{"dns-empty-too", "a name without characters beside the right one", dns(site, "", site)},
	{"dns-leading-dot", "the domain with a dot before it", dns(site, ".example.com")},
	{"dns-leading-dot-too", "a name with a dot before it beside the right one", dns(site, ".example.com", site)},
	{"dns-two-dots", "a name with two dots in a row beside the right one", dns(site, "www..example.com", site)},
	{"dns-final-dot", "a name with a final dot", dns(site, "www.example.com.")},
	{"dns-final-dot-too", "a name with a final dot beside the right one", dns(site, "www.example.com.", site)},
	{"dns-port", "a name with a port", dns(site, "www.example.com:443")},
	{"dns-port-too", "a name with a port beside the right one", dns(site, "www.example.com:443", site)},
	{"dns-url", "a URL as a name", dns(site, "https://www.example.com/")},
	{"dns-url-too", "a URL as a name beside the right one", dns(site, "https://www.example.com/", site)},
	{"dns-mail-too", "a mail address as a name beside the right one", dns(site, "admin@example.com", site)},
	{"dns-space-before", "a space before the name", dns(site, " www.example.com")},
	{"dns-space-after", "a space after the name", dns(site, "www.example.com ")},
	{"dns-newline", "a line break after the name", dns(site, "www.example.com\n")},
	{"dns-nul", "a NUL and another domain after the name", dns(site, "www.example.com\x00.example.net")},
	{"dns-nul-too", "a name with a NUL beside the right one", dns(site, "www.example.com\x00.example.net", site)},
	{"dns-control-too", "a name with a control character beside the right one", dns(site, "www\x01.example.com", site)},
	{"dns-utf8", "a name in UTF-8", dns("xn--bcher-kva.example.com", "bücher.example.com")},
	{"dns-utf8-too", "a name in UTF-8 beside the right one", dns(site, "bücher.example.com", site)},
	{"dns-latin1-too", "a name in Latin-1 beside the right one", dns(site, "b\xfccher.example.com", site)},
	{"dns-idn", "a name beyond ASCII, encoded", dns("xn--bcher-kva.example.com", "xn--bcher-kva.example.com")},
	{"dns-idn-case", "a name beyond ASCII, encoded, in capitals", dns("xn--bcher-kva.example.com", "XN--BCHER-KVA.EXAMPLE.COM")},
	{"dns-idn-bad-too", "a name that only looks encoded beside the right one", dns(site, "xn--a.example.com", site)},
	{"dns-hyphens", "hyphens at places three and four", dns("ab--cd.example.com", "ab--cd.example.com")},
	{"dns-hyphen-first", "a hyphen at the start", dns("-www.example.com", "-www.example.com")},
	{"dns-hyphen-last", "a hyphen at the end of a label", dns("www-.example.com", "www-.example.com")},
	{"dns-hyphen-first-too", "a name with a hyphen at its start beside the right one", dns(site, "-www.example.com", site)},
	{"dns-underscore-first", "an underscore at the start", dns("_sip.example.com", "_sip.example.com")},
	{"dns-underscore-domain", "an underscore in the domain", dns("www.my_lab.example.com", "www.my_lab.example.com")},
	{"dns-underscore-too", "a name with an underscore beside the right one", dns(site, "my_host.example.com", site)},
	{"dns-label63", "a label of 63 characters", dns(label+".example.com", label+".example.com")},
	{"dns-label64", "a label of 64 characters", dns("x"+label+".example.com", "x"+label+".example.com")},
	{"dns-label64-too", "a name with a label of 64 characters beside the right one", dns(site, "x"+label+".example.com", site)},
	{"dns-253", "a name of 253 characters", dns(host253, host253)},
	{"dns-300-too", "a name of 300 characters beside the right one", dns(site, strings.Repeat("abcde.", 48)+"example.com", site)},
	{"dns-single", "a host without a domain", dns("intranet", "intranet")},
	{"dns-localhost", "localhost", dns("localhost", "localhost")},
	{"dns-local", "a host in .local", dns("nas.local", "nas.local")},
	{"dns-digits-last", "a name whose last label is a number", dns(site, "www.example.123", site)},
	{"dns-digits", "a name of digits", dns("1234.example.com", "1234.example.com")},
	{"dns-slash-too", "a name with a slash beside the right one", dns(site, "www.example.com/admin", site)},
	{"dns-many", "2000 names, the right one last", func(k *trial) {
		list := make([]string, 2000, 2001)
		for i := range list {
			list[i] = fmt.Sprintf("host%d.example.com", i)
		}
		k.names(site, append(list, site)...)
	}},
	{"dns-repeated", "the same name twice", dns(site, site, site)},
}}

var wildcardGroup = group{"Wildcards", []spec{
	{"wild", "a wildcard", dns(site, "*.example.com")},
	{"wild-case", "a wildcard in capitals", dns(site, "*.EXAMPLE.COM")},
	{"wild-parent", "a wildcard for the domain itself", dns("example.com", "*.example.com")},
	{"wild-alone", "an asterisk alone", dns("intranet", "*")},
	{"wild-alone-site", "an asterisk alone, for a host in a domain", dns(site, "*")},
	{"wild-alone-too", "an asterisk alone beside the right one", dns(site, "*", site)},
	{"wild-twice", "two wildcards in a row", dns(site, "*.*.com")},
	{"wild-twice-deep", "two wildcards in a row, below a domain", dns("a.b.example.com", "*.*.example.com")},
	{"wild-twice-too", "two wildcards in a row beside the right one", dns(site, "*.*.com", site)},
	{"wild-last", "a wildcard as the last label", dns(site, "www.example.*")},
	{"wild-deeper", "a wildcard below the host", dns(site, "*.www.example.com")},
	{"wild-second", "a wildcard in the second label", dns("www.a.example.com", "www.*.example.com")},
	{"wild-part-end", "an asterisk after letters", dns("web1.example.com", "web*.example.com")},
	{"wild-part-start", "an asterisk before letters", dns("1web.example.com", "*web.example.com")},
	{"wild-part-middle", "an asterisk between letters", dns("w1w.example.com", "w*w.example.com")},
	{"wild-part-too", "an asterisk after letters beside the right name", dns(site, "web*.example.com", site)},
	{"wild-double", "two asterisks in a label", dns(site, "**.example.com")},
	{"wild-hyphen", "an asterisk after letters and a hyphen", dns("web-1.example.com", "web-*.example.com")},
	{"wild-idn-host", "a wildcard for a host beyond ASCII", dns("xn--bcher-kva.example.com", "*.example.com")},
	{"wild-idn-domain", "a wildcard in a domain beyond ASCII", dns("www.xn--bcher-kva.example", "*.xn--bcher-kva.example")},
	{"wild-idn-part", "an asterisk within an encoded label", dns("xn--bcher-kva.example.com", "xn--*.example.com")},
	{"wild-com", "a wildcard for a top-level domain", dns("example.com", "*.com")},
	{"wild-com-too", "a wildcard for a top-level domain beside the right name", dns(site, "*.com", site)},
	{"wild-internal", "a wildcard for .internal", dns("nas.internal", "*.internal")},
	{"wild-local", "a wildcard for .local", dns("nas.local", "*.local")},
	{"wild-localhost", "a wildcard for .localhost", dns("app.localhost", "*.localhost")},
	{"wild-test-unknown", "a wildcard for a domain that nobody has", dns("www.unheard", "*.unheard")},
	{"wild-org-uk", "a wildcard for a public suffix of two labels", dns("example.org.uk", "*.org.uk")},
	{"wild-home-arpa", "a wildcard for home.arpa", dns("nas.home.arpa", "*.home.arpa")},
	{"wild-private-suffix", "a wildcard for a suffix under which a provider gives out names", dns("me.blogspot.com", "*.blogspot.com")},
	{"wild-city-jp", "a wildcard for a suffix that is an exception", dns("www.city.kobe.jp", "*.city.kobe.jp")},
	{"wild-kobe-jp", "a wildcard for a suffix below a wildcard rule", dns("example.abc.kobe.jp", "*.abc.kobe.jp")},
	{"wild-final-dot", "a wildcard with a final dot", dns(site, "*.example.com.")},
	{"wild-dot-only", "an asterisk and a dot", dns("intranet", "*.")},
	{"wild-underscore-host", "a wildcard for a host with an underscore", dns("my_host.example.com", "*.example.com")},
	{"wild-underscore-domain", "a wildcard in a domain with an underscore", dns("www.my_lab.example.com", "*.my_lab.example.com")},
	{"wild-digits", "a wildcard in a domain of digits", dns("www.123.example", "*.123.example")},
	{"wild-deep3", "a wildcard in a deep domain", dns("a.b.c.d.example.com", "*.b.c.d.example.com")},
}}

var addressGroup = group{"Addresses", []spec{
	{"ip", "the address", san(ours, ipName(127, 0, 0, 1))},
	{"ip-other", "another address", san(ours, ipName(127, 0, 0, 2))},
	{"ip-mapped", "the address as one of IPv6", san(ours, ipName(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1))},
	{"ip-mask", "an address with a mask", san(ours, ipName(127, 0, 0, 1, 255, 255, 255, 255))},
	{"ip-5-octets", "an address of five octets beside the right name", san(site, ipName(127, 0, 0, 1, 0), dnsName(site))},
	{"ip-5-octets-host", "an address of five octets beside the right address", san(ours, ipName(127, 0, 0, 1, 0), ipName(127, 0, 0, 1))},
	{"ip-empty", "an address of no octets beside the right name", san(site, ipName(), dnsName(site))},
	{"ip-text", "an address written out as text in the field for addresses", san(ours, tlv(0x87, []byte(ours)))},
	{"ip-uri", "an address in a URL", san(ours, uriName("https://127.0.0.1/"))},
	{"ip-dns-both", "an address as address and as name", san(ours, ipName(127, 0, 0, 1), dnsName(ours))},
	{"ip-dns-too", "an address as name beside the right name", dns(site, "192.0.2.10", site)},
	{"ip6-dns-too", "an address of IPv6 as name beside the right name", dns(site, "2001:db8::1", site)},
	{"ip-wildcard", "a wildcard for addresses", dns(ours, "*.0.0.1")},
	{"ip-cn", "the address in the common name alone", cn(ours, common(utf8Text, ours))},
	{"ip-cn-names", "the address in the common name, a name beside it", cn(ours, common(utf8Text, ours), dnsName(site))},
	{"ip-and-name", "an address for a host that is called by its name", san(site, ipName(127, 0, 0, 1))},
}}

var alternativeGroup = group{"Other alternative names", []spec{
	{"san-empty", "a list of no names", leafExt(oidSAN, false, seq())},
	{"san-empty-cn", "a list of no names, the host in the common name", cn(site, common(utf8Text, site), [][]byte{}...)},
	{"san-garbage", "names that are none", leafExt(oidSAN, false, null)},
	{"san-tail", "octets after the names", leafExt(oidSAN, false, seq(dnsName(site)), null)},
	{"san-critical", "names that are critical beside a subject", leafExt(oidSAN, true, seq(dnsName(site)))},
	{"san-critical-no-subject", "names that are critical, no subject", func(k *trial) {
		k.leaf.subject = nobody
		k.leaf.critical(oidSAN, yes)
	}},
	{"san-not-critical-no-subject", "names that are not critical, no subject", func(k *trial) { k.leaf.subject = nobody }},
	{"san-mail-too", "a mail address beside the name", san(site, mailName("admin@example.com"), dnsName(site))},
	{"san-mail-bad", "a mail address without a domain beside the name", san(site, mailName("admin"), dnsName(site))},
	{"san-mail-utf8", "a mail address in UTF-8 beside the name", san(site, mailName("büro@example.com"), dnsName(site))},
	{"san-uri-too", "a URL beside the name", san(site, uriName("https://www.example.com/"), dnsName(site))},
	{"san-uri-relative", "a URL without a scheme beside the name", san(site, uriName("www.example.com"), dnsName(site))},
	{"san-uri-bad", "a URL with a broken escape beside the name", san(site, uriName("https://www.example.com/%zz"), dnsName(site))},
	{"san-uri-space", "a URL with a space beside the name", san(site, uriName("https://www.example.com/a b"), dnsName(site))},
	{"san-uri-urn", "a URN beside the name", san(site, uriName("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"), dnsName(site))},
	{"san-uri-only", "the host in a URL alone", cn(site, common(utf8Text, "Server"), uriName("https://www.example.com/"))},
	{"san-directory-too", "a directory name beside the name", san(site, directory(named("Server")), dnsName(site))},
	{"san-directory-bad", "a directory name that is none beside the name", san(site, tlv(0xa4, null), dnsName(site))},
	{"san-directory-only", "a directory name alone, the host in the common name", cn(site, common(utf8Text, site), directory(named("Server")))},
	{"san-upn-too", "a user principal name beside the name", san(site, otherName("1.3.6.1.4.1.311.20.2.3", text(utf8Text, "web@example.com")), dnsName(site))},
	{"san-other-bad", "another name without its type beside the name", san(site, tlv(0xa0, null), dnsName(site))},
	{"san-registered-id", "a registered identifier beside the name", san(site, tlv(0x88, object(oidUnknown)[2:]), dnsName(site))},
	{"san-x400", "an X.400 address beside the name", san(site, tlv(0xa3, seq()), dnsName(site))},
	{"san-edi", "an EDI party beside the name", san(site, tlv(0xa5, tlv(0xa1, text(utf8Text, "party"))), dnsName(site))},
	{"san-unknown-tag", "a form of names that does not exist beside the name", san(site, text(0x89, "what"), dnsName(site))},
	{"san-constructed", "a name that is said to have parts", san(site, text(0xa2, site), dnsName(site))},
	{"san-smtp-utf8", "a mail address in UTF-8, of RFC 9598, beside the name", san(site, otherName("1.3.6.1.5.5.7.8.9", text(utf8Text, "büro@example.com")), dnsName(site))},
	{"san-srv", "a service name beside the name", san(site, otherName("1.3.6.1.5.5.7.8.7", text(ia5, "_https.example.com")), dnsName(site))},
}}

var subjectGroup = group{"Subjects", []spec{
	{"cn-wildcard", "a wildcard in the common name alone", cn(site, common(utf8Text, "*.example.com"))},
	{"cn-printable", "the host in the common name alone, a PrintableString", cn(site, common(printable, site))},
	{"cn-t61", "the host in the common name alone, a TeletexString", cn(site, common(t61, site))},
	{"cn-bmp", "the host in the common name alone, a BMPString", cn(site, common(bmp, utf16(site)))},
	{"cn-universal", "the host in the common name alone, a UniversalString", cn(site, common(universal, utf32(site)))},
	{"cn-first", "the host in the first of two common names alone", cn(site, seq(set(attribute(oidCN, text(utf8Text, site))), set(attribute(oidCN, text(utf8Text, "Server")))))},
	{"cn-last", "the host in the second of two common names alone", cn(site, seq(set(attribute(oidCN, text(utf8Text, "Server"))), set(attribute(oidCN, text(utf8Text, site)))))},
	{"cn-nul", "a NUL and another domain after the host in the common name", cn(site, common(utf8Text, site+"\x00.example.net"))},
	{"cn-other-name", "the host in the common name, another one among the names", cn(site, common(utf8Text, site), dnsName("other.example.com"))},
	{"cn-mail-name", "the host in the common name, a mail address among the names", cn(site, common(utf8Text, site), mailName("admin@example.com"))},
	{"cn-ip-name", "the host in the common name, an address among the names", cn(site, common(utf8Text, site), ipName(192, 0, 2, 1))},
	{"cn-none", "no common name and no names", cn(site, seq(set(attribute(oidOrg, text(utf8Text, site)))))},
	{"cn-nul-name", "a NUL in the common name, the right name beside it", cn(site, common(utf8Text, "Server\x00"), dnsName(site))},
	{"cn-long", "a common name of 200 characters", cn(site, common(utf8Text, strings.Repeat("long ", 40)), dnsName(site))},
	{"cn-empty", "a common name without characters", cn(site, common(utf8Text, ""), dnsName(site))},
	{"cn-utf8-broken", "a common name that is no UTF-8", cn(site, common(utf8Text, "M\xfcller"), dnsName(site))},
	{"cn-printable-star", "a PrintableString with an asterisk", cn(site, common(printable, "*.example.com"), dnsName(site))},
	{"cn-printable-underscore", "a PrintableString with an underscore", cn(site, common(printable, "my_host"), dnsName(site))},
	{"cn-printable-latin1", "a PrintableString in Latin-1", cn(site, common(printable, "M\xfcller"), dnsName(site))},
	{"cn-ia5-latin1", "an IA5String in Latin-1", cn(site, common(ia5, "M\xfcller"), dnsName(site))},
	{"cn-t61-latin1", "a TeletexString in Latin-1", cn(site, common(t61, "M\xfcller"), dnsName(site))},
	{"cn-bmp-name", "a BMPString, the right name beside it", cn(site, common(bmp, utf16("Müller")), dnsName(site))},
	{"cn-bmp-odd", "a BMPString of an odd number of octets", cn(site, common(bmp, "abc"), dnsName(site))},
	{"cn-universal-name", "a UniversalString, the right name beside it", cn(site, common(universal, utf32("Müller")), dnsName(site))},
	{"cn-numeric", "a NumericString of letters", cn(site, common(numeric, "abc"), dnsName(site))},
	{"cn-octets", "a common name that is an OCTET STRING", cn(site, common(4, "Server"), dnsName(site))},
	{"cn-integer", "a common name that is a number", cn(site, common(2, "\x05"), dnsName(site))},
	{"dn-country3", "a country of three letters", cn(site, seq(set(attribute(oidCountry, text(printable, "DEU")))), dnsName(site))},
	{"dn-country-utf8", "a country that is a UTF8String", cn(site, seq(set(attribute(oidCountry, text(utf8Text, "DE")))), dnsName(site))},
	{"dn-unknown", "an unknown attribute", cn(site, seq(set(attribute(oidUnknown, text(utf8Text, "what")))), dnsName(site))},
	{"dn-set-empty", "a set of no attributes", cn(site, seq(set()), dnsName(site))},
	{"dn-multi", "two attributes in one set", cn(site, seq(set(attribute(oidCN, text(utf8Text, "Server")), attribute(oidUnit, text(utf8Text, "Web")))), dnsName(site))},
	{"dn-multi-unsorted", "two attributes in one set, in the wrong order", cn(site, seq(set(attribute(oidUnit, text(utf8Text, "Web")), attribute(oidCN, text(utf8Text, "A")))), dnsName(site))},
	{"dn-many", "60 units", func(k *trial) {
		var list [][]byte
		for i := range 60 {
			list = append(list, set(attribute(oidUnit, text(utf8Text, fmt.Sprint("Unit ", i)))))
		}
		k.leaf.subject = seq(list...)
	}},
	{"dn-mail", "a mail address in the subject", cn(site, seq(set(attribute("1.2.840.113549.1.9.1", text(ia5, "admin@example.com")))), dnsName(site))},
	{"dn-mail-utf8", "a mail address in the subject that is a UTF8String", cn(site, seq(set(attribute("1.2.840.113549.1.9.1", text(utf8Text, "admin@example.com")))), dnsName(site))},
	{"issuer-printable", "the issuer as a PrintableString, in its own certificate a UTF8String", func(k *trial) {
		k.inter.subject, k.leaf.issuer = common(utf8Text, "Intermediate "+k.id), common(printable, "Intermediate "+k.id)
	}},
	{"issuer-case", "the issuer in capitals", func(k *trial) {
		k.inter.subject, k.leaf.issuer = common(printable, "Intermediate "+k.id), common(printable, strings.ToUpper("Intermediate "+k.id))
	}},
	{"issuer-spaces", "the issuer with more spaces", func(k *trial) {
		k.inter.subject, k.leaf.issuer = common(printable, "Intermediate "+k.id), common(printable, "Intermediate  "+k.id+" ")
	}},
	{"issuer-order", "the attributes of the issuer in another order", func(k *trial) {
		n := fields(k.inter.subject)
		k.leaf.issuer = seq(n[1], n[0])
	}},
	{"issuer-other", "another issuer, the right key", func(k *trial) { k.leaf.issuer = named("Somebody " + k.id) }},
	{"issuer-empty", "an issuer without a name", func(k *trial) { k.inter.subject = nobody }},
	{"int-issuer-printable", "the root as a PrintableString in the intermediate", func(k *trial) {
		k.ownRoot().subject = common(utf8Text, "Root "+k.id)
		k.inter.issuer = common(printable, "Root "+k.id)
	}},
	{"int-cn-latin1", "an intermediate whose name is a PrintableString in Latin-1", func(k *trial) { k.inter.subject = common(printable, "Z\xfcrich "+k.id) }},
}}

// permitted and excluded are name constraints (RFC 5280, Section 4.2.1.10).
func permitted(names ...[]byte) []byte { return subtrees(0xa0, names) }
func excluded(names ...[]byte) []byte  { return subtrees(0xa1, names) }

func subtrees(tag byte, names [][]byte) []byte {
	var list [][]byte
	for _, n := range names {
		list = append(list, seq(n))
	}
	return tlv(tag, list...)
}

// bound sets constraints in the intermediate; in the root if that is asked.
func bound(list ...[]byte) func(*trial) { return interExt(oidNames, true, seq(list...)) }

// and does one after the other.
func and(steps ...func(*trial)) func(*trial) {
	return func(k *trial) {
		for _, s := range steps {
			s(k)
		}
	}
}

func subject(name []byte) func(*trial) { return func(k *trial) { k.leaf.subject = name } }

var constraintGroup = group{"Name constraints", []spec{
	{"nc-domain", "the domain permitted", bound(permitted(dnsName("example.com")))},
	{"nc-host", "the host permitted", bound(permitted(dnsName(site)))},
	{"nc-dot", "the domain permitted, with a dot before it", bound(permitted(dnsName(".example.com")))},
	{"nc-dot-host", "the host permitted, with a dot before it", bound(permitted(dnsName(".www.example.com")))},
	{"nc-com", "the top-level domain permitted", bound(permitted(dnsName("com")))},
	{"nc-half-label", "half a label permitted", bound(permitted(dnsName("ample.com")))},
	{"nc-case", "the domain permitted in capitals", bound(permitted(dnsName("EXAMPLE.COM")))},
	{"nc-final-dot", "the domain permitted, with a final dot", bound(permitted(dnsName("example.com.")))},
	{"nc-asterisk", "a wildcard permitted", bound(permitted(dnsName("*.example.com")))},
	{"nc-any-name", "every name permitted", bound(permitted(dnsName("")))},
	{"nc-no-name", "every name excluded", bound(excluded(dnsName("")))},
	{"nc-two", "two domains permitted", bound(permitted(dnsName("example.net"), dnsName("example.com")))},
	{"nc-excluded-host", "the host excluded", bound(excluded(dnsName(site)))},
	{"nc-excluded-sibling", "another host of the domain excluded", bound(excluded(dnsName("mail.example.com")))},
	{"nc-permitted-excluded", "the domain permitted, the host excluded", bound(permitted(dnsName("example.com")), excluded(dnsName(site)))},
	{"nc-wildcard-in", "a wildcard of a domain that is permitted", and(bound(permitted(dnsName("example.com"))), dns(site, "*.example.com"))},
	{"nc-wildcard-host", "a wildcard where one host is permitted", and(bound(permitted(dnsName(site))), dns(site, "*.example.com"))},
	{"nc-wildcard-excluded", "a wildcard where one host is excluded", and(bound(excluded(dnsName("mail.example.com"))), dns(site, "*.example.com"))},
	{"nc-wildcard-excluded-host", "a wildcard where this host is excluded", and(bound(excluded(dnsName(site))), dns(site, "*.example.com"))},
	{"nc-second-name", "another name outside of what is permitted", and(bound(permitted(dnsName("example.com"))), dns(site, site, "www.example.net"))},
	{"nc-second-name-bad", "another name that is none", and(bound(permitted(dnsName("example.com"))), dns(site, site, "two words"))},
	{"nc-cn-outside", "a common name outside of what is permitted, names within", and(bound(permitted(dnsName("example.com"))), cn(site, common(utf8Text, "www.example.net"), dnsName(site)))},
	{"nc-cn-only", "a common name within what is permitted, no names", and(bound(permitted(dnsName("example.com"))), cn(site, common(utf8Text, site)))},
	{"nc-cn-only-outside", "a common name outside of what is permitted, no names", and(bound(permitted(dnsName("example.net"))), cn(site, common(utf8Text, site)))},
	{"nc-idn", "an encoded domain permitted", and(bound(permitted(dnsName("xn--bcher-kva.example"))), dns("www.xn--bcher-kva.example", "www.xn--bcher-kva.example"))},
	{"nc-utf8", "a domain in UTF-8 permitted beside the right one", bound(permitted(dnsName("bücher.example"), dnsName("example.com")))},
	{"nc-space", "a domain with a space permitted beside the right one", bound(permitted(dnsName("example com"), dnsName("example.com")))},
	{"nc-underscore", "a domain with an underscore permitted beside the right one", bound(permitted(dnsName("my_lab.example"), dnsName("example.com")))},
	{"nc-url-as-domain", "a URL permitted as a domain beside the right one", bound(permitted(dnsName("https://example.com"), dnsName("example.com")))},
	{"nc-ip-in", "the network of the address permitted", and(bound(permitted(ipName(127, 0, 0, 0, 255, 0, 0, 0))), san(ours, ipName(127, 0, 0, 1)))},
	{"nc-ip-out", "another network permitted", and(bound(permitted(ipName(10, 0, 0, 0, 255, 0, 0, 0))), san(ours, ipName(127, 0, 0, 1)))},
	{"nc-ip-excluded", "the network of the address excluded", and(bound(excluded(ipName(127, 0, 0, 0, 255, 0, 0, 0))), san(ours, ipName(127, 0, 0, 1)))},
	{"nc-ip-name", "a network permitted, and names alone in the certificate", bound(permitted(ipName(10, 0, 0, 0, 255, 0, 0, 0)))},
	{"nc-ip-all-excluded", "every address excluded, and names alone in the certificate", bound(permitted(dnsName("example.com")), excluded(ipName(0, 0, 0, 0, 0, 0, 0, 0), tlv(0x87, make([]byte, 32))))},
	{"nc-ip-dns-only", "a domain permitted, and an address in the certificate", and(bound(permitted(dnsName("example.com"))), san(ours, ipName(127, 0, 0, 1)))},
	{"nc-ip-mask-gaps", "a network with gaps in its mask permitted", and(bound(permitted(ipName(127, 0, 0, 1, 255, 0, 255, 255))), san(ours, ipName(127, 0, 0, 1)))},
	{"nc-ip-5-octets", "a network of five octets permitted", bound(permitted(ipName(10, 0, 0, 0, 8)))},
	{"nc-ip-host-bits", "a network with bits of a host permitted", and(bound(permitted(ipName(127, 0, 0, 9, 255, 0, 0, 0))), san(ours, ipName(127, 0, 0, 1)))},
	{"nc-mail-out", "another domain permitted for mail, a mail address in the certificate", and(bound(permitted(mailName("example.net"))), san(site, mailName("admin@example.com"), dnsName(site)))},
	{"nc-mail-in", "the domain permitted for mail, a mail address in the certificate", and(bound(permitted(mailName("example.com"))), san(site, mailName("admin@example.com"), dnsName(site)))},
	{"nc-mail-subject-out", "another domain permitted for mail, a mail address in the subject", and(bound(permitted(mailName("example.net"))), subject(seq(set(attribute("1.2.840.113549.1.9.1", text(ia5, "admin@example.com"))))))},
	{"nc-uri-out", "another host permitted for URLs, a URL in the certificate", and(bound(permitted(uriName("example.net"))), san(site, uriName("https://www.example.com/"), dnsName(site)))},
	{"nc-uri-in", "the host permitted for URLs, a URL in the certificate", and(bound(permitted(uriName("www.example.com"))), san(site, uriName("https://www.example.com/"), dnsName(site)))},
	{"nc-uri-address", "a host permitted for URLs, a URL with an address in the certificate", and(bound(permitted(uriName("www.example.com"))), san(site, uriName("https://127.0.0.1/"), dnsName(site)))},
	{"nc-directory-in", "the subject permitted", func(k *trial) {
		k.leaf.subject = named("Server")
		k.inter.set(oidNames, true, seq(permitted(directory(seq(fields(k.leaf.subject)[0])))))
	}},
	{"nc-directory-excluded", "the subject excluded", func(k *trial) {
		k.leaf.subject = named("Server")
		k.inter.set(oidNames, true, seq(excluded(directory(seq(fields(k.leaf.subject)[0])))))
	}},
	{"nc-directory-no-subject", "a subject permitted, the server's certificate has none", func(k *trial) {
		k.leaf.subject = nobody
		k.leaf.critical(oidSAN, yes)
		k.inter.set(oidNames, true, seq(permitted(directory(named("Somebody")))))
	}},
	{"nc-directory-string", "the subject permitted, of another type of string", func(k *trial) {
		k.leaf.subject = common(utf8Text, "Server")
		k.inter.set(oidNames, true, seq(permitted(directory(common(printable, "Server")))))
	}},
	{"nc-upn", "user principal names permitted, none in the certificate", bound(permitted(otherName("1.3.6.1.4.1.311.20.2.3", text(utf8Text, "example.com"))))},
	{"nc-upn-excluded", "user principal names excluded, one in the certificate", and(bound(excluded(otherName("1.3.6.1.4.1.311.20.2.3", text(utf8Text, "example.com")))), san(site, otherName("1.3.6.1.4.1.311.20.2.3", text(utf8Text, "web@example.com")), dnsName(site)))},
	{"nc-upn-not-critical", "user principal names excluded, not critical, none in the certificate", interExt(oidNames, false, seq(excluded(otherName("1.3.6.1.4.1.311.20.2.3", text(utf8Text, "example.com")))))},
	{"nc-srv", "service names excluded, none in the certificate", bound(excluded(otherName("1.3.6.1.5.5.7.8.7", text(ia5, "_https.example.com"))))},
	{"nc-other", "otherNames of an unknown type excluded, none in the certificate", bound(excluded(otherName(oidUnknown, text(utf8Text, "example.com"))))},
	{"nc-other-permitted", "otherNames of an unknown type permitted, none in the certificate", bound(permitted(otherName(oidUnknown, text(utf8Text, "example.com"))))},
	{"nc-other-not-critical", "otherNames of an unknown type excluded, not critical, none in the certificate", interExt(oidNames, false, seq(excluded(otherName(oidUnknown, text(utf8Text, "example.com")))))},
	{"nc-upn-other-string", "user principal names excluded, as an IA5String", bound(excluded(otherName("1.3.6.1.4.1.311.20.2.3", text(ia5, "example.com"))))},
	{"nc-registered-id", "a registered identifier excluded", bound(excluded(tlv(0x88, object(oidUnknown)[2:])))},
	{"nc-registered-id-not-critical", "a registered identifier excluded, not critical", interExt(oidNames, false, seq(excluded(tlv(0x88, object(oidUnknown)[2:]))))},
	{"nc-x400", "an X.400 address excluded", bound(excluded(tlv(0xa3, seq())))},
	{"nc-x400-not-critical", "an X.400 address excluded, not critical", interExt(oidNames, false, seq(excluded(tlv(0xa3, seq()))))},
	{"nc-edi-not-critical", "an EDI party excluded, not critical", interExt(oidNames, false, seq(excluded(tlv(0xa5, tlv(0xa1, text(utf8Text, "x"))))))},
	{"nc-minimum-0", "a minimum of 0 written out", bound(tlv(0xa0, seq(dnsName("example.com"), []byte{0x80, 1, 0})))},
	{"nc-minimum-1", "a minimum of 1", bound(tlv(0xa0, seq(dnsName("example.com"), []byte{0x80, 1, 1})))},
	{"nc-maximum", "a maximum", bound(tlv(0xa0, seq(dnsName("example.com"), []byte{0x81, 1, 9})))},
	{"nc-empty", "constraints without content", bound()},
	{"nc-empty-permitted", "a list of nothing permitted", bound(permitted())},
	{"nc-garbage", "constraints that are none", interExt(oidNames, true, null)},
	{"nc-garbage-not-critical", "constraints that are none, not critical", interExt(oidNames, false, null)},
	{"nc-tail", "octets after the constraints", interExt(oidNames, true, seq(permitted(dnsName("example.com"))), null)},
	{"nc-not-critical", "the domain permitted, not critical", interExt(oidNames, false, seq(permitted(dnsName("example.com"))))},
	{"nc-leaf-garbage", "constraints that are none in the server's certificate", leafExt(oidNames, true, null)},
	{"nc-two-levels", "two intermediates that permit different domains", func(k *trial) {
		k.inter.set(oidNames, true, seq(permitted(dnsName("example.net"), dnsName("example.com"))))
		k.deeper("Lower").set(oidNames, true, seq(permitted(dnsName("example.com"))))
	}},
	{"nc-two-levels-none", "two intermediates that permit no common domain", func(k *trial) {
		k.inter.set(oidNames, true, seq(permitted(dnsName("example.net"))))
		k.deeper("Lower").set(oidNames, true, seq(permitted(dnsName("example.com"))))
	}},
	{"root-nc-in", "the domain permitted by the root", rootExt(oidNames, true, seq(permitted(dnsName("example.com"))))},
	{"root-nc-out", "another domain permitted by the root", rootExt(oidNames, true, seq(permitted(dnsName("example.net"))))},
	{"root-nc-excluded", "the domain excluded by the root", rootExt(oidNames, true, seq(excluded(dnsName("example.com"))))},
	{"root-nc-directory", "another subject permitted by the root", rootExt(oidNames, true, seq(permitted(directory(common(utf8Text, "Somebody")))))},
	{"root-nc-ip-out", "another network permitted by the root", and(rootExt(oidNames, true, seq(permitted(ipName(10, 0, 0, 0, 255, 0, 0, 0)))), san(ours, ipName(127, 0, 0, 1)))},
}}

var structureGroup = group{"Encoding", []spec{
	{"der-tail", "octets after the certificate", func(k *trial) { k.leaf.edit = func(b []byte) []byte { return append(b, 5, 0) } }},
	{"der-indefinite", "an indefinite length", func(k *trial) {
		k.leaf.edit = indefinite
	}},
	{"der-long-length", "a length in more octets than needed", func(k *trial) {
		k.leaf.edit = func(b []byte) []byte {
			return slices.Concat([]byte{0x30, 0x83, 0}, b[2:4], content(b))
		}
	}},
	{"der-indefinite-names", "an indefinite length within the subjectAltName", leafExt(oidSAN, false, indefinite(seq(dnsName(site))))},
	{"der-long-length-key", "a length within the certificate in more octets than needed", func(k *trial) {
		b := content(k.leaf.key.spki)
		k.leaf.spki = slices.Concat([]byte{0x30, 0x81, byte(len(b))}, b)
	}},
	{"der-four-fields", "a fourth field after the signature", func(k *trial) {
		k.leaf.edit = func(b []byte) []byte { return seq(content(b), null) }
	}},
	{"der-ext-field", "an extension with a fourth field", func(k *trial) {
		k.leaf.edit = nil
		k.leaf.add(oidUnknown, false, null)
		last := &k.leaf.exts[len(k.leaf.exts)-1]
		last.critical = slices.Concat(no, no)
	}},
	{"der-string-in-parts", "a name in two parts", san(site, tlv(0xa2, octets([]byte("www.")), octets([]byte("example.com"))))},
	{"der-oid-padded", "an identifier with an octet too many", func(k *trial) {
		k.leaf.set(oidEKU, false, seq(tlv(6, []byte{0x2b, 6, 1, 5, 5, 7, 0x80, 3, 1})))
	}},
	{"der-oid-huge", "an identifier with an arc of 80 bits", leafExt(oidEKU, false, seq(object(serverAuth), tlv(6, []byte{0x2b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f})))},
	{"der-time-three", "a validity of three dates", func(k *trial) { k.leaf.notAfter = slices.Concat(k.leaf.notAfter, k.leaf.notAfter) }},
	{"int-der-tail", "octets after the intermediate", func(k *trial) { k.inter.edit = func(b []byte) []byte { return append(b, 5, 0) } }},
	{"int-key-tail", "an intermediate whose key has octets after its parameters", func(k *trial) {
		k.inter.spki = seq(algorithm("1.2.840.10045.2.1", object(p256), null), fields(k.inter.key.spki)[1])
	}},
}}

var chainGroup = group{"Chains", []spec{
	{"chain-root-sent", "the root is sent too", func(k *trial) { k.serve = append(k.serve, k.root) }},
	{"chain-int-twice", "the intermediate is sent twice", func(k *trial) { k.serve = append(k.serve, k.inter) }},
	{"chain-leaf-twice", "the server's certificate is sent twice", func(k *trial) { k.serve = slices.Insert(k.serve, 1, k.leaf) }},
	{"chain-root-first", "the root is sent before the intermediate", func(k *trial) { k.serve = slices.Insert(k.serve, 1, k.root) }},
	{"chain-three", "two intermediates", func(k *trial) { k.deeper("Lower") }},
	{"chain-three-reversed", "two intermediates, the upper one first", func(k *trial) {
		k.deeper("Lower")
		k.serve[1], k.serve[2] = k.serve[2], k.serve[1]
	}},
	{"chain-upper-missing", "two intermediates, the upper one is missing", func(k *trial) {
		k.deeper("Lower")
		k.serve = k.serve[:2]
	}},
	{"chain-lower-missing", "two intermediates, the lower one is missing", func(k *trial) {
		k.deeper("Lower")
		k.serve = slices.Delete(k.serve, 1, 2)
	}},
	{"chain-8", "eight intermediates", func(k *trial) { k.tower(8) }},
	{"chain-12", "twelve intermediates", func(k *trial) { k.tower(12) }},
	{"chain-20", "twenty intermediates", func(k *trial) { k.tower(20) }},
	{"chain-extra-30", "30 certificates that do not belong to the chain", func(k *trial) {
		for i := range 30 {
			k.serve = append(k.serve, k.ca(nil, fmt.Sprint("Other ", i)))
		}
	}},
	{"chain-extra-expired", "an expired certificate that does not belong to the chain", func(k *trial) {
		c := k.ca(nil, "Other")
		c.notAfter = utcTime(k.at.Add(-day))
		k.serve = append(k.serve, c)
	}},
	{"chain-int-expired-first", "the intermediate twice, an expired one first", func(k *trial) { k.serve = slices.Insert(k.serve, 1, k.old("Old")) }},
	{"chain-int-expired-last", "the intermediate twice, an expired one last", func(k *trial) { k.serve = append(k.serve, k.old("Old")) }},
	{"chain-int-namesake-first", "an intermediate of the same name with another key first", func(k *trial) { k.serve = slices.Insert(k.serve, 1, k.namesake()) }},
	{"chain-int-namesake-no-id-first", "an intermediate of the same name with another key first, no key identifiers", func(k *trial) {
		c := k.namesake()
		c.drop(oidSKI)
		k.inter.drop(oidSKI)
		k.leaf.drop(oidAKI)
		k.serve = slices.Insert(k.serve, 1, c)
	}},
	{"chain-cross-trusted-last", "the intermediate under two roots, that of the unknown one first", func(k *trial) {
		k.serve = slices.Insert(k.serve, 1, k.crossed(k.ca(nil, "Unknown")))
	}},
	{"chain-cross-trusted-first", "the intermediate under two roots, that of the unknown one last", func(k *trial) {
		k.serve = append(k.serve, k.crossed(k.ca(nil, "Unknown")))
	}},
	{"chain-root-crossed", "the root, signed by an unknown one, is sent", func(k *trial) {
		k.ownRoot()
		k.serve = append(k.serve, k.rootBy(k.ca(nil, "Unknown")))
	}},
	{"chain-root-crossed-expired", "the root, signed by another one that has expired, is sent", func(k *trial) {
		k.ownRoot()
		above := k.ca(nil, "Older")
		above.notAfter = utcTime(k.at.Add(-day))
		k.serve = append(k.serve, k.rootBy(above), above)
	}},
	{"chain-root-crossed-expired-trusted", "the root, signed by a trusted one that has expired, is sent", func(k *trial) {
		k.ownRoot()
		above := k.ca(nil, "Older")
		above.notAfter = utcTime(k.at.Add(-day))
		k.serve = append(k.serve, k.rootBy(above))
		k.trust = append(k.trust, above)
	}},
	{"chain-root-cross-expired", "the root, signed by another trusted one, in a certificate that has expired", func(k *trial) {
		k.ownRoot()
		above := k.ca(nil, "Older")
		c := k.rootBy(above)
		c.notAfter = utcTime(k.at.Add(-day))
		k.serve = append(k.serve, c)
		k.trust = append(k.trust, above)
	}},
	{"chain-root-renewed", "the root is sent in an older certificate of its own", func(k *trial) {
		r := k.ownRoot()
		c := k.ca(nil, "Root before")
		c.key, c.subject = r.key, r.subject
		c.notAfter = utcTime(k.at.Add(-day))
		k.serve = append(k.serve, c)
	}},
	{"chain-loop", "two authorities that signed each other", func(k *trial) {
		a := k.inter
		b := k.ca(a, "Other")
		c := k.ca(b, "Intermediate")
		c.key, c.subject = a.key, a.subject
		k.serve = append(k.serve, b, c)
	}},
	{"chain-loop-only", "two authorities that signed each other, and no root", func(k *trial) {
		a := k.inter
		b := k.ca(a, "Other")
		c := k.ca(b, "Again")
		c.key, c.subject = a.key, a.subject
		k.serve = []*cert{k.leaf, c, b}
	}},
	{"anchor-int", "the intermediate alone is trusted", func(k *trial) { k.trust = []*cert{k.inter} }},
	{"anchor-int-not-sent", "the intermediate alone is trusted, and not sent", func(k *trial) { k.trust, k.serve = []*cert{k.inter}, k.serve[:1] }},
	{"anchor-leaf", "the server's certificate alone is trusted", func(k *trial) { k.trust = []*cert{k.leaf} }},
	{"anchor-self-signed-server", "a server's certificate that signed itself is trusted", func(k *trial) {
		k.leaf = k.server(nil, "Self")
		k.leaf.subject = named("self " + k.id)
		k.serve, k.trust = []*cert{k.leaf}, []*cert{k.leaf}
	}},
	{"anchor-self-signed-bare", "a self-signed certificate without key usage or basic constraints is trusted", func(k *trial) {
		k.leaf = k.server(nil, "Self")
		k.leaf.subject = named("self " + k.id)
		k.leaf.drop(oidBasic, oidKeyUsage, oidEKU)
		k.serve, k.trust = []*cert{k.leaf}, []*cert{k.leaf}
	}},
	{"anchor-self-signed-ca", "a self-signed certificate, server and authority at once, is trusted", func(k *trial) {
		k.leaf = k.ca(nil, "Self")
		k.leaf.set(oidKeyUsage, true, []byte{3, 2, 2, 0xa4})
		k.leaf.set(oidSAN, false, seq(dnsName(site)))
		k.serve, k.trust = []*cert{k.leaf}, []*cert{k.leaf}
	}},
	{"anchor-namesake", "another root of the same name is trusted", func(k *trial) {
		r := k.ownRoot()
		other := k.ca(nil, "Other")
		other.subject = r.subject
		k.trust = []*cert{other}
	}},
	{"anchor-namesake-too", "another root of the same name is trusted beside the right one", func(k *trial) {
		r := k.ownRoot()
		other := k.ca(nil, "Other")
		other.subject = r.subject
		k.trust = []*cert{other, r}
	}},
	{"anchor-expired-too", "an expired certificate of the root is trusted beside the valid one", func(k *trial) {
		r := k.ownRoot()
		c := k.ca(nil, "Root before")
		c.key, c.subject = r.key, r.subject
		c.notAfter = utcTime(k.at.Add(-day))
		k.trust = []*cert{c, r}
	}},
	{"leaf-key-of-issuer", "server and intermediate have the same key", func(k *trial) { k.leaf.key = k.inter.key }},
	{"leaf-name-of-issuer", "server and intermediate have the same name", func(k *trial) { k.leaf.subject = k.inter.subject }},
	{"leaf-above", "the server's certificate is signed by another server's", func(k *trial) {
		upper := k.server(k.inter, "Upper")
		upper.subject = named("Upper " + k.id)
		k.leaf.by = upper
		k.serve = []*cert{k.leaf, upper, k.inter}
	}},
}}

// tower puts n intermediates between leaf and root.
func (k *trial) tower(n int) {
	for i := 1; i < n; i++ {
		k.deeper(fmt.Sprint("Level ", i+1))
	}
}

// old is an expired certificate of the intermediate.
func (k *trial) old(what string) *cert {
	c := k.ca(k.root, what)
	c.key, c.subject, c.notAfter = k.inter.key, k.inter.subject, utcTime(k.at.Add(-day))
	return c
}

// namesake is an intermediate of the same name with another key.
func (k *trial) namesake() *cert {
	c := k.ca(k.root, "Namesake")
	c.subject = k.inter.subject
	return c
}

// crossed is the intermediate under another root.
func (k *trial) crossed(by *cert) *cert {
	c := k.ca(by, "Crossed")
	c.key, c.subject = k.inter.key, k.inter.subject
	return c
}

// rootBy is the root under another one.
func (k *trial) rootBy(by *cert) *cert {
	c := k.ca(by, "Crossed")
	c.key, c.subject = k.root.key, k.root.subject
	return c
}

var groups = []group{
	keyGroup, issuerKeyGroup, signatureGroup, usageGroup, purposeGroup, basicGroup, keyIDGroup, extensionGroup, policyGroup, versionGroup,
	nameGroup, wildcardGroup, addressGroup, alternativeGroup, subjectGroup, constraintGroup, validityGroup, structureGroup, chainGroup,
}
