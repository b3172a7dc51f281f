package main

import (
	"fmt"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/deploy"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/text"
	"github.com/certconv/certconv/validate"
)

// deployer puts files in place for this run of the program.
func (e *env) deployer() *deploy.Deployer {
	return &deploy.Deployer{Signals: &e.signals}
}

// tellExposed adds what others can do to the files to the findings.
func (p *installation) tellExposed(r *report.Result, s *deploy.Survey) {
	all := r.Report()
	for _, e := range s.Exposed {
		f := validate.Finding{
			Code: string(fault.FolderWritable), Severity: validate.Warning, At: convert.Source{File: e.Path},
			Message: text.Of("others can write to this folder, and so put files of their own in place of these"),
			Action:  text.Of("let only root and the user of the server write to it, or choose another --dir"),
		}
		if e.Owner != "" {
			f.Message, f.Action = text.Of("it belongs to %s, and so will the new file", e.Owner), text.Of("if that is not meant, give it to root")
		}
		if e.Secret {
			f.Message = text.Of("it belongs to %s, who will have the new private key", e.Owner)
		}
		all.Findings = append(all.Findings, f)
	}
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
