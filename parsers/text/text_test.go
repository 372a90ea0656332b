package text

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestLines(t *testing.T) {
	for in, want := range map[string][]string{
		"":               nil,
		"\n":             {""},
		"a":              {"a"},
		"a\nb\n":         {"a", "b"},
		"a\r\nb\r\n":     {"a", "b"},
		"a\n\nb":         {"a", "", "b"},
		"a\xffb\n\xfe\n": {"a\uFFFDb", "\uFFFD"},
		"a\rb\n":         {"a\rb"},
	} {
		var got []string
		for n, l := range Lines([]byte(in)) {
			got = append(got, l)
			if n != len(got) {
				t.Errorf("%q: line %d has the number %d", in, len(got), n)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("Lines(%q) = %q, want %q", in, got, want)
		}
	}
	for n := range Lines([]byte("a\nb\nc\n")) {
		if n == 2 {
			break // leaving early must not panic
		}
	}
}

func TestNewProblem(t *testing.T) {
	long := strings.Repeat("é", 300)
	p := NewProblem(7, long, "too long")
	if p.Line != 7 || p.Why != "too long" || len(p.Text) > problemText || !utf8.ValidString(p.Text) {
		t.Errorf("%+v", p)
	}
	if Of(1, 0).Found() || !Of(0, 3).Found() {
		t.Error("a value is found when it has a line, whatever it is")
	}
}

func TestProblems(t *testing.T) {
	var p Problems
	for n := range 10 * MaxProblems {
		p.Add(n+1, "garbage", "not understood")
	}
	p.Lose(10*MaxProblems+1, "[[[[", "nested too deeply")
	last := p[len(p)-1]
	if len(p) != MaxProblems || p.Count() != 10*MaxProblems+1 || last.Line != MaxProblems || !last.Lost {
		t.Errorf("%d problems of %d, the last is %+v", len(p), p.Count(), last)
	}
	var outer Problems
	outer.Add(1, "a", "b")
	outer.Join(p)
	if len(outer) != MaxProblems || outer.Count() != p.Count()+1 || !outer[MaxProblems-1].Lost {
		t.Errorf("%d problems of %d, the last is %+v", len(outer), outer.Count(), outer[MaxProblems-1])
	}
}

func FuzzLines(f *testing.F) {
	for _, s := range []string{"", "\n", "a\r\nb", "\xff\n\xfe", "\xef\xbb\xbfa\n\x00", strings.Repeat("\u20ac", 100)} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var p Problems
		n := 0
		for number, line := range Lines(data) {
			n++
			if number != n || strings.Contains(line, "\n") || !utf8.ValidString(line) {
				t.Errorf("line %d is %d: %q", n, number, line)
			}
			p.Add(number, line, "why")
			p.Lose(number, line, "why")
			if one := NewProblem(number, line, "why"); len(one.Text) > problemText || !utf8.ValidString(one.Text) {
				t.Errorf("%q", one.Text)
			}
		}
		if p.Count() != 2*n || len(p) > MaxProblems {
			t.Errorf("%d problems, %d listed, of %d lines", p.Count(), len(p), n)
		}
	})
}
