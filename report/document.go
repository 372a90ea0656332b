// Package report turns the result of an analysis into a Document, the one thing that every output format is written from.
package report

// Schema names the version of the JSON contract.
const Schema = "sosbond.report/v1"

// Document is the report: stable field names, additions allowed.
type Document struct {
	Schema  string  `json:"schema"`
	Tool    Tool    `json:"tool"`
	Hosts   []Host  `json:"hosts"`
	Errors  []Error `json:"errors,omitempty"` // inputs that could not be analyzed
	Summary Summary `json:"summary"`
	Filter  *Filter `json:"filter,omitempty"` // what the report was limited to

	Redacted bool `json:"redacted,omitempty"` // names, addresses and ids are pseudonyms
}

// Tool says what wrote the report.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Error is an input, or a part of one, that could not be analyzed.
type Error struct {
	Input   string `json:"input"`
	Message string `json:"message"`
	// Kind is for programs: missing, unreadable, encrypted, empty, not-a-report, damaged, limit, no-xz, left-out, no-network, no-nodes, and in a scan changed.
	Kind string `json:"kind,omitempty"`
}

// Host is one host of one input.
type Host struct {
	Name      string     `json:"name"`
	MachineID string     `json:"machine_id,omitempty"` // of the installation: 32 hexadecimal digits
	BootID    string     `json:"boot_id,omitempty"`    // of the start that the report was taken in
	Source    Source     `json:"source"`
	OS        string     `json:"os"`
	Kernel    string     `json:"kernel"`
	Platform  string     `json:"platform"`  // libvirt, rhv, openshift, plain
	Collected string     `json:"collected"` // RFC 3339 where the zone is known, else the local time as written; "" when unknown
	Verdict   string     `json:"verdict"`   // the worst of the bonds; "unknown" when no bond could be seen for want of data, "not-affected" when there is none
	Bonds     []Bond     `json:"bonds"`
	Findings  []Finding  `json:"findings"`
	Coverage  []Coverage `json:"coverage"`
}

// Source is where a host was read from.
type Source struct {
	Path     string   `json:"path"`           // as given, the base name only; a nested archive follows after "/"
	Also     []string `json:"also,omitempty"` // what completes it, for example the must-gather of the node's cluster
	Kind     string   `json:"kind"`           // sosreport, must-gather, unknown
	Root     string   `json:"root"`
	Complete bool     `json:"complete"` // false when the input was truncated or damaged, or a limit was hit
	Notes    []string `json:"notes"`
	// Obfuscated is set when `sos clean` masked addresses and names.
	Obfuscated bool `json:"obfuscated,omitempty"`
}

// Bond is one bond with what sits on it.
type Bond struct {
	Name           string          `json:"name"`
	Kind           string          `json:"kind"`                  // kernel, team, ovs
	Mode           string          `json:"mode"`                  // of a team the bonding mode that does the same as its runner
	ModeNumber     int             `json:"mode_number"`           // -1 when unknown, and of a bond of Open vSwitch
	Runner         string          `json:"runner,omitempty"`      // of a team
	LACPStatus     string          `json:"lacp_status,omitempty"` // of Open vSwitch: negotiated, configured, off
	HashPolicy     string          `json:"xmit_hash_policy,omitempty"`
	Monitoring     Monitoring      `json:"monitoring"`
	MIIStatus      string          `json:"mii_status,omitempty"`
	LACP           *LACP           `json:"lacp,omitempty"`
	Configured     string          `json:"configured_by,omitempty"` // ifcfg, keyfile, nmcli, nmstate, nncp, netplan, networkd, ifupdown, wicked, os-net-config, vdsm, teamd, ovsdb
	Configurations []Configuration `json:"configurations,omitempty"`
	Slaves         []Slave         `json:"slaves"`
	Verdict        string          `json:"verdict"`
	Summary        string          `json:"summary"` // the verdict in one sentence
	Attachments    []Attachment    `json:"attachments"`
	At             *At             `json:"at,omitempty"` // what shows that it exists
}

// At is the place in a report where something is told.
type At struct {
	File string `json:"file"`
	Line int    `json:"line,omitempty"` // counted from 1; 0 when it is the file itself
}

// Configuration is what one source says of a bond.
type Configuration struct {
	System  string   `json:"system"`
	File    string   `json:"file"`
	Line    int      `json:"line,omitempty"`
	InUse   bool     `json:"in_use"`            // the host starts with it: no record of what runs, no profile that another one stands in for
	Options []string `json:"options,omitempty"` // NAME=VALUE, mode included
	Slaves  []string `json:"slaves,omitempty"`
	Bridge  string   `json:"bridge,omitempty"`
	Differs []Drift  `json:"differs,omitempty"` // from what runs
}

// Drift is one difference between a configuration and what runs.
type Drift struct {
	What       string `json:"what"` // mode, slaves, or the name of an option
	Configured string `json:"configured"`
	Running    string `json:"running"`
}

// Monitoring is the link monitoring of a bond; 0 is off, -1 is unknown.
type Monitoring struct {
	MIIMonMS      int `json:"miimon_ms"`
	ARPIntervalMS int `json:"arp_interval_ms"`
}

