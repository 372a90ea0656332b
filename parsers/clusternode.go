package parsers

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/parsers/dracut"
	"github.com/sosbond/sosbond/parsers/ifcfg"
	"github.com/sosbond/sosbond/parsers/keyfile"
	"github.com/sosbond/sosbond/parsers/kube"
	"github.com/sosbond/sosbond/parsers/modprobe"
	"github.com/sosbond/sosbond/parsers/netconf"
	"github.com/sosbond/sosbond/parsers/nmstate"
	"github.com/sosbond/sosbond/parsers/release"
	"github.com/sosbond/sosbond/parsers/text"
)

// fromKube takes what the objects of the cluster tell of the node.
func (f *Facts) fromKube() {
	var node *kube.Node
	var at File
	for _, r := range f.Kube {
		for i := range r.Value.Nodes {
			if r.Value.Nodes[i].Name == f.Node {
				node, at = &r.Value.Nodes[i], r.File
			}
		}
	}
	f.nodeState()
	f.policies(node)
	if node == nil {
		f.nameFromPath()
		return
	}
	f.nodeInfo(node, at)
	f.machineConfigs(node)
}

// nameFromPath takes the name of a node whose Node object was not collected from the first file that is named after it.
func (f *Facts) nameFromPath() {
	for _, c := range f.Coverage {
		for _, file := range c.Files {
			if strings.Contains(file, f.Node) {
				f.Hostname = append(f.Hostname, Read[text1]{File: File{Path: file}, Value: text.Of(f.Node, 1)})
				f.found(DatumHostname, "host name", file)
				return
			}
		}
	}
}

// nodeInfo takes the node's system from its Node object.
func (f *Facts) nodeInfo(n *kube.Node, at File) {
	f.Hostname = append(f.Hostname, Read[text1]{File: at, Value: text.Of(n.Name, n.Line)})
	f.found(DatumHostname, "host name", at.Path)
	if id, ok := release.ParseMachineID(n.MachineID.Value); ok {
		f.Machine = append(f.Machine, Read[release.Machine]{File: at, Value: release.Machine{ID: text.Of(id, n.MachineID.Line)}})
	}
	if n.OSImage.Found() {
		os := release.OS{Line: n.OSImage.Line, Name: n.OSImage.Value}
		if strings.Contains(os.Name, "CoreOS") {
			os.ID, os.Variant, os.OpenShift = "rhcos", "coreos", f.clusterVersion()
		}
		f.OS = append(f.OS, Read[release.OS]{File: at, Value: os})
		f.found(DatumOS, "operating system", at.Path)
	}
	if n.Kernel.Found() {
		f.Uname = append(f.Uname, Read[release.Uname]{File: at, Value: release.Uname{Line: n.Kernel.Line, Node: n.Name, Release: n.Kernel.Value}})
		f.found(DatumKernel, "kernel release", at.Path)
	}
}

// found notes that a datum was read of a file whose parser reads something else too.
func (f *Facts) found(d Datum, title, file string) {
	f.cover(Coverage{Datum: d, Title: title, Status: StatusRead, Files: []string{file}})
}

func (f *Facts) clusterVersion() string {
	for _, r := range f.Kube {
		for _, v := range r.Value.Versions {
			if v.Version.Found() {
				return v.Version.Value
			}
		}
	}
	return ""
}

// nodeState takes the node's NodeNetworkState, which shows the interfaces, the bonds and the ports of bridges as they run.
func (f *Facts) nodeState() {
	for _, r := range f.Kube {
		for _, s := range r.Value.States {
			if s.Name != f.Node || len(s.State.Interfaces) == 0 { // its handler did not run
				continue
			}
			f.NMState = append(f.NMState, NetworkState{Read: Read[nmstate.State]{File: r.File, Value: s.State}, Role: RoleCurrent})
			f.found(DatumLinks, "network interfaces", r.Path)
			f.found(DatumBridges, "ports of the bridges", r.Path)
		}
	}
}

