package main

import (
	"archive/tar"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
)

// The must-gather that is measured: 24 nodes, 600 virtual machines, 3,000 pods, and the logs that make most of its size: about 100 MB as a
// tar.gz, 420 MB unpacked.
const (
	benchNodes = 24
	benchVMs   = 600
	benchPods  = 3_000
	benchGiven = 330 << 20 // of logs
)

// BenchmarkMustGather compares what sosbond takes for a must-gather with what the same decoder takes to decompress it to nothing.
func BenchmarkMustGather(b *testing.B) {
	if testing.Short() {
		b.Skip("makes an archive of 420 MB")
	}
	dir := b.TempDir()
	file := filepath.Join(dir, "must-gather.tar.gz")
	if keep := os.Getenv("BENCH_MUSTGATHER"); keep != "" {
		file = keep
	}
	size := writeMustGather(b, file, gatherer{nodes: benchNodes, vms: benchVMs, pods: benchPods, logs: benchGiven})
	bin := filepath.Join(dir, "sosbond")
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
	var alone float64
	b.Run("decoder", func(b *testing.B) {
		b.SetBytes(size)
		for b.Loop() {
			gunzipToNothing(b, file)
		}
		alone = b.Elapsed().Seconds() / float64(b.N)
	})
	b.Run("analyze", func(b *testing.B) {
		b.SetBytes(size)
		var rss int64
		for b.Loop() {
			rss = max(rss, runToNothing(b, []string{bin, "analyze", "--fail-on", "never", "--format", "json", file}))
		}
		if alone > 0 {
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)/alone, "×decoder")
		}
		b.ReportMetric(float64(rss)/1024, "MB-rss")
	})
}

func gunzipToNothing(b *testing.B, file string) {
	f, err := os.Open(file)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = f.Close() }() // only read
	r, err := gzip.NewReader(f)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		b.Fatal(err)
	}
}

// writeMustGather makes a must-gather as a tar.gz and returns its size before compression.
func writeMustGather(b *testing.B, file string, g gatherer) int64 {
	out, err := os.Create(file)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = out.Close() })
	gz := gzip.NewWriter(out)
	g.b, g.tw, g.rnd = b, tar.NewWriter(gz), rand.New(rand.NewPCG(3, 3))
	g.write()
	if err := g.tw.Close(); err != nil {
		b.Fatal(err)
	}
	if err := gz.Close(); err != nil {
		b.Fatal(err)
	}
	return g.total
}

// gatherer writes a must-gather as a tar stream.
type gatherer struct {
	b     *testing.B
	tw    *tar.Writer
	rnd   *rand.Rand
	total int64

	nodes, vms, pods int
	logs             int64 // bytes
}

const imageDir = "must-gather.local.1234567890/quay-io-openshift-release-dev-ocp-v4-0-art-dev-sha256-514b5b/"

func (g *gatherer) file(name string, size int64, body io.Reader) {
	if err := g.tw.WriteHeader(&tar.Header{Name: imageDir + name, Mode: 0o644, Typeflag: tar.TypeReg, Size: size}); err != nil {
		g.b.Fatal(err)
	}
	n, err := io.Copy(g.tw, body)
	if err != nil {
		g.b.Fatal(err)
	}
	g.total += n
}

func (g *gatherer) text(name, body string) { g.file(name, int64(len(body)), strings.NewReader(body)) }

