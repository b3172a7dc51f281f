package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/atomicfile"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/search"
	"github.com/certconv/certconv/internal/site"
	"github.com/certconv/certconv/internal/terminal"
)

func findKeyCommand() command {
	return command{
		name:    "find-key",
		args:    "--cert FILE DIR…",
		summary: "find the private key of a certificate or request in folders, backups and images",
		about: "Searches every file below each DIR, and each FILE or block device that is named, for the private key that belongs to the certificate, request or public key in --cert FILE. It finds keys in every format that certconv reads, and at every offset of disk images, backup archives, memory dumps and swap files of editors, whatever their size.\n" +
			"In the middle of an image it does not find: a file that lies there in several pieces, a key as digits of a dump, what bzip2 or xz packed, a key in BER with lengths that are not told, a PKCS#12 whose password stands beside it in a configuration profile, and PuTTY, JSON and XML keys in UTF-16. " +
			"In base64 it finds there what begins with a key or keystore, and text with PEM in it, and no archives, Secrets, mails, profiles and Key Manager backups.\n" +
			"Each find is proved: certconv derives the public key from the private key and compares it. Encrypted files are tried with every --pass, and files that no password opens are listed. certconv never asks for a password during a search.\n" +
			"Exit code 0: the key was found. 1: it was not found. Symbolic links to folders are not followed.",
		examples: []example{
			{"whether the key is still on this machine", "certconv find-key --cert site.crt /etc /root /home"},
			{"search the image of a disk, and write the key to a file", "certconv find-key --cert site.crt server.img --out site.key"},
			{"the same for the disk itself", "certconv find-key --cert site.crt /dev/sdb1 --out site.key --first"},
			{"search encrypted PFX files and Key Manager backups", "certconv find-key --cert site.crt --pass env:PW --pass env:OLD /backup"},
		},
		flags: slices.Concat(
			[]cli.Flag{
				stringFlag("cert", "`FILE` certificate, request or public key whose private key is wanted"),
				&cli.StringFlag{Name: "out", Aliases: []string{"o"}, Usage: "`FILE` write the key to this file"},
				stringFlag("to", "`FORMAT` output format; default: from the extension of --out"),
				stringFlag("pass-out", "`SOURCE` password for writing; sources as for --pass"),
				boolFlag("force", "replace an existing file"),
				boolFlag("first", "stop at the first place where the key is found"),
				passFlag(),
				stringFlag("from", "`FORMAT` format of --cert; default: detected from the content"),
				stringFlag("max-size", "`SIZE` refuse --cert if it is larger than this (256MiB); searched files may have any size"),
			}, reportFlags()),
		run: runFindKey,
	}
}

// keySearch is one run of find-key.
type keySearch struct {
	env      *env
	cert     string
	wanted   []wantedKey
	first    bool
	out      *conversion // nil: the key is not to be written
	searcher *search.Searcher
	progress *terminal.Progress
	cancel   context.CancelFunc

	mu       sync.Mutex
	found    []foundKey
	unopened []unopened
	others   int // keys that do not match; not all of them are listed
	files    int
	key      *convert.PrivateKey // the first match
	keyOrder int                 // of its file
}

// wantedKey is a public key whose private key is looked for.
type wantedKey struct {
	id   convert.PublicID
	what string
}

// foundKey is a private key and its place.
type foundKey struct {
	Path      string `json:"path"`
	Offset    int64  `json:"offset"`
	Entry     string `json:"entry,omitempty"`
	Format    string `json:"format"`
	Encrypted bool   `json:"encrypted"`
	SPKI      string `json:"spki_sha256"`
	Matches   bool   `json:"matches"`
	Algorithm string `json:"algorithm,omitempty"`
	Bits      int    `json:"bits,omitempty"`

	order int // of the file
}

// unopened is a file, or a part of one, that may hold the key.
type unopened struct {
	Path   string `json:"path"`
	Entry  string `json:"entry,omitempty"`
	Offset int64  `json:"offset,omitempty"`
	Count  int    `json:"count,omitempty"` // how many such places, if there are several
	Why    string `json:"why"`

	order int
}

const (
	// searchMemory is what the garbage collector tries to stay under: so that
	// rescuing a key does not take the memory of a server that is in trouble.
	searchMemory = 40 << 20

	maxOthers   = 10_000 // keys that are listed though they do not match
	maxUnopened = 100    // entries of one file
)

