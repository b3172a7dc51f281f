package main

import (
	"crypto/sha256"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// mutant is one change of one file.
type mutant struct {
	file   string // below the folder of go.mod, with slashes
	pkg    string // the name of its package
	in     string // the function, "" outside of functions
	line   int
	before string // the line above, trimmed
	code   string // the line, trimmed
	change string
	nth    int // among the same changes of the same code in the file

	edit
	statement edit // around the edit, its text is missing; of no length outside of functions
	body      bool // the statement is the body of a function
	reached   int  // a test that comes to this line may notice; 0: one that comes to any line of the file
}

// edit is text instead of the bytes from start to end.
type edit struct {
	start, end int
	text       string
}

func (e edit) apply(src []byte) []byte {
	return slices.Concat(src[:e.start], []byte(e.text), src[e.end:])
}

func (m mutant) String() string {
	return fmt.Sprintf("%s:%d: %s\n\t%s", m.file, m.line, m.change, m.code)
}

// rank orders mutants by chance. It hangs on the code alone, not on the line
// number or on other mutants: most of a sample stays the same while the program
// changes.
func (m mutant) rank(seed uint64) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d\n%s\n%s\n%s\n%d", seed, m.file, m.code, m.change, m.nth))
	return string(sum[:])
}

// guarded is the edit that keeps both forms of the statement: the changed one
// counts while the mutant is in force.
func (m mutant) guarded(src []byte, id string) edit {
	before, inner := m.statement, m.edit
	inner.start, inner.end = m.start-before.start, m.end-before.start
	original := src[before.start:before.end]
	changed := inner.apply(original)
	form := "if mutantOn(%q) {\n%s\n} else {\n%s\n}"
	if m.body {
		form = "{\n" + form + "\n}"
	}
	return edit{before.start, before.end, fmt.Sprintf(form, id, changed, original)}
}

// finder collects the mutants of a file.
type finder struct {
	file  string
	pkg   string
	in    string
	src   []byte
	fset  *token.FileSet
	lines []string
	seen  map[string]int
	found []mutant

	// Of the node that is looked at.
	statement edit
	body      bool
	reached   int
}

// mutants returns every mutant of a file, in the order of the text.
func mutants(file string, src []byte) ([]mutant, error) {
	f := &finder{file: file, src: src, fset: token.NewFileSet(), lines: strings.Split(string(src), "\n"), seen: map[string]int{}}
	parsed, err := parser.ParseFile(f.fset, file, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	f.pkg = parsed.Name.Name
	for _, d := range parsed.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if ok && (fn.Body == nil || fn.Name.Name == "String" || fn.Name.Name == "Error") {
			continue // nothing but the text of messages
		}
		if f.in = ""; ok {
			f.in = fn.Name.Name
		}
		f.walk(d)
	}
	return f.found, nil
}

// add notes a mutant: text instead of what is between from and to.
func (f *finder) add(from, to token.Pos, change, text string) {
	at := f.fset.Position(from)
	m := mutant{
		file: f.file, pkg: f.pkg, in: f.in, line: at.Line, change: change,
		before: strings.TrimSpace(f.lines[max(at.Line-2, 0)]), code: strings.TrimSpace(f.lines[at.Line-1]),
		edit: edit{at.Offset, f.fset.Position(to).Offset, text}, statement: f.statement, body: f.body, reached: f.reached,
	}
	if f.statement.end == 0 {
		m.reached = 0
	}
	// The lines after it keep their numbers, which are in the compiled code.
	m.text += strings.Repeat("\n", max(0, strings.Count(string(f.src[m.start:m.end]), "\n")-strings.Count(text, "\n")))
	key := m.code + "\n" + change
	m.nth = f.seen[key]
	f.seen[key]++
	f.found = append(f.found, m)
}

func (f *finder) text(n ast.Node) string {
	return string(f.src[f.fset.Position(n.Pos()).Offset:f.fset.Position(n.End()).Offset])
}

