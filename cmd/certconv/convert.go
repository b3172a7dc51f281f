package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/atomicfile"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/site"
	"github.com/certconv/certconv/internal/target"
	"github.com/certconv/certconv/internal/terminal"
)

var parts = [...]convert.Part{
	convert.PartKey, convert.PartCert, convert.PartChain, convert.PartFullchain,
	convert.PartRequest, convert.PartCRL, convert.PartPublicKey,
}

func convertCommand() command {
	return command{
		name:    "convert",
		args:    "FILE…",
		summary: "read any format, write another; several inputs become one bundle",
		about: "Reads every FILE, whatever its format, and writes the keys, certificates and requests in them as one bundle. The output format is the one that --to, --for or the extension of --out names. Without any of these, PEM goes to standard output.\n" +
			"certconv refuses to drop what the format cannot hold, to write a key that fits none of the certificates, and to replace an existing file; --allow-loss, --allow-mismatch and --force permit it. The output is read back and compared before it is put in place. Only the owner can read a file with a private key.\n" +
			"The file name - is standard input or standard output.",
		examples: []example{
			{"a PFX from Windows for nginx: key, certificate and chain in one file", "certconv convert site.pfx --for nginx --out site.pem"},
			{"each part in its own file", "certconv convert site.pfx --only key --out site.key; certconv convert site.pfx --only fullchain --out site.crt"},
			{"key, certificate and chain for Windows", "certconv convert site.key site.crt chain.crt --out site.pfx"},
			{"the same for Windows Server 2016 and earlier", "certconv convert site.key site.crt chain.crt --for iis2016 --out site.pfx"},
			{"an IIS 4 Key Manager backup", "certconv convert backup.key --pass env:PW --only key --only fullchain --out site.pfx --pass-out env:NEW"},
			{"of a keystore of several sites a file for each", "certconv convert all.jks --for haproxy --out-dir sites"},
			{"a Kubernetes Secret", "certconv convert site.pfx --to k8s --namespace web | kubectl apply -f -"},
			{"a key encrypted with a password", "certconv convert site.key --to pkcs8 --pass-out file:pw.txt --out site.enc.key"},
		},
		flags: slices.Concat(
			[]cli.Flag{
				stringFlag("to", "`FORMAT` output format; default: from --for or the extension of --out"),
				&cli.StringFlag{Name: "out", Aliases: []string{"o"}, Usage: "`FILE` output file; - is standard output"},
				stringFlag("out-dir", "`DIR` folder for a file of each site in the input, named by its host"),
				listFlag("host", "`NAME` of several sites in the input take the one that is for this host; repeatable: for all of them"),
				stringFlag("alias", "`NAME` of several sites in the input take the one of this alias; of Kubernetes Secrets and acme.json the object's name, [NAMESPACE/]NAME"),
				stringFlag("for", "`TARGET` software that will read the file; chooses format and algorithms; certconv formats lists the targets"),
				listFlag("only", "`PART` write only this part: key, cert, chain, fullchain, request, crl, public-key; repeatable"),
				stringFlag("name", "`NAME` friendly name (alias) to store; of a Kubernetes Secret its name"),
				stringFlag("namespace", "`NAME` namespace of a Kubernetes Secret"),
				stringFlag("pass-out", "`SOURCE` password for writing; sources as for --pass"),
				listFlag("key-pass", "`SOURCE` password of the keys in a Java keystore, where it is not that of the keystore; sources as for --pass; repeatable"),
				stringFlag("key-pass-out", "`SOURCE` password for the keys in a JKS to write, where it is not to be --pass-out"),
				stringFlag("profile", "`PROFILE` encryption algorithms: default, pbmac1, iis2016, java8"),
				boolFlag("der", "write binary instead of PEM, for pkcs8 and p7b"),
				boolFlag("pem", "write PEM instead of binary, for pkcs8 and p7b"),
				boolFlag("names", "write friendly names as text between PEM blocks"),
				boolFlag("force", "replace an existing file"),
				boolFlag("allow-mismatch", "write a key that fits none of the certificates"),
				boolFlag("allow-bad-integrity", "read a PFX or keystore whose integrity check fails"),
				boolFlag("allow-loss", "drop what the format cannot hold and what could not be read"),
			}, readFlags(), reportFlags()),
		run: runConvert,
	}
}

