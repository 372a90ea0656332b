package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// Verdict says whether a bond works with what sits on it.
type Verdict string

// The verdicts, in the words of the article that sosbond goes back to.
const (
	Recommended    Verdict = "recommended"     // works and recommended
	Partial        Verdict = "partial"         // works until an event breaks it
	NotRecommended Verdict = "not-recommended" // works, but should not be used
	NotWorking     Verdict = "not-working"     // does not work, or is unsupported and fails intermittently
	NotAffected    Verdict = "not-affected"    // nothing with a MAC of its own sits on the bond
	Undecided      Verdict = "unknown"         // a fact that decides is missing
)

// verdictRank orders them: the worst of several is shown for the whole. What is known to be bad outranks what is not known, and that
// outranks what is good.
var verdictRank = map[Verdict]int{NotAffected: 0, Recommended: 1, Undecided: 2, Partial: 3, NotRecommended: 4, NotWorking: 5}

// Worst returns the worst of verdicts, NotAffected for none.
func Worst(vs ...Verdict) Verdict {
	w := NotAffected
	for _, v := range vs {
		if verdictRank[v] > verdictRank[w] {
			w = v
		}
	}
	return w
}

// Judgement is the verdict on one pair of bond and attachment.
type Judgement struct {
	Verdict    Verdict
	Summary    string   // why, in one sentence
	Conditions []string // what must be true off the host
}

// Class is what an attachment is to the verdict.
type Class int

// The columns of the verdict table.
const (
	ClassGuests  Class = iota // a bridge with guests
	ClassOwnMAC               // macvlan, macvtap
	ClassIPVLAN               // ipvlan: the bond's MAC, addresses of its own
	ClassEmpty                // a bridge without guests
	ClassHost                 // the host alone
	ClassUnknown              // it could not be seen what sits on the bond
)

// ClassOf tells an attachment's class.
func ClassOf(a *topology.Attachment) Class {
	switch {
	case a.Kind == topology.AttachedUnknown:
		return ClassUnknown
	case a.Kind == topology.KindMACVLAN || a.Kind == topology.KindMACVTAP:
		return ClassOwnMAC
	case a.Kind == topology.KindIPVLAN:
		return ClassIPVLAN
	case a.IsBridge() && len(a.Guests) > 0:
		return ClassGuests
	case a.IsBridge():
		return ClassEmpty
	}
	return ClassHost
}

// cell is a verdict with its sentence.
type cell struct {
	v       Verdict
	summary string
}

// table is the base verdict by mode for the classes that put something on the wire beside the host. LACP and balance-xor look further.
var table = map[topology.Mode]map[Class]cell{
	bonding.BalanceRR: {
		ClassGuests: {NotRecommended, "round-robin works with guests only on a static EtherChannel, and reorders their packets even then"},
		ClassOwnMAC: {NotRecommended, "round-robin works with MAC addresses of their own only on a static EtherChannel, and reorders packets even then"},
		ClassIPVLAN: {NotRecommended, "round-robin needs a static EtherChannel and reorders packets"},
	},
	bonding.ActiveBackup: {
		ClassGuests: {Partial, "works until a failover: the host announces its own addresses, not those of the guests"},
		ClassOwnMAC: {Partial, "works until a failover: what is behind a device with a MAC address of its own need not be announced"},
		ClassIPVLAN: {Recommended, "ipvlan uses the bond's own MAC address"},
	},
	bonding.BalanceXOR: {
		ClassGuests: {Recommended, "works with guests on a static EtherChannel"},
		ClassOwnMAC: {Recommended, "works on a static EtherChannel"},
		ClassIPVLAN: {Recommended, "works on a static EtherChannel"},
	},
	bonding.Broadcast: {
		ClassGuests: {NotRecommended, "broadcast works with guests only on a static EtherChannel, and sends every frame on every link even then"},
		ClassOwnMAC: {NotRecommended, "broadcast sends every frame on every link and needs a static EtherChannel"},
		ClassIPVLAN: {NotRecommended, "broadcast sends every frame on every link and needs a static EtherChannel"},
	},
	bonding.LACP: {
		ClassGuests: {Recommended, "LACP is negotiated with the switch: every link carries guests safely"},
		ClassOwnMAC: {Recommended, "LACP is negotiated with the switch"},
		ClassIPVLAN: {Recommended, "LACP is negotiated with the switch"},
	},
	bonding.BalanceTLB: {
		ClassGuests: {NotWorking, "balance-tlb is not supported with guests: it sends their frames with the MAC addresses of the links"},
		ClassOwnMAC: {NotWorking, "balance-tlb is not supported under devices with MAC addresses of their own: it overwrites them"},
		ClassIPVLAN: {NotAffected, "ipvlan uses the bond's own MAC address, as the host does"},
	},
	bonding.BalanceALB: {
		ClassGuests: {NotWorking, "balance-alb is not supported with guests: it sends their frames with the MAC addresses of the links"},
		ClassOwnMAC: {NotWorking, "balance-alb is not supported under devices with MAC addresses of their own: it overwrites them"},
		ClassIPVLAN: {Undecided, "balance-alb rewrites the ARP replies of ipvlan devices; whether that breaks them cannot be told from a report"},
	},
}

