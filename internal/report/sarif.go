package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"slices"
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
		Name          string           `json:"name"`
		Version       string           `json:"version"`
		Home          string           `json:"informationUri"`
		Rules         []sarifRule      `json:"rules"`
		Notifications []sarifReference `json:"notifications,omitempty"`
	}
	sarifRule struct {
		ID      string        `json:"id"`
		Short   sarifText     `json:"shortDescription"`
		Full    sarifText     `json:"fullDescription"`
		Help    sarifText     `json:"help"`
		HelpURI string        `json:"helpUri"`
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
		Descriptor sarifReference  `json:"descriptor"`
		Locations  []sarifLocation `json:"locations,omitempty"`
	}
	sarifReference struct {
		ID string `json:"id"`
	}
	sarifResult struct {
		Rule         string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations"`
		Related      []sarifLocation   `json:"relatedLocations,omitempty"`
		Fingerprints map[string]string `json:"partialFingerprints"`
		Properties   map[string]string `json:"properties,omitempty"`
		// nil: it is not known whether somebody has accepted the result
		Suppressions []sarifSuppression `json:"suppressions,omitzero"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Status        string `json:"status"`
		Justification string `json:"justification"`
	}
	sarifLocation struct {
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifLogical struct {
		Name string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
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

// sarifLevel is SARIF's word for a severity.
func sarifLevel(s validate.Severity) string {
	switch s {
	case validate.Error:
		return "error"
	case validate.Warning:
		return "warning"
	}
	return "note"
}

func (s *sarifForm) Result(r *Result) error {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: "certconv", Version: s.opts.Version, Home: home, Rules: []sarifRule{}}
	index := map[string]int{}
	same := map[string]int{} // results of one fingerprint
	all, accepted := r.Report(), r.accepted()
	for _, t := range r.all(all.Findings, accepted) {
		f := t.Finding
		if _, known := index[f.Code]; !known {
			index[f.Code] = len(run.Tool.Driver.Rules)
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, s.rule(f.Code))
		}
		result := s.result(r, f)
		result.RuleIndex = index[f.Code]
		if len(accepted) > 0 {
			result.Suppressions = suppressions(t.accepted)
		}
		if t.ended != nil {
			result.Message.Text += "; was accepted " + t.ended.until()
		}
		print := r.fingerprint(f)
		same[print]++
		result.Fingerprints = map[string]string{lineHash: fmt.Sprintf("%s:%d", print, same[print])}
		run.Results = append(run.Results, result)
	}
	inv := sarifInvocation{Successful: true}
	for _, f := range r.Failures() {
		inv.Successful = false
		inv.Notifications = append(inv.Notifications, sarifFailure(f))
	}
	for _, k := range all.Skipped {
		inv.Notifications = append(inv.Notifications, sarifNotification{
			Level: "none", Message: sarifText{"not checked: " + s.opts.Wording.text(k.Why.Text)}, Descriptor: sarifReference{k.Code},
		})
	}
	for _, n := range inv.Notifications {
		if !slices.Contains(run.Tool.Driver.Notifications, n.Descriptor) {
			run.Tool.Driver.Notifications = append(run.Tool.Driver.Notifications, n.Descriptor)
		}
	}
	run.Invocations = []sarifInvocation{inv}
	return writeJSON(s.w, &sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}})
}

// rule is a check. Those without findings are left out.
func (s *sarifForm) rule(code string) sarifRule {
	c := validate.LookupCheck(code)
	help := s.opts.Wording.text(c.Action)
	if len(c.Refs) > 0 {
		help += " (" + strings.Join(c.Refs, "; ") + ")"
	}
	return sarifRule{
		ID: c.Code, Short: sarifText{c.Title}, Full: sarifText{c.Text}, Help: sarifText{help}, HelpURI: helpURI(c.Refs), Default: sarifSeverity{sarifLevel(c.Severity)},
	}
}

func (s *sarifForm) result(r *Result, f *validate.Finding) sarifResult {
	text := f.Message.String()
	if !f.Action.IsZero() {
		text += "; fix: " + s.opts.Wording.text(f.Action)
	}
	result := sarifResult{
		Rule: f.Code, Level: sarifLevel(f.Severity), Message: sarifText{text},
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
	return result
}

// suppressions are empty for a finding that counts: in a run, all results have them
// or none has.
func suppressions(s *Settled) []sarifSuppression {
	if s == nil {
		return []sarifSuppression{}
	}
	return []sarifSuppression{{Kind: "external", Status: "accepted", Justification: s.until()}}
}

// lineHash is the fingerprint that GitHub tells results of two runs apart by. It
// would make one of the text of the line, which in a PEM file says nothing.
const lineHash = "primaryLocationLineHash"

// fingerprint is the same in each run that finds the same: it takes in neither
// lines, which move, nor words, which count days.
func (r *Result) fingerprint(f *validate.Finding) string {
	sum := sha256.Sum256([]byte(f.Code + "\x00" + filepath.ToSlash(r.path(f.At)) + "\x00" + r.item(f.At)))
	return hex.EncodeToString(sum[:8])
}

// sarifLocation is a place in a file. Lines in a file of an archive are none of the
// archive's, which is what can be opened.
func (r *Result) sarifLocation(at convert.Source) sarifLocation {
	path, member := at.File, ""
	if f := r.file(at.File); f != nil {
		path, member = f.Path, f.Member
	}
	if path == "-" || path == "" {
		path = "stdin"
	}
	loc := sarifLocation{Physical: sarifPhysical{Artifact: sarifArtifact{fileURI(path)}}}
	switch {
	case member != "":
		name := member
		if at.Line > 0 {
			name += fmt.Sprintf(":%d", at.Line)
		}
		loc.Logical = []sarifLogical{{name, "member"}}
	case at.Line > 0:
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
	return sarifNotification{Level: "error", Message: sarifText{text}, Descriptor: sarifReference{string(f.Code)}}
}
