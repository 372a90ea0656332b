package ifcfg

import (
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

// maxExpansion bounds what the variables of one file expand to: a file of A=$A$A lines doubles a value with every line.
const maxExpansion = 256 << 10

// value is the value of a variable, with the line that each of its bytes stands on.
type value struct {
	bytes []byte
	lines []int
}

func (v *value) String() string { return string(v.bytes) }

// add appends text that stands on one line.
func (v *value) add(s string, line int) {
	for i := range len(s) {
		v.bytes = append(v.bytes, s[i])
		v.lines = append(v.lines, line)
	}
}

// addSource appends text as it is written, from the given line on.
func (v *value) addSource(s string, line int) {
	for i := range len(s) {
		v.add(s[i:i+1], line)
		if s[i] == '\n' {
			line++
		}
	}
}

// addLiteral appends text with backslashes. In double quotes they quote $, `, ", \ and the end of the line, elsewhere everything.
func (v *value) addLiteral(s string, line int, quoted bool) {
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			switch next := s[i+1]; {
			case next == '\n':
				i, line = i+1, line+1
				continue
			case !quoted || strings.IndexByte("$`\"\\", next) >= 0:
				i++
			}
		}
		v.add(s[i:i+1], line)
		if s[i] == '\n' {
			line++
		}
	}
}

// expand removes the quotes of a word and puts in the variables that the file assigned before. What it cannot expand stays as written;
// why tells the reason.
func (e *evaluator) expand(w *syntax.Word) (v value, why string) {
	if w == nil {
		return v, ""
	}
	for _, part := range w.Parts {
		if s := e.expandPart(&v, part, false); s != "" {
			why = s
		}
	}
	return v, why
}

func (e *evaluator) expandPart(v *value, part syntax.WordPart, quoted bool) (why string) {
	line, written := e.line(part.Pos()), e.source(part.Pos(), part.End())
	switch p := part.(type) {
	case *syntax.Lit:
		v.addLiteral(written+e.continued(written, part.End()), line, quoted)
	case *syntax.SglQuoted:
		why = addQuoted(v, p, line)
	case *syntax.DblQuoted:
		for _, inner := range p.Parts {
			if s := e.expandPart(v, inner, true); s != "" {
				why = s
			}
		}
	case *syntax.ParamExp:
		why = e.expandVariable(v, p, written, line)
	default:
		v.addSource(written, line)
		why = "a substitution: it is not run, and the value is kept as it is written"
	}
	return why
}

// continued is the line end after a literal that ends in a quoting backslash. In double quotes the parser ends a literal between the two.
func (e *evaluator) continued(literal string, end syntax.Pos) string {
	backslashes := len(literal) - len(strings.TrimRight(literal, `\`))
	if backslashes%2 == 1 && strings.HasPrefix(e.src[e.offset(end):], "\n") {
		return "\n"
	}
	return ""
}

func addQuoted(v *value, q *syntax.SglQuoted, line int) (why string) {
	if !q.Dollar {
		v.addSource(q.Value, line)
		return ""
	}
	s, _, err := expand.Format(nil, q.Value, nil)
	if err != nil {
		v.addSource(q.Value, line)
		return "an escape that the shell does not know"
	}
	v.add(s, line)
	return ""
}

// expandVariable puts in $NAME or ${NAME}; the operators of ${NAME...} are code and are left alone.
func (e *evaluator) expandVariable(v *value, p *syntax.ParamExp, written string, line int) (why string) {
	if p.Param == nil || written != "$"+p.Param.Value && written != "${"+p.Param.Value+"}" {
		v.addSource(written, line)
		return "an expansion that is not evaluated: the value is kept as it is written"
	}
	known, ok := e.vars[p.Param.Value]
	if !ok {
		v.addSource(written, line)
		return "a variable that this file does not set: the value is kept as it is written"
	}
	if e.expanded += len(known.value.bytes); e.expanded > maxExpansion {
		v.addSource(written, line)
		return "the variables of this file expand to too long a text: the value is kept as it is written"
	}
	v.add(known.value.String(), line)
	return ""
}
