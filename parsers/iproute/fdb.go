package iproute

import (
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// fdbValues are the words of an entry that a value follows and that nothing here asks for.
var fdbValues = wordSet("dst port vni src_vni nhid link-netnsid")

// fdbWords are all words that can follow the address of an entry, so that an error message is not taken for one, and a bare
// "master" not for the name of a bridge (print_fdb in bridge/fdb.c).
var fdbWords = wordSet(`dev dst vlan port vni src_vni via nhid link-netnsid activity_notify inactive used self router extern_learn offload
	offloaded master sticky locked permanent static stale`)

// ParseFDB reads `bridge fdb show` with any of the options -s, -d and -t. The order of the words differs between versions.
func ParseFDB(data []byte) ([]FDBEntry, text.Problems) {
	var entries []FDBEntry
	var p text.Problems
	for n, line := range text.Lines(data) {
		c := cursor(strings.Fields(line))
		if len(c) == 0 {
			continue
		}
		entry := FDBEntry{Line: n, MAC: strings.ToLower(c.next()), State: "dynamic", Used: -1, Updated: -1}
		if !isFDBWord(c.peek()) || strings.HasSuffix(entry.MAC, ":") {
			p.Add(n, line, "not an entry of a forwarding database")
			continue
		}
		if why := entry.read(c); why != "" {
			p.Add(n, line, why)
		}
		entries = append(entries, entry)
	}
	return entries, p
}

// isFDBWord reports whether s can follow the address of an entry.
func isFDBWord(s string) bool { return fdbWords[s] || strings.HasPrefix(s, "state=") }

// read takes the words after the address and returns what is wrong with one of them.
func (e *FDBEntry) read(c cursor) (why string) {
	for len(c) > 0 {
		word := c.next()
		switch {
		case word == "dev":
			e.Dev = c.next()
		case word == "vlan":
			if vlan, err := strconv.Atoi(c.next()); err == nil {
				e.VLAN = vlan
			} else {
				why = "the VLAN is no number"
			}
		case word == "via":
			if c.next() == "ifindex" {
				c.next()
			}
		case word == "used":
			e.Used, e.Updated = usedTimes(c.next())
		case word == "master":
			e.readMaster(&c)
		case fdbValues[word]:
			c.next()
		default:
			e.flag(word)
		}
	}
	return why
}

// readMaster reads what follows "master": the bridge, or nothing where the word is only the flag NTF_MASTER.
func (e *FDBEntry) readMaster(c *cursor) {
	if next := c.peek(); next == "" || isFDBWord(next) {
		e.OfMaster = true
		return
	}
	e.Master = c.next()
}

func (e *FDBEntry) flag(word string) {
	switch word {
	case "self":
		e.Self = true
	case "sticky":
		e.Sticky = true
	case "extern_learn":
		e.ExternLearn = true
	case "offload":
		e.Offload = true
	case "permanent", "static", "stale":
		e.State = word
	default:
		if strings.HasPrefix(word, "state=") {
			e.State = word
		}
	}
}

// usedTimes reads the seconds since an entry was last used and last updated, "12/3".
func usedTimes(s string) (used, updated int) {
	a, b, _ := strings.Cut(s, "/")
	used, errUsed := strconv.Atoi(a)
	updated, errUpdated := strconv.Atoi(b)
	if errUsed != nil || errUpdated != nil {
		return -1, -1
	}
	return used, updated
}
