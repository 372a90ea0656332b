package join_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/sosbond/sosbond/analyzer/hosttest"
	"github.com/sosbond/sosbond/analyzer/topology"
)

// TestPlatforms: what sits on the bonds of hosts beside plain bridges of libvirt, and who the guests are.
func TestPlatforms(t *testing.T) {
	for _, c := range []struct {
		host string
		want []string // PATH: GUEST (KIND) PORT MAC, ...
	}{
		{"ovs-bond", []string{"bond0 > br0: mail01 (vm) vnet0 52:54:00:41:0a:01, web01 (vm) vnet1 52:54:00:41:0a:02"}},
		{"ovs-tcp-nolacp", []string{"bond0 > br0: mail01 (vm) vnet0 52:54:00:41:0a:01, web01 (vm) vnet1 52:54:00:41:0a:02"}},
		{"ovs-openstack", []string{
			"bond1 > br-ex: ",
			"bond1 > br-ex > phy-br-ex > int-br-ex > br-int: instance-0000001b (vm) tap8e4b6d10-c2 fa:16:3e:5a:10:02",
			"bond1 > br-ex > phy-br-ex > int-br-ex > br-int > qvo3f1c2a7b-9d > qvb3f1c2a7b-9d > qbr3f1c2a7b-9d: instance-0000001a (vm) tap3f1c2a7b-9d fa:16:3e:5a:10:01",
		}},
		{"ovs-ovnk", []string{
			"bond0 > br-ex: routed ",
			"bond0 > br-ex > patch-br-ex_worker-1.ocp.example.com-to-br-int > patch-br-int-to-br-ex_worker-1.ocp.example.com > br-int: routed ",
		}},
		{"team-lacp", []string{"team0 > br0: app01 (vm) vnet0 52:54:00:31:0a:01, app02 (vm) vnet1 52:54:00:31:0a:02"}},
		{"team-ab", []string{"team0 > br0: db01 (vm) vnet0 52:54:00:32:0a:01, db02 (vm) vnet1 52:54:00:32:0a:02"}},
		{"rhv-vdsm", []string{
			"bond0 > ovirtmgmt: ",
			"bond1 > bond1.200 > prod200: erp01 (vm) vnet0 56:6f:1a:16:01:51, erp02 (vm) vnet1 56:6f:1a:16:01:52",
		}},
		{"proxmox", []string{
			"bond0 > vmbr0: db01 (vm) tap102i0 bc:24:11:2e:4a:03, veth101i0 (container) veth101i0 bc:24:11:2e:4a:02",
			"bond0 > vmbr0 > fwpr100p0 > fwln100i0 > fwbr100i0: web01 (vm) tap100i0 bc:24:11:2e:4a:01",
		}},
		{"netplan", []string{
			"bond0 > bond0.20 > br0: web1 (container) veth5d7e1a90 00:16:3e:5d:10:01, web2 (container) vethc0a1b2d3 00:16:3e:5d:10:02",
			"bond0 > macvlan on bond0: mqtt (container)  02:42:0a:15:00:c8",
		}},
		{"suse-xen", []string{"bond0 > br0: sap01 (vm) vif1.0 00:16:3e:7a:00:10, vif2.0 (vm) vif2.0 00:16:3e:7a:00:20"}},
		{"containers", []string{"bond0 > bond0.40 > netns-6f1d9a2c-4b3e-8a51-7c20-9d1e5f3a8b10/eth0: opcua (container) eth0 5a:19:4e:aa:01:28"}},
	} {
		t.Run(c.host, func(t *testing.T) {
			h := hosttest.Host(t, hosttest.Archive(t, c.host))
			if d := cmp.Diff(c.want, attached(h)); d != "" {
				t.Error(d)
			}
			for _, p := range h.Problems {
				t.Errorf("%s:%d: %s", p.Source.File, p.Source.Line, p.Why)
			}
		})
	}
}

// attached writes what sits on a host's bonds, one line each.
func attached(h *topology.Host) (lines []string) {
	for _, b := range h.Bonds {
		for _, a := range b.Attachments {
			var guests []string
			for _, g := range a.Guests {
				guests = append(guests, fmt.Sprintf("%s (%s) %s %s", g.Guest, g.Kind, g.Interface, g.MAC.Value))
			}
			routed := ""
			if a.Routed {
				routed = "routed "
			}
			lines = append(lines, strings.Join(a.Path, " > ")+": "+routed+strings.Join(guests, ", "))
		}
	}
	return lines
}

// edited is a host of testdata with one text replaced in a file, or without the file when the old text is "".
func edited(t *testing.T, host, file, old, with string) *topology.Host {
	t.Helper()
	ar, found := hosttest.Archive(t, host), false
	var files []txtar.File
	for _, f := range ar.Files {
		if f.Name != file {
			files = append(files, f)
			continue
		}
		found = true
		if old == "" {
			continue
		}
		if !strings.Contains(string(f.Data), old) {
			t.Fatalf("%s does not hold %q", file, old)
		}
		f.Data = []byte(strings.ReplaceAll(string(f.Data), old, with))
		files = append(files, f)
	}
	if !found {
		t.Fatalf("%s has no %s", host, file)
	}
	ar.Files = files
	return hosttest.Host(t, ar)
}

// TestManagementPort: the node's own port of OVN-Kubernetes has an iface-id as guests have, and is the host's, also where no interface was read.
func TestManagementPort(t *testing.T) {
	h := edited(t, "ovs-ovnk", "sos_commands/networking/ip_-s_-d_link", "", "")
	for _, br := range h.Bridges {
		for _, p := range br.Ports {
			for _, g := range p.Guests {
				if p.Name == "ovn-k8s-mp0" || !g.Routed {
					t.Errorf("guest %s on port %s of %s", g.Guest, p.Name, br.Name)
				}
			}
		}
	}
}