// walk finds the mutants in a declaration. The results of the innermost function
// say whether a return has an error to lose.
func (f *finder) walk(root ast.Node) {
	var results []*ast.FieldList // of the functions around the node
	var path []ast.Node
	ast.Inspect(root, func(n ast.Node) bool {
		if n == nil {
			if signature(path[len(path)-1]) != nil {
				results = results[:len(results)-1]
			}
			path = path[:len(path)-1]
			return true
		}
		if skipped(n, path) {
			return false
		}
		path = append(path, n)
		if t := signature(n); t != nil {
			results = append(results, t.Results)
		}
		f.look(path)
		if r, ok := n.(*ast.ReturnStmt); ok {
			f.loseError(r, results[len(results)-1])
		}
		f.change(n)
		return true
	})
}

// look finds the statement around the last node of path that can be replaced by
// one that has it twice: it declares nothing for the statements after it. What is in a
// statement is reached with its first line, and the conditions of a switch with the
// switch: no counter tells of the lines behind a function literal, nor of them.
func (f *finder) look(path []ast.Node) {
	f.statement, f.body, f.reached = edit{}, false, 0
	for i := len(path) - 1; i > 0; i-- {
		n, in := path[i], path[i-1]
		if clause, ok := in.(*ast.CaseClause); ok && f.reached == 0 && !slices.ContainsFunc(clause.Body, func(s ast.Stmt) bool { return s == n }) {
			f.reached = f.fset.Position(path[i-3].Pos()).Line
		}
		s, ok := n.(ast.Stmt)
		if _, list := n.(*ast.BlockStmt); ok && !list && f.reached == 0 {
			f.reached = f.fset.Position(n.Pos()).Line
		}
		if !ok || f.statement.end != 0 {
			continue
		}
		f.body = signature(in) != nil
		if f.body || listed(s, in) && !declares(s) {
			f.statement = edit{start: f.fset.Position(n.Pos()).Offset, end: f.fset.Position(n.End()).Offset}
		}
	}
}

// listed reports whether s is one of the statements of a block.
func listed(s ast.Stmt, in ast.Node) bool {
	switch in := in.(type) {
	case *ast.BlockStmt:
		return true
	case *ast.CaseClause:
		return true
	case *ast.CommClause:
		return in.Comm != s
	}
	return false
}

func declares(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.AssignStmt:
		return s.Tok == token.DEFINE
	case *ast.DeclStmt, *ast.LabeledStmt, *ast.CaseClause, *ast.CommClause:
		return true
	}
	return false
}

func signature(n ast.Node) *ast.FuncType {
	switch n := n.(type) {
	case *ast.FuncDecl:
		return n.Type
	case *ast.FuncLit:
		return n.Type
	}
	return nil
}

// skipped reports whether nothing below n is worth a mutant: types, tags, what
// goes into messages, how long something may take, and the conditions of counting
// loops, whose mutants loop for ever and die of that.
func skipped(n ast.Node, path []ast.Node) bool {
	switch n := n.(type) {
	case *ast.FuncType, *ast.StructType, *ast.ArrayType, *ast.MapType, *ast.InterfaceType, *ast.ImportSpec:
		return true
	case *ast.AssignStmt:
		if len(n.Rhs) == 1 && words(n.Rhs[0]) {
			return true
		}
	case ast.Expr:
		if words(n) || duration(n) {
			return true
		}
	}
	if len(path) == 0 {
		return false
	}
	loop, ok := path[len(path)-1].(*ast.ForStmt)
	return ok && loop.Post != nil && n != ast.Node(loop.Body)
}

// words reports whether e makes a message.
func words(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return false
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	pkg, ok := sel.X.(*ast.Ident)
	return ok && slices.Contains([]string{"fmt", "text", "errors"}, pkg.Name) && !slices.Contains([]string{"Is", "As", "Join"}, sel.Sel.Name)
}

// duration reports whether e is a number of seconds or the like: one more is no
// fault.
func duration(e ast.Expr) bool {
	product, ok := e.(*ast.BinaryExpr)
	if !ok || product.Op != token.MUL {
		return false
	}
	unit, ok := product.Y.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	pkg, ok := unit.X.(*ast.Ident)
	return ok && pkg.Name == "time"
}

