package ebtables

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/sosbond/sosbond/parsers/nft"
	"github.com/sosbond/sosbond/parsers/text"
)

// Parse reads the text of ebtables-save (also with -c), of `ebtables -t nat -L` (also with --Ln, --Lc and --Lx), and scripts of ebtables
// commands. The binary files that RHEL 6 and 7 save beside the text cannot be read.
func Parse(data []byte) ([]SNAT, text.Problems) {
	if bytes.IndexByte(data, 0) >= 0 {
		return nil, text.Problems{text.NewProblem(1, "", "a binary file of ebtables --atomic-save, which only ebtables can read")}
	}
	p := parser{chains: map[string][]rule{}}
	for n, line := range text.Lines(data) {
		p.line(n, strings.TrimSpace(line))
	}
	return p.snats(), p.problems
}

type parser struct {
	table, chain string // that the lines are in
	chains       map[string][]rule
	problems     text.Problems
}

const nat = "nat"

var (
	listChainRE = regexp.MustCompile(`^Bridge chain: (\S+?), entries: \d+, policy: \w+`)
	saveChainRE = regexp.MustCompile(`^:\S+ (?:ACCEPT|DROP|RETURN|CONTINUE)\b`)
	saveCountRE = regexp.MustCompile(`^\[\d+:\d+\] `)                  // ebtables-save -c
	listCountRE = regexp.MustCompile(`\s*, pcnt = \d+ -- bcnt = \d+$`) // -L --Lc
	listIndexRE = regexp.MustCompile(`^\d+\.? +(-|!)`)                 // -L --Ln
	commandRE   = regexp.MustCompile(`^(?:\S*/)?ebtables(?:-nft|-legacy)?\s+(.*)$`)
)

func (p *parser) line(n int, s string) {
	switch {
	case s == "" || s[0] == '#':
	case s[0] == '*': // ebtables-save
		p.table, p.chain = s[1:], ""
	case strings.HasPrefix(s, "Bridge table: "): // -L
		p.table, p.chain = strings.TrimSpace(strings.TrimPrefix(s, "Bridge table: ")), ""
	case saveChainRE.MatchString(s):
	case listChainRE.MatchString(s):
		p.chain = listChainRE.FindStringSubmatch(s)[1]
	default:
		if !p.ruleLine(n, s) {
			p.problems.Add(n, s, "not a rule of ebtables")
		}
	}
}

// ruleLine reads a line that may be a rule and reports whether it is one.
func (p *parser) ruleLine(n int, s string) bool {
	table, args := p.table, saveCountRE.ReplaceAllString(s, "")
	if m := commandRE.FindStringSubmatch(args); m != nil {
		table, args = "filter", m[1]
	}
	if p.chain != "" {
		args = listCountRE.ReplaceAllString(listIndexRE.ReplaceAllString(args, "$1"), "")
	}
	words := split(args)
	if len(words) > 2 && words[0] == "-t" {
		table, words = words[1], words[2:]
	}
	chain := p.chain
	switch {
	case len(words) > 1 && (words[0] == "-A" || words[0] == "-I"):
		chain, words = words[1], words[2:]
	case len(words) > 0 && isCommand(words[0]):
		return true
	case len(words) == 0 || chain == "" || !strings.HasPrefix(words[0], "-") && words[0] != "!":
		return false
	}
	if table == nat {
		r := readRule(words)
		r.line, r.text = n, s
		p.chains[chain] = append(p.chains[chain], r)
	}
	return true
}

// isCommand tells the commands that define no rule: policies, new, flushed and deleted chains.
func isCommand(s string) bool {
	switch s {
	case "-P", "-N", "-F", "-X", "-D", "-Z", "-E", "--init-table", "--new-chain":
		return true
	}
	return false
}

// split splits at blanks that are not in double quotes.
func split(s string) []string {
	in := false
	fields := strings.FieldsFunc(s, func(r rune) bool {
		if r == '"' {
			in = !in
		}
		return !in && (r == ' ' || r == '\t')
	})
	for i, f := range fields {
		if len(f) > 1 && f[0] == '"' {
			fields[i] = strings.Trim(f, `"`)
		}
	}
	return fields
}

// rule is a rule taken apart.
type rule struct {
	line    int
	text    string
	outIf   string
	guests  []string // empty: any
	arp     bool
	group   bool // broadcast and multicast only
	partial bool
	jump    string // -j: ACCEPT, snat, a chain, ...
	newMAC  string
	snatARP bool
	verdict string // --snat-target
}

// readRule takes the words of a rule apart. What it does not know makes the match partial.
func readRule(words []string) (r rule) {
	negated := false
	for i := 0; i < len(words); i++ {
		option, args := words[i], words[i+1:]
		if option == "!" {
			negated = true
			continue
		}
		if len(args) > 0 && args[0] == "!" {
			negated = true
			args = args[1:]
			i++
		}
		value := ""
		if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
			value = args[0]
			i++
		}
		if option == "-c" { // --Lx: two counters
			i++
		} else if !r.option(option, value, negated) {
			r.partial = true
		}
		negated = false
	}
	return r
}

// option reads one option and reports whether the rule expresses it.
func (r *rule) option(name, value string, negated bool) bool {
	switch name {
	case "-j", "--jump":
		r.jump = value
	case "--snat-arp":
		r.snatARP = true
	case "--to-source", "--to-src":
		r.newMAC = nft.NormalizeMAC(value)
	case "--snat-target":
		r.verdict = value
	case "-o", "--out-interface", "--out-if":
		if negated {
			return false
		}
		r.outIf = value
	case "-p", "--protocol", "--proto":
		r.arp = !negated && (strings.EqualFold(value, "ARP") || strings.EqualFold(value, "0x0806") || strings.EqualFold(value, "0x806"))
		return r.arp
	case "-s", "--source", "--src":
		return r.source(value, negated)
	case "--among-src":
		if negated {
			return false
		}
		return r.among(value)
	case "-d", "--destination", "--dst":
		r.group = !negated && (strings.EqualFold(value, "Multicast") || value == "1:0:0:0:0:0/1:0:0:0:0:0" ||
			value == "01:00:00:00:00:00/01:00:00:00:00:00")
		return r.group
	default:
		return strings.HasPrefix(name, "--log") || strings.HasPrefix(name, "--nflog") || strings.HasPrefix(name, "--ulog")
	}
	return true
}

// among reads MAC[=IP],... A list with addresses matches IP packets of the guests alone.
func (r *rule) among(list string) bool {
	whole := true
	for item := range strings.SplitSeq(list, ",") {
		mac, _, limited := strings.Cut(item, "=")
		if mac != "" {
			r.guests = append(r.guests, nft.NormalizeMAC(mac))
		}
		whole = whole && !limited
	}
	return whole && len(r.guests) > 0
}

func (r *rule) source(value string, negated bool) bool {
	if strings.EqualFold(value, "Unicast") && !negated { // every source is one
		return true
	}
	if negated || strings.Contains(value, "/") {
		return false
	}
	r.guests = []string{nft.NormalizeMAC(value)}
	return true
}
