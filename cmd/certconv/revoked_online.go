package main

import (
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
	"github.com/certconv/certconv/internal/terminal"
)

const (
	maxFetchedCRL  = 128 << 20
	maxFetchedOCSP = 1 << 20
)

// fetchedList is what came from an address.
type fetchedList struct {
	crl  *convert.CRL
	took time.Duration
	err  error
}

// fromNetwork asks what the certificate names: the cache, and with --online the
// hosts. What is not asked is left to the user as commands.
func (r *revocationRun) fromNetwork(c, issuer *convert.Certificate, out *revokedCert) (list []served.Source) {
	for _, address := range plainAddresses(c.Addresses("crl")) {
		f, ok := r.fetchCRL(address)
		if !ok {
			out.Fetch = append(out.Fetch, "curl -o "+terminal.ShellWord(fileFor(address, "crl"))+" "+terminal.ShellWord(address))
			continue
		}
		s := served.Source{Kind: "crl", Err: f.err, Silent: f.err != nil && probe.TimedOut(f.err)}
		if f.crl != nil {
			s = r.fromCRL(c, issuer, f.crl)
		}
		s.From, s.Took = address, f.took
		if list = append(list, s); s.Verdict == "good" || s.Verdict == "revoked" {
			return list
		}
	}
	if issuer == nil {
		return list
	}
	request := ocsp.Request(c, issuer)
	for _, address := range plainAddresses(c.Addresses("ocsp")) {
		if !r.online {
			out.Fetch = append(out.Fetch, "openssl ocsp -issuer ISSUER.pem -cert "+terminal.ShellWord(c.Source.File)+" -url "+terminal.ShellWord(address)+" -respout "+terminal.ShellWord(fileFor(address, "ocsp")))
			continue
		}
		got, err := r.get.Fetch(r.ctx, address, "application/ocsp-request", request, maxFetchedOCSP, time.Time{})
		s := served.Source{Kind: "ocsp", Err: err, Silent: err != nil && probe.TimedOut(err)}
		if err == nil {
			if answer, err := ocsp.Parse(got.Body); err != nil {
				s.Err, s.Invalid = err, true
			} else {
				s = r.fromAnswer(c, issuer, answer)
			}
		}
		s.From, s.Took = address, got.Took
		if got.Proxy != "" {
			s.From += " by the proxy " + got.Proxy
		}
		if list = append(list, s); s.Verdict == "good" || s.Verdict == "revoked" {
			return list
		}
	}
	return list
}

// plainAddresses are those that can be fetched and shown.
func plainAddresses(list []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(a string) bool {
		return !strings.HasPrefix(a, "http://") && !strings.HasPrefix(a, "https://") || strings.ContainsFunc(a, func(c rune) bool { return c < 0x21 || c > 0x7e })
	})
}

// fileFor is a name for what an address has.
func fileFor(address, ext string) string {
	name := strings.TrimSuffix(filepath.Base(strings.TrimSuffix(address, "/")), "."+ext)
	name = strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' {
			return c
		}
		return '-'
	}, name)
	return strings.TrimLeft(name, ".-") + "." + ext
}

// fetchCRL gets a list from the cache or the network. ok is false where neither may be
// asked.
func (r *revocationRun) fetchCRL(address string) (f fetchedList, ok bool) {
	if f, ok := r.fetched[address]; ok {
		return f, true
	}
	var path string
	var since time.Time
	if r.cache != "" {
		sum := sha256.Sum256([]byte(address))
		path = filepath.Join(r.cache, hex.EncodeToString(sum[:])+".crl")
		if data, err := os.ReadFile(path); err == nil {
			if crl := oneCRL(data, address); crl != nil {
				if info, err := os.Stat(path); err == nil {
					since = info.ModTime()
				}
				if f.crl = crl; r.opts.Now.Before(crl.NextUpdate) || !r.online {
					r.fetched[address] = f
					return f, true
				}
			}
		}
	}
	if !r.online {
		return f, false
	}
	old := f.crl
	got, err := r.get.Fetch(r.ctx, address, "", nil, maxFetchedCRL, since)
	f = fetchedList{took: got.Took, err: err}
	switch {
	case err != nil:
	case got.Same:
		f.crl = old
	default:
		if f.crl = oneCRL(got.Body, address); f.crl == nil {
			f.err = errors.New("what is there is no revocation list")
		} else if path != "" {
			r.keep(path, got.Body)
		}
	}
	if got.Proxy != "" {
		r.env.detail("%s: by the proxy %s", address, got.Proxy)
	}
	r.fetched[address] = f
	return f, true
}

// keep writes a list into the cache.
func (r *revocationRun) keep(path string, data []byte) {
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = atomicfile.Write(path, data, atomicfile.Public, true, r.env.signals.Guard)
	}
	if err != nil {
		r.env.warn("the cache: %s", fault.Reason(err))
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
