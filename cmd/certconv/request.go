package main

import (
	"errors"
	"net/netip"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/atomicfile"
	"github.com/certconv/certconv/internal/dn"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/request"
	"github.com/certconv/certconv/internal/secrecy"
	"github.com/certconv/certconv/internal/site"
	"github.com/certconv/certconv/validate"
)

func requestCommand() command {
	return command{
		name:    "request",
		summary: "make a key and a certificate request, checked before it is written",
		about: "Makes a private key and a request for a certificate that is good for each --host, and checks it as certconv lint does. With an error in it nothing is written. --like takes subject and names from a certificate or request, --key keeps a key that is there.\n" +
			"The key is not encrypted unless --pass-out is given. Only its owner can read the file, and no existing file is ever replaced by a key. The request is what the CA gets.\n" +
			"--self-signed makes a certificate for tests instead of a request.",
		examples: []example{
			{"a new key and a request for two names", "certconv request --host www.example.com --host example.com --out site.csr --key-out site.key"},
			{"for a CA that wants to know who you are, with an RSA key", "certconv request --host www.example.com --subject O=Example --subject C=US --type rsa2048 --out site.csr --key-out site.key"},
			{"the names of a certificate again, with a new key", "certconv request --like site.crt --out site.csr --key-out new.key"},
			{"the same key once more", "certconv request --like site.crt --key site.key --out site.csr"},
			{"a certificate for a test", "certconv request --self-signed --host localhost --out test.crt --key-out test.key"},
		},
		checks: true,
		flags: slices.Concat(
			[]cli.Flag{
				listFlag("host", "`NAME` host name or address that clients use; repeatable"),
				stringFlag("like", "`FILE` certificate or request to take subject and names from"),
				listFlag("subject", "`FIELD=VALUE` attribute of the subject, for example O=Example; repeatable; without any the subject is the first name"),
				stringFlag("type", "`TYPE` of the new key: "+strings.Join(request.KeyTypes(), ", ")+" ("+request.KeyTypes()[0]+")"),
				stringFlag("key", "`FILE` private key to use instead of a new one"),
				&cli.StringFlag{Name: "out", Aliases: []string{"o"}, Usage: "`FILE` output file for the request; - is standard output"},
				stringFlag("key-out", "`FILE` output file for the new key"),
				stringFlag("pass-out", "`SOURCE` password for the new key; sources as for --pass"),
				boolFlag("self-signed", "make a certificate for tests, not a request"),
				stringFlag("days", "`N` how long the certificate of --self-signed is valid (90)"),
				boolFlag("force", "replace an existing request; never a key"),
				stringFlag("profile", "`P` rules of the CA, as for lint (cabf)"),
			},
			checkFlags(), readFlags(), verdictFlags()),
		run: runRequest,
	}
}

// order is what the flags of request come to.
type order struct {
	env        *env
	plan       *checkPlan // of the checks
	subject    request.Subject
	out        string
	force      bool
	keyIn      string // "" makes a new key
	keyType    string
	keyOut     string
	password   []byte // of the new key
	selfSigned bool
	days       int
}

func runRequest(e *env, c *cli.Context) error {
	o, err := planRequest(e, c)
	defer func() { clear(o.password) }()
	if err != nil {
		return err
	}
	if err := o.targets(); err != nil {
		return err
	}
	keys, err := o.key()
	defer keys.Wipe()
	if err != nil {
		return err
	}
	text, err := o.make(&keys.Keys[0])
	if err != nil {
		return err
	}
	result, err := o.judge(keys, text)
	if err != nil {
		return err
	}
	var verdict report.Outcome
	verdict.Add(result)
	if err := verdict.Err(); err != nil {
		if told := o.tell(result); told != nil {
			return told
		}
		e.tellFailures(result)
		e.note("nothing was written")
		return err
	}
	if err := o.write(keys, text); err != nil {
		return err
	}
	if o.keyIn == "" {
		e.note("the private key is in %s; the CA gets the request only", o.keyOut)
	}
	return o.tell(result)
}