// opposite and boundary are what a comparison becomes.
var (
	opposite = map[token.Token]token.Token{
		token.EQL: token.NEQ, token.NEQ: token.EQL, token.LSS: token.GEQ, token.GEQ: token.LSS, token.GTR: token.LEQ, token.LEQ: token.GTR,
		token.LAND: token.LOR, token.LOR: token.LAND,
	}
	boundary = map[token.Token]token.Token{token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR}
)

// change adds the mutants of one node.
func (f *finder) change(n ast.Node) {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		for _, table := range []map[token.Token]token.Token{opposite, boundary} {
			if to, ok := table[n.Op]; ok {
				f.add(n.OpPos, n.OpPos+token.Pos(len(n.Op.String())), fmt.Sprintf("%s becomes %s", n.Op, to), to.String())
			}
		}
	case *ast.UnaryExpr:
		if n.Op == token.NOT {
			f.add(n.Pos(), n.X.Pos(), "! dropped", "")
		}
	case *ast.BasicLit:
		if v, err := strconv.ParseUint(n.Value, 0, 63); err == nil && n.Kind == token.INT {
			f.add(n.Pos(), n.End(), fmt.Sprintf("%s becomes %d", n.Value, v+1), strconv.FormatUint(v+1, 10))
		}
	case *ast.Ident:
		if other, ok := map[string]string{"true": "false", "false": "true"}[n.Name]; ok {
			f.add(n.Pos(), n.End(), n.Name+" becomes "+other, other)
		}
	case *ast.IfStmt:
		f.changeIf(n)
	case ast.Stmt:
		f.drop(n)
	}
}

// changeIf negates a condition that is no comparison (those are changed as
// such), takes the branch never, and drops the call whose error is looked at.
func (f *finder) changeIf(n *ast.IfStmt) {
	cond := f.text(n.Cond)
	switch c := n.Cond.(type) {
	case *ast.CallExpr, *ast.Ident, *ast.SelectorExpr:
		f.add(n.Cond.Pos(), n.Cond.End(), "condition negated", "!("+cond+")")
	case *ast.BinaryExpr:
		if c.Op == token.LAND || c.Op == token.LOR {
			f.add(n.Cond.Pos(), n.Cond.End(), "condition negated", "!("+cond+")")
		}
	}
	if n.Else != nil {
		return
	}
	if init, ok := n.Init.(*ast.AssignStmt); ok && len(init.Rhs) == 1 {
		if _, ok := init.Rhs[0].(*ast.CallExpr); ok && init.Tok == token.DEFINE {
			f.add(n.Pos(), n.End(), "call and test of its result dropped", "{ }")
			return
		}
	}
	f.add(n.Cond.Pos(), n.Cond.End(), "condition never true", "false && ("+cond+")")
}

// drop removes a statement whose absence a caller can notice.
func (f *finder) drop(n ast.Stmt) {
	var call *ast.CallExpr
	switch n := n.(type) {
	case *ast.ExprStmt:
		call, _ = n.X.(*ast.CallExpr)
	case *ast.DeferStmt:
		call = n.Call
	case *ast.AssignStmt:
		if n.Tok == token.DEFINE {
			return
		}
	case *ast.IncDecStmt, *ast.BranchStmt:
	default:
		return
	}
	if call != nil && unseen(f.text(call.Fun)) {
		return
	}
	f.add(n.Pos(), n.End(), "statement dropped", "{ }")
}

// unseen reports whether no test of the result can notice that a call is
// missing: secrets wiped from memory, resources given back.
func unseen(fun string) bool {
	name := fun[strings.LastIndex(fun, ".")+1:]
	return slices.Contains([]string{"clear", "Wipe", "wipe", "Close", "panic", "Lock", "Unlock"}, name)
}

// loseError has a function return nil for its error.
func (f *finder) loseError(r *ast.ReturnStmt, results *ast.FieldList) {
	if results == nil || len(r.Results) == 0 {
		return
	}
	id, ok := results.List[len(results.List)-1].Type.(*ast.Ident)
	last := r.Results[len(r.Results)-1]
	if !ok || id.Name != "error" || len(r.Results) != results.NumFields() || f.text(last) == "nil" {
		return
	}
	f.add(last.Pos(), last.End(), "error not returned", "nil")
}
