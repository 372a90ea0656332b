package report

import (
	"testing"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// TestDeadLinkUnmonitored: the kernel calls every slave up that nobody looks at.
func TestDeadLinkUnmonitored(t *testing.T) {
	known := topology.Source{File: "proc/net/bonding/bond0", Line: 1}
	slave := &topology.Slave{Name: "eth1", Link: &topology.Link{Up: true, State: "DOWN"}, MIIStatus: topology.Fact[string]{Value: "up", Source: known}}
	b := &topology.Bond{Kind: topology.BondKernel, Proc: true, Slaves: []*topology.Slave{slave},
		Mode: topology.Fact[bonding.Mode]{Value: bonding.BalanceXOR, Source: known}, MIIMon: topology.Fact[int]{Value: 0, Source: known}}
	if got := newSlave(b, slave); got.MIIStatus != "down" || got.Active {
		t.Errorf("not monitored: %s, active %v", got.MIIStatus, got.Active)
	}
	b.MIIMon.Value = 100
	if got := newSlave(b, slave); got.MIIStatus != "up" || !got.Active {
		t.Errorf("monitored: %s, active %v", got.MIIStatus, got.Active)
	}
}
