package kube

import (
	"bytes"
	"regexp"
	"strings"
	"sync"
)

// glance tells without decoding it that a file has no object of a kind that is read, as most files of a must-gather. It is not done with a
// file that it is not sure of: one with a line that does not look as the printers of Kubernetes write it, or a cut one without a kind.
func glance(data []byte) (objects Objects, done bool) {
	if isJSON(data) {
		return glanceJSON(data)
	}
	names, ok := documentKinds(data)
	if !ok || len(names) == 0 {
		return Objects{}, false
	}
	l := look(data)
	for _, name := range names {
		element, isList := strings.CutSuffix(name, "List")
		switch {
		case l.isWanted(name), l.isWanted(element), isList && element == "" && l.anyWanted():
			return Objects{}, false
		case isList:
			objects.Lists++
		default:
			objects.Other++
		}
	}
	return objects, true
}

var (
	// topKeyRE is a key of a document that is a mapping in block style.
	topKeyRE = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*:(\s|$)`)
	// topKindRE is the key kind with a plain or quoted word.
	topKindRE = regexp.MustCompile(`^kind:\s+["']?([A-Za-z0-9]+)["']?$`)
)

// documentKinds returns the kinds of all documents: a key that begins a line belongs to none but a document. ok is false for a text that may be
// anything else than documents in block style, and where a document has no kind.
func documentKinds(data []byte) (names []string, ok bool) {
	content, found := false, false
	for line := range bytes.Lines(data) {
		line = bytes.TrimRight(line, " \t\r\n")
		switch {
		case len(line) == 0 || line[0] == '#':
		case line[0] == ' ' || line[0] == '-' && (len(line) == 1 || line[1] == ' '):
			content = true
		case string(line) == "---":
			if content && !found {
				return nil, false
			}
			content, found = false, false
		case !topKeyRE.Match(line):
			return nil, false
		default:
			content = true
			if bytes.HasPrefix(line, []byte("kind:")) {
				m := topKindRE.FindSubmatch(line)
				if m == nil {
					return nil, false
				}
				found = true
				names = append(names, string(m[1]))
			}
		}
	}
	return names, found || !content
}

// looked are the answers about a whole text, each of which is looked for once: a text may have a million kinds.
type looked struct {
	mayTell   func() bool // a pod in it may tell something
	anyWanted func() bool // isWanted for the elements of a List that may be of any kinds
}

func look(data []byte) *looked {
	l := &looked{mayTell: sync.OnceValue(func() bool { return mayTell(data) })}
	l.anyWanted = sync.OnceValue(func() bool { return l.wantsAny(data) })
	return l
}

// isWanted reports whether a kind is one that is read, and its text may tell something. Most pods are on the cluster's network alone.
func (l *looked) isWanted(name string) bool {
	if _, known := kinds[name]; !known {
		return false
	}
	return name != "Pod" || l.mayTell()
}

// wantsAny looks for a kind that is read. Elements that do not tell theirs have to be looked at.
func (l *looked) wantsAny(data []byte) bool {
	told := false
	for _, m := range itemKindRE.FindAllSubmatch(data, -1) {
		name := string(m[1])
		if l.isWanted(name) {
			return true
		}
		told = told || name != "List"
	}
	return !told
}

// itemKindRE finds the kinds of the elements of a List, and others that only cost time: of owners, of objects in an annotation.
var itemKindRE = regexp.MustCompile(`kind["']?\s*:\s*["']?([A-Za-z]+)`)

func glanceJSON(data []byte) (objects Objects, done bool) {
	names := itemKindRE.FindAllSubmatch(data, -1)
	l := look(data)
	for _, m := range names {
		if name := string(m[1]); l.isWanted(name) || strings.HasSuffix(name, "List") {
			return Objects{}, false
		}
	}
	objects.Other = 1
	return objects, len(names) > 0
}

// marks are the words without which a pod tells nothing of networks beyond the cluster's: annotations of multus and labels of KubeVirt.
var marks = [][]byte{[]byte("network-status"), []byte("networks-status"), []byte("kubevirt.io"), []byte("hostNetwork")}

func mayTell(data []byte) bool {
	for _, mark := range marks {
		if bytes.Contains(data, mark) {
			return true
		}
	}
	return false
}
