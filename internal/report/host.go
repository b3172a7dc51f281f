package report

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/served"
	"github.com/certconv/certconv/internal/terminal"
	"github.com/certconv/certconv/validate"
)

// Host is what came of asking one running server.
type Host struct {
	Seen   *served.Host
	Result *Result // one site: what its addresses sent, and what is to be said of that
	Now    time.Time
}

// Squash makes one finding of those that several addresses share.
func Squash(list []validate.Finding) []validate.Finding {
	type same struct{ code, message string }
	at := map[same]int{}
	var out []validate.Finding
	for _, f := range list {
		k := same{f.Code, f.Message.String()}
		i, ok := at[k]
		if !ok {
			at[k] = len(out)
			out = append(out, f)
			continue
		}
		if f.At.File != out[i].At.File && !slices.ContainsFunc(out[i].Related, func(s convert.Source) bool { return s.File == f.At.File }) {
			out[i].Related = append(slices.Clone(out[i].Related), f.At)
		}
	}
	return out
}

// Hosts writes a report of servers, one after the other.
type Hosts interface {
	// Render writes what there is for one server; several goroutines may do so.
	Render(h *Host) ([]byte, error)
	Add(rendered []byte) error // in the order of the report
	End() error
}

// NewHosts is the writer of the form for reports of servers.
func (f *Form) NewHosts(w io.Writer, opts *Options) Hosts {
	b := hostsBase{w: w, opts: opts}
	switch f.Name {
	case "json":
		return &hostsJSON{hostsBase: b}
	case "ndjson":
		return &hostsLines{b}
	case "prometheus":
		return &hostsPrometheus{hostsBase: b}
	case "nagios":
		return &hostsNagios{hostsBase: b}
	case "text":
		return &hostsText{hostsBase: b}
	}
	return &hostsResult{hostsBase: b, form: f, all: &Result{Tool: "probe"}}
}

type hostsBase struct {
	w    io.Writer
	opts *Options
}

func (b *hostsBase) Add(rendered []byte) error {
	_, err := b.w.Write(rendered)
	return err
}

func (b *hostsBase) End() error { return nil }

// hostsResult is for the forms of the checks, which want all sites at once.
type hostsResult struct {
	hostsBase
	form *Form
	all  *Result
}

// Render keeps nothing but the findings: there may be very many servers.
func (r *hostsResult) Render(h *Host) ([]byte, error) { return nil, nil }

// Keep takes in a server, in the order of the report.
func (r *hostsResult) Keep(h *Host) {
	r.all.FailOn = h.Result.FailOn
	r.all.Add(h.Result)
}

func (r *hostsResult) End() error { return r.form.Handler(r.w, r.opts).Result(r.all) }

// Keeper is a Hosts that needs the server itself once more, in the order of the
// report.
type Keeper interface{ Keep(*Host) }

// hostJSON is a server in JSON.
type hostJSON struct {
	Host      string        `json:"host"`
	Port      uint16        `json:"port"`
	StartTLS  string        `json:"starttls,omitempty"`
	Addresses []addressJSON `json:"addresses"`
	NotAsked  int           `json:"addresses_not_asked,omitempty"`
	Findings  []Finding     `json:"findings"`
	Passed    []string      `json:"passed"`
	Skipped   []Skip        `json:"skipped"`
	Summary   Summary       `json:"summary"`
	Clients   []Client      `json:"clients,omitempty"`
	Seconds   float64       `json:"seconds"`
}

type addressJSON struct {
	Address  string       `json:"address"`
	State    served.State `json:"state"`
	Error    string       `json:"error,omitempty"`
	Versions []string     `json:"versions,omitempty"`
	Served   []servedJSON `json:"served"`
	Pages    []pageJSON   `json:"pages,omitempty"`
}

type pageJSON struct {
	URL       string         `json:"url"`
	Status    int            `json:"status,omitempty"`
	Location  string         `json:"location,omitempty"`
	Substatus string         `json:"substatus,omitempty"`
	HSTS      string         `json:"hsts,omitempty"`
	Loads     []resourceJSON `json:"loads,omitempty"`
	Error     string         `json:"error,omitempty"`
}

type resourceJSON struct {
	URL     string `json:"url"`
	Kind    string `json:"kind"`
	Line    int    `json:"line"`
	Blocked bool   `json:"blocked"`
}

