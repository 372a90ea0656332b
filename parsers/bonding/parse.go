package bonding

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// noSpeed are the values that kernels printed before they knew "Unknown": SPEED_UNKNOWN as an unsigned 16 bit, unsigned 32 bit and signed number.
var noSpeed = map[string]bool{"Unknown": true, "65535": true, "4294967295": true, "-1": true}

// Parse reads one file of /proc/net/bonding. Indentation does not matter: copies expand the tabs, indent the whole text, or hold
// the two characters `\t` instead of a tab. What a line means depends on the block that it stands in, because keys repeat.
func Parse(data []byte) (Bond, text.Problems) {
	p := parser{bond: Bond{Mode: text.At[Mode]{Value: Unknown}}}
	unterminated := len(data) > 0 && !bytes.HasSuffix(data, []byte{'\n'})
	last := bytes.Count(data, []byte{'\n'}) + 1
	for n, line := range text.Lines(data) {
		p.line, p.raw = n, line
		if !p.read(strings.TrimSpace(strings.ReplaceAll(line, `\t`, "\t")), unterminated && n == last) {
			break
		}
	}
	return p.bond, p.problems
}

// block is the part of the file that the parser is in.
type block int

const (
	inHeader block = iota
	inLACP
	inAggregator
	inSlave
	inPDU
)

type parser struct {
	bond     Bond
	block    block
	pdu      *PDU // the block being read, while block is inPDU
	line     int
	raw      string // the line as it stands in the file
	problems text.Problems
}

// A setter stores the value of one key.
type setter func(p *parser, value string)

