package kernlog

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
)

const (
	// bufferSize is how much is read at a time, and the length at which a line is cut.
	bufferSize = 256 << 10
	// maxSubjects is for how many subjects the events of one kind are kept, whatever a log holds.
	maxSubjects = 1000
	// maxText is the length of the lines that events keep.
	maxText = 500
	// maxSeen is how many messages are remembered together with the event that they belong to.
	maxSeen = 256
	// fewLines: a text without any time stamps that is shorter, and holds no known message, is taken for an error message and
	// not for a kernel log.
	fewLines = 20
)

// A Scanner collects the events of one log while it reads it. Lines cost no memory, events a bounded amount.
type Scanner struct {
	lines, kernelLines, boots, dropped int

	bareLines int  // lines without a time stamp, in a text that has none so far
	bareLog   bool // they are a kernel log
	form      form // of the log
	newBoot   bool // a boot marker was read, and the kernel's first line of that boot not yet

	events   map[string]*event // by key
	subjects map[Kind]int      // how many events there are of a kind
	names    map[string]int    // how many events a bond's name occurs in
	seen     map[string]*event // by message, for the messages of late
	key      []byte            // reused
	last     *event            // of the line before, else nil
	line     []byte            // the line being read
}

// event is an Event while it is collected.
type event struct {
	Event
	last []byte // text of the last line, cut
}

// NewScanner returns a Scanner that has read nothing.
func NewScanner() *Scanner {
	return &Scanner{events: map[string]*event{}, subjects: map[Kind]int{}, names: map[string]int{}, seen: map[string]*event{}}
}

