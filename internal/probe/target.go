package probe

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Target is a server to ask.
type Target struct {
	Host     string // name or address, without brackets
	Port     uint16
	StartTLS string // name of a prelude, "" for none
	Path     string // of the page, "" for "/"
}

// ParseTarget reads HOST, HOST:PORT, [ADDRESS]:PORT or the beginning of a URL.
// startTLS is the name of a protocol, "none", or "": the port decides. Errors do not
// repeat what may be a password.
func ParseTarget(s, startTLS string) (Target, error) {
	t := Target{Port: 443}
	rest := strings.TrimSpace(s)
	scheme, after, isURL := strings.Cut(rest, "://")
	if isURL {
		rest = after
		if scheme = strings.ToLower(scheme); scheme == "http" {
			return t, errors.New("there is no TLS in http: name it with https, or as HOST")
		}
		i := slices.IndexFunc(schemePorts, func(p schemePort) bool { return p.scheme == scheme })
		if i < 0 {
			return t, fmt.Errorf("the scheme %q is not known", scheme)
		}
		t.Port = schemePorts[i].port
	}
	rest, _, _ = strings.Cut(rest, "#")
	if at := strings.IndexAny(rest, "/?"); at >= 0 {
		t.Path = rest[at:]
		if t.Path[0] == '?' {
			t.Path = "/" + t.Path
		}
		if _, err := url.ParseRequestURI(t.Path); err != nil {
			return t, errors.New("what comes after the host is no path")
		}
		rest = rest[:at]
	}
	if strings.Contains(rest, "@") {
		return t, errors.New("it has a user or a password before the host: leave them out")
	}
	host, port, err := net.SplitHostPort(rest)
	switch {
	case err == nil:
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			return t, fmt.Errorf("%q is no port", port)
		}
		t.Host, t.Port = host, uint16(n)
	case strings.Count(rest, ":") > 1 || !strings.Contains(rest, ":"):
		t.Host = strings.TrimSuffix(strings.TrimPrefix(rest, "["), "]")
	default:
		return t, fmt.Errorf("it is no HOST and no HOST:PORT")
	}
	if isURL {
		t.Host = strings.Replace(t.Host, "%25", "%", 1) // before a zone (RFC 6874)
	}
	if !IsHost(t.Host) {
		return t, fmt.Errorf("%q is no host", t.Host)
	}
	switch startTLS {
	case "":
		t.StartTLS = preludeOfPort(t.Port)
	case "none":
	default:
		p := lookupPrelude(startTLS)
		if p == nil {
			return t, fmt.Errorf("the protocol %q is not known", startTLS)
		}
		t.StartTLS = p.name
		if !isURL && err != nil {
			t.Port = p.ports[0]
		}
	}
	return t, nil
}

type schemePort struct {
	scheme string
	port   uint16
}

var schemePorts = []schemePort{
	{"https", 443}, {"smtp", 25}, {"smtps", 465}, {"submission", 587}, {"imap", 143}, {"imaps", 993}, {"pop3", 110},
	{"pop3s", 995}, {"ldap", 389}, {"ldaps", 636}, {"ftp", 21}, {"ftps", 990}, {"postgres", 5432}, {"postgresql", 5432},
	{"mysql", 3306}, {"xmpp", 5222}, {"rdp", 3389}, {"nntp", 119}, {"nntps", 563}, {"tls", 443},
}

// IsHost reports whether a word can be a name or an address to ask for.
func IsHost(word string) bool {
	if _, err := netip.ParseAddr(word); err == nil {
		return true
	}
	return word != "" && strings.Trim(word, ".-") != "" && strings.IndexFunc(word, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && !strings.ContainsRune(".-_\u3002\u00b7\u200c\u200d", r)
	}) < 0
}

// IsAddress reports whether the target is an address and no name.
func (t Target) IsAddress() bool {
	_, err := netip.ParseAddr(t.Host)
	return err == nil
}

// String is the target as HOST:PORT.
func (t Target) String() string { return net.JoinHostPort(t.Host, strconv.Itoa(int(t.Port))) }
