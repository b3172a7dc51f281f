package main

import (
	"net"
	"time"

	"github.com/certconv/certconv/internal/probe"
	"github.com/certconv/certconv/internal/target"
)

// dialTrial connects to a server and has it start TLS for a name. A *probe.RefusedError is
// its refusal.
func dialTrial(address, name string, hello target.Hello) (net.Conn, error) {
	conn, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return nil, err
	}
	_ = conn.SetDeadline(time.Now().Add(shakeTime))
	if hello == target.HelloNone {
		return conn, nil
	}
	if err := probe.StartTLS(conn, string(hello), name); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}
