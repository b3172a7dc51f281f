package client_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"
)

var basicGroup = group{"Basic constraints and path lengths", []spec{
	{"bc-none", "no basic constraints", leafWithout(oidBasic)},
	{"bc-false", "CA:FALSE written out", leafExt(oidBasic, true, seq(no))},
	{"bc-not-critical", "CA:FALSE, not critical", leafExt(oidBasic, false, seq())},
	{"bc-ca-critical", "CA:TRUE, critical, in a server's certificate", leafExt(oidBasic, true, seq(yes))},
	{"bc-ca-certsign", "CA:TRUE with digitalSignature and keyCertSign", func(k *trial) {
		k.leaf.set(oidBasic, true, seq(yes))
		k.leaf.set(oidKeyUsage, true, []byte{3, 2, 2, 0x84})
	}},
	{"bc-ca-pathlen0", "CA:TRUE with path length 0", leafExt(oidBasic, true, seq(yes, integer(0)))},
	{"bc-pathlen", "CA:FALSE with a path length", leafExt(oidBasic, true, seq(integer(0)))},
	{"bc-true-1", "CA:TRUE as 1, not 255", leafExt(oidBasic, true, seq([]byte{1, 1, 1}))},
	{"bc-tail", "octets after the basic constraints", leafExt(oidBasic, true, seq(), null)},
	{"bc-empty", "basic constraints without content", leafExt(oidBasic, true)},
	{"int-bc-false", "intermediate with CA:FALSE", interExt(oidBasic, true, seq())},
	{"int-bc-true-1", "intermediate with CA:TRUE as 1, not 255", interExt(oidBasic, true, seq([]byte{1, 1, 1}))},
	{"int-bc-tail", "intermediate with octets after its basic constraints", interExt(oidBasic, true, seq(yes), null)},
	{"int-pathlen0", "intermediate with path length 0", interExt(oidBasic, true, seq(yes, integer(0)))},
	{"int-pathlen-huge", "intermediate with a path length of 40 bits", interExt(oidBasic, true, seq(yes, integer(1, 0, 0, 0, 0)))},
	{"int-pathlen-huge72", "intermediate with a path length of 72 bits", interExt(oidBasic, true, seq(yes, integer(1, 0, 0, 0, 0, 0, 0, 0, 0)))},
	{"int-pathlen-negative", "intermediate with path length -1", interExt(oidBasic, true, seq(yes, integer(0xff)))},
	{"int-pathlen-no-certsign", "intermediate with path length 0 and no key usage", func(k *trial) {
		k.inter.set(oidBasic, true, seq(yes, integer(0)))
		k.inter.drop(oidKeyUsage)
	}},
	{"int2-pathlen0-above", "path length 0 above another intermediate", func(k *trial) {
		k.inter.set(oidBasic, true, seq(yes, integer(0)))
		k.deeper("Lower")
	}},
	{"int2-pathlen1-above", "path length 1 above another intermediate", func(k *trial) {
		k.inter.set(oidBasic, true, seq(yes, integer(1)))
		k.deeper("Lower")
	}},
	{"int2-self-issued", "path length 0 above an intermediate of the same name", func(k *trial) {
		k.inter.set(oidBasic, true, seq(yes, integer(0)))
		k.deeper("Lower").subject = k.inter.subject
	}},
	{"root-pathlen0", "root with path length 0 above an intermediate", rootExt(oidBasic, true, seq(yes, integer(0)))},
	{"root-pathlen1", "root with path length 1 above an intermediate", rootExt(oidBasic, true, seq(yes, integer(1)))},
	{"root-bc-none", "root without basic constraints", rootWithout(oidBasic)},
	{"root-bare", "root without basic constraints and key usage", func(k *trial) {
		r := k.ownRoot()
		r.drop(oidBasic)
		r.drop(oidKeyUsage)
	}},
	{"root-bare-netscape", "root without basic constraints and key usage, of Netscape's type of a CA", func(k *trial) {
		r := k.ownRoot()
		r.drop(oidBasic)
		r.drop(oidKeyUsage)
		r.set(oidCertType, false, []byte{3, 2, 2, 4})
	}},
	{"root-bc-none-sign", "root without basic constraints whose key usage is digitalSignature", func(k *trial) {
		r := k.ownRoot()
		r.drop(oidBasic)
		r.set(oidKeyUsage, true, []byte{3, 2, 7, 0x80})
	}},
	{"root-bc-not-critical", "root whose basic constraints are not critical", rootExt(oidBasic, false, seq(yes))},
	{"root-bc-false", "root with CA:FALSE", rootExt(oidBasic, true, seq())},
	{"root-version1", "root of version 1, without extensions", func(k *trial) {
		r := k.ownRoot()
		r.version, r.noExts = nil, true
	}},
	{"int-self-issued", "intermediate with the name of its root, without basic constraints", func(k *trial) {
		k.inter.subject = k.root.subject
		k.inter.drop(oidBasic)
	}},
	{"int-self-issued-version1", "intermediate of version 1 with the name of its root", func(k *trial) {
		k.inter.subject = k.root.subject
		k.inter.version, k.inter.noExts = nil, true
	}},
	{"int-version1", "intermediate of version 1, without extensions", func(k *trial) { k.inter.version, k.inter.noExts = nil, true }},
}}

