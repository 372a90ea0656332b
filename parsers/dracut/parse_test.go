package dracut

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/netconf"
	"github.com/sosbond/sosbond/parsers/text"
)

func at(names ...string) (list []text.At[string]) {
	for _, n := range names {
		list = append(list, text.Of(n, 1))
	}
	return list
}

func option(name, value string) netconf.Option {
	return netconf.Option{Line: 1, Name: name, Value: value}
}

func TestParse(t *testing.T) {
	bond := func(name string, ports []text.At[string], options ...netconf.Option) netconf.Device {
		return netconf.Device{Line: 1, Name: name, Kind: netconf.Bond, Ports: ports, Options: options}
	}
	tests := []struct {
		name    string
		cmdline string
		want    []netconf.Device
	}{
		{
			name: "RHEL CoreOS 4.2: a bond with a static address and a name server",
			cmdline: "BOOT_IMAGE=/vmlinuz nomodeset rd.neednet=1 coreos.inst=yes " +
				"ip=172.26.100.14::172.26.100.254:255.255.255.0::bond0:none:172.26.100.2 bond=bond0:ens3,ens7:mode=1\n",
			want: []netconf.Device{
				{Line: 1, Name: "bond0", Address: true},
				bond("bond0", at("ens3", "ens7"), option("mode", "1")),
			},
		},
		{
			name: "Talos 1.8: a VLAN on a bond, empty last fields",
			cmdline: "talos.platform=metal bond=bond0:eno3,eno4:mode=802.3ad vlan=bond0.253:bond0 " +
				"ip=192.168.253.2::192.168.253.1:255.255.255.0::bond0.100:::::",
			want: []netconf.Device{
				bond("bond0", at("eno3", "eno4"), option("mode", "802.3ad")),
				{Line: 1, Name: "bond0.253", Kind: netconf.VLAN, Lower: text.Of("bond0", 1), VLANID: text.Of(253, 1)},
				{Line: 1, Name: "bond0.100", Address: true},
			},
		},
		{
			name:    "OpenShift documentation: options, MTU, both forms of ip",
			cmdline: `bond=bond0:em1,em2:mode=active-backup,arp_ip_target=10.0.0.1;10.0.0.2,miimon=100:9000 ip=bond0:dhcp ip=::::core0.example.com:enp2s0:none`,
			want: []netconf.Device{
				{
					Line: 1, Name: "bond0", Kind: netconf.Bond, Ports: at("em1", "em2"), MTU: text.Of(9000, 1),
					Options: []netconf.Option{
						option("mode", "active-backup"), option("arp_ip_target", "10.0.0.1,10.0.0.2"), option("miimon", "100"),
					},
				},
				{Line: 1, Name: "bond0", Address: true},
				{Line: 1, Name: "enp2s0"},
			},
		},
		{
			name:    "bond without a value",
			cmdline: "ro bond quiet",
			want:    []netconf.Device{bond("bond0", at("eth0", "eth1"), option("mode", "balance-rr"))},
		},
		{
			name:    "a name alone",
			cmdline: "bond=bond1",
			want:    []netconf.Device{bond("bond1", at("eth0", "eth1"))},
		},
		{
			name:    "bridge and team",
			cmdline: "bridge=br0:bond0,eth2 team=team0:eth3,eth4:lacp team=team1 bridge",
			want: []netconf.Device{
				{Line: 1, Name: "br0", Kind: netconf.Bridge, Ports: at("bond0", "eth2")},
				{Line: 1, Name: "team0", Kind: netconf.Team, Ports: at("eth3", "eth4")},
				{Line: 1, Name: "team1", Kind: netconf.Team, Ports: at("eth0", "eth1")},
				{Line: 1, Name: "br0", Kind: netconf.Bridge, Ports: at("eth0")},
			},
		},
		{
			name:    "names of VLANs",
			cmdline: "vlan=vlan0005:eth0 vlan=eth0.0042:eth0",
			want: []netconf.Device{
				{Line: 1, Name: "vlan0005", Kind: netconf.VLAN, Lower: text.Of("eth0", 1), VLANID: text.Of(5, 1)},
				{Line: 1, Name: "eth0.0042", Kind: netconf.VLAN, Lower: text.Of("eth0", 1), VLANID: text.Of(42, 1)},
			},
		},
		{
			name:    "IPv6, MTU and MAC in ip",
			cmdline: "ip=[2001:db8::2]::[2001:db8::1]:64:host:eth0:none:1500:52:54:00:AA:BB:01 ip=eth1:dhcp6:9000:52:54:00:AA:BB:02 ip=dhcp",
			want: []netconf.Device{
				{Line: 1, Name: "eth0", Address: true, MTU: text.Of(1500, 1), MAC: text.Of("52:54:00:aa:bb:01", 1)},
				{Line: 1, Name: "eth1", Address: true, MTU: text.Of(9000, 1), MAC: text.Of("52:54:00:aa:bb:02", 1)},
			},
		},
		{
			name:    "devices by address",
			cmdline: "ifname=lan0:52:54:00:AA:BB:01 ip=52-54-00-AA-BB-02:auto6",
			want: []netconf.Device{
				{Line: 1, Name: "lan0", MAC: text.Of("52:54:00:aa:bb:01", 1)},
				{Line: 1, Name: "52-54-00-AA-BB-02", Glob: true, Address: true, MAC: text.Of("52:54:00:aa:bb:02", 1)},
			},
		},
		{
			name:    "quotes, and parameters that only begin alike",
			cmdline: `dyndbg="file drivers/net/bonding/* +p" "bond=bond0:a,b" net.ifnames=0 bonding.mode=4 ipv6.disable=1` + "\r\n",
			want:    []netconf.Device{bond("bond0", at("a", "b"))},
		},
		{
			name:    "a kernel without such parameters (Debian 13)",
			cmdline: "root=/dev/vda rw console=ttyS0 panic=-1 net.ifnames=0 quiet\n",
		},
		{name: "an empty file"},
		{name: "text of an error", cmdline: "cat: /proc/cmdline: Permission denied\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			config, problems := Parse([]byte(tt.cmdline))
			if diff := cmp.Diff(tt.want, config.Devices); diff != "" {
				t.Error(diff)
			}
			if len(problems) > 0 {
				t.Errorf("problems: %v", problems)
			}
		})
	}
}

