package netplan

import (
	"go.yaml.in/yaml/v3"

	"github.com/sosbond/sosbond/parsers/netconf"
)

// patchPorts notes the pairs of patch ports in the global openvswitch: of a file.
func (r *reader) patchPorts(n *yaml.Node) {
	for _, pair := range r.Items(r.Get(n, "ports")) {
		for _, port := range r.Items(pair) {
			if name := r.Text(port); name.Found() {
				r.ovs[name.Value] = true
			}
		}
	}
}

// findOVS finds the bonds and bridges that netplan makes in Open vSwitch (src/parse.c: "choosing OVS backend"): bonds first, which may be
// ports of bridges.
func (r *reader) findOVS(definitions []definition) {
	for _, kind := range []netconf.Kind{netconf.Bond, netconf.Bridge} {
		for _, d := range definitions {
			if d.kind == kind && r.isOVS(d) {
				r.ovs[d.id.Value] = true
			}
		}
	}
}

func (r *reader) isOVS(d definition) bool {
	if n := r.Get(d.node, "openvswitch"); n != nil {
		if n.Kind != yaml.MappingNode {
			r.Problem(n, "not a mapping: netplan refuses the file")
		}
		return true
	}
	if mode := r.Text(r.Path(d.node, "parameters", "mode")).Value; mode == "balance-tcp" || mode == "balance-slb" {
		return true
	}
	for _, port := range r.Items(r.Get(d.node, "interfaces")) {
		if name := r.Text(port); name.Found() && r.ovs[name.Value] {
			return true
		}
	}
	return false
}
