package release

import (
	"regexp"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

var (
	machineIDRE = regexp.MustCompile(`^[0-9a-fA-F]{32}$`)
	bootIDRE    = regexp.MustCompile(`^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
)

// noMachine is what some tools write where an id is missing.
const noMachine = "00000000000000000000000000000000"

// ParseMachineID reads a machine id; ok is false for what is none, "uninitialized" of an image among it.
func ParseMachineID(s string) (id string, ok bool) {
	id = strings.ToLower(strings.TrimSpace(s))
	return id, machineIDRE.MatchString(id) && id != noMachine
}

// ParseMachine reads /etc/machine-id, /proc/sys/kernel/random/boot_id, or the output of `hostnamectl status`, which has both. What is in none of the
// three forms is left out: nothing hangs on it.
func ParseMachine(data []byte) (m Machine, problems text.Problems) {
	for n, line := range text.Lines(data) {
		s := strings.TrimSpace(line)
		label, value, labeled := strings.Cut(s, ": ")
		if !labeled {
			if bootIDRE.MatchString(s) {
				label, value = "Boot ID", strings.ReplaceAll(s, "-", "")
			} else {
				label, value = "Machine ID", s
			}
		}
		id, ok := ParseMachineID(value)
		switch {
		case ok && label == "Machine ID" && !m.ID.Found():
			m.ID = text.Of(id, n)
		case ok && label == "Boot ID" && !m.Boot.Found():
			m.Boot = text.Of(id, n)
		}
	}
	return m, nil
}
