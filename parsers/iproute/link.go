package iproute

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// ParseLinks reads `ip link` and `ip address` with any of the options -s, -d and -o (print_linkinfo and print_addrinfo in
// ip/ipaddress.c). How many lines a device has depends on the version and the device, so each line is told by its first word.
func ParseLinks(data []byte) ([]Link, text.Problems) {
	var p linkParser
	for n, line := range text.Lines(data) {
		p.line, p.raw = n, line
		p.read(line)
	}
	return p.links, p.problems
}

// section is what the lines of a device are about at the moment.
type section int

const (
	noDevice section = iota // before the first device, or after a line that is none of a device's
	afterHeader
	afterLink
	afterKind
	afterSlave
	afterDetails // statistics, VFs, alternative names, addresses
)

type linkParser struct {
	links    []Link
	section  section
	indent   int // of the line with the device's name
	line     int
	raw      string
	problems text.Problems
	columns  []string // of the statistics whose numbers follow: "RX:" or "TX:" and the names
}

var (
	onelineBreak  = regexp.MustCompile(`\\ {4,}`)               // where -o joined two lines
	onelineFamily = regexp.MustCompile(`^(inet6?|family \d+) `) // what follows the name in `ip -o address`
)

func (p *linkParser) read(line string) {
	trimmed := strings.TrimSpace(line)
	index, rest, ok := cutIndex(trimmed)
	switch {
	case trimmed == "":
	case !ok:
		p.body(line, indentOf(line))
	default:
		p.indent = indentOf(line)
		parts := onelineBreak.Split(strings.TrimSuffix(rest, `\`), -1)
		if !p.header(index, parts[0]) && !p.onelineAddr(index, parts[0]) {
			p.problem("not a device")
			p.section = noDevice
			return
		}
		for _, part := range parts[1:] {
			p.body(part, p.indent+4)
		}
	}
}

func (p *linkParser) problem(why string) { p.problems.Add(p.line, p.raw, why) }

func (p *linkParser) link() *Link { return &p.links[len(p.links)-1] }

// header reads "bond0.100@bond0: <BROADCAST,UP> mtu 1500 qdisc noqueue master br0 state UP ...", without the index.
func (p *linkParser) header(index int, s string) bool {
	name, rest, found := strings.Cut(s, ": <")
	flags, rest, closed := strings.Cut(rest, ">")
	if !found || !closed || name == "" || strings.ContainsAny(name, " \t") {
		return false
	}
	link := Link{Line: p.line, Index: index, LinkNetNSID: -1}
	link.Name, link.Lower, link.LowerIndex = splitName(name)
	if flags != "" {
		link.Flags = strings.Split(flags, ",")
	}
	p.links = append(p.links, link)
	p.section = afterHeader
	p.headerAttrs(words(rest))
	return true
}

// splitName splits "eth0@if2" into the name and the lower device: a name, or an index in a namespace that other words tell.
func splitName(s string) (name, lower string, lowerIndex int) {
	at := strings.LastIndexByte(s, '@')
	if at <= 0 {
		return s, "", 0
	}
	name, lower = s[:at], s[at+1:]
	if index, isIndex := strings.CutPrefix(lower, "if"); isIndex {
		if n, err := strconv.Atoi(index); err == nil {
			return name, "", n
		}
	}
	if lower == "NONE" || lower == "(null)" {
		lower = ""
	}
	return name, lower, 0
}

func (p *linkParser) headerAttrs(c cursor) {
	link := p.link()
	for len(c) > 0 {
		switch c.next() {
		case "mtu":
			p.number(&link.MTU, c.next())
		case "master":
			link.Master = text.Of(c.next(), p.line)
		case "state":
			link.State = c.next()
		case "qdisc", "mode", "group", "qlen":
			c.next()
		}
	}
}

func (p *linkParser) number(dst *text.At[int], s string) {
	n, err := strconv.Atoi(s)
	if err != nil {
		p.problem(strconv.Quote(s) + " is no number")
		return
	}
	*dst = text.Of(n, p.line)
}

// onelineAddr reads "4: bond0    inet6 fe80::1/64 scope link" of `ip -o address`, without the index. All lines of a device follow one another.
func (p *linkParser) onelineAddr(index int, s string) bool {
	name, rest, found := strings.Cut(s, " ")
	rest = strings.TrimSpace(rest)
	if !found || name == "" || !onelineFamily.MatchString(rest) {
		return false
	}
	if len(p.links) == 0 || p.link().Index != index || p.link().Name != name {
		p.links = append(p.links, Link{Line: p.line, Index: index, Name: name, LinkNetNSID: -1})
	}
	p.section = afterDetails
	p.body(rest, p.indent+4)
	return true
}

// body reads a line that follows the one with the device's name.
func (p *linkParser) body(line string, indent int) {
	list := words(line)
	if p.section == noDevice || indent <= p.indent || len(list) == 0 {
		p.problem("not the line of a device")
		return
	}
	first, rest := list[0], cursor(list[1:])
	switch {
	case strings.HasPrefix(first, "link/"):
		p.linkLine(strings.TrimPrefix(first, "link/"), rest)
	case first == "RX:" || first == "TX:":
		p.columns, p.section = list, afterDetails
	case p.columns != nil && p.counters(list):
	case p.skipped(first):
		p.section = afterDetails
	case first == "inet" || first == "inet6":
		p.addr(first, rest)
	case first == "vf":
		p.virtual(rest)
		p.section = afterDetails
	case first == "altname":
		p.link().AltNames = append(p.link().AltNames, rest...)
		p.section = afterDetails
	case first == "alias":
		_, alias, _ := strings.Cut(line, "alias ")
		p.detail("alias", strings.TrimSpace(alias))
		p.section = afterDetails
	default:
		p.details(list)
	}
}

// skipped reports whether a line with this first word holds nothing that anyone asks for: statistics, the lifetime of an
// address, XDP programs.
func (p *linkParser) skipped(first string) bool {
	switch first {
	case "RX:", "TX:", "RX", "TX", "valid_lft", "family", "altnames":
		return true
	}
	isNumber := first[0] >= '0' && first[0] <= '9'
	return isNumber && p.section != afterHeader || strings.HasPrefix(first, "prog/")
}

// counters reads the numbers below "RX:  bytes packets errors dropped  missed   mcast" (-s) of the device itself, which come before those of its
// virtual functions. A line with other numbers than columns is left alone.
func (p *linkParser) counters(list []string) bool {
	columns := p.columns
	p.columns = nil
	if len(list) != len(columns)-1 {
		return false
	}
	c := Counters{Line: p.line}
	for i, s := range list {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			return false
		}
		switch columns[i+1] {
		case "bytes":
			c.Bytes = n
		case "packets":
			c.Packets = n
		case "mcast":
			c.Multicast = n
		}
	}
	if link := p.link(); columns[0] == "RX:" && link.RX == nil && len(link.VFs) == 0 {
		link.RX = &c
	} else if columns[0] == "TX:" && link.TX == nil && len(link.VFs) == 0 {
		link.TX = &c
	}
	return true
}

// virtual reads "vf 0     link/ether MAC brd MAC, spoof checking on, ...", before iproute2 5.0 "vf 0 MAC MAC, vlan 100, ...". The lines of
// statistics that can follow do not start so.
func (p *linkParser) virtual(words []string) {
	if len(words) < 3 {
		return
	}
	number, err := strconv.Atoi(words[0])
	if err != nil || number < 0 || words[1] != "MAC" && !strings.HasPrefix(words[1], "link/") {
		return
	}
	p.link().VFs = append(p.link().VFs, VF{Line: p.line, Number: number, MAC: strings.ToLower(strings.TrimSuffix(words[2], ","))})
}

// linkLine reads "link/ether MAC brd MAC link-netns sw promiscuity 1 ...". Of a device without an address there is no MAC.
func (p *linkParser) linkLine(encap string, c cursor) {
	link := p.link()
	p.section = afterLink
	link.Encap = encap
	if next := c.peek(); next != "" && !device.knows(next) && !commonNames[next] {
		link.MAC = text.Of(c.next(), p.line)
	}
	p.device(c)
}

// device reads the attributes that are not those of a kind.
func (p *linkParser) device(c cursor) {
	link := p.link()
	for len(c) > 0 {
		name := c.next()
		value := device.value(&c, name)
		switch name {
		case "permaddr":
			link.PermMAC = text.Of(value, p.line)
		case "link-netns":
			link.LinkNetNS = value
		case "link-netnsid":
			link.LinkNetNSID = netNSID(value)
		case "promiscuity":
			p.number(&link.Promiscuity, value)
		default:
			p.detail(name, value)
		}
	}
}

// netNSID returns -1 for the word "unknown".
func netNSID(s string) int {
	if id, err := strconv.Atoi(s); err == nil {
		return id
	}
	return -1
}

func (p *linkParser) detail(name, value string) {
	link := p.link()
	if link.Details == nil {
		link.Details = map[string]text.At[string]{}
	}
	link.Details[name] = text.Of(value, p.line)
}

// kindName is what can be the name of a kind of device.
var kindName = regexp.MustCompile(`^[a-z][a-z0-9_.-]*$`)

// details reads the line of a kind or of a slave kind, or one that continues it.
func (p *linkParser) details(list []string) {
	link, c := p.link(), cursor(list)
	slave, isSlave := strings.CutSuffix(list[0], "_slave")
	switch {
	case isSlave && slave != "" && p.section <= afterKind:
		c.next()
		link.SlaveKind, link.SlaveAttrs = text.Of(slave, p.line), map[string]text.At[string]{}
		p.section = afterSlave
	case p.section == afterLink && kindName.MatchString(list[0]) && !commonNames[list[0]]:
		link.Kind, link.Attrs = text.Of(c.next(), p.line), map[string]text.At[string]{}
		p.section = afterKind
	case p.section == afterDetails: // what a kind adds to its statistics
		return
	case p.section != afterKind && p.section != afterSlave:
		p.problem("not a line that a device has here")
		return
	}
	if p.section == afterSlave {
		grammars[link.SlaveKind.Value+"_slave"].read(&c, p.line, link.SlaveAttrs)
	} else {
		grammars[link.Kind.Value].read(&c, p.line, link.Attrs)
	}
	p.device(c)
}

// addr reads "192.0.2.1/24 brd 192.0.2.255 scope global eth0" or "192.0.2.1 peer 192.0.2.2/32 scope global tun0".
func (p *linkParser) addr(family string, c cursor) {
	p.section = afterDetails
	addr := Addr{Line: p.line, Family: family, CIDR: c.next()}
	if addr.CIDR == "" {
		p.problem("no address")
		return
	}
	if !strings.Contains(addr.CIDR, "/") { // a point-to-point address: the prefix is the peer's
		addr.CIDR += map[string]string{"inet": "/32", "inet6": "/128"}[family]
	}
	if at := slices.Index(c, "scope"); at >= 0 && at+1 < len(c) {
		addr.Scope = c[at+1]
	}
	p.link().Addrs = append(p.link().Addrs, addr)
}
