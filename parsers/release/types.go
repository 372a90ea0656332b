// Package release reads the small files that say what a host is: os-release, redhat-release, uname -a, hostname, version.txt of sos.
package release

import "github.com/sosbond/sosbond/parsers/text"

// OS is /etc/os-release, or what /etc/redhat-release tells when there is none.
type OS struct {
	Line        int
	Name        string // PRETTY_NAME, or the line of redhat-release
	ID          string // rhel, centos, rhcos, debian, ubuntu, ...
	Like        []string
	Version     string // VERSION_ID
	Variant     string // VARIANT_ID
	PlatformID  string
	OpenShift   string // OPENSHIFT_VERSION
	RHEL        string // RHEL_VERSION of RHCOS, whose VERSION_ID is the one of OpenShift; the "el7.3" of a Red Hat Virtualization Host
	MajorNumber int    // of Version, 0 when unknown
}

// Uname is `uname -a`.
type Uname struct {
	Line    int
	Node    string
	Release string // "5.14.0-427.13.1.el9_4.x86_64"
	Version string // "#1 SMP Debian 5.10.223-1 (2024-08-10)"
	Machine string
}

// Machine says which installation of a system it is, and which of its starts (machine-id(5), random(4)). Ids are 32 hexadecimal digits.
type Machine struct {
	ID   text.At[string]
	Boot text.At[string]
}

// Kernel is a kernel release taken apart.
type Kernel struct {
	Release             string
	Major, Minor, Patch int
	PatchUnknown        bool   // Patch is always 0 in this distribution's releases (Debian before 13, Ubuntu): the real one is not told
	Distro              string // "el", "uek", "deb", "fc", "ubuntu", "pve", "suse", "amzn", ""
	DistroMajor         int    // 8 of ".el8_9", 0 when unknown
	DistroMinor         int    // 9 of ".el8_9", -1 when unknown
	Build               string // what follows the first "-" up to the distro's tag: "513.24.1" of "4.18.0-513.24.1.el8_9.x86_64"
}
