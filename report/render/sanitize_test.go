package render

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/report"
)

func TestLine(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"plain":              {"Bonding Mode: adaptive load balancing", "Bonding Mode: adaptive load balancing"},
		"letters":            {"Käse 漢字 ✓", "Käse 漢字 ✓"},
		"leading spaces":     {"    port: [eth0]", "    port: [eth0]"},
		"carriage return":    {"MII Status: up\r\n", "MII Status: up"},
		"overwriting":        {"down\rup", `down\x0dup`},
		"line break":         {"web01\nfake: line", "web01 fake: line"},
		"tabs":               {"port no\tmac", "port no mac"},
		"tab stops":          {"a\tb", "a       b"},
		"clear screen":       {"\x1b[2J", `\x1b[2J`},
		"title":              {"\x1b]0;owned\a", `\x1b]0;owned\x07`},
		"C1":                 {"\u009b31m", `\u009b31m`},
		"C1 as a byte":       {"\x9b31m", `\x9b31m`},
		"delete":             {"a\x7f", `a\x7f`},
		"nul":                {"a\x00b", `a\x00b`},
		"bidi override":      {"\u202ecod.exe", `\u202ecod.exe`},
		"bidi isolate":       {"\u2066x\u2069", `\u2066x\u2069`},
		"arabic letter mark": {"\u061cx", `\u061cx`},
		"zero width":         {"we\u200bb\ufeff", `we\u200bb\ufeff`},
		"soft hyphen":        {"we\u00adb", `we\u00adb`},
		"tags":               {"x\U000e0041", `x\U000e0041`},
		"invisible letter":   {"\u3164", `\u3164`},
		"variation selector": {"x\ufe0f", `x\ufe0f`},
		"line separator":     {"a\u2028b", `a\u2028b`},
		"no-break space":     {"a\u00a0b", "a b"},
		"invalid UTF-8":      {"eth0\xff\xc3", `eth0\xff\xc3`},
		"replacement":        {"a\ufffdb", "a\ufffdb"},
		"accent":             {"e\u0301", "e\u0301"},
		"mark without base":  {"\u0301e", `\u0301e`},
		"stacked marks":      {"e\u0301\u0301\u0301\u0301\u0301", "e\u0301\u0301\u0301\u0301" + `\u0301`},
		"private use":        {"\ue000", `\ue000`},
		"empty":              {"", ""},
		"only spaces":        {" \t\n", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := Line(tt.in); got != tt.want {
				t.Errorf("Line(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestLines(t *testing.T) {
	if got, want := Lines("a \r\n\tb\x1b\n\nc\n"), "a\n        b\\x1b\n\nc\n"; got != want {
		t.Errorf("Lines = %q, want %q", got, want)
	}
}

func TestSanitizeCopies(t *testing.T) {
	doc := report.Document{
		Hosts: []report.Host{{
			Name:  "a\x1b",
			Bonds: []report.Bond{{LACP: &report.LACP{PartnerMAC: "b\x1b"}, Attachments: []report.Attachment{{Path: []string{"c\x1b"}}}}},
			Findings: []report.Finding{{
				Cause: "one\n\ntwo\x1b", Title: "one\ntwo", Remediation: []report.Remediation{{Note: "n\nn", Commands: []string{"cat <<E\nE\x1b"}}},
			}},
		}},
		Summary: report.Summary{Verdicts: map[string]int{"x\x1b": 2}},
	}
	got := Sanitize(doc)
	want := report.Document{
		Hosts: []report.Host{{
			Name:  `a\x1b`,
			Bonds: []report.Bond{{LACP: &report.LACP{PartnerMAC: `b\x1b`}, Attachments: []report.Attachment{{Path: []string{`c\x1b`}}}}},
			Findings: []report.Finding{{
				Cause: "one\n\ntwo\\x1b", Title: "one two", Remediation: []report.Remediation{{Note: "n\nn", Commands: []string{"cat <<E\nE\\x1b"}}},
			}},
		}},
		Summary: report.Summary{Verdicts: map[string]int{`x\x1b`: 2}, Findings: map[string]int{}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if doc.Hosts[0].Bonds[0].LACP.PartnerMAC != "b\x1b" || doc.Hosts[0].Bonds[0].Attachments[0].Path[0] != "c\x1b" {
		t.Error("the document that was given has changed")
	}
}

func FuzzLine(f *testing.F) {
	for _, s := range []string{"bond0", "\x1b[31m", "\u202e", "a\tb\r\n", "\xff\xfe", "e\u0301\u0301\u0301\u0301\u0301", "🇩🇪\u200d👩"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Line(s)
		if !utf8.ValidString(got) {
			t.Errorf("%q: not UTF-8: %q", s, got)
		}
		for _, r := range got {
			if !unicode.IsPrint(r) || ignorable(r) {
				t.Errorf("%q: %U is left in %q", s, r, got)
			}
		}
		if again := Line(got); again != got {
			t.Errorf("%q: not stable: %q, then %q", s, got, again)
		}
		if isPlain(s) && got != strings.TrimRight(s, " ") {
			t.Errorf("plain text %q became %q", s, got)
		}
		for _, width := range []int{1, 2, 7, 20} {
			if short := Shorten(got, width); Width(short) > width {
				t.Errorf("Shorten(%q, %d) = %q takes %d columns", got, width, short, Width(short))
			}
			if short := Cut(got, width); Width(short) > width {
				t.Errorf("Cut(%q, %d) = %q takes %d columns", got, width, short, Width(short))
			}
		}
	})
}
