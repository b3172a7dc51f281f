package issuers

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/probe"
	"github.com/certconv/certconv/internal/served"
	"github.com/certconv/certconv/validate"
)

// Bounds of what certificates can make it do.
const (
	maxSteps     = 6       // issuers of issuers
	maxAddresses = 3       // of one certificate
	maxSize      = 1 << 20 // of what an address has; bridges of CAs publish some hundred certificates
	maxTried     = 50      // certificates with the name of the issuer, of one address
)

// Fetcher fetches issuers. It may be used by several goroutines.
type Fetcher struct {
	Get *probe.Getter

	mu  sync.Mutex
	got map[string]*answer // by address
}

// answer is what an address has.
type answer struct {
	once  sync.Once
	certs []convert.Certificate
	proxy string
	err   error
}

// Missing fetches what lacks between leaf and a root, where pool has the other
// certificates that are there. It gives what was fetched and belongs to the chain, and
// what was asked for in vain. The list is never nil.
func (f *Fetcher) Missing(ctx context.Context, leaf *convert.Certificate, pool []*convert.Certificate, opts *validate.Options) []served.Issuer {
	list := []served.Issuer{}
	pool = slices.Clone(pool)
	done := map[string]bool{}
	picked := validate.Pick(leaf, pool, opts)
	for range maxSteps {
		top := leaf
		if n := len(picked.Chain); n > 0 {
			top = picked.Chain[n-1]
		}
		if picked.Root != nil || done[string(top.Raw)] || ctx.Err() != nil {
			break
		}
		done[string(top.Raw)] = true
		for _, i := range f.above(ctx, top) {
			if list = append(list, i); i.Cert != nil {
				pool = append(pool, i.Cert)
			}
		}
		picked = validate.Pick(leaf, pool, opts)
	}
	return slices.DeleteFunc(list, func(i served.Issuer) bool {
		return i.Cert != nil && i.Cert != picked.Root && !slices.Contains(picked.Chain, i.Cert)
	})
}

// above fetches the issuer of c: there may be several certificates of it.
func (f *Fetcher) above(ctx context.Context, c *convert.Certificate) (list []served.Issuer) {
	addresses := slices.DeleteFunc(c.Addresses("issuers"), func(a string) bool { return !fetchable(a) })
	if len(addresses) == 0 {
		return []served.Issuer{{Of: c, Err: errors.New("it names no address of http for it")}}
	}
	for _, address := range addresses[:min(len(addresses), maxAddresses)] {
		a := f.ask(ctx, address)
		found, err := a.issuers(c)
		if err != nil {
			list = append(list, served.Issuer{Of: c, From: address, Proxy: a.proxy, Err: err})
			continue
		}
		for _, issuer := range found {
			list = append(list, served.Issuer{Of: c, From: address, Proxy: a.proxy, Cert: issuer})
		}
		return list
	}
	return list
}

// fetchable reports whether an address is of http: to trust one of https a client
// might need what it is about to fetch (RFC 5280, Section 8).
func fetchable(address string) bool {
	return strings.HasPrefix(strings.ToLower(address), "http://") && !strings.ContainsFunc(address, func(r rune) bool { return r < 0x21 || r > 0x7e })
}

// ask gets what is at an address, once.
func (f *Fetcher) ask(ctx context.Context, address string) *answer {
	f.mu.Lock()
	if f.got == nil {
		f.got = map[string]*answer{}
	}
	a := f.got[address]
	if a == nil {
		a = &answer{}
		f.got[address] = a
	}
	f.mu.Unlock()
	a.once.Do(func() {
		got, err := f.Get.Fetch(ctx, address, "", nil, maxSize, time.Time{})
		if a.proxy, a.err = got.Proxy, err; err == nil {
			a.certs = read(got.Body, address)
		}
	})
	return a
}

// read takes the certificates of what was fetched. "Conforming applications that
// support HTTP or FTP for accessing certificates MUST be able to accept individual DER
// encoded certificates and SHOULD be able to accept 'certs-only' CMS messages" (RFC
// 5280, Section 4.2.2.1). Some CAs have PEM there, and browsers take it.
func read(data []byte, from string) []convert.Certificate {
	for _, form := range []string{"der", "p7b", "pem"} {
		b, _ := convert.Decode(data, &convert.DecodeOptions{File: from, From: form, MaxSize: maxSize})
		if b == nil {
			continue
		}
		b.Wipe()
		if len(b.Certs) > 0 {
			return b.Certs
		}
	}
	return nil
}

// issuers are the certificates with the name of c's issuer and the key that signed c.
func (a *answer) issuers(c *convert.Certificate) (list []*convert.Certificate, err error) {
	if a.err != nil {
		return nil, a.err
	}
	if len(a.certs) == 0 {
		return nil, errors.New("what is there is no certificate")
	}
	named := 0
	for i := range a.certs {
		issuer := &a.certs[i]
		if issuer.Err != nil || !convert.SameName(issuer.Subject, c.Issuer) {
			continue
		}
		if named++; named > maxTried {
			break
		}
		if convert.VerifySigned(c.Raw, issuer.SPKI) == nil {
			list = append(list, issuer)
		}
	}
	switch {
	case len(list) > 0:
		return list, nil
	case named > 0:
		return nil, errors.New("what is there has the name of the issuer, but another key")
	}
	return nil, errors.New("what is there is a certificate of somebody else")
}