func TestParseProblems(t *testing.T) {
	tests := []struct {
		cmdline string
		devices int
		why     string
	}{
		{"bond=bond0:", 1, "without slaves"},
		{"bond=bond0:a,b:mode", 1, "without a value"},
		{"bond=bond0:a,b:mode=1:jumbo", 1, "no number"},
		{"bond=bond0:a,b:mode=4,ad_actor_system=02:00:00:00:00:01", 1, "more than four parts"},
		{"bridge=br0", 0, "dracut refuses it"},
		{"bridge=br0:", 1, "without ports"},
		{"team=", 0, "not NAME"},
		{"vlan=vlan5", 0, "dracut refuses it"},
		{"vlan=storage:bond0", 1, "does not end in its id"},
		{"vlan=vlan5000:bond0", 1, "does not end in its id"},
		{"ifname=lan0:52:54:00", 0, "not NAME:MAC"},
	}
	for _, tt := range tests {
		config, problems := Parse([]byte("quiet\n" + tt.cmdline))
		if len(config.Devices) != tt.devices {
			t.Errorf("%s: %d devices, want %d", tt.cmdline, len(config.Devices), tt.devices)
		}
		if len(problems) == 0 || !strings.Contains(problems[0].Why, tt.why) || problems[0].Line != 2 || problems[0].Text != tt.cmdline {
			t.Errorf("%s: problems %+v, want one on line 2 with %q", tt.cmdline, problems, tt.why)
		}
	}
}

func TestModuleOptions(t *testing.T) {
	got := ModuleOptions([]byte("ro bonding.max_bonds=0 bonding.lacp-rate=fast bonding=4 bonding. dummy.numdummies=2\n"))
	want := []netconf.Option{option("max_bonds", "0"), option("lacp_rate", "fast")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("bond=bond0:em1,em2:mode=active-backup,miimon=100:9000 vlan=bond0.5:bond0 bridge=br0:bond0.5 team=t:a:lacp\n"))
	f.Add([]byte("ip=[2001:db8::2]::[2001:db8::1]:64:host:eth0:none:1500:52:54:00:aa:bb:01 ip=[:[]: ip=eth0:dhcp bond ifname=a:b bonding.mode=1"))
	f.Add([]byte("bond=\"a b\xff:c\r\n\x00bridge=::"))
	f.Fuzz(func(t *testing.T, data []byte) {
		config, problems := Parse(data)
		lines := strings.Count(string(data), "\n") + 1
		for _, d := range config.Devices {
			if d.Name == "" || d.Line < 1 || d.Line > lines {
				t.Errorf("device %+v", d)
			}
		}
		for _, p := range problems {
			if p.Line < 1 || p.Line > lines || p.Why == "" {
				t.Errorf("problem %+v", p)
			}
		}
		for _, o := range ModuleOptions(data) {
			if o.Line < 1 || o.Line > lines || o.Name == "" {
				t.Errorf("option %+v", o)
			}
		}
	})
}
