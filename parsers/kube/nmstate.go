package kube

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/sosbond/sosbond/parsers/nmstate"
	"github.com/sosbond/sosbond/parsers/text"
)

func (r *reader) nodeNetworkState(n *yaml.Node, meta Meta) {
	status := r.Get(n, "status")
	state := nmstate.FromNode(r.Tree, r.Get(status, "currentState"))
	r.objects.States = append(r.objects.States, NodeNetworkState{
		Meta: meta, State: state, Updated: r.at(r.Get(status, "lastSuccessfulUpdateTime")), Mappings: mappings(state),
	})
}

func mappings(s nmstate.State) (list []Mapping) {
	for _, m := range s.Mappings {
		list = append(list, Mapping{Line: m.Line, Localnet: m.Localnet, Bridge: m.Bridge, Absent: m.State.Value == "absent"})
	}
	return list
}

func (r *reader) policy(n *yaml.Node, meta Meta) {
	spec := r.Get(n, "spec")
	state := nmstate.FromNode(r.Tree, r.Get(spec, "desiredState"))
	capture := r.Get(spec, "capture")
	status := r.condition(n, "Degraded", "Progressing", "Available", "Ignored")
	r.objects.Policies = append(r.objects.Policies, Policy{
		Meta: meta, Selector: r.strs(r.Get(spec, "nodeSelector")), State: state, Mappings: mappings(state),
		Captures: capture != nil && len(capture.Content) > 0, Status: status.name, Reason: status.reason,
	})
}

func (r *reader) enactment(n *yaml.Node, meta Meta) {
	status := r.condition(n, "Failing", "Aborted", "Progressing", "Pending", "Available")
	e := Enactment{Meta: meta, State: nmstate.FromNode(r.Tree, r.Path(n, "status", "desiredState")), Status: status.name}
	if status.name.Value == "Failing" {
		e.Message = status.message
	}
	e.Node, e.Policy = r.enacted(n, meta)
	r.objects.Enactments = append(r.objects.Enactments, e)
}

// enacted tells the node and the policy of an enactment: by its labels; by its owner, which is the policy, or the node in later versions of
// kubernetes-nmstate; else by its name, NODE.POLICY (NODE-POLICY in early versions), in which both may hold dots: most policies have none.
func (r *reader) enacted(n *yaml.Node, meta Meta) (node, policy string) {
	node, policy = meta.Labels["nmstate.io/node"], meta.Labels["nmstate.io/policy"]
	for _, owner := range r.Items(r.Path(n, "metadata", "ownerReferences")) {
		name := r.str(r.Get(owner, "name"))
		switch kind := r.str(r.Get(owner, "kind")); {
		case kind == "Node" && node == "":
			node = name
		case kind == "NodeNetworkConfigurationPolicy" && policy == "":
			policy = name
		}
	}
	for _, dot := range []string{".", "-"} {
		if before, ok := strings.CutSuffix(meta.Name, dot+policy); ok && policy != "" && node == "" {
			node = before
		}
		if after, ok := strings.CutPrefix(meta.Name, node+dot); ok && node != "" && policy == "" {
			policy = after
		}
	}
	if i := strings.LastIndexByte(meta.Name, '.'); i >= 0 && node == "" && policy == "" {
		return meta.Name[:i], meta.Name[i+1:]
	}
	return node, policy
}

// condition is an element of status.conditions.
type condition struct {
	name    text.At[string]
	reason  string
	message text.At[string]
}

// condition returns the condition that is true; of several the first of the given ones, else any.
func (r *reader) condition(n *yaml.Node, first ...string) (found condition) {
	rank := func(name string) int {
		if i := slices.Index(first, name); i >= 0 {
			return i
		}
		return len(first)
	}
	for _, item := range r.Items(r.Path(n, "status", "conditions")) {
		name := r.at(r.Get(item, "type"))
		if r.str(r.Get(item, "status")) != "True" || found.name.Found() && rank(name.Value) >= rank(found.name.Value) {
			continue
		}
		found = condition{name: name, reason: r.str(r.Get(item, "reason")), message: r.message(r.Get(item, "message"))}
	}
	return found
}

// message is what a condition says: what nmstate names as its error, which is the last of the many lines that it printed, else the first lines.
func (r *reader) message(n *yaml.Node) text.At[string] {
	s := r.Text(n)
	if i := strings.LastIndex(s.Value, nmstateError); i >= 0 {
		s.Value, _, _ = strings.Cut(s.Value[i:], "\n")
		s.Value = strings.TrimRight(cut(s.Value, maxText), " \r")
		return s
	}
	return firstLines(r.at(n))
}

// nmstateError begins the line in which nmstatectl says why it gave up.
const nmstateError = "NmstateError: "

// maxLines is how many lines of a message are kept: those of nmstate go on with a log.
const maxLines = 10

func firstLines(s text.At[string]) text.At[string] {
	if lines := strings.SplitN(s.Value, "\n", maxLines+1); len(lines) > maxLines {
		s.Value = strings.Join(lines[:maxLines], "\n")
	}
	return s
}
