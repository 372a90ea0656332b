package join

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/bonding"
	"github.com/sosbond/sosbond/parsers/text"
)

// bonds takes bonds from /proc/net/bonding and completes them, or adds those that it lacks, from `ip -d link`.
func (j *joiner) bonds() {
	for _, r := range j.f.Bonds {
		if j.h.Bond(r.Name) == nil {
			j.h.Bonds = append(j.h.Bonds, j.bondFromProc(r))
		}
	}
	for _, l := range j.h.Links {
		if l.Namespace != "" || l.Kind != topology.KindBond && l.Kind != topology.KindTeam {
			continue
		}
		b := j.h.Bond(l.Name)
		if b == nil {
			b = &topology.Bond{Name: l.Name, Kind: topology.BondKernel, Source: l.Source}
			if l.Kind == topology.KindTeam {
				b.Kind = topology.KindTeam
			}
			j.h.Bonds = append(j.h.Bonds, b)
		}
		b.Link = l
		j.completeBond(b, l)
	}
	j.bondsOfSlaves()
	for _, b := range j.h.Bonds {
		if !b.Mode.Known() {
			b.Mode.Value = bonding.Unknown
		}
		j.completeSlaves(b)
		if !b.MAC.Known() && len(b.Slaves) > 0 && b.Link == nil {
			b.MAC = b.Slaves[0].PermMAC
		}
	}
}

// bondsOfSlaves adds bonds that only their slaves show: the output was cut before the bond itself.
func (j *joiner) bondsOfSlaves() {
	for _, l := range j.h.Links {
		name := l.Master.Value
		if l.Namespace == "" && name != "" && l.PortAttrs["mii_status"].Known() && j.h.Link(name) == nil && j.h.Bond(name) == nil {
			j.h.Bonds = append(j.h.Bonds, &topology.Bond{Name: name, Kind: topology.BondKernel, Source: l.Source})
		}
	}
}

func (j *joiner) bondFromProc(r parsers.Named[bonding.Bond]) *topology.Bond {
	p, f := r.Value, r.File
	b := &topology.Bond{
		Name: r.Name, Kind: topology.BondKernel, Source: f.At(1), Proc: true, Cut: f.Cut, Mode: fact(f, p.Mode), HashPolicy: fact(f, p.HashPolicy),
		MIIStatus: fact(f, p.MIIStatus), MIIMon: fact(f, p.MIIMon), ARPInterval: fact(f, p.ARPInterval), ActiveSlave: fact(f, p.ActiveSlave),
		Primary: fact(f, p.Primary), PrimaryReselect: fact(f, p.PrimaryReselect), FailOverMAC: fact(f, p.FailOverMAC),
	}
	b.UpDelay, b.DownDelay, b.ARPMissedMax = fact(f, p.UpDelay), fact(f, p.DownDelay), fact(f, p.ARPMissedMax)
	if p.ARPTargets.Found() {
		b.ARPTargets = fact(f, text.Of(strings.Join(p.ARPTargets.Value, ","), p.ARPTargets.Line))
	}
	if p.NSTargets.Found() {
		b.NSTargets = fact(f, text.Of(strings.Join(p.NSTargets.Value, ","), p.NSTargets.Line))
	}
	if i := p.LACP; i != nil {
		b.LACPRate, b.NoAggregator = fact(f, i.Rate), f.At(i.NoAggregator)
		b.LACPActive, b.MinLinks, b.ADSelect, b.SystemMAC = fact(f, i.Active), fact(f, i.MinLinks), fact(f, i.SelectPolicy), fact(f, i.SystemMAC)
		if a := i.Aggregator; a != nil {
			b.PartnerMAC, b.AggregatorPorts = fact(f, a.PartnerMAC), fact(f, a.Ports)
			b.ActorKey, b.PartnerKey = fact(f, a.ActorKey), fact(f, a.PartnerKey)
			b.Aggregator = fact(f, a.ID)
		}
	}
	for _, s := range p.Slaves {
		b.Slaves = append(b.Slaves, slaveFromProc(f, s))
	}
	return b
}

func slaveFromProc(f parsers.File, s bonding.Slave) *topology.Slave {
	t := &topology.Slave{
		Name: s.Name.Value, Source: f.At(s.Name.Line), MIIStatus: fact(f, s.MIIStatus), SpeedMbps: fact(f, s.Speed),
		LinkFailures: fact(f, s.LinkFailures), PermMAC: fact(f, s.PermHWAddr), AggregatorID: fact(f, s.AggregatorID),
	}
	t.Duplex, t.ActorChurn, t.PartnerChurn = fact(f, s.Duplex), fact(f, s.ActorChurn), fact(f, s.PartnerChurn)
	t.ActorChurns, t.PartnerChurns = fact(f, s.ActorChurnedCount), fact(f, s.PartnerChurnedCount)
	if a := s.Actor; a != nil {
		t.ActorState, t.ActorMAC, t.ActorKey = fact(f, a.PortState), fact(f, a.SystemMAC), fact(f, a.Key)
	}
	if p := s.Partner; p != nil {
		t.PartnerState, t.PartnerMAC, t.PartnerKey = fact(f, p.PortState), fact(f, p.SystemMAC), fact(f, p.Key)
	}
	return t
}