// TestSecondNetworkOfPod: a pod whose port names another network than the cluster's own is not routed.
func TestSecondNetworkOfPod(t *testing.T) {
	const list = "sos_commands/openvswitch/ovs-vsctl_-t_5_list_interface"
	h := edited(t, "ovs-ovnk", list, "iface-id=shop_cart", `"k8s.ovn.org/nad"="shop/lan", iface-id=shop_cart`)
	got := attached(h)
	if want := "br-int: routed shop/cart-7d9f8b6c5-x2x7k (container) 7a1c5e3f9b2d4c6 0a:58:0a:80:02:0f"; !strings.HasSuffix(got[len(got)-1], want) {
		t.Errorf("%q, want %q", got[len(got)-1], want)
	}
}

// TestInstanceByUUID: where the Linux bridge of Nova was not collected, the port of Open vSwitch has the guest's UUID, which libvirt knows.
func TestInstanceByUUID(t *testing.T) {
	h := edited(t, "ovs-openstack", "sos_commands/networking/ip_-s_-d_link", "qvo3f1c2a7b-9d@qvb3f1c2a7b-9d", "qvo3f1c2a7b-9d@if19")
	got := strings.Join(attached(h), "\n")
	if !strings.Contains(got, "br-int: instance-0000001b (vm) tap8e4b6d10-c2 fa:16:3e:5a:10:02, instance-0000001a (vm) qvo3f1c2a7b-9d fa:16:3e:5a:10:01") {
		t.Error(got)
	}
}

// TestMacvlanOfLXD: LXD makes the macvlan of a container itself and gives LXC its end. The container's namespace is not collected, so that the
// address in the forwarding database of the device below is all that shows it, and lxc.conf tells whose address it is.
func TestMacvlanOfLXD(t *testing.T) {
	const fdb = "sos_commands/networking/bridge_-s_-s_-d_-t_fdb_show"
	h := edited(t, "netplan", fdb, "00:16:3e:5d:10:02 dev vethc0a1b2d3 used 0/0 master br0", "00:16:3e:5d:10:02 dev bond0 self permanent")
	got := strings.Join(attached(h), "\n")
	if !strings.Contains(got, "bond0 > 00:16:3e:5d:10:02: web2 (container)  00:16:3e:5d:10:02") {
		t.Error(got)
	}
}

// TestMembersSorted: the database of Open vSwitch keeps members in the order of their UUIDs.
func TestMembersSorted(t *testing.T) {
	h := hosttest.Host(t, hosttest.Archive(t, "ovs-bond"))
	if d := cmp.Diff([]string{"enp5s0f0", "enp5s0f1"}, h.Bond("bond0").SlaveNames()); d != "" {
		t.Error(d)
	}
}

// TestVDSMDrift: what the engine configured and what runs.
func TestVDSMDrift(t *testing.T) {
	h := hosttest.Host(t, hosttest.Archive(t, "rhv-vdsm"))
	if d := h.Bond("bond0").Drift(); len(d) > 0 {
		t.Errorf("bond0: %+v", d)
	}
	var got []string
	for _, d := range h.Bond("bond1").Drift() {
		got = append(got, fmt.Sprintf("%s %s, runs %s (%s)", d.What, d.Configured, d.Running, d.Config.System))
	}
	if len(got) == 0 || !strings.HasPrefix(got[0], "mode 802.3ad, runs balance-tlb") || !strings.HasSuffix(got[0], "("+topology.ConfigVDSM+")") {
		t.Errorf("bond1: %q", got)
	}
}

// TestPlacedOnly: docker tells of a container on the bond, and nothing shows what else is on it.
func TestPlacedOnly(t *testing.T) {
	ar := hosttest.Archive(t, "netplan")
	ar.Files = slices.DeleteFunc(ar.Files, func(f txtar.File) bool { return strings.HasPrefix(f.Name, "sos_commands/networking/") })
	want := []string{"bond0 > macvlan on bond0: mqtt (container)  02:42:0a:15:00:c8", "bond0: "}
	h := hosttest.Host(t, ar)
	if d := cmp.Diff(want, attached(h)); d != "" {
		t.Error(d)
	}
	if k := h.Bond("bond0").Attachments[1].Kind; k != topology.AttachedUnknown {
		t.Errorf("the second is %q", k)
	}
}

// TestMacvlanOfPod: a pod with a macvlan by multus, whose namespace was not collected. CRI-O tells its address and not the device below, which the
// forwarding database shows: that the address is known may not hide it.
func TestMacvlanOfPod(t *testing.T) {
	ar := hosttest.Archive(t, "containers")
	ar.Files = slices.DeleteFunc(ar.Files, func(f txtar.File) bool {
		return strings.Contains(f.Name, "/podman/") || strings.Contains(f.Name, "/namespaces/")
	})
	for i, f := range ar.Files {
		if strings.Contains(f.Name, "crictl_inspectp_9ab2") {
			ar.Files[i].Data = []byte(strings.Replace(string(f.Data), `"kubernetes.io/config.source": "api"`,
				`"k8s.v1.cni.cncf.io/network-status": "[{\"name\":\"telemetry/plant40\",\"interface\":\"net1\",\"mac\":\"5a:19:4e:aa:01:28\",\"dns\":{}}]"`, 1))
		}
	}
	h := hosttest.Host(t, ar)
	if d := cmp.Diff([]string{"bond0 > 5a:19:4e:aa:01:28: telemetry/broker-0 (container)  5a:19:4e:aa:01:28"}, attached(h)); d != "" {
		t.Error(d)
	}
}
