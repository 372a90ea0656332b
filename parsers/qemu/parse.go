package qemu

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// binaryRE are the names of QEMU: upstream, RHEL (qemu-kvm), Proxmox and Debian (kvm), Ubuntu (kvm-spice), Xen (qemu-dm). Its tools
// (qemu-img, qemu-nbd, qemu-ga) are not among them.
var binaryRE = regexp.MustCompile(`^(qemu-system-[A-Za-z0-9_.-]+|qemu-kvm[A-Za-z0-9_.-]*|qemu-dm|qemu|kvm|kvm-spice)$`)

func isQEMU(command string) bool { return binaryRE.MatchString(path.Base(command)) }

// ParsePS finds the guests in what `ps` prints with options that give the PID, the time and the whole command, as auxwww, -ef, -elfL and
// alxwww do. A thread, which `ps auxwwwm` prints with "-" for the PID and -L with that of its process, is no further guest, nor is the QEMU
// that libvirt starts to ask for its capabilities.
func ParsePS(data []byte) ([]Guest, text.Problems) {
	var p text.Problems
	var guests []Guest
	pidColumn := 1 // where no line of names tells it: ps aux and ps -ef
	seen := map[int]bool{}
	listed, other, first := false, 0, "" // a process or the names of the columns; the first other line
	for n, line := range text.Lines(data) {
		fields := strings.Fields(line)
		if i := slices.Index(fields, "PID"); i >= 0 {
			pidColumn, listed = i, true
			continue
		}
		listed = listed || slices.ContainsFunc(fields[:min(len(fields), maxColumns)], cpuTimeRE.MatchString)
		if other == 0 && len(fields) > 0 {
			other, first = n, line
		}
		at := commandAt(fields)
		if at <= pidColumn {
			continue
		}
		pid, err := strconv.Atoi(fields[pidColumn])
		if err != nil || seen[pid] {
			continue
		}
		seen[pid] = true
		if g, ok := readGuest(lostQuoting(n, fields[at+1:]), &p); ok {
			g.Line, g.PID = n, pid
			guests = append(guests, g)
		}
	}
	if !listed && other > 0 {
		p.Add(other, first, "not the output of ps")
	}
	return guests, p
}

// maxColumns is the most that ps prints before the command.
const maxColumns = 40

var cpuTimeRE = regexp.MustCompile(`^(\d+-)?\d+:\d\d(:\d\d)?$`)

// commandAt returns where the command of a line begins when it is QEMU's, else 0. It follows the time that the process has used; counting
// columns would not do, for some hold blanks.
func commandAt(fields []string) int {
	for i, field := range fields[:min(len(fields), maxColumns)] {
		if !isQEMU(field) {
			continue
		}
		before := i - 1
		for before > 0 && (fields[before] == `\_` || fields[before] == "|") { // the tree of ps f
			before--
		}
		if before > 0 && cpuTimeRE.MatchString(fields[before]) {
			return i
		}
	}
	return 0
}

// lostQuoting makes arguments of words whose quoting is lost: what follows an option up to the next one is one argument, and so is JSON up
// to its last brace.
func lostQuoting(line int, words []string) (args []argument) {
	for i := 0; i < len(words); {
		j := i + 1
		if !isOption(words[i]) {
			for open := newBraces(words[i]); j < len(words) && (open.inside() || !isOption(words[j])); j++ {
				open.read(" " + words[j])
			}
		}
		args = append(args, argument{line, strings.Join(words[i:j], " ")})
		i = j
	}
	return args
}

var (
	timeRE     = regexp.MustCompile(`^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\S*: (.*)$`)
	variableRE = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*=`)
)

// ParseLog reads libvirt's log of guests, /var/log/libvirt/qemu/NAME.log: the command line of the last start of each name that occurs,
// which is one in a log that is not put together of several. The command stands on one line (old libvirt) or has a line for each option,
// which end in backslashes; before it stand the variables of its environment.
func ParseLog(data []byte) ([]Guest, text.Problems) {
	var l logReader
	for n, line := range text.Lines(data) {
		l.read(n, line)
	}
	l.flush()
	if l.starting > 0 {
		l.p.Add(l.starting, l.startingText, "a start without its command line")
		if len(l.guests) == 1 { // else it is not known whose start it is
			l.guests[0].Ended = false
		}
	}
	return l.guests, l.p
}

type logReader struct {
	guests       []Guest
	current      int // index of the guest that was started last, plus 1
	starting     int // line of "starting up" while no command followed
	startingText string
	command      []logLine // lines of the command that is being read
	p            text.Problems
}

type logLine struct {
	n    int
	text string
}

func (l *logReader) read(n int, line string) {
	if m := timeRE.FindStringSubmatch(line); m != nil {
		l.flush()
		l.event(n, line, m[1])
		return
	}
	continues := strings.HasSuffix(line, `\`)
	switch {
	case len(l.command) > 0:
		l.command = append(l.command, logLine{n, line})
	case l.startsCommand(line):
		l.command = []logLine{{n, line}}
	default:
		return
	}
	if !continues {
		l.flush()
	}
}

// event reads what libvirt says of the guest with a time before it.
func (l *logReader) event(n int, line, what string) {
	switch {
	case strings.HasPrefix(what, "starting up"):
		l.starting, l.startingText = n, line
	case strings.HasPrefix(what, "shutting down"):
		l.starting = 0
		if l.current > 0 {
			l.guests[l.current-1].Ended = true
		}
	}
}

// startsCommand tells a command line by its first word, which is a variable of the environment or the path of QEMU. In the oldest logs
// nothing announces it.
func (l *logReader) startsCommand(line string) bool {
	word, _, _ := strings.Cut(line, " ")
	if isQEMU(strings.TrimSuffix(word, `\`)) && strings.HasPrefix(word, "/") {
		return true
	}
	return variableRE.MatchString(word) && (l.starting > 0 || strings.Contains(line, "qemu") || strings.Contains(line, "kvm"))
}

// flush reads the command whose lines were gathered.
func (l *logReader) flush() {
	lines := l.command
	l.command = nil
	if len(lines) == 0 {
		return
	}
	args := shellWords(lines)
	for len(args) > 0 && variableRE.MatchString(args[0].text) {
		args = args[1:]
	}
	if len(args) == 0 || !isQEMU(args[0].text) && (l.starting == 0 || !strings.HasPrefix(args[0].text, "/")) {
		l.p.Add(lines[0].n, lines[0].text, "not a command line of QEMU")
		return
	}
	g, ok := readGuest(args[1:], &l.p)
	if !ok {
		return
	}
	if g.Name == "" {
		l.p.Add(args[0].line, args[0].text, "a command line without -name: it is cut")
		return
	}
	l.starting = 0
	g.Line = args[0].line
	at := slices.IndexFunc(l.guests, func(old Guest) bool { return old.Name == g.Name })
	if at < 0 {
		l.guests = append(l.guests, g)
		at = len(l.guests) - 1
	}
	l.guests[at], l.current = g, at+1
}
