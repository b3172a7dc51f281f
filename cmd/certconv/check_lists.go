package main

import (
	"os"

	"github.com/certconv/certconv/internal/roots"
	"github.com/certconv/certconv/internal/signed"
)

// takeLists takes the files of --lists: what they withdraw, and what they say of roots in the
// place of what is built in.
func (p *checkPlan) takeLists(files []string) error {
	if len(files) == 0 {
		return nil
	}
	loader := &roots.Loader{Reader: p.env.reader("", p.reader.MaxSize), Getenv: os.Getenv, System: systemStore()}
	var all []roots.Reference
	for _, path := range files {
		stores, err := loader.Load(path)
		if err != nil {
			return err
		}
		for _, s := range stores {
			if s.List != nil && signed.Verify(s.List, p.opts.Now, p.opts.Roots.Named).Broken() {
				p.env.warn("%s: the signature does not hold; certconv roots verify says more", s.Name())
			}
			all = append(all, roots.Reference{Role: s.Role(), Store: s})
		}
	}
	p.opts.Lists = roots.Lists(all)
	return nil
}
