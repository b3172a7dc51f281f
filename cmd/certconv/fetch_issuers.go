package main

import (
	"context"

	"github.com/urfave/cli/v2"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/issuers"
	"github.com/certconv/certconv/internal/probe"
	"github.com/certconv/certconv/internal/served"
	"github.com/certconv/certconv/internal/site"
)

// issuerFlags are those of commands that can fetch intermediates.
func issuerFlags() []cli.Flag {
	return []cli.Flag{
		boolFlag("fetch-issuers", "fetch missing intermediates from the addresses that the certificates name for them; without it nothing leaves this machine"),
		boolFlag("allow-private", "with --fetch-issuers: also from addresses of this machine and its neighbours"),
		stringFlag("timeout", "`TIME` with --fetch-issuers: to wait for an answer (5s)"),
	}
}

// getter fetches what certificates name, as the flags say.
func (e *env) getter(c *cli.Context) (*probe.Getter, error) {
	o, err := askOptions(c)
	return &probe.Getter{Timeout: o.Timeout, Private: c.Bool("allow-private"), Dial: e.network.Fetch}, err
}

// fetchIssuers makes ready to fetch missing intermediates, if that is asked for. stop
// has to be called in the end.
func (p *checkPlan) fetchIssuers(c *cli.Context) (stop func(), err error) {
	if !c.Bool("fetch-issuers") {
		for _, flag := range []string{"allow-private", "timeout"} {
			if c.IsSet(flag) {
				return nil, fault.Usagef("--%s goes with --fetch-issuers", flag)
			}
		}
		return func() {}, nil
	}
	get, err := p.env.getter(c)
	if err != nil {
		return nil, err
	}
	p.issuers = &issuers.Fetcher{Get: get}
	p.ctx, stop = context.WithCancel(context.Background())
	p.env.signals.Interruptible(stop)
	return stop, nil
}

// missing fetches what the chain of the leaf lacks; nil where nothing is to be fetched.
func (p *checkPlan) missing(leaf *convert.Certificate, pool []*convert.Certificate) []served.Issuer {
	if p.issuers == nil || leaf.Err != nil {
		return nil
	}
	return p.issuers.Missing(p.ctx, leaf, pool, &p.opts)
}

// check runs the checks on a site, after what it lacks was fetched. That is not among
// its files: it is judged as its server would send it.
func (p *checkPlan) check(s *site.Site) {
	if p.issuers != nil {
		s.Fetched = p.fetched(s.Own())
	}
	s.Check(&p.opts)
}

// fetched are the issuers that the chain of a bundle lacks.
func (p *checkPlan) fetched(own *convert.Bundle) []served.Issuer {
	leaf := own.Leaf()
	if leaf < 0 {
		return nil
	}
	var pool []*convert.Certificate
	for i := range own.Certs {
		pool = append(pool, &own.Certs[i])
	}
	return p.missing(pool[leaf], pool)
}
