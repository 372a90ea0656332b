package rules

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	goyaml "go.yaml.in/yaml/v3"
	shexpand "mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"

	"github.com/sosbond/sosbond/analyzer/hosttest"
	"github.com/sosbond/sosbond/analyzer/topology"
)

// okOnly are the rules whose findings report nothing to repair: they need neither remedy nor verification.
func okOnly(r Rule) bool { return r.Severity == OK }

func TestPagesAreComplete(t *testing.T) {
	for _, r := range All() {
		p, ok := Pages().Page(strings.ToLower(r.ID))
		if !ok {
			t.Errorf("%s has no page", r.ID)
			continue
		}
		titles := map[string]bool{"References": len(p.Reference) > 0}
		for _, s := range p.Sections {
			if titles[s.Title] {
				t.Errorf("%s has %q twice", r.ID, s.Title)
			}
			titles[s.Title] = true
		}
		for _, want := range []string{"What it means", "How it is detected", "Cause", "When it can be wrong", "References"} {
			if !titles[want] && (want != "Cause" || !okOnly(r)) && (want != "References" || r.Family != "data" && r.Family != "bridge") {
				t.Errorf("%s has no section %q", r.ID, want)
			}
		}
		if p.Name == "" || p.Sentence.parsed == nil || p.ID != r.ID {
			t.Errorf("%s: heading %q, %q", r.ID, p.ID, p.Name)
		}
		for _, ref := range p.Reference {
			if ref.Title == "" || ref.URL != "" && !strings.HasPrefix(ref.URL, "https://") {
				t.Errorf("%s: reference %+v", r.ID, ref)
			}
		}
	}
	if _, ok := Pages().Page("SB999"); ok {
		t.Error("a page of no rule")
	}
	if _, ok := Pages().Explain("SB999"); ok {
		t.Error("an explanation of no rule")
	}
}

// leftovers are traces of the templates that no reader may see.
var leftovers = regexp.MustCompile(`<no value>|\{\{|\}\}|<!--|%!|\bmap\[|<nil>|\[\]string`)

// TestExplain: every page makes sense to a reader without a report.
func TestExplain(t *testing.T) {
	for _, r := range All() {
		t.Run(r.ID, func(t *testing.T) {
			text, ok := Pages().Explain(r.ID)
			if !ok || !strings.HasPrefix(text, "# "+r.ID+": ") {
				t.Fatalf("no page: %.40q", text)
			}
			checkProse(t, text)
			for _, problem := range emptyHeadings(text) {
				t.Error(problem)
			}
			for _, block := range fencedBlocks(text) {
				checkCommands(t, block)
			}
		})
	}
}

// emptyHeadings finds headings without a title and headings with nothing below them.
func emptyHeadings(text string) (problems []string) {
	lines := strings.Split(text, "\n")
	fence := false
	for i, line := range lines {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			fence = !fence
		}
		title, isHeading := strings.CutPrefix(strings.TrimLeft(line, "#"), " ")
		if fence || !strings.HasPrefix(line, "#") {
			continue
		}
		if !isHeading || strings.TrimSpace(title) == "" {
			problems = append(problems, fmt.Sprintf("line %d: a heading without a title, before %q", i+1, strings.Join(lines[i+1:min(i+3, len(lines))], " ")))
			continue
		}
		next := slices.IndexFunc(lines[i+1:], func(s string) bool { return strings.TrimSpace(s) != "" })
		if next < 0 || strings.HasPrefix(line, "### ") && strings.HasPrefix(lines[i+1+next], "#") {
			problems = append(problems, fmt.Sprintf("line %d: nothing below %q", i+1, line))
		}
	}
	if fence {
		problems = append(problems, "a fence that is not closed")
	}
	return problems
}

// fencedBlocks are the contents of the fences in a Markdown text.
func fencedBlocks(text string) (blocks [][]string) {
	var block []string
	in := false
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			if in {
				blocks = append(blocks, block)
			}
			in, block = !in, nil
			continue
		}
		if in {
			block = append(block, line)
		}
	}
	return blocks
}

