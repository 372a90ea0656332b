package kernlog

import (
	"bytes"
	"regexp"
	"strings"
)

// maxName is the length beyond which a word is the name of no device, not even of one that was renamed to hide it.
const maxName = 64

// subject is a message cut at the device that it is about.
type subject struct {
	name  []byte // of the device; empty for one that has no name yet
	slave []byte // from "(slave eth0): ", since 5.2
	rest  []byte // what follows, not empty
}

// cutSubject reads "bond0: rest", "bonding: bond0: rest" (before 3.10), "bond0 (unregistering): rest" and "bond0: (slave eth0): rest".
func cutSubject(text []byte) (subject, bool) {
	name, rest, ok := cutName(text)
	if !ok {
		return subject{}, false
	}
	if string(name) == "bonding" {
		if inner, innerRest, ok := cutName(rest); ok && !isSeverity(inner) {
			name, rest = inner, innerRest
		}
	}
	s := subject{name: name, rest: rest}
	if after, ok := bytes.CutPrefix(rest, []byte("(slave ")); ok {
		if slave, rest, ok := bytes.Cut(after, []byte("): ")); ok && len(slave) <= maxName {
			s.slave, s.rest = slave, rest
		}
	}
	return s, len(s.rest) > 0
}

// isSeverity reports whether word is what old drivers print before a complaint.
func isSeverity(word []byte) bool {
	return string(word) == "Error" || string(word) == "Warning" || string(word) == "Note"
}

// cutName splits text after the name of a device, which a state may follow.
func cutName(text []byte) (name, rest []byte, ok bool) {
	i := bytes.Index(text[:min(len(text), 2*maxName)], []byte(": "))
	if i < 0 {
		return nil, nil, false
	}
	name, rest = text[:i], text[i+2:]
	if len(name) > 0 && name[len(name)-1] == ')' { // bond0 (unregistering), (unnamed net_device) (uninitialized)
		name = bytes.TrimRight(name[:max(bytes.IndexByte(name, '('), 0)], " ")
		return name, rest, bytes.IndexByte(name, ' ') < 0
	}
	return name, rest, len(name) > 0 && len(name) <= maxName && bytes.IndexByte(name, ' ') < 0
}

// isRelease reports whether the rest of a message says that a bond is being destroyed.
func isRelease(rest []byte) bool {
	return string(rest) == "Released all slaves" || string(rest) == "released all slaves"
}

// A pattern finds the messages of one kind.
type pattern struct {
	kind     Kind
	prefixes []string // of the rest of a message: only then the expression is tried
	re       *regexp.Regexp
	groups   []string // names of the groups of re
}

// optionNames are the options that old drivers complain about in sentences.
const optionNames = `miimon|updelay|downdelay|use_carrier|arp_interval|arp_ip_target|arp_validate|primary|lacp_rate|xmit_hash_policy|` +
	`ad_select|fail_over_mac|num_grat_arp|max_bonds|mode|LACP rate`

// patterns are tried in this order. In all of them the device may stand in the message (before 5.2) or in "(slave eth0)"; a full stop,
// a comma or a blank and an exclamation mark may end it.
var patterns = []pattern{
	newPattern(LinkDown, `^link status definitely down(?: for (?:\w+ )?interface (?P<slave>\S+?))?[.,]?(?:\s|$)`, "link status definitely down"),
	newPattern(LinkDown, `^link status down for active interface (?P<slave>\S+?), disabling it\.?$`, "link status down for active interface "),
	newPattern(LinkDown, `^(?:(?:active|backup) )?interface (?:(?P<slave>\S+) )?is now down`, "interface ", "backup interface ", "active interface "),
	newPattern(LinkUp, `^link status definitely up(?: for (?:\w+ )?interface (?P<slave>\S+?))?[.,]?(?:\s|$)`, "link status definitely up"),
	newPattern(LinkUp, `^(?:(?:active|backup) )?interface (?:(?P<slave>\S+) )?is now up`, "interface ", "backup interface ", "active interface "),
	newPattern(Failover, `^making interface (?:(?P<slave>\S+) )?the new active one`, "making interface "),
	newPattern(NoActive, `^now running without any active interface`, "now running without any active interface"),
	newPattern(OwnAddress,
		`^received packet (?:on (?P<port>\S+) )?with +own address as source address(?: \(addr:(?P<mac>[^,\s)]+))?`, "received packet "),
	newPattern(NoLACPPartner, `^Warning: No 802\.3ad response from the link partner`, "Warning: No 802.3ad response"),
	newPattern(Loopback, `^An illegal loopback occurred on (?:adapter \((?P<slave>[^)]+)\)|slave)`, "An illegal loopback occurred"),
	newPattern(OptionError, `^option (?P<detail>\w+): (?:mode dependency failed|invalid value|unable to set)`, "option "),
	newPattern(OptionError, `^(?:Warning: )?(?P<detail>(?:up|down) ?delay) \(\d+\) is not a multiple of miimon`,
		"updelay (", "downdelay (", "up delay (", "down delay (", "Warning: up", "Warning: down"),
	newPattern(OptionError, `^Unable to set (?P<detail>(?:up|down) ?delay) as MII monitoring is disabled`, "Unable to set up", "Unable to set down"),
	newPattern(OptionError, `^\S+ mode is incompatible with (?P<detail>arp) monitoring`,
		"802.3ad mode is inc", "balance-tlb mode is inc", "balance-alb mode is inc"),
	newPattern(ARPNoRoute, `^no (?:route|path) to (?:arp_ip_target|ns_ip6_target) (?P<detail>[^\s,]+)`, "no route to ", "no path to "),
	newPattern(MACInUse, `^(?:Warning: )?the permanent HWaddr of (?P<slave>\S+) - (?P<mac>\S+) -,? is still in use by `,
		"the permanent HWaddr of ", "Warning: the permanent HWaddr of "),
	newPattern(BridgePort, `^port \d+\((?P<port>\S+)\) enter(?:ed|ing) (?P<detail>\w+) state`, "port "),
	newPattern(OptionError, `^(?:Error|Warning): .*?\b(?P<detail>`+optionNames+`)\b`, "Error: ", "Warning: "),
}

