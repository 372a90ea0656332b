package rules

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// writer writes the commands for one configuration system.
type writer struct {
	system   string
	name     string                  // for explain, which shows all of them
	edit     func([]string) []string // puts the options into the configuration
	activate func() []string         // makes the host apply its configuration; nil where edit does it, or nothing does
}

func (v *View) writers() []writer {
	return []writer{
		{"ifcfg", "ifcfg files", v.editIfcfg, v.activateIfcfg},
		{"nmcli", "NetworkManager", v.editNmcli, v.activateNmcli},
		{"nmstate", "nmstate", v.applyNMState, nil},
		{"nncp", "OpenShift (NodeNetworkConfigurationPolicy)", v.applyNNCP, nil},
		{topology.ConfigNetplan, "netplan", v.editNetplan, v.activateNetplan},
		{topology.ConfigNetworkd, "systemd-networkd", v.editNetworkd, v.activateNetworkd},
		{topology.ConfigIfupdown, "interfaces(5) of Debian", v.editIfupdown, v.activateIfupdown},
		{topology.ConfigWicked, "wicked (SUSE)", v.editWicked, v.activateWicked},
		{topology.ConfigOSNetConfig, "os-net-config (OpenStack)", v.editOSNetConfig, v.activateOSNetConfig},
		{"other", "", v.applyRuntime, nil},
	}
}

// apply writes the commands for the options in the configuration system of this host, and applies them.
func (v *View) apply(opts []string) string {
	return v.write(opts, func(w writer) []string {
		lines := w.edit(opts)
		if w.activate != nil {
			lines = append(lines, w.activate()...)
		}
		return lines
	})
}

// write puts together what the writers of this host's system write. Options of the kernel are nothing for a team or a bond of Open vSwitch.
func (v *View) write(opts []string, lines func(writer) []string) string {
	if v.bond != nil && (v.bond.Kind == topology.KindTeam || v.bond.Kind == topology.BondOVS) {
		return ""
	}
	for _, o := range opts {
		if !plainOption.MatchString(o) {
			return "# " + v.Q(o) + " is no option that can be written here: change the configuration by hand"
		}
	}
	var out []string
	for _, w := range v.writers() {
		if !v.In(w.system) || v.Explain && w.name == "" {
			continue
		}
		if part := lines(w); len(part) > 0 {
			if v.Explain {
				out = append(out, "# "+w.name)
			}
			out = append(out, part...)
		}
	}
	return strings.Join(out, "\n")
}

// Record writes the options that run into the configuration, without applying it; "" where no configuration system is known.
func (v *View) Record() string {
	return v.record(v.keep(v.runningOptions(), "updelay", "downdelay", "num_grat_arp"))
}

// Adopt writes the running values of the options that differ into the configuration, which keeps its others, without applying it.
func (v *View) Adopt() string {
	if v.Explain {
		return v.record(v.runningOptions())
	}
	var changes []string
	for _, d := range v.bond.Drift() {
		if fromFiles(d) && isOption(d) {
			changes = append(changes, d.What+"="+d.Running)
		}
	}
	return v.record(v.changed(changes))
}

// RunningOptions are the options of the running bond, as bond.options of a profile has them.
func (v *View) RunningOptions() string { return strings.Join(v.runningOptions(), ",") }

func (v *View) record(opts []string) string {
	return v.write(opts, func(w writer) []string {
		if w.system == "other" {
			return nil
		}
		return w.edit(opts)
	})
}

// Reapply makes the host apply the configuration that it has.
func (v *View) Reapply() string {
	return v.write(nil, func(w writer) []string {
		if w.activate == nil {
			return nil
		}
		return w.activate()
	})
}

// file is the file of the bond's configuration on the host, or the one that it would have.
func (v *View) file(usual string) string {
	if c := v.config(); c != nil && c.File != "" && !c.Rendered() {
		return "/" + oneLine(c.File)
	}
	return usual
}

// backup copies a file to where nothing reads it.
func (v *View) backup(file string) string {
	return "cp -p " + v.Q(file) + " ~/" + v.Q(path.Base(file)+".before")
}

// around are the bond and the devices on it, those above first.
func (v *View) around() []string { return uniq(append(v.upper(), v.Bond)) }

func (v *View) activateIfcfg() (cmds []string) {
	if v.host.Managers.NetworkManager.Known() && !v.nmOff() || v.major() >= 8 {
		return []string{"nmcli connection reload", "nmcli connection up ifname " + v.Q(v.Bond)}
	}
	return v.downUp("ifdown ", "ifup ")
}