// checkProse: no traces of templates, and no path that only the machine has on which the report was analyzed.
func checkProse(t *testing.T, text string) {
	t.Helper()
	if m := leftovers.FindString(text); m != "" {
		at := strings.Index(text, m)
		t.Errorf("%q in …%s…", m, text[max(0, at-60):min(len(text), at+60)])
	}
	if strings.Contains(text, hosttest.Dir()) || strings.Contains(text, ".txtar") {
		t.Errorf("a path of the input: %.200q", text)
	}
	for _, bad := range []string{"  and ", " , ", " .", "``", "none and"} {
		for line := range strings.Lines(text) {
			if s := strings.TrimSpace(line); strings.Contains(s, bad) && !strings.HasPrefix(s, "```") && !looksLikeCode(s) {
				t.Errorf("%q in %q", bad, s)
			}
		}
	}
}

func looksLikeCode(s string) bool {
	return strings.HasPrefix(s, "#") || strings.Contains(s, "grep . ") || strings.Contains(s, "{ ")
}

// checkCommands: the lines are bash, what they name exists on the host and not in the report, and desired states for nmstate are YAML.
func checkCommands(t *testing.T, lines []string) *syntax.File {
	t.Helper()
	text := strings.Join(lines, "\n") + "\n"
	f, err := syntax.NewParser(syntax.KeepComments(true), syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text), "")
	if err != nil {
		t.Errorf("not bash: %v\n%s", err, text)
		return nil
	}
	if m := regexp.MustCompile(`sos_commands/|proc/\d+/net`).FindString(text); m != "" {
		t.Errorf("a path of the report (%s) in a command:\n%s", m, text)
	}
	checkBlocks(t, lines)
	syntax.Walk(f, func(n syntax.Node) bool {
		if r, ok := n.(*syntax.Redirect); ok && r.Hdoc != nil {
			checkHeredoc(t, text, r)
		}
		return true
	})
	return f
}