func newPageJSON(p *served.Page) pageJSON {
	j := pageJSON{URL: p.URL, Status: p.Status, Location: p.Location, Substatus: p.Substatus}
	if len(p.HSTS) > 0 {
		j.HSTS = p.HSTS[0]
	}
	if p.Err != nil {
		j.Error = p.Err.Error()
	}
	for _, r := range p.Loads {
		j.Loads = append(j.Loads, resourceJSON(r))
	}
	return j
}

type servedJSON struct {
	Asked    served.Asked `json:"asked"`
	SNI      string       `json:"sni"`
	Key      string       `json:"key,omitempty"`
	Protocol string       `json:"protocol,omitempty"`
	Cipher   string       `json:"cipher,omitempty"`
	ALPN     string       `json:"alpn,omitempty"`
	Staple   bool         `json:"staple"`
	ClientCA []string     `json:"client_cas,omitempty"`
	Client   bool         `json:"client_certificate,omitempty"`
	Chain    []chainJSON  `json:"chain"`
	Error    string       `json:"error,omitempty"`
}

type chainJSON struct {
	SHA256    string    `json:"sha256"`
	Subject   string    `json:"subject,omitempty"`
	Serial    string    `json:"serial,omitempty"`
	NotBefore time.Time `json:"not_before,omitzero"`
	NotAfter  time.Time `json:"not_after,omitzero"`
}

func (h *Host) json(w Wording) *hostJSON {
	s := h.Seen
	doc := h.Result.document(h.Result.Report(), nil, w)
	out := &hostJSON{
		Host: s.Name, Port: s.Port, StartTLS: s.StartTLS, Addresses: []addressJSON{}, NotAsked: s.Left, Seconds: s.Took.Round(time.Millisecond).Seconds(),
		Findings: doc.Findings, Passed: doc.Passed, Skipped: doc.Skipped, Summary: doc.Summary, Clients: doc.Clients,
	}
	for i := range s.Addresses {
		a := &s.Addresses[i]
		j := addressJSON{State: a.State, Versions: spokenVersions(a), Served: []servedJSON{}}
		if a.Addr.IsValid() {
			j.Address = a.Addr.Addr().String()
		}
		if a.State != served.Reached {
			j.Error = a.Said
		}
		for k := range a.Replies {
			j.Served = append(j.Served, newServedJSON(&a.Replies[k]))
		}
		for k := range a.Pages {
			j.Pages = append(j.Pages, newPageJSON(&a.Pages[k]))
		}
		out.Addresses = append(out.Addresses, j)
	}
	return out
}

func newServedJSON(r *served.Reply) servedJSON {
	j := servedJSON{Asked: r.Asked, SNI: r.SNI, Key: r.Key, ALPN: r.ALPN, Staple: len(r.Staple) > 0, Client: r.Client, Chain: []chainJSON{}}
	if r.Err != nil {
		j.Error = r.Err.Error()
		return j
	}
	j.Protocol, j.Cipher = served.VersionName(r.Version), tls.CipherSuiteName(r.Cipher)
	for _, name := range r.ClientCA {
		j.ClientCA = append(j.ClientCA, convert.NameString(name))
	}
	for _, raw := range r.Raw {
		sum := sha256.Sum256(raw)
		c := chainJSON{SHA256: hex.EncodeToString(sum[:])}
		if i := slices.IndexFunc(r.Bundle.Certs, func(o convert.Certificate) bool { return bytes.Equal(o.Raw, raw) }); i >= 0 && r.Bundle.Certs[i].Err == nil {
			o := &r.Bundle.Certs[i]
			c.Subject, c.Serial, c.NotBefore, c.NotAfter = convert.NameString(o.Subject), fmt.Sprintf("%x", o.Serial), o.NotBefore, o.NotAfter
		}
		j.Chain = append(j.Chain, c)
	}
	return j
}

// spokenVersions are the versions that an address speaks, newest first.
func spokenVersions(a *served.Address) []string {
	var numbers []uint16
	for _, v := range a.Versions {
		if v.Spoken {
			numbers = append(numbers, v.Number)
		}
	}
	slices.Sort(numbers)
	slices.Reverse(numbers)
	var list []string
	for _, n := range numbers {
		list = append(list, served.VersionName(n))
	}
	return list
}

// hostsLines is a document a line.
type hostsLines struct{ hostsBase }

func (l *hostsLines) Render(h *Host) ([]byte, error) {
	var b bytes.Buffer
	err := NewEncoder(&b).Encode(h.json(l.opts.Wording))
	return b.Bytes(), err
}

