package validate

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/served"
	"github.com/certconv/certconv/internal/text"
)

// What was not answered in time, and an address without a way to it, count for more than what
// was left out on purpose.
func TestUnansweredCounts(t *testing.T) {
	at := netip.MustParseAddrPort("192.0.2.1:443")
	for name, c := range map[string]struct {
		server served.Address
		want   Severity
	}{
		"left out": {served.Address{State: served.Reached, NotChecked: []text.Text{text.Of("whether it speaks SSL 3: no more connections")}}, Info},
		"late":     {served.Address{State: served.Reached, Unanswered: []text.Text{text.Of("whether it speaks SSL 3: no answer in time")}}, Warning},
		"no way":   {served.Address{State: served.NoRoute, Said: "network is unreachable"}, Warning},
	} {
		c.server.Name, c.server.Addr = at.String(), at
		report := Run(&convert.Bundle{}, &Options{Server: &c.server, Only: []string{"not-checked"}, Now: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)})
		if len(report.Findings) != 1 || report.Findings[0].Severity != c.want {
			t.Errorf("%s: %+v, want %s", name, report.Findings, c.want)
		}
	}
}

// Only the names that count have to have an answer: where they are given, that of the entry
// to several machines is none of them.
func TestNamesThatCount(t *testing.T) {
	for host, want := range map[string]string{"www.example.com": "tls-failed", "entry.example.com": ""} {
		server := served.Address{Name: "a", State: served.Reached, Hosts: []string{"www.example.com"}, Replies: []served.Reply{
			{Asked: served.ForNone, Bundle: &convert.Bundle{}},
			{Asked: served.ForName, SNI: host, Bundle: &convert.Bundle{}, Err: errors.New("unrecognized name")},
		}}
		r := Run(&convert.Bundle{}, &Options{Server: &server, Only: []string{"tls-failed"}, Now: time.Now()})
		if got := strings.Join(codes(r, Error), " "); got != want {
			t.Errorf("%s: %q, want %q", host, got, want)
		}
	}
}

// Strict-Transport-Security by the grammar of RFC 6797, Section 6.1.
func TestMaxAge(t *testing.T) {
	for header, want := range map[string]string{
		`max-age=31536000`: "31536000",
		`MAX-AGE = "5" ; includeSubDomains ; preload`:     "5",
		` ; ; max-age=5;;`:                                "5",
		`max-age=5; foo="b;max-age=0\""; foo=x`:           "5",
		`max-age=0`:                                       "0",
		`max-age=99999999999999999999999`:                 "18446744073709551615",
		`max-age=1; max-age=2`:                            "",
		`max-age=1, max-age=2`:                            "",
		`max-age=5, includeSubDomains`:                    "",
		`max-age=1; includeSubDomains; includeSubDomains`: "",
		`max-age=1; includeSubDomains="true"`:             "",
		`includeSubDomains`:                               "",
		`max-age="1`:                                      "",
		`max-age=1"`:                                      "",
		`max-age='1'`:                                     "",
		`max-age="1"x`:                                    "",
		`max-age=`:                                        "",
		`max-age`:                                         "",
		`max-age=+1`:                                      "",
		`max-age=1.5`:                                     "",
		`max-age=5 5`:                                     "",
		`max-age=5; =x`:                                   "",
		`max-age=5; a b`:                                  "",
		`max-age:5`:                                       "",
		``:                                                "",
	} {
		got := ""
		if age, ok := maxAge([]string{header}); ok {
			got = strconv.FormatUint(age, 10)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", header, got, want)
		}
	}
}

// Of what a page loads the first five are named, and how many more there are is told.
func TestPagesOfManyParts(t *testing.T) {
	for _, c := range []struct {
		parts, left int
		ends        string
	}{
		{1, 0, "image http://cdn.example.com/0.png (line 1)"},
		{5, 0, "image http://cdn.example.com/4.png (line 5)"},
		{6, 0, "image http://cdn.example.com/4.png (line 5) and 1 more"},
		{6, 7, " and 1 more; not listed: 7 further parts of both kinds"},
		{2, 1, "image http://cdn.example.com/1.png (line 2); not listed: 1 further part of both kinds"},
	} {
		page := served.Page{URL: "https://www.example.com/", Read: true, Left: c.left}
		for i := range c.parts {
			page.Loads = append(page.Loads, served.Resource{URL: fmt.Sprintf("http://cdn.example.com/%d.png", i), Kind: "image", Line: i + 1})
		}
		server := served.Address{State: served.Reached, Pages: []served.Page{page}}
		r := Run(&convert.Bundle{}, &Options{Server: &server, Only: []string{"mixed-content"}, Now: time.Now()})
		if said := saysOf(r, "mixed-content"); !strings.HasSuffix(said, c.ends) {
			t.Errorf("%d parts and %d: %q, want %q", c.parts, c.left, said, c.ends)
		}
	}
}

