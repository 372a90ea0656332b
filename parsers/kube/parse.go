package kube

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/sosbond/sosbond/parsers/text"
	"github.com/sosbond/sosbond/parsers/yamltree"
)

// Parse reads the objects of a file: one, several documents, or Lists of them, in YAML or JSON. A file without an object of a kind that it
// knows is passed over without being decoded. Of a text that is cut it reads what stands before the cut.
func Parse(data []byte) (Objects, text.Problems) {
	if objects, done := glance(data); done {
		return objects, nil
	}
	documents, problems := decode(prune(data))
	r := newReader()
	r.Problems = problems
	for _, d := range documents {
		r.document(d)
	}
	return r.objects, r.Problems
}

// decode reads JSON as JSON, which is faster, takes tabs, and of a cut text returns what stands before the cut; and all else as YAML.
func decode(data []byte) ([]*yaml.Node, text.Problems) {
	if !isJSON(data) {
		return yamltree.Decode(data)
	}
	documents, problems := yamltree.DecodeJSON(data)
	if len(problems) > 0 { // YAML in flow style begins as JSON does
		if flow, p := yamltree.Decode(data); len(p) == 0 {
			return flow, nil
		}
	}
	return documents, problems
}

func isJSON(data []byte) bool {
	data = bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\uFEFF")), " \t\r\n")
	return len(data) > 0 && (data[0] == '{' || data[0] == '[')
}

type reader struct {
	*yamltree.Tree
	objects  Objects
	unpacked int // bytes of the files of MachineConfigs
}

func newReader() *reader { return &reader{Tree: yamltree.New()} }

// A kind is one that is understood: its API group, "" for the core, and what reads it.
type kind struct {
	group string
	read  func(*reader, *yaml.Node, Meta)
}

// kinds are those that tell of networks and guests. Other groups have kinds of the same names.
var kinds = map[string]kind{
	"NodeNetworkState":                  {"nmstate.io", (*reader).nodeNetworkState},
	"NodeNetworkConfigurationPolicy":    {"nmstate.io", (*reader).policy},
	"NodeNetworkConfigurationEnactment": {"nmstate.io", (*reader).enactment},
	"NetworkAttachmentDefinition":       {"k8s.cni.cncf.io", (*reader).nad},
	"VirtualMachine":                    {"kubevirt.io", (*reader).vm},
	"VirtualMachineInstance":            {"kubevirt.io", (*reader).vmi},
	"MachineConfig":                     {"machineconfiguration.openshift.io", (*reader).machineConfig},
	"MachineConfigPool":                 {"machineconfiguration.openshift.io", (*reader).pool},
	"Node":                              {"", (*reader).node},
	"ClusterVersion":                    {"config.openshift.io", (*reader).clusterVersion},
	"Pod":                               {"", (*reader).pod},
}

// document reads an object or a List. A List that is cut has no kind, which is its last but one key.
func (r *reader) document(n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		if r.Text(n).Value != "" || n.Kind == yaml.SequenceNode {
			r.Problem(n, "not an object of Kubernetes")
		}
		return
	}
	name, items := r.str(r.Get(n, "kind")), r.Get(n, "items")
	version := r.str(r.Get(n, "apiVersion"))
	if element, isList := strings.CutSuffix(name, "List"); isList || name == "" && items != nil {
		r.objects.Lists++
		if element == "" { // its version is that of List
			version = ""
		}
		for _, item := range r.Items(items) {
			r.object(item, element, version)
		}
		return
	}
	r.object(n, "", "")
}

// object reads one object. The elements of a List may leave kind and version to it.
func (r *reader) object(n *yaml.Node, name, version string) {
	if n.Kind != yaml.MappingNode {
		r.Problem(n, "not an object of Kubernetes")
		return
	}
	if k := r.str(r.Get(n, "kind")); k != "" {
		name = k
	}
	if v := r.str(r.Get(n, "apiVersion")); v != "" {
		version = v
	}
	if name == "" && version == "" {
		r.Problem(n, "not an object of Kubernetes")
		return
	}
	k, known := kinds[name]
	if !known || version != "" && group(version) != k.group {
		r.objects.Other++
		return
	}
	meta := r.meta(n)
	if meta.Name == "" {
		r.Problem(n, "an object without a name")
	}
	k.read(r, n, meta)
}

// group is the API group of "nmstate.io/v1beta1", and "" of "v1".
func group(apiVersion string) string {
	group, _, ok := strings.Cut(apiVersion, "/")
	if !ok {
		return ""
	}
	return group
}

func (r *reader) meta(n *yaml.Node) Meta {
	m := r.Get(n, "metadata")
	return Meta{
		Line: n.Line, Name: r.str(r.Get(m, "name")), Namespace: r.str(r.Get(m, "namespace")), UID: r.str(r.Get(m, "uid")),
		Labels: r.strs(r.Get(m, "labels")),
	}
}

func (r *reader) annotation(n *yaml.Node, key string) *yaml.Node {
	return r.Get(r.Path(n, "metadata", "annotations"), key)
}

// Bounds of what is kept of a value, in bytes, and of how many values are kept of a mapping.
const (
	maxText   = 4096
	maxLabels = 500
)

// at is a scalar that is not null, cut to maxText.
func (r *reader) at(n *yaml.Node) text.At[string] {
	s := r.Text(n)
	s.Value = cut(s.Value, maxText)
	return s
}

func (r *reader) str(n *yaml.Node) string { return r.at(n).Value }

// strs is a mapping of strings, nil when it is empty or missing.
func (r *reader) strs(n *yaml.Node) (m map[string]string) {
	for key, value := range r.Pairs(n) {
		if value.Kind != yaml.ScalarNode || len(m) >= maxLabels {
			continue
		}
		if m == nil {
			m = map[string]string{}
		}
		m[cut(key.Value, maxText)] = r.str(value)
	}
	return m
}

// cut shortens s to at most n bytes, at the end of a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return strings.Clone(s[:n])
}
