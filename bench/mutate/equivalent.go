package main

// equal is a mutant that no test can notice.
type equal struct {
	file, in, before, code, change string
	why                            string
}

func (e equal) is(m mutant) bool {
	return e.file == m.file && e.in == m.in && e.before == m.before && e.code == m.code && e.change == m.change
}

// equivalent are the mutants that change nothing that anybody can see.
var equivalent = []equal{
	{
		"internal/pbe/scheme.go", "saltAndRounds", "e, err := r.Next()", "if err != nil {", "condition never true",
		"the element that was not read has no octets, and is refused for that two lines later",
	},
	{
		"internal/pbe/mac.go", "parsePBMAC1", "scheme, err := r.Next()", "if err != nil {", "condition never true",
		"the element that was not read is no algorithm, and is refused for that in the next step",
	},
}