// planRequest takes the flags. The order is there whatever the error.
func planRequest(e *env, c *cli.Context) (*order, error) {
	o := &order{
		env: e, out: c.String("out"), force: c.Bool("force"), keyIn: c.String("key"), keyType: c.String("type"),
		keyOut: c.String("key-out"), selfSigned: c.Bool("self-signed"), days: 90,
	}
	if c.Args().Len() > 0 {
		return o, fault.Usagef("request takes no file names: --host NAME says what the certificate is for, --like FILE takes the names of one")
	}
	if o.out == "" {
		o.out = "-"
	}
	switch {
	case e.form.Document && o.out == "-":
		return o, fault.Usagef("--format %s and the request cannot both go to standard output: add --out FILE", e.form.Name)
	case o.keyIn != "" && (o.keyOut != "" || o.keyType != ""):
		return o, fault.Usagef("--key uses a key that is there: it excludes --key-out and --type")
	case o.keyIn == "" && o.keyOut == "":
		return o, fault.Usagef("where does the new key go?").WithHint("add --key-out FILE, or --key FILE to use a key that is there")
	case o.keyOut == "-" || o.keyOut != "" && o.keyOut == o.out:
		return o, fault.Usagef("the key needs a file of its own: --key-out FILE")
	}
	if o.keyType == "" {
		o.keyType = request.KeyTypes()[0]
	}
	if !slices.Contains(request.KeyTypes(), o.keyType) {
		return o, fault.Usagef("--type: there is no key type %q%s", o.keyType, didYouMean(o.keyType, request.KeyTypes()))
	}
	var err error
	if o.days, err = parseDays(c.String("days"), o); err != nil {
		return o, err
	}
	if o.plan, err = planCheck(e, c); err != nil {
		return o, err
	}
	o.plan.opts.Now = time.Now()
	if o.plan.opts.Profile, err = profileNamed(c.String("profile")); err != nil {
		return o, err
	}
	if err := e.claimInputs(slices.DeleteFunc([]string{c.String("like"), o.keyIn}, func(s string) bool { return s == "" })); err != nil {
		return o, err
	}
	if err := e.secrets.take(c.StringSlice("pass")); err != nil {
		return o, err
	}
	if o.keyIn != "" && c.String("pass-out") != "" {
		return o, fault.Usagef("--pass-out is for a new key; certconv convert encrypts one that is there")
	}
	if o.password, err = e.secrets.takeNew("--pass-out", c.String("pass-out")); err != nil {
		return o, err
	}
	return o, o.names(c)
}

// parseDays reads --days. Browsers refuse certificates of more than 825 days,
// whoever signed them.
func parseDays(s string, o *order) (int, error) {
	if s == "" {
		return o.days, nil
	}
	if !o.selfSigned {
		return 0, fault.Usagef("--days is for --self-signed: the CA decides how long its certificates are valid")
	}
	n := 0
	for _, r := range s {
		if r < '0' || r > '9' || n > 825 {
			n = 0
			break
		}
		n = 10*n + int(r-'0')
	}
	if n < 1 || n > 825 {
		return 0, fault.Usagef("--days %s: it must be a number from 1 to 825", s)
	}
	return n, nil
}

// names takes subject and names from --host, --subject and --like.
func (o *order) names(c *cli.Context) error {
	like, err := o.like(c.String("like"))
	if err != nil {
		return err
	}
	for _, h := range c.StringSlice("host") {
		if err := o.addHost(h); err != nil {
			return err
		}
	}
	var fields []dn.Field
	for _, s := range c.StringSlice("subject") {
		name, value, ok := strings.Cut(s, "=")
		if name, value = strings.TrimSpace(name), strings.TrimSpace(value); !ok || name == "" || value == "" {
			return fault.Usagef("--subject %q: it must be FIELD=VALUE, for example O=Example", s)
		}
		fields = append(fields, dn.Field{Name: name, Value: value})
	}
	if len(o.subject.DNS)+len(o.subject.Addresses) == 0 {
		return fault.Usagef("what is the certificate for?").WithHint("add --host NAME for each name, or --like FILE")
	}
	switch {
	case len(fields) == 0 && like != nil:
		o.subject.Name = like
		return nil
	case !slices.ContainsFunc(fields, func(f dn.Field) bool { return dn.Same(f.Name, "CN") }):
		if first := o.first(); len(first) <= 64 { // what a common name can hold (RFC 5280, Appendix A.1)
			fields = append(fields, dn.Field{Name: "CN", Value: first})
		}
	}
	o.subject.Name, err = dn.Encode(fields)
	return subjectFault(err)
}

// first is the name that the subject has where nothing else is said.
func (o *order) first() string {
	if len(o.subject.DNS) > 0 {
		return o.subject.DNS[0]
	}
	return o.subject.Addresses[0].String()
}

