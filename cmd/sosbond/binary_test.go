package main

import (
	"bytes"
	"debug/elf"
	"debug/gosym"
	"encoding/binary"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// releaseDir is where releaseBinary builds; TestMain's process has no other folder that outlives a test.
var releaseDir string

// releaseBinary is the program as `make release` builds it for linux/amd64, whatever the tests run on. SOSBOND_BINARY names one that is built
// already.
func releaseBinary(t *testing.T) string {
	t.Helper()
	path, err := buildRelease()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var buildRelease = sync.OnceValues(func() (string, error) {
	if path := os.Getenv("SOSBOND_BINARY"); path != "" {
		return path, nil
	}
	dir, err := os.MkdirTemp("", "sosbond-release-")
	if err != nil {
		return "", err
	}
	releaseDir = dir
	path := filepath.Join(dir, "sosbond")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w -buildid=", "-o", path, ".")
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0", "GOFLAGS=-mod=readonly")
	cmd.Stderr = os.Stderr
	return path, cmd.Run()
})

// TestBinaryIsStatic: no interpreter and no library is loaded from the machine that the program runs on.
func TestBinaryIsStatic(t *testing.T) {
	f, err := elf.Open(releaseBinary(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }() // only read
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			t.Errorf("it has a segment %v", p.Type)
		}
	}
	if libs, err := f.ImportedLibraries(); err == nil && len(libs) > 0 {
		t.Errorf("it loads %v", libs)
	}
}

// reach is a rule on who may call what: the machine code of the binary holds no call of a callee but those from a caller.
type reach struct {
	what    string
	callees string
	callers []string // patterns, each with its reason
}

var reaches = []reach{
	{
		what: "changes files",
		callees: `^os\.(OpenFile|CreateTemp|MkdirTemp|Mkdir|MkdirAll|Remove|RemoveAll|rename|Rename|Symlink|Link|Chmod|Chown|Lchown|Chtimes|Truncate|WriteFile|CopyFS)$` +
			`|^os\.\(\*Root\)\.(OpenFile|Create|Mkdir|MkdirAll|Remove|RemoveAll|Rename|Symlink|Link|Chmod|Chown|Lchown|Chtimes|WriteFile)$` +
			`|^(?i:syscall\.(open(at2?)?|creat|mk(dir|nod|fifo)\w*|rmdir|unlink\w*|rename\w*|symlink\w*|link\w*|f?truncate|[fl]?ch(mod|own)\w*|utime\w*|mount|chroot|setxattr))$`,
		callers: []string{
			`^main\.`, // --output
			`^github\.com/sosbond/sosbond/parsers/archive\.\(\*(walker\)\.start|dirWalk\)\.(list|open))$`,     // opens inputs, for reading: TestSources
			`^github\.com/sosbond/sosbond/report/(queue\.sees|scan\.(\(\*search\)\.worth|sumFile|Identify))$`, // the same
			`^github\.com/jackc/pg(passfile\.ReadPassfile|servicefile\.ReadServicefile)$`,                     // the user's settings of PostgreSQL, for --db
			`^github\.com/pressly/goose/v3\.osFS\.Open$`,                                                      // not used: the migrations are in the binary
			`^github\.com/nwaples/rardecode/v2\.osFS\.Open$`,                                                  // for reading, and nothing opens RAR archives
			`^github\.com/spf13/cobra\.\(\*Command\)\.[Gg]en\w+File(V2)?$`,                                    // not called: text/template keeps exported methods
			`^github\.com/spf13/cobra\.CompDebug$`,                                                            // BASH_COMP_DEBUG_FILE, in shell completion alone
			`^(os|syscall|internal/poll)\.|^os/exec\.\(\*Cmd\)\.(childStdin|writerDescriptor)$`,               // the latter opens /dev/null
			`^mime/multipart\.`, // uploads to an HTTP server, which the binary has not: see the last rule
			`^(crypto/internal/sysrand|mime|net|os/user|path/filepath|time)\.[\w.]+$`, // read files of the system
		},
	},
	{
		what:    "starts processes",
		callees: `^os\.StartProcess$|^os/exec\.(Command|CommandContext|lookPath|LookPath|\(\*Cmd\)\.(Start|Run|Output|CombinedOutput))$|^syscall\.(forkExec|ForkExec|Exec|StartProcess)$`,
		callers: []string{
			`^github\.com/sosbond/sosbond/parsers/archive\.(startXZ|init\.func1)$`, // xz
			`^os\.startProcess$`, `^os/exec\.`,
		},
	},
	{
		what:    "makes system calls past the standard library",
		callees: `^golang\.org/x/sys/unix\.|^syscall\.(Raw)?Syscall\d*$`,
		callers: []string{
			`^golang\.org/x/sys/unix\.(RawSyscall|Syscall6?|fcntl|ioctlPtr|Getpgid|IoctlSetTermios|Seek|Select|pselect6|mmap|mremap|munmap)$`,
			`^golang\.org/x/term\.(getSize|isTerminal)$`, `^github\.com/mattn/go-isatty\.IsTerminal$`, `^github\.com/muesli/termenv\.`, // ask the terminal
			`^github\.com/sosbond/sosbond/parsers/archive\.(widen|hollow)\.func1$`, // the size of a pipe, the holes of a file
			`^(syscall|internal/syscall/unix|os|net|internal/poll)\.`,
			`^a variable in `, // x/sys keeps mmap and munmap in one
			`^github\.com/vbauerster/mpb/v8/cwriter\.(GetSize|IsTerminal)$`,                    // ask the terminal
			`^modernc\.org/(libc|memory)\.`, `^golang\.org/x/sys/unix\.(Statfs|Madvise|Kill)$`, // SQLite, which opens the file of --db; signals it does not send
		},
	},
	{
		what:    "uses the network",
		callees: `^net\.(Dial\w*|Listen\w*|Lookup\w*|internetSocket|unixSocket|socket|\(\*(Dialer|ListenConfig|Resolver)\)\.[A-Z]\w*)$`,
		callers: []string{`^net\.`},
	},
	{
		what:    "makes sockets",
		callees: `^syscall\.(Socket|Socketpair|Connect|Bind|Sendto)$`,
		callers: []string{`^(net|syscall|internal/poll)\.`, `^a variable in `}, // of net
	},
	{
		what:    "speaks HTTP", // afero and a decoder link the types of net/http
		callees: `^net/http\.\(\*(Transport|Client|Server|conn|persistConn)\)\.|^net/http\.(Get|Head|Post|PostForm|Serve|ServeTLS|ListenAndServe|ListenAndServeTLS)$`,
	},
}

// TestBinaryReach: the code that changes files, starts processes or uses the network is reached from nowhere but where it is meant to be. What
// nothing calls the linker leaves out, so the calls in the binary are all there are; calls through an interface or a variable show as addresses
// in its data, here called a variable.
func TestBinaryReach(t *testing.T) {
	code := loadCode(t, releaseBinary(t))
	for _, r := range reaches {
		callees, allowed := regexp.MustCompile(r.callees), regexp.MustCompile(strings.Join(append(r.callers, `^$`), "|")) // no pattern allows none
		for _, call := range code.calls(t, callees.MatchString) {
			if !allowed.MatchString(call.from) {
				t.Errorf("%s: %s calls %s", r.what, call.from, call.to)
			}
		}
	}
	for _, must := range []call{{"main.createIn", "os.OpenFile"}, {"github.com/sosbond/sosbond/parsers/archive.startXZ", "os/exec.(*Cmd).Start"}} {
		if !slices.Contains(code.calls(t, func(name string) bool { return name == must.to }), must) {
			t.Errorf("the call of %s in %s is not found, so others may be missed", must.to, must.from)
		}
	}
}

type call struct{ from, to string }

// machineCode is the code of an amd64 binary with the names of its functions, which a stripped binary has too.
type machineCode struct {
	file *elf.File
	base uint64
	text []byte
	tab  *gosym.Table
}

func loadCode(t *testing.T, path string) machineCode {
	t.Helper()
	f, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() }) // only read
	if f.Machine != elf.EM_X86_64 {
		t.Skipf("%s is for %v", path, f.Machine)
	}
	section := func(name string) []byte {
		data, err := f.Section(name).Data()
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	c := machineCode{file: f, base: f.Section(".text").Addr, text: section(".text")}
	if c.tab, err = gosym.NewTable(nil, gosym.NewLineTable(section(".gopclntab"), c.base)); err != nil {
		t.Fatal(err)
	}
	return c
}