// conversion is what the flags of convert come to.
type conversion struct {
	inputs []string
	reader *site.Reader
	out    string
	format *convert.Format
	opts   convert.EncodeOptions
	target *target.Target // nil: not told
	force  bool
	choice choice
	badMAC bool // what fails its integrity check is taken
}

func runConvert(e *env, c *cli.Context) error {
	v, err := planConversion(e, c)
	if err != nil {
		return err
	}
	defer func() { clear(v.opts.Password); clear(v.opts.KeyPassword) }()
	files, err := v.readInputs(e)
	defer func() {
		for _, data := range files {
			clear(data)
		}
	}()
	if err != nil {
		return err
	}
	if sizeOf(files) > largeInput {
		defer collectAt(40)() // a quarter less memory at the peak, for a fifteenth more time
	}
	if v.out != "-" {
		if _, _, err := atomicfile.Target(v.out, v.force); err != nil {
			return err
		}
	}
	bundle, err := v.decode(e, files)
	defer func(all *convert.Bundle) { all.Wipe() }(bundle)
	if err != nil {
		return err
	}
	if err := v.integrity(bundle); err != nil {
		return err
	}
	sites, err := v.sites(e, bundle)
	if err != nil {
		return err
	}
	if v.choice.dir != "" {
		return v.convertEach(e, sites)
	}
	bundle = sites[0]
	if err := v.takeSiteKey(e, bundle); err != nil {
		return err
	}
	if err := v.suitsTarget(bundle); err != nil {
		return err
	}
	v.derivePublicKeys(bundle)
	if err := v.askPassword(e, bundle); err != nil {
		return err
	}
	out, lost, err := v.encode(bundle)
	if err != nil {
		return v.explainEncode(bundle, err)
	}
	defer clear(out)
	v.warnOfName(e, bundle)
	if err := v.write(e, out, v.holdsSecret(bundle)); err != nil {
		return err
	}
	v.tell(e, bundle, out, lost)
	return nil
}

func planConversion(e *env, c *cli.Context) (*conversion, error) {
	v := &conversion{inputs: e.piped(c.Args().Slice()), out: c.String("out"), force: c.Bool("force"), badMAC: c.Bool("allow-bad-integrity")}
	if len(v.inputs) == 0 {
		return nil, fault.Usagef("convert needs at least one input file")
	}
	v.choice = choice{c.StringSlice("host"), c.String("alias"), c.String("out-dir")}
	if v.choice.dir != "" && v.out != "" {
		return nil, fault.Usagef("--out and --out-dir exclude each other")
	}
	if v.out == "" {
		v.out = "-"
	}
	if e.form.Document && v.out == "-" && v.choice.dir == "" {
		return nil, fault.Usagef("--format %s and the output cannot both go to standard output: add --out FILE", e.form.Name)
	}
	var err error
	limit, err := parseSize(c.String("max-size"))
	if err != nil {
		return nil, err
	}
	if err := checkFrom(c.String("from")); err != nil {
		return nil, err
	}
	v.reader = e.reader(c.String("from"), limit)
	v.opts = convert.EncodeOptions{
		Name: c.String("name"), Namespace: c.String("namespace"), TextNames: c.Bool("names"), DER: c.Bool("der"), PEM: c.Bool("pem"),
		AllowLoss: c.Bool("allow-loss"), AllowMismatch: c.Bool("allow-mismatch"), Time: time.Now(),
	}
	if v.opts.DER && v.opts.PEM {
		return nil, fault.Usagef("--der and --pem exclude each other")
	}
	for _, p := range c.StringSlice("only") {
		if !slices.Contains(parts[:], convert.Part(p)) {
			return nil, fault.Usagef("--only: there is no part %q%s", p, didYouMean(p, flagWords("convert", "only")))
		}
		v.opts.Only = append(v.opts.Only, convert.Part(p))
	}
	if err := v.chooseFormat(e, c); err != nil {
		return nil, err
	}
	if v.choice.given() && !v.writesSite() {
		return nil, fault.Usagef("--host, --alias and --out-dir choose keys and certificates, and --only leaves out both")
	}
	if err := e.claimInputs(v.inputs); err != nil {
		return nil, err
	}
	if err := v.takePasswords(e, c); err != nil {
		return nil, err
	}
	return v, nil
}

