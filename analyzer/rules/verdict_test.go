package rules

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/sosbond/sosbond/analyzer/hosttest"
	"github.com/sosbond/sosbond/analyzer/join"
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
)

// The conditions of verdicts.
const (
	channel = "static EtherChannel on the switch ports of eth0 and eth1"
	lacp    = "LACP channel on the switch ports of eth0 and eth1"
)

// columns are what can sit on a bond.
var columns = []string{"VMs", "containers", "VLAN", "macvlan", "macvlan in a namespace", "macvtap", "ipvlan", "ipvlan in a namespace", "empty bridge", "host", "unknown"}

// Short forms of the verdicts for the table.
const (
	rec  = Recommended
	part = Partial
	notr = NotRecommended
	bad  = NotWorking
	free = NotAffected
	open = Undecided
)

// TestMatrix is the whole table: what a mode means for what sits on the bond. The condition holds for every column but the one in which
// nothing is known of what sits on the bond.
func TestMatrix(t *testing.T) {
	slb := add(nftRules, labNFT)
	noSLB := add(nftRules, otherNFT)
	for _, row := range []struct {
		name      string
		lab       lab
		condition string
		//           VMs   cont. VLAN  mv    mv-ns mvtap ipv   ipv-ns empty host unknown
		want [11]Verdict
	}{
		{"0 balance-rr", lab{mode: 0}, channel,
			[11]Verdict{notr, notr, notr, notr, notr, notr, notr, notr, free, free, open}},
		{"1 active-backup", lab{mode: 1}, "",
			[11]Verdict{part, part, part, part, part, part, rec, part, free, free, open}},
		{"2 balance-xor", lab{mode: 2, hash: "layer2+3"}, channel,
			[11]Verdict{rec, rec, rec, rec, rec, rec, rec, rec, free, free, open}},
		{"2 vlan+srcmac, balance-slb active", lab{mode: 2, hash: "vlan+srcmac", edits: []edit{slb}}, "",
			[11]Verdict{rec, rec, rec, rec, rec, rec, rec, rec, free, free, open}},
		{"2 vlan+srcmac without balance-slb", lab{mode: 2, hash: "vlan+srcmac", edits: []edit{noSLB}}, channel,
			[11]Verdict{bad, bad, bad, rec, rec, rec, rec, rec, free, free, open}},
		{"3 broadcast", lab{mode: 3}, channel,
			[11]Verdict{notr, notr, notr, notr, notr, notr, notr, notr, free, free, open}},
		{"4 802.3ad with a partner", lab{mode: 4, partner: labPartner}, "",
			[11]Verdict{rec, rec, rec, rec, rec, rec, rec, rec, free, free, open}},
		{"4 802.3ad without a partner", lab{mode: 4}, lacp,
			[11]Verdict{part, part, part, part, part, part, part, part, free, free, open}},
		{"4 802.3ad, partner not collected", lab{mode: 4, partner: "hidden"}, "",
			[11]Verdict{open, open, open, open, open, open, open, open, free, free, open}},
		{"5 balance-tlb", lab{mode: 5}, "",
			[11]Verdict{bad, bad, bad, bad, bad, bad, free, free, free, free, open}},
		{"6 balance-alb", lab{mode: 6}, "",
			[11]Verdict{bad, bad, bad, bad, bad, bad, open, open, free, free, open}},
	} {
		for i, on := range columns {
			t.Run(row.name+"/"+on, func(t *testing.T) {
				l := row.lab
				l.on = on
				h := l.host(t)
				a := only(t, h)
				j := Judge(h, h.Bonds[0], a)
				if j.Verdict != row.want[i] || j.Summary == "" {
					t.Errorf("%s %s: %s, want %s (%s)", a.Kind, a.Name, j.Verdict, row.want[i], j.Summary)
				}
				var want []string
				if row.condition != "" && on != "unknown" {
					want = []string{row.condition}
				}
				if d := cmp.Diff(want, j.Conditions); d != "" {
					t.Errorf("conditions: %s", d)
				}
			})
		}
	}
}

