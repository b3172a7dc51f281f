package main

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/atomicfile"
	"github.com/certconv/certconv/internal/deploy"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/target"
	"github.com/certconv/certconv/validate"
)

// marker is what a configuration file of ours begins with, after the sign for
// a comment.
const marker = "written by certconv install, which replaces it at its next run"

// deployment builds the files that the target wants from what was chosen.
func (p *installation) deployment() (*deploy.Set, error) {
	if b := p.site.Bundle; len(b.Keys) == 0 || len(b.Certs) == 0 {
		return nil, fault.New(fault.NothingToWrite, "", "there is nothing to install without a private key and a certificate").WithHint("certconv inspect shows what the files hold")
	}
	if p.locks() && p.password == nil {
		var err error
		if p.password, err = p.env.secrets.askNew(p.dir); err != nil {
			return nil, err
		}
	}
	if !plain(p.dir) {
		return nil, fault.New(fault.Path, p.dir, "a configuration cannot name this folder: it has quotes or other signs that mean something there")
	}
	d := p.layout()
	for i, f := range p.files() {
		data, err := p.encode(&f)
		if err != nil {
			return d, err
		}
		if convert.Lookup(f.Format).NeedsPassword() {
			data = p.orFormer(d.Path(&d.Files[i]), data)
		}
		d.Files[i].Data = data
	}
	if err := p.proveFiles(d); err != nil {
		return d, err
	}
	p.result.Configuration = target.Configure(p.target.Configuration, p.values(d, d.Path))
	for i := range d.Also {
		comment := fmt.Sprintf(p.target.Comment, marker) + "\n"
		d.Also[i].Data = []byte(comment + p.result.Configuration)
		d.Also[i].Ours = func(existing []byte) bool { return bytes.HasPrefix(existing, []byte(comment)) }
	}
	return d, nil
}

// layout is what the files are called and whose they are, without their data.
// There are none without a certificate, which names them.
func (p *installation) layout() *deploy.Set {
	d := &deploy.Set{Dir: p.dir}
	if p.config != "" {
		d.Also = []deploy.File{{Role: "config", Name: p.config, Mode: atomicfile.Public}}
	}
	if len(p.site.Bundle.Certs) == 0 {
		return d
	}
	p.name = p.unitName()
	d.Unit = p.name
	folder := len(p.target.Files) > 1
	if !folder {
		d.Unit += p.target.Files[0].Ext
	}
	for _, f := range p.files() {
		file := deploy.File{Role: f.Role, Mode: modeOf(&f), Owner: f.Owner}
		if folder {
			file.Name = p.name + f.Ext
		}
		d.Files = append(d.Files, file)
	}
	return d
}

// files are those of the target, but for one of intermediates where there are
// none.
func (p *installation) files() []target.File {
	return slices.DeleteFunc(slices.Clone(p.target.Files), func(f target.File) bool {
		return slices.Equal(f.Parts, []convert.Part{convert.PartChain}) && len(p.site.Bundle.Certs) < 2
	})
}

func (p *installation) encode(f *target.File) ([]byte, error) {
	opts := &convert.EncodeOptions{
		Only: f.Parts, Name: p.entryName(), Profile: p.target.Profile, Password: p.password, KeyForms: p.target.KeyForms(), AllowLoss: true, Time: time.Now(),
	}
	format := convert.Lookup(f.Format)
	if format.NeedsPassword() {
		if err := asciiPassword(p.target, format, p.password, p.dir); err != nil {
			return nil, err
		}
	} else {
		opts.Password = nil
	}
	return convert.Encode(p.site.Bundle, f.Format, opts)
}

// proveFiles runs the checks once more, on the files as the server will read
// them.
func (p *installation) proveFiles(d *deploy.Set) error {
	all := &convert.Bundle{}
	defer all.Wipe()
	opts := p.opts
	opts.Rewritten = false
	roles := map[string]validate.Role{"key": validate.RoleKey, "net": validate.RoleKey, "cert": validate.RoleCert, "fullchain": validate.RoleCert, "chain": validate.RoleChain}
	for i := range d.Files {
		f := &d.Files[i]
		name := d.Path(f)
		b, err := convert.Decode(f.Data, &convert.DecodeOptions{File: name, Password: p.newPassword})
		if err != nil {
			return err
		}
		all.Add(b)
		opts.Files = append(opts.Files, validate.File{Name: name, Role: roles[f.Role], Perm: uint32(f.Mode), Size: int64(len(f.Data))})
	}
	for _, f := range report.WorstFirst(validate.Run(all, &opts).Findings) {
		if f.Severity.AtLeast(validate.Error) && p.failOn != "never" {
			return fault.New(fault.Code(f.Code), f.At.File, "what would be written does not pass: %s", f.Message).WithHint("%s", commandWords(f.Action))
		}
	}
	return nil
}

