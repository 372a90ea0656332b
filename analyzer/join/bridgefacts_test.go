package join_test

import (
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sosbond/sosbond/analyzer/hosttest"
)

// TestBridgeFacts: spanning tree, times and VLANs of a bridge, from iproute2 and from brctl, and what is told of entries and guests.
func TestBridgeFacts(t *testing.T) {
	h := hosttest.Host(t, txtar.Parse([]byte(`-- sos_commands/networking/ip_-s_-d_link --
2: br0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default qlen 1000
    link/ether 02:00:00:00:10:01 brd ff:ff:ff:ff:ff:ff promiscuity 0 minmtu 68 maxmtu 65535 
    bridge forward_delay 1500 hello_time 200 max_age 2000 ageing_time 30000 stp_state 1 priority 32768 vlan_filtering 1 
3: vnet0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master br0 state UNKNOWN mode DEFAULT group default qlen 1000
    link/ether fe:54:00:aa:00:01 brd ff:ff:ff:ff:ff:ff promiscuity 1 minmtu 68 maxmtu 65521 
    tun type tap pi off vnet_hdr on persist off 
-- sos_commands/networking/bridge_-d_vlan_show --
port              vlan-id  
br0               1 PVID Egress Untagged
vnet0             100 PVID Egress Untagged
-- sos_commands/networking/bridge_-s_-s_-d_-t_fdb_show --
52:54:00:aa:00:01 dev vnet0 used 1/1 sticky master br0 static
52:54:00:aa:00:02 dev vnet0 used 1/1 master br0 static
-- etc/libvirt/qemu/a.xml --
<domain type='kvm'>
  <name>a</name>
  <uuid>11110000-2222-4333-8444-555566667777</uuid>
</domain>
`)))
	br := h.Bridge("br0")
	if br == nil || !br.STP.Value || br.STP.Source.Line != 3 || br.ForwardDelay.Value != 15000 || br.Ageing.Value != 300000 || len(br.Own) != 1 || br.Own[0].First != 1 || len(br.Ports[0].VLANs) != 1 {
		t.Errorf("%+v", br)
	}
	if len(h.FDB) != 2 || !h.FDB[0].Sticky || !h.FDB[0].Static || h.FDB[1].Sticky || !h.FDB[1].Static {
		t.Errorf("%+v", h.FDB)
	}
	if len(h.Domains) != 1 || h.Domains[0].UUID != "11110000-2222-4333-8444-555566667777" {
		t.Errorf("%+v", h.Domains)
	}
	br = hosttest.Host(t, hosttest.Archive(t, "rhel6-brctl")).Bridge("br0")
	if br == nil || br.STP.Value || !br.STP.Known() || !br.ForwardDelay.Known() || br.ForwardDelay.Value != 0 || br.Ageing.Value != 299950 {
		t.Errorf("brctl: %+v", br)
	}
}
