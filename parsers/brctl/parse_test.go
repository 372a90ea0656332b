package brctl

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/text"
)

func at(s string, line int) text.At[string] { return text.Of(s, line) }

func checkLines(t *testing.T, problems text.Problems, want []int) {
	t.Helper()
	var got []int
	for _, p := range problems {
		got = append(got, p.Line)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines of problems: (-want +got)\n%s", diff)
	}
}

const showText = "bridge name\tbridge id\t\tSTP enabled\tinterfaces\n" +
	"br0\t\t8000.020000000101\tno\t\tbond0\n" +
	"\t\t\t\t\t\t\tvnet0\n" +
	"\t\t\t\t\t\t\tvnet1\n" +
	"br-9a8b7c6d5e4f\t\t8000.0242ac110001\tno\t\t\n" +
	"virbr0\t\t8000.525400aabbcc\tyes\t\tvirbr0-nic\n"

func TestParseShow(t *testing.T) {
	want := []Bridge{
		{Line: 2, Name: "br0", ID: "8000.020000000101", Ports: []text.At[string]{at("bond0", 2), at("vnet0", 3), at("vnet1", 4)}},
		{Line: 5, Name: "br-9a8b7c6d5e4f", ID: "8000.0242ac110001"},
		{Line: 6, Name: "virbr0", ID: "8000.525400aabbcc", STP: true, Ports: []text.At[string]{at("virbr0-nic", 6)}},
	}
	tests := []struct {
		name, text string
		want       []Bridge
		problems   []int
	}{
		{"tabs", showText, want, nil},
		{"blanks", strings.ReplaceAll(showText, "\t", "   "), want, nil},
		{"CRLF", strings.ReplaceAll(showText, "\n", "\r\n"), want, nil},
		{"Open vSwitch", showText + "ovsbr0\t\tcan't get info Operation not supported\n", want, []int{7}},
		{"no ports to be had", "br0\t\t8000.020000000101\tno\t\t can't get port info: Function not implemented\n",
			[]Bridge{{Line: 1, Name: "br0", ID: "8000.020000000101"}}, []int{1}},
		{"no such bridge", "bridge br9 does not exist!\n", nil, []int{1}},
		{"a port without a bridge", "\t\t\t\t\t\t\tvnet0\n", nil, []int{1}},
		{"cut in the middle of a line", "br0\t\t8000.0200", nil, []int{1}},
		{"invalid UTF-8", "br0\xff \xfe x\n", nil, []int{1}},
		{"empty", "", nil, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, problems := ParseShow([]byte(test.text))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			checkLines(t, problems, test.problems)
		})
	}
}

const macsText = "port no\tmac addr\t\tis local?\tageing timer\n" +
	"  1\t02:00:00:00:01:01\tyes\t\t   0.00\n" +
	"  1\t02:00:00:00:01:01\tyes\t\t   0.00\n" +
	"  1\t52:54:00:AA:00:10\tno\t\t 101.61\n" +
	"112\t53:4f:53:00:00:01\tno\t\t   1.05\n"

