package join

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/kernlog"
)

// events takes the kernel's messages. Several files hold the same ones: for each event the file that counted most of them speaks.
func (j *joiner) events() {
	type key struct {
		kind                                   kernlog.Kind
		bond, slave, bridge, port, mac, detail string
	}
	at := map[key]int{}
	for _, r := range j.f.Logs {
		for _, e := range r.Value.Events {
			k := key{e.Kind, e.Bond, e.Slave, e.Bridge, e.Port, e.MAC, e.Detail}
			t := topology.Event{Event: e, Source: lineSource(r, e.First), Last: lineSource(r, e.Last)}
			i, seen := at[k]
			switch {
			case !seen:
				at[k] = len(j.h.Events)
				j.h.Events = append(j.h.Events, t)
			case e.Count > j.h.Events[i].Count:
				j.h.Events[i] = t
			}
		}
	}
}

func lineSource(r parsers.Read[kernlog.Log], l kernlog.Line) topology.Source {
	return topology.Source{File: r.Path, Line: l.Number, Text: l.Text}
}

// filters takes the rules that rewrite MAC addresses and the tables of balance-slb.
func (j *joiner) filters() {
	for _, r := range j.f.NFT {
		for _, w := range r.Value.Rewrites() {
			j.h.Rewrites = append(j.h.Rewrites, topology.Rewrite{Rewrite: w, Tool: "nft", Source: r.At(w.Line)})
		}
		for _, b := range j.h.Bonds {
			s := r.Value.SLB(b.Name)
			if s == nil || slices.ContainsFunc(j.h.SLBTables, func(t topology.SLBTable) bool { return t.Bond == b.Name }) {
				continue
			}
			t := topology.SLBTable{Bond: b.Name, Source: r.At(s.Line), Snoop: r.At(s.TxSnoop), DropLoops: r.At(s.RxLooped), DropPorts: map[string]topology.Source{}}
			for _, p := range s.Drops {
				t.DropPorts[p.Port] = r.At(p.Line)
			}
			j.h.SLBTables = append(j.h.SLBTables, t)
		}
	}
	for _, r := range j.f.Ebtables {
		if strings.HasPrefix(r.Path, "etc/") {
			j.h.Saved = append(j.h.Saved, r.Whole())
		}
		for _, s := range r.Value {
			t := topology.Rewrite{Tool: "ebtables", Saved: strings.HasPrefix(r.Path, "etc/"), Source: r.At(s.Line)}
			t.Line, t.Text, t.OutIf, t.NewMAC, t.SnatARP, t.Unreachable = s.Line, s.Text, s.OutIf, s.NewMAC, s.SnatARP, s.Unreachable
			t.ARPOnly, t.AllBroad, t.All, t.Partial = s.ARPOnly, s.AllBroad, s.All, s.Partial
			if s.Guest != "" {
				t.Guests = []string{s.Guest}
			}
			if s.OutIf != "" {
				t.OutIfs = []string{s.OutIf}
			}
			j.h.Rewrites = append(j.h.Rewrites, t)
		}
	}
	slices.SortStableFunc(j.h.Rewrites, func(a, b topology.Rewrite) int {
		return cmp.Or(cmp.Compare(a.Source.File, b.Source.File), cmp.Compare(a.Source.Line, b.Source.Line))
	})
}