// LACP is the negotiation of an 802.3ad bond.
type LACP struct {
	PartnerMAC string `json:"partner_mac"` // "" when not shown
	Ports      int    `json:"ports"`       // in the active aggregator, -1 when not shown
	Rate       string `json:"rate,omitempty"`
	Aggregator int    `json:"aggregator,omitempty"` // id of the active aggregator; ids start at 1, 0 is unknown
}

// Slave is one port of a bond.
type Slave struct {
	Name         string `json:"name"`
	MIIStatus    string `json:"mii_status"` // down too where the bond does not monitor its links and the device has none
	Active       bool   `json:"active"`     // the currently active slave of modes 1, 5 and 6, in the others every slave that is up, with LACP in the active aggregator
	PermanentMAC string `json:"permanent_mac"`
	SpeedMbps    int    `json:"speed_mbps"` // -1 when unknown
	LinkFailures int    `json:"link_failures"`
	Duplex       string `json:"duplex,omitempty"`      // full, half
	Aggregator   int    `json:"aggregator,omitempty"`  // id of its aggregator; 0 is unknown or none
	PartnerMAC   string `json:"partner_mac,omitempty"` // system MAC of the LACP partner that it hears
	Switch       *Port  `json:"switch,omitempty"`      // where it is plugged in, as far as LLDP tells
	At           *At    `json:"at,omitempty"`
}

// Port is a port of a switch, as the switch told by LLDP.
type Port struct {
	Switch string `json:"switch"`         // the switch's name, or else the id of its chassis
	Port   string `json:"port,omitempty"` // the port's name
	VLANs  []int  `json:"vlans,omitempty"`
	At     *At    `json:"at,omitempty"`
}

// Attachment is what sits on a bond: a bridge, a macvlan, macvtap or ipvlan device, or the host itself.
type Attachment struct {
	Kind       string   `json:"kind"` // bridge, ovs-bridge, macvlan, macvtap, ipvlan, host, unknown
	Name       string   `json:"name"`
	Path       []string `json:"path"` // from the bond up, for example bond0, bond0.100, br100
	Verdict    string   `json:"verdict"`
	Summary    string   `json:"summary"`
	Conditions []string `json:"conditions"`
	Guests     []Guest  `json:"guests"`
	Devices    []Device `json:"devices,omitempty"` // those of Path above the bond of which the report tells more
	At         *At      `json:"at,omitempty"`
}

// Device is a network interface of the host between a bond and its guests.
type Device struct {
	Name  string `json:"name"`
	Kind  string `json:"kind,omitempty"`  // as `ip -d link` names it: vlan, bridge, macvlan, veth, ...
	VLAN  int    `json:"vlan,omitempty"`  // tag of a VLAN device, 0 for others
	MTU   int    `json:"mtu,omitempty"`   // bytes
	State string `json:"state,omitempty"` // up, down, off (set down by the administrator)
	At    *At    `json:"at,omitempty"`
}

// Guest is one network interface of a guest.
type Guest struct {
	Name      string `json:"name"`
	Kind      string `json:"kind"` // vm, container, unknown
	Interface string `json:"interface"`
	MAC       string `json:"mac"`
	Running   bool   `json:"running"`
	At        *At    `json:"at,omitempty"`
}

// Finding is what a rule found.
type Finding struct {
	Rule         string        `json:"rule"`
	Title        string        `json:"title"`
	Severity     string        `json:"severity"`               // critical, error, warning, info, ok
	Confidence   string        `json:"confidence,omitempty"`   // likely, possible; "" where the evidence shows it
	ExplainedBy  string        `json:"explained_by,omitempty"` // the rule whose finding on the same bond this one is a symptom of
	Subject      Subject       `json:"subject"`
	Cause        string        `json:"cause"` // paragraphs separated by an empty line; `code` in backquotes
	Evidence     []Evidence    `json:"evidence"`
	Remediation  []Remediation `json:"remediation"`
	Verification []string      `json:"verification"`
	References   []Reference   `json:"references"`
}

// Subject is what a finding is about.
type Subject struct {
	Bond   string   `json:"bond,omitempty"`
	Bridge string   `json:"bridge,omitempty"`
	Link   string   `json:"link,omitempty"`
	Slaves []string `json:"slaves,omitempty"` // of the bond: those that it is about, where it is not about all of them
	Guests []string `json:"guests,omitempty"`
}

// Evidence is a line of a file of the report.
type Evidence struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Text string `json:"text"`
	Note string `json:"note,omitempty"` // what the line shows, where it does not speak for itself
}

// Remediation is one way to mend it.
type Remediation struct {
	Title    string   `json:"title"`
	Note     string   `json:"note"`
	Commands []string `json:"commands"`
}

// Reference is a document to read.
type Reference struct {
	Title string `json:"title"`
	URL   string `json:"url"`
}

// Coverage says whether a datum was in the report.
type Coverage struct {
	Datum  string   `json:"datum"`
	Status string   `json:"status"` // read, empty, not-collected, failed, unparsed
	Files  []string `json:"files"`
	More   int      `json:"more_files,omitempty"` // how many files are not listed
	Ask    string   `json:"ask"`                  // the command to ask the customer for when it is missing
	Note   string   `json:"note,omitempty"`       // why, when the status needs it
}

// Summary counts.
type Summary struct {
	Hosts    int            `json:"hosts"`
	Bonds    int            `json:"bonds"`
	Verdicts map[string]int `json:"verdicts"`
	Findings map[string]int `json:"findings"`
}