func runFindKey(e *env, c *cli.Context) error {
	f := &keySearch{env: e, cert: c.String("cert"), first: c.Bool("first")}
	places := c.Args().Slice()
	switch {
	case f.cert == "":
		return fault.Usagef("find-key needs --cert FILE: the certificate or request whose key is looked for")
	case len(places) == 0:
		return fault.Usagef("find-key needs a folder or file to search")
	case slices.Contains(places, "-"):
		return fault.Usagef("find-key searches folders, files and devices, not standard input")
	case c.String("out") == "-":
		return fault.Usagef("--out -: standard output is for the report; name a file")
	case c.String("out") == "" && (c.String("to") != "" || c.String("pass-out") != ""):
		return fault.Usagef("--to and --pass-out are for what --out FILE writes")
	}
	if err := f.plan(c); err != nil {
		return err
	}
	if f.out != nil {
		defer func() { clear(f.out.opts.Password) }()
	}
	roots, err := searchRoots(places)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	f.cancel = cancel
	e.signals.Interruptible(cancel)
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(searchMemory))
	f.searcher = search.New(0)
	f.progress = e.startProgress("searching", terminal.Bytes, false)
	f.run(ctx, roots)
	f.progress.Close()
	return f.finish()
}

// plan reads the flags and the certificate.
func (f *keySearch) plan(c *cli.Context) error {
	e := f.env
	limit, err := parseSize(c.String("max-size"))
	if err != nil {
		return err
	}
	from := c.String("from")
	if err := checkFrom(from); err != nil {
		return err
	}
	if out := c.String("out"); out != "" {
		f.out = &conversion{out: out, force: c.Bool("force"), opts: convert.EncodeOptions{Time: time.Now(), Only: []convert.Part{convert.PartKey}}}
		if err := f.out.chooseFormat(e, c); err != nil {
			return err
		}
		if err := f.out.takePasswords(e, c); err != nil {
			return err
		}
		if _, _, err := atomicfile.Target(out, f.out.force); err != nil {
			return err
		}
	} else if err := e.secrets.take(c.StringSlice("pass")); err != nil {
		return err
	}
	if f.cert == "-" {
		if err := e.claimStdin(anInput); err != nil {
			return err
		}
	}
	return f.readCert(e.reader(from, limit))
}

// readCert takes the public keys from --cert: those of a leaf, not of its
// chain.
func (f *keySearch) readCert(r *site.Reader) error {
	name := site.NameOf(f.cert)
	data, err := r.Read(f.cert, nil)
	if err != nil {
		return err
	}
	if len(data) == 0 {
		return site.Empty(name)
	}
	b, err := r.Decode(name, data)
	defer b.Wipe()
	words := map[convert.Kind]string{convert.KindCertificate: "certificate", convert.KindRequest: "request", convert.KindPublicKey: "public key"}
	leaf := b.Leaf()
	for o := range b.Objects() {
		what, id := words[o.Kind], o.PublicID()
		if what == "" || id == "" || f.wants(id) || o.Kind == convert.KindCertificate && leaf >= 0 && o.Index != leaf {
			continue
		}
		f.wanted = append(f.wanted, wantedKey{id, strings.TrimSuffix(what+" "+convert.NameString(o.Name), " ")})
	}
	if len(f.wanted) > 0 {
		return nil
	}
	if err != nil {
		return err
	}
	hint := "--cert takes the certificate or the request that the key was made for"
	if len(b.Keys) > 0 {
		hint = "it holds a private key itself: certconv inspect shows it"
	}
	return fault.New(fault.FileUnrecognised, name, "no certificate, request or public key is in it").WithHint("%s", hint)
}

// searchJob is a file on its way.
type searchJob struct {
	path  string
	order int // in which the files were met
	size  int64

	keys     map[convert.PublicID][]int // in found, by public key
	found    []foundKey
	unopened []unopened
	others   int
	key      *convert.PrivateKey
}

