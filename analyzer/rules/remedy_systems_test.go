package rules

import (
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/sosbond/sosbond/analyzer/hosttest"
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// moreSystems are edits that make the systems beside those of Red Hat configure the bond of a lab: active-backup with miimon and updelay.
var moreSystems = map[string]edit{
	topology.ConfigNetplan: all(ubuntu, add(netplanBond, "network:\n  version: 2\n  bonds:\n    bond0:\n      interfaces: [eth0, eth1]\n      parameters:\n        mode: active-backup\n"+
		"        mii-monitor-interval: 100\n        up-delay: 200\n")),
	topology.ConfigNetworkd: all(systems["none"],
		add("etc/systemd/network/10-bond0.netdev", "[NetDev]\nName=bond0\nKind=bond\n\n[Bond]\nMode=active-backup\nMIIMonitorSec=100ms\nUpDelaySec=200ms\n"),
		add("etc/systemd/network/20-ports.network", "[Match]\nName=eth0 eth1\n\n[Network]\nBond=bond0\n")),
	topology.ConfigIfupdown: all(systems["none"], add("etc/network/interfaces", "auto bond0\niface bond0 inet manual\n    bond-slaves eth0 eth1\n    bond-mode active-backup\n    bond-miimon 100\n    bond-updelay 200\n")),
	topology.ConfigWicked:   all(suse, add("etc/sysconfig/network/ifcfg-bond0", "STARTMODE='auto'\nBONDING_MASTER='yes'\nBONDING_MODULE_OPTS='mode=active-backup miimon=100 updelay=200'\nBONDING_SLAVE0='eth0'\nBONDING_SLAVE1='eth1'\n")),
	topology.ConfigOSNetConfig: add("etc/os-net-config/config.yaml", "network_config:\n- type: linux_bond\n  name: bond0\n  bonding_options: mode=active-backup miimon=100 updelay=200\n"+
		"  members:\n  - {type: interface, name: eth0}\n  - {type: interface, name: eth1}\n"),
	"rendered": all(ubuntu, add("run/systemd/network/10-netplan-bond0.netdev", "[NetDev]\nName=bond0\nKind=bond\n\n[Bond]\nMode=active-backup\nMIIMonitorSec=100ms\nUpDelaySec=200ms\n")),
}

func labView(t *testing.T, edits ...edit) *View {
	t.Helper()
	h := lab{mode: 1, on: "VLAN", edits: edits}.host(t)
	b := h.Bond("bond0")
	return newView(h, Hit{Bond: b, Attachment: b.Attachments[0]})
}

func TestSystem(t *testing.T) {
	for name, e := range moreSystems {
		want := name
		if name == "rendered" {
			want = topology.ConfigNetplan
		}
		if v := labView(t, e); v.System != want {
			t.Errorf("%s: %q", name, v.System)
		}
	}
	for _, c := range []struct {
		name  string
		edits []edit
		want  string
	}{
		{"netplan and what it renders for NetworkManager", []edit{moreSystems[topology.ConfigNetplan],
			add("run/NetworkManager/system-connections/netplan-bond0.nmconnection", "[connection]\nid=netplan-bond0\ntype=bond\ninterface-name=bond0\n\n[bond]\nmode=active-backup\n")}, topology.ConfigNetplan},
		{"what it renders for NetworkManager, alone", []edit{ubuntu,
			add("run/NetworkManager/system-connections/netplan-bond0.nmconnection", "[connection]\nid=netplan-bond0\ntype=bond\ninterface-name=bond0\n\n[bond]\nmode=active-backup\n")}, topology.ConfigNetplan},
		{"os-net-config and the ifcfg files that it wrote", []edit{moreSystems[topology.ConfigOSNetConfig], systems["ifcfg"]}, topology.ConfigOSNetConfig},
		{"RHV before all", []edit{systems["rhv"], systems["ifcfg"], moreSystems[topology.ConfigOSNetConfig]}, "rhv"},
		{"OpenShift", []edit{systems["nncp"], systems["ifcfg"]}, "nncp"},
		{"nothing on Debian", []edit{systems["none"]}, "other"},
		{"nothing on Red Hat", nil, "nmcli"},
		{"bond= for the initrd", []edit{systems["none"], add("proc/cmdline", "ro bond=bond0:eth0,eth1:mode=active-backup\n")}, "other"},
	} {
		if v := labView(t, c.edits...); v.System != c.want {
			t.Errorf("%s: %q, want %q", c.name, v.System, c.want)
		}
	}
}

// bash checks commands with the shell that they are for.
func bash(t *testing.T, text string) {
	t.Helper()
	checkCommands(t, strings.Split(text, "\n"))
	if _, err := exec.LookPath("bash"); err != nil {
		return
	}
	cmd := exec.Command("bash", "-n")
	cmd.Stdin = strings.NewReader(text)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %s\n%s", err, out, text)
	}
}

