package validate

import (
	"slices"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/text"
)

// loaded leaves out what is in files that the target does not load beside the one that is
// meant for it, where the chain is worse without it.
func (in *input) loaded(given []*convert.Certificate) []*convert.Certificate {
	several := func(c *convert.Certificate) bool { return c.Source.File != given[0].Source.File }
	if in.Target == nil || !in.Target.OneFile || in.Rewritten || !slices.ContainsFunc(given, several) {
		return given
	}
	in.take(given)
	own := in.LeafCert()
	if own == nil {
		return given
	}
	files, meant := in.filesOf(own, given)
	var loaded, beside []*convert.Certificate
	for _, c := range given {
		if f := in.files[c.Source.File]; f != nil && f.InUse && !files[c.Source.File] {
			beside = append(beside, c)
		} else {
			loaded = append(loaded, c)
		}
	}
	if !meant || len(beside) == 0 {
		return given
	}
	in.take(loaded)
	without := in.path()
	in.take(given)
	if !in.needs(own, without) {
		return given
	}
	in.beside = beside
	return loaded
}

// filesOf are the files with the server's certificate, and whether one of them is what
// the target loads: it has a chain, or the name of one that should, or the key lies where
// the target looks for it. Others wait to be put together.
func (in *input) filesOf(own *convert.Certificate, given []*convert.Certificate) (files map[string]bool, meant bool) {
	files = map[string]bool{}
	for _, c := range given {
		if string(c.Raw) == string(own.Raw) {
			files[c.Source.File] = true
		}
	}
	has := map[string]bool{}
	for _, c := range given {
		has[c.Source.File] = has[c.Source.File] || string(c.Raw) != string(own.Raw)
	}
	for name := range files {
		if f := in.files[name]; f != nil && f.InUse {
			meant = meant || has[name] || f.Whole
		}
	}
	f := in.files[own.Source.File]
	return files, meant || f != nil && f.InUse && in.Target.KeyFile != "" && in.Key != nil && in.findsKey(own)
}

// besideFor is the issuer of c in a file that the target does not load, nil without one.
func (in *input) besideFor(c *convert.Certificate) *convert.Certificate {
	for _, o := range in.beside {
		if !convert.SameName(c.Issuer, o.Subject) {
			continue
		}
		if _, err := in.builder.served.Verify(c, o); err == nil {
			return o
		}
	}
	return nil
}

// lackBeside is the finding that the issuer of top is in such a file; f is what is
// said of top anyway.
func (p *pass) lackBeside(f Finding, top, issuer *convert.Certificate) Finding {
	f.Related = append(f.Related, issuer.Source)
	f.Message = text.Of("the issuer of %s, %s, is not in this file; it is in another one, which %s does not load", describe(top), describe(issuer), p.Target.Name)
	f.Action = p.check.Action
	return f
}
