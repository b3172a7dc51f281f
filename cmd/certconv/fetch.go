package main

import (
	"bytes"
	"context"
	"encoding/pem"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/certconv/certconv/internal/atomicfile"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/probe"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/served"
	"github.com/certconv/certconv/validate"
)

func fetchCommand() command {
	return command{
		name:    "fetch",
		args:    "HOST[:PORT]",
		summary: "save the certificates that a server sends",
		about: "Writes what the server sends as PEM, as it is and in its order: the server's certificate comes first. Nothing is judged; certconv probe does that. If the name has several addresses, the first one that answers counts.\n" +
			"--host asks for another name than HOST. --starttls names the protocol in which TLS is asked for, on ports that do not tell it.",
		examples: []example{
			{"certificate and chain of a site", "certconv fetch www.example.com --out site.pem"},
			{"only the certificate", "certconv fetch www.example.com --only cert --out cert.pem"},
			{"of a mail server", "certconv fetch mail.example.com:25 --out mail.pem"},
		},
		flags: slices.Concat(
			[]cli.Flag{
				stringFlag("host", "`NAME` name to ask for, in place of HOST"),
				stringFlag("starttls", "`P` protocol in which TLS is asked for, or none; default: by the port"),
				stringFlag("out", "`FILE` output; - is standard output (-)"),
				stringFlag("only", "`PART` write only cert, chain or fullchain"),
				boolFlag("force", "replace an existing file"),
			},
			networkFlags(), reportFlags()),
		run: runFetch,
	}
}

// fetchPage is the report for programs.
type fetchPage struct {
	Schema  int    `json:"schema"`
	Address string `json:"address"`
	Out     string `json:"out"`
	Written int    `json:"certificates"`
}

// Text is empty: for people standard error says it, as standard output may be what
// was written.
func (*fetchPage) Text(*report.Printer) {}

func runFetch(e *env, c *cli.Context) error {
	if c.NArg() != 1 {
		return fault.Usagef("fetch needs one HOST[:PORT]")
	}
	t, err := parseTarget(c.Args().First(), c.String("starttls"))
	if err != nil {
		return err
	}
	o, err := askOptions(c)
	if err != nil {
		return err
	}
	o.Certificates, o.Network = true, e.network
	if h := c.String("host"); h != "" {
		if !probe.IsHost(h) {
			return fault.Usagef("--host: %q is no name of a host", h)
		}
		o.Hosts = []string{validate.ASCIIHost(h)}
	}
	only, out := c.String("only"), c.String("out")
	if out == "" {
		out = "-"
	}
	switch {
	case !slices.Contains([]string{"", "cert", "chain", "fullchain"}, only):
		return fault.Usagef("--only %s: it must be cert, chain or fullchain", only)
	case out == "-" && e.form.Document:
		return fault.Usagef("--format %s: standard output is for the report; name a file with --out", e.form.Name)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	e.signals.Interruptible(cancel)
	a, r, err := firstReply(t.Probe(ctx, &o))
	if err != nil {
		return err
	}
	raw := r.Raw
	switch only {
	case "cert":
		raw = raw[:1]
	case "chain":
		if raw = raw[1:]; len(raw) == 0 {
			return fault.New(fault.NothingToWrite, a.Name, "it sends its certificate and no others").WithHint("certconv probe says whether an intermediate is missing")
		}
	}
	var text bytes.Buffer
	for _, der := range raw {
		_ = pem.Encode(&text, &pem.Block{Type: "CERTIFICATE", Bytes: der})
	}
	if out == "-" {
		e.told = true
		return e.print(text.Bytes())
	}
	if err := atomicfile.Write(out, text.Bytes(), atomicfile.Public, c.Bool("force"), e.signals.Guard); err != nil {
		return err
	}
	e.note("%s: %s from %s", out, report.Plural(len(raw), "certificate"), a.Name)
	return e.writePage(&fetchPage{Schema: 1, Address: a.Addr.Addr().String(), Out: out, Written: len(raw)})
}

// firstReply is that of the first address that sent a certificate.
func firstReply(h *served.Host) (*served.Address, *served.Reply, error) {
	var why []string
	answers := false
	for i := range h.Addresses {
		a := &h.Addresses[i]
		if a.State == served.Reached && len(a.Replies) > 0 && len(a.Replies[0].Raw) > 0 {
			return a, &a.Replies[0], nil
		}
		why = append(why, a.Name+": "+a.Said)
		answers = answers || a.Answers()
	}
	f := fault.New(fault.NotReached, "", "%s", strings.Join(why, "; "))
	if answers {
		f = f.WithHint("certconv probe says more of what is there")
	}
	return nil, nil, f
}
