package rules

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sosbond/sosbond/analyzer/hosttest"
)

// healthy are the hosts on which nothing is wrong, with the findings that are right all the same.
var healthy = map[string]map[string]string{
	"rhel9-lacp-nm": {}, "lacp-libvirt": {}, "macvtap-lacp": {}, "slb-active": {}, "nat-only": {}, "sw-ovs-tcp": {}, "ovs-bond": {}, "netplan": {}, "team-lacp": {},
	"ovs-ovnk":     {"SB124": "pods on the cluster's network do not mind balance-tlb, and newer releases no longer list it"},
	"sw-team-lacp": {"SB282": "the team works, and teaming is deprecated in RHEL 9"},
}

// TestHealthyHosts: nothing at warning or above on a host on which nothing is wrong.
func TestHealthyHosts(t *testing.T) {
	for name, allowed := range healthy {
		findings, _ := Run(host(t, name))
		met := map[string]bool{}
		for _, f := range findings {
			if f.Severity.AtLeast(Warning) {
				met[f.Rule] = true
				if allowed[f.Rule] == "" {
					t.Errorf("%s: %s %s: %s", name, f.Severity, f.Rule, f.Title)
				}
			}
		}
		for id := range allowed {
			if !met[id] {
				t.Errorf("%s: %s is explained and does not fire", name, id)
			}
		}
	}
}

// lacking are findings that a report may get by lacking a file, with the reason why that is right. File is a glob over the base name, Hosts one
// over hosts.
type lacking struct{ hosts, file, rule, why string }

var lackingExplained = []lacking{
	{"*", "ifcfg-bond0", "SB263", "the directory was collected, so the bond has no file there on the host either: this is what the rule is for"},
	{"*", "bond0.nmconnection", "SB263", "the same, for profiles"},
	{"*", "ifcfg-e*", "SB207", "the directory was collected, so the slave has no file there on the host either: this is what the rule is for"},
	{"*", "*.nmconnection", "SB207", "the same, for profiles"},
	{"rhv-vdsm", "bond1", "SB260", "the bond differs from what vdsm persisted (SB123), and from the ifcfg file that vdsm made of it, which counts where nothing is persisted"},
}

// TestAbsenceDoesNotAccuse: a report that lacks one file has no finding at warning or above that it does not have with it.
func TestAbsenceDoesNotAccuse(t *testing.T) {
	used := make([]bool, len(lackingExplained))
	for _, name := range hosttest.Names(t) {
		ar := hosttest.Archive(t, name)
		base := accusations(t, ar)
		for i, f := range ar.Files {
			less := &txtar.Archive{Files: slices.Delete(slices.Clone(ar.Files), i, i+1)}
			if len(less.Files) == 0 {
				continue
			}
			for what, title := range accusations(t, less) {
				if _, had := base[what]; had {
					continue
				}
				if k := slices.IndexFunc(lackingExplained, func(l lacking) bool { return l.explains(t, name, f.Name, what) }); k >= 0 {
					used[k] = true
					continue
				}
				t.Errorf("%s without %s: %s: %s", name, f.Name, what, title)
			}
		}
	}
	for i, l := range lackingExplained {
		if !used[i] {
			t.Errorf("explained and never met: %+v", l)
		}
	}
}

func (l lacking) explains(t *testing.T, host, file, what string) bool {
	t.Helper()
	rule, _, _ := strings.Cut(what, " ")
	return rule == l.rule && matches(t, l.hosts, host) && matches(t, l.file, path.Base(strings.TrimSuffix(file, " -> ")))
}

// accusations are the findings at warning or above that nothing explains, by rule and subject.
func accusations(t *testing.T, ar *txtar.Archive) map[string]string {
	t.Helper()
	found := map[string]string{}
	findings, _ := Run(hosttest.Host(t, ar))
	for _, f := range findings {
		if f.Severity.AtLeast(Warning) {
			found[fmt.Sprintf("%s %s", f.Rule, f.Bond)] = fmt.Sprintf("%s: %s", f.Severity, f.Title)
		}
	}
	return found
}
