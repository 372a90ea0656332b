package redact

import (
	"regexp"
	"strconv"
	"strings"
)

// Kinds of what is replaced.
const (
	Host      = "host"
	Domain    = "domain"
	Guest     = "guest"
	Namespace = "namespace"
	Switch    = "switch"
	User      = "user"
	Input     = "input" // a file or folder whose name may tell whose it is
	Label     = "label" // a text that somebody wrote, such as the description of a switch port
	MAC       = "mac"
	IP        = "ip"
	ID        = "id" // of a machine, a disk, a container; a serial number
)

// Entry says what a pseudonym stands for.
type Entry struct {
	Kind      string `json:"kind"`
	Pseudonym string `json:"pseudonym"`
	Original  string `json:"original"`
}

// Map lists the pseudonyms in the order in which they were given. It undoes the redaction.
type Map []Entry

// MapSchema names the version of a map that is written to a file.
const MapSchema = "sosbond.redact-map/v1"

// Map returns what was replaced so far.
func (r *Redactor) Map() Map { return append(Map{}, r.names.given...) }

// pseudonyms gives each name of a kind one pseudonym.
type pseudonyms struct {
	of    map[[2]string]string // by kind and name
	next  map[string]int
	taken map[string]bool // names of that form that the documents have of their own
	given Map
}

func newPseudonyms() *pseudonyms {
	return &pseudonyms{of: map[[2]string]string{}, next: map[string]int{}, taken: map[string]bool{}}
}

// numbered is the form of the pseudonyms of names.
var numbered = regexp.MustCompile(`(?i)(?:host|domain|guest|namespace|switch|user|input|label)[0-9]+`)

// keep notes the words of a text that look like pseudonyms: what is really called guest1 shall not be taken for one.
func (n *pseudonyms) keep(text string) {
	for _, w := range numbered.FindAllString(text, -1) {
		n.taken[strings.ToLower(w)] = true
	}
}

// name returns the pseudonym of a name: its kind and a number. Names of hosts and the like are the same in any case.
func (n *pseudonyms) name(kind, original string) string {
	key := [2]string{kind, strings.ToLower(original)}
	if s, ok := n.of[key]; ok {
		return s
	}
	for {
		n.next[kind]++
		s := kind + strconv.Itoa(n.next[kind])
		if !n.taken[s] {
			return n.give(key, s, original)
		}
	}
}

// id returns the pseudonym of an id: its number, as write writes it.
func (n *pseudonyms) id(original string, write func(n int) string) string {
	key := [2]string{ID, strings.ToLower(original)}
	if s, ok := n.of[key]; ok {
		return s
	}
	n.next[ID]++
	return n.give(key, write(n.next[ID]), original)
}

// note records a pseudonym that follows from the original.
func (n *pseudonyms) note(kind, original, pseudonym string) {
	key := [2]string{kind, strings.ToLower(original)}
	if _, ok := n.of[key]; !ok && !strings.EqualFold(original, pseudonym) {
		n.give(key, pseudonym, original)
	}
}

func (n *pseudonyms) give(key [2]string, pseudonym, original string) string {
	n.of[key] = pseudonym
	n.given = append(n.given, Entry{Kind: key[0], Pseudonym: pseudonym, Original: original})
	return pseudonym
}