// The keys of each block, as the kernel spells them. Case matters: "system priority" belongs to a PDU, "System priority" to the 802.3ad block.
var (
	headerKeys = map[string]setter{
		"Ethernet Channel Bonding Driver": func(p *parser, v string) { p.str(&p.bond.DriverVersion, v) },
		"Bonding Mode":                    (*parser).mode,
		"Transmit Hash Policy":            func(p *parser, v string) { p.str(&p.bond.HashPolicy, HashPolicyName(v)) },
		"Primary Slave":                   (*parser).primary,
		"Currently Active Slave":          func(p *parser, v string) { p.str(&p.bond.ActiveSlave, noneIsEmpty(v)) },
		"MII Status":                      func(p *parser, v string) { p.str(&p.bond.MIIStatus, v) },
		"MII Polling Interval (ms)":       func(p *parser, v string) { p.num(&p.bond.MIIMon, v) },
		"Up Delay (ms)":                   func(p *parser, v string) { p.num(&p.bond.UpDelay, v) },
		"Down Delay (ms)":                 func(p *parser, v string) { p.num(&p.bond.DownDelay, v) },
		"Peer Notification Delay (ms)":    func(p *parser, v string) { p.num(&p.bond.PeerNotifyDelay, v) },
		"ARP Polling Interval (ms)":       func(p *parser, v string) { p.num(&p.bond.ARPInterval, v) },
		"ARP Missed Max":                  func(p *parser, v string) { p.num(&p.bond.ARPMissedMax, v) },
		"ARP IP target/s (n.n.n.n form)":  func(p *parser, v string) { p.list(&p.bond.ARPTargets, v) },
		"NS IPv6 target/s (xx::xx form)":  func(p *parser, v string) { p.list(&p.bond.NSTargets, v) },
	}
	lacpKeys = map[string]setter{
		"LACP active": func(p *parser, v string) { p.str(&p.bond.LACP.Active, v) },
		"LACP rate":   func(p *parser, v string) { p.str(&p.bond.LACP.Rate, v) },
		"Min links":   func(p *parser, v string) { p.num(&p.bond.LACP.MinLinks, v) },
		"Aggregator selection policy (ad_select)": func(p *parser, v string) { p.str(&p.bond.LACP.SelectPolicy, v) },
		"System priority":                         func(p *parser, v string) { p.num(&p.bond.LACP.SystemPriority, v) },
		"System MAC address":                      func(p *parser, v string) { p.str(&p.bond.LACP.SystemMAC, strings.ToLower(v)) },
	}
	aggregatorKeys = map[string]setter{
		"Aggregator ID":       func(p *parser, v string) { p.num(&p.bond.LACP.Aggregator.ID, v) },
		"Number of ports":     func(p *parser, v string) { p.num(&p.bond.LACP.Aggregator.Ports, v) },
		"Actor Key":           func(p *parser, v string) { p.num(&p.bond.LACP.Aggregator.ActorKey, v) },
		"Partner Key":         func(p *parser, v string) { p.num(&p.bond.LACP.Aggregator.PartnerKey, v) },
		"Partner Mac Address": func(p *parser, v string) { p.str(&p.bond.LACP.Aggregator.PartnerMAC, strings.ToLower(v)) },
	}
	slaveKeys = map[string]setter{
		"MII Status":            func(p *parser, v string) { p.str(&p.slave().MIIStatus, v) },
		"Speed":                 (*parser).speed,
		"Duplex":                func(p *parser, v string) { p.str(&p.slave().Duplex, v) },
		"Link Failure Count":    func(p *parser, v string) { p.num(&p.slave().LinkFailures, v) },
		"Permanent HW addr":     func(p *parser, v string) { p.str(&p.slave().PermHWAddr, strings.ToLower(v)) },
		"Slave queue ID":        func(p *parser, v string) { p.num(&p.slave().QueueID, v) },
		"Aggregator ID":         (*parser).slaveAggregator,
		"Actor Churn State":     func(p *parser, v string) { p.str(&p.slave().ActorChurn, v) },
		"Partner Churn State":   func(p *parser, v string) { p.str(&p.slave().PartnerChurn, v) },
		"Actor Churned Count":   func(p *parser, v string) { p.num(&p.slave().ActorChurnedCount, v) },
		"Partner Churned Count": func(p *parser, v string) { p.num(&p.slave().PartnerChurnedCount, v) },
	}
	pduKeys = map[string]setter{
		"system priority":    func(p *parser, v string) { p.num(&p.pdu.SystemPriority, v) },
		"system mac address": func(p *parser, v string) { p.str(&p.pdu.SystemMAC, strings.ToLower(v)) },
		"port key":           func(p *parser, v string) { p.num(&p.pdu.Key, v) },
		"oper key":           func(p *parser, v string) { p.num(&p.pdu.Key, v) },
		"port priority":      func(p *parser, v string) { p.num(&p.pdu.PortPriority, v) },
		"port number":        func(p *parser, v string) { p.num(&p.pdu.PortNumber, v) },
		"port state":         func(p *parser, v string) { p.num(&p.pdu.PortState, v) },
	}
)

// tables are the keys that may stand in each block: after an aggregator's lines more lines of the 802.3ad block may follow, and
// after a PDU more lines of its slave.
var tables = map[block][]map[string]setter{
	inHeader:     {headerKeys},
	inLACP:       {lacpKeys, headerKeys},
	inAggregator: {aggregatorKeys, lacpKeys, headerKeys},
	inSlave:      {slaveKeys},
	inPDU:        {pduKeys, slaveKeys},
}

// read takes one trimmed line and reports whether to go on. atEnd says that it is the last line and has no line end.
func (p *parser) read(line string, atEnd bool) bool {
	if line == "" || p.startBlock(line) {
		return true
	}
	key, value := cutKey(line)
	if key == "Ethernet Channel Bonding Driver" && p.bond.DriverVersion.Found() {
		p.problem("a second bond starts here; it is not read")
		return false
	}
	set := p.setterOf(key)
	switch {
	case atEnd && (set == nil && key != "Slave Interface" || !whole(key, value)):
		p.problem("the text ends in the middle of this line")
		p.bond.Truncated = p.line
	case key == "Slave Interface":
		p.bond.Slaves = append(p.bond.Slaves, Slave{Name: text.Of(value, p.line)})
		p.block = inSlave
	case set == nil:
		p.problem("not a line that the bonding driver prints here")
	default:
		set(p, value)
	}
	return true
}

