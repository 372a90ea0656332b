package join_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/sosbond/sosbond/analyzer/hosttest"
	"github.com/sosbond/sosbond/analyzer/topology"
)

// with is a host of testdata without its files below some directories, and with others.
func with(t *testing.T, host, without, more string) *topology.Host {
	t.Helper()
	ar := hosttest.Archive(t, host)
	var files []txtar.File
next:
	for _, f := range ar.Files {
		for _, dir := range strings.Fields(without) {
			if strings.HasPrefix(f.Name, dir) {
				continue next
			}
		}
		files = append(files, f)
	}
	files = append(files, txtar.Parse([]byte(more)).Files...)
	ar.Files = files
	return hosttest.Host(t, ar)
}

// configured writes the configurations of bond0, and below where they differ from what runs.
func configured(h *topology.Host) (lines []string) {
	b := h.Bond("bond0")
	for _, c := range b.Configs {
		var options []string
		for _, o := range c.Options {
			options = append(options, o.Name+"="+o.Value)
		}
		line := fmt.Sprintf("%s:%d %s", c.Source.File, c.Source.Line, strings.Join(options, " "))
		if c.File != c.Source.File {
			line += " but of " + c.File
		}
		if !c.Persistent() {
			line += " (not in use)"
		}
		lines = append(lines, line)
	}
	for _, d := range b.Drift() {
		lines = append(lines, fmt.Sprintf("%s %s, runs %s: %s:%d %s", d.What, d.Configured, d.Running, d.Source.File, d.Source.Line, d.Source.Text))
	}
	return lines
}

const ports = "      interfaces: [enp65s0f0, enp65s0f1]\n"

func netplan(file, mode, more string) string {
	return "-- " + file + " --\nnetwork:\n  version: 2\n  bonds:\n    bond0:\n" + more + "      parameters:\n        mode: " + mode + "\n"
}

func netdev(file, mode string) string {
	return "-- " + file + " --\n[NetDev]\nName=bond0\nKind=bond\n[Bond]\nMode=" + mode + "\n"
}

func iface(file, mode string) string {
	return "-- " + file + " --\nauto bond0\niface bond0 inet manual\n    bond-slaves enp65s0f0 enp65s0f1\n    bond-mode " + mode + "\n"
}

const network = "-- etc/systemd/network/20-ports.network --\n[Match]\nName=enp65s0f*\n[Network]\nBond=bond0\n"

