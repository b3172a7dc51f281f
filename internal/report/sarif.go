package report

import (
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/validate"
)

// The parts of SARIF 2.1.0 (OASIS) that are used here.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Invocations []sarifInvocation `json:"invocations"`
		ColumnKind  string            `json:"columnKind"`
		Results     []sarifResult     `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID      string        `json:"id"`
		Short   sarifText     `json:"shortDescription"`
		Full    sarifText     `json:"fullDescription"`
		Help    sarifText     `json:"help"`
		Default sarifSeverity `json:"defaultConfiguration"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifSeverity struct {
		Level string `json:"level"`
	}
	sarifInvocation struct {
		Successful    bool                `json:"executionSuccessful"`
		Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level      string          `json:"level"`
		Message    sarifText       `json:"message"`
		Descriptor *sarifReference `json:"descriptor,omitempty"`
		Rule       *sarifReference `json:"associatedRule,omitempty"`
		Locations  []sarifLocation `json:"locations,omitempty"`
	}
	sarifReference struct {
		ID string `json:"id"`
	}
	sarifResult struct {
		Rule       string            `json:"ruleId"`
		RuleIndex  int               `json:"ruleIndex"`
		Level      string            `json:"level"`
		Message    sarifText         `json:"message"`
		Locations  []sarifLocation   `json:"locations"`
		Related    []sarifLocation   `json:"relatedLocations,omitempty"`
		Properties map[string]string `json:"properties,omitempty"`
	}
	sarifLocation struct {
		Physical sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		Line   int `json:"startLine"`
		Column int `json:"startColumn,omitempty"`
	}
)

// sarifForm is a SARIF log.
type sarifForm struct {
	w    io.Writer
	opts *Options
}

func newSARIF(w io.Writer, opts *Options) Handler { return &sarifForm{w, opts} }

func (s *sarifForm) Failure(f *fault.Failure) error { return s.Result(failed(f)) }

// sarifLevels are SARIF's words for the severities.
var sarifLevels = map[validate.Severity]string{validate.Error: "error", validate.Warning: "warning", validate.Info: "note"}

// log is one with the table of checks as its rules.
func (s *sarifForm) log() *sarifLog {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: "certconv", Version: s.opts.Version}
	for _, c := range validate.Checks() {
		help := s.opts.Wording.text(c.Action)
		if len(c.Refs) > 0 {
			help += " (" + strings.Join(c.Refs, "; ") + ")"
		}
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{
			ID: c.Code, Short: sarifText{c.Title}, Full: sarifText{c.Text}, Help: sarifText{help}, Default: sarifSeverity{sarifLevels[c.Severity]},
		})
	}
	run.Invocations = []sarifInvocation{{Successful: true}}
	return &sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}}
}

func (s *sarifForm) Result(r *Result) error {
	log := s.log()
	run := &log.Runs[0]
	index := map[string]int{}
	for i, rule := range run.Tool.Driver.Rules {
		index[rule.ID] = i
	}
	all := r.Report()
	for i := range all.Findings {
		f := &all.Findings[i]
		text := f.Message.String()
		if !f.Action.IsZero() {
			text += "; fix: " + s.opts.Wording.text(f.Action)
		}
		result := sarifResult{
			Rule: f.Code, RuleIndex: index[f.Code], Level: sarifLevels[f.Severity], Message: sarifText{text},
			Locations: []sarifLocation{r.sarifLocation(f.At)}, Properties: map[string]string{},
		}
		if f.Breaks != "" {
			result.Properties["breaks"] = string(f.Breaks)
		}
		if item := r.item(f.At); item != "" {
			result.Properties["item"] = item
		}
		for _, at := range f.Related {
			result.Related = append(result.Related, r.sarifLocation(at))
		}
		run.Results = append(run.Results, result)
	}
	inv := &run.Invocations[0]
	for _, f := range r.Failures() {
		inv.Successful = false
		inv.Notifications = append(inv.Notifications, sarifFailure(f))
	}
	for _, k := range all.Skipped {
		inv.Notifications = append(inv.Notifications, sarifNotification{
			Level: "none", Message: sarifText{"not checked: " + s.opts.Wording.text(k.Why.Text)}, Rule: &sarifReference{k.Code},
		})
	}
	return writeJSON(s.w, log)
}

func (r *Result) sarifLocation(at convert.Source) sarifLocation {
	path := r.path(at)
	if path == "-" || path == "" {
		path = "stdin"
	}
	loc := sarifLocation{sarifPhysical{Artifact: sarifArtifact{fileURI(path)}}}
	if at.Line > 0 {
		loc.Physical.Region = &sarifRegion{at.Line, at.Column}
	}
	return loc
}

// fileURI is a reference relative to where certconv was run, or absolute if
// the path is.
func fileURI(path string) string {
	slashed := filepath.ToSlash(path)
	u := url.URL{Path: slashed}
	if filepath.IsAbs(path) {
		u.Scheme = "file"
		if !strings.HasPrefix(slashed, "/") { // C:/…
			u.Path = "/" + slashed
		}
	}
	return u.String()
}

func sarifFailure(f *fault.Failure) sarifNotification {
	text := f.Error()
	if f.Hint != "" {
		text += "; " + f.Hint
	}
	return sarifNotification{Level: "error", Message: sarifText{text}, Descriptor: &sarifReference{string(f.Code)}}
}
