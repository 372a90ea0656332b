// Package nft reads `nft [-a] list ruleset` as far as bonds and bridges are concerned: its tables, chains, sets and rules, the rules
// that rewrite a source MAC address, and the tables that NetworkManager installs for balance-slb.
package nft

// Ruleset is the whole text.
type Ruleset struct {
	Tables []Table
}

// Table is "table FAMILY NAME { ... }".
type Table struct {
	Line   int
	Family string // ip, ip6, inet, arp, bridge, netdev
	Name   string
	Chains []Chain
	Sets   []Set
}

// Chain is "chain NAME { ... }".
type Chain struct {
	Line     int
	Name     string
	Type     string // filter, nat, route; "" for a regular chain
	Hook     string // ingress, egress, prerouting, forward, postrouting, ...
	Devices  []string
	Priority string
	Policy   string
	Rules    []Rule
}

// Rule is one rule, as printed, without its handle.
type Rule struct {
	Line int
	Text string
}

// Set is "set NAME { ... }" or "map NAME { ... }".
type Set struct {
	Line     int
	Name     string
	Type     string
	Elements []string
}

// Rewrite is a rule of the bridge family that sets the source MAC address of what leaves a bridge: the workaround for looped ARP.
type Rewrite struct {
	Line        int
	Family      string // bridge
	Table       string
	Chain       string
	Text        string
	Hook        string
	OutIf       string   // oifname, "" when the rule does not limit it
	Guests      []string // the source MACs that it matches, lower case and zero padded, those of a named set included; empty: any
	NewMAC      string   // the MAC that it writes, lower case and zero padded
	ARPOnly     bool     // matches ARP alone
	AllBroad    bool     // matches every broadcast and multicast frame
	SnatARP     bool     // rewrites the ARP payload too
	Unreachable int      // line of an earlier rule of the chain that accepts or drops everything, else 0
}
