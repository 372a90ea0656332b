package rules

import "github.com/sosbond/sosbond/analyzer/topology"

// sb283 confirms active-backup of Open vSwitch, which tells the switch where guests are after a failover.
var sb283 = Rule{ID: "SB283", Slug: "ovs_active_backup", Severity: OK, Family: FamilyTopology, Check: checkOVSActiveBackup}

func checkOVSActiveBackup(h *topology.Host) []Hit { return checkOVSMode(h, topology.OVSActiveBackup) }

// checkOVSMode is for the modes that do without LACP: what differs is what their texts say. Where LACP is asked for and not known to be
// negotiated, SB285 speaks.
func checkOVSMode(h *topology.Host, mode string) (hits []Hit) {
	eachOVSAttachment(h, func(b *topology.Bond, a *topology.Attachment) {
		status := lacpOfOVS(b)
		if b.OVSMode.Value != mode || lacpStops(b) || fallenBack(b) || status == lacpUnknown && wantsLACP(b) || a.Kind == topology.AttachedUnknown || ClassOf(a) == ClassEmpty && leadsOn(b, a) {
			return
		}
		lost := poisoned(h, b, a)
		hit := Hit{Bond: b, Attachment: a, Vars: map[string]any{"Loop": len(lost) > 0, "Class": classNames[ClassOf(a)], "Negotiated": status == lacpNegotiated, "Routed": a.Routed}}
		if len(lost) > 0 {
			hit.Severity = Critical
		}
		list := append(ovsEvidence(b), on(b.ActiveSlave.Source, "the member in use"))
		hit.Evidence = cite(append(append(list, citePoisoned(lost)...), pathEvidence(h, a)...)...)
		hits = append(hits, hit)
	})
	return hits
}