// calls finds the calls of, and jumps to, the functions that match, and the words of data that hold the address of one.
func (c machineCode) calls(t *testing.T, match func(name string) bool) []call {
	t.Helper()
	const callOp, jumpOp = 0xe8, 0xe9 // with a 32-bit distance from the next instruction
	wanted := map[uint64]string{}
	for _, f := range c.tab.Funcs {
		if match(f.Name) {
			wanted[f.Entry] = f.Name
		}
	}
	found := map[call]bool{}
	for i := 0; i+5 <= len(c.text); i++ {
		if c.text[i] != callOp && c.text[i] != jumpOp {
			continue
		}
		at := c.base + uint64(i)
		to, ok := wanted[at+5+uint64(int64(int32(binary.LittleEndian.Uint32(c.text[i+1:]))))]
		if from := c.tab.PCToFunc(at); ok && from != nil && from.Name != to {
			found[call{from.Name, to}] = true
		}
	}
	for _, s := range c.file.Sections {
		if s.Flags&elf.SHF_ALLOC == 0 || s.Flags&elf.SHF_EXECINSTR != 0 || s.Type == elf.SHT_NOBITS {
			continue
		}
		data, err := s.Data()
		if err != nil {
			t.Fatal(err)
		}
		for ; len(data) >= 8; data = data[8:] {
			if to, ok := wanted[binary.LittleEndian.Uint64(data)]; ok {
				found[call{"a variable in " + s.Name, to}] = true
			}
		}
	}
	return slices.SortedFunc(maps.Keys(found), func(a, b call) int { return strings.Compare(a.to+a.from, b.to+b.from) })
}

