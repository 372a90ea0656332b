// Package analyzer runs the whole pipeline on one input: archive, wanted files, facts, topology, verdicts and findings.
package analyzer

import (
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/sosbond/sosbond/analyzer/join"
	"github.com/sosbond/sosbond/analyzer/rules"
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/archive"
	"github.com/sosbond/sosbond/parsers/layout"
)

// Options of an analysis.
type Options struct {
	Deep    bool           // read the logs below var/log even where better sources had kernel messages
	Layout  layout.Options // how the input is walked
	Objects int64          // bytes of the objects of a cluster that are kept; 0: parsers.DefaultObjects
	Records int            // of each kind that are looked at of a host; 0: parsers.DefaultRecords
	Bonds   int            // of a host; 0: DefaultBonds
}

// FlagBonds is the command line's flag for Options.Bonds, DefaultBonds their default.
const (
	FlagBonds    = join.FlagBonds
	DefaultBonds = join.DefaultBonds
)

func (o Options) parsers() parsers.Options {
	return parsers.Options{Deep: o.Deep, File: o.Layout.File, Objects: o.Objects}
}

// Result is what came of one or several inputs.
type Result struct {
	Hosts  []Host
	Errors []InputError
}

// InputError is an input that could not be analyzed, or not wholly.
type InputError struct {
	Input string // its base name
	Err   error
}

// Error names the input and what is wrong with it.
func (e InputError) Error() string {
	text := e.Err.Error()
	top, inner, nested := strings.Cut(e.Input, "/")
	switch {
	case says(text, top):
		return text
	case nested && says(text, inner):
		return top + ": " + text
	}
	return e.Input + ": " + text
}

// says reports whether a text has a name as a word of its own.
func says(text, name string) bool {
	word := func(r rune) bool { return !strings.ContainsRune(" /:\"'", r) }
	for rest := text; ; {
		before, after, ok := strings.Cut(rest, name)
		if !ok || name == "" {
			return false
		}
		last, _ := utf8.DecodeLastRuneInString(before)
		first, _ := utf8.DecodeRuneInString(after)
		if (before == "" || !word(last)) && (after == "" || !word(first)) {
			return true
		}
		rest = after
	}
}

// Unwrap returns what is wrong.
func (e InputError) Unwrap() error { return e.Err }

// Host is one host with its verdicts and findings.
type Host struct {
	Source   Source
	Topology *topology.Host
	Bonds    []Bond
	Verdict  rules.Verdict
	Findings []rules.Finding
}

// Source is where a host was read from.
type Source struct {
	Path     string   // base name of the input, then the nested archives
	Also     []string // what completes it: the must-gather beside a sosreport of a node
	Kind     string
	Root     string
	Complete bool
	Notes    []string
}

// Bond is a bond with the verdict on each of its attachments, in their order.
type Bond struct {
	Topology   *topology.Bond
	Judgement  rules.Judgement
	Judgements []rules.Judgement
}

// Analyze reads one input and judges every host in it. What could not be read is among the result's errors; an error is returned only when
// ctx ended.
func Analyze(ctx context.Context, in archive.Input, opt Options) (Result, error) {
	r, err := Read(ctx, in, opt)
	if err != nil {
		return Result{}, err
	}
	return r.Judge(), nil
}

// blindError is told of a report that shows no network interfaces.
type blindError string

func (e blindError) Error() string { return string(e) }

// errNoNetwork is told of a report that cannot answer the question at all.
var errNoNetwork = blindError("the report has neither /proc/net/bonding nor the output of `ip link`, so whether the host has a bond cannot be told; " +
	"ask for a report with the networking plugin of sos")

// errNoNodeNetwork is told of the nodes of which a must-gather shows no network.
func errNoNodeNetwork(nodes []string) error {
	const shown = 5
	names := strings.Join(nodes[:min(len(nodes), shown)], ", ")
	if len(nodes) > shown {
		names += fmt.Sprintf(" and %d more", len(nodes)-shown)
	}
	have := "these nodes have"
	if len(nodes) == 1 {
		have = "this node has"
	}
	return blindError(fmt.Sprintf("the must-gather shows no network interfaces of %s, so whether %s a bond cannot be told; "+
		"ask for a sosreport of each node, or for `oc get nodenetworkstates -o yaml`", names, have))
}

// errNoNodes is told of a must-gather of namespaces, or of something else than the cluster.
var errNoNodes = errors.New("the must-gather names no node of the cluster, so whether one has a bond cannot be told; " +
	"ask for the output of `oc adm must-gather` as a whole, or for a sosreport of each node")

func blind(h *topology.Host) bool {
	return len(h.Bonds) == 0 && len(h.Links) == 0 && !h.Seen(parsers.DatumLinks) && !h.Seen(parsers.DatumBonding)
}

// problems are what went wrong with the input as a whole.
func problems(name string, found *layout.Found) (list []InputError) {
	if found.Err != nil {
		list = append(list, InputError{Input: name, Err: found.Err})
	}
	for _, p := range found.Problems {
		if p.Lost && !p.Around {
			at := path.Join(name, p.Archive)
			list = append(list, InputError{Input: at, Err: lostPart(p)})
		}
	}
	return list
}

// lostPart is a part of an input that was not read.
type lostPart archive.Problem

func (p lostPart) Error() string { return p.Text }

// inputName is the name of an input without the folders that lead to it.
func inputName(in archive.Input) string {
	if in.Path == "-" {
		return "-"
	}
	if abs, err := filepath.Abs(in.Path); err == nil {
		return filepath.Base(abs)
	}
	return filepath.Base(strings.TrimRight(in.Path, "/"))
}

// Judge gives the verdicts on a host's bonds and runs the rules.
func Judge(h *topology.Host) Host {
	out := Host{Topology: h, Verdict: rules.NotAffected}
	if blind(h) || h.HiddenOVS() != nil || rules.Lost(h) != "" {
		out.Verdict = rules.Undecided
	}
	for _, b := range h.Bonds {
		bond := Bond{Topology: b}
		for _, a := range b.Attachments {
			bond.Judgements = append(bond.Judgements, rules.Judge(h, b, a))
		}
		bond.Judgement = rules.BondVerdict(bond.Judgements)
		out.Verdict = rules.Worst(out.Verdict, bond.Judgement.Verdict)
		out.Bonds = append(out.Bonds, bond)
	}
	out.Findings, _ = rules.Run(h) // what could not be looked for is told by SB300
	return out
}
