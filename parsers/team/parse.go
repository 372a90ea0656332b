package team

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/sosbond/sosbond/parsers/text"
	"github.com/sosbond/sosbond/parsers/yamltree"
)

// ParseState reads the JSON of `teamdctl TEAM state dump`, and the text of `teamdctl [-v] TEAM state [view]`; it tells by the first letter
// which one it has. Of a text that is cut it reads what stands before the cut.
func ParseState(data []byte) (State, text.Problems) {
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte{'{'}) {
		return parseDump(data)
	}
	return parseView(data)
}

// reader reads JSON as teamd_state.c and teamd_runner_lacp.c of libteam write it, and as teamd.conf(5) describes it.
type reader struct{ *yamltree.Tree }

func parseDump(data []byte) (s State, problems text.Problems) {
	r := reader{yamltree.New()}
	documents, problems := yamltree.DecodeJSON(data)
	r.Problems = problems
	if len(documents) == 0 {
		return s, r.Problems
	}
	root := r.Object(documents[0])
	if root["setup"] == nil && root["ports"] == nil && root["team_device"] == nil {
		r.Problem(documents[0], "not the state of a team")
		return s, r.Problems
	}
	device := r.Object(r.Object(root["team_device"])["ifinfo"])
	runner := r.Object(root["runner"])
	s = State{
		Line: documents[0].Line, Device: r.Text(device["ifname"]).Value, MAC: r.mac(device["dev_addr"]),
		Runner: r.Text(r.Object(root["setup"])["runner_name"]), ActivePort: r.activePort(runner["active_port"]),
		LACPActive: r.Bool(runner["active"]), FastRate: r.Bool(runner["fast_rate"]),
	}
	inUse := r.Number(runner["selected_aggregator_id"])
	for name, n := range r.Pairs(root["ports"]) {
		p := r.port(n, inUse)
		p.Line, p.Name = name.Line, name.Value
		s.Ports = append(s.Ports, p)
	}
	return s, r.Problems
}

func (r reader) mac(n *yaml.Node) text.At[string] {
	v := r.Text(n)
	v.Value = strings.ToLower(v.Value)
	return v
}

// activePort leaves out the empty name that teamd_runner_activebackup.c gives when no port is active.
func (r reader) activePort(n *yaml.Node) (v text.At[string]) {
	if v = r.Text(n); v.Value == "" {
		return text.At[string]{}
	}
	return v
}

// port reads a port. inUse is the aggregator that the first releases of teamd named as the selected one, absent in later ones.
func (r reader) port(n *yaml.Node, inUse text.At[int]) (p Port) {
	o := r.Object(n)
	link := r.Object(o["link"])
	p = Port{
		MAC: r.mac(r.Object(o["ifinfo"])["dev_addr"]),
		Up:  r.Bool(link["up"]), Speed: r.Number(link["speed"]), Duplex: r.Text(link["duplex"]),
	}
	watches := r.Object(o["link_watches"])
	if up := r.Bool(watches["up"]); up.Found() {
		p.Up = up
	}
	for _, n := range r.Pairs(watches["list"]) {
		watch := r.Object(n)
		p.addWatch(r.Text(watch["name"]))
		p.addDownCount(r.Number(watch["down_count"]))
	}
	r.lacp(&p, r.Object(o["runner"]), inUse)
	return p
}

func (r reader) lacp(p *Port, runner map[string]*yaml.Node, inUse text.At[int]) {
	aggregator := r.Object(runner["aggregator"])
	p.Aggregator, p.AggSelected = r.Number(aggregator["id"]), r.Bool(aggregator["selected"])
	if id := r.Number(runner["aggregator_id"]); id.Found() {
		p.Aggregator = id
		if inUse.Found() {
			p.AggSelected = text.Of(id.Value == inUse.Value, id.Line)
		}
	}
	p.Selected, p.LACPState = r.Bool(runner["selected"]), r.Text(runner["state"])
	p.ActorState = r.Number(r.Object(runner["actor_lacpdu_info"])["state"])
	partner := r.Object(runner["partner_lacpdu_info"])
	p.PartnerState, p.PartnerKey, p.PartnerMAC = r.Number(partner["state"]), r.Number(partner["key"]), r.mac(partner["system"])
}

func (p *Port) addWatch(name text.At[string]) {
	switch {
	case !name.Found():
	case !p.LinkWatch.Found():
		p.LinkWatch = name
	default:
		p.LinkWatch.Value += "," + name.Value
	}
}

func (p *Port) addDownCount(count text.At[int]) {
	if count.Found() && (!p.DownCount.Found() || count.Value > p.DownCount.Value) {
		p.DownCount = count
	}
}
