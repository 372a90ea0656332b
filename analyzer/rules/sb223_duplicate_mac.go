package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb223 finds two guests with one MAC in one network. Across looks for such pairs on different hosts.
var sb223 = Rule{ID: "SB223", Slug: "duplicate_mac", Severity: Critical, Family: FamilyHealth, Explains: []string{"SB140", "SB141", "SB145"}, Check: checkDuplicateMAC}

func checkDuplicateMAC(h *topology.Host) (hits []Hit) {
	wire := guestsOnWire(h)
	seen := map[string][]int{} // by MAC
	for i, x := range wire {
		mac := strings.ToLower(x.guest.MAC.Value)
		pairs := 0
		for _, k := range seen[mac] {
			y := wire[k]
			if pairs < maxPairs && x.segment == y.segment && sameMAC(x, y) && x.guest.Guest != y.guest.Guest && distinct(x.guest, y.guest) {
				hits = append(hits, duplicateMAC(y, x, ""))
				pairs++
			}
		}
		if len(seen[mac]) < maxSame {
			seen[mac] = append(seen[mac], i)
		}
	}
	return hits
}

// maxPairs is with how many others a guest that has the MAC of many is told, maxSame how many of those are looked at: where thousands have the same,
// all pairs would be millions.
const (
	maxPairs = 4
	maxSame  = 64
)

func sameMAC(x, y onWire) bool {
	return strings.EqualFold(x.guest.MAC.Value, y.guest.MAC.Value) && !virtualRouter(x.guest.MAC.Value) && !topology.NullMAC(x.guest.MAC.Value)
}

// distinct reports two guests, not one that two tools tell of under different names: both have an interface on the host, or one is off.
func distinct(a, b *topology.GuestNIC) bool {
	known := func(g *topology.GuestNIC) bool { return !g.Running || g.Interface != "" }
	return known(a) && known(b) && a.Source != b.Source
}

func duplicateMAC(x, y onWire, other string) Hit {
	hit := Hit{Bond: x.bond, Attachment: x.att, Guests: []*topology.GuestNIC{x.guest, y.guest}}
	off := ""
	switch {
	case !x.guest.Running && !y.guest.Running:
		hit.Severity, off = Warning, "both"
	case !x.guest.Running:
		hit.Severity, off = Error, x.guest.Guest
	case !y.guest.Running:
		hit.Severity, off = Error, y.guest.Guest
	}
	hit.Vars = map[string]any{"One": x.guest.Guest, "Two": y.guest.Guest, "MAC": x.guest.MAC.Value, "IsOff": off, "OtherHost": other}
	hit.Evidence = cite(on(x.guest.MAC.Source, "the address of "+x.guest.Guest), on(y.guest.MAC.Source, "the address of "+y.guest.Guest), on(x.guest.Source, guestNote(x.guest, x.att)), on(y.guest.Source, guestNote(y.guest, y.att)))
	return hit
}

// Peer is one of the hosts that were read together.
type Peer struct {
	Host  *topology.Host
	Input string // the path of what it was read from: the input, then the archives in it
}

// Across finds what no host shows alone: guests of different hosts with one MAC, and the host that is not as the others. The findings are those of
// each host, in the order of the hosts.
func Across(peers []Peer) [][]Finding {
	found := oddOnes(peers)
	wires := make([][]onWire, len(peers))
	at := map[string][]guestAt{} // by MAC
	for i, p := range peers {
		wires[i] = guestsOnWire(p.Host)
		for k, x := range wires[i] {
			mac := strings.ToLower(x.guest.MAC.Value)
			at[mac] = append(at[mac], guestAt{i, k})
		}
	}
	apart := map[[2]int]bool{} // pairs of peers that are two hosts with comparable addresses
	comparable := func(i, k int) bool {
		is, known := apart[[2]int{i, k}]
		if !known {
			is = i != k && !sameMachine(peers[i].Host, peers[k].Host) && sameAddresses(peers[i], peers[k])
			apart[[2]int{i, k}] = is
		}
		return is
	}
	for i, one := range peers {
		var list []Finding
		var with []int // the other peer of each finding
		for _, x := range wires[i] {
			pairs, looked := 0, 0
			for _, other := range at[strings.ToLower(x.guest.MAC.Value)] {
				if other.peer == i {
					continue
				}
				if looked++; looked > maxSame || pairs == maxPairs {
					break
				}
				if y := wires[other.peer][other.guest]; comparable(i, other.peer) && oneMAC(one, peers[other.peer], x, y) {
					list, with = append(list, acrossPair(one, peers[other.peer], x, y)), append(with, other.peer)
					pairs++
				}
			}
		}
		byPeer(list, with)
		found[i] = append(found[i], list...)
	}
	return found
}

