package markdown

import "github.com/sosbond/sosbond/report/render"

// What other reports in Markdown are written with.

// Text writes words in which nothing is markup.
func Text(s string) string { return escape(s) }

// Code writes a name as code.
func Code(s string) string { return code(s) }

// Cell writes a name for a table, as code.
func Cell(s string) string { return cell(s) }

// CellText writes words for a table, in which nothing is markup.
func CellText(s string) string { return cellText(s) }

// Sentence writes a text of one paragraph; its code spans stay.
func Sentence(s string) string { return sentence(s) }

// Inline writes words and code spans.
func Inline(parts []render.Inline) string { return inline(parts) }