// byFirst are the patterns by the byte that the rest of a message starts with: for most messages there are none.
var byFirst = func() (table [256][]*pattern) {
	for i := range patterns {
		seen := map[byte]bool{}
		for _, prefix := range patterns[i].prefixes {
			if first := prefix[0]; !seen[first] {
				seen[first] = true
				table[first] = append(table[first], &patterns[i])
			}
		}
	}
	return table
}()

func newPattern(kind Kind, expr string, prefixes ...string) pattern {
	re := regexp.MustCompile(expr)
	return pattern{kind: kind, prefixes: prefixes, re: re, groups: re.SubexpNames()}
}

// match is what a message names. All of it is a part of the line, which is overwritten by the next one.
type match struct {
	bond, slave, bridge, port, mac, detail []byte
}

func (m *match) fields() [6][]byte {
	return [...][]byte{m.bond, m.slave, m.bridge, m.port, m.mac, m.detail}
}

// names reports whether the message says what it is about. A line that is garbled may not.
func (m *match) names() bool { return len(m.bond)+len(m.slave)+len(m.bridge)+len(m.port) > 0 }

// event makes an Event of what the line holds.
func (m *match) event(kind Kind) Event {
	text := func(b []byte) string { return strings.ToValidUTF8(string(b), "\uFFFD") }
	return Event{
		Kind: kind, Bond: text(m.bond), Slave: text(m.slave), Bridge: text(m.bridge), Port: text(m.port),
		MAC: strings.ToLower(text(m.mac)), Detail: text(m.detail),
	}
}

// match reports whether the message is of the pattern's kind, and what it names.
func (p *pattern) match(s subject) (match, bool) {
	if !p.starts(s.rest) {
		return match{}, false
	}
	at := p.re.FindSubmatchIndex(s.rest)
	if at == nil {
		return match{}, false
	}
	m := match{slave: s.slave}
	for i, group := range p.groups {
		if at[2*i] < 0 || group == "" {
			continue
		}
		value := s.rest[at[2*i]:at[2*i+1]]
		if len(value) > maxName {
			return match{}, false
		}
		m.set(group, value)
	}
	m.setSubject(p.kind, s.name)
	return m, true
}

func (p *pattern) starts(rest []byte) bool {
	for _, prefix := range p.prefixes {
		if len(rest) >= len(prefix) && string(rest[:len(prefix)]) == prefix {
			return true
		}
	}
	return false
}

// set stores what a group matched. A device in "(slave eth0)" is the one that "the permanent HWaddr of slave" means.
func (m *match) set(group string, value []byte) {
	switch group {
	case "slave":
		if m.slave == nil {
			m.slave = value
		}
	case "port":
		m.port = value
	case "mac":
		m.mac = value
	case "detail":
		m.detail = optionName(value)
	}
}

// optionSpellings are options as sentences spell them.
var optionSpellings = map[string][]byte{
	"up delay": []byte("updelay"), "down delay": []byte("downdelay"), "LACP rate": []byte("lacp_rate"), "arp": []byte("arp_interval"),
}

func optionName(value []byte) []byte {
	if name, ok := optionSpellings[string(value)]; ok {
		return name
	}
	return value
}

// setSubject stores the device at the start of the message. RHEL 5 says there which port a bridge received its own address on.
func (m *match) setSubject(kind Kind, name []byte) {
	switch {
	case kind == BridgePort || kind == OwnAddress && m.port != nil:
		m.bridge = name
	case kind == OwnAddress:
		m.port = name
	case kind == OptionError && string(name) == "bonding": // the driver, not a bond
	default:
		m.bond = name
	}
}
