package redact

import "strings"

// isDomain reports a name that the DNS, or a name service of a site, may know: its last label is that of such names, and it is none that says the
// same everywhere. The names of files and of units of systemd have dots too.
func isDomain(s string) bool {
	labels := strings.Split(strings.ToLower(strings.TrimSuffix(s, ".")), ".")
	n := len(labels)
	if n < 2 || labels[n-1] == "" {
		return false
	}
	for i := range labels {
		if public[strings.Join(labels[i:], ".")] {
			return false
		}
	}
	top := labels[n-1]
	return tops[top] || len(top) == 2 && n > 2 && country(top)
}

// country reports a domain of a country, as far as files do not end so.
func country(top string) bool {
	return !fileEnds[top] && top[0] >= 'a' && top[0] <= 'z' && top[1] >= 'a' && top[1] <= 'z'
}

var (
	tops = set("com net org edu gov mil int info biz io dev app cloud example test invalid local localdomain lan internal intranet corp home private " +
		"arpa de uk fr nl ch at eu us")
	fileEnds = set("so py sh pl md rs cc go gz xz ko mo ps am in la el db id ip rc ac ad op tx rx")
	// public are the domains that projects and vendors use in the names of their own objects.
	public = set("redhat.com kernel.org libvirt.org ovirt.org kubernetes.io k8s.io openshift.io cncf.io ovn.org freedesktop.org gnome.org debian.org " +
		"ubuntu.com suse.com opensuse.org centos.org fedoraproject.org nmstate.io kubevirt.io k8s.cni.cncf.io metal3.io quay.io docker.io openvswitch.org " +
		"qemu.org w3.org github.com gitlab.com local.localdomain localhost.localdomain ieee.org ietf.org cisco.com arista.com juniper.net proxmox.com " +
		"operatorframework.io x-k8s.io org.freedesktop must-gather.local")
	// bareDomains are the domains that name no site.
	bareDomains = set("local localdomain lan internal intranet corp home private example test invalid")
	// anyHost are the names that a host has for itself.
	anyHost = set("localhost localhost.localdomain localhost4 localhost6 localhost4.localdomain4 localhost6.localdomain6 (none) unknown none")
	// anyUser are the users that every system has.
	anyUser = set("root admin core nobody qemu libvirt-qemu vdsm nova")
	// anyNamespace are the namespaces that every cluster has.
	anyNamespace = set("default kube-system kube-public kube-node-lease openshift")
)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// dns replaces a name of the DNS: that of a host that is known, of another one in a domain that is known, or of any.
func (p *pass) dns(s string) string {
	if by, ok := p.words.get(s); ok {
		return by
	}
	host, domain, _ := strings.Cut(s, ".")
	for i := 0; i < len(s); i++ {
		if s[i] != '.' {
			continue
		}
		if by, ok := p.names.of[[2]string{Domain, strings.ToLower(s[i+1:])}]; ok {
			return p.names.name(Host, s[:i]) + "." + by
		}
	}
	if !strings.Contains(domain, ".") {
		return p.domain(s)
	}
	return p.names.name(Host, host) + "." + p.domain(domain)
}

// domain replaces a domain; one that names no site stays.
func (p *pass) domain(s string) string {
	if bareDomains[strings.ToLower(s)] {
		return s
	}
	return p.names.name(Domain, s)
}
