package parsers

import (
	"bytes"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/sosbond/sosbond/parsers/archive"
	"github.com/sosbond/sosbond/parsers/brctl"
	"github.com/sosbond/sosbond/parsers/dracut"
	"github.com/sosbond/sosbond/parsers/iproute"
	"github.com/sosbond/sosbond/parsers/kernlog"
	"github.com/sosbond/sosbond/parsers/kube"
	"github.com/sosbond/sosbond/parsers/layout"
	"github.com/sosbond/sosbond/parsers/libvirt"
	"github.com/sosbond/sosbond/parsers/nft"
	"github.com/sosbond/sosbond/parsers/ovs"
	"github.com/sosbond/sosbond/parsers/ovsconf"
	"github.com/sosbond/sosbond/parsers/text"
)

// clusterList are the parsers of a must-gather: the objects of the cluster first, since they tell on which node a pod runs.
func clusterList(opt Options) []Parser {
	const (
		cluster   = "cluster-scoped-resources/"
		nmstateIO = cluster + "nmstate.io/"
		machines  = cluster + "machineconfiguration.openshift.io/"
		ns        = "namespaces/*/"
		sriov     = "namespaces/openshift-sriov-network-operator/pods/*/"
		mb        = 1 << 20
	)
	room := &atomic.Int64{} // of the text of objects that one input may fill
	room.Store(opt.objects())
	objects := func() layout.Scanner {
		return &kubeScanner{room: room, size: opt.objects(), max: max(opt.File, maxFile)}
	}
	pods := func() layout.Scanner {
		return &kubeScanner{room: room, size: opt.objects(), max: max(opt.File, maxFile), pods: true}
	}
	list := []Parser{
		{Datum: DatumCluster, Title: "nodes and version of the cluster", Globs: append([]string{cluster + "core/nodes/*.yaml", cluster + "core/nodes.yaml"}, clusterVersions...),
			Ask: "oc get nodes,clusterversion -o yaml", Scan: objects, Scanned: scannedKube},
		{Datum: DatumNNS, Title: "network state of the nodes", Globs: inEither(nmstateIO + "nodenetworkstates"),
			Ask: "oc get nns -o yaml", Scan: objects, Scanned: scannedKube},
		{Datum: DatumPolicies, Title: "network policies of the nodes", Globs: append(inEither(nmstateIO+"nodenetworkconfigurationpolicies"), inEither(nmstateIO+"nodenetworkconfigurationenactments")...),
			Ask: "oc get nncp,nnce -o yaml", Scan: objects, Scanned: scannedKube},
		{Datum: DatumPolicies, Title: "network policies of the nodes", Globs: append(inEither(machines+"machineconfigs"), inEither(machines+"machineconfigpools")...),
			Ask: "oc get nncp,nnce -o yaml", Scan: objects, Scanned: scannedKube},
		{Datum: DatumNADs, Title: "network attachment definitions", Globs: inEither(ns + "k8s.cni.cncf.io/network-attachment-definitions"),
			Ask: "oc get net-attach-def -A -o yaml", Scan: objects, Scanned: scannedKube},
		{Datum: DatumNADs, Title: "network attachment definitions", Globs: []string{"network_logs/net_attach_def"},
			Ask: "oc get net-attach-def -A -o yaml", Parse: parseAllNADs},
		{Datum: DatumVMs, Title: "virtual machines of the cluster", Globs: append(append(append(inEither(ns+"kubevirt.io/virtualmachines"), inEither(ns+"kubevirt.io/virtualmachineinstances")...),
			ns+"kubevirt.io/virtualmachines/*/*.yaml"), inEither(ns+"crs/virtualmachineinstances.kubevirt.io")...),
			Ask: "oc adm must-gather --image of OpenShift Virtualization, or oc get vm,vmi -A -o yaml", Scan: objects, Scanned: scannedKube},
		{Datum: DatumCluster, Title: "nodes and version of the cluster", Globs: []string{"version"}, Parse: parseGatherer,
			Ask: "oc get nodes,clusterversion -o yaml"},
		{Datum: DatumNADs, Title: "network attachment definitions", Globs: []string{"network_logs/net-attach-def"}, Parse: parseNADList,
			Ask: "oc get net-attach-def -A -o yaml"},
		{Datum: DatumPodNet, Title: "networks of pods", Globs: []string{ns + "pods/*/*.yaml", ns + "core/pods.yaml", ns + "core/pods/*.yaml"},
			Ask: "oc get pods -A -o yaml", Scan: pods, Scanned: scannedPods},
		{Optional: true, Datum: DatumDomains, Title: "guests of libvirt", Globs: []string{ns + "vms/*/*.dumpxml.xml"},
			Ask: "virsh -r dumpxml NAME", Node: nodeOfLauncher, Parse: one(func(f *Facts) *[]Read[libvirt.Domain] { return &f.PodDomains }, libvirt.ParseDomain)},
		{Optional: true, Datum: DatumPodNet, Title: "networks of pods", Globs: []string{ns + "vms/*/*.bridge.txt"},
			Ask: "oc get pods -A -o yaml", Node: nodeOfLauncher, Parse: named(func(f *Facts) *[]Named[kube.BridgeText] { return &f.PodBridges }, kube.ParseBridgeText, folder)},

		{Datum: DatumLinks, Title: "network interfaces", Globs: []string{"nodes/*/ip.txt", "nodes/*/ip_a", "nodes/*/ip_-d_link", "nodes/*/commands/ip_-s_-d_link"},
			Ask: "ip -s -d link", Node: nodeInPath, Parse: many(func(f *Facts) *[]Read[[]iproute.Link] { return &f.Links }, iproute.ParseLinks)},
		{Datum: DatumLinks, Title: "network interfaces", Globs: []string{"network_logs/*_ip_-s_-d_link", "network_logs/*_ip_addr"},
			Ask: "ip -s -d link", Node: nodeInName, Parse: many(func(f *Facts) *[]Read[[]iproute.Link] { return &f.Links }, iproute.ParseLinks)},
		{Datum: DatumLinks, Title: "network interfaces", Globs: []string{sriov + "ip_link"},
			Ask: "ip -s -d link", Node: nodeOfPod, Parse: many(func(f *Facts) *[]Read[[]iproute.Link] { return &f.Links }, iproute.ParseLinks)},
		{Datum: DatumBridges, Title: "ports of the bridges", Globs: []string{"nodes/*/bridge"},
			Ask: "bridge -d link show", Node: nodeInPath, Parse: parseNodeBridge},
		{Optional: true, Datum: DatumVLANs, Title: "VLANs of the bridges' ports", Globs: []string{"nodes/*/vlan"},
			Ask: "bridge -d vlan show", Node: nodeInPath, Parse: many(func(f *Facts) *[]Read[[]iproute.PortVLAN] { return &f.BridgeVLANs }, iproute.ParseVLANs)},
		{Datum: DatumNFT, Title: "nftables ruleset", Globs: []string{"nodes/*/nftables"},
			Ask: "nft list ruleset", Node: nodeInPath, Parse: one(func(f *Facts) *[]Read[nft.Ruleset] { return &f.NFT }, nft.Parse)},
		{Datum: DatumKernLog, Title: "kernel messages", Globs: []string{"nodes/*/dmesg"},
			Ask: "dmesg", Node: nodeInPath, Scan: func() layout.Scanner { return kernlog.NewScanner() }, Scanned: scannedLog},
		{Datum: DatumKernLog, Title: "kernel messages", Globs: []string{sriov + "dmesg"},
			Ask: "dmesg", Node: nodeOfPod, Scan: func() layout.Scanner { return kernlog.NewScanner() }, Scanned: scannedLog},
		{Optional: true, Datum: DatumCmdline, Title: "command line of the kernel", Globs: []string{"nodes/*/proc_cmdline"}, Max: mb,
			Ask: "/proc/cmdline", Node: nodeInPath, Parse: configured(SystemDracut, dracut.Parse)},
		{Optional: true, Datum: DatumOVS, Title: "Open vSwitch", Globs: []string{"network_logs/*_ovs_dump"},
			Ask: "ovs-vsctl show", Node: nodeInName, Parse: one(func(f *Facts) *[]Read[ovs.Database] { return &f.OVS }, ovs.ParseShow)},
		{Optional: true, Datum: DatumOVSLog, Title: "log of ovs-configuration", Globs: []string{"host_service_logs/*/ovs-configuration_service.log"}, Max: 64 * mb,
			Parse: many(func(f *Facts) *[]Read[[]ovsconf.Log] { return &f.OVSLogs }, ovsconf.Parse)},
	}
	for i := range list {
		list[i].Kind = layout.MustGather
	}
	return list
}