// deeper puts one more intermediate above the leaf.
func (k *trial) deeper(what string) *cert {
	k.inter = k.ca(k.inter, what)
	k.leaf.by = k.inter
	k.serve = slices.Insert(k.serve, 1, k.inter)
	return k.inter
}

var keyIDGroup = group{"Key identifiers", []spec{
	{"aki-other", "the authority's key identifier is another one", leafExt(oidAKI, false, seq(tlv(0x80, make([]byte, 20))))},
	{"aki-issuer-serial", "issuer and serial number in place of a key identifier, both right", func(k *trial) {
		k.leaf.set(oidAKI, false, seq(tlv(0xa1, directory(k.root.subject)), tlv(0x82, content(k.inter.serial))))
	}},
	{"aki-issuer-other", "issuer and serial number, the issuer another one", func(k *trial) {
		k.leaf.set(oidAKI, false, seq(tlv(0xa1, directory(named("Somebody"))), tlv(0x82, content(k.inter.serial))))
	}},
	{"aki-all-right", "key identifier, issuer and serial number, all right", func(k *trial) {
		k.leaf.set(oidAKI, false, seq(tlv(0x80, k.inter.keyID()), tlv(0xa1, directory(k.root.subject)), tlv(0x82, content(k.inter.serial))))
	}},
	{"aki-issuer-without-serial", "key identifier and issuer, no serial number", func(k *trial) {
		k.leaf.set(oidAKI, false, seq(tlv(0x80, k.inter.keyID()), tlv(0xa1, directory(k.root.subject))))
	}},
	{"aki-critical", "authority key identifier that is critical", func(k *trial) { k.leaf.critical(oidAKI, yes) }},
	{"aki-empty", "authority key identifier with nothing in it", leafExt(oidAKI, false, seq())},
	{"aki-empty-id", "authority key identifier of no octets", leafExt(oidAKI, false, seq(tlv(0x80)))},
	{"aki-garbage", "authority key identifier that is none", leafExt(oidAKI, false, []byte("what is this"))},
	{"aki-tail", "octets after the authority key identifier", func(k *trial) { k.leaf.set(oidAKI, false, slices.Concat(seq(tlv(0x80, k.inter.keyID())), null)) }},
	{"aki-twice", "two authority key identifiers", func(k *trial) { k.leaf.add(oidAKI, false, nil) }},
	{"ski-critical", "subject key identifier that is critical", func(k *trial) { k.leaf.critical(oidSKI, yes) }},
	{"ski-empty", "subject key identifier of no octets", leafExt(oidSKI, false, octets())},
	{"ski-garbage", "subject key identifier that is none", leafExt(oidSKI, false, []byte("what is this"))},
	{"ski-long", "subject key identifier of 64 octets", leafExt(oidSKI, false, octets(make([]byte, 64)))},
	{"int-ski-long", "intermediate with a subject key identifier of 64 octets", interExt(oidSKI, false, octets(bytes.Repeat([]byte{7}, 64)))},
	{"int-ski-other", "intermediate whose subject key identifier is not what the server's certificate says", func(k *trial) {
		k.leaf.set(oidAKI, false, seq(tlv(0x80, k.inter.keyID())))
		k.inter.set(oidSKI, false, octets(make([]byte, 20)))
	}},
	{"int-ski-critical", "intermediate whose subject key identifier is critical", func(k *trial) { k.inter.critical(oidSKI, yes) }},
	{"int-aki-none", "intermediate without an authority key identifier", interWithout(oidAKI)},
	{"int-aki-other", "intermediate with another key identifier of its authority", interExt(oidAKI, false, seq(tlv(0x80, make([]byte, 20))))},
	{"int-aki-issuer-other", "intermediate whose authority is said to have another serial number", func(k *trial) {
		k.inter.set(oidAKI, false, seq(tlv(0x80, k.root.keyID()), tlv(0xa1, directory(k.root.subject)), tlv(0x82, []byte{7})))
	}},
	{"root-aki-same", "root with its own key as its authority's", func(k *trial) { k.ownRoot().add(oidAKI, false, nil) }},
	{"root-aki-other", "root with another key as its authority's", rootExt(oidAKI, false, seq(tlv(0x80, make([]byte, 20))))},
	{"root-aki-critical", "root whose key identifier is critical", func(k *trial) { k.ownRoot().critical(oidSKI, yes) }},
}}

