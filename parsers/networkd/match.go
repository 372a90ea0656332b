package networkd

import (
	"strings"

	"github.com/sosbond/sosbond/parsers/netconf"
	"github.com/sosbond/sosbond/parsers/text"
)

// match is a device, or a pattern of devices, that a file applies to.
type match struct {
	line    int
	name    string
	glob    bool
	mac     string
	macLine int
}

// conditions are keys of [Match] that choose devices by something that is neither a name nor an address.
var conditions = []string{"Path", "Driver", "Type", "Kind", "Property", "WLANInterfaceType", "SSID", "BSSID"}

// matches are what [Match] chooses: all the devices of the system when it says nothing.
func (u *unit) matches() (matches []match) {
	names, macs := u.matchedNames(), u.matchedAddresses()
	if len(names) == 0 {
		names = []match{{line: u.first("Match"), glob: len(macs) == 0}}
		if len(macs) == 0 && len(u.list("Match", "MACAddress", "PermanentMACAddress")) == 0 && len(u.list("Match", conditions...)) == 0 &&
			!u.negated() {
			names[0].name = "*"
		}
	}
	if len(names) > 1 && len(macs) > 1 {
		return names // which address is whose is not said
	}
	for _, m := range names {
		if len(macs) == 0 {
			matches = append(matches, m)
		}
		for _, mac := range macs {
			m.mac, m.macLine = mac.Value, mac.Line
			matches = append(matches, m)
		}
	}
	return matches
}

// nameKeys are the keys of [Match] with names: that of .network, and that of .link, which matches names before devices are renamed.
var nameKeys = []string{"Name", "OriginalName"}

func (u *unit) negated() bool {
	list := u.list("Match", nameKeys...)
	return len(list) > 0 && strings.HasPrefix(list[0].Value, "!")
}

// matchedNames are the names of the devices. [Link] Name= of a .link gives them another one.
func (u *unit) matchedNames() (names []match) {
	if name := u.last("Link", "Name"); name.Found() {
		return []match{{line: name.Line, name: name.Value}}
	}
	list := u.list("Match", nameKeys...)
	if u.negated() {
		u.problem(list[0].Line, list[0].Value, "a negated match: which devices it means is not known")
		return nil
	}
	for _, name := range list {
		if name.Value != "" {
			names = append(names, match{line: name.Line, name: name.Value, glob: strings.ContainsAny(name.Value, "*?[")})
		}
	}
	return names
}

func (u *unit) matchedAddresses() (macs []text.At[string]) {
	for _, a := range u.list("Match", "MACAddress", "PermanentMACAddress") {
		mac, why := address(a.Value)
		if why != "" {
			u.problem(a.Line, a.Value, why)
			continue
		}
		macs = append(macs, text.Of(mac, a.Line))
	}
	return macs
}

// matchedKind is the kind of device that a file is restricted to, when it names just one.
func (u *unit) matchedKind() netconf.Kind {
	list := u.list("Match", "Kind")
	if len(list) != 1 || strings.ContainsAny(list[0].Value, "*?[!") {
		return ""
	}
	return netconf.Kind(list[0].Value)
}
