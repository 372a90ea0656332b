package rules

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// switchModel is a model whose bond is a team or one of Open vSwitch.
type switchModel struct{ model }

func newTeam(runner string, mode topology.Mode) switchModel {
	m := newModel(mode)
	m.bond.Name, m.bond.Kind, m.bond.Runner, m.bond.MIIStatus = "team0", topology.KindTeam, told(runner), topology.Fact[string]{}
	m.bond.Link = &topology.Link{Name: "team0", Kind: topology.KindTeam, Up: true, State: "UP"}
	m.bond.Source, m.on.Path = told("").Source, []string{"team0", "br0"}
	return switchModel{m}
}

func newOVS(mode, lacp string) switchModel {
	m := newModel(bonding.Unknown)
	m.bond.Name, m.bond.Kind, m.bond.Mode, m.bond.MIIStatus = "bond1", topology.BondOVS, topology.Fact[topology.Mode]{Value: bonding.Unknown}, topology.Fact[string]{}
	if mode != "" {
		m.bond.OVSMode = told(mode)
	}
	if lacp != "" {
		m.bond.LACPStatus = told(lacp)
	}
	m.on.Kind, m.on.Bridge.Kind, m.on.Bridge.Named = topology.AttachedOVS, topology.KindOVS, true
	m.bond.Source, m.on.Path = told("").Source, []string{"bond1", "br0"}
	return switchModel{m}
}

// put changes what sits on the bond.
func (m switchModel) put(on string) {
	m.guest.Source, m.on.Source, m.on.Bridge.Source = told("").Source, told("").Source, told("").Source
	switch on {
	case "VMs":
	case "containers":
		m.guest.Kind = topology.GuestContainer
	case "empty bridge":
		m.on.Guests, m.on.Bridge.Ports = nil, m.on.Bridge.Ports[:1]
	case "host":
		m.on.Kind, m.on.Name, m.on.Bridge, m.on.Guests, m.on.Path = topology.AttachedHost, topology.AttachedHost, nil, nil, m.on.Path[:1]
	case "unknown":
		m.on.Kind, m.on.Name, m.on.Bridge, m.on.Guests, m.on.Path = topology.AttachedUnknown, topology.AttachedUnknown, nil, nil, m.on.Path[:1]
		m.host.Coverage = []topology.Coverage{{Datum: parsers.DatumLinks, Title: "network interfaces", Status: parsers.StatusNotCollected, Ask: "ip -s -d link"}}
	}
}

func partnerOf(mac string) func(switchModel) {
	return func(m switchModel) { m.bond.PartnerMAC = told(mac) }
}

