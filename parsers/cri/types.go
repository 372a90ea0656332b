// Package cri reads what crictl prints of the pods of CRI-O and containerd: `crictl pods` and `crictl inspectp`.
package cri

import (
	"github.com/sosbond/sosbond/parsers/cni"
	"github.com/sosbond/sosbond/parsers/text"
)

// Pod is a pod sandbox.
type Pod struct {
	Line        int
	ID          string
	Name        string
	Namespace   string // of Kubernetes
	Ready       text.At[bool]
	HostNetwork text.At[bool]   // it uses the host's network namespace
	NetNS       text.At[string] // path of its network namespace
	Networks    []cni.Status    // annotation k8s.v1.cni.cncf.io/network-status
}
