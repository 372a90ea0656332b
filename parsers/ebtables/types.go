// Package ebtables reads `ebtables-save` texts (also /etc/sysconfig/ebtables and ebtables.nat) and `ebtables -t nat -L` listings.
package ebtables

// SNAT is a rule of the nat table's POSTROUTING chain that jumps to snat.
type SNAT struct {
	Line        int
	Text        string
	OutIf       string // -o, "" for any
	Guest       string // -s, lower case and zero padded; "" for any
	NewMAC      string // --to-source, lower case and zero padded
	ARPOnly     bool   // -p ARP or -p 0x0806
	SnatARP     bool   // --snat-arp
	Unreachable int    // line of an earlier rule of the chain that accepts or drops everything, else 0
}
