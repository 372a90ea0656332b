package parsers

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/parsers/bonding"
	"github.com/sosbond/sosbond/parsers/brctl"
	"github.com/sosbond/sosbond/parsers/ebtables"
	"github.com/sosbond/sosbond/parsers/ifcfg"
	"github.com/sosbond/sosbond/parsers/iproute"
	"github.com/sosbond/sosbond/parsers/kernlog"
	"github.com/sosbond/sosbond/parsers/keyfile"
	"github.com/sosbond/sosbond/parsers/layout"
	"github.com/sosbond/sosbond/parsers/libvirt"
	"github.com/sosbond/sosbond/parsers/manifest"
	"github.com/sosbond/sosbond/parsers/modprobe"
	"github.com/sosbond/sosbond/parsers/nft"
	"github.com/sosbond/sosbond/parsers/nmcli"
	"github.com/sosbond/sosbond/parsers/nmstate"
	"github.com/sosbond/sosbond/parsers/procnet"
	"github.com/sosbond/sosbond/parsers/release"
	"github.com/sosbond/sosbond/parsers/text"
	"github.com/sosbond/sosbond/parsers/uptime"
)

// Options of a collection.
type Options struct {
	Deep    bool  // read the logs below var/log too, where better sources had kernel messages already
	File    int64 // bytes that are read of one file of objects of a cluster, at least
	Objects int64 // bytes of such objects that are kept of one input; 0: DefaultObjects
}

func (o Options) objects() int64 {
	if o.Objects <= 0 {
		return DefaultObjects
	}
	return o.Objects
}