// deciding are the data that can make a verdict worse, those first that mostly do: what sits on the bond, and what shows a fault.
var deciding = sync.OnceValue(func() []topology.Datum {
	list := []topology.Datum{parsers.DatumLinks, parsers.DatumBridges, parsers.DatumDomains, parsers.DatumFDB, parsers.DatumKernLog}
	idle := []topology.Datum{parsers.DatumSos, parsers.DatumManifest, parsers.DatumHostname, parsers.DatumPackages}
	for _, p := range parsers.List(parsers.Options{}) {
		if !slices.Contains(list, p.Datum) && !slices.Contains(idle, p.Datum) {
			list = append(list, p.Datum)
		}
	}
	return list
})

// Lost is the first of the data that decide of which a report that is damaged, or exceeds a limit, may have lost some; "" when there is none.
func Lost(h *topology.Host) topology.Datum {
	if h.Complete {
		return ""
	}
	for _, d := range deciding() {
		if !h.Whole(d) {
			return d
		}
	}
	return ""
}

// Judge gives the verdict on what sits on a bond. Where what was lost of a report can make it worse, it is open.
func Judge(h *topology.Host, b *topology.Bond, a *topology.Attachment) Judgement {
	j := judge(h, b, a)
	if b.OtherMode.Known() && (j.Verdict == Recommended || j.Verdict == Partial) {
		return Judgement{Verdict: Undecided, Summary: fmt.Sprintf("files disagree on its mode (%s and %s): ask for a new report", b.Mode.Value, b.OtherMode.Value)}
	}
	if h.Suspect && j.Verdict != Undecided {
		return Judgement{Verdict: Undecided, Conditions: j.Conditions,
			Summary: "the report is corrupt, and any of what was read of it may be wrong: copy it again, or ask for a new one"}
	}
	lost := Lost(h)
	if lost == "" || j.Verdict == Undecided || j.Verdict == NotWorking && evident(h, b, a) {
		return j
	}
	summary := fmt.Sprintf("the report is not whole, and what it lost could change the verdict (%s): ask for the whole report", lost)
	if j.Verdict != Recommended && j.Verdict != NotAffected {
		summary = fmt.Sprintf("%s, as far as it was read (%s); %s", j.Verdict, j.Summary, summary)
	}
	return Judgement{Verdict: Undecided, Conditions: j.Conditions, Summary: summary}
}

// evident reports a fault that rests on what a report holds: what was lost of it can make that no better.
func evident(h *topology.Host, b *topology.Bond, a *topology.Attachment) bool {
	class, mode := ClassOf(a), b.Mode.Value
	if b.Cut || b.Kind == topology.BondOVS || class != ClassGuests && class != ClassOwnMAC || class == ClassGuests && !showsGuest(a) {
		return false
	}
	switch {
	case b.Mode.Known() && table[mode][class].v == NotWorking:
		return true
	case mode == bonding.ActiveBackup && b.ARPInterval.Value > 0:
		return true
	case b.Proc && b.Kind == topology.BondKernel && (passesNothing(b) || mode == bonding.LACP && (noAggregator(b) || tooFewLinks(b))):
		return true
	}
	return class == ClassGuests && (blockedPort(a) != nil || len(poisoned(h, b, a)) > 0)
}

// showsGuest reports a guest that is known for one, and not merely a port that nothing explains. Pods behind Open vSwitch may be routed.
func showsGuest(a *topology.Attachment) bool {
	return slices.ContainsFunc(a.Guests, func(g *topology.GuestNIC) bool {
		return g.Kind == topology.GuestVM || g.Kind == topology.GuestContainer && a.Kind != topology.AttachedOVS
	})
}

