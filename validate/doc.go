// Package validate judges what package convert has read: whether a server
// will load a key and its certificates, whether clients will accept them,
// whether a certificate authority will take a request.
package validate
