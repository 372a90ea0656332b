package redact

import (
	"encoding/hex"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/report"
)

var stations = regexp.MustCompile(`(?i)(?:[0-9a-f]{2}[:-]){5,}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}|[0-9a-f]{12}`)

// reserve notes which names and numbers a document has of its own, so that no pseudonym is one of them.
func (p *pass) reserve(doc report.Document) {
	walk(reflect.ValueOf(doc), func(s string) {
		p.names.keep(s)
		for _, m := range stations.FindAllString(s, -1) {
			digits := strings.NewReplacer(":", "", "-", "", ".", "").Replace(m)
			if tail, err := hex.DecodeString(digits[len(digits)-6:]); err == nil {
				p.addresses.used[uint32(tail[0])<<16|uint32(tail[1])<<8|uint32(tail[2])] = true
			}
		}
	})
}

// findDevices collects the names of network interfaces, and those of guests that are the name of their port.
func (p *pass) findDevices(doc report.Document) {
	for _, h := range doc.Hosts {
		for _, b := range h.Bonds {
			p.device(b.Name)
			for _, s := range b.Slaves {
				p.device(s.Name)
			}
			for _, c := range b.Configurations {
				p.device(c.Bridge)
				for _, s := range c.Slaves {
					p.device(s)
				}
			}
			for _, a := range b.Attachments {
				p.device(a.Path...)
				p.device(a.Name)
				for _, d := range a.Devices {
					p.device(d.Name)
				}
				for _, g := range a.Guests {
					p.device(g.Interface)
				}
			}
		}
		for _, f := range h.Findings {
			if !strings.ContainsAny(f.Subject.Link, "/ ") {
				p.device(f.Subject.Link)
			}
			p.device(f.Subject.Bond, f.Subject.Bridge)
		}
	}
	p.findPorts(doc)
}

func (p *pass) device(names ...string) {
	for _, n := range names {
		if n != "" && !strings.Contains(n, "/") { // that has the name of a container before it
			p.devices[n] = true
		}
	}
}

// findPorts collects guests that are listed under the name of a port: no other name of them is known.
func (p *pass) findPorts(doc report.Document) {
	named := map[string]bool{}
	for _, h := range doc.Hosts {
		for _, b := range h.Bonds {
			for _, a := range b.Attachments {
				for _, g := range a.Guests {
					if g.Name == g.Interface {
						p.ports[g.Name] = true
					} else {
						named[g.Name] = true
					}
				}
			}
		}
		for _, f := range h.Findings {
			for _, g := range f.Subject.Guests {
				if portForm.MatchString(g) && (p.devices[g] || isLink(g, f.Evidence)) {
					p.ports[g] = true
				}
			}
		}
	}
	for name := range named {
		delete(p.ports, name)
	}
}

// isLink reports a name that a line of ip link begins with.
func isLink(name string, evidence []report.Evidence) bool {
	return slices.ContainsFunc(evidence, func(e report.Evidence) bool {
		return strings.Contains(e.Text, ": "+name+"@") || strings.Contains(e.Text, ": "+name+": ")
	})
}

var portForm = regexp.MustCompile(`^(?:vnet|veth|tap|vif|macvtap|macvlan)[0-9a-f.i-]*$`)

// learn gives pseudonyms to what the document names, in its order.
func (p *pass) learn(doc report.Document) {
	for _, h := range doc.Hosts {
		p.learnHost(h.Name)
	}
	for _, h := range doc.Hosts {
		for _, path := range append([]string{h.Source.Path, h.Source.Root}, h.Source.Also...) {
			p.path(path)
		}
		for _, b := range h.Bonds {
			p.learnBond(b)
		}
		for _, f := range h.Findings {
			p.learnGuests(f.Subject.Guests)
		}
		p.learnFiles(h)
	}
	for _, e := range doc.Errors {
		p.path(e.Input)
		if base, _, _ := strings.Cut(e.Input, "/"); base != "" && !slices.Contains(p.inputs, base) {
			p.inputs = append(p.inputs, base)
		}
	}
	if doc.Filter != nil {
		for _, name := range doc.Filter.Hosts {
			p.learnHost(name)
		}
	}
}

func (p *pass) learnBond(b report.Bond) {
	for _, s := range b.Slaves {
		if s.Switch != nil && s.Switch.Switch != "" {
			p.learnSwitch(s.Switch.Switch)
		}
		if s.Switch != nil && s.Switch.Port != "" {
			p.learnName(s.Switch.Port, p.portName(s.Switch.Port))
		}
	}
	for _, a := range b.Attachments {
		for _, n := range append([]string{a.Name}, a.Path...) {
			if first, device, nested := strings.Cut(n, "/"); nested {
				p.learnGuest(first)
				p.words.add(n, p.guest(first)+"/"+p.text(device))
			}
		}
		for _, g := range a.Guests {
			p.learnGuest(g.Name)
			if g.At != nil && !p.ports[g.Name] {
				p.learnOwnFile(g)
			}
		}
	}
}

