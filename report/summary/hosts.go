package summary

import (
	"slices"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/entry"
)

// Hosts returns what the summary needs to know of the hosts in an entry's report.
func Hosts(e entry.Entry) []Host {
	if e.Document == nil {
		return nil
	}
	var list []Host
	for _, h := range e.Document.Hosts {
		list = append(list, newHost(e.Path, h))
	}
	return list
}

func newHost(input string, h report.Host) Host {
	out := Host{
		Name: h.Name, Input: input, Source: h.Source.Path, OS: h.OS, Kernel: h.Kernel, Platform: h.Platform, Verdict: h.Verdict, Complete: h.Source.Complete,
	}
	for _, b := range h.Bonds {
		for _, a := range b.Attachments {
			out.Guests += len(a.Guests)
		}
		out.Bonds = append(out.Bonds, Bond{Name: b.Name, Mode: b.Mode, Verdict: b.Verdict, Conditions: conditions(b)})
	}
	for _, f := range h.Findings {
		out.Findings = append(out.Findings, Finding{Rule: f.Rule, Title: f.Title, Severity: f.Severity, ExplainedBy: f.ExplainedBy, Bond: f.Subject.Bond})
	}
	return out
}

// conditions counts what must be true off the host for the verdict on a bond to hold, each condition once.
func conditions(b report.Bond) int {
	var seen []string
	for _, a := range b.Attachments {
		for _, c := range a.Conditions {
			if !slices.Contains(seen, c) {
				seen = append(seen, c)
			}
		}
	}
	return len(seen)
}
