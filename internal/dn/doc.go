// Package dn knows the attributes of distinguished names: what they are called,
// and how their values are written.
//
// It does not read names: package convert does that, leniently, and takes what
// the attributes are called from here.
package dn
