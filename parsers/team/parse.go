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
func ParseState(data []byte) (State, []text.Problem) {
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte{'{'}) {
		return parseDump(data)
	}
	return parseView(data)
}

// reader reads JSON as teamd_state.c and teamd_runner_lacp.c of libteam write it, and as teamd.conf(5) describes it.
type reader struct{ *yamltree.Tree }

// object is a JSON object with its members; of members of the same name the first, with nil for those that it does not have.
type object map[string]*yaml.Node

func (r reader) object(n *yaml.Node) object {
	o := object{}
	for key, value := range r.Pairs(n) {
		if _, ok := o[key.Value]; !ok {
			o[key.Value] = value
		}
	}
	return o
}

func parseDump(data []byte) (s State, problems []text.Problem) {
	r := reader{yamltree.New()}
	documents, problems := yamltree.DecodeJSON(data)
	r.Problems = problems
	if len(documents) == 0 {
		return s, r.Problems
	}
	root := r.object(documents[0])
	if root["setup"] == nil && root["ports"] == nil && root["team_device"] == nil {
		r.Problem(documents[0], "not the state of a team")
		return s, r.Problems
	}
	device := r.object(r.object(root["team_device"])["ifinfo"])
	runner := r.object(root["runner"])
	s = State{
		Line: documents[0].Line, Device: r.Text(device["ifname"]).Value, MAC: r.mac(device["dev_addr"]),
		Runner: r.Text(r.object(root["setup"])["runner_name"]), ActivePort: r.activePort(runner["active_port"]),
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
	o := r.object(n)
	link := r.object(o["link"])
	p = Port{
		MAC: r.mac(r.object(o["ifinfo"])["dev_addr"]),
		Up:  r.Bool(link["up"]), Speed: r.Number(link["speed"]), Duplex: r.Text(link["duplex"]),
	}
	watches := r.object(o["link_watches"])
	if up := r.Bool(watches["up"]); up.Found() {
		p.Up = up
	}
	for _, n := range r.Pairs(watches["list"]) {
		watch := r.object(n)
		p.addWatch(r.Text(watch["name"]))
		p.addDownCount(r.Number(watch["down_count"]))
	}
	r.lacp(&p, r.object(o["runner"]), inUse)
	return p
}

func (r reader) lacp(p *Port, runner object, inUse text.At[int]) {
	aggregator := r.object(runner["aggregator"])
	p.Aggregator, p.AggSelected = r.Number(aggregator["id"]), r.Bool(aggregator["selected"])
	if id := r.Number(runner["aggregator_id"]); id.Found() {
		p.Aggregator = id
		if inUse.Found() {
			p.AggSelected = text.Of(id.Value == inUse.Value, id.Line)
		}
	}
	p.Selected, p.LACPState = r.Bool(runner["selected"]), r.Text(runner["state"])
	p.ActorState = r.Number(r.object(runner["actor_lacpdu_info"])["state"])
	partner := r.object(runner["partner_lacpdu_info"])
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