// guestAt is a guest of one of the peers, by their numbers.
type guestAt struct{ peer, guest int }

// byPeer puts findings in the order of the peers that they are about.
func byPeer(list []Finding, with []int) {
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return with[a] - with[b] })
	sorted := make([]Finding, len(list))
	for i, k := range order {
		sorted[i] = list[k]
	}
	copy(list, sorted)
}

// oneMAC reports two guests of different hosts with one MAC, one of which runs.
func oneMAC(one, two Peer, x, y onWire) bool {
	return sameMAC(x, y) && !sameVM(one.Host, two.Host, x.guest, y.guest) && (x.guest.Running || y.guest.Running)
}

func acrossPair(one, two Peer, x, y onWire) Finding {
	hit := duplicateMAC(x, y, two.Host.Name.Value)
	hit.Guests, hit.Confidence = []*topology.GuestNIC{x.guest}, Likely
	if hit.Severity == Error {
		hit.Severity = Warning // one of the two is off
	}
	hit.Evidence = cite(on(x.guest.MAC.Source, "the address of "+x.guest.Guest), on(x.guest.Source, guestNote(x.guest, x.att)))
	return Pages().Write(sb223, one.Host, hit)
}

// sameVM reports one guest that two hosts know: one that moved keeps its name, and its UUID even where it is renamed.
func sameVM(one, two *topology.Host, a, b *topology.GuestNIC) bool {
	if a.Guest == b.Guest {
		return true
	}
	id := uuidOf(one, a)
	return id != "" && strings.EqualFold(id, uuidOf(two, b))
}

func uuidOf(h *topology.Host, g *topology.GuestNIC) string {
	if found := h.DomainsOf(g.Guest); len(found) > 0 {
		return found[0].UUID
	}
	return ""
}

// sameMachine reports two reports of one host: they have its name, or one of its network cards.
func sameMachine(a, b *topology.Host) bool {
	short := func(h *topology.Host) string { s, _, _ := strings.Cut(strings.ToLower(h.Name.Value), "."); return s }
	if short(a) != "" && short(a) == short(b) {
		return true
	}
	cards := map[string]bool{}
	for _, bond := range a.Bonds {
		for _, s := range bond.Slaves {
			cards[strings.ToLower(s.PermMAC.Value)] = s.PermMAC.Known() && !topology.NullMAC(s.PermMAC.Value)
		}
	}
	for _, bond := range b.Bonds {
		for _, s := range bond.Slaves {
			if s.PermMAC.Known() && cards[strings.ToLower(s.PermMAC.Value)] {
				return true
			}
		}
	}
	return false
}

// sameAddresses reports whether equal addresses of two reports are the same one: `sos clean` writes addresses of its own, the same ones again in each
// run of it. Reports in one archive were cleaned together.
func sameAddresses(a, b Peer) bool {
	if !a.Host.Obfuscated.Known() && !b.Host.Obfuscated.Known() {
		return true
	}
	one, _, _ := strings.Cut(a.Input, "/")
	two, _, _ := strings.Cut(b.Input, "/")
	packed := path.Ext(one) == ".tar" || strings.Contains(one, ".tar.") || path.Ext(one) == ".tgz"
	return a.Host.Obfuscated.Known() && b.Host.Obfuscated.Known() && one == two && packed
}