// List is every parser. Adding a format is one package and one entry here.
func List(opt Options) []Parser {
	const (
		netCmd = "sos_commands/networking/"
		nmCmd  = "sos_commands/networkmanager/"
		virsh  = "sos_commands/virsh/"
		mb     = 1 << 20
	)
	list := []Parser{
		{Datum: DatumManifest, Title: "manifest of sos", Globs: []string{manifestPath}, Max: 32 * mb,
			Parse: one(func(f *Facts) *[]Read[manifest.Manifest] { return &f.Manifest }, manifest.Parse)},
		{Datum: DatumSos, Title: "version of sos", Globs: []string{"version.txt"}, Unless: hasManifest,
			Parse: one(func(f *Facts) *[]Read[text1] { return &f.Sos }, release.ParseSosVersion)},
		{Datum: DatumHostname, Title: "host name", Globs: []string{"sos_commands/host/hostname", "sos_commands/general/hostname", "hostname", "etc/hostname"},
			Ask: "hostname", Parse: one(func(f *Facts) *[]Read[text1] { return &f.Hostname }, release.ParseHostname)},
		{Datum: DatumOS, Title: "operating system", Globs: []string{"usr/lib/os-release", "etc/os-release", "etc/redhat-release", "etc/system-release"},
			Ask: "cat /etc/os-release", Parse: parseOS},
		{Datum: DatumKernel, Title: "kernel release", Globs: []string{"sos_commands/kernel/uname_-a", "uname"},
			Ask: "uname -a", Parse: one(func(f *Facts) *[]Read[release.Uname] { return &f.Uname }, release.ParseUname)},

		{Datum: DatumUptime, Title: "time since the start of the host", Globs: []string{"sos_commands/host/uptime", "sos_commands/general/uptime", "uptime"},
			Ask: "uptime", Parse: one(func(f *Facts) *[]Read[text.At[int]] { return &f.Uptime }, uptime.Parse)},

		{Datum: DatumMachine, Title: "machine and boot id", Optional: true,
			Globs: []string{"etc/machine-id", "sos_commands/host/hostnamectl_status", "sos_commands/host/hostnamectl", "proc/sys/kernel/random/boot_id"},
			Parse: one(func(f *Facts) *[]Read[release.Machine] { return &f.Machine }, release.ParseMachine)},

		{Datum: DatumBonding, Title: "state of the bonds", Globs: []string{"proc/*/net/bonding/*", "proc/net/bonding/*"},
			Ask: "cat /proc/net/bonding/*", Needed: true, Parse: parseBond},
		// A command that ran twice leaves a second file: sos up to 3.7 names it F_2, later ones F.1. A second snapshot of a forwarding database
		// shows guests that move.
		{Datum: DatumLinks, Title: "network interfaces", Globs: []string{
			netCmd + "ip_-s_-d_link", netCmd + "ip_-s_-d_link.*", netCmd + "ip_-s_-d_link_*", netCmd + "ip_-d_link", netCmd + "ip_-d_address", netCmd + "ip_-s_link", netCmd + "ip_address", netCmd + "ip_link", netCmd + "ip_addr"},
			Ask: "ip -s -d link", Needed: true, Parse: many(func(f *Facts) *[]Read[[]iproute.Link] { return &f.Links }, iproute.ParseLinks)},
		{Datum: DatumNetns, Title: "network namespaces", Globs: []string{netCmd + "ip_netns"},
			Ask: "ip netns", Parse: many(func(f *Facts) *[]Read[[]iproute.Namespace] { return &f.Namespaces }, iproute.ParseNamespaces)},
		{Datum: DatumNetnsLink, Title: "interfaces in namespaces", Globs: []string{
			netCmd + "namespaces/*/ip_netns_exec_*_ip_-d_address_show", netCmd + "ip_netns_exec_*_ip_address_show"},
			Ask: "ip netns exec NAME ip -d address", Parse: named(func(f *Facts) *[]Named[[]iproute.Link] { return &f.NetnsLinks }, iproute.ParseLinks, namespaceOf)},
		{Datum: DatumFDB, Title: "forwarding database of the bridges", Globs: []string{
			netCmd + "bridge_-s_-s_-d_-t_fdb_show", netCmd + "bridge_-s_-s_-d_-t_fdb_show.*", netCmd + "bridge_-s_-s_-d_-t_fdb_show_*", netCmd + "bridge_-s_-s_-d_fdb_show", netCmd + "bridge_fdb_show"},
			Ask: "bridge -s -s -d fdb show", Needed: true, Parse: many(func(f *Facts) *[]Read[[]iproute.FDBEntry] { return &f.FDB }, iproute.ParseFDB)},
		{Datum: DatumFDB, Title: "forwarding database of the bridges", Globs: []string{netCmd + "brctl_showmacs_*"},
			Ask: "bridge -s -s -d fdb show", Parse: named(func(f *Facts) *[]Named[[]brctl.MAC] { return &f.BrctlMACs }, brctl.ParseMACs, after("brctl_showmacs_"))},
		{Datum: DatumBridges, Title: "ports of the bridges", Globs: []string{netCmd + "bridge_-s_-s_-d_link_show", netCmd + "bridge_-d_link_show"},
			Ask: "bridge -d link show", Parse: many(func(f *Facts) *[]Read[[]iproute.BridgePort] { return &f.BridgePorts }, iproute.ParseBridgeLinks)},
		{Datum: DatumBridges, Title: "ports of the bridges", Globs: []string{netCmd + "brctl_show"},
			Ask: "bridge -d link show", Parse: many(func(f *Facts) *[]Read[[]brctl.Bridge] { return &f.Brctl }, brctl.ParseShow)},
		{Datum: DatumBridges, Title: "ports of the bridges", Globs: []string{netCmd + "brctl_showstp_*"},
			Ask: "bridge -d link show", Parse: named(func(f *Facts) *[]Named[brctl.STP] { return &f.BrctlSTP }, brctl.ParseSTP, after("brctl_showstp_"))},
		{Datum: DatumVLANs, Title: "VLANs of the bridges' ports", Globs: []string{netCmd + "bridge_-d_vlan_show"},
			Ask: "bridge -d vlan show", Parse: many(func(f *Facts) *[]Read[[]iproute.PortVLAN] { return &f.BridgeVLANs }, iproute.ParseVLANs)},
		{Datum: DatumProcVLAN, Title: "VLAN devices", Globs: []string{"proc/*/net/vlan/config", "proc/net/vlan/config"},
			Ask: "cat /proc/net/vlan/config", Parse: many(func(f *Facts) *[]Read[[]procnet.VLAN] { return &f.ProcVLANs }, procnet.ParseVLANs)},

		{Datum: DatumIfcfg, Title: "ifcfg files", Globs: []string{"etc/sysconfig/network-scripts/ifcfg-*"}, Max: mb,
			Ask: "/etc/sysconfig/network-scripts/ifcfg-*", Parse: named(func(f *Facts) *[]Named[ifcfg.File] { return &f.Ifcfg }, ifcfg.Parse, after("ifcfg-"))},
		{Datum: DatumKeyfile, Title: "NetworkManager profiles", Globs: []string{
			"etc/NetworkManager/system-connections/*", "run/NetworkManager/system-connections/*", "usr/lib/NetworkManager/system-connections/*"}, Max: mb,
			Ask:   "/etc/NetworkManager/system-connections/*",
			Parse: one(func(f *Facts) *[]Read[keyfile.File] { return &f.Keyfiles }, keyfile.Parse)},
		{Datum: DatumNmcli, Title: "NetworkManager connections", Globs: []string{
			nmCmd + "nmcli_con_show_id_*", netCmd + "nmcli_con_show_id_*", netCmd + "nmcli_con_show_conf_*", nmCmd + "nmcli_connection_show_id_*"}, Max: mb,
			Ask: "nmcli connection show id NAME", Parse: named(func(f *Facts) *[]Named[nmcli.Connection] { return &f.Nmcli }, nmcli.Parse, base)},
		{Datum: DatumNmcli, Title: "NetworkManager connections", Globs: []string{nmCmd + "nmcli_dev", nmCmd + "nmcli_con", nmCmd + "nmcli_general_status", netCmd + "nmcli_general_status"}, Max: mb,
			Ask: "nmcli connection show id NAME", Parse: parseNMRunning},
		{Datum: DatumNMState, Title: "nmstate", Globs: []string{"etc/nmstate/*.yml", "etc/nmstate/*.yaml", "etc/nmstate/**/*.yml", "etc/nmstate/**/*.yaml",
			netCmd + "nmstatectl_show", netCmd + "nmstatectl_show_--running-config"},
			Ask: "nmstatectl show", Parse: parseNMState},
		{Datum: DatumModprobe, Title: "options of the bonding module", Globs: []string{"etc/modprobe.conf", "etc/modprobe.d/*", "usr/lib/modprobe.d/*", "run/modprobe.d/*"}, Max: mb,
			Ask: "/etc/modprobe.d/*.conf", Parse: many(func(f *Facts) *[]Read[[]modprobe.Line] { return &f.Modprobe }, modprobe.Parse)},

		{Datum: DatumDomains, Title: "guests of libvirt", Globs: []string{
			virsh + "virsh_-r_dumpxml_*", "sos_commands/libvirt/virsh_-r_dumpxml_*", "run/libvirt/qemu/*.xml", "etc/libvirt/qemu/*.xml"},
			Ask: "virsh -r dumpxml NAME", Parse: one(func(f *Facts) *[]Read[libvirt.Domain] { return &f.Domains }, libvirt.ParseDomain)},
		{Datum: DatumDomains, Title: "guests of libvirt", Globs: []string{virsh + "virsh_-r_list_--all", "sos_commands/libvirt/virsh_-r_list_--all"},
			Ask: "virsh -r list --all", Parse: many(func(f *Facts) *[]Read[[]libvirt.Listed] { return &f.DomainList }, libvirt.ParseList)},
		{Datum: DatumNetworks, Title: "networks of libvirt", Globs: []string{
			virsh + "virsh_-r_net-dumpxml_*", "sos_commands/libvirt/virsh_-r_net-dumpxml_*", "etc/libvirt/qemu/networks/*.xml", "run/libvirt/network/*.xml"},
			Ask: "virsh -r net-dumpxml NAME", Parse: one(func(f *Facts) *[]Read[libvirt.Network] { return &f.Networks }, libvirt.ParseNetwork)},

		// sos 3.3 to 3.8 followed /var/run and not /run
		{Datum: DatumDomains, Title: "guests of libvirt", Globs: []string{"var/run/libvirt/qemu/*.xml"}, Unless: hasManifest, Await: needsRuntimeXML,
			Ask: "virsh -r dumpxml NAME", Parse: one(func(f *Facts) *[]Read[libvirt.Domain] { return &f.Domains }, libvirt.ParseDomain)},
		{Datum: DatumNetworks, Title: "networks of libvirt", Globs: []string{"var/run/libvirt/network/*.xml"}, Unless: hasManifest, Await: needsRuntimeXML,
			Ask: "virsh -r net-dumpxml NAME", Parse: one(func(f *Facts) *[]Read[libvirt.Network] { return &f.Networks }, libvirt.ParseNetwork)},

		{Datum: DatumNFT, Title: "nftables ruleset", Globs: []string{"sos_commands/firewall_tables/nft_-a_list_ruleset", "sos_commands/firewall_tables/nft_list_ruleset", netCmd + "nft_list_ruleset"},
			Ask: "nft list ruleset", Needed: true, Parse: one(func(f *Facts) *[]Read[nft.Ruleset] { return &f.NFT }, nft.Parse)},
		{Datum: DatumEbtables, Title: "ebtables rules", Globs: []string{"etc/sysconfig/ebtables", "etc/sysconfig/ebtables.nat", "sos_commands/firewall_tables/ebtables*", netCmd + "ebtables*"},
			Ask: "ebtables -t nat -L", Parse: many(func(f *Facts) *[]Read[[]ebtables.SNAT] { return &f.Ebtables }, ebtables.Parse)},

		{Datum: DatumKernLog, Title: "kernel messages", Globs: []string{"sos_commands/kernel/dmesg", "sos_commands/kernel/dmesg_-T",
			"sos_commands/logs/journalctl_--no-pager_--boot", "sos_commands/logs/journalctl_--no-pager_--catalog_--boot",
			"sos_commands/logs/journalctl_--all_--this-boot_--no-pager", "sos_commands/logs/journalctl_--no-pager_--boot_--since*"},
			Ask: "dmesg", Needed: true, Scan: func() layout.Scanner { return kernlog.NewScanner() }, Scanned: scannedLog},
		{Datum: DatumKernLog, Title: "kernel messages", Globs: []string{"sos_commands/logs/journalctl_--no-pager", "var/log/dmesg", "var/log/messages", "var/log/syslog", "var/log/kern.log"},
			Ask: "dmesg", Scan: func() layout.Scanner { return kernlog.NewScanner() }, Scanned: scannedLog,
			Unless: func(t *layout.Tree) bool { return !opt.Deep && hasKernelMessages(t) }},

		{Datum: DatumVDSM, Title: "vdsm", Globs: []string{"etc/vdsm/vdsm.conf", "etc/vdsm/vdsm.id"}, Max: mb,
			Parse: func(f *Facts, file File) Outcome { f.VDSM = append(f.VDSM, file); return Outcome{Records: 1} }},
	}
	more := slices.Concat(virtualSwitches(), configurations(), containers(), software())
	for i := range more {
		more[i].Optional = true
	}
	return slices.Concat(list, more, clusterList(opt))
}

