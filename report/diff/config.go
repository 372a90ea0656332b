package diff

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/report"
)

// configurations compares what configures a bond, file by file; those that did not change are left out.
func (c *comparison) configurations(a, b report.Bond) []Configuration {
	list := []Configuration{}
	before := map[string][]report.Configuration{}
	key := func(x report.Configuration) string { return x.System + " " + x.File }
	for _, x := range a.Configurations {
		before[key(x)] = append(before[key(x)], x)
	}
	for _, y := range b.Configurations {
		out := Configuration{System: y.System, File: y.File, Change: Changed}
		if have := before[key(y)]; len(have) > 0 {
			before[key(y)] = have[1:]
			if out.Changes = configured(have[0], y); len(out.Changes) > 0 {
				list = append(list, out)
			}
			continue
		}
		out.Change, out.Changes = Added, configured(report.Configuration{}, y)
		out.unsure(c.old, c.new)
		list = append(list, out)
	}
	for _, x := range a.Configurations {
		have := before[key(x)]
		if len(have) == 0 {
			continue
		}
		before[key(x)] = have[1:]
		out := Configuration{System: x.System, File: x.File, Change: Removed, Changes: []Value{}}
		out.unsure(c.new, c.old)
		list = append(list, out)
	}
	return list
}

// unsure marks a file that a report may only lack.
func (f *Configuration) unsure(lack, have side) {
	data := []string{have.ofFile[f.File]}
	if data[0] == "" {
		data = have.cut
	}
	if why := cmp.Or(lack.incomplete(), lack.lacks(lack.lost(data, have))); why != "" {
		f.Change, f.Why = CannotBeTold, why
	}
}

// configured compares what a file says.
func configured(a, b report.Configuration) []Value {
	v := values{}
	before, after := options(a), options(b)
	var names []string
	for name := range before {
		names = append(names, name)
	}
	for name := range after {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		v.add(name, before[name], after[name])
	}
	v.add("slaves", strings.Join(a.Slaves, ", "), strings.Join(b.Slaves, ", "))
	v.add("bridge", a.Bridge, b.Bridge)
	if a.File != "" {
		v.add("in use", yesNo(a.InUse), yesNo(b.InUse))
	}
	return v
}

// options are those of a file, the last value of each.
func options(c report.Configuration) map[string]string {
	m := map[string]string{}
	for _, o := range c.Options {
		name, value, _ := strings.Cut(o, "=")
		m[name] = value
	}
	return m
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
