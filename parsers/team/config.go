package team

import (
	"bytes"
	"regexp"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/sosbond/sosbond/parsers/text"
	"github.com/sosbond/sosbond/parsers/yamltree"
)

// ParseConfig reads a configuration of teamd.conf(5): the output of `teamdctl TEAM config dump [actual]`, a file of /etc/teamd, or the value of
// TEAM_CONFIG= in ifcfg and of config= in [team] of a keyfile. Such a value may still have its quotes and escapes, and the name before it.
func ParseConfig(data []byte) (c Config, problems text.Problems) {
	r := reader{yamltree.New()}
	root, problems := configRoot(data)
	r.Problems = problems
	if root == nil {
		return c, r.Problems
	}
	if root.Kind != yaml.MappingNode {
		r.Problem(root, "not the configuration of a team")
		return c, r.Problems
	}
	o := r.Object(root)
	runner := r.Object(o["runner"])
	c = Config{
		Line: root.Line, Device: r.Text(o["device"]).Value, MAC: r.mac(o["hwaddr"]),
		Runner: r.Text(runner["name"]), HWAddrPolicy: r.Text(runner["hwaddr_policy"]),
		Active: r.Bool(runner["active"]), FastRate: r.Bool(runner["fast_rate"]), MinPorts: r.Number(runner["min_ports"]),
		TxHash: r.list(runner["tx_hash"]), TxBalancer: r.Text(r.Object(runner["tx_balancer"])["name"]),
		NotifyPeers: r.Number(r.Object(o["notify_peers"])["count"]),
	}
	r.watches(&c, o["link_watch"])
	for name, port := range r.Pairs(o["ports"]) {
		c.Ports = append(c.Ports, text.Of(name.Value, name.Line))
		r.watches(&c, r.Object(port)["link_watch"])
	}
	return c, r.Problems
}

// configRoot is the JSON object of a configuration, nil when there is none.
func configRoot(data []byte) (*yaml.Node, text.Problems) {
	documents, problems := yamltree.DecodeJSON(data)
	if len(problems) > 0 {
		if bare := unwrap(data); !bytes.Equal(bare, data) {
			if d, p := yamltree.DecodeJSON(bare); len(d) > 0 {
				documents, problems = d, p
			}
		}
	}
	if len(documents) == 0 {
		return nil, problems
	}
	return documents[0], problems
}

var wrapperRE = regexp.MustCompile(`^\s*(?:[A-Za-z_]+=)?\s*(['"]?)`)

// unwrap takes off a variable's name and quotes, and resolves the escapes of GKeyFile and of the shell. Lines stay where they are: an escaped
// line end becomes a blank.
func unwrap(data []byte) []byte {
	m := wrapperRE.FindSubmatchIndex(data)
	if m[3] > m[2] {
		end := bytes.TrimRight(data, " \t\r\n")
		if len(end) > m[3] && end[len(end)-1] == data[m[2]] {
			data = end[:len(end)-1]
		}
	}
	out := bytes.Repeat([]byte{'\n'}, bytes.Count(data[:m[1]], []byte{'\n'}))
	for i := m[1]; i < len(data); i++ {
		if data[i] != '\\' || i+1 == len(data) {
			out = append(out, data[i])
			continue
		}
		i++
		out = append(out, unescape(data[i])...)
	}
	return out
}

// unescape returns what stands for a backslash and c.
func unescape(c byte) []byte {
	switch c {
	case 'n', 't', 'r', 's':
		return []byte{' '}
	case '\\', '"', '\'', '\n':
		return []byte{c}
	}
	return []byte{'\\', c}
}

func (r reader) list(n *yaml.Node) (v text.At[[]string]) {
	for _, item := range r.Items(n) {
		v.Value = append(v.Value, r.Text(item).Value)
		v.Line = max(n.Line, 1)
	}
	return v
}

// watches adds the names of a link watch, or of a list of them.
func (r reader) watches(c *Config, n *yaml.Node) {
	items := []*yaml.Node{n}
	if n != nil && n.Kind == yaml.SequenceNode {
		items = r.Items(n)
	}
	for _, item := range items {
		name := r.Text(r.Object(item)["name"])
		known := slices.ContainsFunc(c.LinkWatch, func(w text.At[string]) bool { return w.Value == name.Value })
		if name.Found() && !known {
			c.LinkWatch = append(c.LinkWatch, name)
		}
	}
}