// only returns the one attachment of the one bond.
func only(t testing.TB, h *topology.Host) *topology.Attachment {
	t.Helper()
	if len(h.Bonds) != 1 || len(h.Bonds[0].Attachments) != 1 {
		t.Fatalf("not one bond with one attachment: %+v", h.Bonds)
	}
	return h.Bonds[0].Attachments[0]
}

// TestSLBUnknown: where no ruleset was collected and the configuration asks for balance-slb, or no configuration was found, nothing decides.
func TestSLBUnknown(t *testing.T) {
	wanted := add(bondKey, "[connection]\nid=bond0\ntype=bond\ninterface-name=bond0\n\n[bond]\nbalance-slb=1\nmode=balance-xor\nxmit_hash_policy=vlan+srcmac\n")
	refused := add(bondKey, "[connection]\nid=bond0\ntype=bond\ninterface-name=bond0\n\n[bond]\nmode=balance-xor\nxmit_hash_policy=vlan+srcmac\n")
	for _, c := range []struct {
		name, on string
		edits    []edit
		want     Verdict
	}{
		{"nothing collected", "VMs", nil, Undecided},
		{"configured", "VMs", []edit{wanted}, Undecided},
		{"not configured", "VMs", []edit{refused}, NotWorking},
		{"the table counts, not the profile", "VMs", []edit{refused, add(nftRules, labNFT)}, Recommended},
		{"macvlan: with balance-slb the ports must be in no channel, without it in one", "macvlan", nil, Undecided},
		{"ipvlan, the same", "ipvlan", nil, Undecided},
		{"the host is not affected", "host", nil, NotAffected},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := lab{mode: 2, hash: "vlan+srcmac", on: c.on, edits: c.edits}.host(t)
			if j := Judge(h, h.Bonds[0], only(t, h)); j.Verdict != c.want {
				t.Errorf("%s, want %s (%s %q)", j.Verdict, c.want, j.Summary, j.Conditions)
			}
		})
	}
}

// The lines that lower a verdict.
const (
	ownAddress = "[   23.191469] br0: received packet on bond0 with own address as source address (addr:02:00:00:00:10:01, vlan:0)\n"
	onBond     = "52:54:00:aa:00:01 dev bond0 used 1/0 master br0 \n"
)

var (
	poison    = sub(fdb, "52:54:00:aa:00:01 dev vnet0 used 4/2 master br0 \n", onBond)
	logLoop   = add(dmesg, ownAddress)
	flap      = add("sos_commands/networking/bridge_fdb_show", strings.Replace(onBond, "used 1/0 ", "", 1))
	coverGood = "*nat\n:POSTROUTING ACCEPT\n-A POSTROUTING -p ARP -s 52:54:00:aa:00:01 -o bond0 -j snat --to-src 02:00:00:00:10:01 --snat-target ACCEPT\n"
)

