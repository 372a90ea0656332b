package rules

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb271 finds ifcfg files of a bond and its slaves that lack what makes the slave join, or say two things.
var sb271 = Rule{ID: "SB271", Slug: "slave_config", Severity: Error, Family: FamilyConfiguration, Needs: []topology.Datum{parsers.DatumLinks},
	Explains: []string{"SB206", "SB264"}, Check: checkSlaveConfig}

func checkSlaveConfig(h *topology.Host) (hits []Hit) {
	if !allLinks(h) {
		return nil
	}
	for _, f := range h.Ifcfg {
		if f.OnDemand() {
			continue
		}
		var bond, what, line string
		var at topology.Source
		severity := Error
		switch master := f.Vars["MASTER"]; {
		case master.Value != "" && h.Link(f.Device) != nil && f.Get("MASTER_UUID") == "":
			bond = master.Value
			what, line, at, severity = slaveFault(h, f)
		case !master.Known():
			bond = f.Device
			what, line, at = masterFault(h, f)
		}
		if what == "" {
			continue
		}
		b := h.Bond(bond)
		if b == nil {
			b = bondOf(h, &topology.BondConfig{Name: bond, Source: f.Source, Slaves: nil})
			b.Mode.Value = bonding.Unknown
		}
		if b.Kind != topology.BondKernel {
			continue
		}
		hits = append(hits, Hit{Severity: severity, Bond: b, Link: f.Device, Evidence: cite(on(at, plain(what)), on(f.Source, "the file")), Vars: map[string]any{
			"What": what, "Title": plain(what), "Bridge": bridgeIn(f, at), "File": onHost(f.File), "Device": f.Device, "Line": line,
		}})
	}
	return hits
}

var isUUID = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-`)

// slaveFault is what is wrong with the file of a slave, and the line that sets it right.
func slaveFault(h *topology.Host, f *topology.Ifcfg) (what, line string, at topology.Source, severity Severity) {
	master := f.Vars["MASTER"]
	b := h.Bond(master.Value)
	in := b != nil && slices.Contains(b.SlaveNames(), f.Device) // somebody reads the file as it was meant
	nm := h.Managers.NetworkManager.Known() && (f.Get("NM_CONTROLLED") == "" || f.Yes("NM_CONTROLLED"))
	switch bridge := f.Vars["BRIDGE"]; {
	case bridge.Value != "" && in:
		return fmt.Sprintf("it names a bridge (`BRIDGE=%s`) beside the bond: an interface has one master, and which of them it gets is left to the order of the tools", bridge.Value), "", bridge.Source, Warning
	case bridge.Value != "":
		return fmt.Sprintf("it names a bridge (`BRIDGE=%s`) beside the bond, and an interface has one master", bridge.Value), "", bridge.Source, Error
	case in:
		return "", "", topology.Source{}, ""
	case b == nil && h.Link(master.Value) == nil && !isUUID.MatchString(master.Value) && !named(h, master.Value):
		return fmt.Sprintf("`MASTER=%s` names a bond that neither runs nor is configured", master.Value), "", master.Source, Error
	case !f.Yes("SLAVE") && !nm:
		return "`SLAVE=yes` is missing: initscripts then set the interface up by itself and ignore `MASTER`", "SLAVE=yes", master.Source, Error
	}
	return "", "", topology.Source{}, ""
}

// named reports a configuration of the name, or a profile that has it.
func named(h *topology.Host, name string) bool {
	return slices.ContainsFunc(h.Configs, func(c *topology.BondConfig) bool { return c.Name == name || c.Connection == name }) ||
		slices.ContainsFunc(h.Ifcfg, func(f *topology.Ifcfg) bool { return f.Device == name || f.Get("NAME") == name })
}

// masterFault is what is wrong with the file of a bond that does not run.
func masterFault(h *topology.Host, f *topology.Ifcfg) (what, line string, at topology.Source) {
	slaves := slices.ContainsFunc(h.Ifcfg, func(s *topology.Ifcfg) bool { return s.Get("MASTER") == f.Device })
	opts := f.Vars["BONDING_OPTS"]
	bond := f.Get("TYPE") == "Bond" || f.Get("TYPE") == "bond" || f.Yes("BONDING_MASTER")
	if bond || h.Link(f.Device) != nil || h.Bond(f.Device) != nil || !opts.Known() && !slaves {
		return "", "", topology.Source{}
	}
	if !opts.Known() {
		opts.Source = f.Source
	}
	return "neither `TYPE=Bond` nor `BONDING_MASTER=yes` says that it is a bond, and none of the name runs", "TYPE=Bond", opts.Source
}

// bridgeIn is the bridge that a file names beside the bond, "" where that is not what is wrong.
func bridgeIn(f *topology.Ifcfg, at topology.Source) string {
	if b := f.Vars["BRIDGE"]; b.Known() && b.Source == at {
		return b.Value
	}
	return ""
}
