package render

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func texts(list ...string) []Text {
	var out []Text
	for _, s := range list {
		out = append(out, Of(Plain, s))
	}
	return out
}

func stringsOf(lines []Text) []string {
	var out []string
	for _, l := range lines {
		out = append(out, l.String())
	}
	return out
}

func TestFlow(t *testing.T) {
	tests := map[string]struct {
		cells []string
		width int
		want  []string
	}{
		"one line":      {[]string{"a", "b"}, 10, []string{"> a  b"}},
		"exact":         {[]string{"aaa", "bbb"}, 10, []string{"> aaa  bbb"}},
		"break":         {[]string{"aaa", "bbbb", "c"}, 10, []string{"> aaa", "  bbbb  c"}},
		"wide cell":     {[]string{"a", "0123456789abc", "b"}, 10, []string{"> a", "  0123456789abc", "  b"}},
		"padding drops": {[]string{"a    ", "bbbbb"}, 10, []string{"> a", "  bbbbb"}},
		"nothing":       {nil, 10, []string{">"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := stringsOf(Flow(texts(tt.cells...), tt.width, Of(Plain, "> "), Of(Plain, "  ")))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFill(t *testing.T) {
	words := texts(strings.Fields("the quick brown fox jumps over-the-lazy-dog.")...)
	got := stringsOf(Fill(words, 12, Of(Plain, "- "), Of(Plain, "  ")))
	want := []string{"- the quick", "  brown fox", "  jumps", "  over-the-lazy-dog."}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestColumns(t *testing.T) {
	rows := [][]Text{texts("eth0", "", "up"), texts("e", "", "漢字")}
	var got []string
	for _, row := range Columns(rows) {
		got = append(got, strings.Join(stringsOf(row), "|"))
	}
	if diff := cmp.Diff([]string{"eth0|up  ", "e   |漢字"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestShorten(t *testing.T) {
	tests := []struct {
		in    string
		width int
		want  string
	}{
		{"web01", 5, "web01"},
		{"production-web01", 10, "produ…eb01"},
		{"漢字漢字漢字", 7, "漢…漢字"},
		{"abc", 1, "…"},
		{"abc", 2, "a…"},
	}
	for _, tt := range tests {
		if got := Shorten(tt.in, tt.width); got != tt.want {
			t.Errorf("Shorten(%q, %d) = %q, want %q", tt.in, tt.width, got, tt.want)
		}
	}
}
