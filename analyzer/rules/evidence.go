package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/bonding"
	"github.com/sosbond/sosbond/parsers/kernlog"
)

// learned is a guest's MAC address with the entries of the bridge's forwarding database that tell where the bridge learned it.
type learned struct {
	guest *topology.GuestNIC
	bond  []topology.FDBEntry // on the port that leads to the bond
	own   []topology.FDBEntry // on the guest's own port
}

// poisoned returns the running guests of a bridge whose MAC address the bridge learned on the bond's side.
func poisoned(h *topology.Host, b *topology.Bond, a *topology.Attachment) (list []learned) {
	for _, g := range a.Running() {
		if !g.MAC.Known() || g.MAC.Value == "" || paused(h, g) {
			continue
		}
		l := learned{guest: g}
		for _, e := range h.FDB {
			if !strings.EqualFold(e.MAC, g.MAC.Value) || e.Local || e.Self || !sameBridge(e, a) {
				continue
			}
			switch {
			case e.Dev == g.Interface:
				l.own = append(l.own, e)
			case h.Carries(b, e.Dev) || e.Dev == a.Port:
				l.bond = append(l.bond, e)
			}
		}
		if l.bond = inGuestsVLAN(a, l); len(l.bond) > 0 {
			list = append(list, l)
		}
	}
	return list
}

// paused reports a guest that waits: at the end of a live migration it still sends from the other host, and its address belongs on the bond.
func paused(h *topology.Host, g *topology.GuestNIC) bool {
	return g.Kind == topology.GuestVM && slices.ContainsFunc(h.DomainsOf(g.Guest), func(d *topology.Domain) bool { return d.State == "paused" })
}

func sameBridge(e topology.FDBEntry, a *topology.Attachment) bool {
	return e.Bridge == "" || a.Bridge != nil && e.Bridge == a.Bridge.Name
}

// inGuestsVLAN keeps the entries on the bond that concern the VLAN in which the guest lives: without VLAN filtering the entries without VLAN
// count, with it those of a VLAN in which the guest's own port has it too, where that is known.
func inGuestsVLAN(a *topology.Attachment, l learned) (bond []topology.FDBEntry) {
	for _, e := range l.bond {
		switch {
		case a.Bridge == nil || !a.Bridge.VLANs:
			if e.VLAN == 0 {
				bond = append(bond, e)
			}
		case len(l.own) == 0 || slices.ContainsFunc(l.own, func(o topology.FDBEntry) bool { return o.VLAN == e.VLAN }):
			bond = append(bond, e)
		}
	}
	return bond
}

// flaps reports that two snapshots in the report disagree about where the guest is. One snapshot holds an address only once.
func (l learned) flaps() bool { return len(l.bond) > 0 && len(l.own) > 0 }

// loops returns the messages "received packet on PORT with own address as source address" about the ports of a bridge that lead to the bond,
// without those that are left over from the start of the host.
func loops(h *topology.Host, b *topology.Bond, a *topology.Attachment) (events []topology.Event) {
	return slices.DeleteFunc(allLoops(h, b, a), func(e topology.Event) bool { return leftOver(h, b, a, e) })
}

// allLoops returns all of them.
func allLoops(h *topology.Host, b *topology.Bond, a *topology.Attachment) (events []topology.Event) {
	for _, e := range h.Events {
		if e.Kind == kernlog.OwnAddress && h.Carries(b, e.Port) && (e.Bridge == "" || e.Bridge == a.Name) {
			events = append(events, e)
		}
	}
	return events
}

// What a switch sends back while the slaves join and it bundles its ports is over within minutes of the start.
const (
	startUp     = 180  // seconds after the start of the host
	longSilence = 3600 // seconds without another message, after which the ones of the start prove nothing
	fewMessages = 10
)

// sinceStart is the time of a message of dmesg, in seconds after the start of the kernel.
var sinceStart = regexp.MustCompile(`^\[ *(\d{1,9})\.\d+\]`)

// leftOver reports messages of the first minutes on a host that has been silent for long since, while its guests are where they belong: a missing
// channel would send back each broadcast of theirs to this day.
func leftOver(h *topology.Host, b *topology.Bond, a *topology.Attachment, e topology.Event) bool {
	m := sinceStart.FindStringSubmatch(e.Last.Text)
	if m == nil || e.Count > fewMessages || !h.UpMinutes.Known() || !h.Seen(parsers.DatumFDB) || len(poisoned(h, b, a)) > 0 {
		return false
	}
	at, err := strconv.Atoi(m[1])
	return err == nil && at < startUp && h.UpMinutes.Value*60-at > longSilence && learnedAtHome(h, a)
}

