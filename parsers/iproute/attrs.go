package iproute

import (
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// A grammar is what `ip -d link` prints of one kind of device. Words that it does not name are read as "name value", so that
// the attributes of newer versions are found too; where a name follows, they are flags.
type grammar struct {
	names  map[string]bool // followed by a value
	flags  map[string]bool // stand alone
	double map[string]bool // followed by two values
}

// commonNames follow the last line of details, whichever it is: everything from the first of them on is about the device and
// not about its kind (print_linkinfo in ip/ipaddress.c).
var commonNames = wordSet(`addrgenmode numtxqueues numrxqueues gso_max_size gso_max_segs tso_max_size tso_max_segs gro_max_size
	gso_ipv4_max_size gro_ipv4_max_size portname portid switchid parentbus parentdev`)

// device is what is printed of the device itself, on the "link/" line before the kind, besides the common names.
var device = grammar{names: wordSet(`brd peer permaddr link-netns link-netnsid new-netns new-netnsid new-ifindex protodown protodown_reason
	promiscuity allmulti minmtu maxmtu`)}

const tunnelNames = `remote local dev ttl hoplimit tos tclass flowlabel encaplimit ikey okey key encap encap-sport encap-dport fwmark
	erspan_ver erspan_index erspan_dir erspan_hwid 6rd-prefix 6rd-relay_prefix mode dstport ageing maxaddr df id`

const tunnelFlags = `pmtudisc nopmtudisc ignore-df noignore-df seq csum iseq oseq icsum ocsum external noexternal noencap encap-csum noencap-csum
	encap-csum6 noencap-csum6 encap-remcsum noencap-remcsum isatap nopmtu udpcsum noudpcsum udp6zerocsumtx noudp6zerocsumtx
	udp6zerocsumrx noudp6zerocsumrx innerprotoinherit`

// grammars are by kind, with "_slave" for what is printed of a port (ip/iplink_*.c, ip/link_*.c and ip/iptuntap.c).
var grammars = map[string]grammar{
	"bond": {names: wordSet(`mode active_slave miimon updelay downdelay peer_notify_delay use_carrier arp_interval arp_missed_max
		arp_ip_target ns_ip6_target arp_validate arp_all_targets primary primary_reselect fail_over_mac xmit_hash_policy resend_igmp
		num_grat_arp num_unsol_na num_peer_notif all_slaves_active min_links lp_interval packets_per_slave lacp_active lacp_rate
		lacp_strict coupled_control broadcast_neighbor ad_select ad_aggregator ad_num_ports ad_actor_key ad_partner_key
		ad_partner_mac ad_actor_sys_prio ad_user_port_key ad_actor_system tlb_dynamic_lb`)},
	"bond_slave": {names: wordSet(`state mii_status link_failure_count perm_hwaddr queue_id prio ad_aggregator_id
		ad_actor_oper_port_state ad_actor_oper_port_state_str ad_partner_oper_port_state ad_partner_oper_port_state_str
		churn_actor_state churn_partner_state actor_port_prio`)},
	"bridge": {names: wordSet(`forward_delay hello_time max_age ageing_time stp_state priority vlan_filtering vlan_protocol bridge_id
		designated_root root_port root_path_cost topology_change topology_change_detected hello_timer tcn_timer
		topology_change_timer gc_timer fdb_n_learned fdb_max_learned vlan_default_pvid vlan_stats_enabled vlan_stats_per_port
		group_fwd_mask group_address mcast_snooping no_linklocal_learn mcast_vlan_snooping mst_enabled mdb_offload_fail_notification
		mcast_router mcast_query_use_ifaddr mcast_querier mcast_querier_ipv4_addr mcast_querier_ipv6_addr mcast_hash_elasticity
		mcast_hash_max mcast_last_member_count mcast_startup_query_count mcast_last_member_interval mcast_membership_interval
		mcast_querier_interval mcast_query_interval mcast_query_response_interval mcast_startup_query_interval
		mcast_stats_enabled mcast_igmp_version mcast_mld_version nf_call_iptables nf_call_ip6tables nf_call_arptables`)},
	"bridge_slave": {names: wordSet(`state priority cost hairpin guard root_block fastleave learning learning_sync flood port_id port_no
		designated_port designated_cost designated_bridge designated_root hold_timer message_age_timer forward_delay_timer
		topology_change_ack config_pending proxy_arp proxy_arp_wifi mcast_router mcast_fast_leave mcast_flood bcast_flood
		mcast_to_unicast neigh_suppress neigh_vlan_suppress neigh_forward_grat group_fwd_mask group_fwd_mask_str vlan_tunnel
		isolated locked mab backup_port backup_nhid mcast_n_groups mcast_max_groups hwmode`)},
	"vlan":    {names: wordSet(`protocol id ingress-qos-map egress-qos-map`)},
	"macvlan": macvlan,
	"macvtap": macvlan,
	"ipvlan":  ipvlan,
	"ipvtap":  ipvlan,
	"tun": {
		names: wordSet(`type pi vnet_hdr numqueues numdisabled persist user group`),
		flags: wordSet(`multi_queue`),
	},
	"vxlan": {
		names: wordSet(`id group remote local dev dstport tos ttl df flowlabel ageing maxaddr reserved_bits label_policy`),
		flags: wordSet(`learning nolearning proxy noproxy rsc norsc l2miss nol2miss l3miss nol3miss udpcsum noudpcsum udp6zerocsumtx
			noudp6zerocsumtx udp6zerocsumrx noudp6zerocsumrx remcsumtx noremcsumtx remcsumrx noremcsumrx external noexternal gbp gpe
			vnifilter novnifilter localbypass nolocalbypass mcroute nomcroute`),
		double: wordSet(`srcport`),
	},
	"vrf":         {names: wordSet(`table`)},
	"vrf_slave":   {names: wordSet(`table`)},
	"ipoib":       {names: wordSet(`pkey mode umcast`)},
	"netkit":      {names: wordSet(`mode type policy scrub headroom tailroom`), flags: wordSet(`peer`)},
	"macsec":      {names: wordSet(`sci protect cipher icvlen encodingsa validate encrypt send_sci end_station scb replay window offload`)},
	"hsr":         {names: wordSet(`slave1 slave2 interlink sequence supervision proto`)},
	"veth":        {},
	"dummy":       {},
	"team":        {},
	"openvswitch": {},
	"ifb":         {},
	"wireguard":   {},
	"gre":         tunnel, "gretap": tunnel, "erspan": tunnel, "ip6gre": tunnel, "ip6gretap": tunnel, "ip6erspan": tunnel,
	"ipip": tunnel, "sit": tunnel, "ip6tnl": tunnel, "vti": tunnel, "vti6": tunnel, "geneve": tunnel, "bareudp": tunnel,
}

var (
	macvlan = grammar{names: wordSet(`mode bcqueuelen usedbcqueuelen bclim remotes`), flags: wordSet(`nopromisc nodst`)}
	ipvlan  = grammar{names: wordSet(`mode`), flags: wordSet(`bridge private vepa`)}
	tunnel  = grammar{names: wordSet(tunnelNames), flags: wordSet(tunnelFlags)}
)

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(list) {
		set[word] = true
	}
	return set
}

