// Package docker reads what docker and podman print of networks and containers: `network inspect` and `inspect`.
package docker

import "github.com/sosbond/sosbond/parsers/text"

// Network is a network of docker or podman.
type Network struct {
	Line      int
	Name      string
	ID        string          // podman before 4.0 has none
	Driver    string          // bridge, macvlan, ipvlan, overlay, host, null, ...
	Bridge    text.At[string] // the bridge on the host: named, or worked out from the id as docker does
	Parent    text.At[string] // the device below a macvlan or ipvlan
	Mode      text.At[string] // macvlan: bridge, vepa, ...; ipvlan: l2, l3; podman's bridge: unmanaged
	VLAN      text.At[int]    // of podman's bridge
	Internal  text.At[bool]
	Endpoints []Endpoint // the containers that docker lists in the network
}

// Container is a container.
type Container struct {
	Line      int
	ID        string
	Name      string // without the leading slash of docker
	Running   text.At[bool]
	PID       int             // 0 when it does not run
	NetMode   text.At[string] // HostConfig.NetworkMode: bridge, host, none, container:ID, a network's name
	Sandbox   text.At[string] // path of the network namespace; absent where there is none (yet)
	Endpoints []Endpoint
}

// Endpoint is a container in a network.
type Endpoint struct {
	Line      int
	Container string          // name of the container, in a network
	Network   string          // name of the network, in a container; podman before 3.0 does not tell it
	MAC       text.At[string] // lower case; absent where there is none, as while the container does not run
	IP        string          // without the length of the prefix
}