func judge(h *topology.Host, b *topology.Bond, a *topology.Attachment) Judgement {
	mode, class := b.Mode.Value, ClassOf(a)
	if class == ClassUnknown {
		ask := "ip -d link"
		if b.Kind == topology.BondOVS {
			ask = "ovs-vsctl show"
		}
		return Judgement{Verdict: Undecided, Summary: "what sits on the bond was not collected: ask for " + h.Command(ask)}
	}
	if b.Kind == topology.BondOVS && !b.ConfigOnly {
		return judgeOVS(h, b, a, class)
	}
	if b.ConfigOnly || !b.Mode.Known() || mode == bonding.Unknown {
		return undecidedMode(h, b)
	}
	j := Judgement{Conditions: conditions(h, b)}
	if class == ClassHost || class == ClassEmpty {
		return judgeWithoutGuests(h, b, a, j)
	}
	c := table[mode][class]
	j.Verdict, j.Summary = c.v, c.summary
	switch mode {
	case bonding.LACP:
		j.judgeLACP(h, b)
	case bonding.BalanceXOR:
		j.judgeXOR(h, b, class)
	case bonding.ActiveBackup:
		if class == ClassIPVLAN && a.Link != nil && a.Link.Namespace != "" {
			j.lower(Partial, "works until a failover: the address of the container is not announced")
		}
	}
	if routedPods(h, a) && j.Verdict != Recommended && !passesNothing(b) {
		return undecidedPods(j)
	}
	j.lowerByEvidence(h, b, a, class)
	return j
}

// judgeWithoutGuests gives the verdict where nothing with a MAC address of its own was found on a bond: it is good if that would have been seen.
func judgeWithoutGuests(h *topology.Host, b *topology.Bond, a *topology.Attachment, j Judgement) Judgement {
	j.Verdict, j.Summary = NotAffected, "only the host itself uses the bond"
	if a.IsBridge() {
		j.Summary = "no guest is attached to the bridge"
	}
	if a.Routed {
		j.Summary = "the pods behind the bridge are routed: OVN-Kubernetes sends what they send with the host's own MAC address"
	}
	if lost := lostGuests(h, b, a); lost != "" {
		return Judgement{Verdict: Undecided, Conditions: j.Conditions, Summary: lost}
	}
	if !h.GuestsSeen() {
		return unseenGuests(j)
	}
	if a.Bridge != nil && !a.Bridge.Named && a.Bridge.Link == nil && h.Seen(parsers.DatumLinks) {
		j.Verdict, j.Summary = Undecided, "the interfaces in the report break off before the bridge: ask for the whole output of `ip -d link`"
	} else if p := unseenPort(h, a); p != "" {
		j.Verdict, j.Summary = Undecided, fmt.Sprintf("whether a guest is behind port %s of the bridge was not collected: ask for `ip -d link`", p)
	}
	return j
}

// routedPods reports a node of OVN-Kubernetes with nothing but pods on its integration bridge, or on a datapath whose bridges are not known: their MAC
// addresses stay on the node.
func routedPods(h *topology.Host, a *topology.Attachment) bool {
	if a.Bridge != nil && a.Bridge.Named && a.Name != topology.OVNBridge {
		return false
	}
	return a.Kind == topology.AttachedOVS && h.Link("ovn-k8s-mp0") != nil && !slices.ContainsFunc(a.Guests, func(g *topology.GuestNIC) bool { return g.Kind == topology.GuestVM })
}

// unseenPort is a port of a bridge that could be a guest's where no interface was collected, "" when there is none.
func unseenPort(h *topology.Host, a *topology.Attachment) string {
	if h.Seen(parsers.DatumLinks) || a.Bridge == nil {
		return ""
	}
	for _, p := range a.Bridge.Ports {
		if p.Link == nil && p.Name != a.Port && p.Peer == "" && p.Type == "" && len(p.External) == 0 && !routesGuests(p) && h.BondBelow(p.Name) == nil {
			return p.Name
		}
	}
	return ""
}

// routesGuests reports a port whose guests are known to be routed.
func routesGuests(p *topology.Port) bool {
	return slices.ContainsFunc(p.Guests, func(g *topology.GuestNIC) bool { return g.Routed })
}

