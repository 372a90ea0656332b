package nmstate

import (
	"go.yaml.in/yaml/v3"
)

func (r *reader) bridge(n *yaml.Node) *Bridge {
	b := &Bridge{}
	r.bridgeOptions(r.Get(n, "options"), b)
	for _, item := range r.Items(r.Get(n, "port", "ports", "slaves")) {
		p := r.bridgePort(item)
		if p.Name == "" {
			r.Problem(item, "a port without a name")
			continue
		}
		b.Ports = append(b.Ports, p)
	}
	return b
}

func (r *reader) bridgeOptions(n *yaml.Node, b *Bridge) {
	stp := r.Get(n, "stp")
	if stp != nil && stp.Kind == yaml.MappingNode { // a plain value in ovs-bridge before nmstate 2.2
		b.ForwardDelay, b.HelloTime = r.Number(r.Get(stp, "forward-delay")), r.Number(r.Get(stp, "hello-time"))
		b.MaxAge, b.Priority = r.Number(r.Get(stp, "max-age")), r.Number(r.Get(stp, "priority"))
		stp = r.Get(stp, "enabled")
	}
	b.STP = r.Bool(stp)
	b.AgeingTime = r.Number(r.Get(n, "mac-ageing-time"))
	b.GroupForwardMask = r.Number(r.Get(n, "group-forward-mask", "group-fwd-mask"))
	b.VLANProtocol, b.DefaultPVID = r.Text(r.Get(n, "vlan-protocol")), r.Number(r.Get(n, "vlan-default-pvid"))
	b.FailMode, b.RSTP, b.Datapath = r.Text(r.Get(n, "fail-mode")), r.Bool(r.Get(n, "rstp")), r.Text(r.Get(n, "datapath"))
	b.Multicast = r.Bool(r.Get(n, "multicast-snooping", "mcast-snooping-enable"))
}

// bridgePort reads an element of port, which is a mapping or, in old input, a name.
func (r *reader) bridgePort(n *yaml.Node) BridgePort {
	p := BridgePort{Line: n.Line}
	if n.Kind != yaml.MappingNode {
		p.Name = r.Text(n).Value
		return p
	}
	p.Name = r.Text(r.Get(n, "name")).Value
	p.Hairpin = r.Bool(r.Get(n, "stp-hairpin-mode"))
	p.PathCost, p.Priority = r.Number(r.Get(n, "stp-path-cost")), r.Number(r.Get(n, "stp-priority"))
	if la := r.Get(n, "link-aggregation"); la != nil {
		p.Bond = r.bond(la)
	}
	p.VLAN = r.portVLAN(r.Get(n, "vlan"))
	return p
}

// portVLAN reads vlan: of a port. An empty one says, as none does, that nothing is filtered.
func (r *reader) portVLAN(n *yaml.Node) *PortVLAN {
	if n == nil || n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		return nil
	}
	v := &PortVLAN{
		Line: n.Line, Mode: r.Text(r.Get(n, "mode")), Tag: r.Number(r.Get(n, "tag")), Native: r.Bool(r.Get(n, "enable-native")),
	}
	for _, item := range r.Items(r.Get(n, "trunk-tags")) {
		if id := r.Number(r.Get(item, "id")); id.Found() {
			v.Trunk = append(v.Trunk, VLANRange{Line: item.Line, First: id.Value, Last: id.Value})
			continue
		}
		ids := r.Get(item, "id-range")
		first, last := r.Number(r.Get(ids, "min")), r.Number(r.Get(ids, "max"))
		if !first.Found() || !last.Found() {
			r.Problem(item, "not a VLAN or a range of them")
			continue
		}
		v.Trunk = append(v.Trunk, VLANRange{Line: item.Line, First: first.Value, Last: last.Value})
	}
	return v
}