// downUp takes the bond and the devices above it down, the highest first, and up again.
func (v *View) downUp(down, up string) (cmds []string) {
	devices := v.around()
	for _, d := range devices {
		cmds = append(cmds, down+v.Q(d))
	}
	slices.Reverse(devices)
	for _, d := range devices {
		cmds = append(cmds, up+v.Q(d))
	}
	return cmds
}

func (v *View) activateNmcli() []string {
	return []string{"nmcli connection reload", "nmcli connection up " + v.Q(v.connection())}
}

// netplanKeys are the keys of netplan(5) below parameters by the names that the kernel has for the options.
var netplanKeys = map[string]string{
	"mode": "mode", "miimon": "mii-monitor-interval", "updelay": "up-delay", "downdelay": "down-delay", "xmit_hash_policy": "transmit-hash-policy",
	"lacp_rate": "lacp-rate", "min_links": "min-links", "ad_select": "ad-select", "all_slaves_active": "all-slaves-active", "arp_interval": "arp-interval",
	"arp_ip_target": "arp-ip-targets", "arp_validate": "arp-validate", "arp_all_targets": "arp-all-targets", "fail_over_mac": "fail-over-mac-policy",
	"num_grat_arp": "gratuitous-arp", "packets_per_slave": "packets-per-slave", "primary_reselect": "primary-reselect-policy",
	"resend_igmp": "resend-igmp", "lp_interval": "learn-packet-interval", "primary": "primary",
}

// editNetplan shows the bond in YAML: netplan has no command that replaces the parameters of a bond as a whole.
func (v *View) editNetplan(opts []string) []string {
	file := v.file("")
	var cmds []string
	place := "the file in /etc/netplan that has the bond"
	if file != "" {
		cmds, place = append(cmds, v.backup(file)), v.Q(file)
	}
	cmds = append(cmds, "# in "+place+": these parameters in place of all that the bond has; its other keys (addresses, mtu, ...) stay", "#   network:", "#     bonds:",
		"#       "+yaml(v.Bond)+":")
	if len(v.Slaves) > 0 {
		cmds = append(cmds, "#         # interfaces: as it is")
	}
	cmds = append(cmds, "#         parameters:")
	var without []string
	for _, o := range opts {
		name, value, _ := strings.Cut(o, "=")
		key, ok := netplanKeys[name]
		switch {
		case !ok:
			without = append(without, name)
			continue
		case name == "arp_ip_target":
			value = "[" + value + "]"
		case name == "all_slaves_active":
			value = strconv.FormatBool(value != "0")
		default:
			value = yamlPlain(kernelName(name, value))
		}
		cmds = append(cmds, "#           "+key+": "+value)
	}
	if len(without) > 0 {
		cmds = append(cmds, "# netplan has no key for "+prose(without))
	}
	return cmds
}

// activateNetplan: netplan try refuses files with parameters of bonds, as it could not take them back (is_revertable in its commands/try_command.py),
// and neither apply nor networkd changes a bond that exists.
func (v *View) activateNetplan() []string {
	return []string{"netplan generate && netplan apply", "# netplan try cannot take parameters of bonds back, and may refuse",
		"# where /proc/net/bonding/" + v.Q(v.Bond) + " shows the old values still, from a console:", "#   ip link delete dev " + v.Q(v.Bond) + " && netplan apply"}
}

// networkdKeys are the keys of [Bond] in systemd.netdev(5).
var networkdKeys = map[string]string{
	"mode": "Mode", "miimon": "MIIMonitorSec", "updelay": "UpDelaySec", "downdelay": "DownDelaySec", "xmit_hash_policy": "TransmitHashPolicy", "lacp_rate": "LACPTransmitRate",
	"min_links": "MinLinks", "ad_select": "AdSelect", "all_slaves_active": "AllSlavesActive", "arp_interval": "ARPIntervalSec", "arp_ip_target": "ARPIPTargets",
	"arp_validate": "ARPValidate", "arp_all_targets": "ARPAllTargets", "fail_over_mac": "FailOverMACPolicy", "num_grat_arp": "GratuitousARP",
	"packets_per_slave": "PacketsPerSlave", "primary_reselect": "PrimaryReselectPolicy", "resend_igmp": "ResendIGMP", "lp_interval": "LearnPacketIntervalSec",
	"ad_actor_sys_prio": "AdActorSystemPriority", "ad_user_port_key": "AdUserPortKey", "ad_actor_system": "AdActorSystem", "tlb_dynamic_lb": "DynamicTransmitLoadBalancing",
	"arp_missed_max": "ARPMissedMax",
}

// inMilliseconds are the options that networkd takes as times: a number alone would be seconds.
var inMilliseconds = []string{"miimon", "updelay", "downdelay", "arp_interval"}

