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
	Elements []string // as printed, without quotes and without their timeout, counter and comment; "KEY : VALUE" of a map
}

// Rewrite is a rule of the bridge family that sets the source MAC address of what leaves a bridge: the workaround for looped ARP.
type Rewrite struct {
	Line        int
	Family      string // bridge
	Table       string
	Chain       string
	Text        string
	Hook        string   // postrouting, ...: of the base chain that leads to the rule; "" when none does, so that it is never used
	OutIf       string   // oifname, "" when the rule does not limit it; the first of OutIfs
	OutIfs      []string // all names of oifname or oif; "bond*" stands for every name that begins so
	Guests      []string // the source MACs that it matches, lower case and zero padded, those of a named set included; empty: any
	NewMAC      string   // the MAC that it writes, lower case and zero padded
	ARPOnly     bool     // matches ARP alone
	AllBroad    bool     // matches every broadcast and multicast frame
	All         bool     // matches every frame, unicast too
	Partial     bool     // has matches that this type does not express: it may match less than the other fields say
	SnatARP     bool     // rewrites the ARP payload too; nft cannot print the NewMAC of such a rule when ebtables-nft made it
	Unreachable int      // line of an earlier rule of the chain that accepts or drops everything, else 0
}

// SLB is the table that NetworkManager installs for a bond with balance-slb=1 (nm_firewall_nft_stdio_mlag in nm-firewall-utils.c), with the
// lines of the chains that it needs.
type SLB struct {
	Line     int
	Table    string
	TxSnoop  int       // chain tx-snoop-source-mac: notes the source MACs that the bond sends
	RxLooped int       // chain rx-drop-looped-packets: drops what comes back to the bond with one of them
	Drops    []SLBPort // chains rx-drop-bc-mc-PORT: drop broadcasts and multicasts on every port but the first active one
}

// SLBPort is one rx-drop-bc-mc-PORT chain.
type SLBPort struct {
	Line int
	Port string
}
