package rules

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"mvdan.cc/sh/v3/syntax"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
	"github.com/sosbond/sosbond/parsers/release"
)

// View is what a text can say of the place where its rule fired. Names are fit for prose; in commands they go through Q, which quotes them
// for the shell.
type View struct {
	Host     string
	OS       string
	Kernel   string // release, "" when unknown
	Platform string // libvirt, rhv, openshift, plain
	System   string // what configures the bond: ifcfg, nmcli, nmstate, nncp, netplan, networkd, ifupdown, wicked, os-net-config, rhv, other (nothing known of it), "" (explain: all)

	Bond       string
	Kind       string // kernel, team or ovs; "" where there is no bond, and in explain
	Mode       string // balance-alb
	ModeNumber int
	Hash       string
	BondMAC    string
	Slaves     []string
	Active     string // currently active slave, "" in modes without one
	Standby    string // a slave that is not the active one, "" when there is none

	Bridge string   // the attachment's name when it is a bridge
	Device string   // the attachment's name when it is none
	Port   string   // the bridge port that leads to the bond, or the device below a macvlan
	Path   string   // "bond0 → bond0.100 → br100"
	VLANs  []string // vlan devices between bond and attachment
	Guests []GuestView
	AllOff bool // there are guests, none of them runs

	Explain bool // no report: made-up names, and all cases
	X       map[string]any

	kernel release.Kernel
	host   *topology.Host
	bond   *topology.Bond
	att    *topology.Attachment
}

// GuestView is a guest's interface.
type GuestView struct {
	Name, Interface, MAC, Kind string
	Running                    bool
}

func (hit Hit) guests() []*topology.GuestNIC {
	if hit.Guests != nil || hit.Attachment == nil {
		return hit.Guests
	}
	return hit.Attachment.Guests
}

func newView(h *topology.Host, hit Hit) *View {
	v := &View{
		Host: oneLine(h.Name.Value), OS: oneLine(h.OS.Value.Name), Kernel: oneLine(h.Kernel.Value.Release), Platform: string(h.Platform.Value), ModeNumber: -1,
		X: cleanVars(hit.Vars), kernel: h.Kernel.Value, host: h, bond: hit.Bond, att: hit.Attachment,
	}
	if b := hit.Bond; b != nil {
		v.Bond, v.Mode, v.ModeNumber, v.Hash = device(b.Name), b.Mode.Value.String(), int(b.Mode.Value), oneLine(b.HashPolicy.Value)
		v.Kind = b.Kind
		v.BondMAC, v.Active = oneLine(b.MAC.Value), device(b.ActiveSlave.Value)
		for _, s := range b.SlaveNames() {
			v.Slaves = append(v.Slaves, device(s))
		}
		for _, s := range v.Slaves {
			if s != v.Active && v.Standby == "" && v.Active != "" {
				v.Standby = s
			}
		}
		v.System = system(h, b)
	}
	if a := hit.Attachment; a != nil {
		v.Port, v.Path = device(a.Port), oneLine(strings.Join(a.Path, " → "))
		for _, name := range a.OverVLAN(h) {
			v.VLANs = append(v.VLANs, device(name))
		}
		if a.IsBridge() {
			v.Bridge = device(a.Name)
		} else {
			v.Device = oneLine(a.Name)
		}
	}
	for _, g := range hit.guests() {
		v.Guests = append(v.Guests, GuestView{
			Name: oneLine(g.Guest), Interface: device(g.Interface), MAC: oneLine(g.MAC.Value), Kind: g.Kind, Running: g.Running,
		})
	}
	v.AllOff = len(v.Guests) > 0 && !slices.ContainsFunc(v.Guests, func(g GuestView) bool { return g.Running })
	return v
}

// oneLine replaces control characters: what a stranger named cannot end a line, a comment or a here-document.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return '\uFFFD'
		}
		return r
	}, s)
}

// bare replaces what a shell acts on, for names that stand unquoted in comments: zsh and csh run a comment that is pasted to their prompt.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("$`;&|<>(){}!'\"\\", r) {
			return '\uFFFD'
		}
		return r
	}, oneLine(s))
}

