package rules

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/analyzer/hosttest"
)

// TestPlatformVerdicts: the verdict on what sits on each bond of hosts beside plain bridges of libvirt, and rules that must speak, or, after a
// "!", must not.
func TestPlatformVerdicts(t *testing.T) {
	for _, c := range []struct {
		host  string
		want  []string // BOND NAME: VERDICT (GUESTS)
		rules string
	}{
		{"ovs-bond", []string{"bond0 br0: recommended (mail01, web01)"}, "SB284 !SB201"},
		{"ovs-tcp-nolacp", []string{"bond0 br0: not-working (mail01, web01)"}, "SB285"},
		{"ovs-openstack", []string{
			"bond1 br-ex: not-affected ()", "bond1 br-int: not-working (instance-0000001b)", "bond1 qbr3f1c2a7b-9d: not-working (instance-0000001a)",
		}, "SB103"},
		{"ovs-ovnk", []string{"bond0 br-ex: not-affected ()", "bond0 br-int: not-affected ()"}, "!SB102 !SB116"},
		{"team-lacp", []string{"team0 br0: recommended (app01, app02)"}, ""},
		{"team-ab", []string{"team0 br0: partial (db01, db02)"}, "SB280"},
		{"rhv-vdsm", []string{"bond0 ovirtmgmt: not-affected ()", "bond1 prod200: not-working (erp01, erp02)"}, "SB102 SB121 SB123"},
		{"proxmox", []string{"bond0 vmbr0: not-working (db01, veth101i0)", "bond0 fwbr100i0: not-working (web01)"}, "SB103"},
		{"netplan", []string{"bond0 br0: recommended (web1, web2)", "bond0 macvlan on bond0: recommended (mqtt)"}, "SB100 SB115"},
		{"suse-xen", []string{"bond0 br0: partial (sap01, vif2.0)"}, "SB106"},
		{"containers", []string{"bond0 netns-6f1d9a2c-4b3e-8a51-7c20-9d1e5f3a8b10/eth0: not-working (opcua)"}, "SB112 SB115 !SB102"},
	} {
		t.Run(c.host, func(t *testing.T) {
			h := hosttest.Host(t, hosttest.Archive(t, c.host))
			var got []string
			for _, b := range h.Bonds {
				for _, a := range b.Attachments {
					var guests []string
					for _, g := range a.Guests {
						guests = append(guests, g.Guest)
					}
					got = append(got, fmt.Sprintf("%s %s: %s (%s)", b.Name, a.Name, Judge(h, b, a).Verdict, strings.Join(guests, ", ")))
				}
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
			var fired []string
			findings, _ := Run(h)
			for _, f := range findings {
				fired = append(fired, f.Rule)
			}
			for _, id := range strings.Fields(c.rules) {
				id, not := strings.CutPrefix(id, "!")
				if slices.Contains(fired, id) == not {
					t.Errorf("%s: in %q, must not be there: %v", id, fired, not)
				}
			}
		})
	}
}
