package parsers

import (
	"github.com/sosbond/sosbond/parsers/bonding"
	"github.com/sosbond/sosbond/parsers/brctl"
	"github.com/sosbond/sosbond/parsers/ebtables"
	"github.com/sosbond/sosbond/parsers/ifcfg"
	"github.com/sosbond/sosbond/parsers/iproute"
	"github.com/sosbond/sosbond/parsers/kernlog"
	"github.com/sosbond/sosbond/parsers/keyfile"
	"github.com/sosbond/sosbond/parsers/libvirt"
	"github.com/sosbond/sosbond/parsers/manifest"
	"github.com/sosbond/sosbond/parsers/modprobe"
	"github.com/sosbond/sosbond/parsers/nft"
	"github.com/sosbond/sosbond/parsers/nmcli"
	"github.com/sosbond/sosbond/parsers/nmstate"
	"github.com/sosbond/sosbond/parsers/procnet"
	"github.com/sosbond/sosbond/parsers/release"
	"github.com/sosbond/sosbond/parsers/text"
)

// Facts is what all parsers together read from one report.
type Facts struct {
	Bonds       []Named[bonding.Bond]
	Links       []Read[[]iproute.Link]
	NetnsLinks  []Named[[]iproute.Link]
	Namespaces  []Read[[]iproute.Namespace]
	FDB         []Read[[]iproute.FDBEntry]
	BridgePorts []Read[[]iproute.BridgePort]
	BridgeVLANs []Read[[]iproute.PortVLAN]
	Brctl       []Read[[]brctl.Bridge]
	BrctlMACs   []Named[[]brctl.MAC]
	BrctlSTP    []Named[brctl.STP]
	ProcVLANs   []Read[[]procnet.VLAN]
	Ifcfg       []Named[ifcfg.File]
	Keyfiles    []Read[keyfile.File]
	Nmcli       []Named[nmcli.Connection]
	NMState     []Read[nmstate.State]
	Modprobe    []Read[[]modprobe.Line]
	Domains     []Read[libvirt.Domain]
	Networks    []Read[libvirt.Network]
	DomainList  []Read[[]libvirt.Listed]
	Logs        []Read[kernlog.Log]
	NFT         []Read[nft.Ruleset]
	Ebtables    []Read[[]ebtables.SNAT]
	OS          []Read[release.OS]
	Uname       []Read[release.Uname]
	Uptime      []Read[text.At[int]]
	Hostname    []Read[text1]
	Sos         []Read[text1]
	Manifest    []Read[manifest.Manifest]
	VDSM        []File
	NMRunning   []File // files that only a running NetworkManager makes sos write
	Coverage    []Coverage
	Problems    []Problem
	Complete    bool     // nothing of the report was lost to damage or to a limit
	Notes       []string // what was lost
	Root        string   // the name of the report's top directory, "" when it has none
}

// Problem is a line that a parser did not understand, or a value that must not be trusted.
type Problem struct {
	Source Source
	Why    string
}

// Coverage says whether a datum was in the report.
type Coverage struct {
	Datum  Datum
	Title  string // the datum for people
	Status Status // of the best of its files
	Files  []string
	Ask    string // the command to ask the customer for
	Note   string // why it is missing, as far as the report tells
}

// Status of a datum.
type Status string

// The five answers to "was it there".
const (
	StatusRead         Status = "read"
	StatusEmpty        Status = "empty"
	StatusNotCollected Status = "not-collected"
	StatusFailed       Status = "failed"
	StatusUnparsed     Status = "unparsed"
)
