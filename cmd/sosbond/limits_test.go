//go:build linux

package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/klauspost/compress/zip"
	"github.com/klauspost/compress/zstd"
	"github.com/mholt/archiver/v4"
	"github.com/ulikunitz/xz"

	"github.com/sosbond/sosbond/analyzer/hosttest"
)

// tarPack writes an archive for a test.
type tarPack struct {
	t  testing.TB
	tw *tar.Writer
	b  *bytes.Buffer
}

func newPack(t testing.TB) *tarPack {
	b := &bytes.Buffer{}
	return &tarPack{t: t, tw: tar.NewWriter(b), b: b}
}

func (p *tarPack) file(name, body string) *tarPack {
	p.header(&tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(body))})
	_, err := io.WriteString(p.tw, body)
	check(p.t, err)
	return p
}

func (p *tarPack) header(h *tar.Header) { check(p.t, p.tw.WriteHeader(h)) }

// host adds a report: a bond with guests whose mode does not work.
func (p *tarPack) host(root string) *tarPack {
	files, err := hosttest.Packed(hosttest.Archive(p.t, "alb-netns"))
	check(p.t, err)
	for _, f := range files {
		if !strings.Contains(f.Name, " -> ") {
			p.file(root+"/"+f.Name, string(f.Data))
		}
	}
	return p
}

// open is the archive so far, without the mark of its end.
func (p *tarPack) open() []byte {
	check(p.t, p.tw.Flush())
	return bytes.Clone(p.b.Bytes())
}

func (p *tarPack) bytes() []byte {
	check(p.t, p.tw.Close())
	return p.b.Bytes()
}

// compressors make one stream each; such streams can follow one another.
func compressors(t testing.TB) map[string]func([]byte) []byte {
	through := func(open func(io.Writer) (io.WriteCloser, error)) func([]byte) []byte {
		return func(data []byte) []byte {
			var b bytes.Buffer
			w, err := open(&b)
			check(t, err)
			_, err = w.Write(data)
			check(t, err)
			check(t, w.Close())
			return b.Bytes()
		}
	}
	return map[string]func([]byte) []byte{
		"gzip":  through(func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriterLevel(w, gzip.BestCompression) }),
		"bzip2": through(func(w io.Writer) (io.WriteCloser, error) { return archiver.Bz2{}.OpenWriter(w) }),
		"zstd":  through(func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) }),
		"xz":    through(func(w io.Writer) (io.WriteCloser, error) { return xz.WriterConfig{DictCap: 1 << 16}.NewWriter(w) }),
	}
}

// claimed is the header of a file of that size, without its content.
func claimed(t testing.TB, name string, size int64) []byte {
	p := newPack(t)
	p.header(&tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: size, Format: tar.FormatGNU})
	return p.b.Bytes()
}

// zeros is data without end.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

const bombMember = "r/var/log/messages" // read as a stream with --deep

// TestDecompressionBomb: 4 GB of zeros in a member that is wanted, in each compression.
func TestDecompressionBomb(t *testing.T) {
	for name, compress := range compressors(t) {
		t.Run(name, func(t *testing.T) {
			data := compress(append(newPack(t).host("r").open(), claimed(t, bombMember, 4<<30)...))
			data = append(data, bytes.Repeat(compress(make([]byte, 4<<20)), 32)...)
			for _, args := range [][]string{nil, {"--xz", "go"}} {
				if args != nil && name != "xz" {
					continue
				}
				r := attack{args: append(args, "--deep", save(t, "bomb.tar", data))}.run(t)
				r.refused(t, 0, "bomb.tar was read in part only", "decompress to more than 500 times their size", "--max-ratio")
				r.noted(t, "--max-ratio")
			}
		})
	}
}

