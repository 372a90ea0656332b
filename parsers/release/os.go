package release

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

var keyRE = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// ParseOSRelease reads os-release(5).
func ParseOSRelease(data []byte) (o OS, problems text.Problems) {
	fields := map[string]*string{
		"PRETTY_NAME": &o.Name, "ID": &o.ID, "VERSION_ID": &o.Version, "VARIANT_ID": &o.Variant, "PLATFORM_ID": &o.PlatformID,
		"OPENSHIFT_VERSION": &o.OpenShift, "RHEL_VERSION": &o.RHEL,
	}
	name := ""
	fields["NAME"] = &name
	for n, line := range text.Lines(data) {
		s := strings.TrimSpace(line)
		if s == "" || s[0] == '#' {
			continue
		}
		key, value, found := strings.Cut(s, "=")
		if !found || !keyRE.MatchString(key) {
			problems.Add(n, line, "not a KEY=VALUE line")
			continue
		}
		if key == "ID_LIKE" {
			o.Like = strings.Fields(unquote(value))
		} else if field := fields[key]; field != nil {
			*field = unquote(value)
		} else {
			continue
		}
		if o.Line == 0 {
			o.Line = n
		}
	}
	if o.Name == "" {
		o.Name = strings.TrimSpace(name + " " + o.Version)
	}
	if m := elRE.FindStringSubmatch(o.Name); m != nil && o.RHEL == "" {
		o.RHEL = m[1]
	}
	o.MajorNumber = major(o.Version)
	return o, problems
}

// unquote removes the shell quotes of an os-release value.
func unquote(s string) string {
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		quote := s[0]
		s = s[1 : len(s)-1]
		if quote == '\'' {
			return s
		}
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

var majorRE = regexp.MustCompile(`^\d{1,6}`)

// major is the first number of a version, 0 when there is none.
func major(version string) int {
	n, err := strconv.Atoi(majorRE.FindString(version))
	if err != nil {
		return 0
	}
	return n
}

var (
	releaseRE = regexp.MustCompile(`^(.+?)\s+release\s+(\d[\w.]*)`)      // "CentOS release 6.10 (Final)"
	versionRE = regexp.MustCompile(`^([A-Za-z][^0-9(]*?)\s+(\d[\w.-]*)`) // "Red Hat Virtualization Host 4.3.7 (el7.7)"
	elRE      = regexp.MustCompile(`\(el(\d+(?:\.\d+)?)\)`)
)

// family tells the os-release fields of a product that redhat-release names. The first match counts.
var family = []struct {
	name, id, variant string
	like              []string
}{
	{"Red Hat Enterprise Linux CoreOS", "rhcos", "coreos", []string{"rhel", "fedora"}},
	{"Red Hat Virtualization Host", "rhel", "ovirt-node", []string{"fedora"}},
	{"Red Hat Enterprise Virtualization Hypervisor", "rhel", "ovirt-node", []string{"fedora"}},
	{"oVirt Node", "centos", "ovirt-node", []string{"rhel", "fedora"}},
	{"Red Hat Enterprise Linux", "rhel", "", []string{"fedora"}},
	{"CentOS", "centos", "", []string{"rhel", "fedora"}},
	{"Rocky Linux", "rocky", "", []string{"rhel", "centos", "fedora"}},
	{"AlmaLinux", "almalinux", "", []string{"rhel", "centos", "fedora"}},
	{"Oracle Linux", "ol", "", []string{"fedora"}},
	{"Scientific Linux", "scientific", "", []string{"rhel", "fedora"}},
	{"Fedora CoreOS", "fedora", "coreos", nil},
	{"Fedora", "fedora", "", nil},
	{"XenServer", "xenenterprise", "", []string{"centos", "rhel", "fedora"}},
	{"XCP-ng", "xenenterprise", "", []string{"centos", "rhel", "fedora"}},
}

// ParseRedHatRelease reads /etc/redhat-release, which is older than os-release and the only such file of RHEL 6.
func ParseRedHatRelease(data []byte) (o OS, problems text.Problems) {
	for n, line := range text.Lines(data) {
		s := strings.TrimSpace(line)
		if s == "" {
			continue
		}
		m := releaseRE.FindStringSubmatch(s)
		if m == nil {
			m = versionRE.FindStringSubmatch(s)
		}
		if o.Line > 0 || m == nil {
			problems.Add(n, line, "not the name and release of a distribution")
			continue
		}
		o = OS{Line: n, Name: s, Version: m[2], MajorNumber: major(m[2])}
		for _, f := range family {
			if strings.HasPrefix(m[1], f.name) {
				o.ID, o.Variant, o.Like = f.id, f.variant, f.like
				break
			}
		}
		if el := elRE.FindStringSubmatch(s); el != nil {
			o.RHEL = el[1]
		}
	}
	return o, problems
}
