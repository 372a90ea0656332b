package procnet

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/text"
)

const headers = "VLAN Dev name\t | VLAN ID\n" +
	"Name-Type: VLAN_NAME_TYPE_RAW_PLUS_VID_NO_PAD\n"

const config = headers +
	"bond0.100      | 100  | bond0\n" +
	"a-vlan-of-15-ch| 4094  | bond0.100\n"

func TestParseVLANs(t *testing.T) {
	want := []VLAN{{Line: 3, Name: "bond0.100", ID: 100, Parent: "bond0"}, {Line: 4, Name: "a-vlan-of-15-ch", ID: 4094, Parent: "bond0.100"}}
	tests := []struct {
		name, text string
		want       []VLAN
		problems   []int
	}{
		{"as printed", config, want, nil},
		{"old spacing", "VLAN Dev name    | VLAN ID\nName-Type: VLAN_NAME_TYPE_PLUS_VID_NO_PAD\nbond0.100      |100|bond0\na-vlan-of-15-ch |4094 |bond0.100", want, nil},
		{"CRLF, indented", "\t" + strings.ReplaceAll(config, "\n", "\r\n\t"), want, nil},
		{"no VLANs", headers, nil, nil},
		{"errors", "cat: /proc/net/vlan/config: No such file or directory\nx | y | z\nx | 4096 | z\nx | 1 | \nbond0.1\xff | 1", nil, []int{1, 2, 3, 4, 5}},
		{"empty", "", nil, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, problems := ParseVLANs([]byte(test.text))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			var lines []int
			for _, p := range problems {
				lines = append(lines, p.Line)
			}
			if diff := cmp.Diff(test.problems, lines); diff != "" {
				t.Errorf("lines of problems: (-want +got)\n%s", diff)
			}
		})
	}
}

func FuzzParseVLANs(f *testing.F) {
	f.Add([]byte(config))
	f.Fuzz(func(t *testing.T, data []byte) {
		vlans, problems := ParseVLANs(data)
		lines := 1 + strings.Count(string(data), "\n")
		for _, v := range vlans {
			if v.Name == "" || v.Parent == "" || v.ID < 0 || v.ID > 4095 || v.Line < 1 || v.Line > lines {
				t.Errorf("%+v of %d lines", v, lines)
			}
		}
		for _, p := range problems {
			if p.Line < 1 || p.Line > lines || p.Why == "" || len(problems) > text.MaxProblems {
				t.Errorf("problem %+v, one of %d, of %d lines", p, len(problems), lines)
			}
		}
	})
}
