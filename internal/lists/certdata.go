package lists

import (
	"bytes"
	"crypto/sha1"
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrNotCertdata is the error for what is no certdata.txt.
var ErrNotCertdata = errors.New("not a certdata.txt")

// NSSTrust is what Mozilla's list says of a certificate for TLS servers.
type NSSTrust int

// The values of NSSTrust.
const (
	NSSNeutral    NSSTrust = iota // it is not a trust anchor for servers
	NSSTrusted                    // CKT_NSS_TRUSTED_DELEGATOR
	NSSDistrusted                 // CKT_NSS_NOT_TRUSTED
)

// NSSRoot is a certificate in a certdata.txt, or one that is only named there.
type NSSRoot struct {
	Label        string
	DER          []byte // nil if the list has only its digest
	SHA1         []byte
	Trust        NSSTrust
	ServersUntil time.Time // certificates of servers that were issued later are not trusted; zero: no limit
	Line         int       // where it begins, from 1
}

const certdataMark = "CKA_CLASS CK_OBJECT_CLASS CKO_NSS_BUILTIN_ROOT_LIST"

// IsCertdata reports whether data is a certdata.txt, as NSS and Mozilla publish it.
func IsCertdata(data []byte) bool {
	return bytes.Contains(data[:min(len(data), 16<<10)], []byte(certdataMark))
}

// ParseCertdata reads a certdata.txt: PKCS #11 objects as text, of which those of
// certificates and those of trust in them count. The roots come in the order of the
// list. The error wraps ErrNotCertdata where data is something else, and says in words
// which line cannot be read.
func ParseCertdata(data []byte) ([]NSSRoot, error) {
	if !IsCertdata(data) {
		return nil, ErrNotCertdata
	}
	r := certdataReader{rest: data}
	var list []NSSRoot
	index := map[string]int{}
	find := func(digest []byte, line int) *NSSRoot {
		i, ok := index[string(digest)]
		if !ok {
			i = len(list)
			index[string(digest)] = i
			list = append(list, NSSRoot{SHA1: digest, Line: line})
		}
		return &list[i]
	}
	for {
		o, more, err := r.object()
		if err != nil {
			return nil, err
		}
		if len(list) > MaxEntries {
			return nil, fmt.Errorf("more than %d certificates", MaxEntries)
		}
		switch o.class {
		case "CKO_CERTIFICATE":
			if len(o.values["CKA_VALUE"]) == 0 {
				break
			}
			sum := sha1.Sum(o.values["CKA_VALUE"])
			root := find(sum[:], o.line)
			root.Label, root.DER, root.Line = o.label, o.values["CKA_VALUE"], o.line
			if until := o.values["CKA_NSS_SERVER_DISTRUST_AFTER"]; until != nil {
				if root.ServersUntil, err = time.Parse("060102150405Z0700", string(until)); err != nil {
					return nil, fmt.Errorf("line %d: a date that cannot be read", o.line)
				}
			}
		case "CKO_NSS_TRUST":
			if len(o.values["CKA_CERT_SHA1_HASH"]) != sha1.Size {
				break
			}
			root := find(o.values["CKA_CERT_SHA1_HASH"], o.line)
			if root.Label == "" {
				root.Label = o.label
			}
			root.Trust = map[string]NSSTrust{"CKT_NSS_TRUSTED_DELEGATOR": NSSTrusted, "CKT_NSS_NOT_TRUSTED": NSSDistrusted}[o.servers]
		}
		if !more {
			return list, nil
		}
	}
}

// certdataObject is a PKCS #11 object with what counts of it.
type certdataObject struct {
	class, label, servers string
	values                map[string][]byte
	line                  int
}

type certdataReader struct {
	rest []byte
	line int
	next string // the line that begins an object and was read
}

func (r *certdataReader) scan() (string, bool) {
	if len(r.rest) == 0 {
		return "", false
	}
	line, rest, _ := bytes.Cut(r.rest, []byte("\n"))
	r.rest = rest
	r.line++
	return strings.TrimSpace(string(line)), true
}

// object reads an object, from its class up to the next one's.
func (r *certdataReader) object() (o certdataObject, more bool, err error) {
	o.values = map[string][]byte{}
	o.line = r.line
	line := r.next
	for ok := true; ; line, ok = r.scan() {
		if !ok {
			return o, false, nil
		}
		f := strings.SplitN(line, " ", 3)
		switch {
		case f[0] == "CKA_CLASS" && o.class != "":
			r.next = line
			return o, true, nil
		case len(f) < 2 || strings.HasPrefix(line, "#"):
		case f[0] == "CKA_CLASS" && len(f) == 3:
			o.class, o.line = f[2], r.line
		case f[0] == "CKA_LABEL" && len(f) == 3:
			o.label = strings.Trim(f[2], `"`)
		case f[0] == "CKA_TRUST_SERVER_AUTH" && len(f) == 3:
			o.servers = f[2]
		case f[1] == "MULTILINE_OCTAL":
			if o.values[f[0]], err = r.octal(); err != nil {
				return o, false, err
			}
		}
	}
}

// octal reads the lines of a value, up to END.
func (r *certdataReader) octal() ([]byte, error) {
	var out []byte
	for {
		line, ok := r.scan()
		if !ok {
			return nil, fmt.Errorf("line %d: a value without its end", r.line)
		}
		if line == "END" {
			return out, nil
		}
		for i := 0; i < len(line); i += 4 {
			if i+4 > len(line) || line[i] != '\\' {
				return nil, fmt.Errorf("line %d: not an octal number", r.line)
			}
			n := 0
			for _, c := range []byte(line[i+1 : i+4]) {
				if c < '0' || c > '7' {
					return nil, fmt.Errorf("line %d: not an octal number", r.line)
				}
				n = 8*n + int(c-'0')
			}
			if n > 255 {
				return nil, fmt.Errorf("line %d: not an octal number", r.line)
			}
			out = append(out, byte(n))
		}
	}
}
