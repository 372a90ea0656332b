package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// version is set by the linker: -X main.version=...
var version = ""

// build says what the program was built from. There is no time in it: the same commit gives the same bytes.
type build struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`   // "" when the toolchain did not record it
	Modified bool   `json:"modified,omitempty"` // the sources were not those of the commit
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// buildVersion is the version that stands in reports.
func buildVersion() string { return thisBuild().Version }

func thisBuild() build {
	info, _ := debug.ReadBuildInfo()
	return buildFrom(version, info)
}

// pseudoVersion is what the Go toolchain calls a commit without a tag; it ends in the beginning of the commit's hash.
var pseudoVersion = regexp.MustCompile(`[-.]\d{14}-([0-9a-f]{12})(\+dirty)?$`)

// buildFrom takes the version from the linker, else from the toolchain, and the commit from what the toolchain saw: the repository, or the
// version that `go install` was asked for. info may be nil.
func buildFrom(linked string, info *debug.BuildInfo) build {
	b := build{Version: linked, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if info == nil {
		b.Version = cmp.Or(b.Version, "unknown")
		return b
	}
	module := strings.TrimSuffix(info.Main.Version, "(devel)")
	b.Version = cmp.Or(b.Version, strings.TrimPrefix(module, "v"), "devel")
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	if m := pseudoVersion.FindStringSubmatch(module); m != nil && b.Commit == "" {
		b.Commit, b.Modified = m[1], m[2] != ""
	}
	return b
}

func (b build) String() string {
	commit := cmp.Or(b.Commit, "unknown")
	if b.Modified {
		commit += ", modified"
	}
	return fmt.Sprintf("sosbond %s\ncommit %s\n%s %s\n", b.Version, commit, b.Go, b.Platform)
}

func (a *app) version() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "version", Short: "Print the version, the commit and the Go version it was built with", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if !asJSON {
				return a.print(thisBuild().String())
			}
			enc := json.NewEncoder(a.stdout)
			enc.SetIndent("", "  ")
			return enc.Encode(thisBuild())
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}
