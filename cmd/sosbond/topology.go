package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/picture/form"
	"github.com/sosbond/sosbond/report/render"
)

type topologyFlags struct {
	readFlags
	outputFlags
	hosts, bonds []string
}

func (a *app) topology() *cobra.Command {
	var f topologyFlags
	cmd := &cobra.Command{
		Use:   "topology [flags] PATH...",
		Short: "Draw what is joined to what: switch ports, links, bonds, VLANs, bridges and guests, with the faults at their place",
		Long: "topology draws how the guests of a host reach the wire, and marks what is wrong where it is. It takes inputs as `sosbond analyze` does.\n\n" +
			"tree is text; mermaid is for a page or a ticket of GitHub or GitLab, between ```mermaid and ```; dot is for Graphviz; svg is a file that any\n" +
			"browser shows; json is for programs, with nothing folded. Several hosts are drawn one after the other, but svg is of one: choose with --host.\n\n" +
			"The exit status is 0 whatever is wrong with the bonds, unless --fail-on says otherwise.",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("topology: no report given; name an archive, a directory, or - for standard input")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.runTopology(cmd.Context(), f, args) },
	}
	f.outputFlags.add(cmd, form.Names(), "a finding", "draw every guest; Mermaid may refuse to draw so many")
	fl := cmd.Flags()
	f.failOn = failNever
	fl.Lookup("fail-on").DefValue = failNever
	fl.StringSliceVar(&f.hosts, "host", nil, "draw these hosts alone; the name before the first dot is enough")
	fl.StringSliceVar(&f.bonds, "bond", nil, "draw these bonds alone")
	f.readFlags.add(cmd)
	return cmd
}

func (a *app) runTopology(ctx context.Context, f topologyFlags, paths []string) error {
	if err := errors.Join(f.outputFlags.check("topology", form.Names()), f.readFlags.check("topology"), f.spares("topology", "an input", paths...)); err != nil {
		return err
	}
	result, err := a.read(ctx, &f.readFlags, a.stdin, paths)
	if err != nil {
		return err
	}
	if len(result.Hosts) == 0 {
		return nil // every input was told on standard error
	}
	doc := report.New(result, buildVersion())
	if a.status == exitOK && f.fails(doc) {
		a.status = exitFindings
	}
	hosts, err := f.chosen(doc)
	if err != nil {
		a.status = max(a.status, exitUsage)
		return fmt.Errorf("topology: %w", err)
	}
	doc.Hosts = hosts
	if doc, err = a.redacted(ctx, "topology", f.redactFlags, doc); err != nil {
		return err
	}
	hosts = doc.Hosts
	return a.deliver(ctx, "topology", f.outputFlags, func(w io.Writer, l look) error { return form.Write(w, f.format, hosts, form.Options(l)) })
}

// chosen are the hosts that the flags let through. It is an error if they hide everything, or leave more than the form has room for.
func (f topologyFlags) chosen(doc report.Document) ([]report.Host, error) {
	all := slices.Clone(doc.Hosts)
	report.Filter{Hosts: f.hosts}.Apply(&doc)
	if len(doc.Hosts) == 0 {
		return nil, fmt.Errorf("--host hides every host; there are %s", enumerate(hostNames(all)))
	}
	hosts := doc.Hosts
	if len(f.bonds) > 0 {
		hosts = form.OfBonds(hosts, f.bonds)
	}
	switch {
	case len(hosts) == 0:
		return nil, fmt.Errorf("no host has a bond %s; there are %s", enumerate(f.bonds), enumerate(bondNames(doc.Hosts)))
	case len(hosts) > 1 && form.DrawsOne(f.format):
		return nil, fmt.Errorf("%s is of one host; choose with --host among %s", f.format, enumerate(hostNames(hosts)))
	}
	return hosts, nil
}

// mostNamed is how many names an error has room for.
const mostNamed = 12

// enumerate lists names for an error.
func enumerate(names []string) string {
	shown, more := render.Head(slices.Compact(names), mostNamed)
	text := render.Line(strings.Join(shown, ", "))
	if more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return cmp.Or(text, "none")
}

func hostNames(hosts []report.Host) (names []string) {
	for _, h := range hosts {
		names = append(names, render.HostName(h))
	}
	return names
}

func bondNames(hosts []report.Host) (names []string) {
	for _, h := range hosts {
		for _, b := range h.Bonds {
			names = append(names, b.Name)
		}
	}
	slices.Sort(names)
	return names
}
