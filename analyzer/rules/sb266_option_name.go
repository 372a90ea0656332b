package rules

import (
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb266 finds options that the bonding driver does not have.
var sb266 = Rule{ID: "SB266", Slug: "option_name", Severity: Error, Family: FamilyConfiguration, Check: checkOptionName}

func checkOptionName(h *topology.Host) (hits []Hit) {
	for _, c := range started(h) {
		if !spelled(c) {
			continue
		}
		var evidence []Evidence
		var strange, meant []string
		var clean []topology.ConfigOption
		for _, o := range c.Options {
			name := nearestOption(o.Name)
			if name == o.Name || inFault(c, o) {
				clean = append(clean, o)
				continue
			}
			strange = append(strange, o.Name)
			evidence = append(evidence, on(o.Source, "the driver has no option "+o.Name))
			if _, set := c.Option(name); name != "" && !set {
				meant = append(meant, o.Name+" looks like "+name)
				clean = append(clean, topology.ConfigOption{Name: name, Value: o.Value})
			}
		}
		if len(strange) > 0 {
			hits = append(hits, Hit{Bond: bondOf(h, c), Evidence: cite(evidence...), Vars: map[string]any{
				"Strange": uniq(strange), "Meant": uniq(meant), "File": fileName(c), "Clean": joinOptions(clean), "Known": strings.Join(topology.OptionNames(), ", "),
			}})
		}
	}
	return hits
}

// sameOption are other names of options: nmstate takes both spellings, and old modules had names of their own.
var sameOption = map[string]string{"balance_slb": "balance-slb", "num_peer_notif": "num_grat_arp"}

// nearestOption is the option that a name stands for: itself, the one that it misspells, "" where that cannot be told.
func nearestOption(name string) string {
	if _, known := topology.OptionOf(name); known {
		return name
	}
	if _, same := sameOption[name]; same {
		return name
	}
	best, distance := "", 3
	plain := strings.ReplaceAll(strings.ToLower(name), "-", "_")
	for _, known := range topology.OptionNames() {
		d := editDistance(plain, known)
		if len(plain) >= 6 && (strings.HasPrefix(known, plain) || strings.HasPrefix(plain, known+"_")) {
			d = 1
		}
		if d < distance && d*3 < len(known) {
			best, distance = known, d
		}
	}
	return best
}

// editDistance counts the letters that have to be added, removed or changed to make b of a.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for i := range row {
		row[i] = i
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for k := range len(b) {
			cost := diagonal
			if a[i] != b[k] {
				cost++
			}
			diagonal = row[k+1]
			row[k+1] = slices.Min([]int{cost, row[k] + 1, row[k+1] + 1})
		}
	}
	return row[len(b)]
}