// knows reports whether word is a name or a flag of g.
func (g grammar) knows(word string) bool { return g.names[word] || g.flags[word] || g.double[word] }

// read stores the attributes in c and stops before the first common one.
func (g grammar) read(c *cursor, line int, attrs map[string]text.At[string]) {
	for len(*c) > 0 && !commonNames[c.peek()] {
		name := c.next()
		if closing(name) != "" { // flags of a vlan: <REORDER_HDR,GVRP>
			for flag := range strings.SplitSeq(unbracket(name), ",") {
				attrs[flag] = text.Of("", line)
			}
			continue
		}
		attrs[name] = text.Of(g.value(c, name), line)
	}
}

// value reads what belongs to name: nothing for a flag.
func (g grammar) value(c *cursor, name string) string {
	switch {
	case g.flags[name], !g.knows(name) && (g.knows(c.peek()) || commonNames[c.peek()]):
		return ""
	case g.double[name]:
		return strings.TrimSpace(c.next() + " " + c.next())
	case name == "remotes":
		return remotes(c)
	}
	return unbracket(c.next())
}

// remotes reads the list of a macvlan in mode source: "remotes (2) MAC MAC".
func remotes(c *cursor) string {
	count := c.next()
	n, _ := strconv.Atoi(strings.Trim(count, "()"))
	var list []string
	for ; n > 0 && strings.Contains(c.peek(), ":"); n-- {
		list = append(list, c.next())
	}
	return strings.Join(list, " ")
}