// device is the name of an interface. The kernel allows neither white space nor a slash in one (dev_valid_name in net/core/dev.c); one that
// starts with a dash would be taken for an option. What a shell acts on is in no name that anybody gives.
func device(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '/' {
			return '\uFFFD'
		}
		return r
	}, bare(s))
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		return "\uFFFD" + rest
	}
	return s
}

func cleanVars(vars map[string]any) map[string]any {
	clean := map[string]any{}
	for k, x := range vars {
		switch x := x.(type) {
		case string:
			clean[k] = oneLine(x)
		case []string:
			list := make([]string, len(x))
			for i, s := range x {
				list[i] = oneLine(s)
			}
			clean[k] = list
		default:
			clean[k] = x
		}
	}
	return clean
}

// exampleView stands for any host: made-up names, and nothing known of its kernel and configuration.
func exampleView() *View {
	b := &topology.Bond{Name: "bond0", Mode: topology.Fact[topology.Mode]{Value: bonding.Unknown}}
	b.Slaves = []*topology.Slave{{Name: "eth0"}, {Name: "eth1"}}
	return &View{
		Host: "the host", Bond: "bond0", Mode: "the mode", ModeNumber: -1, BondMAC: "BOND-MAC", Slaves: []string{"eth0", "eth1"}, Active: "eth0", Standby: "eth1",
		Bridge: "br0", Port: "bond0", Path: "bond0 → br0", Guests: []GuestView{{Name: "GUEST", Interface: "vnet0", MAC: "GUEST-MAC", Kind: "vm", Running: true}},
		Explain: true, X: exampleVars, host: &topology.Host{}, bond: b,
	}
}