func undecidedMode(h *topology.Host, b *topology.Bond) Judgement {
	switch {
	case b.ConfigOnly && b.Kind == topology.BondOVS:
		return Judgement{Verdict: Undecided, Summary: "only its configuration was seen, not whether and how it runs: ask for " + h.Command("ovs-vsctl show") + " and " + h.Command("ovs-appctl bond/show")}
	case b.ConfigOnly:
		return Judgement{Verdict: Undecided, Summary: "only its configuration was seen, not whether and how it runs: ask for " + h.Command("cat /proc/net/bonding/"+b.Name)}
	case b.Kind == topology.KindTeam && b.Runner.Known():
		return Judgement{Verdict: Undecided, Summary: "runner " + b.Runner.Value + " is none that is known of teamd"}
	case b.Kind == topology.KindTeam:
		return Judgement{Verdict: Undecided, Summary: "the runner of the team was not collected: ask for " + h.Command("teamdctl "+b.Name+" state dump")}
	}
	return Judgement{Verdict: Undecided, Summary: "its mode was not collected: ask for " + h.Command("cat /proc/net/bonding/"+b.Name)}
}

// lostGuests says that guests of the host may be on the bond, since where their network leads was not collected; "" where there are none such, or
// where the bond would suit them.
func lostGuests(h *topology.Host, b *topology.Bond, a *topology.Attachment) string {
	var lost []*topology.Place
	for _, p := range h.Unplaced {
		if mayBeOn(h, b, p) {
			lost = append(lost, p)
		}
	}
	if len(lost) == 0 {
		return ""
	}
	with := *a
	with.Kind, with.Guests = topology.KindBridge, []*topology.GuestNIC{{Guest: "any", Running: true}}
	if b.Kind != topology.BondOVS && judge(h, b, &with).Verdict == Recommended {
		return ""
	}
	var names []string
	for _, p := range lost {
		names = append(names, p.Guest)
	}
	p := lost[0]
	if p.Guest == "" {
		return fmt.Sprintf("network %s leads to it, and which guests use that was not collected: ask for `oc get pods,vmi -A -o yaml`", p.Network)
	}
	what := "network " + p.Network
	if dev := cmp.Or(p.Bridge, p.Dev); dev != "" {
		what = "device " + dev
	}
	ask := "`docker network inspect`, `podman network inspect` and `ip -d link`"
	if h.Node != "" {
		ask = "`oc get net-attach-def -A -o yaml` and `oc get nns -o yaml`"
	}
	return fmt.Sprintf("whether %s use it cannot be told: where the %s of %s leads was not collected; ask for %s", someOf(uniq(names)), what, p.Guest, ask)
}

// mayBeOn reports whether a guest that sits on no device that is known may be on the bond.
func mayBeOn(h *topology.Host, b *topology.Bond, p *topology.Place) bool {
	switch {
	case p.Unknown:
		return true
	case p.Bridge != "" && h.Bridge(p.Bridge) != nil:
		return slices.ContainsFunc(b.Attachments, func(a *topology.Attachment) bool { return a.Name == p.Bridge })
	case p.Dev != "":
		dev, _, _ := strings.Cut(p.Dev, ".")
		return h.Link(p.Dev) == nil && h.Bond(dev) == nil || h.Carries(b, p.Dev) || b.Name == dev
	}
	return true
}

// someOf names the first of several, and how many more there are.
func someOf(names []string) string {
	const shown = 3
	if len(names) <= shown {
		return prose(names)
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:shown], ", "), len(names)-shown)
}

// unseenGuests is the judgement on a bond of a node whose guests a must-gather may have left out.
func unseenGuests(j Judgement) Judgement {
	return Judgement{Verdict: Undecided, Conditions: j.Conditions,
		Summary: "which guests use the bond was not collected: ask for a must-gather of OpenShift Virtualization, or for `oc get vmi,net-attach-def -A -o yaml`"}
}

// judgeOVS gives the verdict on a bond of Open vSwitch. It tells the switch where guests are after a failover (bond_send_learning_packets in
// ofproto-dpif.c) and drops what comes back on another member.
func judgeOVS(h *topology.Host, b *topology.Bond, a *topology.Attachment, class Class) Judgement {
	if class == ClassHost || class == ClassEmpty {
		return judgeWithoutGuests(h, b, a, Judgement{})
	}
	j := Judgement{Verdict: Recommended}
	switch mode := b.OVSMode.Value; {
	case !b.OVSMode.Known():
		return Judgement{Verdict: Undecided, Summary: "the mode of the bond was not collected: ask for " + h.Command("ovs-appctl bond/show")}
	case mode == topology.OVSActiveBackup:
		j.Summary = "Open vSwitch announces the guests' addresses after a failover"
		j.judgeOVSLACP(h, b)
	case mode == topology.OVSBalanceSLB:
		j.Summary = "balance-slb keeps each guest on one link and drops what comes back"
		if lacpOfOVS(b) != lacpNegotiated {
			j.Conditions = []string{"no channel on the switch ports of " + portsProse(b)}
		}
		j.judgeOVSLACP(h, b)
	case mode == topology.OVSBalanceTCP:
		j.judgeBalanceTCP(h, b)
	default:
		return Judgement{Verdict: Undecided, Summary: "mode " + mode + " is none that is known of Open vSwitch"}
	}
	if routedPods(h, a) && j.Verdict != Recommended && !passesNothing(b) {
		return undecidedPods(j)
	}
	if passesNothing(b) {
		j.lower(NotWorking, "no member of the bond is enabled: nothing passes")
	}
	if len(poisoned(h, b, a)) > 0 {
		j.lower(NotWorking, "the bridge learned a guest's MAC address on the bond: its frames come back through a loop, or another machine has the address")
	}
	return j
}

