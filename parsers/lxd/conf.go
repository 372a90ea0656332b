package lxd

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// ParseConf reads the network devices in the configuration of a container of LXC (lxc.container.conf(5)): lxc.net.N.* since LXC 2.1, and
// lxc.network.* before it, where each lxc.network.type begins a device. Files that lxc.include names are not read.
func ParseConf(data []byte) ([]NIC, text.Problems) {
	var c conf
	for n, line := range text.Lines(data) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok {
			c.problem(n, line, "not a setting")
			continue
		}
		if why := c.setting(n, strings.TrimSpace(key), unquote(strings.TrimSpace(value))); why != "" {
			c.problem(n, line, why)
		}
	}
	return c.list, c.problems
}

// unquote drops the quotation marks around a value, as LXC does.
func unquote(s string) string {
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s
}

type conf struct {
	list     []NIC
	problems text.Problems
}

func (c *conf) problem(n int, line, why string) {
	c.problems.Add(n, line, why)
}

var (
	indexedRE = regexp.MustCompile(`^lxc\.net(?:work)?\.([0-9]+)(?:\.(.+))?$`)
	legacyRE  = regexp.MustCompile(`^lxc\.network\.(.+)$`)
)

// setting takes one setting, and says what is wrong with it. One without a value clears what was set before.
func (c *conf) setting(n int, key, value string) string {
	if key == "lxc.net" || key == "lxc.network" {
		if value == "" {
			c.list = nil
		}
		return ""
	}
	if m := indexedRE.FindStringSubmatch(key); m != nil {
		return c.indexed(n, m[1], m[2], value)
	}
	if m := legacyRE.FindStringSubmatch(key); m != nil {
		return c.legacy(n, m[1], value)
	}
	return "" // not of the network
}

func (c *conf) indexed(n int, digits, key, value string) string {
	index, err := strconv.Atoi(digits)
	if err != nil {
		return "not the number of a device"
	}
	i := slices.IndexFunc(c.list, func(nic NIC) bool { return nic.Index == index })
	if key == "" {
		if i >= 0 && value == "" {
			c.list = slices.Delete(c.list, i, i+1)
		}
		return ""
	}
	if i < 0 {
		c.list = append(c.list, NIC{Line: n, Index: index})
		i = len(c.list) - 1
	}
	return c.list[i].set(n, key, value)
}

func (c *conf) legacy(n int, key, value string) string {
	if key == "type" {
		c.list = append(c.list, NIC{Line: n, Index: len(c.list)})
	}
	if len(c.list) == 0 {
		return "no lxc.network.type before it"
	}
	return c.list[len(c.list)-1].set(n, key, value)
}

// patternRE is a MAC address of which LXC draws the digits that are x when the container starts.
var patternRE = regexp.MustCompile(`^[0-9a-f:]*x[0-9a-fx:]*$`)

// set takes a setting of a device; those that say nothing of what the device is connected to are passed over.
func (nic *NIC) set(n int, key, value string) string {
	v := text.At[string]{}
	if value != "" {
		v = text.Of(value, n)
	}
	switch key {
	case "type":
		nic.Type = value
	case "link":
		nic.Link = v
	case "name":
		nic.Name = v
	case "veth.pair":
		nic.Pair = v
	case "macvlan.mode", "ipvlan.mode":
		nic.Mode = v
	case "hwaddr":
		nic.MAC = text.At[string]{}
		if mac := strings.ToLower(value); mac != "" && !patternRE.MatchString(mac) {
			nic.MAC = text.Of(mac, n)
		}
	case "vlan.id", "veth.vlan.id":
		return nic.vlan(n, value)
	}
	return ""
}

func (nic *NIC) vlan(n int, value string) string {
	nic.VLAN = text.At[int]{}
	if value == "" || value == "none" { // none: a port of the bridge without a VLAN for untagged frames
		return ""
	}
	id, err := strconv.Atoi(value)
	if err != nil {
		return "not a number"
	}
	nic.VLAN = text.Of(id, n)
	return ""
}
