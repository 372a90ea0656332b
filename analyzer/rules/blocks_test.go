package rules

import (
	"bytes"
	"os/exec"
	"slices"
	"strings"
	"testing"

	goyaml "go.yaml.in/yaml/v3"
	"mvdan.cc/sh/v3/syntax"

	"github.com/sosbond/sosbond/analyzer/hosttest"
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// Keys of what is printed to be written into files.
var (
	nncpKeys  = []string{"apiVersion", "kind", "metadata", "metadata.name", "spec", "spec.nodeSelector", "spec.nodeSelector.kubernetes.io/hostname", "spec.desiredState"}
	bondKeys  = []string{"name", "type", "state", "mtu", "mac-address", "link-aggregation", "link-aggregation.mode", "link-aggregation.options", "link-aggregation.port"}
	ovsKeys   = []string{"name", "type", "state", "bridge", "bridge.port", "bridge.options"}
	placehold = strings.NewReplacer("GUEST-MAC", "52:54:00:aa:00:01", "BOND-MAC", "02:00:00:00:10:01", "SWITCH-MAC", "02:00:00:00:10:02")
)

// configBlocks are the blocks of configuration that stand in the comments of commands: runs of lines that are indented alike below a line with
// the opening word.
func configBlocks(lines []string, open string) (blocks []string) {
	var block []string
	flush := func() {
		if len(block) > 0 {
			blocks = append(blocks, strings.Join(block, "\n")+"\n")
		}
		block = nil
	}
	for _, line := range lines {
		text, ok := strings.CutPrefix(line, "#   ")
		switch {
		case !ok:
			flush()
		case len(block) > 0 || text == open:
			block = append(block, text)
		}
	}
	flush()
	return blocks
}

// checkBlocks: what is printed for netplan, networkd and nmstate, in comments, can be read by them and has keys that they know.
func checkBlocks(t *testing.T, lines []string) {
	t.Helper()
	for _, block := range configBlocks(lines, "network:") {
		checkNetplan(t, block)
	}
	for _, block := range configBlocks(lines, "[Bond]") {
		checkNetworkd(t, block)
	}
	for _, block := range configBlocks(lines, "interfaces:") {
		checkDesired(t, block)
	}
}

func checkNetplan(t *testing.T, block string) {
	t.Helper()
	var doc struct {
		Network struct {
			Bonds map[string]struct {
				Parameters map[string]any `yaml:"parameters"`
				Interfaces []string       `yaml:"interfaces"`
			} `yaml:"bonds"`
		} `yaml:"network"`
	}
	d := goyaml.NewDecoder(strings.NewReader(block))
	d.KnownFields(true)
	if err := d.Decode(&doc); err != nil {
		t.Errorf("not netplan: %v\n%s", err, block)
		return
	}
	for name, bond := range doc.Network.Bonds {
		if name == "" || len(bond.Parameters) == 0 {
			t.Errorf("no parameters:\n%s", block)
		}
		for key, value := range bond.Parameters {
			option := ""
			for o, k := range netplanKeys {
				if k == key {
					option = o
				}
			}
			if o, known := topology.OptionOf(option); !known || !o.Valid(placehold.Replace(text(value))) && !strings.Contains(text(value), "MODE") {
				t.Errorf("%s: %v\n%s", key, value, block)
			}
		}
	}
	if len(doc.Network.Bonds) != 1 {
		t.Errorf("no bond:\n%s", block)
	}
}

// text writes a scalar of YAML as a file has it.
func text(value any) string {
	out, err := goyaml.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return strings.Trim(strings.TrimSpace(string(out)), `"'`)
}

func checkNetworkd(t *testing.T, block string) {
	t.Helper()
	section := ""
	for line := range strings.Lines(block) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "["); ok {
			section = strings.TrimSuffix(name, "]")
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		known := false
		for option, k := range networkdKeys {
			o, _ := topology.OptionOf(option)
			known = known || k == key && (o.Valid(strings.TrimSuffix(value, "ms")) || strings.Contains(value, "MODE"))
			if k == key && slices.Contains(inMilliseconds, option) && !strings.HasSuffix(value, "ms") {
				t.Errorf("%s would be seconds:\n%s", line, block)
			}
		}
		if !ok || section != "Bond" || !known {
			t.Errorf("%q in [%s]:\n%s", line, section, block)
		}
	}
}