func subjectFault(err error) error {
	var f *dn.FieldError
	switch {
	case !errors.As(err, &f):
		return err
	case errors.Is(err, dn.ErrUnknown):
		return fault.Usagef("--subject: there is no attribute %q%s", f.Field.Name, didYouMean(f.Field.Name, dn.Names())).WithHint("these are known: %s", strings.Join(dn.Names(), ", "))
	}
	return fault.Usagef("--subject %s=%s: this attribute has letters without accents, digits and simple punctuation only", f.Field.Name, f.Field.Value)
}

// addHost adds a host name or address, in the form that stands in certificates.
func (o *order) addHost(host string) error {
	if a, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		if a = a.WithZone("").Unmap(); !slices.Contains(o.subject.Addresses, a) {
			o.subject.Addresses = append(o.subject.Addresses, a)
		}
		return nil
	}
	rest, wild := strings.CutPrefix(host, "*.")
	name := validate.ASCIIHost(rest)
	if name == "" || strings.ContainsFunc(name, func(r rune) bool { return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789-._", r) }) {
		return fault.Usagef("--host %s: it is no host name and no address", host).WithHint("give the name alone, without https:// and without a path or port")
	}
	if wild {
		name = "*." + name
	}
	if !slices.Contains(o.subject.DNS, name) {
		o.subject.DNS = append(o.subject.DNS, name)
	}
	return nil
}

// like takes the names of a certificate or request, and gives its subject; nil
// if path is "". A common name that is a host name counts as a name: old
// certificates have no other.
func (o *order) like(path string) (subject []byte, err error) {
	if path == "" {
		return nil, nil
	}
	name := site.NameOf(path)
	b, err := o.open(path, func(b *convert.Bundle) bool { return len(b.Certs)+len(b.Requests) > 0 })
	defer b.Wipe()
	if err != nil {
		return nil, err
	}
	var left []string
	switch leaf := b.Leaf(); {
	case leaf >= 0:
		c := &b.Certs[leaf]
		subject = c.Subject
		o.take(c.DNSNames(), c.IPAddresses(), c.CommonNames())
		left = slices.Concat(c.EmailAddresses(), c.URIs())
	case len(b.Requests) == 1:
		q := &b.Requests[0]
		subject = q.Subject
		o.take(q.DNSNames(), q.IPAddresses(), q.CommonNames())
		left = slices.Concat(q.EmailAddresses(), q.URIs())
	case len(b.Requests) > 1:
		return nil, fault.New(fault.WrongObject, name, "it holds %d requests, and only one can be taken as the model", len(b.Requests))
	default:
		return nil, fault.New(fault.WrongObject, name, "it holds no certificate and no request to take names from")
	}
	for _, s := range left {
		o.env.note("%s: left out: %s, which is no name of a server", name, s)
	}
	return slices.Clone(subject), nil
}

func (o *order) take(dns []string, addresses []netip.Addr, common []string) {
	for _, name := range dns {
		if !slices.Contains(o.subject.DNS, name) {
			o.subject.DNS = append(o.subject.DNS, name)
		}
	}
	o.subject.Addresses = append(o.subject.Addresses, addresses...)
	for _, name := range common {
		if strings.Contains(name, ".") && !strings.ContainsAny(name, " @/:") {
			_ = o.addHost(name) // a common name may be anything
		}
	}
}

// open reads a file. What else is in it may be damaged or locked if there is
// enough.
func (o *order) open(path string, enough func(*convert.Bundle) bool) (*convert.Bundle, error) {
	name := site.NameOf(path)
	data, err := o.plan.reader.Read(path, nil)
	if err != nil {
		return &convert.Bundle{}, err
	}
	defer clear(data)
	if len(data) == 0 {
		return &convert.Bundle{}, site.Empty(name)
	}
	b, err := o.plan.reader.Decode(name, data)
	if enough(b) {
		err = nil
	}
	return b, err
}

// targets says early what would keep the files from being written.
func (o *order) targets() error {
	if o.keyOut != "" {
		if _, _, err := atomicfile.Target(o.keyOut, false); err != nil {
			f := fault.Of(err)
			if f.Code == fault.Exists {
				f.Hint = "a key is never replaced: choose another --key-out, or --key to use this one"
			}
			return f
		}
	}
	if o.out != "-" {
		_, _, err := atomicfile.Target(o.out, o.force)
		return err
	}
	return nil
}