// TestBombWithinRatio: data that stay below the ratio end at the total.
func TestBombWithinRatio(t *testing.T) {
	compress := compressors(t)["gzip"]
	line := []byte(strings.Repeat("Nov 22 10:00:00 hv01 app[1]: the same line again and again\n", 20_000))
	data := compress(append(newPack(t).host("r").open(), claimed(t, bombMember, 4<<30)...))
	data = append(data, bytes.Repeat(compress(line), 400)...)
	r := attack{args: []string{"--deep", "--max-total", "300MiB", save(t, "long.tar.gz", data)}}.run(t)
	r.refused(t, 0, "decompresses to more than 300 MiB (raise the limit with --max-total")
	r.noted(t, "--max-total")
}

// TestNestedBombs: compressions around one another, each below the ratio; archives in archives; many small ones side by side.
func TestNestedBombs(t *testing.T) {
	compress := compressors(t)["gzip"]
	t.Run("layers", func(t *testing.T) {
		data := append(newPack(t).host("r").open(), claimed(t, bombMember, 4<<30)...)
		data = append(data, make([]byte, 8<<20)...)
		for range 3 { // the zeros compress a thousand times, what comes of them again
			data = bytes.Repeat(compress(data), 8)
		}
		r := attack{args: []string{"--deep", save(t, "layers.tar.gz", data)}}.run(t)
		r.refused(t, 0, "layers.tar.gz")
	})
	t.Run("more layers than are taken off", func(t *testing.T) {
		data := newPack(t).host("r").bytes()
		for range 30 {
			data = compress(data)
		}
		attack{args: []string{save(t, "quine.gz", data)}}.run(t).refused(t, 0, "quine.gz is no archive but binary data of an unknown kind compressed with gzip and gzip")
	})
	t.Run("archives in archives", func(t *testing.T) {
		data := newPack(t).file("core", "x").bytes()
		for range 40 {
			data = compress(newPack(t).file("a.tar.gz", string(data)).file("b.tar.gz", string(data[:min(len(data), 4096)])).bytes())
		}
		data = newPack(t).host("r").file("z.tar.gz", string(data)).bytes()
		r := attack{args: []string{save(t, "deep.tar", data)}}.run(t)
		r.refused(t, 0, "it lies inside more than 4 other archives (raise the limit with --max-depth")
		r.noted(t)
	})
	t.Run("side by side", func(t *testing.T) {
		p := newPack(t).host("r")
		one := compress(append(claimed(t, "x", 1<<20), make([]byte, 1<<20)...))
		for i := range 600 {
			p.file(fmt.Sprintf("case/%d.tar.gz", i), string(one))
		}
		r := attack{args: []string{"--max-total", "256MiB", save(t, "many.tar", p.bytes())}}.run(t)
		r.refused(t, 0, "--max-total")
		r.noted(t, "--max-total")
	})
	t.Run("bombs beside a report", func(t *testing.T) {
		p := newPack(t)
		bomb := append(compress(claimed(t, "x", 4<<30)), bytes.Repeat(compress(make([]byte, 8<<20)), 32)...)
		for i := range 4 {
			p.file(fmt.Sprintf("case/%d.tar.gz", i), string(bomb))
		}
		data := p.file("sosreport-r.tar.gz", string(compress(newPack(t).host("r").bytes()))).bytes()
		r := attack{args: []string{save(t, "case.tar", data)}}.run(t)
		r.refused(t, 0, "case/0.tar.gz was not read to its end", "case/3.tar.gz was not read to its end")
		if doc := r.noted(t); !doc.Hosts[0].Source.Complete {
			t.Errorf("the report beside them is not complete: %q", doc.Hosts[0].Source.Notes)
		}
	})
}

