package rules

import (
	"bufio"
	"embed"
	"fmt"
	"strings"
	"sync"
	"text/template"

	"github.com/sosbond/sosbond/analyzer/topology"
)

//go:embed *.md shared/*.md
var texts embed.FS

// Page is the text of a rule: the sections of its Markdown file. Each leaf (a paragraph block, a list of commands) is a template over a View;
// one that comes out empty is left out of the finding.
type Page struct {
	ID        string
	Name      string // the heading: what the rule is about, without a host's names
	Sentence  leaf   // the block quote below the heading: what is wrong, with the host's names
	Sections  []Section
	Remedies  []remedy
	Cause     leaf
	Verify    leaf
	Reference []Reference
}

// Section is a "## " section as it stands, for `explain`.
type Section struct {
	Title string
	body  leaf
}

type remedy struct {
	title, note, commands leaf
}

// leaf is a template that is parsed when it is needed first: a report needs few of the thousands.
type leaf struct {
	parsed func() *template.Template
}

func (l leaf) write(v *View) string {
	if l.parsed == nil {
		return ""
	}
	var b strings.Builder
	t := l.parsed()
	if err := t.Execute(&b, v); err != nil {
		panic(fmt.Sprintf("rules: text %s: %v", t.Name(), err)) // every text is executed by a test
	}
	return tidy(b.String())
}

// tidy drops the empty lines that template actions leave behind.
func tidy(s string) string {
	var out []string
	blank := true
	for line := range strings.Lines(s) {
		line = strings.TrimRight(line, " \t\r\n")
		if line == "" && blank {
			continue
		}
		blank = line == ""
		out = append(out, line)
	}
	return strings.TrimRight(strings.Join(out, "\n"), "\n")
}

// Book is all pages.
type Book struct {
	pages map[string]*Page
	refs  map[string]Reference
}

// Pages returns the texts of all rules; they are parsed once.
var Pages = sync.OnceValue(func() *Book {
	b, err := load()
	if err != nil {
		panic(err) // the texts are embedded: a test loads them
	}
	return b
})

// Page returns the text of a rule.
func (b *Book) Page(id string) (*Page, bool) {
	p, ok := b.pages[strings.ToUpper(id)]
	return p, ok
}

// Write puts a hit into words.
func (b *Book) Write(r Rule, h *topology.Host, hit Hit) Finding {
	p := b.pages[r.ID]
	v := newView(h, hit)
	f := Finding{
		Rule: r.ID, Title: p.Sentence.write(v), Severity: hit.Severity, Confidence: hit.Confidence, Link: hit.Link, Evidence: hit.Evidence,
		Cause: p.Cause.write(v), References: p.Reference,
	}
	if f.Severity == "" {
		f.Severity = r.Severity
	}
	f.Title = strings.Join(strings.Fields(f.Title), " ")
	if hit.Bond != nil {
		f.Bond = hit.Bond.Name
	}
	if hit.Attachment != nil && hit.Attachment.IsBridge() {
		f.Bridge = hit.Attachment.Name
	} else if hit.Attachment != nil && hit.Attachment.Link != nil && f.Link == "" {
		f.Link = hit.Attachment.Name
	}
	for _, s := range hit.Slaves {
		f.Slaves = append(f.Slaves, s.Name)
	}
	for _, g := range hit.guests() {
		f.Guests = append(f.Guests, g.Guest)
	}
	f.Guests = uniq(f.Guests)
	for _, m := range p.Remedies {
		x := Remedy{Title: strings.Join(strings.Fields(m.title.write(v)), " "), Note: m.note.write(v), Commands: lines(m.commands.write(v))}
		if x.Title != "" && (x.Note != "" || len(x.Commands) > 0) {
			f.Remediation = append(f.Remediation, x)
		}
	}
	f.Verification = lines(p.Verify.write(v))
	return f
}

// Explain writes the page for a reader who has no report: names are made up, and where the kernel or the configuration system decides,
// all cases are told.
func (b *Book) Explain(id string) (string, bool) {
	p, ok := b.Page(id)
	if !ok {
		return "", false
	}
	v := exampleView()
	var w strings.Builder
	fmt.Fprintf(&w, "# %s: %s\n", p.ID, p.Name)
	for _, s := range p.Sections {
		if body := s.body.write(v); body != "" {
			fmt.Fprintf(&w, "\n## %s\n\n%s\n", s.Title, body)
		}
	}
	if len(p.Reference) > 0 {
		w.WriteString("\n## References\n\n")
		for _, r := range p.Reference {
			fmt.Fprintf(&w, "- %s\n", r.markdown())
		}
	}
	return w.String(), true
}

func (r Reference) markdown() string {
	if r.URL == "" {
		return r.Title
	}
	return "[" + r.Title + "](" + r.URL + ")"
}

func lines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}

