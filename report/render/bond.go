package render

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/report"
)

// Speed returns a link speed in words; "" when it is unknown.
func Speed(mbps int) string {
	switch {
	case mbps <= 0:
		return ""
	case mbps >= 1000:
		return strconv.FormatFloat(float64(mbps)/1000, 'f', -1, 64) + " Gb/s"
	default:
		return strconv.Itoa(mbps) + " Mb/s"
	}
}

// BondFacts returns how a bond is set up, in words, without its name and verdict.
func BondFacts(b report.Bond) []string {
	facts := []string{Mode(b)}
	if b.HashPolicy != "" {
		facts = append(facts, "hash "+b.HashPolicy)
	}
	facts = append(facts, monitoring(b.Monitoring)...)
	if b.MIIStatus != "" && b.MIIStatus != "up" {
		facts = append(facts, "bond is "+strings.ToUpper(b.MIIStatus))
	}
	if l := b.LACP; l != nil {
		facts = append(facts, lacp(*l))
	}
	if b.LACPStatus != "" && b.LACPStatus != "off" {
		facts = append(facts, "LACP "+b.LACPStatus)
	}
	if b.Configured != "" && len(b.Configurations) == 0 {
		facts = append(facts, "set up by "+systemName(b.Configured))
	}
	return facts
}

// systemNames are the names of configuration systems for people.
var systemNames = map[string]string{
	"ifcfg": "ifcfg file", "keyfile": "NetworkManager", "nmcli": "NetworkManager", "nmstate": "nmstate", "nncp": "NodeNetworkConfigurationPolicy", "vdsm": "vdsm",
	"vdsm-running": "vdsm", "networkd": "systemd-networkd", "ifupdown": "ifupdown", "dracut": "kernel command line", "ovsdb": "Open vSwitch database",
}

// systemName returns the name of a configuration system for people.
func systemName(system string) string { return cmp.Or(systemNames[system], system) }

// Configurations returns in words what configures a bond: the sources that are in use, or else the first of the others.
func Configurations(b report.Bond) (list []string) {
	for _, c := range b.Configurations {
		if c.InUse {
			list = append(list, configuration(c))
		}
	}
	for _, c := range b.Configurations {
		if len(list) == 0 && c.System != "applied" && c.System != "current" {
			list = append(list, configuration(c))
		}
	}
	return list
}

func configuration(c report.Configuration) string {
	at := c.File
	if c.Line > 0 {
		at += fmt.Sprintf(":%d", c.Line)
	}
	s := "set up by " + systemName(c.System) + " in " + at
	for i, d := range c.Differs {
		sep := ", "
		if i == 0 {
			sep = " (differs from what runs: "
		}
		s += sep + d.What + " " + d.Configured + " there, " + d.Running + " here"
	}
	if len(c.Differs) > 0 {
		s += ")"
	}
	return s
}

func monitoring(m report.Monitoring) []string {
	var facts []string
	if m.MIIMonMS > 0 {
		facts = append(facts, fmt.Sprintf("miimon %d ms", m.MIIMonMS))
	}
	if m.ARPIntervalMS > 0 {
		facts = append(facts, fmt.Sprintf("ARP monitoring every %d ms", m.ARPIntervalMS))
	}
	if m.MIIMonMS == 0 && m.ARPIntervalMS == 0 {
		facts = append(facts, "no link monitoring")
	}
	return facts
}

// lacp names the partner and, in brackets, what was agreed with it.
func lacp(l report.LACP) string {
	fact := "LACP partner " + cmp.Or(l.PartnerMAC, "not shown")
	if l.PartnerMAC != "" && strings.Trim(l.PartnerMAC, "0:") == "" { // what LACP prints for a partner that was never heard
		fact = "no LACP partner"
	}
	var agreed []string
	if l.Ports >= 0 {
		agreed = append(agreed, Count(l.Ports, "port"))
	}
	if l.Rate != "" {
		agreed = append(agreed, "rate "+l.Rate)
	}
	if len(agreed) > 0 {
		fact += " (" + strings.Join(agreed, ", ") + ")"
	}
	return fact
}

// LinkState returns the state of a link in words.
func LinkState(status string) Span {
	switch status {
	case "up":
		return Span{"up", Good}
	case "down":
		return Span{"DOWN", Bad}
	case "":
		return Span{"state unknown", Unsure}
	default:
		return Span{status, Warn}
	}
}

// LinkUse says what a link that is up does in a mode in which not all do the same: it is the active one, a backup, or not in use. It is empty where
// all links are alike, and where the report does not tell.
func LinkUse(b report.Bond, s report.Slave) Span {
	oneActive := b.ModeNumber == 1 || b.ModeNumber == 5 || b.ModeNumber == 6
	switch {
	case oneActive && s.Active:
		return Span{"active", Good}
	case s.MIIStatus != "up":
		return Span{}
	case b.ModeNumber == 1 && slices.ContainsFunc(b.Slaves, func(s report.Slave) bool { return s.Active }):
		return Span{"backup", Plain}
	case b.ModeNumber >= 0 && !oneActive && !s.Active, inOtherAggregator(b, s):
		return Span{"not in use", Warn}
	}
	return Span{}
}

// inOtherAggregator reports a link that is in another aggregator than the one that LACP uses.
func inOtherAggregator(b report.Bond, s report.Slave) bool {
	return b.LACP != nil && b.LACP.Aggregator > 0 && s.Aggregator > 0 && s.Aggregator != b.LACP.Aggregator
}
