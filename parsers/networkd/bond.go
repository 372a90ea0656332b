package networkd

import (
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sosbond/sosbond/parsers/netconf"
)

// value turns the value of a key into the kernel's. why tells the reason when networkd refuses it.
type value func(s string) (v, why string)

// bondKeys are the keys of [Bond] in systemd.netdev(5) (src/network/netdev/netdev-gperf.gperf) with the options of the bonding driver that
// they set. networkd compares them with upper and lower case.
var bondKeys = map[string]struct {
	option string
	value  value
}{
	"Mode":                         {"mode", word},
	"TransmitHashPolicy":           {"xmit_hash_policy", word},
	"LACPTransmitRate":             {"lacp_rate", word},
	"AdSelect":                     {"ad_select", word},
	"FailOverMACPolicy":            {"fail_over_mac", word},
	"ARPValidate":                  {"arp_validate", word},
	"ARPAllTargets":                {"arp_all_targets", word},
	"PrimaryReselectPolicy":        {"primary_reselect", word},
	"MIIMonitorSec":                {"miimon", milliseconds},
	"UpDelaySec":                   {"updelay", milliseconds},
	"DownDelaySec":                 {"downdelay", milliseconds},
	"ARPIntervalSec":               {"arp_interval", milliseconds},
	"LearnPacketIntervalSec":       {"lp_interval", seconds},
	"AdActorSystemPriority":        {"ad_actor_sys_prio", number},
	"AdUserPortKey":                {"ad_user_port_key", number},
	"AdActorSystem":                {"ad_actor_system", address},
	"ResendIGMP":                   {"resend_igmp", number},
	"PacketsPerSlave":              {"packets_per_slave", number},
	"GratuitousARP":                {"num_grat_arp", number},
	"MinLinks":                     {"min_links", number},
	"ARPMissedMax":                 {"arp_missed_max", number},
	"AllSlavesActive":              {"all_slaves_active", boolean},
	"DynamicTransmitLoadBalancing": {"tlb_dynamic_lb", boolean},
	"ARPIPTargets":                 {"arp_ip_target", targets},
}

const targetsKey = "ARPIPTargets" // the one key whose assignments add up

var (
	wordRE   = regexp.MustCompile(`^[A-Za-z0-9.+_-]+$`)
	numberRE = regexp.MustCompile(`^[0-9]{1,10}$`)
)

func word(s string) (v, why string) {
	if numberRE.MatchString(s) {
		return "", "a number: networkd takes names here and ignores the line"
	}
	if !wordRE.MatchString(s) {
		return "", "not a name: networkd ignores the line"
	}
	return s, ""
}

func number(s string) (v, why string) {
	if !numberRE.MatchString(s) {
		return "", "not a number: networkd ignores the line"
	}
	return s, ""
}

func boolean(s string) (v, why string) {
	on, ok := truth(s)
	switch {
	case !ok:
		return "", "not a truth value: networkd ignores the line"
	case on:
		return "1", ""
	}
	return "0", ""
}

const noSpan = "not a time span: networkd ignores the line"

func milliseconds(s string) (v, why string) {
	span, ok := Timespan(s, time.Second)
	if !ok {
		return "", noSpan
	}
	return strconv.FormatInt(span.Milliseconds(), 10), ""
}

func seconds(s string) (v, why string) {
	span, ok := Timespan(s, time.Second)
	if !ok {
		return "", noSpan
	}
	return strconv.FormatInt(int64(span/time.Second), 10), ""
}

// address is a MAC in any of the ways to write one, as the kernel writes it.
func address(s string) (v, why string) {
	hw, err := net.ParseMAC(s)
	if err != nil {
		return "", "not a hardware address"
	}
	return hw.String(), ""
}

func targets(s string) (v, why string) {
	var list []string
	for _, target := range strings.Fields(s) {
		if _, err := netip.ParseAddr(target); err != nil {
			why = "not an address: networkd ignores it"
			continue
		}
		list = append(list, target)
	}
	return strings.Join(list, ","), why
}

// bondOptions are the options in [Bond]. The last assignment of a key counts; an empty one takes back those before it.
func (u *unit) bondOptions() (options []netconf.Option) {
	var addresses []string
	for _, a := range u.all("Bond") {
		key, known := bondKeys[a.key]
		if !known {
			u.problem(a.line, a.text, "a key that networkd does not know in [Bond]: it ignores the line")
			continue
		}
		i := slices.IndexFunc(options, func(o netconf.Option) bool { return o.Name == key.option })
		if a.value == "" {
			if i >= 0 {
				options = slices.Delete(options, i, i+1)
			}
			if a.key == targetsKey {
				addresses = nil
			}
			continue
		}
		v, why := key.value(a.value)
		if why != "" {
			u.problem(a.line, a.text, why)
		}
		switch {
		case v == "":
			continue
		case i < 0:
			options = append(options, netconf.Option{Line: a.line, Name: key.option, Value: v})
		case a.key != targetsKey:
			options[i].Line, options[i].Value = a.line, v
		}
		if a.key == targetsKey {
			addresses = append(addresses, v)
		}
	}
	if i := slices.IndexFunc(options, func(o netconf.Option) bool { return o.Name == bondKeys[targetsKey].option }); i >= 0 {
		options[i].Value = strings.Join(addresses, ",")
	}
	return options
}
