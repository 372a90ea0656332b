package render

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestProse(t *testing.T) {
	in := "First line\nsecond line with `code`.\n\n\n- one\n  goes on\n- two\nlazy\n\nLast - not a list."
	want := []Block{
		{Inline: []Inline{{Text: "First line second line with "}, {Text: "code", Code: true}, {Text: "."}}},
		{Item: true, Inline: []Inline{{Text: "one goes on"}}},
		{Item: true, Inline: []Inline{{Text: "two lazy"}}},
		{Inline: []Inline{{Text: "Last - not a list."}}},
	}
	if diff := cmp.Diff(want, Prose(in)); diff != "" {
		t.Error(diff)
	}
}

func TestSentence(t *testing.T) {
	tests := map[string]struct {
		in   string
		want []Inline
	}{
		"empty":            {"", nil},
		"plain":            {"a b", []Inline{{Text: "a b"}}},
		"code":             {"`a b`", []Inline{{Text: "a b", Code: true}}},
		"two backquotes":   {"``a`b``", []Inline{{Text: "a`b", Code: true}}},
		"padded":           {"`` `a` ``", []Inline{{Text: "`a`", Code: true}}},
		"open":             {"a `b", []Inline{{Text: "a `b"}}},
		"unequal":          {"``a`", []Inline{{Text: "``a`"}}},
		"only spaces":      {"` ` x", []Inline{{Text: "` ` x"}}},
		"escapes":          {`\*a\* \x1b c:\\d`, []Inline{{Text: `*a* \x1b c:\d`}}},
		"escape in code":   {"`\\*`", []Inline{{Text: `\*`, Code: true}}},
		"escape of a tick": {"\\`a`b`", []Inline{{Text: "`a"}, {Text: "b", Code: true}}},
		"last backslash":   {`a\`, []Inline{{Text: `a\`}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Sentence(tt.in)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWords(t *testing.T) {
	got := stringsOf(Words(Sentence("Set (`bond.options mode=1`), then `up`."), Plain))
	if diff := cmp.Diff([]string{"Set", "(`bond.options mode=1`),", "then", "`up`."}, got); diff != "" {
		t.Error(diff)
	}
}