// judgeBalanceTCP looks at what balance-tcp rests on: without LACP it chooses no member, and nothing is sent (bond_choose_output_member in
// ofproto/bond.c), unless lacp-fallback-ab makes it active-backup.
func (j *Judgement) judgeBalanceTCP(h *topology.Host, b *topology.Bond) {
	switch status := lacpOfOVS(b); {
	case status == lacpUnknown:
		j.Verdict, j.Summary = Undecided, "whether LACP is negotiated was not collected: ask for "+h.Command("ovs-appctl bond/show")
	case status == lacpNegotiated:
		j.Summary = "LACP is negotiated with the switch"
	case status == lacpConfigured && b.FallbackAB.Value == "true":
		j.Verdict, j.Summary = Partial, "LACP is not negotiated; lacp-fallback-ab makes the bond work as active-backup until it is"
	default:
		j.Verdict, j.Summary = NotWorking, "balance-tcp sends nothing without LACP, and it is not negotiated"
	}
}

// What is known of LACP on a bond of Open vSwitch, in the words of `ovs-appctl bond/show`.
const (
	lacpNegotiated = "negotiated"
	lacpConfigured = "configured" // and not negotiated
	lacpOff        = "off"
	lacpUnknown    = ""
)

// lacpOfOVS tells the state of LACP: as it runs, else "off" where the database turns it off. What the database asks for need not be what was
// negotiated.
func lacpOfOVS(b *topology.Bond) string {
	if b.LACPStatus.Known() {
		return b.LACPStatus.Value
	}
	if o, ok := b.Option("lacp"); ok && o.Value == "off" {
		return lacpOff
	}
	return lacpUnknown
}

// wantsLACP reports a bond whose database asks for LACP.
func wantsLACP(b *topology.Bond) bool {
	o, ok := b.Option("lacp")
	return ok && (o.Value == "active" || o.Value == "passive")
}

// judgeOVSLACP looks at LACP in the modes that do without it: once it is asked for, no member is used before the switch answers
// (lacp_member_may_enable in lib/lacp.c), unless lacp-fallback-ab is set.
func (j *Judgement) judgeOVSLACP(h *topology.Host, b *topology.Bond) {
	switch {
	case lacpOfOVS(b) == lacpConfigured && b.FallbackAB.Value != "true":
		j.Verdict, j.Summary = NotWorking, "LACP is configured and not negotiated: Open vSwitch uses no member, and nothing passes"
	case lacpOfOVS(b) == lacpUnknown && wantsLACP(b):
		j.Verdict, j.Summary = Undecided, "whether the LACP that is configured is negotiated was not collected: ask for "+h.Command("ovs-appctl bond/show")
	}
}

func portsProse(b *topology.Bond) string {
	if names := b.SlaveNames(); len(names) > 0 {
		return prose(names)
	}
	return "its ports"
}

func undecidedPods(j Judgement) Judgement {
	return Judgement{Verdict: Undecided, Conditions: j.Conditions, Summary: "OVN-Kubernetes routes its pods under the host's own MAC address, except those on a localnet network; " +
		"whether there are such was not collected: ask for `oc get net-attach-def -A -o yaml`"}
}

// lower makes the verdict worse, never better.
func (j *Judgement) lower(v Verdict, summary string) {
	if verdictRank[v] > verdictRank[j.Verdict] {
		j.Verdict, j.Summary = v, summary
	}
}