const (
	oidCertType = "2.16.840.1.113730.1.1"
	oidComment  = "2.16.840.1.113730.1.13"
	oidPeriod   = "2.5.29.16"
	oidNoCheck  = "1.3.6.1.5.5.7.48.1.5"
	oidOCSP     = "1.3.6.1.5.5.7.48.1"
	oidIssuers  = "1.3.6.1.5.5.7.48.2"
	nowhere     = "http://127.0.0.1:1/"
)

func access(method string, name []byte) []byte { return seq(object(method), name) }

func cdp(names ...[]byte) []byte { return seq(seq(tlv(0xa0, tlv(0xa0, names...)))) }

var extensionGroup = group{"Other extensions", []spec{
	{"ext-unknown-critical", "unknown extension that is critical", leafExt(oidUnknown, true, null)},
	{"ext-unknown-garbage", "unknown extension that is no ASN.1", leafExt(oidUnknown, false, []byte{0xff, 0xff, 0xff})},
	{"ext-unknown-empty", "unknown extension without content", leafExt(oidUnknown, false)},
	{"ext-critical-false", "extension with critical FALSE written out", func(k *trial) { k.leaf.critical(oidEKU, no) }},
	{"ext-critical-1", "extension with critical as 1, not 255", func(k *trial) { k.leaf.critical(oidKeyUsage, []byte{1, 1, 1}) }},
	{"ext-many", "200 unknown extensions", func(k *trial) {
		for i := range 200 {
			k.leaf.add(fmt.Sprint(oidUnknown, ".", i), false, null)
		}
	}},
	{"ext-large", "unknown extension of 40,000 octets", leafExt(oidUnknown, false, octets(make([]byte, 40_000)))},
	{"ext-none", "a list of no extensions", func(k *trial) { k.leaf.exts = nil }},
	{"ext-absent", "version 3 without extensions", func(k *trial) { k.leaf.noExts = true }},
	{"ext-twice-san", "two lists of names", func(k *trial) { k.leaf.add(oidSAN, false, seq(dnsName("www.example.com"))) }},
	{"ext-twice-ski", "two subject key identifiers", func(k *trial) { k.leaf.add(oidSKI, false, nil) }},
	{"ext-twice-policies", "two lists of policies", func(k *trial) {
		k.leaf.add(oidPolicies, false, seq(seq(object(oidUnknown))))
		k.leaf.add(oidPolicies, false, seq(seq(object(oidUnknown))))
	}},
	{"int-ext-twice", "intermediate with an unknown extension twice", func(k *trial) {
		k.inter.add(oidUnknown, false, null)
		k.inter.add(oidUnknown, false, null)
	}},
	{"netscape-ssl-server", "Netscape's type: SSL server", leafExt(oidCertType, false, []byte{3, 2, 6, 0x40})},
	{"netscape-ssl-client", "Netscape's type: SSL client alone", leafExt(oidCertType, false, []byte{3, 2, 7, 0x80})},
	{"netscape-critical", "Netscape's type: SSL server, critical", leafExt(oidCertType, true, []byte{3, 2, 6, 0x40})},
	{"netscape-comment-critical", "Netscape's comment, critical", leafExt(oidComment, true, text(ia5, "made by a test"))},
	{"int-netscape-email", "intermediate with Netscape's type: S/MIME CA alone", interExt(oidCertType, false, []byte{3, 2, 1, 0x02})},
	{"private-key-period", "period of the private key that is over", leafExt(oidPeriod, false, seq(text(0x80, "20200101000000Z"), text(0x81, "20210101000000Z")))},
	{"private-key-period-critical", "period of the private key, critical", leafExt(oidPeriod, true, seq(text(0x80, "20200101000000Z")))},
	{"issuer-alt-name", "other name of the issuer", leafExt(oidIssuerAlt, false, seq(dnsName("ca.example.com")))},
	{"issuer-alt-name-critical", "other name of the issuer, critical", leafExt(oidIssuerAlt, true, seq(dnsName("ca.example.com")))},
	{"issuer-alt-name-garbage", "other name of the issuer that is none", leafExt(oidIssuerAlt, false, null)},
	{"precertificate", "precertificate (its poison)", leafExt(oidPoison, true, null)},
	{"ocsp-no-check", "no revocation check asked for", leafExt(oidNoCheck, false, null)},
	{"qc-statements-critical", "qualified certificate statements, critical", leafExt("1.3.6.1.5.5.7.1.3", true, seq(seq(object("0.4.0.1862.1.1"))))},
	{"proxy-critical", "proxy certificate information, critical", leafExt("1.3.6.1.5.5.7.1.14", true, seq(seq(object("1.3.6.1.5.5.7.21.1"))))},
	{"subject-attributes-critical", "subject directory attributes, critical", leafExt("2.5.29.9", true, seq(attribute("1.3.6.1.5.5.7.9.4", set(text(printable, "DE")))))},
	{"must-staple-critical", "must-staple, critical", leafExt(oidFeature, true, seq(integer(5)))},
	{"must-staple-v2", "must-staple of several (17)", leafExt(oidFeature, false, seq(integer(17)))},
	{"must-staple-unknown", "a TLS feature that nobody knows", leafExt(oidFeature, false, seq(integer(99)))},
	{"must-staple-empty", "a list of no TLS features", leafExt(oidFeature, false, seq())},
	{"must-staple-garbage", "TLS features that are none", leafExt(oidFeature, false, null)},
	{"int-must-staple", "must-staple in the intermediate", interExt(oidFeature, false, seq(integer(5)))},
	{"sct-garbage", "signed certificate timestamps that are none", leafExt(oidSCT, false, octets([]byte("what is this")))},
	{"sct-empty", "an empty list of signed certificate timestamps", leafExt(oidSCT, false, octets([]byte{0, 0}))},
	{"sct-critical", "signed certificate timestamps, critical", leafExt(oidSCT, true, octets([]byte{0, 0}))},
	{"aia-right", "addresses of OCSP and of the issuer", leafExt(oidAIA, false, seq(access(oidOCSP, uriName(nowhere)), access(oidIssuers, uriName(nowhere))))},
	{"aia-critical", "addresses of the issuer, critical", leafExt(oidAIA, true, seq(access(oidIssuers, uriName(nowhere))))},
	{"aia-empty", "a list of no addresses of the issuer", leafExt(oidAIA, false, seq())},
	{"aia-garbage", "addresses of the issuer that are none", leafExt(oidAIA, false, null)},
	{"aia-ldap", "address of the issuer in a directory", leafExt(oidAIA, false, seq(access(oidIssuers, uriName("ldap:///CN=CA?cACertificate"))))},
	{"aia-name", "address of the issuer that is a name", leafExt(oidAIA, false, seq(access(oidIssuers, dnsName("ca.example.com"))))},
	{"aia-directory", "address of the issuer that is a directory name", leafExt(oidAIA, false, seq(access(oidIssuers, directory(named("CA")))))},
	{"aia-https", "address of the issuer with https", leafExt(oidAIA, false, seq(access(oidIssuers, uriName("https://127.0.0.1:1/"))))},
	{"aia-no-url", "address of the issuer that is no URL", leafExt(oidAIA, false, seq(access(oidIssuers, uriName("see our web site"))))},
	{"aia-not-ascii", "address of the issuer beyond ASCII", leafExt(oidAIA, false, seq(access(oidIssuers, uriName("http://bücher.example/ca"))))},
	{"cdp-right", "address of the revocation list", leafExt(oidCDP, false, cdp(uriName(nowhere)))},
	{"cdp-critical", "address of the revocation list, critical", leafExt(oidCDP, true, cdp(uriName(nowhere)))},
	{"cdp-empty", "no addresses of the revocation list", leafExt(oidCDP, false, seq())},
	{"cdp-no-names", "place of the revocation list without names", leafExt(oidCDP, false, seq(seq()))},
	{"cdp-reasons", "address of the revocation list for some reasons", leafExt(oidCDP, false, seq(seq(tlv(0xa0, tlv(0xa0, uriName(nowhere))), []byte{0x81, 2, 6, 0x40})))},
	{"cdp-relative", "place of the revocation list relative to its issuer", leafExt(oidCDP, false, seq(seq(tlv(0xa0, tlv(0xa1, attribute(oidCN, text(utf8Text, "CRL 1")))), tlv(0xa2, directory(named("Somebody"))))))},
	{"cdp-tail", "octets after the address of the revocation list", leafExt(oidCDP, false, cdp(uriName(nowhere)), null)},
	{"freshest-critical", "address of delta lists, critical", leafExt(oidFreshest, true, cdp(uriName(nowhere)))},
	{"sia-garbage", "subject information access that is none", leafExt("1.3.6.1.5.5.7.1.11", false, null)},
}}