// TestWindows: a few bytes ask for a window of gigabytes, or a thousand of them for a large one each.
func TestWindows(t *testing.T) {
	zst := []byte("\x28\xb5\x2f\xfd\x00\xa8") // no single segment, no size, a window of 2 GiB
	for name, data := range map[string][]byte{"zstd": append(zst, make([]byte, 100)...), "xz": xzAsking(0x21, 38)} {
		t.Run(name, func(t *testing.T) {
			for _, xz := range []string{"auto", "go"} {
				r := attack{args: []string{"--xz", xz, save(t, "window", append(data, make([]byte, 4096)...))}}.run(t)
				r.refused(t, 64, "window", "takes a window of more than 256 MiB of memory (raise the limit with --max-window")
			}
		})
	}
	t.Run("nested", func(t *testing.T) {
		p := newPack(t).host("r")
		for i := range 100 {
			p.file(fmt.Sprintf("case/%d.tar.xz", i), string(xzAsking(0x21, 30))) // 256 MiB each
		}
		r := attack{args: []string{"--max-total", "300MiB", save(t, "windows.tar", p.bytes())}}.run(t)
		r.refused(t, 700, "--max-total")
		r.noted(t, "--max-total")
	})
}

// xzAsking is the start of xz data whose first block has a filter with that property: for LZMA2 (0x21) the size of the dictionary.
func xzAsking(filter, property byte) []byte {
	data := []byte("\xfd7zXZ\x00\x00\x01")
	data = binary.LittleEndian.AppendUint32(data, crc32.ChecksumIEEE(data[6:]))
	block := []byte{0x02, 0x00, filter, 0x01, property, 0, 0, 0}
	data = append(data, block...)
	return append(binary.LittleEndian.AppendUint32(data, crc32.ChecksumIEEE(block)), 0x01, 0x00, 0x00, 'x')
}

// TestTarHeaders: headers that claim what no file has.
func TestTarHeaders(t *testing.T) {
	report := newPack(t).host("r").open()
	special := func(typ byte, size int64) []byte {
		h := claimed(t, "././@LongLink", size)
		h[156] = typ
		return sum(h)
	}
	pax := func(records string) []byte {
		h := claimed(t, "PaxHeaders/x", int64(len(records)))
		h[156] = 'x'
		body := append([]byte(records), make([]byte, (512-len(records)%512)%512)...)
		return append(sum(h), body...)
	}
	record := func(key, value string) string {
		n := len(key) + len(value) + 3
		for len(fmt.Sprint(n))+len(key)+len(value)+3 != n {
			n = len(fmt.Sprint(n)) + len(key) + len(value) + 3
		}
		return fmt.Sprintf("%d %s=%s\n", n, key, value)
	}
	sparse := record("GNU.sparse.major", "1") + record("GNU.sparse.minor", "0") + record("GNU.sparse.name", bombMember) + record("GNU.sparse.realsize", "8000000000000000000")
	cases := map[string]struct {
		data []byte
		want string
	}{
		"a file of 8 EB":           {claimed(t, "r/core", 1<<63-1), "the tar data end early"},
		"a wanted file of 8 EB":    {claimed(t, bombMember, 1<<63-1), "the tar data end early"},
		"a negative size":          {sum(negative(claimed(t, "r/core", 1<<40))), "the tar data are corrupt"},
		"a long name of 1 GB":      {special('L', 1<<30), "the tar data"},
		"a long link of 1 GB":      {special('K', 1<<30), "the tar data"},
		"a PAX header of 1 GB":     {special('x', 1<<30), "the tar data"},
		"a global header of 1 GB":  {special('g', 1<<30), "the tar data"},
		"a PAX header of 4 MB":     {pax(record("comment", strings.Repeat("x", 4<<20))), "the tar data"},
		"many PAX records":         {pax(strings.Repeat(record("a", "b"), 150_000)), ""},
		"a PAX size of 8 EB":       {append(pax(record("size", "9223372036854775807")), claimed(t, "r/core", 0)...), "the tar data end early"},
		"a sparse map of millions": {append(append(pax(sparse), claimed(t, "x", 64<<20)...), []byte("9999999\n"+strings.Repeat("0\n0\n", 200_000))...), "the tar data"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			data := append(append(bytes.Clone(report), c.data...), make([]byte, 1024)...)
			for _, way := range []attack{{args: []string{"--deep", save(t, "odd.tar", data)}}, {args: []string{"--deep", "-"}, stdin: bytes.NewReader(data)}} {
				r := way.run(t)
				if c.want == "" && r.status == exitOK {
					continue
				}
				r.refused(t, 0, c.want)
				r.noted(t, c.want)
			}
		})
	}
}

