// Package request makes what is sent to a CA: a private key and a certificate
// request for it. It can also have the key sign the certificate itself, for
// tests.
//
// Keys and signatures are those of Go's crypto packages. What is made says
// nothing about whether a CA takes it: package validate judges that.
package request
