package cni

import (
	"bytes"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/sosbond/sosbond/parsers/text"
	"github.com/sosbond/sosbond/parsers/yamltree"
)

// DecodeOutput is yamltree.DecodeJSON for the output of a command whose messages on stderr stand before it, as a sosreport holds them. Lines
// before the first that begins an object or an array are not read, and recorded as problems, of which the first few will do.
func DecodeOutput(data []byte) ([]*yaml.Node, text.Problems) {
	const maxMessages = 10
	var messages text.Problems
	begin := -1
	for n, line := range text.Lines(data) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "{") || strings.HasPrefix(line, "[") {
			begin = n
			break
		}
		if line != "" && len(messages) < maxMessages {
			messages.Add(n, line, "a message, not JSON")
		}
	}
	if begin < 0 || len(messages) == 0 {
		return yamltree.DecodeJSON(data)
	}
	lines := bytes.SplitAfterN(data, []byte{'\n'}, begin)
	blank := append(bytes.Repeat([]byte{'\n'}, begin-1), lines[begin-1]...) // the lines keep their numbers
	documents, problems := yamltree.DecodeJSON(blank)
	return documents, slices.Concat(messages, problems)
}