// checkHeredoc: the shell expands nothing in it, and the input of nmstatectl and oc is YAML with a list of interfaces.
func checkHeredoc(t *testing.T, text string, r *syntax.Redirect) {
	t.Helper()
	if len(r.Word.Parts) != 1 || reflect.TypeOf(r.Word.Parts[0]) != reflect.TypeFor[*syntax.SglQuoted]() {
		t.Errorf("the shell expands the heredoc:\n%s", text)
	}
	var body strings.Builder
	if err := syntax.NewPrinter().Print(&body, &syntax.Word{Parts: r.Hdoc.Parts}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(body.String(), "table bridge") {
		return // nftables
	}
	var doc map[string]any
	if err := goyaml.Unmarshal([]byte(body.String()), &doc); err != nil {
		t.Errorf("not YAML: %v\n%s", err, body.String())
		return
	}
	if spec, ok := doc["spec"].(map[string]any); ok {
		doc, _ = spec["desiredState"].(map[string]any)
	}
	list, _ := doc["interfaces"].([]any)
	if len(list) != 1 {
		t.Errorf("no interface in\n%s", body.String())
		return
	}
	bond, _ := list[0].(map[string]any)
	la, _ := bond["link-aggregation"].(map[string]any)
	mode, _ := la["mode"].(string)
	if bond["type"] != "bond" || bond["name"] == "" || mode == "" || la["port"] == nil {
		t.Errorf("no bond in\n%s", body.String())
	}
	options, _ := la["options"].(map[string]any)
	for name, value := range options {
		if _, ok := value.(string); !ok {
			t.Errorf("option %s is no string in\n%s", name, body.String())
		}
	}
}

// checkFinding: everything that a finding says.
func checkFinding(t *testing.T, f Finding) {
	t.Helper()
	if f.Title == "" || strings.Contains(f.Title, "\n") || !strings.HasSuffix(f.Title, ".") && f.Rule != "SB268" {
		t.Errorf("%s: title %q", f.Rule, f.Title)
	}
	if f.Cause == "" && f.Severity != OK {
		t.Errorf("%s: no cause", f.Rule)
	}
	checkProse(t, f.Title)
	checkProse(t, f.Cause)
	for _, m := range f.Remediation {
		if m.Title == "" || m.Note == "" && len(m.Commands) == 0 || strings.HasPrefix(m.Title, "#") || strings.Contains(m.Note, "```") {
			t.Errorf("%s: remedy %+v", f.Rule, m)
		}
		checkProse(t, m.Title)
		checkProse(t, m.Note)
		checkCommands(t, m.Commands)
	}
	checkCommands(t, f.Verification)
	if f.Severity.AtLeast(Warning) && (len(f.Remediation) == 0 || len(f.Verification) == 0) {
		t.Errorf("%s %s: %d remedies, %d lines of verification: %s", f.Rule, f.Severity, len(f.Remediation), len(f.Verification), f.Title)
	}
}

// TestFindings reads every finding of every host and case.
func TestFindings(t *testing.T) {
	check := func(name string, h *topology.Host) {
		t.Run(name, func(t *testing.T) {
			findings, _ := Run(h)
			for _, f := range findings {
				checkFinding(t, f)
			}
		})
	}
	for _, name := range hosttest.Names(t) {
		check(name, host(t, name))
	}
	for _, c := range cases {
		h := hosttest.Host(t, c.archive(t))
		h.Others = c.others
		check(c.rule+"/"+c.kind+"/"+c.name, h)
	}
}

// systems are edits that make another tool configure the bond.
var systems = map[string]edit{
	"rhv":   add("etc/vdsm/vdsm.conf", "[vars]\nssl = true\n"),
	"ifcfg": add(ifcfgBond, "DEVICE=bond0\nTYPE=Bond\nBONDING_MASTER=yes\nONBOOT=yes\nBONDING_OPTS=\"mode=0 miimon=100 updelay=200\"\n"),
	"nmstate": add("etc/nmstate/bond.yml", "interfaces:\n- name: bond0\n  type: bond\n  state: up\n  link-aggregation:\n    mode: balance-rr\n    options:\n      miimon: '100'\n"+
		"    port:\n    - eth0\n    - eth1\n"),
	"nncp": subOS("NAME=\"Red Hat Enterprise Linux CoreOS\"\nID=\"rhcos\"\nVARIANT_ID=\"coreos\"\nOPENSHIFT_VERSION=\"4.16\"\n"),
	"none": subOS("NAME=\"Debian GNU/Linux\"\nID=\"debian\"\nVERSION_ID=\"12\"\n"),
	"el6":  subOS("NAME=\"Red Hat Enterprise Linux Server\"\nID=\"rhel\"\nVERSION_ID=\"6.9\"\n"),
}

func subOS(text string) edit { return all(drop("etc/os-release"), add("etc/os-release", text)) }

// TestEverySystem: the texts for each system that can configure a bond, in each mode, with each kernel's wording.
func TestEverySystem(t *testing.T) {
	kernels := []string{"2.6.32-696.el6.x86_64", "3.10.0-1160.el7.x86_64", "4.18.0-513.24.1.el8_9.x86_64", labKernel, "6.12.0-55.9.1.el10_0.x86_64", "5.10.0-32-amd64"}
	for name, system := range systems {
		for mode := range modeNames {
			for _, on := range []string{"VMs", "VLAN", "macvtap", "empty bridge", "host"} {
				t.Run(fmt.Sprintf("%s/%d/%s", name, mode, on), func(t *testing.T) {
					l := lab{mode: mode, on: on, arp: mode < 4 && on != "VLAN", kernel: kernels[mode%len(kernels)], edits: []edit{system, add(dmesg, ownAddress)}}
					if on == "VMs" {
						l.edits = append(l.edits, poison)
					}
					findings, _ := Run(l.host(t))
					for _, f := range findings {
						checkFinding(t, f)
					}
				})
			}
		}
	}
}

// hostile are names that would do harm if they came unquoted into a command, a heredoc or a comment. Each holds the word PWNED.
var hostile = []string{
	"a; touch PWNED",
	"a\ntouch PWNED\n#",
	"a'; touch PWNED; '",
	`a"; touch PWNED; "`,
	"$(touch PWNED)",
	"`touch PWNED`",
	"a\nEOF\ntouch PWNED\ncat <<'EOF'",
	"-rf /PWNED",
	"a\\\ntouch PWNED",
	"a' }\n  PWNED: [\n",
	"{{.PWNED}}",
	"a | touch PWNED & #",
	"a\x00touch PWNED",
	"a\rtouch PWNED",
	"$(PWNED)",
	"`PWNED`",
	"a;PWNED",
}

// TestHostileNames gives guests, interfaces and addresses such names, one kind at a time, and looks for them in the commands.
func TestHostileNames(t *testing.T) {
	type scene struct {
		name string
		host func(*testing.T) *topology.Host
	}
	scenes := []scene{
		{"xor-vlan-loop", func(t *testing.T) *topology.Host {
			return host(t, "xor-vlan-loop", add(ebtablesFile, ebtablesTop+ebtables1))
		}},
		{"xor-vlan-loop, no workaround", func(t *testing.T) *topology.Host { return host(t, "xor-vlan-loop") }},
		{"rhel6-brctl", func(t *testing.T) *topology.Host { return host(t, "rhel6-brctl") }},
		{"slb-active, no table", func(t *testing.T) *topology.Host {
			return host(t, "slb-active", sub(nftRules, "nm-mlag-bond0", "other"))
		}},
		{"nat-only, no network", func(t *testing.T) *topology.Host {
			return host(t, "nat-only", subRE("sos_commands/virsh/virsh_-r_dumpxml_dev01", `<source network='default'.*/>`, "<source network='lab'/>"))
		}},
		{"guests-off, no bridge", func(t *testing.T) *topology.Host {
			return host(t, "guests-off", sub("etc/libvirt/qemu/ci02.xml", "bridge='br0'", "bridge='br7'"))
		}},
		{"configured only", func(t *testing.T) *topology.Host { return host(t, "guests-off", drop(procBond, ipLinks, brLink, fdb)) }},
		{"ab-arp", func(t *testing.T) *topology.Host { return host(t, "ab-arp") }},
		{"macvtap", func(t *testing.T) *topology.Host { return host(t, "macvtap-lacp", setMode(4, 6)) }},
		{"lacp-nopartner", func(t *testing.T) *topology.Host { return host(t, "lacp-nopartner") }},
	}
	for name, system := range systems {
		scenes = append(scenes, scene{"poisoned bond, " + name, func(t *testing.T) *topology.Host {
			return lab{mode: 0, on: "VMs", arp: true, edits: []edit{system, poison, add(dmesg, ownAddress)}}.host(t)
		}})
	}
	names := map[string][]string{
		"bond": {"bond0"}, "slaves": {"eth0", "eth1", "ens1f0np0", "ens1f1np1"}, "bridge": {"br0", "br7", "br100"}, "vlan": {"bond0.100"},
		"ports": {"vnet0", "vnet1", "macvtap0", "macvtap1"}, "guests": {"guest1", "guest2", "web31", "web32", "mail01", "mail02", "ci01", "ci02", "lab01", "lab02", "dev01"},
		"macs": {"52:54:00:aa:00:01", "52:54:00:aa:00:02", "02:00:00:00:10:01", "b8:3f:d2:11:0a:c0", "52:54:00:31:0b:01"}, "network": {"lab", "default"},
		"host": {"hv01.lab.example", "lab.example.com", "kvm31.example.com", "kvm06.example.com"}, "hash": {"layer2"}, "option values": {"100", "200"},
	}
	for _, s := range scenes {
		for what, old := range names {
			t.Run(s.name+"/"+what, func(t *testing.T) {
				for _, bad := range hostile {
					h := s.host(t)
					if !rename(reflect.ValueOf(h), old, bad, map[uintptr]bool{}) {
						return // nothing here has such a name
					}
					checkHostile(t, h, bad)
				}
			})
		}
	}
}

// checkHostile tells the first fault that a name brings about.
func checkHostile(t *testing.T, h *topology.Host, bad string) {
	t.Helper()
	findings, _ := Run(h)
	for _, f := range findings {
		for i, m := range f.Remediation {
			if wrong := checkQuoted(m.Commands, 0); wrong != "" {
				t.Errorf("%q in remedy %d of %s: %s:\n%s", bad, i+1, f.Rule, wrong, strings.Join(m.Commands, "\n"))
				return
			}
			if strings.ContainsAny(m.Title, "\n\r") {
				t.Errorf("%q: a title of several lines in %s: %q", bad, f.Rule, m.Title)
				return
			}
		}
		if wrong := checkQuoted(f.Verification, 0); wrong != "" {
			t.Errorf("%q in the verification of %s: %s:\n%s", bad, f.Rule, wrong, strings.Join(f.Verification, "\n"))
			return
		}
		if strings.ContainsAny(f.Title, "\n\r") {
			t.Errorf("%q: a title of several lines in %s: %q", bad, f.Rule, f.Title)
			return
		}
	}
}

// rename gives everything of a topology that has one of the names another one, and reports whether anything had. Sources keep their text: they
// are quoted as evidence, never run.
func rename(v reflect.Value, old []string, to string, seen map[uintptr]bool) (found bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() && !seen[v.Pointer()] {
			seen[v.Pointer()] = true
			found = rename(v.Elem(), old, to, seen)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[topology.Source]() || v.Type() == reflect.TypeFor[topology.Coverage]() {
			return false
		}
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				found = rename(v.Field(i), old, to, seen) || found
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			found = rename(v.Index(i), old, to, seen) || found
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			value := reflect.New(v.Type().Elem()).Elem()
			value.Set(v.MapIndex(k))
			found = rename(value, old, to, seen) || found
			v.SetMapIndex(k, value)
		}
	case reflect.String:
		if found = slices.Contains(old, v.String()); found {
			v.SetString(to)
		}
	default:
	}
	return found
}

