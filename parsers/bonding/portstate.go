package bonding

import "strings"

// PortState is the state octet of an LACP actor or partner (LACP_STATE_* in include/uapi/linux/if_bonding.h; IEEE 802.1AX, 6.4.2.3).
type PortState int

// The bits of a PortState.
const (
	LACPActivity        PortState = 0x01 // sends LACPDUs on its own
	LACPTimeout         PortState = 0x02 // short timeout: LACPDUs every second ("fast")
	LACPAggregation     PortState = 0x04 // may be aggregated
	LACPSynchronization PortState = 0x08 // is in the right aggregator
	LACPCollecting      PortState = 0x10 // receives frames
	LACPDistributing    PortState = 0x20 // sends frames
	LACPDefaulted       PortState = 0x40 // no partner was heard: uses defaults for it
	LACPExpired         PortState = 0x80 // the partner fell silent
)

// portStateWords are the names of the bits, the lowest first.
var portStateWords = []string{
	"activity", "short timeout", "aggregation", "synchronization", "collecting", "distributing", "defaulted", "expired",
}

// Has reports whether all the given bits are set.
func (s PortState) Has(bits PortState) bool { return s&bits == bits }

// Words returns the names of the bits that are set, the lowest bit first.
func (s PortState) Words() []string {
	var words []string
	for i, word := range portStateWords {
		if s.Has(1 << i) {
			words = append(words, word)
		}
	}
	return words
}

// String returns the names of the bits that are set, for example "activity, aggregation"; "none" when there are none.
func (s PortState) String() string {
	if words := s.Words(); len(words) > 0 {
		return strings.Join(words, ", ")
	}
	return "none"
}

// State returns the port state of the PDU, 0 when it was not printed.
func (p *PDU) State() PortState {
	if p == nil {
		return 0
	}
	return PortState(p.PortState.Value)
}