// TestXZProcess: xz gets the input on its standard input, a fixed list of arguments and no environment, so nothing of the input's name or of
// the analyst's settings changes what it does.
func TestXZProcess(t *testing.T) {
	real, err := exec.LookPath("xz")
	if err != nil {
		t.Skip("there is no xz program")
	}
	dir := t.TempDir()
	log := filepath.Join(dir, "log")
	script := "#!/bin/sh\n{ echo \"arguments: $*\"; env; } >>" + log + "\nexec " + real + " \"$@\"\n"
	if err := os.Mkdir(filepath.Join(dir, "bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "bin", "xz"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	input := filepath.Join(dir, "--help.tar.xz")
	if err := os.WriteFile(input, demo(t), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := program(t, "analyze", "--xz=system", "--fail-on=never", input)
	cmd.Env = []string{"PATH=" + filepath.Join(dir, "bin") + string(os.PathListSeparator) + os.Getenv("PATH"), "XZ_OPT=--no-such-option", "XZ_DEFAULTS=-v", "LANG=de_DE"}
	if out, err := cmd.CombinedOutput(); err != nil || !bytes.Contains(out, []byte("bond0")) {
		t.Fatalf("%v\n%s", err, out)
	}
	got, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(got)) {
		switch line = strings.TrimSuffix(line, "\n"); {
		case line == "arguments: --version", regexp.MustCompile(`^arguments: -dc -T0 --memlimit-decompress=\d+$`).MatchString(line), line == "LC_ALL=C":
		case strings.HasPrefix(line, "PWD="), strings.HasPrefix(line, "SHLVL="), strings.HasPrefix(line, "_="), strings.HasPrefix(line, "OLDPWD="):
			// of the shell that runs the script
		default:
			t.Errorf("xz got %q", line)
		}
	}
	if !bytes.Contains(got, []byte("arguments: -dc")) {
		t.Errorf("xz was not run:\n%s", got)
	}
}
