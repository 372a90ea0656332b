package rules_test

import (
	"testing"

	"github.com/sosbond/sosbond/analyzer/rules"
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
)

// TestIdle: what a daemon that does not run failed to answer is left out, and what decides something never.
func TestIdle(t *testing.T) {
	bond := []*topology.Bond{{Name: "bond0"}}
	for _, c := range []struct {
		name     string
		coverage topology.Coverage
		want     bool
	}{
		{"Open vSwitch that does not run", topology.Coverage{Datum: parsers.DatumOVS, Optional: true, Status: parsers.StatusFailed}, true},
		{"Open vSwitch that was read", topology.Coverage{Datum: parsers.DatumOVS, Optional: true, Status: parsers.StatusRead}, false},
		{"Open vSwitch that could not be parsed", topology.Coverage{Datum: parsers.DatumOVS, Optional: true, Status: parsers.StatusUnparsed}, false},
		{"a datum of every host", topology.Coverage{Datum: parsers.DatumFDB, Status: parsers.StatusFailed}, false},
		{"a datum that decides", topology.Coverage{Datum: parsers.DatumLinks, Optional: true, Status: parsers.StatusFailed}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := &topology.Host{Bonds: bond, Coverage: []topology.Coverage{c.coverage}}
			if got := rules.Idle(h, c.coverage); got != c.want {
				t.Errorf("Idle = %v, want %v", got, c.want)
			}
		})
	}
}