// startBlock handles the lines that open a block and the one line without a key, and reports whether line was one of them.
func (p *parser) startBlock(line string) bool {
	switch {
	case len(p.bond.Slaves) > 0:
		return p.startPDU(line)
	case line == "802.3ad info":
		p.lacp()
		p.block = inLACP
	case line == "Active Aggregator Info:":
		p.lacp().Aggregator = &Aggregator{Line: p.line}
		p.block = inAggregator
	case strings.HasPrefix(line, "bond ") && strings.HasSuffix(line, " has no active aggregator"):
		p.lacp().NoAggregator = p.line
	default:
		return false
	}
	return true
}

func (p *parser) startPDU(line string) bool {
	pdu := &PDU{Line: p.line}
	switch line {
	case "details actor lacp pdu:":
		p.slave().Actor = pdu
	case "details partner lacp pdu:":
		p.slave().Partner = pdu
	default:
		return false
	}
	p.pdu, p.block = pdu, inPDU
	return true
}

// setterOf looks key up in the innermost block that is open, then in those around it.
func (p *parser) setterOf(key string) setter {
	for _, table := range tables[p.block] {
		if set := table[key]; set != nil {
			return set
		}
	}
	return nil
}

// cutKey splits "key: value". The key of the IPv6 targets holds colons of its own, hence the space.
func cutKey(line string) (key, value string) {
	key, value, found := strings.Cut(line, ": ")
	if !found {
		key, value, _ = strings.Cut(strings.TrimSuffix(line, ":"), ":\t")
	}
	return strings.TrimSpace(key), strings.TrimSpace(value)
}

func (p *parser) problem(why string) {
	p.problems.Add(p.line, p.raw, why)
}

func (p *parser) slave() *Slave { return &p.bond.Slaves[len(p.bond.Slaves)-1] }

// lacp returns the 802.3ad block, which starts here when its first line is missing.
func (p *parser) lacp() *LACPInfo {
	if p.bond.LACP == nil {
		p.bond.LACP = &LACPInfo{Line: p.line}
	}
	return p.bond.LACP
}

func (p *parser) str(dst *text.At[string], value string) { *dst = text.Of(value, p.line) }

func (p *parser) num(dst *text.At[int], value string) {
	n, err := strconv.Atoi(value)
	if err != nil {
		p.problem("the value is no number")
		return
	}
	*dst = text.Of(n, p.line)
}

func (p *parser) list(dst *text.At[[]string], value string) {
	var items []string
	for item := range strings.SplitSeq(value, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	*dst = text.Of(items, p.line)
}

func (p *parser) mode(value string) {
	name, suffix, _ := strings.Cut(value, " (fail_over_mac ")
	if suffix != "" {
		p.str(&p.bond.FailOverMAC, strings.TrimSuffix(suffix, ")"))
	}
	mode, ok := ParseMode(name)
	if !ok {
		p.problem("not a bonding mode")
		return
	}
	p.bond.Mode = text.Of(mode, p.line)
}

func (p *parser) primary(value string) {
	name, suffix, _ := strings.Cut(value, " (primary_reselect ")
	p.str(&p.bond.Primary, noneIsEmpty(name))
	if suffix != "" {
		p.str(&p.bond.PrimaryReselect, strings.TrimSuffix(suffix, ")"))
	}
}

func (p *parser) speed(value string) {
	value = strings.TrimSuffix(value, " Mbps")
	if noSpeed[value] {
		value = "-1"
	}
	p.num(&p.slave().Speed, value)
}

func (p *parser) slaveAggregator(value string) {
	if value == "N/A" {
		value = "-1"
	}
	p.num(&p.slave().AggregatorID, value)
}

func noneIsEmpty(name string) string {
	if name == "None" {
		return ""
	}
	return name
}
