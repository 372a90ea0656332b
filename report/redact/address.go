package redact

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"net/netip"
	"strconv"
	"strings"
)

// addresses maps the parts of addresses that tell devices and networks apart.
type addresses struct {
	station map[uint32]uint32 // the last three octets of a MAC address
	used    map[uint32]bool   // of the originals: no pseudonym is one of them
	last    uint32
	site    map[string]int             // the first half of an IPv4 address, the first 48 bits of an IPv6 address
	sites   map[int]int                // how many, by version
	low     map[string]map[uint32]bool // flips of the trie of the second half, by site
	iid     map[string]uint64          // interface ids of an IPv6 subnet
	iids    map[string]uint64
}

func newAddresses() addresses {
	return addresses{
		station: map[uint32]uint32{}, used: map[uint32]bool{}, site: map[string]int{}, sites: map[int]int{},
		low: map[string]map[uint32]bool{}, iid: map[string]uint64{}, iids: map[string]uint64{},
	}
}

// serial maps the part of a MAC address that its vendor gave the device: addresses that share it, as those of a guest and of its tap do
// (52:54:00:... and fe:54:00:...), share it in the pseudonyms too.
func (a *addresses) serial(of uint32) uint32 {
	if n, ok := a.station[of]; ok {
		return n
	}
	a.last++
	for a.used[a.last] && a.last < 1<<24-1 {
		a.last++
	}
	a.station[of] = a.last & (1<<24 - 1)
	return a.station[of]
}

// wellKnown begin the MAC addresses that say the same everywhere: virtual routers of VRRP, HSRP and GLBP, whose rest is the number of a group.
var wellKnown = []string{"00005e0001", "00005e0002", "00000c07ac", "00000c9ff", "0007b400"}

// mac maps the 12 hexadecimal digits of a MAC address; it is not ok for one that says nothing of whose it is.
func (a *addresses) mac(digits string) (mapped string, ok bool) {
	digits = strings.ToLower(digits)
	n, err := strconv.ParseUint(digits, 16, 48)
	switch {
	case err != nil || n == 0 || n == 1<<48-1:
		return "", false
	case strings.HasPrefix(digits, "3333ff"): // the group of an IPv6 address: its last bits
	case strings.HasPrefix(digits, "534f53"): // what sos clean puts in the place of an address, which is no group either
	case n>>40&1 == 1: // any other group
		return "", false
	}
	for _, known := range wellKnown {
		if strings.HasPrefix(digits, known) {
			return "", false
		}
	}
	return digits[:6] + fmt.Sprintf("%06x", a.serial(uint32(n&(1<<24-1)))), true
}

// specialNetworks hold addresses that say the same everywhere, or stand for any in documents.
var specialNetworks = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("224.0.0.0/4"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("255.255.255.255/32"), netip.MustParsePrefix("::/127"),
}

func special(ip netip.Addr) bool {
	for _, n := range specialNetworks {
		if n.Contains(ip) {
			return true
		}
	}
	return ip.Is4() && isMask(ip)
}

// isMask reports a netmask, 255.255.252.0.
func isMask(ip netip.Addr) bool {
	b := ip.As4()
	n := binary.BigEndian.Uint32(b[:])
	return b[0] == 255 && bits.LeadingZeros32(^n)+bits.TrailingZeros32(n) == 32
}

// ip maps an address; it is not ok for one that says nothing of whose it is.
func (a *addresses) ip(ip netip.Addr) (mapped netip.Addr, ok bool) {
	switch {
	case ip.Is4In6():
		v4, ok := a.ip(ip.Unmap())
		return netip.AddrFrom16(v4.As16()), ok
	case special(ip):
		return ip, false
	case ip.Is4():
		return a.ip4(ip), true
	}
	out := ip.As16()
	group := ip.IsMulticast()
	if group && (out[11] != 1 || out[12] != 0xff || binary.BigEndian.Uint64(out[:8]) != 0xff02<<48) { // only solicited-node groups tell an address
		return ip, false
	}
	if !group && !ip.IsLinkLocalUnicast() {
		a.site6(&out)
	}
	a.interfaceID(&out, group)
	return netip.AddrFrom16(out), true
}