// TestLowering: what a report shows to go wrong makes a verdict worse, and nothing makes it better.
func TestLowering(t *testing.T) {
	rhv := add("etc/vdsm/vdsm.conf", "[vars]\nssl = true\n")
	el6 := sub("etc/os-release", "VERSION_ID=\"9.4\"", "VERSION_ID=\"6.6\"")
	for _, c := range []struct {
		name    string
		lab     lab
		want    Verdict
		summary string // a part of it
	}{
		// the bridge's own address comes back: decides in the static modes alone
		{"mode 0, own address", lab{mode: 0, on: "VMs", edits: []edit{logLoop}}, NotWorking, "come back from the switch"},
		{"mode 1, own address", lab{mode: 1, on: "VMs", edits: []edit{logLoop}}, Partial, "failover"},
		{"mode 2, own address", lab{mode: 2, on: "VMs", edits: []edit{logLoop}}, NotWorking, "not one channel"},
		{"mode 3, own address", lab{mode: 3, on: "containers", edits: []edit{logLoop}}, NotWorking, "not one channel"},
		{"mode 4, own address", lab{mode: 4, partner: labPartner, on: "VMs", edits: []edit{logLoop}}, Recommended, "LACP"},
		{"mode 2, own address on another port", lab{mode: 2, on: "VMs", edits: []edit{add(dmesg, strings.Replace(ownAddress, "bond0", "vnet0", 1))}}, Recommended, "EtherChannel"},
		{"mode 2, own address in another bridge", lab{mode: 2, on: "VMs", edits: []edit{add(dmesg, strings.Replace(ownAddress, "br0", "br7", 1))}}, Recommended, "EtherChannel"},
		{"mode 2, own address over a VLAN", lab{mode: 2, on: "VLAN", edits: []edit{add(dmesg, strings.Replace(ownAddress, "on bond0", "on bond0.100", 1))}}, NotWorking, "not one channel"},
		{"mode 2, own address, bridge without guests", lab{mode: 2, on: "empty bridge", edits: []edit{logLoop}}, NotAffected, "no guest"},
		// a guest's MAC on the bond: the guest is cut off now, whatever the mode
		{"mode 0, poisoned", lab{mode: 0, on: "VMs", edits: []edit{poison}}, NotWorking, "learned a guest's MAC"},
		{"mode 1, poisoned", lab{mode: 1, on: "VMs", edits: []edit{poison}}, NotWorking, "learned a guest's MAC"},
		{"mode 2, poisoned", lab{mode: 2, on: "VMs", edits: []edit{poison}}, NotWorking, "learned a guest's MAC"},
		{"mode 3, poisoned", lab{mode: 3, on: "VMs", edits: []edit{poison}}, NotWorking, "learned a guest's MAC"},
		{"mode 4, poisoned", lab{mode: 4, partner: labPartner, on: "VMs", edits: []edit{poison}}, NotWorking, "learned a guest's MAC"},
		{"mode 2, poisoned over a VLAN", lab{mode: 2, on: "VLAN", edits: []edit{sub(fdb, "dev vnet0 used", "dev bond0.100 used")}}, NotWorking, "learned a guest's MAC"},
		{"mode 2, entry of another VLAN", lab{mode: 2, on: "VMs", edits: []edit{add(fdb, "52:54:00:aa:00:01 dev bond0 vlan 7 used 1/0 master br0 \n")}}, Recommended, "EtherChannel"},
		{"mode 2, permanent entry", lab{mode: 2, on: "VMs", edits: []edit{add(fdb, "52:54:00:aa:00:01 dev bond0 used 1/0 master br0 permanent\n")}}, Recommended, "EtherChannel"},
		{"mode 2, entry of the device itself", lab{mode: 2, on: "VMs", edits: []edit{add(fdb, "52:54:00:aa:00:01 dev bond0 self \n")}}, Recommended, "EtherChannel"},
		{"mode 2, entry of another bridge", lab{mode: 2, on: "VMs", edits: []edit{add(fdb, "52:54:00:aa:00:01 dev bond0 used 1/0 master br7 \n")}}, Recommended, "EtherChannel"},
		{"mode 2, two snapshots disagree", lab{mode: 2, on: "VMs", edits: []edit{flap}}, NotWorking, "learned a guest's MAC"},
		// the workaround makes the bridge print its own address by design, and protects no guest that is lost already
		{"mode 2, own address and workaround", lab{mode: 2, on: "VMs", edits: []edit{logLoop, add("sos_commands/firewall_tables/ebtables_-t_nat_-L", coverGood)}}, Recommended, "EtherChannel"},
		{"mode 2, own address and a workaround that is only saved", lab{mode: 2, on: "VMs", edits: []edit{logLoop, add("etc/sysconfig/ebtables", coverGood)}}, NotWorking, "not one channel"},
		{"mode 2, own address and a workaround on another port", lab{mode: 2, on: "VMs", edits: []edit{logLoop, add("sos_commands/firewall_tables/ebtables_-t_nat_-L", strings.Replace(coverGood, "-o bond0", "-o bond1", 1))}}, NotWorking, "not one channel"},
		{"mode 2, poisoned in spite of the workaround", lab{mode: 2, on: "VMs", edits: []edit{poison, add("sos_commands/firewall_tables/ebtables_-t_nat_-L", coverGood)}}, NotWorking, "learned a guest's MAC"},
		// ARP monitoring
		{"mode 1, ARP monitoring", lab{mode: 1, on: "VMs", arp: true}, NotWorking, "ARP monitoring"},
		{"mode 1, ARP monitoring, macvtap", lab{mode: 1, on: "macvtap", arp: true}, NotWorking, "ARP monitoring"},
		{"mode 1, ARP monitoring, ipvlan has no MAC of its own", lab{mode: 1, on: "ipvlan", arp: true}, Recommended, "ipvlan"},
		{"mode 1, ARP monitoring, host", lab{mode: 1, on: "host", arp: true}, NotAffected, "host"},
		{"mode 1, ARP monitoring, no guest", lab{mode: 1, on: "empty bridge", arp: true}, NotAffected, "no guest"},
		{"mode 2, ARP monitoring", lab{mode: 2, on: "VMs", arp: true}, Recommended, "EtherChannel"},
		{"mode 0, ARP monitoring", lab{mode: 0, on: "VMs", arp: true}, NotRecommended, "round-robin"},
		// LACP
		{"mode 4, no active aggregator", lab{mode: 4, partner: "hidden", on: "VMs", edits: []edit{sub(procBond, "(ad_select): stable\n", "(ad_select): stable\nbond bond0 has no active aggregator\n")}}, NotWorking, "none of the links"},
		{"mode 4, partner told by ip link alone", lab{mode: 4, partner: "hidden", on: "VMs", edits: []edit{sub(ipLink, "min_links 0 ", "min_links 0 ad_aggregator 1 ad_num_ports 2 ad_partner_mac 00:1c:73:0a:5b:11 ")}}, Recommended, "LACP is negotiated"},
		{"mode 4, partner told by the state of its ports alone", lab{mode: 4, partner: "hidden", on: "VMs", edits: []edit{sub(ipLink, "queue_id 0 prio 0 ", "queue_id 0 prio 0 ad_aggregator_id 1 ad_actor_oper_port_state 61 ad_partner_oper_port_state 61 ")}}, Recommended, "LACP is negotiated"},
		{"mode 4, ports that never heard a partner", lab{mode: 4, partner: "hidden", on: "VMs", edits: []edit{sub(ipLink, "queue_id 0 prio 0 ", "queue_id 0 prio 0 ad_aggregator_id 1 ad_actor_oper_port_state 77 ad_partner_oper_port_state 1 ")}}, Partial, "no LACP partner"},
		// Red Hat Virtualization
		{"RHV, mode 0", lab{mode: 0, on: "VMs", edits: []edit{rhv}}, NotWorking, "Red Hat Virtualization does not allow balance-rr"},
		{"RHV, mode 1", lab{mode: 1, on: "VMs", edits: []edit{rhv}}, Partial, "failover"},
		{"RHV, mode 2", lab{mode: 2, on: "VMs", edits: []edit{rhv}}, Recommended, "EtherChannel"},
		{"RHV, mode 3", lab{mode: 3, on: "VMs", edits: []edit{rhv}}, NotRecommended, "broadcast"},
		{"RHV, mode 4", lab{mode: 4, partner: labPartner, on: "VMs", edits: []edit{rhv}}, Recommended, "LACP"},
		{"RHV, mode 5", lab{mode: 5, on: "VMs", edits: []edit{rhv}}, NotWorking, "balance-tlb"},
		{"RHV, mode 6", lab{mode: 6, on: "VMs", edits: []edit{rhv}}, NotWorking, "balance-alb"},
		{"RHV, mode 0, network without guests", lab{mode: 0, on: "empty bridge", edits: []edit{rhv}}, NotAffected, "no guest"},
		{"RHV, mode 0, no bridge", lab{mode: 0, on: "host", edits: []edit{rhv}}, NotAffected, "host"},
		{"RHEV 3.5, mode 3", lab{mode: 3, on: "VMs", kernel: "2.6.32-504.el6.x86_64", edits: []edit{rhv, el6}}, NotWorking, "Red Hat Virtualization does not allow broadcast"},
		{"RHEV 3.5, mode 2", lab{mode: 2, on: "VMs", kernel: "2.6.32-504.el6.x86_64", edits: []edit{rhv, el6}}, Recommended, "EtherChannel"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := c.lab.host(t)
			j := Judge(h, h.Bonds[0], only(t, h))
			if j.Verdict != c.want || !strings.Contains(j.Summary, c.summary) {
				t.Errorf("%s, want %s: %s", j.Verdict, c.want, j.Summary)
			}
			base := c.lab
			base.edits, base.arp = nil, false
			if base.partner == "hidden" {
				return // what decides was in the edits
			}
			b := base.host(t)
			if was := Judge(b, b.Bonds[0], only(t, b)); verdictRank[j.Verdict] < verdictRank[was.Verdict] {
				t.Errorf("evidence raised the verdict from %s to %s", was.Verdict, j.Verdict)
			}
			if j.Verdict == NotWorking && staticMode(h.Bonds[0].Mode.Value) && !cmp.Equal(j.Conditions, []string{channel}) {
				t.Errorf("conditions %q: the channel is what is missing", j.Conditions)
			}
		})
	}
}

