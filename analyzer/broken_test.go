package analyzer_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dsnet/compress/bzip2"
	"github.com/klauspost/compress/zip"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"

	"github.com/sosbond/sosbond/analyzer"
	"github.com/sosbond/sosbond/analyzer/hosttest"
	"github.com/sosbond/sosbond/analyzer/rules"
	"github.com/sosbond/sosbond/parsers/archive"
	"github.com/sosbond/sosbond/parsers/layout"
)

// must fails the test on an error.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// demoTar is the real report of testdata/demo, decompressed, without the manifest, which takes a quarter of the time to analyze it.
func demoTar(t testing.TB) []byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(hosttest.Dir(), "..", "demo", "*.tar.xz"))
	must(t, err)
	packed, err := os.ReadFile(files[0])
	must(t, err)
	r, err := xz.NewReader(bytes.NewReader(packed))
	must(t, err)
	data, err := io.ReadAll(r)
	must(t, err)
	return tarOf(t, slices.DeleteFunc(members(t, data), func(m member) bool { return path.Base(m.hdr.Name) == "manifest.json" }))
}

// member is a member of a tar file.
type member struct {
	hdr  *tar.Header
	body []byte
}

func members(t testing.TB, data []byte) (all []member) {
	t.Helper()
	for r := tar.NewReader(bytes.NewReader(data)); ; {
		hdr, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		must(t, err)
		body, err := io.ReadAll(r)
		must(t, err)
		all = append(all, member{hdr, body})
	}
}

func tarOf(t testing.TB, all []member) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, m := range all {
		must(t, w.WriteHeader(m.hdr))
		_, err := w.Write(m.body)
		must(t, err)
	}
	must(t, w.Close())
	return b.Bytes()
}

// hostTar is a host of testdata/hosts, or an input of testdata/inputs, as a tar file.
func hostTar(t testing.TB, name string) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, hosttest.WriteTar(&b, hosttest.Archive(t, name), "sosreport-"+name))
	return b.Bytes()
}

// reversed is a tar file with its members in the opposite order: in such, guests come before their bonds, and nothing tells that all was read.
func reversed(t testing.TB, data []byte) []byte {
	all := members(t, data)
	slices.Reverse(all)
	return tarOf(t, all)
}

// around is a tar file with another file in it, between others.
func around(t testing.TB, name string, data []byte) []byte {
	t.Helper()
	var all []member
	for _, f := range []struct{ name, body string }{{"notes.txt", "The customer's notes.\n"}, {name, string(data)}, {"screen.txt", "What the console showed.\n"}} {
		all = append(all, member{&tar.Header{Name: "case/" + f.name, Mode: 0o644, Size: int64(len(f.body)), Typeflag: tar.TypeReg}, []byte(f.body)})
	}
	return tarOf(t, all)
}

// zipped has the files of a tar file.
func zipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, m := range members(t, data) {
		if m.hdr.Typeflag != tar.TypeReg {
			continue
		}
		f, err := w.Create(m.hdr.Name)
		must(t, err)
		_, err = f.Write(m.body)
		must(t, err)
	}
	must(t, w.Close())
	return b.Bytes()
}

// compressed is what a compressor makes of data.
func compressed(t testing.TB, data []byte, open func(io.Writer) (io.WriteCloser, error)) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := open(&b)
	must(t, err)
	_, err = w.Write(data)
	must(t, err)
	must(t, w.Close())
	return b.Bytes()
}

func xzOf(t testing.TB, data []byte) []byte {
	return compressed(t, data, func(w io.Writer) (io.WriteCloser, error) { return xz.WriterConfig{DictCap: 1 << 20}.NewWriter(w) })
}

func gzOf(t testing.TB, data []byte) []byte {
	return compressed(t, data, func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil })
}

func bz2Of(t testing.TB, data []byte) []byte {
	return compressed(t, data, func(w io.Writer) (io.WriteCloser, error) { return bzip2.NewWriter(w, nil) })
}

func zstOf(t testing.TB, data []byte) []byte {
	return compressed(t, data, func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) })
}

// packing is a way to pack a tar file.
type packing struct {
	name string
	pack func(t testing.TB, data []byte) []byte
	xz   archive.XZ
}