// TestSwitchMatrix is the table for teams and bonds of Open vSwitch. Whatever the verdict, a finding tells why.
func TestSwitchMatrix(t *testing.T) {
	none := func(switchModel) {}
	fallback := func(m switchModel) { m.bond.FallbackAB = told("true") }
	wanted := func(m switchModel) {
		m.bond.Configs = []*topology.BondConfig{{System: topology.ConfigOVSDB, Name: "bond1", Options: []topology.ConfigOption{{Name: "lacp", Value: "active", Source: told("").Source}}}}
	}
	off := func(m switchModel) {
		for _, s := range m.bond.Slaves {
			s.MIIStatus = told("down")
		}
	}
	for _, row := range []struct {
		name   string
		make   func() switchModel
		change func(switchModel)
		//           VMs   cont. empty host  unknown
		want [5]Verdict
	}{
		{"team roundrobin", func() switchModel { return newTeam("roundrobin", bonding.BalanceRR) }, none, [5]Verdict{notr, notr, free, free, open}},
		{"team random", func() switchModel { return newTeam("random", bonding.BalanceRR) }, none, [5]Verdict{notr, notr, free, free, open}},
		{"team broadcast", func() switchModel { return newTeam("broadcast", bonding.Broadcast) }, none, [5]Verdict{notr, notr, free, free, open}},
		{"team loadbalance", func() switchModel { return newTeam("loadbalance", bonding.BalanceXOR) }, none, [5]Verdict{rec, rec, free, free, open}},
		{"team activebackup", func() switchModel { return newTeam("activebackup", bonding.ActiveBackup) }, none, [5]Verdict{part, part, free, free, open}},
		{"team lacp with a partner", func() switchModel { return newTeam("lacp", bonding.LACP) }, partnerOf(labPartner), [5]Verdict{rec, rec, free, free, open}},
		{"team lacp, a link outside", func() switchModel { return newTeam("lacp", bonding.LACP) }, func(m switchModel) {
			partnerOf(labPartner)(m)
			m.bond.AggregatorPorts = told(1)
		}, [5]Verdict{part, part, free, free, open}},
		{"team lacp without a partner", func() switchModel { return newTeam("lacp", bonding.LACP) }, partnerOf("00:00:00:00:00:00"), [5]Verdict{bad, bad, free, free, open}},
		{"team lacp, partner not collected", func() switchModel { return newTeam("lacp", bonding.LACP) }, none, [5]Verdict{open, open, free, free, open}},
		{"team, runner not collected", func() switchModel {
			m := newTeam("", bonding.Unknown)
			m.bond.Runner, m.bond.Mode = topology.Fact[string]{}, topology.Fact[topology.Mode]{Value: bonding.Unknown}
			return m
		}, none, [5]Verdict{open, open, open, open, open}},
		{"team loadbalance, all ports down", func() switchModel { return newTeam("loadbalance", bonding.BalanceXOR) }, off, [5]Verdict{bad, bad, free, free, open}},
		{"team lacp, the guest's MAC on it", func() switchModel { return newTeam("lacp", bonding.LACP) }, func(m switchModel) {
			partnerOf(labPartner)(m)
			m.learn("team0", 0)
		}, [5]Verdict{bad, bad, free, free, open}},
		{"team roundrobin on RHV", func() switchModel { return newTeam("roundrobin", bonding.BalanceRR) }, func(m switchModel) { m.rhv(8) }, [5]Verdict{notr, notr, free, free, open}},

		{"Open vSwitch active-backup", func() switchModel { return newOVS("active-backup", "off") }, none, [5]Verdict{rec, rec, free, free, open}},
		{"Open vSwitch active-backup, LACP configured", func() switchModel { return newOVS("active-backup", "configured") }, none, [5]Verdict{bad, bad, free, free, open}},
		{"Open vSwitch active-backup, LACP configured, fallback", func() switchModel { return newOVS("active-backup", "configured") }, fallback, [5]Verdict{rec, rec, free, free, open}},
		{"Open vSwitch active-backup, LACP asked for and not told", func() switchModel { return newOVS("active-backup", "") }, wanted, [5]Verdict{open, open, free, free, open}},
		{"Open vSwitch active-backup, no member enabled", func() switchModel { return newOVS("active-backup", "off") }, off, [5]Verdict{bad, bad, free, free, open}},
		{"Open vSwitch active-backup, the guest's MAC on it", func() switchModel { return newOVS("active-backup", "off") }, func(m switchModel) { m.learn("bond1", 0) },
			[5]Verdict{bad, bad, free, free, open}},
		{"Open vSwitch balance-slb", func() switchModel { return newOVS("balance-slb", "off") }, none, [5]Verdict{rec, rec, free, free, open}},
		{"Open vSwitch balance-slb, LACP negotiated", func() switchModel { return newOVS("balance-slb", "negotiated") }, none, [5]Verdict{rec, rec, free, free, open}},
		{"Open vSwitch balance-slb, LACP configured", func() switchModel { return newOVS("balance-slb", "configured") }, none, [5]Verdict{bad, bad, free, free, open}},
		{"Open vSwitch balance-tcp, LACP negotiated", func() switchModel { return newOVS("balance-tcp", "negotiated") }, none, [5]Verdict{rec, rec, free, free, open}},
		{"Open vSwitch balance-tcp, LACP configured", func() switchModel { return newOVS("balance-tcp", "configured") }, none, [5]Verdict{bad, bad, free, free, open}},
		{"Open vSwitch balance-tcp, LACP configured, fallback", func() switchModel { return newOVS("balance-tcp", "configured") }, fallback, [5]Verdict{part, part, free, free, open}},
		{"Open vSwitch balance-tcp, LACP off", func() switchModel { return newOVS("balance-tcp", "off") }, fallback, [5]Verdict{bad, bad, free, free, open}},
		{"Open vSwitch balance-tcp, LACP not told", func() switchModel { return newOVS("balance-tcp", "") }, none, [5]Verdict{open, open, free, free, open}},
		{"Open vSwitch, mode not collected", func() switchModel { return newOVS("", "") }, none, [5]Verdict{open, open, free, free, open}},
		{"Open vSwitch, a mode of the future", func() switchModel { return newOVS("balance-next", "off") }, none, [5]Verdict{open, open, free, free, open}},
	} {
		for i, on := range []string{"VMs", "containers", "empty bridge", "host", "unknown"} {
			t.Run(row.name+"/"+on, func(t *testing.T) {
				m := row.make()
				m.put(on)
				row.change(m)
				j := m.judge()
				if j.Verdict != row.want[i] || j.Summary == "" {
					t.Errorf("%s, want %s (%s)", j.Verdict, row.want[i], j.Summary)
				}
				findings, _ := Run(m.host)
				for _, f := range findings {
					checkFinding(t, f)
				}
				if !explains(findings, j.Verdict) {
					t.Errorf("%s (%s), and no finding tells why: %+v", j.Verdict, j.Summary, titles(findings))
				}
			})
		}
	}
}