var policyGroup = group{"Policies", []spec{
	{"policy-known", "policies in both certificates", func(k *trial) {
		k.leaf.set(oidPolicies, false, seq(seq(object(oidUnknown))))
		k.inter.set(oidPolicies, false, seq(seq(object(oidUnknown))))
	}},
	{"policy-critical", "policy that is critical", leafExt(oidPolicies, true, seq(seq(object(oidUnknown))))},
	{"policy-any", "any policy", leafExt(oidPolicies, false, seq(seq(object("2.5.29.32.0"))))},
	{"policy-empty", "a list of no policies", leafExt(oidPolicies, false, seq())},
	{"policy-repeated", "the same policy twice in the list", leafExt(oidPolicies, false, seq(seq(object(oidUnknown)), seq(object(oidUnknown))))},
	{"policy-notice-long", "policy with a notice of 300 characters", leafExt(oidPolicies, false, seq(seq(object(oidUnknown), seq(seq(object("1.3.6.1.5.5.7.2.2"), seq(text(utf8Text, strings.Repeat("notice", 50))))))))},
	{"policy-qualifier-unknown", "policy with an unknown qualifier", leafExt(oidPolicies, false, seq(seq(object(oidUnknown), seq(seq(object(oidUnknown), null)))))},
	{"policy-qualifier-unknown-critical", "critical policy with an unknown qualifier", leafExt(oidPolicies, true, seq(seq(object(oidUnknown), seq(seq(object(oidUnknown), null)))))},
	{"policy-cps-utf8", "policy whose address is a UTF8String", leafExt(oidPolicies, false, seq(seq(object(oidUnknown), seq(seq(object("1.3.6.1.5.5.7.2.1"), text(utf8Text, nowhere))))))},
	{"policy-tail", "octets after the policies", leafExt(oidPolicies, false, seq(seq(object(oidUnknown))), null)},
	{"int-policy-required", "a policy required, and there in both certificates", func(k *trial) {
		k.leaf.set(oidPolicies, false, seq(seq(object(oidUnknown))))
		k.inter.set(oidPolicies, false, seq(seq(object(oidUnknown))))
		k.inter.set(oidConstraints, true, seq([]byte{0x80, 1, 0}))
	}},
	{"int-policy-required-other", "a policy required, the server's certificate has another", func(k *trial) {
		k.leaf.set(oidPolicies, false, seq(seq(object(oidUnknown+".1"))))
		k.inter.set(oidPolicies, false, seq(seq(object(oidUnknown))))
		k.inter.set(oidConstraints, true, seq([]byte{0x80, 1, 0}))
	}},
	{"int-policy-required-any", "a policy required, any policy in both certificates", func(k *trial) {
		k.leaf.set(oidPolicies, false, seq(seq(object("2.5.29.32.0"))))
		k.inter.set(oidPolicies, false, seq(seq(object("2.5.29.32.0"))))
		k.inter.set(oidConstraints, true, seq([]byte{0x80, 1, 0}))
	}},
	{"int-policy-required-inhibited", "a policy required, and any policy is none", func(k *trial) {
		k.leaf.set(oidPolicies, false, seq(seq(object(oidUnknown))))
		k.inter.set(oidPolicies, false, seq(seq(object("2.5.29.32.0"))))
		k.inter.set(oidConstraints, true, seq([]byte{0x80, 1, 0}))
		k.deeper("Lower").set(oidPolicies, false, seq(seq(object("2.5.29.32.0"))))
		k.inter.by.set(oidInhibitAny, true, integer(0))
	}},
	{"int-policy-required-later", "a policy required after five certificates", interExt(oidConstraints, true, seq([]byte{0x80, 1, 5}))},
	{"int-policy-required-next", "a policy required after one certificate, and none there", interExt(oidConstraints, true, seq([]byte{0x80, 1, 1}))},
	{"int-policy-required-not-critical", "a policy required, not critical, and none there", interExt(oidConstraints, false, seq([]byte{0x80, 1, 0}))},
	{"int-policy-no-mapping", "mapping of policies forbidden", interExt(oidConstraints, true, seq([]byte{0x81, 1, 0}))},
	{"int-policy-constraints-empty", "policy constraints without content", interExt(oidConstraints, true, seq())},
	{"int-policy-constraints-negative", "policy constraints with a negative number", interExt(oidConstraints, true, seq([]byte{0x80, 1, 0xff}))},
	{"int-policy-constraints-garbage", "policy constraints that are none", interExt(oidConstraints, true, null)},
	{"int-inhibit-any", "any policy forbidden", interExt(oidInhibitAny, true, integer(0))},
	{"int-inhibit-any-not-critical", "any policy forbidden, not critical", interExt(oidInhibitAny, false, integer(0))},
	{"int-inhibit-any-garbage", "any policy forbidden, garbled", interExt(oidInhibitAny, true, null)},
	{"int-mapping", "mapping of policies, critical", func(k *trial) {
		k.inter.set(oidPolicies, false, seq(seq(object(oidUnknown))))
		k.inter.set(oidMappings, true, seq(seq(object(oidUnknown), object(oidUnknown+".1"))))
		k.leaf.set(oidPolicies, false, seq(seq(object(oidUnknown+".1"))))
	}},
	{"int-mapping-any", "mapping of any policy", interExt(oidMappings, true, seq(seq(object("2.5.29.32.0"), object(oidUnknown))))},
	{"int-mapping-empty", "mapping of no policies", interExt(oidMappings, true, seq())},
	{"int-mapping-garbage", "mapping of policies that is none, not critical", interExt(oidMappings, false, null)},
	{"leaf-policy-constraints", "a policy required by the server's certificate, and none there", leafExt(oidConstraints, true, seq([]byte{0x80, 1, 0}))},
	{"leaf-inhibit-any", "any policy forbidden by the server's certificate", leafExt(oidInhibitAny, true, integer(0))},
	{"root-policy-required", "a policy required by the root, and none there", rootExt(oidConstraints, true, seq([]byte{0x80, 1, 0}))},
}}

