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
	DatumSos       Datum = "sos version"
	DatumManifest  Datum = "manifest of sos"
	DatumVDSM      Datum = "vdsm"
)
