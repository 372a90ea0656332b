package kube

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/sosbond/sosbond/parsers/cni"
	"github.com/sosbond/sosbond/parsers/text"
)

func (r *reader) nad(n *yaml.Node, meta Meta) {
	config := r.Path(n, "spec", "config")
	nad := NAD{Meta: meta, Resource: r.at(r.annotation(n, "k8s.v1.cni.cncf.io/resourceName"))}
	if s := r.Text(config); s.Found() {
		var problems text.Problems
		nad.ConfigAt = s.Line
		nad.Config, problems = cni.Parse(embedded(config))
		r.Problems.Join(problems)
	}
	r.objects.NADs = append(r.objects.NADs, nad)
}

// embedded is the JSON that a string holds, moved to the lines that it has in the file: a literal block ("|") begins below the line of its
// mark, and what is quoted or folded is on the line where it begins. JSON permits blanks for the line ends outside of strings, and none within.
func embedded(n *yaml.Node) []byte {
	lines, s := n.Line, n.Value
	if n.Style&yaml.LiteralStyle == 0 {
		lines, s = n.Line-1, strings.ReplaceAll(s, "\n", " ")
	}
	return append(bytes.Repeat([]byte{'\n'}, max(lines, 0)), s...)
}

func (r *reader) vm(n *yaml.Node, meta Meta) {
	spec := r.Get(n, "spec")
	vm := VM{Meta: meta, Running: r.Bool(r.Get(spec, "running")), Status: r.at(r.Get(r.Get(n, "status"), "printableStatus"))}
	if strategy := r.at(r.Get(spec, "runStrategy")); !vm.Running.Found() && strategy.Found() {
		vm.Running = text.Of(strategy.Value != "Halted", strategy.Line)
	}
	vm.Interfaces = r.interfaces(r.Path(spec, "template", "spec"))
	r.objects.VMs = append(r.objects.VMs, vm)
}

func (r *reader) vmi(n *yaml.Node, meta Meta) {
	status := r.Get(n, "status")
	vmi := VMI{
		Meta: meta, Node: r.at(r.Get(status, "nodeName")), Phase: r.at(r.Get(status, "phase")), Interfaces: r.interfaces(r.Get(n, "spec")),
	}
	for uid := range r.Pairs(r.Get(status, "activePods")) {
		vmi.Pods = append(vmi.Pods, cut(uid.Value, maxText))
	}
	for _, item := range r.Items(r.Get(status, "interfaces")) {
		r.report(item, vmi.Interfaces)
	}
	r.objects.VMIs = append(r.objects.VMIs, vmi)
}

// report adds an element of status.interfaces to the interface of its name. Those without one are known to the agent in the guest alone.
func (r *reader) report(item *yaml.Node, interfaces []Interface) {
	name := r.str(r.Get(item, "name"))
	for k := range interfaces {
		i := &interfaces[k]
		if name == "" || i.Name != name {
			continue
		}
		if mac := r.mac(r.Get(item, "mac")); mac.Value != "" {
			i.MAC = mac
		}
		if s := r.at(r.Get(item, "podInterfaceName")); s.Found() {
			i.InPod = s
		}
		if s := r.at(r.Get(item, "linkState")); s.Found() {
			i.LinkState = s
		}
		return
	}
}

func (r *reader) mac(n *yaml.Node) text.At[string] {
	mac := r.at(n)
	mac.Value = strings.ToLower(mac.Value)
	return mac
}

// interfaces reads the interfaces of the spec of an instance, and joins them with its networks.
func (r *reader) interfaces(spec *yaml.Node) (list []Interface) {
	networks := map[string]*yaml.Node{}
	for _, item := range r.Items(r.Get(spec, "networks")) {
		networks[r.str(r.Get(item, "name"))] = item
	}
	for _, item := range r.Items(r.Path(spec, "domain", "devices", "interfaces")) {
		i := Interface{Line: item.Line, Name: r.str(r.Get(item, "name")), Binding: r.binding(item), MAC: r.mac(r.Get(item, "macAddress"))}
		network := networks[i.Name]
		i.Network = r.at(r.Path(network, "multus", "networkName"))
		i.Pod = r.Get(network, "pod") != nil
		list = append(list, i)
	}
	return list
}

// bindings are the keys of an interface that say how it is bound to the pod (kubevirt.io/api, InterfaceBindingMethod).
var bindings = []string{"bridge", "masquerade", "sriov", "slirp", "macvtap", "passt", "passtBinding"}

func (r *reader) binding(n *yaml.Node) string {
	for _, b := range bindings {
		if r.Get(n, b) != nil {
			return strings.TrimSuffix(b, "Binding")
		}
	}
	return r.str(r.Path(n, "binding", "name"))
}

// networkStatus are the annotations of multus, the second before version 3.7.
var networkStatus = []string{"k8s.v1.cni.cncf.io/network-status", "k8s.v1.cni.cncf.io/networks-status"}

func (r *reader) pod(n *yaml.Node, meta Meta) {
	spec := r.Get(n, "spec")
	p := Pod{
		Meta: meta, Node: r.at(r.Get(spec, "nodeName")), Host: r.Bool(r.Get(spec, "hostNetwork")).Value,
		Running: r.str(r.Path(n, "status", "phase")) == "Running",
	}
	if meta.Labels["kubevirt.io"] == "virt-launcher" {
		p.Domain = r.domain(n, meta)
	}
	if status := r.Get(r.Path(n, "metadata", "annotations"), networkStatus...); r.Text(status).Value != "" {
		var problems text.Problems
		p.Networks, problems = cni.ParseStatus(embedded(status))
		r.Problems.Join(problems)
	}
	if len(p.Networks) == 0 && p.Domain == "" && !p.Host { // on the network of the cluster alone, as most
		r.objects.Other++
		return
	}
	r.objects.Pods = append(r.objects.Pods, p)
}

// domain is the name of the virtual machine of a virt-launcher pod. A label has at most 63 characters, an annotation the whole name.
func (r *reader) domain(n *yaml.Node, meta Meta) string {
	for _, name := range []string{r.str(r.annotation(n, "kubevirt.io/domain")), meta.Labels["vm.kubevirt.io/name"], meta.Labels["kubevirt.io/domain"]} {
		if name != "" {
			return name
		}
	}
	return ""
}