var (
	quotedWord     = regexp.MustCompile(`\$'(?:[^'\\]|\\.)*'|'[^']*'|"(?:[^"\\$` + "`" + `]|\\.)*"`)
	aliveInComment = regexp.MustCompile("[$`(;|&] *(?:touch )?PWNED")
)

// checkQuoted says what is wrong with commands that hold a hostile text, "" when nothing is: the text must stand inside of one quoted word, in
// a comment or in a heredoc that the shell does not expand, and nowhere may it become a command, now or when a file that is written is sourced.
func checkQuoted(lines []string, depth int) (wrong string) {
	text := strings.Join(lines, "\n") + "\n"
	if !strings.Contains(text, "PWNED") && !strings.Contains(text, "touch") {
		return ""
	}
	if slices.ContainsFunc(lines, func(s string) bool { return strings.ContainsAny(s, "\x00\r") }) {
		return "a control character in a command"
	}
	f, err := syntax.NewParser(syntax.KeepComments(true), syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text), "")
	if err != nil {
		return "not bash any more: " + err.Error()
	}
	syntax.Walk(f, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CallExpr:
			if len(n.Args) > 0 && n.Args[0].Lit() == "touch" {
				wrong = "it became a command"
			}
			if len(n.Args) == 2 && n.Args[0].Lit() == "echo" && depth == 0 { // written to a file that the shell reads
				line, err := shexpand.Literal(&shexpand.Config{}, n.Args[1])
				if err != nil {
					wrong = err.Error()
				} else if w := checkQuoted([]string{line}, 1); w != "" {
					wrong = "when the file that is written is sourced: " + w
				}
			}
		case *syntax.Comment:
			if aliveInComment.MatchString(quotedWord.ReplaceAllString(n.Text, "")) {
				wrong = "a shell that knows no comments at its prompt (zsh, csh) would run it: #" + n.Text
			}
		case *syntax.Redirect:
			if n.Hdoc != nil {
				return false // not expanded (checkHeredoc), and a line that ends it early makes a command, which is found above
			}
		case *syntax.SglQuoted:
			return false
		case *syntax.DblQuoted:
			i := slices.IndexFunc(n.Parts, func(p syntax.WordPart) bool { return reflect.TypeOf(p) != reflect.TypeFor[*syntax.Lit]() })
			if i >= 0 && strings.Contains(text[n.Pos().Offset():n.End().Offset()], "PWNED") {
				wrong = "expanded inside of double quotes"
			}
			return i >= 0
		case *syntax.Lit:
			if strings.Contains(n.Value, "PWNED") {
				wrong = "not quoted"
			}
		}
		return true
	})
	return wrong
}

