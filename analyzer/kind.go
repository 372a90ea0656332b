package analyzer

import (
	"cmp"
	"errors"

	"github.com/sosbond/sosbond/parsers/archive"
)

// The kinds of errors beside those of package archive.
const (
	KindNoNetwork = "no-network" // the report shows no network interfaces
	KindNoNodes   = "no-nodes"   // the must-gather names no node
)

// Kind says in a word that does not change what kind of InputError err is, "" when it is none that is known.
func Kind(err error) string {
	var blind blindError
	var part lostPart
	switch {
	case errors.As(err, &blind):
		return KindNoNetwork
	case errors.Is(err, errNoNodes):
		return KindNoNodes
	case errors.As(err, &part):
		return string(cmp.Or(part.Fault, archive.FaultLeftOut))
	}
	return string(archive.FaultOf(err))
}
