package main

import (
	"fmt"

	"github.com/certconv/certconv/internal/deploy"
	"github.com/certconv/certconv/validate"
)

// deployer puts files in place for this run of the program.
func (e *env) deployer() *deploy.Deployer {
	return &deploy.Deployer{Signals: &e.signals}
}

// places are where others can get at what is to be written.
func (p *installation) places() []validate.Place {
	list := []validate.Place{}
	for _, e := range deploy.Exposure(p.layout()) {
		list = append(list, validate.Place{Path: e.Path, Owner: e.Owner, Secret: e.Secret, Planted: e.Planted})
	}
	return list
}

// noteLines words what a deployment has to say.
func noteLines(notes []deploy.Note) []string {
	var list []string
	for _, n := range notes {
		list = append(list, noteLine(n))
	}
	return list
}

func noteLine(n deploy.Note) string {
	switch n.Kind {
	case deploy.RunFinished:
		return fmt.Sprintf("the run of %s was interrupted after it had put its files in place", n.Run)
	case deploy.UndoFinished:
		return fmt.Sprintf("the undoing of %s was interrupted after it had put the files back", n.Run)
	case deploy.RunRemoved:
		return fmt.Sprintf("the run of %s was interrupted before it changed anything; what it left is removed", n.Run)
	case deploy.OwnerUnknown:
		return fmt.Sprintf("%s has to belong to %s, a user who is not known here", n.Path, n.Owner)
	case deploy.OwnerKept:
		return fmt.Sprintf("%s keeps its owner, but has to belong to %s", n.Path, n.Owner)
	}
	return fmt.Sprintf("%s has to belong to %s; only root can see to that", n.Path, n.Owner)
}
