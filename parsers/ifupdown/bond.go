package ifupdown

import (
	"slices"
	"strings"

	"github.com/sosbond/sosbond/parsers/netconf"
)

// renamed are options whose names are not the kernel's: those of ifupdown2 (addons/bond.py).
var renamed = map[string]string{"ad_sys_priority": "ad_actor_sys_prio", "ad_sys_mac_addr": "ad_actor_system"}

// scripts are options of the scripts, not of the bond.
var scripts = []string{"give_a_chance", "queue_id"}

// truths are options that ifupdown2 takes as "yes" and "no" for the kernel's 1 and 0.
var truths = []string{"use_carrier", "lacp_rate", "all_slaves_active", "tlb_dynamic_lb", "lacp_bypass_allow"}

// bondOption reads "bond-NAME value": the name is that of a file in /sys/class/net/BOND/bonding, the value what ifenslave writes to it.
func (b *builder) bondOption(o option) {
	name := strings.ReplaceAll(strings.TrimPrefix(o.name, "bond-"), "-", "_")
	if n, ok := renamed[name]; ok {
		name = n
	}
	words := strings.FieldsFunc(o.value, func(r rune) bool { return strings.ContainsRune(" \t,", r) })
	if name == "arp_ip_target" || name == "ns_ip6_target" { // "+ADDRESS" is what ifenslave writes, and refuses in the file
		words = strings.FieldsFunc(o.value, func(r rune) bool { return strings.ContainsRune(" \t,+", r) })
	}
	switch {
	case name == "" || slices.Contains(scripts, name):
		return
	case len(words) == 0:
		b.p.problem(o, "an option without a value")
		return
	case name == "arp_ip_target" || name == "ns_ip6_target":
		b.addTargets(o, name, words)
		return
	case name == "primary": // several may be named; Parse chooses
		b.primaries = words
	case len(words) > 1:
		b.p.problem(o, "more than one word: the driver takes the first at most")
	}
	b.option(o, name, value(name, words[0]))
}

func value(name, word string) string {
	if !slices.Contains(truths, name) {
		return word
	}
	switch strings.ToLower(word) {
	case "yes", "on", "true":
		return "1"
	case "no", "off", "false":
		return "0"
	}
	return word
}

// option sets an option of the bond; the last of several equal ones counts.
func (b *builder) option(o option, name, value string) {
	next := netconf.Option{Line: o.line, Name: name, Value: value}
	if i, ok := b.places[name]; ok {
		b.options[i] = next
		return
	}
	b.places[name] = len(b.options)
	b.options = append(b.options, next)
}

// addTargets adds addresses to those of the lines before.
func (b *builder) addTargets(o option, name string, words []string) {
	i, ok := b.places[name]
	if !ok {
		i = len(b.options)
		b.option(o, name, "")
	}
	b.targets[i] = append(b.targets[i], words...)
}

// choosePrimary takes the first port of those that "bond-primary eth0 eth1" names, as ifenslave does.
func (b *builder) choosePrimary() {
	ports := map[string]bool{}
	for _, port := range b.d.Ports {
		ports[port.Value] = true
	}
	for _, name := range b.primaries {
		if ports[name] {
			b.options[b.places["primary"]].Value = name
			return
		}
	}
}

// ovsOptions are what ovs_options of an OVSBond say of the columns of its Port, by the names of the bonding driver where it has the like.
var ovsOptions = map[string]string{
	"bond_mode": "mode", "lacp": "lacp", "bond_updelay": "updelay", "bond_downdelay": "downdelay",
	"other_config:lacp-time": "lacp_rate", "other_config:bond-miimon-interval": "miimon", "other_config:bond-primary": "primary",
	"other-config:lacp-time": "lacp_rate", "other-config:bond-miimon-interval": "miimon", "other-config:bond-primary": "primary",
}

func (b *builder) ovsOptions(o option) {
	for _, word := range strings.Fields(o.value) {
		key, v, _ := strings.Cut(word, "=")
		if name, ok := ovsOptions[key]; ok && v != "" {
			b.option(o, name, strings.Trim(v, `"'`))
		}
	}
}
