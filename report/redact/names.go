package redact

import (
	_ "embed" // words.txt
	"html"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

//go:embed words.txt
var wordList string

// ownWords are the words that the program's own texts use.
var ownWords = set(wordList)

// dictionary holds the names that are replaced wherever they stand as words, and their pseudonyms.
type dictionary struct {
	by      map[string]string // in lower case
	exact   map[string]bool
	lengths []int // of the names, the longest first
}

func (d *dictionary) add(name, by string) {
	key := lower(name)
	if d.by == nil {
		d.by, d.exact = map[string]string{}, map[string]bool{}
	}
	d.exact[name] = true
	if _, ok := d.by[key]; ok || key == "" {
		return
	}
	d.by[key] = by
	if i, found := slices.BinarySearchFunc(d.lengths, len(key), func(a, b int) int { return b - a }); !found {
		d.lengths = slices.Insert(d.lengths, i, len(key))
	}
}

func (d *dictionary) get(name string) (by string, ok bool) {
	by, ok = d.by[lower(name)]
	return by, ok
}

// at returns the longest name that stands in a text from i on as a word of its own.
func (d *dictionary) at(s string, i int) (x span, ok bool) {
	for _, n := range d.lengths {
		if i+n > len(s) {
			continue
		}
		if by, found := d.by[lower(s[i:i+n])]; found && whole(s, span{from: i, to: i + n}) {
			return span{i, i + n, by}, true
		}
	}
	return span{}, false
}

// lower is lower case of the same length.
func lower(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r >= 'A' && r <= 'Z' }) < 0 {
		return s
	}
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// placesOfGuests are where the name of a guest stands that nothing else can be: ‹› is the name.
var placesOfGuests = places(
	`carries ‹›(?: \(not running now\))? through `, `carries (?:macvlan|macvtap|ipvlan) (?:device )?‹›[/ ]`, `looks for ‹› on `, `traffic of ‹› on `,
	`address of ‹›(?: \(|$)`, `\bguests? ‹›(?:[^\w-]|$)`, `\(‹›\)`, `from ‹› to [0-9a-f]{2}:`,
	`although ‹› (?:is|are) on `, `the MAC of ‹›[:.,]`, `^‹› on .* (?:can|may|needs?|must)\b`, `bond\d*-‹›(?:[^\w-]|$)`,
	`<name>‹›</name>`, `-name '?(?:guest=)?‹›(?:[,' ]|$)`, `virsh [a-z-]+ '?‹›'?(?:\s|$)`, `dumpxml_‹›(?:[^\w-]|$)`, `(?:qemu|xen)/(?:autostart/)?‹›\.(?:xml|log)`,
	`virtualmachine(?:instance)?s[\w.]*/(?:custom/)?‹›\.yaml`, `/vms/‹›/`, `virt-launcher-‹›-`, `lxd/logs/‹›/`, `namespaces/‹›/`, `netns[ _]exec[ _]‹›[ _]`,
)

// placesOfNames are the places of other names.
var placesOfNames = places(
	`(?:networkName|namespace): ["']?‹›(?:[/"']|$)`, `^(?:sos_commands/\w+/)?namespaces/‹›/`, `\boc [^|]*-n ‹›(?:\s|$)`,
	`hostname: ["']?‹›["']?$`, `nmstate/openshift/‹›\.yml`, `nodenetwork\w+/‹›[./]`,
	`\bnodes?[ /]‹›(?:[^\w-]|$)`, `^\w{3} [ \d]\d [\d:]{8} ‹› `, `^Linux ‹› `,
)

// placesOfWords hold where a word stands that names no device.
var placesOfWords = places(`^‹› (?:is|and|reaches|can|looks)\b`, `^‹›$`, "`‹›`")

// place is what stands before and behind a name.
type place struct{ before, behind *regexp.Regexp }

func places(forms ...string) (list []place) {
	for _, f := range forms {
		before, behind, _ := strings.Cut(f, "‹›")
		list = append(list, place{regexp.MustCompile(before + "$"), regexp.MustCompile("^(?:" + behind + ")")})
	}
	return list
}

// around is how far the words may be that tell a name.
const around = 100

