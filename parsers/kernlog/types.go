// Package kernlog finds the kernel's messages about bonds and bridges in dmesg, journal and syslog texts of any size. It reads them as
// streams and keeps, for each kind of event and its subject, only a count with the first and the last line.
package kernlog

// Kind is what a message tells.
type Kind string

// The kinds. Their texts by kernel generation stand in drivers/net/bonding/bond_main.c, bond_3ad.c and net/bridge/br_fdb.c, br_stp.c.
const (
	LinkDown      Kind = "link-down"       // link status definitely down
	LinkUp        Kind = "link-up"         // link status definitely up
	Failover      Kind = "failover"        // making interface the new active one
	NoActive      Kind = "no-active"       // now running without any active interface
	OwnAddress    Kind = "own-address"     // received packet on X with own address as source address
	NoLACPPartner Kind = "no-lacp-partner" // No 802.3ad response from the link partner
	Loopback      Kind = "loopback"        // An illegal loopback occurred
	OptionError   Kind = "option-error"    // option X: mode dependency failed, invalid value, ...
	ARPNoRoute    Kind = "arp-no-route"    // no path to arp_ip_target, no route to arp_ip_target
	MACInUse      Kind = "mac-in-use"      // the permanent HWaddr of ... is still in use
	BridgePort    Kind = "bridge-port"     // port 1(bond0) entered blocking state, "state" in Detail
)

// Line is one line of the log.
type Line struct {
	Number int
	Text   string // cut to 500 bytes
}

// Event is all messages of one kind about one subject.
type Event struct {
	Kind        Kind
	Bond        string // the bond, where the message names one
	Slave       string // the slave, where the message names one
	Bridge      string // the bridge, where the message names one
	Port        string // the bridge port, where the message names one
	MAC         string // the address, where the message names one
	Detail      string // the state of a bridge port, the option of an option error, the target of an ARP probe without a route
	Count       int    // a lower bound: the kernel limits the rate
	First, Last Line
}

// Log is what a text told.
type Log struct {
	Lines       int     // all lines read
	KernelLines int     // lines that the kernel wrote
	Boots       int     // markers of a new boot met; events before the last one are dropped
	Events      []Event // in order of their first line
	Dropped     int     // messages about further subjects, after so many that more are not kept
}
