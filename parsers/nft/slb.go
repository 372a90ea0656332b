package nft

import (
	"fmt"
	"strings"
)

// SLBTable is the name of the table that NetworkManager makes for a bond: "nm-mlag-" and the bond's name, in which everything but letters
// and digits is written as "_" and two hexadecimal digits.
func SLBTable(bond string) string { return "nm-mlag-" + sanitize(bond) }

func sanitize(ifname string) string {
	var b strings.Builder
	for i := range len(ifname) {
		switch c := ifname[i]; {
		case '0' <= c && c <= '9', 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z':
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "_%02x", c)
		}
	}
	return b.String()
}

const dropPrefix = "rx-drop-bc-mc-"

// SLB returns the table for a bond with balance-slb, nil when there is none.
func (r Ruleset) SLB(bond string) *SLB {
	name := SLBTable(bond)
	for _, t := range r.Tables {
		if t.Family == "netdev" && strings.EqualFold(t.Name, name) {
			return newSLB(t)
		}
	}
	return nil
}

func newSLB(t Table) *SLB {
	s := &SLB{Line: t.Line, Table: t.Name}
	for _, c := range t.Chains {
		port, drops := strings.CutPrefix(c.Name, dropPrefix)
		switch {
		case len(c.Rules) == 0 || c.Hook == "": // does nothing
		case c.Name == "tx-snoop-source-mac":
			s.TxSnoop = c.Line
		case c.Name == "rx-drop-looped-packets":
			s.RxLooped = c.Line
		case drops:
			if len(c.Devices) > 0 {
				port = c.Devices[0]
			}
			s.Drops = append(s.Drops, SLBPort{Line: c.Line, Port: port})
		}
	}
	return s
}

// Filters reports whether the chains that keep the bond's own frames out are there. A bond with one active port needs no Drops.
func (s *SLB) Filters() bool { return s != nil && s.TxSnoop > 0 && s.RxLooped > 0 }
