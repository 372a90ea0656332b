package team

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// parseView reads the text form, which stateview_json_process of teamdctl.c makes of the JSON: lines "key: value" below headings, indented
// by two blanks for each level. A port is a heading without a colon.
func parseView(data []byte) (State, text.Problems) {
	var v view
	for n, s := range text.Lines(data) {
		v.line(n, s)
	}
	return v.state, v.problems
}

type view struct {
	state    State
	problems text.Problems
	levels   []level // the headings above the line, outermost first
}

type level struct {
	indent int
	name   string
}

// maxLevels bounds the nesting; teamdctl has five levels.
const maxLevels = 10

func (v *view) line(n int, s string) {
	words := strings.TrimSpace(s)
	if words == "" {
		return
	}
	indent := len(s) - len(strings.TrimLeft(s, " \t"))
	for len(v.levels) > 0 && v.levels[len(v.levels)-1].indent >= indent {
		v.levels = v.levels[:len(v.levels)-1]
	}
	if len(v.levels) == 1 && v.levels[0].name == "ports" {
		v.levels = append(v.levels, level{indent, "port"})
		v.state.Ports = append(v.state.Ports, Port{Line: n, Name: words})
		return
	}
	name, value, ok := strings.Cut(words, ":")
	switch {
	case !ok || len(v.levels) >= maxLevels || len(v.levels) == 0 && (indent > 0 || !sections[name]):
		v.problem(n, words, "not a line of a team's state")
		return
	case v.state.Line == 0:
		v.state.Line = n
	}
	if strings.HasPrefix(name, "instance[") { // of a link watch
		name = "instance"
	}
	v.levels = append(v.levels, level{indent, name})
	if value = strings.TrimSpace(value); value != "" {
		v.set(text.Of(value, n))
	}
}

var sections = map[string]bool{"setup": true, "ports": true, "runner": true}

func (v *view) problem(n int, s, why string) {
	v.problems.Add(n, s, why)
}

// set keeps the value of the innermost level.
func (v *view) set(value text.At[string]) {
	names := make([]string, len(v.levels))
	for i, l := range v.levels {
		names[i] = l.name
	}
	path, why := strings.Join(names, "/"), ""
	if inPort, ok := strings.CutPrefix(path, "ports/port/"); ok {
		if set := portFields[inPort]; set != nil {
			why = set(&v.state.Ports[len(v.state.Ports)-1], value)
		}
	} else if set := stateFields[path]; set != nil {
		why = set(&v.state, value)
	}
	if why != "" {
		v.problem(value.Line, value.Value, why)
	}
}

// stateFields set what the team's own lines tell; they return what is wrong with the value.
var stateFields = map[string]func(*State, text.At[string]) string{
	"setup/runner":       func(s *State, v text.At[string]) string { s.Runner = v; return "" },
	"runner/active port": func(s *State, v text.At[string]) string { s.ActivePort = v; return "" },
	"runner/active":      func(s *State, v text.At[string]) string { return flag(&s.LACPActive, v, "yes", "no") },
	"runner/fast rate":   func(s *State, v text.At[string]) string { return flag(&s.FastRate, v, "yes", "no") },
}

// portFields are the same of a port. Those in LACPDU infos and ifinfo are printed with -v only.
var portFields = map[string]func(*Port, text.At[string]) string{
	"addr":                      func(p *Port, v text.At[string]) string { p.MAC = lower(v); return "" },
	"ethtool link":              ethtoolLink,
	"link watches/link summary": func(p *Port, v text.At[string]) string { return flag(&p.Up, v, "up", "down") },
	"link watches/instance/name": func(p *Port, v text.At[string]) string {
		p.addWatch(v)
		return ""
	},
	"link watches/instance/down count": func(p *Port, v text.At[string]) string {
		var count text.At[int]
		why := number(&count, v)
		p.addDownCount(count)
		return why
	},
	"runner/aggregator ID":              aggregator,
	"runner/selected":                   func(p *Port, v text.At[string]) string { return flag(&p.Selected, v, "yes", "no") },
	"runner/state":                      func(p *Port, v text.At[string]) string { p.LACPState = v; return "" },
	"runner/actor LACPDU info/state":    func(p *Port, v text.At[string]) string { return number(&p.ActorState, v) },
	"runner/partner LACPDU info/state":  func(p *Port, v text.At[string]) string { return number(&p.PartnerState, v) },
	"runner/partner LACPDU info/key":    func(p *Port, v text.At[string]) string { return number(&p.PartnerKey, v) },
	"runner/partner LACPDU info/system": func(p *Port, v text.At[string]) string { p.PartnerMAC = lower(v); return "" },
}

func lower(v text.At[string]) text.At[string] { return text.Of(strings.ToLower(v.Value), v.Line) }

func flag(to *text.At[bool], v text.At[string], yes, no string) string {
	if v.Value != yes && v.Value != no {
		return "neither " + yes + " nor " + no
	}
	*to = text.Of(v.Value == yes, v.Line)
	return ""
}

// number reads decimals and the hexadecimals with 0x of LACPDU states.
func number(to *text.At[int], v text.At[string]) string {
	i, err := strconv.ParseInt(v.Value, 0, 32)
	if err != nil {
		return "not a number"
	}
	*to = text.Of(int(i), v.Line)
	return ""
}

var ethtoolRE = regexp.MustCompile(`^(\d+)mbit/(full|half)duplex/(up|down)$`)

// ethtoolLink reads "10000mbit/fullduplex/up".
func ethtoolLink(p *Port, v text.At[string]) string {
	m := ethtoolRE.FindStringSubmatch(v.Value)
	if m == nil {
		return "not a link's state"
	}
	p.Duplex = text.Of(m[2], v.Line)
	if !p.Up.Found() {
		p.Up = text.Of(m[3] == "up", v.Line)
	}
	return number(&p.Speed, text.Of(m[1], v.Line))
}

// aggregator reads "9, Selected", or "9" when it is not the one in use. The first releases did not tell which one is.
func aggregator(p *Port, v text.At[string]) string {
	id, rest, _ := strings.Cut(v.Value, ",")
	p.AggSelected = text.Of(strings.TrimSpace(rest) == "Selected", v.Line)
	return number(&p.Aggregator, text.Of(strings.TrimSpace(id), v.Line))
}
