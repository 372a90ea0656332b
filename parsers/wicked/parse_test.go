package wicked

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/netconf"
	"github.com/sosbond/sosbond/parsers/text"
)

func TestParse(t *testing.T) {
	tests := []struct {
		name   string // what wrote the file
		device string
		data   string
		want   netconf.Device
	}{
		{
			name:   "wicked 0.6.76, ifcfg-bonding(5)",
			device: "bond0",
			data: `STARTMODE='auto'
BOOTPROTO='static'
IPADDR='192.168.0.1/24'
BONDING_MASTER='yes'
BONDING_SLAVE_0='eth0'
BONDING_SLAVE_1='eth1'
BONDING_MODULE_OPTS='mode=active-backup miimon=100'
#MTU='9000'
`,
			want: netconf.Device{
				Line: 1, Name: "bond0", Kind: netconf.Bond, Address: true,
				Ports:   []text.At[string]{text.Of("eth0", 5), text.Of("eth1", 6)},
				Options: []netconf.Option{{Line: 7, Name: "mode", Value: "active-backup"}, {Line: 7, Name: "miimon", Value: "100"}},
			},
		},
		{
			name:   "openSUSE Leap, numbers without an underscore, slaves in another order",
			device: "ifcfg-bond0",
			data: `BOOTPROTO='none'
STARTMODE='auto'
USERCONTROL='no'
BONDING_MASTER='yes'
BONDING_MODULE_OPTS='mode=4 xmit_hash_policy=layer3+4 miimon=100'
BONDING_SLAVE1=eth3
BONDING_SLAVE0=eth2
LLADDR=FA:16:3E:3D:1C:E0
MTU=8888
`,
			want: netconf.Device{
				Line: 1, Name: "bond0", Kind: netconf.Bond, MTU: text.Of(8888, 9), MAC: text.Of("fa:16:3e:3d:1c:e0", 8),
				Ports: []text.At[string]{text.Of("eth3", 6), text.Of("eth2", 7)},
				Options: []netconf.Option{
					{Line: 5, Name: "mode", Value: "4"}, {Line: 5, Name: "xmit_hash_policy", Value: "layer3+4"},
					{Line: 5, Name: "miimon", Value: "100"},
				},
			},
		},
		{
			name:   "Harvester 1.1: the bridge",
			device: "mgmt-br",
			data: `STARTMODE='onboot'
BOOTPROTO='dhcp'
BRIDGE='yes'
BRIDGE_STP='off'
BRIDGE_FORWARDDELAY='0'
BRIDGE_PORTS='mgmt-bo eth7'
PRE_UP_SCRIPT="wicked:setup_bridge.sh"
`,
			want: netconf.Device{
				Line: 1, Name: "mgmt-br", Kind: netconf.Bridge, Address: true,
				Ports: []text.At[string]{text.Of("mgmt-bo", 6), text.Of("eth7", 6)},
			},
		},
		{
			name:   "a VLAN by its name",
			device: "bond0.0042",
			data:   "STARTMODE='auto'\nETHERDEVICE='bond0'\nIPADDR='192.168.3.27/24'\n",
			want: netconf.Device{
				Line: 1, Name: "bond0.0042", Kind: netconf.VLAN, Lower: text.Of("bond0", 2), VLANID: text.Of(42, 2), Address: true,
			},
		},
		{
			name:   "a VLAN by VLAN_ID (wicked 0.6.30 and later)",
			device: "lan1",
			data:   "STARTMODE='auto'\nETHERDEVICE='eth0'\nVLAN_ID='42'\n",
			want:   netconf.Device{Line: 1, Name: "lan1", Kind: netconf.VLAN, Lower: text.Of("eth0", 2), VLANID: text.Of(42, 3)},
		},
		{
			name:   "macvlan",
			device: "macvlan0",
			data:   "STARTMODE=auto\nBOOTPROTO=static\nMACVLAN_DEVICE='bond0'\nMACVLAN_MODE='bridge'\n",
			want:   netconf.Device{Line: 1, Name: "macvlan0", Kind: netconf.MACVLAN, Lower: text.Of("bond0", 3)},
		},
		{
			name:   "ifcfg-team(5)",
			device: "team0",
			data: `STARTMODE=auto
TEAM_RUNNER="loadbalance"
TEAM_LB_TX_HASH="ipv4,ipv6,eth,vlan"
TEAM_PORT_DEVICE_1="eth1"
TEAM_PORT_DEVICE_2="eth2"
TEAM_LW_NAME="ethtool"
`,
			want: netconf.Device{
				Line: 1, Name: "team0", Kind: netconf.Team, Ports: []text.At[string]{text.Of("eth1", 4), text.Of("eth2", 5)},
			},
		},
		{
			name:   "ifcfg-ovs-bridge(5)",
			device: "ovsbr0",
			data:   "STARTMODE='auto'\nBOOTPROTO='dhcp'\nOVS_BRIDGE='yes'\nOVS_BRIDGE_PORT_DEVICE_2='bond0'\nOVS_BRIDGE_PORT_DEVICE_3='eth3'\n",
			want: netconf.Device{
				Line: 1, Name: "ovsbr0", Kind: netconf.OVSBridge, Address: true,
				Ports: []text.At[string]{text.Of("bond0", 4), text.Of("eth3", 5)},
			},
		},
		{
			name:   "a fake bridge of Open vSwitch",
			device: "ovsbr0.5",
			data:   "OVS_BRIDGE='yes'\nOVS_BRIDGE_VLAN_PARENT='ovsbr0'\nOVS_BRIDGE_VLAN_TAG='5'\n",
			want: netconf.Device{
				Line: 1, Name: "ovsbr0.5", Kind: netconf.OVSBridge, Lower: text.Of("ovsbr0", 2), VLANID: text.Of(5, 3),
			},
		},
		{
			name:   "YaST: the file of a slave, addresses left over and empty",
			device: "eth0",
			data:   "BOOTPROTO='none'\nIPADDR='10.0.0.1/24'\nMTU=''\nSTARTMODE='hotplug'\nETHTOOL_OPTIONS=''\n",
			want:   netconf.Device{Line: 1, Name: "eth0"},
		},
		{
			name:   "more addresses have suffixes",
			device: "eth0",
			data:   "BOOTPROTO='static'\nIPADDR=''\nIPADDR_AAA=1.2.3.4\nNETMASK_AAA=255.0.0.0\n",
			want:   netconf.Device{Line: 1, Name: "eth0", Address: true},
		},
		{
			name:   "SLES 10: a name that describes the device",
			device: "eth-id-00:15:17:1C:AA:01",
			data:   "BOOTPROTO='static'\nIPADDR='0.0.0.0'\nSTARTMODE='off'\n",
			want: netconf.Device{
				Line: 1, Name: "eth-id-00:15:17:1C:AA:01", Glob: true, MAC: text.Of("00:15:17:1c:aa:01", 1), Off: true,
			},
		},
		{
			name:   "a switch that is off",
			device: "br0",
			data:   "BRIDGE='no'\nBOOTPROTO='dhcp4'\n",
			want:   netconf.Device{Line: 1, Name: "br0", Address: true},
		},
		{
			name:   "tunnel",
			device: "tap0",
			data:   "# comment\nTUNNEL='tap'\nTUNNEL_SET_OWNER='root'\n",
			want:   netconf.Device{Line: 2, Name: "tap0", Kind: "tap"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			config, problems := Parse(tt.device, []byte(tt.data))
			if diff := cmp.Diff([]netconf.Device{tt.want}, config.Devices); diff != "" {
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
		name, data string
		line       int
		why        string
	}{
		{"eth0", "STARTMODE=auto\nBONDING_SLAVE_0=eth1\n", 2, "without BONDING_MASTER=yes"},
		{"bond0", "BONDING_MASTER=yes\nBONDING_SLAVE_0=a\nBONDING_SLAVE_1=a\n", 3, "twice"},
		{"bond0", "BONDING_MASTER=yes\nBRIDGE=yes\n", 2, "two kinds"},
		{"bond0", "BONDING_MASTER=yes\nBONDING_OPTS='mode=1'\n", 2, "BONDING_MODULE_OPTS"},
		{"bond0", "BONDING_MASTER=yes\nBONDING_MODULE_OPTS=mode=1 miimon=100\n", 2, "quotes are missing"},
		{"foo", "ETHERDEVICE=eth0\n", 1, "without an id"},
		{"vlan9999", "ETHERDEVICE=eth0\n", 1, "without an id"},
		{"foo", "ETHERDEVICE=eth0\nVLAN_ID=5000\n", 2, "no VLAN id"},
		{"eth0", "MTU=jumbo\n", 1, "no number"},
		{"eth0", "MTU=1500\r\n", 1, "CRLF"},
		{"eth0", "\nBONDING_SLAVE_0='eth", 2, "refuses this line"},
		{"eth0", "ls: cannot access 'ifcfg-eth0': No such file or directory\n", 1, "not run"},
	}
	for _, tt := range tests {
		_, problems := Parse(tt.name, []byte(tt.data))
		if len(problems) == 0 || problems[0].Line != tt.line || !strings.Contains(problems[0].Why, tt.why) {
			t.Errorf("%q: problems %+v, want one on line %d with %q", tt.data, problems, tt.line, tt.why)
		}
	}
}

func TestBondingOptsIsNotRead(t *testing.T) {
	config, _ := Parse("bond0", []byte("BONDING_MASTER=yes\nBONDING_OPTS='mode=1'\nBONDING_MODULE_OPTS='mode=4'\n"))
	want := []netconf.Option{{Line: 3, Name: "mode", Value: "4"}}
	if diff := cmp.Diff(want, config.Devices[0].Options); diff != "" {
		t.Error(diff)
	}
	config, _ = Parse("bond0", []byte("BONDING_MASTER=yes\nBONDING_OPTS='mode=1'\n"))
	if len(config.Devices[0].Options) > 0 {
		t.Errorf("options %v", config.Devices[0].Options)
	}
}

func TestParseNothing(t *testing.T) {
	for _, data := range []string{"", "# only a comment\n", "\n\n"} {
		if config, problems := Parse("eth0", []byte(data)); len(config.Devices) > 0 || len(problems) > 0 {
			t.Errorf("%q: %+v, %+v", data, config, problems)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("bond0", []byte("BONDING_MASTER='yes'\nBONDING_SLAVE_0='eth0'\nBONDING_MODULE_OPTS='mode=active-backup miimon=100'\nIPADDR=1.2.3.4/8\n"))
	f.Add("vlan5", []byte("ETHERDEVICE=bond0\nMTU=9000\nLLADDR=00:11:22:33:44:55\nBRIDGE=yes\nBRIDGE_PORTS='a b'\r\n"))
	f.Add("eth-id-00:11:22:33:44:55", []byte("OVS_BRIDGE=yes\nOVS_BRIDGE_PORT_DEVICE_1=\xff\nTEAM_RUNNER=lacp\nTUNNEL=gre"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		config, problems := Parse(name, data)
		lines := strings.Count(string(data), "\n") + 1
		for _, d := range config.Devices {
			if d.Line < 1 || d.Line > lines || d.MTU.Line > lines || d.Lower.Line > lines || d.VLANID.Value > 4095 {
				t.Errorf("device %+v of %d lines", d, lines)
			}
			for _, p := range d.Ports {
				if p.Line < 1 || p.Line > lines || p.Value == "" {
					t.Errorf("port %+v", p)
				}
			}
		}
		for _, p := range problems {
			if p.Line < 1 || p.Line > lines {
				t.Errorf("problem %+v of %d lines", p, lines)
			}
		}
	})
}
