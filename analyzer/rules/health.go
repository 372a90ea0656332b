package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
	"github.com/sosbond/sosbond/parsers/kernlog"
)

// eventsOf are the kernel's messages of one kind about a bond, and about one of its slaves unless slave is "".
func eventsOf(h *topology.Host, kind kernlog.Kind, bond, slave string) (events []topology.Event) {
	for _, e := range h.Events {
		if e.Kind == kind && e.Bond == bond && (slave == "" || e.Slave == slave) {
			events = append(events, e)
		}
	}
	return events
}

// countOf adds up how often events were logged.
func countOf(events []topology.Event) (n int) {
	for _, e := range events {
		n += e.Count
	}
	return n
}

// lastEvent is the last line of events, an unknown source where there is none. The events of one kind about one slave come from one file.
func lastEvent(events []topology.Event) (last topology.Source) {
	for _, e := range events {
		if e.Last.Known() && (!last.Known() || e.Last.Line > last.Line) {
			last = e.Last
		}
	}
	return last
}

// firstEvent is the first line of events, an unknown source where there is none.
func firstEvent(events []topology.Event) (first topology.Source) {
	for _, e := range events {
		if e.Source.Known() && (!first.Known() || e.Source.Line < first.Line) {
			first = e.Source
		}
	}
	return first
}

// stamps are the forms in which a line of a log starts with its time: dmesg, dmesg -T, syslog and the journal, and ISO 8601.
var stamps = []*regexp.Regexp{
	regexp.MustCompile(`^(?:<\d+>)?\[ *(\d+)\.\d+\]`),
	regexp.MustCompile(`^\[(\w{3} \w{3} +\d+ \d\d:\d\d:\d\d \d{4})\]`),
	regexp.MustCompile(`^(\w{3} +\d+ \d\d:\d\d:\d\d)`),
	regexp.MustCompile(`^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)`),
}

// timeOf is when a line of a log was written, "" when it does not tell.
func timeOf(s topology.Source) string {
	for i, re := range stamps {
		m := re.FindStringSubmatch(s.Text)
		switch {
		case m == nil:
		case i == 0:
			return m[1] + " s after the start of the host"
		default:
			return m[1]
		}
	}
	return ""
}

// moment is one line of a log in a timeline.
type moment struct {
	at   topology.Source
	what string
}

// timeline puts the first and the last line of each event into the order of the log, as sentences and as evidence. lines of several files cannot
// be compared by number: those of one file stay together.
func timeline(groups map[string][]topology.Event) (told []string, quoted []Evidence) {
	var list []moment
	for what, events := range groups {
		for _, e := range events {
			if e.Count < 2 || !e.Last.Known() || e.Last == e.Source {
				list = append(list, moment{e.Source, what})
				continue
			}
			list = append(list, moment{e.Source, "first: " + what})
			list = append(list, moment{e.Last, fmt.Sprintf("last of at least %d: %s", e.Count, what)})
		}
	}
	slices.SortFunc(list, func(a, b moment) int {
		if c := strings.Compare(a.at.File, b.at.File); c != 0 {
			return c
		}
		if a.at.Line != b.at.Line {
			return a.at.Line - b.at.Line
		}
		return strings.Compare(a.what, b.what)
	})
	for _, m := range list {
		when := timeOf(m.at)
		if when == "" {
			when = fmt.Sprintf("line %d of %s", m.at.Line, m.at.File)
		}
		told = append(told, when+": "+m.what)
		quoted = append(quoted, on(m.at, m.what))
	}
	return told, quoted
}

// announces reports a bond in active-backup whose failover guests feel, with the attachments that bear addresses of guests.
func announces(h *topology.Host, b *topology.Bond) (list []*topology.Attachment) {
	if b.Mode.Value != bonding.ActiveBackup {
		return nil
	}
	return bearsGuests(h, b)
}

// bearsGuests are the attachments of a bond that put MAC addresses of guests on the wire.
func bearsGuests(h *topology.Host, b *topology.Bond) (list []*topology.Attachment) {
	for _, a := range b.Attachments {
		if c := ClassOf(a); (c == ClassGuests || c == ClassOwnMAC) && !routedPods(h, a) {
			list = append(list, a)
		}
	}
	return list
}

// slaveNamed is the slave of that name, nil when the bond has none.
func slaveNamed(b *topology.Bond, name string) *topology.Slave {
	for _, s := range b.Slaves {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// withActiveSlave are the modes in which one slave receives for the bond.
func withActiveSlave(m topology.Mode) bool {
	return m == bonding.ActiveBackup || m == bonding.BalanceTLB || m == bonding.BalanceALB
}

// runningAttr is an option of the running bond that `ip -d link` alone tells.
func runningAttr(b *topology.Bond, name string) topology.Fact[string] {
	if b.Link == nil || b.Link.Kind != topology.KindBond {
		return topology.Fact[string]{}
	}
	return b.Link.Attrs[name]
}

// pciAddress is the form of an address on the PCI bus; the parent of a virtio NIC has another.
var pciAddress = regexp.MustCompile(`^([0-9a-f]{4,8}:[0-9a-f]{2}):([0-9a-f]{2})\.[0-7]$`)

// pciOf is the PCI address of a slave's card, "" where `ip` does not print it.
func pciOf(s *topology.Slave) topology.Fact[string] {
	if s.Link == nil {
		return topology.Fact[string]{}
	}
	f := s.Link.Details["parentdev"]
	if !pciAddress.MatchString(f.Value) {
		return topology.Fact[string]{}
	}
	return f
}

// addresses are the addresses of a link as a text may write them.
func addressList(l *topology.Link) (list []string) {
	for _, a := range l.Addrs {
		list = append(list, a.Value)
	}
	return list
}