// key reads the key, or makes it: a bundle with it alone.
func (o *order) key() (*convert.Bundle, error) {
	secrecy.NoDump()
	if o.keyIn == "" {
		p8, err := request.NewKey(o.keyType)
		if err != nil {
			return &convert.Bundle{}, err
		}
		secrecy.Lock(p8) // and the bundle is made of it
		return convert.Decode(p8, &convert.DecodeOptions{File: o.keyOut, From: "der"})
	}
	name := site.NameOf(o.keyIn)
	b, err := o.open(o.keyIn, func(b *convert.Bundle) bool { return len(b.Keys) > 0 })
	if err != nil {
		return b, err
	}
	switch {
	case len(b.Keys) == 0:
		return b, fault.New(fault.WrongObject, name, "it holds no private key")
	case slices.ContainsFunc(b.Keys[1:], func(k convert.PrivateKey) bool { return k.PublicID() != b.Keys[0].PublicID() }):
		return b, fault.New(fault.WrongObject, name, "it holds several private keys").WithHint("take the one out with certconv convert")
	}
	return b, nil
}

// make builds the request, or the certificate, as PEM.
func (o *order) make(k *convert.PrivateKey) ([]byte, error) {
	now := o.plan.opts.Now.Truncate(time.Second)
	var raw []byte
	var err error
	if o.selfSigned {
		raw, err = o.subject.SelfSigned(k.Key, now, now.AddDate(0, 0, o.days))
	} else {
		raw, err = o.subject.Request(k.Key)
	}
	if errors.Is(err, request.ErrKey) {
		return nil, fault.New(fault.Unsupported, k.Source.File, "a key of type %s cannot sign a request here", k.Algorithm).WithHint("make a new key with --key-out FILE")
	}
	if err != nil {
		return nil, err
	}
	b, err := convert.Decode(raw, &convert.DecodeOptions{File: o.name(), From: "der"})
	if err != nil {
		return nil, err
	}
	return convert.Encode(b, "pem", nil)
}

// name is what the file that is written is called.
func (o *order) name() string {
	if o.out == "-" {
		return "standard output"
	}
	return o.out
}

// judge runs the checks on what is to be written.
func (o *order) judge(keys *convert.Bundle, text []byte) (*report.Result, error) {
	made, err := convert.Decode(text, &convert.DecodeOptions{File: o.name()})
	if err != nil {
		return nil, err
	}
	in := &site.Input{Path: o.name(), Role: validate.RoleRequest, Data: text, Bundle: made}
	inputs := []*site.Input{in}
	group := site.GroupRequests
	if o.selfSigned {
		in.Role = validate.RoleCert
		inputs = append(inputs, &site.Input{Path: keys.Keys[0].Source.File, Role: validate.RoleKey, Bundle: keys})
		o.plan.opts.Roots = validate.NewAnchors(made.Certs)
		o.plan.opts.Roots.Private = true
		group = o.plan.group
	} else if len(o.plan.opts.Only) == 0 {
		o.plan.opts.Only = requestCodes()
	}
	sites := group(inputs)
	site.CheckAll(sites, o.plan.check)
	return o.plan.outcome(inputs, sites), nil
}

// write puts the key in place, then the request. Neither stays without the
// other.
func (o *order) write(keys *convert.Bundle, text []byte) error {
	if o.keyIn == "" {
		opts := convert.EncodeOptions{Password: o.password, Only: []convert.Part{convert.PartKey}}
		key, err := convert.Encode(keys, "pem", &opts)
		if err != nil {
			return err
		}
		defer clear(key)
		if err := atomicfile.Write(o.keyOut, key, atomicfile.Secret, false, o.env.signals.Guard); err != nil {
			return err
		}
	}
	var err error
	if o.out == "-" {
		err = o.env.print(text)
	} else {
		err = atomicfile.Write(o.out, text, atomicfile.Public, o.force, o.env.signals.Guard)
	}
	if err != nil && o.keyIn == "" {
		_ = os.Remove(o.keyOut) // nobody has seen it
	}
	return err
}

// tell reports what was found. Where standard output has the request, people
// read it on standard error.
func (o *order) tell(r *report.Result) error {
	if o.out != "-" {
		return o.env.writeResult(r)
	}
	o.env.told = true
	return o.env.handler(o.env.stderr).Result(r)
}
