package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/certconv/certconv/internal/target"
)

// helloError is what a server said in place of a start of TLS.
type helloError struct{ said string }

func (e *helloError) Error() string { return "it does not start TLS: " + e.said }

// sayHello has the server start TLS on a new connection. A *helloError is its
// refusal.
func sayHello(conn net.Conn, hello target.Hello) error {
	switch hello {
	case target.HelloSMTP:
		return helloSMTP(conn)
	case target.HelloPostgreSQL:
		return helloPostgreSQL(conn)
	case target.HelloMySQL:
		return helloMySQL(conn)
	}
	return nil
}

// dialTrial connects to a server and has it start TLS.
func dialTrial(address string, hello target.Hello) (net.Conn, error) {
	conn, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return nil, err
	}
	_ = conn.SetDeadline(time.Now().Add(shakeTime))
	if err := sayHello(conn, hello); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// maxLine bounds a line of an answer, which RFC 5321, Section 4.5.3.1.5, bounds to
// 512 octets.
const maxLine = 4 << 10

// helloSMTP is STARTTLS (RFC 3207).
func helloSMTP(conn net.Conn) error {
	answers := bufio.NewReaderSize(conn, maxLine)
	for _, command := range []string{"", "EHLO localhost\r\n", "STARTTLS\r\n"} {
		if _, err := io.WriteString(conn, command); err != nil {
			return err
		}
		for more := true; more; {
			line, err := answers.ReadSlice('\n')
			if err != nil {
				return err
			}
			if len(line) < 4 || line[0] != '2' {
				return &helloError{fmt.Sprintf("%q", line)}
			}
			more = line[3] == '-'
		}
	}
	return nil
}

// helloPostgreSQL is the SSLRequest of PostgreSQL's manual, "Message Formats".
func helloPostgreSQL(conn net.Conn) error {
	if _, err := conn.Write([]byte{0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f}); err != nil {
		return err
	}
	answer := make([]byte, 1)
	if _, err := io.ReadFull(conn, answer); err != nil {
		return err
	}
	if answer[0] != 'S' {
		return &helloError{fmt.Sprintf("the answer is %q", answer)}
	}
	return nil
}

// Capabilities of MySQL's manual, "Capabilities Flags", and a character set.
const (
	mysqlProtocol41 = 0x0200
	mysqlSSL        = 0x0800
	mysqlSecure     = 0x8000
	mysqlUTF8       = 45
)

// helloMySQL takes the greeting of MySQL's manual, "Connection Phase", and asks
// for TLS.
func helloMySQL(conn net.Conn) error {
	head := make([]byte, 4)
	if _, err := io.ReadFull(conn, head); err != nil {
		return err
	}
	size := int(head[0]) | int(head[1])<<8 | int(head[2])<<16
	if size == 0 || size > maxLine {
		return &helloError{"this is no greeting of MySQL"}
	}
	greeting := make([]byte, size)
	if _, err := io.ReadFull(conn, greeting); err != nil {
		return err
	}
	// A version that ends in NUL, the number of the connection, eight octets of a
	// challenge and a NUL come before the lower half of the capabilities.
	version := 1
	for version < len(greeting) && greeting[version] != 0 {
		version++
	}
	at := version + 1 + 4 + 8 + 1
	if at+2 > len(greeting) || greeting[0] != 10 {
		return &helloError{"this is no greeting of MySQL"}
	}
	if able := int(greeting[at]) | int(greeting[at+1])<<8; able&mysqlSSL == 0 {
		return &helloError{"it offers none"}
	}
	const able = mysqlProtocol41 | mysqlSSL | mysqlSecure
	request := append([]byte{32, 0, 0, 1, able & 0xff, able >> 8, 0, 0, 0, 0, 0, 1, mysqlUTF8}, make([]byte, 23)...)
	_, err := conn.Write(request)
	return err
}
