//go:build linux

package parsers

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path"
	"path/filepath"
	"reflect"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sosbond/sosbond/parsers/layout"
)

// What a parser may take for one text. Texts are linear in cost with a factor of some dozens; a quadratic one exceeds the limits many times.
const (
	attackSize    = 128 << 10
	maxCPU        = 2 // seconds, of which RLIMIT_CPU knows whole ones
	maxAllCPU     = 600
	maxAllocated  = 4_000 // bytes for each of the text
	maxKept       = 300   // the same, of what stays
	attackMemory  = 3 << 30
	attackProcess = "SOSBOND_ATTACK"
)

// TestAttack gives each parser of the list texts that make a careless one take time or memory without bound. It runs in a process of its own,
// whose limits end it; a parser that is added to the list is attacked without further ado.
func TestAttack(t *testing.T) {
	if os.Getenv(attackProcess) != "" {
		attackAll(t)
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestAttack$", "-test.v")
	cmd.Env = append(os.Environ(), attackProcess+"=1", "GOTRACEBACK=single")
	out, err := cmd.CombinedOutput()
	if err == nil {
		return
	}
	last := ""
	var rest strings.Builder
	for line := range strings.Lines(string(out)) {
		if text, ok := strings.CutPrefix(line, attackMark); ok {
			last = text
		} else if rest.Len() < 4000 {
			rest.WriteString(line)
		}
	}
	t.Errorf("%v, the last attack was %s%s", err, last, rest.String())
}

// attackMark begins the line that names the attack to come.
const attackMark = "attack: "

func attackAll(t *testing.T) {
	debug.SetMemoryLimit(attackMemory / 2)
	if err := syscall.Setrlimit(syscall.RLIMIT_DATA, &syscall.Rlimit{Cur: attackMemory, Max: attackMemory}); err != nil {
		t.Fatal(err)
	}
	exitOverCPU()
	files, general := realFiles(t), generalAttacks()
	attacked := 0
	var scanners []layout.Scanner
	for _, p := range List(Options{}) {
		if p.Scan != nil {
			s := p.Scan()
			if slices.ContainsFunc(scanners, func(have layout.Scanner) bool { return reflect.DeepEqual(have, s) }) {
				continue // the same, for other files
			}
			scanners = append(scanners, s)
		}
		attacked++
		name, seed := seedOf(p, files)
		for _, a := range slices.Concat(general, seededAttacks(seed)) {
			attack(t, p, name, a)
		}
	}
	if attacked < 75 {
		t.Errorf("only %d parsers were attacked", attacked)
	}
}

// attack runs a parser over one text within limits.
func attack(t *testing.T, p Parser, name string, a hostile) {
	data := []byte(a.text)
	fmt.Printf("%s%s, %s: %s\n", attackMark, p.Datum, name, a.name)
	allowCPU(t, maxCPU)
	before := allocated()
	facts := parseHostile(p, name, data)
	if used := int(allocated() - before); used > maxAllocated*len(data) {
		t.Errorf("%s, %s: %s: %d bytes were allocated for %d", p.Datum, name, a.name, used, len(data))
	}
	if used := int(allocated() - before); used > maxKept*len(data) {
		if kept := held(); kept > maxKept*len(data)+64<<20 {
			t.Errorf("%s, %s: %s: %d bytes are kept of %d", p.Datum, name, a.name, kept, len(data))
		}
	}
	if n := len(facts.Problems); n > maxProblems {
		t.Errorf("%s, %s: %s: %d problems", p.Datum, name, a.name, n)
	}
	runtime.KeepAlive(facts)
}

// parseHostile does with a text what FromTree does with a file.
func parseHostile(p Parser, name string, data []byte) *Facts {
	facts, cov := &Facts{}, newCoverage(p)
	file := newFile(name, data)
	if p.Scan == nil {
		facts.record(&cov, file, p.Parse(facts, file))
		return facts
	}
	s := p.Scan()
	_ = s.Scan(bytes.NewReader(data)) // which says that a limit was met
	facts.record(&cov, file, p.Scanned(facts, file, s))
	return facts
}

// exitOverCPU ends the process, with what it was at, where a text takes more time than it may: the runtime of Go takes no notice of the signal.
func exitOverCPU() {
	over := make(chan os.Signal, 1)
	signal.Notify(over, syscall.SIGXCPU)
	go func() {
		<-over
		buf := make([]byte, 64<<10)
		fmt.Printf("more than %d seconds of CPU for %d bytes\n%s", maxCPU, attackSize, buf[:runtime.Stack(buf, true)])
		os.Exit(1)
	}()
}

// allowCPU lets the process run for some seconds more.
func allowCPU(t *testing.T, seconds uint64) {
	t.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_CPU, &limit); err != nil {
		t.Fatal(err)
	}
	limit.Cur, limit.Max = uint64(used.Utime.Sec+used.Stime.Sec)+1+seconds, min(limit.Max, maxAllCPU)
	if err := syscall.Setrlimit(syscall.RLIMIT_CPU, &limit); err != nil {
		t.Fatal(err)
	}
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

func held() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// hostile is a text of attackSize bytes, or a little more.
type hostile struct{ name, text string }

// flood repeats a text, in which # is the number of the repetition.
func flood(start, unit, end string) hostile {
	var b strings.Builder
	b.WriteString(start)
	for i := 0; b.Len() < attackSize && unit != ""; i++ {
		b.WriteString(strings.ReplaceAll(unit, "#", strconv.Itoa(i)))
	}
	b.WriteString(end)
	return hostile{name: fmt.Sprintf("%.40q after %.40q", unit, start[max(len(start)-40, 0):]), text: b.String()}
}

// generalAttacks are texts that are hostile to many formats.
func generalAttacks() []hostile {
	bomb := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 40; i++ {
		bomb += fmt.Sprintf("a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n", i, i, i-1, i-1, i-1, i-1, i-1, i-1, i-1, i-1, i-1, i-1)
	}
	stairs := ""
	for i := range 500 {
		stairs += strings.Repeat(" ", i) + "a:\n"
	}
	return []hostile{
		flood("", "x", ""), flood("", "\n", ""), flood("", "a\n", ""), flood("", "k#=v\n", ""), flood("", "k#: v\n", ""), flood("", "k: v\n", ""),
		flood("", "[s#]\nk = v\n", ""), flood("", "\\\n", ""), flood("", `"`, ""), flood("", "\xff\x00", ""), flood("", "9", ""), flood("a=", "b,", ""),
		flood("", `[{"a":`, ""), flood("[", `{"name": "n#", "type": "bond"},`, "{}]"), flood("{", `"k#": {"a": [#]},`, `"z": 1}`), flood("", `1e999999999,`, ""),
		flood("kind: Other\n", "kind: List\n", ""), flood("", "kind: Pod\n", ""), flood("", "%TAG !t#! tag:x,#\n", "---\na: b\n"), flood("", "&a [*a]: ", ""), flood("", "? ", ""),
		flood("<domain>", "<a>", ""), flood("<domain ", `a#="b" `, "/>"), flood("<domain>", "<interface type='bridge'><mac address='#'/></interface>", ""),
		{"aliases of aliases", bomb}, {"stairs", stairs}, {"entities", "<!DOCTYPE d [<!ENTITY a \"" + strings.Repeat("x", 1000) + "\"><!ENTITY b SYSTEM \"file:///etc/passwd\">]><domain>&a;&b;</domain>"},
	}
}

// seededAttacks are made of a real file: all of it again and again with other numbers, on one line, and some of its lines
// flooded where they stand: the line, the elements of its list, its words.
func seededAttacks(seed string) []hostile {
	if seed == "" {
		return nil
	}
	renumbered := strings.NewReplacer("0", "#", "eth", "eth#", "name: ", "name: n#", `name": "`, `name": "n#`, "<name>", "<name>n#").Replace(seed)
	list := []hostile{flood("", renumbered, ""), flood("", strings.ReplaceAll(seed, "\n", " "), "")}
	lines := strings.SplitAfter(seed, "\n")
	const places = 5
	for i := range places {
		at := i * len(lines) / places
		line := strings.TrimRight(lines[at], "\r\n")
		if strings.TrimSpace(line) == "" {
			continue
		}
		head := strings.Join(lines[:at], "")
		list = append(list, flood(head, line+"#\n", ""), flood(head+line, ",x", ""), flood(head+line, " x#", ""))
	}
	return list
}

// realFiles are the files of the hosts and inputs of testdata, by path.
func realFiles(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, dir := range []string{"hosts", "inputs"} {
		archives, err := filepath.Glob(filepath.Join("..", "testdata", dir, "*.txtar"))
		if err != nil || len(archives) == 0 {
			t.Fatalf("no archives: %v", err)
		}
		for _, name := range archives {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range a.Files {
				if len(f.Data) > len(files[f.Name]) && len(f.Data) < 16<<10 {
					files[f.Name] = string(f.Data)
				}
			}
		}
	}
	return files
}

// seedOf is the longest of the real files that a parser wants, "" when there is none, with a path that it wants.
func seedOf(p Parser, files map[string]string) (name, seed string) {
	name = strings.ReplaceAll(p.Globs[0], "*", "x")
	for file, text := range files {
		for _, g := range p.Globs {
			parts := strings.Split(file, "/")
			own := strings.Join(parts[max(len(parts)-strings.Count(g, "/")-1, 0):], "/")
			if ok, err := path.Match(g, own); err == nil && ok && (len(text) > len(seed) || len(text) == len(seed) && own < name) {
				name, seed = own, text
			}
		}
	}
	return name, seed
}
