// Package team reads what teamdctl prints of a team device of libteam: its state and its configuration.
package team

import "github.com/sosbond/sosbond/parsers/text"

// State is the running state (`teamdctl TEAM state`, `teamdctl TEAM state dump`).
type State struct {
	Line       int
	Device     string          // setup.dev_name; "" in the text form
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
	Up           text.At[bool]
	Speed        text.At[int] // Mb/s
	Duplex       text.At[string]
	MAC          text.At[string]
	DownCount    text.At[int]
	LinkWatch    text.At[string] // ethtool, arp_ping, nsna_ping
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
	Runner       text.At[string]
	HWAddrPolicy text.At[string] // same_all, by_active, only_active
	Active       text.At[bool]   // runner.active of lacp
	FastRate     text.At[bool]
	MinPorts     text.At[int]
	TxHash       text.At[[]string]
	NotifyPeers  text.At[int] // notify_peers.count
	MAC          text.At[string]
	LinkWatch    []text.At[string] // names of the link watchers, of the device and its ports, each once
	Ports        []text.At[string]
}
