package cni

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/sosbond/sosbond/parsers/text"
	"github.com/sosbond/sosbond/parsers/yamltree"
)

// Parse reads a network configuration of CNI (cni.dev, SPEC.md): a list of plugins (.conflist), one plugin (.conf), or the config of a
// NetworkAttachmentDefinition, which is either. An empty text is an empty Config: multus then looks for one by its name.
func Parse(data []byte) (Config, text.Problems) {
	documents, problems := yamltree.DecodeJSON(data)
	t := yamltree.New()
	t.Problems = problems
	if len(documents) == 0 {
		return Config{}, t.Problems
	}
	for _, d := range documents[1:] {
		t.Problem(d, "more than one configuration: only the first is read")
	}
	return Read(t, documents[0]), t.Problems
}

// Read is Parse for a configuration that is part of a larger document, as in the output of `podman network inspect` before podman 4.
func Read(t *yamltree.Tree, n *yaml.Node) Config {
	r := reader{t}
	if n.Kind != yaml.MappingNode {
		r.Problem(n, "not a network configuration")
		return Config{}
	}
	return Config{Line: n.Line, Name: r.Text(r.Get(n, "name")).Value, Plugins: r.plugins(n, 0)}
}

type reader struct{ *yamltree.Tree }

// maxDelegation is how deep plugins that call plugins are followed; real ones nest once or twice.
const maxDelegation = 5

// plugins are the plugins of a list, or the one that n itself is, with those that they call.
func (r reader) plugins(n *yaml.Node, depth int) (plugins []Plugin) {
	if depth > maxDelegation {
		r.Problem(n, "plugins nested too deeply")
		return nil
	}
	list := r.Get(n, "plugins")
	if list == nil {
		return r.plugin(n, depth)
	}
	if list.Kind != yaml.SequenceNode {
		r.Problem(list, "not a list of plugins")
	}
	for _, item := range r.Items(list) {
		plugins = append(plugins, r.plugin(item, depth)...)
	}
	return plugins
}

func (r reader) plugin(n *yaml.Node, depth int) []Plugin {
	p := Plugin{Line: n.Line}
	for key, value := range r.Pairs(n) {
		r.field(&p, strings.ToLower(key.Value), value)
	}
	if p.Type == "" {
		r.Problem(n, "a plugin without a type")
		return nil
	}
	plugins := []Plugin{p}
	for _, d := range r.delegates(n) {
		plugins = append(plugins, r.plugins(d, depth+1)...)
	}
	return plugins
}

// delegates are the configurations that a plugin runs: "delegates" of multus, "delegate" of flannel, which need not give a type.
func (r reader) delegates(n *yaml.Node) []*yaml.Node {
	if d := r.Get(n, "delegate"); r.Get(d, "type") != nil {
		return []*yaml.Node{d}
	}
	return r.Items(r.Get(n, "delegates"))
}

// field reads one value of a plugin. Plugins are Go programs that take their keys in any case (encoding/json), so key is in lower case: vlan
// documents vlanId and ovn-k8s-cni-overlay vlanID, and each is found written in the other's way.
func (r reader) field(p *Plugin, key string, value *yaml.Node) {
	switch key {
	case "type":
		p.Type = r.Text(value).Value
	case "bridge":
		p.Bridge = r.text(value)
	case "master", "device":
		p.Master = r.text(value)
	case "mode":
		p.Mode = r.text(value)
	case "vlan", "vlanid":
		p.VLAN = r.Number(value)
	case "ipmasq":
		p.IPMasq = r.Bool(value)
	case "isgateway":
		p.Gateway = r.Bool(value)
	case "isdefaultgateway": // bridge makes itself the gateway then
		if v := r.Bool(value); v.Value {
			p.Gateway = v
		}
	case "topology":
		p.Topology = r.text(value)
	case "physicalnetworkname":
		p.Physical = r.text(value)
	case "macspoofchk", "spoofchk":
		p.MACSpoof = r.Bool(value)
	case "links":
		p.Links = r.Names(value)
	case "linkincontainer", "linksincontainer":
		p.InContainer = r.Bool(value)
	case "netattachdefname":
		p.NetAttachDef = r.text(value)
	}
}

// text is a scalar; an empty one counts as not given, as plugins have it.
func (r reader) text(n *yaml.Node) text.At[string] {
	v := r.Text(n)
	if v.Value == "" {
		if n.Kind != yaml.ScalarNode {
			r.Problem(n, "not a text")
		}
		return text.At[string]{}
	}
	return v
}

// ParseStatus reads the annotation k8s.v1.cni.cncf.io/network-status (networks-status with older releases of multus) of a pod.
func ParseStatus(data []byte) (list []Status, problems text.Problems) {
	documents, problems := yamltree.DecodeJSON(data)
	t := yamltree.New()
	t.Problems = problems
	for _, d := range documents {
		items := []*yaml.Node{d}
		if d.Kind == yaml.SequenceNode {
			items = t.Items(d)
		}
		for _, item := range items {
			if item.Kind != yaml.MappingNode {
				t.Problem(item, "not the status of a network")
				continue
			}
			list = append(list, status(t, item))
		}
	}
	return list, t.Problems
}

func status(t *yamltree.Tree, n *yaml.Node) Status {
	s := Status{Line: n.Line, Name: t.Text(t.Get(n, "name")).Value, Interface: t.Text(t.Get(n, "interface")).Value}
	if mac := t.Text(t.Get(n, "mac")); mac.Value != "" {
		s.MAC = text.Of(strings.ToLower(mac.Value), mac.Line)
	}
	for _, ip := range t.Items(t.Get(n, "ips")) {
		if v := t.Text(ip).Value; v != "" {
			s.IPs = append(s.IPs, v)
		}
	}
	if d := t.Get(n, "default"); d != nil {
		s.Default = t.Bool(d).Value
	}
	return s
}
