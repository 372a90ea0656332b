package nmstate

import (
	"go.yaml.in/yaml/v3"
)

// virtual reads what interfaces have that stand on others or have a peer, and virtual functions.
func (r *reader) virtual(n *yaml.Node, i *Interface) {
	if v := r.Get(n, "vlan"); v != nil && i.Type != "linux-bridge" {
		i.VLAN = &VLAN{Base: r.Text(r.Get(v, "base-iface")), ID: r.Number(r.Get(v, "id")), Protocol: r.Text(r.Get(v, "protocol"))}
	}
	if m := r.Get(n, "mac-vlan", "mac-vtap"); m != nil {
		i.MACVLAN = &MACVLAN{Base: r.Text(r.Get(m, "base-iface")), Mode: r.Text(r.Get(m, "mode"))}
	}
	if v := r.Get(n, "ipvlan"); v != nil {
		i.IPVLAN = &IPVLAN{Base: r.Text(r.Get(v, "base-iface")), Mode: r.Text(r.Get(v, "mode"))}
	}
	if v := r.Get(n, "vrf"); v != nil {
		i.VRF = &VRF{Ports: r.Names(r.Get(v, "port", "ports")), Table: r.Number(r.Get(v, "route-table-id"))}
	}
	if v := r.Get(n, "vxlan"); v != nil {
		i.VXLAN = &VXLAN{
			Base: r.Text(r.Get(v, "base-iface")), ID: r.Number(r.Get(v, "id")), Local: r.Text(r.Get(v, "local")),
			Remote: r.Text(r.Get(v, "remote")), Port: r.Number(r.Get(v, "destination-port")),
		}
	}
	i.Peer = r.Text(r.Get(r.Get(n, "veth", "patch"), "peer"))
	if s := r.Path(n, "ethernet", "sr-iov"); s != nil {
		i.SRIOV = r.sriov(s)
	}
}

func (r *reader) sriov(n *yaml.Node) *SRIOV {
	s := &SRIOV{Total: r.Number(r.Get(n, "total-vfs"))}
	for _, item := range r.Items(r.Get(n, "vfs")) {
		s.VFs = append(s.VFs, VF{
			Line: item.Line, ID: r.Number(r.Get(item, "id")), Name: r.Text(r.Get(item, "iface-name")), MAC: r.Text(r.Get(item, "mac-address")),
			SpoofCheck: r.Bool(r.Get(item, "spoof-check")), Trust: r.Bool(r.Get(item, "trust")), VLAN: r.Number(r.Get(item, "vlan-id")),
		})
	}
	return s
}

// lldp reads lldp:, whose neighbors are lists of TLVs.
func (r *reader) lldp(n *yaml.Node) *LLDP {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	l := &LLDP{Line: n.Line, Enabled: r.Bool(r.Get(n, "enabled"))}
	for _, item := range r.Items(r.Get(n, "neighbors")) {
		neighbor := Neighbor{Line: item.Line}
		tlvs := r.Items(item)
		if item.Kind == yaml.MappingNode { // all TLVs in one mapping
			tlvs = append(tlvs, item)
		}
		for _, tlv := range tlvs {
			r.tlv(tlv, &neighbor)
		}
		l.Neighbors = append(l.Neighbors, neighbor)
	}
	return l
}

// tlv adds a TLV to a neighbor. Its keys tell its type; "type" holds the number that the standard gives it.
func (r *reader) tlv(n *yaml.Node, neighbor *Neighbor) {
	for key, value := range r.Pairs(n) {
		switch key.Value {
		case "chassis-id":
			neighbor.Chassis = r.Text(value)
		case "port-id":
			neighbor.Port = r.Text(value)
		case "system-name":
			neighbor.System = r.Text(value)
		case "system-description":
			neighbor.Description = r.Text(value)
		case "port-description":
			neighbor.PortDescription = r.Text(value)
		case "ieee-802-1-vlans", "ieee-8021-vlans": // the second in Go bindings
			for _, vlan := range r.Items(value) {
				if vid := r.Number(r.Get(vlan, "vid")); vid.Found() {
					neighbor.VLANs = append(neighbor.VLANs, vid)
				}
			}
		}
	}
}
