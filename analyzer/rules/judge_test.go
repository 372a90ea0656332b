package rules

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/bonding"
	"github.com/sosbond/sosbond/parsers/kernlog"
	"github.com/sosbond/sosbond/parsers/nft"
	"github.com/sosbond/sosbond/parsers/release"
)

const (
	modelMAC   = "52:54:00:aa:00:01"
	modelOther = "52:54:00:aa:00:02"
)

func told[T any](v T) topology.Fact[T] {
	return topology.Fact[T]{Value: v, Source: topology.Source{File: "file", Line: 1}}
}

// model is a host made by hand, for what no report in testdata shows: bond0 with two slaves that are up, and the running guest web01 behind
// port vnet0 of bridge br0 on it. All that rules ask for was read.
type model struct {
	host  *topology.Host
	bond  *topology.Bond
	on    *topology.Attachment
	guest *topology.GuestNIC
}

func newModel(mode topology.Mode) model {
	g := &topology.GuestNIC{Guest: "web01", Kind: topology.GuestVM, Interface: "vnet0", MAC: told(modelMAC), Running: true}
	br := &topology.Bridge{Name: "br0", Kind: topology.KindBridge, Link: &topology.Link{Name: "br0", Kind: topology.KindBridge}}
	br.Ports = []*topology.Port{{Name: "bond0"}, {Name: "vnet0", Guests: []*topology.GuestNIC{g}}}
	a := &topology.Attachment{Kind: topology.KindBridge, Name: "br0", Path: []string{"bond0", "br0"}, Port: "bond0", Bridge: br, Guests: []*topology.GuestNIC{g}}
	b := &topology.Bond{Name: "bond0", Kind: topology.BondKernel, Mode: told(mode), MIIStatus: told("up"), MAC: told("02:00:00:00:10:01"), Attachments: []*topology.Attachment{a}}
	for _, name := range []string{"eth0", "eth1"} {
		b.Slaves = append(b.Slaves, &topology.Slave{Name: name, MIIStatus: told("up")})
	}
	h := &topology.Host{Complete: true, Bonds: []*topology.Bond{b}, Bridges: []*topology.Bridge{br}}
	h.Coverage = []topology.Coverage{{Datum: parsers.DatumLinks, Status: parsers.StatusRead}, {Datum: parsers.DatumNFT, Status: parsers.StatusRead}}
	return model{h, b, a, g}
}

func (m model) judge() Judgement { return Judge(m.host, m.bond, m.on) }

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		name    string
		mode    topology.Mode
		change  func(m model)
		want    Verdict
		summary string
	}{
		{"as it is", bonding.ActiveBackup, func(model) {}, Partial, "failover"},

		{"LACP, all links up", bonding.LACP, func(m model) { m.bond.PartnerMAC = told("00:1c:73:0a:5b:11") }, Recommended, "every link carries guests"},
		{"LACP, one of two links up", bonding.LACP, func(m model) {
			m.bond.PartnerMAC, m.bond.AggregatorPorts, m.bond.Slaves[1].MIIStatus = told("00:1c:73:0a:5b:11"), told(1), told("down")
		}, Recommended, "1 of 2 links are up"},
		{"LACP, one of two links in the channel", bonding.LACP, func(m model) {
			m.bond.PartnerMAC, m.bond.AggregatorPorts = told("00:1c:73:0a:5b:11"), told(1)
		}, Partial, "1 of the 2 links"},

		{"the only slave is down", bonding.BalanceXOR, func(m model) {
			m.bond.Slaves = m.bond.Slaves[:1]
			m.bond.Slaves[0].MIIStatus = told("down")
		}, NotWorking, "nothing passes"},
		{"one of two slaves is down", bonding.BalanceXOR, func(m model) { m.bond.Slaves[0].MIIStatus = told("down") }, Recommended, "EtherChannel"},
		{"an old kernel says down of a bond that works", bonding.BalanceXOR, func(m model) {
			m.bond.MIIStatus, m.bond.Link = told("down"), &topology.Link{Name: "bond0", Up: true, State: "UP"}
		}, Recommended, "EtherChannel"},
		{"taken down by the administrator", bonding.BalanceXOR, func(m model) {
			m.bond.MIIStatus, m.bond.Link = told("down"), &topology.Link{Name: "bond0"}
		}, NotWorking, "nothing passes"},
		{"up without carrier", bonding.BalanceXOR, func(m model) {
			m.bond.MIIStatus, m.bond.Link = told("down"), &topology.Link{Name: "bond0", Up: true, State: "DOWN"}
		}, NotWorking, "nothing passes"},

		{"pods of OVN-Kubernetes", bonding.ActiveBackup, ovnPods, Undecided, "OVN-Kubernetes routes its pods"},
		{"pods of OVN-Kubernetes and a virtual machine", bonding.ActiveBackup, func(m model) {
			ovnPods(m)
			m.guest.Kind = topology.GuestVM
		}, Partial, "failover"},
		{"a Linux bridge on a node of OVN-Kubernetes", bonding.ActiveBackup, func(m model) {
			ovnPods(m)
			m.on.Kind = topology.KindBridge
		}, Partial, "failover"},
		{"Open vSwitch without OVN-Kubernetes", bonding.ActiveBackup, func(m model) {
			ovnPods(m)
			m.host.Links = nil
		}, Partial, "failover"},

		{"interfaces not collected, a port that could be a guest's", bonding.ActiveBackup, func(m model) {
			m.host.Coverage, m.on.Guests = nil, nil
		}, Undecided, "behind port vnet0"},
		{"interfaces not collected, no port but the bond's", bonding.ActiveBackup, func(m model) {
			m.host.Coverage, m.on.Guests, m.on.Bridge.Ports = nil, nil, m.on.Bridge.Ports[:1]
		}, NotAffected, "no guest"},

		{"the guest's MAC learned on the bond", bonding.ActiveBackup, func(m model) { m.learn("bond0", 0) }, NotWorking, "learned a guest's MAC"},
		{"the guest waits for the end of its migration", bonding.ActiveBackup, func(m model) {
			m.learn("bond0", 0)
			m.host.Domains = []*topology.Domain{{Name: "web01", Running: true, State: "paused"}}
		}, Partial, "failover"},
		{"VLAN filtering, learned in the guest's VLAN", bonding.ActiveBackup, func(m model) {
			m.on.Bridge.VLANs = true
			m.learn("vnet0", 7)
			m.learn("bond0", 7)
		}, NotWorking, "learned a guest's MAC"},
		{"VLAN filtering, learned in another VLAN", bonding.ActiveBackup, func(m model) {
			m.on.Bridge.VLANs = true
			m.learn("vnet0", 7)
			m.learn("bond0", 8)
		}, Partial, "failover"},

		{"RHV on RHEL 6, broadcast", bonding.Broadcast, func(m model) { m.rhv(6) }, NotWorking, "Red Hat Virtualization does not allow broadcast"},
		{"RHV on RHEL 7, broadcast", bonding.Broadcast, func(m model) { m.rhv(7) }, NotRecommended, "broadcast"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newModel(c.mode)
			c.change(m)
			if j := m.judge(); j.Verdict != c.want || !strings.Contains(j.Summary, c.summary) {
				t.Errorf("%s (%s), want %s (%s)", j.Verdict, j.Summary, c.want, c.summary)
			}
		})
	}
}

