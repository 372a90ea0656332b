package parsers

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/parsers/ifupdown"
	"github.com/sosbond/sosbond/parsers/layout"
)

// Directories of configurations, the one first whose files hide those of the same name in the others.
var (
	netplanDirs  = []string{"run/netplan", "etc/netplan", "usr/lib/netplan", "lib/netplan"} // netplan_parser_load_yaml_hierarchy in netplan's src/parse.c
	networkdDirs = []string{"etc/systemd/network", "run/systemd/network", "usr/local/lib/systemd/network", "usr/lib/systemd/network", "lib/systemd/network"}
)

// globsIn are patterns below each of the directories.
func globsIn(dirs []string, patterns ...string) (globs []string) {
	for _, dir := range dirs {
		for _, p := range patterns {
			globs = append(globs, dir+"/"+p)
		}
	}
	return globs
}

// netplanGroups are the files that netplan reads, in the order of their names: later ones override earlier ones, whatever directories they are in.
func netplanGroups(t *layout.Tree, paths []string) [][]string {
	return each(visible(t, paths, netplanDirs))
}

func each(paths []string) (groups [][]string) {
	for _, p := range paths {
		groups = append(groups, []string{p})
	}
	return groups
}

// networkdGroups are the files that networkd reads, in the order of their names, each with its drop-ins behind it (systemd.network(5)).
func networkdGroups(t *layout.Tree, paths []string) (groups [][]string) {
	for _, unit := range visible(t, paths, networkdDirs) {
		group := []string{unit}
		if data, err := t.ReadFile(unit); err == nil && len(data) > 0 { // an empty file is not read, and neither are its drop-ins
			group = append(group, visible(t, paths, under(networkdDirs, path.Base(unit)+".d"))...)
		}
		groups = append(groups, group)
	}
	return groups
}

func under(dirs []string, name string) (list []string) {
	for _, dir := range dirs {
		list = append(list, dir+"/"+name)
	}
	return list
}

// visible are those of the files that lie in one of the directories, sorted by name. Of several files of one name only the one in the first
// directory counts; a link to /dev/null hides them all.
func visible(t *layout.Tree, paths, dirs []string) (list []string) {
	files := slices.Clone(paths)
	for name, target := range t.Links {
		if null(name, target) {
			files = append(files, name)
		}
	}
	best := map[string]string{} // by name
	for _, p := range files {
		rank := slices.Index(dirs, path.Dir(p))
		if have, ok := best[path.Base(p)]; rank >= 0 && (!ok || rank < slices.Index(dirs, path.Dir(have))) {
			best[path.Base(p)] = p
		}
	}
	for _, p := range best {
		if _, ok := t.Resolve(p); ok {
			list = append(list, p)
		}
	}
	slices.SortFunc(list, func(a, b string) int { return strings.Compare(path.Base(a), path.Base(b)) })
	return list
}

// null reports a link to /dev/null. sos writes the targets of links relative to them.
func null(name, target string) bool {
	if !strings.HasPrefix(target, "/") {
		target = path.Join("/", path.Dir(name), target)
	}
	return path.Clean(target) == "/dev/null"
}

const interfaces = "etc/network/interfaces"

// runParts is what the names of files are like that source-directory takes (interfaces(5)).
var runParts = regexp.MustCompile(`^[a-zA-Z0-9_-]+$`)

// ifupdownGroups are /etc/network/interfaces and the files that it sources, directly or through others. What else lies in interfaces.d is not
// read.
func ifupdownGroups(t *layout.Tree, paths []string) [][]string {
	if !slices.Contains(paths, interfaces) {
		return nil
	}
	files := []string{interfaces}
	for i := 0; i < len(files); i++ { // which grows
		data, err := t.ReadFile(files[i])
		if err != nil {
			continue
		}
		for _, s := range ifupdown.Sources(data) {
			for _, p := range sourced(t, path.Dir(files[i]), s) {
				if !slices.Contains(files, p) {
					files = append(files, p)
				}
			}
		}
	}
	return each(files)
}

// sourced are the files that one line includes, by patterns that are relative to the directory of its file.
func sourced(t *layout.Tree, dir string, s ifupdown.Source) (files []string) {
	for _, pattern := range s.Patterns {
		if !strings.HasPrefix(pattern, "/") {
			pattern = dir + "/" + pattern
		}
		pattern = strings.TrimPrefix(path.Clean(pattern), "/")
		if s.Directory {
			pattern += "/*"
		}
		for _, p := range t.Glob(pattern) {
			name := path.Base(p)
			hidden := strings.HasPrefix(name, ".") && !strings.HasPrefix(path.Base(pattern), ".") // which patterns of the shell leave out
			if !hidden && (!s.Directory || runParts.MatchString(name)) {
				files = append(files, p)
			}
		}
	}
	return files
}