// sum sets the checksum of a tar header.
func sum(h []byte) []byte {
	copy(h[148:156], "        ")
	n := 0
	for _, c := range h[:512] {
		n += int(c)
	}
	copy(h[148:156], fmt.Sprintf("%06o\x00 ", n))
	return h
}

// negative makes the size of a tar header negative.
func negative(h []byte) []byte {
	copy(h[124:136], "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00")
	return h
}

// TestSparseTar: a wanted file of 1 TB that is a hole, in the old form of GNU tar.
func TestSparseTar(t *testing.T) {
	h := claimed(t, bombMember, 0)
	h[156] = 'S'
	copy(h[386:398], "00000000000\x00")                      // a piece of data at 0
	copy(h[398:410], "00000000000\x00")                      // of no bytes
	copy(h[483:495], "\x80\x00\x00\x00\x00\x00\x01\x00\x00") // 1 TiB in all
	data := append(append(newPack(t).host("r").open(), sum(h)...), make([]byte, 1024)...)
	r := attack{args: []string{"--deep", save(t, "sparse.tar", data)}}.run(t)
	r.refused(t, 0, "--max-ratio")
	r.noted(t, "--max-ratio")
}

// TestEndless: standard input that never ends, as one member, as many, and as members of no content in compressed data.
func TestEndless(t *testing.T) {
	report := newPack(t).host("r").open()
	gz := compressors(t)["gzip"]
	cases := map[string]io.Reader{
		"one member":           io.MultiReader(bytes.NewReader(report), bytes.NewReader(claimed(t, "r/core", 1<<62)), zeros{}),
		"a wanted member":      io.MultiReader(bytes.NewReader(report), bytes.NewReader(claimed(t, bombMember, 1<<62)), zeros{}),
		"members of gzip data": io.MultiReader(bytes.NewReader(gz(report)), &again{data: bytes.Repeat(gz(nil), 4096)}),
	}
	for name, stdin := range cases {
		t.Run(name, func(t *testing.T) {
			r := attack{args: []string{"--deep", "--max-total", "200MiB", "-"}, stdin: stdin}.run(t)
			r.refused(t, 0, "--max-total")
			r.noted(t, "--max-total")
		})
	}
}

// again is the same data again and again.
type again struct {
	data []byte
	at   int
}

func (a *again) Read(b []byte) (int, error) {
	n := copy(b, a.data[a.at:])
	a.at = (a.at + n) % len(a.data)
	return n, nil
}

// TestManyMembers: more members than the limit, each empty; and more than are kept where all are wanted.
func TestManyMembers(t *testing.T) {
	t.Run("unwanted", func(t *testing.T) {
		var data bytes.Buffer
		zw := gzip.NewWriter(&data)
		_, err := zw.Write(newPack(t).host("r").open())
		check(t, err)
		h := claimed(t, "r/sos_commands/x/0000000", 0)
		for i := range 30_000 {
			copy(h[18:], fmt.Sprintf("%06d", i))
			_, err := zw.Write(sum(h))
			check(t, err)
		}
		check(t, zw.Close())
		r := attack{args: []string{"--whole", "--max-members", "20000", save(t, "many.tar.gz", data.Bytes())}}.run(t)
		r.refused(t, 0, "it holds more than 20,000 members (raise the limit with --max-members")
		r.noted(t, "--max-members")
	})
	t.Run("wanted", func(t *testing.T) {
		p := newPack(t).host("r")
		for i := range 20_000 {
			p.file(fmt.Sprintf("r/etc/sysconfig/network-scripts/ifcfg-e%d", i), "")
		}
		r := attack{args: []string{"--max-host", "2MiB", save(t, "wanted.tar", p.bytes())}}.run(t)
		r.refused(t, 0, "the wanted files of the report take more than 2 MiB (raise the limit with --max-host")
		r.noted(t, "--max-host")
	})
}