func TestParseMACs(t *testing.T) {
	got, problems := ParseMACs([]byte(strings.ReplaceAll(macsText, "\n", "\r\n") +
		"read of forward table failed: Operation not supported\n  2\t52:54:00:aa:00:1"))
	want := []MAC{
		{Line: 2, PortNo: 1, MAC: "02:00:00:00:01:01", Local: true},
		{Line: 3, PortNo: 1, MAC: "02:00:00:00:01:01", Local: true},
		{Line: 4, PortNo: 1, MAC: "52:54:00:aa:00:10", Ageing: 101.61},
		{Line: 5, PortNo: 112, MAC: "53:4f:53:00:00:01", Ageing: 1.05},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	checkLines(t, problems, []int{6, 7})
	if got, problems := ParseMACs(nil); got != nil || problems != nil {
		t.Errorf("of nothing: %v, %v", got, problems)
	}
}

const stpText = "br0\n" +
	" bridge id\t\t8000.020000000101\n" +
	" designated root\t8000.020000000101\n" +
	" root port\t\t   0\t\t\tpath cost\t\t   0\n" +
	" max age\t\t  20.00\t\t\tbridge max age\t\t  20.00\n" +
	" hello time\t\t   2.00\t\t\tbridge hello time\t   2.00\n" +
	" forward delay\t\t   0.00\t\t\tbridge forward delay\t  15.00\n" +
	" ageing time\t\t 300.00\n" +
	" hello timer\t\t   0.00\t\t\ttcn timer\t\t   0.00\n" +
	" topology change timer\t   0.00\t\t\tgc timer\t\t 100.00\n" +
	" flags\t\t\t\n\n\n" +
	"bond0.100 (1)\n" +
	" port id\t\t8001\t\t\tstate\t\t     forwarding\n" +
	" designated root\t8000.020000000101\tpath cost\t\t   4\n" +
	" designated bridge\t8000.020000000101\tmessage age timer\t   0.00\n" +
	" designated port\t8001\t\t\tforward delay timer\t   0.00\n" +
	" designated cost\t   0\t\t\thold timer\t\t   0.00\n" +
	" flags\t\t\tCONFIG_PENDING \n" +
	" hairpin mode\t\t   1\n\n" +
	"vnet0 (12)\n" +
	" port id\t\t800c\t\t\tstate\t\t       disabled\n"

func TestParseSTP(t *testing.T) {
	want := STP{
		Line: 1, Bridge: "br0", ForwardDelay: text.Of(0.0, 7), AgeingTime: text.Of(300.0, 8),
		Ports: []STPPort{
			{Line: 14, Name: "bond0.100", Number: 1, State: at("forwarding", 15)},
			{Line: 23, Name: "vnet0", Number: 12, State: at("disabled", 24)},
		},
	}
	tests := []struct {
		name, text string
		want       STP
		problems   []int
	}{
		{"tabs", stpText, want, nil},
		{"blanks, CRLF", strings.NewReplacer("\t", "   ", "\n", "\r\n").Replace(stpText), want, nil},
		{"no such bridge", "br9: can't get info No such device\n", STP{}, []int{1}},
		{"cut", stpText[:20], STP{Line: 1, Bridge: "br0"}, nil},
		{"a port number beyond any", "x (99999999999999999999)\n", STP{}, []int{1}},
		{"empty", "", STP{}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, problems := ParseSTP([]byte(test.text))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			checkLines(t, problems, test.problems)
		})
	}
}

// checkProblems asserts what holds for the problems of any text.
func checkProblems(t *testing.T, data []byte, problems text.Problems) {
	t.Helper()
	lines := 1 + strings.Count(string(data), "\n")
	for _, p := range problems {
		if p.Line < 1 || p.Line > lines || p.Why == "" || len(problems) > text.MaxProblems {
			t.Errorf("problem %+v, one of %d, of %d lines", p, len(problems), lines)
		}
	}
}

func FuzzParseShow(f *testing.F) {
	f.Add([]byte(showText))
	f.Fuzz(func(t *testing.T, data []byte) {
		bridges, problems := ParseShow(data)
		checkProblems(t, data, problems)
		for _, b := range bridges {
			if b.Name == "" || b.Line < 1 || len(b.Ports) > 0 && b.Ports[0].Line < b.Line {
				t.Errorf("%+v", b)
			}
		}
	})
}

func FuzzParseMACs(f *testing.F) {
	f.Add([]byte(macsText))
	f.Fuzz(func(t *testing.T, data []byte) {
		macs, problems := ParseMACs(data)
		checkProblems(t, data, problems)
		for _, m := range macs {
			if m.MAC == "" || m.Line < 1 || m.MAC != strings.ToLower(m.MAC) {
				t.Errorf("%+v", m)
			}
		}
	})
}

func FuzzParseSTP(f *testing.F) {
	f.Add([]byte(stpText))
	f.Fuzz(func(t *testing.T, data []byte) {
		stp, problems := ParseSTP(data)
		checkProblems(t, data, problems)
		for _, p := range stp.Ports {
			if p.Name == "" || p.Line < 1 || p.Number < 0 {
				t.Errorf("%+v", p)
			}
		}
	})
}
