package nft

import (
	"slices"
	"strings"
)

const (
	maxDepth  = 16      // of jumps, the kernel's own limit (NFT_JUMP_STACK_SIZE)
	maxVisits = 100_000 // of rules, for a text whose chains jump to each other in every combination
	maxEnds   = 1000    // rules of a chain that later ones are compared with
	maxWork   = 50_000_000
	maxSets   = 5_000_000 // elements that the rules of a table take from sets
)

// Rewrites returns the rules of the bridge family that set the source MAC address, in the order in which frames meet them: from each base
// chain through the chains that it jumps to. Rules of chains that nothing jumps to come last, without a Hook.
func (r Ruleset) Rewrites() (all []Rewrite) {
	for i := range r.Tables {
		if r.Tables[i].Family == "bridge" {
			all = append(all, rewrites(&r.Tables[i])...)
		}
	}
	return all
}

// walker follows the chains of one table.
type walker struct {
	table   *Table
	rules   map[string][]ruleInfo // by chain
	chains  map[string]*Chain
	reached map[string]bool
	visits  int
	work    int // comparisons of guests
	all     []Rewrite
}

func rewrites(t *Table) []Rewrite {
	w := walker{table: t, rules: map[string][]ruleInfo{}, chains: map[string]*Chain{}, reached: map[string]bool{}}
	sets := map[string][]string{}
	for _, s := range t.Sets {
		sets[s.Name] = s.Elements
	}
	found, room := false, maxSets
	for i := range t.Chains {
		c := &t.Chains[i]
		w.chains[c.Name] = c
		infos := make([]ruleInfo, 0, len(c.Rules))
		for _, rule := range c.Rules {
			info := readRule(rule.Text, sets, &room)
			found = found || info.rewrites
			infos = append(infos, info)
		}
		w.rules[c.Name] = infos
	}
	if !found {
		return nil
	}
	for i := range t.Chains {
		if c := &t.Chains[i]; c.Hook != "" {
			w.walk(c, c.Hook, match{}, 0)
		}
	}
	for i := range t.Chains {
		if c := &t.Chains[i]; !w.reached[c.Name] {
			w.walk(c, "", match{}, maxDepth)
		}
	}
	return w.all
}

// walk visits the rules of a chain that frames reach which match from.
func (w *walker) walk(c *Chain, hook string, from match, depth int) {
	w.reached[c.Name] = true
	type ending struct {
		match
		line int
	}
	var endings []ending
	end := func(m match, line int) {
		if len(endings) < maxEnds {
			endings = append(endings, ending{m, line})
		}
	}
	infos := w.rules[c.Name]
	for i := range min(len(infos), len(c.Rules)) {
		if w.visits++; w.visits > maxVisits {
			return
		}
		info := infos[i]
		info.match = from.and(info.match)
		switch {
		case info.rewrites:
			rewrite := w.rewrite(c, hook, c.Rules[i], info)
			for _, e := range endings {
				if w.work += 1 + len(e.guests)*len(info.guests) + len(e.outIfs)*len(info.outIfs); w.work > maxWork {
					rewrite.distrust()
					break
				}
				if e.covers(info.match) {
					rewrite.Unreachable = e.line
					break
				}
			}
			w.all = append(w.all, rewrite)
		case info.verdict == "jump" || info.verdict == "goto":
			if target := w.chains[info.target]; target != nil && depth < maxDepth {
				w.walk(target, hook, info.match, depth+1)
			}
			if info.verdict == "goto" || w.ends(info.target, 0) {
				end(info.match, c.Rules[i].Line)
			}
		case info.ends():
			end(info.match, c.Rules[i].Line)
		}
	}
}

// ends reports whether a chain has a rule that accepts or drops every frame, such as the policy that ebtables-nft writes at its end.
func (w *walker) ends(chain string, depth int) bool {
	return depth < maxDepth && slices.ContainsFunc(w.rules[chain], func(info ruleInfo) bool {
		if w.visits++; w.visits > maxVisits || !info.covers(match{}) || info.rewrites {
			return false
		}
		switch info.verdict {
		case "accept", "drop", "queue", "reject":
			return true
		case "jump", "goto":
			return w.ends(info.target, depth+1)
		}
		return false
	})
}

func (w *walker) rewrite(c *Chain, hook string, rule Rule, info ruleInfo) Rewrite {
	rewrite := Rewrite{
		Line: rule.Line, Family: w.table.Family, Table: w.table.Name, Chain: c.Name, Text: rule.Text, Hook: hook,
		OutIfs: info.outIfs, Guests: info.guests, NewMAC: info.newMAC, SnatARP: info.snatARP, Partial: info.partial,
		ARPOnly:  info.arp,
		AllBroad: !info.arp && !info.partial,
		All:      !info.arp && !info.group && !info.partial,
	}
	if len(info.outIfs) > 0 {
		rewrite.OutIf = info.outIfs[0]
	}
	return rewrite
}

// distrust makes of a rewrite whose place could not be told one that no verdict rests on.
func (w *Rewrite) distrust() { w.Partial, w.All, w.AllBroad = true, false, false }

// Leaves reports whether the rule applies to frames that leave through the bridge port ifname.
func (w Rewrite) Leaves(ifname string) bool { return len(w.OutIfs) == 0 || matchesIf(w.OutIfs, ifname) }

// Covers reports whether the rule applies to the guest with this source MAC.
func (w Rewrite) Covers(mac string) bool {
	mac = NormalizeMAC(mac)
	return len(w.Guests) == 0 || slices.ContainsFunc(w.Guests, func(g string) bool { return g == mac || inPrefix(g, mac) })
}

// inPrefix reports whether mac begins with the octets of a prefix such as 52:54:00:aa:00:00/40.
func inPrefix(prefix, mac string) bool {
	address, bits, found := strings.Cut(prefix, "/")
	if !found || len(address) != 17 || len(mac) != 17 {
		return false
	}
	octets, whole := map[string]int{"8": 1, "16": 2, "24": 3, "32": 4, "40": 5, "48": 6}[bits]
	return whole && address[:3*octets-1] == mac[:3*octets-1]
}
