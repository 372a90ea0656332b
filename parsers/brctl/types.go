// Package brctl reads `brctl show`, `brctl showmacs` and `brctl showstp` (bridge-utils).
package brctl

import "github.com/sosbond/sosbond/parsers/text"

// Bridge is one bridge of `brctl show`.
type Bridge struct {
	Line  int
	Name  string
	ID    string // "8000.525400aabbcc"
	STP   bool
	Ports []text.At[string]
}

// MAC is one row of `brctl showmacs`.
type MAC struct {
	Line   int
	PortNo int
	MAC    string // lower case
	Local  bool
	Ageing float64 // seconds
}

// STP is the whole of `brctl showstp BRIDGE`.
type STP struct {
	Line         int
	Bridge       string
	ForwardDelay text.At[float64] // seconds
	AgeingTime   text.At[float64] // seconds
	Ports        []STPPort
}

// STPPort is one port block, "eth0 (1)".
type STPPort struct {
	Line   int
	Name   string
	Number int
	State  text.At[string] // forwarding, blocking, disabled, ...
}
