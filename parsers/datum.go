package parsers

// Datum is one kind of fact that a report may hold; coverage is told by datum.
type Datum string

// The data that parsers read.
const (
	DatumBonding   Datum = "bond state"
	DatumLinks     Datum = "links"
	DatumFDB       Datum = "bridge fdb"
	DatumBridges   Datum = "bridge ports"
	DatumVLANs     Datum = "bridge vlans"
	DatumNetns     Datum = "network namespaces"
	DatumNetnsLink Datum = "links in namespaces"
	DatumProcVLAN  Datum = "vlan devices"
	DatumIfcfg     Datum = "ifcfg files"
	DatumKeyfile   Datum = "NetworkManager profiles"
	DatumNmcli     Datum = "NetworkManager connections"
	DatumNMState   Datum = "nmstate"
	DatumModprobe  Datum = "module options"
	DatumDomains   Datum = "guests of libvirt"
	DatumNetworks  Datum = "networks of libvirt"
	DatumKernLog   Datum = "kernel messages"
	DatumNFT       Datum = "nftables ruleset"
	DatumEbtables  Datum = "ebtables rules"
	DatumOS        Datum = "operating system"
	DatumKernel    Datum = "kernel release"
	DatumHostname  Datum = "host name"
	DatumUptime    Datum = "uptime"
	DatumMachine   Datum = "machine and boot id"
	DatumSos       Datum = "sos version"
	DatumManifest  Datum = "manifest of sos"
	DatumVDSM      Datum = "vdsm"
	DatumSysctl    Datum = "kernel settings"
	DatumOVS       Datum = "open vswitch"
	DatumOVSBonds  Datum = "bonds of open vswitch"
	DatumOVSLACP   Datum = "lacp of open vswitch"
	DatumOVSFDB    Datum = "fdb of open vswitch"
	DatumTeam      Datum = "state of teams"
	DatumTeamConf  Datum = "configuration of teams"
	DatumNetplan   Datum = "netplan"
	DatumNetworkd  Datum = "systemd-networkd"
	DatumIfupdown  Datum = "interfaces file"
	DatumWicked    Datum = "wicked"
	DatumOSNet     Datum = "os-net-config"
	DatumCmdline   Datum = "kernel command line"
	DatumDocker    Datum = "docker and podman"
	DatumPods      Datum = "pods of the container runtime"
	DatumCNI       Datum = "cni networks"
	DatumLXD       Datum = "lxd"
	DatumQEMU      Datum = "qemu processes"
	DatumCluster   Datum = "objects of the cluster"
	DatumNNS       Datum = "network state of nodes"
	DatumPolicies  Datum = "network policies of nodes"
	DatumNADs      Datum = "network attachment definitions"
	DatumVMs       Datum = "virtual machines of the cluster"
	DatumPodNet    Datum = "networks of pods"
	DatumOVSLog    Datum = "log of ovs-configuration"
	DatumPackages  Datum = "packages"
)

// Configuring are the data that configure networks.
func Configuring() []Datum {
	return []Datum{DatumIfcfg, DatumKeyfile, DatumNmcli, DatumNMState, DatumModprobe, DatumTeamConf, DatumNetplan, DatumNetworkd, DatumIfupdown, DatumWicked,
		DatumOSNet, DatumCmdline, DatumVDSM, DatumPolicies}
}