func uniq(in []string) (out []string) {
	seen := map[string]bool{}
	for _, s := range in {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

// load reads all pages. A page is:
//
//	# SB103: name of the rule
//	> the sentence of a finding
//	## What it means | How it is detected | When it can be wrong     (for `explain`)
//	## Cause                                                       (for `explain` and findings)
//	## Remedy       with "### title", a note, and one fenced block of commands each
//	## Verification with one fenced block
//	## References   with "- KEY" of shared/references.md
//
// A line "<!-- include NAME -->" stands for shared/NAME.md.
func load() (*Book, error) {
	b := &Book{pages: map[string]*Page{}, refs: map[string]Reference{}}
	if err := b.loadReferences(); err != nil {
		return nil, err
	}
	for _, r := range All() {
		name := strings.ToLower(r.ID) + "_" + r.Slug + ".md"
		src, err := expand(name, 0)
		if err != nil {
			return nil, fmt.Errorf("rules: %s: %w", name, err)
		}
		p, err := b.parse(name, src)
		if err != nil {
			return nil, fmt.Errorf("rules: %s: %w", name, err)
		}
		if p.ID != r.ID {
			return nil, fmt.Errorf("rules: %s: the heading names %s", name, p.ID)
		}
		b.pages[r.ID] = p
	}
	return b, nil
}

func (b *Book) loadReferences() error {
	data, err := texts.ReadFile("shared/references.md")
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(data)) {
		key, rest, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "- "), ": ")
		if !ok || !strings.HasPrefix(line, "- ") {
			continue
		}
		b.refs[key] = parseReference(rest)
	}
	return nil
}

func parseReference(s string) Reference {
	s = strings.TrimSpace(s)
	if i := strings.Index(s, "]("); strings.HasPrefix(s, "[") && i > 0 && strings.HasSuffix(s, ")") {
		return Reference{Title: s[1:i], URL: s[i+2 : len(s)-1]}
	}
	return Reference{Title: s}
}

const (
	includeOpen  = "<!-- include "
	includeClose = " -->"
)

// expand reads a text and the texts that it includes.
func expand(name string, depth int) (string, error) {
	if depth > 3 {
		return "", fmt.Errorf("%s: includes nest too deep, or in a circle", name)
	}
	data, err := texts.ReadFile(name)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for line := range strings.Lines(string(data)) {
		t := strings.TrimSpace(line)
		if strings.HasPrefix(t, includeOpen) && strings.HasSuffix(t, includeClose) {
			part, err := expand("shared/"+strings.TrimSuffix(strings.TrimPrefix(t, includeOpen), includeClose)+".md", depth+1)
			if err != nil {
				return "", err
			}
			out.WriteString(part)
			out.WriteString("\n")
			continue
		}
		out.WriteString(line)
	}
	return out.String(), nil
}

// parse splits a text into its sections.
func (b *Book) parse(name, src string) (*Page, error) {
	p := &Page{}
	var sentence strings.Builder
	var title string
	var body strings.Builder
	flush := func() error {
		if title == "" {
			return nil
		}
		defer body.Reset()
		return b.section(p, name, title, body.String())
	}
	sc := bufio.NewScanner(strings.NewReader(src))
	for sc.Scan() {
		line := sc.Text()
		switch {
		case strings.HasPrefix(line, "# ") && p.ID == "":
			id, rest, ok := strings.Cut(strings.TrimPrefix(line, "# "), ": ")
			if !ok {
				return nil, fmt.Errorf("the heading %q is not \"# ID: name\"", line)
			}
			p.ID, p.Name = id, rest
		case strings.HasPrefix(line, "## "):
			if err := flush(); err != nil {
				return nil, err
			}
			title = strings.TrimPrefix(line, "## ")
		case title == "" && strings.HasPrefix(line, ">"):
			sentence.WriteString(strings.TrimSpace(strings.TrimPrefix(line, ">")) + "\n")
		case title == "" && strings.TrimSpace(line) != "":
			return nil, fmt.Errorf("text before the first section: %q", line)
		default:
			body.WriteString(line + "\n")
		}
	}
	if err := flush(); err != nil {
		return nil, err
	}
	p.Sentence = newLeaf(name+":sentence", sentence.String())
	return p, nil
}

func (b *Book) section(p *Page, name, title, body string) (err error) {
	switch title {
	case "References":
		for line := range strings.Lines(body) {
			key := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "-"))
			if key == "" {
				continue
			}
			ref, ok := b.refs[key]
			if !ok {
				return fmt.Errorf("unknown reference %q", key)
			}
			p.Reference = append(p.Reference, ref)
		}
		return nil
	case "Cause":
		p.Cause = newLeaf(name+":cause", body)
	case "Verification":
		p.Verify = newLeaf(name+":verification", fenced(body))
	case "Remedy":
		p.Remedies, err = parseRemedies(name, body)
	case "What it means", "How it is detected", "When it can be wrong":
	default:
		return fmt.Errorf("unknown section %q", title)
	}
	if err != nil {
		return err
	}
	p.Sections = append(p.Sections, Section{Title: title, body: newLeaf(name+":"+title, body)})
	return nil
}

func parseRemedies(name, body string) (list []remedy, err error) {
	for i, block := range strings.Split("\n"+body, "\n### ") {
		title, rest, _ := strings.Cut(block, "\n")
		if i == 0 {
			if strings.TrimSpace(block) != "" {
				return nil, fmt.Errorf("text before the first remedy: %q", strings.TrimSpace(block))
			}
			continue
		}
		note, _, _ := strings.Cut(rest, "```")
		list = append(list, remedy{newLeaf(name+":"+title, title), newLeaf(name+":"+title+":note", note), newLeaf(name+":"+title+":commands", fenced(rest))})
	}
	return list, nil
}

// fenced returns what stands between the code fences of s.
func fenced(s string) string {
	var out []string
	in := false
	for line := range strings.Lines(s) {
		line = strings.TrimRight(line, "\r\n")
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			in = !in
			continue
		}
		if in {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

func newLeaf(name, s string) leaf {
	return leaf{sync.OnceValue(func() *template.Template {
		return template.Must(template.New(name).Option("missingkey=error").Parse(strings.TrimSpace(s))) // a test parses every text
	})}
}
