// Certs writes certificates for bench/compare: single files, and PEM bundles of
// several sizes. Each certificate has a name and number of its own; they share
// a key, because making keys takes long and is not what is measured.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"flag"
	"fmt"
	"log"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

func main() {
	n := flag.Int("n", 10000, "how many single files to write")
	dir := flag.String("dir", "", "folder for them")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: certs -n N -dir DIR [BUNDLE-SIZE]...; a bundle is DIR.SIZE.pem")
	}
	flag.Parse()
	if err := write(*n, *dir, flag.Args()); err != nil {
		log.Fatal(err)
	}
}

func write(n int, dir string, sizes []string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for i := range n {
		block, err := certificate(key, i)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%06d.pem", i)), block, 0o644); err != nil {
			return err
		}
	}
	var bundle []byte
	made := 0
	for _, arg := range sizes {
		size, err := strconv.Atoi(arg)
		if err != nil {
			return err
		}
		for ; made < size; made++ {
			block, err := certificate(key, made)
			if err != nil {
				return err
			}
			bundle = append(bundle, block...)
		}
		if err := os.WriteFile(dir+"."+arg+".pem", bundle, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func certificate(key *ecdsa.PrivateKey, i int) ([]byte, error) {
	host := fmt.Sprintf("host%06d.example.com", i)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(int64(0x1000000 + i)),
		Subject:      pkix.Name{Country: []string{"DE"}, Organization: []string{"certconv bench"}, CommonName: host},
		NotBefore:    time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:     time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC),
		DNSNames:     []string{host, "www." + host},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), nil
}
