package libvirt

import (
	"slices"
	"strings"

	"libvirt.org/go/libvirtxml"

	"github.com/sosbond/sosbond/parsers/text"
)

// ParseNetwork reads a network: its definition, its live XML, or the status XML of an active one.
func ParseNetwork(data []byte) (Network, text.Problems) {
	root, problems := parseTree(data)
	if root == nil {
		return Network{}, problems
	}
	e := root
	if root.name == "networkstatus" {
		e = root.child("network")
	}
	if e == nil || e.name != "network" {
		return Network{}, append(problems, text.NewProblem(root.line, "<"+root.name+">", "not a network"))
	}
	n := Network{
		Line: e.line, Name: e.content("name"), Bridge: e.child("bridge").at("name"), Forward: forward(e),
		Virtual: e.child("virtualport").attr("type"),
	}
	n.devices(e.child("forward"))
	var x libvirtxml.Network
	if err := x.Unmarshal(e.source); err != nil {
		return n, append(problems, text.NewProblem(e.line, "<network>", "not as libvirt defines it: "+err.Error()))
	}
	n.IPs = len(x.IPs)
	n.Isolated = x.PortOptions != nil && x.PortOptions.Isolated == "yes"
	return n, problems
}

// forward is the mode of <forward>, which is nat when the element names none. Without the element the network leads nowhere.
func forward(network *element) text.At[string] {
	f := network.child("forward")
	switch {
	case f == nil:
		return text.Of("none", network.line)
	case f.attr("mode") == "":
		return text.Of("nat", f.line)
	}
	return f.at("mode")
}

// devices collects the devices that the network forwards to. libvirt repeats the first of them as the attribute dev.
func (n *Network) devices(forward *element) {
	if forward == nil {
		return
	}
	add := func(v text.At[string]) {
		same := func(d text.At[string]) bool { return d.Value == v.Value }
		if v.Found() && !slices.ContainsFunc(n.Devs, same) {
			n.Devs = append(n.Devs, v)
		}
	}
	for _, c := range forward.children {
		if c.name == "interface" || c.name == "pf" {
			add(c.at("dev"))
		}
	}
	if dev := strings.TrimSpace(forward.attr("dev")); dev != "" {
		add(text.Of(dev, forward.line))
	}
}