// TestPrecedence: bond0 runs in 802.3ad; of several files that speak of it the one counts that the host reads last, or at all.
func TestPrecedence(t *testing.T) {
	const (
		ad = "802.3ad"
		ab = "active-backup"
	)
	for _, c := range []struct {
		name string
		more string
		want []string
	}{
		{"netplan: a later name in /run overrides /etc", netplan("etc/netplan/50-a.yaml", ab, ports) + netplan("run/netplan/90-b.yaml", ad, ""),
			[]string{"run/netplan/90-b.yaml:4 mode=802.3ad"}},
		{"netplan: a later name in /etc overrides /run", netplan("etc/netplan/90-a.yaml", ad, ports) + netplan("run/netplan/50-b.yaml", ab, ""),
			[]string{"etc/netplan/90-a.yaml:4 mode=802.3ad"}},
		{"netplan: /run hides the same name in /etc", netplan("etc/netplan/50-a.yaml", ab, "      interfaces: [eno9]\n") + netplan("run/netplan/50-a.yaml", ad, ports),
			[]string{"run/netplan/50-a.yaml:4 mode=802.3ad"}},
		{"netplan: /etc hides the same name in /usr/lib", netplan("usr/lib/netplan/50-a.yaml", ab, "") + netplan("etc/netplan/50-a.yaml", ad, ports),
			[]string{"etc/netplan/50-a.yaml:4 mode=802.3ad"}},
		{"netplan: a file that the override does not touch keeps its options",
			netplan("etc/netplan/50-a.yaml", ab+"\n        mii-monitor-interval: 100\n        arp-ip-targets: [10.0.0.1]", ports) +
				netplan("etc/netplan/60-b.yaml", ad+"\n        arp-ip-targets: [10.0.0.2]", ""),
			[]string{"etc/netplan/60-b.yaml:4 miimon=100 mode=802.3ad arp_ip_target=10.0.0.1,10.0.0.2"}},
		{"netplan: what counts still drifts", netplan("etc/netplan/50-a.yaml", ad, ports) + netplan("run/netplan/90-b.yaml", ab, ""),
			[]string{"run/netplan/90-b.yaml:4 mode=active-backup", "mode active-backup, runs 802.3ad: run/netplan/90-b.yaml:6         mode: active-backup"}},
		{"networkd: /etc hides /run", network + netdev("etc/systemd/network/10-b.netdev", ad) + netdev("run/systemd/network/10-b.netdev", ab),
			[]string{"etc/systemd/network/10-b.netdev:1 mode=802.3ad"}},
		{"networkd: /run hides /usr/lib", network + netdev("usr/lib/systemd/network/10-b.netdev", ab) + netdev("run/systemd/network/10-b.netdev", ad),
			[]string{"run/systemd/network/10-b.netdev:1 mode=802.3ad"}},
		{"networkd: the first file by name makes the device", network + netdev("run/systemd/network/10-b.netdev", ad) + netdev("etc/systemd/network/20-b.netdev", ab),
			[]string{"run/systemd/network/10-b.netdev:1 mode=802.3ad"}},
		{"networkd: a link to /dev/null hides", network + netdev("etc/systemd/network/20-b.netdev", ad) + netdev("run/systemd/network/10-b.netdev", ab) +
			"-- etc/systemd/network/10-b.netdev -> ../../../dev/null --\n", []string{"etc/systemd/network/20-b.netdev:1 mode=802.3ad"}},
		{"networkd: an absolute link to /dev/null hides", network + netdev("etc/systemd/network/20-b.netdev", ad) + netdev("run/systemd/network/10-b.netdev", ab) +
			"-- etc/systemd/network/10-b.netdev -> /dev/null --\n", []string{"etc/systemd/network/20-b.netdev:1 mode=802.3ad"}},
		{"networkd: an empty file hides, drop-ins or not", network + netdev("etc/systemd/network/20-b.netdev", ad) + netdev("run/systemd/network/10-b.netdev", ab) +
			"-- etc/systemd/network/10-b.netdev --\n" + netdev("etc/systemd/network/10-b.netdev.d/x.conf", ab), []string{"etc/systemd/network/20-b.netdev:1 mode=802.3ad"}},
		{"networkd: a drop-in overrides", network + netdev("etc/systemd/network/10-b.netdev", ab) + "-- run/systemd/network/10-b.netdev.d/mode.conf --\n[Bond]\n\nMode=802.3ad\n",
			[]string{"run/systemd/network/10-b.netdev.d/mode.conf:3 mode=802.3ad"}},
		{"networkd: the last drop-in counts, and one in /etc hides that of /run", network + netdev("etc/systemd/network/10-b.netdev", ab) +
			"-- run/systemd/network/10-b.netdev.d/b.conf --\n[Bond]\nMode=balance-rr\n-- etc/systemd/network/10-b.netdev.d/b.conf --\n[Bond]\nMode=802.3ad\n" +
			"-- etc/systemd/network/10-b.netdev.d/a.conf --\n[Bond]\nMode=balance-xor\n", []string{"etc/systemd/network/10-b.netdev.d/b.conf:2 mode=802.3ad"}},
		{"networkd: a drop-in without its file is nothing", network + netdev("etc/systemd/network/10-b.netdev", ad) + "-- etc/systemd/network/20-c.netdev.d/b.conf --\n[NetDev]\nName=bond0\nKind=bond\n[Bond]\nMode=balance-rr\n",
			[]string{"etc/systemd/network/10-b.netdev:1 mode=802.3ad"}},
		{"networkd: a drop-in is for what its file matches", netdev("etc/systemd/network/10-b.netdev", ad) + "-- etc/systemd/network/20-p.network --\n[Match]\nName=enp65s0f0 enp65s0f1\n" +
			"-- etc/systemd/network/20-p.network.d/b.conf --\n[Network]\nBond=bond0\nPrimarySlave=no\n", []string{"etc/systemd/network/10-b.netdev:1 mode=802.3ad"}},
		{"networkd: the first .network of a device counts", netdev("etc/systemd/network/10-b.netdev", ad) + "-- etc/systemd/network/20-p.network --\n[Match]\nName=enp65s0f0 enp65s0f1\n[Network]\nBond=bond0\n" +
			"-- etc/systemd/network/15-m.network --\n[Match]\nName=br0\n[Network]\nDHCP=yes\n-- etc/systemd/network/30-m.network --\n[Match]\nName=br0\n[Network]\nBond=bond0\n",
			[]string{"etc/systemd/network/10-b.netdev:1 mode=802.3ad"}},
		{"networkd: the drop-in that counts drifts, and is quoted", network + netdev("etc/systemd/network/10-b.netdev", ad) + "-- etc/systemd/network/10-b.netdev.d/x.conf --\n[Bond]\nMode=active-backup\n",
			[]string{"etc/systemd/network/10-b.netdev.d/x.conf:2 mode=active-backup", "mode active-backup, runs 802.3ad: etc/systemd/network/10-b.netdev.d/x.conf:2 Mode=active-backup"}},
		{"interfaces: interfaces.d without a line for it", iface("etc/network/interfaces", ad) + iface("etc/network/interfaces.d/old", ab),
			[]string{"etc/network/interfaces:2 mode=802.3ad"}},
		{"interfaces: no main file", "-- etc/network/interfaces.d/50-cloud-init.cfg --\niface bond0 inet manual\n    bond-mode 1\n", nil},
		{"interfaces: source", "-- etc/network/interfaces --\nauto lo\niface lo inet loopback\nsource /etc/network/interfaces.d/*.cfg\n" + iface("etc/network/interfaces.d/b.cfg", ad) + iface("etc/network/interfaces.d/b.old", ab),
			[]string{"etc/network/interfaces.d/b.cfg:2 mode=802.3ad"}},
		{"interfaces: a second mode comes too late", "-- etc/network/interfaces --\nsource interfaces.d/*\n" + iface("etc/network/interfaces.d/bond", ad) + iface("etc/network/interfaces.d/bond.bak", ab),
			[]string{"etc/network/interfaces.d/bond:2 mode=802.3ad"}},
		{"interfaces: source leaves out hidden files", "-- etc/network/interfaces --\nsource interfaces.d/*\n" + iface("etc/network/interfaces.d/b.cfg", ad) + iface("etc/network/interfaces.d/.b.swp", ab+"\n    bond-miimon 1"),
			[]string{"etc/network/interfaces.d/b.cfg:2 mode=802.3ad"}},
		{"interfaces: source-directory takes plain names", "-- etc/network/interfaces --\nsource-directory /etc/network/interfaces.d/\n" + iface("etc/network/interfaces.d/bond_0-a", ad) + iface("etc/network/interfaces.d/z.cfg", ab),
			[]string{"etc/network/interfaces.d/bond_0-a:2 mode=802.3ad"}},
		{"interfaces: a sourced file sources, in a circle too", "-- etc/network/interfaces --\nsource interfaces.d/a\n-- etc/network/interfaces.d/a --\nsource b /etc/network/interfaces\n" + iface("etc/network/interfaces.d/b", ad),
			[]string{"etc/network/interfaces.d/b:2 mode=802.3ad"}},
		{"os-net-config: one of two files need not be in use", "-- etc/os-net-config/config.json --\n{\"network_config\": [{\"type\": \"linux_bond\", \"name\": \"bond0\", \"bonding_options\": \"mode=active-backup\", \"members\": [{\"type\": \"interface\", \"name\": \"eno9\"}]}]}\n" +
			"-- etc/os-net-config/config.yaml --\nnetwork_config:\n- type: linux_bond\n  name: bond0\n  bonding_options: mode=802.3ad\n  members:\n  - {type: interface, name: enp65s0f0}\n  - {type: interface, name: enp65s0f1}\n",
			[]string{"etc/os-net-config/config.json:1 mode=active-backup", "etc/os-net-config/config.yaml:2 mode=802.3ad"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, configured(with(t, "netplan", "etc/netplan/ run/systemd/", c.more))); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestOnDemand: what somebody has to start is not what the host starts with.
func TestOnDemand(t *testing.T) {
	const (
		nm    = "etc/NetworkManager/"
		ifcfg = "-- etc/sysconfig/network-scripts/ifcfg-bond0 --\n"
		shown = "-- sos_commands/networkmanager/nmcli_con_show_id_bond0 --\nconnection.id:                          bond0\nconnection.type:                        bond\n" +
			"connection.interface-name:              bond0\nconnection.autoconnect:                 no\nbond.options:                           mode=active-backup\n"
		activated = "GENERAL.NAME:                           bond0\nGENERAL.STATE:                          activated\n"
	)
	profile := func(more string) string {
		return "-- etc/NetworkManager/system-connections/bond0.nmconnection --\n[connection]\nid=bond0\ntype=bond\ninterface-name=bond0\n" + more + "[bond]\nmode=active-backup\n"
	}
	for _, c := range []struct {
		name, more string
		inUse      bool
	}{
		{"a profile", profile(""), true},
		{"autoconnect=true", profile("autoconnect=true\n"), true},
		{"autoconnect=false", profile("autoconnect=false\n"), false},
		{"autoconnect=0", profile("autoconnect=0\n"), false},
		{"autoconnect=false, and nmcli shows that it is active", profile("autoconnect=false\n") + shown + activated, true},
		{"autoconnect=false, and nmcli shows that it is not", profile("autoconnect=false\n") + shown, false},
		{"nmcli alone", shown, false},
		{"nmcli alone, active", shown + activated, true},
		{"ONBOOT=yes", ifcfg + "DEVICE=bond0\nTYPE=Bond\nONBOOT=yes\nBONDING_OPTS=mode=1\n", true},
		{"no ONBOOT", ifcfg + "DEVICE=bond0\nTYPE=Bond\nBONDING_OPTS=mode=1\n", true},
		{"ONBOOT=no", ifcfg + "DEVICE=bond0\nTYPE=Bond\nONBOOT=no\nBONDING_OPTS=mode=1\n", false},
		{"ONBOOT=no, of vdsm", ifcfg + "# Generated by VDSM version 4.16.20\nDEVICE=bond0\nONBOOT=no\nBONDING_OPTS=mode=1\n", true},
		{"ONBOOT=no, and nmcli shows that it is active", ifcfg + "DEVICE=bond0\nNAME=bond0\nTYPE=Bond\nONBOOT=no\nBONDING_OPTS=mode=1\n" + shown + activated, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := with(t, "rhel9-lacp-nm", nm, c.more).Bond("bond0")
			drift := b.Drift()
			if len(b.Configs) == 0 || b.Configs[0].Persistent() != c.inUse || (len(drift) > 0) != c.inUse {
				t.Errorf("%d configurations, differences %+v; want one in use: %v", len(b.Configs), drift, c.inUse)
			}
		})
	}
}
