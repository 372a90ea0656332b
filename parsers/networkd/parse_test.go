package networkd

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/sosbond/sosbond/parsers/netconf"
	"github.com/sosbond/sosbond/parsers/text"
)

func at(v string, line int) text.At[string] { return text.Of(v, line) }

// What netplan 0.106 writes to /run/systemd/network.
const (
	generatedBond = `[NetDev]
Name=bond0
MACAddress=52:54:00:AA:BB:01
MTUBytes=9000
Kind=bond

[Bond]
Mode=active-backup
MIIMonitorSec=100ms
MinLinks=2
AllSlavesActive=1
ARPIntervalSec=10ms
ARPIPTargets=192.168.1.1 10.0.0.1
ARPValidate=all
ARPAllTargets=any
UpDelaySec=200ms
DownDelaySec=1s
FailOverMACPolicy=active
GratuitousARP=5
PacketsPerSlave=4
PrimaryReselectPolicy=better
ResendIGMP=3
LearnPacketIntervalSec=7
`
	generatedPort = `[Match]
PermanentMACAddress=52:54:00:AA:bb:01
Name=lom1

[Link]
MTUBytes=9000

[Network]
LinkLocalAddressing=no
Bond=bond0
PrimarySlave=true
`
	generatedLink = `[Match]
PermanentMACAddress=52:54:00:AA:bb:01

[Link]
Name=lom1
WakeOnLan=off
MTUBytes=9000
`
	generatedBondNetwork = `[Match]
Name=bond0

[Link]
MTUBytes=9000
MACAddress=52:54:00:AA:BB:01

[Network]
LinkLocalAddressing=no
ConfigureWithoutCarrier=yes
Bridge=br0
VLAN=vlan15
`
)

// systemd 252: 80-container-ve.network, trimmed.
const containerVE = `[Match]
Name=ve-*
Driver=veth

[Network]
# Default to using a /28 prefix, giving up to 13 addresses per container.
Address=0.0.0.0/28
LinkLocalAddressing=yes
DHCPServer=yes
`