// explains reports a finding that can be what a verdict rests on: as severe as the verdict is bad.
func explains(findings []Finding, v Verdict) bool {
	least := map[Verdict]Severity{NotWorking: Error, NotRecommended: Warning, Partial: Warning, Undecided: Info, Recommended: OK, NotAffected: OK}[v]
	return slices.ContainsFunc(findings, func(f Finding) bool { return f.Severity.AtLeast(least) })
}

func titles(findings []Finding) (list []string) {
	for _, f := range findings {
		list = append(list, f.Rule+" "+string(f.Severity)+" "+f.Title)
	}
	return list
}

// TestOVSConditions: balance-slb without LACP wants its switch ports in no channel; with LACP they are in one.
func TestOVSConditions(t *testing.T) {
	for lacp, want := range map[string]int{"off": 1, "negotiated": 0} {
		if j := newOVS("balance-slb", lacp).judge(); len(j.Conditions) != want || want > 0 && !strings.Contains(j.Conditions[0], "no channel on the switch ports of eth0 and eth1") {
			t.Errorf("LACP %s: %q", lacp, j.Conditions)
		}
	}
}

// TestNodeWithoutReport: of a node that a must-gather alone tells of, a finding names how to get what decides.
func TestNodeWithoutReport(t *testing.T) {
	node := func(m model) {
		m.host.Node, m.host.Name, m.host.Platform = "worker-1", told("worker-1"), told(topology.OpenShift)
		m.host.Cluster.VMsSeen = true
		m.host.Coverage = append(m.host.Coverage, topology.Coverage{Datum: parsers.DatumBonding, Title: "state of the bonds", Status: parsers.StatusNotCollected,
			Ask: "oc debug node/worker-1 -- chroot /host cat /proc/net/bonding/*"})
	}
	for _, c := range []struct {
		name string
		make func() model
		want string
	}{
		{"LACP, partner unknown", func() model { return newModel(bonding.LACP) }, "oc debug node/worker-1 -- chroot /host cat /proc/net/bonding/*"},
		{"guests unknown", func() model {
			m := newModel(bonding.ActiveBackup)
			m.on.Guests = nil
			m.on.Bridge.Ports = m.on.Bridge.Ports[:1]
			return m
		}, "oc get vm,vmi -A -o yaml"},
		{"pods of OVN-Kubernetes", func() model {
			m := newModel(bonding.ActiveBackup)
			ovnPods(m)
			return m
		}, "oc get net-attach-def -A -o yaml"},
		{"runner of a team", func() model {
			m := newTeam("", bonding.Unknown)
			m.bond.Runner, m.bond.Mode = topology.Fact[string]{}, topology.Fact[topology.Mode]{Value: bonding.Unknown}
			return m.model
		}, "oc debug node/worker-1 -- chroot /host teamdctl TEAM state dump"},
		{"LACP of Open vSwitch", func() model { return newOVS("balance-tcp", "").model }, "oc debug node/worker-1 -- chroot /host ovs-appctl bond/show"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := c.make()
			node(m)
			if c.name == "guests unknown" {
				m.host.Cluster.VMsSeen = false
			}
			if j := m.judge(); j.Verdict != Undecided {
				t.Fatalf("%+v", j)
			}
			findings, _ := Run(m.host)
			found := slices.ContainsFunc(findings, func(f Finding) bool {
				return f.Rule == "SB300" && strings.Contains(f.Title, "stays open without it") &&
					slices.ContainsFunc(f.Remediation, func(r Remedy) bool {
						return slices.Contains(r.Commands, c.want) && strings.Contains(r.Note, "`oc` is logged in")
					})
			})
			if !found {
				t.Errorf("no finding asks for it: %q", titles(findings))
			}
			for _, f := range findings {
				checkFinding(t, f)
			}
		})
	}
}

