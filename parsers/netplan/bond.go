package netplan

import (
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/sosbond/sosbond/parsers/netconf"
	"github.com/sosbond/sosbond/parsers/networkd"
	"github.com/sosbond/sosbond/parsers/text"
)

// value turns the value of a parameter into the kernel's, absent when it is none.
type value func(r *reader, n *yaml.Node) text.At[string]

// parameters are the parameters of a bond in netplan(5) with the options of the bonding driver that they set.
var parameters = map[string]struct {
	option string
	value  value
}{
	"mode":                    {"mode", (*reader).mode},
	"lacp-rate":               {"lacp_rate", (*reader).scalar},
	"mii-monitor-interval":    {"miimon", (*reader).milliseconds},
	"min-links":               {"min_links", (*reader).scalar},
	"transmit-hash-policy":    {"xmit_hash_policy", (*reader).scalar},
	"ad-select":               {"ad_select", (*reader).scalar},
	"all-slaves-active":       {"all_slaves_active", (*reader).boolean},
	"all-members-active":      {"all_slaves_active", (*reader).boolean},
	"arp-interval":            {"arp_interval", (*reader).milliseconds},
	"arp-ip-targets":          {"arp_ip_target", (*reader).list},
	"arp-validate":            {"arp_validate", (*reader).scalar},
	"arp-all-targets":         {"arp_all_targets", (*reader).scalar},
	"up-delay":                {"updelay", (*reader).milliseconds},
	"down-delay":              {"downdelay", (*reader).milliseconds},
	"fail-over-mac-policy":    {"fail_over_mac", (*reader).scalar},
	"gratuitous-arp":          {"num_grat_arp", (*reader).scalar},
	"gratuitious-arp":         {"num_grat_arp", (*reader).scalar}, //nolint:misspell // netplan takes this spelling, too
	"packets-per-slave":       {"packets_per_slave", (*reader).scalar},
	"packets-per-member":      {"packets_per_slave", (*reader).scalar},
	"primary-reselect-policy": {"primary_reselect", (*reader).scalar},
	"resend-igmp":             {"resend_igmp", (*reader).scalar},
	"learn-packet-interval":   {"lp_interval", (*reader).seconds},
	"primary":                 {"primary", (*reader).port},
}

// bondOptions are the parameters of a bond, and lacp of one in Open vSwitch.
func (r *reader) bondOptions(n *yaml.Node) (options []netconf.Option) {
	p := r.Get(n, "parameters")
	if p != nil && p.Kind != yaml.MappingNode {
		r.Problem(p, "not a mapping of parameters")
	}
	for key, node := range r.Pairs(p) {
		known, ok := parameters[key.Value]
		if !ok {
			r.Problem(key, "a parameter that netplan does not know")
			continue
		}
		if v := known.value(r, node); v.Found() {
			options = append(options, netconf.Option{Line: v.Line, Name: known.option, Value: v.Value})
		}
	}
	if lacp := r.Text(r.Path(n, "openvswitch", "lacp")); lacp.Found() {
		options = append(options, netconf.Option{Line: lacp.Line, Name: "lacp", Value: lacp.Value})
	}
	return options
}

// profileOptions are the settings that netplan hands through to NetworkManager, which names them as the kernel does: "bond.miimon".
func (r *reader) profileOptions(n *yaml.Node) (options []netconf.Option) {
	for key, node := range r.Pairs(r.Path(n, "networkmanager", "passthrough")) {
		option, ok := strings.CutPrefix(key.Value, "bond.")
		if v := r.Text(node); ok && option != "" && v.Found() {
			options = append(options, netconf.Option{Line: v.Line, Name: option, Value: v.Value})
		}
	}
	return options
}

func (r *reader) scalar(n *yaml.Node) text.At[string] {
	v := r.Text(n)
	if !v.Found() || v.Value == "" {
		r.Problem(n, "not a value")
		return text.At[string]{}
	}
	return v
}

func (r *reader) mode(n *yaml.Node) text.At[string] {
	v := r.scalar(n)
	if _, err := strconv.Atoi(v.Value); err == nil {
		r.Problem(n, "netplan takes modes by their names, and refuses a file with a number")
	}
	return v
}

func (r *reader) boolean(n *yaml.Node) (v text.At[string]) {
	b := r.Bool(n)
	switch {
	case !b.Found():
		return v
	case b.Value:
		return text.Of("1", b.Line)
	}
	return text.Of("0", b.Line)
}

func (r *reader) list(n *yaml.Node) (v text.At[string]) {
	var list []string
	for _, name := range r.Names(n) {
		list = append(list, name.Value)
	}
	if len(list) == 0 {
		if n.Kind != yaml.SequenceNode {
			r.Problem(n, "not a list: netplan refuses the file")
		}
		return v
	}
	return text.Of(strings.Join(list, ","), max(n.Line, 1))
}

func (r *reader) port(n *yaml.Node) text.At[string] {
	id := r.scalar(n)
	if r.names[id.Value].glob {
		r.Problem(n, "the primary port is a pattern: which device is meant is not told")
		return text.At[string]{}
	}
	return r.resolve(id)
}

func (r *reader) milliseconds(n *yaml.Node) text.At[string] { return r.span(n, time.Millisecond) }

func (r *reader) seconds(n *yaml.Node) text.At[string] { return r.span(n, time.Second) }

// span reads a time span, whose unit is the one that is meant when it has none, in that unit.
func (r *reader) span(n *yaml.Node, unit time.Duration) (v text.At[string]) {
	s := r.scalar(n)
	if !s.Found() {
		return v
	}
	span, ok := networkd.Timespan(s.Value, unit)
	if !ok {
		r.Problem(n, "not a time span")
		return v
	}
	return text.Of(strconv.FormatInt(int64(span/unit), 10), s.Line)
}