// inEither are the two forms in which `oc adm inspect` writes objects of a kind: a file each, or one List. Insights writes JSON.
func inEither(kind string) []string {
	return []string{kind + "/*.yaml", kind + ".yaml", kind + "/*.json"}
}

// kubeScanner reads objects of the cluster while the archive is decompressed on another core: to decode YAML takes longer than all else that is
// done with a must-gather. It keeps the text, which evidence quotes.
type kubeScanner struct {
	room     *atomic.Int64 // what is left of size
	size     int64
	max      int64 // of one file
	pods     bool  // only pods that tell something are kept
	data     []byte
	objects  kube.Objects
	problems text.Problems
}

const (
	maxFile = 32 << 20 // of one file of objects
	// DefaultObjects is the default of Options.Objects: 3,000 machines and pods with networks of their own, and 500 nodes, take some 50 MB.
	DefaultObjects = 96 << 20
)

// FlagObjects is the command line's flag that sets Options.Objects.
const FlagObjects = "--max-objects"

func (s *kubeScanner) Scan(r io.Reader) error {
	data, err := io.ReadAll(io.LimitReader(r, s.max+1))
	if int64(len(data)) > s.max {
		data, err = data[:s.max], &archive.LimitError{What: "only its first " + archive.Bytes(s.max) + " were read", Flag: layout.FlagFile}
	}
	if s.pods {
		if !tells(data) && isOfPods(data) {
			return err
		}
		data = onlyTelling(data)
	}
	if s.room.Add(-int64(len(data))) < 0 {
		return &archive.LimitError{What: "it was not kept, since the objects of the cluster take more than " + archive.Bytes(s.size), Flag: FlagObjects}
	}
	s.data = data
	s.objects, s.problems = kube.Parse(data)
	return err
}