// takePasswords resolves --pass, --pass-out and those of keys.
func (v *conversion) takePasswords(e *env, c *cli.Context) error {
	err := e.secrets.take(c.StringSlice("pass"))
	if err != nil {
		return err
	}
	if err := e.secrets.takeMore("--key-pass", c.StringSlice("key-pass")); err != nil {
		return err
	}
	if v.opts.Password, err = e.secrets.takeNew("--pass-out", c.String("pass-out")); err != nil {
		return err
	}
	if v.opts.Password != nil && !v.format.TakesPassword() {
		return fault.Usagef("--pass-out: %s cannot be encrypted", v.format.Name)
	}
	if v.opts.KeyPassword, err = e.secrets.takeNew("--key-pass-out", c.String("key-pass-out")); err != nil {
		return err
	}
	if v.opts.KeyPassword != nil && !v.format.TakesKeyPassword() {
		return fault.Usagef("--key-pass-out: in %s, keys have no password of their own", v.format.Name)
	}
	return nil
}

func checkFrom(name string) error {
	if name == "" {
		return nil
	}
	if f := convert.Lookup(name); f == nil || f.Decode == nil {
		return fault.Usagef("--from: no format that can be read is called %q%s", name, didYouMean(name, flagWords("", "from")))
	}
	return nil
}

// chooseFormat works out what to write from --to, --for and --out.
func (v *conversion) chooseFormat(e *env, c *cli.Context) error {
	to, ext := c.String("to"), strings.ToLower(filepath.Ext(v.out))
	name := to
	if s := c.String("for"); s != "" {
		t, err := targetNamed(s)
		if err != nil {
			return err
		}
		v.target, v.opts.Profile = t, t.Profile
		if name == "" {
			name = t.Format
			if ext == ".jks" && name == "pfx" && t.Reader == target.ReaderJava {
				name = "jks"
			}
		}
	}
	if p := c.String("profile"); p != "" {
		if !slices.Contains(flagWords("convert", "profile"), p) {
			return fault.Usagef("--profile: there is no profile %q%s", p, didYouMean(p, flagWords("convert", "profile")))
		}
		v.opts.Profile = p
	}
	byExt := convert.Lookup(ext)
	if f := convert.Lookup("." + strings.ToLower(to)); to != "" && f != nil && convert.Lookup(to) == nil {
		name = f.Name
		if part := partMeant(to); part != "" && len(v.opts.Only) == 0 {
			v.opts.Only = []convert.Part{part}
		}
	}
	switch {
	case name != "":
	case v.out == "-":
		name = "pem"
	case ext == "" || byExt == nil:
		return fault.Usagef("the extension of %q names no format: add --to FORMAT", v.out)
	default:
		name = byExt.Name
	}
	if v.format = convert.Lookup(name); v.format == nil || !v.format.CanEncode() {
		if v.format != nil {
			return fault.Usagef("%s can be read but not written", v.format.Name)
		}
		return fault.Usagef("--to: no format is called %q%s", name, didYouMean(name, flagWords("convert", "to")))
	}
	if len(v.opts.Only) == 0 && v.format.Max(convert.KindPrivateKey)+v.format.Max(convert.KindCertificate) == 0 && v.format.Max(convert.KindPublicKey) > 0 {
		v.opts.Only = []convert.Part{convert.PartPublicKey} // it holds nothing else
	}
	if to == "" && v.target != nil && byExt != nil && byExt.Name != v.format.Name {
		e.note("%s will hold %s, which is what %s reads, not %s", v.out, v.format.Name, v.target.Name, byExt.Name)
	}
	v.opts.KeyForms = v.keyForms()
	if v.opts.Namespace != "" && v.format.Name != "k8s" {
		return fault.Usagef("--namespace is for --to k8s")
	}
	switch v.format.Name {
	case "pkcs8":
		v.opts.DER = v.opts.DER || !v.opts.PEM && ext == ".p8"
	case "p7b":
		v.opts.PEM = v.opts.PEM || !v.opts.DER && slices.Contains([]string{".pem", ".crt", ".cer"}, ext)
	default:
		if v.opts.DER && v.format.Name == "pem" {
			v.format, v.opts.DER = convert.Lookup("der"), false
		} else if v.opts.PEM && v.format.Name == "der" {
			v.format, v.opts.PEM = convert.Lookup("pem"), false
		}
	}
	return nil
}

