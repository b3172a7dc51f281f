package probe

import (
	"net"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/idna"

	"github.com/certconv/certconv/internal/lazy"
)

// near are the addresses of this machine and its neighbours, whichever machine it is.
// Where it is in a cloud, the neighbours are services that give away its secrets.
var near = lazy.Value[[]netip.Prefix]{Make: func() []netip.Prefix {
	return prefixes(
		"0.0.0.0/8", // this network: Linux takes it for this machine
		"127.0.0.0/8",
		"169.254.0.0/16",                         // link-local, and what most clouds have there
		"192.0.0.0/24",                           // of protocols (RFC 6890), and Oracle's cloud
		"100.100.100.200/32", "168.63.129.16/32", // Alibaba's and Microsoft's cloud
		"224.0.0.0/3", // multicast, reserved, broadcast
		"::/128", "::1/128", "fe80::/10", "ff00::/8",
		"fd00:ec2::/32", "fd20:ce::254/128", "fd00:42::42/128", // Amazon's, Google's and Scaleway's cloud
	)
}}

// carrier are addresses of IPv6 that lead to one of IPv4, whose bytes they have in one of
// these places.
type carrier struct {
	in     []netip.Prefix
	places [][4]int
	turned bool // each bit
}

var carriers = lazy.Value[[]carrier]{Make: func() []carrier {
	return []carrier{
		{prefixes("::/96", "::ffff:0:0:0/96", "64:ff9b::/96"), [][4]int{{12, 13, 14, 15}}, false},                       // IPv4-compatible, IPv4-translated (RFC 2765), NAT64 (RFC 6052)
		{prefixes("64:ff9b:1::/48"), [][4]int{{6, 7, 9, 10}, {7, 9, 10, 11}, {9, 10, 11, 12}, {12, 13, 14, 15}}, false}, // NAT64 with a prefix of its own (RFC 8215)
		{prefixes("2002::/16"), [][4]int{{2, 3, 4, 5}}, false},                                                          // 6to4 (RFC 3056)
		{prefixes("2001::/32"), [][4]int{{4, 5, 6, 7}}, false},                                                          // Teredo (RFC 4380): the server,
		{prefixes("2001::/32"), [][4]int{{12, 13, 14, 15}}, true},                                                       // and the client
	}
}}

func prefixes(list ...string) (all []netip.Prefix) {
	for _, p := range list {
		all = append(all, netip.MustParsePrefix(p))
	}
	return all
}

// carried are the addresses of IPv4 to which a, of IPv6, may lead.
func carried(a netip.Addr) (list []netip.Addr) {
	b := a.As16()
	take := func(at [4]int, turned bool) netip.Addr {
		var v4 [4]byte
		for i, n := range at {
			if v4[i] = b[n]; turned {
				v4[i] = ^b[n]
			}
		}
		return netip.AddrFrom4(v4)
	}
	for _, c := range carriers.Get() {
		if !within(c.in, a) {
			continue
		}
		for _, at := range c.places {
			// Where there are several places, the others begin with zeros.
			if v4 := take(at, c.turned); len(c.places) == 1 || v4.As4()[0] != 0 {
				list = append(list, v4)
			}
		}
	}
	if b[8]&^2 == 0 && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe { // ISATAP (RFC 5214)
		list = append(list, take([4]int{12, 13, 14, 15}, false))
	}
	return list
}

func within(list []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(list, func(p netip.Prefix) bool { return p.Contains(a) })
}

// isNear reports whether an address is of this machine, which has own addresses, or of its
// neighbours.
func isNear(a netip.Addr, own []netip.Addr) bool {
	a = a.WithZone("").Unmap()
	if within(near.Get(), a) || slices.Contains(own, a) {
		return true
	}
	return a.Is6() && slices.ContainsFunc(carried(a), func(v4 netip.Addr) bool { return isNear(v4, own) })
}

// ownAddresses are those of the interfaces of this machine.
func ownAddresses() (list []netip.Addr) {
	all, _ := net.InterfaceAddrs() // where they cannot be had, the others still count
	for _, a := range all {
		if p, err := netip.ParsePrefix(a.String()); err == nil {
			list = append(list, p.Addr().WithZone("").Unmap())
		}
	}
	return list
}

// isNearHost is isNear of a host of a URL. A name is only looked at here: what it leads to
// is known when the connection is made.
func isNearHost(host string) bool {
	if ascii, err := idna.Lookup.ToASCII(host); err == nil { // what a proxy is told: digits may be of any script
		host = ascii
	}
	if a, err := netip.ParseAddr(host); err == nil {
		return isNear(a, ownAddresses())
	}
	name := strings.ToLower(strings.TrimSuffix(host, "."))
	last := name[strings.LastIndexByte(name, '.')+1:]
	// A number is none of a name, and some resolvers take 127.1, 2130706433 and 0x7f.1 for
	// an address.
	number := last != "" && strings.Trim(last, "0123456789") == "" || strings.HasPrefix(last, "0x")
	return number || last == "localhost"
}