// learnOwnFile learns the name of the file that defines a guest, which sos may have made another name of.
func (p *pass) learnOwnFile(g report.Guest) {
	for _, n := range namedFiles {
		if m := n.re.FindStringSubmatch(g.At.File); m != nil && n.kind == Guest {
			by := p.guest(g.Name)
			p.learnName(m[1], by[strings.LastIndexByte(by, '/')+1:])
		}
	}
}

// Lists of names as rules write them: all of up to four, or the first three and how many there are more.
const (
	listed = 4
	headed = 3
)

// learnGuests learns the guests of a finding, and the list of them as it stands in a sentence: there even a name that is a word is a name.
func (p *pass) learnGuests(names []string) {
	by := make([]string, len(names))
	for i, n := range names {
		p.learnGuest(n)
		by[i] = p.guest(n)
	}
	switch n := len(names); {
	case n > listed:
		p.words.add(strings.Join(names[:headed], ", "), strings.Join(by[:headed], ", "))
	case n > 1:
		p.words.add(strings.Join(names[:n-1], ", ")+" and "+names[n-1], strings.Join(by[:n-1], ", ")+" and "+by[n-1])
	}
}

// namedFiles are the files and folders that are called by what they hold.
var namedFiles = []struct {
	kind string
	re   *regexp.Regexp
}{
	{Guest, regexp.MustCompile(`virsh_-r_dumpxml_([^/]+)$`)},
	{Guest, regexp.MustCompile(`(?:libvirt/qemu|libvirt/lxc|xen)/(?:autostart/)?([^/]+)\.(?:xml|log|cfg)$`)},
	{Guest, regexp.MustCompile(`/networking/namespaces/([^/]+)/`)},
	{Guest, regexp.MustCompile(`lxd/logs/([^/]+)/`)},
	{Guest, regexp.MustCompile(`virtualmachine(?:instance)?s[\w.]*/(?:custom/)?([^/]+)\.yaml$`)},
	{Namespace, regexp.MustCompile(`(?:^|/)namespaces/([^/]+)/`)},
	{Host, regexp.MustCompile(`(?:^|/)nodes/([^/]+?)(?:\.yaml$|/)`)},
	{Host, regexp.MustCompile(`nodenetworkstates/([^/]+)\.yaml$`)},
}

// namedLines are lines of evidence that hold the name of something that the document does not list.
var namedLines = []struct {
	kind     string
	file, re *regexp.Regexp
}{
	{Host, regexp.MustCompile(`(?:^|[/_])hostname$`), regexp.MustCompile(`^\s*(\S.*?)\s*$`)},
	{Host, regexp.MustCompile(`uname`), regexp.MustCompile(`^Linux (\S+)`)},
	{Host, regexp.MustCompile(`hostnamectl`), regexp.MustCompile(`hostname: (\S+)`)},
	{Host, regexp.MustCompile(`(?:^|/)(?:messages|syslog|kern\.log|journalctl)`), regexp.MustCompile(`^[A-Z][a-z]{2} [ \d]\d [\d:]{8} (\S+) `)},
	{Host, regexp.MustCompile(`(?:^|/)(?:messages|syslog|kern\.log|journalctl)`), regexp.MustCompile(`^\d{4}-\d\d-\d\dT\S+ (\S+) `)},
	{User, regexp.MustCompile(`(?:^|/)ps_`), regexp.MustCompile(`^([A-Za-z_][\w.-]*) +\d+ +\d`)},
	{User, regexp.MustCompile(``), regexp.MustCompile(`/home/(\w[\w.-]*)`)},
	{User, regexp.MustCompile(``), regexp.MustCompile(`(?:^|[\s/=:])(\w[\w.-]*)@(?:[0-9]{1,3}\.){3}[0-9]`)},
	{Switch, regexp.MustCompile(``), regexp.MustCompile(`system-name: ["']?([^"']+?)["']?$`)},
	{Label, regexp.MustCompile(``), regexp.MustCompile(`(?:system|port)-description: ["']?([^"']+?)["']?$`)},
}

func (p *pass) learnFiles(h report.Host) {
	for _, c := range h.Coverage {
		for _, f := range c.Files {
			p.learnFile(f)
		}
	}
	for _, f := range h.Findings {
		for _, e := range f.Evidence {
			p.learnFile(e.File)
			p.learnLine(e)
		}
	}
	for _, b := range h.Bonds {
		for _, a := range b.Attachments {
			for _, g := range a.Guests {
				if g.At != nil {
					p.learnFile(g.At.File)
				}
			}
		}
	}
}

// imageFolder is the folder of a must-gather that is called by the image that wrote it, and so by its registry.
var imageFolder = regexp.MustCompile(`^([^/]+)/(?:cluster-scoped-resources|namespaces|nodes|network_logs|host_service_logs|version)(?:/|$)`)

