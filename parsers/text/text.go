// Package text holds what all format parsers share: values that know their line, lines that could not be understood, and a
// line iterator that takes whatever a report contains (CRLF, a missing last newline, invalid UTF-8).
package text

import (
	"bytes"
	"iter"
	"strings"
)

// At is a value together with the line (counted from 1) that it was read from. Line 0 means that the text does not have it.
type At[T any] struct {
	Value T
	Line  int
}

// Found reports whether the text had the value.
func (a At[T]) Found() bool { return a.Line > 0 }

// Of returns v as read from the given line.
func Of[T any](v T, line int) At[T] { return At[T]{Value: v, Line: line} }

// A Problem is a line that a parser did not understand, or understood but must not trust.
type Problem struct {
	Line int
	Text string // the line as it stands in the file, at most 200 bytes
	Why  string // what is wrong with it, in a few words
	Lost bool   // a limit was met: of what follows the line something was not read
	More int    // further problems with the text, that are not listed
}

const problemText = 200

// NewProblem records line as not understood, cutting it to a length that fits a report.
func NewProblem(line int, s, why string) Problem {
	if len(s) > problemText {
		s = strings.Clone(strings.ToValidUTF8(s[:problemText], "")) // and not the whole line with it
	}
	return Problem{Line: line, Text: s, Why: why}
}

// MaxProblems bounds what a text of another kind can cost: more lines that were not understood say nothing new.
const MaxProblems = 200

// Problems are those of one text: the first MaxProblems. The last of them tells how many more there were.
type Problems []Problem

// Add records a line as not understood.
func (p *Problems) Add(line int, s, why string) { p.add(NewProblem(line, s, why)) }

// Lose records that a limit was met at a line.
func (p *Problems) Lose(line int, s, why string) {
	lost := NewProblem(line, s, why)
	lost.Lost = true
	p.add(lost)
}

// Join adds the problems of a part of the text.
func (p *Problems) Join(part Problems) {
	for _, one := range part {
		p.add(one)
	}
}

func (p *Problems) add(one Problem) {
	if len(*p) < MaxProblems {
		*p = append(*p, one)
		return
	}
	last := &(*p)[MaxProblems-1]
	last.More += 1 + one.More
	last.Lost = last.Lost || one.Lost
}

// Count is how many there were, listed or not.
func (p Problems) Count() (n int) {
	for _, one := range p {
		n += 1 + one.More
	}
	return n
}

// Lines yields each line of data with its number, counted from 1, without its line ending (LF or CRLF).
// Invalid UTF-8 becomes U+FFFD, so that no later code has to care.
func Lines(data []byte) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for n := 1; len(data) > 0; n++ {
			var line []byte
			line, data, _ = bytes.Cut(data, []byte{'\n'})
			line = bytes.TrimSuffix(line, []byte{'\r'})
			if !yield(n, strings.ToValidUTF8(string(line), "\uFFFD")) {
				return
			}
		}
	}
}
