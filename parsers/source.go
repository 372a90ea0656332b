package parsers

// Source is where a fact was read: a file of the report and a line in it.
type Source struct {
	File string // relative to the root of the report
	Line int    // counted from 1; 0 when the fact is the file itself
	Text string // the line as it stands there, of a very long one the beginning
}

// Known reports whether s names a file.
func (s Source) Known() bool { return s.File != "" }