// checkDesired: a state of nmstate, or an object of Kubernetes around one, has keys that are known, and options with values that the driver takes.
func checkDesired(t *testing.T, doc string) {
	t.Helper()
	var root goyaml.Node
	if err := goyaml.Unmarshal([]byte(doc), &root); err != nil || len(root.Content) != 1 {
		t.Errorf("not YAML: %v\n%s", err, doc)
		return
	}
	state := root.Content[0]
	if spec := child(state, "spec"); spec != nil {
		checkKeys(t, state, "", nncpKeys, "spec.desiredState")
		if k := child(state, "kind"); k == nil || k.Value != "NodeNetworkConfigurationPolicy" {
			t.Errorf("what kind is it?\n%s", doc)
		}
		state = child(spec, "desiredState")
	}
	list := child(state, "interfaces")
	if list == nil || list.Kind != goyaml.SequenceNode || len(list.Content) == 0 {
		t.Errorf("no interfaces:\n%s", doc)
		return
	}
	for _, i := range list.Content {
		if kind := child(i, "type"); kind == nil || kind.Value != "bond" {
			checkKeys(t, i, "", ovsKeys, "bridge.port", "bridge.options")
			continue
		}
		checkKeys(t, i, "", bondKeys, "link-aggregation.options")
		la := child(i, "link-aggregation")
		mode := child(la, "mode")
		if m, ok := bonding.ParseMode(mode.Value); !ok || m.String() != mode.Value {
			if mode.Value != "MODE" {
				t.Errorf("mode %q:\n%s", mode.Value, doc)
			}
		}
		options := child(la, "options")
		for k := 0; options != nil && k+1 < len(options.Content); k += 2 {
			name, value := options.Content[k].Value, options.Content[k+1].Value
			if o, known := topology.OptionOf(name); !known || !o.Valid(value) {
				t.Errorf("option %s: %s\n%s", name, value, doc)
			}
		}
	}
}

func child(n *goyaml.Node, key string) *goyaml.Node {
	if n == nil || n.Kind != goyaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// checkKeys: the keys below a node, written with dots, are among the known ones; what is below open is not looked at.
func checkKeys(t *testing.T, n *goyaml.Node, at string, known []string, open ...string) {
	t.Helper()
	if n.Kind != goyaml.MappingNode || slices.Contains(open, strings.TrimSuffix(at, ".")) {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := at + n.Content[i].Value
		if !slices.Contains(known, key) {
			t.Errorf("unknown key %s", key)
		}
		checkKeys(t, n.Content[i+1], key+".", known, open...)
	}
}

// everyBlock calls f for each block of commands of every host, case and page.
func everyBlock(t *testing.T, f func(where string, lines []string)) {
	t.Helper()
	of := func(where string, read func(*testing.T) *topology.Host) {
		t.Run(where, func(t *testing.T) {
			findings, _ := Run(read(t))
			for _, x := range findings {
				for _, m := range x.Remediation {
					f(where+" "+x.Rule, m.Commands)
				}
				f(where+" "+x.Rule, x.Verification)
			}
		})
	}
	for _, name := range hosttest.Names(t) {
		of(name, func(t *testing.T) *topology.Host { return host(t, name) })
	}
	for _, c := range cases {
		of(c.rule+"/"+c.name, func(t *testing.T) *topology.Host { return hosttest.Host(t, c.archive(t)) })
	}
	for _, r := range All() {
		page, _ := Pages().Explain(r.ID)
		for _, block := range fencedBlocks(page) {
			f("explain "+r.ID, block)
		}
	}
}

// TestBlocks: all blocks of all hosts, cases and pages are read by the checks above; each kind of block is met.
func TestBlocks(t *testing.T) {
	met := map[string]int{}
	everyBlock(t, func(_ string, lines []string) {
		for _, open := range []string{"network:", "[Bond]", "interfaces:"} {
			met[open] += len(configBlocks(lines, open))
		}
		checkBlocks(t, lines)
	})
	for _, open := range []string{"network:", "[Bond]"} {
		if met[open] == 0 {
			t.Errorf("no block %q was met", open)
		}
	}
}

// TestNFTBlocks: what is printed for nft is taken by nft, where that is installed and may be asked.
func TestNFTBlocks(t *testing.T) {
	nft, err := exec.LookPath("nft")
	if err != nil {
		t.Skip("nft is not installed: the rulesets are not checked")
	}
	if out, err := runNFT(nft, "table bridge sosbond_test {\n\tchain c {\n\t\ttype filter hook postrouting priority srcnat;\n\t}\n}\n"); err != nil {
		t.Skipf("nft cannot check rulesets here (it needs root and a kernel with nf_tables): %v %s", err, out)
	}
	seen := map[string]bool{}
	everyBlock(t, func(where string, lines []string) {
		for _, doc := range heredocs(t, lines) {
			if doc = placehold.Replace(doc); !strings.Contains(doc, "table ") || seen[doc] {
				continue
			}
			seen[doc] = true
			if out, err := runNFT(nft, doc); err != nil {
				t.Errorf("%s: %v %s\n%s", where, err, out, doc)
			}
		}
	})
	if len(seen) == 0 {
		t.Error("no ruleset was met")
	}
}

func runNFT(nft, ruleset string) (string, error) {
	cmd := exec.Command(nft, "-c", "-f", "-")
	cmd.Stdin = strings.NewReader(ruleset)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.String(), err
}

// heredocs are the texts that commands give to others.
func heredocs(t *testing.T, lines []string) (docs []string) {
	t.Helper()
	f, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(strings.Join(lines, "\n")+"\n"), "")
	if err != nil {
		t.Errorf("not bash: %v\n%s", err, strings.Join(lines, "\n"))
		return nil
	}
	syntax.Walk(f, func(n syntax.Node) bool {
		if r, ok := n.(*syntax.Redirect); ok && r.Hdoc != nil {
			docs = append(docs, r.Hdoc.Lit())
		}
		return true
	})
	return docs
}
