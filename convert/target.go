package convert

import "strings"

// Target is who will read what is written: the value of --for.
type Target struct {
	Name      string
	Summary   string
	Format    string // name of the format to write unless another is asked for
	Profile   string // name of the Profile
	KeyFormat string // how it wants a private key that is not in a PFX
	ASCII     bool   // it opens no PFX whose password is not ASCII
}

var targets = [...]Target{
	{"apache", "Apache httpd with mod_ssl: PEM", "pem", "default", "pkcs8", false},
	{"nginx", "nginx: PEM, leaf and chain in one file", "pem", "default", "pkcs8", false},
	{"haproxy", "HAProxy: key, leaf and chain in one PEM file", "pem", "default", "pkcs8", false},
	{"tomcat", "Apache Tomcat on a current Java: PKCS#12 keystore", "pfx", "default", "pkcs8", true},
	{"java8", "Java 8 before 8u301: PKCS#12 keystore with 3DES and SHA-1", "pfx", "java8", "pkcs8", true},
	{"iis", "IIS on Windows Server 2019 and later: PFX", "pfx", "default", "pkcs8", false},
	{"iis2016", "IIS on Windows Server 2016 and earlier: PFX with 3DES and SHA-1", "pfx", "iis2016", "pkcs8", false},
	{"iis4", "IIS 4 Key Manager: NET key, certificate beside it", "net", "iis2016", "net", false},
}

// Targets returns the table.
func Targets() []Target { return append([]Target(nil), targets[:]...) }

// LookupTarget finds a target by name. It returns nil if there is none.
func LookupTarget(name string) *Target {
	for _, t := range targets {
		if strings.EqualFold(t.Name, name) {
			return &t
		}
	}
	return nil
}