// exampleVars are the values that the texts of single rules ask for under .X, made up; what a rule sets must stand here.
var exampleVars = map[string]any{
	"Olds": []string{"NetworkManager 1.40.16"}, "KernelOld": false, "Switches": []string{"leaf01", "leaf02"}, "ActAsOne": false, "Channels": []string{}, "Different": "", "Description": "lacp to host",
	"SlaveOf": "eth0", "Monitor": "", "Case": "none", "Target": "192.0.2.1", "Said": false, "Delays": []string{"updelay 250 counts as 200"}, "Settings": []string{"miimon is 5000 ms"},
	"Long": true, "Quick": false, "ByARP": false, "RunsSo": true, "UpDelay": 0, "Peer": "PEER-MAC", "Links": 2, "Tunnel": "vxlan0", "TunnelMTU": 1500, "BondMTU": 1500, "Fitting": 1450, "Plain": "layer2+3",
	"BridgeIP": true, "Bridge": "br0", "ConfigMode": "balance-alb", "Conflict": false, "Count": 1, "Covers": "every bond without options of its own",
	"Datum": "forwarding database of the bridges", "Ask": "bridge -s -s -d fdb show", "Default": true, "Dev": "bond0", "Device": "macvtap0", "Domain": "GUEST",
	"Explicit": false, "Failovers": 0, "File": "FILE", "Guests": "GUEST", "How": "nat", "Interval": 100, "Kind": "macvtap", "Line": "options bonding mode=1",
	"LinkFailures": 0, "Loop": true, "MAC": "BOND-MAC", "MACs": []string{"GUEST-MAC"}, "MIIMon": 100, "Missing": []string{"GUEST"}, "Modes": "0, 5 and 6",
	"Network": "", "NetworkInactive": false, "NotRunning": false, "OVS": false, "Old": false, "Options": "arp_interval=100", "OwnMAC": true, "PartnerMAC": "PARTNER-MAC",
	"Port": "bond0", "Ports": 2, "Rules": "SB140", "Saved": false, "Single": false, "Stale": []string{}, "StaticMode": true, "Status": "not-collected", "Targets": "192.0.2.1",
	"Tool": "nft", "Why": "", "Workaround": false, "Would": "not-working", "Young": true, "Wrong": []string{"the rule names another port"}, "Broad": false,
	"Admin": true, "AllDown": true, "BPDUGuard": true, "BridgeOff": true, "Carrier": []string{}, "Dark": []string{"eth0"}, "Down": false, "Empty": true, "Foreign": []string{"eth1"}, "InUse": 1, "Look": []string{"eth0"},
	"MinLinks": 2, "Off": []string{"eth1"}, "Others": []string{}, "Outside": []string{"eth1"}, "PortOff": true, "Probed": true, "RootGuard": true, "STP": "on", "Short": true,
	"Silent": []string{"eth1"}, "Speeds": true, "State": "blocking", "Through": []string{}, "Unused": false, "Up": 2, "VLANs": false, "Wanted": []string{"eth0"},
	"Act": true, "Address": "192.0.2.5/24", "Class": "guests", "Era": "third", "Fallback": false, "FallbackKnown": true, "Incomplete": false, "LACP": true, "Mode": "balance-tcp", "Namespace": false,
	"Negotiated": false, "None": false, "Partner": "no", "Primary": "eth9", "Removed": false, "Routed": false, "Runner": "the runner", "STPKnown": false, "TCP": true, "Uplinks": []string{"eth0", "eth1"},
	"Version": "4.20", "Node": "", "Open": "bond0", "Cluster": false, "Strange": "",
	"Alone": []string{"eth1"}, "Both": []string{"eth0"}, "Churned": []string{"eth1"}, "Deaf": []string{"eth1"}, "Differ": true, "Fine": false, "Half": []string{"eth1"}, "HalfAll": false, "Heard": []string{"eth0"},
	"Host": true, "Inside": []string{"eth0"}, "Key": "15", "Keys": []string{"16"}, "Logged": 1, "Lossy": []string{"eth1"}, "Lost": []string{"eth1"}, "Never": false, "Speedless": []string{"eth1"}, "NoSync": []string{"eth1"},
	"Nothing": false, "Often": []string{}, "Out": []string{"eth1"}, "Own": true, "Partners": []string{"OTHER-MAC"}, "Proc": true, "Rates": true, "Select": "bandwidth", "Slow": true, "SpeedList": []string{"eth0 10000 Mb/s", "eth1 1000 Mb/s"},
	"Standby": false, "Team": false, "Fed": []string{"eth1"}, "Shares": []string{}, "Total": 2, "Unknown": true, "Words": []string{},
	"Absent": []string{"eth1"}, "Gone": []string{}, "Here": []string{"eth1"}, "Files": []string{"FILE"}, "Configured": "802.3ad", "Now": "", "Differences": []string{"miimon: 100 configured, 0 running"}, "Names": []string{"miimon"}, "Memory": "", "Other": "FILE", "Policy": "POLICY", "Failed": true, "Message": "",
	"Idle": []string{"eth0"}, "Elsewhere": []string{"eth1"}, "Notes": []string{}, "Clean": "mode=802.3ad miimon=100", "Works": false, "Meant": []string{}, "Known": strings.Join(topology.OptionNames(), ", "), "Refused": []string{}, "Profile": true,
	"More": 0, "Differs": "mode", "Same": false, "Release": "the release", "What": "", "Title": "SLAVE=yes is missing", "Has": "", "Runs": false, "Says": "", "Size": 9000, "Everywhere": false, "Over": false, "Nodes": []string{"NODE"}, "Name": "the host",
	"Slave": "eth1", "First": "", "Last": "", "Timeline": []string{}, "Flaps": true, "IsDown": false, "SlaveOff": true, "HasCarrier": true, "Back": true, "Held": 0, "LinkSpeeds": []string{"eth0 10000 Mbps full", "eth1 1000 Mbps full"},
	"Duplex": false, "Spare": false, "Growing": false, "Days": 0, "SlaveAddrs": []string{"192.0.2.5/24"}, "SlaveBridge": "br0", "PortAddrs": []string{"192.0.2.5/24"}, "Planned": true,
	"Card": "0000:3b:00", "OtherPorts": []string{"eth2"}, "LinksWithoutSpeed": []string{"eth1"}, "Inner": []string{"bond1"}, "MACPolicy": "active", "Exists": false, "Several": false, "SeveralVFs": false, "Sure": false, "PCI": "0000:3b:02.1", "Below": "br0", "Tap": false, "Path": "bond0 → br-ex → br-int",
	"SlavesSeen": []string{"eth1"}, "Rewrites": true, "OtherBridge": false, "OtherGuest": "GUEST2", "Leak": false, "Free": []string{"GUEST2"}, "Upper": "br0", "UpperMTU": 9000, "Lower": "bond0", "LowerMTU": 1500, "IsBridge": true,
	"Small": []string{"eth1"}, "Large": []string{}, "MTU": 9000, "Limit": 1500, "Told": true, "AtBridge": false, "One": "GUEST", "Two": "GUEST2", "IsOff": "", "OtherHost": "", "Owner": "bond0", "OfSlave": false,
	"WhyNot": "group", "GuestPort": "vnet0", "Addressed": true, "Bonds": true, "STPDelay": 15, "Wait": 30, "Looped": false, "BridgeToo": false, "Named": true, "Calls": []string{"nf_call_iptables"}, "VLANID": 100, "AtGuest": false,
	"Points": "mode active-backup, where 3 of the 4 hosts have 802.3ad", "Peers": []string{"hv01", "hv02", "hv03"}, "PVID": true, "Flags": []string{"flood=off on bond0"}, "Effects": []string{}, "Seconds": 0, "Unpromisc": []string{"eth0"}, "HasActive": true,
}