// Size is about what the text and the objects in it take.
func (s *kubeScanner) Size() int64 { return 2 * int64(len(s.data)) }

// scannedKube takes the objects of one file; ones of other kinds are no fault.
func scannedKube(facts *Facts, file File, scanner layout.Scanner) Outcome {
	s := scanner.(*kubeScanner)
	facts.Kube = append(facts.Kube, Read[kube.Objects]{File: file, Value: s.objects})
	return Outcome{Records: count(s.objects), Problems: s.problems}
}

// count is how many objects were understood.
func count(o kube.Objects) (n int) {
	v := reflect.ValueOf(o)
	for i := range v.NumField() {
		if v.Field(i).Kind() == reflect.Slice {
			n += v.Field(i).Len()
		}
	}
	return n
}

// parseGatherer reads which image wrote the directory: that of OpenShift Virtualization collects all virtual machines, so that there are none
// where it shows none, and all networks.
func parseGatherer(facts *Facts, file File) Outcome {
	line, _, _ := bytes.Cut(file.Data, []byte("\n"))
	line = bytes.TrimSpace(line)
	if !bytes.HasSuffix(line, []byte("/must-gather")) {
		return Outcome{}
	}
	if bytes.HasPrefix(line, []byte("kubevirt/")) {
		facts.AllNADs, facts.AllVMs = true, true
		facts.found(DatumNADs, "network attachment definitions", file.Path)
		facts.found(DatumVMs, "virtual machines of the cluster", file.Path)
	}
	return Outcome{Records: 1}
}

// parseAllNADs reads `oc get net-attach-def -A -o yaml`, which the image of OpenShift before 4.9 writes.
func parseAllNADs(facts *Facts, file File) Outcome {
	objects, problems := kube.Parse(file.Data)
	facts.Kube = append(facts.Kube, Read[kube.Objects]{File: file, Value: objects})
	facts.AllNADs = facts.AllNADs || objects.Lists > 0
	return Outcome{Records: count(objects), Problems: problems}
}

// parseNADList takes `oc describe net-attach-def -A`, which the image of OpenShift writes when it collects the networks of all namespaces, as the
// sign that it did. The networks themselves are in files of their own.
func parseNADList(facts *Facts, file File) Outcome {
	line := firstLine(file)
	switch {
	case strings.HasPrefix(line, "Name:"), strings.HasPrefix(line, "No resources found"):
		facts.AllNADs = true
		return Outcome{Records: 1}
	case blank(file) || failed(file):
		return Outcome{}
	}
	return notThe("output of oc describe net-attach-def", file)
}