// ovnPods makes the guest a pod on the Open vSwitch of OVN-Kubernetes.
func ovnPods(m model) {
	m.on.Kind, m.guest.Kind = topology.AttachedOVS, topology.GuestContainer
	m.host.Links = append(m.host.Links, &topology.Link{Name: "ovn-k8s-mp0"})
}

func (m model) learn(dev string, vlan int) {
	m.host.FDB = append(m.host.FDB, topology.FDBEntry{MAC: modelMAC, Dev: dev, Bridge: "br0", VLAN: vlan})
}

func (m model) rhv(major int) {
	m.host.Platform, m.host.OS = told(topology.RHV), told(release.OS{ID: "rhel", MajorNumber: major})
}

// TestWorkaround: what the rules that rewrite MACs are worth.
func TestWorkaround(t *testing.T) {
	good := nft.Rewrite{Hook: "postrouting", OutIfs: []string{"bond0"}, Guests: []string{modelMAC}, NewMAC: "02:00:00:00:10:01", AllBroad: true}
	unhooked, stale := good, good
	unhooked.Hook = ""
	stale.Guests = []string{modelMAC, modelOther}
	elsewhere := []*topology.Domain{{Name: "db01", Interfaces: []topology.DomainNIC{{MAC: told(modelOther)}}}}
	for _, c := range []struct {
		name                           string
		rule                           nft.Rewrite
		domains                        []*topology.Domain
		covered, missing, stale, wrong int
	}{
		{"complete", good, nil, 1, 0, 0, 0},
		{"in a chain that nothing calls", unhooked, nil, 0, 1, 0, 1},
		{"with the MAC of no guest", stale, nil, 1, 0, 1, 0},
		{"with the MAC of a guest elsewhere on the host", stale, elsewhere, 1, 0, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newModel(bonding.BalanceXOR)
			m.host.Rewrites = []topology.Rewrite{{Rewrite: c.rule, Tool: "nft", Source: topology.Source{File: "nft", Line: 3}}}
			m.host.Domains = c.domains
			w := workaroundOf(m.host, m.bond, m.on)
			got := []int{len(w.covered), len(w.missing), len(w.stale), len(w.wrong)}
			if diff := cmp.Diff([]int{c.covered, c.missing, c.stale, c.wrong}, got); diff != "" {
				t.Errorf("covered, missing, stale, wrong (-want +got):\n%s", diff)
			}
			if covers := workaroundCovers(m.host, m.bond, m.on); covers != (c.missing+c.wrong == 0) {
				t.Errorf("workaroundCovers: %v", covers)
			}
		})
	}
}

// TestCiteLoops: of several messages the first and the last are quoted, of one that one.
func TestCiteLoops(t *testing.T) {
	for count, want := range map[int]int{1: 1, 2: 2, 15: 2} {
		e := topology.Event{Event: kernlog.Event{Kind: kernlog.OwnAddress, Count: count}, Source: topology.Source{File: "dmesg", Line: 1}, Last: topology.Source{File: "dmesg", Line: 9}}
		if got := citeLoops([]topology.Event{e}); len(got) != want {
			t.Errorf("%d messages: %+v", count, got)
		}
	}
}

// TestDisputedMode: where /proc/net/bonding and `ip -d link` disagree on the mode, no good verdict rests on either; a bad one stays.
func TestDisputedMode(t *testing.T) {
	for _, c := range []struct {
		host, from, to string
		want           Verdict
	}{
		{"rhel9-lacp-nm", "bond mode 802.3ad", "bond mode balance-alb", Undecided},
		{"ab-obfuscated", "bond mode active-backup", "bond mode balance-alb", Undecided},
		{"alb-netns", "bond mode balance-alb", "bond mode 802.3ad", NotWorking},
	} {
		h := host(t, c.host, func(t testing.TB, ar *txtar.Archive) {
			change(t, ar, ipLink, c.from, func(s string) string { return strings.ReplaceAll(s, c.from, c.to) })
		})
		if got := hostVerdict(h); got != c.want {
			t.Errorf("%s, %q instead of %q: %s, want %s", c.host, c.to, c.from, got, c.want)
		}
	}
}
