package revocation

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/atomicfile"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/ocsp"
	"github.com/certconv/certconv/internal/probe"
	"github.com/certconv/certconv/internal/served"
)

const (
	maxFetchedCRL  = 128 << 20
	maxFetchedOCSP = 1 << 20
)

// maxAddresses bounds how many of its lists, and of its responders, a certificate has
// asked.
const maxAddresses = 8

func asked(list []string) []string {
	list = plainAddresses(list)
	return list[:min(len(list), maxAddresses)]
}

// fetchedList is what came from an address.
type fetchedList struct {
	crl   *convert.CRL
	took  time.Duration
	err   error
	fresh []byte // to be kept, once it is proved
}

// fromNetwork asks what the certificate names: the cache, and where it may the hosts. What
// is not asked is left to the caller.
func (q *question) fromNetwork(ctx context.Context) (left []Fetch) {
	for _, address := range asked(q.cert.Addresses("crl")) {
		f, ok := q.fetchCRL(ctx, address)
		if !ok {
			left = append(left, Fetch{"crl", address})
			continue
		}
		s, part := served.Source{Kind: "crl", Err: f.err, Silent: f.err != nil && probe.TimedOut(f.err)}, (*convert.CRL)(nil)
		if f.crl != nil {
			s, part = q.fromCRL(f.crl)
			q.settle(address, &f, !s.Invalid)
		}
		s.From, s.Took = address, f.took
		if q.add(s, part); q.settled() {
			return left
		}
	}
	if q.issuer == nil {
		return left
	}
	for _, address := range asked(q.cert.Addresses("ocsp")) {
		if !q.Online {
			left = append(left, Fetch{"ocsp", address})
			continue
		}
		if q.said = append(q.said, q.fromResponder(ctx, address)); q.settled() {
			return left
		}
	}
	return left
}

// fromResponder is what an OCSP responder says.
func (q *question) fromResponder(ctx context.Context, address string) served.Source {
	nonce := make([]byte, ocsp.NonceSize)
	_, _ = rand.Read(nonce) // it does not fail
	got, err := q.Get.Fetch(ctx, address, "application/ocsp-request", ocsp.Request(q.cert, q.issuer, nonce), maxFetchedOCSP, time.Time{})
	s := served.Source{Kind: "ocsp", Err: err, Silent: err != nil && probe.TimedOut(err)}
	if err == nil {
		if answer, err := ocsp.Parse(got.Body); err != nil {
			s.Err, s.Invalid = err, true
		} else {
			s = q.fromAnswer(q.cert, q.issuer, answer, nonce)
		}
	}
	s.From, s.Took = address, got.Took
	if got.Proxy != "" {
		s.From += " by the proxy " + got.Proxy
	}
	return s
}

// plainAddresses are those that can be fetched and shown.
func plainAddresses(list []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(a string) bool {
		return !strings.HasPrefix(a, "http://") && !strings.HasPrefix(a, "https://") || strings.ContainsFunc(a, func(c rune) bool { return c < 0x21 || c > 0x7e })
	})
}

// fetchCRL gets a list from the cache or the network. ok is false where neither may be
// asked.
func (a *Asker) fetchCRL(ctx context.Context, address string) (f fetchedList, ok bool) {
	if a.fetched == nil {
		a.fetched = map[string]fetchedList{}
	}
	if f, ok := a.fetched[address]; ok {
		return f, true
	}
	var since time.Time
	if a.Cache != "" {
		if data, err := os.ReadFile(a.cached(address)); err == nil {
			if crl := oneCRL(data, address); crl != nil {
				if info, err := os.Stat(a.cached(address)); err == nil {
					since = info.ModTime()
				}
				if f.crl = crl; a.Now.Before(crl.NextUpdate) || !a.Online {
					a.fetched[address] = f
					return f, true
				}
			}
		}
	}
	if !a.Online {
		return f, false
	}
	old := f.crl
	got, err := a.Get.Fetch(ctx, address, "", nil, maxFetchedCRL, since)
	f = fetchedList{took: got.Took, err: err}
	switch {
	case err != nil:
	case got.Same:
		f.crl = old
	default:
		if f.crl = oneCRL(got.Body, address); f.crl == nil {
			f.err = errors.New("what is there is no revocation list")
		} else if a.Cache != "" {
			f.fresh = got.Body
		}
	}
	if got.Proxy != "" {
		a.Detail("%s: by the proxy %s", address, got.Proxy)
	}
	a.fetched[address] = f
	return f, true
}

// settle keeps a list that was fetched, if it is proved: who answers in the place of
// the host once is not to answer for ever.
func (a *Asker) settle(address string, f *fetchedList, proved bool) {
	if f.fresh != nil && proved {
		a.keep(a.cached(address), f.fresh)
	}
	f.fresh = nil
	a.fetched[address] = *f
}

// cached is the file in the cache for what is at an address.
func (a *Asker) cached(address string) string {
	sum := sha256.Sum256([]byte(address))
	return filepath.Join(a.Cache, hex.EncodeToString(sum[:])+".crl")
}

// keep writes a list into the cache.
func (a *Asker) keep(path string, data []byte) {
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = atomicfile.Write(path, data, atomicfile.Public, true, a.Guard)
	}
	if err != nil {
		a.Warn("the cache: %s", fault.Reason(err))
	}
}

// oneCRL is the list in what was fetched, nil if it is something else.
func oneCRL(data []byte, from string) *convert.CRL {
	b, _ := convert.Decode(data, &convert.DecodeOptions{File: from, MaxSize: maxFetchedCRL})
	if b == nil || len(b.CRLs) != 1 || b.CRLs[0].Err != nil {
		return nil
	}
	return &b.CRLs[0]
}
