package libvirt

import (
	"fmt"
	"strconv"
	"strings"

	"libvirt.org/go/libvirtxml"

	"github.com/sosbond/sosbond/parsers/text"
)

// ParseDomain reads a domain: its definition, its live XML, or the status XML of a running one. Of a file that is cut or damaged it returns
// what stands before the damage.
func ParseDomain(data []byte) (Domain, text.Problems) {
	root, problems := parseTree(data)
	if root == nil {
		return Domain{ID: -1}, problems
	}
	e := root
	if root.name == "domstatus" {
		e = root.child("domain")
	}
	if e == nil || e.name != "domain" {
		return Domain{ID: -1}, append(problems, text.NewProblem(root.line, "<"+root.name+">", "not a domain"))
	}
	d := Domain{
		Line: e.line, Name: e.content("name"), UUID: e.content("uuid"), Type: e.attr("type"), ID: -1,
		Status: root != e, State: "",
	}
	if d.Status {
		d.State = root.attr("state")
	}
	if id, err := strconv.Atoi(e.attr("id")); err == nil && id >= 0 {
		d.ID = id
	}
	for _, devices := range e.children {
		if devices.name != "devices" {
			continue
		}
		for _, c := range devices.children {
			if c.name != "interface" {
				continue
			}
			i, why := newInterface(c)
			d.Interfaces = append(d.Interfaces, i)
			if why != "" {
				problems.Add(c.line, "<interface type='"+i.Type+"'>", why)
			}
		}
	}
	return d, problems
}

// newInterface takes what tells where an interface leads from the element itself: libvirt's Go type keeps the <source> of the declared type
// only, while live XML has the network and the bridge side by side, and it knows no <actual>.
func newInterface(e *element) (i Interface, why string) {
	actual := e.child("actual")
	source, behind := e.child("source"), actual.child("source")
	i = Interface{
		Line: e.line, Type: e.attr("type"),
		MAC:        e.child("mac").at("address"),
		Bridge:     first(source.at("bridge"), behind.at("bridge")),
		Network:    source.at("network"),
		PortGroup:  source.attr("portgroup"),
		Dev:        first(source.at("dev"), behind.at("dev")),
		Mode:       first(source.at("mode"), behind.at("mode")).Value,
		Target:     e.child("target").at("dev"),
		Virtual:    first(e.child("virtualport").at("type"), actual.child("virtualport").at("type")).Value,
		ActualType: actual.attr("type"),
	}
	i.MAC.Value = strings.ToLower(i.MAC.Value)
	var x libvirtxml.DomainInterface
	if err := x.Unmarshal(e.source); err != nil {
		return i, "not as libvirt defines it: " + err.Error()
	}
	i.typed(&x)
	return i, ""
}

// typed adds what libvirt's own type reads.
func (i *Interface) typed(x *libvirtxml.DomainInterface) {
	if x.Model != nil {
		i.Model = x.Model.Type
	}
	if x.Link != nil {
		i.LinkState = x.Link.State
	}
	if x.MTU != nil {
		i.MTU = int(x.MTU.Size)
	}
	if x.VLan != nil {
		for _, tag := range x.VLan.Tags {
			i.VLANs = append(i.VLANs, int(tag.ID))
		}
	}
	if h := x.Source.Hostdev; h != nil && h.PCI != nil && h.PCI.Address != nil {
		i.PCI = pciAddress(h.PCI.Address)
	}
}

// pciAddress writes an address as lspci -D does, "" when it is not complete.
func pciAddress(a *libvirtxml.DomainAddressPCI) string {
	if a.Bus == nil || a.Slot == nil || a.Function == nil {
		return ""
	}
	domain := uint(0)
	if a.Domain != nil {
		domain = *a.Domain
	}
	return fmt.Sprintf("%04x:%02x:%02x.%x", domain, *a.Bus, *a.Slot, *a.Function)
}

// first is the first value that was found.
func first(values ...text.At[string]) (v text.At[string]) {
	for _, v = range values {
		if v.Found() {
			return v
		}
	}
	return v
}