// TestManyReports: reports that together are more than is kept, and more reports than the limit.
func TestManyReports(t *testing.T) {
	big := strings.Repeat("x", 200<<10)
	compress := compressors(t)["gzip"]
	one := compress(newPack(t).file("r/version.txt", "sos report: 4.5.1\n").file("r/sos_commands/networking/ip_-s_-d_link", big).
		file("r/sos_commands/networking/ip_-d_address", big).file("r/sos_commands/networking/bridge_-d_link", big).bytes())
	p := newPack(t).host("a")
	for i := range 20 {
		p.file(fmt.Sprintf("sosreport-%03d.tar.gz", i), string(one))
	}
	file := save(t, "bundle.tar", p.bytes())
	t.Run("memory", func(t *testing.T) {
		r := attack{args: []string{"--max-kept", "6MiB", file}}.run(t)
		r.refused(t, 0, "bundle.tar/sosreport-019.tar.gz/r: Not all files were kept, since the wanted files of all reports take more than 6 MiB (raise the limit with --max-kept")
		doc := r.noted(t, "--max-kept")
		if len(doc.Hosts) != 21 || !doc.Hosts[0].Source.Complete || doc.Hosts[20].Source.Complete {
			t.Errorf("%d hosts; the first complete %v, the last %v", len(doc.Hosts), doc.Hosts[0].Source.Complete, doc.Hosts[len(doc.Hosts)-1].Source.Complete)
		}
	})
	t.Run("number", func(t *testing.T) {
		r := attack{args: []string{"--max-hosts", "5", file}}.run(t)
		r.refused(t, 0, "The input holds more than 5 reports; the others were left out (raise the limit with --max-hosts")
		if n := len(r.report(t).Hosts); n != 5 {
			t.Errorf("%d hosts", n)
		}
	})
	t.Run("one file", func(t *testing.T) {
		r := attack{args: []string{"--max-file", "9MiB", save(t, "file.tar", newPack(t).host("r").file("r/sos_commands/networking/ip_-s_-d_link", strings.Repeat("x\n", 5<<20)).bytes())}}.run(t)
		r.refused(t, 0, "ip_-s_-d_link is larger than 9 MiB; only that much of it was read (raise the limit with --max-file")
		r.noted(t, "--max-file")
	})
	t.Run("several inputs", func(t *testing.T) {
		r := attack{args: []string{"--max-kept", "2MiB", file, file, file}}.run(t)
		r.refused(t, 0, "--max-kept")
		if n := len(r.report(t).Hosts); n != 63 {
			t.Errorf("%d hosts", n)
		}
	})
}

// TestBeforeTheRoot: what comes before a report's root is known is kept within the same limits, and taken up by thousands of roots.
func TestBeforeTheRoot(t *testing.T) {
	p := newPack(t)
	for i := range 3000 {
		p.file(fmt.Sprintf("d%d/proc/net/bonding/bond0", i%500), "x")
	}
	for i := range 500 {
		p.file(fmt.Sprintf("d%d/sos_commands/host/hostname", i), "x")
	}
	file := save(t, "late.tar", p.bytes())
	r := attack{args: []string{"--max-host", "1MiB", file}}.run(t)
	r.refused(t, 0, "more than 1 MiB of files came before the report's root could be told (raise the limit with --max-host")
	r.noted(t, "--max-host")
}

