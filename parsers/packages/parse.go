package packages

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// Parse reads a list of packages, each on a line: NAME-VERSION-RELEASE.ARCH with more behind it (installed-rpms and package-data of sos), or the
// table that `dpkg -l` prints. Packages of no interest are left out.
func Parse(data []byte) (list []Package, problems text.Problems) {
	complete := bytes.Count(data, []byte{'\n'})
	for n, line := range text.Lines(data) {
		fields := strings.Fields(line)
		var p Package
		var ok bool
		switch {
		case n > complete && len(fields) == 1 && !strings.HasSuffix(line, " "): // cut in the middle of the name
			problems.Add(n, line, "the list ends in the middle of this line")
			continue
		case len(fields) == 0 || dpkgHead.MatchString(line):
			continue
		case dpkgStatus.MatchString(fields[0]) && len(fields) >= 3:
			p, ok = fromDpkg(fields), true
		default:
			p, ok = fromRPM(fields[0])
		}
		if !ok {
			problems.Add(n, line, "not a line of a list of packages")
			continue
		}
		if p.Name = softwareOf(p.Package); p.Name != "" && p.Version != "" {
			p.Line = n
			list = append(list, p)
		}
	}
	return list, problems
}

var (
	// the five lines above the table (dpkg-query(1)); what they say is translated
	dpkgHead = regexp.MustCompile(`^(?:[^ ]+=.+/.+|\|.*|\|?/ .*|\+\+\+-.*)$`)
	// wanted state, state, and an error: "ii", "hi", "rc", "iU", "iHR"
	dpkgStatus = regexp.MustCompile(`^[uirph][nicurUFHWt][R ]?$`)
	// what `rpm -qa` prints has a dash before the version and no colon but that of an epoch
	rpmName = regexp.MustCompile(`^[^\s:]+-(?:\d+:)?[^\s:/]+$`)
	// the packages of the fast datapath carry the version in their names: openvswitch2.17, openvswitch3.1
	ovsName = regexp.MustCompile(`^openvswitch\d+\.\d+$`)
)

func softwareOf(name string) string {
	if ovsName.MatchString(name) {
		return OpenVSwitch
	}
	return names[name]
}

// fromRPM takes NAME-VERSION-RELEASE.ARCH apart. Neither version nor release holds a dash. The text that rpm(8) prints for packages without an
// architecture, "gpg-pubkey-fd431d51-4ae0493b.(none)", fits too.
func fromRPM(nvra string) (p Package, ok bool) {
	if !rpmName.MatchString(nvra) {
		return p, false
	}
	i := strings.LastIndexByte(nvra, '-')
	release, _ := cutLast(nvra[i+1:], ".")
	j := strings.LastIndexByte(nvra[:i], '-')
	if j < 0 { // NAME-VERSION
		return Package{Package: nvra[:i], Version: withoutEpoch(release)}, true
	}
	return Package{Package: nvra[:j], Version: withoutEpoch(nvra[j+1 : i]), Release: release}, true
}

// fromDpkg reads a row of the table. One whose package is not installed, but removed with its configuration left ("rc"), gives no version.
func fromDpkg(fields []string) Package {
	name, _, _ := strings.Cut(fields[1], ":") // libc6:amd64
	p := Package{Package: name}
	if fields[0][1] == 'i' {
		p.Version, p.Release = cutLast(withoutEpoch(fields[2]), "-")
	}
	return p
}

// withoutEpoch drops the number before the colon.
func withoutEpoch(version string) string {
	if _, rest, ok := strings.Cut(version, ":"); ok {
		return rest
	}
	return version
}

// cutLast cuts at the last sep.
func cutLast(s, sep string) (before, after string) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):]
	}
	return s, ""
}
