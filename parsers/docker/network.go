package docker

import (
	"regexp"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/sosbond/sosbond/parsers/cni"
	"github.com/sosbond/sosbond/parsers/text"
)

// ParseNetworks reads `docker network inspect` and `podman network inspect`, which before podman 4.0 prints configurations of CNI.
func ParseNetworks(data []byte) ([]Network, text.Problems) {
	r, items := objects(data)
	var list []Network
	for _, item := range items {
		switch {
		case r.Get(item, "plugins") != nil || r.Get(item, "cniVersion") != nil:
			list = append(list, r.cniNetwork(item))
		case r.Get(item, "driver") != nil:
			list = append(list, r.podmanNetwork(item))
		case r.Get(item, "Driver") != nil && r.Get(item, "Name") != nil:
			list = append(list, r.dockerNetwork(item))
		default:
			r.Problem(item, "not a network")
		}
	}
	return list, r.Problems
}

// dockerNetwork reads api/types/network.Inspect of docker. macvlan and ipvlan have their options in libnetwork's drivers of that name.
func (r reader) dockerNetwork(n *yaml.Node) Network {
	options := r.Get(n, "Options")
	network := Network{
		Line: n.Line, Name: r.value(n, "Name"), ID: r.value(n, "Id", "ID"), Driver: r.value(n, "Driver"),
		Internal: r.Bool(r.Get(n, "Internal")),
	}
	switch network.Driver {
	case "bridge":
		network.Bridge = r.dockerBridge(n, options)
	case "macvlan", "ipvlan":
		network.Parent = r.text(r.Get(options, "parent"))
		network.Mode = r.text(r.Get(options, network.Driver+"_mode"))
	}
	for _, endpoint := range r.Pairs(r.Get(n, "Containers")) {
		e := Endpoint{Line: endpoint.Line, Container: r.value(endpoint, "Name"), MAC: r.mac(r.Get(endpoint, "MacAddress"))}
		if e.IP = address(r.value(endpoint, "IPv4Address")); e.IP == "" {
			e.IP = address(r.value(endpoint, "IPv6Address"))
		}
		network.Endpoints = append(network.Endpoints, e)
	}
	return network
}

// bridgeIDRE are the digits of a network's id that docker takes for the name of its bridge.
var bridgeIDRE = regexp.MustCompile(`^[0-9a-f]{12}`)

// dockerBridge is the bridge of a network: the one that its options name, docker0 of the default network, or one that docker names after the
// network's id (libnetwork/drivers/bridge).
func (r reader) dockerBridge(n, options *yaml.Node) text.At[string] {
	if name := r.text(r.Get(options, "com.docker.network.bridge.name")); name.Found() {
		return name
	}
	if isDefault := r.Get(options, "com.docker.network.bridge.default_bridge"); isDefault != nil && r.Bool(isDefault).Value {
		return text.Of("docker0", isDefault.Line)
	}
	if name := r.text(r.Get(n, "Name")); name.Value == "bridge" {
		return text.Of("docker0", name.Line)
	}
	id := r.text(r.Get(n, "Id", "ID"))
	digits := bridgeIDRE.FindString(id.Value)
	if digits == "" {
		return text.At[string]{}
	}
	return text.Of("br-"+digits, id.Line)
}

// podmanNetwork reads types.Network of containers/common/libnetwork, which podman prints since 4.0 with either of its backends.
func (r reader) podmanNetwork(n *yaml.Node) Network {
	options := r.Get(n, "options")
	network := Network{
		Line: n.Line, Name: r.value(n, "name"), ID: r.value(n, "id"), Driver: r.value(n, "driver"),
		Mode: r.text(r.Get(options, "mode")), VLAN: r.Number(r.Get(options, "vlan")), Internal: r.Bool(r.Get(n, "internal")),
	}
	device := r.text(r.Get(n, "network_interface"))
	switch network.Driver {
	case "bridge":
		network.Bridge = device
	case "macvlan", "ipvlan":
		network.Parent = device
		if !device.Found() {
			network.Parent = r.text(r.Get(options, "parent"))
		}
	}
	for _, container := range r.Pairs(r.Get(n, "containers")) { // podman 4.3 has none yet, podman 5 has
		network.Endpoints = append(network.Endpoints, r.podmanEndpoints(container)...)
	}
	return network
}

func (r reader) podmanEndpoints(container *yaml.Node) (list []Endpoint) {
	for _, device := range r.Pairs(r.Get(container, "interfaces")) {
		e := Endpoint{Line: device.Line, Container: r.value(container, "name"), MAC: r.mac(r.Get(device, "mac_address"))}
		if subnets := r.Items(r.Get(device, "subnets")); len(subnets) > 0 {
			e.IP = address(r.value(subnets[0], "ipnet"))
		}
		list = append(list, e)
	}
	return list
}

// drivers are the plugins of CNI that make the devices of a container; others (portmap, firewall, tuning) only change things.
var drivers = []string{"bridge", "macvlan", "ipvlan"}

func (r reader) cniNetwork(n *yaml.Node) Network {
	config := cni.Read(r.Tree, n)
	network := Network{Line: config.Line, Name: config.Name}
	i := slices.IndexFunc(config.Plugins, func(p cni.Plugin) bool { return slices.Contains(drivers, p.Type) })
	if i < 0 {
		if i = 0; len(config.Plugins) == 0 {
			return network
		}
	}
	p := config.Plugins[i]
	network.Driver, network.Bridge, network.Parent, network.Mode, network.VLAN = p.Type, p.Bridge, p.Master, p.Mode, p.VLAN
	return network
}