// switchHosts are hosts with teams and bonds of Open vSwitch on which the rules about them fire.
func switchHosts(t testing.TB) map[string]func() *topology.Host {
	t.Helper()
	list := map[string]func() *topology.Host{}
	for _, c := range switchCases {
		if c.kind == fires && c.lab == nil {
			list[c.rule+", "+c.name] = func() *topology.Host { return host(t, c.host, c.edits...) }
		}
	}
	ifcfg := all(drop(teamKey), add("etc/sysconfig/network-scripts/ifcfg-team0",
		"DEVICE=team0\nDEVICETYPE=Team\nONBOOT=yes\nBRIDGE=br0\nTEAM_CONFIG='{\"runner\": {\"name\": \"activebackup\"}}'\n"))
	list["ifcfg"] = func() *topology.Host { return host(t, "sw-team-lacp", setRunner("roundrobin"), rhel8, ifcfg) }
	list["ifcfg, RHEL 7"] = func() *topology.Host {
		return host(t, "sw-team-lacp", setRunner("roundrobin"), sub("etc/os-release", `"9.4"`, `"7.9"`), ifcfg)
	}
	list["Debian"] = func() *topology.Host {
		return host(t, "sw-team-lacp", setRunner("loadbalance"), systems["none"], drop(teamKey))
	}
	list["OpenShift"] = func() *topology.Host {
		return host(t, "sw-ovs-tcp", setOVSMode("balance-tcp", "configured"), rhcos("4.18"))
	}
	return list
}

// TestSwitchHostileNames gives what teams and Open vSwitch name such names, and looks for them in the commands.
func TestSwitchHostileNames(t *testing.T) {
	names := map[string][]string{
		"bond": {"team0", "bond1"}, "members": {"eth0", "eth1"}, "bridge": {"br0", "br1"}, "ports": {"vnet0"}, "guests": {"web01"}, "macs": {modelMAC}, "primary": {"eth9"},
		"host": {"kvm21.example.com", "kvm22.example.com"}, "runner": {"lacp", "activebackup", "loadbalance"},
	}
	first := map[string]bool{} // one place of each rule, the worst cases of which differ in words alone
	hosts := switchHosts(t)
	for _, name := range slices.Sorted(maps.Keys(hosts)) {
		make, rule := hosts[name], strings.SplitN(name, ",", 2)[0]
		if first[rule] && strings.HasPrefix(rule, "SB") {
			continue
		}
		first[rule] = true
		for what, old := range names {
			t.Run(name+"/"+what, func(t *testing.T) {
				for _, bad := range hostile {
					h := make()
					if !rename(reflect.ValueOf(h), old, bad, map[uintptr]bool{}) {
						return
					}
					checkHostile(t, h, bad)
				}
			})
		}
	}
}

// TestSwitchRemedies: the commands fit the system that configures the team.
func TestSwitchRemedies(t *testing.T) {
	hosts := switchHosts(t)
	for _, c := range []struct{ host, rule, want string }{
		{"SB280, roundrobin", "SB280", `nmcli connection modify team0 team.config '{"runner": {"name": "activebackup"}, "link_watch": {"name": "ethtool"} }'`},
		{"ifcfg", "SB280", "nmcli connection up ifname team0"},
		{"ifcfg, RHEL 7", "SB280", "ifup team0"},
		{"Debian", "SB280", `#   {"runner": {"name": "lacp", "active": true, "fast_rate": true, "tx_hash": ["eth", "ipv4", "ipv6"]}, "link_watch": {"name": "ethtool"} }`},
		{"SB282, RHEL 9", "SB282", "team2bond --config=\"$HOME\"/team.json --rename=bond0"},
		{"OpenShift", "SB285", "ovs-vsctl set port bond1 other_config:lacp-fallback-ab=true"},
	} {
		findings, _ := Run(hosts[c.host]())
		found := false
		for _, f := range findings {
			checkFinding(t, f)
			found = found || f.Rule == c.rule && slices.ContainsFunc(f.Remediation, func(r Remedy) bool { return slices.Contains(r.Commands, c.want) })
		}
		if !found {
			t.Errorf("%s: %s does not say %q", c.host, c.rule, c.want)
		}
	}
}
