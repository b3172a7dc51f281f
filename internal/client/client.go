package client

import (
	"slices"

	"github.com/certconv/certconv/internal/lazy"
	"github.com/certconv/certconv/internal/note"
)

// Client is a row of the table of clients: one program, or one library and the
// programs that use it.
type Client struct {
	Name     string // as users type it
	Title    string // as it is called in a sentence
	Used     string // by which programs, "" for a program by itself
	Version  string // that was measured, or that the documents are about
	Source   string // where what the row says is from
	Measured bool   // with the program itself; else from documents, and it never counts unless it is asked for
	Library  bool   // one of the three that most programs are built on

	Refuses []Fact
	// Overlooks are facts that it does not mind of the root that it trusts.
	Overlooks []Fact
	// Public are facts that it refuses below the roots that it brings, and not
	// below one that was added.
	Public []Fact
	// Reads are the readers in it: what these refuse of the structure of a
	// certificate it refuses.
	Reads note.Readers
}

// Clients returns the table, which is not to be changed.
func Clients() []Client { return table.Get() }

// Lookup finds a client by its name. It returns nil if there is none.
func Lookup(name string) *Client {
	rows := table.Get()
	for i := range rows {
		if rows[i].Name == name {
			return &rows[i]
		}
	}
	return nil
}

// Refuse reports whether the client refuses a certificate for a fact. public
// says that the chain ends at a root that the client brings.
func (c *Client) Refuse(f Fact, public bool) bool {
	return slices.Contains(c.Refuses, f) || public && slices.Contains(c.Public, f)
}

// Refusers lists the names of the clients that refuse a certificate for a fact,
// in the order of the table. public is as in Refuse.
func Refusers(f Fact, public bool) []string {
	return namesOf(func(c *Client) bool { return c.Refuse(f, public) })
}

// Sorted is list in the order of the table, each name once.
func Sorted(list []string) []string {
	return namesOf(func(c *Client) bool { return slices.Contains(list, c.Name) })
}

// AnchorRefusers is Refusers where the fact is one of the root that is trusted.
func AnchorRefusers(f Fact, public bool) []string {
	return namesOf(func(c *Client) bool { return c.Refuse(f, public) && !slices.Contains(c.Overlooks, f) })
}

// Readers lists the clients that have one of these readers.
func Readers(by note.Readers) []string {
	return namesOf(func(c *Client) bool { return c.Reads&by != 0 })
}

// All lists the names of all clients. The list is not to be changed.
func All() []string { return allNames.Get() }

var allNames = lazy.Value[[]string]{Make: func() []string { return namesOf(func(*Client) bool { return true }) }}

func namesOf(is func(*Client) bool) []string {
	rows := table.Get()
	names := make([]string, 0, len(rows))
	for i := range rows {
		if c := &rows[i]; is(c) {
			names = append(names, c.Name)
		}
	}
	return names
}

var table = lazy.Value[[]Client]{Make: clients}
