package iproute

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/sosbond/sosbond/parsers/text"
	"github.com/sosbond/sosbond/parsers/yamltree"
)

// maxVLAN is the largest VLAN identifier that twelve bits hold (IEEE 802.1Q).
const maxVLAN = 4095

// isJSON reports the output of a command with -j.
func isJSON(data []byte) bool {
	data = bytes.TrimSpace(data)
	return len(data) > 0 && (data[0] == '[' || data[0] == '{')
}

// parseVLANsJSON reads `bridge -j vlan show`: a list of {"ifname", "vlans"}, before iproute2 4.17 an object with a list for each port.
func parseVLANsJSON(data []byte) (vlans []PortVLAN, problems text.Problems) {
	documents, problems := yamltree.DecodeJSON(data)
	t := yamltree.New()
	t.Problems = problems
	for _, d := range documents {
		for _, list := range t.Pairs(d) {
			if list.Kind != yaml.SequenceNode {
				t.Problem(list, "not the VLANs of a port")
			}
		}
		for _, item := range t.Items(d) {
			vlans = append(vlans, portVLANs(t, t.Text(t.Get(item, "ifname")).Value, t.Get(item, "vlans"))...)
		}
		for port, list := range t.Pairs(d) {
			vlans = append(vlans, portVLANs(t, port.Value, list)...)
		}
	}
	return vlans, t.Problems
}

func portVLANs(t *yamltree.Tree, port string, list *yaml.Node) (vlans []PortVLAN) {
	for _, v := range t.Items(list) {
		first := t.Number(t.Get(v, "vlan"))
		if port == "" || !first.Found() {
			t.Problem(v, "a VLAN without a number or a port")
			continue
		}
		one := PortVLAN{Line: first.Line, Port: port, First: first.Value, Last: first.Value}
		if last := t.Number(t.Get(v, "vlanEnd")); last.Found() {
			one.Last = last.Value
		}
		if one.First < 0 || one.First > one.Last || one.Last > maxVLAN {
			t.Problem(v, "not a range of VLANs")
			continue
		}
		for _, flag := range t.Items(t.Get(v, "flags")) {
			one.flags(strings.Fields(t.Text(flag).Value))
		}
		vlans = append(vlans, one)
	}
	return vlans
}
