package nmstate

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/sosbond/sosbond/parsers/text"
)

// mappings reads ovn: bridge-mappings:, and what Open vSwitch's external_ids:ovn-bridge-mappings has beyond them (ovn-controller(8)):
// versions that do not know the first show the second alone.
func (r *reader) mappings(n *yaml.Node) {
	for _, item := range r.Items(r.Path(n, "ovn", "bridge-mappings")) {
		m := Mapping{
			Line: item.Line, Localnet: r.Text(r.Get(item, "localnet")).Value,
			Bridge: r.Text(r.Get(item, "bridge")).Value, State: r.Text(r.Get(item, "state")),
		}
		if m.Localnet == "" {
			r.Problem(item, "a bridge mapping without a localnet")
			continue
		}
		r.state.Mappings = append(r.state.Mappings, m)
	}
	r.externalMappings(r.Text(r.Path(n, "ovs-db", "external_ids", "ovn-bridge-mappings")))
}

// externalMappings reads "physnet:br-ex,localnet2:br1".
func (r *reader) externalMappings(ids text.At[string]) {
	for pair := range strings.SplitSeq(ids.Value, ",") {
		localnet, bridge, ok := strings.Cut(strings.TrimSpace(pair), ":")
		known := func(m Mapping) bool { return m.Localnet == localnet && m.Bridge == bridge }
		if ok && localnet != "" && !slices.ContainsFunc(r.state.Mappings, known) {
			r.state.Mappings = append(r.state.Mappings, Mapping{Line: ids.Line, Localnet: localnet, Bridge: bridge})
		}
	}
}