func (j *Judgement) judgeLACP(h *topology.Host, b *topology.Bond) {
	switch {
	case noAggregator(b):
		j.Verdict, j.Summary = NotWorking, "the kernel uses none of the links that are up: nothing passes"
		return
	case tooFewLinks(b):
		j.Verdict = NotWorking
		j.Summary = fmt.Sprintf("min_links asks for %d links, and LACP uses %d: the bond has no carrier, nothing passes", b.MinLinks.Value, usable(b))
		return
	}
	switch partner(b) {
	case Yes:
		j.judgeAggregator(b)
		j.judgePortStates(h, b)
	case No:
		if b.Kind == topology.KindTeam { // teamd enables a port only when the partner is in sync (lacp_port_should_be_enabled)
			j.Verdict, j.Summary = NotWorking, "no LACP partner answers: teamd then enables no port, and nothing passes"
			return
		}
		if negotiating(h, b) {
			j.Verdict, j.Summary = Undecided, "LACP was still being negotiated when the report was taken: ask for a new report"
			return
		}
		j.Verdict = Partial
		j.Summary = "no LACP partner answers: one link carries everything, and guests lose traffic if the switch treats the ports as a static channel"
	default:
		j.Verdict = Undecided
		ask := h.Command("cat /proc/net/bonding/"+b.Name) + ", run as root"
		if b.Kind == topology.KindTeam {
			ask = h.Command("teamdctl " + b.Name + " state dump")
		}
		j.Summary = "whether a switch answers LACP was not collected: ask for " + ask
	}
}

// judgeAggregator looks at what a partner's answer does not say: how many of the links are in the channel.
func (j *Judgement) judgeAggregator(b *topology.Bond) {
	up := len(b.UpSlaves())
	switch {
	case incompleteAggregator(b):
		j.lower(Partial, fmt.Sprintf("LACP put %d of the %d links that are up into the active channel: the others carry nothing, and a change to them cuts guests off", b.AggregatorPorts.Value, up))
	case up > 0 && up < len(b.Slaves):
		j.Summary = fmt.Sprintf("LACP is negotiated with the switch; %d of %d links are up", up, len(b.Slaves))
	}
}

// judgePortStates looks at what the two ends say of each link. teamd takes a port out that is not in step.
func (j *Judgement) judgePortStates(h *topology.Host, b *topology.Bond) {
	if b.Kind != topology.BondKernel {
		return
	}
	switch bad := outOfStep(h, b); {
	case carriesNothing(h, b):
		j.lower(NotWorking, "the switch answers LACP and is in step on no link: nothing passes")
	case losesFrames(h, b):
		j.lower(NotWorking, "one end of a link sends what the other drops: LACP is out of step, and some connections are lost")
	case len(bad) > 0:
		j.lower(Partial, fmt.Sprintf("LACP is out of step on %d of the %d links of the channel", len(bad), len(inActive(b))))
	}
}

// incompleteAggregator reports an active aggregator with fewer links than are up.
func incompleteAggregator(b *topology.Bond) bool {
	return b.AggregatorPorts.Known() && b.AggregatorPorts.Value < len(b.UpSlaves())
}

// partner says whether a switch answers the bond's LACPDUs.
func partner(b *topology.Bond) Answer {
	switch {
	case b.NoAggregator.Known():
		return No
	case slices.ContainsFunc(b.Slaves, func(s *topology.Slave) bool { return ownSystem(b, s) }) &&
		!slices.ContainsFunc(b.Slaves, func(s *topology.Slave) bool { return heard(s) && !ownSystem(b, s) }):
		return No // what answers is the host itself
	case b.PartnerMAC.Known():
		return answer(!topology.NullMAC(b.PartnerMAC.Value))
	}
	seen := false
	for _, s := range b.Slaves {
		if s.PartnerMAC.Known() && !topology.NullMAC(s.PartnerMAC.Value) {
			return Yes
		}
		if s.PartnerState.Known() {
			actor, other := bonding.PortState(s.ActorState.Value), bonding.PortState(s.PartnerState.Value)
			if other.Has(bonding.LACPSynchronization) && !actor.Has(bonding.LACPDefaulted) {
				return Yes
			}
		}
		seen = seen || s.PartnerMAC.Known() || s.PartnerState.Known()
	}
	if seen {
		return No
	}
	return Unknown
}

func (j *Judgement) judgeXOR(h *topology.Host, b *topology.Bond, class Class) {
	switch active := slb(h, b); {
	case active == Yes && !sourceMACHash(b) && b.HashPolicy.Known():
		j.lower(NotRecommended, "the table of balance-slb is loaded, but the hash policy is "+b.HashPolicy.Value+" in place of "+bonding.HashVLANSourceMAC)
	case active == Yes:
		j.Summary = "balance-slb is active: no switch configuration is needed"
	case !sourceMACHash(b):
	case active == Unknown: // then the switch ports must be in no channel, else in one
		j.Verdict = Undecided
		j.Summary = "whether balance-slb is active was not collected: ask for `nft list ruleset`"
	case class == ClassGuests:
		j.lower(NotWorking, "the hash policy vlan+srcmac without balance-slb lets the guests' own broadcasts come back")
	}
}