// text1 is a record that is one value on one line.
type text1 = text.At[string]

// one adapts a format whose file is one record.
func one[T any](to func(*Facts) *[]Read[T], parse func([]byte) (T, text.Problems)) func(*Facts, File) Outcome {
	return func(facts *Facts, file File) Outcome {
		value, problems := parse(file.Data)
		if len(problems) > 0 && zero(value) {
			return Outcome{Problems: problems}
		}
		*to(facts) = append(*to(facts), Read[T]{File: file, Value: value})
		return Outcome{Records: 1, Problems: problems}
	}
}

// many adapts a format whose file is a list of records.
func many[T any](to func(*Facts) *[]Read[[]T], parse func([]byte) ([]T, text.Problems)) func(*Facts, File) Outcome {
	return func(facts *Facts, file File) Outcome {
		values, problems := parse(file.Data)
		if len(values) > 0 {
			*to(facts) = append(*to(facts), Read[[]T]{File: file, Value: values})
		}
		return Outcome{Records: len(values), Problems: problems}
	}
}

// named adapts a format whose file name carries a name.
func named[T any](to func(*Facts) *[]Named[T], parse func([]byte) (T, text.Problems), name func(path string) string) func(*Facts, File) Outcome {
	return func(facts *Facts, file File) Outcome {
		value, problems := parse(file.Data)
		if zero(value) {
			return Outcome{Problems: problems}
		}
		*to(facts) = append(*to(facts), Named[T]{Read: Read[T]{File: file, Value: value}, Name: name(file.Path)})
		return Outcome{Records: 1, Problems: problems}
	}
}

