package nmstate

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/sosbond/sosbond/parsers/text"
)

// Parse reads YAML or JSON (which is YAML): the output of nmstatectl, a file of /etc/nmstate, or a Kubernetes object that holds a state
// (NodeNetworkState, NodeNetworkConfigurationPolicy, NodeNetworkConfigurationEnactment). Of a text that is cut or damaged it reads what
// stands before the damage, where YAML permits.
func Parse(data []byte) (State, []text.Problem) {
	r := reader{tree: tree{left: maxNodes}}
	documents, problems := decode(normalize(data))
	r.problems = problems
	for _, d := range documents {
		r.document(d)
	}
	if len(documents) > 0 && !r.found {
		r.problem(documents[0], "no interfaces: not a network state")
	}
	return r.state, r.problems
}

// breaks are what YAML takes for line ends beside LF, and nothing else does: lines would be counted differently.
var breaks = strings.NewReplacer("\r\n", "\n", "\r", " ", "\u0085", " ", "\u2028", " ", "\u2029", " ")

func normalize(data []byte) []byte {
	return []byte(breaks.Replace(strings.ToValidUTF8(string(data), "\uFFFD")))
}

// maxAttempts bounds how often a damaged text is cut back and read again.
const maxAttempts = 4

// decode returns the documents of a text. One that YAML refuses is cut back to before the line that the error names.
func decode(data []byte) (documents []*yaml.Node, problems []text.Problem) {
	for range maxAttempts {
		var err error
		if documents, err = decodeAll(data); err == nil {
			return documents, problems
		}
		lines := bytes.SplitAfter(data, []byte{'\n'})
		n := min(max(errorLine(err), 1), len(lines))
		problems = append(problems, text.NewProblem(n, strings.TrimSpace(string(lines[n-1])), "not YAML from here on: "+err.Error()))
		if n == 1 {
			break
		}
		data = bytes.Join(lines[:n-1], nil)
	}
	return documents, problems
}

var errorLineRE = regexp.MustCompile(`line (\d{1,9})`)

// errorLine is the line that an error of the YAML decoder names, 0 when it names none.
func errorLine(err error) int {
	if m := errorLineRE.FindStringSubmatch(err.Error()); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil {
			return n
		}
	}
	return 0
}

// decodeAll returns the documents before the first error with it. The decoder reports some damage by a panic that is not its own.
func decodeAll(data []byte) (documents []*yaml.Node, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the YAML decoder failed: %v", p)
		}
	}()
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var n yaml.Node
		err := decoder.Decode(&n)
		if errors.Is(err, io.EOF) {
			return documents, nil
		}
		if err != nil {
			return documents, err
		}
		documents = append(documents, &n)
	}
}

type reader struct {
	tree
	state State
	found bool // an interfaces key
}

// wrappers are the keys below which states are found.
var wrappers = [][]string{
	nil, {"desiredState"}, {"currentState"}, {"desired"}, {"status", "currentState"}, {"status", "desiredState"}, {"spec", "desiredState"},
}

func (r *reader) document(d *yaml.Node) {
	if d.Kind == yaml.DocumentNode && len(d.Content) > 0 {
		d = d.Content[0]
	}
	for _, path := range wrappers {
		n := d
		for _, key := range path {
			n = r.get(n, key)
		}
		list := r.get(n, "interfaces")
		if list == nil {
			continue
		}
		r.found = true
		for _, item := range r.items(list) {
			if item.Kind != yaml.MappingNode {
				r.problem(item, "not an interface")
				continue
			}
			r.state.Interfaces = append(r.state.Interfaces, r.networkInterface(item))
		}
	}
}

func (r *reader) networkInterface(n *yaml.Node) Interface {
	i := Interface{
		Line: n.Line,
		Name: r.text(r.get(n, "name")).Value, Type: r.text(r.get(n, "type")).Value,
		State: r.text(r.get(n, "state")), MAC: r.text(r.get(n, "mac-address")), MTU: r.number(r.get(n, "mtu")),
		Controller: r.text(r.get(n, "controller", "master")), Profile: r.text(r.get(n, "profile-name")),
		IPv4: r.addressed(r.get(n, "ipv4")), IPv6: r.addressed(r.get(n, "ipv6")),
	}
	if i.Name == "" {
		r.problem(n, "an interface without a name")
	}
	if b := r.get(n, "link-aggregation"); b != nil {
		i.Bond = r.bond(b)
	}
	if b := r.get(n, "bridge"); b != nil {
		i.Bridge = r.bridge(b)
	}
	if v := r.get(n, "vlan"); v != nil && i.Type != "linux-bridge" {
		i.VLAN = &VLAN{Base: r.text(r.get(v, "base-iface")), ID: r.number(r.get(v, "id"))}
	}
	if m := r.get(n, "mac-vlan", "mac-vtap"); m != nil {
		i.MACVLAN = &MACVLAN{Base: r.text(r.get(m, "base-iface")), Mode: r.text(r.get(m, "mode"))}
	}
	return i
}

// addressed reports whether ipv4: or ipv6: gives the host itself an address.
func (r *reader) addressed(n *yaml.Node) bool {
	if n == nil || !r.boolean(r.get(n, "enabled")).Value {
		return false
	}
	if r.boolean(r.get(n, "dhcp")).Value || r.boolean(r.get(n, "autoconf")).Value {
		return true
	}
	for _, a := range r.items(r.get(n, "address")) {
		ip, err := netip.ParseAddr(r.text(r.get(a, "ip")).Value)
		if err != nil || !ip.Is6() || !ip.IsLinkLocalUnicast() { // one that cannot be read may be obfuscated
			return true
		}
	}
	return false
}

// bond reads link-aggregation of a bond, or of a port of an ovs-bridge.
func (r *reader) bond(n *yaml.Node) *Bond {
	b := &Bond{Mode: r.text(r.get(n, "mode")), Ports: r.names(r.get(n, "port", "ports", "slaves"))}
	options := r.get(n, "options")
	if options == nil {
		return b
	}
	if options.Kind != yaml.MappingNode {
		r.problem(options, "not the options of a bond")
		return b
	}
	for i := 0; i+1 < len(options.Content); i += 2 {
		key := options.Content[i]
		if v, ok := r.optionValue(options.Content[i+1]); ok && key.Value != "" {
			b.Options = append(b.Options, Option{Line: key.Line, Name: optionName(key.Value), Value: v.Value})
		}
	}
	return b
}

func optionName(s string) string {
	s = strings.ReplaceAll(s, "-", "_")
	if s == "balance_slb" {
		return "balance-slb"
	}
	return s
}

func (r *reader) bridge(n *yaml.Node) *Bridge {
	b := &Bridge{}
	stp := r.get(r.get(n, "options"), "stp")
	if stp != nil && stp.Kind == yaml.MappingNode { // a plain value in ovs-bridge before nmstate 2.2
		stp = r.get(stp, "enabled")
	}
	b.STP = r.boolean(stp)
	for _, item := range r.items(r.get(n, "port", "ports", "slaves")) {
		p := BridgePort{Line: item.Line, Name: r.text(item).Value}
		if item.Kind == yaml.MappingNode {
			p.Name = r.text(r.get(item, "name")).Value
			if la := r.get(item, "link-aggregation"); la != nil {
				p.Bond = r.bond(la)
			}
		}
		if p.Name == "" {
			r.problem(item, "a port without a name")
			continue
		}
		b.Ports = append(b.Ports, p)
	}
	return b
}
