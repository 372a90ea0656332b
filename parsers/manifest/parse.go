package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/sosbond/sosbond/parsers/text"
)

// Parse reads the manifest piece by piece: it takes several megabytes on large hosts, of which little is kept. What stands before an error is
// returned with it.
func Parse(data []byte) (Manifest, text.Problems) {
	r := reader{data: data, dec: json.NewDecoder(bytes.NewReader(data))}
	if err := r.top(); err != nil {
		why := err.Error()
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			why = "the manifest ends early"
		}
		r.problem(why)
	}
	return r.m, r.problems
}

type reader struct {
	data     []byte
	dec      *json.Decoder
	m        Manifest
	problems text.Problems
}

// problem records what is wrong with the line that the decoder has come to.
func (r *reader) problem(why string) {
	offset := min(int(r.dec.InputOffset()), len(r.data))
	start := bytes.LastIndexByte(r.data[:offset], '\n') + 1
	line, _, _ := bytes.Cut(r.data[start:], []byte{'\n'})
	n := 1 + bytes.Count(r.data[:start], []byte{'\n'})
	r.problems.Add(n, string(bytes.ToValidUTF8(line, []byte("\uFFFD"))), why)
}

func (r *reader) top() error {
	if len(bytes.TrimSpace(r.data)) == 0 {
		return nil
	}
	return r.object(func(key string) error {
		switch key {
		case "version":
			return r.value(&r.m.Version)
		case "policy":
			return r.value(&r.m.Policy)
		case "start_time":
			return r.value(&r.m.Start)
		case "end_time":
			return r.value(&r.m.End)
		case "components":
			return r.object(r.component)
		}
		return r.skip()
	})
}

func (r *reader) component(name string) error {
	switch name {
	case "report":
		return r.object(func(key string) error {
			switch key {
			case "sysroot":
				return r.value(&r.m.Sysroot)
			case "devices":
				return r.object(r.devices)
			case "plugins":
				return r.object(r.plugin)
			}
			return r.skip()
		})
	case "collect":
		r.m.Collect = true
	}
	return r.skip()
}

func (r *reader) devices(kind string) error {
	if kind != "network" {
		return r.skip()
	}
	return r.object(func(key string) error {
		if key == "bond" {
			return r.value(&r.m.Bonds)
		}
		return r.skip()
	})
}

func (r *reader) plugin(name string) error {
	r.m.Plugins = append(r.m.Plugins, Plugin{Name: name})
	p := &r.m.Plugins[len(r.m.Plugins)-1]
	return r.object(func(key string) error {
		switch key {
		case "timeout_hit":
			return r.value(&p.TimeoutHit)
		case "commands":
			return r.array(func() error { return r.command(p) })
		case "files":
			return r.array(func() error {
				var f struct {
					Copied []string `json:"files_copied"`
				}
				err := r.value(&f)
				p.Files = append(p.Files, f.Copied...)
				return err
			})
		}
		return r.skip()
	})
}

func (r *reader) command(p *Plugin) error {
	var c struct {
		Exec       string `json:"exec"`
		Path       string `json:"filepath"` // null when nothing was written
		ReturnCode int    `json:"return_code"`
		Truncated  bool   `json:"truncated"` // since sos 4.2
	}
	err := r.value(&c)
	if err == nil && c.Exec != "" {
		p.Commands = append(p.Commands, Command(c))
	}
	return err
}

// value decodes the next value. One of another type than expected is a problem of its own and does not end the reading.
func (r *reader) value(into any) error {
	err := r.dec.Decode(into)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		r.problem("not the expected type: " + wrong.Value + " for " + wrong.Field)
		return nil
	}
	return err
}

// skip passes over the next value.
func (r *reader) skip() error {
	var ignored json.RawMessage
	return r.dec.Decode(&ignored)
}

// object calls member for each key of the next value, which must read the key's value. A value that is no object is skipped.
func (r *reader) object(member func(key string) error) error {
	return r.enclosed('{', func() error {
		key, err := r.dec.Token()
		if err != nil {
			return err
		}
		return member(fmt.Sprint(key))
	})
}

// array calls element for each element of the next value, which must read it. A value that is no array is skipped.
func (r *reader) array(element func() error) error {
	return r.enclosed('[', element)
}

func (r *reader) enclosed(open json.Delim, each func() error) error {
	token, err := r.dec.Token()
	if err != nil {
		return err
	}
	if token != open {
		if token != nil {
			r.problem(fmt.Sprintf("%v expected", open))
		}
		if _, nested := token.(json.Delim); nested {
			return r.leave()
		}
		return nil
	}
	for r.dec.More() {
		if err := each(); err != nil {
			return err
		}
	}
	_, err = r.dec.Token() // the closing delimiter
	return err
}

// leave passes over the rest of an object or array that was entered.
func (r *reader) leave() error {
	for depth := 1; depth > 0; {
		token, err := r.dec.Token()
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
	return nil
}
