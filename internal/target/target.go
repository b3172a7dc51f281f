package target

import (
	"path"
	"slices"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/note"
)

// Target is who will read what is written: the value of --for. It is what
// converting for it, checking for it and installing for it work from.
type Target struct {
	Name     string
	Summary  string
	Software string // which programs and versions this is true of

	// Writing one file for it.
	Format  string // name of the format to write unless another is asked for
	Profile string // name of the Profile
	ASCII   bool   // it opens no PFX whose password is not ASCII

	// What it loads.
	Reader        Reader
	OpenSSL       *OpenSSL     // the version that it reads with; nil if it does not
	KeyFormats    []string     // names of the formats that it takes a private key from; nil: not known
	CertFormats   []string     // the same of certificates
	KeyTypes      []string     // algorithms, "EC P-256" or "EC" for all curves; nil: what its OpenSSL knows
	TwoPrimes     bool         // it uses no RSA key of three primes or more
	NamedCurves   bool         // it reads no certificate whose curve is written out in numbers
	ReadsPEM      note.Readers // the reader that it is in notes about PEM, where it does not have OpenSSL read that as most servers do
	MixesKeyTypes bool         // it starts with a key and a certificate if only they are of different kinds
	KeyFile       string       // what follows the name of the certificate's file in that of the key's, where both are not in one; "" if its configuration names both
	OneFile       bool         // it sends no certificate of another file than that of its own, not even of one with CAs
	EndsChain     bool         // it starts with the certificates before the first text that it cannot read
	AnyStrength   bool         // it takes weak keys and signatures, whatever OpenSSL's security level is
	KeyPerm       uint32       // the widest permissions of a key's file that it takes; 0: all
	ReadsCAs      note.Readers // the reader that it is of the CAs of its clients; 0: not known
	ClientLists   ClientLists  // what it does with the lists of its clients' CAs; "": not known
	PFXReader     string       // name of the PFXReader that it opens a PFX with; "" if it opens none

	// Installing.
	Files         []File
	Configuration string   // the lines that name the files; see Configure
	Comment       string   // a comment in its configuration, with %s for the text; "" if it has none
	Test          []string // commands that try the configuration that is in use, the first whose program is there
	Reload        string   // what makes it read the files
	Trial         *Trial   // how to start it with nothing but the files; nil: not done
	Pages         string   // the folder of its pages, "{pages}" in Configuration
	Windows       Windows
	Refusals      []Refusal
}

// Windows is what there is there in place of fields of Target. There are no modes
// and owners; what is in no field here is not known.
type Windows struct {
	Test   []string
	Reload string
	Trial  bool // Trial is the same
	Pages  string
}

// On is the target as it is on a system, by its name in GOOS.
func (t *Target) On(system string) *Target {
	if system != "windows" {
		return t
	}
	here := *t
	here.Test, here.Reload, here.Pages, here.KeyPerm = t.Windows.Test, t.Windows.Reload, t.Windows.Pages, 0
	if !t.Windows.Trial {
		here.Trial = nil
	}
	here.Files = slices.Clone(t.Files)
	for i := range here.Files {
		here.Files[i].Owner = ""
	}
	return &here
}

// ClientLists says which CAs need a revocation list, once a server was given one to
// verify its clients with.
type ClientLists string

// What servers want of the lists.
const (
	ListsAll    ClientLists = "all"    // a list for each CA of a client's chain, up to the root
	ListsChosen ClientLists = "chosen" // its configuration says so: all, or that of the client's issuer
)

// Reader is the code with which a target reads the files.
type Reader string

// The readers.
const (
	ReaderOpenSSL    Reader = "openssl"     // PEM files, with OpenSSL
	ReaderGo         Reader = "go"          // PEM files and Secrets, with Go, and OpenSSL behind it
	ReaderWindows    Reader = "windows"     // the import of PFX files
	ReaderJava       Reader = "java"        // keystores
	ReaderKeyManager Reader = "key-manager" // IIS 4
)

// File is one of the files that a target is given.
type File struct {
	Role   string         // key, cert, chain, fullchain, combined, secret, pfx, jks, net
	Ext    string         // what its name ends in
	Format string         // name of the format
	Parts  []convert.Part // what it holds, without the root
	Owner  string         // the user who has to own it, "" for whoever starts the server
}

// Secret reports whether the file holds the private key.
func (f *File) Secret() bool { return slices.Contains(f.Parts, convert.PartKey) }

// Trial is how a server is started with the files alone, to see whether it
// takes them and what it serves.
type Trial struct {
	Programs      []string // the first that is there; a path may have a "*"
	Arguments     []string
	Configuration string // "{key}" and the like as in Target.Configuration, "{port}" and "{folder}" of the trial
	Beside        []TrialFile
	Folders       []TrialFolder
	Prepare       []string // a program in the folder of the server's, and its arguments, that is run first
	Modules       []string
	Root          bool   // nobody but root can start it
	User          string // whom it runs as if root starts it; "" for root
	Hello         Hello  // what comes before TLS
}

