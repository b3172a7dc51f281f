package site

import (
	"runtime"
	"slices"
	"sync"

	"github.com/certconv/certconv/validate"
)

// CheckAll has check, which calls Check, done on each site, on all processors.
func CheckAll(sites []*Site, check func(*Site)) {
	queue := make(chan *Site)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(sites)) {
		workers.Go(func() {
			for s := range queue {
				check(s)
			}
		})
	}
	for _, s := range sites {
		queue <- s
	}
	close(queue)
	workers.Wait()
}

// Check runs the checks on the site.
func (s *Site) Check(opts *validate.Options) {
	o := *opts
	o.Files, o.Fetched, o.OtherServers = s.files(), s.Fetched, s.other
	if s.apart || s.other { // the server does not load it, and nobody asks for its host
		o.Target, o.Hosts = "", nil
	}
	s.Report = validate.Run(s.Bundle, &o)
	// What nobody serves is told as that, whatever else is wrong with it.
	if s.past || s.alone && !s.has(hasKey) && !s.has(hasRequest) && len(s.Bundle.Failures) == 0 {
		s.Report.Findings = slices.DeleteFunc(s.Report.Findings, func(f validate.Finding) bool { return f.Code != "file-left-over" })
	}
}

// files describes the files of the site to package validate, each once.
func (s *Site) files() []validate.File {
	var list []validate.File
	for _, in := range s.Inputs {
		if !slices.ContainsFunc(list, func(f validate.File) bool { return f.Name == in.Name() }) {
			f := in.file()
			past := s.past && (hasLeaf(in) || hasKey(in) || hasRequest(in)) // its intermediates are those of the new one
			f.LeftOver, f.Replaced, f.CAKey = s.alone || past, past, s.caKey
			f.Issued = in.Found() && s.issued(in)
			f.Whole = in.whole()
			f.InUse = in.folder != "" && in.member == "" && !in.archived()
			list = append(list, f)
		}
	}
	return list
}
