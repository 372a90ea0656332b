package ifupdown

// maxInherited bounds the options that the stanzas of one file take over from others: each may take over all the others'.
const maxInherited = 100_000

// maxDepth bounds how far stanzas are followed that inherit from one another.
const maxDepth = 10

// inheritor gives stanzas the options of those that they inherit from ("inherits" of ifupdown, "inherit" of ifupdown-ng).
type inheritor struct {
	byName map[string][]*stanza
	left   int
}

func newInheritor(stanzas []stanza) *inheritor {
	in := &inheritor{byName: map[string][]*stanza{}, left: maxInherited}
	for i := range stanzas {
		s := &stanzas[i]
		for _, o := range s.options {
			if o.name == "inherit" || o.name == "inherits" {
				s.inherits = append(s.inherits, o.value)
			}
		}
		in.byName[s.name] = append(in.byName[s.name], s)
	}
	return in
}

// options are those of a stanza after the inherited ones: the last of several equal ones counts. complete is false when they are too many.
func (in *inheritor) options(s *stanza) (options []option, complete bool) {
	if len(s.inherits) == 0 {
		return s.options, true
	}
	options, complete = in.inherited(s, maxDepth)
	return append(options, s.options...), complete
}

func (in *inheritor) inherited(s *stanza, depth int) (options []option, complete bool) {
	for _, name := range s.inherits {
		for _, from := range in.byName[name] {
			if in.left -= 1 + len(from.options); in.left < 0 || depth == 0 {
				return options, false
			}
			if from == s {
				continue
			}
			above, ok := in.inherited(from, depth-1)
			options = append(append(options, above...), from.options...)
			if !ok {
				return options, false
			}
		}
	}
	return options, true
}