// TestSystems: what the remedies write for each system.
func TestSystems(t *testing.T) {
	for name, want := range map[string][]string{
		topology.ConfigNetplan: {"cp -p /etc/netplan/60-bond.yaml ~/60-bond.yaml.before", "#           mode: '802.3ad'", "#           mii-monitor-interval: 100", "#           lacp-rate: 'fast'",
			"#           transmit-hash-policy: 'layer2+3'", "#           up-delay: 200", "netplan generate && netplan apply", "#   ip link delete dev bond0 && netplan apply"},
		"rendered": {"# in the file in /etc/netplan that has the bond:", "netplan generate && netplan apply"},
		topology.ConfigNetworkd: {"cp -p /etc/systemd/network/10-bond0.netdev ~/10-bond0.netdev.before", "#   Mode=802.3ad", "#   MIIMonitorSec=100ms", "#   TransmitHashPolicy=layer2+3",
			"#   LACPTransmitRate=fast", "#   UpDelaySec=200ms", "networkctl delete bond0 && networkctl reload"},
		topology.ConfigIfupdown: {"cp -p /etc/network/interfaces ~/interfaces.before", "#     bond-mode 802.3ad", "#     bond-xmit-hash-policy layer2+3", "#     bond-lacp-rate 1", "ifdown br0\nifdown bond0.100\nifdown bond0\nifup bond0\nifup bond0.100\nifup br0",
			"ifreload -a"},
		topology.ConfigWicked: {"cp -p /etc/sysconfig/network/ifcfg-bond0 ~/ifcfg-bond0.before", `BONDING_MODULE_OPTS='\''`, "mode=802.3ad miimon=100 lacp_rate=1", "wicked ifreload bond0",
			"wicked ifdown br0 bond0.100 bond0; wicked ifup bond0 bond0.100 br0"},
		topology.ConfigOSNetConfig: {"EDPM", `#   bonding_options: "mode=802.3ad miimon=100 lacp_rate=1 xmit_hash_policy=2 updelay=200"`, "os-net-config -c /etc/os-net-config/config.yaml -v"},
	} {
		t.Run(name, func(t *testing.T) {
			v := labView(t, moreSystems[name])
			text := v.Set("mode=802.3ad miimon=100 lacp_rate=1 xmit_hash_policy=2")
			if name == topology.ConfigWicked || name == topology.ConfigOSNetConfig || name == topology.ConfigIfupdown { // which hand the values on as they are
				want = slices.Clone(want)
			}
			for i, s := range want {
				if name == topology.ConfigIfupdown && strings.Contains(s, "layer2+3") {
					want[i] = "#     bond-xmit-hash-policy 2"
				}
				if !strings.Contains(text, want[i]) && !strings.Contains(text, strings.Replace(want[i], `'\''`, "'", 1)) {
					t.Errorf("no %q in\n%s", want[i], text)
				}
			}
			if strings.Contains(text, "ip link set dev") || strings.Contains(text, "nmcli") {
				t.Errorf("another system's commands:\n%s", text)
			}
			bash(t, text)
			bash(t, v.Change("primary=eth0", "-updelay"))
			bash(t, v.Reapply())
			bash(t, v.Record())
			if strings.Contains(v.Record(), "netplan apply") || strings.Contains(v.Record(), "ifup") || strings.Contains(v.Record(), "networkctl") {
				t.Errorf("it applies what it writes:\n%s", v.Record())
			}
		})
	}
}

