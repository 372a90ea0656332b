package kube

import (
	"go.yaml.in/yaml/v3"

	"github.com/sosbond/sosbond/parsers/text"
)

func (r *reader) pool(n *yaml.Node, meta Meta) {
	r.objects.Pools = append(r.objects.Pools, Pool{
		Meta: meta, NodeSelector: r.strs(r.Path(n, "spec", "nodeSelector", "matchLabels")), Rendered: r.at(r.Path(n, "status", "configuration", "name")),
	})
}

func (r *reader) node(n *yaml.Node, meta Meta) {
	info := r.Path(n, "status", "nodeInfo")
	node := Node{
		Meta: meta, OSImage: r.at(r.Get(info, "osImage")), Kernel: r.at(r.Get(info, "kernelVersion")), MachineID: r.at(r.Get(info, "machineID")),
		Config:   r.at(r.annotation(n, "machineconfiguration.openshift.io/currentConfig")),
		Hostname: meta.Labels["kubernetes.io/hostname"],
	}
	for _, item := range r.Items(r.Path(n, "status", "addresses")) {
		address := r.str(r.Get(item, "address"))
		switch r.str(r.Get(item, "type")) {
		case "Hostname":
			node.Hostname = address
		case "InternalIP", "ExternalIP":
			node.Addresses = append(node.Addresses, address)
		}
	}
	r.objects.Nodes = append(r.objects.Nodes, node)
}

func (r *reader) clusterVersion(n *yaml.Node, meta Meta) {
	r.objects.Versions = append(r.objects.Versions, ClusterVersion{
		Meta: meta, ID: r.at(r.Path(n, "spec", "clusterID")), Version: r.version(r.Get(n, "status")),
	})
}

// version is the newest one that was installed: the history begins with the newest. While the first is installed there is only the desired one.
func (r *reader) version(status *yaml.Node) text.At[string] {
	for _, item := range r.Items(r.Get(status, "history")) {
		if r.str(r.Get(item, "state")) == "Completed" {
			return r.at(r.Get(item, "version"))
		}
	}
	return r.at(r.Path(status, "desired", "version"))
}
