package archive

import (
	"fmt"
	"path"
	"strings"
)

// maxName bounds names and link targets as Linux does (PATH_MAX): longer ones were not made by any report tool.
const maxName = 4096

// maxDirs bounds the directories in a name. Reports have some twenty; each one costs time again for whoever walks down.
const maxDirs = 256

// nameFault is why a member's name is refused.
type nameFault int

const (
	nameFine nameFault = iota
	nameEmpty
	nameAbsolute
	nameUp
	nameLong
	nameDeep
	nameLink // of a hard link whose target has one of the faults
	nameFaults
)

var faultTexts = [nameFaults]string{
	nameEmpty:    "no name",
	nameAbsolute: "an absolute name",
	nameUp:       `a name with ".." in it`,
	nameLong:     "a name of more than 4,096 bytes",
	nameDeep:     "a name of more than 256 directories",
	nameLink:     "a target outside the archive",
}

// cleanName is the member's path: relative, slash separated, without "." and double slashes. A name with ".." is refused even where it
// would not climb out: with links on the way nobody can tell, and tar refuses to extract it too.
func cleanName(name string) (string, nameFault) {
	switch {
	case name == "":
		return "", nameEmpty
	case len(name) > maxName:
		return "", nameLong
	case name[0] == '/':
		return "", nameAbsolute
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == ".." {
			return "", nameUp
		}
	}
	if name = path.Clean(name); strings.Count(name, "/") > maxDirs {
		return "", nameDeep
	}
	return name, nameFine
}

// refusals counts the names that were refused in one archive, so that ten thousand of them are reported in one sentence.
type refusals struct {
	count [nameFaults]int64
	first [nameFaults]string
}

func (r *refusals) add(name string, f nameFault) {
	if r.count[f] == 0 {
		if len(name) > 200 {
			name = name[:200]
		}
		r.first[f] = name
	}
	r.count[f]++
}

// report tells the visitor once for each fault.
func (r *refusals) report(v Visitor, archive string) {
	for f, n := range r.count {
		if n == 0 {
			continue
		}
		text := fmt.Sprintf("%s members have %s and were left out, the first is %q.", thousands(n), faultTexts[f], r.first[f])
		if n == 1 {
			text = fmt.Sprintf("1 member has %s and was left out: %q.", faultTexts[f], r.first[f])
		}
		v.Problem(Problem{Archive: archive, Text: text, Lost: true})
	}
}
