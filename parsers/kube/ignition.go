package kube

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Bounds of the files of MachineConfigs: how many in one, bytes of one of them, and bytes of all in one text.
const (
	maxFiles    = 1000
	maxContents = 1 << 20
	maxTotal    = 32 << 20
)

func (r *reader) machineConfig(n *yaml.Node, meta Meta) {
	c := MachineConfig{Meta: meta, Role: meta.Labels["machineconfiguration.openshift.io/role"]}
	for _, item := range r.Items(r.Path(n, "spec", "config", "storage", "files")) {
		at := r.Get(item, "path")
		if name := r.Text(at).Value; isNetworkFile(name) && len(c.Files) < maxFiles {
			c.Files = append(c.Files, r.file(item, ConfigFile{Line: at.Line, Path: cut(name, maxText), Overwrite: r.Bool(r.Get(item, "overwrite"))}))
		}
	}
	for _, item := range r.Items(r.Path(n, "spec", "kernelArguments")) {
		if arg := r.at(item); arg.Found() {
			c.KernelArgs = append(c.KernelArgs, arg)
		}
	}
	r.objects.MachineConfigs = append(r.objects.MachineConfigs, c)
}

// isNetworkFile reports whether a file of that path tells of networks.
func isNetworkFile(name string) bool {
	dir, base := path.Split(name)
	switch {
	case dir == "/etc/sysconfig/network-scripts/":
		return strings.HasPrefix(base, "ifcfg-")
	case dir == "/etc/NetworkManager/system-connections/", dir == "/etc/modprobe.d/":
		return base != ""
	case strings.HasPrefix(dir, "/etc/nmstate/"):
		return strings.HasSuffix(base, ".yml") || strings.HasSuffix(base, ".yaml")
	}
	return false
}

// file reads the contents of a file: of Ignition 2 and 3 (contents, and append: true of 2), and what Ignition 3 appends (append, a list).
func (r *reader) file(n *yaml.Node, f ConfigFile) ConfigFile {
	f.Contents = r.contents(r.Get(n, "contents"))
	more := r.Get(n, "append")
	if more == nil {
		return f
	}
	if more.Kind == yaml.ScalarNode {
		f.Appended = r.Bool(more).Value
		return f
	}
	f.Appended = r.Path(n, "contents", "source") == nil
	for _, item := range r.Items(more) {
		f.Contents = append(f.Contents, r.contents(item)...)
	}
	return f
}

// contents decodes the source of a file, which without one is empty.
func (r *reader) contents(n *yaml.Node) []byte {
	source := r.Get(n, "source")
	s := r.Text(source).Value
	if s == "" {
		return nil
	}
	limit := min(maxContents, maxTotal-r.unpacked)
	data, err := dataURL(s)
	if err == nil {
		data, err = decompress(data, r.str(r.Get(n, "compression")), limit)
	}
	data = data[:min(len(data), limit)]
	r.unpacked += len(data)
	if err != nil {
		kind, _, _ := strings.Cut(cut(s, 100), ",") // what follows may hold a secret
		r.Problem(&yaml.Node{Line: source.Line, Value: kind}, err.Error())
	}
	return data
}

var errNoData = errors.New("not a data URL: the contents are elsewhere")

// dataURL decodes "data:[MEDIATYPE][;PARAMETER...][;base64],DATA" (RFC 2397). With an error it returns what could be decoded.
func dataURL(s string) ([]byte, error) {
	s, ok := cutFold(s, "data:")
	if !ok {
		return nil, errNoData
	}
	kind, body, ok := strings.Cut(s, ",")
	if !ok {
		return nil, errors.New("a data URL without data")
	}
	plain, err := url.PathUnescape(body)
	if err != nil {
		return nil, fmt.Errorf("a data URL that cannot be decoded: %w", err)
	}
	if !strings.HasSuffix(strings.ToLower(strings.TrimSpace(kind)), ";base64") {
		return []byte(plain), nil
	}
	return unbase64(plain)
}

// cutFold cuts a prefix, written in any case, off s.
func cutFold(s, prefix string) (after string, found bool) {
	s = strings.TrimSpace(s)
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// base64Chars makes the alphabet of URLs the standard one, and drops blanks and the padding.
var base64Chars = strings.NewReplacer("-", "+", "_", "/", "=", "", " ", "", "\n", "", "\t", "", "\r", "")

func unbase64(s string) ([]byte, error) {
	data, err := base64.RawStdEncoding.DecodeString(base64Chars.Replace(s))
	if err != nil {
		err = fmt.Errorf("not base64 from byte %d on", len(data))
	}
	return data, err
}

var errLong = errors.New("too long: the rest is not read")

// decompress unpacks contents of at most limit bytes, which are gzip where their first bytes say so, too. With an error it returns what could
// be read.
func decompress(data []byte, compression string, limit int) ([]byte, error) {
	switch {
	case compression == "gzip", bytes.HasPrefix(data, []byte{0x1f, 0x8b}):
		return gunzip(data, limit)
	case compression != "":
		return nil, errors.New("an unknown compression: " + compression)
	case len(data) > limit:
		return bytes.Clone(data[:limit]), errLong
	}
	return data, nil
}

func gunzip(data []byte, limit int) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("not gzip: %w", err)
	}
	out, err := io.ReadAll(io.LimitReader(z, int64(limit)+1))
	if len(out) > limit {
		return out[:limit:limit], errLong
	}
	if err != nil {
		return out, fmt.Errorf("the gzip data are damaged: %w", err)
	}
	return out, nil
}
