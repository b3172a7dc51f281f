// Hosts plays servers for bench/probe, and a client that does nothing but shake
// hands with them.
//
//	hosts serve -n N -list FILE    N servers, each with an address of its own in
//	                               127/8 and a chain of five certificates; their
//	                               addresses go to FILE, roots to FILE.pem. At the
//	                               end of standard input it prints how many
//	                               connections and handshakes there were.
//	hosts dial -list FILE -handshakes N -connections N -parallel P
//	                               as many to these servers, evenly
package main

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const chainLength = 5

func main() {
	if len(os.Args) < 2 {
		log.Fatal("usage: hosts serve|dial [FLAGS]")
	}
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	list := flags.String("list", "", "file of addresses")
	n := flags.Int("n", 1000, "how many servers")
	handshakes := flags.Int("handshakes", 0, "how many in all")
	connections := flags.Int("connections", 0, "how many in all, those with a handshake among them")
	parallel := flags.Int("parallel", 8, "how many at a time")
	_ = flags.Parse(os.Args[2:])
	var err error
	switch os.Args[1] {
	case "serve":
		err = serve(*n, *list)
	case "dial":
		err = dial(*list, *handshakes, *connections, *parallel)
	default:
		err = fmt.Errorf("nothing is called %q", os.Args[1])
	}
	if err != nil {
		log.Fatal(err)
	}
}

func serve(n int, list string) error {
	chain, err := chainFor("www.example.com")
	if err != nil {
		return err
	}
	root := chain.Certificate[len(chain.Certificate)-1]
	chain.Certificate = chain.Certificate[:len(chain.Certificate)-1]
	config := &tls.Config{Certificates: []tls.Certificate{*chain}, MinVersion: tls.VersionTLS12}
	var connections, handshakes atomic.Int64
	var addresses strings.Builder
	for i := range n {
		l, err := net.Listen("tcp", fmt.Sprintf("127.%d.%d.%d:0", 1+i>>16, i>>8&255, i&255))
		if err != nil {
			return err
		}
		fmt.Fprintln(&addresses, l.Addr())
		go func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				connections.Add(1)
				go func() {
					defer conn.Close()
					_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
					c := tls.Server(conn, config)
					if c.Handshake() == nil {
						handshakes.Add(1)
						_, _ = io.Copy(io.Discard, c)
					}
				}()
			}
		}()
	}
	if err := os.WriteFile(list+".pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root}), 0o644); err != nil {
		return err
	}
	if err := os.WriteFile(list, []byte(addresses.String()), 0o644); err != nil {
		return err
	}
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() { // a line asks for the counts since the one before
		fmt.Println(connections.Swap(0), handshakes.Swap(0))
	}
	return in.Err()
}

// chainFor makes a leaf, intermediates and a root, the root behind the five that
// are sent.
func chainFor(name string) (*tls.Certificate, error) {
	chain := &tls.Certificate{}
	var issuer *x509.Certificate
	var issuerKey *ecdsa.PrivateKey
	for i := chainLength; i >= 0; i-- {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return nil, err
		}
		c := &x509.Certificate{
			SerialNumber: big.NewInt(int64(i) + 1), Subject: pkix.Name{CommonName: fmt.Sprintf("bench CA %d", i)},
			NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(0, 2, 0),
			BasicConstraintsValid: true, IsCA: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		}
		if i == 0 {
			c.Subject.CommonName, c.DNSNames, c.IsCA = name, []string{name}, false
			c.KeyUsage, c.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
			chain.PrivateKey = key
		}
		if issuer == nil {
			issuer, issuerKey = c, key
		}
		raw, err := x509.CreateCertificate(rand.Reader, c, issuer, &key.PublicKey, issuerKey)
		if err != nil {
			return nil, err
		}
		if issuer, err = x509.ParseCertificate(raw); err != nil {
			return nil, err
		}
		issuerKey = key
		chain.Certificate = append([][]byte{raw}, chain.Certificate...)
	}
	return chain, nil
}

// dial makes connections to the servers in turn, and as many handshakes.
func dial(list string, handshakes, connections, parallel int) error {
	text, err := os.ReadFile(list)
	if err != nil {
		return err
	}
	addresses := strings.Fields(string(text))
	config := &tls.Config{InsecureSkipVerify: true, ServerName: "www.example.com"}
	var next, failed atomic.Int64
	var all sync.WaitGroup
	for range parallel {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < connections; i = int(next.Add(1)) - 1 {
				conn, err := net.Dial("tcp", addresses[i%len(addresses)])
				if err != nil {
					failed.Add(1)
					continue
				}
				if i < handshakes && tls.Client(conn, config).Handshake() != nil {
					failed.Add(1)
				}
				conn.Close()
			}
		})
	}
	all.Wait()
	if n := failed.Load(); n > 0 {
		return fmt.Errorf("%d of %d failed", n, connections)
	}
	return nil
}