// TestHostileYAML: what goes into a desired state stays one string there.
func TestHostileYAML(t *testing.T) {
	for _, bad := range []string{"a'b", "a: b", "- a", "{a}", "# a", "a\\b", "*a", "yes", "0x10", "null", "~", "a\tb"} {
		for _, system := range []string{"nmstate", "nncp"} {
			h := lab{mode: 0, on: "VMs", edits: []edit{systems[system], poison}}.host(t)
			rename(reflect.ValueOf(h), []string{"eth0"}, bad, map[uintptr]bool{})
			findings, _ := Run(h)
			seen := false
			for _, f := range findings {
				for _, m := range f.Remediation {
					file := checkCommands(t, m.Commands)
					if file == nil {
						continue
					}
					syntax.Walk(file, func(n syntax.Node) bool {
						if r, ok := n.(*syntax.Redirect); ok && r.Hdoc != nil && strings.Contains(r.Hdoc.Lit(), "interfaces:") {
							seen = true
							if ports := portsOf(t, r.Hdoc.Lit()); len(ports) != 2 || ports[0] != device(bad) {
								t.Errorf("%s: %q became %q", system, bad, ports)
							}
						}
						return true
					})
				}
			}
			if !seen {
				t.Errorf("%s, %q: no desired state", system, bad)
			}
		}
	}
}