// learnedAtHome reports that the bridge has learned a running guest on its own port.
func learnedAtHome(h *topology.Host, a *topology.Attachment) bool {
	return slices.ContainsFunc(a.Running(), func(g *topology.GuestNIC) bool {
		return g.Interface != "" && slices.ContainsFunc(h.FDB, func(e topology.FDBEntry) bool { return e.Dev == g.Interface && !e.Local && !e.Self })
	})
}

// hasLoop reports whether anything in the report shows that frames come back from the switch.
func hasLoop(h *topology.Host, b *topology.Bond, a *topology.Attachment) bool {
	return len(poisoned(h, b, a)) > 0 || staticMode(b.Mode.Value) && len(loops(h, b, a)) > 0 && !workaroundCovers(h, b, a)
}

// citeLoops quotes the first and the last message of each event.
func citeLoops(events []topology.Event) (list []Evidence) {
	for _, e := range events {
		note := "the first of these messages"
		if e.Count > 1 {
			note = fmt.Sprintf("the first of at least %d such messages", e.Count)
		}
		list = append(list, on(e.Source, note))
		if e.Count > 1 && e.Last.Known() {
			list = append(list, on(e.Last, "the last one"))
		}
	}
	return list
}

// workaround is the state of the rules that rewrite the source MAC of what the guests of a bridge send to the bond.
type workaround struct {
	rules   []topology.Rewrite
	tool    string
	covered []*topology.GuestNIC
	missing []*topology.GuestNIC
	stale   []string // MACs in the rules that no guest here has
	wrong   []string // what is wrong with a rule, as a clause
	broad   bool     // every covering rule takes all broadcast and multicast
	saved   bool     // all rules were read from files only
}

// workaroundOf looks for the workaround on the way from a bridge to the bond; the zero value when no rule concerns it.
func workaroundOf(h *topology.Host, b *topology.Bond, a *topology.Attachment) (w workaround) {
	macs := topology.GuestMACs(a.Guests)
	for _, r := range h.Rewrites {
		mine := len(r.Guests) > 0 && slices.ContainsFunc(macs, r.Covers)
		if mine || slices.ContainsFunc(r.OutIfs, func(dev string) bool { return h.Carries(b, dev) }) {
			w.rules = append(w.rules, r)
		}
	}
	if len(w.rules) == 0 {
		return w
	}
	w.tool, w.broad, w.saved = w.rules[0].Tool, true, true
	var good []topology.Rewrite
	for _, r := range w.rules {
		w.saved = w.saved && r.Saved
		if why := wrongRewrite(h, b, a, r); why != "" {
			w.wrong = append(w.wrong, why)
			continue
		}
		w.broad = w.broad && (r.AllBroad || r.All)
		if !r.Partial {
			good = append(good, r)
		}
		for _, m := range r.Guests {
			if len(m) == 17 && !slices.Contains(macs, m) && !knownMAC(h, m) {
				w.stale = append(w.stale, m)
			}
		}
	}
	for _, g := range a.Running() {
		if slices.ContainsFunc(good, func(r topology.Rewrite) bool { return r.Covers(g.MAC.Value) }) {
			w.covered = append(w.covered, g)
		} else {
			w.missing = append(w.missing, g)
		}
	}
	w.stale = uniq(w.stale)
	return w
}

// wrongRewrite says why a rule does not do what it is for, "" when it does.
func wrongRewrite(h *topology.Host, b *topology.Bond, a *topology.Attachment, r topology.Rewrite) string {
	at := fmt.Sprintf("the rule at line %d of `%s`", r.Source.Line, r.Source.File)
	switch {
	case !r.Leaves(a.Port):
		return fmt.Sprintf("%s matches what leaves through `%s`, but the bridge's port towards the bond is `%s`", at, strings.Join(r.OutIfs, "`, `"), a.Port)
	case r.Tool == "nft" && r.Hook == "":
		return at + " stands in a chain that nothing calls"
	case r.SnatARP:
		return at + " rewrites the sender address inside the ARP packet too, so the peers learn the host's address for the guest"
	case r.Unreachable > 0:
		return fmt.Sprintf("%s is never reached: line %d before it ends the chain", at, r.Unreachable)
	case b.MAC.Known() && r.NewMAC != "" && !strings.EqualFold(r.NewMAC, b.MAC.Value) && !h.Obfuscated.Known():
		return fmt.Sprintf("%s writes the source address `%s`, but the bond has `%s`", at, r.NewMAC, b.MAC.Value)
	}
	return ""
}

// knownMAC reports whether any guest of the host, running or not, has the address.
func knownMAC(h *topology.Host, mac string) bool {
	for _, d := range h.Domains {
		for _, n := range d.Interfaces {
			if strings.EqualFold(n.MAC.Value, mac) {
				return true
			}
		}
	}
	for _, b := range h.Bonds {
		for _, a := range b.Attachments {
			if slices.Contains(topology.GuestMACs(a.Guests), mac) {
				return true
			}
		}
	}
	return false
}

