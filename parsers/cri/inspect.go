package cri

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/sosbond/sosbond/parsers/cni"
	"github.com/sosbond/sosbond/parsers/text"
	"github.com/sosbond/sosbond/parsers/yamltree"
)

// ParseInspect reads `crictl inspectp` of one pod: its status, which is the same with every runtime, and the info, which is the runtime's own.
func ParseInspect(data []byte) (Pod, text.Problems) {
	documents, problems := cni.DecodeOutput(data)
	r := reader{yamltree.New()}
	r.Problems = problems
	var pods []Pod
	for _, d := range documents {
		items := []*yaml.Node{d}
		if d.Kind == yaml.SequenceNode { // of several pods
			items = r.Items(d)
		}
		for _, item := range items {
			if len(pods) > 0 {
				r.Problem(item, "more than one pod: only the first is read")
				break
			}
			if p, ok := r.pod(item); ok {
				pods = append(pods, p)
			}
		}
	}
	if len(pods) == 0 {
		return Pod{}, r.Problems
	}
	return pods[0], r.Problems
}

type reader struct{ *yamltree.Tree }

func (r reader) pod(n *yaml.Node) (Pod, bool) {
	status, info := r.Get(n, "status"), r.Get(n, "info")
	state := r.Text(r.Get(status, "state"))
	if status == nil || strings.HasPrefix(state.Value, "CONTAINER_") {
		r.Problem(n, "not a pod")
		return Pod{}, false
	}
	metadata := r.Get(status, "metadata")
	p := Pod{
		Line:        n.Line,
		ID:          r.Text(r.Get(status, "id")).Value,
		Name:        r.Text(r.Get(metadata, "name")).Value,
		Namespace:   r.Text(r.Get(metadata, "namespace")).Value,
		HostNetwork: r.hostNetwork(status, info),
		NetNS:       r.netNS(info),
		Requested:   r.annotation(status, info, "k8s.v1.cni.cncf.io/networks"),
		Interfaces:  r.interfaces(info),
	}
	if state.Found() {
		p.Ready = text.Of(state.Value == "SANDBOX_READY", state.Line)
	}
	if v := r.annotation(status, info, "k8s.v1.cni.cncf.io/network-status", "k8s.v1.cni.cncf.io/networks-status"); v.Found() {
		p.Networks = r.networks(v)
	}
	return p, true
}

// hostNetwork reads the pod's namespace mode (NamespaceMode of the CRI API: POD 0, CONTAINER 1, NODE 2, TARGET 3), the truth value that the
// first releases of that API had, or the annotation that CRI-O makes.
func (r reader) hostNetwork(status, info *yaml.Node) text.At[bool] {
	options := r.Path(status, "linux", "namespaces", "options")
	if mode := r.Text(r.Get(options, "network")); mode.Found() {
		return text.Of(mode.Value == "NODE" || mode.Value == "2", mode.Line)
	}
	if host := r.Get(options, "hostNetwork"); host != nil {
		return r.Bool(host)
	}
	if host := r.Path(info, "runtimeSpec", "annotations", "io.kubernetes.cri-o.HostNetwork"); host != nil {
		return r.Bool(host)
	}
	return text.At[bool]{}
}

// netNS is the namespace that the OCI runtime was given, or the one that the first releases of containerd's plugin tell besides.
func (r reader) netNS(info *yaml.Node) text.At[string] {
	for _, n := range r.Items(r.Path(info, "runtimeSpec", "linux", "namespaces")) {
		if r.Text(r.Get(n, "type")).Value == "network" {
			return r.filled(r.Get(n, "path"))
		}
	}
	return r.filled(r.Get(info, "netNamespace"))
}

// filled is a text that is not empty: empty stands for none.
func (r reader) filled(n *yaml.Node) text.At[string] {
	if v := r.Text(n); v.Value != "" {
		return v
	}
	return text.At[string]{}
}

// annotation is the first of the pod's annotations of these names that is not empty.
func (r reader) annotation(status, info *yaml.Node, names ...string) text.At[string] {
	for _, annotations := range []*yaml.Node{r.Get(status, "annotations"), r.Path(info, "runtimeSpec", "annotations")} {
		for _, name := range names {
			if v := r.filled(r.Get(annotations, name)); v.Found() {
				return v
			}
		}
	}
	return text.At[string]{}
}

// networks are the networks in an annotation. They stand in one string, so all their lines are that of the string.
func (r reader) networks(v text.At[string]) []cni.Status {
	list, problems := cni.ParseStatus([]byte(v.Value))
	for i := range list {
		list[i].Line = v.Line
		if list[i].MAC.Found() {
			list[i].MAC.Line = v.Line
		}
	}
	r.inString(v.Line, problems)
	return list
}

// inString records what was wrong within a string that stands in one line.
func (r reader) inString(line int, problems text.Problems) {
	for _, p := range problems {
		p.Line = line
		r.Problems = append(r.Problems, p)
	}
}

// interfaces reads the result of CNI: types/100.Result in an annotation of CRI-O, Result of containerd's go-cni.
func (r reader) interfaces(info *yaml.Node) (list []Interface) {
	for name, n := range r.Pairs(r.Path(info, "cniResult", "Interfaces")) {
		list = r.addInterface(list, Interface{Line: name.Line, Name: name.Value}, r.Get(n, "Mac"), r.Get(n, "Sandbox"))
	}
	result := r.Text(r.Path(info, "runtimeSpec", "annotations", "io.kubernetes.cri-o.CNIResult"))
	if !result.Found() {
		return list
	}
	documents, problems := yamltree.DecodeJSON([]byte(result.Value))
	r.inString(result.Line, problems)
	for _, d := range documents {
		for _, n := range r.Items(r.Get(d, "interfaces")) {
			i := Interface{Line: result.Line, Name: r.Text(r.Get(n, "name")).Value}
			list = r.addInterface(list, i, r.Get(n, "mac"), r.Get(n, "sandbox"))
		}
	}
	return list
}

func (r reader) addInterface(list []Interface, i Interface, mac, sandbox *yaml.Node) []Interface {
	if i.Name == "" || i.Name == "lo" {
		return list
	}
	if v := r.filled(mac); v.Found() {
		i.MAC = text.Of(strings.ToLower(v.Value), i.Line)
	}
	i.InPod = r.filled(sandbox).Found()
	return append(list, i)
}