// TestMustGatherRoom: the objects of a cluster that are more than are kept.
func TestMustGatherRoom(t *testing.T) {
	p := newPack(t).file("mg/version", "openshift/must-gather\n4.16.0\n")
	for i := range 50 {
		p.file(fmt.Sprintf("mg/cluster-scoped-resources/core/nodes/n%02d.yaml", i), fmt.Sprintf("apiVersion: v1\nkind: Node\nmetadata:\n  name: n%02d\n# %s\n", i, strings.Repeat("x", 100_000)))
	}
	file := save(t, "mg.tar", p.bytes())
	r := attack{args: []string{"--max-objects", "1MiB", file}}.run(t)
	r.refused(t, 0, "mg.tar/mg: cluster-scoped-resources/core/nodes/n10.yaml could not be read: it was not kept, since the objects of the cluster take more than 1 MiB (raise the limit with --max-objects")
	r.noted(t, "--max-objects")
	r = attack{args: []string{"--max-kept", "1MiB", "--max-host", "1MiB", file}}.run(t)
	r.refused(t, 0, "take more than 1 MiB")
	r.noted(t, "take more than 1 MiB")
}

// TestRecords: more of a kind than is looked at.
func TestRecords(t *testing.T) {
	var links strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&links, "%d: d%d: <BROADCAST,UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default qlen 1000\n    link/ether 02:00:00:00:%02x:%02x brd ff:ff:ff:ff:ff:ff\n", i+100, i, i/256, i%256)
	}
	p := newPack(t).host("r").file("r/sos_commands/networking/ip_-s_-d_link", links.String())
	for i := range 30 {
		p.file(fmt.Sprintf("r/proc/net/bonding/b%d", i), "Ethernet Channel Bonding Driver: v5.14.0\n\nBonding Mode: load balancing (round-robin)\nMII Status: up\n")
	}
	file := save(t, "records.tar", p.bytes())
	r := attack{args: []string{"--max-records", "1000", file}}.run(t)
	r.refused(t, 0, "records.tar/r: The report has 30", "(Links), of which 1000 were looked at (raise the limit with --max-records")
	r.noted(t, "--max-records")
	r = attack{args: []string{"--max-bonds", "20", file}}.run(t)
	r.refused(t, 0, "bonds, of which 20 were looked at with the guests on them (raise the limit with --max-bonds")
	if doc := r.noted(t, "--max-bonds"); len(doc.Hosts[0].Bonds) != 20 || doc.Hosts[0].Source.Complete {
		t.Errorf("%d bonds", len(doc.Hosts[0].Bonds))
	}
}

// TestZipBombs: members that overlap, a list of millions of members, numbers that lie.
func TestZipBombs(t *testing.T) {
	t.Run("overlapping", func(t *testing.T) {
		r := attack{args: []string{"--deep", save(t, "overlap.zip", overlapping(t, 100, 8<<20))}}.run(t)
		r.refused(t, 0, "--max-ratio")
		r.noted(t, "--max-ratio")
	})
	t.Run("list", func(t *testing.T) {
		data := append(zipReport(t), bytes.Repeat(listed("r/x", 0, 0), 900_000)...)
		data = append(data, listEnd(900_000, uint64(len(data)))...)
		attack{args: []string{save(t, "list.zip", data)}}.run(t).refused(t, 400, "the zip file's list of members is larger than 32 MiB (raise the limit with --max-zip")
	})
	t.Run("claimed", func(t *testing.T) {
		name := save(t, "claimed.zip", append(append([]byte("PK\x03\x04"), make([]byte, 1<<16)...), listEnd(1<<34, 1000)...))
		grow(t, name, 1<<40) // a hole, so that the file is large enough for as many members as it claims
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		check(t, err)
		end := listEnd(1<<34, 1000)
		_, err = f.WriteAt(place64(end, 1<<40-int64(len(end))), 1<<40-int64(len(end)))
		check(t, err)
		check(t, f.Close())
		attack{args: []string{name}}.run(t).refused(t, 64, "the zip file's list of members is larger than 32 MiB (raise the limit with --max-zip")
	})
	t.Run("in memory", func(t *testing.T) {
		r := attack{args: []string{"--max-zip", "1MiB", "-"}, stdin: io.MultiReader(bytes.NewReader(zipReport(t)), zeros{})}.run(t)
		r.refused(t, 0, "the zip file would take more than 1 MiB of memory (raise the limit with --max-zip")
	})
}

