package render

import (
	"slices"
	"testing"

	"github.com/sosbond/sosbond/report"
)

func TestChain(t *testing.T) {
	for name, tt := range map[string]struct {
		a    report.Attachment
		want []string
	}{
		"a bridge on a VLAN":    {report.Attachment{Name: "br100", Path: []string{"bond0", "bond0.100", "br100"}}, []string{"bond0.100", "br100"}},
		"not on its own path":   {report.Attachment{Name: "br0", Path: []string{"bond0"}}, []string{"br0"}},
		"the host on the bond":  {report.Attachment{Kind: "host", Name: "bond0", Path: []string{"bond0"}}, nil},
		"of no name, on a VLAN": {report.Attachment{Kind: "unknown", Path: []string{"bond0", "bond0.7"}}, []string{"bond0.7"}},
	} {
		if got := Chain("bond0", tt.a); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func TestGuests(t *testing.T) {
	a := report.Attachment{Guests: []report.Guest{{Kind: "vm", Name: "db", Interface: "vnet0"}, {Kind: "vm", Name: "db", Interface: "vnet1"}, {Kind: "container", Name: "db"}}}
	b := report.Attachment{Guests: []report.Guest{{Kind: "vm", Name: "db", Interface: "vnet2"}, {Kind: "vm", Name: "web"}}}
	if one, both := Guests(a), Guests(a, b); one != 2 || both != 3 {
		t.Errorf("%d, %d", one, both)
	}
}

func TestDeviceKind(t *testing.T) {
	for d, want := range map[report.Device]string{
		{Kind: "vlan", VLAN: 7}: "VLAN 7", {Kind: "vlan"}: "VLAN", {Kind: "openvswitch"}: "Open vSwitch bridge", {Kind: "veth"}: "veth", {}: "",
	} {
		if got := DeviceKind(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
