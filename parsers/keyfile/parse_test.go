package keyfile

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/text"
)

const bond = `[connection]
id=bond0
uuid=1b2c3d4e-0000-4000-8000-000000000001
type=bond
interface-name=bond0
master=br0
slave-type=bridge

[bond]
mode=802.3ad
miimon=100
`

func TestParse(t *testing.T) {
	f, problems := Parse([]byte(bond))
	want := File{Sections: []Section{
		{Line: 1, Name: "connection", Keys: []Key{
			{2, "id", "bond0"}, {3, "uuid", "1b2c3d4e-0000-4000-8000-000000000001"}, {4, "type", "bond"},
			{5, "interface-name", "bond0"}, {6, "master", "br0"}, {7, "slave-type", "bridge"},
		}},
		{Line: 9, Name: "bond", Keys: []Key{{10, "mode", "802.3ad"}, {11, "miimon", "100"}}},
	}}
	if d := cmp.Diff(want, f); d != "" || len(problems) > 0 {
		t.Errorf("%s\nproblems %v", d, problems)
	}
	if got := f.Get("bond", "mode"); got != text.Of("802.3ad", 10) {
		t.Errorf("Get: %v", got)
	}
	if got := f.Get("bond", "primary"); got.Found() {
		t.Errorf("Get of an absent key: %v", got)
	}
}

func TestKeys(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []Key
		why        string
	}{
		{"blanks", "[bond]\nmode = balance-xor\n\txmit_hash_policy= vlan+srcmac\n",
			[]Key{{2, "mode", "balance-xor"}, {3, "xmit_hash_policy", "vlan+srcmac"}}, ""},
		{"comments", "# a\n[bond]\n #b=1\nmode=1 # not a comment\n", []Key{{4, "mode", "1 # not a comment"}}, ""},
		{"duplicates", "[bond]\nmode=1\nmode=4\n", []Key{{2, "mode", "1"}, {3, "mode", "4"}}, ""},
		{"escapes", `[bond]` + "\n" + `a=\sx\ty\nz\\\;` + "\n", []Key{{2, "a", " x\ty\nz\\;"}}, ""},
		{"lists", "[bond]\narp_ip_target=10.0.0.1,10.0.0.2\nb=1;2;\n", []Key{{2, "arp_ip_target", "10.0.0.1,10.0.0.2"}, {3, "b", "1;2;"}}, ""},
		{"empty value", "[bond]\nprimary=\n", []Key{{2, "primary", ""}}, ""},
		{"= in the value", "[bond]\na=b=c\n", []Key{{2, "a", "b=c"}}, ""},
		{"CRLF", "[bond]\r\nmode=4\r\n", []Key{{2, "mode", "4"}}, ""},
		{"no section", "mode=1\n[bond]\nmode=4\n", []Key{{3, "mode", "4"}}, "not in any section"},
		{"open header", "[bond\nmode=4\n", []Key{{2, "mode", "4"}}, "not a section header"},
		{"cut", "[bond]\nmode=4\nmiim", []Key{{2, "mode", "4"}}, "not a key=value line"},
		{"trailing blanks", "[bond]\nmode=802.3ad  \n", []Key{{2, "mode", "802.3ad"}}, "blanks at the end"},
		{"unknown escape", "[bond]\na=\\x\\", []Key{{2, "a", `\x\`}}, "escape"},
		{"invalid UTF-8", "[bond]\na=\xff\n", []Key{{2, "a", "\uFFFD"}}, ""},
		{"empty", "", nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, problems := Parse([]byte(c.text))
			if d := cmp.Diff(c.want, f.Section("bond")); d != "" {
				t.Error(d)
			}
			if (c.why == "") != (len(problems) == 0) || c.why != "" && !strings.Contains(problems[0].Why, c.why) {
				t.Errorf("problems %+v, want %q", problems, c.why)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(bond))
	f.Add([]byte("a=1\n[x]\n[ y\n#\nk=\\s\\;\\q\r\n=v\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, problems := Parse(data)
		last := strings.Count(string(data), "\n") + 1
		in := func(n int) {
			if n < 1 || n > last {
				t.Errorf("line %d of %d", n, last)
			}
		}
		for _, s := range file.Sections {
			in(s.Line)
			for _, k := range s.Keys {
				in(k.Line)
				in(file.Get(s.Name, k.Name).Line)
			}
			if keys := file.Section(s.Name); len(keys) < len(s.Keys) {
				t.Errorf("%d keys of %d", len(keys), len(s.Keys))
			}
		}
		for _, p := range problems {
			in(p.Line)
		}
	})
}
