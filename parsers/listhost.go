package parsers

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/sosbond/sosbond/parsers/cni"
	"github.com/sosbond/sosbond/parsers/cri"
	"github.com/sosbond/sosbond/parsers/docker"
	"github.com/sosbond/sosbond/parsers/dracut"
	"github.com/sosbond/sosbond/parsers/ifupdown"
	"github.com/sosbond/sosbond/parsers/layout"
	"github.com/sosbond/sosbond/parsers/lxd"
	"github.com/sosbond/sosbond/parsers/netconf"
	"github.com/sosbond/sosbond/parsers/netplan"
	"github.com/sosbond/sosbond/parsers/networkd"
	"github.com/sosbond/sosbond/parsers/osnetconfig"
	"github.com/sosbond/sosbond/parsers/ovs"
	"github.com/sosbond/sosbond/parsers/ovsconf"
	"github.com/sosbond/sosbond/parsers/packages"
	"github.com/sosbond/sosbond/parsers/qemu"
	"github.com/sosbond/sosbond/parsers/sysctl"
	"github.com/sosbond/sosbond/parsers/team"
	"github.com/sosbond/sosbond/parsers/text"
	"github.com/sosbond/sosbond/parsers/vdsm"
	"github.com/sosbond/sosbond/parsers/wicked"
)

// virtualSwitches are the parsers of what stands between guests and bonds and is not the kernel's: Open vSwitch, team, vdsm.
func virtualSwitches() []Parser {
	const (
		ovsCmd  = "sos_commands/openvswitch/"
		teamCmd = "sos_commands/teamd/"
		netconf = "lib/vdsm/*/netconf/" // persistence, and staging: what runs
		mb      = 1 << 20
	)
	return []Parser{
		{Datum: DatumOVS, Title: "Open vSwitch", Globs: []string{ovsCmd + "ovs-vsctl_-t_5_show", ovsCmd + "*.ovs-vsctl_-t_5_show", ovsCmd + "ovs-vsctl_show"},
			Ask: "ovs-vsctl show", Parse: one(func(f *Facts) *[]Read[ovs.Database] { return &f.OVS }, ovs.ParseShow)},
		{Datum: DatumOVS, Title: "Open vSwitch", Globs: []string{"etc/openvswitch/conf.db", "var/lib/openvswitch/conf.db"}, Await: hasOVS,
			Ask: "ovs-vsctl show", Parse: one(func(f *Facts) *[]Read[ovs.Database] { return &f.OVS }, ovs.ParseDB)},
		{Datum: DatumOVS, Title: "Open vSwitch", Globs: []string{ovsCmd + "ovsdb-client_-f_list_dump"},
			Ask: "ovs-vsctl show", Parse: one(func(f *Facts) *[]Read[ovs.Database] { return &f.OVS }, ovs.ParseDump)},
		{Datum: DatumOVS, Title: "Open vSwitch", Globs: []string{ovsCmd + "ovs-vsctl_-t_5_list_interface", ovsCmd + "*.ovs-vsctl_-t_5_list_interface"},
			Ask: "ovs-vsctl show", Parse: many(func(f *Facts) *[]Read[[]ovs.Interface] { return &f.OVSInterfaces }, ovs.ParseListInterface)},
		{Datum: DatumOVS, Title: "Open vSwitch", Globs: []string{ovsCmd + "ovs-vsctl_-t_5_list_Open_vSwitch", "sos_commands/ovn_host/ovs-vsctl_list_Open_vSwitch"},
			Ask: "ovs-vsctl show", Parse: one(func(f *Facts) *[]Read[ovs.Database] { return &f.OVS }, ovs.ParseListOpenvSwitch)},
		{Datum: DatumOVSBonds, Title: "bonds of Open vSwitch", Globs: []string{ovsCmd + "ovs-appctl_bond.show", ovsCmd + "*.ovs-appctl_bond.show", ovsCmd + "ovs-appctl_bond.show_*"},
			Ask: "ovs-appctl bond/show", Parse: many(func(f *Facts) *[]Read[[]ovs.Bond] { return &f.OVSBonds }, ovs.ParseBonds)},
		{Datum: DatumOVSLACP, Title: "LACP of Open vSwitch", Globs: []string{ovsCmd + "ovs-appctl_lacp.show", ovsCmd + "*.ovs-appctl_lacp.show"},
			Ask: "ovs-appctl lacp/show", Parse: many(func(f *Facts) *[]Read[[]ovs.LACP] { return &f.OVSLACP }, ovs.ParseLACP)},
		{Datum: DatumOVSFDB, Title: "MAC tables of Open vSwitch", Globs: []string{ovsCmd + "ovs-appctl_fdb.show_*", ovsCmd + "*.ovs-appctl_fdb.show_*"},
			Ask: "ovs-appctl fdb/show BRIDGE", Parse: named(func(f *Facts) *[]Named[[]ovs.MAC] { return &f.OVSFDB }, ovs.ParseFDB, lastWord)},
		{Datum: DatumOVSFDB, Title: "MAC tables of Open vSwitch", Globs: []string{ovsCmd + "ovs-ofctl_show_*", ovsCmd + "ovs-ofctl_dump-ports-desc_*"},
			Ask: "ovs-ofctl show BRIDGE", Parse: named(func(f *Facts) *[]Named[[]ovs.PortNumber] { return &f.OVSPorts }, ovs.ParsePorts, lastWord)},
		{Datum: DatumOVSLog, Title: "log of ovs-configuration", Globs: []string{ovsCmd + "journalctl_--no-pager_--unit_ovs-configuration"},
			Parse: many(func(f *Facts) *[]Read[[]ovsconf.Log] { return &f.OVSLogs }, ovsconf.Parse)},

		{Datum: DatumTeam, Title: "state of teams", Globs: []string{teamCmd + "teamdctl_*_state_dump", teamCmd + "teamdctl_*_state"},
			Ask: "teamdctl TEAM state dump", Parse: named(func(f *Facts) *[]Named[team.State] { return &f.TeamStates }, team.ParseState, teamOf)},
		{Datum: DatumTeamConf, Title: "configuration of teams", Globs: []string{teamCmd + "teamdctl_*_config_dump"},
			Ask: "teamdctl TEAM config dump", Parse: named(func(f *Facts) *[]Named[team.Config] { return &f.TeamConfigs }, team.ParseConfig, teamOf)},

		{Datum: DatumVDSM, Title: "vdsm", Globs: []string{"var/" + netconf + "nets/*", "run/vdsm/netconf/nets/*"}, Max: mb, Await: hasVDSM,
			Ask: "vdsm-client Host getCapabilities", Parse: named(func(f *Facts) *[]Named[vdsm.Network] { return &f.VDSMNets }, vdsm.ParseNetwork, base)},
		{Datum: DatumVDSM, Title: "vdsm", Globs: []string{"var/" + netconf + "bonds/*", "run/vdsm/netconf/bonds/*"}, Max: mb, Await: hasVDSM,
			Ask: "vdsm-client Host getCapabilities", Parse: named(func(f *Facts) *[]Named[vdsm.Bond] { return &f.VDSMBonds }, vdsm.ParseBond, base)},
		{Datum: DatumVDSM, Title: "vdsm", Globs: []string{"sos_commands/vdsm/vdsm-client_Host_getCapabilities", "sos_commands/vdsm/vdsClient*getVdsCap*"},
			Ask: "vdsm-client Host getCapabilities", Parse: one(func(f *Facts) *[]Read[vdsm.Capabilities] { return &f.VDSMCaps }, vdsm.ParseCapabilities)},
	}
}