// sourceMACHash reports a balance-xor bond with the hash policy that balance-slb needs.
func sourceMACHash(b *topology.Bond) bool {
	return b.Mode.Value == bonding.BalanceXOR && b.HashPolicy.Value == bonding.HashVLANSourceMAC
}

// slb says whether balance-slb is active on the bond: its table of nftables decides, the configuration only where no ruleset was collected.
func slb(h *topology.Host, b *topology.Bond) Answer {
	if t := slbTable(h, b); t != nil && b.Mode.Value == bonding.BalanceXOR {
		return answer(slbComplete(b, t))
	}
	if !h.Whole(parsers.DatumNFT) {
		return Unknown
	}
	if h.Seen(parsers.DatumNFT) {
		return No
	}
	if wanted, configured := slbWanted(b); configured && !wanted {
		return No
	}
	return Unknown
}

func slbTable(h *topology.Host, b *topology.Bond) *topology.SLBTable {
	for i := range h.SLBTables {
		if h.SLBTables[i].Bond == b.Name {
			return &h.SLBTables[i]
		}
	}
	return nil
}

// slbComplete reports whether the table has the chains that make balance-slb work: frames of the own guests are remembered and dropped when
// they come back, and broadcasts are taken from one link only.
func slbComplete(b *topology.Bond, t *topology.SLBTable) bool {
	return t.Snoop.Known() && t.DropLoops.Known() && (len(b.UpSlaves()) < 2 || len(t.DropPorts) >= len(b.UpSlaves())-1)
}

// slbWanted tells what the configuration says of balance-slb; configured is false when no configuration of the bond was found.
func slbWanted(b *topology.Bond) (wanted, configured bool) {
	for _, c := range b.Configs {
		configured = true
		if o, ok := c.Option("balance-slb"); ok && o.Value != "0" && o.Value != "" {
			return true, true
		}
	}
	return false, configured
}

// staticMode reports the modes that need the switch ports in one static channel.
func staticMode(m topology.Mode) bool {
	return m == bonding.BalanceRR || m == bonding.BalanceXOR || m == bonding.Broadcast
}

// needsChannel reports whether the bond needs a static EtherChannel.
func needsChannel(h *topology.Host, b *topology.Bond) bool {
	return staticMode(b.Mode.Value) && slb(h, b) != Yes && (!sourceMACHash(b) || slb(h, b) == No)
}

func conditions(h *topology.Host, b *topology.Bond) []string {
	ports := portsProse(b)
	switch m := b.Mode.Value; {
	case needsChannel(h, b):
		return []string{"static EtherChannel on the switch ports of " + ports}
	case m == bonding.LACP && partner(b) == No:
		return []string{"LACP channel on the switch ports of " + ports}
	}
	return nil
}

// lowerByEvidence takes into account what the report shows to go wrong.
func (j *Judgement) lowerByEvidence(h *topology.Host, b *topology.Bond, a *topology.Attachment, class Class) {
	mode := b.Mode.Value
	if class == ClassGuests && b.Kind == topology.BondKernel && h.Platform.Value == topology.RHV && slices.Contains(rhvExcluded(h), mode) {
		j.lower(NotWorking, fmt.Sprintf("Red Hat Virtualization does not allow %s for networks of virtual machines", mode))
	}
	if passesNothing(b) {
		j.lower(NotWorking, "the bond is down: nothing passes")
	}
	if lost := lostOnDeadLinks(b); lost != "" {
		j.lower(NotWorking, lost)
	}
	if class == ClassIPVLAN {
		return
	}
	if mode == bonding.ActiveBackup && b.ARPInterval.Value > 0 {
		j.lower(NotWorking, "ARP monitoring of an active-backup bond is not supported with guests")
	}
	if class != ClassGuests {
		return
	}
	if p := blockedPort(a); p != nil {
		j.lower(NotWorking, fmt.Sprintf("port %s of the bridge is %s: nothing passes between the guests and the bond", a.Port, portState(p)))
	}
	if deaf := deafAt(b, a); len(deaf) > 0 {
		v, summary := NotWorking, "no slave that takes in frames for the guests is promiscuous: the cards drop them"
		if len(deaf) < len(b.UpSlaves()) && mode != bonding.ActiveBackup {
			v, summary = Partial, prose(deviceNames(deaf))+" is not promiscuous: the card drops frames for the guests"
		}
		j.lower(v, summary)
	}
	if lost := withoutVLAN(h, a); len(lost) > 0 {
		v := Partial
		if len(lost) == len(a.Running()) {
			v = NotWorking
		}
		j.lower(v, "the bridge does not let the VLAN of "+someOf(uniq(guestNames(lost)))+" pass")
	}
	if len(poisoned(h, b, a)) > 0 {
		why := "its frames come back through a loop, or another machine has the address"
		if staticMode(mode) {
			why = "the guest's own frames come back from the switch"
		}
		j.lower(NotWorking, "the bridge learned a guest's MAC address on the bond: "+why)
	}
	if staticMode(mode) && len(loops(h, b, a)) > 0 && !workaroundCovers(h, b, a) {
		j.lower(NotWorking, "the host's own frames come back from the switch: its ports are not one channel")
	}
}