// The certificate for clients without a name is told where it is another one, once, and only
// where the site was asked for by its name.
func TestDefaultSite(t *testing.T) {
	root := ca(t, nil, "Root")
	named := func(host string) *issued { return leaf(t, root, func(d *draft) { d.DNSNames = []string{host} }) }
	site, other := named("www.example.com"), named("www.example.net")
	reply := func(asked served.Asked, sni string, c *issued) served.Reply {
		return served.Reply{Asked: asked, SNI: sni, Bundle: decode(t, pemOf(c))}
	}
	const www = "www.example.com"
	for _, c := range []struct {
		name    string
		replies []served.Reply
		want    string // severities
	}{
		{"the same for all", []served.Reply{reply(served.ForName, www, site), reply(served.ForNone, "", site)}, ""},
		{"another one without a name", []served.Reply{reply(served.ForName, www, site), reply(served.ForNone, "", other)}, "info"},
		{"another one for strangers", []served.Reply{reply(served.ForName, www, site), reply(served.ForNonsense, "x.invalid", other)}, ""},
		{"another one for both", []served.Reply{reply(served.ForName, www, site), reply(served.ForNone, "", other), reply(served.ForNonsense, "x.invalid", other)}, "info"},
		{"that of another site", []served.Reply{reply(served.ForName, www, other), reply(served.ForNone, "", other)}, "error"},
		{"asked without a name only", []served.Reply{reply(served.ForNone, "", other)}, ""},
	} {
		server := served.Address{State: served.Reached, Hosts: []string{www}, Replies: c.replies}
		if c.replies[0].Asked == served.ForNone {
			server.Hosts = nil
		}
		var got []string
		for _, f := range found(Run(&convert.Bundle{}, &Options{Server: &server, Only: []string{"served-other-site"}, Now: at, Roots: anchorsOf(t, root)}), "served-other-site") {
			got = append(got, string(f.Severity))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// What http and https answer, and whether http leads to https.
func TestAnswersOfPages(t *testing.T) {
	const plain, secure = "http://www.example.com/", "https://www.example.com/"
	year := []string{"max-age=31536000"}
	for _, c := range []struct {
		name  string
		pages []served.Page
		want  string // severity and code
	}{
		{"as it should be", []served.Page{{URL: plain, Status: 301, Location: secure}, {URL: secure, Status: 200, HSTS: year}}, ""},
		{"by a way round", []served.Page{{URL: plain, Status: 301, Location: plain + "a"}, {URL: plain + "a", Status: 302, Location: secure}, {URL: secure, Status: 200, HSTS: year}}, ""},
		{"a page", []served.Page{{URL: plain, Status: 200}, {URL: secure, Status: 200, HSTS: year}}, "warning redirect-missing"},
		{"the last status of a page", []served.Page{{URL: plain, Status: 299}, {URL: secure, Status: 200, HSTS: year}}, "warning redirect-missing"},
		{"the first status of none", []served.Page{{URL: plain, Status: 300}, {URL: secure, Status: 200, HSTS: year}}, "info redirect-missing"},
		{"an error", []served.Page{{URL: plain, Status: 404}, {URL: secure, Status: 200, HSTS: year}}, "info redirect-missing"},
		{"led elsewhere", []served.Page{{URL: plain, Status: 302, Location: "http://other.example.com/"}, {URL: secure, Status: 200, HSTS: year}}, "warning redirect-missing"},
		{"no answer by http", []served.Page{{URL: plain, Err: errors.New("connection refused")}, {URL: secure, Status: 200, HSTS: year}}, ""},
		{"a page that must be viewed over a secure channel", []served.Page{{URL: plain, Status: 403, Substatus: "403.4"}, {URL: secure, Status: 200, HSTS: year}}, "warning tls-required"},
		{"led back", []served.Page{{URL: plain, Status: 301, Location: secure}, {URL: secure, Status: 302, Location: plain, HSTS: year}}, "error redirect-to-http"},
		{"no HSTS", []served.Page{{URL: plain, Status: 301, Location: secure}, {URL: secure, Status: 200}}, "info hsts-missing"},
		{"no HSTS, and the last status that counts", []served.Page{{URL: plain, Status: 301, Location: secure}, {URL: secure, Status: 399}}, "info hsts-missing"},
		{"no HSTS with an error", []served.Page{{URL: plain, Status: 301, Location: secure}, {URL: secure, Status: 400}}, ""},
	} {
		server := served.Address{State: served.Reached, Pages: c.pages}
		r := Run(&convert.Bundle{}, &Options{Server: &server, Only: []string{"redirect-missing", "redirect-to-http", "hsts-missing", "tls-required"}, Now: at})
		var got []string
		for _, f := range r.Findings {
			got = append(got, string(f.Severity)+" "+f.Code)
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// An intermediate that is on disk has to be sent, if it issued the certificate or another one on
// disk; the root has not, nor what has nothing to do with it.
func TestIntermediateIsNotSent(t *testing.T) {
	root := ca(t, nil, "Root")
	upper := ca(t, root, "Upper")
	lower := ca(t, upper, "Lower")
	site, stranger := leaf(t, lower), ca(t, root, "Stranger")
	for _, c := range []struct {
		name         string
		disk, served []*issued
		want         string // the intermediate that is told, "" for none
	}{
		{"all of it", []*issued{site, lower, upper, root}, []*issued{site, lower, upper}, ""},
		{"the leaf alone", []*issued{site, lower}, []*issued{site}, `"Lower"`},
		{"the upper one missing", []*issued{site, lower, upper}, []*issued{site, lower}, `"Upper"`},
		{"the lower one missing", []*issued{site, lower, upper}, []*issued{site, upper}, `"Lower"`},
		{"no root", []*issued{site, lower, upper, root}, []*issued{site, lower, upper}, ""},
		{"a stranger", []*issued{site, stranger}, []*issued{site}, ""},
	} {
		reply := served.Reply{Asked: served.ForNone, Bundle: decode(t, pemOf(c.served...))}
		for _, i := range c.served {
			reply.Raw = append(reply.Raw, i.raw)
		}
		server := served.Address{State: served.Reached, Replies: []served.Reply{reply}, Expected: &served.Expected{File: "site.pem", Certs: decode(t, pemOf(c.disk...)).Certs}}
		said := saysOf(Run(&convert.Bundle{}, &Options{Server: &server, Only: []string{"served-not-on-disk"}, Now: at}), "served-not-on-disk")
		if c.want == "" && said != "" || c.want != "" && !strings.Contains(said, "the intermediate "+c.want) {
			t.Errorf("%s: %q, want %q", c.name, said, c.want)
		}
	}
}

// A file for one kind of key says nothing about the certificate for the other one, if the
// server has shown to clients of its kind, under the same name, what is in it.
func TestFileForOneKindOfKey(t *testing.T) {
	const www, other = "www.example.com", "www.example.net"
	text, err := os.ReadFile("../testdata/servers/rsa.pem")
	if err != nil {
		t.Fatal(err)
	}
	rsa, ec := decode(t, text), decode(t, pemOf(leaf(t, nil)))
	reply := func(host, key string, b *convert.Bundle) served.Reply {
		return served.Reply{Asked: served.ForName, SNI: host, Key: key, Bundle: b, Raw: [][]byte{b.Certs[0].Raw}}
	}
	for _, c := range []struct {
		name    string
		replies []served.Reply
		told    bool
	}{
		{"the one on disk", []served.Reply{reply(www, "", rsa)}, false},
		{"another one", []served.Reply{reply(www, "", ec)}, true},
		{"another one, and that on disk for its kind", []served.Reply{reply(www, "", ec), reply(www, "RSA", rsa)}, false},
		{"another one, and that on disk under another name", []served.Reply{reply(www, "", ec), reply(other, "RSA", rsa)}, true},
		{"another one twice", []served.Reply{reply(www, "", ec), reply(www, "ECDSA", ec)}, true},
	} {
		server := served.Address{State: served.Reached, Hosts: []string{www, other}, Replies: c.replies, Expected: &served.Expected{File: "site.pem", Certs: rsa.Certs[:1]}}
		r := Run(&convert.Bundle{}, &Options{Server: &server, Only: []string{"served-not-on-disk"}, Now: at})
		if told := len(found(r, "served-not-on-disk")) > 0; told != c.told {
			t.Errorf("%s: told %v%s", c.name, told, messages(r))
		}
	}
}
