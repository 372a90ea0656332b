// Package bonding reads /proc/net/bonding/<bond>, as the bonding driver of every kernel since 2.6.18 prints it
// (bond_info_seq_show in drivers/net/bonding/bond_procfs.c, bond_main.c before 2.6.39).
package bonding

import "github.com/sosbond/sosbond/parsers/text"

// Bond is the whole file. A value whose line is 0 was not printed by this kernel, or not to an unprivileged reader.
type Bond struct {
	DriverVersion   text.At[string] // "v3.7.1 (April 27, 2011)", or "v" and the kernel release on newer kernels
	Mode            text.At[Mode]
	FailOverMAC     text.At[string] // active, follow; printed as a suffix of the mode
	HashPolicy      text.At[string] // layer2, layer3+4, layer2+3, encap2+3, encap3+4, vlan+srcmac
	Primary         text.At[string] // "None" is kept as ""
	PrimaryReselect text.At[string]
	ActiveSlave     text.At[string] // "None" is kept as ""
	MIIStatus       text.At[string] // carrier of the bond device
	MIIMon          text.At[int]    // ms
	UpDelay         text.At[int]    // ms, effective
	DownDelay       text.At[int]    // ms, effective
	PeerNotifyDelay text.At[int]    // ms
	ARPInterval     text.At[int]    // ms
	ARPMissedMax    text.At[int]
	ARPTargets      text.At[[]string]
	NSTargets       text.At[[]string]

	LACP   *LACPInfo // nil unless the "802.3ad info" block is there
	Slaves []Slave

	Truncated int // line in whose middle the text ends, else 0; its value is absent. See also Complete
}

// LACPInfo is the "802.3ad info" block.
type LACPInfo struct {
	Line           int
	Active         text.At[string] // on, off
	Rate           text.At[string] // slow, fast
	MinLinks       text.At[int]
	SelectPolicy   text.At[string] // stable, bandwidth, count
	SystemPriority text.At[int]    // printed to root only
	SystemMAC      text.At[string] // printed to root only
	NoAggregator   int             // line of "bond X has no active aggregator", else 0
	Aggregator     *Aggregator     // nil when there is none or it was not printed
}

// Aggregator is the "Active Aggregator Info" block.
type Aggregator struct {
	Line       int
	ID         text.At[int]
	Ports      text.At[int]
	ActorKey   text.At[int]
	PartnerKey text.At[int]
	PartnerMAC text.At[string]
}

// Slave is one "Slave Interface" block.
type Slave struct {
	Name         text.At[string]
	MIIStatus    text.At[string] // up, down, going down, going back, unknown
	Speed        text.At[int]    // Mbit/s; -1 for Unknown and for the values that old kernels print instead of it
	Duplex       text.At[string]
	LinkFailures text.At[int]
	PermHWAddr   text.At[string]
	QueueID      text.At[int]

	AggregatorID        text.At[int] // -1 for N/A
	ActorChurn          text.At[string]
	PartnerChurn        text.At[string]
	ActorChurnedCount   text.At[int]
	PartnerChurnedCount text.At[int]
	Actor, Partner      *PDU // nil unless the "details ... lacp pdu" block was printed
}

// PDU is a "details actor lacp pdu" or "details partner lacp pdu" block.
type PDU struct {
	Line           int
	SystemPriority text.At[int]
	SystemMAC      text.At[string]
	Key            text.At[int] // "port key" of the actor, "oper key" of the partner
	PortPriority   text.At[int]
	PortNumber     text.At[int]
	PortState      text.At[int] // LACP_STATE_* bits, see PortState
}
