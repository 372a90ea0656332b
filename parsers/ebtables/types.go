// Package ebtables reads `ebtables-save` texts (also /etc/sysconfig/ebtables and ebtables.nat) and `ebtables -t nat -L` listings.
package ebtables

// SNAT is a rule of the nat table that jumps to snat, in POSTROUTING or in a chain that POSTROUTING jumps to. A rule with --among-src is
// one SNAT for each address.
type SNAT struct {
	Line        int
	Text        string
	OutIf       string // -o, "" for any; "bond+" stands for every name that begins so
	Guest       string // -s, lower case and zero padded; "" for any
	NewMAC      string // --to-source, lower case and zero padded
	ARPOnly     bool   // -p ARP or -p 0x0806
	AllBroad    bool   // matches every broadcast and multicast frame
	All         bool   // matches every frame, unicast too
	Partial     bool   // has matches that this type does not express: it may match less than the other fields say
	SnatARP     bool   // --snat-arp
	Continue    bool   // --snat-target CONTINUE: the rules after this one are still seen
	Unreachable int    // line of an earlier rule of the chain that accepts or drops everything, else 0
}