var versionGroup = group{"Versions and serial numbers", []spec{
	{"version-4", "version 4", func(k *trial) { k.leaf.version = tlv(0xa0, integer(3)) }},
	{"version-1-written", "version 1 written out, without extensions", func(k *trial) { k.leaf.version, k.leaf.noExts = tlv(0xa0, integer(0)), true }},
	{"version-1-with-extensions", "version 1 with extensions", func(k *trial) { k.leaf.version = nil }},
	{"version-2", "version 2 without extensions", func(k *trial) { k.leaf.version, k.leaf.noExts = tlv(0xa0, integer(1)), true }},
	{"version-padded", "version 3 with an octet of zeros too many", func(k *trial) { k.leaf.version = tlv(0xa0, integer(0, 2)) }},
	{"unique-id", "unique identifier of the subject", func(k *trial) { k.leaf.ids = tlv(0x82, []byte{0, 1, 2, 3}) }},
	{"unique-id-both", "unique identifiers of issuer and subject", func(k *trial) {
		k.leaf.ids = slices.Concat(tlv(0x81, []byte{0, 1, 2, 3}), tlv(0x82, []byte{0, 1, 2, 3}))
	}},
	{"serial-negative", "negative serial number", func(k *trial) { k.leaf.serial = integer(0x80, 1, 2, 3, 4, 5, 6, 7) }},
	{"serial-20-high", "serial number of 20 octets and a zero before them", func(k *trial) { k.leaf.serial = integer(append([]byte{0}, bytes.Repeat([]byte{0xee}, 20)...)...) }},
	{"serial-30", "serial number of 30 octets", func(k *trial) { k.leaf.serial = integer(bytes.Repeat([]byte{0x6e}, 30)...) }},
	{"serial-200", "serial number of 200 octets", func(k *trial) { k.leaf.serial = integer(bytes.Repeat([]byte{0x6e}, 200)...) }},
	{"serial-padded", "serial number with an octet of zeros too many", func(k *trial) { k.leaf.serial = integer(0, 0x11, 0x22, 0x33) }},
	{"serial-empty", "serial number without octets", func(k *trial) { k.leaf.serial = integer() }},
	{"serial-1", "serial number 1", func(k *trial) { k.leaf.serial = integer(1) }},
	{"serial-of-issuer", "the serial number of its issuer", func(k *trial) { k.leaf.serial = k.inter.serial }},
	{"int-serial-negative", "intermediate with a negative serial number", func(k *trial) { k.inter.serial = integer(0x80, 1, 2, 3, 4, 5, 6, 7) }},
	{"int-serial-zero", "intermediate with serial number 0", func(k *trial) { k.inter.serial = integer(0) }},
	{"int-serial-30", "intermediate with a serial number of 30 octets", func(k *trial) { k.inter.serial = integer(bytes.Repeat([]byte{0x6e}, 30)...) }},
	{"root-serial-negative", "root with a negative serial number", func(k *trial) { k.ownRoot().serial = integer(0x80, 1, 2, 3, 4, 5, 6, 7) }},
	{"root-serial-zero", "root with serial number 0", func(k *trial) { k.ownRoot().serial = integer(0) }},
}}

