package revocation

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
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

const maxFetchedOCSP = 1 << 20

// ErrBudget says that a list was not fetched because those that were take all of Budget.
var ErrBudget = errors.New("the lists that were fetched take all the room that they are given")

// maxAddresses bounds how many of its lists, and of its responders, a certificate has
// asked, and maxNamed how many of the others are named.
const (
	maxAddresses = 8
	maxNamed     = 100
)

// fetchedList is what came from an address.
type fetchedList struct {
	crl    *convert.CRL
	times  served.Times
	proxy  string
	err    error
	fresh  []byte // to be kept, once it is proved
	cached bool   // it is in the cache, which need not ask for it again
}

// size is what a list takes of Budget.
func (f *fetchedList) size() int64 {
	if f.crl == nil {
		return 0
	}
	return int64(len(f.crl.Raw))
}

// unasked names what a certificate names and nobody is asked for.
func unasked(kind string, all []string) (list []served.Source) {
	plain := 0
	for i, address := range all {
		why := "addresses of http and https are asked, and no others"
		if isPlain(address) {
			if plain++; plain <= maxAddresses {
				continue
			}
			why = fmt.Sprintf("of a certificate the first %d addresses are asked", maxAddresses)
		}
		if len(list) == maxNamed {
			return append(list, served.Source{Kind: kind, From: fmt.Sprintf("%d more addresses", len(all)-i), Verdict: "not-checked", Note: why})
		}
		list = append(list, served.Source{Kind: kind, From: address, Verdict: "not-checked", Note: why})
	}
	return list
}

// asked are those of the addresses that are asked.
func asked(list []string) []string {
	list = slices.DeleteFunc(slices.Clone(list), func(a string) bool { return !isPlain(a) })
	return list[:min(len(list), maxAddresses)]
}

// isPlain reports whether an address can be fetched and shown.
func isPlain(a string) bool {
	return (strings.HasPrefix(a, "http://") || strings.HasPrefix(a, "https://")) && !strings.ContainsFunc(a, func(c rune) bool { return c < 0x21 || c > 0x7e })
}

