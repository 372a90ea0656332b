package bonding

import (
	"regexp"
	"strconv"
	"strings"
)

// The kernel ends every line, so a last line without a line end was cut, or a copy lost the line end. Its value is taken only
// where nothing could follow it.
var (
	wholeWords = map[string]bool{
		"up": true, "down": true, "going down": true, "going back": true, "full": true, "half": true, "Unknown": true,
		"on": true, "off": true, "slow": true, "fast": true, "stable": true, "bandwidth": true, "count": true, "actor_port_prio": true,
		"none": true, "churned": true, "monitoring": true, "N/A": true,
	}
	wholeShapes = regexp.MustCompile(`^\d+ Mbps$|\)$|^([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}$|^([0-9A-Fa-f]{2}:){19}[0-9A-Fa-f]{2}$`)
	// maxima are the largest values of numbers of 8 and 16 bits: a number that would exceed it with one digit more is whole.
	maxima = map[string]int{
		"port state": 255, "port key": 65535, "oper key": 65535, "port priority": 65535, "port number": 65535,
		"system priority": 65535, "Slave queue ID": 65535, "Aggregator ID": 65535,
	}
)

// whole reports whether value, at the very end of the text, is certain to be the whole value of key.
func whole(key, value string) bool {
	switch key {
	case "Slave Interface", "Primary Slave", "Currently Active Slave":
		return value == "None" || strings.HasSuffix(value, ")")
	}
	if wholeWords[value] || wholeShapes.MatchString(value) {
		return true
	}
	n, err := strconv.Atoi(value)
	if err != nil || strings.Contains(strings.ToLower(key), "addr") {
		return false
	}
	return value == "0" || maxima[key] > 0 && n*10 > maxima[key]
}

// Complete reports whether the text has every line that this kernel prints, as far as the text itself can tell: that whole
// slaves are missing at its end shows only in other sources.
func (b Bond) Complete() bool {
	if b.Truncated > 0 || !b.Mode.Found() || !b.MIIStatus.Found() || !b.DownDelay.Found() {
		return false
	}
	lacp := b.Mode.Value == LACP
	if lacp && (b.LACP == nil || !b.LACP.Rate.Found()) {
		return false
	}
	for _, s := range b.Slaves {
		if !s.complete(lacp) || !s.like(b.Slaves[0]) {
			return false
		}
	}
	return true
}

// complete reports whether s has the lines that every kernel prints.
func (s Slave) complete(lacp bool) bool {
	if !s.MIIStatus.Found() || !s.LinkFailures.Found() || !s.PermHWAddr.Found() || lacp && !s.AggregatorID.Found() {
		return false
	}
	return s.Actor == nil || s.Partner != nil && s.Partner.PortState.Found()
}

// like reports whether s has the same lines as first, the first slave of the bond. Which they are depends on the kernel, the mode
// and the reader's privileges, but not on the slave, except for the LACP lines of a slave without an aggregator.
func (s Slave) like(first Slave) bool {
	if s.QueueID.Found() != first.QueueID.Found() || s.Speed.Found() != first.Speed.Found() {
		return false
	}
	if s.AggregatorID.Value < 0 || first.AggregatorID.Value < 0 {
		return true
	}
	return s.PartnerChurnedCount.Found() == first.PartnerChurnedCount.Found() && (s.Actor == nil) == (first.Actor == nil)
}
