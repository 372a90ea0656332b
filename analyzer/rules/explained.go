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
	for i := range findings {
		if cause := causeOf(findings, i, causes); cause != nil {
			findings[i].ExplainedBy = cause.Rule
		}
	}
	for i := range findings {
		if findings[i].ExplainedBy == "" {
			continue
		}
		if root := rootOf(findings, i, causes); root != nil {
			findings[i].ExplainedBy = root.Rule
			root.adopt(findings[i])
		}
	}
}

// causeOf returns the finding that explains another one, nil when there is none.
func causeOf(findings []Finding, i int, causes map[string][]string) *Finding {
	symptom := &findings[i]
	for k := range findings {
		f := &findings[k]
		if k != i && slices.Contains(causes[symptom.Rule], f.Rule) && concern(f, symptom) {
			return f
		}
	}
	return nil
}

// concern reports findings about the same bond, and about the same bridge and link where both name one.
func concern(cause, symptom *Finding) bool {
	same := func(a, b string) bool { return a == b || a == "" || b == "" }
	return cause.Bond == symptom.Bond && same(cause.Bridge, symptom.Bridge) && same(cause.Link, symptom.Link)
}

// rootOf follows causes to the first one that nothing explains.
func rootOf(findings []Finding, i int, causes map[string][]string) *Finding {
	seen := map[*Finding]bool{}
	for f := &findings[i]; !seen[f]; {
		seen[f] = true
		k := slices.IndexFunc(findings, func(x Finding) bool { return x.Rule == f.Rule && concern(&x, f) && x.Title == f.Title })
		if k < 0 {
			return nil
		}
		next := causeOf(findings, k, causes)
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