// podMarks are in the text of every pod that tells something. Each pod has a network-status; only one with further networks has asked for them.
var podMarks = [][]byte{[]byte("k8s.v1.cni.cncf.io/networks:"), []byte(`k8s.v1.cni.cncf.io/networks"`), []byte("kubevirt.io/domain"), []byte("kubevirt.io: virt-launcher"),
	[]byte("sriov-network-config-daemon")}

func tells(text []byte) bool {
	return slices.ContainsFunc(podMarks, func(mark []byte) bool { return bytes.Contains(text, mark) })
}

// podKindRE is in the text of pods, and of a List without any.
var podKindRE = regexp.MustCompile(`kind"?: *"?(Pod|PodList|List)\b`)

// isOfPods reports whether a text is one of pods; another one must not count as pods that tell nothing.
func isOfPods(data []byte) bool { return len(bytes.TrimSpace(data)) == 0 || podKindRE.Match(data) }

// onlyTelling blanks the items of a List that tell nothing: to decode thousands of pods takes longer than all the rest. Lines keep their numbers.
func onlyTelling(data []byte) []byte {
	const item = "\n- "
	head, rest, isList := bytes.Cut(data, []byte(item))
	if !isList || !bytes.HasSuffix(head, []byte("items:")) {
		return data
	}
	out := slices.Clone(head)
	for more := true; more; {
		var one, tail []byte
		one, rest, more = bytes.Cut(rest, []byte(item))
		if end := bytes.Index(one, []byte("\nkind: ")); end >= 0 { // what follows the last item
			one, tail = one[:end], one[end:]
		}
		if tells(one) {
			out = append(append(out, item...), one...)
		} else {
			out = append(append(out, '\n'), bytes.Repeat([]byte{'\n'}, bytes.Count(one, []byte{'\n'}))...)
		}
		out = append(out, tail...)
	}
	return out
}

// scannedPods takes the pods that have networks beside the cluster's own, or that show on which node something was collected. There are thousands
// of pods in a must-gather; most say nothing of bonds.
func scannedPods(facts *Facts, file File, scanner layout.Scanner) Outcome {
	if _, rest, ok := strings.Cut(file.Path, "namespaces/"); ok {
		ns, _, _ := strings.Cut(rest, "/")
		if n := len(facts.PodNamespaces); n == 0 || facts.PodNamespaces[n-1] != ns {
			facts.PodNamespaces = append(facts.PodNamespaces, ns)
		}
	}
	if scanner.(*kubeScanner).data == nil {
		return Outcome{Records: 1, Unlisted: true} // the pod was seen, and has no network of its own
	}
	return scannedKube(facts, file, scanner)
}

// parseNodeBridge reads nodes/NODE/bridge: `ip -o link show type bridge`, or `brctl show` before 2019.
func parseNodeBridge(facts *Facts, file File) Outcome {
	if bytes.HasPrefix(file.Data, []byte("bridge name")) {
		return many(func(f *Facts) *[]Read[[]brctl.Bridge] { return &f.Brctl }, brctl.ParseShow)(facts, file)
	}
	return many(func(f *Facts) *[]Read[[]iproute.Link] { return &f.Links }, iproute.ParseLinks)(facts, file)
}

// nodeInName takes the node's name from network_logs/NODE_POD_COMMAND; names of nodes have no underscore.
func nodeInName(_ *Facts, file string) string {
	name, _, _ := strings.Cut(base(file), "_")
	return name
}

// nodeOfLauncher finds the node of namespaces/NAMESPACE/vms/VM/POD.dumpxml.xml by the pod, or by the machine's instance.
func nodeOfLauncher(cluster *Facts, file string) string {
	parts := strings.Split("/"+file, "/")
	if len(parts) < 5 {
		return ""
	}
	namespace, vm := parts[len(parts)-4], parts[len(parts)-2]
	pod, _, _ := strings.Cut(parts[len(parts)-1], ".")
	for _, r := range cluster.Kube {
		for _, p := range r.Value.Pods {
			if p.Name == pod && p.Namespace == namespace && p.Node.Found() {
				return p.Node.Value
			}
		}
		for _, v := range r.Value.VMIs {
			if v.Name == vm && v.Namespace == namespace && v.Node.Found() {
				return v.Node.Value
			}
		}
	}
	return ""
}

// folder is the name of a file's folder.
func folder(path string) string {
	parts := strings.Split("/"+path, "/")
	return parts[len(parts)-2]
}