func dates(before, after []byte) func(*trial) {
	return func(k *trial) {
		if before != nil {
			k.leaf.notBefore = before
		}
		if after != nil {
			k.leaf.notAfter = after
		}
	}
}

const day = 24 * time.Hour

// days makes a certificate valid for so many days, from yesterday.
func days(n int) func(*trial) {
	return func(k *trial) {
		k.leaf.notBefore, k.leaf.notAfter = utcTime(k.at.Add(-day)), utcTime(k.at.Add(time.Duration(n-1)*day-time.Second))
	}
}

var validityGroup = group{"Validity", []spec{
	{"time-expired-now", "expired a minute ago", func(k *trial) { k.leaf.notAfter = utcTime(k.at.Add(-time.Minute)) }},
	{"time-expired-years", "expired five years ago", func(k *trial) {
		k.leaf.notBefore, k.leaf.notAfter = utcTime(k.at.AddDate(-6, 0, 0)), utcTime(k.at.AddDate(-5, 0, 0))
	}},
	{"time-tomorrow", "valid from tomorrow", func(k *trial) { k.leaf.notBefore = utcTime(k.at.Add(day)) }},
	{"time-reversed", "ends before it starts", func(k *trial) { k.leaf.notBefore, k.leaf.notAfter = k.leaf.notAfter, k.leaf.notBefore }},
	{"time-47", "valid for 47 days", days(47)},
	{"time-399", "valid for 399 days", days(399)},
	{"time-826", "valid for 826 days", days(826)},
	{"time-3000", "valid for 3000 days", days(3000)},
	{"time-9999", "valid until the end of 9999", dates(nil, text(0x18, "99991231235959Z"))},
	{"time-1950", "valid since 1950", dates(text(0x17, "500101000000Z"), nil)},
	{"time-1949", "valid since 1949, in the long form", dates(text(0x18, "19491231000000Z"), nil)},
	{"time-0000", "valid since the year 0", dates(text(0x18, "00000101000000Z"), nil)},
	{"time-long-before-2050", "a date of this year in the long form", func(k *trial) { k.leaf.notBefore = longTime(k.at.AddDate(0, 0, -30)) }},
	{"time-long-end", "an end before 2050 in the long form", func(k *trial) { k.leaf.notAfter = longTime(k.at.AddDate(0, 0, 60)) }},
	{"time-no-seconds", "a date without seconds", func(k *trial) { k.leaf.notBefore = text(0x17, k.at.AddDate(0, 0, -30).Format("0601021504Z")) }},
	{"time-offset", "a date with an offset in place of Z", func(k *trial) {
		k.leaf.notBefore = text(0x17, k.at.AddDate(0, 0, -30).Format("060102150405")+"+0000")
	}},
	{"time-no-zone", "a date without Z", func(k *trial) { k.leaf.notBefore = text(0x17, k.at.AddDate(0, 0, -30).Format("060102150405")) }},
	{"time-fraction", "an end with a fraction of a second", func(k *trial) { k.leaf.notAfter = text(0x18, k.at.AddDate(0, 0, 60).Format("20060102150405")+".5Z") }},
	{"time-lower-z", "a date with a small z", func(k *trial) { k.leaf.notBefore = text(0x17, k.at.AddDate(0, 0, -30).Format("060102150405")+"z") }},
	{"time-feb-30", "valid since the 30th of February", dates(text(0x17, "240230000000Z"), nil)},
	{"time-month-13", "valid since month 13", dates(text(0x17, "241301000000Z"), nil)},
	{"time-hour-24", "valid since hour 24", dates(text(0x17, "240101240000Z"), nil)},
	{"time-second-60", "valid since second 60", dates(text(0x17, "240101235960Z"), nil)},
	{"time-wrong-tag", "a date in the long form that is called a short one", dates(text(0x17, "20240101000000Z"), nil)},
	{"time-text", "a date that is a UTF8String", dates(text(utf8Text, "240101000000Z"), nil)},
	{"time-empty", "a date without content", dates(text(0x17, ""), nil)},
	{"int-expired", "the intermediate has expired", func(k *trial) { k.inter.notAfter = utcTime(k.at.Add(-day)) }},
	{"int-tomorrow", "the intermediate is valid from tomorrow", func(k *trial) { k.inter.notBefore = utcTime(k.at.Add(day)) }},
	{"int-ends-first", "the intermediate ends before the server's certificate", func(k *trial) { k.inter.notAfter = utcTime(k.at.Add(10 * day)) }},
	{"int-starts-last", "the intermediate starts after the server's certificate", func(k *trial) { k.inter.notBefore = utcTime(k.at.Add(-day)) }},
	{"root-tomorrow", "the root is valid from tomorrow", func(k *trial) { k.ownRoot().notBefore = utcTime(k.at.Add(day)) }},
	{"root-ends-first", "the root ends before the server's certificate", func(k *trial) { k.ownRoot().notAfter = utcTime(k.at.Add(10 * day)) }},
	{"root-expired-direct", "the root has expired, and signed the server's certificate itself", func(k *trial) {
		k.ownRoot().notAfter = utcTime(k.at.Add(-day))
		k.leaf.by, k.serve = k.root, []*cert{k.leaf}
	}},
}}