// completeBond adds what only `ip -d link` tells, and notes where the two disagree.
func (j *joiner) completeBond(b *topology.Bond, l *topology.Link) {
	a := l.Attrs
	if m, ok := a["mode"]; ok && l.Kind == topology.KindBond {
		mode, known := bonding.ParseMode(m.Value)
		switch {
		case !known:
			j.problem(m.Source, "unknown bonding mode "+m.Value)
		case !b.Mode.Known():
			b.Mode = topology.Fact[topology.Mode]{Value: mode, Source: m.Source}
		case b.Mode.Value != mode:
			b.OtherMode = topology.Fact[topology.Mode]{Value: mode, Source: m.Source}
			j.problem(m.Source, fmt.Sprintf("`ip link` says mode %s, /proc/net/bonding says %s: the bond changed while the report was taken", mode, b.Mode.Value))
		}
	}
	b.MAC = first(b.MAC, l.MAC)
	if hp, ok := a["xmit_hash_policy"]; ok && (b.Mode.Value == bonding.BalanceXOR || b.Mode.Value == bonding.LACP) {
		b.HashPolicy = first(b.HashPolicy, hp)
	}
	b.ActiveSlave, b.Primary = first(b.ActiveSlave, a["active_slave"]), first(b.Primary, a["primary"])
	b.PrimaryReselect, b.FailOverMAC = first(b.PrimaryReselect, a["primary_reselect"]), first(b.FailOverMAC, a["fail_over_mac"])
	b.MIIMon, b.ARPInterval = first(b.MIIMon, number(a["miimon"])), first(b.ARPInterval, number(a["arp_interval"]))
	b.ARPTargets, b.NumGratARP = first(b.ARPTargets, a["arp_ip_target"]), number(a["num_grat_arp"])
	b.NSTargets = first(b.NSTargets, a["ns_ip6_target"])
	b.LACPRate, b.LACPActive = first(b.LACPRate, a["lacp_rate"]), first(b.LACPActive, a["lacp_active"])
	b.MinLinks, b.ADSelect = first(b.MinLinks, number(a["min_links"])), first(b.ADSelect, a["ad_select"])
	b.UpDelay, b.DownDelay = first(b.UpDelay, number(a["updelay"])), first(b.DownDelay, number(a["downdelay"]))
	b.ARPMissedMax, b.TLBDynamic, b.AllSlavesActive = first(b.ARPMissedMax, number(a["arp_missed_max"])), a["tlb_dynamic_lb"], a["all_slaves_active"]
	b.ActorKey, b.PartnerKey = first(b.ActorKey, number(a["ad_actor_key"])), first(b.PartnerKey, number(a["ad_partner_key"]))
	b.Aggregator = first(b.Aggregator, number(a["ad_aggregator"]))
	b.PartnerMAC, b.AggregatorPorts = first(b.PartnerMAC, a["ad_partner_mac"]), first(b.AggregatorPorts, number(a["ad_num_ports"]))
}

// number reads an attribute as a number, unknown when it is none.
func number(f topology.Fact[string]) topology.Fact[int] {
	n, err := strconv.Atoi(f.Value)
	if !f.Known() || err != nil {
		return topology.Fact[int]{}
	}
	return topology.Fact[int]{Value: n, Source: f.Source}
}

// completeSlaves adds what `ip -d link` tells of the slaves, and slaves that only it shows.
func (j *joiner) completeSlaves(b *topology.Bond) {
	for _, l := range j.h.Links {
		if l.Namespace != "" || l.Master.Value != b.Name {
			continue
		}
		var s *topology.Slave
		for _, x := range b.Slaves {
			if x.Name == l.Name {
				s = x
			}
		}
		if s == nil {
			s = &topology.Slave{Name: l.Name, Source: l.Source}
			b.Slaves = append(b.Slaves, s)
		}
		s.Link = l
		a := l.PortAttrs
		s.State = a["state"]
		s.MIIStatus = first(s.MIIStatus, lower(a["mii_status"]))
		s.LinkFailures = first(s.LinkFailures, number(a["link_failure_count"]))
		s.PermMAC = first(s.PermMAC, a["perm_hwaddr"], l.PermMAC)
		s.AggregatorID = first(s.AggregatorID, number(a["ad_aggregator_id"]))
		s.ActorState = first(s.ActorState, number(a["ad_actor_oper_port_state"]))
		s.PartnerState = first(s.PartnerState, number(a["ad_partner_oper_port_state"]))
	}
}

// lower writes GOING_BACK as /proc does: "going back".
func lower(f topology.Fact[string]) topology.Fact[string] {
	f.Value = strings.ToLower(strings.ReplaceAll(f.Value, "_", " "))
	return f
}
