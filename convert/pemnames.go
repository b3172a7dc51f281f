package convert

import (
	"encoding/hex"
	"fmt"
	"strings"

	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/pem"
)

// Microsoft's bag attributes.
const (
	oidCSPName     = "1.3.6.1.4.1.311.17.1"
	oidLocalKeySet = "1.3.6.1.4.1.311.17.2"
)

// What OpenSSL's pkcs12 command calls the attributes in its text.
const (
	textFriendlyName = "friendlyName"
	textLocalKeyID   = "localKeyID"
	textCSPName      = "Microsoft CSP Name"
	textLocalKeySet  = "Microsoft Local Key set"
)

// namesBefore reads the names in the text before a block.
func namesBefore(text []byte) Names {
	var n Names
	for _, a := range pem.ReadAttributes(text) {
		switch a.Name {
		case textFriendlyName:
			n.FriendlyName = a.Value
		case textLocalKeyID:
			if id, err := hex.DecodeString(strings.Join(strings.Fields(a.Value), "")); err == nil && len(id) > 0 {
				n.LocalKeyID = id
			}
		case textCSPName:
			text := der.BMPString(a.Value)
			n.Attributes = append(n.Attributes, Attribute{OID: oidCSPName, Values: setOf(asn1.Tag(30), text)}) // BMPString
		case textLocalKeySet:
			n.Attributes = append(n.Attributes, Attribute{OID: oidLocalKeySet, Values: []byte{0x31, 0}})
		}
	}
	return n
}

// nameAttributes are the lines of text that namesBefore reads again.
func nameAttributes(n Names) []pem.Attribute {
	var list []pem.Attribute
	if n.FriendlyName != "" {
		list = append(list, pem.Attribute{Name: textFriendlyName, Value: n.FriendlyName})
	}
	if len(n.LocalKeyID) > 0 {
		list = append(list, pem.Attribute{Name: textLocalKeyID, Value: fmt.Sprintf("% X", n.LocalKeyID)})
	}
	for i := range n.Attributes {
		if a, ok := textAttribute(&n.Attributes[i]); ok {
			list = append(list, a)
		}
	}
	return list
}

// textAttribute is an attribute as text, if there is a text for it.
func textAttribute(a *Attribute) (pem.Attribute, bool) {
	switch a.OID {
	case oidCSPName:
		name := cspName(a.Values)
		return pem.Attribute{Name: textCSPName, Value: name}, name != ""
	case oidLocalKeySet:
		return pem.Attribute{Name: textLocalKeySet, Value: "<No Values>"}, true
	}
	return pem.Attribute{}, false
}

// cspName reads the one BMPString of Microsoft's attribute.
func cspName(values []byte) string {
	set, err := der.ParseAll(values)
	if err != nil {
		return ""
	}
	first, err := set.Reader().Next()
	if err != nil {
		return ""
	}
	name, _ := attributeText(first)
	return name
}