func portsOf(t *testing.T, text string) []string {
	t.Helper()
	type state struct {
		Interfaces []struct {
			LinkAggregation struct{ Port []string } `yaml:"link-aggregation"`
		}
	}
	var doc struct {
		state `yaml:",inline"`
		Spec  struct {
			DesiredState state `yaml:"desiredState"`
		}
	}
	if err := goyaml.Unmarshal([]byte(text), &doc); err != nil {
		t.Errorf("%v in\n%s", err, text)
		return nil
	}
	if list := slices.Concat(doc.Interfaces, doc.Spec.DesiredState.Interfaces); len(list) == 1 {
		return list[0].LinkAggregation.Port
	}
	return nil
}

// TestCheckers: the checks above see what they are for.
func TestCheckers(t *testing.T) {
	for _, bad := range []string{"touch PWNED", "echo a; touch PWNED", "# see $(touch PWNED)", "# the file 'a'; touch PWNED", "ip link set a PWNED", `ip link set "$(touch PWNED)"`, "cat <<'EOF'\nx\nEOF\ntouch PWNED\n", "x 'a", "a\rPWNED",
		`echo 'OPTS="a $(touch PWNED)"' >> f`, `echo 'OPTS="a ` + "`touch PWNED`" + `"' >> f`} {
		if checkQuoted(strings.Split(bad+" # PWNED", "\n"), 0) == "" {
			t.Errorf("%q passes", bad)
		}
	}
	for _, good := range []string{"# PWNED: touch PWNED", "# see 'a; touch PWNED'", "ip link set 'a; touch PWNED' up", `ip link set "a'; touch PWNED"`, `x $'a\ntouch PWNED'`, "cat <<'EOF'\ntouch PWNED\nEOF",
		`echo 'OPTS="a=b"' >> 'PWNED'`} {
		if wrong := checkQuoted(strings.Split(good, "\n"), 0); wrong != "" {
			t.Errorf("%q: %s", good, wrong)
		}
	}
	for text, want := range map[string]int{"# A\n\ntext\n\n## B\n\ntext": 0, "## A\n\n### \ntext": 1, "## A\n\n### B\n\n### C\ntext": 1, "## A\n\ntext\n\n## B\n": 1, "# A\n```\n# x\n```\n": 0, "# A\n```\n": 1} {
		if got := emptyHeadings(text); len(got) != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

// TestTexts parses every template: at run time each one is parsed when it is needed first.
func TestTexts(t *testing.T) {
	n := 0
	for _, r := range All() {
		p, _ := Pages().Page(r.ID)
		leaves := []leaf{p.Sentence, p.Cause, p.Verify}
		for _, s := range p.Sections {
			leaves = append(leaves, s.body)
		}
		for _, m := range p.Remedies {
			leaves = append(leaves, m.title, m.note, m.commands)
		}
		for _, l := range leaves {
			if l.parsed != nil && l.parsed() != nil {
				n++
			}
		}
	}
	if n < 1000 {
		t.Errorf("only %d texts", n)
	}
}