// configurations are the parsers of what configures networks beside NetworkManager and initscripts.
func configurations() []Parser {
	const mb = 1 << 20
	return []Parser{
		{Datum: DatumNetplan, Title: "netplan", Globs: globsIn(netplanDirs, "*.yaml"), Max: mb,
			Ask: "/etc/netplan/*.yaml", Groups: netplanGroups, Parse: configured(SystemNetplan, netplan.Parse)},
		{Datum: DatumNetworkd, Title: "systemd-networkd", Globs: globsIn(networkdDirs, "*.netdev", "*.network", "*.netdev.d/*.conf", "*.network.d/*.conf"), Max: mb,
			Ask: "/etc/systemd/network/*", Groups: networkdGroups, Parse: configured(SystemNetworkd, networkd.Parse)},
		{Datum: DatumIfupdown, Title: "interfaces(5)", Globs: []string{"etc/network/interfaces", "etc/network/interfaces.d/*"}, Max: mb,
			Ask: "/etc/network/interfaces", Groups: ifupdownGroups, Parse: configured(SystemIfupdown, ifupdown.Parse)},
		{Datum: DatumWicked, Title: "ifcfg files of wicked", Globs: []string{"etc/sysconfig/network/ifcfg-*"}, Max: mb,
			Ask: "/etc/sysconfig/network/ifcfg-*", Parse: parseWicked},
		{Datum: DatumOSNet, Title: "os-net-config", Globs: []string{"etc/os-net-config/config.json", "etc/os-net-config/config.yaml"}, Max: mb,
			Ask: "/etc/os-net-config/config.yaml", Parse: configured(SystemOSNetConfig, osnetconfig.Parse)},
		{Datum: DatumSysctl, Title: "settings of the kernel", Globs: []string{"sos_commands/kernel/sysctl_-a"},
			Ask: "sysctl -a", Parse: many(func(f *Facts) *[]Read[[]sysctl.Setting] { return &f.Sysctl }, sysctl.Parse)},
		{Datum: DatumCmdline, Title: "command line of the kernel", Globs: []string{"proc/cmdline"}, Max: mb,
			Ask: "/proc/cmdline", Parse: configured(SystemDracut, dracut.Parse)},
	}
}