// after cuts a prefix from a file's name.
func after(prefix string) func(string) string {
	return func(path string) string { return strings.TrimPrefix(base(path), prefix) }
}

var netnsCommand = regexp.MustCompile(`^ip_netns_exec_(.+)_ip_(?:-d_)?address_show$`)

func namespaceOf(path string) string {
	if m := netnsCommand.FindStringSubmatch(base(path)); m != nil {
		return m[1]
	}
	return base(path)
}

// parseOS reads os-release, or redhat-release where there is no os-release.
func parseOS(facts *Facts, file File) Outcome {
	parse := release.ParseOSRelease
	if strings.HasSuffix(file.Path, "redhat-release") || strings.HasSuffix(file.Path, "system-release") {
		parse = release.ParseRedHatRelease
	}
	return one(func(f *Facts) *[]Read[release.OS] { return &f.OS }, parse)(facts, file)
}

// parseBond reads the state of a bond. One that a file is named after exists, whatever stands in the file; that it was read is another thing.
func parseBond(facts *Facts, file File) Outcome {
	out := named(func(f *Facts) *[]Named[bonding.Bond] { return &f.Bonds }, bonding.Parse, base)(facts, file)
	if out.Records > 0 {
		if b := facts.Bonds[len(facts.Bonds)-1].Value; !b.Mode.Found() && len(b.Slaves) == 0 {
			out.Records = 0
		}
	}
	return out
}