// zipReport is a zip file of a report, up to its list of members.
func zipReport(t testing.TB) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.Create("r/version.txt")
	check(t, err)
	_, err = io.WriteString(f, "sos report: 4.5.1\n")
	check(t, err)
	check(t, w.Flush())
	return b.Bytes()
}

// overlapping is a zip file of a report with n logs that are one and the same data.
func overlapping(t testing.TB, n int, size int64) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range []struct{ name, body string }{{"r/version.txt", "sos report: 4.5.1\n"}, {"r/proc/net/bonding/bond0", "Bonding Mode: load balancing (round-robin)\nMII Status: up\n"}, {"r/var/log/messages", ""}} {
		out, err := w.Create(f.name)
		check(t, err)
		_, err = io.WriteString(out, f.body)
		check(t, err)
		if f.body == "" {
			_, err = io.CopyN(out, zeros{}, size)
			check(t, err)
		}
	}
	check(t, w.Close())
	r, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	check(t, err)
	end := bytes.LastIndex(b.Bytes(), []byte("PK\x05\x06"))
	list := int64(binary.LittleEndian.Uint32(b.Bytes()[end+16:]))
	data := bytes.Clone(b.Bytes()[:end])
	last := r.File[2]
	at, err := last.DataOffset()
	check(t, err)
	for i := range n {
		data = append(data, listed(fmt.Sprintf("r/sos_commands/logs/journalctl_--no-pager_--boot_--since_%d", i), uint32(last.CompressedSize64), uint32(at)-30-uint32(len(last.Name)))...)
	}
	out := binary.LittleEndian.AppendUint16([]byte("PK\x05\x06\x00\x00\x00\x00"), uint16(n+3))
	out = binary.LittleEndian.AppendUint16(out, uint16(n+3))
	out = binary.LittleEndian.AppendUint32(out, uint32(int64(len(data))-list))
	out = binary.LittleEndian.AppendUint32(out, uint32(list))
	return append(append(data, out...), 0, 0)
}

// listed is a record of a zip file's list of members (APPNOTE, 4.3.12): a deflated one that claims to be of 4 GB.
func listed(name string, compressed, at uint32) []byte {
	b := append([]byte("PK\x01\x02"), make([]byte, 42)...)
	b[4], b[5], b[6] = 20, 3, 20
	b[10] = 8
	binary.LittleEndian.PutUint32(b[20:], compressed)
	binary.LittleEndian.PutUint32(b[24:], 1<<32-2)
	binary.LittleEndian.PutUint16(b[28:], uint16(len(name)))
	binary.LittleEndian.PutUint32(b[38:], 0o100644<<16)
	binary.LittleEndian.PutUint32(b[42:], at)
	return append(b, name...)
}

// listEnd is the end of a zip file's list of so many members, in the form for large files (APPNOTE, 4.3.14 to 4.3.16); at is where it stands.
func listEnd(members, at uint64) []byte {
	b := append([]byte("PK\x06\x06"), make([]byte, 52)...)
	binary.LittleEndian.PutUint64(b[4:], 44)
	binary.LittleEndian.PutUint64(b[24:], members)
	binary.LittleEndian.PutUint64(b[32:], members)
	binary.LittleEndian.PutUint64(b[40:], 1000)
	binary.LittleEndian.PutUint64(b[48:], 100)
	b = append(b, "PK\x06\x07\x00\x00\x00\x00"...)
	b = binary.LittleEndian.AppendUint64(b, at)
	b = append(b, 1, 0, 0, 0)
	b = append(b, "PK\x05\x06\x00\x00\x00\x00\xff\xff\xff\xff"...)
	return append(b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0)
}

// place64 says in such an end that it stands elsewhere.
func place64(end []byte, at int64) []byte {
	binary.LittleEndian.PutUint64(end[56+8:], uint64(at))
	return end
}

// grow makes a file larger with a hole.
func grow(t testing.TB, name string, size int64) {
	t.Helper()
	if err := os.Truncate(name, size); err != nil {
		t.Skipf("the file system has no files of %d bytes: %v", size, err)
	}
}
