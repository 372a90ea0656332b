package join_test

import (
	"strings"
	"testing"

	"github.com/sosbond/sosbond/analyzer/topology"
)

const (
	ovsShow  = "sos_commands/openvswitch/ovs-vsctl_-t_5_show"
	ovsBonds = "sos_commands/openvswitch/ovs-appctl_bond.show"
	ovsPorts = "openvswitch_slave"
	showBr0  = "0b8ed0aa-67ac-4405-af13-70249a7e8a96\n    Bridge br0\n        Port bond0\n            Interface bond0\n        Port int0\n            Interface int0\n                type: internal\n        Port br0\n            Interface br0\n                type: internal\n    ovs_version: \"3.1.0\"\n"
)

// onBridge is a bond of the kernel in the bridge br0 of Open vSwitch, which has the internal port int0.
func onBridge(more string) files {
	links := slaves() + dev("4: bond0 ovs-system", bondMAC, "bond mode balance-xor miimon 100 updelay 0 downdelay 0", ovsPorts) +
		dev("5: ovs-system", bondMAC, "openvswitch") + dev("6: br0", bondMAC, "openvswitch") + more
	return files{ipLink: links, ovsShow: showBr0}
}

// sitting lists what sits on the first bond, with the guests.
func sitting(h *topology.Host) string {
	var list []string
	for _, a := range h.Bonds[0].Attachments {
		var guests []string
		for _, g := range a.Guests {
			guests = append(guests, g.Guest)
		}
		list = append(list, a.Kind+" "+a.Name+"("+strings.Join(guests, " ")+")")
	}
	return strings.Join(list, ", ")
}

// TestInternalPorts: an internal port of Open vSwitch is a device of the host that may carry others, or it was moved into a namespace.
func TestInternalPorts(t *testing.T) {
	int0 := dev("7: int0", "02:00:00:00:20:01", "openvswitch")
	for name, c := range map[string]struct {
		files files
		want  string
	}{
		"in a Linux bridge": {onBridge(dev("7: int0 lbr", "02:00:00:00:20:01", "openvswitch", port(1)) + br(8, "lbr") + dev("9: vnet0 lbr", "fe:54:00:aa:00:01", tun, port(2))),
			"ovs-bridge br0(), bridge lbr(vnet0)"},
		"under a macvlan":   {onBridge(int0 + dev("8: mv0@int0", "02:00:00:00:20:02", macvlan)), "ovs-bridge br0(), macvlan mv0(mv0)"},
		"the host's own":    {onBridge(int0), "ovs-bridge br0()"},
		"in a namespace":    {onBridge("").with(files{"sos_commands/networking/namespaces/lab/ip_netns_exec_lab_ip_-d_address_show": dev("7: int0", "02:00:00:00:20:01", "openvswitch")}), "ovs-bridge br0(lab)"},
		"in an unknown one": {onBridge(""), "ovs-bridge br0(int0)"},
	} {
		if got := sitting(c.files.host(t)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// TestFakeBridge: a guest that is off is defined on the VLAN of a bridge that ovs-vsctl calls a fake bridge.
func TestFakeBridge(t *testing.T) {
	f := onBridge(dev("7: vlan20", bondMAC, "openvswitch")).with(files{
		ovsShow:                  strings.Replace(showBr0, "        Port int0\n            Interface int0\n", "        Port vlan20\n            tag: 20\n            Interface vlan20\n", 1),
		"etc/libvirt/qemu/w.xml": "<domain type='kvm'>\n  <name>w</name>\n  <devices>\n    <interface type='bridge'><mac address='" + guest1 + "'/><source bridge='vlan20'/></interface>\n  </devices>\n</domain>\n",
	})
	if got, want := sitting(f.host(t)), "ovs-bridge br0(w)"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestSameNameAsModule: the kernel's module makes an empty bond0, which is not the bond0 of Open vSwitch.
func TestSameNameAsModule(t *testing.T) {
	f := files{
		ipLink:   dev("2: eth0 ovs-system", "02:00:00:00:10:01", ovsPorts) + dev("3: eth1 ovs-system", "02:00:00:00:10:02", ovsPorts) + dev("4: bond0", bondMAC, "bond mode balance-rr miimon 0"),
		ovsShow:  strings.Replace(showBr0, "            Interface bond0\n", "            Interface eth0\n            Interface eth1\n", 1),
		ovsBonds: "---- bond0 ----\nbond_mode: active-backup\nlacp_status: off\n\nmember eth0: enabled\n  active member\n\nmember eth1: enabled\n",
		procBond: "Ethernet Channel Bonding Driver: v6.1.0\n\nBonding Mode: load balancing (round-robin)\nMII Status: down\nMII Polling Interval (ms): 0\n",
	}
	h := f.host(t)
	if len(h.Bonds) != 1 || h.Bonds[0].Kind != topology.BondOVS || len(h.Bonds[0].Slaves) != 2 {
		t.Errorf("%d bonds, the first is %+v", len(h.Bonds), h.Bonds[0])
	}
}

// TestOVSFromConfig: a bond of Open vSwitch that only a configuration shows is there, and nothing says that it runs.
func TestOVSFromConfig(t *testing.T) {
	f := files{
		ipLink:                   dev("2: eth0 ovs-system", "02:00:00:00:10:01", ovsPorts) + dev("3: eth1 ovs-system", "02:00:00:00:10:02", ovsPorts) + dev("5: ovs-system", bondMAC, "openvswitch"),
		"etc/network/interfaces": "auto bond0\niface bond0 inet manual\n    ovs_type OVSBond\n    ovs_bridge vmbr0\n    ovs_bonds eth0 eth1\n    ovs_options bond_mode=balance-slb\n",
	}
	h := f.host(t)
	if len(h.Bonds) != 1 || !h.Bonds[0].ConfigOnly || h.HiddenOVS() == nil {
		t.Errorf("%d bonds, datapath %+v", len(h.Bonds), h.HiddenOVS())
	}
}

// TestNamespaceWithBridge: what leads out of a namespace with a bridge carries addresses that nobody collected.
func TestNamespaceWithBridge(t *testing.T) {
	f := files{ipLink: bond("") + dev("7: veth0@if2", "02:00:00:00:30:01", "veth")}
	ns := "sos_commands/networking/namespaces/lab/ip_netns_exec_lab_ip_-d_address_show"
	vlan := strings.Replace(dev("9: bond0.50@if4", bondMAC, "vlan protocol 802.1Q id 50 <REORDER_HDR>"), "promiscuity", "link-netnsid 0 promiscuity", 1)
	if got := sitting(f.with(files{ns: vlan}).host(t)); got != "host host()" {
		t.Errorf("a VLAN alone: %s", got)
	}
	if got := sitting(f.with(files{ns: vlan + br(10, "br50")}).host(t)); got != "unknown lab/bond0.50()" {
		t.Errorf("a VLAN beside a bridge: %s", got)
	}
}

// TestXenEmulated: the emulated interface of a Xen guest is the same as its own.
func TestXenEmulated(t *testing.T) {
	f := files{ipLink: bond("xenbr0") + br(5, "xenbr0") + dev("8: vif3.0 xenbr0", "fe:ff:ff:ff:ff:ff", port(2)) + dev("9: vif3.0-emu xenbr0", "fe:ff:ff:ff:ff:ff", tun, port(3))}
	if got, want := sitting(f.host(t)), "bridge xenbr0(vif3.0)"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
