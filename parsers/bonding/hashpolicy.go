package bonding

import (
	"strconv"
	"strings"
)

// hashPolicies are the transmit hash policies by their number (BOND_XMIT_POLICY_* in include/uapi/linux/if_bonding.h).
//
//	number  name         hashes                                                        since
//	0       layer2       source and destination MAC, packet type                       always
//	1       layer3+4     IP addresses and ports                                        2.6.16
//	2       layer2+3     MACs and IP addresses                                         2.6.24
//	3       encap2+3     as layer2+3, of the inner headers of a tunnel                 3.13
//	4       encap3+4     as layer3+4, of the inner headers of a tunnel                 3.13
//	5       vlan+srcmac  VLAN ID and source MAC: all frames of one guest use one link  5.12
var hashPolicies = []string{"layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4", HashVLANSourceMAC}

// HashVLANSourceMAC is the policy that balance-slb needs.
const HashVLANSourceMAC = "vlan+srcmac"

// HashPolicyName returns the name of a transmit hash policy in any spelling: "layer2+3 (2)" as /proc/net/bonding prints it,
// "layer2+3 2" as sysfs does, "2" or "layer2+3". What is none of the known policies is returned as it is.
func HashPolicyName(s string) string {
	name := ""
	for name = range strings.FieldsSeq(s) {
		break
	}
	if n, err := strconv.Atoi(name); err == nil && n >= 0 && n < len(hashPolicies) {
		return hashPolicies[n]
	}
	return name
}
