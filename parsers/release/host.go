package release

import (
	"regexp"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// ParseUname reads `uname -a` of Linux.
func ParseUname(data []byte) (u Uname, problems text.Problems) {
	for n, line := range text.Lines(data) {
		f := strings.Fields(line)
		switch {
		case len(f) == 0:
		case u.Line > 0 || f[0] != "Linux" || len(f) < 3 || !ParseKernel(f[2]).Known():
			problems.Add(n, line, "not the output of uname -a")
		default:
			u = Uname{Line: n, Node: f[1], Release: f[2]}
			u.Version, u.Machine = splitVersion(f[3:])
		}
	}
	return u, problems
}

// machineRE matches the machine, processor and platform that follow the kernel's version. Debian prints the machine only.
var machineRE = regexp.MustCompile(`^(?:x86_64|i[3-6]86|aarch64|arm\w*|ppc\w*|s390x?|riscv\w+|ia64|mips\w*|loongarch\w*|unknown)$`)

func splitVersion(f []string) (version, machine string) {
	end := len(f)
	if end > 0 && f[end-1] == "GNU/Linux" {
		end--
	}
	for end > 0 && machineRE.MatchString(f[end-1]) {
		end--
		machine = f[end]
	}
	return strings.Join(f[:end], " "), machine
}

var (
	hostnameRE = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_.])?$`)
	sosRE      = regexp.MustCompile(`^(?:sosreport|sos report|sos): *v?(\d[\w.~-]*)$`)
)

// ParseHostname reads /etc/hostname or `hostname`. The value is not found when there is none.
func ParseHostname(data []byte) (name text.At[string], problems text.Problems) {
	return single(data, hostnameRE, "not a host name")
}

// single reads a file of one line that matches, beside comments.
func single(data []byte, re *regexp.Regexp, why string) (v text.At[string], problems text.Problems) {
	for n, line := range text.Lines(data) {
		s := strings.TrimSpace(line)
		switch {
		case s == "" || s[0] == '#':
		case v.Found() || !re.MatchString(s):
			problems.Add(n, line, why)
		default:
			v = text.Of(s, n)
		}
	}
	return v, problems
}

// ParseSosVersion reads version.txt: "sosreport: 3.6" with a line for each plugin, "sos report: 4.12.0" since 4.x.
func ParseSosVersion(data []byte) (version text.At[string], problems text.Problems) {
	for n, line := range text.Lines(data) {
		s := strings.TrimSpace(line)
		m := sosRE.FindStringSubmatch(s)
		switch {
		case m != nil && !version.Found():
			version = text.Of(m[1], n)
		case s == "" || strings.Contains(s, ": "):
		default:
			problems.Add(n, line, "not the version of sos or of a plugin")
		}
	}
	return version, problems
}