// fromNetwork asks what the certificate names: the cache, and where it may the hosts. What
// is not asked is left to the caller.
func (q *question) fromNetwork(ctx context.Context) (left []Fetch) {
	defer func() {
		if q.settled() {
			return
		}
		for _, kind := range []string{"crl", "ocsp"} {
			q.said = append(q.said, unasked(kind, q.cert.Addresses(kind))...)
		}
	}()
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
		s.From, s.Proxy, s.Times = address, f.proxy, f.times
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

// fromResponder is what an OCSP responder says. One that does not take a request with a
// nonce, or has only an old answer without it, is asked once more without.
func (q *question) fromResponder(ctx context.Context, address string) served.Source {
	nonce := make([]byte, ocsp.NonceSize)
	_, _ = rand.Read(nonce) // it does not fail
	s, answer := q.askResponder(ctx, address, nonce)
	refused := errors.Is(s.Err, probe.ErrAnswers) || answer != nil && (answer.Status.Refused() || answer.Status == 0 && answer.Nonce == nil)
	if s.Verdict != "" || !refused || ctx.Err() != nil {
		return s
	}
	first := s.Err
	if s, _ = q.askResponder(ctx, address, nil); s.Verdict != "" {
		s.Note = strings.TrimPrefix(s.Note+"; ", "; ") + fmt.Sprintf("asked without a nonce, as new as its dates say: with one, %s", first)
	}
	return s
}

// askResponder asks once. answer is nil if there is none that can be read.
func (q *question) askResponder(ctx context.Context, address string, nonce []byte) (s served.Source, answer *ocsp.Response) {
	got, err := q.Get.Fetch(ctx, address, "application/ocsp-request", ocsp.Request(q.cert, q.issuer, nonce), maxFetchedOCSP, time.Time{})
	s = served.Source{Kind: "ocsp", Err: err, Silent: err != nil && probe.TimedOut(err)}
	if err == nil {
		if answer, err = ocsp.Parse(got.Body); err != nil {
			s.Err, s.Invalid = err, true
		} else {
			s = q.fromAnswer(q.cert, q.issuer, answer, nonce)
		}
	}
	s.From, s.Proxy, s.Times = address, got.Proxy, got.Times
	return s, answer
}

// fetchCRL gets a list from the cache or the network. ok is false where neither may be
// asked.
func (a *Asker) fetchCRL(ctx context.Context, address string) (f fetchedList, ok bool) {
	if f, ok := a.fetched[address]; ok {
		return f, true
	}
	var since time.Time
	if a.Cache != "" {
		if data, err := os.ReadFile(a.cached(address)); err == nil {
			if crl := oneCRL(data, address, a.Budget); crl != nil {
				if info, err := os.Stat(a.cached(address)); err == nil {
					since = info.ModTime()
				}
				f.crl, f.cached = crl, a.Now.Before(crl.NextUpdate) || !a.Online
				if f.cached {
					a.remember(address, f)
					return f, true
				}
			}
		}
	}
	if !a.Online {
		return f, false
	}
	f = a.download(ctx, address, f.crl, since)
	a.remember(address, f)
	return f, true
}

// download gets a list from the network. old is what the cache has, of that time.
func (a *Asker) download(ctx context.Context, address string, old *convert.CRL, since time.Time) fetchedList {
	whole := a.Budget / 2 // one list leaves room for another one
	limit := min(whole, a.Budget-a.makeRoom(0))
	if limit <= 0 {
		return fetchedList{err: ErrBudget}
	}
	got, err := a.Get.Fetch(ctx, address, "", nil, limit, since)
	f := fetchedList{times: got.Times, proxy: got.Proxy, err: err}
	switch {
	case errors.Is(err, probe.ErrTooLarge) && limit < whole:
		f.err = ErrBudget
	case err != nil:
	case got.Same:
		f.crl = old
	default:
		if f.crl = oneCRL(got.Body, address, a.Budget); f.crl == nil {
			f.err = errors.New("what is there is no revocation list")
		} else if a.Cache != "" {
			f.fresh = got.Body
		}
	}
	return f
}

// makeRoom says how much of Budget the lists in memory take. Where that and a further list
// are more than half of it, those are forgotten that the cache has: it is asked again.
func (a *Asker) makeRoom(further int64) (taken int64) {
	for _, f := range a.fetched {
		taken += f.size()
	}
	if taken+further <= a.Budget/2 {
		return taken
	}
	maps.DeleteFunc(a.fetched, func(_ string, f fetchedList) bool {
		if f.cached {
			taken -= f.size()
		}
		return f.cached
	})
	return taken
}

// remember keeps what came from an address for the certificates after this one.
func (a *Asker) remember(address string, f fetchedList) {
	if a.fetched == nil {
		a.fetched = map[string]fetchedList{}
	}
	a.makeRoom(f.size())
	a.fetched[address] = f
}

// settle writes a list that was fetched into the cache, if it is proved: who answers in the
// place of the host once is not to answer for ever.
func (a *Asker) settle(address string, f *fetchedList, proved bool) {
	if f.fresh == nil {
		return
	}
	kept := proved && a.keep(a.cached(address), f.fresh)
	f.cached = kept && a.Now.Before(f.crl.NextUpdate)
	f.fresh = nil
	a.fetched[address] = *f
}

// cached is the file in the cache for what is at an address.
func (a *Asker) cached(address string) string {
	sum := sha256.Sum256([]byte(address))
	return filepath.Join(a.Cache, hex.EncodeToString(sum[:])+".crl")
}

// keep writes a list into the cache.
func (a *Asker) keep(path string, data []byte) bool {
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = atomicfile.Write(path, data, atomicfile.Public, true, a.Guard)
	}
	if err != nil {
		a.Warn("the cache: %s", fault.Reason(err))
	}
	return err == nil
}

// oneCRL is the list in what was fetched, nil if it is something else.
func oneCRL(data []byte, from string, limit int64) *convert.CRL {
	b, _ := convert.Decode(data, &convert.DecodeOptions{File: from, MaxSize: limit})
	if b == nil || len(b.CRLs) != 1 || b.CRLs[0].Err != nil {
		return nil
	}
	return &b.CRLs[0]
}
