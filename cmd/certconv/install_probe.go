package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/probe"
	"github.com/certconv/certconv/internal/served"
)

// settleTime is for a server to send the new files after its reload: workers of
// before end one by one.
const settleTime = 10 * time.Second

// afterReload asks the running server whether it sends what was installed.
type afterReload struct {
	target  probe.Target
	options probe.Options
	settle  time.Duration
}

// planProbe reads --probe, nil without it.
func (e *env) planProbe(address, reload string) (*afterReload, error) {
	if address == "" {
		return nil, nil
	}
	if reload == "" {
		return nil, fault.Usagef("--probe asks the server after its reload: it needs --reload CMD")
	}
	t, err := parseTarget(address, "")
	if err != nil {
		return nil, err
	}
	a := &afterReload{target: t, options: probe.Defaults(), settle: e.settle}
	a.options.Network = e.network
	return a, nil
}

// ask returns an error that says which address does not send the certificates. hosts
// are the names of the site.
func (a *afterReload) ask(hosts []string, certs []convert.Certificate) error {
	o := a.options
	o.Hosts = hosts
	if len(o.Hosts) == 0 {
		o.Hosts = certs[0].DNSNames()
	}
	if o.Hosts = slices.DeleteFunc(slices.Clone(o.Hosts), func(h string) bool { return !plainHost(h) || h[0] == '*' }); len(o.Hosts) > 1 {
		o.Hosts = o.Hosts[:1]
	}
	var err error
	for end := time.Now().Add(a.settle); ; time.Sleep(200 * time.Millisecond) {
		if err = a.compare(&o, certs); err == nil || time.Now().After(end) {
			return err
		}
	}
}

func (a *afterReload) compare(o *probe.Options, certs []convert.Certificate) error {
	seen := a.target.Probe(context.Background(), o)
	reached := false
	for i := range seen.Addresses {
		at := &seen.Addresses[i]
		switch {
		case at.State == served.NoRoute:
			continue
		case at.State != served.Reached:
			return fmt.Errorf("%s was not reached: %s", at.Name, at.Said)
		}
		reached = true
		// The name of an entry to several machines may be one that the server does not know.
		if i := slices.IndexFunc(at.Replies, func(r served.Reply) bool { return r.Err != nil && (len(o.Hosts) == 0 || r.SNI == o.Hosts[0]) }); i >= 0 && at.Replies[i].Asked == served.ForName {
			return fmt.Errorf("%s sends nothing for %q: %s", at.Name, at.Replies[i].SNI, at.Replies[i].Err)
		}
		if !at.Sends(certs) {
			first := &at.Replies[0]
			if first.Leaf() == nil {
				return fmt.Errorf("%s does not send what was installed, but a certificate that cannot be read", at.Name)
			}
			return fmt.Errorf("%s does not send what was installed, but serial %x, with %d certificates", at.Name, first.Leaf().Serial, len(first.Raw))
		}
	}
	if !reached {
		return fmt.Errorf("%s was not reached", a.target)
	}
	return nil
}

// sends is what asks the server whether it sends the site, nil if it is not asked.
func (p *installation) sends() func() error {
	if p.probe == nil {
		return nil
	}
	return func() error { return p.probe.ask(p.hosts, p.site.Bundle.Certs) }
}
