package nft

import (
	"slices"
	"strings"
)

// match is what a rule matches, as far as rewriting a guest's source MAC is concerned.
type match struct {
	outIfs  []string // empty: any
	guests  []string // source MACs, empty: any
	arp     bool     // ARP only
	group   bool     // broadcast and multicast only
	partial bool     // something else too
}

// and is what a rule matches that is reached by a jump of another.
func (m match) and(n match) match {
	if len(n.outIfs) == 0 {
		n.outIfs = m.outIfs
	}
	if len(n.guests) == 0 {
		n.guests = m.guests
	}
	n.arp, n.group, n.partial = n.arp || m.arp, n.group || m.group, n.partial || m.partial
	return n
}

// covers reports whether m matches every frame that n matches.
func (m match) covers(n match) bool {
	return !m.partial && (!m.arp || n.arp) && (!m.group || n.group) &&
		(len(m.outIfs) == 0 || len(n.outIfs) > 0 && !slices.ContainsFunc(n.outIfs, func(s string) bool { return !matchesIf(m.outIfs, s) })) &&
		(len(m.guests) == 0 || len(n.guests) > 0 && !slices.ContainsFunc(n.guests, func(s string) bool { return !slices.Contains(m.guests, s) }))
}

// matchesIf reports whether one of the names, which may end in "*", stands for ifname.
func matchesIf(names []string, ifname string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		prefix, wild := strings.CutSuffix(name, "*")
		return name == ifname || wild && strings.HasPrefix(ifname, prefix)
	})
}

// ruleInfo is a rule taken apart.
type ruleInfo struct {
	match
	rewrites bool   // sets the source MAC
	newMAC   string // "" when it is not a constant
	snatARP  bool
	verdict  string // accept, drop, return, jump, goto, ... or ""
	target   string // of jump and goto
}

// ends reports whether no frame that matches goes on to the next rule.
func (i ruleInfo) ends() bool {
	switch i.verdict {
	case "accept", "drop", "return", "queue", "reject", "goto":
		return true
	}
	return false
}

// ruleReader takes a rule apart from left to right. What it does not know makes the match partial.
type ruleReader struct {
	tokens []token
	sets   map[string][]string // of the table
	room   *int                // how many more elements of sets the rules may take
	info   ruleInfo
}

func readRule(text string, sets map[string][]string, room *int) ruleInfo {
	r := ruleReader{sets: sets, room: room}
	for l := newLexer(text); l.peek().kind != end; {
		r.tokens = append(r.tokens, l.next())
	}
	for len(r.tokens) > 0 {
		r.expression()
	}
	return r.info
}

// take removes the first token and returns its text, "" at the end.
func (r *ruleReader) take() string {
	if len(r.tokens) == 0 {
		return ""
	}
	t := r.tokens[0]
	r.tokens = r.tokens[1:]
	return t.text
}

// peek is the text of the first token, "" at the end and for a quoted string, which is never a keyword.
func (r *ruleReader) peek() string {
	if len(r.tokens) == 0 || r.tokens[0].kind == quoted {
		return ""
	}
	return r.tokens[0].text
}

// skip removes the first token if it is one of words.
func (r *ruleReader) skip(words ...string) bool {
	if s := r.peek(); s != "" && slices.Contains(words, s) {
		r.take()
		return true
	}
	return false
}

func (r *ruleReader) expression() {
	if len(r.tokens) > 0 && r.tokens[0].kind == quoted {
		r.take()
		r.info.partial = true
		return
	}
	switch s := r.take(); s {
	case "meta":
		if !slices.Contains([]string{"oifname", "oif", "pkttype", "protocol"}, r.peek()) {
			r.otherMeta()
		}
	case "oifname", "oif":
		r.outIf()
	case "ether":
		r.ether()
	case "pkttype":
		r.pkttype()
	case "protocol":
		r.frameType()
	case "arp":
		r.arp()
	case "xt":
		r.xt()
	case "counter":
		r.counter()
	case "log":
		r.log()
	case "comment":
		r.take()
	case "accept", "drop", "return", "queue", "continue", "reject":
		r.info.verdict = s
	case "jump", "goto":
		r.info.verdict, r.info.target = s, r.take()
	case "update", "add", "delete", "set":
		r.dynamicSet()
	default:
		r.info.partial = true
	}
}

// otherMeta reads `meta mark set 1`, which matches nothing, or a match of another kind.
func (r *ruleReader) otherMeta() {
	r.take()
	if r.skip("set") {
		r.values()
		return
	}
	r.info.partial = true
}

// values reads the right side of a comparison: one value, a list in braces, or a set of the table. known is false for a set that the table
// does not have, and for expressions.
func (r *ruleReader) values() (values []string, known bool) {
	if !r.skip("{") {
		s := r.take()
		if name, isSet := strings.CutPrefix(s, "@"); isSet {
			values, known = r.sets[name]
			if *r.room -= len(values); *r.room < 0 {
				return nil, false
			}
			return values, known
		}
		return []string{s}, s != ""
	}
	for depth := 1; len(r.tokens) > 0; {
		switch r.tokens[0].kind {
		case open:
			depth++
		case closing:
			if depth--; depth == 0 {
				r.take()
				return values, true
			}
		case word, quoted:
			values = append(values, r.tokens[0].text)
		}
		r.take()
	}
	return values, false
}