// partMeant is the part that people mean by an extension, "" for others.
func partMeant(ext string) convert.Part {
	switch strings.ToLower(strings.TrimPrefix(ext, ".")) {
	case "crt", "cer":
		return convert.PartFullchain
	case "key":
		return convert.PartKey
	case "csr":
		return convert.PartRequest
	}
	return ""
}

// readInputs reads the files before anything is asked or written.
func (v *conversion) readInputs(e *env) ([][]byte, error) {
	var files [][]byte
	for i, path := range v.inputs {
		data, err := v.reader.Read(path, nil)
		if err != nil {
			return files, missing(err, v.inputs, i)
		}
		if len(data) == 0 {
			return files, site.Empty(site.NameOf(path))
		}
		files = append(files, data)
	}
	return files, nil
}

// decode puts the contents of all inputs together. The bundle is to be wiped
// whatever the error.
func (v *conversion) decode(e *env, files [][]byte) (*convert.Bundle, error) {
	all := &convert.Bundle{}
	for i, path := range v.inputs {
		name := site.NameOf(path)
		b, err := v.reader.Decode(name, files[i])
		if len(b.Keys)+len(b.Others)+len(b.Failures) == 0 {
			files[i] = nil // no secret that is to be cleared: large lists are not held longer than they are needed
		}
		if i == 0 {
			all = b
		} else {
			all.Add(b)
		}
		if err != nil && !v.mayMiss(b) {
			return all, err
		}
		for _, f := range b.Failures {
			switch {
			case !f.Unproved():
				e.warn("%s: left out: %s", name, fault.Of(f.Err).Text)
			case v.badMAC:
				e.warn("%s: its integrity is not proved: %s", name, fault.Of(f.Err).Text)
			}
		}
	}
	return all, nil
}

// integrity refuses what a MAC shows to be altered, and a keystore of which no password that
// was given proves that it is not.
func (v *conversion) integrity(b *convert.Bundle) error {
	if v.badMAC {
		return nil
	}
	for i := range b.Failures {
		if f := &b.Failures[i]; f.Unproved() {
			return fault.Of(f.Err).WithHint("give the right password; without one the certificates are read unproved; --allow-bad-integrity converts it all the same")
		}
	}
	i := slices.IndexFunc(b.Notes, func(n convert.Note) bool { return n.Kind == note.MACFails })
	if i < 0 {
		return nil
	}
	n := &b.Notes[i]
	return fault.New("keystore-integrity", n.Source.File, "%s", n.Text).WithHint("get the file again, or export it again; --allow-bad-integrity converts it all the same")
}

// mayMiss tells whether the faults of b concern nothing that is to be written.
func (v *conversion) mayMiss(b *convert.Bundle) bool {
	if b.Len() == 0 {
		return false
	}
	if v.opts.AllowLoss {
		return true
	}
	parts := map[convert.Kind][]convert.Part{
		convert.KindPrivateKey: {convert.PartKey, convert.PartPublicKey}, convert.KindCertificate: {convert.PartCert, convert.PartChain, convert.PartFullchain},
		convert.KindRequest: {convert.PartRequest}, convert.KindCRL: {convert.PartCRL}, convert.KindPublicKey: {convert.PartPublicKey},
	}
	for i := range b.Failures {
		f := &b.Failures[i]
		if f.Unproved() || v.ofAnotherSite(b, f) {
			continue
		}
		if len(v.opts.Only) == 0 || f.Kind == "" || slices.ContainsFunc(parts[f.Kind], v.writes) {
			return false
		}
	}
	return true
}

