// Package cri reads what crictl prints of the pods of CRI-O and containerd: `crictl pods` and `crictl inspectp`.
package cri

import (
	"github.com/sosbond/sosbond/parsers/cni"
	"github.com/sosbond/sosbond/parsers/text"
)

// Pod is a pod sandbox.
type Pod struct {
	Line        int
	ID          string // `crictl pods` gives the first 13 digits
	Name        string
	Namespace   string // of Kubernetes
	Ready       text.At[bool]
	HostNetwork text.At[bool]   // it uses the host's network namespace
	NetNS       text.At[string] // path of its network namespace
	Networks    []cni.Status    // annotation k8s.v1.cni.cncf.io/network-status

	Requested  text.At[string] // annotation k8s.v1.cni.cncf.io/networks as written: a list of names with commas, or JSON
	Interfaces []Interface     // what the network plugins of the default network made
}

// Interface is an interface that a network plugin made for a pod (the result of CNI, which CRI-O and containerd keep).
type Interface struct {
	Line  int
	Name  string          // eth0 in the pod; on the host a bridge or the other end of the pod's veth
	MAC   text.At[string] // lower case; absent where the plugin does not tell it
	InPod bool            // the plugin tells the namespace that it is in
}
