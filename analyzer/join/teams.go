package join

import (
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/bonding"
	"github.com/sosbond/sosbond/parsers/team"
	"github.com/sosbond/sosbond/parsers/text"
)

// modeOfRunner is the bonding mode that does what a runner of teamd does (teamd.conf(5)). The random runner spreads packets as round-robin does.
var modeOfRunner = map[string]topology.Mode{
	"roundrobin": bonding.BalanceRR, "random": bonding.BalanceRR, "activebackup": bonding.ActiveBackup, "loadbalance": bonding.BalanceXOR,
	"broadcast": bonding.Broadcast, "lacp": bonding.LACP,
}

// teams takes what teamd tells of teams: their runner, and how their ports do.
func (j *joiner) teams() {
	for _, r := range j.f.TeamStates {
		b := j.team(r.Name, r.Value.Device, r.File)
		j.runner(b, r.File, r.Value.Runner)
		b.Source, b.Proc, b.Cut = r.Whole(), true, r.Cut
		b.ActiveSlave = first(b.ActiveSlave, fact(r.File, r.Value.ActivePort))
		for _, p := range r.Value.Ports {
			teamPort(b, r.File, p)
		}
		teamAggregator(b, r.File, r.Value)
	}
	for _, r := range j.f.TeamConfigs {
		b := j.team(r.Name, r.Value.Device, r.File)
		j.runner(b, r.File, r.Value.Runner)
		j.teamConfig(topology.ConfigTeamd, b.Name, "", r.File, r.Value)
	}
	for _, b := range j.h.Bonds {
		for _, s := range b.Slaves {
			if s.Link == nil {
				s.Link = j.h.Link(s.Name)
			}
		}
	}
}

// team returns the team of that name, and makes it if need be.
func (j *joiner) team(name, device string, f parsers.File) *topology.Bond {
	if device != "" {
		name = device
	}
	b := j.h.Bond(name)
	if b == nil {
		b = &topology.Bond{Name: name, Kind: topology.KindTeam, Source: f.Whole(), Link: j.h.Link(name)}
		b.Mode.Value = bonding.Unknown
		j.h.Bonds = append(j.h.Bonds, b)
	}
	b.Kind = topology.KindTeam
	if b.Link != nil {
		b.Link.Kind = topology.KindTeam
	}
	return b
}

func (j *joiner) runner(b *topology.Bond, f parsers.File, runner text.At[string]) {
	if b.Runner.Known() || !runner.Found() {
		return
	}
	b.Runner = fact(f, runner)
	mode, ok := modeOfRunner[strings.ToLower(runner.Value)]
	if !ok {
		j.problem(f.At(runner.Line), "unknown runner of teamd "+runner.Value)
		return
	}
	b.Mode = topology.Fact[topology.Mode]{Value: mode, Source: f.At(runner.Line)}
}

func teamPort(b *topology.Bond, f parsers.File, p team.Port) {
	var s *topology.Slave
	for _, x := range b.Slaves {
		if x.Name == p.Name {
			s = x
		}
	}
	if s == nil {
		s = &topology.Slave{Name: p.Name, Source: f.At(p.Line)}
		b.Slaves = append(b.Slaves, s)
	}
	if p.Up.Found() && !s.MIIStatus.Known() {
		s.MIIStatus = topology.Fact[string]{Value: upDown(p.Up.Value), Source: f.At(p.Up.Line)}
	}
	s.SpeedMbps = first(s.SpeedMbps, fact(f, p.Speed))
	s.LinkFailures = first(s.LinkFailures, fact(f, p.DownCount))
	s.AggregatorID = first(s.AggregatorID, fact(f, p.Aggregator))
	s.ActorState, s.PartnerState = first(s.ActorState, fact(f, p.ActorState)), first(s.PartnerState, fact(f, p.PartnerState))
	s.PartnerMAC, s.PartnerKey = first(s.PartnerMAC, fact(f, p.PartnerMAC)), first(s.PartnerKey, fact(f, p.PartnerKey))
}

// teamAggregator tells the partner and the ports of the aggregator in use.
func teamAggregator(b *topology.Bond, f parsers.File, s team.State) {
	ports, line := 0, 0
	for _, p := range s.Ports {
		if p.AggSelected.Value && p.Selected.Value {
			ports, line = ports+1, p.AggSelected.Line
			b.PartnerMAC, b.Aggregator = first(b.PartnerMAC, fact(f, p.PartnerMAC)), first(b.Aggregator, fact(f, p.Aggregator))
		}
	}
	if b.Mode.Value == bonding.LACP && ports > 0 && !b.AggregatorPorts.Known() {
		b.AggregatorPorts = topology.Fact[int]{Value: ports, Source: f.At(line)}
	}
}

// teamConfig keeps a configuration of a team.
func (j *joiner) teamConfig(system, name, connection string, f parsers.File, c team.Config) {
	t := &topology.BondConfig{System: system, Name: name, File: f.Path, Connection: connection, Source: f.At(max(c.Line, 1)), Team: true}
	if c.Runner.Found() {
		t.Options = append(t.Options, topology.ConfigOption{Name: "runner", Value: c.Runner.Value, Source: f.At(c.Runner.Line)})
		if m, ok := modeOfRunner[c.Runner.Value]; ok {
			t.Mode = topology.Fact[topology.Mode]{Value: m, Source: f.At(c.Runner.Line)}
		}
	}
	if c.HWAddrPolicy.Found() {
		t.Options = append(t.Options, topology.ConfigOption{Name: "hwaddr_policy", Value: c.HWAddrPolicy.Value, Source: f.At(c.HWAddrPolicy.Line)})
	}
	for _, p := range c.Ports {
		t.Slaves = append(t.Slaves, fact(f, p))
	}
	j.h.Configs = append(j.h.Configs, t)
}
