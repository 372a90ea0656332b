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
