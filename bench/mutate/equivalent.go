package main

// equal is a mutant that no test can notice.
type equal struct {
	file, code, change string
	why                string
}

func (e equal) is(m mutant) bool { return e.file == m.file && e.code == m.code && e.change == m.change }

// equivalent are the mutants that change nothing that anybody can see.
var equivalent = []equal{}
