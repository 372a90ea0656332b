package nft

import (
	"regexp"
	"strings"
)

var macRE = regexp.MustCompile(`^[0-9a-fA-F]{1,2}(?::[0-9a-fA-F]{1,2}){5}$`)

// NormalizeMAC writes an Ethernet address in lower case with two digits for each octet: ebtables and nft print "2:0:0:0:1:1" for
// 02:00:00:00:01:01. What is no address is returned in lower case.
func NormalizeMAC(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if len(s) == 17 || !macRE.MatchString(s) {
		return s
	}
	octets := strings.Split(s, ":")
	for i, o := range octets {
		if len(o) == 1 {
			octets[i] = "0" + o
		}
	}
	return strings.Join(octets, ":")
}