// Names lists the names of the programs without their folders.
func (t *Trial) Names() []string {
	var names []string
	for _, p := range t.Programs {
		if name := path.Base(p); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// TrialFile is a further file of the configuration.
type TrialFile struct{ Name, Text string }

// TrialFolder is a folder that the server needs in its own. Owner is the user
// whom it belongs to, "" for the one that the server is started as.
type TrialFolder struct{ Name, Owner string }

// Hello is what client and server say to each other before TLS.
type Hello string

// What servers want to hear first.
const (
	HelloNone       Hello = ""           // nothing: TLS from the first byte on
	HelloSMTP       Hello = "smtp"       // STARTTLS (RFC 3207)
	HelloPostgreSQL Hello = "postgresql" // SSLRequest
	HelloMySQL      Hello = "mysql"      // the capability CLIENT_SSL
)

// Refusal is what the target says of a fault, and the code of the check that
// finds it.
type Refusal struct{ Says, Code string }

// All returns the table.
func All() []Target { return slices.Clone(targets.Get()) }

// Lookup finds a target by its name, which a version of OpenSSL may follow:
// "nginx@openssl1.1". It returns nil if there is none.
func Lookup(name string) *Target {
	name, openssl, named := split(name)
	table := targets.Get()
	i := slices.IndexFunc(table, func(t Target) bool { return t.Name == name })
	if i < 0 {
		return nil
	}
	t := table[i]
	switch {
	case t.Reader != ReaderOpenSSL:
		if named {
			return nil
		}
	case !named:
		t.OpenSSL = version(defaultOpenSSL)
	default:
		if t.OpenSSL = version(openssl); t.OpenSSL == nil {
			return nil
		}
	}
	return &t
}

// LoadsKey reports whether the target takes a private key from a file of this
// format.
func (t *Target) LoadsKey(format string) bool { return loads(t.KeyFormats, format) }

// LoadsCert reports whether the target takes certificates from a file of this
// format.
func (t *Target) LoadsCert(format string) bool { return loads(t.CertFormats, format) }

func loads(known []string, format string) bool {
	return known == nil || slices.Contains(known, format)
}

// TakesKey reports whether the target can use a key of this algorithm, as
// PrivateKey.Algorithm names it.
func (t *Target) TakesKey(algorithm string) bool {
	return t.KeyTypes == nil || slices.ContainsFunc(t.KeyTypes, func(known string) bool {
		return known == algorithm || algorithm != "RSA-PSS" && strings.HasPrefix(algorithm, known+" ")
	})
}

// KeyReaders is the code that has to load a private key for the target, for what
// is known of the forms of keys.
func (t *Target) KeyReaders() note.Readers {
	switch t.Reader {
	case ReaderOpenSSL:
		return t.OpenSSL.Loads
	case ReaderGo:
		return note.GoParses | note.OpenSSL30Loads // controllers hand it on to nginx or HAProxy
	case ReaderJava:
		return note.JavaLoads
	}
	return note.WindowsLoads
}

// KeyForms is what a key that is written for the target has to be right for: who
// loads it, and the standard.
func (t *Target) KeyForms() note.Readers { return t.KeyReaders() | note.StandardAllows }

// Lacks names what a file for the target needs and does not hold: the private
// key or the certificate, where it is given both in one file and looks nowhere
// else. It is "" where nothing is amiss.
func (t *Target) Lacks(format string, keys, certs bool) convert.Part {
	if len(t.Files) != 1 || t.KeyFile != "" || keys == certs {
		return ""
	}
	f := &t.Files[0]
	if same := f.Format == format || convert.Lookup(format).Keystore; !same || !f.Secret() {
		return ""
	}
	if keys {
		return convert.PartCert
	}
	return convert.PartKey
}

// Configure fills in the lines of a configuration. A placeholder "{name}" is
// replaced by values["name"]; a line with one whose value is missing or empty
// is left out.
func Configure(lines string, values map[string]string) string {
	var out strings.Builder
	for line := range strings.Lines(lines) {
		if s, ok := fillIn(line, values); ok {
			out.WriteString(s)
		}
	}
	return out.String()
}

func fillIn(line string, values map[string]string) (string, bool) {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(line, "{")
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed || !isPlaceholder(name) {
			out.WriteString(before)
			if !found {
				return out.String(), true
			}
			out.WriteByte('{')
			line = rest
			continue
		}
		if values[name] == "" {
			return "", false
		}
		out.WriteString(before + values[name])
		line = after
	}
}

func isPlaceholder(name string) bool {
	return name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz") == ""
}