// TestSeveralAttachments: the worst of a bond's attachments is the bond's verdict.
func TestSeveralAttachments(t *testing.T) {
	mv := strings.Replace(labOwn("mv0@bond0", "macvlan mode bridge"), "6: ", "9: ", 1)
	ipv := strings.Replace(labOwn("ipv0@bond0", "ipvlan  mode l2 bridge"), "6: ", "8: ", 1)
	for _, c := range []struct {
		name  string
		lab   lab
		kinds string
		want  Verdict
	}{
		{"mode 1: ipvlan is fine, macvlan not wholly", lab{mode: 1, on: "ipvlan", edits: []edit{add(ipLink, mv)}}, "ipvlan macvlan", Partial},
		{"mode 4: both fine", lab{mode: 4, partner: labPartner, on: "ipvlan", edits: []edit{add(ipLink, mv)}}, "ipvlan macvlan", Recommended},
		{"mode 5: the bridge has no guests, the macvlan breaks", lab{mode: 5, on: "empty bridge", edits: []edit{add(ipLink, mv)}}, "bridge macvlan", NotWorking},
		{"mode 6: an empty bridge and an ipvlan nobody can judge", lab{mode: 6, on: "empty bridge", edits: []edit{add(ipLink, ipv)}}, "bridge ipvlan", Undecided},
		{"mode 6: what is known to be bad outranks what is not known", lab{mode: 6, on: "VMs", edits: []edit{add(ipLink, ipv)}}, "bridge ipvlan", NotWorking},
		{"mode 2, vlan+srcmac, no SLB: the bridge decides", lab{mode: 2, hash: "vlan+srcmac", on: "VMs", edits: []edit{add(nftRules, otherNFT), add(ipLink, mv)}}, "bridge macvlan", NotWorking},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := c.lab.host(t)
			b := h.Bonds[0]
			var kinds []string
			var js []Judgement
			for _, a := range b.Attachments {
				kinds, js = append(kinds, a.Kind), append(js, Judge(h, b, a))
			}
			if got := BondVerdict(js); got.Verdict != c.want || strings.Join(kinds, " ") != c.kinds {
				t.Errorf("%s on %q, want %s on %q: %+v", got.Verdict, kinds, c.want, c.kinds, js)
			}
		})
	}
	if got := BondVerdict(nil); got.Verdict != Undecided || got.Summary == "" {
		t.Errorf("without attachments: %+v", got)
	}
	if Worst() != NotAffected || Worst(Recommended, Undecided) != Undecided || Worst(Undecided, Partial) != Partial || Worst(NotWorking, NotRecommended) != NotWorking {
		t.Error("the order of verdicts")
	}
}

