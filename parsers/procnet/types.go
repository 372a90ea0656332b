// Package procnet reads /proc/net/vlan/config (vlan_seq_show in net/8021q/vlanproc.c).
package procnet

// VLAN is one row.
type VLAN struct {
	Line   int
	Name   string
	ID     int
	Parent string
}
