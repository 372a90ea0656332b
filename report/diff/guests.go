package diff

import (
	"cmp"
	"strings"

	"github.com/sosbond/sosbond/report"
)

// nic is an interface of a guest at its place.
type nic struct {
	report.Guest
	bond       string
	attachment string
	paired     bool
}

func (n nic) place() string {
	if n.attachment == "" {
		return n.bond
	}
	return n.bond + "/" + n.attachment
}

func nics(h report.Host) (list []*nic) {
	for _, b := range h.Bonds {
		for _, a := range b.Attachments {
			for _, g := range a.Guests {
				list = append(list, &nic{Guest: g, bond: b.Name, attachment: a.Name})
			}
		}
	}
	return list
}

// guests compares the guests on bonds: those that are the same, at the same place and as they were, are left out.
func (c *comparison) guests() []Guest {
	before, after := nics(c.old.host), nics(c.new.host)
	list := []Guest{}
	for _, key := range c.guestKeys() {
		byKey := map[string][]*nic{}
		for _, n := range before {
			if k := key.before(n); !n.paired && k != "" {
				byKey[k] = append(byKey[k], n)
			}
		}
		for _, n := range after {
			k := key.after(n)
			if have := byKey[k]; !n.paired && k != "" && len(have) > 0 {
				byKey[k] = have[1:]
				n.paired, have[0].paired = true, true
				list = append(list, changesOf(have[0], n)...)
			}
		}
	}
	for _, n := range after {
		if !n.paired {
			list = append(list, c.onlyGuest(n, Guest{Name: n.Name, Kind: n.Kind, Change: Added, New: n.place()}, c.old, c.new, c.added))
		}
	}
	for _, n := range before {
		if !n.paired {
			list = append(list, c.onlyGuest(n, Guest{Name: n.Name, Kind: n.Kind, Change: Removed, Old: n.place()}, c.new, c.old, c.gone))
		}
	}
	return list
}

// guestKey says what makes two interfaces the same one: what the old one has is what the new one has. "" is nothing.
type guestKey struct{ before, after func(*nic) string }

// guestKeys are the keys, the surest first. A guest that is known by its port alone gets another name each time it is started, and keeps its address.
func (c *comparison) guestKeys() []guestKey {
	both := func(f func(*nic) string) guestKey { return guestKey{f, f} }
	mac := func(n *nic) string { return strings.ToLower(n.MAC) }
	ofPort := func(n *nic) string {
		if n.Name != n.Interface && n.Kind != "unknown" {
			return ""
		}
		return mac(n)
	}
	byName := []guestKey{
		both(func(n *nic) string { return join(n.Name, n.place()) }),
		both(func(n *nic) string { return n.Name }),
	}
	if c.masked {
		return byName
	}
	byMAC := []guestKey{
		both(func(n *nic) string { return join(n.Name, mac(n), n.place()) }),
		both(func(n *nic) string { return join(n.Name, mac(n)) }),
	}
	return append(append(byMAC, byName...), guestKey{ofPort, mac}, guestKey{mac, ofPort})
}

// join makes a key of parts, "" where one is missing.
func join(parts ...string) string {
	for _, p := range parts {
		if p == "" {
			return ""
		}
	}
	return strings.Join(parts, "\x00")
}

func changesOf(a, b *nic) (list []Guest) {
	g := Guest{Name: b.Name, Kind: b.Kind, Old: a.place(), New: b.place()}
	if g.Old != g.New {
		g.Change = Moved
		list = append(list, g)
	}
	if a.Running != b.Running {
		g.Change = Stopped
		if b.Running {
			g.Change = Started
		}
		list = append(list, g)
	}
	return list
}

// onlyGuest is a guest that one report shows on a bond.
func (c *comparison) onlyGuest(n *nic, g Guest, lack, have side, bonds map[string]string) Guest {
	why := cmp.Or(lack.incomplete(), bonds[n.bond], lack.lacks(lack.lost(guestData, have)))
	if b, ok := lack.bond(n.bond); why == "" && ok && unknownAttachment(b) {
		why = "what sits on the bond is unknown in the " + lack.which + " report"
	}
	if why != "" {
		g.Change, g.Why = CannotBeTold, why
	}
	return g
}
