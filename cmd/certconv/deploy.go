package main

import (
	"errors"
	"io/fs"
)

// deployment is a set of files that are put in place in one step.
type deployment struct {
	dir   string         // where; a symbolic link to a folder is followed, none below it is
	unit  string         // the entry of dir that is switched
	files []deployedFile // one without a name: the unit is this file; else it is a folder with these files
	also  []deployedFile // files elsewhere, put in place right after the unit
}

// deployedFile is one of the files.
type deployedFile struct {
	role  string
	name  string // within the unit; of a file elsewhere, the path
	mode  fs.FileMode
	owner string // the user who has to own it; "" for whoever runs certconv
	data  []byte

	// ours tells of a file elsewhere whether the existing one may be replaced.
	ours func(existing []byte) bool
}

// surveyed is what a deployment would change.
type surveyed struct {
	dir      string   // as it is, without symbolic links
	replaced []bool   // for each of files, then for each of also
	same     bool     // all of it is there already, with modes that are no wider
	notes    []string // for whoever runs certconv
}

// placement is what came of a deployment.
type placement struct {
	backup string // the dated folder with what was replaced
	notes  []string
}

// undone is what came of taking a deployment back.
type undone struct {
	unit     string // path of what was switched
	restored bool   // else nothing had been there before, and nothing is there now
	backup   string // the dated folder, which holds now what was taken away
	also     []string
	notes    []string
}

var errNotBuilt = errors.New("deploy: not built yet")

// survey says, before anything is written, what d would replace, or what
// stands in its way.
func (e *env) survey(d *deployment) (*surveyed, error) { return nil, errNotBuilt }

// place stages d, has try look at the staged files, puts all of them in place
// in one step and calls confirm; try and confirm may be nil. After an error
// from either, or of its own, everything is as it was before.
func (e *env) place(d *deployment, try func(staged func(name string) string) error, confirm func() error) (*placement, error) {
	return nil, errNotBuilt
}

// undoLast takes the last run in dir back, or, where unit is not empty, the
// last one that switched unit. Unless forced, it refuses when what is there is
// not what that run wrote.
func (e *env) undoLast(dir, unit string, force bool, confirm func() error) (*undone, error) {
	return nil, errNotBuilt
}
