package docker

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/sosbond/sosbond/parsers/cni"
	"github.com/sosbond/sosbond/parsers/text"
	"github.com/sosbond/sosbond/parsers/yamltree"
)

// reader walks the JSON of docker and podman. Both print Go structures, in which "" and 0 stand for what there is not.
type reader struct{ *yamltree.Tree }

// objects reads the JSON objects that a text holds, alone or in lists.
func objects(data []byte) (reader, []*yaml.Node) {
	documents, problems := cni.DecodeOutput(data)
	r := reader{yamltree.New()}
	r.Problems = problems
	var list []*yaml.Node
	for _, d := range documents {
		items := []*yaml.Node{d}
		if d.Kind == yaml.SequenceNode {
			items = r.Items(d)
		}
		for _, item := range items {
			if item.Kind == yaml.MappingNode {
				list = append(list, item)
			} else {
				r.Problem(item, "not an object of docker or podman")
			}
		}
	}
	return r, list
}

// text is a scalar that is not empty.
func (r reader) text(n *yaml.Node) text.At[string] {
	v := r.Text(n)
	if v.Value == "" {
		return text.At[string]{}
	}
	return v
}

// value is the first of the keys that a mapping has, as a string.
func (r reader) value(n *yaml.Node, keys ...string) string {
	return r.Text(r.Get(n, keys...)).Value
}

func (r reader) mac(n *yaml.Node) text.At[string] {
	v := r.text(n)
	v.Value = strings.ToLower(v.Value)
	return v
}

// address is an address without the length of its prefix.
func address(s string) string {
	s, _, _ = strings.Cut(s, "/")
	return s
}

// ParseContainers reads `docker inspect` and `podman inspect` of containers.
func ParseContainers(data []byte) ([]Container, text.Problems) {
	r, items := objects(data)
	var list []Container
	for _, item := range items {
		if r.Get(item, "State") == nil && r.Get(item, "HostConfig") == nil {
			r.Problem(item, "not a container")
			continue
		}
		list = append(list, r.container(item))
	}
	return list, r.Problems
}

func (r reader) container(n *yaml.Node) Container {
	settings := r.Get(n, "NetworkSettings")
	return Container{
		Line:      n.Line,
		ID:        r.value(n, "Id", "ID"),
		Name:      strings.TrimPrefix(r.value(n, "Name"), "/"),
		Running:   r.running(r.Get(n, "State")),
		PID:       r.Number(r.Path(n, "State", "Pid")).Value,
		NetMode:   r.text(r.Path(n, "HostConfig", "NetworkMode")),
		Sandbox:   r.text(r.Get(settings, "SandboxKey")),
		Endpoints: r.attachments(settings),
	}
}

func (r reader) running(state *yaml.Node) text.At[bool] {
	if running := r.Get(state, "Running"); running != nil {
		return r.Bool(running)
	}
	status := r.text(r.Get(state, "Status"))
	return text.At[bool]{Value: status.Value == "running", Line: status.Line}
}

// attachments are the networks of a container: a map of them, or where that is missing or empty (docker before 1.9, podman before 3.0) the
// only one, of which the name is not told.
func (r reader) attachments(settings *yaml.Node) (list []Endpoint) {
	for name, n := range r.Pairs(r.Get(settings, "Networks")) {
		e := r.attachment(n)
		e.Line, e.Network = name.Line, name.Value
		list = append(list, e)
	}
	if len(list) > 0 || settings == nil {
		return list
	}
	if e := r.attachment(settings); e.MAC.Found() || e.IP != "" {
		return []Endpoint{e}
	}
	return nil
}

func (r reader) attachment(n *yaml.Node) Endpoint {
	e := Endpoint{Line: n.Line, MAC: r.mac(r.Get(n, "MacAddress")), IP: address(r.value(n, "IPAddress"))}
	if e.IP == "" {
		e.IP = address(r.value(n, "GlobalIPv6Address"))
	}
	return e
}
