package rules

import (
	"slices"
)

// quotedOfSymptom is how many lines of a symptom's evidence its cause quotes.
const quotedOfSymptom = 2

// explain marks the findings that are symptoms of another one on the same bond, and lets that one quote their evidence. A cause is as severe as
// the worst of its symptoms: people read the cause alone.
func explain(findings []Finding) {
	causes := map[string][]string{} // by symptom
	for _, r := range All() {
		for _, symptom := range r.Explains {
			causes[symptom] = append(causes[symptom], r.ID)
		}
	}
	about := map[subject][]int{}
	for i, f := range findings {
		about[subject{f.Bond, f.Rule}] = append(about[subject{f.Bond, f.Rule}], i)
	}
	e := explainer{findings: findings, causes: causes, about: about}
	for i := range findings {
		if cause := e.causeOf(i); cause != nil {
			findings[i].ExplainedBy = cause.Rule
		}
	}
	for i := range findings {
		if findings[i].ExplainedBy == "" {
			continue
		}
		if root := e.rootOf(i); root != nil {
			findings[i].ExplainedBy = root.Rule
			root.adopt(findings[i])
		}
	}
}

// explainer finds causes.
type explainer struct {
	findings []Finding
	causes   map[string][]string // rules by those that they explain
	about    map[subject][]int   // findings by bond and rule
}

type subject struct{ bond, rule string }

// causeOf returns the first finding that explains another one, nil when there is none.
func (e explainer) causeOf(i int) *Finding {
	symptom, found := &e.findings[i], -1
	for _, rule := range e.causes[symptom.Rule] {
		for _, k := range e.about[subject{symptom.Bond, rule}] {
			if k != i && concern(&e.findings[k], symptom) {
				if found < 0 || k < found {
					found = k
				}
				break
			}
		}
	}
	if found < 0 {
		return nil
	}
	return &e.findings[found]
}

// concern reports findings about the same bond, and about the same bridge and link where both name one.
func concern(cause, symptom *Finding) bool {
	same := func(a, b string) bool { return a == b || a == "" || b == "" }
	return cause.Bond == symptom.Bond && same(cause.Bridge, symptom.Bridge) && same(cause.Link, symptom.Link)
}

// rootOf follows causes to the first one that nothing explains.
func (e explainer) rootOf(i int) *Finding {
	seen := map[*Finding]bool{}
	for f := &e.findings[i]; !seen[f]; {
		seen[f] = true
		k := slices.IndexFunc(e.about[subject{f.Bond, f.Rule}], func(k int) bool {
			x := &e.findings[k]
			return concern(x, f) && x.Title == f.Title
		})
		if k < 0 {
			return nil
		}
		next := e.causeOf(e.about[subject{f.Bond, f.Rule}][k])
		if next == nil {
			return f
		}
		if next.ExplainedBy == "" {
			return next
		}
		f = next
	}
	return nil
}

// adopt takes a symptom's severity and the first lines of its evidence.
func (f *Finding) adopt(symptom Finding) {
	if symptom.Severity.AtLeast(f.Severity) {
		f.Severity = symptom.Severity
	}
	quoted := 0
	for _, e := range symptom.Evidence {
		if quoted == quotedOfSymptom {
			break
		}
		if slices.ContainsFunc(f.Evidence, func(x Evidence) bool { return x.Source == e.Source }) {
			continue
		}
		f.Evidence = append(slices.Clone(f.Evidence), Evidence{Source: e.Source, Note: withRule(e.Note, symptom.Rule)})
		quoted++
	}
}

func withRule(note, rule string) string {
	if note == "" {
		return rule
	}
	return note + " (" + rule + ")"
}
