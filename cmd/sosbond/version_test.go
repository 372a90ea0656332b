package main

import (
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBuildFrom(t *testing.T) {
	info := func(module string, settings ...debug.BuildSetting) *debug.BuildInfo {
		return &debug.BuildInfo{Main: debug.Module{Version: module}, Settings: settings}
	}
	const hash = "6f69138992dcad4210eca4df2ac6edc1b2e8fc89"
	rev, clean, dirty := debug.BuildSetting{Key: "vcs.revision", Value: hash}, debug.BuildSetting{Key: "vcs.modified", Value: "false"},
		debug.BuildSetting{Key: "vcs.modified", Value: "true"}
	for _, c := range []struct {
		name, linked string
		info         *debug.BuildInfo
		want         build
		text         string
	}{
		{"make release at a tag", "1.2.3", info("v1.2.3", rev, clean), build{Version: "1.2.3", Commit: hash}, "sosbond 1.2.3\ncommit " + hash},
		{"make with changes", "6f69138992dc-dirty", info("v0.0.0-20261122125200-6f69138992dc+dirty", rev, dirty),
			build{Version: "6f69138992dc-dirty", Commit: hash, Modified: true}, "sosbond 6f69138992dc-dirty\ncommit " + hash + ", modified"},
		{"go build in a clone", "", info("v0.0.0-20261122125200-6f69138992dc", rev, clean),
			build{Version: "0.0.0-20261122125200-6f69138992dc", Commit: hash}, "sosbond 0.0.0-20261122125200-6f69138992dc\ncommit " + hash},
		{"go install of a tag", "", info("v1.2.3"), build{Version: "1.2.3"}, "sosbond 1.2.3\ncommit unknown"},
		{"go install of a commit", "", info("v1.2.4-0.20261122125200-6f69138992dc"),
			build{Version: "1.2.4-0.20261122125200-6f69138992dc", Commit: "6f69138992dc"}, "sosbond 1.2.4-0.20261122125200-6f69138992dc\ncommit 6f69138992dc"},
		{"without a repository", "", info("(devel)"), build{Version: "devel"}, "sosbond devel\ncommit unknown"},
		{"without build information", "", nil, build{Version: "unknown"}, "sosbond unknown\ncommit unknown"},
	} {
		c.want.Go, c.want.Platform = runtime.Version(), runtime.GOOS+"/"+runtime.GOARCH
		got := buildFrom(c.linked, c.info)
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		if text := c.text + "\n" + runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH + "\n"; got.String() != text {
			t.Errorf("%s: %q, want %q", c.name, got, text)
		}
	}
}
