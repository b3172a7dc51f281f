package report

import (
	"time"

	"github.com/certconv/certconv/internal/served"
)

// Source is what a source says of whether a certificate is revoked, in reports.
type Source struct {
	Kind       string    `json:"kind"`
	From       string    `json:"from"`
	Proxy      string    `json:"proxy,omitempty"`
	Verdict    string    `json:"verdict"`
	ThisUpdate time.Time `json:"this_update,omitzero"`
	NextUpdate time.Time `json:"next_update,omitzero"`
	Error      string    `json:"error,omitempty"`
	Note       string    `json:"note,omitempty"`
	Seconds    float64   `json:"seconds,omitempty"`
	Times      *times    `json:"times,omitempty"`

	took string
}

// times are the parts of seconds.
type times struct {
	DNS     float64 `json:"dns"`
	Connect float64 `json:"connect"`
	TLS     float64 `json:"tls"`
	First   float64 `json:"first_byte"`
	All     float64 `json:"all"`
}

// NewSource makes it of what was seen.
func NewSource(s *served.Source) Source {
	out := Source{Kind: s.Kind, From: s.From, Proxy: s.Proxy, Verdict: s.Verdict, ThisUpdate: s.ThisUpdate, NextUpdate: s.NextUpdate, Note: s.Note}
	if s.Verdict == "" {
		out.Verdict = "unknown"
	}
	if s.Err != nil {
		out.Error = s.Err.Error()
	}
	if t := s.Times; t.All > 0 {
		seconds := func(d time.Duration) float64 { return d.Round(10 * time.Microsecond).Seconds() }
		out.Times = &times{seconds(t.DNS), seconds(t.Connect), seconds(t.TLS), seconds(t.First), seconds(t.All)}
		out.Seconds, out.took = out.Times.All, t.String()
	}
	return out
}

// Line is for people.
func (s *Source) Line() string {
	const minutes = "2006-01-02 15:04"
	line := s.Kind + " " + s.From
	if s.Proxy != "" {
		line += " by the proxy " + s.Proxy
	}
	line += ": " + s.Verdict
	if !s.ThisUpdate.IsZero() {
		line += ", of " + s.ThisUpdate.UTC().Format(minutes)
	}
	if !s.NextUpdate.IsZero() {
		line += ", until " + s.NextUpdate.UTC().Format(minutes)
	}
	if s.Times != nil {
		line += ", " + s.took
	}
	for _, more := range []string{s.Error, s.Note} {
		if more != "" {
			line += ": " + more
		}
	}
	return line
}
