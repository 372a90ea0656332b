package rules

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
)

// sectionsOf are the sections of a page as its file has them, includes put in.
func sectionsOf(t *testing.T, name string) (titles []string) {
	t.Helper()
	src, err := expand(name, 0)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(src) {
		if title, ok := strings.CutPrefix(line, "## "); ok {
			titles = append(titles, strings.TrimSpace(title))
		}
	}
	return titles
}

func pageFile(r Rule) string { return strings.ToLower(r.ID) + "_" + r.Slug + ".md" }

// TestDocsPages: each rule has a page with all sections, in their order, and each page has a rule. What reports nothing wrong needs no cause, way
// out and verification.
func TestDocsPages(t *testing.T) {
	order := []string{"What it means", "How it is detected", "Cause", "Remedy", "Verification", "When it can be wrong", "References"}
	pages := map[string]bool{}
	for _, r := range All() {
		name := pageFile(r)
		pages[name] = true
		titles := sectionsOf(t, name)
		at := -1
		for _, title := range titles {
			i := slices.Index(order, title)
			if i <= at {
				t.Errorf("%s: section %q is unknown, or not in its place", name, title)
			}
			at = i
		}
		for _, want := range order {
			optional := !r.Severity.AtLeast(Warning) && slices.Contains([]string{"Cause", "Remedy", "Verification"}, want)
			if !optional && !slices.Contains(titles, want) {
				t.Errorf("%s has no section %q", name, want)
			}
		}
	}
	files, err := fs.Glob(texts, "*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !pages[f] {
			t.Errorf("%s is the page of no rule", f)
		}
	}
}

// TestDocsReferences: each reference that a page names stands in the list, with a title and, where it has one, an address by https; no key stands
// there twice.
func TestDocsReferences(t *testing.T) {
	src, err := texts.ReadFile("shared/references.md")
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{}
	for line := range strings.Lines(string(src)) {
		item, ok := strings.CutPrefix(line, "- ")
		if !ok {
			continue
		}
		key, rest, ok := strings.Cut(strings.TrimSpace(item), ": ")
		ref := parseReference(rest)
		if !ok || ref.Title == "" || strings.HasPrefix(ref.Title, "http") || ref.URL != "" && !strings.HasPrefix(ref.URL, "https://") || keys[key] {
			t.Errorf("reference %q", line)
		}
		keys[key] = true
	}
	for _, r := range All() {
		p, _ := Pages().Page(r.ID)
		if len(p.Reference) == 0 {
			t.Errorf("%s: no references", r.ID)
		}
		for _, ref := range p.Reference {
			if ref.Title == "" {
				t.Errorf("%s: a reference without a title: %+v", r.ID, ref)
			}
		}
	}
}

// TestDocsIncludes: each shared text is used, directly or by another one, and each that is used exists.
func TestDocsIncludes(t *testing.T) {
	used := map[string]bool{"shared/references.md": true}
	var follow func(name string)
	follow = func(name string) {
		src, err := texts.ReadFile(name)
		if err != nil {
			t.Errorf("%v", err)
			return
		}
		for line := range strings.Lines(string(src)) {
			if rest, ok := strings.CutPrefix(strings.TrimSpace(line), includeOpen); ok {
				part := "shared/" + strings.TrimSuffix(rest, includeClose) + ".md"
				if !used[part] {
					used[part] = true
					follow(part)
				}
			}
		}
	}
	for _, r := range All() {
		follow(pageFile(r))
	}
	files, err := fs.Glob(texts, "shared/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !used[f] {
			t.Errorf("%s is included by nothing", path.Base(f))
		}
	}
}

// TestDocsFamilies: the families are a closed set, and each has a rule.
func TestDocsFamilies(t *testing.T) {
	for _, f := range Families() {
		if !slices.ContainsFunc(All(), func(r Rule) bool { return r.Family == f }) {
			t.Errorf("family %q has no rule", f)
		}
	}
	for _, r := range All() {
		if !slices.Contains(Families(), r.Family) {
			t.Errorf("%s: unknown family %q", r.ID, r.Family)
		}
	}
}
