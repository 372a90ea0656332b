package lxd

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/text"
)

const networks50 = `+-----------+----------+---------+-----------------+---------------------------+---------------------+---------+---------+
|   NAME    |   TYPE   | MANAGED |      IPV4       |           IPV6            |     DESCRIPTION     | USED BY |  STATE  |
+-----------+----------+---------+-----------------+---------------------------+---------------------+---------+---------+
| UPLINK    | physical | YES     |                 |                           |                     | 1       | CREATED |
+-----------+----------+---------+-----------------+---------------------------+---------------------+---------+---------+
| br-int    | bridge   | NO      |                 |                           |                     | 0       |         |
+-----------+----------+---------+-----------------+---------------------------+---------------------+---------+---------+
| default   | ovn      | YES     | 10.233.212.1/24 | fd42:40d7:53e9:d1cc::1/64 | Default OVN network | 3       | CREATED |
+-----------+----------+---------+-----------------+---------------------------+---------------------+---------+---------+
`

func TestParseNetworks(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []Network
	}{
		{"LXD 5.0", networks50, []Network{{4, "UPLINK", "physical", true}, {6, "br-int", "bridge", false}, {8, "default", "ovn", true}}},
		{"LXD 5.0, CRLF", strings.ReplaceAll(networks50, "\n", "\r\n"),
			[]Network{{4, "UPLINK", "physical", true}, {6, "br-int", "bridge", false}, {8, "default", "ovn", true}}},
		{"LXD 2.0", `+------------+----------+---------+---------+
|    NAME    |   TYPE   | MANAGED | USED BY |
+------------+----------+---------+---------+
| docker0    | bridge   | NO      | 0       |
+------------+----------+---------+---------+
| enp10s0    | physical | NO      | 0       |
+------------+----------+---------+---------+
| testbr0    | bridge   | YES     | 1       |
+------------+----------+---------+---------+
`, []Network{{4, "docker0", "bridge", false}, {6, "enp10s0", "physical", false}, {8, "testbr0", "bridge", true}}},
		{"LXD 3.1", `
+----------+----------+---------+-------------+---------+
|   NAME   |   TYPE   | MANAGED | DESCRIPTION | USED BY |
+----------+----------+---------+-------------+---------+
| bond0    | bond     | NO      |             | 0       |
+----------+----------+---------+-------------+---------+
| lxdbr0   | bridge   | NO      |             | 0       |
+----------+----------+---------+-------------+---------+
`, []Network{{5, "bond0", "bond", false}, {7, "lxdbr0", "bridge", false}}},
		{"all projects", `+---------+--------+--------+---------+
| PROJECT |  NAME  |  TYPE  | MANAGED |
+---------+--------+--------+---------+
| default | br0    | bridge | NO      |
+---------+--------+--------+---------+
| bridge  | lxdbr0 | bridge | YES     |
+---------+--------+--------+---------+
`, []Network{{4, "br0", "bridge", false}, {6, "lxdbr0", "bridge", true}}},
		{"another language", `+---------+--------+----------+-----------+
| PROJET  |  NOM   |   GENRE  |   GÉRÉ    |
+---------+--------+----------+-----------+
| default | br0    | bridge   | NON       |
+---------+--------+----------+-----------+
| default | lxdbr0 | bridge   | oui       |
+---------+--------+----------+-----------+
`, []Network{{4, "br0", "bridge", false}, {6, "lxdbr0", "bridge", true}}},
		{"a description of two lines", "| NAME | TYPE | MANAGED | DESCRIPTION |\n| br0 | bridge | NO | one |\n|     |        |    | two |\n", []Network{{2, "br0", "bridge", false}}},
		{"empty", "", nil},
	} {
		got, problems := ParseNetworks([]byte(c.text))
		if d := cmp.Diff(c.want, got); d != "" || len(problems) > 0 {
			t.Errorf("%s: %s\nproblems %v", c.name, d, problems)
		}
	}
}

func TestNetworkDefects(t *testing.T) {
	header := until(networks50, "| UPLINK")
	for _, c := range []struct {
		name, text     string
		networks, line int
		why            string
	}{
		{"stderr", "Error: Get \"http://unix.socket/1.0\": dial unix /var/snap/lxd/common/lxd/unix.socket: connect: no such file or directory\n", 0, 1, "not a table"},
		{"hints before", "If this is your first time running LXD on this machine, you should also run: lxd init\nTo start your first container, try: lxc launch ubuntu:16.04\n\n" + networks50,
			3, 1, "not a table"},
		{"cut in a cell", until(networks50, "10.233") + "10.2", 2, 8, "not a row"},
		{"cut behind a cell", until(networks50, "10.233"), 2, 8, "not as many"},
		{"error behind", networks50 + "Error: x\n", 3, 10, "not a row"},
		{"too few", header + "| br0 | bridge | NO |\n", 0, 4, "not as many"},
		{"no name", header + "|  | bridge | NO |  |  |  |  |  |\n", 0, 4, "without a name"},
		{"no answer", header + "| br0 | bridge | MAYBE |  |  |  |  |  |\n", 1, 4, "neither"},
		{"no type", "| A | B | C |\n| br0 | x | YES |\n", 0, 2, "no type"},
		{"type at the end", "| A | B |\n| br0 | bridge |\n", 0, 2, "no type"},
		{"invalid UTF-8", header + "| br\xff | bridge | NO |  |  |  |  |  |\nx", 1, 5, "not a row"},
		{"one bar", "|\n", 0, 1, "not a table"},
	} {
		got, problems := ParseNetworks([]byte(c.text))
		if len(got) != c.networks {
			t.Errorf("%s: %+v", c.name, got)
		}
		if len(problems) == 0 || problems[0].Line != c.line || !strings.Contains(problems[0].Why, c.why) {
			t.Errorf("%s: problems %+v, want %q in line %d", c.name, problems, c.why, c.line)
		}
	}
}

// until is what stands before mark.
func until(s, mark string) string {
	s, _, _ = strings.Cut(s, mark)
	return s
}

// within reports lines that a text of this length does not have.
func within(t *testing.T, data []byte, problems text.Problems, lines ...int) {
	t.Helper()
	for _, p := range problems {
		lines = append(lines, p.Line)
	}
	last := strings.Count(string(data), "\n") + 1
	for _, n := range lines {
		if n < 1 || n > last {
			t.Errorf("line %d of %d", n, last)
		}
	}
}

func FuzzParseNetworks(f *testing.F) {
	for _, s := range []string{networks50, "|a|b|c|\n|a|bridge|oui|\n||||\n|x|bridge|?|", "|TYPE|NAME|\n|a|b|\n||\n|"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		list, problems := ParseNetworks(data)
		within(t, data, problems)
		for _, n := range list {
			within(t, data, nil, n.Line)
			if n.Name == "" {
				t.Errorf("%+v", n)
			}
		}
	})
}