func packings(t testing.TB) []packing {
	t.Helper()
	list := []packing{
		{"tar", func(_ testing.TB, data []byte) []byte { return data }, archive.XZGo},
		{"tar.xz", xzOf, archive.XZGo},
		{"tar.gz", gzOf, archive.XZGo},
		{"tar.bz2", bz2Of, archive.XZGo},
		{"tar.zst", zstOf, archive.XZGo},
		{"zip", zipped, archive.XZGo},
		{"tar in tar.gz in tar", func(t testing.TB, data []byte) []byte {
			return around(t, "inner.tar.gz", gzOf(t, around(t, "report.tar", data)))
		}, archive.XZGo},
		{"tar.xz in tar.gz in zip", func(t testing.TB, data []byte) []byte {
			return zipped(t, around(t, "inner.tar.gz", gzOf(t, around(t, "report.tar.xz", xzOf(t, data)))))
		}, archive.XZGo},
	}
	if _, err := exec.LookPath("xz"); err == nil {
		list = append(list, packing{"tar.xz, xz", xzOf, archive.XZSystem})
	}
	return list
}

// analyze analyzes bytes, as the file "input" of a directory.
func analyze(t testing.TB, dir string, data []byte, how archive.XZ) analyzer.Result {
	t.Helper()
	name := filepath.Join(dir, "input")
	must(t, os.WriteFile(name, data, 0o600))
	opt := analyzer.Options{Layout: layout.Options{Options: archive.Options{XZ: how}}}
	r, err := analyzer.Analyze(context.Background(), archive.Input{Path: name}, opt)
	must(t, err)
	return r
}

// positions are n places in size bytes: close to the start and to the end, and spread over all, not aligned to anything.
func positions(size, n int) (list []int) {
	for i := range n / 8 {
		list = append(list, i*i*3, size-1-i*i*3)
	}
	for i := len(list); i < n; i++ {
		list = append(list, int(uint64(i)*2654435761%uint64(size)))
	}
	for i, at := range list {
		list[i] = min(max(at, 0), size-1)
	}
	return list
}

// truth is what the whole input says.
type truth struct {
	hosts    map[string]analyzer.Host
	findings map[string]bool // nil: any will do
}

func truthOf(r analyzer.Result) truth {
	x := truth{hosts: map[string]analyzer.Host{}, findings: map[string]bool{}}
	for _, h := range r.Hosts {
		x.hosts[nameOf(h)] = h
		for _, f := range h.Findings {
			x.findings[key(h, f)] = true
		}
	}
	return x
}

func key(h analyzer.Host, f rules.Finding) string {
	return fmt.Sprintf("%s %s %s", f.Rule, nameOf(h), f.Bond)
}

// host finds what a host is in the whole input: by its name, or because there is only one.
func (x truth) host(h analyzer.Host) analyzer.Host {
	if whole, ok := x.hosts[nameOf(h)]; ok {
		return whole
	}
	for _, whole := range x.hosts {
		if len(x.hosts) == 1 || whole.Source.Root == h.Source.Root && whole.Source.Path == h.Source.Path {
			return whole
		}
	}
	return analyzer.Host{}
}

// check compares what a damaged input says with what the whole one says.
func (x truth) check(r analyzer.Result) (faults []string) {
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if len(r.Hosts) < len(x.hosts) && len(r.Errors) == 0 {
		fault("%d hosts and no error", len(r.Hosts))
	}
	for _, e := range r.Errors {
		if text := e.Error(); !strings.Contains(text, "input") || strings.Contains(text, "\n") {
			fault("the error does not name the input in one line: %q", text)
		}
	}
	for _, h := range r.Hosts {
		whole := x.host(h)
		if h.Source.Complete != (len(h.Source.Notes) == 0) && !h.Source.Complete {
			fault("%s: incomplete, and no note says why", nameOf(h))
		}
		if !agrees(h.Verdict, whole.Verdict) {
			fault("%s: %s, the whole one is %s", nameOf(h), h.Verdict, whole.Verdict)
		}
		for _, b := range h.Bonds {
			x.checkBond(h, b, whole, fault)
		}
		for _, f := range h.Findings {
			if x.findings != nil && !x.findings[fmt.Sprintf("%s %s %s", f.Rule, nameOf(whole), f.Bond)] && f.Severity.AtLeast(rules.Warning) {
				fault("%s: %s %s of %s: %s", nameOf(h), f.Severity, f.Rule, f.Bond, f.Title)
			}
		}
	}
	return faults
}