// Has reports that this kernel is known to have a feature (see features.go).
func (v *View) Has(name string) bool { return v.feature(name) == Yes }

// Lacks reports that this kernel is known not to have a feature. Where neither Has nor Lacks is true, a text says both cases.
func (v *View) Lacks(name string) bool { return v.feature(name) == No }

func (v *View) feature(name string) Answer {
	f, ok := features[name]
	if !ok {
		panic("rules: no feature " + name)
	}
	return f.in(v.kernel)
}

// Q quotes a value for the shell.
func (v *View) Q(s string) string {
	if s == "" {
		return "''"
	}
	q, err := syntax.Quote(s, syntax.LangBash)
	if err != nil { // a NUL byte: nothing that a command could name
		return "'?'"
	}
	return q
}

// Bare is a value for a comment, without what a shell acts on.
func (v *View) Bare(s string) string { return bare(s) }

// List joins names as prose: "a", "a and b", "a, b and 3 more".
func (v *View) List(names []string) string { return prose(names) }

// GuestNames names the guests as prose.
func (v *View) GuestNames() string {
	var names []string
	for _, g := range v.Guests {
		names = append(names, g.Name)
	}
	return prose(uniq(names))
}

// GuestMACs are the known MACs of the guests, sorted.
func (v *View) GuestMACs() (macs []string) {
	for _, g := range v.Guests {
		if g.MAC != "" {
			macs = append(macs, g.MAC)
		}
	}
	slices.Sort(macs)
	return slices.Compact(macs)
}

// WithoutMAC names the guests whose MAC the report does not tell, "" when there is none.
func (v *View) WithoutMAC() string {
	var names []string
	for _, g := range v.Guests {
		if g.MAC == "" {
			names = append(names, g.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return prose(uniq(names))
}

// VMs are the guests that libvirt runs, one entry a guest.
func (v *View) VMs() (vms []GuestView) {
	for _, g := range v.Guests {
		if !v.Explain && !slices.ContainsFunc(v.host.Domains, func(d *topology.Domain) bool { return oneLine(d.Name) == g.Name }) {
			continue // known by QEMU's command line, or of Xen or a cluster
		}
		if g.Kind == topology.GuestVM && !slices.ContainsFunc(vms, func(x GuestView) bool { return x.Name == g.Name && x.Interface == g.Interface }) {
			vms = append(vms, g)
		}
	}
	return vms
}

// On says what the bond carries here: "bridge br0" or "macvlan device eth0".
func (v *View) On() string {
	switch {
	case v.Bridge != "":
		return "bridge " + v.Bridge
	case v.att != nil && v.att.Kind != topology.AttachedHost:
		return v.att.Kind + " device " + v.Device
	}
	return "the host"
}

const proseNames = 4

func prose(names []string) string {
	switch n := len(names); {
	case n == 0:
		return "none"
	case n == 1:
		return names[0]
	case n <= proseNames:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	default:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:proseNames-1], ", "), n-proseNames+1)
	}
}