func (v *conversion) writes(p convert.Part) bool {
	return len(v.opts.Only) == 0 || slices.Contains(v.opts.Only, p)
}

// encode writes the bundle, and where --allow-loss lets objects go lists them.
func (v *conversion) encode(b *convert.Bundle) (out []byte, lost []string, err error) {
	opts := v.opts
	opts.AllowLoss, opts.Lost = false, &lost
	out, err = convert.Encode(b, v.format.Name, &opts)
	var loss *convert.LossError
	if v.opts.AllowLoss && errors.As(err, &loss) {
		lost = loss.What
		opts.AllowLoss = true
		out, err = convert.Encode(b, v.format.Name, &opts)
	}
	return out, lost, err
}

func (v *conversion) outName() string {
	if v.out == "-" {
		return "standard output"
	}
	return v.out
}

func (v *conversion) explainEncode(b *convert.Bundle, err error) error {
	f := fault.Of(err)
	if f.File == "" {
		f.File = v.outName()
	}
	var loss *convert.LossError
	if !errors.As(err, &loss) {
		return f
	}
	keys, certs := v.format.Max(convert.KindPrivateKey), v.format.Max(convert.KindCertificate)
	switch {
	case loss.Name && v.format.Name == "pem" && len(b.Keys) < 2:
		f.Hint = "--names writes names as text beside the blocks; or leave out --name"
	case loss.Name:
		f.Hint = "leave out --name, or write what is to have the name alone"
	case loss.Entries:
		f.Hint = "--allow-loss leaves them out; to have them trusted, make a keystore of them alone and give it beside the others"
	case keys == 1 && certs == 0 && len(b.Keys) == b.Len(): // there is nothing else to leave out
		if len(b.Keys) > 1 {
			f.Hint = "give one key at a time"
		}
	case keys == 1 && certs == 0 && len(v.opts.Only) == 0:
		f.Hint = "--only key writes the key alone"
	case keys != 0 && certs == math.MaxInt && len(b.Keys) > 0 && len(b.Certs) == 0:
		f.Hint = "give the certificate of the key beside it"
	case certs == math.MaxInt && len(v.opts.Only) == 0:
		f.Hint = "--allow-loss drops what does not fit"
		switch {
		case len(b.Certs) == 0:
		case keys != 0 && len(b.Keys) > 0:
			f.Hint = "--only key --only fullchain writes key and certificates alone; " + f.Hint
		default:
			f.Hint = "--only fullchain writes the certificates alone; " + f.Hint
		}
	}
	return f
}

// derivePublicKeys adds the public keys that --only public-key asks for where
// the inputs hold only what they can be taken from: keys, requests, and the certificates of
// servers and persons, but not those that a keystore with keys trusts.
func (v *conversion) derivePublicKeys(b *convert.Bundle) {
	if !slices.Contains(v.opts.Only, convert.PartPublicKey) || len(b.PublicKeys) > 0 {
		return
	}
	seen := map[string]bool{"": true}
	add := func(id convert.PublicID, at convert.Source, spki []byte, algorithm string, bits int) {
		if key := cmp.Or(string(id), string(spki)); !seen[key] {
			seen[key] = true
			b.PublicKeys = append(b.PublicKeys, convert.PublicKey{Source: at, SPKI: spki, Algorithm: algorithm, Bits: bits})
		}
	}
	for _, k := range b.Keys {
		add(k.PublicID(), k.Source, k.SPKI, k.Algorithm, k.Bits)
	}
	for _, q := range b.Requests {
		add(q.PublicID(), q.Source, q.SPKI, q.Algorithm, q.Bits)
	}
	for _, i := range b.Leaves() {
		if c := &b.Certs[i]; !c.Trusted || len(b.Keys) == 0 {
			add(c.PublicID(), c.Source, c.SPKI, c.Algorithm, c.Bits)
		}
	}
}

