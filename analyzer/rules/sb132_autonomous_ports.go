package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb132 looks at the switch ports of a bond that needs each of them on its own.
var sb132 = Rule{ID: "SB132", Slug: "autonomous_ports", Severity: Info, Family: FamilySwitch, Check: checkAutonomousPorts}

// channelName is the name of a channel in the words of a switch: Port-Channel10, Po10, ae0, Trk1, Eth-Trunk1, Bridge-Aggregation1.
var channelName = regexp.MustCompile(`(?i)^(?:port-?channel|po|ae|lag|trk|eth-trunk|bundle-ether|bridge-aggregation)[ -]?\d+(?:\.\d+)?$`)

func checkAutonomousPorts(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		in := pluggedIn(h, b)
		if !needsAutonomous(h, b) || len(in) == 0 || len(saysLACP(in)) > 0 { // which SB133 tells
			continue
		}
		hit := Hit{Bond: b, Attachment: firstGuests(b), Evidence: append([]Evidence{modeEvidence(b)}, lldpEvidence(in)...)}
		vars := map[string]any{"Channels": []string{}, "Different": ""}
		var channels []string
		for _, p := range in {
			if channelName.MatchString(p.Port.Value) {
				channels = append(channels, p.slave.Name+" in "+p.Port.Value)
			}
		}
		switch different, vlans := differentVLANs(in); {
		case len(channels) > 0:
			hit.Severity, hit.Confidence, vars["Channels"] = Error, Likely, channels
		case different != "":
			hit.Severity, hit.Confidence, vars["Different"] = Warning, Possible, different
			hit.Evidence = append(hit.Evidence, vlans...)
		}
		hit.Evidence, hit.Vars = cite(hit.Evidence...), vars
		hits = append(hits, hit)
	}
	return hits
}

// needsAutonomous reports a bond whose switch ports must be in no channel.
func needsAutonomous(h *topology.Host, b *topology.Bond) bool {
	switch b.Mode.Value {
	case bonding.ActiveBackup, bonding.BalanceTLB, bonding.BalanceALB:
		return true
	}
	return sourceMACHash(b) && slb(h, b) == Yes
}

// differentVLANs says which VLANs one switch port announces and another does not, "" when they agree or do not tell.
func differentVLANs(in []plugged) (text string, evidence []Evidence) {
	if len(in) < 2 || len(in[0].VLANs) == 0 {
		return "", nil
	}
	first := vlanIDs(in[0])
	for _, p := range in[1:] {
		more := vlanIDs(p)
		if len(more) == 0 || slices.Equal(first, more) {
			continue
		}
		return fmt.Sprintf("%s has VLAN %s, %s has %s", in[0].slave.Name, joinInts(first), p.slave.Name, joinInts(more)), []Evidence{
			on(in[0].VLANs[0].Source, "VLANs of "+in[0].slave.Name), on(p.VLANs[0].Source, "VLANs of "+p.slave.Name)}
	}
	return "", nil
}

func vlanIDs(p plugged) (ids []int) {
	for _, v := range p.VLANs {
		ids = append(ids, v.Value)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func joinInts(list []int) string {
	var words []string
	for _, n := range list {
		words = append(words, fmt.Sprint(n))
	}
	return strings.Join(words, ", ")
}