func TestParse(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []netconf.Device
	}{
		{"netplan 0.106: bond", generatedBond, []netconf.Device{{
			Line: 1, Name: "bond0", Kind: netconf.Bond, MTU: text.Of(9000, 4), MAC: at("52:54:00:aa:bb:01", 3),
			Options: []netconf.Option{
				{Line: 8, Name: "mode", Value: "active-backup"}, {Line: 9, Name: "miimon", Value: "100"},
				{Line: 10, Name: "min_links", Value: "2"}, {Line: 11, Name: "all_slaves_active", Value: "1"},
				{Line: 12, Name: "arp_interval", Value: "10"}, {Line: 13, Name: "arp_ip_target", Value: "192.168.1.1,10.0.0.1"},
				{Line: 14, Name: "arp_validate", Value: "all"}, {Line: 15, Name: "arp_all_targets", Value: "any"},
				{Line: 16, Name: "updelay", Value: "200"}, {Line: 17, Name: "downdelay", Value: "1000"},
				{Line: 18, Name: "fail_over_mac", Value: "active"}, {Line: 19, Name: "num_grat_arp", Value: "5"},
				{Line: 20, Name: "packets_per_slave", Value: "4"}, {Line: 21, Name: "primary_reselect", Value: "better"},
				{Line: 22, Name: "resend_igmp", Value: "3"}, {Line: 23, Name: "lp_interval", Value: "7"},
			},
		}}},
		{"netplan 0.106: primary port", generatedPort, []netconf.Device{
			{Line: 3, Name: "lom1", MAC: at("52:54:00:aa:bb:01", 2), MTU: text.Of(9000, 6), Master: at("bond0", 10)},
			{Line: 11, Name: "bond0", Kind: netconf.Bond, Options: []netconf.Option{{Line: 11, Name: "primary", Value: "lom1"}}},
		}},
		{"netplan 0.106: .link", generatedLink, []netconf.Device{
			{Line: 5, Name: "lom1", MAC: at("52:54:00:aa:bb:01", 2), MTU: text.Of(9000, 7)},
		}},
		{"netplan 0.106: a bond in a bridge with a VLAN on it", generatedBondNetwork, []netconf.Device{{
			Line: 2, Name: "bond0", MTU: text.Of(9000, 5), MAC: at("52:54:00:aa:bb:01", 6), Master: at("br0", 11),
			Uppers: []text.At[string]{at("vlan15", 12)},
		}}},
		{"systemd 252: bond of systemd.netdev(5)",
			"[NetDev]\nName=bond1\nKind=bond\n\n[Bond]\nMode=802.3ad\nTransmitHashPolicy=layer3+4\nMIIMonitorSec=1s\nLACPTransmitRate=fast\n",
			[]netconf.Device{{Line: 1, Name: "bond1", Kind: netconf.Bond, Options: []netconf.Option{
				{Line: 6, Name: "mode", Value: "802.3ad"}, {Line: 7, Name: "xmit_hash_policy", Value: "layer3+4"},
				{Line: 8, Name: "miimon", Value: "1000"}, {Line: 9, Name: "lacp_rate", Value: "fast"},
			}}}},
		{"systemd 252: VLAN of systemd.netdev(5)", "[Match]\nVirtualization=no\n\n[NetDev]\nName=vlan1\nKind=vlan\n\n[VLAN]\nId=1\n",
			[]netconf.Device{{Line: 4, Name: "vlan1", Kind: netconf.VLAN, VLANID: text.Of(1, 9)}}},
		{"systemd 252: macvtap of systemd.netdev(5)", "[NetDev]\nName=macvtap-test\nKind=macvtap\n", []netconf.Device{{Line: 1, Name: "macvtap-test", Kind: netconf.MACVTAP}}},
		{"systemd 252: port by address of systemd.network(5)", "[Match]\nMACAddress=52:54:00:e9:64:41\n\n[Network]\nBond=bond1\n",
			[]netconf.Device{{Line: 1, MAC: at("52:54:00:e9:64:41", 2), Master: at("bond1", 5)}}},
		{"systemd 252: container", containerVE, []netconf.Device{{Line: 2, Name: "ve-*", Glob: true, Address: true}}},
		{"a kind that is matched", "[Match]\nKind=veth\nName=ve-*\n", []netconf.Device{{Line: 3, Name: "ve-*", Glob: true, Kind: "veth"}}},
		{"several kinds", "[Match]\nKind=veth bond\nName=ve-*\n", []netconf.Device{{Line: 3, Name: "ve-*", Glob: true}}},
		{"systemd 252: macvtap of systemd.network(5)", "[Match]\nName=enp0s25\n\n[Network]\nMACVTAP=macvtap-test\n",
			[]netconf.Device{{Line: 2, Name: "enp0s25", Uppers: []text.At[string]{at("macvtap-test", 5)}}}},
		{"systemd 252: 99-default.link", "[Match]\nOriginalName=*\n\n[Link]\nNamePolicy=keep kernel database onboard slot path\nMACAddressPolicy=persistent\n", nil},
		{"several names", "[Match]\nName=eno1 \"eno2\" enp3*\nName=eth0\n[Network]\nBridge=br0\n", []netconf.Device{
			{Line: 2, Name: "eno1", Master: at("br0", 5)}, {Line: 2, Name: "eno2", Master: at("br0", 5)},
			{Line: 2, Name: "enp3*", Glob: true, Master: at("br0", 5)}, {Line: 3, Name: "eth0", Master: at("br0", 5)},
		}},
		{"several addresses in all spellings", "[Match]\nMACAddress=52-54-00-E9-64-41 5254.00e9.6442\n[Network]\nBond=b\n", []netconf.Device{
			{Line: 1, MAC: at("52:54:00:e9:64:41", 2), Master: at("b", 4)}, {Line: 1, MAC: at("52:54:00:e9:64:42", 2), Master: at("b", 4)},
		}},
		{"by driver", "[Match]\nDriver=ixgbe i40e\n[Network]\nBond=b\n", []netconf.Device{{Line: 1, Glob: true, Master: at("b", 4)}}},
		{"no match", "[Network]\nDHCP=ipv4\n", []netconf.Device{{Line: 1, Name: "*", Glob: true, Address: true}}},
		{"lists that are reset", "[Match]\nName=a\nName=\nName=b\n[Network]\nVLAN=v1\nVLAN=\nVLAN=v2\nMACVLAN=m\nBond=x\nBond=\n", []netconf.Device{
			{Line: 4, Name: "b", Uppers: []text.At[string]{at("v2", 8), at("m", 9)}},
		}},
		{"continued lines", "[Match]\nName=a \\\n# a comment\n; and another\n  b\n[Network]\nBond=bond0\n", []netconf.Device{
			{Line: 2, Name: "a", Master: at("bond0", 7)}, {Line: 2, Name: "b", Master: at("bond0", 7)},
		}},
		{"suffix and CRLF", "\ufeff[Match]\r\nName = a\r\n[Link]\r\nMTUBytes = 9K\r\n", []netconf.Device{{Line: 2, Name: "a", MTU: text.Of(9216, 4)}}},
		{"addresses", "[Match]\nName=a\n[Address]\nAddress=fe80::1/64\n[Address]\nAddress=2001:db8::1/64\n", []netconf.Device{{Line: 2, Name: "a", Address: true}}},
		{"link-local address", "[Match]\nName=a\n[Network]\nAddress=fe80::1/64\nDHCP=no\nIPv6AcceptRA=no\n", []netconf.Device{{Line: 2, Name: "a"}}},
		{"router advertisements", "[Match]\nName=a\n[Network]\nIPv6AcceptRA=yes\n", []netconf.Device{{Line: 2, Name: "a", Address: true}}},
		{"empty", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, problems := Parse([]byte(c.text))
			if d := cmp.Diff(netconf.Config{Devices: c.want}, got); d != "" {
				t.Error(d)
			}
			if len(problems) > 0 {
				t.Errorf("problems %+v", problems)
			}
		})
	}
}

