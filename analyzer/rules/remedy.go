package rules

import (
	"fmt"
	"net"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// system names what configures a bond on this host: what its files show, else what its release and platform make likely.
func system(h *topology.Host, b *topology.Bond) string {
	switch h.Platform.Value {
	case topology.RHV:
		return "rhv"
	case topology.OpenShift:
		return "nncp"
	}
	for _, s := range systemsByRank {
		for _, c := range b.Configs {
			if c.System != s.config || c.Inactive || c.Rendered() && s.system != topology.ConfigNetplan || !c.Rendered() && s.config != s.system && s.system == topology.ConfigNetplan {
				continue
			}
			return s.system
		}
	}
	switch os := h.OS.Value; {
	case !redHat(os.ID, os.Like):
		return "other"
	case os.MajorNumber >= 8 || os.ID == "fedora":
		return "nmcli"
	case os.MajorNumber > 0:
		return "ifcfg"
	}
	return "other"
}

// systemsByRank are the systems that files of a bond show: one from which others are written comes before those.
var systemsByRank = []struct{ config, system string }{
	{topology.ConfigNMState, "nmstate"}, {topology.ConfigOSNetConfig, topology.ConfigOSNetConfig}, {topology.ConfigNetplan, topology.ConfigNetplan},
	{topology.ConfigNetworkd, topology.ConfigNetplan}, {topology.ConfigKeyfile, topology.ConfigNetplan}, {topology.ConfigNmcli, topology.ConfigNetplan}, // what netplan rendered
	{topology.ConfigKeyfile, "nmcli"}, {topology.ConfigIfcfg, "ifcfg"}, {topology.ConfigNmcli, "nmcli"}, {topology.ConfigNetworkd, topology.ConfigNetworkd},
	{topology.ConfigIfupdown, topology.ConfigIfupdown}, {topology.ConfigWicked, topology.ConfigWicked},
}

func redHat(id string, like []string) bool {
	return slices.Contains([]string{"rhel", "centos", "fedora", "rocky", "almalinux", "ol", "rhcos"}, id) ||
		slices.Contains(like, "rhel") || slices.Contains(like, "fedora")
}

// Assumed reports that the report holds no configuration of the bond, so that the commands name a profile or file that need not exist.
func (v *View) Assumed() bool {
	return !v.Explain && v.bond != nil && (v.System == "nmcli" || v.System == "ifcfg") && v.config() == nil
}

// In reports that the commands for a configuration system belong into the text: it is this host's, or the text explains all.
func (v *View) In(systems ...string) bool { return v.Explain || slices.Contains(systems, v.System) }

// Set writes the commands that give the bond these options ("mode=802.3ad miimon=100"), replacing all that it has, and apply them.
func (v *View) Set(options string) string {
	opts := strings.Fields(options)
	if v.ModeNumber >= 0 { // what the host tuned and every mode knows stays
		opts = v.keep(opts, "updelay", "downdelay")
	}
	return v.apply(opts)
}

// Change writes the commands that set some options and remove others ("-arp_interval"), keeping the rest of the configuration.
func (v *View) Change(changes ...string) string {
	text := v.apply(v.changed(changes))
	if v.Explain && text != "" {
		return v.othersStay(changes) + "\n" + text
	}
	return text
}

// othersStay is a comment that says what the options of a bond that nobody knows stand for, and what goes out of them.
func (v *View) othersStay(changes []string) string {
	var stand, out []string
	for _, o := range v.runningOptions() {
		name, _, _ := strings.Cut(o, "=")
		if !slices.ContainsFunc(changes, func(c string) bool { return strings.HasPrefix(c, name+"=") }) {
			stand = append(stand, o)
		}
	}
	for _, c := range changes {
		if name, ok := strings.CutPrefix(c, "-"); ok {
			out = append(out, name)
		}
	}
	text := "# in place of " + strings.Join(stand, " ") + " write all options that the bond has: every other one stays"
	if len(out) > 0 {
		text += "; out go: " + strings.Join(out, ", ")
	}
	return text
}

// changed are the options of the bond with changes.
func (v *View) changed(changes []string) (opts []string) {
	set := map[string]string{}
	drop := map[string]bool{}
	var order []string
	for _, c := range changes {
		if name, ok := strings.CutPrefix(c, "-"); ok {
			drop[name] = true
			continue
		}
		name, value, _ := strings.Cut(c, "=")
		set[name] = value
		order = append(order, name)
	}
	for _, o := range v.current() {
		switch value, changed := set[o.Name]; {
		case drop[o.Name]:
		case changed:
			opts = append(opts, o.Name+"="+value)
			delete(set, o.Name)
		default:
			opts = append(opts, o.Name+"="+o.Value)
		}
	}
	for _, name := range order {
		if value, left := set[name]; left {
			opts = append(opts, name+"="+value)
		}
	}
	return opts
}

// current are the options that the bond is configured with, else those that it runs with.
func (v *View) current() (opts []topology.ConfigOption) {
	if c := v.config(); c != nil && len(c.Options) > 0 {
		return c.Options
	}
	for _, o := range v.runningOptions() {
		name, value, _ := strings.Cut(o, "=")
		opts = append(opts, topology.ConfigOption{Name: name, Value: value})
	}
	return opts
}

// runningOptions are those of the options that the bond runs with that every report tells; to explain, some that stand for them, with a
// monitor, as a bond without one does not notice that a link is down.
func (v *View) runningOptions() (opts []string) {
	if v.Explain {
		return []string{"mode=MODE", "miimon=100"}
	}
	if v.bond.Mode.Value != bonding.Unknown {
		opts = append(opts, "mode="+v.bond.Mode.Value.String())
	}
	if m := v.bond.MIIMon.Value; m > 0 {
		opts = append(opts, "miimon="+fmt.Sprint(m))
	}
	if p := v.bond.Primary.Value; p != "" && v.bond.Mode.Value == bonding.ActiveBackup {
		opts = append(opts, "primary="+p)
	}
	if m := v.bond.ARPInterval.Value; m > 0 {
		opts = append(opts, "arp_interval="+fmt.Sprint(m), "arp_ip_target="+strings.ReplaceAll(v.bond.ARPTargets.Value, " ", ""))
	}
	if v.bond.LACPRate.Value == "fast" && v.bond.Mode.Value == bonding.LACP {
		opts = append(opts, "lacp_rate=fast")
	}
	if hp := v.bond.HashPolicy.Value; hp != "" && (v.bond.Mode.Value == bonding.BalanceXOR || v.bond.Mode.Value == bonding.LACP) {
		opts = append(opts, "xmit_hash_policy="+hp)
	}
	return opts
}

func (v *View) keep(opts []string, names ...string) []string {
	for _, n := range names {
		if o, ok := v.bond.Option(n); ok && o.Value != "" && o.Value != "0" {
			opts = append(opts, n+"="+o.Value)
		}
	}
	return opts
}

func (v *View) config() *topology.BondConfig {
	for _, c := range v.bond.Configs {
		if !c.Inactive && (v.System == "nmcli" && (c.System == topology.ConfigKeyfile || c.System == topology.ConfigNmcli) || c.System == v.System) {
			return c
		}
	}
	return nil
}

// plainOption is an option that means the same in every configuration system and to the shell that sources an ifcfg file.
var plainOption = regexp.MustCompile(`^[A-Za-z0-9_-]+=[A-Za-z0-9_.:,+/@-]*$`)

func (v *View) editIfcfg(opts []string) []string {
	file := "/etc/sysconfig/network-scripts/ifcfg-" + v.Bond
	if c := v.config(); c != nil && c.File != "" {
		file = "/" + oneLine(c.File)
	}
	line := `BONDING_OPTS="` + strings.Join(opts, " ") + `"`
	cmds := []string{
		"cp -p " + v.Q(file) + " " + v.Q("/etc/sysconfig/"+path.Base(file)+".before"),
		"sed -i -e '/^[[:space:]]*BONDING_OPTS=/d' -e '$a\\' " + v.Q(file),
		"echo " + v.Q(line) + " >> " + v.Q(file),
	}
	if v.severalLines() {
		cmds = []string{"# BONDING_OPTS stands on several lines of " + v.Q(file) + ": replace them by hand with", "# " + line}
	}
	return cmds
}

// severalLines reports that the options of the ifcfg file stand on more than one line.
func (v *View) severalLines() bool {
	c := v.config()
	return c != nil && slices.ContainsFunc(c.Options, func(o topology.ConfigOption) bool { return o.Source.Line != c.Options[0].Source.Line })
}

// upper are the devices between the bond and the bridge, the bridge first.
func (v *View) upper() (names []string) {
	if v.att == nil {
		if v.Explain {
			return []string{"br0"}
		}
		return nil
	}
	for _, name := range v.att.Path[1:] { // not a guest's own device, nor one in another namespace
		l, br := v.host.Link(name), v.host.Bridge(name)
		if l != nil && l.Kind == topology.KindVLAN || br != nil && br.Kind == topology.KindBridge {
			names = append(names, device(name))
		}
		if br != nil {
			break // a bridge behind it, over a pair of veth, is its guest's: Proxmox makes one for each interface with a firewall
		}
	}
	slices.Reverse(names)
	return names
}

func (v *View) nmOff() bool {
	c := v.config()
	return c != nil && c.NMOff
}

func (v *View) major() int { return v.host.OS.Value.MajorNumber }

func (v *View) editNmcli(opts []string) []string {
	return []string{"nmcli connection modify " + v.Q(v.connection()) + " bond.options " + v.Q(strings.Join(opts, ","))}
}

func (v *View) applyNMState(opts []string) []string {
	cmds := []string{"nmstatectl apply - <<'EOF'"}
	cmds = append(cmds, v.desired(opts, "")...)
	return append(cmds, "EOF")
}

func (v *View) applyNNCP(opts []string) []string {
	if policy := v.policy(); policy != "" { // a second policy about the same bond would fight with the first
		lines := []string{"# in the policy that sets up " + v.Bond + ", replace its interface by the one below and keep all else:"}
		for _, l := range v.desired(opts, "") {
			lines = append(lines, "#   "+l)
		}
		return append(lines, "oc edit nncp "+v.Q(policy))
	}
	cmds := []string{
		"oc apply -f - <<'EOF'", "apiVersion: nmstate.io/v1", "kind: NodeNetworkConfigurationPolicy",
		"metadata:", "  name: " + yamlName(v.Bond+"-"+v.Host),
		"spec:", "  nodeSelector:", "    kubernetes.io/hostname: " + yaml(v.Host), "  desiredState:",
	}
	cmds = append(cmds, v.desired(opts, "    ")...)
	return append(cmds, "EOF")
}

// policy is the NodeNetworkConfigurationPolicy that sets up the bond, "" where none is known.
func (v *View) policy() string {
	if v.bond == nil {
		return ""
	}
	for _, c := range v.bond.Configs {
		if c.System == topology.ConfigNNCP && c.Policy != "" {
			return oneLine(c.Policy)
		}
	}
	return ""
}

// desired is the bond as nmstate's desired state.
func (v *View) desired(opts []string, indent string) (lines []string) {
	add := func(s string) { lines = append(lines, indent+s) }
	mode := v.Mode
	var rest []string
	for _, o := range opts {
		if m, ok := strings.CutPrefix(o, "mode="); ok {
			mode = m
			continue
		}
		rest = append(rest, o)
	}
	add("interfaces:")
	add("- name: " + yaml(v.Bond))
	add("  type: bond")
	add("  state: up")
	add("  link-aggregation:")
	add("    mode: " + yaml(mode))
	if len(rest) > 0 {
		add("    options:")
		for _, o := range rest {
			name, value, _ := strings.Cut(o, "=")
			add("      " + name + ": " + yaml(value))
		}
	}
	if len(v.Slaves) > 0 { // without the key they stay as they are
		add("    port:")
	}
	for _, s := range v.Slaves {
		add("    - " + yaml(s))
	}
	return lines
}

// applyRuntime changes the running bond alone, with iproute2: what is there on every host.
func (v *View) applyRuntime(opts []string) []string {
	args := make([]string, 0, 2*len(opts))
	for _, o := range opts {
		name, value, _ := strings.Cut(o, "=")
		args = append(args, name, v.Q(value))
	}
	cmds := []string{"# not persistent: " + v.Bond + " is back to the old options after a restart; change its configuration too",
		"ip link set dev " + v.Q(v.Bond) + " down"}
	for _, s := range v.Slaves {
		cmds = append(cmds, "ip link set dev "+v.Q(s)+" nomaster")
	}
	cmds = append(cmds, "ip link set dev "+v.Q(v.Bond)+" type bond "+strings.Join(args, " "))
	for _, s := range v.Slaves {
		cmds = append(cmds, "ip link set dev "+v.Q(s)+" down", "ip link set dev "+v.Q(s)+" master "+v.Q(v.Bond))
	}
	return append(cmds, "ip link set dev "+v.Q(v.Bond)+" up")
}

// yaml quotes a scalar so that it stays the string that it is.
func yaml(s string) string {
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// yamlName makes a name that Kubernetes accepts for an object.
func yamlName(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(s))
}

// EbtablesRules are the classic workaround for each guest.
func (v *View) EbtablesRules() string {
	var out []string
	for _, mac := range v.GuestMACs() {
		out = append(out, "ebtables -t nat -A POSTROUTING -s "+v.Q(mac)+" -p 0x0806 -o "+v.Q(v.Port)+" -j snat --to-source "+v.Q(v.BondMAC))
	}
	return strings.Join(out, "\n")
}

// NFTRules are the same as a table of nftables; broad makes it cover all broadcast and multicast, IPv6 included.
func (v *View) NFTRules(broad bool) string {
	macs := v.GuestMACs()
	if !v.Explain {
		macs = slices.DeleteFunc(macs, func(m string) bool { return !isMAC(m) })
		if !isMAC(v.BondMAC) {
			return ""
		}
	}
	if len(macs) == 0 {
		return ""
	}
	match := "ether type arp"
	if broad {
		match = "meta pkttype { broadcast, multicast }"
	}
	return strings.Join([]string{
		"nft -f - <<'EOF'",
		"table bridge sosbond {",
		"    set guests { type ether_addr; elements = { " + strings.Join(macs, ", ") + " } }",
		"    chain postrouting {",
		"        type filter hook postrouting priority srcnat; policy accept;",
		fmt.Sprintf("        oifname \"%s\" ether saddr @guests %s counter ether saddr set %s", nftString(v.Port), match, v.BondMAC),
		"    }",
		"}",
		"EOF",
	}, "\n")
}

// nftString drops what would end a string of nftables; no interface name holds it.
func nftString(s string) string { return strings.NewReplacer(`"`, "", `\`, "").Replace(s) }

// isMAC reports six octets in hexadecimal, and nothing else: what goes unquoted into a ruleset.
func isMAC(s string) bool {
	m, err := net.ParseMAC(s)
	return err == nil && len(m) == 6 && len(s) == 17
}
