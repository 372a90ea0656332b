package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

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

// timeOf is when a line of a log was written, "" when it does not tell. Where only the time since the start of the host is known, it is told roughly.
func timeOf(s topology.Source) string {
	for i, re := range stamps {
		m := re.FindStringSubmatch(s.Text)
		switch {
		case m == nil:
		case i == 0:
			return afterStart(m[1])
		default:
			return m[1]
		}
	}
	return ""
}

// afterStart words the seconds since the start of the host in the unit that people count in.
func afterStart(seconds string) string {
	const minute, hour, day = 60, 60 * 60, 24 * 60 * 60
	n, err := strconv.Atoi(seconds)
	switch {
	case err != nil || n < 2*minute:
		return seconds + " s after the start of the host"
	case n < 2*hour:
		return fmt.Sprintf("%d minutes after the start of the host", n/minute)
	case n < 2*day:
		return fmt.Sprintf("%d hours after the start of the host", n/hour)
	}
	return fmt.Sprintf("%d days after the start of the host", n/day)
}

// clock relates the stamps of a host's logs to the time at which the report was taken.
type clock struct {
	h     *topology.Host
	up    time.Duration // how long the host had been running
	hasUp bool
	now   time.Time // the local time of the host, read as UTC; zero when unknown
}

// longest bounds what is believed of a time since the start of a host.
const longest = 50 * 365 * 24 * time.Hour

// wallClock is the time of day with which the line of `uptime` starts.
var wallClock = regexp.MustCompile(`^\s*(\d\d:\d\d:\d\d)\s+up\b`)

func clockOf(h *topology.Host) clock {
	c := clock{h: h}
	if n := h.UpMinutes; n.Known() && n.Value >= 0 && n.Value <= int(longest/time.Minute) {
		c.up, c.hasUp = time.Duration(n.Value)*time.Minute, true
	}
	v := h.Collected.Value
	var timed bool
	if len(v) >= len("2006-01-02T15:04:05") {
		t, err := time.Parse("2006-01-02T15:04:05", v[:len("2006-01-02T15:04:05")])
		if timed = err == nil; timed {
			c.now = t
		}
	}
	m := wallClock.FindStringSubmatch(h.UpMinutes.Source.Text)
	if m == nil || len(v) < len(time.DateOnly) {
		return c
	}
	// `uptime` tells the local time at which it ran, on the same day or past midnight.
	t, err := time.Parse(time.DateTime, v[:len(time.DateOnly)]+" "+m[1])
	switch {
	case err != nil:
		return c
	case timed && c.now.Sub(t) > 12*time.Hour:
		t = t.AddDate(0, 0, 1)
	case timed && t.Sub(c.now) > 12*time.Hour:
		t = t.AddDate(0, 0, -1)
	}
	c.now = t
	return c
}

// sinceStart reads the stamp of dmesg. A stamp later than the report is none of this start of the host.
func (c clock) sinceStart(s topology.Source) (time.Duration, bool) {
	m := stamps[0].FindStringSubmatch(s.Text)
	if m == nil {
		return 0, false
	}
	n, err := strconv.Atoi(m[1])
	if err != nil || n > int(longest/time.Second) {
		return 0, false
	}
	return time.Duration(n) * time.Second, true
}

// dated reads the stamps that are dates. Syslog leaves the year out: it is the last one in which the date is not after the report.
func (c clock) dated(s topology.Source) (time.Time, bool) {
	for i, layout := range []string{"Mon Jan _2 15:04:05 2006", "Jan _2 15:04:05", "2006-01-02T15:04:05"} {
		m := stamps[i+1].FindStringSubmatch(s.Text)
		if m == nil {
			continue
		}
		text := m[1]
		if i == 2 {
			text = strings.Replace(text, " ", "T", 1)
		}
		t, err := time.Parse(layout, text)
		if err != nil {
			return time.Time{}, false
		}
		if t.Year() == 0 && !c.now.IsZero() {
			t = t.AddDate(c.now.Year(), 0, 0)
			if t.Sub(c.now) > 24*time.Hour {
				t = t.AddDate(-1, 0, 0)
			}
		}
		return t, true
	}
	return time.Time{}, false
}

// slack is by how much the clock of the kernel's messages may run ahead of the host's.
const slack = time.Hour

// of is when a line was written, in words: a date wherever the report allows to tell it.
func (c clock) of(s topology.Source) string {
	if d, ok := c.sinceStart(s); ok && c.hasUp && !c.now.IsZero() && d <= c.up+slack {
		return "about " + c.now.Add(min(d-c.up, 0)).Format("2006-01-02 15:04")
	}
	return timeOf(s)
}

// young tells whether a line was written within that time after the start of the host.
func (c clock) young(s topology.Source, within time.Duration) bool {
	if d, ok := c.sinceStart(s); ok {
		return d <= within
	}
	t, ok := c.dated(s)
	if !ok || !c.hasUp || c.now.IsZero() {
		return false
	}
	d := c.up - c.now.Sub(t)
	return d > -time.Minute && d <= within // uptime is cut to minutes
}

// age is how long before the end of the log a line was written. The log ends when the report is taken; where that is unknown, with the last
// message about a bond in the same file.
func (c clock) age(s topology.Source) (time.Duration, bool) {
	if d, ok := c.sinceStart(s); ok {
		if c.hasUp && d <= c.up+slack {
			return c.up - d, true
		}
		end := d
		for _, e := range c.h.Events {
			if last, ok := c.sinceStart(e.Last); ok && e.Last.File == s.File {
				end = max(end, last)
			}
		}
		return end - d, true
	}
	t, ok := c.dated(s)
	if !ok {
		return 0, false
	}
	if !c.now.IsZero() {
		return c.now.Sub(t), true
	}
	latest := topology.Source{}
	for _, e := range c.h.Events {
		if e.Last.File == s.File && e.Last.Line > latest.Line {
			latest = e.Last
		}
	}
	end, ok := c.dated(latest)
	if !ok {
		return 0, false
	}
	if end.Before(t) && t.Year() == 0 { // the log goes past the end of a year
		end = end.AddDate(1, 0, 0)
	}
	return end.Sub(t), true
}

// moment is one line of a log in a timeline.
type moment struct {
	at   topology.Source
	what string
}

// timeline puts the first and the last line of each event into the order of the log, as sentences and as evidence. lines of several files cannot
// be compared by number: those of one file stay together.
func timeline(c clock, groups map[string][]topology.Event) (told []string, quoted []Evidence) {
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
		when := c.of(m.at)
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
