// Package manifest reads sos_reports/manifest.json of sos 4.0 and later: which commands ran with what result, which files were copied,
// which plugins ran into their time limit.
package manifest

// Manifest is what sosbond needs of the file.
type Manifest struct {
	Version string // of sos
	Policy  string
	Start   string // "2026-11-22 06:43:51.157044", in the host's local time
	End     string
	Sysroot string
	Bonds   []string // components.report.devices.network.bond
	Collect bool     // a manifest of `sos collect`, not of a report
	Plugins []Plugin
}

// Plugin is one plugin of sos.
type Plugin struct {
	Name       string
	TimeoutHit bool
	Commands   []Command
	Files      []string // files_copied, in the order of the manifest
}

// Command is one command that sos ran.
type Command struct {
	Exec       string
	Path       string // relative to the root of the report; "" when nothing was written
	ReturnCode int
	Truncated  bool
}
