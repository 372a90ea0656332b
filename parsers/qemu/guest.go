package qemu

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/sosbond/sosbond/parsers/text"
	"github.com/sosbond/sosbond/parsers/yamltree"
)

// guestReader reads the options of one command line (qemu(1); their syntax is that of util/qemu-option.c).
type guestReader struct {
	guest    Guest
	smbios   string             // uuid of -smbios type=1: all that Proxmox gives
	machine  string             // the type of machine
	netdevs  map[string]*netdev // by id
	order    []*netdev
	hubs     map[string]*netdev // back end of -net, by its vlan
	joins    []join
	problems *text.Problems
}

// netdev is a back end.
type netdev struct {
	line           int
	id, kind       string
	ifname, bridge string
	used           bool
}

// join is a NIC that waits for its back end: options may come in any order.
type join struct {
	nic int    // index
	hub string // vlan of -net; "" for a -netdev
}

// readGuest returns false for a QEMU that is no guest: libvirt starts one without a machine to ask for the capabilities of the binary, and
// where no option follows the name of QEMU, it is not followed by its arguments.
func readGuest(args []argument, p *text.Problems) (Guest, bool) {
	if !slices.ContainsFunc(args, func(a argument) bool { return isOption(a.text) }) {
		return Guest{}, false
	}
	r := &guestReader{netdevs: map[string]*netdev{}, hubs: map[string]*netdev{}, problems: p}
	for i := 0; i < len(args); i++ {
		read, known := optionReaders[strings.TrimLeft(args[i].text, "-")]
		if !isOption(args[i].text) || !known {
			continue
		}
		if i+1 == len(args) || isOption(args[i+1].text) {
			p.Add(args[i].line, args[i].text, "an option without its value")
			continue
		}
		i++
		read(r, args[i])
	}
	if r.machine == "none" {
		return Guest{}, false
	}
	r.join()
	if r.guest.UUID == "" {
		r.guest.UUID = r.smbios
	}
	return r.guest, true
}

var optionReaders = map[string]func(*guestReader, argument){
	"name":    (*guestReader).name,
	"uuid":    (*guestReader).uuid,
	"smbios":  (*guestReader).readSMBIOS,
	"machine": (*guestReader).readMachine,
	"M":       (*guestReader).readMachine,
	"netdev":  (*guestReader).netdev,
	"device":  (*guestReader).device,
	"net":     (*guestReader).net,
	"nic":     (*guestReader).nic,
}

// settings are the parts of an option's value.
type settings struct {
	implied string // the first part when it has no name
	values  map[string]string
}

// get returns the value of the first name that is set.
func (s settings) get(names ...string) string {
	for _, name := range names {
		if v, ok := s.values[name]; ok {
			return v
		}
	}
	return ""
}

// first is the value that may stand first without its name.
func (s settings) first(name string) string {
	if s.implied != "" {
		return s.implied
	}
	return s.values[name]
}

// settings reads "a,b=c,d=e" where two commas are one in a value, or JSON.
func (r *guestReader) settings(a argument) settings {
	if strings.HasPrefix(a.text, "{") {
		return r.json(a)
	}
	s := settings{values: map[string]string{}}
	for i, part := range splitCommas(a.text) {
		name, value, found := strings.Cut(part, "=")
		if !found && i == 0 {
			s.implied = part
		} else if _, again := s.values[name]; !again || found {
			s.values[name] = value
		}
	}
	return s
}

func splitCommas(s string) (parts []string) {
	var part strings.Builder
	for {
		before, after, found := strings.Cut(s, ",")
		part.WriteString(before)
		switch {
		case !found:
			return append(parts, part.String())
		case strings.HasPrefix(after, ","):
			part.WriteByte(',')
			after = after[1:]
		default:
			parts = append(parts, part.String())
			part.Reset()
		}
		s = after
	}
}

func (r *guestReader) json(a argument) settings {
	s := settings{values: map[string]string{}}
	documents, problems := yamltree.DecodeJSON([]byte(a.text))
	if len(problems) > 0 {
		r.problems.Add(a.line, a.text, "not JSON as a whole")
	}
	if len(documents) == 0 {
		return s
	}
	tree := yamltree.New()
	for key, value := range tree.Pairs(documents[0]) {
		if value.Kind == yaml.ScalarNode {
			s.values[key.Value] = tree.Text(value).Value
		}
	}
	return s
}

// name reads "guest=NAME,debug-threads=on", "NAME,process=NAME" or "NAME".
func (r *guestReader) name(a argument) {
	r.guest.Name = r.settings(a).first("guest")
}

func (r *guestReader) uuid(a argument) { r.guest.UUID = a.text }

func (r *guestReader) readSMBIOS(a argument) {
	if s := r.settings(a); s.get("type") == "1" {
		r.smbios = s.get("uuid")
	}
}

func (r *guestReader) readMachine(a argument) { r.machine = r.settings(a).first("type") }

// netdev reads "-netdev tap,id=hostnet0,...".
func (r *guestReader) netdev(a argument) {
	s := r.settings(a)
	b := r.backend(a.line, s.first("type"), s)
	if b.id == "" || b.kind == "" {
		r.problems.Add(a.line, a.text, "a -netdev without id or type")
		return
	}
	r.netdevs[b.id] = b
	r.order = append(r.order, b)
}