// take lists what was found in the file.
func (j *searchJob) take(f *keySearch, b *convert.Bundle) {
	for i := range b.Keys {
		j.takeKey(&b.Keys[i], f.wants(b.Keys[i].PublicID()))
	}
	for i := range b.Failures {
		fault := &b.Failures[i]
		why := faultText(fault.Err)
		if slices.ContainsFunc(b.Certs, func(c convert.Certificate) bool { return f.wants(c.PublicID()) }) {
			why += "; it holds the certificate whose key is looked for"
		}
		at := fault.Source
		if f := convert.Lookup(at.Format); f != nil && f.Keystore {
			at.Offset = 0 // which part of it does not help anyone
		}
		j.closed(at.Entry, at.Offset, why)
	}
}

// takeKey lists a key: what is looked for at each of its places, another one
// once for each file. A file is searched in no order.
func (j *searchJob) takeKey(k *convert.PrivateKey, matches bool) {
	id := k.PublicID()
	sum := sha256.Sum256(k.SPKI)
	key := foundKey{
		Path: j.path, Offset: k.Source.Offset, Entry: k.Source.Entry, Format: k.Source.Format, Encrypted: k.Scheme != "",
		SPKI: hex.EncodeToString(sum[:]), Matches: matches, Algorithm: k.Algorithm, Bits: k.Bits, order: j.order,
	}
	for _, n := range j.keys[id] {
		if !matches || key.within(&j.found[n]) {
			if key.before(&j.found[n]) {
				j.found[n] = key
			}
			return
		}
	}
	switch {
	case !matches:
		if j.others++; j.others > maxOthers {
			return
		}
	case len(j.keys[id]) == maxPlaces:
		return
	case j.key == nil:
		j.key = &convert.PrivateKey{
			Source: k.Source, PKCS8: bytes.Clone(k.PKCS8), SPKI: bytes.Clone(k.SPKI), Proved: k.Proved,
			Algorithm: k.Algorithm, Bits: k.Bits, Key: k.Key, Err: k.Err,
		}
	}
	if j.keys == nil {
		j.keys = map[convert.PublicID][]int{}
	}
	j.keys[id] = append(j.keys[id], len(j.found))
	j.found = append(j.found, key)
}

// maxPlaces is how many places of what is looked for are listed of one file.
const maxPlaces = 1000

// within reports whether k and o, the same key in the same file, are found in
// one place: a traditional key begins some bytes after the beginning of the
// PKCS#8 around it.
func (k *foundKey) within(o *foundKey) bool {
	const header = 64
	if k.Offset < 0 || o.Offset < 0 {
		return k.Entry == o.Entry
	}
	return max(k.Offset, o.Offset)-min(k.Offset, o.Offset) < header
}

// before reports whether k is the one of the two to tell of.
func (k *foundKey) before(o *foundKey) bool {
	if k.Offset >= 0 && o.Offset >= 0 && k.Offset != o.Offset && k.Matches {
		return k.Offset < o.Offset
	}
	if k.Entry != o.Entry {
		return k.Entry < o.Entry
	}
	return k.Offset >= 0 && (o.Offset < 0 || k.Offset < o.Offset)
}

// closed lists a part of the file that could not be opened, once for each
// reason.
func (j *searchJob) closed(entry string, offset int64, why string) {
	offset = max(offset, 0)
	for i := range j.unopened {
		if u := &j.unopened[i]; u.Entry == entry && u.Why == why {
			u.Offset = min(u.Offset, offset)
			u.Count = max(u.Count, 1) + 1
			return
		}
	}
	if len(j.unopened) < maxUnopened {
		j.unopened = append(j.unopened, unopened{Path: j.path, Entry: entry, Offset: offset, Why: why, order: j.order})
	}
}

// wants reports whether the key is looked for.
func (f *keySearch) wants(id convert.PublicID) bool {
	return slices.ContainsFunc(f.wanted, func(w wantedKey) bool { return w.id.Is(id) })
}

// faultText words why something could not be opened. The place is said beside
// it, and of what needs a password no more.
func faultText(err error) string {
	var e *convert.Error
	switch {
	case errors.Is(err, convert.ErrPasswordRequired):
		return "encrypted, and no password was given"
	case errors.Is(err, convert.ErrPasswordIncorrect):
		return "encrypted, and no password that was given opens it"
	case !errors.As(err, &e):
		return fault.Of(err).Text
	}
	short := *e
	short.Source, short.Member = convert.Source{}, ""
	return short.Error()
}
