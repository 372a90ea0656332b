package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/parsers/bonding"
)

// SetTeam writes the commands that give a team a runner (the value of "runner" in teamd.conf(5)), and apply them. The links are watched by
// their carrier.
func (v *View) SetTeam(runner string) string {
	config := `{"runner": ` + runner + `, "link_watch": {"name": "ethtool"} }` // two braces in a row would look like a template
	var out []string
	if v.In("nmcli") {
		out = append(out, v.header("NetworkManager")...)
		out = append(out, "nmcli connection modify "+v.Q(v.connection())+" team.config "+v.Q(config), "nmcli connection up "+v.Q(v.connection()))
	}
	if v.In("ifcfg") {
		out = append(append(out, v.header("ifcfg files")...), v.teamIfcfg(config)...)
	}
	if v.Explain || len(out) == 0 {
		out = append(out, v.header("other")...)
		out = append(out, "# in the JSON that teamd is started with (teamd -f FILE; on SUSE the keys TEAM_* of ifcfg), then start the team anew:", "#   "+config)
	}
	return strings.Join(out, "\n")
}

func (v *View) header(system string) []string {
	if v.Explain {
		return []string{"# " + system}
	}
	return nil
}

// connection is the profile of NetworkManager for the bond, by its name where the report has none.
func (v *View) connection() string {
	if c := v.config(); c != nil && c.Connection != "" {
		return oneLine(c.Connection)
	}
	return v.Bond
}

func (v *View) teamIfcfg(config string) []string {
	file := "/etc/sysconfig/network-scripts/ifcfg-" + v.Bond
	if c := v.config(); c != nil && c.File != "" {
		file = "/" + oneLine(c.File)
	}
	cmds := []string{
		"# TEAM_CONFIG must stand on one line of the file",
		"cp -p " + v.Q(file) + " " + v.Q("/etc/sysconfig/"+path.Base(file)+".before"),
		"sed -i -e '/^[[:space:]]*TEAM_CONFIG=/d' -e '$a\\' " + v.Q(file),
		"echo " + v.Q("TEAM_CONFIG='"+config+"'") + " >> " + v.Q(file),
	}
	if v.host.Managers.NetworkManager.Known() && !v.nmOff() || v.major() >= 8 {
		return append(cmds, "nmcli connection reload", "nmcli connection up ifname "+v.Q(v.Bond))
	}
	down := uniq(append(v.upper(), v.Bond))
	for _, d := range down {
		cmds = append(cmds, "ifdown "+v.Q(d))
	}
	slices.Reverse(down)
	for _, d := range down {
		cmds = append(cmds, "ifup "+v.Q(d))
	}
	return cmds
}

// bondOptions are the options of a bond that does what the team does. Runners that are not to be used with guests become LACP.
func (v *View) bondOptions() []string {
	switch {
	case v.ModeNumber == int(bonding.ActiveBackup):
		return []string{"mode=active-backup", "miimon=100", "num_grat_arp=3"}
	case v.ModeNumber == int(bonding.BalanceXOR):
		return []string{"mode=balance-xor", "miimon=100", "xmit_hash_policy=layer2+3"}
	}
	return []string{"mode=802.3ad", "miimon=100", "lacp_rate=fast", "xmit_hash_policy=layer2+3"}
}

// Team2Bond reports a host that may have team2bond, which came with RHEL 9 and is gone with teamd.
func (v *View) Team2Bond() bool { return v.Explain || redHatMajor(v.host) == teamDeprecated }

// NewBond names a bond that takes the place of the team.
func (v *View) NewBond() string {
	const longest = 15 // IFNAMSIZ without the NUL
	if v.Explain {
		return "bond1"
	}
	name := strings.Replace(v.Bond, "team", "bond", 1)
	if name == v.Bond || v.host.Link(name) != nil || v.host.Bond(name) != nil {
		short := []rune(v.Bond)
		name = string(short[:min(len(short), longest-len("-bond"))]) + "-bond"
	}
	return device(name)
}

// TeamToBond writes the commands that make a bond in place of the team.
func (v *View) TeamToBond() string {
	name := v.NewBond()
	var out []string
	if v.In("nmcli") || v.In("ifcfg") && v.major() >= 8 {
		master := ""
		if v.Bridge != "" && v.Port == v.Bond && (v.Explain || v.host.Bridge(v.Bridge) == nil || !v.host.Bridge(v.Bridge).Named) {
			master = " master " + v.Q(v.Bridge)
		}
		out = append(append(out, v.header("NetworkManager")...),
			"nmcli connection add type bond con-name "+v.Q(name)+" ifname "+v.Q(name)+master+" bond.options "+v.Q(strings.Join(v.bondOptions(), ",")))
		for _, s := range v.Slaves {
			out = append(out, "nmcli connection add type ethernet con-name "+v.Q(name+"-"+s)+" ifname "+v.Q(s)+" master "+v.Q(name))
		}
		if len(v.Slaves) == 0 {
			out = append(out, "# for each port: nmcli connection add type ethernet con-name "+v.Q(name)+"-PORT ifname PORT master "+v.Q(name))
		}
		out = append(out, "# the team's own profile, and those of its ports, which `nmcli connection show` lists", "nmcli connection delete "+v.Q(v.connection()),
			"nmcli connection up "+v.Q(name))
		for _, s := range v.Slaves {
			out = append(out, "nmcli connection up "+v.Q(name+"-"+s))
		}
	}
	if v.In("ifcfg") && v.major() < 8 {
		out = append(append(out, v.header("ifcfg files")...),
			"# in the file of the team: DEVICETYPE and TEAM_CONFIG out, and", "#   TYPE=Bond", "#   BONDING_MASTER=yes", "#   BONDING_OPTS=\""+strings.Join(v.bondOptions(), " ")+"\"",
			"# in the file of each port: DEVICETYPE=TeamPort, TEAM_MASTER and TEAM_PORT_CONFIG out, and", "#   MASTER="+v.Bond, "#   SLAVE=yes")
	}
	if len(out) == 0 {
		out = append(out, "# a bond in place of the team, with the same ports and these options:", "#   "+strings.Join(v.bondOptions(), " "))
	}
	return strings.Join(out, "\n")
}