func (r *guestReader) backend(line int, kind string, s settings) *netdev {
	return &netdev{line: line, id: s.get("id"), kind: kind, ifname: s.get("ifname"), bridge: s.get("br")}
}

// device reads "-device virtio-net-pci,netdev=hostnet0,mac=...". What has neither a back end nor a MAC is no NIC.
func (r *guestReader) device(a argument) {
	s := r.settings(a)
	driver := s.first("driver")
	if pci := passedThrough(driver, s); pci != "" {
		r.guest.NICs = append(r.guest.NICs, NIC{Line: a.line, Model: driver, VFIO: text.Of(pci, a.line)})
		return
	}
	_, hasNetdev := s.values["netdev"]
	vlan, hasVLAN := s.values["vlan"]
	if !hasNetdev && !hasVLAN && s.get("mac") == "" {
		return
	}
	nic := NIC{Line: a.line, Netdev: s.get("netdev"), Model: driver, MAC: r.mac(a, s.get("mac"))}
	if hasNetdev || !hasVLAN {
		vlan = ""
	}
	r.add(nic, vlan)
}

// passedThrough is the PCI address of a device of the host that the guest drives itself; whether it is a NIC the command line does not
// tell.
func passedThrough(driver string, s settings) string {
	switch driver {
	case "vfio-pci", "vfio-pci-nohotplug", "pci-assign", "kvm-pci-assign":
		return pciAddress(cmp.Or(s.get("host"), path.Base(s.get("sysfsdev"))))
	}
	return ""
}

var pciRE = regexp.MustCompile(`^([0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$`)

// pciAddress adds the domain that may be left out. A mediated device has no such address.
func pciAddress(s string) string {
	s = strings.ToLower(s)
	switch m := pciRE.FindStringSubmatch(s); {
	case m == nil:
		return ""
	case m[1] == "":
		return "0000:" + s
	}
	return s
}

// net reads the old "-net nic,macaddr=...,vlan=0" and "-net tap,ifname=...,vlan=0", which are joined by the number of a vlan, 0 when it is
// left out.
func (r *guestReader) net(a argument) {
	s := r.settings(a)
	kind, vlan := s.first("type"), cmp.Or(s.get("vlan"), "0")
	switch {
	case kind == "none":
	case kind == "nic":
		nic := NIC{Line: a.line, Netdev: s.get("netdev"), Model: s.get("model"), MAC: r.mac(a, s.get("macaddr"))}
		if nic.Netdev != "" {
			vlan = ""
		}
		r.add(nic, vlan)
	case r.hubs[vlan] == nil:
		r.hubs[vlan] = r.backend(a.line, kind, s)
	}
}

// nic reads "-nic tap,ifname=...,model=virtio,mac=...", which is both ends in one.
func (r *guestReader) nic(a argument) {
	s := r.settings(a)
	kind := s.first("type")
	if kind == "" || kind == "none" {
		return
	}
	nic := NIC{Line: a.line, Model: s.get("model"), MAC: r.mac(a, s.get("mac", "macaddr"))}
	setBackend(&nic, r.backend(a.line, kind, s))
	r.guest.NICs = append(r.guest.NICs, nic)
}

func (r *guestReader) add(nic NIC, hub string) {
	r.guest.NICs = append(r.guest.NICs, nic)
	r.joins = append(r.joins, join{len(r.guest.NICs) - 1, hub})
}

var macRE = regexp.MustCompile(`^[0-9a-f]{2}(:[0-9a-f]{2}){5}$`)

// mac reads a MAC as it is printed. In a line that is cut it may not be whole.
func (r *guestReader) mac(a argument, s string) (v text.At[string]) {
	if s = strings.ToLower(s); s == "" {
		return v
	}
	if !macRE.MatchString(s) {
		r.problems.Add(a.line, a.text, "not a whole MAC address")
	}
	return text.Of(s, a.line)
}

// join gives the NICs their back ends. A back end that no NIC names is one of its own: its NIC is cut off, or is not plugged in.
func (r *guestReader) join() {
	for _, j := range r.joins {
		nic := &r.guest.NICs[j.nic]
		b := r.netdevs[nic.Netdev]
		if j.hub != "" {
			b = r.hubs[j.hub]
		}
		if b == nil {
			if nic.Netdev != "" {
				r.problems.Add(nic.Line, nic.Netdev, "no -netdev has this id")
			}
			continue
		}
		b.used = true
		setBackend(nic, b)
	}
	for _, b := range r.order {
		if !b.used {
			nic := NIC{Line: b.line}
			setBackend(&nic, b)
			r.guest.NICs = append(r.guest.NICs, nic)
		}
	}
}

func setBackend(nic *NIC, b *netdev) {
	nic.Backend = b.kind
	if b.id != "" {
		nic.Netdev = b.id
	}
	if b.ifname != "" {
		nic.Ifname = text.Of(b.ifname, b.line)
	}
	if b.bridge != "" {
		nic.Bridge = text.Of(b.bridge, b.line)
	}
}