// TestConfigOnly: a bond that only its configuration shows is not judged by it.
func TestConfigOnly(t *testing.T) {
	h := host(t, "guests-off", drop(procBond, ipLinks, brLink, fdb))
	b := h.Bond("bond0")
	if b == nil || !b.ConfigOnly {
		t.Fatalf("no bond of the configuration: %+v", h.Bonds)
	}
	a := only(t, h)
	if a.Kind != "bridge" || a.Name != "br0" || len(a.Guests) != 2 {
		t.Errorf("attachment %+v", a)
	}
	if j := Judge(h, b, a); j.Verdict != Undecided || !strings.Contains(j.Summary, "/proc/net/bonding/bond0") {
		t.Errorf("%+v", j)
	}
}

// TestModeNotCollected: without the mode nothing is decided, and the summary names what to ask for.
func TestModeNotCollected(t *testing.T) {
	for _, name := range []string{"tlb-netns", "alb-macvlan", "rhv-rr", "slb-active", "macvtap-lacp"} {
		h := host(t, name, noMode)
		for _, b := range h.Bonds {
			for _, a := range b.Attachments {
				if j := Judge(h, b, a); j.Verdict != Undecided || !strings.Contains(j.Summary, "/proc/net/bonding/"+b.Name) || j.Conditions != nil {
					t.Errorf("%s: %+v", name, j)
				}
			}
		}
	}
}

