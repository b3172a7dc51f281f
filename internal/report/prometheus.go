package report

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/certconv/certconv/internal/lazy"
	"github.com/certconv/certconv/internal/served"
	"github.com/certconv/certconv/validate"
)

// hostsPrometheus is the text format of Prometheus, as the textfile collector of
// its node exporter reads it.
type hostsPrometheus struct {
	hostsBase
	samples [len(promMetrics)]blocks
	seen    map[string]bool // servers
}

// blocks is a text that grows without being copied, and is not long in memory twice.
type blocks [][]byte

const blockSize = 64 << 10

func (b *blocks) add(line string) {
	if n := len(*b); n == 0 || len((*b)[n-1])+len(line) > cap((*b)[n-1]) {
		*b = append(*b, make([]byte, 0, max(blockSize, len(line))))
	}
	last := &(*b)[len(*b)-1]
	*last = append(*last, line...)
}

// The metrics, in the order of promMetrics.
const (
	promReached = iota
	promNotAfter
	promNotBefore
	promVersion
	promFindings
	promSeconds
	promTime
)

var promMetrics = [...]struct{ name, help string }{
	promReached:   {"certconv_probe_reached", "Whether the address sent a certificate."},
	promNotAfter:  {"certconv_cert_not_after_seconds", "When the certificate ends, in seconds since 1970; position 0 is the leaf."},
	promNotBefore: {"certconv_cert_not_before_seconds", "When the certificate begins, in seconds since 1970."},
	promVersion:   {"certconv_protocol_spoken", "Whether the address speaks this version of the protocol."},
	promFindings:  {"certconv_findings", "How many findings there are of each severity."},
	promSeconds:   {"certconv_probe_duration_seconds", "How long it took to ask the server."},
	promTime:      {"certconv_probe_time_seconds", "When the server was asked, in seconds since 1970."},
}

// Render is empty: the samples of one metric stand together.
func (p *hostsPrometheus) Render(*Host) ([]byte, error) { return nil, nil }

// Keep takes the samples of a server. The collector refuses a page with two samples of the
// same name and labels: a server that is named twice counts once.
func (p *hostsPrometheus) Keep(h *Host) {
	s := h.Seen
	host := net.JoinHostPort(s.Name, strconv.Itoa(int(s.Port))) + strings.TrimSuffix(s.Path, "/")
	if p.seen[host] {
		return
	}
	if p.seen == nil {
		p.seen = map[string]bool{}
	}
	p.seen[host] = true
	own := map[string]bool{}
	add := func(metric int, value float64, labels ...string) {
		var b strings.Builder
		b.WriteString(promMetrics[metric].name)
		for i := 0; i+1 < len(labels); i += 2 {
			fmt.Fprintf(&b, "%c%s=\"%s\"", "{,"[min(i, 1)], labels[i], promEscape.Get().Replace(labels[i+1]))
		}
		b.WriteString("} ")
		if key := b.String(); !own[key] {
			own[key] = true
			p.samples[metric].add(key + strconv.FormatFloat(value, 'f', -1, 64) + "\n")
		}
	}
	for i := range s.Addresses {
		a := &s.Addresses[i]
		address := ""
		if a.Addr.IsValid() {
			address = a.Addr.Addr().String()
		}
		add(promReached, truth(a.State == served.Reached), "host", host, "address", address)
		for _, v := range a.Versions {
			add(promVersion, truth(v.Spoken), "host", host, "address", address, "version", served.VersionName(v.Number))
		}
		for j := range a.Replies {
			r := &a.Replies[j]
			if r.Asked == served.ForNonsense || r.Bundle == nil || r.Key != "" && r.Same(&a.Replies[0]) {
				continue
			}
			for n := range r.Bundle.Certs {
				c := &r.Bundle.Certs[n]
				if c.Err != nil {
					continue
				}
				role := "chain"
				if n == 0 {
					role = "leaf"
				}
				labels := []string{"host", host, "address", address, "sni", r.SNI, "position", strconv.Itoa(n), "role", role, "key", r.Key}
				add(promNotAfter, float64(c.NotAfter.Unix()), labels...)
				add(promNotBefore, float64(c.NotBefore.Unix()), labels...)
			}
		}
	}
	for _, level := range []validate.Severity{validate.Error, validate.Warning, validate.Info} {
		add(promFindings, float64(h.Result.Report().Count(level)), "host", host, "severity", string(level))
	}
	add(promSeconds, s.Took.Round(time.Millisecond).Seconds(), "host", host)
	add(promTime, float64(s.Begun.Unix()), "host", host)
}

var promEscape = lazy.Value[*strings.Replacer]{Make: func() *strings.Replacer {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)
}}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func (p *hostsPrometheus) End() error {
	for i, m := range promMetrics {
		if len(p.samples[i]) == 0 {
			continue
		}
		if _, err := fmt.Fprintf(p.w, "# HELP %s %s\n# TYPE %s gauge\n", m.name, m.help, m.name); err != nil {
			return err
		}
		for _, block := range p.samples[i] {
			if _, err := p.w.Write(block); err != nil {
				return err
			}
		}
	}
	return nil
}