// nmTable is the head of a table of nmcli.
var nmTable = regexp.MustCompile(`\b(STATE|DEVICE|NAME|UUID|RUNNING)\b`)

// notThe is what came of a file of another kind.
func notThe(what string, file File) Outcome {
	return Outcome{Problems: text.Problems{text.NewProblem(1, firstLine(file), "not the "+what)}}
}

// parseNMRunning takes the lists of nmcli as a sign that NetworkManager runs; its error text says that it does not.
func parseNMRunning(facts *Facts, file File) Outcome {
	if blank(file) || bytes.Contains(file.Data, []byte("NetworkManager is not running")) || bytes.HasPrefix(file.Data, []byte("Error:")) {
		return Outcome{}
	}
	if !nmTable.MatchString(firstLine(file)) {
		return notThe("table of nmcli", file)
	}
	facts.NMRunning = append(facts.NMRunning, file)
	return Outcome{Records: 1}
}

func scannedLog(facts *Facts, file File, s layout.Scanner) Outcome {
	log := s.(*kernlog.Scanner).Log()
	facts.Logs = append(facts.Logs, Read[kernlog.Log]{File: file, Value: log})
	return Outcome{Records: log.KernelLines}
}

// parseNMState reads a state of nmstate; where the file lies tells what it is.
func parseNMState(facts *Facts, file File) Outcome {
	if strings.HasPrefix(file.Path, "etc/") {
		return parseState(RoleDesired)(facts, file)
	}
	return parseState(RoleApplied)(facts, file)
}

func parseState(role StateRole) func(*Facts, File) Outcome {
	return func(facts *Facts, file File) Outcome {
		var read []Read[nmstate.State]
		out := one(func(*Facts) *[]Read[nmstate.State] { return &read }, nmstate.Parse)(facts, file)
		for _, r := range read {
			facts.NMState = append(facts.NMState, NetworkState{Read: r, Role: role})
		}
		return out
	}
}

// hasManifest reports a report of sos 4.0 or later. What only older ones hold, or what the manifest tells too, is not waited for then.
func hasManifest(t *layout.Tree) bool { return t.Exists(manifestPath) }

const manifestPath = "sos_reports/manifest.json"

// hasKernelMessages reports whether a better source than the logs below var/log was read that reaches back to the start of the kernel. The
// kernel's own buffer overflows on a host that runs for long, and what dmesg lost may be in the logs.
func hasKernelMessages(t *layout.Tree) bool {
	return slices.ContainsFunc(t.Scans, func(s layout.Scanned) bool {
		k, ok := s.Scanner.(*kernlog.Scanner)
		return ok && k.Log().KernelLines > 0 && k.Log().Boots > 0
	})
}