func TestBondOptions(t *testing.T) {
	const head = "[NetDev]\nName=b\nKind=bond\n[Bond]\n"
	for _, c := range []struct {
		name, text string
		want       []netconf.Option
		why        string
	}{
		{"seconds by default", "MIIMonitorSec=100", []netconf.Option{{Line: 5, Name: "miimon", Value: "100000"}}, ""},
		{"fractions", "MIIMonitorSec=0.1\nUpDelaySec=.3s\nDownDelaySec=1s 500ms", []netconf.Option{
			{Line: 5, Name: "miimon", Value: "100"}, {Line: 6, Name: "updelay", Value: "300"}, {Line: 7, Name: "downdelay", Value: "1500"}}, ""},
		{"rounded down", "MIIMonitorSec=1999us", []netconf.Option{{Line: 5, Name: "miimon", Value: "1"}}, ""},
		{"zero", "MIIMonitorSec=0", []netconf.Option{{Line: 5, Name: "miimon", Value: "0"}}, ""},
		{"the last counts", "Mode=balance-rr\nMode=802.3ad", []netconf.Option{{Line: 6, Name: "mode", Value: "802.3ad"}}, ""},
		{"taken back", "Mode=802.3ad\nMode=", nil, ""},
		{"targets add up", "ARPIPTargets=10.0.0.9\nARPIPTargets=\nARPIPTargets=10.0.0.1\nARPIPTargets=10.0.0.2",
			[]netconf.Option{{Line: 7, Name: "arp_ip_target", Value: "10.0.0.1,10.0.0.2"}}, ""},
		{"rest", "AdActorSystem=00-11-22-33-44-55\nAdActorSystemPriority=1\nAdUserPortKey=2\nAdSelect=count\nDynamicTransmitLoadBalancing=no\nARPMissedMax=3",
			[]netconf.Option{{Line: 5, Name: "ad_actor_system", Value: "00:11:22:33:44:55"}, {Line: 6, Name: "ad_actor_sys_prio", Value: "1"},
				{Line: 7, Name: "ad_user_port_key", Value: "2"}, {Line: 8, Name: "ad_select", Value: "count"},
				{Line: 9, Name: "tlb_dynamic_lb", Value: "0"}, {Line: 10, Name: "arp_missed_max", Value: "3"}}, ""},
		{"a number is no name", "Mode=4", nil, "takes names"},
		{"refused, so the one before counts", "Mode=802.3ad\nMode=1", []netconf.Option{{Line: 5, Name: "mode", Value: "802.3ad"}}, "takes names"},
		{"a comment after the value", "Mode=active-backup  # the usual one", nil, "not a name"},
		{"no key", "Primary=enp1s0", nil, "does not know in [Bond]"},
		{"upper and lower case", "FailOverMacPolicy=active", nil, "does not know in [Bond]"},
		{"unit", "MIIMonitorSec=100 msecs", nil, "not a time span"},
		{"infinity", "UpDelaySec=infinity", nil, "not a time span"},
		{"truth", "AllSlavesActive=maybe", nil, "not a truth value"},
		{"number", "MinLinks=one", nil, "not a number"},
		{"target", "ARPIPTargets=gateway 10.0.0.1", []netconf.Option{{Line: 5, Name: "arp_ip_target", Value: "10.0.0.1"}}, "not an address"},
		{"system address", "AdActorSystem=me", nil, "not a hardware address"},
		{"cut", "Mode=802.3ad\nMIIMon", []netconf.Option{{Line: 5, Name: "mode", Value: "802.3ad"}}, "not a key=value line"},
		{"invalid UTF-8", "Mode=\xff", nil, "not a name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, problems := Parse([]byte(head + c.text))
			if d := cmp.Diff([]netconf.Device{{Line: 1, Name: "b", Kind: netconf.Bond, Options: c.want}}, got.Devices, cmpopts.EquateEmpty()); d != "" {
				t.Error(d)
			}
			expectProblem(t, problems, c.why)
		})
	}
}

func expectProblem(t *testing.T, problems text.Problems, why string) {
	t.Helper()
	if why == "" && len(problems) > 0 || why != "" && (len(problems) != 1 || !strings.Contains(problems[0].Why, why)) {
		t.Errorf("problems %+v, want %q", problems, why)
	}
}