func (g *gatherer) write() {
	g.text("version", "openshift/must-gather\n4.16.0\n")
	g.text("cluster-scoped-resources/config.openshift.io/clusterversions/version.yaml",
		"apiVersion: config.openshift.io/v1\nkind: ClusterVersion\nmetadata:\n  name: version\nspec:\n  clusterID: 11111111-2222-3333-4444-555555555555\nstatus:\n  desired:\n    version: 4.16.0\n")
	for i := range g.nodes {
		node := fmt.Sprintf("worker-%02d", i)
		g.text("cluster-scoped-resources/core/nodes/"+node+".yaml", "apiVersion: v1\nkind: Node\nmetadata:\n  name: "+node+"\n"+g.filler(200)+
			"status:\n  nodeInfo:\n    kernelVersion: 5.14.0-427.el9.x86_64\n    osImage: Red Hat Enterprise Linux CoreOS 416.94.0\n")
		g.text("cluster-scoped-resources/nmstate.io/nodenetworkstates/"+node+".yaml", g.networkState(node, i))
	}
	g.text("namespaces/vms/k8s.cni.cncf.io/network-attachment-definitions/br1.yaml",
		"apiVersion: k8s.cni.cncf.io/v1\nkind: NetworkAttachmentDefinition\nmetadata:\n  name: br1\n  namespace: vms\nspec:\n  config: '{\"cniVersion\":\"0.3.1\",\"name\":\"br1\",\"type\":\"cnv-bridge\",\"bridge\":\"br1\"}'\n")
	for i := range g.vms {
		name := fmt.Sprintf("vm-%04d", i)
		g.text("namespaces/vms/crs/virtualmachineinstances.kubevirt.io/"+name+".yaml", g.machine(name, i))
	}
	for i := range g.pods {
		ns, name := fmt.Sprintf("openshift-%02d", i%60), fmt.Sprintf("pod-%04d", i)
		g.text(fmt.Sprintf("namespaces/%s/pods/%s/%s.yaml", ns, name, name),
			"apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    k8s.v1.cni.cncf.io/network-status: |-\n      [{\"name\": \"ovn-kubernetes\", \"default\": true}]\n  name: "+name+"\n  namespace: "+ns+"\n"+
				g.filler(250)+"status:\n  phase: Running\n")
		if i%6 == 0 {
			size := g.logs / int64(g.pods/6)
			g.file(fmt.Sprintf("namespaces/%s/pods/%s/c/c/logs/current.log", ns, name), size, io.LimitReader(&logText{rnd: g.rnd}, size))
		}
	}
	for i := range 60 {
		ns := fmt.Sprintf("openshift-%02d", i)
		var list strings.Builder
		list.WriteString("apiVersion: v1\nitems:\n")
		for p := range 50 {
			fmt.Fprintf(&list, "- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: pod-%d\n    namespace: %s\n", p, ns)
			list.WriteString(strings.ReplaceAll("  "+g.filler(200), "\n", "\n  ")[2:] + "\n")
		}
		list.WriteString("kind: PodList\nmetadata: {}\n")
		g.text("namespaces/"+ns+"/core/pods.yaml", list.String())
		g.text("namespaces/"+ns+"/core/configmaps.yaml", "apiVersion: v1\nitems: []\nkind: ConfigMapList\nmetadata: {}\nspec:\n"+g.filler(3000))
	}
}

// filler is a part of an object that tells nothing of networks.
func (g *gatherer) filler(lines int) string {
	var s strings.Builder
	s.WriteString("spec:\n  containers:\n")
	for i := range lines {
		fmt.Fprintf(&s, "  - field%03d: %x\n", i, g.rnd.Uint64())
	}
	return s.String()
}

func (g *gatherer) networkState(node string, n int) string {
	var s strings.Builder
	fmt.Fprintf(&s, "apiVersion: nmstate.io/v1beta1\nkind: NodeNetworkState\nmetadata:\n  name: %s\nstatus:\n  currentState:\n    interfaces:\n", node)
	fmt.Fprintf(&s, "    - name: bond0\n      type: bond\n      state: up\n      controller: br1\n      link-aggregation:\n        mode: %s\n        options:\n          miimon: 100\n        port:\n        - eno1\n        - eno2\n",
		[]string{"802.3ad", "balance-alb", "active-backup"}[n%3])
	s.WriteString("    - name: br1\n      type: linux-bridge\n      state: up\n      bridge:\n        options:\n          stp:\n            enabled: false\n        port:\n        - name: bond0\n")
	for _, p := range []string{"eno1", "eno2"} {
		fmt.Fprintf(&s, "    - name: %s\n      type: ethernet\n      state: up\n      controller: bond0\n      mac-address: 02:00:00:00:%02X:0%c\n", p, n, p[3])
	}
	for i := range 60 {
		fmt.Fprintf(&s, "    - name: veth%08x\n      type: veth\n      state: ignore\n      mac-address: 0A:58:%02X:%02X:%02X:%02X\n      mtu: 1400\n      ipv4:\n        enabled: false\n      ipv6:\n        enabled: false\n      ethtool:\n        feature:\n          rx-gro: true\n",
			g.rnd.Uint32(), n, i, i, n)
	}
	return s.String()
}

func (g *gatherer) machine(name string, n int) string {
	return fmt.Sprintf("apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstance\nmetadata:\n  name: %[1]s\n  namespace: vms\nspec:\n  domain:\n    devices:\n      interfaces:\n      - bridge: {}\n        name: net1\n"+
		"  networks:\n  - multus:\n      networkName: br1\n    name: net1\n  volumes:\n%[3]sstatus:\n  interfaces:\n  - mac: 02:%02[2]x:00:00:00:01\n    name: net1\n  nodeName: worker-%02[2]d\n  phase: Running\n",
		name, n%g.nodes, strings.Replace(g.filler(150), "spec:\n  containers:\n", "", 1))
}
