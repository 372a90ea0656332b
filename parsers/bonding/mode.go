package bonding

import (
	"strconv"
	"strings"
)

// Mode is a mode of the kernel's bonding driver (BOND_MODE_* in include/uapi/linux/if_bonding.h).
type Mode int

// The seven modes, and Unknown for a mode that no source told.
const (
	Unknown      Mode = -1
	BalanceRR    Mode = 0
	ActiveBackup Mode = 1
	BalanceXOR   Mode = 2
	Broadcast    Mode = 3
	LACP         Mode = 4
	BalanceTLB   Mode = 5
	BalanceALB   Mode = 6
)

// modeNames are the names that options, `ip -d link` and nmstate use (bond_mode_tbl in drivers/net/bonding/bond_options.c).
var modeNames = []string{"balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb"}

// modeTexts are the names that /proc/net/bonding prints (bond_mode_name in drivers/net/bonding/bond_main.c).
var modeTexts = []string{
	"load balancing (round-robin)", "fault-tolerance (active-backup)", "load balancing (xor)", "fault-tolerance (broadcast)",
	"IEEE 802.3ad Dynamic link aggregation", "transmit load balancing", "adaptive load balancing",
}

// String returns the option name, for example "802.3ad".
func (m Mode) String() string {
	if m < 0 || int(m) >= len(modeNames) {
		return "unknown"
	}
	return modeNames[m]
}

// ParseMode reads a mode in any spelling: a number, an option name, or the text of /proc/net/bonding with or without its
// " (fail_over_mac ...)" suffix.
func ParseMode(s string) (Mode, bool) {
	s = strings.TrimSpace(s)
	if n, err := strconv.Atoi(s); err == nil {
		if n >= 0 && n < len(modeNames) {
			return Mode(n), true
		}
		return Unknown, false
	}
	for i := range modeNames {
		if strings.EqualFold(s, modeNames[i]) || s == modeTexts[i] || strings.HasPrefix(s, modeTexts[i]+" (fail_over_mac") {
			return Mode(i), true
		}
	}
	return Unknown, false
}