// newPassword is the password callback for what was written.
func (p *installation) newPassword(r convert.PasswordRequest) ([]byte, error) {
	if r.Attempt > 0 {
		return nil, convert.ErrPasswordRequired
	}
	return p.password, nil
}

// orFormer returns the file at path if it says the same as data. No PFX is like
// another, because of its salts; but where nothing has changed, nothing is to
// be replaced.
func (p *installation) orFormer(path string, data []byte) []byte {
	if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() {
		return data
	}
	former, err := deploy.ReadFile(path)
	if err != nil {
		return data
	}
	if was := p.meaning(former); was == "" || was != p.meaning(data) {
		return data
	}
	clear(data)
	return former
}

// meaning tells keystores apart by what they hold and what protects it. It is
// empty if the password does not open one.
func (p *installation) meaning(keystore []byte) string {
	b, err := convert.Decode(keystore, &convert.DecodeOptions{Password: p.newPassword})
	defer b.Wipe()
	if err != nil || len(b.Failures) > 0 {
		return ""
	}
	h := sha256.New()
	for _, c := range b.Containers {
		fmt.Fprintf(h, "%q %q %q\n", c.Format, c.Schemes, c.MAC)
	}
	for i := range b.Keys {
		fmt.Fprintf(h, "%x %q %q\n", b.Keys[i].PKCS8, b.Keys[i].FriendlyName, b.Keys[i].Scheme)
	}
	for i := range b.Certs {
		fmt.Fprintf(h, "%x %q\n", b.Certs[i].Raw, b.Certs[i].FriendlyName)
	}
	return string(h.Sum(nil))
}

// unitName is what the files are called: the first host, or what the
// certificate is for.
func (p *installation) unitName() string {
	for _, h := range p.names() {
		return unitName(h)
	}
	return "site"
}

// names lists the hosts that were given, or those of the certificate.
func (p *installation) names() []string {
	if len(p.hosts) > 0 {
		return p.hosts
	}
	return certNames(&p.site.Bundle.Certs[0])
}

// certNames lists the hosts that a certificate is for, as far as they may be in a
// configuration and name a file.
func certNames(leaf *convert.Certificate) []string {
	names := leaf.DNSNames()
	for _, a := range leaf.IPAddresses() {
		names = append(names, a.String())
	}
	if len(names) == 0 {
		names = leaf.CommonNames()
	}
	var list []string
	for _, n := range names {
		if n = validate.ASCIIHost(n); plainHost(n) && !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	return list
}

// entryName is what a configuration calls the key in a keystore.
func (p *installation) entryName() string {
	if p.alias != "" {
		return p.alias
	}
	if had := p.site.Bundle.Keys[0].FriendlyName; had != "" && plain(had) {
		return had
	}
	return p.name
}

// values are what the placeholders of a configuration stand for, with the files
// at the paths that path gives.
func (p *installation) values(d *deploy.Set, path func(*deploy.File) string) map[string]string {
	leaf := &p.site.Bundle.Certs[0]
	sum := sha1.Sum(leaf.Raw)
	v := map[string]string{"thumbprint": strings.ToUpper(hex.EncodeToString(sum[:])), "alias": p.entryName(), "pages": p.target.Pages}
	names, bracketed := slices.Clone(p.names()), slices.Clone(p.names())
	for i, n := range names {
		if a, err := netip.ParseAddr(n); err == nil && a.Is6() {
			names[i] = a.String()
			bracketed[i] = "[" + names[i] + "]"
		}
	}
	if len(names) > 0 {
		v["hosts"] = strings.Join(bracketed, " ") // nginx compares them with Host as it is
		// A server has one name of its own, which cannot be a wildcard.
		own := max(slices.IndexFunc(names, func(n string) bool { return !strings.HasPrefix(n, "*.") }), 0)
		v["host"] = strings.TrimPrefix(names[own], "*.")
		// Apache takes no IPv6 address as ServerName, whatever stands around it, and compares it as ServerAlias without brackets.
		if server := slices.IndexFunc(names, func(n string) bool { return !strings.HasPrefix(n, "*.") && !strings.Contains(n, ":") }); server >= 0 {
			v["server"] = names[server]
		} else if !strings.Contains(v["host"], ":") {
			v["server"] = v["host"]
		}
		others := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == v["server"] })
		v["aliases"] = strings.Join(others, " ")
	}
	for i := range d.Files {
		f := &d.Files[i]
		at := path(f)
		v[f.Role], v[f.Role+"name"] = filepath.ToSlash(at), filepath.Base(at)
	}
	return v
}