// TestOddOptions: options that a system has no word for, or writes in another way.
func TestOddOptions(t *testing.T) {
	for _, c := range []struct{ system, options, want string }{
		{topology.ConfigNetplan, "mode=1 num_unsol_na=3 arp_ip_target=192.0.2.1,192.0.2.2 all_slaves_active=1", "arp-ip-targets: [192.0.2.1,192.0.2.2]"},
		{topology.ConfigNetplan, "mode=1 num_unsol_na=3", "# netplan has no key for num_unsol_na"},
		{topology.ConfigNetplan, "mode=1 all_slaves_active=1", "all-slaves-active: true"},
		{topology.ConfigNetworkd, "mode=1 primary=eth0", "# in the .network file of eth0, section [Network]: PrimarySlave=yes"},
		{topology.ConfigNetworkd, "mode=1 arp_ip_target=192.0.2.1,192.0.2.2", "#   ARPIPTargets=192.0.2.1 192.0.2.2"},
		{topology.ConfigNetworkd, "mode=1 num_unsol_na=3", "# networkd has no key for num_unsol_na"},
		{topology.ConfigIfupdown, "mode=1 arp_ip_target=192.0.2.1,192.0.2.2", "#     bond-arp-ip-target 192.0.2.1 192.0.2.2"},
		{topology.ConfigWicked, "mode=1 x=$(reboot)", "is no option that can be written here"},
	} {
		text := labView(t, moreSystems[c.system]).Set(c.options)
		if !strings.Contains(text, c.want) {
			t.Errorf("%s, %s: no %q in\n%s", c.system, c.options, c.want, text)
		}
		bash(t, text)
	}
}

// TestNetworkdSection: the keys of [Bond] stand together, and what belongs into another file after them.
func TestNetworkdSection(t *testing.T) {
	text := labView(t, moreSystems[topology.ConfigNetworkd]).Set("mode=active-backup miimon=100 primary=eth0 primary_reselect=better num_unsol_na=3 num_grat_arp=3")
	want := strings.Join([]string{"#   [Bond]", "#   Mode=active-backup", "#   MIIMonitorSec=100ms", "#   PrimaryReselectPolicy=better", "#   GratuitousARP=3", "#   UpDelaySec=200ms",
		"# in the .network file of eth0, section [Network]: PrimarySlave=yes", "# networkd has no key for num_unsol_na"}, "\n")
	if !strings.Contains(text, want) {
		t.Errorf("no\n%s\nin\n%s", want, text)
	}
	bash(t, text)
}

// TestExplainedChange: what stands for the options of a bond that nobody knows has a monitor, and a comment says that the others stay.
func TestExplainedChange(t *testing.T) {
	for _, c := range []struct {
		changes          []string
		comment, options string
	}{
		{[]string{"updelay=30000"}, "# in place of mode=MODE miimon=100 write all options that the bond has: every other one stays\n", "mode=MODE miimon=100 updelay=30000"},
		{[]string{"-use_carrier"}, "# in place of mode=MODE miimon=100 write all options that the bond has: every other one stays; out go: use_carrier\n", "mode=MODE miimon=100"},
		{[]string{"miimon=100", "-arp_interval", "-arp_validate"}, "# in place of mode=MODE write all options that the bond has: every other one stays; out go: arp_interval, arp_validate\n", "mode=MODE miimon=100"},
	} {
		text := exampleView().Change(c.changes...)
		if !strings.HasPrefix(text, c.comment) {
			t.Errorf("%v: no %q before\n%s", c.changes, c.comment, text)
		}
		if want := `BONDING_OPTS="` + c.options + `"`; !strings.Contains(text, want) {
			t.Errorf("%v: no %s in\n%s", c.changes, want, text)
		}
		bash(t, text)
	}
	if text := labView(t, systems["ifcfg"]).Change("updelay=30000"); strings.Contains(text, "every other one stays") {
		t.Errorf("a comment for a bond that is known:\n%s", text)
	}
}