// The networks that pseudonyms are in, so that nobody takes one for a real address: 240.0.0.0/4 is reserved, 3fff::/20 is for documents. The number
// of a site takes the place of the first half of an IPv4 address, and of the first 48 bits of an IPv6 address.
const (
	class4 = 240
	sites4 = 15 << 8
	doc6   = 0x3fff
	sites6 = 1 << 12
)

func (a *addresses) siteOf(version int, prefix []byte, most int) int {
	key := string(prefix)
	n, ok := a.site[key]
	if !ok {
		n = a.sites[version]
		a.sites[version]++
		a.site[key] = n
	}
	return n % most // beyond, sites share a number: what is the same stays the same
}

// ip4 keeps prefixes of 16 bits and more: addresses that share n bits share n bits.
func (a *addresses) ip4(ip netip.Addr) netip.Addr {
	b := ip.As4()
	site := string(b[:2])
	n := a.siteOf(4, b[:2], sites4)
	low := a.lowBits(site, uint32(b[2])<<8|uint32(b[3]), 16, 8)
	return netip.AddrFrom4([4]byte{byte(class4 + n>>8), byte(n), byte(low >> 8), byte(low)})
}

// lowBits maps the last bits of an address bit by bit, by a tree of which bit came first after each prefix: the one that did becomes 0. Prefixes are
// kept. Runs of zeros and ones, of networks and broadcast addresses, stay in each part of the address that is written by itself.
func (a *addresses) lowBits(site string, v uint32, width, part int) (out uint32) {
	flips := a.low[site]
	if flips == nil {
		flips = map[uint32]bool{}
		a.low[site] = flips
	}
	same := true // the part is all zeros or all ones so far
	for i := width - 1; i >= 0; i-- {
		bit := v >> i & 1
		if (i+1)%part == 0 {
			same = true
		} else if same && bit != v>>(i+1)&1 {
			same = false
			out = out<<1 | bit
			continue
		}
		node := 1<<(width-i-1) | v>>(i+1)
		flip := false
		if !same {
			var seen bool
			if flip, seen = flips[node]; !seen {
				flip = bit == 1
				flips[node] = flip
			}
		}
		if flip {
			bit ^= 1
		}
		out = out<<1 | bit
	}
	return out
}

// site6 replaces the first 64 bits of a global or a private address; the subnet's 16 bits are kept as far as their prefixes go.
func (a *addresses) site6(b *[16]byte) {
	n := a.siteOf(6, b[:6], sites6)
	subnet := a.lowBits(string(b[:6]), uint32(binary.BigEndian.Uint16(b[6:8])), 16, 16)
	binary.BigEndian.PutUint16(b[0:], doc6)
	binary.BigEndian.PutUint16(b[2:], uint16(n))
	binary.BigEndian.PutUint16(b[4:], 0)
	binary.BigEndian.PutUint16(b[6:], uint16(subnet))
}

// interfaceID replaces the last 64 bits: what was made of a MAC address is made of its pseudonym, others are numbered.
func (a *addresses) interfaceID(b *[16]byte, group bool) {
	last := uint32(b[13])<<16 | uint32(b[14])<<8 | uint32(b[15])
	id := binary.BigEndian.Uint64(b[8:])
	switch {
	case group, b[11] == 0xff && b[12] == 0xfe:
		n := a.serial(last)
		b[13], b[14], b[15] = byte(n>>16), byte(n>>8), byte(n)
	case id != 0:
		subnet := string(b[:8]) // of the pseudonym, which is one for each
		key := subnet + string(b[8:])
		if _, ok := a.iid[key]; !ok {
			a.iids[subnet]++
			a.iid[key] = a.iids[subnet]
		}
		binary.BigEndian.PutUint64(b[8:], a.iid[key])
	}
}
