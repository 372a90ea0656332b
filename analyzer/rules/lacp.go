package rules

import (
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// lacpBonds are the bonds of the kernel in mode 802.3ad that have a link to negotiate on. Those that somebody took down are left to SB201.
func lacpBonds(h *topology.Host) []*topology.Bond {
	return slices.DeleteFunc(running(h), func(b *topology.Bond) bool { return !negotiates(b) })
}

// lacpDevices are lacpBonds, and the teams whose runner is lacp: teamd tells the same of its ports.
func lacpDevices(h *topology.Host) []*topology.Bond {
	return append(lacpBonds(h), slices.DeleteFunc(teams(h), func(b *topology.Bond) bool { return !negotiates(b) })...)
}

func negotiates(b *topology.Bond) bool {
	return b.Mode.Value == bonding.LACP && len(b.UpSlaves()) > 0 && !adminDown(b.Link)
}

// lacpHit is a finding about the links of a bond. For a team it names no bridge: it stands for what SB280 says of each.
func lacpHit(b *topology.Bond, severity Severity, evidence []Evidence, vars map[string]any) Hit {
	hit := Hit{Bond: b, Severity: severity, Guests: guestsOf(b), Evidence: cite(append(evidence, modeEvidence(b))...), Vars: vars}
	if b.Kind == topology.BondKernel {
		hit.Attachment = firstGuests(b)
	}
	return hit
}

// about names the slaves that a hit is about, where they are not all of the bond's.
func (hit Hit) about(slaves ...*topology.Slave) Hit {
	if len(slaves) < len(hit.Bond.Slaves) {
		hit.Slaves = slaves
	}
	return hit
}

// heard reports a link on which an LACP partner was heard.
func heard(s *topology.Slave) bool {
	if s.PartnerMAC.Known() {
		return !topology.NullMAC(s.PartnerMAC.Value)
	}
	return s.ActorState.Known() && s.PartnerState.Value != 0 && !actor(s).Has(bonding.LACPDefaulted)
}

// silent reports a link on which no LACP partner was heard, as far as the report tells of it.
func silent(s *topology.Slave) bool {
	return (s.PartnerMAC.Known() || s.ActorState.Known() && s.PartnerState.Known()) && !heard(s)
}

func actor(s *topology.Slave) bonding.PortState   { return bonding.PortState(s.ActorState.Value) }
func another(s *topology.Slave) bonding.PortState { return bonding.PortState(s.PartnerState.Value) }

// notDuplex reports a link that takes no part in LACP because it is half duplex, or its driver does not tell (ad_update_actor_keys in
// bond_3ad.c).
func notDuplex(b *topology.Bond, s *topology.Slave) bool {
	return b.Kind == topology.BondKernel && s.Duplex.Known() && !strings.EqualFold(s.Duplex.Value, "full") && silent(s)
}

// strangers are the links that are up and hear another LACP system than the active aggregator does.
func strangers(b *topology.Bond) []*topology.Slave {
	return having(b.UpSlaves(), func(s *topology.Slave) bool {
		return otherPartner(b, s) && !topology.NullMAC(b.PartnerMAC.Value) && !ownSystem(b, s)
	})
}

// apart are the links that are up and outside of the active aggregator although they hear the same LACP system.
func apart(b *topology.Bond) []*topology.Slave {
	return having(leftOut(b), func(s *topology.Slave) bool {
		return heard(s) && s.PartnerMAC.Known() && strings.EqualFold(s.PartnerMAC.Value, b.PartnerMAC.Value)
	})
}

// inActive are the links that are up and in the active aggregator, none where the report does not tell it.
func inActive(b *topology.Bond) []*topology.Slave {
	active := activeAggregator(b)
	return having(b.UpSlaves(), func(s *topology.Slave) bool {
		return active >= 0 && s.AggregatorID.Known() && s.AggregatorID.Value == active
	})
}

// otherKey is a key (of an end of the links) that differs from the one in the active aggregator. Unknown keys differ from nothing.
func otherKey(b *topology.Bond, s *topology.Slave, key func(*topology.Slave) topology.Fact[int]) bool {
	mine := key(s)
	for _, x := range inActive(b) {
		if k := key(x); k.Known() && mine.Known() {
			return k.Value != mine.Value
		}
	}
	return false
}

func hostKey(s *topology.Slave) topology.Fact[int]    { return s.ActorKey }
func partnerKey(s *topology.Slave) topology.Fact[int] { return s.PartnerKey }

// hostApart are the links that the host itself keeps apart: their speed or duplex differs, and with it the key.
func hostApart(b *topology.Bond) []*topology.Slave {
	return having(apart(b), func(s *topology.Slave) bool {
		if s.ActorKey.Known() {
			return otherKey(b, s, hostKey)
		}
		return slices.ContainsFunc(inActive(b), func(x *topology.Slave) bool { return speedsDiffer([]*topology.Slave{s, x}) })
	})
}

// settling reports a link whose negotiation may not be finished: the host had just been started, or the kernel still watches whether the link
// gets in step, which it does for 60 seconds (AD_CHURN_DETECTION_TIME).
func settling(h *topology.Host, s *topology.Slave) bool {
	return young(h) || isMonitored(s.ActorChurn) || isMonitored(s.PartnerChurn)
}

func isMonitored(f topology.Fact[string]) bool {
	return strings.HasPrefix(strings.ToLower(f.Value), "monitor")
}

func isChurned(f topology.Fact[string]) bool {
	v := strings.ToLower(f.Value)
	return v == "churned" || v == "churn"
}

// unused is a link of the active aggregator that does not carry what it should.
type unused struct {
	slave *topology.Slave
	sends bool // the other end sends on it, or does not take what the host sends: frames are lost
}

// agreed reports a link that both ends use.
func agreed(s *topology.Slave) bool {
	const good, bad = bonding.LACPSynchronization | bonding.LACPCollecting | bonding.LACPDistributing, bonding.LACPExpired | bonding.LACPDefaulted
	return s.ActorState.Known() && s.PartnerState.Known() && actor(s).Has(good) && another(s).Has(good) && (actor(s)|another(s))&bad == 0
}

// churned reports a link that is out of step. The kernel can leave "churned" standing on one that is in use again: after it has said so once, a
// link whose aggregator becomes the active one keeps the word (ad_churn_machine in bond_3ad.c).
func churned(s *topology.Slave) bool {
	return (isChurned(s.ActorChurn) || isChurned(s.PartnerChurn)) && !agreed(s)
}

// outOfStep are the links of the active aggregator on which the two ends have not agreed. A link that has only just come up does not count.
func outOfStep(h *topology.Host, b *topology.Bond) (list []unused) {
	for _, s := range inActive(b) {
		if !s.ActorState.Known() || !s.PartnerState.Known() || !heard(s) || settling(h, s) {
			continue
		}
		if agreed(s) {
			continue
		}
		a, p := actor(s), another(s)
		takes := a.Has(bonding.LACPCollecting) || !p.Has(bonding.LACPDistributing)
		taken := p.Has(bonding.LACPCollecting) || !a.Has(bonding.LACPDistributing)
		list = append(list, unused{s, !takes || !taken})
	}
	return list
}

// carriesNothing reports a bond none of whose links passes anything, as LACP left them.
func carriesNothing(h *topology.Host, b *topology.Bond) bool {
	bad := outOfStep(h, b)
	return len(bad) > 0 && len(bad) == len(inActive(b)) &&
		!slices.ContainsFunc(bad, func(u unused) bool { return actor(u.slave).Has(bonding.LACPDistributing) })
}

// losesFrames reports a link on which one end sends what the other does not take.
func losesFrames(h *topology.Host, b *topology.Bond) bool {
	return slices.ContainsFunc(outOfStep(h, b), func(u unused) bool { return u.sends })
}

// individuals are the links that are up and whose other end asks to be kept out of every channel.
func individuals(b *topology.Bond) []*topology.Slave {
	if len(b.UpSlaves()) < 2 {
		return nil
	}
	return having(b.UpSlaves(), func(s *topology.Slave) bool {
		return heard(s) && s.PartnerState.Known() && !another(s).Has(bonding.LACPAggregation)
	})
}

// allIndividual reports that nothing but an end that asks to be alone keeps links out of the active aggregator.
func allIndividual(b *topology.Bond, out []*topology.Slave) bool {
	alone := individuals(b)
	isAlone := func(s *topology.Slave) bool { return slices.Contains(alone, s) }
	return len(out) > 0 && (len(having(out, isAlone)) == len(out) || slices.ContainsFunc(inActive(b), isAlone))
}

// tooFewLinks reports a bond without carrier because fewer links are in the active aggregator than min_links asks for.
func tooFewLinks(b *topology.Bond) bool {
	return b.Kind == topology.BondKernel && negotiates(b) && !b.NoAggregator.Known() && isDown(b.MIIStatus) && b.MinLinks.Known() && usable(b) < b.MinLinks.Value
}

// usable is how many links are up and in the active aggregator.
func usable(b *topology.Bond) int {
	n := len(b.UpSlaves())
	if b.AggregatorPorts.Known() {
		n = min(n, b.AggregatorPorts.Value)
	}
	return n
}

// noAggregator reports a bond with links that are up, none of which the kernel uses.
func noAggregator(b *topology.Bond) bool { return b.NoAggregator.Known() && negotiates(b) }

// runs reports a bond with guests on it that run.
func runs(b *topology.Bond) bool { return slices.ContainsFunc(b.Attachments, runningGuests) }

// worse is Critical where guests that run are hit, else Error.
func worse(b *topology.Bond) Severity {
	if runs(b) {
		return Critical
	}
	return Error
}

// stateEvidence quotes the state of both ends of a link in words.
func stateEvidence(s *topology.Slave) []Evidence {
	return []Evidence{on(s.ActorState.Source, "what the host says on "+s.Name+": "+actor(s).String()),
		on(s.PartnerState.Source, "what the other end says on "+s.Name+": "+another(s).String())}
}

// portEvidence quotes where a link ends, as the switch says by LLDP.
func portEvidence(s *topology.Slave) (list []Evidence) {
	for _, n := range s.LLDP {
		list = append(list, on(n.System.Source, "where "+s.Name+" ends, by LLDP"), on(n.Port.Source, "the port that "+s.Name+" ends on, by LLDP"))
	}
	return list
}

// youngEvidence quotes what says that the negotiation may not be finished.
func youngEvidence(h *topology.Host, slaves []*topology.Slave) (list []Evidence) {
	for _, s := range slaves {
		if isMonitored(s.ActorChurn) {
			list = append(list, on(s.ActorChurn.Source, s.Name+" is watched since less than a minute"))
		}
	}
	if young(h) {
		list = append(list, on(h.UpMinutes.Source, "the host had just been started"))
	}
	return list
}

// unsettled reports links some of which may still be negotiating.
func unsettled(h *topology.Host, slaves []*topology.Slave) bool {
	return slices.ContainsFunc(slaves, func(s *topology.Slave) bool { return settling(h, s) })
}
