package report

// Add takes in the result of a site, or of files that could not be read, which is
// not to be used any more. Of the files it keeps what findings are shown with: there may
// be very many.
func (r *Result) Add(o *Result) {
	r.Unread = append(r.Unread, o.Unread...)
	for i := range o.Sites {
		s := &o.Sites[i]
		r.keepItems(s)
		s.letGo()
		r.alike.share(s.Report)
		r.Sites = append(r.Sites, *s)
	}
}

// keepItems takes in the objects that the findings of a site are about.
func (r *Result) keepItems(s *Site) {
	if r.items == nil {
		r.items = map[itemKey]item{}
	}
	wanted := map[itemKey]bool{}
	for i := range s.Report.Findings {
		at := &s.Report.Findings[i].At
		wanted[itemKey{at.File, at.Index}] = true
	}
	for i := range s.Accepted {
		at := &s.Accepted[i].At
		wanted[itemKey{at.File, at.Index}] = true
	}
	r.collectItems(s.Bundle, wanted)
}

// letGo lets go of the files that no finding shows a line of.
func (s *Site) letGo() {
	shown := map[string]bool{}
	for i := range s.Report.Findings {
		if f := &s.Report.Findings[i]; ofText(f) {
			shown[f.At.File] = true
		}
	}
	s.Bundle = nil
	for i := range s.Files {
		if f := &s.Files[i]; !shown[f.Name] {
			f.Data, f.Bundle = nil, nil
		}
	}
}