// TestTeamHasNoOptions: what the kernel's driver takes is nothing for teamd and Open vSwitch.
func TestTeamHasNoOptions(t *testing.T) {
	for _, kind := range []string{topology.KindTeam, topology.BondOVS} {
		v := labView(t, systems["ifcfg"])
		v.bond.Kind = kind
		if text := v.Set("mode=4") + v.Change("miimon=100") + v.Record() + v.Reapply(); text != "" {
			t.Errorf("%s: %s", kind, text)
		}
	}
}

// TestDesiredWithoutSlaves: an empty list of ports would take the slaves out of the bond.
func TestDesiredWithoutSlaves(t *testing.T) {
	v := labView(t, systems["nmstate"])
	if text := v.Set("mode=4"); !strings.Contains(text, "    port:\n    - 'eth0'\n") {
		t.Errorf("no ports:\n%s", text)
	}
	v.Slaves = nil
	if text := v.Set("mode=4"); strings.Contains(text, "port:") {
		t.Errorf("an empty list:\n%s", text)
	}
}

// TestExplainShowsAllSystems: a reader without a report finds the own system.
func TestExplainShowsAllSystems(t *testing.T) {
	v := exampleView()
	set := v.Set("mode=802.3ad miimon=100")
	for _, w := range v.writers() {
		if w.name != "" && !strings.Contains(set, "# "+w.name+"\n") {
			t.Errorf("no %s in\n%s", w.name, set)
		}
	}
	bash(t, set)
	bash(t, v.Record())
	bash(t, v.Reapply())
	if v.Adopt() == "" {
		t.Error("nothing to adopt")
	}
}

// TestEveryOtherSystem: the texts of all rules for the systems beside those of Red Hat, with drift and with hostile names.
func TestEveryOtherSystem(t *testing.T) {
	for name, system := range moreSystems {
		for mode := range modeNames {
			t.Run(name+"/"+modeNames[mode], func(t *testing.T) {
				l := lab{mode: mode, on: "VMs", arp: mode < 4, edits: []edit{system, poison, add(dmesg, ownAddress)}}
				findings, _ := Run(l.host(t))
				for _, f := range findings {
					checkFinding(t, f)
				}
				if mode != 1 && !slices.ContainsFunc(findings, func(f Finding) bool { return f.Rule == "SB260" }) {
					t.Error("the mode differs, and no finding says so")
				}
				for _, old := range [][]string{{"bond0"}, {"eth0", "eth1"}, {"br0"}} {
					for _, bad := range hostile {
						h := l.host(t)
						rename(reflect.ValueOf(h), old, bad, map[uintptr]bool{})
						checkHostile(t, h, bad)
					}
				}
			})
		}
	}
}

// TestHostileFiles: names of files and profiles come from the report too.
func TestHostileFiles(t *testing.T) {
	for name, system := range moreSystems {
		for _, bad := range hostile {
			if strings.Contains(bad, "/PWNED") {
				continue // a path whose last part is a good name
			}
			h := lab{mode: 0, on: "VMs", edits: []edit{system, poison}}.host(t)
			for _, c := range h.Configs {
				c.File, c.Connection, c.Policy = "etc/"+bad, bad, bad
			}
			t.Run(name, func(t *testing.T) { checkHostile(t, h, bad) })
		}
	}
}

// policy is what a NodeNetworkConfigurationPolicy wants of bond0.
func policy(mode topology.Mode, status, message string) *topology.BondConfig {
	c := &topology.BondConfig{System: topology.ConfigNNCP, Name: "bond0", Policy: "bond0-workers", File: "cluster-scoped-resources/nmstate.io/nodenetworkconfigurationpolicies/bond0-workers.yaml",
		Source: topology.Source{File: "file", Line: 9}, Mode: told(mode), Message: message}
	c.Options = []topology.ConfigOption{{Name: "mode", Value: mode.String(), Source: c.Source}}
	if status != "" {
		c.Status = told(status)
	}
	for _, s := range []string{"eth0", "eth1"} {
		c.Slaves = append(c.Slaves, told(s))
	}
	return c
}

