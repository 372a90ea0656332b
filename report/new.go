package report

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/analyzer"
	"github.com/sosbond/sosbond/analyzer/rules"
	"github.com/sosbond/sosbond/analyzer/topology"
)

// New makes the Document of a result.
func New(r analyzer.Result, version string) Document {
	doc := Document{
		Schema: Schema, Tool: Tool{Name: "sosbond", Version: version}, Hosts: []Host{},
		Summary: Summary{Verdicts: map[string]int{}, Findings: map[string]int{}},
	}
	for _, h := range r.Hosts {
		doc.Hosts = append(doc.Hosts, newHost(h))
	}
	for _, e := range r.Errors {
		doc.Errors = append(doc.Errors, Error{Input: e.Input, Message: e.Err.Error(), Kind: analyzer.Kind(e.Err)})
	}
	doc.count()
	return doc
}

// count fills in the summary.
func (d *Document) count() {
	d.Summary = Summary{Hosts: len(d.Hosts), Verdicts: map[string]int{}, Findings: map[string]int{}}
	for _, h := range d.Hosts {
		for _, b := range h.Bonds {
			d.Summary.Bonds++
			d.Summary.Verdicts[b.Verdict]++
		}
		for _, f := range h.Findings {
			d.Summary.Findings[f.Severity]++
		}
	}
}

func newHost(h analyzer.Host) Host {
	t := h.Topology
	out := Host{
		Name: t.Name.Value, MachineID: t.MachineID.Value, BootID: t.BootID.Value,
		Source: Source{Path: h.Source.Path, Also: h.Source.Also, Kind: h.Source.Kind, Root: h.Source.Root, Complete: h.Source.Complete, Notes: list(h.Source.Notes)},
		OS:     t.OS.Value.Name, Kernel: t.Kernel.Value.Release, Platform: string(t.Platform.Value), Collected: t.Collected.Value,
		Verdict: string(h.Verdict), Bonds: []Bond{}, Findings: []Finding{}, Coverage: []Coverage{},
	}
	if t.Obfuscated.Known() {
		out.Source.Obfuscated = true
		out.Source.Notes = append(out.Source.Notes, "MAC addresses are obfuscated (sos clean): guests were matched to ports by their devices, and addresses of different files were not compared.")
	}
	for _, b := range h.Bonds {
		out.Bonds = append(out.Bonds, newBond(t, b))
	}
	for _, f := range h.Findings {
		out.Findings = append(out.Findings, newFinding(f))
	}
	for _, c := range t.Coverage {
		if !rules.Idle(t, c) {
			out.Coverage = append(out.Coverage, newCoverage(t, c))
		}
	}
	return out
}

func newBond(h *topology.Host, b analyzer.Bond) Bond {
	t := b.Topology
	out := Bond{
		Name: t.Name, Kind: t.Kind, Mode: t.Mode.Value.String(), ModeNumber: int(t.Mode.Value), HashPolicy: t.HashPolicy.Value,
		Monitoring: Monitoring{MIIMonMS: orUnknown(t.MIIMon), ARPIntervalMS: arpInterval(t)},
		MIIStatus:  t.MIIStatus.Value, Slaves: []Slave{}, Attachments: []Attachment{},
		Verdict: string(b.Judgement.Verdict), Summary: b.Judgement.Summary,
	}
	out.At = newAt(t.Source)
	if t.PartnerMAC.Known() || t.NoAggregator.Known() {
		out.LACP = &LACP{PartnerMAC: t.PartnerMAC.Value, Ports: orUnknown(t.AggregatorPorts), Rate: t.LACPRate.Value, Aggregator: max(t.Aggregator.Value, 0)}
	}
	if t.Kind == topology.BondOVS {
		out.Mode, out.ModeNumber, out.LACPStatus = t.OVSMode.Value, -1, t.LACPStatus.Value
	}
	out.Runner = t.Runner.Value
	out.Configured, out.Configurations = configurations(t)
	ports := rules.SwitchPorts(h, t)
	for _, s := range t.Slaves {
		slave := newSlave(t, s)
		if p, ok := ports[s]; ok {
			slave.Switch = &Port{Switch: p.Switch, Port: p.Port, VLANs: p.VLANs, At: newAt(p.Source)}
		}
		out.Slaves = append(out.Slaves, slave)
	}
	for i, a := range t.Attachments {
		out.Attachments = append(out.Attachments, newAttachment(h, t, a, b.Judgements[i]))
	}
	return out
}

// configurations lists what configures a bond, with the system that does it first.
func configurations(b *topology.Bond) (system string, list []Configuration) {
	drift := b.Drift()
	for _, c := range b.Configs {
		if system == "" && c.System != topology.ConfigApplied && c.System != topology.ConfigCurrent && !c.Inactive {
			system = c.System
		}
		one := Configuration{System: c.System, File: c.File, Line: c.Source.Line, InUse: c.Persistent(), Bridge: c.Bridge.Value}
		for _, o := range c.Options {
			one.Options = append(one.Options, o.Name+"="+o.Value)
		}
		for _, s := range c.Slaves {
			one.Slaves = append(one.Slaves, s.Value)
		}
		for _, d := range drift {
			if d.Config == c {
				one.Differs = append(one.Differs, Drift{What: d.What, Configured: d.Configured, Running: d.Running})
			}
		}
		list = append(list, one)
	}
	return system, list
}

