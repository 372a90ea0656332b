package diff

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/report"
)

// bonds compares the bonds: those of the new report in its order, then those that it lacks.
func (c *comparison) bonds() []Bond {
	list := []Bond{}
	for _, b := range c.new.host.Bonds {
		if a, ok := c.old.bond(b.Name); ok {
			list = append(list, c.bond(a, b))
			continue
		}
		list = append(list, onlyBond(b, Added, c.added[b.Name], Verdict{New: b.Verdict}))
	}
	for _, a := range c.old.host.Bonds {
		if _, ok := c.new.bond(a.Name); !ok {
			list = append(list, onlyBond(a, Removed, c.gone[a.Name], Verdict{Old: a.Verdict}))
		}
	}
	return list
}

// onlyBond is a bond that one report shows; why says that it may be in both.
func onlyBond(b report.Bond, change Change, why string, v Verdict) Bond {
	v.Change = change
	out := Bond{Name: b.Name, Kind: b.Kind, Change: change, Why: why, Verdict: v, Changes: []Value{}, Attachments: []Attachment{}, Configurations: []Configuration{}}
	if why != "" {
		out.Change = CannotBeTold
		out.Verdict.untold(why)
	}
	return out
}

func (c *comparison) bond(a, b report.Bond) Bond {
	out := Bond{Name: b.Name, Kind: b.Kind, Change: Same, Changes: c.bondValues(a, b), Configurations: c.configurations(a, b)}
	all := c.attachments(a, b)
	out.Attachments = slices.DeleteFunc(slices.Clone(all), func(x Attachment) bool { return x.Change == Same })
	out.Verdict = c.bondVerdict(a, b, all)
	if len(out.Changes)+len(out.Attachments)+len(out.Configurations) > 0 || out.Verdict.Change != Same {
		out.Change = Changed
	}
	return out
}

// bondValues compares how a bond runs.
func (c *comparison) bondValues(a, b report.Bond) []Value {
	v := values{}
	v.known("kind", a.Kind, b.Kind)
	v.add("mode", modeOf(a), modeOf(b))
	v.known("runner of the team", a.Runner, b.Runner)
	v.known("LACP", a.LACPStatus, b.LACPStatus)
	if a.Mode == b.Mode {
		v.known("transmit hash policy", a.HashPolicy, b.HashPolicy)
	} else {
		v.add("transmit hash policy", a.HashPolicy, b.HashPolicy)
	}
	if b.Kind != "ovs" {
		v.add("MII monitoring", interval(a.Monitoring.MIIMonMS), interval(b.Monitoring.MIIMonMS))
		v.add("ARP monitoring", interval(a.Monitoring.ARPIntervalMS), interval(b.Monitoring.ARPIntervalMS))
	}
	v.known("MII status", a.MIIStatus, b.MIIStatus)
	c.lacp(&v, a, b)
	c.slaves(&v, a, b)
	v.known("configured by", a.Configured, b.Configured)
	drift(&v, a, b)
	return v
}

// notTold stands for a value that a report does not tell.
const notTold = "not told"

func modeOf(b report.Bond) string {
	if b.Mode == "" {
		return notTold
	}
	if b.ModeNumber < 0 {
		return b.Mode
	}
	return b.Mode + " (mode " + strconv.Itoa(b.ModeNumber) + ")"
}

// interval writes an interval of monitoring.
func interval(ms int) string {
	switch {
	case ms < 0:
		return notTold
	case ms == 0:
		return "off"
	}
	return strconv.Itoa(ms) + " ms"
}

func (c *comparison) lacp(v *values, a, b report.Bond) {
	if a.LACP == nil || b.LACP == nil {
		return
	}
	if !c.masked {
		v.add("LACP partner", partner(a.LACP.PartnerMAC), partner(b.LACP.PartnerMAC))
	}
	v.known("ports in the aggregator", count(a.LACP.Ports), count(b.LACP.Ports))
	v.known("LACP rate", a.LACP.Rate, b.LACP.Rate)
}

func partner(mac string) string {
	switch mac {
	case "":
		return notTold
	case "00:00:00:00:00:00":
		return "none"
	}
	return mac
}