func (p place) holds(s string, x span) bool {
	from := max(0, x.from-around)
	if from > 0 && strings.HasPrefix(p.before.String(), "^") {
		return false
	}
	return p.behind.MatchString(s[x.to:]) && p.before.MatchString(s[from:x.from])
}

// deviceForm is what network interfaces are called by the kernel, systemd and the programs that make them.
var deviceForm = regexp.MustCompile(`^(?:eth|en[osp]|em|p|ib|bond|team|br|virbr|vmbr|vnet|veth|tap|tun|vif|macvlan|macvtap|ipvlan|vlan|dummy|lo|docker|cni|lxcbr|ovs|wl[ops])[\d.]*(?:[a-z]\d+)*$`)

// isShy reports a name that is not told from other words by itself.
func (p *pass) isShy(name string) bool {
	l := lower(name)
	return len(name) <= 2 || p.devices[name] || ownWords[l] || strings.Trim(name, "0123456789.,:-_ ") == "" || deviceForm.MatchString(l)
}

// mangled is what sos puts in the place of a name's other characters where it makes a file's name of it.
var mangled = regexp.MustCompile(`[^\w\-.]+`)

// quotes are as libvirt writes them in XML.
var quotes = strings.NewReplacer("&#34;", "&quot;", "&#39;", "&apos;")

// shortName is how many bytes of a guest's name libvirt puts into the names of folders: domain-3-a-guest-with-a-long
const shortName = 20

// learnName makes sure that a name is replaced where it stands in texts.
func (p *pass) learnName(name, by string) {
	if name == "" || name == by {
		return
	}
	if p.isShy(name) {
		p.shy.add(name, by)
		return
	}
	p.words.add(name, by)
	p.words.add(html.EscapeString(name), by)
	p.words.add(quotes.Replace(html.EscapeString(name)), by)
	p.words.add(strings.ReplaceAll(name, "-", `\x2d`), by) // in the names of units of systemd
	if len(name) > shortName {
		p.words.add(name[:shortName], by)
	}
	if file := strings.Trim(mangled.ReplaceAllString(name, "_"), "_"); file != name && !p.isShy(file) {
		p.words.add(file, by)
	}
}

// nameSpans finds names, in the order of a text.
func (p *pass) nameSpans(s string) (spans []span) {
	for i := 0; i < len(s); {
		if !begins(s, i) {
			i++
			continue
		}
		x, ok := p.words.at(s, i)
		if g, both := p.both.at(s, i); ok && both && g.to == x.to && among(placesOfGuests, s, g) {
			x = g
		}
		if !ok {
			x, ok = p.shyAt(s, i)
		}
		if !ok {
			i++
			continue
		}
		spans = append(spans, x)
		i = x.to
	}
	return spans
}

// shyAt returns the name that stands in a text from i on, where it can be nothing else. Its case counts.
func (p *pass) shyAt(s string, i int) (span, bool) {
	x, ok := p.shy.at(s, i)
	name := s[i:max(i, x.to)]
	if !ok || !p.shy.exact[name] {
		return x, false
	}
	return x, among(placesOfGuests, s, x) || among(placesOfNames, s, x) || !p.devices[name] && !p.spaces[name] && among(placesOfWords, s, x)
}

// among reports a name that stands in one of the places.
func among(list []place, s string, x span) bool {
	return slices.ContainsFunc(list, func(place place) bool { return place.holds(s, x) })
}

// host replaces the name of a host: the name and the domain each have a pseudonym.
func (p *pass) host(s string) string {
	l := strings.ToLower(s)
	if s == "" || anyHost[l] {
		return s
	}
	if _, err := netip.ParseAddr(s); err == nil {
		return p.text(s)
	}
	short, domain, dotted := strings.Cut(s, ".")
	if anyHost[strings.ToLower(short)] || !dotted || domain == "" || short == "" {
		return p.names.name(Host, s)
	}
	return p.names.name(Host, short) + "." + p.domain(domain)
}

