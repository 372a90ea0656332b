// Package render holds what the terminal and the Markdown report share: making the strings of a Document harmless, the words and marks of its
// vocabulary, the layout of text in columns, and the tree from the NICs to the guests.
//
// Nothing here judges: verdicts, severities and their order come from the Document.
package render