// equals reads a comparison. ok is false when it is not one of equality with known values.
func (r *ruleReader) equals() (values []string, ok bool) {
	switch r.peek() {
	case "!=", "<", ">", "<=", ">=", "&", "|", "^", ".", "vmap", "map":
		r.info.partial = true
		return nil, false
	}
	r.skip("==", "eq")
	values, ok = r.values()
	if !ok || r.peek() == "." || slices.Contains(values, ".") || slices.Contains(values, ":") {
		r.info.partial = true
		return nil, false
	}
	return values, true
}

func (r *ruleReader) outIf() {
	if values, ok := r.equals(); ok {
		r.info.outIfs = values
	}
}

const (
	groupBit = "01:00:00:00:00:00"
	zeroMAC  = "00:00:00:00:00:00"
)

func (r *ruleReader) ether() {
	switch field := r.take(); field {
	case "saddr":
		r.source()
	case "daddr":
		r.destination()
	case "type":
		r.frameType()
	default:
		r.info.partial = true
	}
}

func (r *ruleReader) source() {
	if r.skip("set") {
		r.info.rewrites = true
		if mac := NormalizeMAC(r.peek()); macRE.MatchString(mac) {
			r.take()
			r.info.newMAC = mac
		}
		return
	}
	if bit, masked := r.groupBit(); masked {
		if bit != zeroMAC { // "no group address" holds for every source
			r.info.partial = true
		}
		return
	}
	values, ok := r.equals()
	if !ok {
		return
	}
	for _, v := range values {
		r.info.guests = append(r.info.guests, NormalizeMAC(v))
	}
	if len(values) == 0 { // an empty set: no guest matches
		r.info.partial = true
	}
}

// groupBit reads `& 01:00:00:00:00:00 == VALUE`.
func (r *ruleReader) groupBit() (value string, masked bool) {
	if len(r.tokens) < 4 || r.tokens[0].text != "&" || r.tokens[1].text != groupBit {
		return "", false
	}
	op := r.tokens[2].text
	value = r.tokens[3].text
	r.tokens = r.tokens[4:]
	switch {
	case op == "==":
		return value, true
	case op == "!=" && value == zeroMAC:
		return groupBit, true
	case op == "!=" && value == groupBit:
		return zeroMAC, true
	}
	return "", true
}

func (r *ruleReader) destination() {
	if r.skip("set") {
		r.take()
		return
	}
	if bit, masked := r.groupBit(); masked {
		if bit == groupBit {
			r.info.group = true
		} else {
			r.info.partial = true
		}
		return
	}
	r.equals()
	r.info.partial = true
}

func (r *ruleReader) pkttype() {
	values, ok := r.equals()
	if ok && slices.Contains(values, "broadcast") && slices.Contains(values, "multicast") {
		r.info.group = true
		return
	}
	r.info.partial = true
}

// frameType reads the value of `ether type` and `meta protocol`.
func (r *ruleReader) frameType() {
	values, ok := r.equals()
	isARP := func(s string) bool { return s == "arp" || s == "0x0806" || s == "0x806" }
	if ok && len(values) > 0 && !slices.ContainsFunc(values, func(s string) bool { return !isARP(s) }) {
		r.info.arp = true
		return
	}
	r.info.partial = true
}

// arp reads a match of ARP's fields, or `arp saddr ether set MAC`, which writes the sender's address in the payload.
func (r *ruleReader) arp() {
	r.info.arp = true
	field := r.take()
	if field == "saddr" || field == "daddr" {
		kind := r.take()
		if r.skip("set") {
			r.values()
			r.info.snatARP = r.info.snatARP || field == "saddr" && kind == "ether"
			return
		}
	}
	r.equals()
	r.info.partial = true
}

// xt reads what nft prints for an extension of ebtables-nft that it cannot translate: `xt target "snat"` is a snat with --snat-arp.
func (r *ruleReader) xt() {
	sort, name := r.take(), r.take()
	switch {
	case sort == "target" && name == "snat":
		r.info.rewrites, r.info.snatARP = true, true
	case sort == "match":
		r.info.partial = true
	}
}

func (r *ruleReader) counter() {
	if r.skip("packets") {
		r.take()
		r.skip("bytes")
		r.take()
	} else if r.skip("name") {
		r.take()
	}
}

func (r *ruleReader) log() {
	for r.skip("prefix", "group", "snaplen", "queue-threshold", "level", "flags") {
		r.take()
	}
}

// dynamicSet reads `update @set { ... }` and `add @set { ... }`, which match every frame.
func (r *ruleReader) dynamicSet() {
	if strings.HasPrefix(r.peek(), "@") {
		r.take()
		r.values()
		return
	}
	r.info.partial = true
}
