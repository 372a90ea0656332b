package join_test

import (
	"testing"

	"github.com/sosbond/sosbond/analyzer/hosttest"
	"github.com/sosbond/sosbond/analyzer/topology"
)

// TestActiveAggregator: the id of the active aggregator from /proc/net/bonding and from teamd, with the partner's key of each port.
func TestActiveAggregator(t *testing.T) {
	for host, want := range map[string]struct {
		bond    string
		id, key int
	}{"rhel9-lacp-nm": {"bond0", 1, 32774}, "team-lacp": {"team0", 2, 15}} {
		h := hosttest.Host(t, hosttest.Archive(t, host))
		b := h.Bond(want.bond)
		if b == nil || !b.Aggregator.Known() || b.Aggregator.Value != want.id {
			t.Fatalf("%s: %+v", host, b)
		}
		for _, s := range b.Slaves {
			if s.PartnerKey.Value != want.key || !s.PartnerKey.Known() {
				t.Errorf("%s: key %+v of %s", host, s.PartnerKey, s.Name)
			}
		}
	}
}

// TestCounters: what `ip -s` counted of a link.
func TestCounters(t *testing.T) {
	h := hosttest.Host(t, hosttest.Archive(t, "lacp-nopartner"))
	l := h.Link("eth1")
	if l == nil || l.Received.Value != (topology.Counters{Bytes: 11784, Packets: 184}) || l.Sent.Value != (topology.Counters{Bytes: 992, Packets: 8}) {
		t.Errorf("%+v", l)
	}
}
