package modprobe

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const rhel5 = `alias eth0 tg3
alias scsi_hostadapter megaraid_sas
# two bonds
alias bond0 bonding
options bond0 mode=1 miimon=100
alias bond1 bonding
options bond1 -o bond1 mode=balance-alb \
	miimon=50
install sound-slot-0 /sbin/modprobe snd-card-0
`

func TestParse(t *testing.T) {
	lines, problems := Parse([]byte(rhel5))
	want := []Line{
		{Line: 4, Text: "alias bond0 bonding", Module: "bond0", Alias: true},
		{Line: 5, Text: "options bond0 mode=1 miimon=100", Module: "bond0", Options: []Option{{"mode", "1"}, {"miimon", "100"}}},
		{Line: 6, Text: "alias bond1 bonding", Module: "bond1", Alias: true},
		{Line: 7, Text: "options bond1 -o bond1 mode=balance-alb miimon=50", Module: "bond1",
			Options: []Option{{"mode", "balance-alb"}, {"miimon", "50"}}},
	}
	if d := cmp.Diff(want, lines); d != "" || len(problems) > 0 {
		t.Errorf("%s\nproblems %v", d, problems)
	}
}

func TestLines(t *testing.T) {
	for _, c := range []struct {
		name, text string
		module     string
		options    []Option
		why        string
	}{
		{"module", "options bonding mode=1 miimon=100", "bonding", []Option{{"mode", "1"}, {"miimon", "100"}}, ""},
		{"distribution default", "options bonding max_bonds=0", "bonding", []Option{{"max_bonds", "0"}}, ""},
		{"CRLF", "options bonding mode=4\r\n", "bonding", []Option{{"mode", "4"}}, ""},
		{"list", "options bond0 arp_ip_target=10.0.0.1,10.0.0.2 mode=1", "bond0",
			[]Option{{"arp_ip_target", "10.0.0.1,10.0.0.2"}, {"mode", "1"}}, ""},
		{"comma", "options bond0 mode=4,miimon=100", "bond0", []Option{{"mode", "4"}, {"miimon", "100"}}, "comma between"},
		{"comma in a value", "options bond0 mode=4,1", "bond0", []Option{{"mode", "4,1"}}, "no list"},
		{"no value", "options bond0 mode", "bond0", []Option{{"mode", ""}}, "without a value"},
		{"comment", "options bond0 mode=1 # fast", "bond0", []Option{{"mode", "1"}}, ""},
		{"RHEL 4", "install bond0 /sbin/modprobe bonding -o bond0 mode=1 miimon=100", "bond0", []Option{{"mode", "1"}, {"miimon", "100"}}, ""},
		{"install and load", "install bond1 /sbin/modprobe -a eth0 eth1 && /sbin/modprobe --ignore-install bonding mode=6; true", "bonding",
			[]Option{{"mode", "6"}}, ""},
		{"install without options", "install bond0 /sbin/modprobe -a eth0 eth1 && /sbin/modprobe bonding", "", nil, ""},
		{"install /bin/true", "install bonding /bin/true", "", nil, ""},
		{"other module", "options kvm_intel nested=1", "", nil, ""},
		{"other alias", "alias net-pf-10 off", "", nil, ""},
		{"softdep", "softdep bonding pre: ixgbe", "", nil, ""},
		{"unknown", "modprobe: FATAL: no such file", "", nil, "not a modprobe"},
		{"cut", "opti", "", nil, "not a modprobe"},
	} {
		t.Run(c.name, func(t *testing.T) {
			lines, problems := Parse([]byte(c.text))
			var got Line
			if len(lines) == 1 {
				got = lines[0]
			}
			if got.Module != c.module || len(lines) > 1 {
				t.Errorf("%+v, want module %q", lines, c.module)
			}
			if d := cmp.Diff(c.options, got.Options); d != "" {
				t.Error(d)
			}
			if (c.why == "") != (len(problems) == 0) || c.why != "" && !strings.Contains(problems[0].Why, c.why) {
				t.Errorf("problems %+v, want %q", problems, c.why)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(rhel5))
	f.Add([]byte("install a modprobe bonding x=1,y,=z ; \\\n\\"))
	f.Fuzz(func(t *testing.T, data []byte) {
		lines, problems := Parse(data)
		last := strings.Count(string(data), "\n") + 1
		for _, l := range lines {
			if l.Line < 1 || l.Line > last || l.Module == "" {
				t.Errorf("%+v", l)
			}
		}
		for _, p := range problems {
			if p.Line < 1 || p.Line > last {
				t.Errorf("%+v", p)
			}
		}
	})
}