// TestOneSourceIsEnough: `ip -d link` alone tells the mode where /proc/net/bonding is missing, and the other way round.
func TestOneSourceIsEnough(t *testing.T) {
	for _, c := range []struct {
		name string
		edit edit
		want Verdict
	}{
		{"tlb-netns", drop(procBond), NotWorking},
		{"tlb-netns", subRE(ipLinks, `^    bond mode .*\n`, ""), NotWorking},
		{"rhel9-lacp-nm", drop(procBond), Recommended},
		{"lacp-nopartner", drop(procBond), Partial},
		{"slb-active", drop(procBond), Recommended},
		{"rhel6-brctl", drop("proc/net/bonding/bond0"), Undecided}, // ip of RHEL 6 prints no details
	} {
		h := host(t, c.name, c.edit)
		if got := bondVerdict(h, h.Bonds[0]); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func bondVerdict(h *topology.Host, b *topology.Bond) Verdict {
	var js []Judgement
	for _, a := range b.Attachments {
		js = append(js, Judge(h, b, a))
	}
	return BondVerdict(js).Verdict
}

// hostVerdict is the worst verdict of a host's bonds; a host without bonds where any could be is undecided.
func hostVerdict(h *topology.Host) Verdict {
	if len(h.Bonds) == 0 && !h.Seen(parsers.DatumLinks) && !h.Seen(parsers.DatumBonding) {
		return Undecided
	}
	v := NotAffected
	for _, b := range h.Bonds {
		v = Worst(v, bondVerdict(h, b))
	}
	return v
}

// notBetter reports whether a verdict that came of fewer facts claims no more than the one that came of all.
func notBetter(fewer, full Verdict) bool {
	return fewer == Undecided || verdictRank[fewer] >= verdictRank[full]
}

// lowers says for which hosts a datum is what makes their verdict as bad as it is: evidence of a fault, not a fact that a good verdict needs.
// Without it the verdict is the one that the mode has anyway, with its condition.
var lowers = map[string][]topology.Datum{
	"guests-off":    {parsers.DatumDomains}, // guests that are off are told by libvirt alone; without it nothing says that there are any
	"rr-loop":       {parsers.DatumFDB, parsers.DatumKernLog},
	"xor-vlan-loop": {parsers.DatumFDB, parsers.DatumKernLog},
	"rhv-rr":        {parsers.DatumVDSM, parsers.DatumOS},
}

// TestLessIsNotBetter takes single data out of every host, and pairs with those that most depends on: no verdict may become better for it.
func TestLessIsNotBetter(t *testing.T) {
	for _, name := range hosttest.Names(t) {
		t.Run(name, func(t *testing.T) {
			full := host(t, name)
			want := hostVerdict(full)
			first := []topology.Coverage{{}, full.Of(parsers.DatumLinks), full.Of(parsers.DatumBonding), full.Of(parsers.DatumBridges)}
			for _, c := range full.Coverage {
				if len(c.Files) == 0 || c.Datum == parsers.DatumManifest || slices.Contains(lowers[name], c.Datum) {
					continue
				}
				for _, d := range first {
					if d.Datum == c.Datum {
						continue
					}
					h := host(t, name, without(c, d))
					if got := hostVerdict(h); !notBetter(got, want) {
						t.Errorf("without %q and %q: %s instead of %s", c.Datum, d.Datum, got, want)
					}
				}
			}
		})
	}
}

// without removes the files that told something.
func without(data ...topology.Coverage) edit {
	return func(_ testing.TB, ar *txtar.Archive) {
		ar.Files = slices.DeleteFunc(ar.Files, func(f txtar.File) bool {
			return slices.ContainsFunc(data, func(c topology.Coverage) bool { return slices.Contains(c.Files, f.Name) })
		})
	}
}

// cutAfterBond leaves of the output of commands the first interfaces alone, up to the bond and a part of the next.
func cutAfterBond(t testing.TB, ar *txtar.Archive) {
	t.Helper()
	ar.Files = slices.DeleteFunc(ar.Files, func(f txtar.File) bool {
		return strings.HasPrefix(f.Name, "sos_commands/") && f.Name != ipLink && f.Name != uname
	})
	change(t, ar, ipLink, "bond0", func(s string) string {
		bond := strings.Index(s, "\n4: bond0: ")
		if next := strings.Index(s[bond+1:], "\n5: "); next >= 0 {
			return s[:bond+1+next+len("\n5: br")]
		}
		return s[:bond+80]
	})
}

// TestIncomplete: of a report that was cut off in the middle of `ip link`, what is missing from the text may not count as not there.
func TestIncomplete(t *testing.T) {
	for _, name := range []string{"tlb-netns", "alb-macvlan", "macvtap-lacp", "slb-active", "guests-off", "rhv-rr"} {
		t.Run(name, func(t *testing.T) {
			full := host(t, name)
			ar := archive(t, name, cutAfterBond)
			tree := hosttest.Tree(t, ar)
			tree.Complete = false
			tree.Notes = append(tree.Notes, "the archive is truncated")
			h := join.Host(parsers.FromTree(tree, parsers.Options{}))
			if h.Complete || len(h.Notes) == 0 {
				t.Error("the host does not know that its report is incomplete")
			}
			if got, want := hostVerdict(h), hostVerdict(full); !notBetter(got, want) {
				t.Errorf("%s, while the whole report says %s", got, want)
			}
		})
	}
}

// TestLostRuleset: where the ruleset may have been lost, nothing tells whether the switch ports need a channel.
func TestLostRuleset(t *testing.T) {
	h := host(t, "xor-srcmac")
	h.SLBTables = nil
	b := h.Bonds[0]
	if got := Judge(h, b, b.Attachments[0]).Conditions; len(got) != 1 || !strings.HasPrefix(got[0], "static EtherChannel") {
		t.Errorf("whole: conditions %q", got)
	}
	h.Complete, h.Intact = false, nil
	if j := Judge(h, b, b.Attachments[0]); len(j.Conditions) > 0 {
		t.Errorf("cut: %+v", j)
	}
	h.Intact = map[topology.Datum]bool{}
	for _, d := range deciding() {
		h.Intact[d] = true
	}
	if j := Judge(h, b, b.Attachments[0]); j.Verdict == Undecided || Lost(h) != "" {
		t.Errorf("only other data are lost: %+v", j)
	}
	h.Suspect = true
	if j := Judge(h, b, b.Attachments[0]); j.Verdict != Undecided || !strings.Contains(j.Summary, "corrupt") {
		t.Errorf("corrupt: %+v", j)
	}
}