func TestProblems(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []netconf.Device
		why        string
	}{
		{"stderr text", "Failed to connect to bus: No such file or directory\n", nil, "not a key=value line"},
		{"outside a section", "Name=eth0\n[Match]\nName=eth1\n", []netconf.Device{{Line: 3, Name: "eth1"}}, "not in any section"},
		{"section header", "[Match\nName=eth1\n", []netconf.Device{{Line: 2, Name: "eth1"}}, "not a section header"},
		{"no kind", "[NetDev]\nName=x\n", []netconf.Device{{Line: 1, Name: "x"}}, "no Kind="},
		{"no name", "[NetDev]\nKind=bond\n", nil, "no Name="},
		{"VLAN ID", "[NetDev]\nName=v\nKind=vlan\n[VLAN]\nId=4095\n", []netconf.Device{{Line: 1, Name: "v", Kind: netconf.VLAN}}, "not a VLAN ID"},
		{"MTU", "[Match]\nName=a\n[Link]\nMTUBytes=jumbo\n", []netconf.Device{{Line: 2, Name: "a"}}, "not a number of bytes"},
		{"comment after a name", "[Match]\nName=enp0s3  # First interface\n[Network]\nBond=b\n",
			[]netconf.Device{{Line: 2, Name: "enp0s3", Master: at("b", 4)}}, "a comment after a value"},
		{"negated", "[Match]\nName=!lo eth0\n[Network]\nBond=b\n", []netconf.Device{{Line: 1, Glob: true, Master: at("b", 4)}}, "negated"},
		{"masked address", "[Match]\nMACAddress=***\n[Network]\nBond=b\n", []netconf.Device{{Line: 1, Glob: true, Master: at("b", 4)}}, "not a hardware address"},
		{"two masters", "[Match]\nName=a\n[Network]\nBond=b\nBridge=br0\n", []netconf.Device{{Line: 2, Name: "a", Master: at("b", 4)}}, "too"},
		{"primary of a pattern", "[Match]\nName=en*\n[Network]\nBond=b\nPrimarySlave=yes\n",
			[]netconf.Device{{Line: 2, Name: "en*", Glob: true, Master: at("b", 4)}}, "not told by a name"},
		{"primary by address", "[Match]\nMACAddress=52:54:00:e9:64:41\n[Network]\nBond=b\nPrimarySlave=yes\n",
			[]netconf.Device{{Line: 1, MAC: at("52:54:00:e9:64:41", 2), Master: at("b", 4)}}, "not told by a name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, problems := Parse([]byte(c.text))
			if d := cmp.Diff(c.want, got.Devices); d != "" {
				t.Error(d)
			}
			expectProblem(t, problems, c.why)
		})
	}
}

func TestTimespan(t *testing.T) {
	for in, want := range map[string]time.Duration{
		"100ms": 100 * time.Millisecond, "2min 200ms": 120200 * time.Millisecond, "5": 5 * time.Millisecond, "1.5s": 1500 * time.Millisecond,
		"2 s": 2 * time.Second, "1h30min": 90 * time.Minute, "0.3": 300 * time.Microsecond, "1w": 168 * time.Hour,
	} {
		if got, ok := Timespan(in, time.Millisecond); !ok || got != want {
			t.Errorf("%q: %v %v, want %v", in, got, ok, want)
		}
	}
	for _, in := range []string{"", " ", "-1", "1x", "infinity", "1,5s", "ms", "999999999999999y", "1e3"} {
		if got, ok := Timespan(in, time.Second); ok {
			t.Errorf("%q: %v", in, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{generatedBond, generatedPort, generatedLink, generatedBondNetwork, containerVE, "[Match]\nName=!\nMACAddress=\\\n\"'\n[Link]\nName=\nMTUBytes=K\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, problems := Parse(data)
		last := strings.Count(string(data), "\n") + 1
		in := func(n int) {
			if n < 1 || n > last {
				t.Errorf("line %d of %d", n, last)
			}
		}
		for _, d := range c.Devices {
			in(d.Line)
			for _, o := range d.Options {
				in(o.Line)
				if o.Value == "" {
					t.Errorf("%s has no value", o.Name)
				}
			}
			for _, v := range append([]text.At[string]{d.Master, d.MAC}, d.Uppers...) {
				if v.Found() {
					in(v.Line)
				}
			}
		}
		for _, p := range problems {
			in(p.Line)
		}
	})
}

func FuzzTimespan(f *testing.F) {
	for _, s := range []string{"100ms", "1s 500ms", "0.5", "infinity", "292277026596y", "999999999999999y 999999999999999y", "-1", ".5h", "1e9", "5 fortnights"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, unit := range []time.Duration{time.Microsecond, time.Second} {
			if span, ok := Timespan(s, unit); span < 0 || !ok && span != 0 {
				t.Errorf("%q: %v, %v", s, span, ok)
			}
		}
	})
}