// checkBond compares the verdicts on a bond. What the whole input does not show on it must not be judged.
func (x truth) checkBond(h analyzer.Host, b analyzer.Bond, whole analyzer.Host, fault func(string, ...any)) {
	i := slices.IndexFunc(whole.Bonds, func(w analyzer.Bond) bool { return w.Topology.Name == b.Topology.Name })
	if i < 0 {
		if b.Judgement.Verdict != rules.Undecided {
			fault("%s: %s, which the whole one does not have, is %s", nameOf(h), b.Topology.Name, b.Judgement.Verdict)
		}
		return
	}
	w := whole.Bonds[i]
	if !agrees(b.Judgement.Verdict, w.Judgement.Verdict) {
		fault("%s: %s is %s, in the whole one %s", nameOf(h), b.Topology.Name, b.Judgement.Verdict, w.Judgement.Verdict)
	}
	for k, a := range b.Topology.Attachments {
		want := w.Judgement.Verdict
		for n, other := range w.Topology.Attachments {
			if other.Name == a.Name {
				want = w.Judgements[n].Verdict
			}
		}
		if got := b.Judgements[k].Verdict; !agrees(got, want) {
			fault("%s: %s below %s is %s, in the whole one %s", nameOf(h), b.Topology.Name, a.Name, got, want)
		}
	}
}

// agrees: what was lost may leave a verdict open, and never change it.
func agrees(got, whole rules.Verdict) bool { return got == whole || got == rules.Undecided }

// TestCut cuts real reports, in every form that they come in, at many places: what could be read is judged as in the whole report or not at all.
func TestCut(t *testing.T) {
	demo, host := demoTar(t), hostTar(t, "lacp-libvirt")
	inputs := []struct {
		name         string
		data         []byte
		cuts, nested int // places, for one archive and for nested ones
	}{
		{"demo", demo, 200, 10},
		{"demo reversed", reversed(t, demo), 6, 10},
		{"lacp-libvirt", host, 20, 10},
		{"lacp-libvirt reversed", reversed(t, host), 20, 10},
		{"slb-active reversed", reversed(t, hostTar(t, "slb-active")), 20, 5},
		{"ovs-openstack", hostTar(t, "ovs-openstack"), 20, 5},
		{"mustgather-sos", hostTar(t, "mustgather-sos"), 20, 10},
		{"mustgather-cnv reversed", reversed(t, hostTar(t, "mustgather-cnv")), 10, 5},
	}
	for _, in := range inputs {
		for _, p := range packings(t) {
			cuts := in.cuts
			if strings.Contains(p.name, " in ") {
				cuts = in.nested
			}
			t.Run(path.Join(in.name, p.name), func(t *testing.T) {
				data, dir := p.pack(t, in.data), t.TempDir()
				whole := truthOf(analyze(t, dir, data, p.xz))
				if len(whole.hosts) == 0 {
					t.Fatal("the whole input has no host")
				}
				for _, at := range positions(len(data), cuts) {
					for _, f := range whole.check(analyze(t, dir, data[:at], p.xz)) {
						t.Errorf("cut at %d of %d: %s", at, len(data), f)
					}
				}
			})
		}
	}
}

// TestCutFile cuts in the middle of every file, and at its end.
func TestCutFile(t *testing.T) {
	for _, name := range []string{"slb-active", "rhel9-lacp-nm", "ovs-openstack", "suse-xen"} {
		data, dir := reversed(t, hostTar(t, name)), t.TempDir()
		whole := truthOf(analyze(t, dir, data, archive.XZGo))
		r := bytes.NewReader(data)
		for files := tar.NewReader(r); ; {
			hdr, err := files.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			must(t, err)
			from := len(data) - r.Len()
			for _, at := range []int{from + int(hdr.Size)*2/3, from + int(hdr.Size)} {
				for _, f := range whole.check(analyze(t, dir, data[:at], archive.XZGo)) {
					t.Errorf("%s cut in %s, at %d: %s", name, hdr.Name, at-from, f)
				}
			}
		}
	}
}

// TestFlipped: a bit error in compressed data must not change what a report says. A tar file has no checksums that could tell.
func TestFlipped(t *testing.T) {
	for _, in := range []struct {
		name  string
		data  []byte
		flips int
	}{{"demo", demoTar(t), 8}, {"lacp-libvirt reversed", reversed(t, hostTar(t, "lacp-libvirt")), 60}} {
		for _, p := range packings(t) {
			if p.name == "tar" {
				continue
			}
			t.Run(path.Join(in.name, p.name), func(t *testing.T) {
				data, dir := p.pack(t, in.data), t.TempDir()
				whole := truthOf(analyze(t, dir, data, p.xz))
				whole.findings = nil // they quote what was read, right or wrong
				size := len(data)
				if strings.HasSuffix(p.name, "zip") { // nothing proves the names in the list at its end
					size = bytes.Index(data, []byte("PK\x01\x02"))
				}
				for i, at := range positions(size, in.flips) {
					bad := bytes.Clone(data)
					bad[at] ^= 1 << (i % 8)
					for _, f := range whole.check(analyze(t, dir, bad, p.xz)) {
						t.Errorf("bit %d of byte %d of %d: %s", i%8, at, len(data), f)
					}
				}
			})
		}
	}
}