// policies takes what policies want of the node: as its enactments say, or the policy itself where there is none.
func (f *Facts) policies(node *kube.Node) {
	enacted := map[string]bool{}
	for _, r := range f.Kube {
		for _, e := range r.Value.Enactments {
			if e.Node == f.Node && len(e.State.Interfaces) > 0 {
				enacted[e.Policy] = true
				f.NMState = append(f.NMState, NetworkState{Read: Read[nmstate.State]{File: r.File, Value: e.State}, Role: RolePolicy, Policy: e.Policy, Status: e.Status, Message: e.Message.Value})
			}
		}
	}
	for _, r := range f.Kube {
		for _, p := range r.Value.Policies {
			if !enacted[p.Name] && !p.Captures && selects(p.Selector, f.Node, node) {
				f.NMState = append(f.NMState, NetworkState{Read: Read[nmstate.State]{File: r.File, Value: p.State}, Role: RolePolicy, Policy: p.Name})
			}
		}
	}
}

// hostnameLabel names a node in its own labels, mostly as the node is named.
const hostnameLabel = "kubernetes.io/hostname"

// selects reports whether a selector takes a node. Of a node whose labels are not known only a selector that takes all, or names it, is believed.
func selects(selector map[string]string, name string, node *kube.Node) bool {
	for k, v := range selector {
		if node == nil {
			short, _, _ := strings.Cut(name, ".")
			if k == hostnameLabel && (v == name || v == short) {
				continue
			}
			return false
		}
		if have, ok := node.Labels[k]; !ok || have != v {
			return false
		}
	}
	return true
}

// configFile is a file of a MachineConfig, and where that stands.
type configFile struct {
	outer File
	kube.ConfigFile
}

