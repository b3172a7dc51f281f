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

// mutant is one change of one file: text instead of the bytes from start to end.
type mutant struct {
	file       string // below the folder of go.mod, with slashes
	line       int
	code       string // the line, trimmed
	change     string
	nth        int // among the same changes of the same code in the file
	start, end int
	text       string
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

// apply returns the changed file. The lines after the change keep their numbers.
func (m mutant) apply(src []byte) []byte {
	gap := strings.Repeat("\n", max(0, strings.Count(string(src[m.start:m.end]), "\n")-strings.Count(m.text, "\n")))
	return slices.Concat(src[:m.start], []byte(m.text+gap), src[m.end:])
}

// finder collects the mutants of a file.
type finder struct {
	file  string
	src   []byte
	fset  *token.FileSet
	lines []string
	seen  map[string]int
	found []mutant
}

// mutants returns every mutant of a file, in the order of the text.
func mutants(file string, src []byte) ([]mutant, error) {
	f := &finder{file: file, src: src, fset: token.NewFileSet(), lines: strings.Split(string(src), "\n"), seen: map[string]int{}}
	parsed, err := parser.ParseFile(f.fset, file, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	for _, d := range parsed.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if ok && (fn.Body == nil || fn.Name.Name == "String" || fn.Name.Name == "Error") {
			continue // nothing but the text of messages
		}
		f.walk(d)
	}
	return f.found, nil
}

// add notes a mutant: text instead of what is between from and to.
func (f *finder) add(from, to token.Pos, change, text string) {
	at := f.fset.Position(from)
	m := mutant{
		file: f.file, line: at.Line, code: strings.TrimSpace(f.lines[at.Line-1]), change: change,
		start: at.Offset, end: f.fset.Position(to).Offset, text: text,
	}
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
		if r, ok := n.(*ast.ReturnStmt); ok {
			f.loseError(r, results[len(results)-1])
		}
		f.change(n)
		return true
	})
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
// goes into messages, and the conditions of counting loops, whose mutants loop
// for ever and die of that.
func skipped(n ast.Node, path []ast.Node) bool {
	switch n := n.(type) {
	case *ast.FuncType, *ast.StructType, *ast.ArrayType, *ast.MapType, *ast.InterfaceType, *ast.ImportSpec:
		return true
	case *ast.AssignStmt:
		if len(n.Rhs) == 1 && words(n.Rhs[0]) {
			return true
		}
	case ast.Expr:
		if words(n) {
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
