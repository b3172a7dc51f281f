package convert

// Profile is a choice of algorithms with the software that reads them.
type Profile struct {
	Name    string
	Summary string // who reads it
}

// Profiles returns the profiles, the default one first.
func Profiles() []Profile { panic("stub") }
