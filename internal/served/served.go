// Package served states what a running server was seen to do: which of its
// addresses could be reached, and what each of them sent.
//
// Package probe fills it in, package validate judges it. Nothing here opens a
// connection.
package served

import (
	"bytes"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/text"
)

// State is how far it went with an address.
type State string

// The states.
const (
	Reached    State = "reached"     // it sent a certificate
	NoAddress  State = "no-address"  // the name leads nowhere
	Closed     State = "closed"      // nothing listens at the port
	Filtered   State = "filtered"    // no answer to a connection
	NoRoute    State = "no-route"    // this machine has no way to it
	Silent     State = "silent"      // it takes the connection and says nothing
	ClearText  State = "clear-text"  // it answers TLS in clear text
	NoStartTLS State = "no-starttls" // it does not change to TLS
	Failed     State = "failed"      // no handshake
)

// Host is a server by name.
type Host struct {
	Name      string // that was asked for, or an address
	Port      uint16
	StartTLS  string // the protocol in which TLS is asked for, "" if it begins with TLS
	Path      string // of its page, "" if nobody has said
	Addresses []Address
	Left      int // addresses beyond the limit
	Begun     time.Time
	Took      time.Duration
}

// Address is one address of a server.
type Address struct {
	Name     string // as reports call it
	Addr     netip.AddrPort
	State    State
	Said     string // what it said, or why it was not reached
	Replies  []Reply
	Versions []Version
	// Pages are those that it was asked for by http and https, in that order.
	Pages []Page
	// NotChecked is what could not be found out, each with the reason, and Unanswered that
	// for which there was no answer in time, or no connection.
	NotChecked []text.Text
	Unanswered []text.Text
	// Expected is what is on disk; nil: nobody has said.
	Expected *Expected
	// Hosts are the names that its certificates have to be for.
	Hosts []string
}

// Answers reports whether there is a server that takes connections, though it may send no
// certificate.
func (a *Address) Answers() bool {
	return slices.Contains([]State{Reached, ClearText, NoStartTLS, Failed}, a.State)
}

// Sends reports whether one of the answers for the first name has the certificates and no
// others: a server may have another one for the other kind of key, and others for other names.
func (a *Address) Sends(certs []convert.Certificate) bool {
	first := &a.Replies[0]
	return slices.ContainsFunc(a.Replies, func(r Reply) bool {
		return r.Asked == first.Asked && r.SNI == first.SNI && slices.EqualFunc(r.Raw, certs, func(raw []byte, c convert.Certificate) bool { return bytes.Equal(raw, c.Raw) })
	})
}

// Asked is for what a server was asked.
type Asked string

// What is asked for.
const (
	ForName     Asked = "name"     // a name
	ForNone     Asked = "none"     // no name at all
	ForNonsense Asked = "nonsense" // a name that nobody has
)

// Reply is the answer to one hello.
type Reply struct {
	Asked    Asked
	SNI      string // the name that was sent
	Key      string // "RSA" or "ECDSA" where the client took no other
	Version  uint16
	Cipher   uint16
	ALPN     string
	Staple   []byte // OCSP response
	SCTs     int
	Raw      [][]byte        // certificates as they were sent
	Bundle   *convert.Bundle // what they are, read by Read
	ClientCA [][]byte        // names of the CAs whose certificates it wants of clients
	Client   bool            // it asks for a certificate of the client
	Err      error           // why there is no answer
	Left     bool            // it was not asked for: there was an end to the connections
	Took     time.Duration
}

// Read reads what was sent. Findings call it name.
func (r *Reply) Read(name string) {
	r.Bundle = &convert.Bundle{}
	for i, raw := range r.Raw {
		b, _ := convert.Decode(raw, &convert.DecodeOptions{File: name, From: "der"})
		for j := range b.Certs {
			b.Certs[j].Source.Index = i + 1
		}
		for j := range b.Failures {
			b.Failures[j].Source.Index = i + 1
		}
		b.Containers = nil // it is no file
		r.Bundle.Add(b)
	}
}

// Leaf is the first certificate, nil if there is none or it cannot be read.
func (r *Reply) Leaf() *convert.Certificate {
	if r.Bundle == nil || len(r.Bundle.Certs) == 0 || r.Bundle.Certs[0].Source.Index != 1 {
		return nil
	}
	return &r.Bundle.Certs[0]
}

// Same reports whether the other reply has the same certificates.
func (r *Reply) Same(o *Reply) bool { return slices.EqualFunc(r.Raw, o.Raw, bytes.Equal) }

