package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// started are the configurations of bonds of the kernel that the host starts with, each once: what netplan renders, and what NetworkManager prints
// of a profile whose file was read, are left out.
func started(h *topology.Host) (list []*topology.BondConfig) {
	read := map[string]bool{} // names of bonds that have a file of NetworkManager, or of netplan
	for _, c := range h.Configs {
		if c.System == topology.ConfigIfcfg && !c.NMOff || c.System == topology.ConfigNetplan {
			read[c.System+" "+c.Name] = true
		}
	}
	for _, c := range h.Configs {
		printed := c.System == topology.ConfigNmcli && read[topology.ConfigIfcfg+" "+c.Name]
		if c.Team || c.Name == "" || c.OnDemand || printed || !c.Persistent() || !c.ConcernsHost() || c.Rendered() && read[topology.ConfigNetplan+" "+c.Name] {
			continue
		}
		if b := h.Bond(c.Name); b == nil || b.Kind == topology.BondKernel {
			list = append(list, c)
		}
	}
	return list
}

// bondOf is the bond that a configuration is of; one that does not run is made of what the configuration says.
func bondOf(h *topology.Host, c *topology.BondConfig) *topology.Bond {
	if b := h.Bond(c.Name); b != nil {
		return b
	}
	b := &topology.Bond{Name: c.Name, Kind: topology.BondKernel, ConfigOnly: true, Source: c.Source, Mode: c.Mode}
	if !c.Mode.Known() {
		b.Mode.Value = bonding.Unknown
	}
	for _, o := range h.Configs {
		if o.Name == c.Name {
			b.Configs = append(b.Configs, o)
		}
	}
	for _, s := range c.Slaves {
		b.Slaves = append(b.Slaves, &topology.Slave{Name: s.Value, Source: s.Source})
	}
	return b
}

// spelled are the systems whose files name options as the driver does; the others have words of their own, which tools check.
func spelled(c *topology.BondConfig) bool {
	return slices.Contains([]string{topology.ConfigIfcfg, topology.ConfigKeyfile, topology.ConfigNmcli, topology.ConfigNMState, topology.ConfigNNCP, topology.ConfigVDSM,
		topology.ConfigOSNetConfig, topology.ConfigWicked}, c.System)
}

// modeFor is the mode that a configuration's options have to suit: its own, or the running one where it names none.
func modeFor(h *topology.Host, c *topology.BondConfig) topology.Fact[topology.Mode] {
	if _, named := c.Option("mode"); named {
		return c.Mode
	}
	if b := h.Bond(c.Name); b != nil && !b.ConfigOnly && b.Mode.Value != bonding.Unknown {
		return b.Mode
	}
	return topology.Fact[topology.Mode]{}
}

// lastOptions are the options of a configuration, each with its last value; targets are lists and are kept.
func lastOptions(options []topology.ConfigOption) (list []topology.ConfigOption) {
	for i, o := range options {
		later := slices.ContainsFunc(options[i+1:], func(x topology.ConfigOption) bool { return x.Name == o.Name })
		if !later || isTargets(o.Name) {
			list = append(list, o)
		}
	}
	return list
}

func isTargets(name string) bool { return name == "arp_ip_target" || name == "ns_ip6_target" }

// joinOptions writes options as BONDING_OPTS has them; targets of several words become one list.
func joinOptions(options []topology.ConfigOption) string {
	var words []string
	targets := map[string]int{}
	for _, o := range lastOptions(options) {
		if i, ok := targets[o.Name]; ok {
			words[i] += "," + o.Value
			continue
		}
		if isTargets(o.Name) {
			targets[o.Name] = len(words)
		}
		words = append(words, o.Name+"="+o.Value)
	}
	return strings.Join(words, " ")
}

// Write puts options ("mode=802.3ad miimon=100") in place of all that the configuration of the bond has, and applies it.
func (v *View) Write(options string) string { return v.apply(strings.Fields(options)) }

// Store is Write without applying.
func (v *View) Store(options string) string { return v.record(strings.Fields(options)) }

// onHost is a file of the report as it is called on the host.
func onHost(file string) string { return "/" + path.Clean(file) }

// ifcfgOf are the ifcfg files of a bond, and of its slaves.
func ifcfgOf(h *topology.Host, bond string) (own, slaves []*topology.Ifcfg) {
	for _, f := range h.Ifcfg {
		switch {
		case f.Get("MASTER") == bond:
			slaves = append(slaves, f)
		case f.Device == bond:
			own = append(own, f)
		}
	}
	return own, slaves
}

// allLinks reports that the list of links may be taken for complete: nothing was cut off, and it has every slave and bond that runs.
func allLinks(h *topology.Host) bool {
	return h.Complete && len(h.Links) > 0 && !slices.ContainsFunc(h.Bonds, func(b *topology.Bond) bool {
		lost := func(name string) bool { return h.Link(name) == nil }
		return !b.ConfigOnly && b.Kind == topology.BondKernel && (lost(b.Name) || slices.ContainsFunc(b.SlaveNames(), lost))
	})
}