// hostsJSON is {"schema":1,"hosts":[…]}.
type hostsJSON struct {
	hostsBase
	more bool
}

func (j *hostsJSON) Render(h *Host) ([]byte, error) {
	var b bytes.Buffer
	err := NewEncoder(&b).Encode(h.json(j.opts.Wording))
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

func (j *hostsJSON) Add(rendered []byte) error {
	before := ",\n "
	if !j.more {
		before = `{"schema":1,"hosts":[` + "\n "
	}
	j.more = true
	_, err := j.w.Write(append([]byte(before), rendered...))
	return err
}

func (j *hostsJSON) End() error {
	end := "\n]}\n"
	if !j.more {
		end = `{"schema":1,"hosts":[]}` + "\n"
	}
	_, err := io.WriteString(j.w, end)
	return err
}

// hostsText is for people: findings first, then what each address sent.
type hostsText struct {
	hostsBase
	more bool
}

func (t *hostsText) Render(h *Host) ([]byte, error) {
	p := &Printer{Options: t.opts}
	p.findings(h.Result)
	if !p.Quiet {
		p.host(h)
		p.summary(h.Result)
	}
	return p.out.Bytes(), nil
}

func (t *hostsText) Add(rendered []byte) error {
	if t.more && len(rendered) > 0 && !t.opts.Quiet {
		rendered = append([]byte("\n"), rendered...)
	}
	t.more = true
	return t.hostsBase.Add(rendered)
}

// host shows what each address of a server sent.
func (p *Printer) host(h *Host) {
	for i := range h.Seen.Addresses {
		a := &h.Seen.Addresses[i]
		if a.State != served.Reached {
			p.Printf("%s  %s %s\n", p.Bold(a.Name), string(a.State)+":", a.Said)
			continue
		}
		head := strings.Join(spokenVersions(a), ", ")
		if first := a.Replies[0]; first.ALPN != "" {
			head += "; " + first.ALPN
		}
		if len(a.Replies[0].Staple) > 0 {
			head += "; OCSP staple"
		}
		p.Printf("%s  %s\n", p.Bold(a.Name), head)
		for j := range a.Replies {
			p.reply(a, j)
		}
		for j := range a.Pages {
			p.page(&a.Pages[j])
		}
	}
	if h.Seen.Left > 0 {
		p.Printf("%s\n", Plural(h.Seen.Left, "further address")+" not asked")
	}
}

// page shows the answer to a request for a page.
func (p *Printer) page(page *served.Page) {
	said := "no answer"
	switch {
	case page.Err != nil:
		said = page.Err.Error()
	case page.Status > 0:
		said = strconv.Itoa(page.Status)
	}
	if page.Substatus != "" {
		said = page.Substatus
	}
	if page.Location != "" {
		said += ", to " + page.Location
	}
	if len(page.HSTS) > 0 {
		said += ", HSTS " + page.HSTS[0]
	}
	p.Printf("  %s: %s\n", page.URL, said)
}

// reply shows one answer, unless it is what the first one was.
func (p *Printer) reply(a *served.Address, i int) {
	r := &a.Replies[i]
	who := map[served.Asked]string{served.ForName: r.SNI, served.ForNone: "no name", served.ForNonsense: "unknown name"}[r.Asked]
	if r.Key != "" {
		who += ", " + r.Key + " only"
	}
	switch {
	case r.Err != nil:
		p.Printf("  %s: %s\n", who, r.Err)
	case i > 0 && r.Same(&a.Replies[0]):
		if p.Verbose {
			p.Printf("  %s: the same\n", who)
		}
	case (r.Key != "" || r.Asked == served.ForNonsense) && slices.ContainsFunc(a.Replies[:i], func(o served.Reply) bool { return r.Same(&o) }):
	default:
		p.Printf("  %s: %s\n", who, replyText(r))
	}
	if i > 0 || !r.Client {
		return
	}
	p.Printf("  it asks for a certificate of the client\n")
	const most = 5
	for n, name := range r.ClientCA {
		if n == most && !p.Verbose {
			p.Printf("    and %d more CAs\n", len(r.ClientCA)-most)
			break
		}
		p.Printf("    by %s\n", convert.NameString(name))
	}
}

// replyText is the certificate and how many come with it.
func replyText(r *served.Reply) string {
	c := r.Leaf()
	if c == nil || c.Err != nil {
		return Plural(len(r.Raw), "certificate") + ", the first of which cannot be read"
	}
	name := convert.NameString(c.Subject)
	if names := c.DNSNames(); name == "" && len(names) > 0 {
		name = names[0]
	}
	return fmt.Sprintf("%s, %s, until %s, serial %x, %s", name, pubkey.Title(c.Algorithm, c.Bits), c.NotAfter.UTC().Format(time.DateOnly), c.Serial, Plural(len(r.Raw), "certificate"))
}

// hostsNagios is one line for a monitor of Nagios' kind: the worst of all, and how
// many days each certificate has left.
type hostsNagios struct {
	hostsBase
	worst int
	words []string
	perf  []string
	some  int
}

// Levels of Nagios, which are its exit codes.
const (
	NagiosOK = iota
	NagiosWarning
	NagiosCritical
	NagiosUnknown
)

var nagiosWords = []string{"OK", "WARNING", "CRITICAL", "UNKNOWN"}

// Nagios is the level of one server.
func (h *Host) Nagios() int {
	switch worst := h.Result.Report().Worst(); {
	case worst == validate.Error:
		return NagiosCritical
	case !h.Reached():
		return NagiosUnknown
	case worst == validate.Warning:
		return NagiosWarning
	}
	return NagiosOK
}

// Reached reports whether one of the addresses sent a certificate.
func (h *Host) Reached() bool {
	return slices.ContainsFunc(h.Seen.Addresses, func(a served.Address) bool { return a.State == served.Reached })
}

// Render is empty: the line is made of all servers.
func (n *hostsNagios) Render(*Host) ([]byte, error) { return nil, nil }

// Keep takes in a server.
func (n *hostsNagios) Keep(h *Host) {
	n.some++
	level := h.Nagios()
	n.worst = WorseNagios(n.worst, level)
	name := h.Result.Sites[0].Files[0].Name
	if list := WorstFirst(h.Result.Report().Findings); level != NagiosOK && len(list) > 0 {
		n.words = append(n.words, list[0].Message.String()+" ["+list[0].Code+"] at "+list[0].At.File)
		if more := len(list) - 1; more > 0 {
			n.words[len(n.words)-1] += fmt.Sprintf(" and %d more", more)
		}
	} else if level != NagiosOK {
		n.words = append(n.words, name+": not reached")
	}
	if first, ok := h.firstEnd(); ok {
		n.perf = append(n.perf, fmt.Sprintf("'%s'=%d", strings.NewReplacer("'", "", "=", "").Replace(name), int(first.Sub(h.Now)/(24*time.Hour))))
	}
}

// WorseNagios is the worse of two levels. Critical is worse than unknown.
func WorseNagios(a, b int) int {
	rank := []int{0, 2, 3, 1}
	if rank[b] > rank[a] {
		return b
	}
	return a
}

// firstEnd is when the first of the certificates of servers ends.
func (h *Host) firstEnd() (end time.Time, ok bool) {
	for _, a := range h.Seen.Addresses {
		for i := range a.Replies {
			c := a.Replies[i].Leaf()
			if a.Replies[i].Asked == served.ForName && c != nil && (!ok || c.NotAfter.Before(end)) {
				end, ok = c.NotAfter, true
			}
		}
	}
	return end, ok
}

func (n *hostsNagios) End() error {
	text := strings.Join(n.words, "; ")
	if n.worst == NagiosOK {
		text = Plural(n.some, "server") + " in order"
	}
	return nagiosLine(n.w, n.worst, text, strings.Join(n.perf, " "))
}

func nagiosLine(w io.Writer, level int, text, perf string) error {
	text = strings.ReplaceAll(terminal.Printable(text), "|", "/")
	if perf != "" {
		perf = " | " + perf
	}
	_, err := fmt.Fprintf(w, "CERTCONV %s - %s%s\n", nagiosWords[level], text, perf)
	return err
}

// monitorForm tells a monitor what kept a run from getting anywhere. Servers are
// written by its Hosts.
type monitorForm struct {
	w     io.Writer
	lines bool // Nagios' line
}

func newNagios(w io.Writer, _ *Options) Handler     { return monitorForm{w, true} }
func newPrometheus(w io.Writer, _ *Options) Handler { return monitorForm{w, false} }

func (m monitorForm) Result(*Result) error { return nil }

func (m monitorForm) Failure(f *fault.Failure) error {
	if !m.lines {
		_, err := fmt.Fprintf(m.w, "# error: %s\n", terminal.Printable(f.Error()))
		return err
	}
	return nagiosLine(m.w, NagiosUnknown, f.Error(), "")
}
