// Package convert reads and writes private keys, certificates, certificate
// requests and revocation lists in the formats that servers and certificate
// authorities use, from PEM to the key files of IIS 4.
package convert
