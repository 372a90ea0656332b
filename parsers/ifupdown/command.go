package ifupdown

import (
	"path"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/parsers/netconf"
	"github.com/sosbond/sosbond/parsers/text"
)

// command recognizes the commands of pre-up, up and post-up that make one device a port of another. Nothing is run, and all others are
// left alone.
func (b *builder) command(o option) {
	words := b.simple(o.value)
	if len(words) == 0 {
		return
	}
	switch args := words[1:]; path.Base(words[0]) {
	case "ip":
		b.ipLink(o, args)
	case "brctl":
		if len(args) > 2 && args[0] == "addif" {
			b.enslave(o, netconf.Bridge, args[1], args[2:])
		}
	case "ifenslave":
		if len(args) > 1 && !strings.HasPrefix(args[0], "-") {
			b.enslave(o, netconf.Bond, args[0], args[1:])
		}
	}
}

// simple returns the words of the first command of a line, none when they are not plain.
func (b *builder) simple(command string) []string {
	words := strings.Fields(strings.NewReplacer("${IFACE}", b.name, "$IFACE", b.name).Replace(command))
	if i := slices.IndexFunc(words, func(w string) bool { return w == "||" || w == "&&" || w == "|" || w[0] == '#' }); i >= 0 {
		words = words[:i]
	}
	for i, w := range words {
		if w, ends := strings.CutSuffix(w, ";"); ends {
			words = append(words[:i:i], w)
			break
		}
	}
	if strings.ContainsAny(strings.Join(words, ""), "$`\"'(){}<>|&;*?") {
		return nil
	}
	return words
}

// ipLink recognizes "ip link set [dev] PORT ... master MASTER".
func (b *builder) ipLink(o option, args []string) {
	if len(args) < 5 || args[0] != "link" && args[0] != "l" || args[1] != "set" {
		return
	}
	args = args[2:]
	if args[0] == "dev" {
		args = args[1:]
	}
	if i := slices.Index(args, "master"); i > 0 && i+1 < len(args) {
		b.enslave(o, "", args[i+1], args[:1])
	}
}

// enslave notes ports of a master: with the device of the stanza when it is one of them, else with a further Device for the master.
func (b *builder) enslave(o option, kind netconf.Kind, master string, ports []string) {
	var rest []text.At[string]
	for _, port := range ports {
		switch {
		case port == "" || strings.HasPrefix(port, "-"):
		case port == b.name && master != "":
			b.d.Master = text.Of(master, o.line)
		default:
			rest = append(rest, text.Of(port, o.line))
		}
	}
	switch {
	case len(rest) == 0 || master == "":
	case master == b.name:
		b.d.Ports = append(b.d.Ports, rest...)
		b.mark(kind)
	default:
		b.more = append(b.more, netconf.Device{Line: o.line, Name: master, Kind: kind, Ports: rest})
	}
}