// learnHost learns the whole name of a host, its name before the first dot, its domain, and the domains above that.
func (p *pass) learnHost(s string) {
	by := p.host(s)
	if by == s {
		return
	}
	p.learnName(s, by)
	short, domain, dotted := strings.Cut(s, ".")
	shortBy, _, _ := strings.Cut(by, ".")
	if !dotted || shortBy == by {
		return
	}
	p.learnName(short, shortBy)
	p.learnName(strings.ReplaceAll(s, ".", "-"), strings.ReplaceAll(by, ".", "-")) // as names of objects of Kubernetes have it
	for strings.Contains(domain, ".") {
		if !public[strings.ToLower(domain)] {
			p.learnName(domain, p.domain(domain))
		}
		_, domain, _ = strings.Cut(domain, ".")
	}
}

// guest replaces the name of a guest, or NAMESPACE/NAME; one that is known by the port that it is on has no other.
func (p *pass) guest(s string) string {
	if p.ports[s] {
		return s
	}
	first, rest, nested := strings.Cut(s, "/")
	switch {
	case nested && (p.devices[rest] || deviceForm.MatchString(rest)): // a device in the namespace of a container
		return p.guest(first) + "/" + p.text(rest)
	case clusterForm.MatchString(s):
		return p.namespace(first) + "/" + p.names.name(Guest, rest)
	}
	return p.names.name(Guest, s)
}

// clusterForm is the name of an object of Kubernetes with its namespace.
var clusterForm = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]*/[a-z0-9][a-z0-9.-]*$`)

func (p *pass) namespace(s string) string {
	if anyNamespace[s] || strings.HasPrefix(s, "openshift-") || strings.HasPrefix(s, "kube-") {
		return s
	}
	return p.names.name(Namespace, s)
}

func (p *pass) learnGuest(s string) {
	by := p.guest(s)
	if by == s {
		return
	}
	if known, ok := p.words.get(s); ok && known != by {
		p.both.add(s, by) // a host is called alike
	}
	p.learnName(s, by)
	space, name, nested := strings.Cut(s, "/")
	spaceBy, nameBy, ok := strings.Cut(by, "/")
	if !nested || !ok || p.devices[name] || !clusterForm.MatchString(s) {
		return
	}
	p.learnName(name, nameBy)
	p.learnNamespace(space, spaceBy)
}

// learnNamespace learns a namespace.
func (p *pass) learnNamespace(s, by string) {
	p.learnName(s, by)
	if s != by && p.isShy(s) {
		p.spaces[s] = true
	}
}

// switchName replaces the name of a switch, or the id of its chassis where that is an address.
func (p *pass) switchName(s string) string {
	if _, err := net.ParseMAC(s); err == nil {
		return p.text(s)
	}
	if _, err := netip.ParseAddr(s); err == nil {
		return p.text(s)
	}
	if short, domain, dotted := strings.Cut(s, "."); dotted && isDomain(s) {
		return p.names.name(Switch, short) + "." + p.domain(domain)
	}
	return p.names.name(Switch, s)
}

// portParts are what vendors make the names of their ports of.
var portParts = regexp.MustCompile(`(?i)^(?:fast|two|five|ten|twenty|twe|forty|fo|fifty|hundred|hu|four|fi|gigabit|gig|gi|te|fa|ethernet|ether|eth|gige|xge|xe|ge|et|ae|` +
	`swp|sw|po|port|channel|bundle|be|lag|mgmt|management|ma|slot|unit|trunk|trk|interface|ifc|int|if|eno|ens|enp|em|xgigabit|oob|vlan|br|vfc|qsfp|sfp|np|s|f|d|e|p)+$`)

var letters = regexp.MustCompile(`\pL+`)

// portName replaces what somebody called a port of a switch; the names that vendors give stay.
func (p *pass) portName(s string) string {
	if _, err := net.ParseMAC(s); err == nil {
		return p.text(s)
	}
	if len(strings.Fields(s)) < 3 && !slices.ContainsFunc(letters.FindAllString(s, -1), func(w string) bool { return len(w) > 1 && !portParts.MatchString(w) }) {
		return p.text(s)
	}
	return p.names.name(Label, s)
}

func (p *pass) learnSwitch(s string) {
	by := p.switchName(s)
	p.learnName(s, by)
	if short, domain, dotted := strings.Cut(s, "."); dotted && isDomain(s) {
		p.learnName(short, p.names.name(Switch, short))
		if strings.Contains(domain, ".") {
			p.learnName(domain, p.domain(domain))
		}
	}
}
