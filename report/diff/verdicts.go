package diff

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/rules"
	"github.com/sosbond/sosbond/report"
)

// goodness ranks verdicts, the best first. Guests that come onto a good bond make nothing worse.
var goodness = map[string]int{notAffected: 1, "recommended": 1, "partial": 2, "not-recommended": 3, notWorking: 4}

// verdict compares two verdicts as they stand.
func verdict(before, after string) Verdict {
	v := Verdict{Old: before, New: after}
	a, b := goodness[before], goodness[after]
	switch {
	case before == after:
		v.Change = Same
	case a == 0 || b == 0:
		v.Change = CannotBeTold
	case a == b:
		v.Change = Changed
	case b < a:
		v.Change = Better
	default:
		v.Change = Worse
	}
	return v
}

func (v *Verdict) untold(why string) { v.Change, v.Why = CannotBeTold, why }

// attachmentVerdict compares the verdicts on one attachment of a bond that both reports show. A verdict that got better or worse because one of the
// reports lacks the evidence did neither.
func (c *comparison) attachmentVerdict(a, b report.Bond, before, after report.Attachment) Verdict {
	return c.judge(a, b, verdict(before.Verdict, after.Verdict), before.Summary, after.Summary)
}

// judge tells whether a verdict on a bond, or on an attachment of it, really changed as it seems to. The summaries say why it is unknown.
func (c *comparison) judge(a, b report.Bond, v Verdict, before, after string) Verdict {
	switch {
	case v.Change == CannotBeTold && v.New == undecided:
		v.Why = cmp.Or(c.new.lacks(c.new.lost(c.dataOfVerdict(a), c.old)), after, "the new report does not tell it")
	case v.Change == CannotBeTold && v.Old == undecided:
		v.Why = cmp.Or(before, "the old report does not tell it")
	case v.Change == Better:
		if why := c.blind(a, b, v.New, c.new, c.old); why != "" {
			v.untold(why)
		} else if sameSetup(a, b) && c.faded[a.Name] {
			v.untold("what showed the fault is not seen any more, and nothing that decides was changed on the host")
		}
	case v.Change == Worse || v.Change == Changed && v.New == notAffected:
		blind, other := c.old, c.new
		if v.Change == Changed {
			blind, other = c.new, c.old
		}
		if why := c.blind(a, b, v.New, blind, other); why != "" {
			v.untold(why)
		}
	}
	return v
}

// dataOfVerdict are the data that a verdict on a bond rests on.
func (c *comparison) dataOfVerdict(b report.Bond) []string {
	return slices.Concat(dataOfBond(b.Kind), guestData, []string{kernelLog, bridgeFDB, ovsFDB, bridgeVLANs, nftRules})
}

// blind says why a report, the one that shows less of a fault, may only lack what shows it; "" when it does not. Evidence makes a verdict worse, so
// it decides between two reports of one mode. Between two modes the mode does, where the other report has no evidence that counts in any.
func (c *comparison) blind(a, b report.Bond, verdict string, s, other side) string {
	if why := s.incomplete(); why != "" {
		return why
	}
	data := dataOfBond(b.Kind)
	switch {
	case a.Mode == b.Mode:
		data = c.dataOfVerdict(b)
	case verdict == notAffected:
		data = append(data, guestData...)
	}
	for _, f := range other.host.Findings {
		if f.Subject.Bond == b.Name && rules.LowersVerdict(f.Rule) {
			data = append(data, rules.NeedsOf(f.Rule)...)
		}
	}
	if s.stateLost(b.Name, other) {
		return s.lacks([]string{bondState})
	}
	return s.lacks(s.lost(data, other))
}

// sameSetup reports a bond that decides in the same way as before.
func sameSetup(a, b report.Bond) bool {
	return a.Mode == b.Mode && a.HashPolicy == b.HashPolicy && a.LACPStatus == b.LACPStatus
}

// bondVerdict compares the verdicts on a bond that both reports show. It is the worst of its attachments, and no surer than what became of that one.
func (c *comparison) bondVerdict(a, b report.Bond, list []Attachment) Verdict {
	v := c.judge(a, b, verdict(a.Verdict, b.Verdict), a.Summary, b.Summary)
	if v.Change != Better {
		return v
	}
	for _, x := range list {
		if x.Verdict.Old == a.Verdict && x.Verdict.Change == CannotBeTold {
			v.untold(x.Verdict.Why)
		}
	}
	return v
}

// hostVerdict compares the verdicts on the host: the worst of its bonds, and no surer than what became of that one.
func (c *comparison) hostVerdict(bonds []Bond) Verdict {
	v := verdict(c.old.host.Verdict, c.new.host.Verdict)
	sought := v.Old
	switch v.Change {
	case Better, Changed:
	case Worse:
		sought = v.New
	case CannotBeTold:
		if why := c.bondWhy(bonds); why != "" {
			v.Why = why
		} else {
			v.Why = cmp.Or(c.new.incomplete(), c.new.lacks(c.new.lost(c.old.names(), c.old)), c.old.incomplete(), "one of the reports does not show the bonds")
		}
		return v
	default:
		return v
	}
	for _, b := range bonds {
		is := b.Verdict.Old
		if v.Change == Worse {
			is = b.Verdict.New
		}
		if is == sought && b.Verdict.Change == CannotBeTold {
			v.untold(b.Name + ": " + b.Verdict.Why)
		}
	}
	return v
}

// bondWhy is why the verdict on the first bond that has none cannot be told.
func (c *comparison) bondWhy(bonds []Bond) string {
	i := slices.IndexFunc(bonds, func(b Bond) bool { return b.Verdict.Change == CannotBeTold })
	if i < 0 {
		return ""
	}
	return bonds[i].Name + ": " + strings.TrimSuffix(bonds[i].Verdict.Why, ".")
}
