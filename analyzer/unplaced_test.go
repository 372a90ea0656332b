package analyzer_test

import (
	"strings"
	"testing"

	"github.com/sosbond/sosbond/analyzer/rules"
)

// TestUnresolvedNetworks: a guest whose network leads where nobody knows may be on the bond. It is named, and the bond is not called unaffected.
func TestUnresolvedNetworks(t *testing.T) {
	nad := func(config string) string {
		return object("k8s.cni.cncf.io/v1", "NetworkAttachmentDefinition", "lan", "vms", "spec:\n  config: '"+config+"'\n")
	}
	for name, c := range map[string]struct {
		edit func(gather)
		want rules.Verdict
		says string
	}{
		"the network was not collected": {func(g gather) { delete(g, nadFile) }, rules.Undecided, "vms/web"},
		"a localnet without mapping": {func(g gather) {
			g[nadFile] = nad(`{"type":"ovn-k8s-cni-overlay","name":"tenant","topology":"localnet","netAttachDefName":"vms/lan"}`)
		}, rules.Undecided, "vms/web"},
		"macvlan without master":     {func(g gather) { g[nadFile] = nad(`{"type":"macvlan","name":"lan"}`) }, rules.Undecided, "vms/web"},
		"a VLAN that CNI makes":      {func(g gather) { g[nadFile] = nad(`{"type":"macvlan","name":"lan","master":"bond0.301"}`) }, rules.NotWorking, ""},
		"a tunnel of OVN-Kubernetes": {func(g gather) { g[nadFile] = nad(`{"type":"ovn-k8s-cni-overlay","name":"lan","topology":"layer2"}`) }, rules.NotAffected, ""},
		"an instance without a node": {func(g gather) { g[vmiFile] = strings.Replace(g[vmiFile], "  nodeName: w1\n", "", 1) }, rules.NotWorking, ""},
		"a bond that suits any guest": {func(g gather) {
			delete(g, nadFile)
			g["cluster-scoped-resources/nmstate.io/nodenetworkstates/w1.yaml"] = strings.Replace(g["cluster-scoped-resources/nmstate.io/nodenetworkstates/w1.yaml"], "mode: balance-alb", "mode: balance-xor", 1)
		}, rules.NotAffected, ""},
	} {
		g := gather{}.version("a").node("w1").state("w1", "balance-alb").machine("w1")
		c.edit(g)
		h := read(t, input(t, "mg", g)).Hosts[0]
		if h.Verdict != c.want || !strings.Contains(h.Bonds[0].Judgement.Summary, c.says) {
			t.Errorf("%s: %s (%s), want %s (%s)", name, h.Verdict, h.Bonds[0].Judgement.Summary, c.want, c.says)
		}
	}
}

// TestGlobalNetwork: pods of all namespaces may use a network of the namespace default, so pods of that namespace alone do not tell who does.
func TestGlobalNetwork(t *testing.T) {
	g := gather{}.version("a").node("w1").state("w1", "balance-alb")
	g["namespaces/default/k8s.cni.cncf.io/network-attachment-definitions/mv.yaml"] = object("k8s.cni.cncf.io/v1", "NetworkAttachmentDefinition", "mv", "default", "spec:\n  config: '{\"type\":\"macvlan\",\"name\":\"mv\",\"master\":\"bond0\"}'\n")
	g["namespaces/default/core/pods.yaml"] = "---\napiVersion: v1\nitems: []\nkind: PodList\n"
	if h := read(t, input(t, "mg", g)).Hosts[0]; h.Verdict != rules.Undecided || !strings.Contains(h.Bonds[0].Judgement.Summary, "default/mv") {
		t.Errorf("%s: %s", h.Verdict, h.Bonds[0].Judgement.Summary)
	}
}