// Scan reads a log to its end: dmesg with any time stamps or none, journalctl in its short formats, or syslog. Called again, it
// takes what it reads for the continuation. An error is that of r; what was read before it counts.
func (s *Scanner) Scan(r io.Reader) error {
	reader := bufio.NewReaderSize(r, bufferSize)
	for {
		line, err := reader.ReadSlice('\n')
		if len(line) > 0 {
			s.lines++
			s.read(bytes.TrimRight(line, "\r\n"))
		}
		for errors.Is(err, bufio.ErrBufferFull) { // the rest of a line that is too long
			_, err = reader.ReadSlice('\n')
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// Size is about how many bytes of memory the events take.
func (s *Scanner) Size() int64 {
	const one = 2*maxText + 512 // its first and its last line, and its places in the maps
	return 2048 + int64(len(s.events)+len(s.seen))*one
}

// Log returns what was found so far.
func (s *Scanner) Log() Log {
	log := Log{Lines: s.lines, KernelLines: s.kernelLines, Boots: s.boots, Dropped: s.dropped}
	if s.bareLog || s.bareLines >= fewLines {
		log.KernelLines += s.bareLines
	}
	for _, e := range s.events {
		found := e.Event
		found.Last.Text = lineText(e.last)
		log.Events = append(log.Events, found)
	}
	slices.SortFunc(log.Events, func(a, b Event) int { return a.First.Number - b.First.Number })
	return log
}

// lineText is the line as events keep it.
func lineText(line []byte) string {
	return strings.ToValidUTF8(string(line[:min(len(line), maxText)]), "")
}

// read takes one line without its end.
func (s *Scanner) read(line []byte) {
	s.line = line
	repeated := s.last
	s.last = nil
	text, form := kernelText(line)
	switch form {
	case marker:
		s.marker(line)
	case foreign:
		s.form = tagged
		s.repeat(repeated, line)
	case tagged:
		s.form = tagged
		s.kernelLines++
		s.message(text, 1)
	case stamped:
		if s.form != tagged {
			s.form = stamped
			s.kernelLines++
			s.message(text, 1)
		}
	case bare:
		if s.form == unknown {
			s.bareLines++
			s.message(text, 1)
			s.bareLog = s.bareLog || s.last != nil
		}
	}
}

// marker takes a line that journalctl itself writes.
func (s *Scanner) marker(line []byte) {
	if string(line) == "-- Reboot --" || bytes.HasPrefix(line, []byte("-- Boot ")) && bytes.HasSuffix(line, []byte(" --")) {
		s.boot()
		s.newBoot = true
	}
}

// boot drops what happened before. The devices that it was about do not exist any more.
func (s *Scanner) boot() {
	s.boots++
	clear(s.events)
	clear(s.subjects)
	clear(s.names)
	clear(s.seen)
}

// repeat takes "last message repeated 5 times" of sysklogd, if the line before was the event's.
func (s *Scanner) repeat(e *event, line []byte) {
	if e == nil {
		return
	}
	_, rest, found := bytes.Cut(line, []byte(" last message repeated "))
	if n := leadingNumber(rest); found && n > 0 {
		s.count(e, n)
	}
}

// message takes what the kernel wrote, n times.
func (s *Scanner) message(text []byte, n int) {
	switch {
	case bytes.HasPrefix(text, []byte("Linux version ")):
		if !s.newBoot {
			s.boot()
		}
		s.newBoot, s.bareLog = false, true
		return
	case bytes.HasPrefix(text, []byte("message repeated ")): // rsyslog: message repeated 3 times: [ text]
		text, n = unrepeat(text)
	}
	subject, ok := cutSubject(text)
	if !ok {
		return
	}
	if isRelease(subject.rest) {
		s.release(string(subject.name))
		return
	}
	candidates := byFirst[subject.rest[0]]
	if len(candidates) == 0 {
		return
	}
	if e := s.seen[string(text)]; e != nil {
		s.count(e, n)
		return
	}
	for _, p := range candidates {
		if found, ok := p.match(subject); ok && (found.names() || p.kind == OptionError) { // options of the module are nobody's
			s.add(p.kind, &found, n)
			s.remember(text)
			return
		}
	}
}

// remember spares the next message of the same text the search: a bridge in a loop fills logs with one message.
func (s *Scanner) remember(text []byte) {
	if s.last == nil || len(text) > maxText {
		return
	}
	if len(s.seen) >= maxSeen {
		clear(s.seen)
	}
	s.seen[string(text)] = s.last
}

// unrepeat returns the text within "message repeated 3 times: [ text]" and the number.
func unrepeat(text []byte) ([]byte, int) {
	_, inner, _ := bytes.Cut(text, []byte(": ["))
	n := leadingNumber(bytes.TrimPrefix(text, []byte("message repeated ")))
	inner = bytes.TrimSuffix(bytes.TrimLeft(inner, " "), []byte("]"))
	return afterTimestamp(inner), max(n, 1)
}

// maxRepeats bounds the number that a "repeated" line is believed.
const maxRepeats = 1_000_000

// leadingNumber returns the number that text starts with, 0 without one.
func leadingNumber(text []byte) int {
	digits := text[:min(len(text), 8)]
	digits = digits[:len(digits)-len(bytes.TrimLeft(digits, "0123456789"))]
	n, _ := strconv.Atoi(string(digits))
	return min(n, maxRepeats)
}

// add counts an event, which happened n times.
func (s *Scanner) add(kind Kind, found *match, n int) {
	s.key = append(s.key[:0], kind...)
	for _, field := range found.fields() {
		s.key = append(append(s.key, 0), field...)
	}
	e := s.events[string(s.key)]
	if e == nil {
		if s.subjects[kind] >= maxSubjects {
			s.dropped += n
			return
		}
		e = &event{Event: found.event(kind)}
		e.First = Line{Number: s.lines, Text: lineText(s.line)}
		s.events[string(s.key)] = e
		s.subjects[kind]++
		for _, name := range e.bonds() {
			s.names[name]++
		}
	}
	s.count(e, n)
}

func (s *Scanner) count(e *event, n int) {
	e.Count += n
	e.Last.Number = s.lines
	e.last = append(e.last[:0], s.line[:min(len(s.line), maxText)]...)
	s.last = e
}

// bonds returns the names that may be those of the bond which the event is about: its bond, its bridge port, and the device
// below that where the port is a VLAN device.
func (e *event) bonds() []string {
	if e.Port == "" {
		return []string{e.Bond}
	}
	if base, _, isVLAN := strings.Cut(e.Port, "."); isVLAN {
		return []string{e.Port, base}
	}
	return []string{e.Port}
}

// release forgets a bond that was destroyed. One that has its name later is another.
func (s *Scanner) release(bond string) {
	if bond == "" || s.names[bond] == 0 {
		return
	}
	clear(s.seen)
	for key, e := range s.events {
		names := e.bonds()
		if !slices.Contains(names, bond) {
			continue
		}
		for _, name := range names {
			s.names[name]--
			if s.names[name] == 0 {
				delete(s.names, name)
			}
		}
		delete(s.events, key)
		s.subjects[e.Kind]--
	}
}