func (p *pass) learnFile(file string) {
	if m := imageFolder.FindStringSubmatch(file); m != nil {
		p.fileName(m[1])
	}
	for _, n := range namedFiles {
		if m := n.re.FindStringSubmatch(file); m != nil && !strings.Contains(file, "/networks/") {
			p.learnOne(n.kind, m[1])
		}
	}
}

func (p *pass) learnLine(e report.Evidence) {
	for _, n := range namedLines {
		if m := n.re.FindStringSubmatch(e.Text); m != nil && n.file.MatchString(e.File) {
			p.learnOne(n.kind, m[1])
		}
	}
}

// learnOne learns a name that the document does not list as what it is. What is known by another kind is known.
func (p *pass) learnOne(kind, name string) {
	if _, known := p.words.get(name); known || p.devices[name] {
		return
	}
	switch kind {
	case Host:
		p.learnHost(name)
	case Switch:
		p.learnSwitch(name)
	case Namespace:
		p.learnNamespace(name, p.namespace(name))
	case Guest:
		p.learnName(name, p.names.name(Guest, name))
	case User:
		p.learnName(name, p.user(name))
	default:
		p.words.add(name, p.names.name(kind, name))
	}
}

// withoutFolders leaves out what leads to an input in a message: from the start of a message that begins with it, else from the last space on.
func (p *pass) withoutFolders(s string) string {
	for _, base := range p.inputs {
		before, behind, ok := strings.Cut(s, "/"+base)
		if !ok {
			continue
		}
		from := strings.LastIndexAny(before, " \"'`") + 1
		if strings.HasPrefix(s, "/") {
			from = 0
		}
		s = before[:from] + base + behind
	}
	return s
}

// archiveEnds are how the names of archives end.
var archiveEnds = regexp.MustCompile(`(?i)(?:\.(?:tar|xz|gz|bz2|zst|tgz|txz|tbz2?|zip|gpg|json))+$`)

// sosName is the name that sos gives a report: host, perhaps a label or a case, date or time, a random part. A case has eight digits too: what is no
// date belongs to the name.
var sosName = regexp.MustCompile(`^((?i:sosreport|sos-collector))-(.+?)((?:-\d{4}-\d\d-\d\d-[a-z]{7}|-\d{4}-\d\d-\d\d|` +
	`[-.]20\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?:\d{4}|\d{6})?(?:-[0-9a-f]{4,8})?)?(?:-obfuscated)?)$`)

// plainFolders are names that tell nothing of whose they are.
var plainFolders = regexp.MustCompile(`^(?:must-gather(?:\.local)?(?:\.\d+)?|must_gather|node_sosreports|sosreports?|reports?|inspect\.local\.\d+|quay-io-openshift-.*|registry-redhat-io-.*|standard input|-|\.|\.\.)$`)

// path replaces the name of an input, folder by folder. The name of a host in it has the host's pseudonym; what cannot be known is replaced whole.
func (p *pass) path(s string) string {
	parts := strings.Split(s, "/")
	for i, part := range parts {
		parts[i] = p.fileName(part)
	}
	by := strings.Join(parts, "/")
	if s != by && len(parts) > 1 {
		p.words.add(s, by)
	}
	return by
}

func (p *pass) fileName(s string) string {
	end := archiveEnds.FindString(s)
	stem := strings.TrimSuffix(s, end)
	switch m := sosName.FindStringSubmatch(stem); {
	case s == "" || plainFolders.MatchString(stem):
		return s
	case m != nil:
		by := m[1] + "-" + p.reportHost(m[2]) + m[3]
		p.words.add(stem, by)
		return by + end
	}
	by, known := p.words.get(stem)
	if !known {
		by = p.names.name(Input, stem)
		if !p.isShy(stem) {
			p.words.add(stem, by)
		}
	}
	return by + end
}

// caseBehind is the name of a host that is not known, and the number of a case.
var caseBehind = regexp.MustCompile(`^(.+)[-.](\d{5,})$`)

// reportHost replaces the name of a host in the name of its report, which a label may follow.
func (p *pass) reportHost(s string) string {
	for end := len(s); end > 0; end = strings.LastIndexByte(s[:end], '-') {
		if by, ok := p.names.of[[2]string{Host, strings.ToLower(s[:end])}]; ok {
			if end == len(s) {
				return by
			}
			return by + "-" + p.names.name(Label, s[end+1:])
		}
	}
	if short, _, dotted := strings.Cut(s, "."); dotted {
		if by, ok := p.names.of[[2]string{Host, strings.ToLower(short)}]; ok {
			return by
		}
	}
	if m := caseBehind.FindStringSubmatch(s); m != nil {
		return p.reportHost(m[1]) + s[len(m[1]):len(m[1])+1] + p.names.name(Label, m[2])
	}
	p.learnHost(s)
	by, _, _ := strings.Cut(p.host(s), ".")
	return by
}

// serialOf is the pseudonym of a serial number.
func serialOf(n int) string { return "serial" + strconv.Itoa(n) }

// uuidOf is the pseudonym of a UUID.
func uuidOf(n int) string { return fmt.Sprintf("00000000-0000-0000-0000-%012x", n) }
