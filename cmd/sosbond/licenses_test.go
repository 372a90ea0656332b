package main

import (
	"cmp"
	"debug/buildinfo"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestLicenses: README lists each module that the binary links, and apart from these each that tests alone use, with its license.
func TestLicenses(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(readme), "\n## Licenses of dependencies\n")
	section, _, _ = strings.Cut(section, "\n## ")
	linked, tests, ok := strings.Cut(section, "\nIn tests alone:\n")
	if !ok {
		t.Fatal("README has no section \"Licenses of dependencies\" with a table of what is linked and one \"In tests alone:\"")
	}
	info, err := buildinfo.ReadFile(releaseBinary(t))
	if err != nil {
		t.Fatal(err)
	}
	var inBinary, inTests []string
	for _, m := range info.Deps {
		inBinary = append(inBinary, m.Path)
	}
	for _, m := range goList(t, "-deps", "-test", "-f", "{{if and .Module (not .Module.Main)}}{{.Module.Path}}{{end}}", "../../...") {
		if !slices.Contains(inBinary, m) {
			inTests = append(inTests, m)
		}
	}
	slices.Sort(inTests)
	compareLicenses(t, inBinary, linked)
	compareLicenses(t, slices.Compact(inTests), tests)
}

var tableRow = regexp.MustCompile(`(?m)^\| (\S+\.\S+) \| ([^|]+) \| [^|]+ \|$`)

func compareLicenses(t *testing.T, modules []string, table string) {
	t.Helper()
	listed := map[string]string{}
	for _, row := range tableRow.FindAllStringSubmatch(table, -1) {
		listed[row[1]] = row[2]
	}
	dirs := map[string]string{}
	for _, line := range goList(t, append([]string{"-m", "-f", "{{.Path}} {{.Dir}}"}, modules...)...) {
		path, dir, _ := strings.Cut(line, " ")
		dirs[path] = dir
	}
	for _, m := range modules {
		has := strings.Join(licensesIn(t, dirs[m]), ", ")
		if listed[m] != has {
			t.Errorf("%s: README says %q, its files %q", m, cmp.Or(listed[m], "nothing"), has)
		}
		if strings.Contains(has, "GPL") {
			t.Errorf("%s: %s would bind the whole program", m, has)
		}
		delete(listed, m)
	}
	for _, m := range slices.Sorted(maps.Keys(listed)) {
		t.Errorf("%s is listed and not used", m)
	}
}

// licenseTexts are the sentences that tell licenses apart.
var licenseTexts = []struct {
	name string
	text *regexp.Regexp
}{
	{"Apache-2.0", regexp.MustCompile(`Apache License,? Version 2\.0`)},
	{"BSD-3-Clause", regexp.MustCompile(`Redistribution and use in source and binary forms.*Neither the name`)},
	{"BSD-2-Clause", regexp.MustCompile(`Redistribution and use in source and binary forms`)},
	{"CC0-1.0", regexp.MustCompile(`CC0 1\.0 Universal`)},
	{"MIT", regexp.MustCompile(`Permission is hereby granted, free of charge, to any person`)},
	{"MPL-2.0", regexp.MustCompile(`(?i)Mozilla Public License,? version 2\.0`)},
	{"Unlicense", regexp.MustCompile(`This is free and unencumbered software released into the public domain`)},
	{"GPL", regexp.MustCompile(`GNU (LESSER |AFFERO )?GENERAL PUBLIC LICENSE Version`)},
}

var licenseFile = regexp.MustCompile(`(?i)^(go_|un)?(licen[cs]e|copying)(\.txt|\.md)?$`)

// licensesIn names the licenses in the files of a module's top folder, sorted.
func licensesIn(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() || !licenseFile.MatchString(e.Name()) {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(string(data)), " ")
		for _, l := range licenseTexts {
			if l.text.MatchString(text) && (l.name != "BSD-2-Clause" || !slices.Contains(names, "BSD-3-Clause")) {
				names = append(names, l.name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func goList(t *testing.T, args ...string) (lines []string) {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}
