// Package team reads what teamdctl prints of a team device of libteam: its state and its configuration.
package team

import "github.com/sosbond/sosbond/parsers/text"

// State is the running state (`teamdctl TEAM state`, `teamdctl TEAM state dump`).
type State struct {
	Line       int
	Device     string          // team_device.ifinfo.ifname; "" in the text form
	MAC        text.At[string] // of the team device; lower case
	Runner     text.At[string] // broadcast, roundrobin, random, activebackup, loadbalance, lacp
	ActivePort text.At[string] // of activebackup
	LACPActive text.At[bool]
	FastRate   text.At[bool]
	Ports      []Port
}

// Port is a port of a team.
type Port struct {
	Line         int
	Name         string
	Up           text.At[bool]   // as its link watches see it, which is what the runner goes by
	Speed        text.At[int]    // Mb/s
	Duplex       text.At[string] // full, half
	MAC          text.At[string] // the address it has in the team; lower case
	DownCount    text.At[int]    // how often a link watch saw the link go down; of several watches the largest
	LinkWatch    text.At[string] // ethtool, arp_ping, nsna_ping, tipc; of several the names with commas
	Aggregator   text.At[int]    // of lacp
	AggSelected  text.At[bool]   // its aggregator is the one in use
	Selected     text.At[bool]   // the port is in an aggregator
	LACPState    text.At[string] // current, expired, defaulted, disabled
	ActorState   text.At[int]    // bits as in 802.1AX
	PartnerState text.At[int]
	PartnerMAC   text.At[string] // system id of the partner
	PartnerKey   text.At[int]
}

// Config is a configuration (`teamdctl TEAM config dump`, TEAM_CONFIG of ifcfg, [team] config of a keyfile).
type Config struct {
	Line         int
	Device       string
	Runner       text.At[string] // teamd takes roundrobin when there is none
	HWAddrPolicy text.At[string] // same_all, by_active, only_active
	Active       text.At[bool]   // runner.active of lacp
	FastRate     text.At[bool]
	MinPorts     text.At[int]
	TxHash       text.At[[]string]
	TxBalancer   text.At[string]   // basic: hashes move between the ports of loadbalance and lacp while they run
	NotifyPeers  text.At[int]      // notify_peers.count
	MAC          text.At[string]   // hwaddr; lower case
	LinkWatch    []text.At[string] // names of the link watchers, of the device and its ports, each once
	Ports        []text.At[string]
}
