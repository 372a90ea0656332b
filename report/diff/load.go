package diff

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/sosbond/sosbond/report"
)

// IsReport reports whether data, or its beginning, are JSON, as a report that `sosbond analyze -f json` wrote, and not an archive.
func IsReport(data []byte) bool {
	data = bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\ufeff")), " \t\r\n")
	if len(data) == 0 || data[0] != '{' {
		return false
	}
	rest := bytes.TrimLeft(data[1:], " \t\r\n")
	return len(rest) == 0 || rest[0] == '"' || rest[0] == '}'
}

// Load reads a report that `sosbond analyze -f json` wrote.
func Load(data []byte) (doc report.Document, err error) {
	dec := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	if err := dec.Decode(&doc); err != nil {
		return report.Document{}, fmt.Errorf("is JSON that cannot be read (byte %d): %w; give a report of `sosbond analyze -f json`, whole and unchanged", dec.InputOffset(), err)
	}
	if doc.Schema != report.Schema {
		return report.Document{}, fmt.Errorf("is JSON with the schema %q, not %q; give a report of `sosbond analyze -f json`", doc.Schema, report.Schema)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return report.Document{}, errors.New("holds more than one report; give one of them")
	}
	return doc, nil
}