// containers are the parsers of what tells of guests that libvirt does not know.
func containers() []Parser {
	const (
		mb        = 1 << 20
		podmanCmd = "sos_commands/podman/"
		dockerCmd = "sos_commands/docker/"
		crioCmd   = "sos_commands/crio/"
	)
	return []Parser{
		{Datum: DatumDocker, Title: "docker and podman", Globs: []string{
			dockerCmd + "docker_network_inspect_*", dockerCmd + "networks/docker_network_inspect_*", podmanCmd + "networks/podman_network_inspect_*", podmanCmd + "podman_network_inspect_*",
			podmanCmd + "users/*/podman_network_inspect_*", podmanCmd + "users/*/networks/podman_network_inspect_*"}, Max: mb,
			Ask: "docker network inspect NAME", Parse: many(func(f *Facts) *[]Read[[]docker.Network] { return &f.DockerNets }, docker.ParseNetworks)},
		{Datum: DatumDocker, Title: "docker and podman", Globs: []string{
			dockerCmd + "containers/docker_inspect_*", dockerCmd + "docker_inspect_*", podmanCmd + "containers/podman_inspect_*", podmanCmd + "podman_inspect_*",
			podmanCmd + "users/*/containers/podman_inspect_*"}, Max: mb,
			Ask: "docker network inspect NAME", Parse: many(func(f *Facts) *[]Read[[]docker.Container] { return &f.Containers }, docker.ParseContainers)},
		{Datum: DatumPods, Title: "pods of the container runtime", Globs: []string{crioCmd + "pods/crictl_inspectp_*", crioCmd + "crictl_inspectp_*", "sos_commands/containerd/pods/crictl_inspectp_*"}, Max: mb,
			Ask: "crictl inspectp ID", Parse: one(func(f *Facts) *[]Read[cri.Pod] { return &f.Pods }, cri.ParseInspect)},
		{Datum: DatumCNI, Title: "CNI networks", Globs: []string{"etc/cni/net.d/*.conf", "etc/cni/net.d/*.conflist"}, Max: mb,
			Ask: "/etc/cni/net.d/*", Parse: one(func(f *Facts) *[]Read[cni.Config] { return &f.CNI }, cni.Parse)},
		{Datum: DatumLXD, Title: "LXD", Globs: []string{"sos_commands/lxd/lxc_network_list*"}, Max: mb,
			Ask: "lxc network list", Parse: many(func(f *Facts) *[]Read[[]lxd.Network] { return &f.LXDNetworks }, lxd.ParseNetworks)},
		{Datum: DatumLXD, Title: "LXD", Globs: []string{"var/snap/lxd/common/lxd/logs/*/lxc.conf", "var/log/lxd/*/lxc.conf"}, Max: mb, Await: hasLXD,
			Ask: "lxc network list", Parse: named(func(f *Facts) *[]Named[[]lxd.NIC] { return &f.LXC }, lxd.ParseConf, folder)},
		{Datum: DatumQEMU, Title: "processes of QEMU", Globs: []string{"sos_commands/process/ps_auxwwwm", "sos_commands/process/ps_auxwww", "ps"}, Max: 32 * mb,
			Ask: "ps auxwww", Parse: many(func(f *Facts) *[]Read[[]qemu.Guest] { return &f.QEMU }, qemu.ParsePS)},
		{Datum: DatumQEMU, Title: "processes of QEMU", Globs: []string{"var/log/libvirt/qemu/*.log"}, Await: needsQEMULog,
			Ask: "ps auxwww", Parse: many(func(f *Facts) *[]Read[[]qemu.Guest] { return &f.QEMU }, qemu.ParseLog)},
	}
}