// holdsSecret tells whether what is written can hold a private key.
func (v *conversion) holdsSecret(b *convert.Bundle) bool {
	return v.writes(convert.PartKey) && v.format.Max(convert.KindPrivateKey) > 0 && len(b.Keys)+len(b.Others) > 0
}

// warnOfName tells where the name of the output promises another part than is
// written.
func (v *conversion) warnOfName(e *env, b *convert.Bundle) {
	part := partMeant(filepath.Ext(v.out))
	has := map[convert.Part]bool{convert.PartKey: len(b.Keys) > 0, convert.PartFullchain: len(b.Certs) > 0, convert.PartRequest: len(b.Requests) > 0}[part]
	advice := ""
	if has {
		advice = "; --only " + string(part) + " leaves the rest out"
	}
	certs := len(b.Certs) > 0 && v.format.Max(convert.KindCertificate) > 0 && slices.ContainsFunc([]convert.Part{convert.PartCert, convert.PartChain, convert.PartFullchain}, v.writes)
	switch {
	case part == "":
	case part != convert.PartKey && v.holdsSecret(b):
		e.warn("%s gets a private key, which nobody expects in such a file%s", v.out, advice)
	case part == convert.PartKey && has && certs && v.target == nil:
		e.warn("%s gets certificates too, which nobody expects in such a file%s", v.out, advice)
	case !has && len(b.Others) == 0:
		e.warn("%s gets no %s, whatever its name says", v.out, map[convert.Part]string{convert.PartKey: "private key", convert.PartFullchain: "certificate", convert.PartRequest: "certificate request"}[part])
	}
}

func (v *conversion) write(e *env, out []byte, secret bool) error {
	if v.out != "-" {
		mode := atomicfile.Public
		if secret {
			mode = atomicfile.Secret
		}
		return atomicfile.Write(v.out, out, mode, v.force, e.signals.Guard)
	}
	if bytes.IndexByte(out, 0) >= 0 && terminal.Is(e.stdout.file) {
		return fault.Usagef("%s is binary, and standard output is a terminal", v.format.Name).WithHint("add --out FILE")
	}
	if err := e.print(out); err != nil {
		return err
	}
	return nil
}

// tell says what is worth knowing of a conversion that worked.
func (v *conversion) tell(e *env, b *convert.Bundle, out []byte, lost []string) {
	lost = v.tellFile(e, b, out, lost, true)
	sum := sha256.Sum256(out)
	_ = e.writePage(&conversionPage{Schema: 1, Out: v.out, Format: v.format.Name, SHA256: hex.EncodeToString(sum[:]), Lost: lost, Notes: worthTelling(b.Notes, true)})
}

// tellFile says what is worth knowing of one file that was written, and of what it
// was read from where that is to be told. It returns what was not kept.
func (v *conversion) tellFile(e *env, b *convert.Bundle, out []byte, lost []string, read bool) []string {
	if read {
		for _, n := range worthTelling(b.Notes, e.verbose) {
			e.note("%s", n)
		}
	}
	v.tellKeys(e, b)
	v.tellForms(e, b)
	lost = counted(lost)
	if len(lost) > 0 {
		e.note("%s: not kept: %s", v.outName(), some(lost, e.verbose))
	}
	e.detail("%s: %d bytes, %s", v.outName(), len(out), v.format.Name)
	return lost
}

// conversionPage is the report for programs. For people it is on standard
// error, because standard output may be what was written.
type conversionPage struct {
	Schema int              `json:"schema"`
	Out    string           `json:"out,omitempty"`
	Format string           `json:"format"`
	SHA256 string           `json:"sha256,omitempty"`
	Files  []conversionFile `json:"files,omitempty"` // of --out-dir
	Lost   []string         `json:"lost,omitempty"`
	Notes  []string         `json:"notes,omitempty"`
}

func (*conversionPage) Text(*report.Printer) {}