// machineConfigs takes the files and kernel arguments that MachineConfigs write on the node. The rendered one is what the node runs; the one that
// it was made of is the one to change, so that is cited where it says the same. Where the rendered one is not there, that of the last name counts.
func (f *Facts) machineConfigs(node *kube.Node) {
	rendered, sources := f.configsOf(node)
	chosen := map[string]configFile{}
	for _, c := range append(rendered, sources...) {
		for _, file := range c.Value.Files {
			have, ok := chosen[file.Path]
			if len(rendered) == 0 || !ok && c.Value.Name == rendered[0].Value.Name || ok && bytes.Equal(have.Contents, file.Contents) {
				chosen[file.Path] = configFile{outer: c.File, ConfigFile: file}
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(chosen)) {
		f.embedded(chosen[name].outer, chosen[name].ConfigFile)
	}
	f.kernelArguments(rendered, sources)
}

// configsOf are the rendered MachineConfig of a node, and those that it is made of, by name.
func (f *Facts) configsOf(node *kube.Node) (rendered, sources []Read[kube.MachineConfig]) {
	for _, r := range f.Kube {
		for _, m := range r.Value.MachineConfigs {
			switch read := (Read[kube.MachineConfig]{File: r.File, Value: m}); {
			case m.Name == node.Config.Value:
				rendered = append(rendered, read)
			case !strings.HasPrefix(m.Name, "rendered-") && hasRole(node, m.Role):
				sources = append(sources, read)
			}
		}
	}
	slices.SortStableFunc(sources, func(a, b Read[kube.MachineConfig]) int { return strings.Compare(a.Value.Name, b.Value.Name) })
	return rendered, sources
}

// hasRole reports whether a MachineConfig for a role is for a node: its pool, which the name of its rendered configuration tells, takes those of its
// own role, and a pool of workers those of worker too. A master of a small cluster is labeled a worker and is in the pool of masters; arbiters have
// one of their own.
func hasRole(node *kube.Node, role string) bool {
	if pool := node.Pool(); pool != "" {
		return role == pool || role == "worker" && pool != "master" && pool != "arbiter"
	}
	_, ok := node.Labels[kube.RoleLabel+role]
	return ok && role != ""
}

// embedded reads a file that a MachineConfig holds. In sources it is named FILE#PATH, with lines of its own.
func (f *Facts) embedded(outer File, c kube.ConfigFile) {
	file := newFile(outer.Path+"#"+c.Path, c.Contents)
	dir := c.Path[:strings.LastIndexByte(c.Path, '/')+1]
	var parse func(*Facts, File) Outcome
	var datum Datum
	var title string
	switch {
	case dir == "/etc/sysconfig/network-scripts/":
		datum, title = DatumIfcfg, "ifcfg files"
		parse = named(func(f *Facts) *[]Named[ifcfg.File] { return &f.Ifcfg }, ifcfg.Parse, after("ifcfg-"))
	case strings.HasPrefix(dir, "/etc/NetworkManager/system-connections"):
		datum, title = DatumKeyfile, "NetworkManager profiles"
		parse = one(func(f *Facts) *[]Read[keyfile.File] { return &f.Keyfiles }, keyfile.Parse)
	case strings.HasPrefix(dir, "/etc/nmstate/"):
		datum, title, parse = DatumNMState, "nmstate", f.embeddedState(c.Path)
	case dir == "/etc/modprobe.d/":
		datum, title = DatumModprobe, "options of the bonding module"
		parse = many(func(f *Facts) *[]Read[[]modprobe.Line] { return &f.Modprobe }, modprobe.Parse)
	}
	if parse == nil {
		return
	}
	cov := Coverage{Datum: datum, Title: title, Status: StatusNotCollected}
	f.record(&cov, file, parse(f, file))
	f.cover(cov)
}

// embeddedState reads a file of /etc/nmstate/openshift: cluster.yml is for all nodes, NODE.yml for one (MachineConfig of a bare-metal cluster,
// configure-ovs by nmstate since OpenShift 4.16).
func (f *Facts) embeddedState(path string) func(*Facts, File) Outcome {
	if dir := path[:strings.LastIndexByte(path, '/')+1]; dir == "/etc/nmstate/openshift/" {
		name := strings.TrimSuffix(strings.TrimSuffix(base(path), ".yml"), ".yaml")
		short, _, _ := strings.Cut(f.Node, ".")
		if name != "cluster" && name != f.Node && name != short {
			return nil
		}
	}
	return parseState(RoleDesired)
}

// kernelArguments reads devices that MachineConfigs give to the kernel's command line. An argument of a source that the rendered one does not have
// is not in use yet.
func (f *Facts) kernelArguments(rendered, sources []Read[kube.MachineConfig]) {
	done := map[string]bool{}
	for _, c := range append(slices.Clone(sources), rendered...) {
		for _, a := range c.Value.KernelArgs {
			inUse := len(rendered) == 0 || slices.ContainsFunc(rendered[0].Value.KernelArgs, func(r text.At[string]) bool { return r.Value == a.Value })
			if inUse && !done[a.Value] {
				done[a.Value] = true
				f.kernelArgument(c.File, c.Value.Name, a)
			}
		}
	}
}

func (f *Facts) kernelArgument(file File, name string, a text.At[string]) {
	config, problems := dracut.Parse([]byte(a.Value))
	for _, p := range problems {
		f.Problems = append(f.Problems, Problem{Source: file.At(a.Line), Why: p.Why})
	}
	for i := range config.Devices {
		moveTo(&config.Devices[i], a.Line)
	}
	if len(config.Devices) > 0 {
		f.Netconf = append(f.Netconf, Configured{Read: Read[netconf.Config]{File: file, Value: config}, System: SystemDracut, Name: name})
	}
}

// moveTo gives a device that was read from one line of a file that line.
func moveTo(d *netconf.Device, line int) {
	d.Line = line
	for i := range d.Options {
		d.Options[i].Line = line
	}
	for i := range d.Ports {
		d.Ports[i].Line = line
	}
	for _, at := range []*text.At[string]{&d.Master, &d.Lower, &d.MAC} {
		if at.Found() {
			at.Line = line
		}
	}
	for _, at := range []*text.At[int]{&d.VLANID, &d.MTU} {
		if at.Found() {
			at.Line = line
		}
	}
}
