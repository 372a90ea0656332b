package kube

import "bytes"

// pruned are long fields of objects that nothing is read of. They are most of a pod.
var pruned = map[string]bool{
	"metadata.managedFields": true,
	"spec.containers":        true, "spec.initContainers": true, "spec.volumes": true, "spec.tolerations": true, "spec.affinity": true,
	"status.containerStatuses": true, "status.initContainerStatuses": true, "status.images": true, "status.volumeStatus": true,
}

// prune takes the fields that are not read out of YAML as the printers of Kubernetes write it, and leaves empty lines in their place: decoding
// takes far longer than looking at indents. Any other text it leaves as it is.
func prune(data []byte) []byte {
	if isJSON(data) {
		return data
	}
	if _, ok := documentKinds(data); !ok {
		return data
	}
	p := pruner{out: make([]byte, 0, len(data))}
	for line := range bytes.Lines(data) {
		p.line(line)
	}
	return append(p.out, bytes.Join(p.held, nil)...) // a text that ends within a field is cut, which must be noticed
}

type pruner struct {
	out     []byte
	base    int    // the indent of the keys of an object: 2 in items, 0 elsewhere
	section string // the last key with the indent base: metadata, spec, status
	field   int    // the indent of the field that is left out
	held    [][]byte
}

func (p *pruner) line(line []byte) {
	content := bytes.TrimLeft(line, " ")
	indent := len(line) - len(content)
	content = bytes.TrimRight(content, " \r\n")
	element := bytes.HasPrefix(content, []byte("- ")) || string(content) == "-"
	if p.held != nil {
		if len(content) == 0 || indent > p.field || indent == p.field && element {
			p.held = append(p.held, line)
			return
		}
		p.out = append(p.out, bytes.Repeat([]byte{'\n'}, len(p.held))...)
		p.held = nil
	}
	if element && len(content) > 1 { // the first key of an element stands beside its mark
		indent, content = indent+2, content[2:]
	}
	if indent == 0 && len(content) > 0 {
		p.base = 0
		if string(content) == "items:" {
			p.base = 2
		}
	}
	key, opens := bytes.CutSuffix(content, []byte{':'})
	switch {
	case indent == p.base:
		p.section = string(key)
	case indent == p.base+2 && opens && !element && pruned[p.section+"."+string(key)]:
		p.field, p.held = indent, [][]byte{line}
		return
	}
	p.out = append(p.out, line...)
}