// passesNothing reports a bond without any link that works, or one that is administratively down: `ip link set down` leaves the carrier, and
// with it MII Status, as it is. Very old kernels say "down" of some bonds that do work, so the state of the slaves comes first.
func passesNothing(b *topology.Bond) bool {
	if b.Link != nil && !b.Link.Up {
		return true
	}
	down := isDown(b.MIIStatus)
	if down && b.Link != nil && (!b.Link.Up || b.Link.State == "DOWN") || down && len(b.Slaves) == 0 {
		return true
	}
	return len(b.Slaves) > 0 && !slices.ContainsFunc(b.Slaves, func(s *topology.Slave) bool { return !withoutLink(s) })
}

// withoutLink reports a slave without link: by its MII status, or by the carrier of its device where no file tells that.
func withoutLink(s *topology.Slave) bool {
	if s.MIIStatus.Known() {
		return isDown(s.MIIStatus)
	}
	return s.Link != nil && s.Link.State == "DOWN"
}

// Unnoticed are the slaves of a bond without link monitoring whose devices have no link: the kernel calls them up from the start and for ever.
func Unnoticed(b *topology.Bond) []*topology.Slave {
	if !unmonitored(b) {
		return nil
	}
	return having(b.Slaves, func(s *topology.Slave) bool { return !isDown(s.MIIStatus) && s.Link != nil && s.Link.State == "DOWN" })
}

// lostOnDeadLinks says what is lost where nobody notices that a link is dead.
func lostOnDeadLinks(b *topology.Bond) string {
	dead, mode := Unnoticed(b), b.Mode.Value
	active := func(s *topology.Slave) bool { return b.ActiveSlave.Known() && s.Name == b.ActiveSlave.Value }
	switch {
	case len(dead) == 0:
		return ""
	case !slices.ContainsFunc(b.Slaves, func(s *topology.Slave) bool { return !isDown(s.MIIStatus) && !slices.Contains(dead, s) }):
		return "no slave has a link: nothing passes"
	case mode == bonding.ActiveBackup && slices.ContainsFunc(dead, active):
		return "the active slave " + b.ActiveSlave.Value + " has no link, and the bond does not notice: nothing passes"
	case mode == bonding.BalanceRR || mode == bonding.BalanceXOR:
		return "the bond goes on sending on " + prose(deviceNames(dead)) + ", without link: that share of the traffic is lost"
	}
	return ""
}

// blockedPort is the bridge's port towards the bond where nothing passes it, nil where something does or no file tells its state. The states
// listening and learning pass by themselves and do not count.
func blockedPort(a *topology.Attachment) *topology.Port {
	if a.Bridge == nil {
		return nil
	}
	for _, p := range a.Bridge.Ports {
		if state := portState(p); p.Name == a.Port && (state == "blocking" || state == "disabled") {
			return p
		}
	}
	return nil
}

// portState is the spanning tree state of a bridge's port, "" when no file tells it.
func portState(p *topology.Port) string { return strings.ToLower(p.State.Value) }

func isDown(status topology.Fact[string]) bool { return strings.EqualFold(status.Value, "down") }

// BondVerdict is the worst verdict of a bond's attachments, with its sentence.
func BondVerdict(js []Judgement) Judgement {
	var worst Judgement
	for i, j := range js {
		if i == 0 || verdictRank[j.Verdict] > verdictRank[worst.Verdict] {
			worst = j
		}
	}
	if len(js) == 0 {
		return Judgement{Verdict: Undecided, Summary: "what sits on the bond was not collected: ask for `ip -d link`"}
	}
	return worst
}
