package release

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
)

var kernelRE = regexp.MustCompile(`^(v?)(\d{1,4})\.(\d{1,4})(?:\.(\d{1,6}))?([-+._~][-+._~A-Za-z0-9]*)?$`)

// distros recognize a distribution by what follows the version. "major" and "minor" name what the groups hold; the first match counts.
var distros = []struct {
	name         string
	re           *regexp.Regexp
	patchUnknown bool
}{
	{"uek", regexp.MustCompile(`\.el(?P<major>\d{1,4})uek`), false},
	{"el", regexp.MustCompile(`\.el(?P<major>\d{1,4})[a-z]*(?:_(?P<minor>\d{1,4}))?`), false},
	{"fc", regexp.MustCompile(`\.fc(?P<major>\d{1,4})`), false},
	{"amzn", regexp.MustCompile(`\.amzn(?P<major>\d{1,4})`), false},
	{"deb", regexp.MustCompile(`\+deb(?P<major>\d{1,4})`), false},
	{"deb", regexp.MustCompile(`\.(?:deb(?P<major>\d{1,4})|bpo)\.`), true}, // backports
	{"pve", regexp.MustCompile(`-pve$`), false},
	{"suse", regexp.MustCompile(`^-(?P<major>\d\d)(?P<minor>\d\d)\d\d\.[\d.]+-[a-z]+$`), false}, // SLES 15: "-150500.55-default"
	{"suse", regexp.MustCompile(`-(?:default|preempt|kvmsmall)$`), false},
	{"deb", regexp.MustCompile(`^-\d+-(?:cloud-|rt-)?(?:amd64|arm64|armmp|686|s390x|powerpc64le|ppc64el|riscv64|mips64el|loong64)`), true},
	{"ubuntu", regexp.MustCompile(`^-\d+-(?:generic|lowlatency|server|virtual|aws|azure|gcp|gke|oracle|ibm|kvm|raspi|oem|nvidia|realtime)`), true},
}

// ParseKernel takes a kernel release apart. It takes the first line of /proc/net/bonding too, where kernels since 5.x print their release
// after a "v"; older ones print the version of the bonding driver there, which gives a Kernel that is not Known.
func ParseKernel(release string) Kernel {
	k := Kernel{Release: strings.TrimSpace(release), DistroMinor: -1}
	m := kernelRE.FindStringSubmatch(k.Release)
	if m == nil || m[1] != "" && len(m[2]) == 1 && m[2] < "4" {
		return k
	}
	k.Release = strings.TrimPrefix(k.Release, "v")
	k.Major, k.Minor, k.Patch = number(m[2]), number(m[3]), number(m[4])
	k.distro(m[5])
	return k
}

// distro reads what follows the three numbers.
func (k *Kernel) distro(rest string) {
	tag := len(rest)
	for _, d := range distros {
		groups := d.re.FindStringSubmatchIndex(rest)
		if groups == nil {
			continue
		}
		k.Distro, k.PatchUnknown = d.name, d.patchUnknown && k.Patch == 0
		if i := d.re.SubexpIndex("major"); i > 0 && groups[2*i] >= 0 {
			k.DistroMajor = number(rest[groups[2*i]:groups[2*i+1]])
		}
		if i := d.re.SubexpIndex("minor"); i > 0 && groups[2*i] >= 0 {
			k.DistroMinor = number(rest[groups[2*i]:groups[2*i+1]])
		}
		if groups[0] > 0 || rest[0] != '-' { // else the expression matches from the build on
			tag = groups[0]
		}
		break
	}
	if _, build, found := strings.Cut(rest[:tag], "-"); found {
		k.Build, _, _ = strings.Cut(build, "-")
	}
}

// number converts digits that a regular expression has limited in length; "" is 0.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

// Known reports whether the release could be read.
func (k Kernel) Known() bool { return k.Major > 0 }

// Before reports whether the kernel is certainly older than the upstream version. It is false for a kernel that is not Known, and when the
// patch level decides and is not told. What a distribution has ported back is not considered.
func (k Kernel) Before(major, minor, patch int) bool {
	c, known := k.compare(major, minor, patch)
	return known && c < 0
}

// AtLeast reports whether the kernel is certainly the upstream version or a newer one, with the limits of Before.
func (k Kernel) AtLeast(major, minor, patch int) bool {
	c, known := k.compare(major, minor, patch)
	return known && c >= 0
}

func (k Kernel) compare(major, minor, patch int) (c int, known bool) {
	if !k.Known() {
		return 0, false
	}
	if c := cmp.Or(cmp.Compare(k.Major, major), cmp.Compare(k.Minor, minor)); c != 0 {
		return c, true
	}
	if k.PatchUnknown && patch > 0 {
		return 0, false
	}
	return cmp.Compare(k.Patch, patch), true
}

// versionedRE finds the upstream version with which Debian's and Proxmox's `uname -v` end: "#1 SMP Debian 5.10.223-1 (2024-08-10)".
var versionedRE = regexp.MustCompile(`\b(?:Debian|PMX|PVE) (\d{1,4})\.(\d{1,4})\.(\d{1,6})\b`)

// Kernel takes the release apart and adds the patch level where the kernel's version tells it and the release does not.
func (u Uname) Kernel() Kernel {
	k := ParseKernel(u.Release)
	m := versionedRE.FindStringSubmatch(u.Version)
	if k.PatchUnknown && m != nil && number(m[1]) == k.Major && number(m[2]) == k.Minor {
		k.Patch, k.PatchUnknown = number(m[3]), false
	}
	return k
}
