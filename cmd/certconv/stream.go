package main

import (
	"bytes"

	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/site"
	"github.com/certconv/certconv/internal/terminal"
)

// stream writes the line of each site as soon as it is known, in the order of
// the sites.
func (p *checkPlan) stream(group site.Grouper) error {
	type line struct {
		text   bytes.Buffer
		result *report.Result
	}
	var outcome report.Outcome
	some := false
	progress := p.env.startProgress("checking", terminal.Files, true)
	p.env.told = true
	if len(p.doubted) > 0 {
		r := p.outcome(nil, p.doubted)
		outcome.Add(r)
		if err := p.env.handler(p.env.stdout).Result(r); err != nil {
			return err
		}
	}
	for x, l := range site.Each(p.reader, p.scopes(), group, func(x *site.Piece) *line {
		l := &line{result: p.checked(x)}
		_ = p.env.handler(&l.text).Result(l.result)
		return l
	}) {
		some = some || x.Site != nil
		_, _ = p.env.stdout.Write(l.text.Bytes())
		p.env.stdout.flush()
		outcome.Add(l.result)
		p.env.tellFailures(l.result)
		progress.Add(int64(len(x.Inputs)))
		if p.env.stdout.err != nil {
			break // nobody reads on
		}
	}
	progress.Close()
	if !some {
		r := p.checked(&site.Piece{Site: p.nothing()})
		outcome.Add(r)
		if err := p.env.handler(p.env.stdout).Result(r); err != nil {
			return err
		}
	}
	return outcome.Err()
}