// software is the parser of the lists of packages.
func software() []Parser {
	list := func(unless func(*layout.Tree) bool, globs ...string) Parser {
		return Parser{Datum: DatumPackages, Title: "versions of packages", Globs: globs, Max: 1 << 20, Unless: unless, Await: func(*layout.Tree) bool { return false },
			Ask: "rpm -qa", Parse: many(func(f *Facts) *[]Read[[]packages.Package] { return &f.Packages }, packages.Parse)}
	}
	return []Parser{
		list(nil, "sos_commands/rpm/sh_-c_rpm_*-qa*", "sos_commands/rpm/rpm_*-qa*", "sos_commands/dpkg/dpkg_-l", "installed-rpms", "installed-debs"),
		list(hasPackages, "sos_commands/rpm/package-data"),
	}
}

// hasPackages reports a report with a shorter list of the same packages.
func hasPackages(t *layout.Tree) bool {
	return t.Exists("installed-rpms") || len(t.Glob("sos_commands/rpm/sh_-c_rpm_*-qa*")) > 0
}

// hasOVS reports a host with Open vSwitch whose database was not found where it belongs.
func hasOVS(t *layout.Tree) bool {
	return t.Exists("sos_commands/openvswitch/ovs-vsctl_-t_5_show") && !t.Exists("etc/openvswitch/conf.db")
}

func hasVDSM(t *layout.Tree) bool {
	return t.Exists("etc/vdsm/vdsm.conf") || t.Exists("etc/vdsm/vdsm.id")
}

func hasLXD(t *layout.Tree) bool { return len(t.Glob("sos_commands/lxd/lxc_network_list*")) > 0 }

// needsQEMULog reports a host whose guests are known by nothing else: QEMU runs, and there is no XML of libvirt.
func needsQEMULog(t *layout.Tree) bool {
	for _, g := range []string{"sos_commands/virsh/virsh_-r_dumpxml_*", "run/libvirt/qemu/*.xml", "etc/libvirt/qemu/*.xml"} {
		if len(t.Glob(g)) > 0 {
			return false
		}
	}
	return runsQEMU(t, false)
}

// needsRuntimeXML reports a host whose running guests neither virsh nor /run/libvirt told of.
func needsRuntimeXML(t *layout.Tree) bool {
	for _, g := range []string{"sos_commands/virsh/virsh_-r_dumpxml_*", "sos_commands/libvirt/virsh_-r_dumpxml_*", "run/libvirt/qemu/*.xml"} {
		if len(t.Glob(g)) > 0 {
			return false
		}
	}
	return runsQEMU(t, true)
}

// runsQEMU reports what the list of processes says of guests, and unlisted where there is none.
func runsQEMU(t *layout.Tree, unlisted bool) bool {
	for _, name := range []string{"sos_commands/process/ps_auxwwwm", "sos_commands/process/ps_auxwww"} {
		data, err := t.ReadFile(name)
		if err != nil {
			continue
		}
		if bytes.Contains(data, []byte("qemu")) {
			return true
		}
		unlisted = false
	}
	return unlisted
}

// configured adapts a configuration system's format.
func configured(s System, parse func([]byte) (netconf.Config, text.Problems)) func(*Facts, File) Outcome {
	return func(facts *Facts, file File) Outcome {
		config, problems := parse(file.Data)
		if len(config.Devices) > 0 {
			facts.Netconf = append(facts.Netconf, Configured{Read: Read[netconf.Config]{File: file, Value: config}, System: s, Name: base(file.Path)})
		}
		return Outcome{Records: len(config.Devices), Problems: problems}
	}
}

// parseWicked reads an ifcfg file of SUSE, whose name is the device's.
func parseWicked(facts *Facts, file File) Outcome {
	name := strings.TrimPrefix(base(file.Path), "ifcfg-")
	return configured(SystemWicked, func(data []byte) (netconf.Config, text.Problems) { return wicked.Parse(name, data) })(facts, file)
}

var teamCommand = regexp.MustCompile(`^teamdctl_(.+?)_(?:state|config)(?:_dump)?$`)

func teamOf(path string) string {
	if m := teamCommand.FindStringSubmatch(base(path)); m != nil {
		return m[1]
	}
	return base(path)
}

// lastWord is what follows the last underscore of a command's file name: the bridge of `ovs-appctl fdb/show BRIDGE`. Bridges with an
// underscore in their names are told by their longest ending that is a bridge's name.
func lastWord(path string) string {
	name := base(path)
	for _, command := range []string{"fdb.show_", "ovs-ofctl_show_", "dump-ports-desc_"} {
		if _, rest, ok := strings.Cut(name, command); ok {
			return rest
		}
	}
	return name
}
