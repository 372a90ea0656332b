// Package ovsconf reads the log of configure-ovs.sh, the service with which OpenShift moves a node's addresses to br-ex: it prints the state of
// the network, which is often the only place of a must-gather that shows it.
package ovsconf

import (
	"github.com/sosbond/sosbond/parsers/iproute"
)

// Log is what the lines of one node hold. Lines of several nodes may stand in one file.
type Log struct {
	Node  string         // as the journal writes it, in its fourth column
	Line  int            // the first line of the node
	Links []iproute.Link // of the last `ip -d address show` that is complete, with lines of the file
}
