package main

import (
	"slices"
	"strings"

	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/report"
)

// clientNames takes the values of --client: names, or several with commas
// between them.
func clientNames(values []string) ([]string, error) {
	known := append(client.All(), "all")
	var list []string
	for _, v := range values {
		for name := range strings.SplitSeq(v, ",") {
			if name = strings.TrimSpace(name); name == "" {
				continue
			}
			if !slices.Contains(known, name) {
				return nil, fault.Usagef("--client: there is no client %q%s", name, didYouMean(name, known)).WithHint("certconv formats --clients lists them")
			}
			list = append(list, name)
		}
	}
	return list, nil
}

// clientsPage lists the clients.
type clientsPage struct {
	Schema  int           `json:"schema"`
	Clients []clientRow   `json:"clients"`
	Servers []verifierRow `json:"servers"`
}

type verifierRow struct {
	Name    string        `json:"name"`
	Revoked revocationRow `json:"revoked"`
}

// revocationRow is what a program does about revoked certificates.
type revocationRow struct {
	Does     string `json:"does"`
	Measured bool   `json:"measured"`
	Source   string `json:"source"`
}

type clientRow struct {
	Name     string   `json:"name"`
	Title    string   `json:"title"`
	Used     string   `json:"used,omitempty"`
	Version  string   `json:"version"`
	Measured bool     `json:"measured"`
	Source   string   `json:"source"`
	Refuses  []string `json:"refuses"`
	Public   []string `json:"refuses_public,omitempty"`

	Revoked revocationRow `json:"revoked"`
}

func newClientsPage() *clientsPage {
	page := &clientsPage{Schema: 1}
	for _, c := range client.Clients() {
		page.Clients = append(page.Clients, clientRow{c.Name, c.Title, c.Used, c.Version, c.Measured, c.Source, factNames(c.Refuses), factNames(c.Public), revocationRow(c.Revoked())})
	}
	for _, v := range client.Verifiers() {
		page.Servers = append(page.Servers, verifierRow{v.Name, revocationRow(v.Revoked)})
	}
	return page
}

func factNames(facts []client.Fact) []string {
	var names []string
	for _, f := range facts {
		names = append(names, string(f))
	}
	slices.Sort(names)
	return names
}

func (c *clientsPage) Text(p *report.Printer) {
	for i := range c.Clients {
		r := &c.Clients[i]
		if i > 0 {
			p.Printf("\n")
		}
		head := r.Title + " " + r.Version
		if r.Used != "" {
			head += " (" + r.Used + ")"
		}
		p.Printf("%s  %s\n", p.Bold(r.Name), head)
		p.Printf("  source: %s\n", r.Source)
		p.Printf("  refuses: %s\n", strings.Join(r.Refuses, ", "))
		if len(r.Public) > 0 {
			p.Printf("  refuses below public roots: %s\n", strings.Join(r.Public, ", "))
		}
		p.Printf("  revoked certificates: %s\n  source: %s\n", r.Revoked.Does, r.Revoked.Source)
	}
	p.Printf("\n%s\n", p.Bold("revoked certificates of clients"))
	for _, s := range c.Servers {
		p.Printf("%s %s\n  source: %s\n", p.Bold(s.Name), s.Revoked.Does, s.Revoked.Source)
	}
}