func (v *View) editNetworkd(opts []string) []string {
	file := v.file("")
	if !strings.HasSuffix(file, ".netdev") {
		file = "/etc/systemd/network/" + v.Bond + ".netdev"
		if c := v.config(); c != nil && strings.HasSuffix(c.Mode.Source.File, ".netdev") {
			file = "/" + oneLine(c.Mode.Source.File)
		}
	}
	cmds := []string{v.backup(file), "# in " + v.Q(file) + ": this in place of the section [Bond]", "#   [Bond]"}
	var without, elsewhere []string // what is no line of the section comes after it
	for _, o := range opts {
		name, value, _ := strings.Cut(o, "=")
		key, ok := networkdKeys[name]
		switch {
		case name == "primary":
			elsewhere = append(elsewhere, "# in the .network file of "+value+", section [Network]: PrimarySlave=yes")
			continue
		case !ok:
			without = append(without, name)
			continue
		case slices.Contains(inMilliseconds, name):
			value += "ms"
		case name == "arp_ip_target":
			value = strings.ReplaceAll(value, ",", " ")
		default:
			value = kernelName(name, value)
		}
		cmds = append(cmds, "#   "+key+"="+value)
	}
	cmds = append(cmds, elsewhere...)
	if len(without) > 0 {
		cmds = append(cmds, "# networkd has no key for "+prose(without))
	}
	return cmds
}

// activateNetworkd makes the bond anew: networkd changes no device that exists (systemd.netdev(5)).
func (v *View) activateNetworkd() []string {
	return []string{"# networkd changes no bond that exists: from a console", "networkctl delete " + v.Q(v.Bond) + " && networkctl reload",
		"# where " + v.Bond + " does not come back: systemctl restart systemd-networkd"}
}

func (v *View) editIfupdown(opts []string) []string {
	file := v.file("/etc/network/interfaces")
	cmds := []string{v.backup(file), "# in " + v.Q(file) + ", stanza \"iface " + v.Bond + "\": these lines in place of all bond-... but bond-slaves"}
	for _, o := range opts {
		name, value, _ := strings.Cut(o, "=")
		if name == "arp_ip_target" {
			value = strings.ReplaceAll(value, ",", " ")
		}
		cmds = append(cmds, "#     bond-"+strings.ReplaceAll(name, "_", "-")+" "+value)
	}
	return cmds
}

func (v *View) activateIfupdown() []string {
	return append([]string{"# with ifupdown2 (Proxmox VE, Cumulus) instead of what follows: ifreload -a"}, v.downUp("ifdown ", "ifup ")...)
}

func (v *View) editWicked(opts []string) []string {
	file := v.file("/etc/sysconfig/network/ifcfg-" + v.Bond)
	line := "BONDING_MODULE_OPTS='" + strings.Join(opts, " ") + "'"
	return []string{
		v.backup(file),
		"sed -i -e '/^[[:space:]]*BONDING_MODULE_OPTS=/d' -e '$a\\' " + v.Q(file),
		"echo " + v.Q(line) + " >> " + v.Q(file),
	}
}

func (v *View) activateWicked() []string {
	cmds := []string{"wicked ifreload " + v.Q(v.Bond), "# where /proc/net/bonding/" + v.Q(v.Bond) + " shows the old values still:"}
	var names []string
	for _, d := range v.around() {
		names = append(names, v.Q(d))
	}
	down := strings.Join(names, " ")
	slices.Reverse(names)
	return append(cmds, "#   wicked ifdown "+down+"; wicked ifup "+strings.Join(names, " "))
}

func (v *View) editOSNetConfig(opts []string) []string {
	file := v.file("/etc/os-net-config/config.yaml")
	line := "bonding_options: " + strconv.Quote(strings.Join(opts, " "))
	if strings.HasSuffix(file, ".json") {
		line = `"bonding_options": ` + strconv.Quote(strings.Join(opts, " "))
	}
	return []string{
		"# the director, or the operator of the data plane (EDPM), writes this file at its next run: change its template too",
		v.backup(file),
		"# in " + v.Q(file) + ", at the linux_bond " + v.Bond + ":",
		"#   " + line,
	}
}

func (v *View) activateOSNetConfig() []string {
	return []string{"os-net-config -c " + v.Q(v.file("/etc/os-net-config/config.yaml")) + " -v"}
}

// kernelName is the name of a value that may be a number: netplan and networkd take names alone.
func kernelName(name, value string) string {
	if name == "mode" {
		if m, ok := bonding.ParseMode(value); ok {
			return m.String()
		}
	}
	return topology.OptionName(name, value)
}

// yamlPlain quotes a scalar where YAML would not take it for the string, or the number, that it is.
func yamlPlain(s string) string {
	if _, err := strconv.Atoi(s); err == nil {
		return s
	}
	return yaml(s)
}