// TestPolicy: one finding for what a policy wants and the node does not have.
func TestPolicy(t *testing.T) {
	for _, c := range []struct {
		name   string
		config *topology.BondConfig
		change func(m model)
		title  string // "" for no finding
		cause  string
	}{
		{"as it is wanted", policy(bonding.ActiveBackup, "Available", ""), nil, "", ""},
		{"another mode, though it was available", policy(bonding.LACP, "Available", ""), nil, "bond0 does not run as the policy bond0-workers wants it.", "so the bond was changed afterwards"},
		{"it failed", policy(bonding.LACP, "Failing", "\nmode: cannot be changed\nmore"), nil, "whose enactment failed", "nmstate says: mode: cannot be changed"},
		{"it failed, and the bond is as it wants", policy(bonding.ActiveBackup, "Failing", "no default gateway"), nil, "The enactment of the policy bond0-workers for bond0 failed.", "no default gateway"},
		{"it was aborted", policy(bonding.LACP, "Aborted", ""), nil, "does not run as", "failed on another node"},
		{"it is being applied", policy(bonding.LACP, "Progressing", ""), nil, "", ""},
		{"its state is not known", policy(bonding.LACP, "", ""), nil, "does not run as", "mode: 802.3ad configured, active-backup running"},
		{"it failed, and there is no bond", policy(bonding.LACP, "Failing", "eth7 not found"), func(m model) { m.host.Bonds = nil }, "and no such bond runs", "eth7 not found"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newModel(bonding.ActiveBackup)
			profile := &topology.BondConfig{System: topology.ConfigKeyfile, Name: "bond0", File: "etc/NetworkManager/system-connections/bond0.nmconnection", Connection: "bond0", Source: topology.Source{File: "file", Line: 2},
				Mode: c.config.Mode, Options: c.config.Options} // nmstate writes it
			m.host.Platform = told(topology.OpenShift)
			m.bond.Configs, m.host.Configs = []*topology.BondConfig{c.config, profile}, []*topology.BondConfig{c.config, profile}
			if c.change != nil {
				c.change(m)
			}
			findings, _ := Run(m.host)
			var found []Finding
			for _, f := range findings {
				switch f.Rule {
				case "SB273":
					found = append(found, f)
					checkFinding(t, f)
				case "SB260", "SB261", "SB206", "SB207":
					if c.title != "" {
						t.Errorf("the same again: %s %s", f.Rule, f.Title)
					}
				}
			}
			switch {
			case c.title == "" && len(found) > 0 || c.title != "" && len(found) != 1:
				t.Fatalf("%d findings: %+v", len(found), found)
			case c.title != "" && (!strings.Contains(found[0].Title, c.title) || !strings.Contains(found[0].Cause, c.cause)):
				t.Errorf("%s\n%s", found[0].Title, found[0].Cause)
			}
		})
	}
}

// drifting are the hosts of testdata that are meant to differ from their configuration, beside those whose names say so.
var drifting = map[string]string{"rhv-vdsm": "SB123"}

// TestNoDriftOnTheHosts: the hosts of testdata that are not about drift show none.
func TestNoDriftOnTheHosts(t *testing.T) {
	for _, name := range hosttest.Names(t) {
		if strings.HasPrefix(name, "drift-") {
			continue
		}
		findings, _ := Run(host(t, name))
		for _, f := range findings {
			if slices.Contains([]string{"SB123", "SB206", "SB207", "SB260", "SB261", "SB263", "SB273"}, f.Rule) && drifting[name] != f.Rule {
				t.Errorf("%s: %s %s", name, f.Rule, f.Title)
			}
		}
	}
}