// workaroundCovers reports a complete workaround, which makes the bridge print its own address by design.
func workaroundCovers(h *topology.Host, b *topology.Bond, a *topology.Attachment) bool {
	w := workaroundOf(h, b, a)
	return len(w.rules) > 0 && len(w.missing) == 0 && len(w.wrong) == 0 && !w.saved
}

// rhvExcluded are the modes that Red Hat Virtualization refuses for networks of virtual machines.
func rhvExcluded(h *topology.Host) []topology.Mode {
	modes := []topology.Mode{bonding.BalanceRR, bonding.BalanceTLB, bonding.BalanceALB}
	if rhvOld(h) {
		modes = append(modes, bonding.Broadcast)
	}
	return modes
}

// rhvOld reports RHEV 3.5 or older: its hosts ran RHEL 6.
func rhvOld(h *topology.Host) bool {
	m := h.OS.Value.MajorNumber
	return m > 0 && m <= 6
}

// eachGuestBridge calls f for every bridge with guests whose MAC addresses reach a bond that runs in one of the modes.
func eachGuestBridge(h *topology.Host, f func(*topology.Bond, *topology.Attachment), modes ...topology.Mode) {
	eachAttachment(h, func(b *topology.Bond, a *topology.Attachment) {
		if ClassOf(a) == ClassGuests && !routedPods(h, a) {
			f(b, a)
		}
	}, modes...)
}

// eachAttachment calls f for every attachment of a bond whose mode is known, and one of modes where any are named.
func eachAttachment(h *topology.Host, f func(*topology.Bond, *topology.Attachment), modes ...topology.Mode) {
	for _, b := range running(h) {
		if len(modes) > 0 && !slices.Contains(modes, b.Mode.Value) {
			continue
		}
		for _, a := range b.Attachments {
			f(b, a)
		}
	}
}

// running are the bonds of the kernel whose running mode is known. What rules say of modes, options and commands is not true of a team or of a
// bond of Open vSwitch, which have rules of their own.
func running(h *topology.Host) (bonds []*topology.Bond) {
	for _, b := range h.Bonds {
		if b.Kind == topology.BondKernel && !unusedBond(b) && b.Mode.Known() && !b.ConfigOnly && b.Mode.Value != bonding.Unknown {
			bonds = append(bonds, b)
		}
	}
	return bonds
}

// unusedBond reports a bond that nothing uses: the kernel's module makes bond0 when it is loaded, without slaves and down.
func unusedBond(b *topology.Bond) bool {
	idle := b.Link == nil || !b.Link.Up || b.Link.State == "DOWN"
	return len(b.Slaves) == 0 && idle && len(b.Configs) == 0 && !slices.ContainsFunc(b.Attachments, func(a *topology.Attachment) bool { return a.Kind != topology.AttachedHost })
}

// ownMAC are the attachments of a bond that are macvlan or macvtap devices.
func ownMAC(b *topology.Bond) (list []*topology.Attachment) {
	for _, a := range b.Attachments {
		if ClassOf(a) == ClassOwnMAC {
			list = append(list, a)
		}
	}
	return list
}

// modeEvidence quotes what tells the bond's mode.
func modeEvidence(b *topology.Bond) Evidence { return on(b.Mode.Source, NoteMode) }

// NoteMode is the note of the line that shows the mode of a bond.
const NoteMode = "the mode"

// pathEvidence quotes what puts the bond, or the device over it, into the bridge, and the first guests on it.
func pathEvidence(h *topology.Host, a *topology.Attachment) (list []Evidence) {
	for _, name := range a.Path[1:max(len(a.Path)-1, 1)] {
		if l := h.Link(name); l != nil && l.Kind == topology.KindVLAN {
			list = append(list, on(l.Source, "a VLAN on "+l.Lower))
		}
	}
	if a.Bridge != nil {
		for _, p := range a.Bridge.Ports {
			if p.Name == a.Port {
				list = append(list, on(p.Source, fmt.Sprintf("%s is a port of %s", p.Name, a.Name)))
			}
		}
	}
	const shown = 3
	for i, g := range a.Guests {
		if i == shown {
			break
		}
		list = append(list, on(g.Source, guestNote(g, a)))
	}
	return cite(list...)
}

func guestNote(g *topology.GuestNIC, a *topology.Attachment) string {
	switch {
	case !g.Running:
		return fmt.Sprintf("guest %s is defined on %s and shut off", g.Guest, a.Name)
	case g.Guest == g.Interface || g.Interface == "":
		return fmt.Sprintf("%s is attached to %s", g.Guest, a.Name)
	}
	return fmt.Sprintf("guest %s is attached to %s through %s", g.Guest, a.Name, g.Interface)
}
