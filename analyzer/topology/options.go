package topology

import (
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/parsers/bonding"
)

// BondOption is what the bonding driver, or the tool that configures it, takes for one option (drivers/net/bonding/bond_options.c).
type BondOption struct {
	Names []string // of its values, by their numbers; nil where it is no choice
	Words []string // that stand for numbers
	Min   int64
	Max   int64 // of a number; 0 where it is none
	Modes []Mode
	MAC   bool // it is an address of a station
	Tool  bool // of NetworkManager and nmstate, which the driver does not know

	// compared options run with the value that they are configured with; the others are rounded by the kernel, or mean different things to
	// different releases.
	compared bool
	// effective are the modes in which a compared option does what it says, nil for Modes.
	effective []Mode
}

const maxInt = 1<<31 - 1 // INT_MAX of the kernel

var (
	allModes   = []Mode{bonding.BalanceRR, bonding.ActiveBackup, bonding.BalanceXOR, bonding.Broadcast, bonding.LACP, bonding.BalanceTLB, bonding.BalanceALB}
	withARP    = []Mode{bonding.BalanceRR, bonding.ActiveBackup, bonding.BalanceXOR, bonding.Broadcast}
	withActive = []Mode{bonding.ActiveBackup, bonding.BalanceTLB, bonding.BalanceALB}
	onlyAB     = []Mode{bonding.ActiveBackup}
	onlyLACP   = []Mode{bonding.LACP}
	onlyRR     = []Mode{bonding.BalanceRR}

	onOff = []string{"off", "on", "no", "yes", "false", "true", "dropped", "delivered"}
	delay = BondOption{Max: maxInt, Words: []string{"off"}}
	times = BondOption{Max: 255, Words: []string{"off"}}
	flag  = BondOption{Max: 1, Words: onOff}
)

// in makes an option one of some modes: the driver refuses it in the others (unsuppmodes).
func (o BondOption) in(modes []Mode) BondOption { o.Modes = modes; return o }

// asIs makes an option one that runs as it is configured, in some modes (nil: all that take it).
func (o BondOption) asIs(modes []Mode) BondOption { o.compared, o.effective = true, modes; return o }

func choice(names ...string) BondOption { return BondOption{Names: names} }

// bondOptions are the options by their names. Modes are those of the newest kernels; older ones took some options in fewer modes.
var bondOptions = map[string]BondOption{
	"mode":               choice("balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb"),
	"miimon":             delay.asIs(nil),
	"updelay":            delay,
	"downdelay":          delay,
	"peer_notif_delay":   delay,
	"use_carrier":        flag,
	"arp_interval":       delay.in(withARP).asIs(nil),
	"arp_ip_target":      {},
	"ns_ip6_target":      {},
	"arp_validate":       choice("none", "active", "backup", "all", "filter", "filter_active", "filter_backup").in(withARP).asIs(onlyAB),
	"arp_all_targets":    choice("any", "all").asIs(onlyAB),
	"arp_missed_max":     {Min: 1, Max: 255, Modes: withARP},
	"fail_over_mac":      choice("none", "active", "follow").asIs(onlyAB),
	"xmit_hash_policy":   choice("layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4", "vlan+srcmac").asIs([]Mode{bonding.BalanceXOR, bonding.LACP}),
	"num_grat_arp":       times.asIs(nil),
	"num_unsol_na":       times,
	"resend_igmp":        times.asIs(nil),
	"all_slaves_active":  flag.asIs(nil),
	"lp_interval":        {Min: 1, Max: maxInt},
	"packets_per_slave":  BondOption{Max: 65535}.in(onlyRR).asIs(nil),
	"tlb_dynamic_lb":     flag.in([]Mode{bonding.BalanceTLB, bonding.BalanceALB}).asIs([]Mode{bonding.BalanceTLB}),
	"primary":            BondOption{}.in(withActive).asIs(nil),
	"primary_reselect":   choice("always", "better", "failure").asIs(withActive),
	"active_slave":       BondOption{}.in(withActive),
	"prio":               BondOption{}.in(withActive),
	"queue_id":           {},
	"slaves":             {},
	"lacp_rate":          choice("slow", "fast").in(onlyLACP).asIs(nil),
	"lacp_active":        flag.in(onlyLACP).asIs(nil),
	"lacp_strict":        flag.in(onlyLACP),
	"min_links":          delay.asIs(onlyLACP),
	"ad_select":          choice("stable", "bandwidth", "count", "actor_port_prio").asIs(onlyLACP),
	"ad_actor_sys_prio":  {Min: 1, Max: 65535, Modes: onlyLACP},
	"ad_actor_system":    {MAC: true, Modes: onlyLACP},
	"ad_user_port_key":   {Max: 1023, Modes: onlyLACP},
	"actor_port_prio":    {Max: 65535, Modes: onlyLACP},
	"coupled_control":    flag.in(onlyLACP),
	"broadcast_neighbor": flag.in(onlyLACP),
	"balance-slb":        {Max: 1, Words: onOff, Tool: true},
}

// OptionOf returns what is known of an option.
func OptionOf(name string) (o BondOption, known bool) {
	o, known = bondOptions[name]
	return o, known
}

// OptionNames are the names of all options, sorted.
func OptionNames() []string { return slices.Sorted(maps.Keys(bondOptions)) }

// Takes reports that the driver takes the option in a mode.
func (o BondOption) Takes(m Mode) bool { return o.Modes == nil || slices.Contains(o.Modes, m) }

// Valid reports a value that the driver takes. What it cannot judge (names of interfaces, addresses of ARP targets) is valid.
func (o BondOption) Valid(value string) bool {
	value = strings.TrimSpace(value)
	n, err := strconv.ParseInt(value, 10, 64)
	switch {
	case o.MAC:
		mac, err := net.ParseMAC(value)
		return err == nil && len(mac) == 6 && mac[0]&1 == 0
	case o.Names != nil:
		return err == nil && n >= 0 && n < int64(len(o.Names)) || slices.Contains(o.Names, value)
	case o.Max > 0:
		return err == nil && n >= o.Min && n <= o.Max || slices.Contains(o.Words, value)
	}
	return true
}

// ModeNames are the names of the modes that take the option.
func (o BondOption) ModeNames() (list []string) {
	for _, m := range o.Modes {
		list = append(list, m.String())
	}
	return list
}