// count writes a number, "" for one that is not told.
func count(n int) string {
	if n < 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func (c *comparison) slaves(v *values, a, b report.Bond) {
	before, after := slavesByName(a), slavesByName(b)
	if len(b.Slaves) > 0 || runs(b) {
		for _, s := range a.Slaves {
			if _, ok := after[s.Name]; !ok {
				v.add("slave "+s.Name, cmp.Or(s.MIIStatus, "in the bond"), "removed")
			}
		}
	}
	for _, s := range b.Slaves {
		was, ok := before[s.Name]
		if !ok {
			if len(a.Slaves) > 0 || runs(a) {
				v.add("slave "+s.Name, "", "added")
			}
			continue
		}
		v.known("slave "+s.Name, was.MIIStatus, s.MIIStatus)
		v.known("speed of "+s.Name, speed(was.SpeedMbps), speed(s.SpeedMbps))
		if !c.masked {
			v.known("permanent MAC of "+s.Name, strings.ToLower(was.PermanentMAC), strings.ToLower(s.PermanentMAC))
		}
		if was.MIIStatus != "" && s.MIIStatus != "" {
			v.info("link failures of "+s.Name, strconv.Itoa(was.LinkFailures), strconv.Itoa(s.LinkFailures))
		}
	}
	if x, y := active(a), active(b); x != "" && y != "" {
		v.info("active slave", x, y)
	}
}

func slavesByName(b report.Bond) map[string]report.Slave {
	m := map[string]report.Slave{}
	for _, s := range b.Slaves {
		m[s.Name] = s
	}
	return m
}

func speed(mbps int) string {
	if mbps <= 0 {
		return ""
	}
	return strconv.Itoa(mbps) + " Mb/s"
}

// active is the active slave of a bond in a mode that has one, "" else.
func active(b report.Bond) string {
	if b.ModeNumber != 1 && b.ModeNumber < 5 {
		return ""
	}
	if i := slices.IndexFunc(b.Slaves, func(s report.Slave) bool { return s.Active }); i >= 0 {
		return b.Slaves[i].Name
	}
	return ""
}

// drift compares where a bond does not run as it is configured.
func drift(v *values, a, b report.Bond) {
	before, after := drifts(a), drifts(b)
	for _, what := range before.names {
		v.add("drift of "+what, before.text[what], cmp.Or(after.text[what], "none"))
	}
	for _, what := range after.names {
		if before.text[what] == "" {
			v.add("drift of "+what, "none", after.text[what])
		}
	}
}

type driftList struct {
	names []string
	text  map[string]string
}

func drifts(b report.Bond) driftList {
	l := driftList{text: map[string]string{}}
	for _, c := range b.Configurations {
		for _, d := range c.Differs {
			if l.text[d.What] == "" {
				l.names = append(l.names, d.What)
				l.text[d.What] = cmp.Or(d.Configured, "nothing") + " configured, " + cmp.Or(d.Running, "nothing") + " running"
			}
		}
	}
	return l
}

// attachments compares what sits on a bond; those that did not change are among them.
func (c *comparison) attachments(a, b report.Bond) (list []Attachment) {
	before := map[string]report.Attachment{}
	for _, x := range a.Attachments {
		before[x.Kind+" "+x.Name] = x
	}
	hidden := unknownAttachment(b)
	for _, y := range b.Attachments {
		key := y.Kind + " " + y.Name
		x, ok := before[key]
		delete(before, key)
		out := Attachment{Kind: y.Kind, Name: y.Name, Change: Same, Changes: []Value{}}
		if !ok {
			out.Change, out.Verdict = Added, Verdict{New: y.Verdict, Change: Added}
			if why := c.unseenAttachment(c.old, c.new, unknownAttachment(a)); why != "" {
				out.Change, out.Why = CannotBeTold, why
				out.Verdict.untold(why)
			}
			list = append(list, out)
			continue
		}
		v := values{}
		v.add("path", strings.Join(x.Path, " → "), strings.Join(y.Path, " → "))
		out.Changes = v
		out.Verdict = c.attachmentVerdict(a, b, x, y)
		if len(v) > 0 || out.Verdict.Change != Same {
			out.Change = Changed
		}
		list = append(list, out)
	}
	for _, x := range a.Attachments {
		if _, left := before[x.Kind+" "+x.Name]; !left {
			continue
		}
		out := Attachment{Kind: x.Kind, Name: x.Name, Change: Removed, Changes: []Value{}, Verdict: Verdict{Old: x.Verdict, Change: Removed}}
		if why := c.unseenAttachment(c.new, c.old, hidden); why != "" {
			out.Change, out.Why = CannotBeTold, why
			out.Verdict.untold(why)
		}
		list = append(list, out)
	}
	return list
}

// unseenAttachment says why a report may only not show an attachment, "" when it would.
func (c *comparison) unseenAttachment(lack, have side, hidden bool) string {
	if hidden {
		return "what sits on the bond is unknown in the " + lack.which + " report"
	}
	return cmp.Or(lack.incomplete(), lack.lacks(lack.lost(guestData, have)))
}

func unknownAttachment(b report.Bond) bool {
	return slices.ContainsFunc(b.Attachments, func(x report.Attachment) bool { return x.Kind == "unknown" })
}