func orUnknown(f topology.Fact[int]) int {
	if !f.Known() {
		return -1
	}
	return f.Value
}

// arpInterval: /proc/net/bonding prints the interval only when the monitor is on.
func arpInterval(b *topology.Bond) int {
	if !b.ARPInterval.Known() && b.Proc {
		return 0
	}
	return orUnknown(b.ARPInterval)
}

func newSlave(b *topology.Bond, s *topology.Slave) Slave {
	status := s.MIIStatus.Value
	if slices.Contains(rules.Unnoticed(b), s) {
		status = "down"
	}
	active := strings.EqualFold(status, "up")
	switch m := b.Mode.Value; {
	case m == 1 || m == 5 || m == 6, b.OVSMode.Value == topology.OVSActiveBackup && b.ActiveSlave.Known():
		active = s.Name == b.ActiveSlave.Value
	case m == 4 && b.Aggregator.Known() && s.AggregatorID.Known():
		active = active && s.AggregatorID.Value == b.Aggregator.Value
	}
	return Slave{
		Name: s.Name, MIIStatus: status, Active: active, PermanentMAC: s.PermMAC.Value, SpeedMbps: orUnknown(s.SpeedMbps),
		LinkFailures: s.LinkFailures.Value, Duplex: s.Duplex.Value, Aggregator: max(s.AggregatorID.Value, 0), PartnerMAC: s.PartnerMAC.Value, At: newAt(s.Source),
	}
}

func newAttachment(h *topology.Host, b *topology.Bond, a *topology.Attachment, j rules.Judgement) Attachment {
	out := Attachment{
		Kind: a.Kind, Name: a.Name, Path: list(a.Path), Verdict: string(j.Verdict), Summary: j.Summary, Conditions: list(j.Conditions), Guests: []Guest{},
		At: newAt(a.Source),
	}
	for _, g := range a.Guests {
		out.Guests = append(out.Guests, Guest{Name: g.Guest, Kind: g.Kind, Interface: g.Interface, MAC: g.MAC.Value, Running: g.Running, At: newAt(g.Source)})
	}
	for _, name := range a.Path {
		if l := h.Link(name); l != nil && name != b.Name {
			out.Devices = append(out.Devices, newDevice(l))
		}
	}
	return out
}

func newDevice(l *topology.Link) Device {
	out := Device{Name: l.Name, Kind: l.Kind, MTU: l.MTU.Value, At: newAt(l.Source)}
	if l.Kind == topology.KindVLAN {
		out.VLAN, _ = strconv.Atoi(l.Attrs["id"].Value) // 0 where the report does not tell
	}
	switch {
	case !l.Up:
		out.State = "off"
	case strings.EqualFold(l.State, "up"):
		out.State = "up"
	case strings.EqualFold(l.State, "down"), strings.EqualFold(l.State, "lowerlayerdown"):
		out.State = "down"
	}
	return out
}

// newAt is nil where no file told.
func newAt(s topology.Source) *At {
	if !s.Known() {
		return nil
	}
	return &At{File: s.File, Line: s.Line}
}

func newFinding(f rules.Finding) Finding {
	out := Finding{
		Rule: f.Rule, Title: f.Title, Severity: string(f.Severity), Confidence: string(f.Confidence), ExplainedBy: f.ExplainedBy, Subject: Subject{Bond: f.Bond, Bridge: f.Bridge, Link: f.Link, Slaves: f.Slaves, Guests: f.Guests},
		Cause: f.Cause, Evidence: []Evidence{}, Remediation: []Remediation{}, Verification: list(f.Verification), References: []Reference{},
	}
	for _, e := range f.Evidence {
		out.Evidence = append(out.Evidence, Evidence{File: e.Source.File, Line: e.Source.Line, Text: strings.TrimRight(e.Source.Text, " \t"), Note: e.Note})
	}
	for _, r := range f.Remediation {
		out.Remediation = append(out.Remediation, Remediation{Title: r.Title, Note: r.Note, Commands: list(r.Commands)})
	}
	for _, r := range f.References {
		out.References = append(out.References, Reference{Title: r.Title, URL: r.URL})
	}
	return out
}

// filesListed is how many files of one datum the coverage lists: a must-gather has one for each virtual machine.
const filesListed = 50

// newCoverage asks for a datum only where its lack matters on this host.
func newCoverage(h *topology.Host, c topology.Coverage) Coverage {
	out := Coverage{Datum: string(c.Datum), Status: string(c.Status), Files: list(c.Files), Note: c.Note}
	if more := len(out.Files) - filesListed; more > 0 {
		out.Files, out.More = out.Files[:filesListed], more
	}
	if !h.Seen(c.Datum) && rules.Wanted(h, c.Datum) {
		out.Ask = c.Ask
	}
	return out
}

// list is never nil, so that JSON shows [] and not null.
func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}
