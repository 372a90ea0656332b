// Package queue shares a scan between machines: one process puts the inputs into a queue on the PostgreSQL server that holds the results, and any
// number of processes on any machines that see the files empty it. The queue is River's.
//
// An input is in the queue once, whoever puts it there, until it is done. The process that takes one reports every few seconds that it is alive; when
// it is not heard of any more, the others take over. Analyzing an input twice does no harm: its result is replaced as a whole.
package queue

import (
	"encoding/json"
	"time"
	"unicode/utf8"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/sosbond/sosbond/report/scan"
)

// queueName is the queue in River's tables, where other programs may have theirs.
const queueName = "sosbond"

// maxAttempts is how often an input is tried when the attempts end with an error of the database, or with the process before the analysis began.
// scan.MaxCrashes bounds those that end the process during the analysis.
const maxAttempts = 10

// The heartbeats. A process that is not heard of for so long is taken for dead: nine of its heartbeats were missed.
const (
	defaultBeat  = 5 * time.Second
	defaultStale = 45 * time.Second
)

// pathText is a path. JSON holds text only, so one that is none is encoded.
type pathText string

type encodedPath struct {
	Base64 []byte `json:"base64"`
}

// MarshalJSON implements json.Marshaler.
func (p pathText) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(p)) {
		return json.Marshal(string(p))
	}
	return json.Marshal(encodedPath{[]byte(p)})
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *pathText) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err == nil {
		*p = pathText(text)
		return nil
	}
	var encoded encodedPath
	err := json.Unmarshal(data, &encoded)
	*p = pathText(encoded.Base64)
	return err
}

// input is a job of the queue.
type input struct {
	Path    pathText `json:"path" river:"unique"` // on the machine that put it into the queue, and in the database of the results
	Below   pathText `json:"below"`               // folder that holds it: a machine without it does not see the files
	Size    int64    `json:"size"`                // bytes, 0 for a directory
	Dir     bool     `json:"dir,omitempty"`
	Options string   `json:"options,omitempty"` // scan.Options.Options
	Again   bool     `json:"again,omitempty"`
	Verify  bool     `json:"verify,omitempty"`
	Run     string   `json:"run"`
}

// Kind implements river.JobArgs.
func (input) Kind() string { return "sosbond_input" }

// unfinished are the states of jobs that are not done, in the order of River.
var unfinished = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled,
}

// InsertOpts implements river.JobArgsWithInsertOpts.
func (in input) InsertOpts() river.InsertOpts {
	return river.InsertOpts{
		Queue: queueName, MaxAttempts: maxAttempts, Priority: in.priority(),
		UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: unfinished},
	}
}

// priority lets the large ones go first, so that no machine is left alone with one at the end. Directories may be of any size.
func (in input) priority() int {
	switch {
	case in.Dir, in.Size >= 1<<30:
		return 1
	case in.Size >= 100<<20:
		return 2
	case in.Size >= 10<<20:
		return 3
	}
	return 4
}

func (in input) candidate(path string) scan.Candidate {
	return scan.Candidate{Path: path, Dir: in.Dir, Size: in.Size}
}