// VersionName is the name of a version of the protocol.
func VersionName(v uint16) string {
	switch v {
	case SSL2:
		return "SSL 2"
	case SSL3:
		return "SSL 3"
	case TLS10, TLS10 + 1, TLS12, TLS13:
		return "TLS 1." + string(rune('0'+v-TLS10))
	}
	return fmt.Sprintf("version %#04x", v)
}

// Version is what is known of one version of the protocol.
type Version struct {
	Number uint16
	Spoken bool
}

// Versions of the protocol.
const (
	SSL2  uint16 = 0x0002
	SSL3  uint16 = 0x0300
	TLS10 uint16 = 0x0301
	TLS12 uint16 = 0x0303
	TLS13 uint16 = 0x0304
)

// Page is the answer to a request for a page.
type Page struct {
	URL       string
	Status    int
	Location  string   // where it sends the browser, "" for nowhere; resolved
	Substatus string   // what a page of IIS names as the reason, such as "403.4"
	Server    string   // the program, by its own words
	HSTS      []string // Strict-Transport-Security, each header
	WantsCert bool     // it says that the client sent no certificate
	Err       error    // why there is no answer

	// Read: it was looked through for what it loads. Unread is why not, where that
	// was asked for.
	Read     bool
	Unread   error
	Cut      bool       // only its beginning was read
	Loads    []Resource // what it loads by http
	Left     int        // beyond the limit
	Upgraded int        // of what it loads by http, that browsers load by https because the page says so
}

// Plain reports whether the page was asked for by http.
func (p *Page) Plain() bool { return strings.HasPrefix(p.URL, "http://") }

// Resource is something that a page loads by http.
type Resource struct {
	URL  string
	Kind string // "script", "image", "form" and so on
	Line int    // of the page
	// Blocked: browsers do not load it. Others they load by https, or warn of.
	Blocked bool
}

// Expected is what a server should send.
type Expected struct {
	File    string
	Certs   []convert.Certificate
	Changed time.Time // the file, zero if it is not known
}

// Source is what one source says of whether a certificate is revoked.
type Source struct {
	Kind       string // "crl", "ocsp", "crlset", "onecrl"
	From       string // file or address
	Verdict    string // "good", "revoked", "unknown", "not-listed", "not-checked"; "" if it says nothing, see Err
	Revoked    time.Time
	Reason     string
	ThisUpdate time.Time
	NextUpdate time.Time
	Err        error  // why it says nothing
	Note       string // what is to be known of its verdict
	Proxy      string // that was asked, "" for none
	Times      Times  // to fetch it, 0 for a file
	Silent     bool   // its host did not answer
	Invalid    bool   // it answered with something that must not be used
	Stale      bool   // it is out of date
}

// Times are how long a fetch took, and its parts: to look the name up, to connect, for the
// handshake of TLS, and until the first byte of the answer.
type Times struct{ DNS, Connect, TLS, First, All time.Duration }

// String is for people.
func (t Times) String() string {
	tls := ""
	if t.TLS > 0 {
		tls = fmt.Sprintf(", TLS %.3f", t.TLS.Seconds())
	}
	return fmt.Sprintf("in %.3f s (name %.3f, connection %.3f%s, first byte %.3f)", t.All.Seconds(), t.DNS.Seconds(), t.Connect.Seconds(), tls, t.First.Seconds())
}

// Issuer is what came of fetching the certificate of an issuer that was missing.
type Issuer struct {
	Of    *convert.Certificate // whose issuer it is
	From  string               // address, "" if Of names none that can be fetched
	Proxy string               // that was asked, "" for none
	Cert  *convert.Certificate // its key signed Of; nil: see Err
	Err   error
}

// Standing is what all sources together say of a certificate. What one source does not know,
// another may: a responder that answers "unknown" does not serve the issuer, or has not heard
// of the certificate (RFC 6960, Section 2.2), and says nothing against a list that is good.
func Standing(list []Source) string {
	said := func(verdict string) bool {
		return slices.ContainsFunc(list, func(s Source) bool { return s.Verdict == verdict })
	}
	switch {
	case said("revoked"):
		return "revoked"
	case said("good"):
		return "good"
	case slices.ContainsFunc(list, func(s Source) bool { return s.Verdict != "not-listed" && s.Verdict != "not-checked" }):
		return "unknown"
	}
	return "not-checked"
}
