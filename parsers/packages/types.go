// Package packages reads lists of installed packages: `rpm -qa` in the forms that sos asks for, and `dpkg -l`. Only packages whose version decides
// what a bond can do are kept; a host has thousands of others.
package packages

// Package is an installed package.
type Package struct {
	Name    string // of the software, the same for rpm and dpkg: NetworkManager, libvirt, nftables, nmstate, openvswitch, teamd
	Package string // as the list names it: NetworkManager, network-manager, openvswitch3.1
	Version string // of the software, without epoch and without the distribution's release: 1.40.16
	Release string // of the distribution: 13.el8_9, 1+deb12u1; "" where the list has none
	Line    int
}

// The names of Package.Name.
const (
	NetworkManager = "NetworkManager"
	Libvirt        = "libvirt"
	NFTables       = "nftables"
	NMState        = "nmstate"
	OpenVSwitch    = "openvswitch"
	Teamd          = "teamd"
)

// names are the software by the names of its packages, in Red Hat's, SUSE's and Debian's distributions.
var names = map[string]string{
	"NetworkManager": NetworkManager, "network-manager": NetworkManager,
	"libvirt-daemon": Libvirt, "libvirt": Libvirt,
	"nftables": NFTables,
	"nmstate":  NMState, "nmstate-libs": NMState,
	"openvswitch": OpenVSwitch, "openvswitch-switch": OpenVSwitch,
	"teamd": Teamd, "libteam-utils": Teamd, "libteam-tools": Teamd,
}
